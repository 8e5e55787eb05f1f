"""The story of a deal: what one event did, as lines a sales manager reads.

Made of the changes alone, so that the log tells it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from voronka.dsl.definition.model import Pipeline
from voronka.dsl.definition.values import plain
from voronka.engine.deal.changes import Change
from voronka.engine.deal.protocol import Event, Unmet
from voronka.engine.deal.state import Deal, TaskState
from voronka.engine.decide import gates
from voronka.engine.program.build import Program, Programs
from voronka.engine.store.facets import is_forgotten
from voronka.engine.words import dates
from voronka.engine.words.unmet import explain


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``mark`` says its kind at a glance, ``loc`` the sentence of the definition that caused it,
    ``under`` its details."""

    at: int
    mark: str
    tone: str  # stage good bad warn task done send info
    text: str
    loc: str = ""
    under: tuple[str, ...] = ()
    effect: int = -1  # the effect's place among the changes: its text may be printed below


class Story:
    """Turns events and their changes into lines, in one language."""

    def __init__(self, programs: Programs, lang: str, person: Callable[[str], str] | None = None) -> None:
        self.programs = programs
        self.lang = lang
        self.ru = lang == "ru"
        self.person = person or (lambda name: name)

    # --- helpers

    def say(self, ru: str, en: str) -> str:
        return ru if self.ru else en

    def quoted(self, text: str) -> str:
        """In the quotation marks of the language."""
        return f"«{text}»" if self.ru else f"“{text}”"

    def who(self, name: str | None, pipeline: Pipeline) -> str:
        if not name:
            return self.say("никто", "nobody")
        if name.startswith("@"):
            role = pipeline.roles.get(name[1:])
            return (role.title.in_(self.lang) if role else "") or name[1:]
        return self.person(name)

    def said(self, text: str) -> str:
        """A text as it is, unless it was forgotten."""
        return self.say("(забыто)", "(forgotten)") if is_forgotten(text) else text

    def show(self, program: Program) -> Callable[[str, Any], str]:
        """How this pipeline's values are printed."""
        from voronka.engine.inputs import show_value

        fields = program.pipeline.fields

        def show(name: str, value: Any) -> str:
            if is_forgotten(value):
                return self.said(value)
            if name in fields:
                return str(show_value(fields[name].type, value, self.lang, program.calendar))
            if name == "stage" and value in program.pipeline.stages:
                return self.quoted(self.stage(program, value))
            if name in ("due", "until", "last_contact", "creation", "entry", "closing", "now") and isinstance(
                value, int
            ):
                return self.moment(program, value)
            return str(value)

        return show

    def stage(self, program: Program, name: str) -> str:
        stage = program.pipeline.stages.get(name)
        return (stage.title.in_(self.lang) if stage else "") or name

    def local(self, program: Program, instant: int) -> datetime:
        return program.calendar.local(instant)

    def moment(self, program: Program, instant: int) -> str:
        when = self.local(program, instant)
        return f"{dates.day(when.date(), self.lang)} {dates.clock(when)}"

    def task_title(self, program: Program, task: TaskState) -> str:
        declared = program.tasks_by_path.get(task.path)
        return (declared.task.title.in_(self.lang) if declared else "") or task.name

    def due(self, program: Program, due: int, now: int) -> str:
        return dates.deadline(self.local(program, due), self.local(program, now), self.lang)

    # --- the story

    def lines(self, program: Program, event: Event, changes: Iterable[Change], after: Deal) -> list[Line]:
        """What an accepted event did, in order."""
        teller = _Teller(self, program, event, after)
        if event.kind == "migrate":
            teller.add("⟳", "info", self.say("действует новая версия правил", "new rules are in force"))
        for change in changes:
            teller.tell(change)
        return teller.lines

    def refusal(self, program: Program, event: Event, unmet: Iterable[Unmet]) -> Line:
        """An event that was refused: every reason, with values and places."""
        what = {
            "move": lambda: self.not_let(program, str(event.data["stage"])),
            "lose": lambda: self.say("не закрыть отказом", "cannot be lost"),
            "create": lambda: self.say("сделку не создать", "the deal cannot be created"),
            "done": lambda: self.say("задачу не закрыть", "the task cannot be answered"),
            "reschedule": lambda: self.say("срок не перенести", "the deadline cannot be moved"),
            "set": lambda: self.say("поля не изменить", "the fields cannot be set"),
            "reopen": lambda: self.say("не открыть снова", "cannot be reopened"),
        }.get(event.kind, lambda: self.say("отклонено", "refused"))()
        under = tuple(self.reason(program, u) for u in unmet)
        return Line(event.at, "✗", "bad", what, under=under)

    def not_let(self, program: Program, stage: str) -> str:
        return f"{self.say('не пускает в', 'not let into')} {self.quoted(self.stage(program, stage))}"

    def reason(self, program: Program, unmet: Unmet) -> str:
        """One unmet condition: its sentence with values, place and remedy, tab-separated for the printer."""
        said = explain(unmet, program.pipeline, self.lang, self.show(program))
        return "\t".join((str(said), str(said.loc) if said.loc.line else "", said.help))


