"""``voronka incident``: what somebody has to look at, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import FINDINGS, App, common

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.cli.tables import Cell
    from voronka.engine.host.queries import IncidentRow


@click.group("incident")
def command() -> None:
    """What somebody has to look at: list, retry, skip, resolve.

    An incident is trouble that the engine could not settle by itself: a letter that cannot be delivered, an event that
    nobody takes, a timer that cannot fire. It stays until somebody deals with it.
    """


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that were dealt with, too.")
@click.option("--deal", "number", metavar="ID", help="Of this deal only.")
@common
def list_(app: App, everything: bool, number: str | None) -> None:
    """List incidents, oldest first.

    With --json: {"incidents": [{"id", "at", "kind", "deal", "text", "status", "retry", "resolved", "resolved_by",
    "data"}]}; "retry" says whether retry and skip apply.
    """
    from voronka.cli import given
    from voronka.cli.session import reading
    from voronka.engine.host.queries import list_incidents

    with reading(app) as session:
        deal = session.deal(given.deal_number(app, number)).id if number is not None else None
        rows = list(list_incidents(session.store, None if everything else "open", deal))
        if app.as_json:
            app.dump({"incidents": [_data(session, row) for row in rows]})
        elif not rows:
            app.say("no incidents", "инцидентов нет")
        else:
            _print(session, rows)


@command.command("retry")
@click.argument("number", type=click.IntRange(min=1), metavar="ID")
@common
def retry(app: App, number: int) -> None:
    """Try the effect of incident ID again, as if for the first time; let a deal that rests go on.

    With --json, as all of these: {"status", "incident", "deal"}.
    """
    _do(app, number, "retry", "it is tried again", "будет выполнено снова")


@command.command("skip")
@click.argument("number", type=click.IntRange(min=1), metavar="ID")
@common
def skip(app: App, number: int) -> None:
    """Give the effect of incident ID up for good; a deal that rests goes on, and what is due goes by."""
    _do(app, number, "skip", "it is given up", "выполнено не будет")


@command.command("resolve")
@click.argument("number", type=click.IntRange(min=1), metavar="ID")
@common
def resolve(app: App, number: int) -> None:
    """Mark incident ID as dealt with; its deal is not red for it any more."""
    _do(app, number, "resolve", "dealt with", "закрыт")


def _do(app: App, number: int, what: str, en: str, ru: str) -> None:
    from voronka.cli.session import acting

    with acting(app) as session:
        reply = session.submit("incident", {"do": what, "id": number})
        if app.as_json:
            app.dump({"status": reply.status, "incident": number, "deal": reply.deal})
        elif reply.status == "done":
            app.say(f"incident {number}: {en}", f"инцидент {number}: {ru}")
        else:
            app.warn(
                f"there is no open incident {number}; `voronka incident list` shows them"
                if app.lang == "en"
                else f"открытого инцидента {number} нет; их показывает `voronka incident list`"
            )
    if reply.status != "done":
        raise SystemExit(FINDINGS)


_KINDS = {
    "delivery": ("не доставлено", "not delivered"),
    "consent": ("нет согласия", "no consent"),
    "plugin": ("расширение", "plugin"),
    "document": ("документ не получился", "document not made"),
    "text": ("текст не собрать", "no text"),
    "nobody": ("некому поручить", "nobody for it"),
    "unrouted": ("событие ничьё", "event for nobody"),
    "refused": ("сделка не создана", "deal refused"),
    "tunnel": ("тоннель не пустил", "tunnel refused"),
    "message": ("сообщение сделки", "message of a deal"),
    "loop": ("круг", "circle"),
    "rate": ("сделка по кругу", "deal in a circle"),
    "timer": ("таймер", "timer"),
}
_WHY = {
    "unknown": ("такого события нет ни в одной воронке", "no pipeline declares it"),
    "nobody": ("нет открытой сделки с таким ключом", "no open deal has its key"),
    "several": ("подходит несколько сделок", "several deals have its key"),
}


def _text(session: Session, row: IncidentRow) -> str:
    """What happened, in a line."""
    data, say = row.data, session.story.say
    if row.kind in ("delivery", "consent", "plugin", "document"):
        several = f" ×{data['count']}" if data.get("count", 1) > 1 else ""
        return f"{data.get('channel', '')}{several}: {data.get('error', '')}"
    if row.kind == "rate":
        most = data.get("per_hour", "")
        return say(
            f"больше {most} автоматических событий за час: автоматика сделки приостановлена",
            f"more than {most} automatic events within an hour: the deal's automation rests",
        )
    if row.kind == "unrouted":
        return f"{data.get('event', '')}: {say(*_WHY.get(data.get('why', ''), ('', '')))}"
    said = data.get("error") or data.get("text")
    if not said and data.get("unmet"):
        said = ", ".join(
            f"{one.get('kind', '')} {one.get('name', '')}" for one in data["unmet"] if isinstance(one, dict)
        )
    if row.kind == "nobody" and "path" not in data:
        return str(data["flag"]).partition(":")[2]
    about = data.get("timer") or data.get("path") or data.get("event") or data.get("message") or ""
    return ": ".join(part for part in (str(about), str(said or "")) if part)


def _data(session: Session, row: IncidentRow) -> dict[str, Any]:
    from voronka.cli.given import any_pipeline

    calendar = session.programs.calendar(any_pipeline(session))
    return {
        "id": row.id,
        "at": calendar.local(row.at).isoformat(),
        "kind": row.kind,
        "deal": row.deal,
        "text": _text(session, row),
        "status": row.status,
        "retry": row.status == "open" and (bool(row.data.get("keys")) or row.kind == "rate"),
        "resolved": calendar.local(row.resolved).isoformat() if row.resolved is not None else None,
        "resolved_by": row.resolved_by or None,
        "data": row.data,
    }


def _print(session: Session, rows: list[IncidentRow]) -> None:
    from voronka.cli.given import any_pipeline
    from voronka.cli.tables import bold, dim, red, table
    from voronka.engine.words import dates

    say = session.story.say
    calendar = session.programs.calendar(any_pipeline(session))
    now = calendar.local(session.now)
    cells: list[list[str | Cell]] = []
    for row in rows:
        at = calendar.local(row.at)
        kind = say(*_KINDS.get(row.kind, (row.kind, row.kind)))
        done = say(f"закрыл {row.resolved_by}", f"by {row.resolved_by}") if row.resolved_by else say("закрыт", "done")
        cells.append(
            [
                bold(str(row.id)),
                f"{dates.day(at.date(), session.app.lang, now.year)}, {dates.clock(at)}",
                red(kind) if row.status == "open" else dim(f"{kind}, {done}"),
                f"№ {row.deal}" if row.deal else "",
                _text(session, row),
            ]
        )
    head = ["№", say("Когда", "When"), say("Что", "What"), say("Сделка", "Deal"), say("Подробно", "Details")]
    table(session.app, head, cells, right=(0,))
