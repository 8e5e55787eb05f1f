"""What `conform` found, for people and for programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from voronka.cli.app import App
from voronka.cli.tables import Row, bold, dim, red, table
from voronka.dsl.definition.expr import NOWHERE
from voronka.engine.deal.protocol import Unmet
from voronka.engine.discover.conformity import BESIDE, Conformity, Deviation
from voronka.engine.discover.lived import Lived, Refusal
from voronka.engine.discover.log import EventLog
from voronka.engine.discover.matching import REASON, Target, declared, nearest
from voronka.engine.discover.names import share
from voronka.engine.inputs import show_value
from voronka.engine.program.build import Program
from voronka.engine.templates.words import NBSP, number
from voronka.engine.words.dates import count
from voronka.engine.words.unmet import explain

ROWS = 15
_PERSONAL = re.compile(r"\S+@\S+\.\w+|\+?[\d ()\-]*\d{3}[\d ()\-]{7,}")


@dataclass(frozen=True, slots=True)
class Compared:
    """A log beside a pipeline. ``lived`` is None where only the graph was looked at; ``own``: the store's own log."""

    log: EventLog
    program: Program
    targets: Mapping[int, Target | None]
    columns: Mapping[str, str]
    graph: Conformity
    lived: Lived | None
    own: bool

    @property
    def leaves(self) -> bool:
        return bool(self.graph.deviations or (self.lived and self.lived.refusals))


class _Words:
    def __init__(self, app: App, one: Compared) -> None:
        self.app, self.one, self.ru = app, one, app.lang == "ru"
        self.pipeline = one.program.pipeline

    def say(self, en: str, ru: str) -> str:
        return ru if self.ru else en

    def n(self, value: int) -> str:
        return number(value, self.app.lang).replace(NBSP, " ")

    def share(self, part: int, whole: int) -> str:
        return share(part, whole, self.app.lang)

    def stage(self, name: str) -> str:
        stage = self.pipeline.stages[name]
        return self.quoted(stage.title.in_(self.app.lang) or name)

    def quoted(self, text: str) -> str:
        return f"«{text}»" if self.ru else f"“{text}”"

    def field(self, name: str) -> str:
        return self.quoted(self.pipeline.fields[name].title.in_(self.app.lang) or name)

    def reason(self, name: str) -> str:
        return self.quoted(self.pipeline.reasons[name].title.in_(self.app.lang) or name)

    def examples(self, cases: list[int]) -> str:
        return ", ".join(self.case(case) for case in cases)

    def case(self, case: int) -> str:
        """A case's name; one that looks like a phone or an address is told by its line."""
        name = self.one.log.cases[case]
        if not self.one.own and _PERSONAL.fullmatch(name):
            line = self.one.log.line[self.one.log.starts[case]]
            return self.say(f"line {line}", f"строка {line}")
        return f"№ {name}" if self.one.own else name

    def deviation(self, one: Deviation) -> str:
        here = self.stage(one.here) if one.here else ""
        there = self.stage(one.there) if one.there else ""
        match one.kind:
            case "start":
                return self.say(f"begins at {there}", f"начинают с {there}")
            case "skip":
                left = ", ".join(self.stage(name) for name in one.names)
                return self.say(f"{here} → {there}, {left} skipped", f"{here} → {there}, мимо {left}")
            case "back":
                return self.say(f"back: {here} → {there}", f"назад: {here} → {there}")
            case "after_close":
                return self.say(f"goes on after {here}: {there}", f"после {here} идёт дальше: {there}")
            case "reason_from":
                why = self.reason(one.names[0])
                if not here:
                    return self.say(f"lost at once as {why}, which it cannot be", f"сразу отказ {why}, а так нельзя")
                return self.say(f"lost from {here} as {why}, not allowed there", f"отказ {why} из {here}, а там нельзя")
            case "unknown":
                what = self.quoted(one.names[0])
                return self.say(f"not in the pipeline: {what}", f"нет в воронке: {what}")
            case "missing":
                what = self.field(one.names[0])
                return self.say(f"into {there} without {what}", f"в {there} без поля {what}")
        return self.say(f"over the limit of {here}", f"дольше лимита на {here}")


