"""Comparisons: is, is in, <, has, is set, is older than; and what tasks, checklists and approvals are."""

from __future__ import annotations

from voronka.dsl.check.expressions.arithmetic import units_differ
from voronka.dsl.check.expressions.fit import FILES, NUMERIC, WORDS, comparable, ratio
from voronka.dsl.check.expressions.make import bad, described, make, unknown, written
from voronka.dsl.check.expressions.names import TASK_STATES
from voronka.dsl.check.fieldtypes import list_hint
from voronka.dsl.check.place import Place, included, typed, wrong_type
from voronka.dsl.check.resolve import approval as find_approval
from voronka.dsl.check.resolve import checklist as find_checklist
from voronka.dsl.check.resolve import task as find_task
from voronka.dsl.check.symbols import UNKNOWN
from voronka.dsl.check.words import NOTHING, type_name
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import BOOL, DURATION, Type
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names, types
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Edit, Fix

_STATEFUL = (nodes.TaskRef, nodes.ChecklistRef, nodes.ApprovalRef)
_ORDERED = NUMERIC | {"percent", "money", "date", "datetime", "time", "duration"}
_OPS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
APPROVAL_STATES = ("asked", "approved", "rejected")


def is_(node: nodes.Is, place: Place, want: Type | None) -> Expr:
    if isinstance(node.left, _STATEFUL):
        state = _state(node.left, node.right, node, place)
        return _not(state, node) if node.negated else state
    left = typed(node.left, place)
    return _equals(left, node.right, node, node.negated, place)


def _equals(left: Expr, right: nodes.Expr, node: nodes.Expr, negated: bool, place: Place) -> Expr:
    """``left is right``; a rating's class becomes its bounds."""
    if left.type is UNKNOWN:
        return bad(node)
    if left.type.kind == "rating" and isinstance(right, nodes.Path) and len(right.parts) == 1:
        option = left.type.option(right.name)
        if option is not None:
            low, high = (make("const", left.type, right, bound) for bound in (option.low, option.high))
            if negated:
                parts = (make("lt", BOOL, node, None, (left, low)), make("gt", BOOL, node, None, (left, high)))
                return make("or", BOOL, node, None, parts)
            parts = (make("ge", BOOL, node, None, (left, low)), make("le", BOOL, node, None, (left, high)))
            return make("and", BOOL, node, None, parts)
    other = typed(right, place, left.type)
    if other.type is UNKNOWN:
        return bad(node)
    if left.type.kind in ("choices", "links"):
        hint = Both(f"write `{left.text} has {other.text}`", f"пишите `{left.text} has {other.text}`")
        _cannot(left, other, place, node, hint if left.type.kind == "choices" else NOTHING)
        return bad(node)
    if (pair := _paired(left, other, node, place)) is None:
        return bad(node)
    return make("ne" if negated else "eq", BOOL, node, None, pair)


def _paired(left: Expr, right: Expr, node: nodes.Expr, place: Place) -> tuple[Expr, Expr] | None:
    """Both sides in one type, or None with a finding."""
    if (pair := comparable(left, right)) is not None:
        return None if units_differ(*pair, Both("compared", "сравнить"), node, place) else pair
    kinds = {left.type.kind, right.type.kind}
    if left.type.kind == right.type.kind == "money":
        place.world.report(
            types.MIXED_CURRENCIES, node.span, left=described(left), right=described(right), labels=included(place.env)
        )
        return None
    if "money" in kinds and kinds & NUMERIC:
        money, number = (left, right) if left.type.kind == "money" else (right, left)
        if number.op == "const":
            _no_currency(money, number, node, place)
            return None
    hint = NOTHING
    if kinds == {"date", "datetime"}:
        hint = Both(
            "a date is a whole day: take the date of the other, `date_of(…)`, or write a time, `2026-12-25 09:00`",
            "дата — это целый день: возьмите дату другой стороны, `date_of(…)`, или добавьте время, `2026-12-25 09:00`",
        )
    elif "percent" in kinds and kinds & NUMERIC:
        number = right if left.type.kind == "percent" else left
        if number.op == "const":
            hint = Both(f"write `{number.text}%`", f"пишите `{number.text}%`")
        elif ratio(number):
            return left, right
    elif kinds <= {"choice", "resource"}:
        hint = list_hint(left.type)
    _cannot(left, right, place, node, hint)
    return None


