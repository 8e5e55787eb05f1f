"""What a robot or rule of a deal is doing, in words: acts at, waits for, switched off, kept out, not now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.engine.compile import Trace
    from voronka.engine.deal.state import Deal
    from voronka.engine.program.build import Program, Programs
    from voronka.engine.why.robots import Robot, Trigger

_EARLIEST = 10**11  # ms: what is computed and larger is an instant, of 1973 or later


@dataclass(frozen=True, slots=True)
class Said:
    """One line. ``state``, for programs: off blocked spent due false waits fired undated elsewhere ready."""

    state: str
    mark: str
    text: str
    due: int | None = None


class Teller:
    """Words for one deal at one instant, by one version of the definition."""

    def __init__(self, session: Session, programs: Programs, program: Program, deal: Deal, at: int) -> None:
        from voronka.dsl.docs.words import Words
        from voronka.engine.words.story import Story

        self.session, self.program, self.deal, self.at = session, program, deal, at
        self.definition = programs.definition
        self.lang = session.app.lang
        self.story = Story(programs, self.lang, session.called)
        self.say = self.story.say
        self.words = Words(programs.definition, program.pipeline, self.lang)

    # --- values

    def moment(self, instant: int) -> str:
        from voronka.engine.words import dates

        local, now = self.program.calendar.local(instant), self.program.calendar.local(self.at)
        return f"{dates.day(local.date(), self.lang, now.year)}, {dates.clock(local)}"

    def operand(self, name: str, value: Any) -> str:
        field = self.program.pipeline.fields.get(name)
        called = (field.title.in_(self.lang) if field else "") or name
        if value is None:
            return self.say(f"{called} не заполнено", f"{called} is unset")
        if isinstance(value, int) and field is None and value > _EARLIEST:
            return f"{called} = {self.moment(value)}"
        if isinstance(value, bool):
            word = self.say("да", "yes") if value else self.say("нет", "no")
            return f"{called}: {word}"
        return f"{called} = {self.story.show(self.program)(name, value)}"

    def operands(self, trace: Trace | None) -> str:
        return ", ".join(self.operand(one.name, one.value) for one in trace.operands) if trace is not None else ""

    def condition(self, trace: Trace) -> str:
        """A condition as it is written, with the values it looked at."""
        values = self.operands(trace)
        text = " ".join(trace.text.split())
        return f"{text}  ({values})" if values else text

    # --- robots

    def called(self, robot: Robot) -> str:
        """``робот «Напомнить»``, ``правило: переход в «Оплата»``, by its line where it has no name."""
        from voronka.engine.why.robots import source

        if robot.kind == "limit":
            return self.say("предел времени на этапе", "the stage's time limit")
        if robot.kind in ("rule", "return"):
            return source(self.definition, robot.loc) or robot.path
        title = robot.title.in_(self.lang)
        if title:
            return self.say("робот", "robot") + f" {self.story.quoted(title)}"
        declared = self.program.robots_by_path.get(robot.path)
        starts = "; ".join(self.words.trigger(one.trigger) for one in declared.triggers) if declared else ""
        return self.say("робот", "robot") + f" ({starts})" if starts else robot.path

    def states(self, robot: Robot) -> list[Said]:
        """What there is to say of a robot: one line for each of its triggers, or one for all."""
        if not robot.here:
            return [Said("elsewhere", "·", self._elsewhere(robot))]
        if robot.off is not None:
            since = robot.off.get("at")
            by = self.session.called(str(robot.off["by"])) if robot.off.get("by") else ""
            text = self.say("выключен", "switched off")
            text += self.say(" с ", " since ") + self.moment(since) if since is not None else ""
            return [Said("off", "⏻", text + (f", {by}" if by else ""))]
        if robot.blocked:
            return [self._blocked(robot)]
        return [self._trigger(robot, trigger) for trigger in robot.triggers]

    def _elsewhere(self, robot: Robot) -> str:
        here = self.story.quoted(self.story.stage(self.program, self.deal.stage))
        if robot.where == "task":
            return self.say(
                f"робот задачи «{self.words.task(robot.home)}», а она не открыта",
                f"a robot of the task “{self.words.task(robot.home)}”, which is not open",
            )
        if robot.kind == "return":
            return self.say("сделка не закрыта с этой причиной", "the deal is not closed for this reason")
        home = self.story.quoted(self.story.stage(self.program, robot.home))
        return self.say(f"робот этапа {home}, а сделка на этапе {here}", f"belongs to {home}; the deal is in {here}")

    def _blocked(self, robot: Robot) -> Said:
        from voronka.engine.words import dates

        count = dates.count(
            len(robot.blocked), self.lang, ("условие", "условия", "условий"), ("condition", "conditions")
        )
        since = self.moment(robot.since or self.at)
        wake = self.deal.timers.get("v:wake")
        again = self.say("проверит снова при любом изменении", "looks again with every change")
        if wake is not None:
            again += self.say(" и ", " and at ") + self.moment(int(wake[0]))
        text = self.say(f"не пускает с {since}: {count}; {again}", f"kept out since {since}: {count}; {again}")
        return Said("blocked", "✗", text, None if wake is None else int(wake[0]))

    def _trigger(self, robot: Robot, trigger: Trigger) -> Said:
        values = self.operands(trigger.trace)
        shut = trigger.trace is not None and trigger.trace.verdict is not True
        if trigger.spent:
            return Said(
                "spent",
                "·",
                self.say(
                    f"сработал {trigger.runs} из {trigger.most} раз, больше не будет",
                    f"has run {trigger.runs} of {trigger.most} times, and will not again",
                ),
            )
        if trigger.due is not None:
            text = self.say("сработает ", "acts ") + self.moment(trigger.due)
            if shut:
                text += self.say(", если условие выполнится", ", if its condition holds by then") + f" ({values})"
            return Said("due", "◷", text, trigger.due)
        if robot.kind in ("rule", "return") and shut and trigger.trace is not None:
            return self._false(trigger.trace)
        if trigger.keys:
            heard = "; ".join(
                self.words.trigger(one.trigger)
                for one in self.program.robots_by_path[robot.path].triggers
                if one.keys == trigger.keys
            )
            named = robot.title or robot.kind != "robot"  # others are called by what starts them
            text = self.say("ждёт", "waits") + (self.say(": ", " for: ") + (heard or trigger.text) if named else "")
            if shut:
                text += self.say("; условие сейчас не выполнено", "; its condition does not hold now") + f" ({values})"
            return Said("waits", "…", text)
        if trigger.fired is not None:
            return Said("fired", "✓", self.say("сработал ", "has acted ") + self.moment(trigger.fired))
        if trigger.timed and shut and trigger.trace is not None:
            return self._false(trigger.trace)
        if trigger.timed:
            return Said("undated", "·", self.say("его момента ещё нет", "its moment is not known yet"))
        return Said("ready", "✓", self.say("условие выполнено", "its condition holds"))

    def _false(self, trace: Trace) -> Said:
        wake = self.deal.timers.get("v:wake")
        word = (
            self.say("условие не выполнено", "its condition does not hold")
            if trace.verdict is False
            else self.say("условие неизвестно", "its condition is unknown")
        )
        text = f"{word} ({self.operands(trace)})"
        if wake is not None and any(part.name in ("now", "today") for part in trace.operands):
            text += self.say("; проверит снова ", "; looks again ") + self.moment(int(wake[0]))
        return Said("false", "✗", text)
