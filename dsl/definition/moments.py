"""Moments: happenings, offsets from them, triggers, and who is meant (language.md, "One calculus of moments")."""

from __future__ import annotations

from dataclasses import dataclass

from voronka.dsl.definition.expr import Expr, Loc


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens, or an instant to count from.

    ``kind``: entry exit creation closing overdue done away dismissed approved rejected request (of an approval) ·
    ``event`` (name) · ``task`` (name, outcome or ``done``) · ``change`` (names of fields) · ``instant`` (expr: a date
    or datetime: field, literal, ``now``, ``last_contact``, ``client.birthday``). ``done overdue approved rejected``
    speak of the task or approval they are written in.
    """

    kind: str
    name: str = ""
    outcome: str = ""
    fields: tuple[str, ...] = ()
    expr: Expr | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """``on H [at t]`` (offset None) or ``D after|before H [at t]`` (sign +1 or -1)."""

    base: Happening
    offset: Expr | None = None  # of type duration
    sign: int = 1
    times: tuple[str, ...] = ()  # "HH:MM"
    loc: Loc = Loc("", 0)


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sets a robot off.

    ``kind`` on (base happening; ``times``: not at once but at the next such time of day) · due (moment) ·
    every (n, unit, times) · cron.
    ``at_most`` counts runs per visit, in pipeline robots per deal (Meaning 4); 0 is without bound. ``unless_missed``:
    what is found late, after downtime, is not caught up on.
    """

    kind: str
    happening: Happening | None = None
    moment: Moment | None = None
    n: int = 1
    unit: str = ""
    cron: str = ""
    times: tuple[str, ...] = ()
    at_most: int = 0
    unless_missed: bool = False
    when: Expr | None = None
    loc: Loc = Loc("", 0)


@dataclass(frozen=True, slots=True)
class Who:
    """``kind`` owner supervisor deputy assignee role person (name) · path (``client.owner``, a user field: expr)."""

    kind: str
    name: str = ""
    strategy: str = ""  # "" | round robin | least busy
    expr: Expr | None = None


@dataclass(frozen=True, slots=True)
class WhoRule:
    """One ``assign WHO [when C]`` or ``owner is WHO [when C]``; the first that holds wins."""

    who: Who
    when: Expr | None
    loc: Loc


@dataclass(frozen=True, slots=True)
class DueRule:
    """One ``due MOMENT [when C]``; the first that holds wins."""

    moment: Moment
    when: Expr | None
    loc: Loc
