"""The syntax tree: one class a sentence, blocks in file order.

Every node ends with its ``span``. Nothing is resolved here: names are ``Ident`` or ``Path``. Nodes compare and hash by
identity; ``voronka.dsl.syntax.dump`` compares structure.
"""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.syntax.nodes.base import Ident, Node, Path, StringLit, Text, Value
from voronka.dsl.syntax.nodes.declarations import (
    Calendar,
    CalendarBase,
    CalendarHours,
    CalendarOff,
    CalendarWorking,
    Check,
    Currency,
    DocumentType,
    Event,
    EveryStage,
    EveryTask,
    Field,
    File,
    Include,
    Language,
    LinkType,
    Module,
    Option,
    Owner,
    Param,
    Payload,
    Person,
    Pipeline,
    PlainType,
    Priority,
    Range,
    RangeType,
    Record,
    Red,
    Resource,
    ResourceType,
    RetireFields,
    RetireReason,
    RetireStage,
    RetireTasks,
    Role,
    Segment,
    Team,
    Timezone,
    Unique,
    Use,
    UseCalendar,
)
from voronka.dsl.syntax.nodes.expressions import (
    ApprovalRef,
    Binary,
    Call,
    ChecklistRef,
    Compare,
    DateLit,
    DateTimeLit,
    DurationLit,
    Has,
    InList,
    Is,
    IsSet,
    MoneyLit,
    NumberLit,
    Older,
    PercentLit,
    QuantIn,
    QuantIs,
    QuantKind,
    QuantWith,
    TaskRef,
    TimeLit,
    Unary,
    Within,
)
from voronka.dsl.syntax.nodes.moments import (
    Moment,
    OnChange,
    OnDate,
    OnEvent,
    OnNamed,
    OnTask,
    TriggerDue,
    TriggerEvery,
    TriggerOn,
    Who,
)
from voronka.dsl.syntax.nodes.robots import (
    After,
    BackLink,
    CancelTask,
    Clear,
    Copied,
    Copy,
    Digest,
    HandOver,
    If,
    Notify,
    Render,
    Robot,
    Run,
    Send,
    Set,
    StartAt,
    Tunnel,
    Wait,
)
from voronka.dsl.syntax.nodes.scenarios import (
    AwayStep,
    Blame,
    DealStep,
    DoneStep,
    EventStep,
    Examples,
    ExpectAssigned,
    ExpectBlocked,
    ExpectDue,
    ExpectLost,
    ExpectNothingSent,
    ExpectSent,
    ExpectThat,
    ForStep,
    LoseStep,
    MoveStep,
    RescheduleStep,
    Row,
    Scenario,
    Starts,
    Tick,
    TryStep,
    WaitStep,
)
from voronka.dsl.syntax.nodes.stages import (
    Checklist,
    Comment,
    Enter,
    Guide,
    InSegment,
    Leave,
    Limit,
    Lose,
    Means,
    Move,
    Point,
    Probability,
    Reason,
    Require,
    Retiring,
    Return,
    Stage,
    StageType,
)
from voronka.dsl.syntax.nodes.tasks import (
    Again,
    Approval,
    Assign,
    AtMost,
    CountsAsContact,
    Covers,
    Due,
    Hook,
    NextRequired,
    Outcome,
    Reschedule,
    RescheduleBy,
    Task,
    Until,
    With,
)

__all__ = [
    "Action",
    "After",
    "Again",
    "Approval",
    "ApprovalRef",
    "ApprovalStatement",
    "Assign",
    "AtMost",
    "AwayStep",
    "BackLink",
    "Binary",
    "Blame",
    "Calendar",
    "CalendarBase",
    "CalendarHours",
    "CalendarOff",
    "CalendarStatement",
    "CalendarWorking",
    "Call",
    "CancelTask",
    "Check",
    "Checklist",
    "ChecklistRef",
    "Clear",
    "Comment",
    "CommonStatement",
    "Compare",
    "Copied",
    "Copy",
    "CountsAsContact",
    "Covers",
    "Currency",
    "DateLit",
    "DateTimeLit",
    "DealStep",
    "Digest",
    "DocumentType",
    "DoneStep",
    "Due",
    "Duration",
    "DurationLit",
    "Enter",
    "Event",
    "EventStep",
    "EveryStage",
    "EveryTask",
    "Examples",
    "ExpectAssigned",
    "ExpectBlocked",
    "ExpectDue",
    "ExpectLost",
    "ExpectNothingSent",
    "ExpectSent",
    "ExpectThat",
    "Expr",
    "Field",
    "FieldType",
    "File",
    "ForStep",
    "Guide",
    "HandOver",
    "Happening",
    "Has",
    "Hook",
    "Ident",
    "If",
    "InList",
    "InSegment",
    "Include",
    "Is",
    "IsSet",
    "Language",
    "Leave",
    "Limit",
    "LinkType",
    "Lose",
    "LoseStep",
    "Means",
    "Module",
    "ModuleStatement",
    "Moment",
    "MoneyLit",
    "Move",
    "MoveStep",
    "NextRequired",
    "Node",
    "Notify",
    "NumberLit",
    "Older",
    "OnChange",
    "OnDate",
    "OnEvent",
    "OnNamed",
    "OnTask",
    "Option",
    "Outcome",
    "OutcomeStatement",
    "Owner",
    "Param",
    "Path",
    "Payload",
    "PercentLit",
    "Person",
    "Pipeline",
    "PipelineStatement",
    "PlainAction",
    "PlainType",
    "Point",
    "Priority",
    "Probability",
    "QuantIn",
    "QuantIs",
    "QuantKind",
    "QuantWith",
    "Range",
    "RangeType",
    "Reason",
    "ReasonStatement",
    "Record",
    "RecordStatement",
    "Red",
    "Render",
    "Require",
    "Reschedule",
    "RescheduleBy",
    "RescheduleStatement",
    "RescheduleStep",
    "Resource",
    "ResourceType",
    "RetireFields",
    "RetireReason",
    "RetireStage",
    "RetireTasks",
    "Retiring",
    "Return",
    "Robot",
    "Role",
    "Row",
    "Run",
    "Scenario",
    "Segment",
    "Send",
    "Set",
    "Setting",
    "Stage",
    "StageStatement",
    "StageType",
    "StartAt",
    "Starts",
    "Step",
    "StringLit",
    "Task",
    "TaskRef",
    "TaskStatement",
    "Team",
    "Text",
    "Tick",
    "TimeLit",
    "Timezone",
    "TopStatement",
    "Trigger",
    "TriggerDue",
    "TriggerEvery",
    "TriggerOn",
    "TryStep",
    "Tunnel",
    "TunnelStatement",
    "Unary",
    "Unique",
    "Until",
    "Use",
    "UseCalendar",
    "Value",
    "Wait",
    "WaitStep",
    "Who",
    "With",
    "Within",
    "children",
    "field_names",
    "walk",
]

