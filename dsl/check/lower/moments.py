"""Happenings, moments, triggers, and who is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from voronka.dsl.check.expressions.values import length, maybe
from voronka.dsl.check.place import ANYTHING, Place, home, included, typed, wrong_type
from voronka.dsl.check.places import loc_of
from voronka.dsl.check.resolve import BUILT_IN_PEOPLE, bound, role_or_person
from voronka.dsl.check.resolve import event as find_event
from voronka.dsl.check.resolve import field as find_field
from voronka.dsl.check.resolve import task as find_task
from voronka.dsl.check.symbols import UNKNOWN
from voronka.dsl.check.words import NOTHING, quoted
from voronka.dsl.check.world import visible
from voronka.dsl.definition.moments import DueRule, Happening, Moment, Trigger, Who, WhoRule
from voronka.dsl.definition.types import Type
from voronka.dsl.definition.values import Duration
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names, types
from voronka.dsl.text.codes.base import Both

NOBODY = Who("owner")
_NEVER = Happening("closing")
_ANYWHERE = ("entry", "exit", "creation", "closing", "away", "dismissed")
_OWN = {
    "overdue": ("task", "approval"),
    "done": ("task",),
    "approved": ("approval",),
    "rejected": ("approval",),
    "request": ("approval",),
}
_SPEAKS = {
    "overdue": Both(
        "it speaks of the task or approval it is written in",
        "это слово — о задаче или согласовании, внутри которых стоит",
    ),
    "done": Both("it speaks of the task it is written in", "это слово — о задаче, внутри которой стоит"),
    "approved": Both("it speaks of the approval it is written in", "это слово — о согласовании, внутри которого стоит"),
    "rejected": Both("it speaks of the approval it is written in", "это слово — о согласовании, внутри которого стоит"),
    "request": Both("it speaks of the approval it is written in", "это слово — о согласовании, внутри которого стоит"),
}
_OUTSIDE = {
    "overdue": Both("write it inside the task", "напишите это внутри задачи"),
    "done": Both("outside of it write `task t done`", "снаружи пишите `task t done`"),
}
_MOST = 10_000
_WHOLE_DAYS = frozenset({"day", "week", "month", "year", "workday"})


@dataclass(frozen=True, slots=True)
class Carried:
    """What a trigger brings: the payload of its event, and the event's name."""

    payload: Mapping[str, Type] | None = None
    events: str = ""


NOTHING_CARRIED = Carried()


def who(node: nodes.Who, place: Place) -> Who:
    """Somebody: a built-in word, a parameter, a role, a person, or a field that holds one."""
    found = _who(node, place)
    if node.strategy is None:
        return found
    if found.kind == "role":
        return Who("role", found.name, node.strategy)
    if found is not NOBODY:
        place.world.report(names.STRATEGY_WITHOUT_ROLE, node.span, strategy=node.strategy, name=node.path.name)
    return found


def _who(node: nodes.Who, place: Place) -> Who:
    env, name = place.env, node.path.name
    if name in BUILT_IN_PEOPLE:
        if name == "assignee" and place.scope not in ("task", "approval"):
            why = Both("only a task has an assignee", "исполнитель есть только у задачи")
            place.world.report(names.OUT_OF_PLACE, node.span, name=name, why=why, hint=NOTHING)
        return Who(name)
    if name in env.params:
        value = bound(env.params[name])
        if value.who is not None:
            return value.who
        if value.type is UNKNOWN:
            return NOBODY
    else:
        if len(node.path.parts) == 1 and env.full(name) not in env.table.fields:
            if (found := role_or_person(name, env)) is not None:
                return found
            known = [*env.table.roles, *visible(env.unit, "person"), *BUILT_IN_PEOPLE[:2]]
            what = Both("there are", "есть")
            elsewhere = place.world.tops.get("person", {})
            if name in elsewhere:
                place.world.find(env.unit, "person", name, node.span, names.UNKNOWN_WHO, home=home(env))
            else:
                place.world.unknown(
                    names.UNKNOWN_WHO, node.path.span, name, known, what, home=home(env), labels=included(env)
                )
            return NOBODY
    expr = typed(node.path, place, Type("user"))
    if expr.type is UNKNOWN:
        return NOBODY
    if expr.type.kind != "user":
        wrong_type(env, node.span, quoted(name), "user", expr.type)
        return NOBODY
    if expr.op == "const":
        return Who("person", expr.value)
    return Who("path", name, expr=expr)


