"""Where the cursor stands: the parser's stack before it, found without building a tree and kept between questions."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from voronka.dsl.syntax.expected import context
from voronka.dsl.syntax.lexer import Tokens, lex
from voronka.dsl.syntax.machine import Machine
from voronka.dsl.syntax.tables import tables
from voronka.dsl.text.diagnostic import Diagnostics
from voronka.dsl.text.source import Source

_AHEAD = 8  # tokens that a word's reading may look at
_NEVER = 1 << 60


class Stack(NamedTuple):
    """States, and where the text of each symbol starts."""

    states: tuple[int, ...]
    starts: tuple[int, ...]


class Mark(NamedTuple):
    """The stack at the beginning of a line. It holds for texts that begin with the same ``sure`` characters."""

    offset: int
    sure: int
    states: tuple[int, ...]
    starts: tuple[int, ...]
    sentence: tuple[Stack, ...]  # both at the last end of a sentence, by open block


@dataclass(slots=True)
class Position:
    """A place in a text. ``symbols`` is the stack by name, ``starts`` where the text of each begins."""

    text: str
    offset: int  # where the word under the cursor begins
    word: str  # what of it stands before the cursor
    states: list[int]
    starts: list[int]
    symbols: list[str] = field(init=False)
    quoted: bool = False  # inside of a text in quotes

    def __post_init__(self) -> None:
        named = tables().symbols
        self.symbols = [named[state] for state in self.states]

    def part(self, at: int) -> str:
        """The text of a symbol of the stack; a negative index counts from its top."""
        at %= len(self.symbols)
        end = self.starts[at + 1] if at + 1 < len(self.starts) else self.offset
        return self.text[self.starts[at] : end].strip()

    @property
    def block(self) -> str:
        """The rule of the innermost open block; empty at the top of a file."""
        return context(self.states)

    def accepts(self, terminal: str) -> bool:
        """Whether a token may stand here."""
        return tables().accepts(self.states, terminal)

    def reduced(self, terminal: str) -> Position:
        """The same place after what a token of this kind would complete."""
        states, starts = self.states.copy(), self.starts.copy()
        _shift(states, starts, terminal, self.offset)
        states.pop()
        starts.pop()
        return Position(self.text, self.offset, self.word, states, starts, self.quoted)


class Tracker:
    """Finds positions in one text that is edited: what stands before the first change is not read again."""

    def __init__(self) -> None:
        self.text = ""
        self.marks: list[Mark] = []
        self.guessed = False  # what was read after a brace without its pair: more text may read otherwise

    def position(self, text: str, offset: int) -> Position:
        """The place of an offset. Where the text before it is broken, the innermost sentence that can be read."""
        begin, quoted = _word_start(text, offset)
        same = _common(self.text, text, begin)
        at = bisect_right(self.marks, same, key=lambda mark: mark.sure) - 1
        del self.marks[at + 1 :]
        if self.marks:
            first = self.marks[-1]
            states, starts = list(first.states), list(first.starts)
            sentence = list(first.sentence)
        else:
            first = Mark(0, 0, (0,), (0,), (Stack((0,), (0,)),))
            states, starts, sentence = [0], [0], list(first.sentence)
        self.text = text
        self._run(text[:begin], first.offset, states, starts, sentence)
        return Position(text, begin, text[begin:offset], states, starts, quoted)

    def _run(self, text: str, start: int, states: list[int], starts: list[int], sentence: list[Stack]) -> None:
        """Move the stack over the tokens from ``start`` on; leaves a mark at each line that begins a sentence."""
        self.guessed = False
        source = Source("", text[start:])
        tokens = lex(source, Diagnostics())
        machine = Machine(source, tokens, Diagnostics())
        t = tables()
        at = 0
        while tokens.kinds[at] != "$END":
            kind, width = tokens.kinds[at], 1
            if machine.begins_line(at) and _may_end(states):
                sentence[-1] = Stack(tuple(states), tuple(starts))
                offset = start + source.text.rfind("\n", 0, tokens.starts[at]) + 1
                if not self.marks or offset > self.marks[-1].offset:
                    # how words were read so far may hang on some that follow
                    certain = at + _AHEAD < len(tokens.kinds) - 1 and not self.guessed
                    sure = start + tokens.ends[at + _AHEAD] if certain else _NEVER
                    self.marks.append(Mark(offset, sure, tuple(states), tuple(starts), tuple(sentence)))
            if kind == "WORD":
                reading = machine.resolve(states, at)
                kind, width = reading if reading is not None else ("", 1)
            if not kind or not t.accepts(states, kind):
                at = self._recover(tokens, machine, at, states, starts, sentence)
                continue
            _shift(states, starts, kind, start + tokens.starts[at])
            if kind == "LBRACE":
                sentence.append(Stack(tuple(states), tuple(starts)))
            elif kind == "RBRACE" and len(sentence) > 1:
                sentence.pop()
            at += width

    def _recover(
        self, tokens: Tokens, machine: Machine, at: int, states: list[int], starts: list[int], sentence: list[Stack]
    ) -> int:
        """Give the sentence up: back to where it began, on to a line that can go on there, or the block's end."""
        begin, depth, nested = at, 0, True
        while (kind := tokens.kinds[at]) != "$END" or (depth and nested):
            if kind == "$END":  # a brace that nothing closes yet: then the next sentence, however deep
                self.guessed = True
                at, depth, nested = begin, 0, False
                continue
            if depth == 0 and kind == "RBRACE" and nested:
                _back(states, starts, sentence[-1])
                if len(sentence) == 1:
                    return at + 1
                if tables().accepts(states, "RBRACE"):
                    return at
                # a block that cannot end as it is (a robot without a trigger): its sentence goes, too
                sentence.pop()
                _back(states, starts, sentence[-1])
                return at + 1
            if depth == 0 and kind == "WORD" and machine.begins_line(at):
                reading = machine.resolve(list(sentence[-1].states), at)
                if reading is not None and reading[0] != "NAME":
                    _back(states, starts, sentence[-1])
                    return at
            if nested:
                depth += (kind == "LBRACE") - (kind == "RBRACE")
            at += 1
        return at


