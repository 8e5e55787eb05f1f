"""Why and why not, printed: what was looked at, with values and places; what did not happen, and what would help."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import FINDINGS, App
from voronka.cli.replies import title, unmet_data
from voronka.cli.robots import Teller
from voronka.cli.tables import line_width

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.engine.compile import Trace
    from voronka.engine.deal.state import Deal
    from voronka.engine.decide.step import Step
    from voronka.engine.program.build import Program, Programs
    from voronka.engine.why.gates import Gate
    from voronka.engine.why.past import Past
    from voronka.engine.why.redo import Redone
    from voronka.engine.why.robots import Robot

_MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("?", "yellow")}
_TONES = {"✓": "green", "✗": "red", "◷": "yellow", "⏻": "yellow", "?": "yellow"}


@dataclass(frozen=True, slots=True)
class Then:
    """A deal at an instant, by the definition it lived under, with what conditions see there."""

    past: Past
    deal: Deal
    programs: Programs
    program: Program
    step: Step
    at: int
    teller: Teller


def past_of(session: Session, number: int, version: int | None = None, at: int | None = None) -> Past:
    """A moment of a deal's past. Raises Failure: no such deal or event, too early, a log that is broken."""
    from voronka.engine.why.past import NoPast, look

    try:
        return look(session.store, number, version, at)
    except NoPast as no:
        raise session.app.fail(no.message.en, no.message.ru, FINDINGS) from no


def warn(app: App, past: Past) -> None:
    """Say on standard error that the log is not sound."""
    for note in past.notes:
        app.warn(click.style(f"! {note.in_(app.lang)}", fg="red"))


def then_of(session: Session, number: int, at: int | None, past: Past | None = None) -> Then:
    """A deal as it was at ``at``, or is now. Raises Failure."""
    from voronka.engine.why.attempt import Attempt
    from voronka.engine.why.past import NoPast
    from voronka.engine.why.redo import programs_of, whole

    past = past or past_of(session, number, at=at)
    try:
        programs = session.programs if at is None and past.last else programs_of(session.store, past, session.programs)
    except NoPast as no:
        raise session.app.fail(no.message.en, no.message.ru, FINDINGS) from no
    if past.deal.pipeline not in programs.definition.pipelines:
        session.deal(number)  # says so
    program = programs.pipelines[past.deal.pipeline]
    instant = session.now if at is None else at
    deal = whole(program, past.deal)
    step = Attempt(session.store, programs, instant).step(deal)
    return Then(past, deal, programs, program, step, instant, Teller(session, programs, program, deal, instant))


def moment(session: Session, number: int, text: str | None) -> int | None:
    """``--at``: a date with a time, or a date: all of that day. Raises Failure for the future and for what is none."""
    from datetime import timedelta

    from voronka.dsl.definition.types import DATE, DATETIME
    from voronka.engine.inputs import InputError, parse_value

    if text is None:
        return None
    calendar = session.program(session.deal(number)).calendar
    lang = session.app.lang
    try:
        found: Any = parse_value(DATETIME, text, language=lang, calendar=calendar, now=session.now)
        instant = int(found) if found is not None else session.now
    except InputError as error:
        try:
            day: Any = parse_value(DATE, text, language=lang, calendar=calendar, now=session.now)
        except InputError:
            raise session.app.fail(f"--at: {error.message('en')}", f"--at: {error.message('ru')}") from error
        midnight: Any = parse_value(DATETIME, f"{day + timedelta(days=1)} 00:00", language=lang, calendar=calendar)
        # a day that is not over yet is looked at as far as it went
        instant = min(int(midnight) - 1, session.now) if day <= calendar.today(session.now) else int(midnight)
    if instant > session.now:
        raise session.app.fail(
            "--at lies ahead: what has not happened cannot be looked at (voronka dry-run tries what would)",
            "--at в будущем: чего не было, на то не посмотреть (как будет, покажет voronka dry-run)",
        )
    return instant


