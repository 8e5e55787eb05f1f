"""A plan in words: what a person who runs sales reads before saying yes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voronka.dsl.definition.model import Definition, Field, Pipeline
from voronka.engine.inputs import show_value
from voronka.engine.plan.compare import ADDED, CHANGED, MERGED, REMOVED, RENAMED, RETIRED, Difference, of_pipeline
from voronka.engine.plan.consequences import Case, Example
from voronka.engine.plan.plan import Plan
from voronka.engine.program.build import Program, Programs
from voronka.engine.program.lineage import declared, sentences
from voronka.engine.words import dates

DEALS = ("сделка", "сделки", "сделок"), ("deal", "deals")
MARKS = {ADDED: "+", REMOVED: "−", RETIRED: "−", RENAMED: "→", MERGED: "→", CHANGED: "~"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plan. ``tone``: head, add, gone, change, bad, info; ``under`` are lines of detail."""

    tone: str
    mark: str
    text: str
    right: str = ""
    under: tuple[str, ...] = ()


_KIND = {
    "pipeline": ("воронка", "pipeline"),
    "stage": ("этап", "stage"),
    "field": ("поле", "field"),
    "reason": ("причина", "reason"),
    "event": ("событие", "event"),
    "role": ("роль", "role"),
    "task": ("задача", "task"),
    "approval": ("согласование", "approval"),
    "robot": ("робот", "robot"),
    "checklist": ("список", "checklist"),
    "calendar": ("календарь", "calendar"),
    "person": ("сотрудник", "person"),
    "resource": ("ресурс", "resource"),
    "template": ("шаблон", "template"),
}
_PART = {
    "title": ("название", "title"),
    "requires": ("обязательные поля", "required fields"),
    "enter": ("условия входа", "entry gates"),
    "leave": ("условия выхода", "leave gates"),
    "limit": ("предел времени", "time limit"),
    "entry": ("действия при входе", "entry actions"),
    "standing": ("правила переходов", "standing rules"),
    "tasks": ("задачи", "tasks"),
    "robots": ("роботы", "robots"),
    "order": ("порядок этапов", "order of stages"),
    "owner": ("кто ведёт", "ownership"),
    "uniques": ("уникальность", "uniqueness"),
    "checks": ("проверки", "checks"),
    "reds": ("красные метки", "red badges"),
    "priority": ("приоритет", "priority"),
    "segments": ("сегменты", "segments"),
    "timezone": ("часовой пояс", "time zone"),
    "calendar": ("календарь", "calendar"),
    "currency": ("валюта", "currency"),
    "probability": ("вероятность", "probability"),
    "when": ("условие", "condition"),
    "type": ("тип", "type"),
    "kind": ("вид", "kind"),
    "means": ("смысл", "meaning"),
    "guide": ("памятка", "guide"),
    "retiring": ("закрывается", "retiring"),
    "default": ("значение по умолчанию", "default"),
    "formula": ("формула", "formula"),
    "assign": ("кому", "assignee"),
    "due": ("срок", "deadline"),
    "outcomes": ("итоги", "outcomes"),
    "hooks": ("что следует", "hooks"),
    "reschedule": ("перенос", "rescheduling"),
    "triggers": ("когда", "triggers"),
    "actions": ("действия", "actions"),
    "covers": ("что согласуется", "covered fields"),
    "days": ("рабочие дни", "working days"),
    "hours": ("часы работы", "hours"),
    "off": ("выходные", "days off"),
    "working": ("рабочие дни", "working days"),
    "based_on": ("страна", "country"),
    "reports_to": ("руководитель", "supervisor"),
    "deputy": ("заместитель", "deputy"),
    "role": ("роль", "role"),
    "team": ("команда", "team"),
    "payload": ("данные", "payload"),
    "by": ("как находит сделку", "routing"),
    "returns": ("возврат", "returns"),
    "comment_required": ("комментарий", "comment"),
    "segment": ("сегмент", "segment"),
    "from_": ("этапы", "stages"),
    "points": ("пункты", "points"),
}
_WHAT = {
    ADDED: ("добавлено", "added"),
    REMOVED: ("удалено", "gone"),
    RETIRED: ("отменено в файле", "retired in the file"),
}
# kind of case -> (Russian, English); {name} {other} are titles
_CASE = {
    "pipeline-gone": (
        "воронки «{name}» больше нет, а сделки в ней есть",
        "pipeline “{name}” is gone, and deals are in it",
    ),
    "stage-gone": ("этапа «{name}» больше нет, а сделки на нём стоят", "stage “{name}” is gone, and deals stand in it"),
    "field-gone": ("поля «{name}» больше нет: значения пропадут", "field “{name}” is gone: its values will be lost"),
    "value-lost": (
        "значения поля «{name}» не подходят и пропадут",
        "values of “{name}” no longer fit and will be lost",
    ),
    "reason-gone": (
        "причины «{name}» больше нет, а сделки ею закрыты",
        "reason “{name}” is gone, and deals were lost by it",
    ),
    "undecidable": (
        "новые правила не удаётся применить (этап «{name}»)",
        "the new rules cannot be applied (stage “{name}”)",
    ),
    "pipeline-renamed": ("переходят в воронку «{other}»", "go on in pipeline “{other}”"),
    "stage-renamed": ("остаются на этапе «{name}», он теперь «{other}»", "stay in “{name}”, which is now “{other}”"),
    "stage-merged": ("этап «{name}» вливается в «{other}»", "stage “{name}” merges into “{other}”"),
    "stage-retired": ("этап «{name}» отменён: переходят на «{other}»", "stage “{name}” is retired: go to “{other}”"),
    "back": ("снова на этапе «{name}»", "find their stage “{name}” again"),
    "field-retired": (
        "поле «{name}» отменено, значения убираются",
        "field “{name}” is retired, its values are dropped",
    ),
    "value-converted": ("значения поля «{name}» меняют вид", "values of “{name}” change their form"),
    "field-personal": (
        "поле «{name}» станет личным: прежние значения остаются в журнале открыто",
        "“{name}” becomes personal: what the log says of it so far stays open",
    ),
    "reason-merged": ("причина «{name}» теперь «{other}»", "reason “{name}” is now “{other}”"),
    "require": ("станут красными: не заполнено «{name}»", "turn red: “{name}” is missing"),
    "limit": ("станут красными: слишком долго на этапе «{name}»", "turn red: too long in “{name}”"),
    "task-created": ("новая задача «{name}»", "a new task “{name}”"),
    "task-cancelled": ("задача «{name}» снимается", "task “{name}” is cancelled"),
    "task-moved": ("другой срок у задачи «{name}»", "another deadline of “{name}”"),
    "task-pinned": ("срок «{name}» закреплён вручную и остаётся", "“{name}” is pinned by hand and stays"),
    "timer-created": ("робот {name} возьмётся за них", "robot {name} takes them up"),
    "timer-cancelled": ("робот {name} их больше не ждёт", "robot {name} no longer waits for them"),
    "timer-moved": ("робот {name} сработает в другое время", "robot {name} fires at another time"),
    "robot-passed": (
        "срок робота {name} уже прошёл: для них не сработает",
        "the moment of robot {name} has passed: it lets them be",
    ),
    "moves": ("сразу перейдут: «{name}» → «{other}»", "move at once: “{name}” → “{other}”"),
    "closes": ("закроются", "are closed"),
    "sends": ("сразу уйдут сообщения: {name}", "messages go out at once: {name}"),
    "tunnels": ("сразу появятся сделки в «{name}»", "deals in “{name}” are made at once"),
    "person-gone": (
        "{name} больше не в файлах, но ведёт сделки или задачи",
        "{name} is in the files no more, but has deals or tasks",
    ),
    "limit-created": ("у этапа теперь есть предел времени", "the stage has a time limit now"),
    "limit-cancelled": ("предел времени на этапе их больше не ждёт", "the time limit of the stage waits no more"),
    "limit-moved": ("предел времени на этапе сдвигается", "the time limit of the stage moves"),
    "robot-now": (
        "новый робот {name} действует и на тех, кто уже здесь",
        "the new robot {name} sees those already there",
    ),
    "entry-later": ("{name} — только со следующего входа на этап", "{name} — only from the next entry on"),
}
_REMEDY = {
    "stage-gone": (
        "допишите `was {raw}` этапу, который его продолжает, или `retire stage {raw} {{ move to … }}`",
        "write `was {raw}` at the stage that continues it, or `retire stage {raw} {{ move to … }}`",
    ),
    "pipeline-gone": (
        "допишите `was {raw}` воронке, которая её продолжает",
        "write `was {raw}` at the pipeline that continues it",
    ),
    "field-gone": (
        "допишите `was {raw}` полю, которое его продолжает, или `retire field {raw}`",
        "write `was {raw}` at the field that continues it, or `retire field {raw}`",
    ),
    "reason-gone": ("допишите `retire reason {raw} as …`", "write `retire reason {raw} as …`"),
    "value-lost": (
        "верните прежний тип или допишите `was` вариантам",
        "keep the former type, or write `was` at the options",
    ),
}