class _Teller:
    """Tells one event's changes; keeps the cause and what is already said."""

    def __init__(self, story: Story, program: Program, event: Event, after: Deal) -> None:
        self.s, self.program, self.event, self.after = story, program, event, after
        self.lines: list[Line] = []
        self.loc = ""
        self.now = max(event.at, 0)
        self.place = -1

    def add(self, mark: str, tone: str, text: str, *under: str, loc: str | None = None, effect: int = -1) -> None:
        self.lines.append(Line(self.now, mark, tone, text, self.loc if loc is None else loc, tuple(under), effect))

    def tell(self, change: Change) -> None:
        self.place += 1
        method = getattr(self, f"_{_NAMES.get(change[0], '')}", None)
        if method is not None:
            method(*change[1:])

    def _by(self, path: str, loc: str) -> None:
        self.loc = loc

    def _called(self, pipeline: str, stage: str) -> None:
        title = self.s.quoted(self.s.stage(self.program, stage))
        self.add("●", "stage", self.s.say(f"этап теперь называется {title}", f"the stage is now called {title}"))

    def _set(self, name: str, value: Any) -> None:
        if self.event.kind == "migrate" and value is not None and not self.loc:
            return  # it is where it was, maybe under another name
        field = self.program.pipeline.fields.get(name)
        if field is None or field.formula is not None or (self.event.kind == "create" and not self.loc):
            return
        if field.type.kind == "document" and self.loc:
            return  # its rendering has just been told
        title = field.title.in_(self.s.lang) or name
        shown = self.s.say("очищено", "cleared") if value is None else self.s.show(self.program)(name, value)
        self.add("·", "info", f"{title}: {shown}")

    def _stage(self, name: str, at: int) -> None:
        stage = self.program.pipeline.stages.get(name)
        if stage is None or self.program.pipeline.kind == "record":
            return
        text = self.s.stage(self.program, name)
        if stage.kind == "open" and stage.probability is not None:
            text += f"  {plain(stage.probability * 100)} %"
        mark, tone = {"won": ("★", "good"), "lost": ("■", "bad")}.get(stage.kind, ("●", "stage"))
        self.add(mark, tone, text)

    def _close(self, at: int, reason: str | None) -> None:
        if reason is None or reason not in self.program.pipeline.reasons:
            return
        declared = self.program.pipeline.reasons[reason]
        text = self.s.say("причина", "reason") + f": {declared.title.in_(self.s.lang) or reason}"
        if declared.segment:
            text += self.s.say(", в сегмент ", ", into segment ") + self._segment(declared.segment)
        self.add(" ", "info", text)

    def _segment(self, name: str) -> str:
        titles = {**self.s.programs.definition.segments, **dict(self.program.pipeline.segments)}
        title = titles.get(name)
        return self.s.quoted((title.in_(self.s.lang) if title else "") or name)

    def _reopen(self) -> None:
        self.add("↩", "stage", self.s.say("сделка снова в работе", "the deal is open again"))

    def _owner(self, person: str | None) -> None:
        who = self.s.who(person, self.program.pipeline)
        self.add("·", "info", self.s.say("ответственный", "owner") + f": {who}")

    def _task(self, number: int, data: dict[str, Any]) -> None:
        task = TaskState(**data)
        title = self.s.task_title(self.program, task)
        who = self.s.who(task.assignee, self.program.pipeline)
        word = self.s.say("согласование", "approval") if task.approval else self.s.say("задача", "task")
        if task.due is not None:
            when = self.s.due(self.program, task.due, self.now)
        elif task.status == "waiting":
            when = self.s.say("срок появится вместе с датой", "due once its date is known")
        else:
            when = self.s.say("без срока", "no deadline")
        self.add("+", "task", f"{word} {self.s.quoted(title)} → {who}, {when}")

    def _altered(self, number: int, data: dict[str, Any]) -> None:
        task = self.after.tasks.get(number)
        if task is None:
            return
        title = self.s.task_title(self.program, task)
        if data.get("status") == "done":
            self._done(task, title)
        elif data.get("status") == "cancelled":
            self.add("−", "info", self.s.say(f"задача «{title}» снята", f"task “{title}” cancelled"))
        elif data.get("overdue"):
            self.add("!", "warn", self.s.say(f"просрочена «{title}»", f"“{title}” is overdue"))
        elif "attempts" in data:
            outcome = self._outcome(task, data.get("outcome"))
            due = self.s.due(self.program, data["due"], self.now) if data.get("due") else ""
            again = self.s.say(
                f"снова {due}, попытка {data['attempts'] + 1}", f"again {due}, attempt {data['attempts'] + 1}"
            )
            self.add("↻", "task", f"{self.s.quoted(title)}: {outcome} — {again}")
        elif "due" in data:
            when = self.s.due(self.program, data["due"], self.now) if data["due"] else self.s.say("без даты", "no date")
            self.add("↻", "task", self.s.say(f"срок «{title}» теперь {when}", f"“{title}” is now due {when}"))
        elif "assignee" in data:
            who = self.s.who(data["assignee"], self.program.pipeline)
            self.add("→", "task", f"{self.s.quoted(title)} → {who}")

    def _done(self, task: TaskState, title: str) -> None:
        outcome = self._outcome(task, task.outcome)
        text = self.s.quoted(title) + (f": {outcome}" if outcome else self.s.say(" выполнена", " done"))
        self.add("✓", "done", text, *([task.comment] if task.comment else []), loc="")

    def _outcome(self, task: TaskState, name: str | None) -> str:
        if name is None:
            return ""
        declared = self.program.tasks_by_path.get(task.path)
        outcome = declared.outcomes.get(name) if declared else None
        if outcome is None:
            words = {"approved": ("согласовано", "approved"), "rejected": ("отклонено", "rejected")}
            return self.s.say(*words[name]) if name in words else name
        return outcome.outcome.title.in_(self.s.lang) or name

    def _tick(self, point: str, on: bool) -> None:
        name, _, item = point.partition(".")
        lists = {c.name: dict(c.points) for s in self.program.pipeline.stages.values() for c in s.checklists}
        title = lists.get(name, {}).get(item)
        self.add("☑" if on else "☐", "done", (title.in_(self.s.lang) if title else "") or point, loc="")

    def _pend(self, path: str, data: dict[str, Any] | None) -> None:
        if data is None:
            return
        if data["what"] == "move":
            text = self.s.not_let(self.program, data["name"])
        else:
            text = self.s.say("не закрыть отказом", "cannot be lost as") + " " + self.s.quoted(data["name"])
        unmet = [gates.restore(item) for item in data["unmet"]]
        if data["since"] != self.now:  # all of it has been said when it was blocked first
            left = dates.count(len(unmet), self.s.lang, ("условие", "условия", "условий"), ("condition", "conditions"))
            self.add("✗", "bad", f"{text}: {self.s.say('осталось', 'left')} {left}")
            return
        self.add("✗", "bad", text, *(self.s.reason(self.program, u) for u in unmet))

    def _flag(self, key: str, data: dict[str, Any] | None) -> None:
        if data is None:
            return
        kind = key.partition(":")[0]
        text = {
            "limit": self.s.say("слишком долго на этапе", "too long in this stage"),
            "nobody": self.s.say("некому поручить", "nobody to give it to"),
            "unsent": self.s.say("не отправлено: нет адреса", "not sent: no address") + f" ({data.get('field', '')})",
            "undated": self.s.say("не отложено: длительность неизвестна", "not put off: its length is unknown"),
            "book": self.s.say("ресурс занят", "the resource is taken"),
            "check": self.s.say("значение не принято", "the value is not accepted"),
            "require": self.s.say("теперь нужно на этом этапе", "this stage now requires"),
            "stranded": self.s.say("этапа больше нет: переведите сделку", "its stage is gone: move the deal"),
            "incident": self._incident(key, data),
        }.get(kind, key)
        under = (self.s.reason(self.program, gates.restore(item)) for item in data.get("unmet", ()))
        self.add("!", "warn", text, *under)

    def _incident(self, key: str, data: dict[str, Any]) -> str:
        if key == "incident:rest":
            most = data.get("per_hour", "")
            return self.s.say(
                f"автоматика сделки приостановлена: больше {most} её событий за час",
                f"the deal's automation rests: more than {most} events of it within an hour",
            )
        return str(data.get("text", ""))

    def _effect(self, intent: dict[str, Any]) -> None:
        kind = intent["kind"]
        if kind == "send":
            text = f"{self._channel(intent['channel'])} → {self._address(intent['to'])}"
            if intent.get("attach"):
                text += self.s.say(", вложения: ", ", attached: ") + ", ".join(
                    self._title(name) for name in intent["attach"]
                )
            self.add("✉", "send", text, effect=self.place)
        elif kind in ("notify", "digest"):
            who = self.s.who(intent["to"]["person"], self.program.pipeline)
            text = self.s.say("уведомление", "notice") if kind == "notify" else self.s.say("сводка", "digest")
            self.add("→", "send", f"{text} → {who}", effect=self.place)
        elif kind == "document":
            title = self.program.pipeline.fields[intent["field"]].title.in_(self.s.lang)
            text = f"{self.s.say('документ', 'document')} {self.s.quoted(title)}"
            self.add("▤", "send", text, effect=self.place)
        elif kind == "run":
            self.add("⚙", "send", intent["plugin"])

    def _title(self, name: str) -> str:
        field = self.program.pipeline.fields.get(name)
        return (field.title.in_(self.s.lang) if field else "") or name

    def _channel(self, name: str) -> str:
        return self.s.say("письмо", "email") if name == "email" else name

    def _address(self, to: dict[str, Any]) -> str:
        if "field" in to:
            return self.s.show(self.program)(to["field"], self.after.f.get(to["field"]))
        if "link" in to:
            return self.s.said(str(self.after.cards.get(to["link"], {}).get(to["name"], "")))
        return str(to.get("address", ""))

    def _message(self, data: dict[str, Any]) -> None:
        if data["kind"] == "tunnel":
            pipeline = self.s.programs.definition.pipelines.get(data["pipeline"])
            title = (pipeline.title.in_(self.s.lang) if pipeline else "") or data["pipeline"]
            self.add("⇒", "good", self.s.say("новая сделка в «", "a new deal in “") + title + self.s.say("»", "”"))

    def _note(self, data: dict[str, Any]) -> None:
        if data["kind"] == "pinned":
            pinned = self.s.say(
                "срок закреплён вручную и не сдвинулся", "the deadline is pinned by hand and did not move"
            )
            self.add("·", "info", pinned)
        elif data["kind"] == "off":
            rests = "*" in self.event.off
            self.add(
                "○",
                "info",
                self.s.say(
                    "робот отдыхает со сделкой: ничего не сделано", "the robot rests with its deal: nothing done"
                )
                if rests
                else self.s.say("робот выключен: ничего не сделано", "the robot is off: nothing done"),
            )
        elif data["kind"] == "missed":
            due = self.s.moment(self.program, data["due"])
            self.add(
                "○",
                "info",
                self.s.say(
                    f"робот пропущен (должен был {due}), не навёрстывается",
                    f"the robot was missed (it was due {due}), and does not catch up",
                ),
            )
        elif data["kind"] == "stopped":
            counts = [
                (data["put_off"], self.s.say("отложенное", "put off")),
                (data["sent"], self.s.say("в очереди", "queued")),
            ]
            listed = ", ".join(f"{what} {n}" for n, what in counts if n)
            self.add("○", "info", self.s.say("робот выключен, остановлено: ", "the robot is off, stopped: ") + listed)
        elif data["kind"] == "forgotten":
            self.add("⌫", "info", self.s.say("личные данные забыты", "personal data was forgotten"))
        elif data["kind"] == "loss" and data.get("comment"):
            self.add(" ", "info", self.s.said(data["comment"]))
        elif data["kind"] in ("note", "contact") and data.get("text"):
            self.add("✎", "info", self.s.said(data["text"]))
        elif data["kind"] == "contact":
            self.add("✎", "info", self.s.say("был разговор", "there was a conversation"))
        elif data["kind"] == "file":
            self.add("▤", "info", self.s.say("приложен файл", "a file was attached") + f": {data.get('name', '')}")


_NAMES = {
    "by": "by",
    "set": "set",
    "stage": "stage",
    "called": "called",
    "close": "close",
    "reopen": "reopen",
    "owner": "owner",
    "task": "task",
    "task=": "altered",
    "tick": "tick",
    "pend": "pend",
    "flag": "flag",
    "effect": "effect",
    "message": "message",
    "note": "note",
}
