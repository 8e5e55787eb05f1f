"""The card of a handbook: every field, what it holds, and who fills it in when."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.check.words import type_name
from voronka.dsl.definition.actions import Action, AddTask, Render, SetField, Task
from voronka.dsl.definition.model import Field, Pipeline, tasks_in
from voronka.dsl.docs.plain import Plain

_SHOWN = 8  # options of a list


def field_rows(pipeline: Pipeline, words: Plain) -> Iterator[tuple[str, str, str]]:
    """(title, what it holds, who fills it in and when) for each field, in file order."""
    filled = _filled(pipeline, words)
    for field in pipeline.fields.values():
        told = list(filled.get(field.name, ()))
        if field.type.kind == "links":
            told.append(words.say("by itself: whatever links to the deal", "само: всё, что ссылается на сделку"))
        if field.formula is not None:
            told.insert(0, words.say("computed: ", "вычисляется: ") + words.expr(field.formula))
        elif field.default is not None:
            told.insert(0, words.say("at first: ", "сначала: ") + words.expr(field.default))
        when = words.say("only if ", "только если ") + words.expr(field.when) if field.when is not None else ""
        how = "; ".join(filter(None, [when, *told])) or words.say(
            "by hand, when it is known", "вручную, когда известно"
        )
        yield words.title(field.title, field.name), _holds(field, words), how


def _holds(field: Field, words: Plain) -> str:
    kind = field.type
    text = type_name(kind).in_(words.lang)
    if kind.kind in ("choice", "choices", "resource") and kind.options:
        names = [words.title(option.title, option.name) for option in kind.options]
        text += ": " + ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
    elif kind.kind == "rating":
        text += words.say(f" from {kind.low} to {kind.high}", f" от {kind.low} до {kind.high}")
        if kind.options:
            classes = (f"{words.title(one.title, one.name)} {one.low}–{one.high}" for one in kind.options)
            text += f" ({', '.join(classes)})"
    elif kind.target and kind.kind in ("link", "links"):
        text += words.say(" to ", ": ") + words.quoted(words.other(kind.target))
    return text


def _filled(pipeline: Pipeline, words: Plain) -> dict[str, list[str]]:
    """For each field, where somebody has to give it and where it is filled in by itself."""
    found: dict[str, dict[str, list[str]]] = {}  # field -> how -> where

    def note(field: str, how: str, where: str) -> None:
        found.setdefault(field, {}).setdefault(how, []).append(where)

    def deeds(actions: tuple[Action, ...], where: str) -> None:
        for action in actions:
            if isinstance(action, Render) or (isinstance(action, SetField) and action.expr is not None):
                note(action.field, words.say("by itself: ", "само: "), where)
            if not isinstance(action, AddTask):
                for name in ("then", "otherwise", "actions"):
                    deeds(getattr(action, name, ()), where)
        for task in tasks_in(actions):
            asks(task)

    def asks(task: Task) -> None:
        title = words.quoted(words.title(task.title, task.name))
        who = words.rules(task.assign)
        for one in task.requires:
            note(one.field, words.say("asked by the task ", "нужно для задачи "), title + (f" ({who})" if who else ""))
        for outcome in task.outcomes:
            answer = words.quoted(words.title(outcome.title, outcome.name))
            where = words.say(f"task {title}, answer {answer}", f"задача {title}, ответ {answer}")
            for one in outcome.requires:
                note(one.field, "", where + (f" ({who})" if who else ""))
            deeds(outcome.actions + (outcome.again.otherwise if outcome.again else ()), where)
        for hook in task.hooks:
            deeds(hook.actions, words.say(f"task {title}", f"задача {title}"))

    for event in pipeline.events.values():
        if event.create:
            brought = words.say("comes with ", "приходит с событием ") + words.quoted(
                words.title(event.title, event.name)
            )
            for name, _, _ in event.payload:
                if name in pipeline.fields:
                    note(name, "", brought)
    for stage in pipeline.stages.values():
        title = words.quoted(words.stage(stage.name))
        for one in stage.requires:
            note(one.field, words.say("needed to come into ", "нужно, чтобы войти в "), title + words.when(one.when))
        deeds(stage.entry, words.say(f"on coming into {title}", f"при входе в {title}"))
        for task in stage.tasks:
            asks(task)
        for robot in stage.robots:
            name = robot.title.in_(words.lang)
            deeds(
                robot.actions,
                words.say("robot ", "робот ") + words.quoted(name)
                if name
                else words.say(f"in {title}", f"на этапе {title}"),
            )
        for approval in stage.approvals:
            for hook in approval.hooks:
                deeds(hook.actions, words.quoted(words.title(approval.title, approval.name)))
    for task in pipeline.tasks:
        asks(task)
    for robot in pipeline.robots:
        name = robot.title.in_(words.lang)
        always = words.say("in any stage", "на любом этапе")
        deeds(robot.actions, words.say("robot ", "робот ") + words.quoted(name) if name else always)
    for reason in pipeline.reasons.values():
        title = words.quoted(words.title(reason.title, reason.name))
        for one in reason.requires:
            note(one.field, words.say("asked by the loss ", "нужно для причины "), title)
        deeds(reason.actions, words.say(f"loss {title}", f"причина {title}"))
    return {
        field: [how + ", ".join(dict.fromkeys(where)) for how, where in ways.items()] for field, ways in found.items()
    }