def as_of(session: Session, number: int, text: str) -> tuple[Session, Deal]:
    """A session that stands at ``--at``, by the definition of then, and the deal as it was; says so. Raises Failure."""
    from voronka.cli.session import Session

    instant = moment(session, number, text)
    then = then_of(session, number, instant)
    warn(session.app, then.past)
    past, teller = then.past, then.teller
    en = f"as of {teller.moment(then.at)}, after event {past.entry.version} of {past.events}"
    ru = f"как было на {teller.moment(then.at)}, после события {past.entry.version} из {past.events}"
    session.app.say(en, ru)
    return Session(session.app, then.programs, session.store, then.at), then.deal


# --- lines -----------------------------------------------------------------------------------------------------------


class Page:
    """Lines with their places at the right."""

    def __init__(self, app: App) -> None:
        self.app = app

    def head(self, text: str) -> None:
        self.app.out(click.style(text, bold=True))

    def section(self, text: str) -> None:
        self.app.out()
        self.app.out(click.style(text, bold=True))

    def line(self, mark: str, text: str, place: str = "", indent: str = "  ", tone: str | None = None) -> None:
        from rich.cells import cell_len

        tone = _TONES.get(mark) if tone is None else tone
        left = indent + (f"{mark} " if mark else "")
        room = max(30, line_width() - cell_len(left) - (len(place) + 2 if place else 0))
        for part in textwrap.wrap(text, room) or [""]:
            gap = " " * max(2, line_width() - cell_len(left) - cell_len(part) - len(place)) if place else ""
            shown = indent + (click.style(mark, fg=tone, bold=True) + " " if mark and left.strip() else "")
            shown = shown if left.strip() else left
            self.app.out(f"{shown}{part}{gap}{click.style(place, dim=True)}".rstrip())
            left, place = " " * cell_len(left), ""

    def dim(self, text: str, indent: str = "      ") -> None:
        for part in textwrap.wrap(text, line_width() - len(indent)):
            self.app.out(indent + click.style(part, dim=True))


def _shown(place: Any) -> str:
    return str(place) if place.line else ""


def gate_line(page: Page, then: Then, gate: Gate, indent: str = "  ") -> None:
    """One gate: its verdict, the values it looked at, where it is written; when time will open it."""
    mark, tone = _MARKS[gate.verdict]
    teller = then.teller
    if gate.unmet is not None:
        what = teller.story.reason(then.program, gate.unmet).partition("\t")[0]
        page.line(mark, what, _shown(gate.loc), indent, tone)
        if gate.trace is not None and gate.kind in ("enter", "leave") and gate.title:
            page.dim(" ".join(gate.trace.text.split()), indent + "    ")
        _parts(page, teller, gate.trace, indent + "    ")
        if gate.opens is not None:
            word = teller.say("откроется само", "opens by itself")
            page.dim(f"{word}: {teller.moment(gate.opens)}", indent + "    ")
        return
    if gate.kind == "require":
        called = gate.title.in_(teller.lang) or gate.name
        text = teller.say(
            f"поле {teller.operand(gate.name, _value(gate))}", f"field {teller.operand(gate.name, _value(gate))}"
        )
        if _value(gate) is None:
            not_needed = teller.say("сейчас не нужно", "not needed now")
            text = teller.say(f"поле «{called}» {not_needed}", f"field “{called}” {not_needed}")
            text += f" ({teller.operands(gate.trace)})" if gate.trace is not None else ""
    elif gate.kind in ("from", "comment"):
        called = gate.title.in_(teller.lang) or gate.name
        from_here = teller.say("причину дают на этом этапе", "the reason is given in this stage")
        said = teller.say("комментарий есть", "there is a comment")
        text = f"{from_here if gate.kind == 'from' else said}: {called}"
    elif gate.kind == "approval":
        called = gate.title.in_(teller.lang) or gate.name
        given = bool(gate.operands) and gate.operands[0].value == "approved"
        word = teller.say("дано", "given") if given else teller.say("не нужно", "not needed")
        text = teller.say(f"согласование «{called}» {word}", f"approval “{called}” {word}")
    else:
        text = teller.condition(gate.trace) if gate.trace is not None else gate.title.in_(teller.lang)
    page.line(mark, text, _shown(gate.loc), indent, tone)