def show(app: App, one: Compared) -> None:
    """Print the comparison."""
    words, graph = _Words(app, one), one.graph
    title = one.program.pipeline.title.in_(app.lang) or one.program.pipeline.name
    source = words.say("the store's own moves", "переходы самого хранилища") if one.own else one.log.source
    app.out(click.style(f"{source} ↔ {words.quoted(title)}", bold=True))
    app.out(words.say(*_how(one)))
    _matched(app, words)
    app.out()
    rows: list[Row] = [
        (words.say("cases", "случаев"), words.n(graph.cases), ""),
        (
            words.say("as declared from first to last", "по определению от начала до конца"),
            words.n(graph.clean),
            words.share(graph.clean, graph.cases),
        ),
        (words.say("steps", "шагов"), words.n(graph.steps), ""),
        (
            bold(words.say("fitness: steps that go as declared", "соответствие: шагов по определению")),
            words.n(graph.good),
            bold(words.share(graph.good, graph.steps)),
        ),
        (words.say("without an end so far", "пока без конца"), words.n(graph.unfinished), ""),
    ]
    table(app, (), rows, right=(1, 2))
    _deviations(app, words)
    if one.lived is not None:
        _lived(app, words, one.lived)


def _how(one: Compared) -> tuple[str, str]:
    if one.own:
        return (
            "by the graph of the stages; gates have bound these moves when they were made",
            "по графу этапов; гейты связывали эти переходы, когда они делались",
        )
    if one.lived is not None:
        return (
            "by the graph of the stages, and lived anew by the engine, with gates, rules and timers",
            "по графу этапов и заново движком: с гейтами, правилами и таймерами",
        )
    if one.columns:
        return "by the graph of the stages", "по графу этапов"
    return (
        "by the graph of the stages: no column of the log is a field (--field COLUMN=FIELD)",
        "по графу этапов: ни один столбец журнала не стал полем (--field СТОЛБЕЦ=ПОЛЕ)",
    )


def _matched(app: App, words: _Words) -> None:
    one = words.one
    if one.own:
        return
    hows = {"words": ("by the same words", "по тем же словам"), "alike": ("it looks alike", "похоже по написанию")}
    for act, target in sorted(one.targets.items()):
        if target is not None and target.how in hows:
            to = words.reason(target.name) if target.kind == REASON else words.stage(target.name)
            app.say(
                f"· {words.quoted(one.log.activities[act])} is {to}: {hows[target.how][0]}",
                f"· {words.quoted(one.log.activities[act])} — это {to}: {hows[target.how][1]}",
            )
    known = declared(one.program.pipeline)
    for act, name in enumerate(one.log.activities):
        if act not in one.targets and (near := nearest(name, known, 60.0)):
            app.say(
                f"· {words.quoted(name)} is nothing in the pipeline; if it is: --map '{name}={near.name}'",
                f"· {words.quoted(name)} в воронке нет; если есть: --map '{name}={near.name}'",
            )
    for column, to in sorted(one.columns.items()):
        app.say(f"· column {column}: field {to}", f"· столбец {column}: поле {to}")


def _deviations(app: App, words: _Words) -> None:
    graph = words.one.graph
    never = [name for name, n in graph.entered.items() if not n and words.pipeline.stages[name].kind == "open"]
    for kinds, head in (
        (None, words.say("steps that leave the declared process", "шаги в стороне от определения")),
        (BESIDE, words.say("what a stage asks for", "что требует этап")),
    ):
        chosen = [d for d in graph.deviations if (d.kind in BESIDE) == (kinds is not None)]
        if not chosen:
            continue
        app.out()
        shown = chosen if app.verbose else chosen[:ROWS]
        rows: list[Row] = [
            (
                words.deviation(d),
                words.n(d.times),
                words.n(d.cases),
                words.share(d.cases, graph.cases),
                dim(words.examples(d.examples)),
            )
            for d in shown
        ]
        columns = (words.say("times", "раз"), words.say("cases", "случаев"), words.say("share", "доля"))
        table(app, (head, *columns, words.say("such as", "например")), rows, right=(1, 2, 3))
        if rest := len(chosen) - len(shown):
            total = sum(d.times for d in chosen[len(shown) :])
            app.out(
                words.say(
                    f"… {rest} more kinds, {words.n(total)} times (-v)", f"… ещё {rest}, раз: {words.n(total)} (-v)"
                )
            )
    if never:
        listed = ", ".join(words.stage(name) for name in never)
        app.out()
        app.out(words.say(f"nobody ever comes into {listed}", f"никто не попадает в {listed}"))


