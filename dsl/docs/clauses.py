"""Conditions and values as clauses of a sentence: every operator, field and state as one would say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import Title
from voronka.dsl.definition.values import Duration
from voronka.dsl.docs.words import duration, number

if TYPE_CHECKING:
    from voronka.dsl.docs.plain import Plain

_SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "GBP": "£", "KZT": "₸"}
_STATES = {  # of a task
    "done": ("is done", "выполнена"),
    "open": ("is open", "открыта"),
    "overdue": ("is overdue", "просрочена"),
    "cancelled": ("is cancelled", "отменена"),
    "waiting": ("waits", "ждёт"),
    "planned": ("is planned", "запланирована"),
}
_TASKS = {  # of any task
    "done": ("a task that is done", "выполненная задача"),
    "open": ("an open task", "открытая задача"),
    "overdue": ("an overdue task", "просроченная задача"),
    "cancelled": ("a cancelled task", "отменённая задача"),
    "waiting": ("a waiting task", "ждущая задача"),
    "planned": ("a planned task", "запланированная задача"),
}
_APPROVALS = {
    "asked": ("is asked for", "запрошено"),
    "approved": ("is given", "получено"),
    "rejected": ("is refused", "отклонено"),
}
_ORDER = {
    "lt": ("below", "меньше"),
    "le": ("at most", "не больше"),
    "gt": ("above", "больше"),
    "ge": ("at least", "не меньше"),
}
_ORDER_TIME = {
    "lt": ("before", "раньше"),
    "le": ("at the latest on", "не позже"),
    "gt": ("after", "позже"),
    "ge": ("at the earliest on", "не раньше"),
}
_SIGN = {"add": "+", "sub": "−", "mul": "×", "div": ":"}
_INSTANTS = {  # as it is called; as time is counted from it (Russian genitive)
    "creation": ("creation", "создание сделки", "создания сделки"),
    "closing": ("closing", "закрытие сделки", "закрытия сделки"),
    "entry": ("coming into the stage", "вход на этап", "входа на этап"),
    "last_contact": ("the last contact", "последний контакт", "последнего контакта"),
}
_TIMES = frozenset({"date", "datetime", "time"})


def is_flag(expr: Expr) -> bool:
    """Whether it is a yes-or-no field, which is a condition by itself."""
    return expr.op in ("field", "via") and expr.type.kind == "bool"


def said(words: Plain, expr: Expr) -> str:
    """A value or a condition."""
    told = _FORMS.get(expr.op)
    return told(words, expr) if told else " ".join(expr.text.split()) or expr.op


def _inner(words: Plain, expr: Expr) -> str:
    """A part of a longer condition: in brackets where it would be read otherwise."""
    text = words.expr(expr)
    return f"({text})" if expr.op in ("and", "or") and not _bounds(expr) else text


# --- values


def _const(words: Plain, expr: Expr) -> str:
    value: Any = expr.value
    kind = expr.type.kind
    if kind == "stage":
        return words.quoted(words.stage(str(value)))
    if isinstance(value, str) and (option := expr.type.option(value)):
        return words.quoted(words.title(option.title, option.name))
    if isinstance(value, bool):
        return words.say("yes", "да") if value else words.say("no", "нет")
    if isinstance(value, Duration):
        return duration(value, words.lang)
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y") if words.lang == "ru" else value.isoformat()
    if isinstance(value, Decimal | int) and not expr.type.textual:
        if kind == "percent":
            return f"{number(value * 100, words.lang)} %" if words.lang == "ru" else f"{number(value * 100, 'en')}%"
        if kind == "money":
            return f"{number(value, words.lang)} {_SIGNS.get(expr.type.currency, expr.type.currency)}"
        return number(value, words.lang) if kind in ("number", "integer", "rating") else _written(expr)
    if isinstance(value, str):
        return words.quoted(value)
    return _written(expr)


def _written(expr: Expr) -> str:
    return " ".join(expr.text.split()) or str(expr.value)


def _field(words: Plain, expr: Expr) -> str:
    return words.quoted(words.field(str(expr.value)))


def _via(words: Plain, expr: Expr) -> str:
    link, name = expr.value
    found = words.pipeline.fields.get(link)
    target = words.definition.pipelines.get(found.type.target) if found else None
    if name == "owner":
        what = words.say("the owner", "ответственный")
    elif name == "stage":
        what = words.say("the stage", "этап")
    else:
        other = target.fields.get(name) if target else None
        what = words.quoted(words.title(other.title, name) if other else name)
    card = words.quoted(words.field(link))
    return words.say(f"{what} of {card}", f"{what} из карточки {card}")


def _payload(words: Plain, expr: Expr) -> str:
    for event in words.pipeline.events.values():
        for name, _, title in event.payload:
            if name == expr.value:
                called = words.quoted(words.title(title, name))
                return words.say(f"{called} of the event", f"{called} из события")
    return words.say(f"{expr.value} of the event", f"{expr.value} из события")


def _instant(words: Plain, expr: Expr) -> str:
    en, ru, _ = _INSTANTS[expr.op]
    return words.say(en, ru)


def _since(words: Plain, expr: Expr) -> str:
    """An instant as time is counted from it; in Russian the genitive."""
    if expr.op in _INSTANTS:
        en, _, ru = _INSTANTS[expr.op]
        return words.say(en, ru)
    if expr.op == "call" and expr.value == "coalesce":
        first, *others = (_since(words, one) for one in expr.args)
        return first + "".join(
            words.say(f" (or, without one, since {one})", f" (а если его не было — с {one})") for one in others
        )
    return words.say("the date ", "даты ") + said(words, expr)


def _sum(words: Plain, expr: Expr) -> str:
    return f" {_SIGN[expr.op]} ".join(_operand(words, one) for one in expr.args)


def _operand(words: Plain, expr: Expr) -> str:
    text = said(words, expr)
    return f"({text})" if expr.op in _SIGN else text


def _call(words: Plain, expr: Expr) -> str:
    if expr.value == "coalesce":
        first, *others = (said(words, one) for one in expr.args)
        return first + "".join(words.say(f", or else {one}", f", а если пусто — {one}") for one in others)
    return f"{expr.value}({'; '.join(said(words, one) for one in expr.args)})"


# --- conditions


def _compare(words: Plain, expr: Expr) -> str:
    left, right = expr.args
    en, ru = _ORDER[expr.op]
    if {left.op, right.op} & {"now", "today"}:
        if left.op in ("now", "today"):
            later, what = expr.op in ("gt", "ge"), right
        else:
            later, what = expr.op in ("lt", "le"), left
        name = said(words, what)
        return words.say(
            f"{name} is over" if later else f"{name} is still ahead",
            f"{name} — уже в прошлом" if later else f"{name} — ещё впереди",
        )
    name, than = said(words, left), said(words, right)
    if left.type.kind in _TIMES:
        en, ru = _ORDER_TIME[expr.op]
        return words.say(f"{name} is {en} {than}", f"{name} — {ru}, чем {than}")
    return words.say(
        f"{name} is {en} {than}", f"{name} {ru} {than}" if right.op == "const" else f"{name} {ru}, чем {than}"
    )


def _equal(words: Plain, expr: Expr) -> str:
    left, right = expr.args
    same = expr.op == "eq"
    if left.op == "stage":
        where = said(words, right)
        return words.say(
            f"the deal is {'' if same else 'not '}in {where}", f"сделка {'' if same else 'не '}на этапе {where}"
        )
    if left.op == "item" and right.type.kind == "stage":
        return ("" if same else words.say("not ", "не ")) + _item_stage(words, right)
    if left.type.kind == "bool" and right.op == "const":
        return flag(words, left, bool(right.value) is same)
    name, value = said(words, left), said(words, right)
    return words.say(f"{name} is {'' if same else 'not '}{value}", f"{name} — {'' if same else 'не '}{value}")


def flag(words: Plain, expr: Expr, told: bool) -> str:
    """A yes-or-no field as a condition, or its contrary."""
    name = said(words, expr)
    return words.say(f"{name} is {'' if told else 'not '}ticked", f"{'' if told else 'не '}отмечено {name}")


def _in(words: Plain, expr: Expr) -> str:
    first, *others = expr.args
    inside = expr.op == "in"
    if first.op == "item" and others and others[0].type.kind == "stage":
        names = [_item_stage(words, one) for one in others]
        joined = words.say(" or ", " или ").join(names)
        return joined if inside else words.say(f"not {joined}", f"не {joined}")
    joined = words.say(" or ", " или ").join(said(words, one) for one in others)
    if first.op == "stage":
        return words.say(
            f"the deal is {'' if inside else 'not '}in {joined}", f"сделка {'' if inside else 'не '}на этапе {joined}"
        )
    return words.say(
        f"{said(words, first)} is {'' if inside else 'not '}{joined}",
        f"{said(words, first)} — {'' if inside else 'не '}{joined}",
    )


def _item_stage(words: Plain, stage: Expr) -> str:
    """A stage of another pipeline's deals, by its title where one pipeline has it."""
    titles = {
        words.title(found.title, found.name)
        for pipeline in words.definition.pipelines.values()
        if (found := pipeline.stages.get(str(stage.value)))
    }
    return words.quoted(titles.pop() if len(titles) == 1 else str(stage.value))


