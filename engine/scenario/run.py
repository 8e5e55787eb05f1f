"""Walk one scenario through a sandbox; the first unmet expectation ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from voronka.dsl.definition import scenario as steps
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.text.codes.base import Both
from voronka.engine import compile as compiled
from voronka.engine.deal.protocol import Unmet
from voronka.engine.deal.state import Deal, TaskState
from voronka.engine.decide import gates
from voronka.engine.outbox.plaintext import plain
from voronka.engine.program.build import Program, Programs
from voronka.engine.sandbox import Done, Sandbox
from voronka.engine.store.writer import Text

# scenarios without `starts` begin here: a Monday morning with nothing special about it
MONDAY = datetime(2026, 3, 2, 10, 0)


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that does not hold: what was expected, what is, where it stands.

    ``expected`` and ``found`` are English, as programs read them; ``said`` gives both in a language.
    """

    expected: str
    found: str
    loc: Loc
    russian: tuple[str, str] = ("", "")

    def said(self, lang: str) -> tuple[str, str]:
        """What was expected and what is. Sentences of the language are the same in both."""
        return self.russian if lang == "ru" and any(self.russian) else (self.expected, self.found)


@dataclass(slots=True)
class Outcome:
    """How a scenario went. ``journal`` is everything that happened, for the timeline."""

    scenario: steps.Scenario
    failure: Failure | None
    journal: list[Done]
    sandbox: Sandbox
    expectations: int = 0


class Unexpected(Exception):
    def __init__(self, expected: str | Both, found: str | Both, loc: Loc) -> None:
        wanted = expected if isinstance(expected, Both) else Both(expected, expected)
        here = found if isinstance(found, Both) else Both(found, found)
        self.failure = Failure(wanted.en, here.en, loc, (wanted.ru, here.ru))
        super().__init__(wanted.en)


_NOBODY = Both("nobody", "никто")


def run_scenario(programs: Programs, scenario: steps.Scenario, most: int | None = None) -> Outcome:
    """Run one case on a store of its own in memory. ``most``: raises Endless when more than so much happens."""
    first = next((step.pipeline for step in scenario.steps if isinstance(step, steps.DealStep)), None)
    names = list(programs.definition.pipelines)
    program = programs.pipelines[first or names[0]]
    start = _instant(program, scenario.starts or MONDAY)
    with Sandbox(programs, start, most=most) as sandbox:
        walk = Walk(programs, sandbox)
        failure = None
        try:
            for step in scenario.steps:
                walk.step(step)
        except Unexpected as unexpected:
            failure = unexpected.failure
        return Outcome(scenario, failure, sandbox.journal, sandbox, walk.expectations)


def _instant(program: Program, when: datetime) -> int:
    return int(program.calendar.at(when.date(), when.strftime("%H:%M")))


