"""Unmet conditions in words: what keeps a deal from going on, the values that were looked at, and what would help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.model import Pipeline
from voronka.engine.deal.protocol import Operand, Unmet

Show = Callable[[str, Any], str]  # (field or operand name, value) -> as people read it


@dataclass(frozen=True, slots=True)
class Explained:
    """One reason: ``what`` is a sentence, ``operands`` the values behind it, ``help`` what would let it pass (""
    if nobody can)."""

    what: str
    operands: tuple[tuple[str, str], ...]
    help: str
    loc: Loc

    def __str__(self) -> str:
        values = ", ".join(f"{name} {value}" for name, value in self.operands)
        return f"{self.what} ({values})" if values else self.what


def explain(unmet: Unmet, pipeline: Pipeline, lang: str, show: Show) -> Explained:
    """Put one unmet condition into words."""
    ru = lang == "ru"
    title = unmet.message.in_(lang)
    what, remedy = _SAY.get(unmet.kind, _other)(unmet, pipeline, title, ru)
    operands = [
        (operand.name, _value(operand, show, ru))
        for operand in unmet.operands
        if not operand.name.startswith("checklist ")
    ]
    if points := _unticked(unmet.operands, pipeline, lang):
        operands.insert(0, ("не отмечено:" if ru else "not ticked:", "; ".join(points)))
    return Explained(what, tuple(operands), remedy, unmet.loc)


def _unticked(operands: tuple[Operand, ...], pipeline: Pipeline, lang: str) -> list[str]:
    """The questions of a checklist that still wait for their tick."""
    lists = {c.name: dict(c.points) for stage in pipeline.stages.values() for c in stage.checklists}
    found = []
    for operand in operands:
        word, _, name = operand.name.partition(" ")
        if word != "checklist" or operand.value is True:
            continue
        checklist, _, point = name.partition(".")
        title = lists.get(checklist, {}).get(point)
        found.append((title.in_(lang) if title else "") or name)
    return found


def _value(operand: Operand, show: Show, ru: bool) -> str:
    if operand.value is None:
        return "не заполнено" if ru else "is unset"
    if operand.value is True or operand.value is False:
        return ("да" if operand.value else "нет") if ru else ("yes" if operand.value else "no")
    return f"= {show(operand.name, operand.value)}"


Said = tuple[str, str]


def _require(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    what = f"нужно поле «{title or u.name}»" if ru else f"field “{title or u.name}” is required"
    return what, f"--set {u.name}=…"


def _gate(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    condition = u.args.get("text", "")
    return title or (f"не выполнено: {condition}" if ru else f"not true: {condition}"), _help_for(u, p)


def _help_for(u: Unmet, p: Pipeline) -> str:
    for operand in u.operands:
        word, _, name = operand.name.partition(" ")
        if word == "checklist":
            return f"--tick {name}"
        if word == "task":
            return f"--done {name}"
        if operand.value is None and operand.name in p.fields and p.fields[operand.name].formula is None:
            return f"--set {operand.name}=…"
    return ""


def _approval(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    what = f"нужно согласование «{title or u.name}»" if ru else f"approval “{title or u.name}” is needed"
    return what, f"--done {u.name}=approved"


def _from(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    lang, (left, right) = ("ru", "«»") if ru else ("en", "“”")
    stages = ", ".join(f"{left}{p.stages[name].title.in_(lang) or name}{right}" for name in u.args["from"])
    if ru:
        return f"причина «{title}» бывает только на этапах {stages}", ""
    return f"reason “{title}” is given only in {stages}", ""


def _comment(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    what = f"нужен комментарий: {title}" if ru else f"a comment is required: {title}"
    return what, '--comment "…"'


def _outcome(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    known = u.args.get("known")
    if known is None:
        return _gate(u, p, "", ru)
    if not known:
        what = f"у задачи «{title}» нет итогов на выбор" if ru else f"task “{title}” has no outcomes to choose from"
        return what, ""
    listed = ", ".join(known)
    return (
        f"выберите итог задачи «{title}»: {listed}" if ru else f"choose an outcome of “{title}”: {listed}"
    ), f"--as-outcome {known[0]}"


def _next(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    if ru:
        return "нужен следующий шаг: что, когда и с кем", '--next "…"'
    return "a next step is required: what, when, with whom", '--next "…"'


def _unique(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    if ru:
        return f"«{title or u.name}» уже есть у сделки {u.args['deal']}", f"voronka deal show {u.args['deal']}"
    return f"“{title or u.name}” is already that of deal {u.args['deal']}", f"voronka deal show {u.args['deal']}"


def _booking(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    if ru:
        return f"«{title or u.name}» на это время занято сделкой {u.args['deal']}", ""
    return f"“{title or u.name}” is taken at that time by deal {u.args['deal']}", ""


def _tunnel(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    there = u.args.get("pipeline", "")
    if ru:
        return f"не создать сделку в «{there}»: {title or u.name}", f"--set {u.name}=…" if u.name in p.fields else ""
    return f"no deal can be created in “{there}”: {title or u.name}", f"--set {u.name}=…" if u.name in p.fields else ""


def _retiring(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    return (
        f"этап «{title}» закрывается, новые сделки в него не входят"
        if ru
        else f"stage “{title}” is retiring: no deal comes in any more"
    ), ""


def _derived(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    if ru:
        return "этап здесь следует из условий, вручную его не меняют", ""
    return "the stage follows from conditions here, nobody sets it by hand", ""


_STATES = {
    "here": ("сделка уже на этом этапе", "the deal is there already"),
    "closed": ("сделка закрыта: сначала откройте её снова", "the deal is closed: reopen it first"),
    "open": ("сделка не закрыта", "the deal is not closed"),
    "lose": ("в отказ ведёт причина: lose", "a loss needs its reason: use lose"),
    "create": ("закрытой сделку не создают", "a deal is not created closed"),
    "done": ("задача уже выполнена", "the task is done already"),
    "cancelled": ("задача снята", "the task was cancelled"),
    "derived": ("этап здесь следует из условий", "the stage follows from conditions here"),
    "gone": ("этот сотрудник уже не работает", "this person works here no more"),
    "stranded": ("этапа сделки больше нет: переведите её на другой", "its stage is gone: move it to another one"),
    "exists": ("такой сотрудник уже есть", "there is such a person already"),
    "present": ("этот сотрудник и так на месте", "this person is not away"),
    "past": ("дата возвращения уже прошла", "the date of return has passed already"),
}


def _state(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    said = _STATES.get(str(u.args.get("why")), (str(u.args.get("why")),) * 2)
    return said[0 if ru else 1], "voronka deal reopen" if u.args.get("why") == "closed" else ""


_MOVES = {
    "past": ("новый срок должен быть в будущем", "the new deadline must lie ahead"),
    "by": ("этому сотруднику переносить нельзя", "this person may not move it"),
    "at most": ("перенесено уже слишком много раз", "it has been moved too often"),
    "until": ("дальше этой даты переносить нельзя", "it may not be moved beyond this date"),
}


def _reschedule(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    said = _MOVES[str(u.args["why"])]
    return f"{title or u.name}: {said[0 if ru else 1]}", ""


_KINDS = {
    "stage": ("этапа", "stage"),
    "field": ("поля", "field"),
    "reason": ("причины", "reason"),
    "task": ("задачи", "task"),
    "event": ("события", "event"),
    "payload": ("значения события", "value of the event"),
    "checklist point": ("пункта", "checklist point"),
    "person": ("сотрудника", "person"),
    "flag": ("отметки", "flag"),
    "pipeline": ("воронки", "pipeline"),
    "deal": ("сделки", "deal"),
    "role": ("роли", "role"),
    "incident": ("инцидента", "incident"),
}


def _unknown(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    from voronka.dsl.text.suggest import closest

    kind = _KINDS.get(str(u.args.get("what")), ("имени", "name"))
    known = list(u.args.get("known", ()))
    close = closest(u.name, known)
    what = f"нет {kind[0]} «{u.name}»" if ru else f"there is no {kind[1]} “{u.name}”"
    if close:
        return what, f"возможно, {close}?" if ru else f"did you mean {close}?"
    listed = ", ".join(known[:12])
    return what, (f"есть: {listed}" if ru else f"there are: {listed}") if listed else ""


def _type(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    if u.args.get("why") == "formula":
        return (
            f"«{title or u.name}» вычисляется, его не задают"
            if ru
            else f"“{title or u.name}” is computed, nobody sets it"
        ), ""
    if u.args.get("why") == "value":
        return f"{title or u.name}: {u.args['ru' if ru else 'en']}", f"--set {u.name}=…" if u.name in p.fields else ""
    if u.args.get("why") == "link":
        number = u.args.get("deal")
        return (
            f"«{title or u.name}»: карточки {number} нет" if ru else f"“{title or u.name}”: there is no card {number}"
        ), ""
    return f"{title or u.name}: {u.args.get('why', '')}", ""


def _runaway(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    trail = " → ".join(u.args.get("trail", ()))
    if ru:
        return f"роботы запускают друг друга без конца: {trail}", ""
    return f"robots set each other off without end: {trail}", ""


def _time(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    return ("дата вне всех календарей" if ru else f"a date beyond all calendars: {u.args['why']}"), ""


def _other(u: Unmet, p: Pipeline, title: str, ru: bool) -> Said:
    return title or u.name, ""


_SAY: dict[str, Callable[[Unmet, Pipeline, str, bool], Said]] = {
    "require": _require,
    "enter": _gate,
    "leave": _gate,
    "check": _gate,
    "approval": _approval,
    "from": _from,
    "comment": _comment,
    "outcome": _outcome,
    "next": _next,
    "unique": _unique,
    "booking": _booking,
    "tunnel": _tunnel,
    "retiring": _retiring,
    "derived": _derived,
    "state": _state,
    "reschedule": _reschedule,
    "unknown": _unknown,
    "type": _type,
    "runaway": _runaway,
    "time": _time,
}