def who_rule(node: nodes.Assign | nodes.Owner, place: Place) -> WhoRule:
    return WhoRule(who(node.who, place), maybe(node.when, place), loc_of(node.span))


def due_rule(node: nodes.Due, place: Place) -> DueRule:
    return DueRule(moment(node.moment, place), maybe(node.when, place.standing()), loc_of(node.span))


def times(at: tuple[nodes.TimeLit, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{one.value:%H:%M}" for one in at))


def moment(node: nodes.Moment, place: Place) -> Moment:
    base, _ = happening(node.happening, place, shifted=node.shift is not None)
    offset = None
    if node.shift is not None:
        offset = length(node.shift, place, Both("the distance", "срок"), positive=False)
    return Moment(base, offset, -1 if node.before else 1, times(node.at), loc_of(node.span))


def happening(node: nodes.Happening, place: Place, shifted: bool = False) -> tuple[Happening, Carried]:
    """What happens, and what it brings with it."""
    match node:
        case nodes.OnEvent():
            event = find_event(node.event, place.env)
            if event is None:
                return _NEVER, Carried(ANYTHING, node.event.name)
            return Happening("event", event.name), Carried(event.payload, event.name)
        case nodes.OnTask():
            return _task(node, place), NOTHING_CARRIED
        case nodes.OnChange():
            fields = [sym.name for ident in node.fields if (sym := find_field(ident, place.env)) is not None]
            return Happening("change", fields=tuple(fields)), NOTHING_CARRIED
        case nodes.OnDate():
            return Happening("instant", expr=typed(node.date, place)), NOTHING_CARRIED
        case nodes.OnNamed():
            return _named(node, place, shifted), NOTHING_CARRIED


def _task(node: nodes.OnTask, place: Place) -> Happening:
    task = find_task(node.task, place.env, inside=False)
    if task is None:
        return _NEVER
    outcome = node.outcome.name
    if outcome != "done" and outcome not in task.outcomes:
        what = Both("it may be", "возможны")
        place.world.unknown(
            names.UNKNOWN_OUTCOME,
            node.outcome.span,
            outcome,
            [*task.outcomes, "done"],
            what,
            labels=included(place.env),
            task=node.task.name,
        )
        return _NEVER
    return Happening("task", task.name, "" if outcome == "done" else outcome)


def _named(node: nodes.OnNamed, place: Place, shifted: bool) -> Happening:
    name, env = node.path.name, place.env
    declared = name in env.params or env.full(name) in env.table.fields
    if not declared:
        if name in _OWN:
            if place.scope not in _OWN[name]:
                hint = _OUTSIDE.get(name, NOTHING)
                place.world.report(
                    names.OUT_OF_PLACE, node.span, labels=included(env), name=name, why=_SPEAKS[name], hint=hint
                )
                return _NEVER
            return Happening(name)
        if name in _ANYWHERE:
            return Happening(name)
        if name in ("now", "today", "last_contact"):
            expr = typed(node.path, Place(env, scope=place.scope, stage=place.stage))
            return Happening("instant", expr=expr)
        if len(node.path.parts) == 1 and name not in ("owner", "supervisor", "stage", "yes", "no"):
            dates = [n for n, sym in env.table.fields.items() if sym.type.kind in ("date", "datetime")]
            known = [one.removeprefix(env.prefix) for one in dates if one.startswith(env.prefix)]
            known += [*_ANYWHERE, *(word for word, scopes in _OWN.items() if place.scope in scopes)]
            what = Both("there are", "есть")
            if name in env.table.events or env.full(name) in env.table.events:
                what, known = Both("write", "пишите"), [f"event {name}"]
            elif env.full(name) in env.table.tasks:
                what, known = Both("write", "пишите"), [f"task {name} done"]
            place.world.unknown(
                names.UNKNOWN_HAPPENING, node.span, name, known, what, labels=included(env), home=home(env)
            )
            return _NEVER
    expr = typed(node.path, place)
    if expr.type is UNKNOWN:
        return _NEVER
    if expr.type.kind not in ("date", "datetime"):
        hint = NOTHING
        if expr.op == "field" and not shifted:
            hint = Both(f"on its change: `change {name}`", f"при изменении: `change {name}`")
        wrong_type(env, node.span, quoted(name), "date", expr.type, hint=hint)
        return _NEVER
    return Happening("instant", expr=expr)


# Triggers


def trigger(node: nodes.Trigger, place: Place) -> tuple[Trigger, Carried]:
    """A trigger, and what its event brings to the conditions and actions behind it."""
    loc, at_most = loc_of(node.span), count(node.at_most, place, Both("the number of times", "число раз"))
    match node:
        case nodes.TriggerOn():
            base, carried = happening(node.moment.happening, place)
            inside = carrying(place, carried)
            when, skips = maybe(node.when, inside), node.unless_missed
            if skips and base.kind != "instant" and base is not _NEVER:
                place.world.report(types.NEVER_MISSED, node.moment.span, labels=included(place.env))
            at = times(node.moment.at)
            return Trigger("on", base, times=at, at_most=at_most, unless_missed=skips, when=when, loc=loc), carried
        case nodes.TriggerDue():
            moved, when, skips = moment(node.moment, place), maybe(node.when, place), node.unless_missed
            return Trigger(
                "due", moment=moved, at_most=at_most, unless_missed=skips, when=when, loc=loc
            ), NOTHING_CARRIED
        case nodes.TriggerEvery():
            return _every(node, place, at_most), NOTHING_CARRIED


def carrying(place: Place, carried: Carried) -> Place:
    if carried.payload is None:
        return place
    return replace(place, payload=carried.payload, events=carried.events)


def _every(node: nodes.TriggerEvery, place: Place, at_most: int) -> Trigger:
    loc, when, world, skips = loc_of(node.span), maybe(node.when, place), place.world, node.unless_missed
    if node.cron is not None:
        if why := world.library.cron(node.cron.value):
            world.report(names.BAD_CRON, node.cron.span, why=why)
        if node.at:
            world.report(types.TIMES_AND_HOURS, node.at[0].span, unit="cron")
        cron, at = node.cron.value, times(node.at)
        return Trigger("cron", cron=cron, times=at, at_most=at_most, unless_missed=skips, when=when, loc=loc)
    assert node.period is not None
    n, unit = period(node.period, place)
    if node.at and unit and unit not in _WHOLE_DAYS:
        world.report(types.TIMES_AND_HOURS, node.at[0].span, labels=included(place.env), unit=unit)
    at = times(node.at)
    return Trigger("every", n=n, unit=unit, times=at, at_most=at_most, unless_missed=skips, when=when, loc=loc)


def period(node: nodes.Duration, place: Place) -> tuple[int, str]:
    """How often: a whole number of units, known beforehand."""
    what = Both("a period", "период")
    expr = length(node, place, what)
    if expr.type is UNKNOWN:
        return 1, ""
    if expr.op != "const" or not isinstance(expr.value, Duration):
        if place.table.kind != "module":
            place.world.report(types.NOT_CONSTANT, node.span, labels=included(place.env), what=what)
        return 1, ""
    n = expr.value.n
    if n != n.to_integral_value() or not 1 <= n <= _MOST:
        place.world.report(names.BAD_COUNT, node.span, labels=included(place.env), what=what, most=_MOST)
        return 1, ""
    return int(n), expr.value.unit


def count(node: nodes.NumberLit | None, place: Place, what: Both) -> int:
    """How many times at most; 0 where nothing is said."""
    if node is None:
        return 0
    if node.value != node.value.to_integral_value() or not 1 <= node.value <= _MOST:
        place.world.report(names.BAD_COUNT, node.span, what=what, most=_MOST)
        return 0
    return int(node.value)
