"""The one-page scheme as data: boxes with notes and the ways between them, already in one language (R14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from voronka.dsl.definition.actions import Action, AddTask, Approval, Lose, Move, Outcome, Robot, Task, Tunnel
from voronka.dsl.definition.model import Definition, Gate, Pipeline, Reason, Stage, Standing, tasks_of
from voronka.dsl.definition.values import plain
from voronka.dsl.docs.plain import Plain
from voronka.dsl.docs.words import Words


@dataclass(frozen=True, slots=True)
class Note:
    """One line beside a stage. ``kind``: means when limit require enter leave checklist task outcome approval robot
    rule reason; ``under`` says whether it details the line above."""

    kind: str
    text: str
    under: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A stage. ``kind`` open won lost; ``badges`` are its type and probability."""

    name: str
    title: str
    kind: str
    badges: tuple[str, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """How deals go: ``kind`` next (by hand, in order) move (a rule, a robot, an outcome) lose return tunnel.

    ``target`` is a stage's name, for a tunnel a pipeline's.
    """

    kind: str
    source: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A pipeline on one page. ``tunnels``: the pipelines it leads to, by name."""

    name: str
    title: str
    lang: str
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    notes: tuple[Note, ...]  # of the pipeline itself
    tunnels: tuple[tuple[str, str], ...]


_LONGEST = 220  # characters of a note in a drawing

MARKS = {
    "means": "·",
    "when": "=",
    "limit": "◷",
    "require": "*",
    "enter": "→",
    "leave": "⇥",
    "checklist": "☑",
    "task": "+",
    "outcome": "↳",
    "approval": "?",
    "robot": "⚙",
    "rule": "»",
    "reason": "✗",
}


def scheme(definition: Definition, name: str, lang: str = "en", words: Words | None = None) -> Scheme:
    """The scheme of a pipeline or record, told in plain words or in those given. Raises KeyError if there is none of
    this name."""
    pipeline = definition.pipelines[name]
    words = words or Plain(definition, pipeline, lang)
    ways = tuple(dict.fromkeys(_ways(pipeline, words)))
    targets = dict.fromkeys(way.target for way in ways if way.kind == "tunnel")
    boxes = tuple(_box(stage, pipeline, words) for stage in pipeline.stages.values())
    every = [
        Note("task", f"{words.say('every task', 'каждая задача')}: {text}") for text in shared_hooks(pipeline, words)
    ]
    notes = [
        *every,
        *_tasks(pipeline.tasks, words),
        *_approvals(pipeline.approvals, words),
        *_robots(pipeline.robots, words),
    ]
    tunnels = tuple((target, words.other(target)) for target in targets)
    return Scheme(name, words.title(pipeline.title, name), lang, boxes, ways, tuple(notes), tunnels)


def chosen(definition: Definition, file: str) -> list[str]:
    """The pipelines written in a file (its displayed name), in order; its records if it holds nothing else."""
    here = [p for p in definition.pipelines.values() if p.loc.file == file]
    return [p.name for p in here if p.kind == "pipeline"] or [p.name for p in here]


def merged(scheme: Scheme) -> list[Way]:
    """The ways for a drawing: one for each kind and pair of stages, labels joined by line ends; what happens by itself
    hides the way by hand beside it."""
    led = {(way.source, way.target) for way in scheme.ways if way.kind == "move"}
    labels: dict[tuple[str, str, str], list[str]] = {}
    for way in scheme.ways:
        if way.kind != "next" or (way.source, way.target) not in led:
            labels.setdefault((way.kind, way.source, way.target), []).append(way.label)
    return [Way(*key, "\n".join(dict.fromkeys(filter(None, said)))) for key, said in labels.items()]


def short(notes: Iterable[Note]) -> list[Note]:
    """The notes that a drawing shows: without details and explanations, long ones cut."""
    return [
        Note(note.kind, note.text if len(note.text) <= _LONGEST else note.text[: _LONGEST - 1].rstrip() + "…")
        for note in notes
        if not note.under and note.kind != "means"
    ]


# --- boxes


def _box(stage: Stage, pipeline: Pipeline, words: Words) -> Box:
    notes = tuple(_notes(stage, pipeline, words))
    return Box(stage.name, words.title(stage.title, stage.name), stage.kind, badges(stage, words), notes)


def badges(stage: Stage, words: Words) -> tuple[str, ...]:
    """What stands behind a stage's name: its type, its probability, that it retires."""
    found = []
    if stage.type:
        found.append(words.say(*_TYPES.get(stage.type, (stage.type, stage.type))))
    if stage.probability is not None:
        found.append(_percent(stage.probability, words.lang))
    if stage.retiring:
        found.append(words.say("retiring", "закрывается"))
    return tuple(found)


_TYPES = {
    "incoming": ("incoming", "входящий"),
    "working": ("working", "рабочий"),
    "waiting": ("waiting", "ожидание"),
    "closing": ("closing", "завершающий"),
}


def _percent(share: Decimal, lang: str) -> str:
    number = plain(share * 100)
    return f"{number.replace('.', ',')} %" if lang == "ru" else f"{number}%"


def _notes(stage: Stage, pipeline: Pipeline, words: Words) -> Iterator[Note]:
    if stage.means:
        yield Note("means", stage.means.in_(words.lang))
    if stage.when is not None:
        yield Note("when", words.say("while ", "пока ") + words.expr(stage.when))
    if stage.limit:
        text = words.say("limit: ", "лимит: ") + words.expr(stage.limit.length)
        actions = words.actions(stage.limit.actions)
        yield Note("limit", f"{text}, {words.say('then', 'затем')}: {actions}" if actions else text)
    if stage.requires:
        fields = ", ".join(words.field(one.field) + words.when(one.when) for one in stage.requires)
        yield Note("require", words.say("required: ", "обязательно: ") + fields)
    yield from _gates("enter", stage.enter, words.say("enter if ", "вход, если "), words)
    for checklist in stage.checklists:
        points = "; ".join(words.title(title, name) for name, title in checklist.points)
        yield Note("checklist", f"{words.title(checklist.title, checklist.name)}: {points}")
    planned = {task.path for task in stage.tasks}
    entry = [one for one in stage.entry if not (isinstance(one, AddTask) and one.task.path in planned)]
    if entry:
        yield Note("robot", words.say("on entry: ", "при входе: ") + words.actions(tuple(entry)))
    yield from _tasks(stage.tasks, words)
    yield from _approvals(stage.approvals, words)
    yield from _robots(stage.robots, words)
    for rule in stage.standing:
        yield Note("rule", f"{_cause(rule, words)}: {_goal(rule, words)}")
    yield from _gates("leave", stage.leave, words.say("leave if ", "дальше, если "), words)
    if stage.kind == "lost":
        for reason in pipeline.reasons.values():
            yield from _reason(reason, words)


def _gates(kind: str, gates: tuple[Gate, ...], before: str, words: Words) -> Iterator[Note]:
    for gate in gates:
        why = words.say(", else ", ", иначе ") + words.quoted(gate.message.in_(words.lang)) if gate.message else ""
        yield Note(kind, before + words.expr(gate.when) + why)


def _tasks(tasks: tuple[Task, ...], words: Words) -> Iterator[Note]:
    for task in tasks:
        text = words.quoted(words.title(task.title, task.name))
        if who := words.rules(task.assign):
            text += f" → {who}"
        if due := words.due(task.due):
            text += words.say(f", due {due}", f", срок: {due}")
        yield Note("task", text + words.when(task.when))
        for outcome in task.outcomes:
            happens = [words.actions(outcome.actions)] if outcome.actions else []
            if outcome.again:
                happens.append(_again(outcome.again.at_most, words) + words.moment(outcome.again.moment))
                if outcome.again.otherwise:
                    happens.append(words.say("else: ", "иначе: ") + words.actions(outcome.again.otherwise))
            title = words.title(outcome.title, outcome.name)
            if needs := _needs(outcome, words):
                title += f" ({needs})"
            yield Note("outcome", f"{title}: {'; '.join(happens)}" if happens else title, under=True)
        shared = shared_hooks(words.pipeline, words)
        for hook in task.hooks:
            if (text := _hook(hook, words)) not in shared:
                yield Note("robot", text, under=True)


def _needs(asked: Outcome | Reason, words: Words) -> str:
    """What an answer or a loss cannot do without."""
    needs = [words.field(one.field) + words.when(one.when) for one in asked.requires]
    if asked.comment_required:
        needs.append(words.say("a comment", "комментарий"))
    if isinstance(asked, Outcome) and asked.next_required:
        needs.append(words.say("a next task", "следующая задача"))
    return words.say("needs ", "нужно: ") + ", ".join(needs) if needs else ""


def _hook(hook: Robot, words: Words) -> str:
    return f"{_when(hook, words)}: {words.actions(hook.actions)}"


def shared_hooks(pipeline: Pipeline, words: Words) -> list[str]:
    """What all tasks of the pipeline do alike (``every task { … }``): it is told once."""
    said = [[_hook(hook, words) for hook in task.hooks] for task in pipeline.every_task()]
    return [text for text in said[0] if all(text in other for other in said[1:])] if len(said) > 1 else []


def _again(at_most: int, words: Words) -> str:
    return (
        words.say(f"again, at most {at_most} ×: ", f"ещё раз, до {at_most} ×: ")
        if at_most
        else words.say("again: ", "ещё раз: ")
    )


def _approvals(approvals: tuple[Approval, ...], words: Words) -> Iterator[Note]:
    for approval in approvals:
        text = words.quoted(words.title(approval.title, approval.name))
        who, due = words.rules(approval.assign), words.due(approval.due)
        text += (f" → {who}" if who else "") + (words.say(f", due {due}", f", срок: {due}") if due else "")
        yield Note("approval", words.say("approval ", "согласование ") + text + words.when(approval.when))
        for hook in approval.hooks:
            yield Note("robot", _hook(hook, words), under=True)


def _robots(robots: tuple[Robot, ...], words: Words) -> Iterator[Note]:
    for robot in robots:
        title = robot.title.in_(words.lang)
        head = f"{title} — {_when(robot, words)}" if title else _when(robot, words)
        yield Note("robot", f"{head}: {words.actions(robot.actions)}")


def _when(robot: Robot, words: Words) -> str:
    text = words.say(" or ", " или ").join(words.trigger(trigger) for trigger in robot.triggers)
    return text + (words.say(", from the next entry on", ", со следующего входа") if robot.next_entry else "")


def _cause(rule: Standing, words: Words) -> str:
    moment = words.moment(rule.moment) if rule.moment else ""
    if rule.when is None:
        return moment
    return moment + words.when(rule.when) if moment else words.say("if ", "если ") + words.expr(rule.when)


def _goal(rule: Standing, words: Words) -> str:
    return (
        f"→ {words.quoted(words.stage(rule.stage))}" if rule.stage else f"✗ {words.quoted(words.reason(rule.reason))}"
    )


def _reason(reason: Reason, words: Words) -> Iterator[Note]:
    text = words.title(reason.title, reason.name)
    if reason.from_:
        text += words.say(" — from ", " — с этапов " if len(reason.from_) > 1 else " — с этапа ") + ", ".join(
            words.quoted(words.stage(s)) for s in reason.from_
        )
    if needs := _needs(reason, words):
        text += f"; {needs}"
    yield Note("reason", text + words.when(reason.when))
    if reason.actions:
        yield Note("robot", words.actions(reason.actions), under=True)
    for back in reason.returns:
        where = words.quoted(words.stage(back.stage))
        text = words.say(f"back to {where} ", f"вернуть в {where} ") + words.moment(back.moment)
        yield Note("outcome", text + words.when(back.when), under=True)


# --- ways


def _ways(pipeline: Pipeline, words: Words) -> Iterator[Way]:
    stages = list(pipeline.stages.values())
    forward = [stage for stage in stages if stage.kind != "lost"]
    if not pipeline.derived:
        for before, after in pairwise(forward):
            yield Way("next", before.name, after.name)
    for stage in forward:
        for rule in stage.standing:
            yield from _goes(stage, rule.stage, rule.reason, _cause(rule, words), pipeline, words)
        for label, actions in _deeds(stage, words):
            yield from _led(stage, label, actions, pipeline, words)
    if pipeline.lost:
        yield from _losses(pipeline, [stage.name for stage in stages if stage.kind == "open"], words)
        for label, actions in _deeds(pipeline.lost, words):
            yield from _led(pipeline.lost, label, actions, pipeline, words)
    for reason in pipeline.reasons.values():
        for back in reason.returns:
            label = f"{words.title(reason.title, reason.name)}: {words.moment(back.moment)}"
            yield Way("return", pipeline.lost.name if pipeline.lost else "", back.stage, label)
        if pipeline.lost:
            yield from _led(pipeline.lost, words.title(reason.title, reason.name), reason.actions, pipeline, words)


def _losses(pipeline: Pipeline, opened: list[str], words: Words) -> Iterator[Way]:
    """By hand: reasons for every stage are one way from each, with the reasons that are its own by name."""
    assert pipeline.lost is not None
    for name in opened:
        own = [words.title(r.title, r.name) for r in pipeline.reasons.values() if name in r.from_]
        common = [r for r in pipeline.reasons.values() if not r.from_]
        if own or common or not pipeline.reasons:
            yield Way(
                "lose",
                name,
                pipeline.lost.name,
                ", ".join(own + ([words.say("any reason", "любая причина")] if common else [])),
            )


def _deeds(stage: Stage, words: Words) -> Iterator[tuple[str, tuple[Action, ...]]]:
    """Everything a stage may do, with what sets it off."""
    yield words.say("on entry", "при входе"), stage.entry
    if stage.limit:
        yield words.say("limit", "лимит"), stage.limit.actions
    for robot in stage.robots:
        yield robot.title.in_(words.lang) or _when(robot, words), robot.actions
    for approval in stage.approvals:
        for hook in approval.hooks:
            yield f"{words.title(approval.title, approval.name)}: {_when(hook, words)}", hook.actions
    for task in (*tasks_of(stage.tasks, stage.robots, stage.approvals), *_more(stage)):
        title = words.title(task.title, task.name)
        for outcome in task.outcomes:
            label = f"{title}: {words.title(outcome.title, outcome.name)}"
            yield label, outcome.actions
            if outcome.again:
                yield label, outcome.again.otherwise
        for hook in task.hooks:
            yield f"{title}: {_when(hook, words)}", hook.actions


def _more(stage: Stage) -> Iterable[Task]:
    """Tasks that entry actions plan without being listed among the stage's own."""
    listed = {task.path for task in stage.tasks}
    return [one.task for one in stage.entry if isinstance(one, AddTask) and one.task.path not in listed]


def _led(stage: Stage, label: str, actions: tuple[Action, ...], pipeline: Pipeline, words: Words) -> Iterator[Way]:
    for action in _every(actions):
        if isinstance(action, Tunnel):
            yield Way("tunnel", stage.name, action.pipeline, label)
        elif isinstance(action, Move):
            yield from _goes(stage, action.stage, "", label, pipeline, words)
        elif isinstance(action, Lose):
            yield from _goes(stage, "", action.reason, label, pipeline, words)


def _goes(stage: Stage, target: str, reason: str, label: str, pipeline: Pipeline, words: Words) -> Iterator[Way]:
    if target:
        yield Way("move", stage.name, target, label)
    elif pipeline.lost:
        yield Way("lose", stage.name, pipeline.lost.name, f"{label} → {words.reason(reason)}")


def _every(actions: tuple[Action, ...]) -> Iterator[Action]:
    """Actions and those in their blocks; a task's own come with the task."""
    for action in actions:
        yield action
        for name in ("then", "otherwise", "actions"):
            yield from _every(getattr(action, name, ()))
