"""``voronka person``: who works here, who is absent, who left (R63)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from voronka.cli import replies
from voronka.cli.app import App, common

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.cli.tables import Cell
    from voronka.engine.host.commands import Reply


@click.group("person")
def command() -> None:
    """Who works here, who is absent, who left.

    People stand in a team of the definition, or come with `person add`; both are logged from then on. What happens to
    them is told to every open deal: tasks go to the deputy, clients to whoever the pipeline says.
    """


@command.command("add")
@click.argument("name")
@click.option("--title", metavar="TEXT", help="How they are called (default: NAME).")
@click.option("--role", metavar="ROLE", required=True, help="A role of the pipelines, by name or title.")
@click.option("--reports-to", metavar="PERSON", help="Their supervisor (default: their role's chief).")
@click.option("--deputy", metavar="PERSON", help="Who stands in for them.")
@common
def add(app: App, name: str, title: str | None, role: str, reports_to: str | None, deputy: str | None) -> None:
    """Add somebody, called NAME in commands.

    With --json, as all that changes people: {"status", "person", "events": [...], "unmet": [...]}.
    """
    from voronka.cli import given
    from voronka.cli.session import acting

    if not name.strip() or name.startswith("@") or "\n" in name:
        raise app.fail(f"“{name}” cannot be a person's name", f"«{name}» не может быть именем сотрудника")
    with acting(app) as session:
        roles = {r.name: r.title for p in session.programs.definition.pipelines.values() for r in p.roles.values()}
        data: dict[str, Any] = {"do": "add", "name": name, "role": given.named(role, roles) or role}
        data |= {"title": title} if title else {}
        data |= {"reports_to": given.person(session, reports_to)} if reports_to else {}
        data |= {"deputy": given.person(session, deputy)} if deputy else {}
        _told(session, session.submit("person", data), name, "is here now", "теперь в команде")


@command.command("list")
@common
def list_(app: App) -> None:
    """List everybody, with what they have to do.

    With --json: {"people": [{"name", "title", "role", "reports_to", "deputy", "away_until", "gone", "open_deals",
    "open_tasks", "overdue"}]}.
    """
    from voronka.cli.session import reading

    with reading(app) as session:
        people = [_facts(session, name) for name in session.people.names]
        if app.as_json:
            app.dump({"people": people})
        elif not people:
            app.say("nobody yet: voronka person add", "пока никого: voronka person add")
        else:
            _print(session, people)


def _facts(session: Session, name: str) -> dict[str, Any]:
    from voronka.cli.given import any_pipeline

    facts = session.people.facts(name) or {}
    calendar = session.programs.calendar(any_pipeline(session))
    away = facts.get("away")

    def one(sql: str) -> int:
        return int(session.store.db.execute(sql, (name, session.now)).fetchone()[0])

    return {
        "name": name,
        "title": session.called(name),
        "role": facts.get("role") or None,
        "reports_to": facts.get("reports_to") or None,
        "deputy": facts.get("stand_in") or facts.get("deputy") or None,
        "away_until": calendar.local(away).isoformat() if away and away > session.now else None,
        "gone": calendar.local(facts["gone"]).isoformat() if facts.get("gone") else None,
        "open_deals": one("SELECT count(*) FROM deals WHERE owner = ?1 AND closed IS NULL AND ?2"),
        "open_tasks": one("SELECT count(*) FROM tasks WHERE assignee = ?1 AND status IN ('open', 'waiting') AND ?2"),
        "overdue": one("SELECT count(*) FROM tasks WHERE assignee = ?1 AND status = 'open' AND due <= ?2"),
    }


def _print(session: Session, people: list[dict[str, Any]]) -> None:
    from datetime import datetime

    from voronka.cli.tables import bold, dim, red, table
    from voronka.engine.words import dates

    say = session.story.say
    roles = {r.name: r.title for p in session.programs.definition.pipelines.values() for r in p.roles.values()}
    rows: list[list[str | Cell]] = []
    for person in people:
        state: str | Cell = ""
        if person["gone"]:
            state = dim(say("не работает", "left"))
        elif person["away_until"]:
            until = dates.day(datetime.fromisoformat(person["away_until"]).date(), session.app.lang)
            state = say(f"нет до {until[0].lower()}{until[1:]}", f"away until {until}")
        role = roles[person["role"]].in_(session.app.lang) if person["role"] in roles else person["role"] or ""
        supervisor = session.people.supervisor(_pipeline_with(session, person["role"]), person["name"], session.now)
        rows.append(
            [
                bold(person["name"]),
                person["title"],
                role,
                session.called(supervisor) if supervisor else "",
                session.called(person["deputy"]) if person["deputy"] else "",
                str(person["open_deals"]),
                str(person["open_tasks"]),
                red(str(person["overdue"])) if person["overdue"] else "",
                state,
            ]
        )
    head = [say("Имя", "Name"), "", say("Роль", "Role"), say("Руководитель", "Supervisor")]
    head += [say("Заместитель", "Deputy"), say("Сделок", "Deals"), say("Задач", "Tasks")]
    head += [say("Просрочено", "Overdue"), ""]
    table(session.app, head, rows, right=(5, 6, 7))


def _pipeline_with(session: Session, role: str | None) -> str:
    return next((p.name for p in session.programs.definition.pipelines.values() if role in p.roles), "")


@command.command("absent")
@click.argument("name")
@click.option("--until", metavar="DATE", required=True, help="The day they are back: 2026-12-14, 14.12.2026.")
@click.option("--deputy", metavar="PERSON", help="Who stands in this time (default: their deputy).")
@common
def absent(app: App, name: str, until: str, deputy: str | None) -> None:
    """NAME is away until DATE.

    Tasks go to the deputy, and come back.
    """
    from voronka.cli import given
    from voronka.cli.session import acting

    with acting(app) as session:
        who = given.person(session, name)
        data: dict[str, Any] = {"do": "absent", "name": who, "until": _day(session, until)}
        data |= {"deputy": given.person(session, deputy)} if deputy else {}
        _told(session, session.submit("person", data), who, "is away", "отсутствует")


def _day(session: Session, text: str) -> int:
    from voronka.cli.given import any_pipeline
    from voronka.dsl.definition.types import DATE
    from voronka.engine.inputs import InputError, parse_value

    calendar = session.programs.calendar(any_pipeline(session))
    try:
        day: Any = parse_value(DATE, text, language=session.app.lang, calendar=calendar, now=session.now)
    except InputError as error:
        raise session.app.fail(f"--until: {error.message('en')}", f"--until: {error.message('ru')}") from error
    if day is None:
        raise session.app.fail("--until: no date is given", "--until: не указана дата")
    return int(calendar.day_start(day))


@command.command("back")
@click.argument("name")
@common
def back(app: App, name: str) -> None:
    """NAME is back before the date.

    What was lent returns.
    """
    from voronka.cli import given
    from voronka.cli.session import acting

    with acting(app) as session:
        who = given.person(session, name)
        _told(session, session.submit("person", {"do": "back", "name": who}), who, "is back", "снова здесь")


@command.command("leave")
@click.argument("name")
@click.option("--to", metavar="PERSON", help="Who takes the open deals (default: as the pipelines say).")
@common
def leave(app: App, name: str, to: str | None) -> None:
    """NAME works here no more.

    Clients and tasks go over: to whoever --to names, else as the pipelines say.
    """
    from voronka.cli import given
    from voronka.cli.session import acting
    from voronka.engine.host.commands import Command
    from voronka.engine.host.queries import list_deals

    with acting(app) as session:
        who = given.person(session, name)
        commands = []
        if to is not None:
            taker = given.person(session, to)
            if taker == who:
                raise app.fail("--to names the one who leaves", "--to называет того, кто уходит")
            owned = list_deals(session.store, owner=who, closed=False)
            commands = [
                Command("assign", {"person": taker}, deal.id, None, session.now, session.actor) for deal in owned
            ]
        wish = Command("person", {"do": "leave", "name": who}, None, None, session.now, session.actor)
        done = session.submit_many([*commands, wish])
        # told as one reply: the deals that went over, then what leaving set off
        moved = tuple(one for reply in done[:-1] for one in reply.done)
        _told(session, done[-1], who, "works here no more", "больше не работает", moved)
        _left_over(session, who)


def _left_over(session: Session, who: str) -> None:
    facts = _facts(session, who)
    if (facts["open_deals"] or facts["open_tasks"]) and not session.app.as_json:
        deals, tasks = facts["open_deals"], facts["open_tasks"]
        session.app.say(
            f"still with {session.called(who)}: {deals} open deals, {tasks} open tasks (voronka deal assign)",
            f"за {session.called(who)} остались сделки: {deals}, задачи: {tasks} (voronka deal assign)",
        )


def _told(session: Session, reply: Reply, name: str, en: str, ru: str, before: tuple[Any, ...] = ()) -> None:
    """Print what became of somebody, and what it set off. Leaves with 1 for a refusal."""
    from voronka.cli.app import FINDINGS
    from voronka.engine.deal.protocol import Event

    app = session.app
    done = (*before, *reply.done)
    if app.as_json:
        events = [replies.event_data(session, one) for one in done]
        unmet = [replies.unmet_data(session, None, one, None) for one in reply.unmet]
        app.dump({"status": reply.status, "person": name, "events": events, "unmet": unmet})
    elif reply.status == "refused":
        replies.refusal(session, reply, Event("person", {}, session.now), None)
    else:
        app.say(f"{session.called(name)} {en}", f"{session.called(name)} {ru}")
        replies.happened(session, done)
    if reply.status == "refused":
        raise SystemExit(FINDINGS)
