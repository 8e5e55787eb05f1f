"""A sales team that plays itself: seeded choices of what people do next, for demonstrations, benchmarks and campaigns.

It knows no pipeline. It answers tasks, and where the engine refuses it reads the reasons, fills in what is missing and
tries again, as a person would; what it cannot mend it leaves.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from voronka.dsl.definition.types import Type
from voronka.dsl.definition.values import Duration, Instant
from voronka.engine.deal.protocol import Unmet
from voronka.engine.deal.state import Deal, TaskState
from voronka.engine.host.commands import Command, Reply
from voronka.engine.host.host import Host
from voronka.engine.program.build import Program

TRIES = 4
DAY = 86_400_000
_NAMES = ("Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна", "Игорь", "Кира", "Лев", "Майя", "Никита")
_WORDS = ("Сайт", "Каталог", "Лендинг", "Поставка", "Обучение", "Ремонт", "Банкет", "Реклама", "Мебель", "Доставка")


@dataclass(slots=True)
class Player:
    """Plays the deals of one host. ``loss`` is how likely a deal is given up at each of its turns."""

    host: Host
    random: Random
    loss: float = 0.06
    clock: Callable[[int], None] = lambda now: None
    count: int = 0
    refused: int = 0
    _queue: list[tuple[int, int]] = field(default_factory=list)

    def season(self, pipeline: str, start: int, days: int, deals: int) -> Iterator[int]:
        """Let deals come in over so many days and be worked on; yields the instant after each act."""
        arrivals = sorted(start + self.random.randrange(days * DAY) for _ in range(deals))
        end = start + days * DAY
        while arrivals or self._queue:
            due = self._queue[0][0] if self._queue else end
            if arrivals and arrivals[0] <= due:
                now = arrivals.pop(0)
                self._until(now)
                self._arrive(pipeline, now)
            else:
                now, number = heapq.heappop(self._queue)
                if now >= end:
                    break
                self._until(now)
                if self.turn(number, now):
                    self._again(number, now)
            yield now
        self._until(end)
        self._queue.clear()

    def _until(self, now: int) -> None:
        self.clock(now)
        self.host.advance(now)

    def _arrive(self, pipeline: str, now: int) -> None:
        program = self.host.programs.pipelines[pipeline]
        wanted = {n for n, f in program.pipeline.fields.items() if f.type.personal or n in ("name", "source")}
        wanted |= {name for name, _, _ in program.stages[program.pipeline.first.name].requires}
        values = {name: self.value(program.pipeline.fields[name].type, program, now) for name in sorted(wanted)}
        given = {name: value for name, value in values.items() if value is not None}
        reply = self.mended(lambda: Command("create", {"fields": given}, None, pipeline, now), given, program, now)
        if reply.deal is not None and reply.status == "done":
            self.count += 1
            self._again(reply.deal, now)

    def _again(self, number: int, now: int) -> None:
        deal = self.host.deal(number)
        assert deal is not None
        calendar = self.host.programs.pipelines[deal.pipeline].calendar
        later = now + int(self.random.expovariate(1 / (1.2 * DAY)))
        heapq.heappush(self._queue, (int(calendar.first_working(later)), number))

    # --- one turn

    def turn(self, number: int, now: int) -> bool:
        """One act on a deal; False when it is closed or nothing can be done."""
        deal = self.host.deal(number)
        if deal is None or deal.closed is not None:
            return False
        program = self.host.programs.pipelines[deal.pipeline]
        if self.random.random() < self.loss and self._lose(deal, program, now):
            return False
        tasks = sorted(deal.open_tasks, key=lambda task: (task.due or now + DAY, task.id))
        if tasks and self._answer(deal, tasks[0], program, now):
            return True
        return self._event(deal, program, now) or self._move(deal, program, now)

    def _lose(self, deal: Deal, program: Program, now: int) -> bool:
        known = [n for n, r in program.reasons.items() if not r.reason.from_ or deal.stage in r.reason.from_]
        if not known:
            return False
        given: dict[str, Any] = {}
        data = {"reason": self.random.choice(known), "comment": "так сказал клиент"}
        return self.mended(lambda: Command("lose", data, deal.id, None, now), given, program, now).status == "done"

    def _answer(self, deal: Deal, task: TaskState, program: Program, now: int) -> bool:
        known = program.tasks_by_path.get(task.path)
        outcomes = ["approved", "rejected"] if known and known.approval else list(known.outcomes) if known else []
        outcome = self.random.choice([outcomes[0], outcomes[0], *outcomes]) if outcomes else None
        given: dict[str, Any] = {}
        comment = "как договорились"
        data = {"task": task.id, "outcome": outcome, "comment": comment, "fields": given}
        actor = task.assignee if task.assignee and not task.assignee.startswith("@") else ""
        reply = self.mended(lambda: Command("done", data, deal.id, None, now, actor), given, program, now)
        return reply.status == "done"

    def _event(self, deal: Deal, program: Program, now: int) -> bool:
        heard = [key for key in program.stages[deal.stage].listeners if key.startswith("event:")]
        heard += [data["for"] for _, _, data in deal.timers.values() if isinstance(data, dict) and "for" in data]
        events = sorted({key.partition(":")[2] for key in heard if key.startswith("event:")})
        if not events:
            return False
        name = self.random.choice(events)
        payload = {}
        for key, kind, _ in program.pipeline.events[name].payload:
            amounts = [v for n, v in deal.f.items() if isinstance(v, Decimal) and kind.kind == "money"]
            same = deal.f.get(key)
            payload[key] = same if same is not None else amounts[0] if amounts else self.value(kind, program, now)
        reply = self.host.submit(Command("event", {"name": name, "payload": payload}, deal.id, None, now))
        return reply.status == "done"

    def _move(self, deal: Deal, program: Program, now: int) -> bool:
        stages = list(program.stages)
        ahead = [name for name in stages[stages.index(deal.stage) + 1 :] if program.stages[name].stage.kind != "lost"]
        if not ahead or program.pipeline.derived:
            return False
        given: dict[str, Any] = {}
        data = {"stage": ahead[0]}
        self.mended(lambda: Command("move", data, deal.id, None, now), given, program, now)
        after = self.host.deal(deal.id)
        # what was missing may have set off a pending move, so that this one found the deal there already
        return after is not None and after.visit != deal.visit

    # --- mending

    def mended(self, command: Callable[[], Command], given: dict[str, Any], program: Program, now: int) -> Reply:
        """Submit; where it is refused for something missing, supply it and submit again."""
        reply = self.host.submit(command())
        for _ in range(TRIES):
            if reply.status != "refused" or not self._mend(command(), reply.unmet, given, program, now):
                break
            reply = self.host.submit(command())
        self.refused += reply.status == "refused"
        return reply

    def _mend(
        self, command: Command, unmet: tuple[Unmet, ...], given: dict[str, Any], program: Program, now: int
    ) -> bool:
        mended = False
        for reason in unmet:
            for operand in reason.operands:
                word, _, point = operand.name.partition(" ")
                if word == "checklist" and command.deal is not None:
                    tick = Command("tick", {"points": [point]}, command.deal, None, now)
                    mended |= self.host.submit(tick).status == "done"
            names = [reason.name, *(operand.name for operand in reason.operands)]
            for name in names:
                declared = program.pipeline.fields.get(name)
                if declared is None or declared.formula is not None or name in given:
                    continue
                given[name] = self.value(declared.type, program, now)
                mended = True
                if command.deal is not None and command.kind in ("move", "lose"):
                    self.host.submit(Command("set", {"fields": {name: given[name]}}, command.deal, None, now))
        return mended

    def value(self, kind: Type, program: Program, now: int) -> Any:
        """Some sensible value of a type; None where none can be made up (a link)."""
        draw = self.random
        match kind.kind:
            case "phone":
                return f"+7999{draw.randrange(10_000_000):07}"
            case "email":
                return f"client{draw.randrange(10**9)}@example.test"
            case "text" | "address" | "file" | "document":
                return draw.choice(_NAMES) if kind.kind == "text" and draw.random() < 0.5 else draw.choice(_WORDS)
            case "url":
                return f"https://example.test/{draw.randrange(10**6)}"
            case "money":
                return Decimal(draw.randrange(60, 500)) * 1000
            case "number" | "integer":
                return draw.randrange(1, 40) if kind.kind == "integer" else Decimal(draw.randrange(1, 40))
            case "percent":
                return Decimal(draw.randrange(0, 30)) / 100
            case "bool":
                return True
            case "date":
                return program.calendar.today(now) + timedelta(days=draw.randrange(5, 60))
            case "datetime":
                return Instant(now + draw.randrange(5, 60) * DAY)
            case "duration":
                return Duration(Decimal(draw.randrange(1, 30)), "day")
            case "choice" | "resource":
                return draw.choice(kind.options).name if kind.options else None
            case "choices":
                return (draw.choice(kind.options).name,)
            case "rating":
                return draw.randrange(kind.low, kind.high + 1)
        return None
