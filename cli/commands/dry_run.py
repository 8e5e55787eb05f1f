"""``voronka dry-run``: one deal on a virtual clock; writes nothing anywhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voronka.cli import findings
from voronka.cli.app import FINDINGS, USAGE, App, common

if TYPE_CHECKING:
    from voronka.cli.timeline import Printer
    from voronka.dsl.definition.scenario import Step
    from voronka.engine.program.build import Program, Programs
    from voronka.engine.sandbox import Done, Sandbox
    from voronka.engine.words.story import Line, Story

# without steps a deal is watched for so long, when nothing is said
WATCH = "30 days"


@click.command("dry-run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--pipeline", metavar="NAME", help="Which pipeline, if the file has several (default: its first).")
@click.option("--set", "sets", multiple=True, metavar="K=V", help="A field's value; may be given many times.")
@click.option("--steps", metavar="FILE", help="What is done to the deal, as in a scenario; - reads standard input.")
@click.option("-i", "--interactive", is_flag=True, help="Type the steps one by one.")
@click.option("--at", metavar="TIME", help="When it begins (default: now).")
@click.option("--until", metavar="DURATION", help=f"How long to watch (default without steps: {WATCH}).")
@click.option("--full", is_flag=True, help="Print mails and documents whole.")
@common
def command(
    app: App,
    file: Path,
    pipeline: str | None,
    sets: tuple[str, ...],
    steps: str | None,
    interactive: bool,
    at: str | None,
    until: str | None,
    full: bool,
) -> None:
    """Walk one deal through a pipeline and print what happens, when, and where it is written.

    Steps are sentences of scenarios, one a line: `set need = "Сайт"`, `done call as reached`, `move to offered`,
    `lose as expensive because "…"`, `event payment { amount = 5 RUB }`, `tick questions`, `wait 2 workdays`.
    Exit code 1 when a step was refused. With --json: {"pipeline", "started", "events": [{"at", "kind", "lines":
    [{"mark", "text", "loc", "under"}], "texts"}], "state": {"stage", "closed", "fields", "tasks"}}.
    """
    from voronka.engine.sandbox import Sandbox
    from voronka.engine.words.story import Story

    programs = _load(app, file)
    program = _chosen(app, programs, file, pipeline)
    start = _start(app, program, at)
    length = _length(app, until if until is not None else ("" if steps or interactive else WATCH))
    planned = _steps(app, programs, program, file, steps)
    with Sandbox(programs, start, app.lang) as sandbox:
        story = Story(programs, app.lang, sandbox.title_of)
        run = _Run(app, programs, program, sandbox, story, full)
        run.header()
        run.create(sets)
        if run.deal is not None:
            for step in planned:
                run.step(step)
            if interactive:
                _typed(run, file)
            if length is not None:
                run.wait(int(program.calendar.add(sandbox.now, length)))
        run.footer()
        if app.as_json:
            app.dump(run.data())
        raise SystemExit(FINDINGS if run.refusals else 0)


def _load(app: App, file: Path) -> Programs:
    from voronka.engine.workspace import load

    if not file.exists():
        raise app.fail(f"{file}: there is no such file", f"{file}: нет такого файла", USAGE)
    loaded = load([file])
    if loaded.programs is None:
        findings.show(app, loaded.errors, to_stdout=False)
        text = findings.summary(loaded.errors, app.lang)
        raise app.fail(f"{file}: {text}", f"{file}: {text}", FINDINGS)
    return loaded.programs


def _chosen(app: App, programs: Programs, file: Path, wanted: str | None) -> Program:
    pipelines = programs.definition.pipelines
    if wanted is not None:
        if wanted not in pipelines:
            from voronka.dsl.text.suggest import closest

            close = closest(wanted, pipelines)
            hint = f" ({close}?)" if close else ""
            raise app.fail(f"there is no pipeline {wanted}{hint}", f"нет воронки {wanted}{hint}")
        return programs.pipelines[wanted]
    own = [p for p in pipelines.values() if p.kind == "pipeline" and Path(p.loc.file).name == file.name]
    own = own or [p for p in pipelines.values() if p.kind == "pipeline"]
    if not own:
        raise app.fail(f"{file}: there is no pipeline in it", f"{file}: в файле нет воронки")
    return programs.pipelines[own[0].name]


def _start(app: App, program: Program, at: str | None) -> int:
    from voronka.dsl.definition.types import DATETIME
    from voronka.engine.inputs import InputError, parse_value

    if at is None:
        return int(datetime.now(program.calendar.zone).timestamp()) // 60 * 60_000
    try:
        moment = parse_value(DATETIME, at, language=app.lang, calendar=program.calendar)
    except InputError as error:
        raise app.fail(f"--at: {error.message('en')}", f"--at: {error.message('ru')}") from error
    if not isinstance(moment, int):
        raise app.fail("--at: give a date and a time", "--at: нужны дата и время")
    return int(moment)


def _length(app: App, text: str) -> Any:
    from voronka.dsl.definition.types import DURATION
    from voronka.engine.inputs import InputError, parse_value

    if not text:
        return None
    try:
        return parse_value(DURATION, text, language=app.lang, calendar=None, now=None)
    except InputError as error:
        raise app.fail(f"--until: {error.message('en')}", f"--until: {error.message('ru')}") from error


def _steps(app: App, programs: Programs, program: Program, file: Path, steps: str | None) -> tuple[Step, ...]:
    if not steps:
        return ()
    if steps == "-":
        name, text = "<stdin>", sys.stdin.read()
    else:
        try:
            name, text = steps, Path(steps).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise app.fail(f"{steps}: {error}", f"{steps}: {error}") from error
    return parse_steps(app, program, file, name, text)


def parse_steps(app: App, program: Program, file: Path, name: str, text: str) -> tuple[Step, ...]:
    """Steps typed against the pipeline. Raises Failure with every finding printed."""
    from voronka.dsl.check.steps import StepChecker
    from voronka.stdlib.library import library

    found, diagnostics = StepChecker(file, program.pipeline.name, library()).steps(name, text)
    errors = [diagnostic for diagnostic in diagnostics if diagnostic.is_error]
    if errors:
        findings.show(app, errors, to_stdout=False)
        summary = findings.summary(errors, app.lang)
        raise app.fail(f"{name}: {summary}", f"{name}: {summary}", FINDINGS)
    return found


def _typed(run: _Run, file: Path) -> None:
    """Read steps from the keyboard until the end of input; a wrong one is explained and may be typed again."""
    from voronka.cli.app import Failure

    app = run.app
    app.say("One step a line; empty line or Ctrl-D ends.", "По шагу в строке; пустая строка или Ctrl-D — конец.")
    while True:
        try:
            line = input("» ")
        except EOFError:
            return
        if not line.strip():
            return
        try:
            for step in parse_steps(app, run.program, file, "<step>", line):
                run.step(step)
        except Failure:
            continue


class _Run:
    """One dry-run: acts, prints what happened after each act, counts refusals."""

    def __init__(
        self, app: App, programs: Programs, program: Program, sandbox: Sandbox, story: Story, full: bool
    ) -> None:
        from voronka.cli.timeline import Printer

        self.app, self.programs, self.program = app, programs, program
        self.sandbox, self.story = sandbox, story
        self.printer: Printer = Printer(app, program.calendar, full)
        self.walk: Any = None
        self.deal: int | None = None
        self.seen = 0
        self.refusals = 0
        self.events: list[dict[str, Any]] = []
        self.start = sandbox.now

    def header(self) -> None:
        if self.app.as_json:
            return
        pipeline = self.program.pipeline
        title = pipeline.title.in_(self.app.lang) or pipeline.name
        trial = self.story.say("пробная сделка", "a trial deal")
        calendar = self.program.calendar.name
        days = {
            "default": self.story.say("рабочие дни пн–пт", "working days Mon–Fri"),
            "ru": self.story.say("рабочие дни РФ", "working days of Russia"),
        }.get(calendar, self.story.say("календарь", "calendar") + f" {calendar}")
        self.app.out(click.style(title, bold=True) + f" · {trial} · {pipeline.timezone}, {days}\n")

    def create(self, sets: tuple[str, ...]) -> None:
        fields = self._fields(sets)
        reply = self.sandbox.submit("create", {"fields": fields}, pipeline=self.program.pipeline.name)
        self.deal = reply.deal if reply.status == "done" else None
        self.flush()
        if reply.message is not None:
            raise self.app.fail(reply.message.en, reply.message.ru, FINDINGS)

    def _fields(self, sets: tuple[str, ...]) -> dict[str, Any]:
        from voronka.dsl.text.suggest import closest
        from voronka.engine.inputs import InputError, parse_value

        pipeline = self.program.pipeline
        values: dict[str, Any] = {}
        for pair in sets:
            name, sign, text = pair.partition("=")
            if not sign:
                raise self.app.fail(f"--set {pair}: give field=value", f"--set {pair}: нужно поле=значение")
            field = pipeline.fields.get(name)
            if field is None:
                close = closest(name, pipeline.fields)
                hint = f" ({close}?)" if close else ""
                raise self.app.fail(f"--set: there is no field {name}{hint}", f"--set: нет поля {name}{hint}")
            try:
                values[name] = parse_value(
                    field.type, text, language=self.app.lang, calendar=self.program.calendar, now=self.sandbox.now
                )
            except InputError as error:
                en, ru = error.message("en"), error.message("ru")
                raise self.app.fail(f"--set {name}: {en}", f"--set {name}: {ru}") from error
        return values

    def step(self, step: Step) -> None:
        from voronka.engine.scenario.run import Unexpected, Walk

        if self.walk is None:
            self.walk = Walk(self.programs, self.sandbox, self.deal or 0)
        before = len(self.sandbox.journal)
        try:
            self.walk.step(step)
        except Unexpected as unexpected:
            self.flush()
            if len(self.sandbox.journal) == before or not self.sandbox.journal[-1].unmet:
                self.refusals += 1
                failure = unexpected.failure
                expected, found = failure.said("en")
                wanted, here = failure.said("ru")
                self.app.say(
                    f"{failure.loc}: expected {expected}; found: {found}",
                    f"{failure.loc}: ожидалось {wanted}; на деле: {here}",
                )
        self.flush()

    def wait(self, to: int) -> None:
        for _ in self.sandbox.waiting(to):
            self.flush()
        self.flush()

    def flush(self) -> None:
        """Print what has happened since the last time."""
        for done in self.sandbox.journal[self.seen :]:
            lines = self.lines(done)
            self.refusals += bool(done.unmet)
            if self.app.as_json:
                self.events.append(self.event(done, lines))
            else:
                self.printer.done(done, lines, self.title(done))
        self.seen = len(self.sandbox.journal)

    def title(self, done: Done) -> str:
        """Whose lines follow, where several deals are told of."""
        pipeline = self.programs.definition.pipelines[done.pipeline]
        number = "сделка" if self.app.lang == "ru" else "deal"
        return f"{pipeline.title.in_(self.app.lang) or pipeline.name}, {number} {done.deal}"

    def lines(self, done: Done) -> list[Line]:
        program = self.programs.pipelines[done.pipeline]
        if done.unmet or done.after is None:
            return [self.story.refusal(program, done.event, done.unmet)]
        return self.story.lines(program, done.event, done.changes, done.after)

    def event(self, done: Done, lines: list[Line]) -> dict[str, Any]:
        made = [text for text in done.texts.values() if text.error or text.body is not None]
        texts = [{"error": text.error} if text.error else text.body for text in made]
        return {
            "at": self.program.calendar.local(max(done.event.at, 0)).isoformat(),
            "deal": done.deal,
            "pipeline": done.pipeline,
            "kind": done.event.kind,
            "refused": bool(done.unmet),
            "lines": [{"mark": n.mark, "text": n.text, "loc": n.loc, "under": list(n.under)} for n in lines],
            "texts": texts,
        }

    def footer(self) -> None:
        """Where the deal stands: what is open, what comes next, what keeps it from the next stage."""
        if self.deal is None or self.app.as_json:
            return
        self.printer.flush()
        deal = self.sandbox.deal(self.deal)
        out, say = self.app.out, self.story.say
        program = self.programs.pipelines[deal.pipeline]
        out()
        if deal.open_tasks:
            out(click.style(say("Открытые задачи", "Open tasks"), bold=True))
            for task in deal.open_tasks:
                due = (
                    self.story.due(program, task.due, self.sandbox.now) if task.due else say("без срока", "no deadline")
                )
                late = click.style(say(" просрочена", " overdue"), fg="red") if task.overdue else ""
                who = self.story.who(task.assignee, program.pipeline)
                out(f"  · {self.story.task_title(program, task)} → {who}, {due}{late}")
        for line in self._ahead(program):
            out(line)

    def _ahead(self, program: Program) -> Iterator[str]:
        from voronka.cli.timeline import as_step

        deal = self.sandbox.deal(self.deal or 0)
        stages = list(program.pipeline.stages.values())
        here = next((i for i, stage in enumerate(stages) if stage.name == deal.stage), len(stages))
        ahead = next((s for s in stages[here + 1 :] if s.kind != "lost"), None)
        if deal.closed is not None or ahead is None or program.pipeline.derived:
            return
        unmet = self.sandbox.why_not(self.deal or 0, ahead.name)
        title = self.story.stage(program, ahead.name)
        if not unmet:
            yield click.style(self.story.say(f"В «{title}» можно переходить", f"“{title}” is open to it"), fg="green")
            return
        yield click.style(self.story.say(f"В «{title}» пока не пускает", f"Not yet let into “{title}”"), bold=True)
        for u in unmet:
            what, place, remedy = (*self.story.reason(program, u).split("\t"), "", "")[:3]
            place = place.rpartition("/")[2]
            yield f"  ✗ {what}  " + click.style(place, dim=True)
            if remedy:
                word = self.story.say("чтобы прошла", "to let it in")
                yield "    " + click.style(f"{word}: {as_step(remedy)}", fg="green")

    def data(self) -> dict[str, Any]:
        from voronka.dsl.definition.values import encode

        state: dict[str, Any] | None = None
        if self.deal is not None:
            deal = self.sandbox.deal(self.deal)
            state = {
                "stage": deal.stage,
                "closed": deal.closed is not None,
                "reason": deal.reason,
                "fields": {name: encode(value) for name, value in deal.f.items() if value is not None},
                "tasks": [
                    {"name": t.name, "status": t.status, "due": t.local, "assignee": t.assignee, "outcome": t.outcome}
                    for t in deal.tasks.values()
                ],
            }
        started = self.program.calendar.local(self.start).isoformat()
        return {"pipeline": self.program.pipeline.name, "started": started, "events": self.events, "state": state}
