"""Tasks and approvals, with what ``every task`` says of those that do not say it themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from voronka.dsl.check.expand import KINDS, keyword
from voronka.dsl.check.expressions.values import length, maybe, when
from voronka.dsl.check.lower.actions import block
from voronka.dsl.check.lower.home import Home, text, was
from voronka.dsl.check.lower.moments import carrying, count, due_rule, moment, trigger, who_rule
from voronka.dsl.check.place import Place, included, typed, wrong_type
from voronka.dsl.check.places import loc_of
from voronka.dsl.check.resolve import field as find_field
from voronka.dsl.check.symbols import UNKNOWN, Env, Placed
from voronka.dsl.definition.actions import Again, Approval, Outcome, Require, Reschedule, Robot, Task
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.moments import DueRule, Happening, Moment, WhoRule
from voronka.dsl.definition.types import DATETIME, Title
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Label

RESCHEDULERS = ("assignee", "supervisor", "owner")
# when these happen a task is not open: it is planned after the entry, and cancelled before exit and closing
_NEVER_OPEN = frozenset({"entry", "exit", "creation", "closing"})
_NOT_OPEN = Both("no task is open at that moment", "в этот момент ни одна задача не открыта")
_TIMES = Both("the number of times", "число раз")


@dataclass(slots=True)
class _Parts:
    """What the sentences of a task say."""

    assign: list[WhoRule] = field(default_factory=list)
    due: list[DueRule] = field(default_factory=list)
    requires: list[Require] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    hooks: list[Robot] = field(default_factory=list)
    with_: Expr | None = None
    means: Title = Title()
    guide: Title = Title()
    comment_required: bool = False
    comment: Title = Title()
    reschedule: Reschedule | None = None
    said: dict[str, nodes.Node] = field(default_factory=dict)


def task(node: nodes.Task, home: Home, standing: bool = False) -> Task:
    """A task; ``standing``: its ``when`` is watched while the deal is in the stage, not asked once."""
    env = home.env
    if node.name is not None:
        path = home.named(node.name.name, env, KINDS["tasks"], node.name.span)
        name = env.full(node.name.name)
    else:
        path = home.unnamed(env)
        name = path
    condition = maybe(node.when, home.place.standing() if standing else home.place)
    inside = home.inner(path, scope="task", clock="")
    parts = _Parts()
    for statement in node.body:
        _statement(statement, parts, inside, own=True)
    if not home.in_defaults:
        _defaults(home, parts, inside)
    _findings(node, parts, env)
    return Task(
        name=name,
        title=text(node.title, env),
        path=path,
        loc=loc_of(node.span),
        named=node.name is not None,
        was=was(node.was, env),
        when=condition,
        assign=tuple(parts.assign),
        due=tuple(parts.due),
        with_=parts.with_,
        means=parts.means,
        guide=parts.guide,
        requires=tuple(parts.requires),
        comment_required=parts.comment_required,
        comment=parts.comment,
        outcomes=tuple(parts.outcomes),
        hooks=tuple(parts.hooks),
        reschedule=parts.reschedule,
    )


def _defaults(home: Home, parts: _Parts, inside: Home) -> None:
    """``every task``: assignee, deadline, outcomes … where the task has none; hooks and requirements on top."""
    every = Home(f"{inside.path}/#every", inside.place, in_defaults=True)
    had = (bool(parts.assign), bool(parts.due), bool(parts.outcomes))
    said = dict(parts.said)
    for statement, env in _every_task(home):
        match statement:
            case nodes.Assign() if had[0]:
                continue
            case nodes.Due() if had[1]:
                continue
            case nodes.Outcome() if had[2]:
                continue
            case _ if type(statement).__name__ in said and not isinstance(statement, nodes.Require | nodes.Hook):
                continue
        _statement(statement, parts, every.within(env), own=False)


def _every_task(home: Home) -> Iterator[Placed]:
    stage = home.place.stage
    if stage is not None:
        yield from stage.every_task
    yield from home.table.root.every_task


def _findings(node: nodes.Task, parts: _Parts, env: Env) -> None:
    span = node.name.span if node.name is not None else node.title.span if node.title is not None else node.span
    shown = f"`{node.name.name}`" if node.name is not None else span.text
    unread = (
        frozenset(node.span.text.split()) if env.world.broken else frozenset()
    )  # sentences that did not parse are said so
    if not parts.assign and "assign" not in unread:
        every = Both(", or a default in `every task { }`", " или общее правило в `every task { }`")
        env.world.report(
            names.TASK_WITHOUT_ASSIGNEE, span, labels=included(env), kind=KINDS["tasks"], name=shown, every=every
        )
    if not parts.due and "due" not in unread:
        env.world.report(names.TASK_WITHOUT_DEADLINE, span, labels=included(env), name=shown)


def _once(statement: nodes.Node, parts: _Parts, home: Home, own: bool) -> bool:
    """Whether a sentence that may stand once is the first of its kind."""
    kind = type(statement).__name__
    first = parts.said.setdefault(kind, statement)
    if first is not statement and own:
        label = Label(first.span, Both("first here", "впервые здесь"))
        home.table.world.report(names.SAID_TWICE, statement.span, labels=(label,), what=keyword(statement))
    return first is statement


def _statement(statement: nodes.Node, parts: _Parts, home: Home, own: bool) -> None:
    place, env = home.place, home.env
    match statement:
        case nodes.Assign():
            parts.assign.append(who_rule(statement, place))
        case nodes.Due():
            parts.due.append(due_rule(statement, place))
        case nodes.Require():
            parts.requires.extend(requires(statement, place))
        case nodes.Outcome():
            if all(one.name != statement.name.name for one in parts.outcomes):
                parts.outcomes.append(_outcome(statement, home))
        case nodes.Hook():
            parts.hooks.append(hook(statement, home))
        case nodes.With() if _once(statement, parts, home, own):
            expr = typed(statement.path, place)
            parts.with_ = expr if expr.type is not UNKNOWN else None
        case nodes.Means() if _once(statement, parts, home, own):
            parts.means = text(statement.text, env)
        case nodes.Guide() if _once(statement, parts, home, own):
            parts.guide = text(statement.text, env)
        case nodes.Comment() if _once(statement, parts, home, own):
            parts.comment_required, parts.comment = True, text(statement.text, env)
        case nodes.Reschedule() if _once(statement, parts, home, own):
            parts.reschedule = _reschedule(statement, home)


def requires(node: nodes.Require, place: Place) -> list[Require]:
    """One entry a field."""
    condition = maybe(node.when, place)
    found = []
    for ident in node.fields:
        sym = find_field(ident, place.env)
        if sym is not None:
            found.append(Require(sym.name, condition, loc_of(ident.span)))
    return found


def hook(node: nodes.Hook, home: Home) -> Robot:
    """``TRIGGER { actions }``: a robot without a name."""
    path = home.unnamed(home.env)
    made, carried = trigger(node.trigger, home.place)
    if home.place.scope in ("task", "approval") and made.happening is not None and made.happening.kind in _NEVER_OPEN:
        hint = Both("write it outside of the task", "напишите это снаружи задачи")
        name, labels = made.happening.kind, included(home.env)
        home.table.world.report(
            names.OUT_OF_PLACE, node.trigger.span, labels=labels, name=name, why=_NOT_OPEN, hint=hint
        )
    inside = Home(path, carrying(home.place, carried), in_defaults=home.in_defaults)
    return Robot(path, Title(), path, (made,), block(node.actions, inside), loc_of(node.span), named=False)


def _outcome(node: nodes.Outcome, home: Home) -> Outcome:
    env, name = home.env, node.name.name
    inside = home.inner(f"{home.path}/{name}")
    place = inside.place
    parts: dict[str, bool] = {"comment": False, "next": False, "contact": False}
    comment, again = Title(), None
    needed: list[Require] = []
    acts: list[nodes.Node] = []
    for statement in node.body:
        match statement:
            case nodes.Again():
                again = _again(statement, inside)
            case nodes.Require():
                needed.extend(requires(statement, place))
            case nodes.Comment():
                parts["comment"], comment = True, text(statement.text, env)
            case nodes.NextRequired():
                parts["next"] = True
            case nodes.CountsAsContact():
                parts["contact"] = True
            case _:
                acts.append(statement)
    return Outcome(
        name=name,
        title=text(node.title, env),
        loc=loc_of(node.span),
        when=maybe(node.when, place),
        was=tuple(old.name for old in node.was),
        requires=tuple(needed),
        comment_required=parts["comment"],
        comment=comment,
        next_required=parts["next"],
        contact=parts["contact"],
        again=again,
        actions=block(acts, inside),
    )


def _again(node: nodes.Again, home: Home) -> Again:
    place = home.place
    if node.moment is not None:
        at = moment(node.moment, place)
    else:
        assert node.after is not None
        now = Expr("now", DATETIME, loc=loc_of(node.span), text="now")
        offset = length(node.after, place, Both("the pause", "перерыв"))
        at = Moment(Happening("instant", expr=now), offset, loc=loc_of(node.span))
    at_most = count(node.at_most, place, Both("the number of attempts", "число попыток"))
    otherwise = block(node.otherwise or (), home.inner(f"{home.path}/#again"))
    return Again(at, at_most, otherwise)


def _reschedule(node: nodes.Reschedule, home: Home) -> Reschedule:
    env, place, made = home.env, home.place, Reschedule()
    for statement in node.body:
        match statement:
            case nodes.RescheduleBy():
                made = replace(made, by=_reschedulers(statement, env))
            case nodes.Comment():
                made = replace(made, comment_required=True, comment=text(statement.text, env))
            case nodes.AtMost():
                made = replace(made, at_most=count(statement.times, place, _TIMES))
            case nodes.Until():
                made = replace(made, until=_until(statement, place))
    return made


def _reschedulers(node: nodes.RescheduleBy, env: Env) -> tuple[str, ...]:
    found = []
    for ident in node.names:
        if ident.name in RESCHEDULERS or ident.name in env.table.roles:
            found.append(ident.name)
        else:
            known = [*RESCHEDULERS, *env.table.roles]
            what = Both("there are", "есть")
            env.world.unknown(
                names.UNKNOWN_WHO, ident.span, ident.name, known, what, home=env.table.name, labels=included(env)
            )
    return tuple(found)


def _until(node: nodes.Until, place: Place) -> Expr | None:
    expr = typed(node.target, place)
    if expr.type is UNKNOWN:
        return None
    if expr.type.kind not in ("date", "datetime"):
        what = Both("what follows `until`", "то, что стоит после `until`")
        wrong_type(place.env, node.target.span, what, "date", expr.type)
        return None
    return expr


def approval(node: nodes.Approval, home: Home) -> Approval:
    """An approval, at a stage or for the whole deal."""
    env = home.env
    path = home.named(node.name.name, env, KINDS["approvals"], node.name.span)
    inside = home.inner(path, scope="approval", clock="")
    assign: list[WhoRule] = []
    due: list[DueRule] = []
    covers: list[str] = []
    hooks: list[Robot] = []
    for statement in node.body:
        match statement:
            case nodes.Assign():
                assign.append(who_rule(statement, inside.place))
            case nodes.Due():
                due.append(due_rule(statement, inside.place))
            case nodes.Covers():
                covers += [sym.name for ident in statement.fields if (sym := find_field(ident, env)) is not None]
            case nodes.Hook():
                hooks.append(hook(statement, inside))
    if not assign:
        env.world.report(
            names.TASK_WITHOUT_ASSIGNEE,
            node.name.span,
            labels=included(env),
            kind=KINDS["approvals"],
            name=f"`{node.name.name}`",
            every="",
        )
    return Approval(
        name=env.full(node.name.name),
        title=text(node.title, env),
        path=path,
        when=when(node.when, home.place.standing()),
        loc=loc_of(node.span),
        was=was(node.was, env),
        assign=tuple(assign),
        due=tuple(due),
        covers=tuple(dict.fromkeys(covers)),
        hooks=tuple(hooks),
    )