class PlanWords:
    """Words for one plan, in one language. ``how``: the command that carries it out."""

    def __init__(self, plan: Plan, lang: str, how: str = "") -> None:
        self.plan = plan
        self.how = how or f"voronka apply --plan {plan.hash}"
        self.lang = lang
        self.ru = lang == "ru"
        way = plan.way
        self.old: Programs | None = way.old if way is not None else None
        self.new: Programs | None = way.new if way is not None else None

    def say(self, pair: tuple[str, str]) -> str:
        return pair[0] if self.ru else pair[1]

    def count(self, n: int) -> str:
        return dates.count(n, self.lang, *DEALS)

    # --- titles

    def title(self, kind: str, pipeline: str, name: str) -> str:
        """How something is called: by its title, of the new definition or else of the old."""
        for programs in (self.new, self.old):
            if programs is not None and (found := self._title(programs.definition, kind, pipeline, name)):
                return found
        return name

    def _title(self, definition: Definition, kind: str, pipeline: str, name: str) -> str:
        if kind == "person":
            person = definition.people.get(name)
            return person.title.in_(self.lang) if person is not None else ""
        if kind == "pipeline":
            found = definition.pipelines.get(name)
            return found.title.in_(self.lang) if found is not None else ""
        home = self._home_of(definition, pipeline)
        node = declared(home).get(kind, {}).get(name) if home is not None else None
        title = getattr(node, "title", None)
        return title.in_(self.lang) if title else ""

    def _home_of(self, definition: Definition, pipeline: str) -> Pipeline | None:
        """A pipeline by its new name, in the new version or the old."""
        of_old = self.old is not None and definition is self.old.definition
        return definition.pipelines.get(self._old_name(pipeline) if of_old else pipeline)

    def _old_name(self, pipeline: str) -> str:
        way = self.plan.way
        for name in self.old.definition.pipelines if self.old is not None else ():
            assert way is not None
            lines = way.way(name)
            if lines.new is not None and lines.new.name == pipeline:
                return name
        return pipeline

    def robot(self, pipeline: str, path: str) -> str:
        """A robot or sentence by its path: its title or what it does, and where it stands."""
        for programs in (self.new, self.old):
            home = self._home_of(programs.definition, pipeline) if programs is not None else None
            found = sentences(home).get(path) if home is not None else None
            if found is None:
                continue
            node, where = found.node, f"({found.node.loc})"
            if title := getattr(node, "title", None):
                return f"{self.quoted(title.in_(self.lang))} {where}"
            for kind, name in (("stage", getattr(node, "stage", "")), ("reason", getattr(node, "reason", ""))):
                if name:
                    return f"→ {self.quoted(self.title(kind, pipeline, name))} {where}"
            return f"{path} {where}"
        return path

    # --- the plan

    def lines(self, detail: bool = False) -> list[Line]:
        """The whole plan: what differs, what that does, what is dangerous."""
        plan = self.plan
        if plan.empty:
            return [
                Line(
                    "info",
                    "",
                    self.say(("Менять нечего: действуют эти самые файлы.", "Nothing to do: these files are in force.")),
                )
            ]
        if plan.way is None:
            return [
                Line(
                    "info",
                    "+",
                    self.say(("Первое определение: сделок ещё нет.", "The first definition: there are no deals yet.")),
                )
            ]
        found: list[Line] = []
        homes = list(dict.fromkeys([d.pipeline for d in plan.differences] + [c.pipeline for c in plan.cases]))
        for home in [home for home in homes if home] + ([""] if "" in homes else []):
            found += self._home(home, detail)
        if plan.unsafe:
            found += self._dangers(detail)
        return [*found, *self._end()]

    def _home(self, home: str, detail: bool) -> list[Line]:
        differences = of_pipeline(self.plan.differences, home)
        cases = [case for case in self.plan.cases if case.pipeline == home and not case.unsafe]
        if not differences and not cases:
            return []
        if home:
            head = f"{self.say(('Воронка', 'Pipeline'))} {self.quoted(self.title('pipeline', '', home))}"
        else:
            head = self.say(("Общее", "Shared"))
        found = [Line("head", "", head)]
        found += [self.difference(one) for one in differences]
        if cases:
            found.append(Line("head", "", "  " + self.say(("что будет со сделками", "what becomes of the deals"))))
            found += [self.case(case, detail) for case in cases]
        return found

    def quoted(self, text: str) -> str:
        return f"«{text}»" if self.ru else f"“{text}”"

    def difference(self, one: Difference) -> Line:
        """One difference of the texts."""
        kind = self.say(_KIND[one.kind])
        title = one.title.in_(self.lang) or one.name
        text = f"{kind} {self.quoted(title)}"
        if one.what in (RENAMED, MERGED):
            text += f"  {one.before} → {one.name}"
        elif one.what in _WHAT:
            gender = self.say(_WHAT[one.what])
            text += f" — {gender}"
        parts = ", ".join(dict.fromkeys(self.say(_PART.get(part, (part, part))) for part in one.parts))
        if parts:
            text += f": {parts}" if one.what == CHANGED else f"; {parts}"
        tone = {ADDED: "add", REMOVED: "gone", RETIRED: "gone"}.get(one.what, "change")
        return Line(tone, MARKS[one.what], text)

    def case(self, case: Case, detail: bool = False) -> Line:
        """One consequence, with how many deals and some of them."""
        kind = case.kind.replace("timer-", "limit-") if case.name == "v:limit" else case.kind
        text = self.say(_CASE[kind]).format(name=self._name(case), other=self._other(case))
        shown = case.examples if detail else case.examples[:2]
        values = [example for example in shown if example.before is not None or example.after is not None]
        under = tuple(self.example(case, example) for example in values)
        number = len(case.deals) or case.count
        right = self.count(number)
        if not values and case.examples:
            listed = ", ".join(str(example.deal) for example in case.examples)
            right += f": {listed}{', …' if number > len(case.examples) else ''}"
        return Line("bad" if case.unsafe else "info", "✗" if case.unsafe else "·", text, right, under)

    def example(self, case: Case, example: Example) -> str:
        """``сделка 17: до 12:00 → до 13:00``."""
        program = self._program(case.pipeline)
        which = f"{self.say(('сделка', 'deal'))} {example.deal}"
        moments = case.kind.startswith(("task-", "timer-", "robot-"))
        sides = [
            self._shown(case, program, example.before, moments, before=True),
            self._shown(case, program, example.after, moments, before=False),
        ]
        if example.before is None and not moments:
            return f"{which}: {sides[1]}"
        if case.kind in ("task-created", "timer-created"):
            return f"{which}: {sides[1]}"
        if example.after is None and case.kind not in ("task-moved", "task-pinned"):
            return f"{which}: {sides[0]}"
        day, _, time = sides[1].rpartition(" ")
        if moments and day and sides[0].startswith(f"{day} "):
            return f"{which}: {sides[0]} → {time}"
        return f"{which}: {sides[0]} → {sides[1]}"

    def _shown(self, case: Case, program: Program | None, value: object, moment: bool, before: bool) -> str:
        if value is None:
            return self.say(("без даты", "no date"))
        if moment and isinstance(value, int) and program is not None:
            when = program.calendar.local(value)
            return f"{dates.within(when.date(), self.lang)} {dates.clock(when)}"
        field = self._field(case, before)
        if field is None or field.type.kind == "none":
            return str(value)
        return show_value(field.type, value, self.lang, program.calendar if program is not None else None)

    def _field(self, case: Case, before: bool) -> Field | None:
        """The field that a case is about, of the old version or the new."""
        way = self.plan.way
        assert way is not None
        if not before:
            home = way.new.definition.pipelines.get(case.pipeline)
            return home.fields.get(case.name) if home is not None else None
        lines = way.way(self._old_name(case.pipeline))
        olds = [old for old in lines.old.fields if lines.name("field", old) == case.name]
        return lines.old.fields.get(olds[0] if olds else case.name)

    def _program(self, pipeline: str) -> Program | None:
        for programs in (self.new, self.old):
            if programs is not None and pipeline in programs.definition.pipelines:
                return programs.program(pipeline)
        return None

    def _name(self, case: Case) -> str:
        kinds = {
            "pipeline-gone": "pipeline",
            "pipeline-renamed": "pipeline",
            "tunnels": "pipeline",
            "person-gone": "person",
        }
        word = case.kind.partition("-")[0]
        if case.kind in kinds:
            return self.title(kinds[case.kind], "", case.name)
        if word in ("timer", "robot", "entry"):
            return self.robot(case.pipeline, case.name)
        kind = {
            "stage": "stage", "back": "stage", "limit": "stage", "moves": "stage", "undecidable": "stage",
            "field": "field", "value": "field", "require": "field", "reason": "reason", "task": "task",
        }.get(word, "")  # fmt: skip
        return self.title(kind, case.pipeline, case.name) if kind else case.name

    def _other(self, case: Case) -> str:
        kind = {"pipeline-renamed": "pipeline", "reason-merged": "reason"}.get(case.kind, "stage")
        return self.title(kind, case.pipeline, case.other) if case.other else ""

    def _dangers(self, detail: bool) -> list[Line]:
        head = self.say(
            ("Опасно: сделки останутся без места или потеряют данные", "Unsafe: deals are stranded or data is lost")
        )
        found = [Line("bad", "", head)]
        for case in self.plan.unsafe:
            line = self.case(case, detail)
            remedy = _REMEDY.get(case.kind)
            under = line.under + ((self.say(remedy).format(raw=case.name),) if remedy else ())
            found.append(Line(line.tone, line.mark, line.text, line.right, under))
        return found

    def _end(self) -> list[Line]:
        plan = self.plan
        touched = self.say((f"Затронуто: {self.count(plan.affected)}", f"Affected: {self.count(plan.affected)}"))
        touched += self.say((f" из {plan.looked}.", f" of {plan.looked}.")) if plan.looked else "."
        if plan.outbox:
            touched += self.say(
                (
                    f" Письма и уведомления в очереди ({plan.outbox}) не меняются.",
                    f" What waits to go out ({plan.outbox}) stays as it is.",
                )
            )
        how = self.say((f"Применить: {self.how}", f"To apply: {self.how}"))
        return [Line("info", "", touched), Line("info", "", how)]


def dangers(cases: Iterable[Case], plan: Plan, lang: str) -> str:
    """Unsafe consequences in one sentence, for logs and refusals."""
    words = PlanWords(plan, lang)
    return "; ".join(f"{line.text} ({line.right})" for line in map(words.case, cases))


def text(lines: Sequence[Line], width: int = 108) -> str:
    """Lines as plain text, counts at the right margin."""
    shown: list[str] = []
    for line in lines:
        if line.tone == "head" or not line.mark:
            gap = [""] if shown and not line.text.startswith(" ") and line.tone in ("head", "bad") else []
            shown += [*gap, line.text]
        else:
            left = f"  {line.mark} {line.text}"
            shown.append(
                f"{left}{' ' * max(2, width - len(left) - len(line.right))}{line.right}" if line.right else left
            )
        shown += [f"      {part}" for part in line.under]
    return "\n".join(shown)
