"""Scenarios, typed: what `voronka test` and `dry-run --steps` walk through (U7). One case a row of ``examples``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.types import Title
from voronka.dsl.definition.values import Duration


@dataclass(frozen=True, slots=True)
class DealStep:
    """``deal orders as o { total = 5 RUB }``; a value naming another deal is ``Expr(op="alias", value=its alias)``."""

    pipeline: str
    alias: str
    values: tuple[tuple[str, Expr], ...]
    loc: Loc


@dataclass(frozen=True, slots=True)
class WaitStep:
    """``wait 3 hours`` or ``wait until 2026-03-29 03:30`` (wall time of the deal's zone)."""

    duration: Duration | None
    until: datetime | None
    loc: Loc


@dataclass(frozen=True, slots=True)
class TickStep:
    points: tuple[str, ...]  # "list.point", or "list" for all of it
    loc: Loc


@dataclass(frozen=True, slots=True)
class SetStep:
    """``set f = e``; None clears."""

    field: str
    value: Expr | None
    loc: Loc


@dataclass(frozen=True, slots=True)
class DoneStep:
    """``by``: a person's name, or ``owner``, ``supervisor``, ``assignee``; "" is nobody in particular."""

    task: str
    outcome: str
    by: str
    because: str
    values: tuple[tuple[str, Expr], ...]
    loc: Loc


@dataclass(frozen=True, slots=True)
class MoveStep:
    stage: str
    by: str
    because: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class LoseStep:
    reason: str
    by: str
    because: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class EventStep:
    """The present deal is sent this event."""

    event: str
    values: tuple[tuple[str, Expr], ...]
    loc: Loc


@dataclass(frozen=True, slots=True)
class RescheduleStep:
    task: str
    to: datetime
    by: str
    because: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class AwayStep:
    person: str
    until: date
    loc: Loc


@dataclass(frozen=True, slots=True)
class TryStep:
    """The act may be refused; ``expect blocked`` looks at the refusal."""

    act: MoveStep | LoseStep | DoneStep | SetStep | RescheduleStep
    loc: Loc


@dataclass(frozen=True, slots=True)
class ForStep:
    """Steps for another deal: by alias, or a pipeline's name for its newest deal (what a tunnel made)."""

    target: str
    steps: tuple[Step, ...]
    loc: Loc


@dataclass(frozen=True, slots=True)
class ExpectThat:
    condition: Expr
    loc: Loc


@dataclass(frozen=True, slots=True)
class ExpectDue:
    """``after`` counts from now as the pipeline's calendar does; ``at`` a wall time, or a date for any time on it."""

    task: str
    after: Duration | None
    at: datetime | date | None
    loc: Loc


@dataclass(frozen=True, slots=True)
class Blame:
    kind: str  # require checklist approval text
    name: str  # the text itself for kind text: any language of the title matches
    loc: Loc


@dataclass(frozen=True, slots=True)
class ExpectBlocked:
    """The last ``try`` (else the deal's pending moves) is blocked by these, with ``only`` by nothing else."""

    only: bool
    by: tuple[Blame, ...]
    loc: Loc


@dataclass(frozen=True, slots=True)
class ExpectAssigned:
    """``by``: a person's name, or ``owner``, ``supervisor``."""

    task: str
    by: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class ExpectLost:
    reason: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class ExpectSent:
    """Since the last step that changed anything such a message, or document, has gone into the outbox.

    ``template`` "" is any; ``parts`` are words that stand in its subject or text, one after another as they are told.
    """

    channel: str
    template: str
    loc: Loc
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectNothingSent:
    loc: Loc


Step: TypeAlias = (
    DealStep
    | WaitStep
    | TickStep
    | SetStep
    | DoneStep
    | MoveStep
    | LoseStep
    | EventStep
    | RescheduleStep
    | AwayStep
    | TryStep
    | ForStep
    | ExpectThat
    | ExpectDue
    | ExpectAssigned
    | ExpectLost
    | ExpectBlocked
    | ExpectSent
    | ExpectNothingSent
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One case; ``row`` is "" or names the row of its examples."""

    title: Title
    row: str
    starts: datetime | None  # wall time in the first deal's zone
    steps: tuple[Step, ...]
    loc: Loc
