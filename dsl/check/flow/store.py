"""What a search for a contradiction has taken in so far, and whether it still holds together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from voronka.dsl.check.flow.domains import Values, meet
from voronka.dsl.check.flow.terms import Key

if TYPE_CHECKING:
    from voronka.dsl.check.flow.solve import Want

TRUE_BIT, FALSE_BIT, UNKNOWN_BIT = 1, 2, 4
SET, UNSET = 1, 2
_ANY = TRUE_BIT | FALSE_BIT | UNKNOWN_BIT


class Store:
    """Limits on terms (set or unset, which values) and on whole conditions (true, false, unknown).

    Every method that adds something returns whether the whole can still be true.
    """

    __slots__ = ("bases", "choices", "items", "masks", "parts")

    def __init__(self) -> None:
        self.bases: dict[Key, int] = {}  # term -> SET, UNSET or both
        self.parts: dict[tuple[Key, Key], Values] = {}  # (term, aspect of it) -> values left if the term is set
        self.masks: dict[Key, int] = {}  # condition -> outcomes left
        self.choices: list[list[list[Want]]] = []  # of each, one alternative must be taken
        self.items: dict[str, tuple[list[Want], list[Want], list[Want]]] = {}  # list -> every, some, some if any

    def copy(self) -> Store:
        twin = Store()
        twin.bases = self.bases.copy()
        twin.parts = self.parts.copy()
        twin.masks = self.masks.copy()
        twin.choices = self.choices.copy()
        twin.items = {name: (every[:], some[:], maybe[:]) for name, (every, some, maybe) in self.items.items()}
        return twin

    def set(self, base: Key) -> bool:
        left = self.bases.get(base, SET | UNSET) & SET
        self.bases[base] = left
        return bool(left)

    def unset(self, base: Key) -> bool:
        left = self.bases.get(base, SET | UNSET) & UNSET
        self.bases[base] = left
        return bool(left)

    def narrow(self, base: Key, part: Key, values: Values, limit: Values | None) -> bool:
        name = (base, part)
        known = self.parts.get(name, limit)
        left = values if known is None else meet(known, values)
        self.parts[name] = left
        return not left.empty or self.unset(base)

    def mask(self, condition: Key, outcomes: int) -> bool:
        left = self.masks.get(condition, _ANY) & outcomes
        self.masks[condition] = left
        return bool(left)

    def about(self, source: str) -> tuple[list[Want], list[Want], list[Want]]:
        return self.items.setdefault(source, ([], [], []))

    def settle(self, implied: Callable[[Key], tuple[Key, ...]]) -> bool:
        """Carry set-ness over to what the set terms are made of."""
        waiting = [base for base, state in self.bases.items() if state == SET]
        seen = set(waiting)
        while waiting:
            for base in implied(waiting.pop()):
                if not self.set(base):
                    return False
                if base not in seen:
                    seen.add(base)
                    waiting.append(base)
        return True
