"""An event log in memory: numbers in arrays, texts once each, events in order of case and time.

A million events take a few dozen megabytes: what a row says is kept as small numbers into lists of distinct texts.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from voronka.dsl.text.codes.base import Both

MOST_EVENTS = 20_000_000
MOST_ACTIVITIES = 2_000
MOST_ATTRIBUTES = 200
MOST_VALUES = 50_000  # distinct ones that are kept of a column; of others it is known that there is one
UNKEPT = -1


class TooMuch(Exception):
    """A log beyond what is read; the argument says in which way."""

    def __init__(self, said: Both) -> None:
        self.said = said
        super().__init__(said.en)


@dataclass(slots=True)
class Column:
    """An attribute of events: ``codes[i]`` is 0 where event i lacks it, n for ``values[n - 1]``, or UNKEPT."""

    name: str
    codes: array[int] = field(default_factory=lambda: array("i"))
    values: list[str] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict, repr=False)

    def code(self, text: str) -> int:
        """The number of a text, a new one for a new text."""
        found = self.known.get(text)
        if found is None:
            if len(self.values) >= MOST_VALUES:
                return UNKEPT
            self.values.append(text)
            found = self.known[text] = len(self.values)
        return found

    def value(self, at: int) -> str | None:
        """What event ``at`` has here; None where it has nothing, or what was not kept."""
        code = self.codes[at]
        return self.values[code - 1] if code > 0 else None


@dataclass(frozen=True, slots=True)
class EventLog:
    """Events sorted by case (as they first appear), then time, then order of the file.

    ``case``, ``act``, ``who`` number into ``cases``, ``activities``, ``people`` (who: -1 for nobody); ``at`` is in ms
    since the epoch, ``line`` the line or place in the file. ``starts[c]`` is where case c begins; one more at the end.
    ``tied`` events share their instant with the one before them in their case; ``duplicates`` were dropped.
    ``plain`` is whether no time says more than its date.
    """

    source: str
    cases: list[str]
    activities: list[str]
    people: list[str]
    case: array[int]
    act: array[int]
    who: array[int]
    at: array[int]
    line: array[int]
    starts: array[int]
    columns: Mapping[str, Column]
    notes: tuple[Both, ...] = ()
    tied: int = 0
    duplicates: int = 0
    plain: bool = False

    def __len__(self) -> int:
        return len(self.at)

    def spans(self) -> Iterator[tuple[int, int, int]]:
        """(case, from, up to) of every case."""
        for number in range(len(self.cases)):
            yield number, self.starts[number], self.starts[number + 1]

    @property
    def first(self) -> int:
        return min(self.at)

    @property
    def last(self) -> int:
        return max(self.at)


class Builder:
    """Takes events as they are read; ``finish`` sorts them."""

    def __init__(self) -> None:
        self.cases: dict[str, int] = {}
        self.activities: dict[str, int] = {}
        self.people: dict[str, int] = {}
        self.case, self.act, self.who = array("l"), array("l"), array("l")
        self.at, self.line = array("q"), array("l")
        self.columns: dict[str, Column] = {}
        self.unkept: set[str] = set()  # columns beyond the limit
        self.notes: list[Both] = []
        self.plain = True

    def add(self, case: str, activity: str, at: int, who: str, values: Mapping[str, str], line: int) -> None:
        """One event; blank values are none. Raises TooMuch."""
        number = len(self.at)
        if number >= MOST_EVENTS:
            raise TooMuch(
                Both(f"more than {MOST_EVENTS:,} events", f"больше {MOST_EVENTS:,} событий".replace(",", " "))
            )
        self.act.append(self.activities.setdefault(activity, len(self.activities)))
        if len(self.activities) > MOST_ACTIVITIES:
            raise TooMuch(
                Both(
                    f"more than {MOST_ACTIVITIES:,} different activities: this is no column of activities; "
                    "name another one with --activity",
                    f"больше {MOST_ACTIVITIES} разных действий: в этом столбце не действия; укажите другой: --activity",
                )
            )
        self.case.append(self.cases.setdefault(case, len(self.cases)))
        self.who.append(self.people.setdefault(who, len(self.people)) if who else -1)
        self.at.append(at)
        self.line.append(line)
        for name, text in values.items():
            if not text:
                continue
            column = self.columns.get(name)
            if column is None:
                if len(self.columns) >= MOST_ATTRIBUTES:
                    self.unkept.add(name)
                    continue
                column = self.columns[name] = Column(name)
            if (missing := number - len(column.codes)) > 0:
                column.codes.frombytes(bytes(missing * column.codes.itemsize))
            column.codes.append(column.code(text))

    def finish(self, source: str) -> EventLog:
        """The log, sorted, without duplicates; nothing can be added any more."""
        total = len(self.at)
        for column in self.columns.values():
            column.codes.frombytes(bytes((total - len(column.codes)) * column.codes.itemsize))
        order = sorted(range(total), key=self.at.__getitem__)  # stable: the file's order stands among equals
        order.sort(key=self.case.__getitem__)
        order, tied, duplicates = self._without_duplicates(order)
        for column in self.columns.values():
            column.codes = array("i", map(column.codes.__getitem__, order))
        case, act, who, at, line = (
            array(one.typecode, map(one.__getitem__, order))
            for one in (self.case, self.act, self.who, self.at, self.line)
        )
        starts = array("l", [0]) if self.cases else array("l")
        for i in range(1, len(case)):
            if case[i] != case[i - 1]:
                starts.append(i)
        starts.append(len(case))
        if self.unkept:
            n = len(self.unkept)
            self.notes.append(
                Both(
                    f"{n} attributes beyond the first {MOST_ATTRIBUTES} are left out",
                    f"пропущено атрибутов сверх первых {MOST_ATTRIBUTES}: {n}",
                )
            )
        return EventLog(
            source,
            list(self.cases),
            list(self.activities),
            list(self.people),
            case,
            act,
            who,
            at,
            line,
            starts,
            dict(sorted(self.columns.items())),
            tuple(dict.fromkeys(self.notes)),
            tied,
            duplicates,
            self.plain,
        )

    def _without_duplicates(self, order: list[int]) -> tuple[list[int], int, int]:
        """The order without events that say the same as one before; how many share an instant; how many went."""
        kept: list[int] = []
        tied = duplicates = 0
        columns = [column.codes for column in self.columns.values()]
        case, at, act, who = self.case, self.at, self.act, self.who

        def said(i: int) -> tuple[int, ...]:
            return (act[i], who[i], *(codes[i] for codes in columns))

        before = -1
        seen: set[tuple[int, ...]] = set()
        for i in order:
            if before >= 0 and at[before] == at[i] and case[before] == case[i]:
                if not seen:
                    seen.add(said(before))
                words = said(i)
                if words in seen:
                    duplicates += 1
                    continue
                seen.add(words)
                tied += 1
            elif seen:
                seen = set()
            kept.append(i)
            before = i
        return kept, tied, duplicates
