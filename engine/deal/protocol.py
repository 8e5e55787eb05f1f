"""What comes into a decision and what it says: events, questions, answers, refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from voronka.dsl.definition.expr import NOWHERE, Loc
from voronka.dsl.definition.types import Title
from voronka.engine.deal.changes import Change
from voronka.engine.deal.state import Deal


@dataclass(slots=True)
class Event:
    """One input of a deal, as the log keeps it.

    ``kind`` and what ``data`` holds (values are run-time Values unless said otherwise):

    ========== ===========================================================================================
    create     fields {name: value}; optional stage, owner, links {field: deal}, sender (a tunnel)
    set        fields {name: value or None}
    move       stage
    lose       reason, comment
    reopen     stage (optional: the first)
    done       task (name or id), outcome (or None), comment, fields {…}
    reschedule task, due (instant), comment
    tick       points ["list.point"], on (bool, default true)
    event      name, payload {…}
    timer      key, gen
    assign     person
    contact    –  (a conversation was had)
    note       text; attach: file (reference), name
    item       field, item (deal), values {…} or None (gone), sender, version: an item of a ``links`` field changed
    card       link, values {…} or None, sender, version: a linked card changed
    people     happening (away, dismissed, back), person, deputy
    incident   text, data: what a host could not deliver (a refused tunnel, a lost booking)
    resolve    flag: an incident was dealt with
    robot      path, sent: it was switched off; what it had put off here ends, ``sent`` effects do not go out
    ========== ===========================================================================================

    ``at`` is the instant it counts for, ``recorded_at`` when it came in. ``answers`` are the host's, by question key;
    ``ask`` is how a host that has them at hand is asked while it decides. ``imported`` effects are logged as
    suppressed. ``off`` are the paths of robots that are switched off, ``*`` stands for all.
    """

    kind: str
    data: dict[str, Any]
    at: int
    actor: str = ""  # a person's name; "robot …" for timers, "" for the outside
    answers: dict[str, Any] = field(default_factory=dict)
    recorded_at: int | None = None
    imported: bool = False
    off: frozenset[str] = frozenset()
    ask: Callable[[Ask], Any] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question about what lies outside the deal. ``key`` is canonical text; ``kind`` and ``args`` say what is asked.

    ============ ==================================== =====================================================
    kind         args                                 answer
    ============ ==================================== =====================================================
    turn         (pipeline, role)                     person whose turn it is (claims the turn), or None
    idle         (pipeline, role)                     member with the fewest open tasks, or None
    members      (pipeline, role)                     list of present members' names
    person       (name)                               {role, reports_to, deputy, away_until, gone} or None
    supervisor   (pipeline, person)                   person, or None (Meaning 13)
    deputy       (person)                             person, or None
    free         (resource, item, from, to)           None, or the number of the deal that has it (claims it if None)
    unique       (pipeline, [fields], [values])       None, or the number of the deal that has them
    card         (deal, [names])                      {name: value} of that deal (names may be owner, stage), or None
    tunnel       (pipeline, stage, fields, link)      [] or the unmet conditions of creating it there (as data)
    ============ ==================================== =====================================================
    """

    key: str
    kind: str
    args: tuple[Any, ...]


class Asks(Exception):
    """Raised by decide when it needs answers that ``event.ask`` cannot give; the host calls again with them."""

    def __init__(self, asks: tuple[Ask, ...]) -> None:
        self.asks = asks
        super().__init__(", ".join(ask.key for ask in asks))


@dataclass(frozen=True, slots=True)
class Operand:
    """One value a condition looked at: ``amount`` was ``unset``."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Unmet:
    """One condition that keeps something from happening.

    ``kind``: require enter leave check approval unique booking comment outcome next from retiring derived reschedule
    tunnel type unknown state runaway time. ``name`` is the field, approval, reason … it is about; ``message`` the
    author's "why not".
    """

    kind: str
    name: str = ""
    message: Title = Title()
    loc: Loc = NOWHERE
    operands: tuple[Operand, ...] = ()
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Decision:
    """What an event does. ``refused``: nothing changes, and these are all the reasons. ``deal`` is the state after."""

    deal: Deal | None
    changes: list[Change] = field(default_factory=list)
    refused: tuple[Unmet, ...] = ()
    consumed: bool = True  # whether anything listened to an outside event (Meaning 12)