def _set(words: Plain, expr: Expr) -> str:
    given = expr.op == "set"
    (what,) = expr.args
    if what.op == "closing":
        return words.say(f"the deal is {'closed' if given else 'open'}", f"сделка {'закрыта' if given else 'открыта'}")
    if what.op == "last_contact":
        return words.say(
            f"there was {'a' if given else 'no'} contact", "контакт уже был" if given else "контактов ещё не было"
        )
    if what.op == "owner":
        return words.say(
            f"there is {'an' if given else 'no'} owner", "есть ответственный" if given else "нет ответственного"
        )
    name = said(words, what)
    if what.type.kind == "bool":
        return words.say(
            f"{name} is {'' if given else 'not '}answered", f"{name}: ответ {'есть' if given else 'не дан'}"
        )
    if what.op == "payload":
        return words.say(f"there is {'' if given else 'no '}{name}", f"{'есть' if given else 'нет'} {name}")
    return words.say(
        f"{name} is {'filled in' if given else 'empty'}", f"поле {name} {'заполнено' if given else 'пусто'}"
    )


def _has(words: Plain, expr: Expr) -> str:
    what, option = expr.args
    return words.say(
        f"{said(words, what)} has {said(words, option)}", f"в {said(words, what)} есть {said(words, option)}"
    )


