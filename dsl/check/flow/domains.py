"""Sets of values a condition leaves possible: unions of ranges of numbers, and labels that are in or out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers between two bounds; a bound of None is infinite. ``open`` bounds are not part of it."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    @property
    def empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def whole(self) -> Range:
        """The same whole numbers, with bounds that are part of it."""
        low, high = self.low, self.high
        if low is not None:
            low = Fraction(floor(low) + 1 if self.low_open else ceil(low))
        if high is not None:
            high = Fraction(ceil(high) - 1 if self.high_open else floor(high))
        return Range(low, high)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A union of ranges, of all numbers or only of whole ones."""

    ranges: tuple[Range, ...] = (Range(),)
    whole: bool = False

    @property
    def empty(self) -> bool:
        return not self.ranges

    def __and__(self, other: Numbers) -> Numbers:
        whole = self.whole or other.whole
        met = (_meet(a, b) for a in self.ranges for b in other.ranges)
        return Numbers(tuple(r for r in ((m.whole() if whole else m) for m in met) if not r.empty), whole)

    def outside(self) -> Numbers:
        """Every number that is not in this set."""
        left = Numbers((Range(),), self.whole)
        for r in self.ranges:
            gaps = []
            if r.low is not None:
                gaps.append(Range(None, r.low, high_open=not r.low_open))
            if r.high is not None:
                gaps.append(Range(r.high, None, low_open=not r.high_open))
            left &= Numbers(tuple(gaps), self.whole)
        return left


@dataclass(frozen=True, slots=True)
class Labels:
    """The names listed, or with ``out`` every name but those."""

    names: frozenset[object] = frozenset()
    out: bool = True

    @property
    def empty(self) -> bool:
        return not self.out and not self.names

    def __and__(self, other: Labels) -> Labels:
        match self.out, other.out:
            case False, False:
                return Labels(self.names & other.names, False)
            case False, True:
                return Labels(self.names - other.names, False)
            case True, False:
                return Labels(other.names - self.names, False)
            case _:
                return Labels(self.names | other.names)

    def outside(self) -> Labels:
        """Every name that is not in this set."""
        return Labels(self.names, not self.out)


Values: TypeAlias = Numbers | Labels


def meet(a: Values, b: Values) -> Values:
    """What both sets leave. Sets of different kinds say nothing about each other, so the first one stands."""
    if isinstance(a, Numbers) and isinstance(b, Numbers):
        return a & b
    if isinstance(a, Labels) and isinstance(b, Labels):
        return a & b
    return a


def compared(op: str, bound: Fraction, whole: bool = False) -> Numbers:
    """The numbers ``x`` for which ``x op bound`` holds; op is one of lt le gt ge eq ne."""
    match op:
        case "lt" | "le":
            ranges: tuple[Range, ...] = (Range(None, bound, high_open=op == "lt"),)
        case "gt" | "ge":
            ranges = (Range(bound, None, low_open=op == "gt"),)
        case "eq":
            ranges = (Range(bound, bound),)
        case "ne":
            ranges = (Range(None, bound, high_open=True), Range(bound, None, low_open=True))
        case _:
            raise ValueError(f"no comparison: {op}")
    return Numbers(ranges, whole) & Numbers((Range(),), whole)


def among(*names: object) -> Labels:
    """Exactly these names."""
    return Labels(frozenset(names), False)


def _meet(a: Range, b: Range) -> Range:
    low, low_open = a.low, a.low_open
    if b.low is not None and (low is None or (b.low, b.low_open) > (low, low_open)):
        low, low_open = b.low, b.low_open
    high, high_open = a.high, a.high_open
    if b.high is not None and (high is None or (b.high, not b.high_open) < (high, not high_open)):
        high, high_open = b.high, b.high_open
    return Range(low, high, low_open, high_open)
