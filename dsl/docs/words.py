"""Moments, deadlines, people and actions in words, in English and Russian."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from voronka.dsl.definition.actions import (
    Action,
    AddTask,
    After,
    CancelTask,
    HandOver,
    If,
    Lose,
    Move,
    Notify,
    Render,
    Run,
    Send,
    SetField,
    Task,
    Tunnel,
    Wait,
)
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.model import Definition, Pipeline
from voronka.dsl.definition.moments import DueRule, Happening, Moment, Trigger, Who, WhoRule
from voronka.dsl.definition.types import Title
from voronka.dsl.definition.values import Duration, plain

# one, few, many as Russian counts them; the fourth is "one" in the accusative where it differs ("через 1 минуту")
_UNITS: dict[str, tuple[tuple[str, str], tuple[str, str, str, str]]] = {
    "min": (("minute", "minutes"), ("минута", "минуты", "минут", "минуту")),
    "hour": (("hour", "hours"), ("час", "часа", "часов", "час")),
    "day": (("day", "days"), ("день", "дня", "дней", "день")),
    "week": (("week", "weeks"), ("неделя", "недели", "недель", "неделю")),
    "month": (("month", "months"), ("месяц", "месяца", "месяцев", "месяц")),
    "year": (("year", "years"), ("год", "года", "лет", "год")),
    "workday": (("workday", "workdays"), ("рабочий день", "рабочих дня", "рабочих дней", "рабочий день")),
    "workhour": (("working hour", "working hours"), ("рабочий час", "рабочих часа", "рабочих часов", "рабочий час")),
}
_DAYS = {
    "monday": "понедельник",
    "tuesday": "вторник",
    "wednesday": "среду",
    "thursday": "четверг",
    "friday": "пятницу",
    "saturday": "субботу",
    "sunday": "воскресенье",
}
# kind of happening: after it (English, Russian genitive), as it happens (English, Russian)
_HAPPENINGS: dict[str, tuple[str, str, str, str]] = {
    "entry": ("entry", "входа на этап", "on entry", "при входе на этап"),
    "exit": ("exit", "ухода с этапа", "on exit", "при уходе с этапа"),
    "creation": ("creation", "создания", "on creation", "при создании"),
    "closing": ("closing", "закрытия", "on closing", "при закрытии"),
    "overdue": ("it is overdue", "просрочки", "when overdue", "при просрочке"),
    "done": ("it is done", "выполнения", "when done", "после выполнения"),
    "away": (
        "the owner is away",
        "ухода ответственного в отпуск",
        "when the owner is away",
        "когда ответственного нет",
    ),
    "dismissed": ("the owner left", "увольнения ответственного", "when the owner leaves", "когда ответственный уволен"),
    "approved": ("it is approved", "согласования", "when approved", "когда согласовано"),
    "rejected": ("it is rejected", "отказа в согласовании", "when rejected", "когда не согласовано"),
    "request": ("the request", "запроса", "on request", "при запросе"),
}


def plural(n: Decimal, forms: tuple[str, str, str]) -> str:
    """The Russian form for a number (Unicode CLDR rules); a fraction takes the second."""
    if n != n.to_integral_value():
        return forms[1]
    last, two = int(n) % 10, int(n) % 100
    if last == 1 and two != 11:
        return forms[0]
    return forms[1] if last in (2, 3, 4) and two not in (12, 13, 14) else forms[2]


_ONE_GENITIVE = {
    "min": "минуты",
    "hour": "часа",
    "day": "дня",
    "week": "недели",
    "month": "месяца",
    "year": "года",
    "workday": "рабочего дня",
    "workhour": "рабочего часа",
}


def duration(length: Duration, lang: str, *, accusative: bool = False, genitive: bool = False) -> str:
    """``2 рабочих дня``, ``30 minutes``; ``accusative`` as after «через» and «за», ``genitive`` as after «больше»."""
    (one, many), (ru_one, few, ru_many, ru_accusative) = _UNITS[length.unit]
    if lang == "ru":
        forms = (ru_accusative if accusative else ru_one, few, ru_many)
        if genitive:
            ru_one = _ONE_GENITIVE[length.unit]
            forms = (ru_one, ru_many if length.n == length.n.to_integral_value() else ru_one, ru_many)
        return f"{number(length.n, lang)} {plural(length.n, forms)}"
    return f"{plain(length.n)} {one if length.n == 1 else many}"


def number(value: Decimal | int, lang: str) -> str:
    """``1 234 567,5`` in Russian (unbreakable spaces, from five digits on), ``1,234,567.5`` in English."""
    whole, _, part = plain(Decimal(value)).partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}" if len(digits) > 4 or lang != "ru" else digits
    if lang == "ru":
        return sign + grouped.replace(",", "\u00a0") + (f",{part}" if part else "")
    return sign + grouped + (f".{part}" if part else "")


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of one pipeline in one language."""

    definition: Definition
    pipeline: Pipeline
    lang: str

    def say(self, en: str, ru: str) -> str:
        return ru if self.lang == "ru" else en

    def quoted(self, text: str) -> str:
        return f"«{text}»" if self.lang == "ru" else f"“{text}”"

    def title(self, title: Title, name: str) -> str:
        return title.in_(self.lang) or name

    # --- names

    def field(self, name: str) -> str:
        found = self.pipeline.fields.get(name)
        return self.title(found.title, name) if found else name

    def stage(self, name: str) -> str:
        found = self.pipeline.stages.get(name)
        return self.title(found.title, name) if found else name

    def task(self, name: str) -> str:
        found = next((task for task in self.pipeline.every_task() if task.name == name), None)
        return self.title(found.title, name) if found else name

    def reason(self, name: str) -> str:
        found = self.pipeline.reasons.get(name)
        return self.title(found.title, name) if found else name

    def event(self, name: str) -> str:
        found = self.pipeline.events.get(name)
        return self.title(found.title, name) if found else name

    def other(self, pipeline: str) -> str:
        found = self.definition.pipelines.get(pipeline)
        return self.title(found.title, pipeline) if found else pipeline

    # --- who

    def who(self, who: Who) -> str:
        if who.kind in ("role", "person"):
            known = self.pipeline.roles if who.kind == "role" else self.definition.people
            found = known.get(who.name)
            name = self.title(found.title, who.name) if found else who.name
        elif who.kind == "path":
            name = self.expr(who.expr)
        else:
            name = {
                "owner": self.say("owner", "ответственный"),
                "supervisor": self.say("supervisor", "руководитель"),
                "deputy": self.say("deputy", "заместитель"),
                "assignee": self.say("assignee", "исполнитель"),
            }.get(who.kind, who.kind)
        turn = {"round robin": ("in turn", "по очереди"), "least busy": ("the least busy", "наименее занятый")}
        return f"{name} ({self.say(*turn[who.strategy])})" if who.strategy in turn else name

    def rules(self, rules: tuple[WhoRule, ...]) -> str:
        return " / ".join(dict.fromkeys(self.who(rule.who) + self.when(rule.when) for rule in rules))

    # --- expressions

    def expr(self, expr: Expr | None) -> str:
        """A field by its title, a length of time in words, anything else as written."""
        if expr is None:
            return ""
        if expr.op == "field":
            return self.quoted(self.field(str(expr.value)))
        if isinstance(expr.value, Duration):
            return duration(expr.value, self.lang)
        if expr.op == "const" and isinstance(expr.value, str) and (option := expr.type.option(expr.value)):
            return self.quoted(self.title(option.title, option.name))
        return " ".join(expr.text.split()) or str(expr.value or expr.op)

    def when(self, condition: Expr | None) -> str:
        """`` [if amount > 0 RUB]``, or nothing."""
        return f" [{self.say('if', 'если')} {self.expr(condition)}]" if condition is not None else ""

    # --- moments

    def moment(self, moment: Moment) -> str:
        """``30 minutes after entry``, ``за 1 день до «Встреча», в 12:00``."""
        if moment.offset is None:
            text = self.happening(moment.base)
        else:
            base = self._counted(moment.base)
            length = moment.offset.value
            if isinstance(length, Duration):
                span = duration(length, self.lang, accusative=True)
            else:
                span = self.expr(moment.offset)
            if moment.sign > 0 and moment.base.expr is not None and moment.base.expr.op == "now":
                text = self.say(f"in {span}", f"через {span}")
            elif moment.sign > 0:
                text = self.say(f"{span} after {base}", f"через {span} после {base}")
            else:
                text = self.say(f"{span} before {base}", f"за {span} до {base}")
        return text + self._at(moment.times)

    def happening(self, happening: Happening) -> str:
        """As it happens: ``on event “Payment”``, ``при входе на этап``."""
        if happening.kind in _HAPPENINGS:
            return self.say(*_HAPPENINGS[happening.kind][2:])
        if happening.kind == "instant":
            return self.say(f"on {self._counted(happening)}", f"в момент {self._counted(happening)}")
        if happening.kind == "task":
            return self.say(f"when {self._counted(happening)}", f"по итогу {self._counted(happening)}")
        if happening.kind == "event":
            return self.say(f"on {self._counted(happening)}", f"по событию {self.quoted(self.event(happening.name))}")
        return self.say(f"on {self._counted(happening)}", f"при {self._fields(happening, 'изменении')}")

    def _counted(self, happening: Happening) -> str:
        """As time is counted from it; in Russian the genitive."""
        if happening.kind in _HAPPENINGS:
            return self.say(*_HAPPENINGS[happening.kind][:2])
        if happening.kind == "instant":
            return self.expr(happening.expr)
        if happening.kind == "event":
            name = self.quoted(self.event(happening.name))
            return self.say(f"event {name}", f"события {name}")
        if happening.kind == "task":
            return self._outcome(happening)
        return self.say(self._fields(happening, "change of"), self._fields(happening, "изменения"))

    def _fields(self, happening: Happening, word: str) -> str:
        return f"{word} " + ", ".join(self.quoted(self.field(name)) for name in happening.fields)

    def _outcome(self, happening: Happening) -> str:
        task = next((one for one in self.pipeline.every_task() if one.name == happening.name), None)
        name = self.quoted(self.task(happening.name))
        outcome = task.outcome(happening.outcome) if task else None
        if outcome is None:
            return self.say(f"task {name} is done", f"задачи {name}")
        result = self.title(outcome.title, outcome.name)
        return self.say(f"task {name} is done: {result}", f"задачи {name}: {result}")

    def _at(self, times: tuple[str, ...]) -> str:
        joined = self.say(" and ", " и ").join(times)
        return self.say(f", at {joined}", f", в {joined}") if times else ""

    def due(self, rules: tuple[DueRule, ...]) -> str:
        return " / ".join(self.moment(rule.moment) + self.when(rule.when) for rule in rules)

    def trigger(self, trigger: Trigger) -> str:
        if trigger.moment is not None:
            text = self.moment(trigger.moment)
        elif trigger.happening is not None:
            text = self.happening(trigger.happening) + self._at(trigger.times)
        elif trigger.kind == "every":
            text = self._every(trigger) + self._at(trigger.times)
        else:
            text = self.say(f"on schedule {trigger.cron}", f"по расписанию {trigger.cron}")
        if trigger.at_most:
            times = plural(Decimal(trigger.at_most), ("раза", "раз", "раз"))
            text += self.say(f", at most {trigger.at_most} ×", f", не больше {trigger.at_most} {times}")
        if trigger.unless_missed:
            text += self.say(", unless missed", ", пропущенное не навёрстывается")
        return text + self.when(trigger.when)

    def _every(self, trigger: Trigger) -> str:
        if trigger.unit in _UNITS:
            length = duration(Duration(Decimal(trigger.n), trigger.unit), self.lang, accusative=True)
            if trigger.n != 1:
                return self.say(f"every {length}", f"раз в {length}")
            return self.say(f"every {_UNITS[trigger.unit][0][0]}", f"раз в {_UNITS[trigger.unit][1][3]}")
        day = trigger.unit.lower()
        return self.say(f"every {day.capitalize()}", f"каждый раз в {_DAYS.get(day, day)}")

    # --- actions

    def actions(self, actions: tuple[Action, ...]) -> str:
        """What happens, in file order: ``notify supervisor; move to “Paid”``."""
        return "; ".join(self.action(action) for action in actions)

    def action(self, action: Action) -> str:
        text = self._plain(action)
        return text if isinstance(action, (AddTask, If, Wait, After)) else text + self.when(action.when)

    def _plain(self, action: Action) -> str:
        match action:
            case AddTask():
                return self.planned(action.task)
            case Send():
                mail = action.channel in ("mail", "email")
                what = self.say("mail", "письмо") if mail else action.channel
                return f"{what} → {self.expr(action.to)}"
            case Notify():
                return self.say(f"notify: {self.who(action.who)}", f"уведомить: {self.who(action.who)}")
            case SetField():
                field = self.quoted(self.field(action.field))
                if action.expr is None:
                    return self.say(f"clear {field}", f"очистить {field}")
                return f"{field} = {self.expr(action.expr)}"
            case HandOver():
                what = self.say("tasks", "задачи") if action.tasks_only else self.say("the deal", "сделку")
                return self.say(f"hand {what} over: ", f"передать {what}: ") + self.who(action.who)
            case Render():
                return self.say("fill ", "заполнить ") + self.quoted(self.field(action.field))
            case Run():
                return self.say(f"run {action.plugin}", f"запустить {action.plugin}")
            case Move():
                return f"→ {self.quoted(self.stage(action.stage))}"
            case Lose():
                return f"✗ {self.quoted(self.reason(action.reason))}"
            case Tunnel():
                return self.say("tunnel", "туннель") + f" ⇒ {self.quoted(self.other(action.pipeline))}"
            case CancelTask():
                return self.say("cancel ", "отменить ") + self.quoted(self.task(action.task))
            case If():
                text = f"{self.say('if', 'если')} {self.expr(action.when)}: {self.actions(action.then)}"
                return text + self._else(action.otherwise)
            case Wait():
                waited = self.event(action.event) if action.event else self.task(action.task)
                for_ = self.say("wait for ", "ждать ") + self.quoted(waited)
                text = f"{for_} ({self.expr(action.length)})" + (
                    f": {self.actions(action.then)}" if action.then else ""
                )
                return text + self._else(action.otherwise)
            case After():
                length = action.length.value
                span = (
                    duration(length, self.lang, accusative=True)
                    if isinstance(length, Duration)
                    else self.expr(action.length)
                )
                return self.say(f"in {span}: ", f"через {span}: ") + self.actions(action.actions)

    def _else(self, actions: tuple[Action, ...]) -> str:
        return f", {self.say('else', 'иначе')}: {self.actions(actions)}" if actions else ""

    def planned(self, task: Task) -> str:
        """A task that a robot plans, in one phrase."""
        name = self.quoted(self.title(task.title, task.name))
        who, due = self.rules(task.assign), self.due(task.due)
        return f"{self.say('task', 'задача')} {name}" + (f" → {who}" if who else "") + (f", {due}" if due else "")