def _lived(app: App, words: _Words, lived: Lived) -> None:
    app.out()
    rows: list[Row] = [
        (
            bold(words.say("reach their last event in the engine", "дошли в движке до последнего события")),
            words.n(lived.through),
            bold(words.share(lived.through, lived.cases)),
        )
    ]
    if lived.cases < words.one.graph.cases:
        what = words.say("cases that the engine took (--cases)", "случаев взял движок (--cases)")
        rows.insert(0, (what, words.n(lived.cases), words.share(lived.cases, words.one.graph.cases)))
    if lived.moved:
        rows.append(
            (
                words.say("events that a rule had done before", "событий, что правило сделало раньше"),
                words.n(lived.moved),
                "",
            )
        )
    for column, n in sorted(lived.unread.items()):
        what = words.say(
            f"values of {column} that its field does not take", f"значений {column}, которых поле не берёт"
        )
        rows.append((what, words.n(n), ""))
    if lived.failed:
        rows.append((red(words.say("events that failed", "событий с ошибкой")), words.n(lived.failed), ""))
    table(app, (), rows, right=(1, 2))
    for one in lived.refusals if app.verbose else lived.refusals[:ROWS]:
        app.out()
        part = words.share(one.cases, lived.cases)
        into = words.stage(one.stage)
        cases = dim(words.examples(one.examples)).text
        head = words.say(
            f"not let into {into}: {count(one.cases, 'en', ('', '', ''), ('case', 'cases'))}",
            f"не пускает в {into}: {count(one.cases, 'ru', ('случай', 'случая', 'случаев'), ('', ''))}",
        )
        app.out(f"{click.style('✗', fg='red')} {head} ({part}), {words.say('such as', 'например')} {cases}")
        for what, place in _why(words, one):
            app.out(f"    {what}" + (f"  {click.style(place, dim=True)}" if place else ""))
    if (rest := len(lived.refusals) - ROWS) > 0 and not app.verbose:
        app.out()
        app.out(words.say(f"… {rest} more kinds (-v)", f"… ещё {rest} (-v)"))


def _why(words: _Words, one: Refusal) -> list[tuple[str, str]]:
    if one.unmet:
        return [_explained(words, unmet) for unmet in one.unmet]
    if one.reason:
        declared_ = words.pipeline.reasons.get(one.reason)
        place = str(declared_.loc) if declared_ else ""
        why = words.reason(one.reason) if declared_ else words.quoted(one.reason)
        return [(words.say(f"it had been lost before: {why}", f"раньше закрыта отказом: {why}"), place)]
    return [(words.say("it had been closed before", "раньше закрыта"), "")]


def _explained(words: _Words, unmet: Unmet) -> tuple[str, str]:
    fields = words.pipeline.fields

    def value(name: str, given: Any) -> str:
        if name in fields:
            return show_value(fields[name].type, given, words.app.lang, words.one.program.calendar)
        return str(given)

    said = explain(unmet, words.pipeline, words.app.lang, value)
    # values are those of one case, and may be personal; that a field is unset says it all
    return said.what, "" if said.loc == NOWHERE else str(said.loc)


def data(app: App, one: Compared) -> dict[str, Any]:
    """The same for programs."""
    words, graph = _Words(app, one), one.graph
    log = one.log

    def part(cases: int) -> float:
        return round(cases / graph.cases, 6) if graph.cases else 0.0

    found: dict[str, Any] = {
        "source": log.source,
        "pipeline": one.program.pipeline.name,
        "by": "engine" if one.lived else "graph",
        "cases": graph.cases,
        "steps": graph.steps,
        "good": graph.good,
        "fitness": round(graph.fitness, 6),
        "clean": graph.clean,
        "repeats": graph.repeats,
        "ignored": graph.ignored,
        "unfinished": graph.unfinished,
        "matched": [
            {"activity": log.activities[act], "kind": target.kind, "name": target.name, "how": target.how}
            for act, target in sorted(one.targets.items())
            if target is not None
        ],
        "unmatched": [name for act, name in enumerate(log.activities) if act not in one.targets],
        "columns": dict(sorted(one.columns.items())),
        "deviations": [
            {
                "kind": d.kind,
                "here": d.here,
                "there": d.there,
                "names": list(d.names),
                "times": d.times,
                "cases": d.cases,
                "share": part(d.cases),
                "examples": [words.case(case) for case in d.examples],
            }
            for d in graph.deviations
        ],
        "entered": dict(graph.entered),
        "notes": [note.in_(app.lang) for note in log.notes],
    }
    if lived := one.lived:
        found["engine"] = {
            "cases": lived.cases,
            "through": lived.through,
            "events": lived.events,
            "moved_by_rule": lived.moved,
            "unread": lived.unread,
            "failed": lived.failed,
            "refusals": [
                {
                    "stage": r.stage,
                    "cases": r.cases,
                    "share": round(r.cases / lived.cases, 6),
                    "examples": [words.case(case) for case in r.examples],
                    "reason": r.reason,
                    "unmet": [dict(zip(("what", "file_line"), _explained(words, u), strict=True)) for u in r.unmet],
                }
                for r in lived.refusals
            ],
        }
    return found
