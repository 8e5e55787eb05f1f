"""The step: one decision in the making. Every alteration goes through ``emit``, so that the log and the state
cannot disagree."""

from __future__ import annotations

from typing import Any, NamedTuple

from voronka.dsl.definition.actions import Action
from voronka.dsl.definition.values import Duration, canonical
from voronka.engine.compile import Ctx, moments
from voronka.engine.deal.changes import Change, apply, encode_deep
from voronka.engine.deal.protocol import Ask, Asks, Event, Unmet
from voronka.engine.deal.state import Deal, TaskState
from voronka.engine.decide import gates, moves, people, tasks, timers, writing
from voronka.engine.program.build import Program
from voronka.engine.program.parts import Run, TaskProgram, TunnelProgram, WhoProgram


class Refused(Exception):
    """The event may not happen; nothing of it does."""

    def __init__(self, unmet: tuple[Unmet, ...]) -> None:
        self.unmet = unmet
        super().__init__(", ".join(f"{u.kind} {u.name}" for u in unmet))


class Runaway(Exception):
    """One event set off more than any sensible definition does.

    Nothing of it happens, and it is said where it turned.
    """

    def __init__(self, unmet: Unmet) -> None:
        self.unmet = unmet
        super().__init__(unmet.name)


class Stale(Exception):
    """A timer of a generation that is over, or a message seen before: nothing happens."""


class Happened(NamedTuple):
    """Something that triggers may listen to. ``visit``: that of the deal then; a stage hears of its own visit only."""

    key: str
    task: int | None
    payload: dict[str, Any] | None
    visit: int


