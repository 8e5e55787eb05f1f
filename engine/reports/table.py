"""What a report is: tables with titled, typed columns, and what was counted in them. No output knows more than this."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from voronka.dsl.definition.types import Title
from voronka.dsl.text.codes.base import Both


class Money(NamedTuple):
    """An amount in major units."""

    amount: Decimal
    currency: str


Cell: TypeAlias = "str | int | float | Both | Money | None"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``name`` is stable, for programs. ``kind`` says what its cells are:

    ========  ==============================================
    text      ``str`` or ``Both``
    deal      ``int``, a deal's number
    count     ``int``
    number    ``float``
    share     ``float``, 1.0 being all
    score     ``float``, of which four digits count
    money     ``Money``
    duration  ``int``, milliseconds that elapsed
    worktime  ``int``, milliseconds that were worked
    instant   ``int``, milliseconds since the epoch, UTC
    ========  ==============================================

    Any cell may be None: there is nothing to say.
    """

    name: str
    title: Both
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars: one for each row, ``label`` beside it; several ``series`` are parts of one bar. All are columns' names.

    ``spread``: the series are the lower end, the middle and the upper end of an interval, drawn as such.
    """

    label: str
    series: tuple[str, ...]
    spread: bool = False


NOTHING = Both("nothing to count", "считать нечего")


@dataclass(frozen=True, slots=True)
class Table:
    """``totals`` has a cell for each column, or is empty. ``empty`` is said where there are no rows."""

    name: str
    title: Both
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] = ()
    chart: Chart | None = None
    empty: Both = NOTHING

    def column(self, name: str) -> int:
        """The place of a column."""
        return next(place for place, column in enumerate(self.columns) if column.name == name)


@dataclass(frozen=True, slots=True)
class Report:
    """``about``: over what it counts; ``notes``: how it counts, and what stands out."""

    name: str
    title: Both
    about: tuple[Both, ...]
    tables: tuple[Table, ...]
    notes: tuple[Both, ...] = ()


def both(title: Title, name: str) -> Both:
    """A title in both languages; a part without one is called by its name."""
    return Both(title.in_("en") or name, title.in_("ru") or name)


def share(part: float, whole: float) -> float | None:
    """What part it is; nothing of nothing is no share."""
    return part / whole if whole else None


DEALS = Column("deals", Both("Deals", "Сделок"), "count")
STAGE = Column("stage", Both("Stage", "Этап"))
PIPELINE = Column("pipeline", Both("Pipeline", "Воронка"))
SHARE = Column("share", Both("Share", "Доля"), "share")
AMOUNT = Column("amount", Both("Amount", "Сумма"), "money")
