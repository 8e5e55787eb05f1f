"""Two deals of one client made one: what only the double holds goes to the deal that stays, then the double is lost.

Everything is decided by the same gates as ever, tried before anything is written, and done in one transaction. Nothing
of the double is deleted: it stays in the log, closed. What the other deal does not take stands in its note.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.protocol import Unmet
from voronka.engine.deal.state import OPEN_STATES, Deal
from voronka.engine.host.commands import Command
from voronka.engine.program.build import Program, Programs
from voronka.engine.store import read
from voronka.engine.store.store import Store
from voronka.engine.why.attempt import Attempt

USUAL = "duplicate"  # the reason that a double is lost for, where a pipeline has one of this name
Show: TypeAlias = Callable[[str, Any], str]  # a field's value, written for people
LONGEST = 20_000  # characters of the note; the double has them all


@dataclass(frozen=True, slots=True)
class Merge:
    """What is to be done, in this order; or why it cannot be.

    ``taken``: fields that the deal gets from its double; ``left``: those that differ or that it may not get, and why.
    """

    commands: tuple[Command, ...] = ()
    taken: tuple[str, ...] = ()
    left: tuple[tuple[str, Both], ...] = ()
    unmet: tuple[Unmet, ...] = ()
    problem: Both | None = None


def merge(
    store: Store,
    programs: Programs,
    deal: Deal,
    double: Deal,
    now: int,
    actor: str,
    reason: str | None,
    shown: Show,
    lang: str,
) -> Merge:
    """Plan it; ``lang`` is the language of the note. Raises Undecidable as the host."""
    if problem := _unfit(deal, double):
        return Merge(problem=problem)
    program = programs.pipelines[deal.pipeline]
    if reason is None and USUAL not in program.pipeline.reasons:
        return Merge(
            problem=Both(
                f"{deal.pipeline} has no reason called {USUAL}: say with --reason why the double is lost",
                f"в {deal.pipeline} нет причины {USUAL}: укажите в --reason, по какой причине закрыть дубль",
            )
        )
    attempt = Attempt(store, programs, now)
    said = Both(f"the same as deal {deal.id}", f"то же, что сделка {deal.id}")
    lose = {"reason": reason or USUAL, "comment": said.in_(lang)}
    decision = attempt.decide(double, "lose", lose)
    if decision.refused:
        return Merge(unmet=tuple(decision.refused))
    twin, taken, left = deal, {}, []
    for name, field in program.pipeline.fields.items():
        mine, theirs = deal.f.get(name), double.f.get(name)
        if theirs is None or theirs == mine or field.formula is not None:
            continue
        if mine is not None:
            left.append((name, Both("both have one", "есть у обеих")))
            continue
        tried = attempt.decide(twin, "set", {"fields": {name: theirs}})
        if tried.refused:
            left.append((name, Both("the deal does not take it", "сделка его не принимает")))
        elif tried.deal is not None:
            twin, taken[name] = tried.deal, theirs
    entries = read.history(store, double.id)
    note = _note(entries, program, double, [name for name, _ in left], shown, lang)
    acts: list[tuple[int, str, dict[str, Any]]] = [(double.id, "lose", lose), (deal.id, "note", {"text": note})]
    acts += [(deal.id, "attach", {"file": file, "name": name}) for name, file in _files(entries)]
    if taken:
        acts.append((deal.id, "set", {"fields": taken}))
    commands = (
        Command(kind, data, number, None, now, actor, follows=place > 0)
        for place, (number, kind, data) in enumerate(acts)
    )
    return Merge(tuple(commands), tuple(taken), tuple(left))


def _unfit(deal: Deal, double: Deal) -> Both | None:
    if deal.id == double.id:
        return Both("a deal is no double of itself", "сделка не может быть дублем самой себя")
    if deal.pipeline != double.pipeline:
        return Both(
            f"deals {deal.id} and {double.id} are of different pipelines, and only those of one can be merged",
            f"сделки {deal.id} и {double.id} из разных воронок, а объединить можно только сделки одной",
        )
    for one in (deal, double):
        if one.closed is not None:
            return Both(f"deal {one.id} is closed", f"сделка {one.id} закрыта")
    return None


def _note(
    entries: Sequence[read.Entry],
    program: Program,
    double: Deal,
    left: list[str],
    shown: Show,
    lang: str,
) -> str:
    """What was written about the double, its open tasks, and values that stay behind."""
    head = Both(f"From deal {double.id}, which is the same:", f"Из сделки {double.id}, это она же:")
    lines = [head.in_(lang)]
    for entry in entries:
        for change in entry.changes:
            if change[0] == "note" and change[1].get("text"):
                when = datetime.fromtimestamp(entry.event.at / 1000, program.calendar.zone)
                who = f" {entry.event.actor}" if entry.event.actor else ""
                lines.append(f"{when:%Y-%m-%d %H:%M}{who}: {change[1]['text']}")
    tasks = [task for task in double.tasks.values() if task.status in OPEN_STATES]
    names = ", ".join(dict.fromkeys(task.name for task in tasks))
    if names:
        lines.append(Both(f"open tasks: {names}", f"открытые задачи: {names}").in_(lang))
    titles = {name: program.pipeline.fields[name].title.in_(lang) or name for name in left}
    lines += [f"{title}: {shown(name, double.f[name])}" for name, title in titles.items()]
    text = "\n".join(lines)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _files(entries: Sequence[read.Entry]) -> list[tuple[str, str]]:
    return [
        (change[1].get("name", ""), change[1]["file"])
        for entry in entries
        for change in entry.changes
        if change[0] == "note" and change[1]["kind"] == "file"
    ]
