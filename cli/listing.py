"""Lists of deals: which ones, in what order, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voronka.cli import deals, given
from voronka.cli.app import App
from voronka.cli.tables import Cell, bold, dim, red, table

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.engine.deal.state import Deal
    from voronka.engine.host.queries import DealRow
    from voronka.engine.program.build import Program


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deals: each None or "" is no condition. ``state``: open, won, lost."""

    pipeline: str | None = None
    stage: str | None = None
    owner: str | None = None
    red: bool = False
    state: str = ""

    @staticmethod
    def of(
        session: Session, pipeline: str | None, stage: str | None, owner: str | None, red: bool, state: str
    ) -> Filter:
        """From what was typed. Raises Failure for names that there are none of."""
        name = given.pipeline(session, pipeline).pipeline.name if pipeline else None
        return Filter(
            name,
            _stage(session, name, stage) if stage else None,
            given.person(session, owner) if owner else None,
            red,
            state,
        )


def _stage(session: Session, pipeline: str | None, text: str) -> str:
    known = [p for p in session.programs.definition.pipelines.values() if pipeline in (None, p.name)]
    names = {
        found for p in known if (found := given.named(text, {s.name: s.title for s in p.stages.values()})) is not None
    }
    if len(names) == 1:
        return names.pop()
    if names:
        several = ", ".join(sorted(names))
        raise session.app.fail(
            f"several stages are called “{text}”: {several}; name one, or add --pipeline",
            f"этапов «{text}» несколько: {several}; назовите один или добавьте --pipeline",
        )
    near = given.nearest(session.app, text, {name for p in known for name in p.stages})
    raise session.app.fail(f"there is no stage “{text}”{near}", f"нет этапа «{text}»{near}")


def chosen(session: Session, wanted: Filter) -> Iterator[DealRow]:
    """Deals that fit, the newest first. Records only where their pipeline is asked for."""
    from voronka.engine.host.queries import list_deals

    pipelines = session.programs.definition.pipelines
    closed = None if not wanted.state else wanted.state != "open"
    rows = list(
        list_deals(session.store, pipeline=wanted.pipeline, stage=wanted.stage, owner=wanted.owner, closed=closed)
    )
    for row in reversed(rows):
        known = pipelines.get(row.pipeline)
        if known is None or (known.kind == "record" and wanted.pipeline is None):
            continue
        if wanted.state in ("won", "lost") and (row.reason is None) is (wanted.state == "lost"):
            continue
        if wanted.red and not row.flags and not deals.is_red(session, session.deal(row.id)):
            continue
        yield row


def show_deals(session: Session, wanted: Filter, limit: int) -> None:
    """Print those that fit, at most ``limit`` (0: all), and how many there are."""
    rows = list(chosen(session, wanted))
    shown = rows[:limit] if limit else rows
    show_rows(session, shown, len(rows), ("no deal fits", "подходящих сделок нет"))


def with_linked(session: Session, rows: list[DealRow]) -> list[DealRow]:
    """Deals that were found, and after them those that link to a card among them: a client's deals."""
    from voronka.engine.host.queries import list_deals

    pipelines = session.programs.definition.pipelines
    cards = [row.id for row in rows if row.pipeline in pipelines and pipelines[row.pipeline].kind == "record"]
    sql = "SELECT source FROM links WHERE target = ? ORDER BY source"
    linked = [number for card in cards for (number,) in session.store.db.execute(sql, (card,))]
    known = {row.id for row in rows}
    more = dict.fromkeys(number for number in linked if number not in known)
    return [*rows, *(row for number in more for row in list_deals(session.store, after=number - 1, limit=1))]


def show_rows(
    session: Session,
    rows: Iterable[DealRow],
    count: int,
    nothing: tuple[str, str],
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Print deals as a table, or as JSON, with what more there is to say in it."""
    app = session.app
    found = [session.deal(row.id) for row in rows if row.pipeline in session.programs.definition.pipelines]
    if app.as_json:
        app.dump({"deals": [_data(session, deal) for deal in found], "count": count, **(extra or {})})
        return
    if not found:
        app.say(*nothing)
        return
    say = session.story.say
    several = len({deal.pipeline for deal in found}) > 1
    head = ["№", say("Воронка", "Pipeline"), say("Этап", "Stage"), say("Кто или что", "Who or what")]
    head += [say("Ответственный", "Owner"), say("Ближайший срок", "Next due"), ""]
    cells = [_row(session, deal) for deal in found]
    if not several:
        del head[1]
        for row in cells:
            del row[1]
    table(app, head, cells, right=(0,))
    more(app, len(found), count)


def _row(session: Session, deal: Deal) -> list[str | Cell]:
    from voronka.cli.replies import title

    program = session.program(deal)
    story = session.story
    due = deals.first_due(deal)
    is_red = deals.is_red(session, deal)
    return [
        bold(str(deal.id)),
        title(session, program),
        _stage_cell(session, program, deal),
        deals.label(session, deal),
        story.who(deal.owner, program.pipeline) if deal.owner else dim("—"),
        _due(session, program, due),
        red("!") if is_red else "",
    ]


def _stage_cell(session: Session, program: Program, deal: Deal) -> str | Cell:
    text = session.story.stage(program, deal.stage)
    if program.pipeline.kind == "record":
        return dim("—")
    kind = session.stage(deal).kind
    if kind == "won":
        return Cell(f"★ {text}", (("fg", "green"),))
    if kind == "lost":
        reason = program.pipeline.reasons.get(deal.reason or "")
        called = reason.title.in_(session.app.lang) if reason else deal.reason
        return dim(f"■ {called or text}")
    return text


def _due(session: Session, program: Program, due: int | None) -> str | Cell:
    from voronka.engine.words import dates

    if due is None:
        return ""
    local, now = session.story.local(program, due), session.story.local(program, session.now)
    text = f"{dates.day(local.date(), session.app.lang, now.year)}, {dates.clock(local)}"
    return red(text) if due <= session.now else text


def _data(session: Session, deal: Deal) -> dict[str, Any]:
    program = session.program(deal)

    def at(instant: int | None) -> str | None:
        return None if instant is None else program.calendar.local(instant).isoformat()

    return {
        "id": deal.id,
        "pipeline": deal.pipeline,
        "stage": deal.stage,
        "label": deals.label(session, deal),
        "owner": deal.owner,
        "created": at(deal.created),
        "closed": at(deal.closed),
        "reason": deal.reason,
        "due": at(deals.first_due(deal)),
        "red": deals.is_red(session, deal),
    }


def more(app: App, shown: int, count: int) -> None:
    """Say so where a list was cut."""
    if count > shown:
        app.say(f"{shown} of {count}; --limit 0 for all", f"{shown} из {count}; все — с --limit 0")
