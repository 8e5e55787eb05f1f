"""The definition itself: pipelines, records, people, calendars; frozen, complete, no reference back to text or tree.

Everything that lives at run time is addressed by name: stages, fields, events, reasons, checklists by their own; tasks,
robots and whatever timers hang on by ``path`` (``offered/follow_up``, ``invoiced/#3`` for the third sentence of a
block). ``every task`` and ``every stage`` are already merged into what they are defaults for, includes are expanded
with their prefix (``nps.score``), parameters are substituted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from voronka.dsl.definition.actions import Action, AddTask, Approval, Require, Robot, Task
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.moments import Moment, WhoRule
from voronka.dsl.definition.scenario import Scenario
from voronka.dsl.definition.types import Option, Title, Type


@dataclass(frozen=True, slots=True)
class Field:
    """``field f "T" TYPE [= default | is formula] [when C]``; ``when`` says when the field applies at all."""

    name: str
    title: Title
    type: Type
    loc: Loc
    was: tuple[str, ...] = ()
    default: Expr | None = None
    formula: Expr | None = None
    when: Expr | None = None


@dataclass(frozen=True, slots=True)
class EventDecl:
    """``event e "T" [by f [else create]] { name type }``: ``by`` are fields to route on (Meaning 12)."""

    name: str
    title: Title
    loc: Loc
    by: tuple[str, ...] = ()
    create: bool = False
    payload: tuple[tuple[str, Type, Title], ...] = ()
    was: tuple[str, ...] = ()

    def type_of(self, name: str) -> Type | None:
        return next((kind for key, kind, _ in self.payload if key == name), None)


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition with its "why not": ``enter when``, ``leave when``, ``check`` (fails only on *false*, Meaning 7)."""

    when: Expr
    message: Title
    loc: Loc


