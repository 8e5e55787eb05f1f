"""Where a pipeline uses texts: every send, notice, digest and document, with what can be spoken of there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from voronka.dsl.check.templates.facts import NOTHING, Facts, facts, has_value, key, otherwise
from voronka.dsl.definition.actions import (
    Action,
    AddTask,
    After,
    Approval,
    If,
    Message,
    Notify,
    Render,
    Require,
    Robot,
    Send,
    SetField,
    Task,
    Wait,
)
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Field, Pipeline
from voronka.dsl.definition.moments import Happening, Trigger


@dataclass(frozen=True, slots=True)
class Scope:
    """What a text may speak of beside the deal; equal scopes mean equal names.

    ``events`` are those whose payload may be at hand. ``prefix`` (``nps.``) and ``params`` are of the include that
    the text stands in. ``about`` says what set it off, where one word can: overdue, limit, approved ….
    """

    pipeline: str
    kind: str  # send notify digest document
    events: tuple[str, ...] = ()
    task: bool = False
    approval: bool = False
    about: str = ""
    prefix: str = ""
    params: tuple[tuple[str, Expr], ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """One text in one place. ``field`` is the document's, ``channel`` the send's.

    ``sure`` are the names that are surely set there; None where nobody knows from where it is rendered.
    """

    scope: Scope
    message: Message
    path: str
    loc: Loc
    sure: Facts | None
    field: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk is. ``base`` holds for as long as the deal is there, ``sure`` at this sentence."""

    pipeline: Pipeline
    base: Facts = NOTHING
    sure: Facts = NOTHING
    events: tuple[str, ...] = ()
    task: bool = False
    approval: bool = False
    about: str = ""

    def scope(self, kind: str, message: Message) -> Scope:
        return Scope(
            self.pipeline.name,
            kind,
            self.events,
            self.task,
            self.approval,
            self.about,
            message.scope,
            message.params,
        )

    def knowing(self, more: Facts) -> _Place:
        return replace(self, sure=self.sure | more) if more - self.sure else self

    def later(self) -> _Place:
        """At some later moment: what was true of the fields then need not be true any more."""
        return replace(self, sure=self.base)


def uses_of(pipeline: Pipeline) -> Iterator[Use]:
    """Every text of a pipeline, in file order of their homes."""
    place = _Place(pipeline)
    for robot in pipeline.robots:
        yield from _robot(robot, place)
    for task in pipeline.tasks:
        yield from _task(task, place)
    for approval in pipeline.approvals:
        yield from _approval(approval, place)
    for stage in pipeline.stages.values():
        base = _required(stage.requires, pipeline)
        here = _Place(pipeline, base, base)
        tasks = {task.path for task in stage.tasks}
        yield from _actions([a for a in stage.entry if not (isinstance(a, AddTask) and a.path in tasks)], here)
        if stage.limit is not None:
            yield from _actions(stage.limit.actions, replace(here, about="limit"))
        for task in stage.tasks:
            yield from _task(task, here)
        for robot in stage.robots:
            yield from _robot(robot, here)
        for approval in stage.approvals:
            yield from _approval(approval, here)
    for reason in pipeline.reasons.values():
        base = _required(reason.requires, pipeline)
        yield from _actions(reason.actions, _Place(pipeline, base, base))
    yield from _documents(pipeline)


def document_use(pipeline: Pipeline, field: Field) -> Use:
    """A document that somebody asks for by hand."""
    prefix = field.name[: field.name.rfind(".") + 1]
    message = Message(template=field.type.target, scope=prefix)
    scope = Scope(pipeline.name, "document", prefix=prefix)
    return Use(scope, message, "", field.loc, None, field.name)


def _documents(pipeline: Pipeline) -> Iterator[Use]:
    for field in pipeline.fields.values():
        if field.type.kind == "document":
            yield document_use(pipeline, field)


def _actions(actions: Iterable[Action], place: _Place) -> Iterator[Use]:
    for action in actions:
        here = place.knowing(facts(getattr(action, "when", None)))
        match action:
            case Send():
                # It is not sent at all where there is no address.
                sure = here.sure | key(action.to)
                scope = here.scope("send", action.message)
                yield Use(scope, action.message, action.path, action.loc, sure, channel=action.channel)
            case Notify():
                kind = "digest" if action.digest else "notify"
                yield Use(here.scope(kind, action.message), action.message, action.path, action.loc, here.sure)
            case Render(field=name):
                field = here.pipeline.fields.get(name)
                if field is not None and field.type.kind == "document":
                    message = document_use(here.pipeline, field).message
                    scope = here.scope("document", message)
                    yield Use(scope, message, action.path, action.loc, here.sure, name)
                    place = place if action.when else place.knowing(frozenset({name}))
            case SetField(field=name, expr=expr):
                always = action.when is None and expr is not None
                known = always and expr is not None and has_value(expr, place.sure, place.pipeline.fields)
                place = replace(place, sure=place.sure | {name} if known else place.sure - {name})
            case AddTask(task=task):
                yield from _task(task, place.later())
            case If():
                yield from _actions(action.then, here)
                yield from _actions(action.otherwise, place.knowing(otherwise(action.when)))
            case Wait():
                events = (action.event,) if action.event else place.events
                yield from _actions(action.then, replace(place.later(), events=events))
                yield from _actions(action.otherwise, place.later())
            case After():
                yield from _actions(action.actions, place.later())


def _robot(robot: Robot, place: _Place) -> Iterator[Use]:
    happenings = [h for h in map(_happening, robot.triggers) if h is not None]
    events = tuple(dict.fromkeys(h.name for h in happenings if h.kind == "event")) or place.events
    kinds = {h.kind for h in happenings}
    about = kinds.pop() if len(kinds) == 1 else ""
    known = [facts(t.when) | _counted_from(t) for t in robot.triggers]
    sure = known[0].intersection(*known[1:]) if known else NOTHING
    yield from _actions(robot.actions, replace(place.knowing(sure), events=events, about=about))


def _happening(trigger: Trigger) -> Happening | None:
    return trigger.happening if trigger.kind == "on" else None


def _counted_from(trigger: Trigger) -> Facts:
    """A clock that counts from a date runs only while there is one."""
    moment = trigger.moment
    return key(moment.base.expr) if trigger.kind == "due" and moment and moment.base.expr is not None else NOTHING


def _task(task: Task, place: _Place) -> Iterator[Use]:
    here = replace(place, task=True)
    answered = here.knowing(_required(task.requires, place.pipeline))
    for outcome in task.outcomes:
        done = answered.knowing(_required(outcome.requires, place.pipeline))
        yield from _actions(outcome.actions, done)
        if outcome.again is not None:
            yield from _actions(outcome.again.otherwise, done)
    for hook in task.hooks:
        yield from _robot(hook, here)


def _approval(approval: Approval, place: _Place) -> Iterator[Use]:
    # It falls away as soon as its condition no longer holds (Meaning 14).
    here = replace(place, task=True, approval=True).knowing(facts(approval.when))
    for hook in approval.hooks:
        yield from _robot(hook, here)


def _required(requires: Iterable[Require], pipeline: Pipeline) -> Facts:
    """Fields that are always asked for; one that need not apply may be missing all the same."""
    names = (rule.field for rule in requires if rule.when is None)
    return frozenset(n for n in names if n not in pipeline.fields or pipeline.fields[n].when is None)