def _value(gate: Gate) -> Any:
    return gate.operands[0].value if gate.operands else None


def _parts(page: Page, teller: Teller, trace: Trace | None, indent: str) -> None:
    """The parts of a condition, each with its own verdict."""
    for part in trace.parts if trace is not None else ():
        mark, tone = _MARKS[part.verdict]
        page.line(mark, teller.condition(part), "", indent, tone)


def robot_lines(page: Page, then: Then, robot: Robot, indent: str = "  ") -> None:
    """A robot or rule, and what it is doing."""
    said = then.teller.states(robot)
    called = then.teller.called(robot)
    if len(said) == 1:
        page.line(said[0].mark, f"{called} — {said[0].text}", _shown(robot.loc), indent)
    else:
        page.line("·", called, _shown(robot.loc), indent)
        for one in said:
            page.line(one.mark, one.text, "", indent + "    ")
    for unmet in robot.blocked:
        what = then.teller.story.reason(then.program, unmet).partition("\t")[0]
        page.line("✗", what, _shown(unmet.loc), indent + "    ")


def robots_of(session: Session, then: Then) -> list[Robot]:
    """Every robot and rule of the deal's pipeline, with the switches of now."""
    from voronka.engine.host.robots import switched_off
    from voronka.engine.why.robots import every

    off = switched_off(session.store).get(then.deal.pipeline, {})
    return every(then.step, then.programs.definition, {path: about for path, about in off.items() if about is not None})


# --- why -------------------------------------------------------------------------------------------------------------


def show_why(session: Session, then: Then, redone: Redone) -> None:
    """An event with all that was looked at for it, then how things stand."""
    page, past, teller, say = Page(session.app), then.past, then.teller, then.teller.say
    entry = past.entry
    _head(page, session, then)
    page.section(say("Что произошло", "What happened"))
    who = session.called(entry.event.actor) if entry.event.actor and entry.event.kind != "timer" else ""
    told = teller.story.lines(then.program, entry.event, entry.changes, then.deal)
    for line in told:
        page.line(line.mark, line.text, line.loc)
    if not told:
        page.line("·", say("ничего видного: ", "nothing to see: ") + entry.event.kind)
    if who:
        page.dim(say("кто", "by") + f": {who}")
    for passage in redone.passages:
        stage = teller.story.quoted(teller.story.stage(then.program, passage.stage))
        word = say("вошла в", "let into") if passage.moved else say("не пустили в", "not let into")
        if passage.gates:
            page.section(say("Ворота: ", "Gates: ") + f"{word} {stage}")
        for gate in passage.gates:
            gate_line(page, then, gate)
    _heard(page, then, redone)
    _compared(page, then, redone)
    if past.last:
        _now(page, session, then)


def _head(page: Page, session: Session, then: Then) -> None:
    say, past = then.teller.say, then.past
    event = past.entry.event
    page.head(
        f"№ {then.deal.id} · {title(session, then.program)} · " + then.teller.story.stage(then.program, then.deal.stage)
    )
    said = say(f"событие {past.entry.version} из {past.events}", f"event {past.entry.version} of {past.events}")
    page.dim(f"{said}: {event.kind}, {then.teller.moment(max(event.at, 0))}", "")
    page.dim(
        say(f"правила: версия {past.row.definition}", f"rules: version {past.row.definition}")
        + f" ({past.definition[:12]}), voronka {past.row.engine}",
        "",
    )


