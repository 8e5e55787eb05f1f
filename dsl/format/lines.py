"""Sentences as lines: what stays on one line, and where a line that is too long is broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from voronka.dsl.format.tree import BRACE, Atom, Block, Remark, Sentence

WIDTH = 120
"""How many cells a line may take."""

STEP = 2
"""How much a block is indented."""

CONTINUED = 4
"""How much the further lines of a sentence are indented."""


@dataclass(slots=True)
class Line:
    """A line: its atoms, and the comment behind it. ``pads`` are additional spaces before atoms, by their places."""

    indent: int
    atoms: Sequence[Atom] = ()
    comment: str = ""
    gap: int = 0  # spaces before the comment
    blank: bool = False  # a blank line stands before it
    pads: dict[int, int] = field(default_factory=dict)
    text: str = ""  # what is written already; then there are no atoms

    def __str__(self) -> str:
        return f"{self.code}{' ' * self.gap}{self.comment}".rstrip()

    @property
    def code(self) -> str:
        """The line without its comment."""
        if self.text:
            return " " * self.indent + self.text
        out = [" " * self.indent]
        for at, atom in enumerate(self.atoms):
            if at:
                out.append(" " * (atom.spaced + self.pads.get(at, 0)))
            out.append(atom.text)
        return "".join(out)


@dataclass(slots=True)
class Laid:
    """A sentence with its lines; those of a block that is not on one line stand between them as the block."""

    sentence: Sentence
    parts: list[Line | Block]
    broken: bool  # one of its blocks is not on one line

    @property
    def head(self) -> Line:
        """The first line."""
        first = self.parts[0]
        assert isinstance(first, Line)
        return first


def width(text: str) -> int:
    """How many cells a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def span(atoms: Sequence[Atom]) -> int:
    """How many cells atoms take side by side."""
    return sum(width(atom.text) + atom.spaced for atom in atoms) - (atoms[0].spaced if atoms else 0)


def flat(block: Block) -> str:
    """A block on one line."""
    if block.empty:
        return "{ }"
    members = []
    for item in block.items:
        assert isinstance(item, Sentence)
        members.append(joined(_atoms(item)))
    return "{ " + "  ".join(members) + " }"


def joined(atoms: Sequence[Atom]) -> str:
    """Atoms on one line."""
    return "".join(" " * (atom.spaced and at > 0) + atom.text for at, atom in enumerate(atoms))


def can_be_flat(block: Block) -> bool:
    """Whether a block is written on one line where there is room."""
    return block.empty or block.one_line


def lay(sentence: Sentence, indent: int, broken: bool = False) -> Laid:
    """The lines of a sentence. ``broken``: its blocks do not stay on one line."""
    full = [part for part in sentence.parts if isinstance(part, Block) and not part.empty]
    if not broken and all(can_be_flat(block) for block in full):
        layout = _Sentence(sentence, indent, False)
        laid = layout.run()
        if not layout.crowded:
            return laid
    return _Sentence(sentence, indent, bool(full)).run()


def _atoms(sentence: Sentence) -> list[Atom]:
    """A sentence without comments, its blocks on one line."""
    out = []
    for part in sentence.parts:
        assert not isinstance(part, Remark)
        out.append(Atom(flat(part), part.start, True, BRACE) if isinstance(part, Block) else part)
    return out


class _Sentence:
    def __init__(self, sentence: Sentence, indent: int, broken: bool) -> None:
        self.sentence = sentence
        self.base = indent
        self.broken = broken
        self.indent = indent  # of the line that is being filled
        self.parts: list[Line | Block] = []
        self.line: list[Atom] = []
        self.crowded = False  # a line with a whole block in it is too long

    def run(self) -> Laid:
        after_block = False
        for part in self.sentence.parts:
            if isinstance(part, Block):
                if self.broken and not part.empty:
                    self.line.append(Atom("{", part.start, True, BRACE))
                    self.flush(part.opening)
                    self.parts.append(part)
                    self.line, self.indent = [Atom("}", part.start, False, None)], self.base
                    after_block = True
                else:
                    self.line.append(Atom(flat(part), part.start, True, BRACE))
            elif isinstance(part, Remark):
                self.flush("" if part.own else part.text)
                if after_block:
                    self.indent = self.base
                if part.own:
                    self.parts.append(Line(self.indent, comment=part.text))
            else:
                if part.kept and self.line:
                    self.flush()
                self.line.append(part)
                after_block = False
        self.flush(self.sentence.trailing)
        return Laid(self.sentence, self.parts, self.broken)

    def flush(self, comment: str = "") -> None:
        """End the line; what follows in the sentence is indented further."""
        if self.line:
            lines = _wrapped(self.line, self.indent, self.base + CONTINUED)
            lines[-1].comment = comment
            if len(lines) > 1 or width(lines[0].code) > WIDTH:
                self.crowded = self.crowded or any(atom.holds_block for atom in self.line)
            self.parts.extend(lines)
            self.line = []
            self.indent = self.base + CONTINUED


def _wrapped(atoms: list[Atom], indent: int, further: int) -> list[Line]:
    """As many lines as it takes, each broken where that hurts least."""
    begins, ends = [], [0]
    for atom in atoms:
        begins.append(ends[-1] + atom.spaced)
        ends.append(begins[-1] + width(atom.text))
    lines: list[Line] = []
    pieces = [(0, len(atoms))]
    while pieces:
        first, last = pieces.pop()
        at = further if first else indent
        ranks = [rank for atom in atoms[first + 1 : last] if (rank := atom.rank) is not None]
        if not ranks or at + ends[last] - begins[first] <= WIDTH:
            lines.append(Line(at, atoms[first:last]))
            continue
        rank = min(ranks)
        start, end, room = first, first, WIDTH - at
        found = []
        for place in (*(place for place in range(first + 1, last) if atoms[place].rank == rank), last):
            if ends[place] - begins[start] > room and end > start:
                found.append((start, end))
                start, room = end, WIDTH - further
            end = place
        pieces.extend(reversed([*found, (start, last)]))
    return lines
