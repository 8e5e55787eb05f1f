"""A deal's feed (R72, R75, R76): every event with its instant, who did it and why, with mails and words in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from voronka.cli import deals
from voronka.cli.replies import title

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.engine.host.queries import EffectRow
    from voronka.engine.store.read import Entry
    from voronka.engine.words.story import Line

# which events a choice shows, by what they change
KINDS = ("moves", "mails", "notes", "tasks")


@dataclass(frozen=True, slots=True)
class Told:
    """One event: its lines, and what became of the mails among them, by their place among the changes."""

    entry: Entry
    lines: list[Line]
    mails: Mapping[int, EffectRow]


def feed(session: Session, number: int, until: int, only: tuple[str, ...] = ()) -> Iterator[Told]:
    """Events of a deal up to one, oldest first; ``only`` lines of these KINDS."""
    from voronka.engine.host.queries import list_outbox

    sent: dict[int, dict[int, EffectRow]] = {}
    for row in list_outbox(session.store, deal=number):
        sent.setdefault(row.version, {})[row.part] = row
    for entry, lines in deals.history(session, number, until):
        mails = sent.get(entry.version, {})
        kept = [line for line in lines if not only or _kind(line) in only]
        if kept:
            yield Told(entry, kept, mails)


def _kind(line: Line) -> str:
    if line.mark in ("●", "★", "■", "↩", " "):  # a loss has its reason and comment below
        return "moves"
    if line.mark in ("✉", "▤") or (line.mark == "→" and line.effect >= 0):
        return "mails"
    if line.mark == "✎":
        return "notes"
    return "tasks" if line.tone in ("task", "done") else ""


def show(session: Session, number: int, told: list[Told], full: bool, shown: int) -> None:
    """Print the feed; ``full`` with mails as they went out, ``shown`` the last so many events (0: all)."""
    from voronka.cli.timeline import Printer
    from voronka.engine.store.writer import Text

    app, say = session.app, session.story.say
    program = session.program(session.deal(number))
    app.out(click.style(f"№ {number} · {title(session, program)}", bold=True))
    left = told[-shown:] if shown else told
    if len(left) < len(told):
        text = say(
            f"… раньше ещё событий: {len(told) - len(left)}; все — с --limit 0",
            f"… {len(told) - len(left)} earlier events; all with --limit 0",
        )
        app.out(click.style(text, dim=True))
    printer = Printer(app, program.calendar, full=True)
    year = session.story.local(program, session.now).year
    for one in left:
        if (then := session.story.local(program, one.lines[0].at).year) != year:
            app.out(click.style(str(then), dim=True))
            year = then
        for line in one.lines:
            printer.line(line)
            mail = one.mails.get(line.effect)
            if mail is None:
                continue
            app.out(" " * 24 + click.style(fate(session, number, mail), dim=True))
            if full and mail.body is not None:
                printer.text(Text(mail.body))
        who = by(session, one.entry)
        app.out(
            " " * 24
            + click.style(
                say(f"событие {one.entry.version}", f"event {one.entry.version}") + (f", {who}" if who else ""),
                dim=True,
            )
        )


def by(session: Session, entry: Entry) -> str:
    """Who brought an event about."""
    say, event = session.story.say, entry.event
    if event.kind == "timer":
        return say("по времени", "by time")
    if event.actor:
        return session.called(event.actor)
    return say("извне", "from outside") if event.kind == "event" else ""


def fate(session: Session, number: int, mail: EffectRow) -> str:
    """What became of an effect."""
    say = session.story.say
    words = {
        "pending": say("ждёт отправки", "waits to be sent"),
        "sent": say("отправлено", "sent"),
        "dead": say("не доставлено", "not delivered"),
        "notice": say("на доске уведомлений", "on the notice board"),
        "skipped": say("пропущено", "skipped"),
        "cancelled": say("отменено", "cancelled"),
        "suppressed": say("не отправлялось", "was not to be sent"),
    }
    text = words.get(mail.status, mail.status)
    return f"{text}: {mail.error}" if mail.error and mail.status == "dead" else text


def data(session: Session, number: int, told: list[Told]) -> list[dict[str, Any]]:
    """The feed as JSON, as `voronka deal history --help` says."""
    local = session.program(session.deal(number)).calendar.local
    return [
        {
            "event": one.entry.version,
            "at": local(max(one.entry.event.at, 0)).isoformat(),
            "recorded": local(one.entry.event.recorded_at or max(one.entry.event.at, 0)).isoformat(),
            "kind": one.entry.event.kind,
            "actor": one.entry.event.actor,
            "lines": [
                {
                    "mark": line.mark,
                    "text": line.text,
                    "loc": line.loc or None,
                    "mail": _mail(one.mails.get(line.effect)),
                }
                for line in one.lines
            ],
        }
        for one in told
    ]


def _mail(row: EffectRow | None) -> dict[str, Any] | None:
    return None if row is None else {"channel": row.channel, "status": row.status, "error": row.error, "body": row.body}
