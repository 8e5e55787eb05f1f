"""The parse tables, as the build made them."""

from __future__ import annotations

import json
from functools import cache, cached_property
from importlib import resources
from typing import Any, NamedTuple


class Rule(NamedTuple):
    """A reduction: how many symbols, to what, and what becomes of their values."""

    origin: str
    size: int
    callback: str | None  # "" splices the children into the parent, None passes the only child on
    kept: tuple[int, ...]  # indexes; + 1000 to splice a list; -1 for the None of a missing part


class Tables:
    """An LR automaton. ``rows[state]`` maps a symbol to a state to go to, or to ``~rule`` to reduce by.

    A terminal that a row does not name takes ``defaults[state]``: ``~rule``, or 0 for an error.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.words: dict[str, str] = data["words"]
        self.end: int = data["end"]
        self.declaring: frozenset[int] = frozenset(data["declaring"])
        self.first: dict[str, frozenset[str]] = {name: frozenset(terms) for name, terms in data["first"].items()}
        self.rules = tuple(Rule(a, b, c, tuple(d)) for a, b, c, d in data["rules"])
        self.rows: list[dict[str, int]] = data["rows"]
        self.defaults: list[int] = data["defaults"]

    @cached_property
    def terminals(self) -> tuple[str, ...]:
        """All terminals, in a fixed order."""
        named = {name for row in self.rows for name in row}
        return tuple(sorted(named - {rule.origin for rule in self.rules} | {"$END"}))

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """The symbol that leads to each state; an empty text for the start."""
        found = [""] * len(self.rows)
        for row in self.rows:
            for name, target in row.items():
                if target > 0:
                    found[target] = name
        return tuple(found)

    def accepts(self, states: list[int], terminal: str) -> bool:
        """Whether a terminal can be shifted on this stack. Exact: the reductions are played through."""
        return self.landing(states, terminal) is not None

    def landing(self, states: list[int], terminal: str) -> int | None:
        """The state in which a terminal would be shifted, after the reductions before it; None if it cannot be."""
        rows, defaults, rules = self.rows, self.defaults, self.rules
        top = len(states)
        above: list[int] = []  # what the reductions put on states[:top]
        state = states[-1]
        while True:
            action = rows[state].get(terminal)
            if action is None:
                action = defaults[state]
                if action == 0:
                    return None
            if action > 0:
                return state
            rule = rules[~action]
            size = rule.size
            if size <= len(above):
                del above[len(above) - size :]
            else:
                top -= size - len(above)
                above.clear()
            state = rows[above[-1] if above else states[top - 1]][rule.origin]
            if terminal == "$END" and state == self.end:
                return state
            above.append(state)

    def shift(self, states: list[int], terminal: str) -> bool:
        """Move a stack of states over a terminal. False, and the stack spoilt, if it does not fit."""
        rows, defaults, rules = self.rows, self.defaults, self.rules
        while True:
            state = states[-1]
            action = rows[state].get(terminal)
            if action is None:
                action = defaults[state]
                if action == 0:
                    return False
            if action > 0:
                states.append(action)
                return True
            rule = rules[~action]
            if rule.size:
                del states[-rule.size :]
            states.append(rows[states[-1]][rule.origin])
            if terminal == "$END" and states[-1] == self.end:
                return True


@cache
def tables() -> Tables:
    """The tables of this version, read once."""
    text = resources.files("voronka.dsl.syntax").joinpath("tables.json").read_text(encoding="utf-8")
    return Tables(json.loads(text))
