"""``voronka store``: figures, whether it agrees with its log, backups, restoring, less space, older versions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voronka.cli.app import FINDINGS, USAGE, App, common

if TYPE_CHECKING:
    from voronka.engine.host.queries import Info
    from voronka.engine.store.findings import Report


@click.group("store")
def command() -> None:
    """Look at the store, verify it, back it up. Reading disturbs nobody, and needs no workspace with --store."""


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


@command.command("backup")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(min=1), metavar="N", help="Delete the oldest dated backups beyond N.")
@common
def backup(app: App, file: Path | None, keep: int | None) -> None:
    """Copy the store into FILE, and check the copy.

    FILE may be a folder (default: backups beside the store); the name then has the date. Attached files go along.
    Nothing is written over, and a running daemon is not disturbed. With --json: {"file", "bytes", "digest", "rows",
    "commits", "deals", "files", "removed": [file]}.
    """
    from voronka.cli.session import instant, store_path
    from voronka.engine.care import backup as care
    from voronka.engine.care.compact import retention_of

    store, now = store_path(app), instant(app)
    try:
        if keep is None:
            keep = retention_of(app.settings).backups
        target = care.named(store, now, file) if file is None or file.is_dir() else file
        made = care.backup(store, target, keep)
    except care.CareFailed as failed:
        raise app.fail(failed.text.en, failed.text.ru, FINDINGS if failed.report else USAGE) from failed
    if app.as_json:
        data = {"file": str(made.path), "bytes": made.bytes, "digest": made.report.digest, "rows": made.report.rows}
        data |= {"commits": made.report.commits, "deals": made.report.deals, "files": made.files}
        app.dump({**data, "removed": [str(path) for path in made.removed]})
        return
    app.out(str(made.path))
    app.say(
        f"✓ {_size(made.bytes)}, {made.report.rows} rows, {made.report.deals} deals, {made.files} attached files; the "
        f"copy was read back and agrees; {made.report.digest}",
        f"✓ {_size(made.bytes)}, строк {made.report.rows}, сделок {made.report.deals}, вложений {made.files}; копия "
        f"прочитана заново и сходится; {made.report.digest}",
    )
    for path in made.removed:
        app.say(f"  removed {path}", f"  удалена {path}")


def _size(count: int) -> str:
    return f"{count / 1024:,.0f} KB".replace(",", " ")


@command.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--other", is_flag=True, help="Even if it is a backup of another store.")
@common
def restore(app: App, file: Path, other: bool) -> None:
    """Put the backup FILE in the place of the store.

    It is verified first. The store that was there is kept beside. Nothing goes out until `voronka store resume`, and
    whoever was forgotten since stays forgotten. Refused while a daemon runs. With --json: {"epoch", "replaced", "last",
    "lost", "pending", "forgotten", "files", "digest", "rows", "deals"}.
    """
    from voronka.cli.session import instant, store_path
    from voronka.engine.care import restore as care
    from voronka.engine.care.backup import CareFailed

    store = store_path(app)
    try:
        done = care.restore(file, store, instant(app), app.actor or str(app.settings.get("as", "")), other)
    except CareFailed as failed:
        raise app.fail(failed.text.en, failed.text.ru, FINDINGS if failed.report else USAGE) from failed
    if app.as_json:
        data = {"epoch": done.epoch, "replaced": str(done.replaced) if done.replaced else None, "last": _utc(done.last)}
        data |= {"lost": done.lost, "pending": done.pending, "forgotten": done.forgotten, "files": done.files}
        report = done.report
        app.dump({**data, "digest": report.digest, "rows": report.rows, "deals": report.deals})
        return
    last = _utc(done.last) or "—"
    app.say(
        f"✓ {store} is as of {last}, epoch {done.epoch}: {done.report.deals} deals, all agrees",
        f"✓ {store} — на {last}, эпоха {done.epoch}: сделок {done.report.deals}, всё сходится",
    )
    if done.replaced is not None:
        app.say(
            f"  what was there is {done.replaced}; rows that only it has: {done.lost}",
            f"  прежнее хранилище: {done.replaced}; строк, которые есть только в нём: {done.lost}",
        )
    if done.forgotten:
        app.say(
            f"  forgotten again: {done.forgotten} values of people who were forgotten since",
            f"  забыто снова: значений {done.forgotten} — о людях, забытых после этой копии",
        )
    app.say(
        f"  nothing goes out until `voronka store resume`; waiting: {done.pending}",
        f"  ничего не отправляется до `voronka store resume`; ждёт: {done.pending}",
    )


@command.command("resume")
@click.option("--drop", is_flag=True, help="Give up all that waits; only what comes later goes out.")
@click.option("--dry-run", "look", is_flag=True, help="Only show what waits.")
@common
def resume(app: App, drop: bool, look: bool) -> None:
    """Let effects go out again after a restore.

    What waits is shown; some of it may have gone out before, after the backup was made. With --json: {"held",
    "resumed", "dropped", "waiting": [{"channel", "count", "since"}]}.
    """
    from voronka.cli.session import acting, store_only
    from voronka.engine.store import outbox

    with store_only(app) as store:
        held, waiting = outbox.on_hold(store), outbox.waiting(store)
    data = {"held": held, "resumed": False, "dropped": 0}
    shown = [{"channel": channel, "count": count, "since": _utc(at)} for channel, count, at in waiting]
    if not app.as_json:
        for channel, count, at in waiting:
            app.out(f"{channel:<12} {count:>6}  {_utc(at)}")
    if held and not look:
        with acting(app, catch_up=False) as session:
            session.submit("store", {"do": "drop" if drop else "resume"})
        data |= {"resumed": True, "dropped": sum(count for _, count, _ in waiting) if drop else 0}
    if app.as_json:
        app.dump({**data, "waiting": shown})
    elif not held:
        app.say("nothing is held back: effects go out", "ничего не придержано: отправка идёт")
    elif look:
        app.say(
            "held back since the restore; `store resume` lets it go out, `store resume --drop` gives it up",
            "придержано после восстановления; `store resume` отправит, `store resume --drop` отменит",
        )
    elif drop:
        app.say(
            f"given up: {data['dropped']}; from now on effects go out", f"отменено: {data['dropped']}; отправка идёт"
        )
    else:
        app.say("effects go out again", "отправка снова идёт")


@command.command("compact")
@common
def compact(app: App) -> None:
    """Make the store's file small.

    Lets go of what [retention] of voronka.toml allows (texts, kept, incidents: how long; the log always stays), then
    writes the file anew without anything that was deleted in it. A daemon lends its store meanwhile. With --json:
    {"before", "after", "texts", "values"}; bytes.
    """
    from voronka.cli.session import acting
    from voronka.engine.care import compact as care
    from voronka.engine.care.backup import CareFailed

    try:
        rules = care.retention_of(app.settings)
        with acting(app, alone=True) as session:
            done = care.compact(session.host, rules, session.now, session.actor)
    except CareFailed as failed:
        raise app.fail(failed.text.en, failed.text.ru) from failed
    if app.as_json:
        app.dump({"before": done.before, "after": done.after, "texts": done.texts, "values": done.values})
        return
    app.say(
        f"{_size(done.before)} → {_size(done.after)}; let go: {done.texts} texts, {done.values} personal values",
        f"{_size(done.before)} → {_size(done.after)}; удалено: текстов {done.texts}, личных значений {done.values}",
    )


@command.command("migrate")
@common
def migrate(app: App) -> None:
    """Bring an older store to this version.

    A backup is made first, and everything is verified after. A newer store is refused. With --json: {"before",
    "after", "backup", "digest"}.
    """
    from voronka.cli.session import store_path
    from voronka.engine.care import migrate as care
    from voronka.engine.care.backup import CareFailed

    try:
        done = care.migrate(store_path(app))
    except CareFailed as failed:
        raise app.fail(failed.text.en, failed.text.ru, FINDINGS if failed.report else USAGE) from failed
    if app.as_json:
        digest = done.report.digest if done.report else None
        backup = str(done.backup) if done.backup else None
        app.dump({"before": done.before, "after": done.after, "backup": backup, "digest": digest})
    elif done.backup is None:
        app.say(f"the store is up to date ({done.after})", f"хранилище уже в порядке ({done.after})")
    else:
        app.say(
            f"✓ tables {done.before} → {done.after}, all agrees; the store as it was: {done.backup}",
            f"✓ таблицы {done.before} → {done.after}, всё сходится; прежнее хранилище: {done.backup}",
        )
