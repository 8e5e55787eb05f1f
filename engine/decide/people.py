"""People in a decision: who owns, who is assigned, who supervises, who stands in (Meaning 13, R37, R63)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.moments import Who
from voronka.engine.deal.state import Deal, TaskState
from voronka.engine.program.parts import Assign, WhoProgram

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step


def resolve(s: Step, who: Who, value: Callable[[Any, Any], Any] | None = None, for_owner: bool = False) -> str | None:
    """The person (or ``@role``: any of its members may take it) whom a WHO means now; None when there is nobody."""
    match who.kind:
        case "owner":
            return s.d.owner
        case "supervisor":
            return supervisor(s, s.d)
        case "assignee":
            return s.t.assignee if s.t is not None else s.d.owner
        case "deputy":
            person = s.person["person"] if s.person else s.d.owner
            return _name(s.ask("deputy", person)) if person else None
        case "person":
            return here(s, who.name)
        case "path":
            return here(s, _name(value(s.d, s))) if value is not None else None
        case "role":
            if who.strategy == "round robin":
                return _name(s.ask("turn", s.p.pipeline.name, who.name))
            if who.strategy == "least busy" or for_owner:
                return _name(s.ask("idle", s.p.pipeline.name, who.name))
            return f"@{who.name}" if s.ask("members", s.p.pipeline.name, who.name) else None
    raise ValueError(f"unknown kind of person {who.kind!r}")


def here(s: Step, person: str | None) -> str | None:
    """The person, unless they have left for good: whoever is gone gets nothing new."""
    known = s.ask("person", person) if person is not None else None
    return None if known is None or known.get("gone") else person


def _name(answer: object) -> str | None:
    return None if answer is None else str(answer)


def first(s: Step, rules: tuple[Assign, ...], for_owner: bool = False) -> str | None:
    """The first rule that holds and finds somebody wins."""
    for rule in rules:
        if rule.when is None or rule.when.true(s.d, s):
            person = resolve(s, rule.rule.who, rule.value, for_owner)
            if person is not None:
                return person
    return None


def supervisor(s: Step, deal: Deal) -> str | None:
    """Of the task's assignee if we are in a task, else of the owner."""
    person = s.t.assignee if s.t is not None and s.t.assignee else deal.owner
    return _name(s.ask("supervisor", s.p.pipeline.name, person)) if person else None


def stand_in(s: Step, person: str | None) -> str | None:
    """The deputy of somebody who is away, in pipelines that say what absence means; None where nobody stands in."""
    if person is None or person.startswith("@") or not s.p.deputises:
        return None
    known = s.ask("person", person)
    if known and known.get("away_until") and known["away_until"] > s.now:
        return _name(s.ask("deputy", person))
    return None


def first_owner(s: Step) -> str | None:
    """Whom the pipeline's owner rules find now."""
    return first(s, s.p.owner, for_owner=True)


def give_owner(s: Step, person: str | None) -> None:
    if person != s.d.owner:
        s.emit("owner", person)
        s.touch("owner")
    if person is not None:
        s.settled("nobody:owner")


def find_hands(s: Step) -> None:
    """Tasks that nobody was found for may find somebody after the owner has changed."""
    for task in s.d.open_tasks:
        program = s.p.tasks_by_path.get(task.path)
        found = first(s, program.assign) if program is not None and task.assignee is None else None
        if found is not None:
            _give(s, task, found, None)
            s.settled(f"nobody:{task.path}")


def give_tasks(s: Step, giver: str, taker: str, lends: bool = False) -> None:
    """Open tasks of a person become another's; unless they are lent, those that an absence has lent go along."""
    for task in s.d.open_tasks:
        if lends and task.assignee == giver:
            _give(s, task, taker, task.lent or giver)  # lent on, it still belongs to whom it was lent from first
        elif not lends and giver in (task.assignee, task.lent):
            _give(s, task, taker, None if task.lent == giver else task.lent)


def _give(s: Step, task: TaskState, taker: str, lent: str | None) -> None:
    s.emit("task=", task.id, {"assignee": taker, "lent": lent})


def hand_over(s: Step, who: WhoProgram, tasks_only: bool) -> None:
    """Give the deal with its open tasks, or only the tasks; what an absence lends comes back (R63)."""
    giver = s.person["person"] if s.person else s.d.owner
    taker = resolve(s, who.who, who.value, for_owner=not tasks_only)
    if taker is None:
        s.emit("flag", "nobody:hand over", {"at": s.now, "person": giver})
        return
    s.settled("nobody:hand over")
    if taker != giver and giver is not None:
        away = s.person is not None and s.person["happening"] == "away"
        give_tasks(s, giver, taker, lends=away and tasks_only)
    if not tasks_only and s.d.owner == giver:
        give_owner(s, taker)
        find_hands(s)


def take_back(s: Step, person: str) -> None:
    """After an absence the lent tasks return to whom they were lent from."""
    for task in s.d.open_tasks:
        if task.lent == person:
            _give(s, task, person, None)


def mirror_card(s: Step, link: str, number: int | None) -> None:
    """Bring the mirrored values of a linked card in line with the link field."""
    values = None if number is None else s.ask("card", number, sorted(s.p.cards.get(link, frozenset())))
    if values != s.d.cards.get(link):
        s.emit("card", link, values)
        s.touch(f"card:{link}")