def _cannot(left: Expr, right: Expr, place: Place, node: nodes.Expr, hint: Both) -> None:
    labels = included(place.env)
    place.world.report(
        types.CANNOT_COMPARE, node.span, labels=labels, left=described(left), right=described(right), hint=hint
    )


def _no_currency(money: Expr, number: Expr, node: nodes.Expr, place: Place) -> None:
    """``amount > 0``: the currency is sure, so there is a fix."""
    currency = money.type.currency or place.table.currency or "RUB"
    side = node.right if isinstance(node, nodes.Compare | nodes.Is) else None
    if side is not None and not isinstance(side, nodes.NumberLit):
        side = getattr(node, "left", None)
    fix = None
    span = node.span
    if isinstance(side, nodes.NumberLit):
        span = side.span
        title = Both(f"write `{number.text} {currency}`", f"напишите `{number.text} {currency}`")
        fix = Fix(title, (Edit(side.span, f"{number.text} {currency}"),), safe=True)
    place.world.report(
        types.MONEY_WITHOUT_CURRENCY, span, fix=fix, number=number.text, currency=currency, labels=included(place.env)
    )


def order(node: nodes.Compare, place: Place, want: Type | None) -> Expr:
    left = typed(node.left, place)
    right = typed(node.right, place, left.type)
    if unknown(left, right):
        return bad(node)
    for side in (left, right):
        if side.type.kind not in _ORDERED:
            kind = type_name(side.type)
            hint = Both(
                "texts are only alike or not: `is`, `is in (…)`", "тексты только совпадают или нет: `is`, `is in (…)`"
            )
            place.world.report(
                types.CANNOT_ORDER,
                node.span,
                labels=included(place.env),
                op=node.op,
                kind=kind,
                hint=hint if side.type.kind in WORDS | FILES else NOTHING,
            )
            return bad(node)
    if (pair := _paired(left, right, node, place)) is None:
        return bad(node)
    return make(_OPS[node.op], BOOL, node, None, pair)


def in_list(node: nodes.InList, place: Place, want: Type | None) -> Expr:
    if isinstance(node.left, _STATEFUL):
        states = tuple(_state(node.left, item, item, place) for item in node.items)
        if unknown(*states):
            return bad(node)
        either = states[0] if len(states) == 1 else make("or", BOOL, node, None, states)
        return _not(either, node) if node.negated else either
    left = typed(node.left, place)
    if left.type is UNKNOWN:
        return bad(node)
    if left.type.kind in ("rating", "choices", "links"):
        parts = tuple(_equals(left, item, item, node.negated, place) for item in node.items)
        if unknown(*parts):
            return bad(node)
        return parts[0] if len(parts) == 1 else make("and" if node.negated else "or", BOOL, node, None, parts)
    items = []
    for item in node.items:
        other = typed(item, place, left.type)
        pair = _paired(left, other, item, place) if other.type is not UNKNOWN else None
        if pair is not None:
            items.append(pair[1])
    if len(items) < len(node.items):
        return bad(node)
    return make("not_in" if node.negated else "in", BOOL, node, None, (left, *items))


def is_set(node: nodes.IsSet, place: Place, want: Type | None) -> Expr:
    if isinstance(node.value, _STATEFUL):
        return stateful(node.value, place, None)
    value = typed(node.value, place)
    if value.type is UNKNOWN:
        return bad(node)
    return make("unset" if node.negated else "set", BOOL, node, None, (value,))


def has(node: nodes.Has, place: Place, want: Type | None) -> Expr:
    left = typed(node.left, place)
    if left.type is UNKNOWN:
        return bad(node)
    if left.type.kind != "choices":
        hint = (
            Both(f"write `{left.text} is …`", f"пишите `{left.text} is …`") if left.type.kind == "choice" else NOTHING
        )
        place.world.report(
            types.HAS_NEEDS_CHOICES, node.left.span, labels=included(place.env), got=type_name(left.type), hint=hint
        )
        return bad(node)
    right = typed(node.right, place, left.type)
    if right.type is UNKNOWN:
        return bad(node)
    if right.type.kind != "choice" or any(left.type.option(option.name) is None for option in right.type.options):
        _cannot(left, right, place, node, list_hint(left.type))
        return bad(node)
    return make("has", BOOL, node, None, (left, right))


