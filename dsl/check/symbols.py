"""What is declared where: files, their top names, and the table of everything one pipeline knows by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from voronka.dsl.definition.types import Type
from voronka.dsl.syntax import nodes
from voronka.dsl.text.span import Span

if TYPE_CHECKING:
    from voronka.dsl.check.params import Param
    from voronka.dsl.check.world import World

UNKNOWN = Type("unknown")
"""The type of what is already reported: whatever meets it stays silent. Never part of a definition."""


@dataclass(slots=True, eq=False)
class Top:
    """A name at the top of a file. ``group`` is what it must be unique among: a pipeline and a record are one group."""

    group: str  # pipeline module calendar resource person segment
    name: str
    node: nodes.Node
    span: Span
    unit: Unit


@dataclass(slots=True, eq=False)
class Used:
    """A file that another one uses; ``alias`` stands before its names, ``name`` is the last part of ``std.nps``."""

    unit: Unit
    alias: str
    name: str
    span: Span


@dataclass(slots=True, eq=False)
class Unit:
    """One file: its tree, what it uses, what it declares. ``key`` is where it lies, ``std.nps`` for the library's."""

    key: str
    file: nodes.File
    span: Span
    library: bool = False
    languages: tuple[str, ...] = ("ru", "en")
    uses: list[Used] = field(default_factory=list)
    tops: dict[str, dict[str, Top]] = field(default_factory=dict)
    seen: dict[str, dict[str, Top]] = field(default_factory=dict)  # by group, filled by `visible`

    @property
    def name(self) -> str:
        """As it is shown."""
        return self.span.source.name


class Placed(NamedTuple):
    """A sentence and the names it sees."""

    node: nodes.Node
    env: Env


@dataclass(slots=True, eq=False)
class Sym:
    """Something declared in a pipeline. ``name`` is the full one: ``survey.score``."""

    name: str
    node: nodes.Node
    env: Env
    span: Span


@dataclass(slots=True, eq=False)
class FieldSym(Sym):
    node: nodes.Field
    type: Type = UNKNOWN


@dataclass(slots=True, eq=False)
class EventSym(Sym):
    node: nodes.Event
    payload: dict[str, Type] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class StageSym(Sym):
    kind: str = "open"
    body: list[Placed] = field(default_factory=list)
    every_task: list[Placed] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class TaskSym(Sym):
    node: nodes.Task
    outcomes: dict[str, nodes.Outcome] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class ChecklistSym(Sym):
    node: nodes.Checklist
    points: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Env:
    """Where names are looked up: a pipeline itself (``prefix`` empty), or one include of a module in it."""

    table: Table
    unit: Unit
    prefix: str = ""
    module: Top | None = None
    include: nodes.Include | None = None
    parent: Env | None = None
    params: Mapping[str, Param] = field(default_factory=dict)
    every_task: list[Placed] = field(default_factory=list)
    every_stage: list[Placed] = field(default_factory=list)

    @property
    def world(self) -> World:
        return self.table.world

    def full(self, name: str) -> str:
        """A name of this name space as the pipeline knows it."""
        return self.prefix + name


@dataclass(slots=True, eq=False)
class Table:
    """Everything that one pipeline or record declares, includes expanded. ``kind`` module: one checked by itself."""

    world: World
    name: str
    kind: str  # pipeline record module
    node: nodes.Pipeline | nodes.Record | nodes.Module
    unit: Unit
    span: Span
    currency: str = ""
    timezone: nodes.Timezone | None = None
    calendar: nodes.UseCalendar | None = None
    currency_node: nodes.Currency | None = None
    zone: str = "UTC"
    calendar_name: str = "default"
    fields: dict[str, FieldSym] = field(default_factory=dict)
    events: dict[str, EventSym] = field(default_factory=dict)
    stages: dict[str, StageSym] = field(default_factory=dict)
    tasks: dict[str, TaskSym] = field(default_factory=dict)
    reasons: dict[str, Sym] = field(default_factory=dict)
    roles: dict[str, Sym] = field(default_factory=dict)
    segments: dict[str, Sym] = field(default_factory=dict)
    checklists: dict[str, ChecklistSym] = field(default_factory=dict)
    approvals: dict[str, Sym] = field(default_factory=dict)
    robots: dict[str, Sym] = field(default_factory=dict)
    paths: dict[str, Span] = field(default_factory=dict)
    overfull: bool = False  # more modules are included than anybody needs
    includes: dict[str, Span] = field(default_factory=dict)
    envs: list[Env] = field(default_factory=list)
    body: list[Placed] = field(default_factory=list)

    @property
    def root(self) -> Env:
        """The names of the pipeline itself."""
        return self.envs[0]