def _back(states: list[int], starts: list[int], stack: Stack) -> None:
    states[:] = stack.states
    starts[:] = stack.starts


def _may_end(states: list[int]) -> bool:
    return tables().accepts(states, "RBRACE") or tables().accepts(states, "$END")


def _shift(states: list[int], starts: list[int], terminal: str, offset: int) -> None:
    t = tables()
    rows, defaults, rules = t.rows, t.defaults, t.rules
    while True:
        action = rows[states[-1]].get(terminal)
        if action is None:
            action = defaults[states[-1]]
        if action > 0:
            states.append(action)
            starts.append(offset)
            return
        rule = rules[~action]
        begin = offset
        if rule.size:
            begin = starts[-rule.size]
            del states[-rule.size :], starts[-rule.size :]
        states.append(rows[states[-1]][rule.origin])
        starts.append(begin)


def _word_start(text: str, offset: int) -> tuple[int, bool]:
    """Where the word or the quoted text that ends at an offset begins, and whether it is quoted."""
    line = text.rfind("\n", 0, offset) + 1
    at, quote = line, -1
    while at < offset:
        char = text[at]
        if quote >= 0:
            if char == "\\":
                at += 1
            elif char == '"':
                quote = -1
        elif char == '"':
            quote = at
        elif char == "#":
            return offset, False
        at += 1
    if quote >= 0:
        return quote, True
    at = offset
    while at > line and (text[at - 1].isalnum() or text[at - 1] == "_"):
        at -= 1
    return at, False


def _common(one: str, other: str, most: int) -> int:
    """How many characters two texts begin with in common, at most so many."""
    low, high = 0, min(len(one), len(other), most)
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