class Step(Ctx):
    """What conditions see (:class:`Ctx`) and what actions do. One per event; thrown away after."""

    __slots__ = (
        "adopting",
        "before",
        "cause",
        "changes",
        "consumed",
        "d",
        "dirty",
        "event",
        "found",
        "happened",
        "leaving",
        "p",
        "person",
        "scope",
    )

    def __init__(self, program: Program, deal: Deal, event: Event) -> None:
        super().__init__(int(max(event.at, deal.now)), program.calendar)
        self.p = program
        self.d = deal
        self.event = event
        self.changes: list[Change] = []
        self.cause: tuple[str, str] | None = None
        self.dirty: set[str] = set()  # what changed, in the words of `reads`, since deadlines last followed
        self.before: dict[str, tuple[Any, int]] = {}  # fields set since the triggers last looked: value then, visit now
        self.happened: list[Happened] = []
        self.leaving: str | None = None  # the stage whose exit actions are due; "" while they run, or of a new deal
        self.consumed = False
        self.found = ("", 0)  # the timer that is fired, and when that was found, if late (ms)
        self.adopting = False  # the deal meets an edited definition
        self.person: dict[str, Any] | None = None  # who is away, gone or back
        if event.kind == "people":
            self.person = {"person": event.data["person"], "happening": event.data["happening"]}
        self.scope = "stage"  # whose robot is acting: what it plans lives as long

    # --- writing

    def emit(self, *change: Any) -> None:
        self.changes.append(change)
        apply(self.d, change)

    def because(self, path: str, loc: str) -> None:
        """Name the cause of what follows, once per run of changes."""
        if self.cause != (path, loc):
            self.cause = (path, loc)
            self.changes.append(("by", path, loc))

    def happen(
        self, key: str, task: int | None = None, payload: dict[str, Any] | None = None, visit: int | None = None
    ) -> None:
        """Announce something to the triggers, and remember when it was if a moment counts from it."""
        self.happened.append(Happened(key, task, payload, self.d.visit if visit is None else visit))
        self.remember(key)

    def remember(self, key: str) -> None:
        if key in self.p.tracked:
            self.emit("mark", key, self.now)
            self.touch(f"mark:{key}")

    def touch(self, *keys: str) -> None:
        """Something changed, in the words of `reads`: formulas that read it are computed anew."""
        self.dirty.update(keys)
        if self.p.formula_reads.isdisjoint(keys):
            return
        kept, self.t = self.t, None
        for formula in self.p.formulas:
            if not formula.reads.isdisjoint(keys):
                self.set(formula.name, formula.value(self.d, self))
        self.t = kept

    def set(self, name: str, value: Any) -> None:
        """Set a field and whatever is computed from it."""
        old = self.d.f.get(name)
        if old == value:
            return
        self.before[name] = (self.before[name][0] if name in self.before else old, self.d.visit)
        self.emit("set", name, value)
        if name in self.p.link_fields:
            people.mirror_card(self, name, value)
        self.touch(f"f:{name}")

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
        old = self.d.pending.get(action.path)
        unmet = gates.data(found)
        if old is not None and old["unmet"] == unmet:
            return
        self.because(action.path, str(action.loc))
        self.emit(
            "pend",
            action.path,
            {
                "what": what,
                "name": name,
                "since": self.now if old is None else old["since"],
                "robot": action.path not in self.p.stages[self.d.stage].standing_paths,
                "unmet": unmet,
            },
        )

    def unpend(self, path: str) -> None:
        if path in self.d.pending:
            self.emit("pend", path, None)

    def runaway(self) -> Runaway:
        trail = [change[1] for change in self.changes if change[0] == "by"][-6:]
        here = self.p.stages.get(self.d.stage, self.p.stages[self.p.pipeline.first.name]).stage
        return Runaway(Unmet("runaway", here.name, here.title, here.loc, args={"trail": trail}))

    def off(self, path: str) -> bool:
        """Whether the sentence at a path is of a robot that is switched off; the switches are given with the event."""
        off = self.event.off
        return bool(off) and any(one == "*" or path == one or path.startswith((f"{one}/", f"{one}~")) for one in off)

    def passed_over(self, path: str, loc: str, why: str = "off", **more: Any) -> None:
        """A robot would have run, but is switched off, or was missed and does not catch up: said, not silent."""
        self.because(path, loc)
        self.emit("note", {"kind": why, **more})

    # --- running

    def run(self, actions: tuple[Run, ...]) -> None:
        """Do a block's sentences, all of them, a move in their midst or not."""
        for act in actions:
            act(self)

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
        """A robot's `set` or `clear`: it is bound like everybody; what is refused is visible, and nothing is set."""
        values, found = writing.fitted(self, {name: value})
        values = writing.rounded(self, values)
        found = found or writing.forbids(self, values)
        if not found:
            writing.write(self, values)
            return
        kind = "book" if any(unmet.kind == "booking" for unmet in found) else "check"
        self.trouble(f"{kind}:{name}", action, unmet=gates.data(found))

    def trouble(self, key: str, action: Action, **about: Any) -> None:
        """A robot could not do its work: visible, red, never silent."""
        self.emit("flag", key, {"at": self.now, "path": action.path, "loc": str(action.loc), **about})

    def settled(self, key: str) -> None:
        """It could, this time."""
        if key in self.d.flags:
            self.emit("flag", key, None)

    def nobody(self, action: Action) -> None:
        self.trouble(f"nobody:{action.path}", action)

    def unsent(self, action: Action, what: str) -> None:
        self.trouble(f"unsent:{action.path}", action, field=what)

    def plan(self, program: TaskProgram) -> TaskState:
        return tasks.plan(self, program)

    def cancel_named(self, name: str, action: Action) -> None:
        tasks.cancel(self, action.path, name=name)

    def auto_move(self, stage: str, action: Action) -> None:
        moves.auto_move(self, stage, action)

    def auto_lose(self, reason: str, action: Action) -> None:
        moves.auto_lose(self, reason, action)

    def later(self, action: Action, length: Duration | None, awaited: str = "") -> None:
        """``after D`` and ``wait D``: how long may hang on a field that is empty, or holds what no calendar can add."""
        due = None if length is None else moments.later(self.cal, self.now, length)
        if due is None:
            self.trouble(f"undated:{action.path}", action)
            return
        self.settled(f"undated:{action.path}")
        timers.later(self, action.path, due, awaited)

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
        tunnel = program.tunnel
        self.message(
            {
                "kind": "tunnel",
                "pipeline": tunnel.pipeline,
                "start": tunnel.start,
                "fields": gates.tunnelled(self, program),
                "link": tunnel.link,
                "owner": people.first(self, program.owner, for_owner=True),
                "path": tunnel.path,
                "loc": str(tunnel.loc),
            }
        )