def older(node: nodes.Older | nodes.Within, place: Place, want: Type | None) -> Expr:
    value = typed(node.value, place)
    length = typed(node.duration, place, DURATION)
    if unknown(value, length):
        return bad(node)
    word = "older than" if isinstance(node, nodes.Older) else "within"
    if value.type.kind not in ("date", "datetime"):
        what = Both(f"what is asked `is {word}`", f"то, о чём спрашивают `is {word}`")
        wrong_type(place.env, node.value.span, what, "date", value.type)
        return bad(node)
    if length.type.kind != "duration":
        what = Both(f"what follows `{word}`", f"то, что стоит после `{word}`")
        wrong_type(place.env, node.duration.span, what, DURATION, length.type)
        return bad(node)
    op = "older" if isinstance(node, nodes.Older) else "within"
    return make(f"not_{op}" if node.negated else op, BOOL, node, None, (value, length))


# Tasks, checklists, approvals


def stateful(node: nodes.Expr, place: Place, want: Type | None) -> Expr:
    """``task call`` alone: it needs a state."""
    words = {nodes.TaskRef: ("task", "задача"), nodes.ChecklistRef: ("checklist", "чек-лист")}
    en, ru = words.get(type(node), ("approval", "согласование"))
    text = written(node.span)
    state = "approved" if isinstance(node, nodes.ApprovalRef) else "done"
    what = Both(f"`{text}` (a {en})" if en != "approval" else f"`{text}` (an approval)", f"`{text}` ({ru})")
    place.world.report(
        types.NEEDS_STATE, node.span, labels=included(place.env), what=what, example=f"{text} is {state}"
    )
    return bad(node)


def _state(ref: nodes.Expr, state: nodes.Expr, node: nodes.Expr, place: Place) -> Expr:
    """``task call is reached``: one state of a task, a checklist or an approval."""
    name = state.name if isinstance(state, nodes.Path) and len(state.parts) == 1 else ""
    if isinstance(ref, nodes.TaskRef):
        return _task_state(ref, name, state, node, place)
    if isinstance(ref, nodes.ApprovalRef):
        found = find_approval(ref.approval, place.env)
        if found is None:
            return bad(node)
        if name not in APPROVAL_STATES:
            of = Both("an approval", "согласования")
            place.world.unknown(
                names.UNKNOWN_STATE, state.span, name or written(state.span), APPROVAL_STATES, _STATES, of=of
            )
            return bad(node)
        return make("approval", BOOL, node, (found.name, name))
    assert isinstance(ref, nodes.ChecklistRef)
    return _checklist(ref, name, state, node, place)


_STATES = Both("states", "состояния")


def _task_state(ref: nodes.TaskRef, name: str, state: nodes.Expr, node: nodes.Expr, place: Place) -> Expr:
    found = find_task(ref.task, place.env, inside=place.scenario)
    if found is None:
        return bad(node)
    if name not in TASK_STATES and name not in found.outcomes:
        known = [*found.outcomes, *TASK_STATES]
        what = Both("it may be", "возможны")
        place.world.unknown(
            names.UNKNOWN_OUTCOME,
            state.span,
            name or written(state.span),
            known,
            what,
            labels=included(place.env),
            task=ref.task.name,
        )
        return bad(node)
    return make("task", BOOL, node, (found.name, name))


def _checklist(ref: nodes.ChecklistRef, name: str, state: nodes.Expr, node: nodes.Expr, place: Place) -> Expr:
    if name != "done":
        of = Both("a checklist", "чек-листа")
        shown = name or written(state.span)
        place.world.unknown(names.UNKNOWN_STATE, state.span, shown, ("done",), _STATES, of=of)
        return bad(node)
    found = find_checklist(ref.path.parts[0], place.env)
    if found is None:
        return bad(node)
    if len(ref.path.parts) == 1:
        points = tuple(make("check", BOOL, node, (found.name, point)) for point in found.points)
        return make("check", BOOL, node, (found.name, ""), points)
    point = ref.path.parts[1].name
    if point not in found.points or len(ref.path.parts) > 2:
        last = ref.path.parts[-1]
        what = Both("points", "пункты")
        place.world.unknown(
            names.UNKNOWN_POINT,
            last.span,
            last.name,
            found.points,
            what,
            checklist=found.name,
            labels=included(place.env),
        )
        return bad(node)
    return make("check", BOOL, node, (found.name, point))


def _not(expr: Expr, node: nodes.Expr) -> Expr:
    return expr if expr.type is UNKNOWN else make("not", BOOL, node, None, (expr,))