@dataclass(slots=True)
class Walk:
    programs: Programs
    sandbox: Sandbox
    deal: int = 0
    aliases: dict[str, int] = field(default_factory=dict)
    blocked: tuple[Unmet, ...] = ()
    tried: bool = False
    expectations: int = 0
    mark: int = 0  # where in the journal the present group of acts began
    asserting: bool = False

    # --- steps

    def step(self, step: steps.Step) -> None:
        if isinstance(step, steps.ForStep):
            kept, self.deal = self.deal, self.target(step)
            for inner in step.steps:
                self.step(inner)
            self.deal = kept
            return
        expecting = isinstance(
            step,
            (
                steps.ExpectThat,
                steps.ExpectDue,
                steps.ExpectAssigned,
                steps.ExpectLost,
                steps.ExpectBlocked,
                steps.ExpectSent,
                steps.ExpectNothingSent,
            ),
        )
        if expecting:
            self.asserting = True
            self.expectations += 1
        elif self.asserting:
            # acts after expectations begin a new group: what was sent is asked of the acts since then
            self.asserting, self.mark = False, len(self.sandbox.journal)
        _STEPS[type(step)](self, step)

    def target(self, step: steps.ForStep) -> int:
        if step.target in self.aliases:
            return self.aliases[step.target]
        newest = self.sandbox.newest(step.target)
        if newest is None:
            raise Unexpected(_deal(step.target), Both("there is none", "её нет"), step.loc)
        return newest

    @property
    def state(self) -> Deal:
        return self.sandbox.deal(self.deal)

    @property
    def program(self) -> Program:
        return self.programs.pipelines[self.state.pipeline]

    def act(self, kind: str, data: dict[str, Any], by: str, loc: Loc) -> None:
        refused = self.attempt(kind, data, by)
        if refused:
            raise Unexpected(Both(f"{kind} goes through", f"{kind} проходит"), self.words(refused), loc)

    def attempt(self, kind: str, data: dict[str, Any], by: str = "") -> tuple[Unmet, ...]:
        reply = self.sandbox.submit(kind, data, deal=self.deal, actor=self.person(by, data))
        if reply.message is not None:
            raise Unexpected(Both(f"{kind} is decided", f"{kind} решается"), reply.message, Loc("", 0))
        return reply.unmet

    def person(self, by: str, data: dict[str, Any]) -> str:
        if by == "owner":
            return self.state.owner or ""
        if by in ("assignee", "supervisor"):
            task = next((t for t in reversed(self.state.tasks.values()) if t.name == data.get("task")), None)
            assignee = task.assignee if task else self.state.owner
            if by == "assignee" or assignee is None:
                return assignee or ""
            return self.sandbox.supervisor(self.state.pipeline, assignee) or ""
        return by

    def value(self, expr: Expr | None) -> Any:
        if expr is None:
            return None
        if expr.op == "alias":
            return self.aliases[expr.value]
        blank = Deal(0, "")
        program = self.program if self.deal else next(iter(self.programs.pipelines.values()))
        return compiled.value(expr)(self.state if self.deal else blank, self.sandbox.context(program))

    def values(self, pairs: tuple[tuple[str, Expr], ...]) -> dict[str, Any]:
        return {name: self.value(expr) for name, expr in pairs}

    def words(self, refused: tuple[Unmet, ...]) -> Both:
        from voronka.engine.words.story import Story

        program = self.program if self.deal else next(iter(self.programs.pipelines.values()))

        def told(lang: str) -> str:
            story = Story(self.programs, lang)
            return "; ".join(story.reason(program, u).split("\t")[0] for u in refused)

        return Both(told("en"), told("ru"))

    # --- acts

    def create(self, step: steps.DealStep) -> None:
        data = {"fields": self.values(step.values)}
        reply = self.sandbox.submit("create", data, pipeline=step.pipeline)
        if reply.unmet or reply.deal is None:
            self.blocked, self.tried = reply.unmet, True
            raise Unexpected(_deal(step.pipeline), self.words(reply.unmet), step.loc)
        self.deal = reply.deal
        if step.alias:
            self.aliases[step.alias] = reply.deal

    def wait(self, step: steps.WaitStep) -> None:
        if step.duration is not None:
            to = int(self.program.calendar.add(self.sandbox.now, step.duration))
        else:
            assert step.until is not None
            to = _instant(self.program, step.until)
        if to < self.sandbox.now:
            now = self.local(self.sandbox.now)
            forward = Both("time goes forward", "время идёт вперёд")
            raise Unexpected(forward, Both(f"it is already {now}", f"уже {now}"), step.loc)
        self.sandbox.wait(to)

    def set(self, step: steps.SetStep) -> None:
        self.act("set", {"fields": {step.field: self.value(step.value)}}, "", step.loc)

    def tick(self, step: steps.TickStep) -> None:
        self.act("tick", {"points": list(step.points)}, "", step.loc)

    def done(self, step: steps.DoneStep) -> None:
        self.act("done", self.answer(step), step.by, step.loc)

    def answer(self, step: steps.DoneStep) -> dict[str, Any]:
        return {
            "task": step.task,
            "outcome": step.outcome or None,
            "comment": step.because or None,
            "fields": self.values(step.values),
        }

    def move(self, step: steps.MoveStep) -> None:
        self.act("move", {"stage": step.stage}, step.by, step.loc)

    def lose(self, step: steps.LoseStep) -> None:
        self.act("lose", {"reason": step.reason, "comment": step.because or None}, step.by, step.loc)

    def event(self, step: steps.EventStep) -> None:
        self.act("event", {"name": step.event, "payload": self.values(step.values)}, "", step.loc)

    def reschedule(self, step: steps.RescheduleStep) -> None:
        self.act("reschedule", self.move_due(step), step.by, step.loc)

    def move_due(self, step: steps.RescheduleStep) -> dict[str, Any]:
        return {"task": step.task, "due": _instant(self.program, step.to), "comment": step.because or None}

    def away(self, step: steps.AwayStep) -> None:
        until = int(self.program.calendar.day_start(step.until))
        self.sandbox.person("absent", step.person, until=until)

    def try_(self, step: steps.TryStep) -> None:
        act = step.act
        self.tried = True
        match act:
            case steps.MoveStep():
                self.blocked = self.attempt("move", {"stage": act.stage}, act.by)
            case steps.LoseStep():
                self.blocked = self.attempt("lose", {"reason": act.reason, "comment": act.because or None}, act.by)
            case steps.DoneStep():
                self.blocked = self.attempt("done", self.answer(act), act.by)
            case steps.SetStep():
                self.blocked = self.attempt("set", {"fields": {act.field: self.value(act.value)}})
            case steps.RescheduleStep():
                self.blocked = self.attempt("reschedule", self.move_due(act), act.by)

    # --- expectations

    def that(self, step: steps.ExpectThat) -> None:
        program = self.program
        context = self.sandbox.context(program)
        if compiled.condition(step.condition)(self.state, context):
            return
        trace = compiled.traced(step.condition)(self.state, context)
        names = [(o.name, o.value) for o in trace.operands]
        found = Both(
            ", ".join(f"{name} is {'unset' if value is None else value}" for name, value in names),
            ", ".join(f"{name}: {'не заполнено' if value is None else value}" for name, value in names),
        )
        raise Unexpected(step.condition.text, found, step.loc)

    def task(self, name: str, loc: Loc) -> TaskState:
        task = next((t for t in reversed(self.state.tasks.values()) if t.name == name), None)
        if task is None:
            raise Unexpected(f"task {name}", Both("it was never planned", "её не ставили"), loc)
        return task

    def due(self, step: steps.ExpectDue) -> None:
        task = self.task(step.task, step.loc)
        found = Both("no deadline", "срока нет") if task.due is None else self.local(task.due)
        if step.after is not None:
            wanted = int(self.program.calendar.add(self.sandbox.now, step.after))
            holds = task.due == wanted
            expected = self.local(wanted)
        elif isinstance(step.at, datetime):
            wanted = _instant(self.program, step.at)
            holds = task.due == wanted
            expected = self.local(wanted)
        else:
            assert step.at is not None
            holds = task.due is not None and self.program.calendar.local(task.due).date() == step.at
            expected = step.at.isoformat()
        if not holds:
            raise Unexpected(f"task {step.task} due {expected}", found, step.loc)

    def is_blocked(self, step: steps.ExpectBlocked) -> None:
        unmet = list(self.blocked)
        if not self.tried:
            unmet = [gates.restore(item) for data in self.state.pending.values() for item in data["unmet"]]
        missing = [blame for blame in step.by if not any(_blames(blame, u) for u in unmet)]
        if missing:
            wanted = ", ".join(f"{b.kind} {b.name}" for b in missing)
            raise Unexpected(
                f"blocked by {wanted}",
                self.words(tuple(unmet)) if unmet else Both("nothing blocks", "ничто не мешает"),
                step.loc,
            )
        surplus = [u for u in unmet if not any(_blames(blame, u) for blame in step.by)]
        if step.only and surplus:
            raise Unexpected(
                Both("blocked by nothing else", "больше ничто не мешает"), self.words(tuple(surplus)), step.loc
            )

    def assigned(self, step: steps.ExpectAssigned) -> None:
        task = self.task(step.task, step.loc)
        wanted = self.person(step.by, {"task": step.task})
        # what a role has to do stands with the role until somebody of it takes it
        if task.assignee not in (wanted, f"@{step.by}"):
            found = task.assignee.removeprefix("@") if task.assignee else _NOBODY
            expected = f"task {step.task} by {wanted}" if wanted else _NOBODY
            raise Unexpected(expected, found, step.loc)

    def was_lost(self, step: steps.ExpectLost) -> None:
        if self.state.reason != step.reason:
            found = f"stage is {self.state.stage}" if self.state.reason is None else f"lost as {self.state.reason}"
            raise Unexpected(f"lost as {step.reason}", found, step.loc)

    def sent(self, kinds: tuple[str, ...] = ("send", "notify", "digest")) -> list[tuple[dict[str, Any], str]]:
        """What has gone out since the present group of acts began, with its subject and text in one line each."""
        return [
            (change[1], _told(done.texts.get(index)))
            for done in self.sandbox.journal[self.mark :]
            if done.deal == self.deal
            for index, change in enumerate(done.changes)
            if change[0] == "effect" and change[1]["kind"] in kinds
        ]

    def was_sent(self, step: steps.ExpectSent) -> None:
        sent = self.sent(("send", "notify", "digest", "document"))
        alike = [
            told
            for intent, told in sent
            if _channel(intent) == step.channel and step.template in ("", intent.get("template", ""))
        ]
        wanted = f"sent {step.channel}" + (f" using {step.template}" if step.template else "")
        if not alike:
            raise Unexpected(wanted, _listed(sent), step.loc)
        missing = [[part for part in step.parts if _plain(part) not in told] for told in alike]
        if all(missing):
            short = min(range(len(alike)), key=lambda place: len(missing[place]))
            parts = ", ".join(f"“{part}”" for part in missing[short])
            raise Unexpected(f"{wanted} with {parts}", alike[short] or Both("no text", "текста нет"), step.loc)

    def nothing_sent(self, step: steps.ExpectNothingSent) -> None:
        sent = self.sent()
        if sent:
            raise Unexpected("nothing sent", _listed(sent), step.loc)

    def local(self, instant: int) -> str:
        return self.program.calendar.local(instant).strftime("%Y-%m-%d %H:%M")


