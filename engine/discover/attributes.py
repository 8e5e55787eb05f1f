"""Attributes of a log as fields: their types, where on the way they are always known, which one explains losses."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voronka.engine.discover.ends import Ends, Fate
from voronka.engine.discover.log import UNKEPT, Column, EventLog
from voronka.engine.discover.stamps import FORMS, forms_of

ALWAYS = 0.95  # share of the cases that have an attribute when they come into a stage, for it to be a gate
FEWEST = 20  # cases, before anything is said of a gate
_MOST_OPTIONS = 12
_LONGEST_OPTION = 40
_EXPLAINED = 0.8  # share of the losses that have the attribute
_MOST_REASONS = 20
_SAMPLE = 2_000
_PERSONAL = re.compile(
    r"phone|mail|address|customer|client|contact|person|surname|full_?name|first_?name|last_?name|passport|birth"
    r"|телефон|почт|адрес|фио|фамил|клиент|контакт|имя|паспорт|рожден",
    re.IGNORECASE,
)
_REASON = re.compile(r"reason|cause|why|motive|причин|почему", re.IGNORECASE)
_ROLE = re.compile(r"^(?:org:role|role|роль|должность)$", re.IGNORECASE)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
_PHONE = re.compile(r"\+?[\d ()\-]{10,18}")
_YES_NO = frozenset({"true", "false", "yes", "no", "да", "нет"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column as a field. ``options`` of a choice; ``personal`` values are nowhere written."""

    column: Column
    type: str
    options: tuple[str, ...] = ()
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """How many of the cases that came into a stage had an attribute by then."""

    filled: int
    cases: int

    @property
    def always(self) -> bool:
        return self.cases >= FEWEST and self.filled >= ALWAYS * self.cases


def attributes(log: EventLog) -> tuple[list[Attribute], list[str]]:
    """The columns that say something of a case, as fields; names of those that do not: constants, numbers of rows."""
    found, left = [], []
    for column in log.columns.values():
        if _ROLE.match(column.name):
            continue
        if _empty_of_meaning(log, column):
            left.append(column.name)
        else:
            found.append(_typed(column))
    return found, left


def _empty_of_meaning(log: EventLog, column: Column) -> bool:
    filled = sum(code != 0 for code in column.codes)
    same = len(column.values) <= 1 and filled == len(log) and UNKEPT not in column.codes
    counter = len(column.values) == len(log) and len(log) > len(log.cases)
    return filled == 0 or same or (counter and _numbers(column.values))


def _typed(column: Column) -> Attribute:
    sample = column.values[:_SAMPLE]
    if all(_MAIL.fullmatch(text) for text in sample):
        return Attribute(column, "email", personal=True)
    if _PERSONAL.search(column.name):
        phones = all(_PHONE.fullmatch(text) for text in sample)
        return Attribute(column, "phone" if phones else "text", personal=True)
    if any(_MAIL.search(text) for text in sample):
        return Attribute(column, "text", personal=True)
    if {text.casefold() for text in column.values} <= _YES_NO:
        return Attribute(column, "bool")
    if _numbers(sample):
        return Attribute(column, "number")
    if dates := [form for form in forms_of(sample, 1.0) if form in FORMS[:4]]:
        return Attribute(column, "date" if dates and not any(":" in text for text in sample) else "datetime")
    texts = column.values
    filled = sum(code != 0 for code in column.codes)
    if len(texts) <= _MOST_OPTIONS and filled >= 3 * len(texts) and all(len(one) <= _LONGEST_OPTION for one in texts):
        return Attribute(column, "choice", tuple(sorted(texts)))
    return Attribute(column, "text")


def _numbers(texts: Sequence[str]) -> bool:
    """Numbers, none of them with a zero in front, as numbers of documents have."""
    return all(re.fullmatch(r"-?(?:0|[1-9]\d{0,14})(?:[.,]\d{1,6})?", text) for text in texts)


def known_at(log: EventLog, found: Sequence[Attribute]) -> dict[tuple[int, int], Known]:
    """(attribute, activity) -> in how many cases it was known when the activity first came, in how many that came."""
    filled: Counter[tuple[int, int]] = Counter()
    reached: Counter[int] = Counter()
    codes = [one.column.codes for one in found]
    acts = log.act
    for _, start, end in log.spans():
        # an attribute is known from its first value on; later blanks take nothing back
        since = [next((i for i in range(start, end) if column[i]), end) for column in codes]
        seen: set[int] = set()
        for i in range(start, end):
            act = acts[i]
            if act in seen:
                continue
            seen.add(act)
            reached[act] += 1
            for number, first in enumerate(since):
                if first <= i:
                    filled[number, act] += 1
    return {(n, act): Known(filled[n, act], count) for n in range(len(found)) for act, count in reached.items()}


@dataclass(frozen=True, slots=True)
class Explained:
    """Losses by the values of one attribute: value -> cases, ``blank`` those without."""

    attribute: Attribute
    counts: Mapping[str, int]
    blank: int


def explaining(log: EventLog, ends: Ends, found: Sequence[Attribute]) -> Explained | None:
    """The attribute that says why cases are lost: called so, or filled with losses and hardly otherwise."""
    best: tuple[float, Explained] | None = None
    lost = [number for number, fate in enumerate(ends.fates) if fate is Fate.LOST]
    if not lost:
        return None
    for one in found:
        if one.personal or one.type not in ("choice", "text"):
            continue
        counts: Counter[str] = Counter()
        for number in lost:
            if text := _last(log, one.column, number):
                counts[text] += 1
        named = bool(_REASON.search(one.column.name))
        total = sum(counts.values())
        if not 1 < len(counts) <= _MOST_REASONS or total < _EXPLAINED * len(lost) or any(len(t) > 80 for t in counts):
            continue
        others = [number for number, fate in enumerate(ends.fates) if fate is Fate.WON]
        elsewhere = sum(_last(log, one.column, number) is not None for number in others)
        if not named and elsewhere > 0.05 * len(others):
            continue
        score = (2.0 if named else 1.0) + total / len(lost)
        if best is None or score > best[0]:
            best = score, Explained(one, counts, len(lost) - total)
    return best[1] if best else None


def _last(log: EventLog, column: Column, case: int) -> str | None:
    for i in range(log.starts[case + 1] - 1, log.starts[case] - 1, -1):
        if text := column.value(i):
            return text
    return None


def hands(log: EventLog) -> dict[int, tuple[int, Mapping[str, int]]]:
    """Activity -> (how many different people did it, events by the role they had)."""
    people: defaultdict[int, set[int]] = defaultdict(set)
    roles: defaultdict[int, Counter[str]] = defaultdict(Counter)
    column = next((one for one in log.columns.values() if _ROLE.match(one.name)), None)
    for i, act in enumerate(log.act):
        if log.who[i] >= 0:
            people[act].add(log.who[i])
        if column is not None and (role := column.value(i)):
            roles[act][role] += 1
    return {act: (len(people[act]), roles[act]) for act in {*people, *roles}}