Duration = DurationLit | Path
Expr = (
    Binary
    | Unary
    | Compare
    | Is
    | IsSet
    | InList
    | Has
    | Older
    | Within
    | QuantIs
    | QuantIn
    | QuantWith
    | NumberLit
    | MoneyLit
    | PercentLit
    | DurationLit
    | DateLit
    | TimeLit
    | DateTimeLit
    | StringLit
    | Path
    | TaskRef
    | ChecklistRef
    | ApprovalRef
    | Call
)
Happening = OnNamed | OnEvent | OnTask | OnChange | OnDate
Trigger = TriggerOn | TriggerEvery | TriggerDue
FieldType = PlainType | RangeType | LinkType | ResourceType | DocumentType

PlainAction = Send | Notify | Digest | Set | Clear | Render | Run | HandOver | CancelTask | Tunnel | If | After | Wait
Action = PlainAction | Task | Move | Lose
TunnelStatement = Copy | Set | StartAt | BackLink | Owner
TaskStatement = Assign | Due | With | Means | Guide | Require | Comment | Outcome | Hook | Reschedule
ApprovalStatement = Assign | Due | Covers | Hook
OutcomeStatement = Again | Require | Comment | NextRequired | CountsAsContact | Action
RescheduleStatement = RescheduleBy | AtMost | Comment | Until
ReasonStatement = Require | Comment | InSegment | Return | Action
StageStatement = (
    Means
    | Guide
    | StageType
    | Probability
    | Limit
    | Require
    | Enter
    | Leave
    | Checklist
    | Retiring
    | Approval
    | Robot
    | Hook
    | Include
    | Reason
    | Comment
    | Action
)
Setting = Timezone | UseCalendar | Currency
CommonStatement = (
    Setting
    | Role
    | Field
    | Event
    | Unique
    | Check
    | Owner
    | Segment
    | Red
    | Priority
    | EveryTask
    | EveryStage
    | RetireStage
    | RetireFields
    | RetireReason
    | RetireTasks
    | Robot
    | Hook
    | Include
    | Approval
)
PipelineStatement = CommonStatement | Stage
ModuleStatement = CommonStatement | Param | Stage | StageStatement
RecordStatement = Field | Unique | Check | Red
CalendarStatement = CalendarBase | CalendarHours | CalendarOff | CalendarWorking
Step = (
    Starts
    | Examples
    | DealStep
    | WaitStep
    | Tick
    | DoneStep
    | MoveStep
    | LoseStep
    | EventStep
    | RescheduleStep
    | AwayStep
    | TryStep
    | ForStep
    | Set
    | ExpectThat
    | ExpectDue
    | ExpectAssigned
    | ExpectLost
    | ExpectBlocked
    | ExpectSent
    | ExpectNothingSent
)
TopStatement = Use | Language | Pipeline | Module | Record | Resource | Calendar | Team | Segment | Scenario


def field_names(kind: type[Node]) -> tuple[str, ...]:
    """Names of a node class's fields in order, without ``span``."""
    return kind.__match_args__[:-1]


def children(parent: Node) -> Iterator[Node]:
    """The nodes straight below one, in the order of its fields."""
    for name in parent.__match_args__[:-1]:
        value = getattr(parent, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from value


def walk(top: Node) -> Iterator[Node]:
    """A node and everything below it, parents first, in file order. Not recursive: depth does not matter."""
    stack = [top]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(tuple(children(current))))
