"""Random files that parse, made from the grammar, so that they hold every form; what names mean is left to chance.

``texts()`` is a strategy of them with odd white space and comments between any two tokens; ``tokens(seed, size)`` gives
the tokens alone, for tests that put something else between them.
"""

from __future__ import annotations

import random
from functools import cache

from hypothesis import strategies as st
from lark import Lark

from voronka.dsl.syntax.build import GRAMMAR
from voronka.dsl.syntax.keywords import KEYWORDS, RESERVED, UNITS
from voronka.dsl.syntax.parser import parse
from voronka.dsl.text.source import Source

NAMES = ("a", "b2", "set", "amount", "client_name", "срок", "имя_клиента", "x" * 30)
SOFT = tuple(sorted(set(KEYWORDS) - RESERVED))
STRINGS = (
    '""', '"Новая"', '"New"', '"日本語の題"', '"a # no comment"', '"{ }"', '"a\\"b\\\\\\n"', '"tab\there"',
    '"Очень длинный заголовок, который занимает почти половину строки"', f'"{"слово " * 25}"',
)  # fmt: skip
VALUES: dict[str, tuple[str, ...]] = {
    "STRING": STRINGS,
    "NUMBER": ("0", "5", "42", "120_000", "0.5", "1_000.25"),
    "DATE": ("2026-12-25", "2024-02-29"),
    "TIME": ("00:00", "09:05", "18:30"),
    "UNIT": tuple(UNITS),
    "CURRENCY_CODE": ("RUB", "EUR", "₽", "$"),
    "COMPARE": ("<", "<=", ">", ">="),
    "QUANTIFIER": ("all of", "any of", "none of"),
    "STRATEGY": ("round robin", "least busy"),
    "_ASKS": ("is", "are"),
    "_OLDER_THAN": ("older than",),
    "_AT_MOST": ("at most",),
    "_UNLESS_MISSED": ("unless missed",),
    "_RANGE": ("..",),
}
COMMENTS = ("#", "# why", "#без пробела", "# { } \" ' |", "#\tafter a tab", "# ends in spaces   ", "# " + "long " * 30)
SPACES = (" ",) * 12 + ("  ", "\t", "\n", "\n", "\n    ", "\r\n", "\n\n", "\n\n\n\n", "\u00a0", " \n\t\n ")

_OFTEN = {"pipeline": 8, "module": 4, "scenario": 6}  # what holds the most forms


class _Grammar:
    """The grammar as lists of symbols, and how deep each symbol must go at least."""

    def __init__(self) -> None:
        lark = Lark(GRAMMAR.read_text(encoding="utf-8"), parser="lalr", start="file")
        self.words = {t.name: t.pattern.value for t in lark.terminals if type(t.pattern).__name__ == "PatternStr"}
        self.rules: dict[str, list[list[tuple[str, bool]]]] = {}
        for rule in lark.rules:
            symbols = [(symbol.name, symbol.is_term) for symbol in rule.expansion]
            self.rules.setdefault(rule.origin.name, []).append(symbols)
        self.depth = dict.fromkeys(self.rules, 1_000_000)
        changed = True
        while changed:
            changed = False
            for name, choices in self.rules.items():
                least = min(self.needs(symbols) for symbols in choices)
                if least < self.depth[name]:
                    self.depth[name], changed = least, True

    def needs(self, symbols: list[tuple[str, bool]]) -> int:
        return 1 + max((self.depth[name] for name, is_term in symbols if not is_term), default=0)

    def forms(self, symbols: list[tuple[str, bool]]) -> int:
        """How many sentences a choice among sentences holds, so that each is as likely as another."""
        name, is_term = symbols[-1] if symbols else ("", True)
        if is_term or not name.startswith("_") or name.startswith("__"):
            return 1
        return sum(map(self.forms, self.rules[name]))

    def blocks(self, symbols: list[tuple[str, bool]]) -> int:
        """A weight for sentences that hold others: else those inside would be rare."""
        name, is_term = symbols[-1] if symbols else ("", True)
        if is_term or name.startswith("_"):
            return 1
        return 6 if any(symbol.endswith("_block") for choice in self.rules[name] for symbol, _ in choice) else 1


@cache
def _grammar() -> _Grammar:
    return _Grammar()


def tokens(seed: int, size: int) -> list[str]:
    """The tokens of a random file; ``size`` is about how many there will be."""
    chance = random.Random(seed)
    out: list[str] = []
    while len(out) < size:
        _expand("_top", chance, size, out)
    return out


def _expand(start: str, chance: random.Random, size: int, out: list[str]) -> None:
    grammar = _grammar()
    stack = [(start, False, 0)]
    while stack:
        name, is_term, depth = stack.pop()
        if is_term:
            out.extend([chance.choice(STRINGS)] if name == "STRING" else _terminal(chance, name).split(" "))
            continue
        if name == "sum" and out and out[-1] in ("is", "not") and chance.random() < 0.2:
            out.append("set")
            continue
        choices = grammar.rules[name]
        short = depth > 60 or len(out) + len(stack) > size  # what is deep or late is kept short
        if short:
            symbols = min(choices, key=grammar.needs)
        elif name == "_top":
            symbols = chance.choices(choices, [_OFTEN.get(choice[0][0], 1) for choice in choices])[0]
        elif name.endswith(("_body", "_block")) and chance.random() < 0.9:
            symbols = chance.choices(choices, [grammar.needs(choice) ** 2 for choice in choices])[0]
        else:
            if name.startswith("__") and chance.random() < 0.8:  # a repetition goes on
                longest = max(map(len, choices))
                choices = [choice for choice in choices if len(choice) == longest]
            symbols = chance.choices(choices, [grammar.forms(choice) * grammar.blocks(choice) for choice in choices])[0]
        stack.extend((symbol, term, depth + 1) for symbol, term in reversed(symbols))


def _terminal(chance: random.Random, name: str) -> str:
    if name == "NAME":
        return chance.choice(SOFT) if chance.random() < 0.05 else chance.choice(NAMES)
    return chance.choice(VALUES[name]) if name in VALUES else _grammar().words[name]


def spread(words: list[str], seed: int) -> str:
    """Tokens with something between any two of them: spaces, line ends, comments, or nothing where that will do."""
    chance = random.Random(seed)
    comments = chance.choice((0.0, 0.02, 0.1))
    out = [chance.choice(("", "", "\ufeff", "\n\n", "# first\n"))]
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        out.append(word)
        if chance.random() < comments:
            out += [chance.choice(("", " ", "\n")), chance.choice(COMMENTS), chance.choice(("\n", "\r\n"))]
        elif (word in "{}()," or following in "{}(),") and chance.random() < 0.2:
            continue
        else:
            out.append(chance.choice(SPACES))
    return "".join(out)


def parses(text: str) -> bool:
    """Whether a text is without errors; names that are keywords elsewhere can make one."""
    return parse(Source("generated.pipeline", text)).complete


@st.composite
def texts(draw: st.DrawFn, max_size: int = 400) -> str:
    """Files that parse, of about ``max_size`` tokens at most."""
    size = draw(st.integers(1, max_size))
    words = tokens(draw(st.integers(0, 2**32)), size)
    return spread(words, draw(st.integers(0, 2**32)))
