"""What robots and stages do, in file order.

Every action knows its ``path``: a stable name for what hangs on it (timers, causes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.moments import DueRule, Moment, Trigger, Who, WhoRule
from voronka.dsl.definition.types import Title


@dataclass(frozen=True, slots=True)
class Message:
    """A text to render: inline template or a template file's name; both are Jinja2, checked against the pipeline.

    ``texts`` are the inline text in all its languages (``text`` is the first). Inside an include, names are looked up
    with its ``scope`` (``nps.``) before the pipeline's own, and ``params`` are what its parameters stand for.
    """

    text: str = ""
    template: str = ""
    texts: Title = Title()
    scope: str = ""
    params: tuple[tuple[str, Expr], ...] = ()


@dataclass(frozen=True, slots=True)
class Reschedule:
    """Who may move a task's deadline, and how (R36)."""

    by: tuple[str, ...] = ("assignee", "supervisor")  # assignee supervisor owner or a role's name
    comment_required: bool = False
    comment: Title = Title()
    at_most: int = 0
    until: Expr | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """The task stays and comes back: ``again in 2 hours at most 5 times else { }`` or ``again on meets_at`` (R43)."""

    moment: Moment
    at_most: int = 0
    otherwise: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    title: Title
    loc: Loc
    when: Expr | None = None
    was: tuple[str, ...] = ()
    requires: tuple[Require, ...] = ()
    comment_required: bool = False
    comment: Title = Title()
    next_required: bool = False  # another open task of the deal must exist or come with the answer (R33)
    contact: bool = False  # counts as contact (R22, R41)
    again: Again | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Require:
    """``require f, g [when C]``: one entry per field."""

    field: str
    when: Expr | None
    loc: Loc


@dataclass(frozen=True, slots=True)
class Task:
    """A task as declared.

    Placed in a stage it is planned on entry, or, with ``when``, as soon as that is true during the visit.
    """

    name: str  # unique in the pipeline; an unnamed one is called by its path
    title: Title
    path: str
    loc: Loc
    named: bool = True
    was: tuple[str, ...] = ()
    when: Expr | None = None
    assign: tuple[WhoRule, ...] = ()
    due: tuple[DueRule, ...] = ()
    with_: Expr | None = None
    means: Title = Title()
    guide: Title = Title()
    requires: tuple[Require, ...] = ()
    comment_required: bool = False
    comment: Title = Title()
    outcomes: tuple[Outcome, ...] = ()
    hooks: tuple[Robot, ...] = ()  # on overdue, on done, on task … in this task's scope
    reschedule: Reschedule | None = None

    def outcome(self, name: str) -> Outcome | None:
        return next((o for o in self.outcomes if o.name == name), None)


@dataclass(frozen=True, slots=True)
class Approval:
    """Asked when ``when`` becomes true, void when a covered field changes, gone when ``when`` is false (Meaning 14)."""

    name: str
    title: Title
    path: str
    when: Expr
    loc: Loc
    was: tuple[str, ...] = ()
    assign: tuple[WhoRule, ...] = ()
    due: tuple[DueRule, ...] = ()
    covers: tuple[str, ...] = ()
    hooks: tuple[Robot, ...] = ()


@dataclass(frozen=True, slots=True)
class Robot:
    """Triggers and what they do; hooks and ``limit { }`` are robots without a name of their own.

    ``next_entry``: added to a definition, it leaves those already there alone until they next enter a stage.
    """

    name: str
    title: Title
    path: str
    triggers: tuple[Trigger, ...]
    actions: tuple[Action, ...]
    loc: Loc
    named: bool = True
    was: tuple[str, ...] = ()
    next_entry: bool = False


@dataclass(frozen=True, slots=True)
class AddTask:
    task: Task
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class Send:
    """``to`` is an expression (a field, ``client.telegram``) or a constant text (an URL)."""

    channel: str
    to: Expr
    message: Message
    attach: tuple[str, ...]
    when: Expr | None
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class Notify:
    """A word to a colleague; with ``digest`` all deals of one firing become one message a person."""

    who: Who
    message: Message
    digest: bool
    when: Expr | None
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class SetField:
    """``set f = e``; ``clear f`` is expr None."""

    field: str
    expr: Expr | None
    when: Expr | None
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class HandOver:
    """``hand over to WHO`` gives the deal with its open tasks; ``hand over tasks to WHO`` the tasks only (R63)."""

    who: Who
    tasks_only: bool
    when: Expr | None
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class Render:
    """Fill a document field from its template (R50)."""

    field: str
    when: Expr | None
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class Run:
    plugin: str
    args: tuple[tuple[str, Expr], ...]
    when: Expr | None
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class Move:
    stage: str
    when: Expr | None
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class Lose:
    reason: str
    when: Expr | None
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class Tunnel:
    """Create a deal in another pipeline from this one (R51).

    ``fields`` are (target field, expression over this deal).
    """

    pipeline: str
    fields: tuple[tuple[str, Expr], ...]
    link: str  # the target's link field that will point back here, or ""
    start: str  # the target's stage, or "" for its first
    owner: tuple[WhoRule, ...]
    when: Expr | None
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class CancelTask:
    task: str
    when: Expr | None
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class If:
    when: Expr
    then: tuple[Action, ...]
    otherwise: tuple[Action, ...]
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class Wait:
    """``wait D for event e|task t { } else { }``: what follows it in the block does not wait."""

    length: Expr
    event: str  # one of the two is ""
    task: str
    then: tuple[Action, ...]
    otherwise: tuple[Action, ...]
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class After:
    length: Expr
    actions: tuple[Action, ...]
    path: str
    loc: Loc


Action: TypeAlias = (
    AddTask | Send | Notify | SetField | HandOver | Render | Run | Move | Lose | Tunnel | CancelTask | If | Wait | After
)
