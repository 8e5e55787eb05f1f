"""``voronka store``: figures of the store, and whether it agrees with its log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from voronka.cli.app import FINDINGS, App, common

if TYPE_CHECKING:
    from voronka.engine.host.queries import Info
    from voronka.engine.store.findings import Report


@click.group("store")
def command() -> None:
    """Look at the store and verify it. Reading disturbs nobody, and needs no workspace with --store."""


@command.command("info")
@common
def info(app: App) -> None:
    """Print what is in the store.

    With --json: {"path", "id", "epoch", "format", "definition", "rows", "commits", "deals", "open_deals",
    "open_tasks", "timers", "next_due", "outbox": {status: n}, "inbox", "incidents", "kept", "digest", "first", "last",
    "bytes"}; instants ISO 8601 in UTC.
    """
    from voronka.cli.session import store_only
    from voronka.engine.host import queries

    with store_only(app) as store:
        found = queries.info(store)
    if app.as_json:
        data = {name: getattr(found, name) for name in found.__slots__}
        for name in ("next_due", "first", "last"):
            data[name] = _utc(data[name])
        app.dump(data)
    else:
        _print(app, found)


def _utc(instant: int | None) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="seconds")


def _print(app: App, found: Info) -> None:
    from voronka.cli.tables import pairs

    ru = app.lang == "ru"

    def when(instant: int | None) -> str:
        return "—" if instant is None else datetime.fromtimestamp(instant / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")

    outbox = ", ".join(f"{_STATUS.get(k, (k, k))[not ru]} {n}" for k, n in found.outbox.items()) or "—"
    rows = [
        ("файл", "file", found.path),
        ("размер", "size", f"{found.bytes / 1024:,.0f} KB".replace(",", " ")),
        ("сделок и карточек", "deals and cards", _of(found.deals, found.open_deals, ru)),
        ("открытых задач", "open tasks", str(found.open_tasks)),
        ("таймеров", "timers", f"{found.timers}, {'ближайший' if ru else 'next'} {when(found.next_due)}"),
        ("отправка", "outbox", outbox),
        ("инцидентов", "incidents", str(found.incidents)),
        ("сохранённых событий", "kept events", str(found.kept)),
        ("событий в журнале", "rows of the log", f"{found.rows}, {when(found.first)} … {when(found.last)}"),
        ("записей", "commits", str(found.commits)),
        ("определение", "definition", found.definition or "—"),
        ("последний отпечаток", "last digest", found.digest or "—"),
        ("хранилище", "store id", f"{found.id}, {'эпоха' if ru else 'epoch'} {found.epoch}"),
    ]
    pairs(app, [(names[0] if ru else names[1], value) for *names, value in rows], indent="")


def _of(count: int, opened: int, ru: bool) -> str:
    return f"{count}, {'открытых' if ru else 'open'} {opened}"


_STATUS = {
    "pending": ("ждёт", "pending"),
    "suppressed": ("не отправляется", "suppressed"),
    "sent": ("отправлено", "sent"),
    "dead": ("не удалось", "dead"),
}


@command.command("verify")
@common
def verify(app: App) -> None:
    """Compare the store with its log.

    The whole log is folded and compared with everything that is derived from it; every finding names its row. Exit
    code 1: something does not agree. With --json: {"ok", "rows", "commits", "deals", "digest", "count", "problems":
    [{"kind", "message", "row", "deal"}]}.
    """
    from voronka.cli import progress
    from voronka.cli.session import store_only
    from voronka.engine.store.verify import verify as verified

    with store_only(app) as store:
        total = store.counters.row + int(store.db.execute("SELECT count(*) FROM states").fetchone()[0])
        with progress.bar(app, total, "verify") as at:
            report = verified(store, lambda done, _: at(done))
    if app.as_json:
        app.dump(_data(app, report))
    else:
        _findings(app, report)
    if not report.ok:
        raise SystemExit(FINDINGS)


def _data(app: App, report: Report) -> dict[str, object]:
    return {
        "ok": report.ok,
        "rows": report.rows,
        "commits": report.commits,
        "deals": report.deals,
        "digest": report.digest,
        "count": report.count,
        "problems": [
            {"kind": p.kind, "message": p.message.in_(app.lang), "row": p.row, "deal": p.deal} for p in report.problems
        ],
    }


def _findings(app: App, report: Report) -> None:
    for problem in report.problems:
        app.out(click.style("✗ ", fg="red") + problem.message.in_(app.lang))
    rest = report.count - len(report.problems)
    if rest:
        app.out(f"… {'и ещё' if app.lang == 'ru' else 'and more:'} {rest}")
    if report.ok:
        app.say(
            f"✓ {report.rows} rows in {report.commits} commits, {report.deals} deals: all agrees; {report.digest}",
            f"✓ строк {report.rows} в {report.commits} записях, сделок {report.deals}: всё сходится; {report.digest}",
        )
    else:
        app.say(
            f"{report.count} problems; restore the last backup, or ask for help with this output",
            f"найдено проблем: {report.count}; восстановите последнюю копию или покажите это тому, кто поможет",
        )
