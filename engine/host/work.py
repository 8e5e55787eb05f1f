"""The work of one transaction: commands and timers become decisions, decisions become rows, messages go round."""

from __future__ import annotations

import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.changes import Change, apply, encode_deep
from voronka.engine.deal.protocol import Ask, Asks, Decision, Event, Unmet
from voronka.engine.deal.state import Deal
from voronka.engine.decide import gates
from voronka.engine.host import care, intake, limits, messages, migrating, people, robots, typed
from voronka.engine.host.answers import Answers
from voronka.engine.host.commands import Command, Done, Reply, no_deal
from voronka.engine.host.outcome import Nothing, Post, Refusal, Undecidable
from voronka.engine.program.build import Program
from voronka.engine.store import incidents, outbox
from voronka.engine.store.codec import OUTSIDE, ROTATION, Chain
from voronka.engine.store.derive import REST
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Held, Text, Writer

if TYPE_CHECKING:
    from voronka.engine.host.host import Host

NOBODY = "nobody:"  # flags of deals for which somebody was looked for, and not found
SHORT = 10_000  # ms that a timer may be late without anything being missed
QUESTIONS = 1_000  # one event may ask so many
_log = logging.getLogger(__name__)


class Work:
    """What one transaction of the host does."""

    def __init__(self, host: Host, writer: Writer) -> None:
        self.host = host
        self.writer = writer
        self.store: Store = writer.store
        self.db: sqlite3.Connection = writer.db
        self.done: list[Done] = []
        self.posts: deque[Post] = deque()
        self.left = False  # messages wait in the inbox for the next transaction
        self.carrying: set[int] = set()  # deals that are just coming under another definition

    @property
    def now(self) -> int:
        """The instant of this transaction, ms."""
        return self.writer.recorded

    def incident(self, kind: str, deal: int | None, about: dict[str, Any], at: int, cause: int = 0) -> int:
        """Something that a person has to look at, brought about by row ``cause``; returns its number."""
        return incidents.open_incident(self.writer, kind, deal, about, at, cause)

    # --- deals

    def held(self, number: int) -> Held | None:
        """A deal as it is now under the definition in force, this transaction's changes included."""
        held = self.host.held(number)
        if held is None or self.host.passage is None:
            return held
        return migrating.carry(self, self.host.passage, held)

    def pipeline_of(self, number: int) -> str | None:
        """The pipeline of a deal; None where there is no such deal."""
        held = self.held(number)
        return None if held is None else held.deal.pipeline

    def program(self, pipeline: str) -> Program | None:
        """The program of a pipeline; None where the definition in force has none."""
        programs = self.host.programs
        return programs.pipelines[pipeline] if pipeline in programs.definition.pipelines else None

    def number_for(self, sender: int, pipeline: str) -> int:
        """The number of a deal that a tunnel of ``sender`` is about to make."""
        return self.store.counters.deal + 1

    def linking(self, target: int, after: int, most: int) -> list[tuple[int, list[str]]]:
        """Deals from number ``after`` on that link to a card, and by which fields; so many at most, in order."""
        rows = self.db.execute(
            "SELECT DISTINCT source FROM links WHERE target = ? AND source > ? ORDER BY source LIMIT ?",
            (target, after, most),
        ).fetchall()
        sql = "SELECT field FROM links WHERE target = ? AND source = ?"
        return [(source, [field for (field,) in self.db.execute(sql, (target, source))]) for (source,) in rows]

    def in_hand(self, person: str, after: int, most: int) -> list[int]:
        """Deals from number ``after`` on that somebody has a hand in: open ones of theirs, or with tasks of theirs."""
        rows = self.db.execute(
            """SELECT id FROM deals WHERE closed IS NULL AND owner = ?1 AND id > ?2
                UNION SELECT deal FROM tasks WHERE status IN ('open', 'waiting') AND assignee = ?1 AND deal > ?2
                UNION SELECT deal FROM tasks WHERE lent = ?1 AND deal > ?2 ORDER BY 1 LIMIT ?3""",
            (person, after, most),
        )
        return [number for (number,) in rows]

    # --- decisions

    def answering(self, number: int, now: int) -> Answers:
        """Who answers what a deal asks at an instant."""
        return Answers(self, number, now)

    def decided(self, program: Program, deal: Deal | None, event: Event, answers: Answers) -> Decision:
        """What an event does, all questions answered. Raises Undecidable."""
        return self.answered(lambda: self.host.decide(program, deal, event), event, answers)

    def answered(self, decide: Callable[[], Decision | Asks], event: Event, answers: Answers) -> Decision:
        """A decision on an event, all questions answered. Raises Undecidable."""

        def answer(ask: Ask) -> Any:
            if len(event.answers) >= QUESTIONS:
                raise Undecidable(f"{event.kind} asks without end")
            return answers.to(ask)

        for _ in range(QUESTIONS):
            event.ask = answer
            try:
                result = decide()
            except (Undecidable, sqlite3.Error):
                raise
            except Exception as error:
                # decide is pure: whatever it stumbles over, nothing has happened yet, and only this event is lost
                _log.exception("%s of deal %s cannot be decided", event.kind, answers.deal)
                raise Undecidable(f"{type(error).__name__}: {error}") from error
            finally:
                event.ask = None
            if not isinstance(result, Asks):
                return result
            for ask in result.asks:
                event.answers[ask.key] = answers.to(ask)
        raise Undecidable(f"{event.kind} asks without end")

    def event(
        self,
        number: int,
        pipeline: str,
        event: Event,
        key: str | None = None,
        cause: int = 0,
        depth: int = 0,
        off: frozenset[str] = robots.NONE,
    ) -> Done | Nothing | Refusal:
        """One event of one deal, from the question to the row. ``depth``: how many messages led here.

        ``off``: robots that are to do nothing, beside those that are switched off.
        """
        held = self.held(number)
        deal = held.deal if held is not None else None
        program = self.program(deal.pipeline if deal is not None else pipeline)
        if program is None:
            known = sorted(self.host.programs.definition.pipelines)
            name = deal.pipeline if deal is not None else pipeline
            return Refusal((Unmet("unknown", name, args={"what": "pipeline", "known": known}),))
        try:
            data = encode_deep(event.data)
        except (TypeError, RecursionError) as error:
            raise Undecidable(str(error)) from error
        event.off = self.host.off(program.pipeline.name) | off
        answers = self.answering(number, max(event.at, deal.now if deal is not None else 0))
        decision = self.decided(program, deal, event, answers)
        if decision.refused:
            return Refusal(decision.refused)
        if decision.deal is None or (not decision.changes and key is None):
            return Nothing(deal, decision.consumed)
        if not decision.consumed:
            return Nothing(deal, False)
        return self._happened(held, decision, event, data, answers, key, cause, depth)

    def migrated(self, held: Held, decision: Decision, event: Event, answers: Answers) -> Done:
        """A deal has come under the definition in force."""
        return self._happened(held, decision, event, encode_deep(event.data), answers)

    def _happened(
        self,
        held: Held | None,
        decision: Decision,
        event: Event,
        data: dict[str, Any],
        answers: Answers,
        key: str | None = None,
        cause: int = 0,
        depth: int = 0,
    ) -> Done:
        """Write an event down, with all that it means to others."""
        number, deal = answers.deal, held.deal if held is not None else None
        chain = limits.after(self, cause)
        done = self._write(held, decision, event, data, key, chain)
        if limits.automatic(event.kind, chain) and not event.imported:
            self.host.rate.add(self, number, event.at)
        for (where, role), (person, place) in answers.turns.items():
            turn = [["turn", person, place]]
            self.writer.entity(ROTATION, f"{where}/{role}", "turn", {"deal": number}, turn, event.at, cause=done.row)
        for part, change in enumerate(done.changes):
            if change[0] == "message":
                self.post(done.row, part, depth)
            elif change[0] == "flag":
                self._flagged(done, change[1], change[2], deal.flags.get(change[1]) if deal is not None else None)
        if event.kind != "incident":
            self._unsaid(done)
        return done

    def _flagged(self, done: Done, flag: str, about: dict[str, Any] | None, before: dict[str, Any] | None) -> None:
        """What made a deal red is over, and so is its incident; or nobody was found, which is one (Meaning 13)."""
        if about is None:
            number = (before or {}).get("incident") or incidents.of_flag(self.store, done.deal, flag)
            if number is not None:
                incidents.resolve_incident(self.writer, number, done.event.at, done.event.actor)
            if flag == REST:
                self.host.rate.forget(done.deal)
        elif flag.startswith(NOBODY) and before is None:
            data = {"flag": flag, **about}
            incidents.open_incident(self.writer, "nobody", done.deal, data, done.event.at, done.row)

    def _unsaid(self, done: Done) -> None:
        """A text that could not be rendered is never sent, and the deal says so."""
        for part, text in done.texts.items():
            if not text.error:
                continue
            path = done.changes[part][1].get("path", "")
            about = {"path": path, "version": done.version, "part": part, "error": text.error}
            number = incidents.open_incident(self.writer, "text", done.deal, about, done.event.at, done.row)
            data = {
                "key": f"text:{path}",
                "text": text.error,
                "data": {"kind": "text", "path": path, "incident": number},
            }
            event = Event("incident", data, done.event.at, "robot", recorded_at=self.writer.recorded)
            try:
                self.event(done.deal, "", event, cause=done.row)
            except Undecidable:
                _log.exception("deal %s does not take its incident", done.deal)

    def _write(
        self,
        held: Held | None,
        decision: Decision,
        event: Event,
        data: dict[str, Any],
        key: str | None,
        chain: Chain,
    ) -> Done:
        new = decision.deal
        assert new is not None
        if new is (held.deal if held is not None else None):
            new = new.copy()
        new.version += 1
        new.now = max(new.now, event.at)
        new.definition = self.host.programs.hash
        texts = self._texts(new, decision.changes, event)
        after, row = self.writer.deal(held, new, event, data, decision.changes, key, chain, texts)
        self.host.hold(after)
        done = Done(row.id, new.id, new.pipeline, new.version, event, decision.changes, chain.cause, texts)
        self.done.append(done)
        return done

    def _texts(self, deal: Deal, changes: list[Any], event: Event) -> dict[int, Text]:
        """Texts are rendered when they are decided, from the values of that moment; suppressed ones never."""
        render = self.host.render
        if render is None:
            return {}
        return {
            part: render(deal, change[1], max(deal.now, event.at))
            for part, change in enumerate(changes)
            if change[0] == "effect" and not change[1].get("suppressed")
        }

    # --- messages

    def post(self, cause: int, part: int, depth: int) -> None:
        """Send a message that row ``cause`` has written."""
        self.posts.append(Post(cause, part, depth + 1))

    def deliver(self, most: int) -> None:
        """Hand over messages, in order, until none is left or so many events were made; the rest waits in the inbox."""
        limit = len(self.done) + most
        while self.posts and len(self.done) < limit:
            if messages.deliver(self, self.posts[0], limit):
                self.posts.popleft()
        self.left = bool(self.posts)
        for post in self.posts:
            self.db.execute(
                "INSERT OR REPLACE INTO inbox VALUES (?, ?, ?, ?)", (post.cause, post.part, post.depth, post.after)
            )
        self.posts.clear()

    def collect(self, most: int) -> None:
        """Take messages that an earlier transaction left in the inbox, oldest first."""
        rows = self.db.execute("SELECT cause, part, depth, after FROM inbox ORDER BY cause, part LIMIT ?", (most,))
        self.posts.extend(Post(*row) for row in rows.fetchall())
        self.db.executemany(
            "DELETE FROM inbox WHERE cause = ? AND part = ?", [(post.cause, post.part) for post in self.posts]
        )

    # --- commands

    def command(self, command: Command, now: int) -> Reply:
        """One command. Never raises for what it holds; a refused one leaves nothing behind."""
        first, rows = len(self.done), len(self.writer.rows)
        reply = self._command(command, now)
        self.deliver(self.host.group)
        tx = self.writer.tx if len(self.writer.rows) > rows else reply.tx
        return replace(reply, tx=tx, done=tuple(self.done[first:]))

    def _command(self, command: Command, now: int) -> Reply:
        at = now if command.at is None else int(command.at)
        if at > now:
            return _error("its time lies ahead of the clock", "её время ещё не наступило")
        for part in ("fields", "payload", "by"):
            if not isinstance(command.data.get(part) or {}, dict):
                return _error(f"{part} must be names with values", f"{part} — это имена со значениями")
        whole = (command.data, command.actor, command.key, command.pipeline)
        if (why := typed.unwritable(whole)) is not None:
            return Reply("error", message=why)
        if command.key is not None and (seen := self._seen(command.key)) is not None:
            return seen
        try:
            if command.kind == "person":
                unmet, message = people.command(self, command.data, at, command.actor, command.key)
                status = "error" if message is not None else "refused" if unmet else "done"
                return Reply(status, unmet=tuple(unmet), message=message)
            if command.kind == "robot":
                unmet, message = robots.command(self, command.data, at, command.actor, command.key)
                status = "error" if message is not None else "refused" if unmet else "done"
                return Reply(status, unmet=tuple(unmet), message=message)
            if command.kind == "incident":
                return self._incident(command, at)
            if command.kind == "notice":
                outbox.mark_read(self.writer, str(command.data.get("person", "")))
                return Reply("done")
            if command.kind in ("store", "forget", "undo"):
                return care.command(self, command, at)
            return self._deal(command, at)
        except Undecidable as error:
            return _error(f"this cannot be decided: {error}", f"это не удалось решить: {error}")

    def _seen(self, key: str) -> Reply | None:
        row = self.db.execute(
            "SELECT l.kind, l.entity, l.version, l.tx FROM keys k JOIN log l ON l.id = k.row WHERE k.key = ?", (key,)
        ).fetchone()
        if row is None:
            return None
        return Reply("duplicate", row[1] if row[0] == 0 else None, row[2], row[3])

    def _incident(self, command: Command, at: int) -> Reply:
        number, what = command.data.get("id"), command.data.get("do")
        if not isinstance(number, int) or what not in ("resolve", "retry", "skip"):
            return _error(
                "an incident is resolved, retried or skipped, by its number",
                "инцидент можно закрыть, повторить или пропустить, по его номеру",
            )
        found = incidents.find_open(self.store, number)
        if found is None:
            return Reply("refused", unmet=(Unmet("unknown", str(number), args={"what": "incident", "known": []}),))
        deal, about = found
        if what != "resolve" and about.get("flag") == REST:
            if what == "skip" and deal is not None:
                limits.pass_over(self, deal, at)
        elif what != "resolve":
            keys = [outbox.Key(*key) for key in about.get("keys", ())]
            move = outbox.revive if what == "retry" else outbox.give_up
            if not move(self.writer, keys, self.writer.recorded):
                return _error(
                    "no effect of this incident waits for that; it can be resolved",
                    "у этого инцидента нет отправки, которую можно повторить или пропустить; его можно закрыть",
                )
        self._heal(number, deal, about.get("flag"), at, command.actor)
        incidents.resolve_incident(self.writer, number, at, command.actor, what)
        return Reply("done", deal, incident=number)

    def _heal(self, number: int, deal: int | None, red: str | None, at: int, actor: str) -> None:
        """The deal that was red for an incident is not any more."""
        held = self.held(deal) if deal is not None else None
        if held is None or deal is None:
            return
        flags = held.deal.flags
        for flag in [key for key, trouble in flags.items() if key == red or trouble.get("incident") == number]:
            self.event(deal, "", Event("resolve", {"flag": flag}, at, actor, recorded_at=self.writer.recorded))

    def _deal(self, command: Command, at: int) -> Reply:
        event = Event(
            command.kind,
            dict(command.data),
            at,
            command.actor,
            recorded_at=self.writer.recorded,
            imported=command.imported,
        )
        if command.kind == "create":
            return self._create(command, event)
        if command.kind == "event":
            return intake.outside(self, command, event)
        if command.deal is None:
            return _error("it names no deal", "не указана сделка")
        held = self.held(command.deal)
        if held is None:
            return no_deal(command.deal)
        program = self.program(held.deal.pipeline)
        if event.data.get("fields") and program is not None:
            event.data["fields"], unmet = typed.fields(
                program, self.host.language, event.data["fields"], self.pipeline_of
            )
            if unmet:
                return Reply("refused", command.deal, held.deal.version, unmet=tuple(unmet))
        return self.reply(command.deal, self.event(command.deal, "", event, command.key))

    def _create(self, command: Command, event: Event) -> Reply:
        program = self.program(command.pipeline or "")
        if program is None:
            known = sorted(self.host.programs.definition.pipelines)
            unknown = Unmet("unknown", command.pipeline or "", args={"what": "pipeline", "known": known})
            return Reply("refused", unmet=(unknown,))
        fields, unmet = typed.fields(program, self.host.language, event.data.get("fields") or {}, self.pipeline_of)
        if unmet:
            return Reply("refused", unmet=tuple(unmet))
        number = self.store.counters.deal + 1
        event.data = {**event.data, "fields": fields, "id": number}
        return self.reply(number, self.event(number, program.pipeline.name, event, command.key))

    def reply(self, number: int, outcome: Done | Nothing | Refusal) -> Reply:
        """What to answer about an event of a deal."""
        held = self.held(number)
        version = held.deal.version if held is not None else 0
        if isinstance(outcome, Refusal):
            return Reply("refused", number if held is not None else None, version, unmet=outcome.unmet)
        return Reply("done", number, version)

    # --- timers

    def fire_due(self, until: int, most: int, imported: bool = False) -> int:
        """Fire timers that are due, in order (due, deal, path); returns how many. Messages go round after each."""
        for count in range(most):
            row = self.db.execute(
                "SELECT due, deal, key, gen FROM timers WHERE due <= ? ORDER BY due, deal, key LIMIT 1", (until,)
            ).fetchone()
            if row is None:
                return count
            due, deal, key, gen = row
            late = self.host.late_after is not None and until - due > self.host.late_after
            self.fire(due, deal, key, gen, until if late else due, imported, found=until)
            self.deliver(self.host.group)
        return most

    def fire_of(self, number: int | None, until: int, imported: bool = False) -> None:
        """Fire what is due for one deal alone, in order, as far as one transaction goes."""
        for _ in range(self.host.group):
            held = None if number is None else self.held(number)
            resting = held is None or REST in held.deal.flags
            ready = (
                []
                if held is None or resting
                else [(t[0], key, t[1]) for key, t in held.deal.timers.items() if t[0] <= until]
            )
            if number is None or not ready:
                return
            due, key, gen = min(ready)
            late = self.host.late_after is not None and until - due > self.host.late_after
            self.fire(due, number, key, gen, until if late else due, imported, found=until)
            self.deliver(self.host.group)

    def fire(
        self,
        due: int,
        deal: int,
        key: str,
        gen: int,
        at: int,
        imported: bool,
        off: frozenset[str] = robots.NONE,
        found: int = 0,
    ) -> None:
        """One timer, at an instant; that of a deal at rest waits, unless all its robots are ``off``.

        ``found``: now; what recurs goes on from there, so that a short stop makes no burst either.
        """
        if deal == 0:
            people.back(self, key.removeprefix("back:"), at)
            return
        data: dict[str, Any] = {"key": key, "gen": gen}
        if self.host.late_after is not None and not imported and found - at > SHORT:
            data["found"] = found
        event = Event("timer", data, at, "robot", recorded_at=self.now, imported=imported)
        if not off and limits.rests(self, deal, event):
            return
        held = self.held(deal)
        cause = limits.setter(self.store, held.head, key, due, gen) if held is not None and held.head else 0
        trouble: dict[str, Any]
        try:
            outcome = self.event(deal, "", event, cause=cause, off=off)
        except Undecidable as error:
            trouble = {"text": str(error)}
        else:
            held = self.held(deal)
            timer = held.deal.timers.get(key) if held is not None else None
            if timer is None or timer[0] != due:
                return
            trouble = {"unmet": gates.data(outcome.unmet)} if isinstance(outcome, Refusal) else {"text": "no end"}
        self._stop(deal, key, event, trouble)

    def _stop(self, number: int, key: str, event: Event, trouble: dict[str, Any]) -> None:
        """A timer that cannot be carried out must not stand for ever, nor vanish: the deal turns red."""
        held = self.held(number)
        if held is None:
            self.db.execute("DELETE FROM timers WHERE deal = ? AND key = ?", (number, key))
            return
        data = {"timer": key, **trouble}
        incident = incidents.open_incident(self.writer, "timer", number, data, event.at)
        flag = {"at": event.at, "incident": incident, **data}
        new = held.deal.copy()
        changes: list[Change] = [("timer-", key), ("flag", f"incident:{incident}", flag)]
        for change in changes:
            apply(new, change)
        event.answers = {}
        self._write(held, Decision(new, changes), event, encode_deep(event.data), None, OUTSIDE)


def _error(en: str, ru: str) -> Reply:
    return Reply("error", message=Both(en, ru))
