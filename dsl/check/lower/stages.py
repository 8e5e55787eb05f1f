"""Stages and reasons of loss."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from voronka.dsl.check.expand import keyword
from voronka.dsl.check.expressions.values import length, maybe, when
from voronka.dsl.check.lower.actions import PLAIN, action, block
from voronka.dsl.check.lower.conditional import Conditional
from voronka.dsl.check.lower.home import Home, text, was
from voronka.dsl.check.lower.moments import carrying, happening, moment
from voronka.dsl.check.lower.robots import robot
from voronka.dsl.check.lower.tasks import approval, hook, requires, task
from voronka.dsl.check.place import Place, included
from voronka.dsl.check.places import loc_of
from voronka.dsl.check.resolve import reason as find_reason
from voronka.dsl.check.resolve import segment
from voronka.dsl.check.resolve import stage as find_stage
from voronka.dsl.check.symbols import StageSym, Sym, Table
from voronka.dsl.definition.actions import Action, AddTask, Approval, Require, Robot, Task
from voronka.dsl.definition.model import Checklist, Gate, Limit, Reason, Return, Stage, Standing
from voronka.dsl.definition.types import Title
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names, types
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Label

STAGE_TYPES = ("incoming", "working", "waiting", "closing")


@dataclass(slots=True)
class _Parts:
    means: Title = Title()
    guide: Title = Title()
    type: str = ""
    probability: Decimal | None = None
    limit: Limit | None = None
    requires: list[Require] = field(default_factory=list)
    enter: list[Gate] = field(default_factory=list)
    leave: list[Gate] = field(default_factory=list)
    checklists: list[Checklist] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    entry: list[Action] = field(default_factory=list)
    robots: list[Robot] = field(default_factory=list)
    standing: list[Standing] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)
    retiring: bool = False
    comment_required: bool = False
    comment: Title = Title()
    said: dict[str, nodes.Node] = field(default_factory=dict)


def stage(sym: StageSym, table: Table) -> Stage:
    """A stage with its own sentences first, then what ``every stage`` adds."""
    node = sym.node if isinstance(sym.node, nodes.Stage) else None  # a module by itself stands in no written stage
    own = frozenset(_required(sym))
    place = Place(sym.env, scope="stage", stage=sym, required=own)
    home, parts = Home(sym.name, place), _Parts()
    for statement, env in sym.body:
        _statement(statement, parts, home.within(env), own=True)
    if sym.kind == "open":
        every = Home(f"{sym.name}/#every", place)
        for statement, env in table.root.every_stage:
            _statement(statement, parts, every.within(env), own=False)
    return Stage(
        name=sym.name,
        title=text(node.title if node is not None else None, sym.env),
        kind=sym.kind,
        loc=loc_of(sym.node.span),
        was=was(node.was, sym.env) if node is not None else (),
        when=maybe(node.when, replace(place, clock="standing", required=frozenset())) if node is not None else None,
        means=parts.means,
        guide=parts.guide,
        type=parts.type,
        probability=parts.probability,
        limit=parts.limit,
        requires=tuple(parts.requires),
        enter=tuple(parts.enter),
        leave=tuple(parts.leave),
        checklists=tuple(parts.checklists),
        tasks=tuple(parts.tasks),
        entry=tuple(parts.entry),
        robots=tuple(parts.robots),
        standing=tuple(parts.standing),
        approvals=tuple(parts.approvals),
        retiring=parts.retiring,
        comment_required=parts.comment_required,
        comment=parts.comment,
    )


def _required(sym: StageSym) -> Iterable[str]:
    """Fields that a deal in this stage cannot be without."""
    for statement, _ in (*sym.body, *sym.env.table.root.every_stage):
        if isinstance(statement, nodes.Require) and statement.when is None:
            yield from (ident.name for ident in statement.fields)


def _once(statement: nodes.Node, parts: _Parts, home: Home, own: bool) -> bool:
    """Whether a sentence that may stand once is the first of its kind; a default gives way silently."""
    first = parts.said.setdefault(type(statement).__name__, statement)
    if first is not statement and own:
        label = Label(first.span, Both("first here", "впервые здесь"))
        home.table.world.report(
            names.SAID_TWICE, statement.span, labels=(label, *included(home.env)), what=keyword(statement)
        )
    return first is statement


def _statement(node: nodes.Node, parts: _Parts, home: Home, own: bool) -> None:
    place, env = home.place, home.env
    only = Conditional(env, place)
    match node:
        case nodes.Task():
            made = task(node, home, standing=True)
            if node.when is None and only.when is None:
                parts.tasks.append(made)
                parts.entry.append(AddTask(made, made.path, made.loc))
            else:
                parts.tasks.append(replace(made, when=only.both(made.when)))
        case nodes.Move() | nodes.Lose() if node.moment is not None or node.when is not None:
            if (rule := standing(node, home)) is not None:
                parts.standing.append(replace(rule, when=only.both(rule.when)))
        case _ if type(node) in PLAIN:
            parts.entry.extend(only.actions(action(node, home)))
        case nodes.Require():
            parts.requires.extend(replace(one, when=only.both(one.when)) for one in requires(node, place))
        case nodes.Enter() | nodes.Leave():
            gate = Gate(only.unless(when(node.when, place)), text(node.message, env), loc_of(node.span))
            (parts.enter if isinstance(node, nodes.Enter) else parts.leave).append(gate)
        case nodes.Robot():
            parts.robots.append(only.robot(robot(node, home)))
        case nodes.Hook():
            parts.robots.append(only.robot(hook(node, home)))
        case nodes.Approval():
            made_approval = approval(node, home)
            parts.approvals.append(replace(made_approval, when=only.both(made_approval.when) or made_approval.when))
        case nodes.Reason():
            only.refuse(node)
        case nodes.Checklist():
            only.refuse(node)
            parts.checklists.append(_checklist(node, home))
        case nodes.Comment():
            only.refuse(node)
            if _once(node, parts, home, own):
                parts.comment_required, parts.comment = True, text(node.text, env)
        case _:
            if _once(node, parts, home, own):
                only.refuse(node)
                _property(node, parts, home)


def _property(node: nodes.Node, parts: _Parts, home: Home) -> None:
    env, world = home.env, home.table.world
    match node:
        case nodes.Means():
            parts.means = text(node.text, env)
        case nodes.Guide():
            parts.guide = text(node.text, env)
        case nodes.StageType():
            if node.type.name in STAGE_TYPES:
                parts.type = node.type.name
            else:
                what = Both("types", "типы")
                world.unknown(names.UNKNOWN_STAGE_TYPE, node.type.span, node.type.name, STAGE_TYPES, what)
        case nodes.Probability():
            if 0 <= node.value.value <= 100:
                parts.probability = node.value.value / 100
            else:
                what = Both("a probability", "вероятность")
                world.report(types.OUT_OF_RANGE, node.value.span, what=what, low="0%", high="100%")
        case nodes.Limit():
            lasts = length(node.duration, home.place, Both("a limit", "лимит"))
            path = f"{home.path}/#limit"
            parts.limit = Limit(lasts, block(node.actions, home.inner(path)), path, loc_of(node.span))
        case nodes.Retiring():
            parts.retiring = True


def standing(node: nodes.Move | nodes.Lose, home: Home) -> Standing | None:
    """``move to s WHEN-OR-MOMENT``: a rule that stands while the deal is in the stage."""
    path, place, at = home.unnamed(home.env), home.place, None
    if node.moment is not None:
        if node.moment.shift is None:
            _, carried = happening(node.moment.happening, place)
            at, inside = moment(node.moment, place), carrying(place, carried)
        else:
            at, inside = moment(node.moment, place), place
        condition = maybe(node.when, inside)
    else:
        condition = maybe(node.when, place.standing())
    loc = loc_of(node.span)
    if isinstance(node, nodes.Move):
        target = find_stage(node.target, home.env)
        return None if target is None else Standing(path, loc, stage=target.name, when=condition, moment=at)
    why = find_reason(node.reason, home.env)
    return None if why is None else Standing(path, loc, reason=why.name, when=condition, moment=at)


def _checklist(node: nodes.Checklist, home: Home) -> Checklist:
    env = home.env
    points: dict[str, Title] = {}
    for n, point in enumerate(node.points, 1):
        points.setdefault(point.name.name if point.name is not None else str(n), text(point.text, env))
    return Checklist(
        env.full(node.name.name), text(node.title, env), tuple(points.items()), loc_of(node.span), was(node.was, env)
    )


# Reasons


def reason(sym: Sym, lost: str, derived: bool) -> Reason:
    """A reason of loss, in the stage ``lost``."""
    node, env = sym.node, sym.env
    assert isinstance(node, nodes.Reason)
    place = Place(env, scope="stage", stage=env.table.stages.get(lost))
    home = Home(f"{lost}/{sym.name}", place)
    needed: list[Require] = []
    returns: list[Return] = []
    acts: list[Action] = []
    comment_required, comment, in_segment = False, Title(), ""
    for statement in node.body:
        match statement:
            case nodes.Require():
                needed.extend(requires(statement, place))
            case nodes.Comment():
                comment_required, comment = True, text(statement.text, env)
            case nodes.InSegment():
                in_segment = segment(statement.segment, env)
            case nodes.Return():
                if (back := _return(statement, home)) is not None:
                    returns.append(back)
            case _:
                acts.extend(action(statement, home))
    if node.when is not None and not derived:
        env.world.report(names.WHEN_NOT_DERIVED, node.when.span, labels=included(env), name=node.name.name)
    return Reason(
        name=sym.name,
        title=text(node.title, env),
        loc=loc_of(node.span),
        was=tuple(old.name for old in node.was),
        from_=tuple(found.name for ident in node.stages if (found := find_stage(ident, env)) is not None),
        when=maybe(node.when, place.standing()),
        requires=tuple(needed),
        comment_required=comment_required,
        comment=comment,
        segment=in_segment,
        returns=tuple(returns),
        actions=tuple(acts),
    )


def _return(node: nodes.Return, home: Home) -> Return | None:
    path, place = home.unnamed(home.env), home.place
    target = find_stage(node.stage, home.env)
    _, carried = happening(node.moment.happening, place) if node.moment.shift is None else (None, None)
    at = moment(node.moment, place)
    condition = maybe(node.when, carrying(place, carried) if carried is not None else place)
    if target is None:
        return None
    return Return(target.name, at, condition, path, loc_of(node.span))