def _channel(intent: dict[str, Any]) -> str:
    return str(intent.get("channel", intent["kind"]))


def _deal(pipeline: str) -> Both:
    return Both(f"a deal in {pipeline}", f"сделка в {pipeline}")


def _listed(sent: list[tuple[dict[str, Any], str]]) -> str | Both:
    named = (f"{_channel(intent)} {intent.get('template', '')}".strip() for intent, _ in sent)
    return ", ".join(named) or Both("nothing was sent", "ничего не отправлено")


def _told(text: Text | None) -> str:
    """The subject and the text that somebody will read, without markup; white space does not count."""
    if text is None or not isinstance(text.body, dict):
        return "" if text is None else text.error
    body = str(text.body["body"])
    return _plain(f"{text.body['subject'] or ''} {plain(body) if text.body['html'] else body}")


def _plain(text: str) -> str:
    return " ".join(text.split())


def _blames(blame: steps.Blame, unmet: Unmet) -> bool:
    if blame.kind == "text":
        return any(text == blame.name for _, text in unmet.message.texts)
    if blame.kind == "require":
        return unmet.kind == "require" and unmet.name == blame.name
    if unmet.kind == blame.kind and unmet.name == blame.name:
        return True
    wanted = f"{blame.kind} {blame.name}"
    return any(o.name == wanted or o.name.startswith(f"{wanted}.") for o in unmet.operands)


_STEPS: dict[type, Callable[[Walk, Any], None]] = {
    steps.DealStep: Walk.create,
    steps.WaitStep: Walk.wait,
    steps.SetStep: Walk.set,
    steps.TickStep: Walk.tick,
    steps.DoneStep: Walk.done,
    steps.MoveStep: Walk.move,
    steps.LoseStep: Walk.lose,
    steps.EventStep: Walk.event,
    steps.RescheduleStep: Walk.reschedule,
    steps.AwayStep: Walk.away,
    steps.TryStep: Walk.try_,
    steps.ExpectThat: Walk.that,
    steps.ExpectDue: Walk.due,
    steps.ExpectBlocked: Walk.is_blocked,
    steps.ExpectAssigned: Walk.assigned,
    steps.ExpectLost: Walk.was_lost,
    steps.ExpectSent: Walk.was_sent,
    steps.ExpectNothingSent: Walk.nothing_sent,
}