def _heard(page: Page, then: Then, redone: Redone) -> None:
    say, teller = then.teller.say, then.teller
    if not redone.decided:
        page.section(say("Решать было нечего", "Nothing was decided"))
        page.dim(say("сделка перешла под новые правила", "the deal came under new rules"), "  ")
        return
    if not redone.heard:
        return
    page.section(say("На что смотрели", "What was looked at"))
    for line in looked_at(redone):
        said = _role(teller, then, line)
        text = said if line.trace is None else f"{said}: {teller.condition(line.trace)}"
        if line.key:
            text += f"  ← {line.key}"
        page.line(_MARKS[line.verdict][0], text, _shown(line.loc), tone=_MARKS[line.verdict][1])


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing that was looked at: by whom, what it said, whether it acted."""

    kind: str
    path: str
    loc: Any
    verdict: bool | None
    trace: Trace | None
    key: str
    off: bool
    missed: bool


def looked_at(redone: Redone) -> list[Looked]:
    """What was looked at, each thing once; of a robot what it was told and what its condition said of that."""
    keys: dict[str, str] = {}
    traced = {one.role.path for one in redone.heard if one.trace is not None}
    for one in redone.heard:
        if one.trace is None and one.key:
            keys.setdefault(one.role.path, one.key)
    found = []
    for one in redone.heard:
        path = one.role.path
        if one.trace is None and path in traced:
            continue
        acted = path in redone.ran and path not in redone.off | redone.missed
        verdict = acted if one.trace is None else one.trace.verdict
        key = keys.get(path, "") if one.role.kind == "robot" else one.key
        found.append(
            Looked(
                one.role.kind, path, one.role.loc, verdict, one.trace, key, path in redone.off, path in redone.missed
            )
        )
    return found


_ROLES = {
    "robot": ("робот", "robot"),
    "rule": ("правило", "rule"),
    "task": ("задача", "task"),
    "outcome": ("итог", "outcome"),
    "due": ("срок", "deadline"),
    "assign": ("исполнитель", "assignee"),
    "approval": ("согласование", "approval"),
    "sentence": ("действие", "action"),
    "field": ("поле", "field"),
    "return": ("возврат", "return"),
    "check": ("проверка", "check"),
    "stage": ("этап", "stage"),
}


def _role(teller: Teller, then: Then, looked: Looked) -> str:
    word = teller.say(*_ROLES[looked.kind])
    name = looked.path
    if looked.kind == "robot":
        declared = then.program.robots_by_path.get(looked.path)
        called = declared.robot.title.in_(teller.lang) if declared is not None else ""
        starts = "; ".join(teller.words.trigger(one.trigger) for one in declared.triggers) if declared else ""
        name = teller.story.quoted(called) if called else f"({starts})"
        if looked.off:
            name += teller.say(", выключен", ", switched off")
        if looked.missed:
            name += teller.say(", пропущен", ", missed")
    elif looked.kind == "check":
        return word
    elif looked.kind in ("rule", "sentence", "return"):
        from voronka.engine.why.robots import source

        name = source(then.programs.definition, looked.loc)
        return f"{word} «{name}»" if name and looked.trace is None else word
    elif looked.kind == "stage":
        name = teller.story.quoted(teller.story.stage(then.program, looked.path))
    else:
        declared_task = then.program.tasks_by_path.get(
            looked.path.rpartition("/")[0] if looked.kind == "outcome" else looked.path
        )
        if declared_task is not None:
            name = teller.story.quoted(declared_task.task.title.in_(teller.lang) or declared_task.task.name)
        elif looked.kind == "field":
            field = then.program.pipeline.fields.get(looked.path)
            name = teller.story.quoted((field.title.in_(teller.lang) if field else "") or looked.path)
    return f"{word} {name}"


def _compared(page: Page, then: Then, redone: Redone) -> None:
    say, app = then.teller.say, page.app
    notes = [note.in_(app.lang) for note in (*redone.differs, *then.past.notes)]
    page.section(say("Сверка с журналом", "Against the log"))
    for note in notes:
        page.line("!", note, tone="red")
    if not notes and redone.decided:
        count = len(then.past.entry.changes)
        page.line(
            "✓", say(f"решено заново: то же самое, изменений {count}", f"decided anew: the same, {count} changes")
        )
    elif not notes:
        page.line("✓", say("цепочка событий цела", "the chain of events is whole"))


def _now(page: Page, session: Session, then: Then) -> None:
    """How things stand: the gate ahead, what waits, what does nothing."""
    from voronka.engine.why.gates import gates_of

    say, teller = then.teller.say, then.teller
    ahead = next_stage(then)
    if ahead is not None:
        stage = teller.story.quoted(teller.story.stage(then.program, ahead))
        page.section(say(f"Дальше: {stage}", f"Ahead: {stage}"))
        gates = gates_of(then.step, ahead)
        for gate in gates:
            gate_line(page, then, gate)
        if not gates:
            page.line("✓", say("ничто не держит", "nothing keeps it out"))
        if openable(gates):
            unblock_line(page, then, ahead)
    here = [robot for robot in robots_of(session, then) if robot.here]
    if here:
        page.section(say("Роботы и правила сейчас", "Robots and rules now"))
    for robot in here:
        robot_lines(page, then, robot)


def openable(gates: Iterable[Gate]) -> bool:
    """Whether some gate is shut, and none for good: because it is there, because the stage follows from conditions."""
    shut = [gate for gate in gates if gate.verdict is not True]
    return bool(shut) and all(gate.kind not in ("state", "derived", "unknown", "retiring") for gate in shut)


def unblock_line(page: Page, then: Then, target: str) -> None:
    """Where to go on from shut gates."""
    helping = click.style(f"voronka deal unblock {then.deal.id} --stage {target}", fg="green")
    page.app.out("  " + then.teller.say("чтобы прошла: ", "to let it in: ") + helping)


def next_stage(then: Then) -> str | None:
    """The stage after the present one, where a person may move the deal to it."""
    if then.deal.closed is not None or then.program.pipeline.derived or then.program.pipeline.kind == "record":
        return None
    stages = list(then.program.pipeline.stages.values())
    here = next((i for i, stage in enumerate(stages) if stage.name == then.deal.stage), len(stages))
    return next((stage.name for stage in stages[here + 1 :] if stage.kind != "lost"), None)


# --- why not ---------------------------------------------------------------------------------------------------------


def show_gates(session: Session, then: Then, target: str, gates: Iterable[Gate], ways: list[Robot]) -> bool:
    """Every gate to a stage, then robots and rules that lead there. Returns whether the deal may go."""
    page, teller, say = Page(session.app), then.teller, then.teller.say
    gates = list(gates)
    stage = teller.story.quoted(teller.story.stage(then.program, target))
    page.head(
        f"№ {then.deal.id} · {title(session, then.program)} · "
        f"{teller.story.stage(then.program, then.deal.stage)} → {stage}"
    )
    _asof(page, then)
    shut = [gate for gate in gates if gate.verdict is not True]
    page.app.out()
    for gate in gates:
        gate_line(page, then, gate)
    if not shut:
        page.line("✓", say(f"в {stage} можно переходить", f"{stage} is open to it"))
    if ways:
        page.section(say("Сами туда ведут", "What leads there by itself"))
    for robot in ways:
        robot_lines(page, then, robot)
    return not shut


def _asof(page: Page, then: Then) -> None:
    say, past = then.teller.say, then.past
    page.dim(
        say("на ", "as of ")
        + then.teller.moment(then.at)
        + say(
            f", после события {past.entry.version} из {past.events}",
            f", after event {past.entry.version} of {past.events}",
        ),
        "",
    )
    for note in past.notes:
        page.line("!", note.in_(page.app.lang), indent="", tone="red")


def show_robot(session: Session, then: Then, robot: Robot, runs: Any) -> None:
    """A robot: what it waits for, what keeps it, when it acted."""
    page, teller, say = Page(session.app), then.teller, then.teller.say
    page.head(f"№ {then.deal.id} · {title(session, then.program)} · {teller.called(robot)}")
    _asof(page, then)
    page.app.out()
    robot_lines(page, then, robot)
    for trigger in robot.triggers:
        if trigger.trace is not None and not robot.blocked:
            mark, tone = _MARKS[trigger.trace.verdict]
            page.line(mark, teller.condition(trigger.trace), _shown(trigger.loc), "      ", tone)
            _parts(page, teller, trigger.trace, "          ")
    page.section(say("Срабатывал", "It has acted"))
    if not runs:
        page.line("·", say("ни разу на этой сделке", "never in this deal"))
    for run in runs[-10:]:
        text = say(f"событие {run.version}", f"event {run.version}") + f", {teller.moment(run.at)}"
        text += say(": был выключен, ничего не сделал", ": it was off and did nothing") if run.off else ""
        text += say(": был пропущен, не навёрстан", ": it was missed, not caught up on") if run.missed else ""
        page.line("⏻" if run.off or run.missed else "✓", text)
    if len(runs) > 10:
        page.dim(say(f"и ещё {len(runs) - 10} раз раньше", f"and {len(runs) - 10} times before"), "    ")


# --- for programs ----------------------------------------------------------------------------------------------------


def gate_data(session: Session, then: Then, gate: Gate) -> dict[str, Any]:
    from voronka.dsl.definition.values import encode

    made = {
        "kind": gate.kind,
        "name": gate.name,
        "verdict": gate.verdict,
        "text": " ".join(gate.trace.text.split()) if gate.trace is not None else "",
        "operands": {operand.name: encode(operand.value) for operand in gate.operands},
        "file": gate.loc.file or None,
        "line": gate.loc.line or None,
        "opens": _local(then, gate.opens),
        "unmet": None,
    }
    if gate.unmet is not None:
        made["unmet"] = unmet_data(session, then.program, gate.unmet, then.deal.id)
    return made


def robot_data(session: Session, then: Then, robot: Robot) -> dict[str, Any]:
    said = then.teller.states(robot)
    return {
        "kind": robot.kind,
        "path": robot.path,
        "title": robot.title.in_(session.app.lang),
        "target": robot.target or None,
        "file": robot.loc.file or None,
        "line": robot.loc.line or None,
        "states": [{"state": one.state, "text": one.text, "due": _local(then, one.due)} for one in said],
        "unmet": [unmet_data(session, then.program, unmet, then.deal.id) for unmet in robot.blocked],
    }


def why_data(session: Session, then: Then, redone: Redone) -> dict[str, Any]:
    from voronka.dsl.definition.values import encode
    from voronka.engine.why.gates import gates_of

    past, lang = then.past, session.app.lang
    event = past.entry.event
    made: dict[str, Any] = {
        "deal": then.deal.id,
        "event": past.entry.version,
        "events": past.events,
        "kind": event.kind,
        "at": _local(then, max(event.at, 0)),
        "actor": event.actor,
        "version": past.row.definition,
        "definition": past.definition,
        "engine": past.row.engine,
        "stage": then.deal.stage,
        "decided": redone.decided,
        "differs": [note.in_(lang) for note in (*redone.differs, *past.notes)],
        "passages": [
            {"stage": one.stage, "moved": one.moved, "gates": [gate_data(session, then, gate) for gate in one.gates]}
            for one in redone.passages
        ],
        "looked": [
            {
                "kind": one.kind,
                "path": one.path,
                "verdict": one.verdict,
                "off": one.off,
                "heard": one.key or None,
                "text": " ".join(one.trace.text.split()) if one.trace is not None else "",
                "operands": {o.name: encode(o.value) for o in one.trace.operands} if one.trace is not None else {},
                "file": one.loc.file or None,
                "line": one.loc.line or None,
            }
            for one in looked_at(redone)
        ],
    }
    if past.last:
        ahead = next_stage(then)
        made["ahead"] = None
        if ahead is not None:
            gates = [gate_data(session, then, gate) for gate in gates_of(then.step, ahead)]
            made["ahead"] = {"stage": ahead, "gates": gates}
        made["robots"] = [robot_data(session, then, robot) for robot in robots_of(session, then) if robot.here]
    return made


def _local(then: Then, instant: int | None) -> str | None:
    return None if instant is None else then.program.calendar.local(instant).isoformat()
