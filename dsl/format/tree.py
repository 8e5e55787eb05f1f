"""What is laid out: blocks of sentences made of atoms, with every comment at its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from voronka.dsl.syntax import nodes as n
from voronka.dsl.syntax.lexer import Tokens, lex
from voronka.dsl.text.diagnostic import Diagnostics
from voronka.dsl.text.source import Source

# How willingly a line is broken before an atom: the lowest rank first. Up to KEPT, a break of the author's stays.
CLAUSE, OTHER_TEXT, OR, AND, KEPT, COMMA, ANYWHERE, BRACE = 0, 1, 2, 3, 3, 4, 900, 950


@dataclass(slots=True)
class Atom:
    """A token, or a block that is written on one line."""

    text: str
    start: int
    spaced: bool  # a space stands before it
    rank: int | None  # None: no line may be broken here
    kept: bool = False  # the author broke the line here, and it stays broken

    @property
    def holds_block(self) -> bool:
        """Whether this is a whole block that is not empty."""
        return len(self.text) > len("{ }") and self.text[0] == "{"


@dataclass(slots=True)
class Remark:
    """A comment inside a sentence."""

    text: str
    own: bool  # it has a line of its own


@dataclass(slots=True)
class Note:
    """A comment on a line of its own, between sentences."""

    text: str
    blank: bool  # a blank line stands before it


@dataclass(slots=True)
class Block:
    """What stands between braces. ``opening``: the comment behind the opening brace."""

    start: int
    opening: str
    items: list[Sentence | Note]
    one_line: bool  # the author wrote it on one line, and there is no table in it

    @property
    def empty(self) -> bool:
        """Whether there is neither a sentence nor a comment in it."""
        return not self.items and not self.opening


@dataclass(slots=True)
class Sentence:
    """A sentence, or another member of a block: an option, a value, a row. ``trailing``: the comment behind it."""

    node: n.Node
    blank: bool
    parts: list[Atom | Remark | Block] = field(default_factory=list)
    trailing: str = ""


def read(source: Source, file: n.File) -> list[Sentence | Note]:
    """The sentences and comments of a source that was parsed without an error."""
    return _Reader(source, file).items()


_BODIES = frozenset(
    [
        "actions", "body", "moves", "options", "otherwise", "payload", "people", "points", "rows", "then", "triggers",
        "values",
    ]
)  # fmt: skip
_TIGHT_BEFORE = frozenset(["COMMA", "RPAR", "DOT", "_RANGE", "PERCENT"])
_TIGHT_AFTER = frozenset(["LPAR", "DOT", "_RANGE"])


def _one_line(item: Sentence | Note) -> bool:
    """Whether an item may stand on a line with others. Rows of tables never do."""
    return (
        isinstance(item, Sentence)
        and not isinstance(item.node, n.Row)
        and all(part.one_line for part in item.parts if isinstance(part, Block))
    )


class _Places:
    """Offsets that the tree knows and the tokens do not."""

    def __init__(self, file: n.File) -> None:
        self.sentences: dict[int, n.Node] = {}  # where each begins
        self.signs: set[int] = set()  # minus signs with one operand
        self.functions: set[int] = set()  # ends of names that are called
        self.hours: set[int] = set()  # ends of times with a dash behind
        stack: list[n.Node] = [file]
        while stack:
            node = stack.pop()
            kind = type(node)
            for name in n.field_names(kind):
                value = getattr(node, name)
                if isinstance(value, n.Node):
                    stack.append(value)
                elif isinstance(value, tuple):
                    members = [member for member in value if isinstance(member, n.Node)]
                    stack.extend(members)
                    if name in _BODIES:
                        self.sentences.update((member.span.start, member) for member in members)
            if isinstance(node, n.Unary):
                if node.op == "-":
                    self.signs.add(node.span.start)
            elif isinstance(node, n.Call):
                self.functions.add(node.function.span.end)
            elif isinstance(node, n.CalendarHours):
                self.hours.add(node.start.span.end)


class _Reader:
    """Walks the tokens and the comments side by side."""

    def __init__(self, source: Source, file: n.File) -> None:
        self.text = source.text
        self.tokens: Tokens = lex(source, Diagnostics())
        self.places = _Places(file)
        self.at = 0  # the next token
        self.end = 0  # where the last token or comment ended
        self.note = 0  # the next comment
        self.depth = 0  # parentheses that are open

    def items(self) -> list[Sentence | Note]:
        """Up to the closing brace or the end."""
        out: list[Sentence | Note] = []
        while True:
            for text, _, blank in self.comments():
                out.append(Note(text, blank))
            if self.tokens.kinds[self.at] in ("RBRACE", "$END"):
                return out
            out.append(self.sentence())

    def comments(self) -> Iterator[tuple[str, bool, bool]]:
        """Those before the next token: the text, whether on a line of its own, whether after a blank line."""
        comments, limit = self.tokens.comments, self.tokens.starts[self.at]
        while self.note < len(comments) and comments[self.note][0] < limit:
            start, end = comments[self.note]
            lines = self.text.count("\n", self.end, start)
            self.note += 1
            self.end = end
            yield self.text[start:end].rstrip(), lines > 0, lines > 1

    def same_line(self) -> str:
        """The comment that stands on the line of the last token, before the next one; or nothing."""
        comments = self.tokens.comments
        if self.note == len(comments) or comments[self.note][0] > self.tokens.starts[self.at]:
            return ""
        start, end = comments[self.note]
        if "\n" in self.text[self.end : start]:
            return ""
        self.note += 1
        self.end = end
        return self.text[start:end].rstrip()

    def sentence(self) -> Sentence:
        kinds, starts, begins = self.tokens.kinds, self.tokens.starts, self.places.sentences
        node = begins[starts[self.at]]
        made = Sentence(node, self.text.count("\n", self.end, starts[self.at]) > 1)
        parts = made.parts
        self.depth = 0
        while True:
            parts.append(self.block() if kinds[self.at] == "LBRACE" else self.atom(parts))
            ends = kinds[self.at] in ("RBRACE", "$END") or starts[self.at] in begins
            if ends and not (isinstance(node, n.If) and isinstance(parts[-1], Atom)):  # `else if` begins no sentence
                made.trailing = self.same_line()
                return made
            parts.extend(Remark(text, own) for text, own, _ in self.comments())

    def block(self) -> Block:
        start = self.tokens.starts[self.at]
        self.end = self.tokens.ends[self.at]
        self.at += 1
        opening = self.same_line()
        items = self.items()
        self.end = self.tokens.ends[self.at]
        self.at += 1
        one_line = "\n" not in self.text[start : self.end] and all(map(_one_line, items))
        return Block(start, opening, items, one_line)

    def atom(self, before: list[Atom | Remark | Block]) -> Atom:
        at, kinds, starts, ends = self.at, self.tokens.kinds, self.tokens.starts, self.tokens.ends
        kind, start = kinds[at], starts[at]
        text = self.text[start : ends[at]]
        if kind == "RPAR":
            self.depth -= 1
        spaced = self.spaced(at)
        rank = self.rank(text, before) if before and spaced else None
        kept = rank is not None and rank <= KEPT and "\n" in self.text[self.end : start]
        if kind == "LPAR":
            self.depth += 1
        self.end = ends[at]
        self.at += 1
        return Atom(text, start, spaced, rank, kept)

    def spaced(self, at: int) -> bool:
        """Whether a space stands before a token."""
        kind, before = self.tokens.kinds[at], self.tokens.kinds[at - 1]
        if kind in _TIGHT_BEFORE or before in _TIGHT_AFTER:
            return False
        end = self.tokens.ends[at - 1]
        if kind == "LPAR":
            return end not in self.places.functions
        if kind == "MINUS":
            return end not in self.places.hours
        if before == "MINUS":
            return (
                self.tokens.starts[at - 1] not in self.places.signs
                and self.tokens.ends[at - 2] not in self.places.hours
            )
        return True

    def rank(self, text: str, before: list[Atom | Remark | Block]) -> int:
        at, kinds = self.at, self.tokens.kinds
        last = before[-1]
        if self.depth == 0 and text == "when" and len(before) > 1:
            return CLAUSE
        if self.depth == 0 and text == "else" and kinds[at + 1] == "STRING" and not isinstance(last, Block):
            return CLAUSE
        if text == "/" and kinds[at - 1] == kinds[at + 1] == "STRING":
            return OTHER_TEXT
        inside = 10 * self.depth
        if text in ("or", "and"):
            return inside + (OR if text == "or" else AND)
        return inside + COMMA if kinds[at - 1] == "COMMA" else ANYWHERE
