"""The state of one deal, as conditions read it and changes alter it.

Instants are ``int`` milliseconds since the epoch, UTC. Nothing here decides: :mod:`voronka.engine.deal.changes` is the
only writer.
"""

from __future__ import annotations

from typing import Any

OPEN_STATES = ("open", "waiting")


class TaskState:
    """One task of a deal. ``status``: waiting (its date is missing), open, done, cancelled (Meaning 3)."""

    __slots__ = (
        "anchor",
        "answered",
        "approval",
        "assignee",
        "attempts",
        "cause",
        "comment",
        "created",
        "done_at",
        "done_by",
        "due",
        "event",
        "id",
        "lent",
        "local",
        "moved",
        "name",
        "outcome",
        "overdue",
        "path",
        "pinned",
        "status",
        "visit",
    )

    def __init__(
        self,
        id: int,
        name: str,
        path: str = "",
        visit: int = 0,
        created: int = 0,
        status: str = "open",
        assignee: str | None = None,
        due: int | None = None,
        local: str | None = None,
        pinned: bool = False,
        overdue: bool = False,
        outcome: str | None = None,
        attempts: int = 0,
        moved: int = 0,
        anchor: int | None = None,
        done_at: int | None = None,
        done_by: str | None = None,
        comment: str | None = None,
        cause: str | None = None,
        approval: bool = False,
        event: dict[str, Any] | None = None,
        lent: str | None = None,
        answered: int | None = None,
    ) -> None:
        self.id = id
        self.name = name
        self.path = path  # of its declaration
        self.visit = visit  # 0: a task of the pipeline, not of a stage
        self.created = created
        self.status = status
        self.assignee = assignee  # a person's name, or "@role"
        self.due = due
        self.local = local  # the same deadline as local wall time, "2026-11-23T10:10"
        self.pinned = pinned  # moved by hand: no longer follows its formula
        self.overdue = overdue  # the overdue hooks of the present deadline have fired
        self.outcome = outcome
        self.attempts = attempts
        self.moved = moved  # times rescheduled
        self.anchor = anchor  # instant that `entry` means in its formula
        self.answered = answered  # last attempt: what `now` means since then
        self.done_at = done_at
        self.done_by = done_by
        self.comment = comment
        self.cause = cause  # why it was cancelled
        self.approval = approval
        self.lent = lent  # whom it comes back to after an absence (R63)
        self.event = event  # payload that was being handled when it was planned

    def data(self) -> dict[str, Any]:
        """What differs from a fresh task, as JSON data."""
        return {key: value for key in self.__slots__ if (value := getattr(self, key)) not in (None, False, 0, "")}

    def copy(self) -> TaskState:
        twin = TaskState.__new__(TaskState)
        for key in self.__slots__:
            setattr(twin, key, getattr(self, key))
        return twin


class Deal:
    """A deal's whole state. Containers are replaced or mutated only by :func:`voronka.engine.deal.changes.apply`."""

    __slots__ = (
        "approvals",
        "bookings",
        "cards",
        "checks",
        "closed",
        "counts",
        "created",
        "definition",
        "entered",
        "f",
        "flags",
        "gen",
        "id",
        "items",
        "latest",
        "marks",
        "next_task",
        "now",
        "owner",
        "pending",
        "pipeline",
        "reason",
        "seen",
        "stage",
        "tasks",
        "timers",
        "version",
        "visit",
    )

    def __init__(self, id: int, pipeline: str) -> None:
        self.id = id
        self.pipeline = pipeline
        self.definition = ""  # hash of the definition it lives under
        self.version = 0  # events applied
        self.now = 0  # instant of the last event; never runs backwards
        self.created = 0
        self.closed: int | None = None
        self.reason: str | None = None  # of a loss
        self.stage = ""
        self.visit = 0  # counts entries into stages
        self.entered = 0
        self.owner: str | None = None
        self.f: dict[str, Any] = {}  # every declared field, None when unset; formulas included
        self.tasks: dict[int, TaskState] = {}
        self.latest: dict[str, TaskState] = {}  # index: name -> latest task of the present visit or of the pipeline
        self.next_task = 1
        self.timers: dict[str, list[Any]] = {}  # key -> [due, generation, context]
        self.gen = 0
        self.counts: dict[str, int] = {}  # runs of robots: "path" per deal, "path@visit" per visit
        self.checks: dict[str, bool] = {}  # "list.point" ticked in the present visit
        self.approvals: dict[str, dict[str, Any]] = {}  # name -> {state, task, values}
        self.marks: dict[
            str, int
        ] = {}  # last instant of happenings: "event:payment", "change:asks", "task:call:reached", "contact"
        self.cards: dict[str, dict[str, Any]] = {}  # link field -> mirrored values of the linked card
        self.items: dict[str, dict[int, dict[str, Any]]] = {}  # links field -> item deal -> mirrored values
        self.pending: dict[str, dict[str, Any]] = {}  # blocked automatic moves and losses, by path of their rule
        self.flags: dict[
            str, dict[str, Any]
        ] = {}  # standing troubles: limit exceeded, incident; each makes the deal red
        self.bookings: dict[str, list[Any]] = {}  # resource field -> [resource, item, from, to]
        self.seen: dict[str, int] = {}  # sender -> last message version handled

    @property
    def open_tasks(self) -> list[TaskState]:
        return [task for task in self.tasks.values() if task.status in OPEN_STATES]

    @property
    def present(self) -> dict[int, TaskState]:
        """What conditions call ``tasks``: those of the present visit and the deal's own, none of visits long past."""
        return {number: task for number, task in self.tasks.items() if task.visit in (0, self.visit)}

    def copy(self) -> Deal:
        """A twin that may be changed without touching this one."""
        twin = Deal.__new__(Deal)
        for key in ("id", "pipeline", "definition", "version", "now", "created", "closed", "reason", "stage", "visit"):
            setattr(twin, key, getattr(self, key))
        twin.entered, twin.owner, twin.next_task, twin.gen = self.entered, self.owner, self.next_task, self.gen
        twin.f = self.f.copy()
        twin.tasks = self.tasks.copy()  # TaskStates are replaced on change, never mutated
        twin.latest = self.latest.copy()
        twin.timers = self.timers.copy()
        twin.counts = self.counts.copy()
        twin.checks = self.checks.copy()
        twin.approvals = self.approvals.copy()
        twin.marks = self.marks.copy()
        twin.cards = self.cards.copy()
        twin.items = self.items.copy()
        twin.pending = self.pending.copy()
        twin.flags = self.flags.copy()
        twin.bookings = self.bookings.copy()
        twin.seen = self.seen.copy()
        return twin