def _age(words: Plain, expr: Expr) -> str:
    """``older`` and ``within``: how long ago something was, or how soon it comes."""
    instant, length = expr.args
    span = (
        duration(length.value, words.lang, genitive=True) if isinstance(length.value, Duration) else said(words, length)
    )
    since = _since(words, instant)
    if expr.op in ("older", "not_older"):
        more = expr.op == "older"
        return words.say(
            f"it is {'more' if more else 'not more'} than {span} since {since}",
            f"с {since} прошло {'больше' if more else 'не больше'} {span}",
        )
    near = expr.op == "within"
    return words.say(
        f"{'less' if near else 'not less'} than {span} is left to {since}",
        f"до {since} осталось {'меньше' if near else 'не меньше'} {span}",
    )


def _bounds(expr: Expr) -> tuple[Expr, Expr, Expr] | None:
    """A field between two constants, as a class of a rating is asked: (field, low, high)."""
    if expr.op != "and" or len(expr.args) != 2:
        return None
    low, high = expr.args
    if (low.op, high.op) != ("ge", "le") or low.args[0] != high.args[0] or low.args[0].type.kind != "rating":
        return None
    return low.args[0], low.args[1], high.args[1]


def _both(words: Plain, expr: Expr) -> str:
    if found := _bounds(expr):
        field, low, high = (said(words, one) for one in found)
        return words.say(f"{field} is between {low} and {high}", f"{field} — от {low} до {high}")
    return _joined([_inner(words, one) for one in expr.args], words.say(" and ", " и "))


def _either(words: Plain, expr: Expr) -> str:
    return _joined([_inner(words, one) for one in expr.args], words.say(" or ", " или "))


def _joined(parts: list[str], last: str) -> str:
    return last.join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _not(words: Plain, expr: Expr) -> str:
    (inner,) = expr.args
    if inner.op == "task":
        return _task(words, inner, no=True)
    if is_flag(inner):
        return flag(words, inner, False)
    if inner.op in ("any", "all") and inner.value != "tasks":
        return words.say("it is not so that ", "неверно, что ") + said(words, inner)
    return words.say("not: ", "неверно: ") + _inner(words, inner)


def _quantified(words: Plain, expr: Expr) -> str:
    predicate = expr.args[0]
    if expr.value == "tasks" and predicate.op == "item" and str(predicate.value) in _TASKS:
        en, ru = _TASKS[str(predicate.value)]
        state_en, state_ru = _STATES[str(predicate.value)]
        return {
            "any": words.say(f"there is {en}", f"есть {ru}"),
            "all": words.say(f"every task {state_en}", f"каждая задача {state_ru}"),
            "none": words.say(f"no task {state_en}", f"ни одна задача не {state_ru}"),
        }[expr.op]
    source = words.quoted(words.field(str(expr.value))) if expr.value != "tasks" else words.say("the tasks", "задачах")
    of = {
        "any": words.say(f"at least one of {source}", f"хотя бы одно из {source}"),
        "all": words.say(f"every one of {source}", f"каждое из {source}"),
        "none": words.say(f"none of {source}", f"ни одно из {source}"),
    }[expr.op]
    return f"{of}: {said(words, predicate)}"


