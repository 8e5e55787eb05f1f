"""The step: one decision in the making. Every alteration goes through ``emit``, so that the log and the state
cannot disagree."""

from __future__ import annotations

from typing import Any

from voronka.dsl.definition.actions import Action
from voronka.dsl.definition.values import Instant, canonical
from voronka.engine.compile import Ctx
from voronka.engine.deal.changes import Change, apply, encode_deep
from voronka.engine.deal.protocol import Ask, Asks, Event, Operand, Unmet
from voronka.engine.deal.state import Deal, TaskState
from voronka.engine.decide import gates, moves, people, tasks, timers
from voronka.engine.decide.loop import RUNS, Runaway
from voronka.engine.inputs import stored_value
from voronka.engine.program.build import Program, TunnelProgram, WhoProgram
from voronka.engine.program.parts import TaskProgram


class Refused(Exception):
    """The event may not happen; nothing of it does."""

    def __init__(self, unmet: tuple[Unmet, ...]) -> None:
        self.unmet = unmet
        super().__init__(", ".join(f"{u.kind} {u.name}" for u in unmet))


class Stale(Exception):
    """A timer of a generation that is over, or a message seen before: nothing happens."""


class Step(Ctx):
    """What conditions see (:class:`Ctx`) and what actions do. One per event; thrown away after."""

    __slots__ = (
        "asks",
        "before",
        "cause",
        "changes",
        "consumed",
        "d",
        "dirty",
        "entries",
        "event",
        "happened",
        "p",
        "runs",
        "scope",
    )

    def __init__(self, program: Program, deal: Deal, event: Event) -> None:
        super().__init__(int(max(event.at, deal.now)), program.calendar)
        self.p = program
        self.d = deal
        self.event = event
        self.changes: list[Change] = []
        self.cause: tuple[str, str] | None = None
        self.dirty: set[str] = set()  # what changed, in the words of `reads`
        self.before: dict[str, Any] = {}  # fields set since the triggers last looked -> value then
        self.happened: list[tuple[str, int | None, dict[str, Any] | None]] = []  # (key, task, payload)
        self.entries: list[tuple[str, str]] = []  # transitions whose exit and entry actions are due
        self.consumed = False
        self.scope = "stage"  # whose robot is acting: what it plans lives as long
        self.runs = 0

    # --- writing

    def emit(self, *change: Any) -> None:
        self.changes.append(change)
        apply(self.d, change)

    def because(self, path: str, loc: str) -> None:
        """Name the cause of what follows, once per run of changes."""
        if self.cause != (path, loc):
            self.cause = (path, loc)
            self.changes.append(("by", path, loc))

    def happen(self, key: str, task: int | None = None, payload: dict[str, Any] | None = None) -> None:
        self.happened.append((key, task, payload))
        if key in self.p.tracked:
            self.emit("mark", key, self.now)
            self.dirty.add(f"mark:{key}")

    def set(self, name: str, value: Any) -> None:
        """Set a field and whatever is computed from it."""
        if (money := self.p.money.get(name)) is not None:
            value = stored_value(money, value)
        old = self.d.f.get(name)
        if old == value:
            return
        self.before.setdefault(name, old)
        self.emit("set", name, value)
        self.dirty.add(f"f:{name}")
        if name in self.p.link_fields:
            people.mirror_card(self, name, value)
        for formula in self.p.formulas:
            if f"f:{name}" in formula.reads:
                self.set(formula.name, formula.value(self.d, self))

    def settle(self, key: str) -> None:
        """Recompute the formulas that read something other than fields (items, cards)."""
        self.dirty.add(key)
        for formula in self.p.formulas:
            if key in formula.reads:
                self.set(formula.name, formula.value(self.d, self))

    def effect(self, intent: dict[str, Any], action: Action) -> None:
        intent["path"] = action.path
        if self.e:
            intent["event"] = dict(self.e)
        if self.t is not None:
            intent["task"] = self.t.id
        if self.event.imported:
            intent["suppressed"] = True
        self.emit("effect", intent)

    def message(self, data: dict[str, Any]) -> None:
        self.emit("message", data)

    def pend(self, action: Action, what: str, name: str, found: list[Unmet]) -> None:
        """A rule's move is blocked: it stays pending, visible, and is tried again when something changes (Meaning
        2)."""
        robot = not any(rule.rule.path == action.path for rule in self.p.stages[self.d.stage].standing)
        unmet = gates.data(found)
        old = self.d.pending.get(action.path)
        if old is not None and old["unmet"] == unmet:
            return
        since = old["since"] if old is not None else self.now
        self.because(action.path, str(action.loc))
        self.emit("pend", action.path, {"what": what, "name": name, "since": since, "robot": robot, "unmet": unmet})

    def unpend(self, path: str) -> None:
        if path in self.d.pending:
            self.emit("pend", path, None)

    def refused(self, unmet: tuple[Unmet, ...]) -> Refused:
        return Refused(unmet)

    def stale(self) -> Stale:
        return Stale()

    def runaway(self) -> Runaway:
        trail = [change[1] for change in self.changes if change[0] == "by"][-6:]
        here = self.p.stages[self.d.stage].stage
        return Runaway(Unmet("runaway", here.name, here.title, here.loc, args={"trail": trail}))

    def count_run(self) -> None:
        """One more block has run; a definition that goes in a circle ends here, not the machine."""
        self.runs += 1
        if self.runs > RUNS:
            raise self.runaway()

    # --- asking

    def ask(self, kind: str, *args: Any) -> Any:
        """The host's answer, kept with the event; raises Asks when there is none yet (architecture.md, decide)."""
        key = f"{kind}:{canonical([encode_deep(arg) for arg in args])}"
        answers = self.event.answers
        if key not in answers:
            question = Ask(key, kind, args)
            if self.event.ask is None:
                raise Asks((question,))
            answers[key] = self.event.ask(question)
        return answers[key]

    # --- what compiled actions call

    def supervisor(self, deal: Deal) -> str | None:
        return people.supervisor(self, deal)

    def who(self, who: WhoProgram) -> str | None:
        return people.resolve(self, who.who, who.value)

    def assign_field(self, name: str, value: Any, action: Action) -> None:
        if (
            isinstance(value, int)
            and not isinstance(value, bool)
            and self.p.pipeline.fields[name].type.kind == "datetime"
        ):
            value = Instant(value)
        field = self.p.pipeline.fields[name]
        kind = field.type.kind
        if kind == "rating" and value is not None and not field.type.low <= value <= field.type.high:
            wrong = Unmet("type", name, field.title, field.loc, (Operand(name, value),), {"why": "value"})
            self.trouble(f"check:{name}", action, (wrong,))
            return
        if kind in ("resource", "datetime", "duration"):
            unmet = gates.booking(self, {name: value})
            if unmet:
                self.trouble(f"book:{name}", action, unmet)
                return
        unmet = gates.refuted_checks(self, {name: value}) if self.p.checks else ()
        if unmet:
            self.trouble(f"check:{name}", action, unmet)
            return
        self.set(name, value)
        gates.book(self)

    def trouble(self, key: str, action: Action, unmet: tuple[Unmet, ...]) -> None:
        """A robot could not do its work: visible, red, never silent."""
        self.emit(
            "flag", key, {"at": self.now, "path": action.path, "loc": str(action.loc), "unmet": gates.data(unmet)}
        )

    def nobody(self, action: Action) -> None:
        self.emit("flag", f"nobody:{action.path}", {"at": self.now, "path": action.path, "loc": str(action.loc)})

    def unsent(self, action: Action, what: str) -> None:
        self.emit(
            "flag",
            f"unsent:{action.path}",
            {"at": self.now, "path": action.path, "loc": str(action.loc), "field": what},
        )

    def plan(self, program: TaskProgram) -> TaskState:
        return tasks.plan(self, program)

    def cancel_named(self, name: str, action: Action) -> None:
        tasks.cancel_named(self, name, action.path)

    def auto_move(self, stage: str, action: Action) -> None:
        moves.auto_move(self, stage, action)

    def auto_lose(self, reason: str, action: Action) -> None:
        moves.auto_lose(self, reason, action)

    def later(self, path: str, due: int, awaited: str = "") -> None:
        timers.later(self, path, due, awaited)

    def hand_over(self, who: WhoProgram, tasks_only: bool) -> None:
        people.hand_over(self, who, tasks_only)

    def render(self, name: str, action: Action) -> None:
        """Fill a document field: the value is a reference, the host keeps the bytes it is rendered to (R50)."""
        reference = f"{name}@{self.d.version + 1}"
        self.effect(
            {
                "kind": "document",
                "field": name,
                "file": reference,
                "template": self.p.pipeline.fields[name].type.target,
            },
            action,
        )
        self.set(name, reference)

    def tunnel(self, program: TunnelProgram) -> None:
        if program.when is not None and not program.when.true(self.d, self):
            return
        self.message({"kind": "tunnel", **moves.tunnel_data(self, program), "loc": str(program.tunnel.loc)})
