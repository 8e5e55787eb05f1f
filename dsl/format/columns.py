"""Columns: like sentences under each other, tables, and the comments behind the lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from voronka.dsl.format.lines import WIDTH, Laid, Line, joined, span, width
from voronka.dsl.format.tree import CLAUSE, Atom, Block, Sentence
from voronka.dsl.syntax import nodes as n

_FAR = 20  # a title that is longer than all others by more than this does not push them
_APART = 2  # spaces between code and the comment behind it, at least
_STOPS = (15, 31, 47, 63, 79, 95)  # where comments behind lines may begin
_REST = 90  # the slot of what follows the title

# Their lines go on under each other although a block stands between them; other sentences only where each has one line.
_SMALL = (
    n.Field, n.Param, n.Payload, n.Option, n.Point, n.Person, n.Role, n.Event, n.Segment, n.Outcome, n.Reason, n.Red,
    n.Check, n.Due, n.Assign, n.Owner, n.Return, n.Move, n.Lose, n.Set, n.Value,
)  # fmt: skip
_TITLED = (
    n.Field, n.Param, n.Payload, n.Option, n.Point, n.Person, n.Role, n.Event, n.Segment, n.Outcome, n.Reason, n.Red,
    n.Stage, n.Task,
)  # fmt: skip
_CONDITIONAL = (n.Due, n.Assign, n.Owner, n.Return, n.Move, n.Lose, n.Set)
_BLOCKS = (n.Hook, n.Include, n.ForStep)

Slots = dict[int, int]
"""By the offset at which a column's text begins: which column it is."""


def like(laid: Laid) -> str:
    """What a sentence must have in common with its neighbours to be aligned with them; nothing: it is not."""
    node = laid.sentence.node
    if laid.broken and not isinstance(node, _SMALL):
        return ""
    if isinstance(node, n.Move | n.Lose):
        return "Move" if node.moment is None else ""
    if isinstance(node, n.Task | n.Point):
        return f"{type(node).__name__} {node.name is None}"
    if isinstance(node, n.Set) and node.when is None:
        return ""
    return type(node).__name__ if isinstance(node, (*_SMALL, *_TITLED, *_BLOCKS, n.Row)) else ""


def slots(sentence: Sentence) -> Slots:
    """The columns of a sentence after its first."""
    node = sentence.node
    if isinstance(node, _TITLED):
        return _titled(sentence, node)
    if isinstance(node, n.Check):
        return _where(sentence, lambda atom: atom.text == "else" and atom.rank == CLAUSE, _REST)
    found: Slots = {}
    if isinstance(node, n.Set | n.Value):
        found = _where(sentence, lambda atom: atom.text == "=", 1)
    if isinstance(node, _CONDITIONAL):
        found |= _where(sentence, lambda atom: atom.text == "when" and atom.rank == CLAUSE, _REST)
    if isinstance(node, _BLOCKS):
        found = {part.start: _REST for part in sentence.parts if isinstance(part, Block) and not part.empty}
    return found


def _titled(sentence: Sentence, node: n.Node) -> Slots:
    name: n.Ident | None = getattr(node, "name", None)
    title: n.Text | None = node.text if isinstance(node, n.Point) else getattr(node, "title", None)
    titles = {part.span.start: 2 + at for at, part in enumerate(title.parts)} if title else {}
    end = max(part.span.end for part in (name, title) if part)
    found: Slots = {}
    before: Atom | None = None
    for part in sentence.parts:
        if isinstance(part, Atom | Block) and part.start >= end:
            found[part.start] = _REST
            break
        if isinstance(part, Atom):
            slot = titles.get(part.start)
            if slot is not None:
                found[part.start if slot == 2 or before is None else before.start] = slot  # the slash belongs to it
            elif name is not None and part.start == name.span.start and before is not None:
                found[part.start] = 1
            before = part
    return found


def _where(sentence: Sentence, fits: Callable[[Atom], bool], slot: int) -> Slots:
    for part in sentence.parts[1:]:
        if isinstance(part, Atom) and fits(part):
            return {part.start: slot}
    return {}


class _Row:
    """The first line of a sentence, cut into cells."""

    def __init__(self, laid: Laid) -> None:
        self.line = laid.head
        self.line.pads.clear()
        atoms = self.line.atoms
        self.count = len(atoms) - (laid.broken and atoms[-1].text == "{")  # the brace of a block of lines is no cell
        known = slots(laid.sentence)
        self.places = {slot: at for at in range(1, self.count) if (slot := known.get(atoms[at].start)) is not None}
        self.done = 0  # how many atoms have their place
        self.end = self.line.indent  # the cell after them

    def advance(self, slot: int) -> None:
        """Go on to a column, or as far as the row has nothing in it."""
        to = min((at for other, at in self.places.items() if other >= slot), default=self.count)
        if to > self.done:
            self.end += span(self.line.atoms[self.done : to]) + (self.done > 0)
            self.done = to

    @property
    def rest(self) -> Sequence[Atom]:
        """What has no place yet."""
        return self.line.atoms[self.done :]


def align(group: Sequence[Laid]) -> list[Laid]:
    """Put the columns of like sentences under each other.

    Comes back with those that were too long for that and would not be if their blocks were not on one line.
    """
    rows = [_Row(laid) for laid in group]
    crowded: list[Laid] = []
    for slot in sorted({slot for row in rows for slot in row.places}):
        for row in rows:
            row.advance(slot)
        ends = sorted((row.end for row in rows), reverse=True)
        while len(ends) > 1 and ends[0] - ends[1] > _FAR:
            del ends[0]
        for laid, row in zip(group, rows, strict=True):
            pad = ends[0] - row.end
            if slot not in row.places or pad <= 0:
                continue
            if row.end + pad + 1 + span(row.rest) <= WIDTH:
                row.line.pads[row.done] = pad
                row.end += pad
            elif not laid.broken and any(atom.holds_block for atom in row.rest):
                crowded.append(laid)
    return crowded


def align_table(rows: Iterable[Line]) -> None:
    """Put the bars of a table under each other."""
    cut = [(line, _cells(line.atoms)) for line in rows]
    sizes: list[int] = []
    for _, cells in cut:
        sizes.extend([0] * (len(cells) - len(sizes)))
        for at, cell in enumerate(cells):
            sizes[at] = max(sizes[at], width(cell))
    for line, cells in cut:
        padded = (cell + " " * (size - width(cell)) for cell, size in zip(cells, sizes, strict=False))
        line.text = f"| {' | '.join(padded)} |"


def _cells(atoms: Sequence[Atom]) -> list[str]:
    """The texts between the bars."""
    cells: list[list[Atom]] = []
    for atom in atoms:
        if atom.text == "|":
            cells.append([])
        else:
            cells[-1].append(atom)
    return [joined(cell) for cell in cells[:-1]]


def align_comments(lines: Sequence[Line]) -> None:
    """Put the comments behind lines into one column: the first stop that suits five of six; others follow their code.

    A column for the whole file, at few stops: one that hung on the longest line near it would move with every edit.
    """
    behind = [(line, width(line.code), width(line.comment)) for line in lines if line.comment and line.atoms]
    if not behind:
        return

    def suits(stop: int, code: int, comment: int) -> bool:
        return code + _APART <= stop and stop + comment <= WIDTH

    counts = {stop: sum(suits(stop, code, comment) for _, code, comment in behind) for stop in _STOPS}
    wanted = min(max(counts.values()), len(behind) * 5 / 6)
    column = next(stop for stop in _STOPS if counts[stop] >= wanted)
    for line, code, comment in behind:
        line.gap = column - code if suits(column, code, comment) else _APART