def _aggregate(words: Plain, expr: Expr) -> str:
    source = words.quoted(words.field(str(expr.value)))
    names = {
        "sum": ("the sum of", "сумма"),
        "min": ("the least of", "наименьшее из"),
        "max": ("the greatest of", "наибольшее из"),
        "count": ("how many", "сколько"),
        "share": ("the share of", "доля"),
    }
    what = said(words, expr.args[0]) + " " if len(expr.args) == 2 else ""
    only = expr.args[-1]
    text = f"{words.say(*names[expr.op])} {what}{words.say('over', 'по')} {source}"
    told = "" if only.op == "const" and only.value is True else words.say(", where: ", ", где: ") + said(words, only)
    return text + told


def _item(words: Plain, expr: Expr) -> str:
    for pipeline in words.definition.pipelines.values():
        if found := pipeline.fields.get(str(expr.value)):
            return words.quoted(words.title(found.title, found.name))
    return words.say("the stage", "этап") if expr.value == "stage" else str(expr.value)


def _task(words: Plain, expr: Expr, no: bool = False) -> str:
    name, state = expr.value
    called = words.quoted(words.task(name))
    if state in _STATES:
        en, ru = _STATES[state]
        if no:
            en, ru = en.replace("is ", "is not ", 1) if "is " in en else f"does not {en}", f"не {ru}"
        return words.say(f"the task {called} {en}", f"задача {called} {ru}")
    task = next((one for one in words.pipeline.every_task() if one.name == name), None)
    outcome = task.outcome(state) if task else None
    result = words.quoted(words.title(outcome.title, state) if outcome else state)
    not_en, not_ru = (" not", " не") if no else ("", "")
    return words.say(
        f"the task {called} was{not_en} done with the result {result}",
        f"задача {called}{not_ru} выполнена с итогом {result}",
    )


def _check(words: Plain, expr: Expr) -> str:
    name, point = expr.value
    lists = [one for stage in words.pipeline.stages.values() for one in stage.checklists if one.name == name]
    called = words.quoted(words.title(lists[0].title, name) if lists else name)
    if not point:
        return words.say(f"everything in the checklist {called} is ticked", f"отмечен весь чек-лист {called}")
    titles = dict(lists[0].points) if lists else {}
    told = words.quoted(words.title(titles.get(point, Title()), point))
    return words.say(f"{told} is ticked in the checklist {called}", f"в чек-листе {called} отмечено {told}")


def _approval(words: Plain, expr: Expr) -> str:
    name, state = expr.value
    homes = [words.pipeline.approvals, *(stage.approvals for stage in words.pipeline.stages.values())]
    found = next((one for home in homes for one in home if one.name == name), None)
    called = words.quoted(words.title(found.title, name) if found else name)
    en, ru = _APPROVALS.get(state, (state, state))
    return words.say(f"the approval {called} {en}", f"согласование {called} {ru}")


def _moment_word(words: Plain, expr: Expr) -> str:
    return {
        "now": words.say("now", "сейчас"),
        "today": words.say("today", "сегодня"),
        "owner": words.say("the owner", "ответственный"),
        "supervisor": words.say("the supervisor", "руководитель"),
        "stage": words.say("the stage", "этап"),
    }[expr.op]


_FORMS: Mapping[str, Callable[[Plain, Expr], str]] = MappingProxyType(
    {
        "const": _const,
        "field": _field,
        "via": _via,
        "payload": _payload,
        **dict.fromkeys(_INSTANTS, _instant),
        **dict.fromkeys(("now", "today", "owner", "supervisor", "stage"), _moment_word),
        **dict.fromkeys(_SIGN, _sum),
        **dict.fromkeys(_ORDER, _compare),
        "eq": _equal,
        "ne": _equal,
        "in": _in,
        "not_in": _in,
        "set": _set,
        "unset": _set,
        "has": _has,
        **dict.fromkeys(("older", "not_older", "within", "not_within"), _age),
        "and": _both,
        "or": _either,
        "not": _not,
        **dict.fromkeys(("any", "all", "none"), _quantified),
        **dict.fromkeys(("sum", "min", "max", "count", "share"), _aggregate),
        "item": _item,
        "task": _task,
        "check": _check,
        "approval": _approval,
        "call": _call,
    }
)