@dataclass(frozen=True, slots=True)
class Checklist:
    name: str
    title: Title
    points: tuple[tuple[str, Title], ...]
    loc: Loc
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule that stands while the deal is in the stage.

    It is a move (``stage``) or a loss (``reason``), by state or by moment, or both.
    """

    path: str
    loc: Loc
    stage: str = ""
    reason: str = ""
    when: Expr | None = None
    moment: Moment | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """``return to s MOMENT [when C]`` of a lost deal (R58, R59)."""

    stage: str
    moment: Moment
    when: Expr | None
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class Reason:
    name: str
    title: Title
    loc: Loc
    was: tuple[str, ...] = ()
    from_: tuple[str, ...] = ()  # stages it may be given in; empty: any
    when: Expr | None = None  # derived pipelines: the reason follows its condition
    requires: tuple[Require, ...] = ()
    comment_required: bool = False
    comment: Title = Title()
    segment: str = ""
    returns: tuple[Return, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a deal may stay (R71): after that it is red and ``actions`` run, once a visit."""

    length: Expr
    actions: tuple[Action, ...]
    path: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: what it asks for, what happens on entry, what stands while a deal is in it.

    ``entry`` holds, in file order, everything that happens on entry: plain actions, and ``AddTask`` for tasks without
    ``when``. Tasks with ``when`` stand in ``tasks`` only: they are planned once a visit, as soon as their condition is
    true. ``tasks`` lists all.
    """

    name: str
    title: Title
    kind: str  # open won lost
    loc: Loc
    was: tuple[str, ...] = ()
    when: Expr | None = None  # derived pipelines
    means: Title = Title()
    guide: Title = Title()
    type: str = ""  # incoming working waiting closing (R6)
    probability: Decimal | None = None
    limit: Limit | None = None
    requires: tuple[Require, ...] = ()
    enter: tuple[Gate, ...] = ()
    leave: tuple[Gate, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    tasks: tuple[Task, ...] = ()
    entry: tuple[Action, ...] = ()
    robots: tuple[Robot, ...] = ()
    standing: tuple[Standing, ...] = ()
    approvals: tuple[Approval, ...] = ()
    retiring: bool = False
    comment_required: bool = False  # lost: of every loss
    comment: Title = Title()


@dataclass(frozen=True, slots=True)
class Role:
    name: str
    title: Title
    loc: Loc
    reports_to: str = ""
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Red:
    """A badge (R38, R39): shown while its condition is true."""

    title: Title
    when: Expr
    loc: Loc


@dataclass(frozen=True, slots=True)
class Retire:
    """What becomes of names that are gone (U4): ``moves`` are (stage, condition) for a stage, first that holds wins."""

    kind: str  # stage field reason task
    names: tuple[str, ...]
    loc: Loc
    moves: tuple[tuple[str, Expr | None], ...] = ()
    into: str = ""  # reason


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A process.

    ``kind`` record is a card without stages: it then has one open stage named ``card``, which nothing leaves.
    """

    name: str
    title: Title
    kind: str  # pipeline record
    loc: Loc
    timezone: str
    calendar: str  # name in Definition.calendars
    currency: str
    stages: Mapping[str, Stage]
    fields: Mapping[str, Field]
    was: tuple[str, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    owner: tuple[WhoRule, ...] = ()
    uniques: tuple[tuple[tuple[str, ...], Loc], ...] = ()
    checks: tuple[Gate, ...] = ()
    events: Mapping[str, EventDecl] = field(default_factory=dict)
    reds: tuple[Red, ...] = ()
    priority: tuple[str, tuple[tuple[str, Decimal], ...]] | None = None  # (field, shares of effort) (R64)
    robots: tuple[Robot, ...] = ()
    tasks: tuple[Task, ...] = ()  # of the pipeline itself: live until the deal closes
    approvals: tuple[Approval, ...] = ()
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    segments: tuple[tuple[str, Title], ...] = ()
    retired: tuple[Retire, ...] = ()
    formulas: tuple[str, ...] = ()  # names of formula fields in an order in which each needs only earlier ones

    @property
    def derived(self) -> bool:
        """Whether the stages follow conditions and nobody moves the deals by hand (Meaning 11)."""
        return any(stage.when is not None for stage in self.stages.values())

    @property
    def first(self) -> Stage:
        return next(iter(self.stages.values()))

    @property
    def won(self) -> Stage | None:
        return next((stage for stage in self.stages.values() if stage.kind == "won"), None)

    @property
    def lost(self) -> Stage | None:
        return next((stage for stage in self.stages.values() if stage.kind == "lost"), None)

    def every_task(self) -> Iterator[Task]:
        """All tasks, wherever they are written, each with those inside it; in file order of their homes."""
        yield from tasks_of(self.tasks, self.robots, self.approvals)
        for stage in self.stages.values():
            yield from tasks_of(stage.tasks, stage.robots, stage.approvals)
            standing = {task.path for task in stage.tasks}
            entry = (one for one in stage.entry if not (isinstance(one, AddTask) and one.path in standing))
            yield from tasks_in(tuple(entry))
            yield from tasks_in(stage.limit.actions if stage.limit else ())
        for reason in self.reasons.values():
            yield from tasks_in(reason.actions)


def tasks_of(tasks: tuple[Task, ...], robots: tuple[Robot, ...], approvals: tuple[Approval, ...]) -> Iterator[Task]:
    """The tasks of a home, and whatever its robots and approvals may plan."""
    for robot in robots:
        yield from tasks_in(robot.actions)
    for task in tasks:
        yield task
        yield from _inside(task)
    for approval in approvals:
        for hook in approval.hooks:
            yield from tasks_in(hook.actions)


def tasks_in(actions: tuple[Action, ...]) -> Iterator[Task]:
    """Every task that these actions may plan, nested blocks and the tasks' own hooks included."""
    for action in actions:
        if isinstance(action, AddTask):
            yield action.task
            yield from _inside(action.task)
        for name in ("then", "otherwise", "actions"):
            yield from tasks_in(getattr(action, name, ()))


def _inside(task: Task) -> Iterator[Task]:
    for outcome in task.outcomes:
        yield from tasks_in(outcome.actions)
        if outcome.again:
            yield from tasks_in(outcome.again.otherwise)
    for hook in task.hooks:
        yield from tasks_in(hook.actions)


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    title: Title
    role: str
    loc: Loc
    reports_to: str = ""
    deputy: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """Things that can be booked (R26): at most one booking of an item at any instant."""

    name: str
    title: Title
    items: tuple[Option, ...]
    loc: Loc


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """Working time as declared; the engine expands ``based_on`` (a country) into dates."""

    name: str
    title: Title
    based_on: str
    loc: Loc
    hours: tuple[tuple[str, str, tuple[str, ...]], ...] = ()  # ("09:00", "18:00", weekdays or () for Monday to Friday)
    off: tuple[tuple[str, str], ...] = ()  # ISO dates, both included
    working: tuple[tuple[str, str], ...] = ()


_MARKUPS = {"typ": "typst", "docx": "docx"}


@dataclass(frozen=True, slots=True)
class Template:
    """A template file: ``fields`` it names; ``headers`` such as ``subject`` stand before the first blank line."""

    name: str
    path: str
    text: str
    html: bool
    headers: tuple[tuple[str, str], ...]
    body: str
    body_line: int  # the line its body starts on, for errors inside it

    @property
    def markup(self) -> str:
        """What its text is written in, by its file's ending: html typst docx, or "" for plain text."""
        return "html" if self.html else _MARKUPS.get(self.path.rpartition(".")[2], "")


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything a workspace declares. ``sources`` are the exact texts it was made of: (displayed name, text)."""

    pipelines: Mapping[str, Pipeline]
    calendars: Mapping[str, CalendarSpec]
    people: Mapping[str, Person]
    resources: Mapping[str, Resource]
    segments: Mapping[str, Title]
    templates: Mapping[str, Template]
    sources: tuple[tuple[str, str], ...]
    languages: tuple[str, ...] = ("ru", "en")
    scenarios: tuple[Scenario, ...] = ()
