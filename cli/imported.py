"""What an import did: rows by what became of them, with reasons, so that they add up."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import App
from voronka.engine.intake.mapping import MAIN

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.engine.intake.plan import Plan
    from voronka.engine.intake.run import Outcome, Tally

_KINDS = {
    "created": ("создано", "created"),
    "updated": ("обновлено", "updated"),
    "won": ("выиграно", "won"),
    "lost": ("закрыто отказом", "lost"),
    "done": ("выполнено", "done"),
    "blocked": ("не пустили", "blocked"),
    "closed": ("сделка закрыта раньше", "its deal was closed before"),
    "failed": ("не удалось", "failed"),
    "bad": ("плохих строк", "bad rows"),
    "duplicate": ("повторов", "duplicates"),
}
_ALWAYS = ("won", "blocked", "closed", "bad")
_STYLES = {"won": {"fg": "green"}, "blocked": {"fg": "yellow"}, "bad": {"fg": "red"}, "failed": {"fg": "red"}}
_TEXT = 56  # columns of a text, before its number
_DAY = 86_400_000


def show(session: Session, plan: Plan, outcome: Outcome, seconds: float) -> None:
    """Print the summary."""
    app, say = session.app, session.story.say
    for table, file in plan.files.items():
        _line(app, f"{table} · {file}", plan.rows[table], style={"bold": True})
        tally = outcome.tallies[table]
        for kind, count in counts(plan, table, tally).items():
            if count or kind in (_ALWAYS if table != MAIN else ()):
                _line(app, "  " + say(*_KINDS[kind]), count, style=_STYLES.get(kind) if count else None)
            for text, place, number in reasons(session, plan, tally, kind):
                _line(app, "    " + text, number, place)
        app.out()
    _stand_ins(session, plan)
    speed = _n(round(outcome.events / seconds)) if seconds > 0 else "—"
    app.out(
        say(
            f"событий в журнале: {_n(outcome.events)} за {seconds:.1f} с, {speed} в секунду; "
            f"подавлено эффектов: {_n(outcome.suppressed)}",
            f"events written: {_n(outcome.events)} in {seconds:.1f} s, {speed} per second; "
            f"effects suppressed: {_n(outcome.suppressed)}",
        )
    )
    if session.now - outcome.until > _DAY:
        when = plan.program.calendar.local(outcome.until).strftime("%Y-%m-%d %H:%M")
        app.say(
            f"time has passed to {when}; what is due since then happens with the next change, and its effects go out"
            " (--until now suppresses them)",
            f"время прошло до {when}; остальное сработает при следующем изменении, и его эффекты уйдут"
            " (--until now подавляет и их)",
        )


def _line(app: App, text: str, count: int, place: str = "", style: dict[str, Any] | None = None) -> None:
    """A text, how many rows, and where it is written; a long text wraps before its number."""
    indent = len(text) - len(text.lstrip())
    *before, last = textwrap.wrap(text.strip(), _TEXT - indent) or [""]
    for part in before:
        app.out(" " * indent + part)
    shown = click.style(last, **style) if style else last
    line = " " * indent + shown + " " * (_TEXT - indent - len(last)) + f"{_n(count):>9}"
    app.out(line + (f"  {click.style(place, dim=True)}" if place else ""))


def counts(plan: Plan, table: str, tally: Tally) -> dict[str, int]:
    """How many rows became what; they add up to all rows of the table."""
    found = {kind: tally.counts[kind] for kind in _KINDS}
    found["bad"] += plan.bad[table]
    found["duplicate"] += plan.duplicates[table]
    return found


def reasons(session: Session, plan: Plan, tally: Tally, kind: str) -> list[tuple[str, str, int]]:
    """(reason, file:line, how many rows) of what did not happen, the most frequent first."""
    lang, pipeline = session.app.lang, plan.program.pipeline
    if kind == "closed":
        rows = []
        for name, count in tally.closed.most_common():
            declared = pipeline.reasons.get(name or "")
            if name is None:
                rows.append((session.story.say("уже выиграна", "won already"), "", count))
            else:
                title = (declared.title.in_(lang) if declared else "") or name
                rows.append(
                    (session.story.say("отказ", "lost") + f": {title}", str(declared.loc) if declared else "", count)
                )
        return rows
    if kind == "failed":
        return [(text.in_(lang), "", count) for text, count in tally.failed.most_common()]
    if kind != "blocked":
        return []
    found = []
    for kept in sorted(tally.blocked.values(), key=lambda one: -one.count):
        if kept.unmet[0].kind == "unknown" and kept.unmet[0].args.get("what") == "deal":
            found.append(
                (
                    session.story.say("сделка этой строки не создана", "the deal of this row was not made"),
                    "",
                    kept.count,
                )
            )
            continue
        explained = [_explained(session, plan, unmet) for unmet in kept.unmet]
        found.append(
            (
                "; ".join(text for text, _ in explained),
                ", ".join(dict.fromkeys(p for _, p in explained if p)),
                kept.count,
            )
        )
    return found


def _explained(session: Session, plan: Plan, unmet: Any) -> tuple[str, str]:
    from voronka.engine.words.unmet import explain

    said = explain(unmet, plan.program.pipeline, session.app.lang, session.story.show(plan.program))
    return said.what, str(said.loc) if said.loc.line else ""


def _stand_ins(session: Session, plan: Plan) -> None:
    if not plan.stand_ins:
        return
    session.app.out(
        session.story.say("Подставлено, потому что в данных этого нет:", "Stand-ins, as the data lack these:")
    )
    fields = plan.program.pipeline.fields
    for (name, value), count in plan.stand_ins.items():
        title = fields[name].title.in_(session.app.lang) if name in fields else ""
        session.app.out(f"  {title or name}: {value}  ×{_n(count)}")
    session.app.out()


def _n(count: int) -> str:
    """A count with its thousands apart: 8 000."""
    return f"{count:,}".replace(",", " ")


def data(session: Session, plan: Plan, outcome: Outcome, seconds: float) -> dict[str, Any]:
    """The summary as JSON, in the shape that `voronka import csv --help` shows."""
    tables = []
    for table, file in plan.files.items():
        tally = outcome.tallies[table]
        found = counts(plan, table, tally)
        told = [
            {"what": kind, "text": text, "file_line": place or None, "count": count}
            for kind in found
            for text, place, count in reasons(session, plan, tally, kind)
        ]
        tables.append({"table": table, "file": file, "rows": plan.rows[table], **found, "reasons": told})
    return {
        "tables": tables,
        "stand_ins": [{"field": name, "value": value, "count": n} for (name, value), n in plan.stand_ins.items()],
        "events": outcome.events,
        "seconds": round(seconds, 3),
        "per_second": round(outcome.events / seconds) if seconds > 0 else None,
        "suppressed": outcome.suppressed,
        "until": plan.program.calendar.local(outcome.until).isoformat(),
    }
