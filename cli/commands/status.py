"""``voronka status``: what runs, what comes next, what needs somebody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import App, common

if TYPE_CHECKING:
    from voronka.engine.host.queries import Info
    from voronka.engine.program.build import Programs
    from voronka.engine.store.store import Store

TIMERS = 5
LAST = 10  # differences of a shadow that are printed
SHORT = 12  # characters of a hash that people compare


@dataclass(frozen=True, slots=True)
class Found:
    """Everything the command tells. ``daemon``: its own status, None where none runs; ``now`` in ms."""

    now: int
    info: Info
    files: tuple[tuple[str, str], ...]
    timers: tuple[dict[str, Any], ...]
    daemon: dict[str, Any] | None
    edited: bool | None
    off: tuple[str, ...]
    on_hold: bool


@click.command("status")
@common
def command(app: App) -> None:
    """Tell whether the daemon runs, by which definitions, what is due next, and what waits for a person.

    \b
    With --json: {"running": {"pid", "version", "definition", "started", "uptime": seconds, "queue", "clients",
    "commands", "stopping", "health": {service: what is wrong}, "reload": {"at", "outcome": same|changed|broken|refused|
    failed, "why", "findings"}, "settings": what is wrong with them or null, "troubles": {channel: what it failed
    with}, "shadow": {"definition", "events", "missed", "waiting", "deals", "count", "kinds": [{"only": live|shadow,
    "what", "count"}], "last": [{"deal", "pipeline", "at", "only", "what", "about"}]} or null} or null, "store": path,
    "definition": hash, "files": [{"file", "hash"}], "edited": whether the files differ from what runs (null: they have
    errors), "next": [{"at", "deal", "text"}], "timers": how many, "off": robots that are switched off, "incidents",
    "kept", "outbox": {status: n}, "on_hold": whether it waits for `store resume`, "inbox", "digest"}; instants ISO 8601
    in UTC. Exit code 1: something is wrong with the daemon.
    """
    from voronka.cli.app import FINDINGS
    from voronka.cli.session import store_only

    with store_only(app) as store:
        found = _found(app, store)
    if app.as_json:
        app.dump(_data(found))
    else:
        _print(app, found)
    if found.daemon is not None and found.daemon["health"]:
        raise SystemExit(FINDINGS)


def _found(app: App, store: Store) -> Found:
    from voronka.cli.session import clock, file_programs
    from voronka.engine.daemon.client import DaemonError, Line
    from voronka.engine.daemon.wire import socket_path
    from voronka.engine.host import queries
    from voronka.engine.host.robots import switched_off
    from voronka.engine.store.outbox import on_hold

    info = queries.info(store)
    daemon: dict[str, Any] | None = None
    if (line := Line.to(socket_path(store.path))) is not None:
        with line:
            try:
                daemon = line.ask("status")
            except DaemonError as error:
                raise app.fail(error.message.en, error.message.ru) from error
    programs = file_programs(app)
    running = (daemon or {}).get("definition", info.definition)
    edited = None if programs is None else running not in ("", programs.hash)
    now = clock()
    return Found(
        now,
        info,
        _files(store, info.definition),
        _timers(app, store, _wording(store, programs, running), now),
        daemon,
        edited,
        tuple(
            f"{pipeline}/{path}" for pipeline, paths in sorted(switched_off(store).items()) for path in sorted(paths)
        ),
        on_hold(store),
    )


def _wording(store: Store, programs: Programs | None, running: str) -> Programs | None:
    """What to tell timers by: the definition in force, be the files what they may."""
    from voronka.engine.host.versions import Unreadable, stored

    if programs is not None and running in ("", programs.hash):
        return programs
    try:
        return stored(store, running)
    except (KeyError, Unreadable):
        return None


def _files(store: Store, definition: str) -> tuple[tuple[str, str], ...]:
    """The texts that the definition in force was made of, the standard library's left out: name and hash."""
    from voronka.engine.store.definitions import package_of

    try:
        package = package_of(store, definition) or {}
    except ValueError:
        return ()
    texts = [*package.get("sources", ()), *((path, text) for _, path, text in package.get("templates", ()))]
    named = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts if not name.startswith("std/")}
    return tuple(sorted(named.items()))


def _timers(app: App, store: Store, programs: Programs | None, now: int) -> tuple[dict[str, Any], ...]:
    from voronka.cli import deals
    from voronka.cli.session import Session

    rows = store.db.execute("SELECT due, deal, key FROM timers ORDER BY due, deal, key LIMIT ?", (TIMERS,)).fetchall()
    session = Session(app, programs, store, now) if programs is not None else None
    found = []
    for due, number, key in rows:
        text, local = key, ""
        if session is not None and number == 0:
            text = session.story.say("возвращается", "is back:") + " " + session.called(key.removeprefix("back:"))
        elif session is not None and _known(session, number):
            deal = session.deal(number)
            text = deals.timer_text(session, deal, key)
            local = _local(session.story.local(session.program(deal), due), now, app.lang)
        found.append({"at": due, "deal": number or None, "text": text, "local": local})
    return tuple(found)


def _known(session: Any, number: int) -> bool:
    from voronka.engine.store import read

    deal = read.deal(session.store, number)
    return deal is not None and deal.pipeline in session.programs.definition.pipelines


def _local(when: Any, now: int, lang: str) -> str:
    from datetime import datetime

    from voronka.engine.words import dates

    today = datetime.fromtimestamp(now / 1000, when.tzinfo)
    return dates.deadline(when, today, lang).partition(" ")[2]


# --- for programs ----------------------------------------------------------------------------------------------------


def _utc(instant: int | None) -> str | None:
    from datetime import UTC, datetime

    return None if instant is None else datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="seconds")


def _data(found: Found) -> dict[str, Any]:
    info, daemon = found.info, found.daemon
    if daemon is not None:
        daemon = {**daemon, "started": _utc(daemon["started"])}
        daemon.pop("v")
        if daemon["reload"] is not None:
            daemon["reload"] = {**daemon["reload"], "at": _utc(daemon["reload"]["at"])}
    return {
        "running": daemon,
        "store": info.path,
        "definition": info.definition,
        "files": [{"file": name, "hash": digest} for name, digest in found.files],
        "edited": found.edited,
        "next": [{"at": _utc(one["at"]), "deal": one["deal"], "text": one["text"]} for one in found.timers],
        "timers": info.timers,
        "off": list(found.off),
        "incidents": info.incidents,
        "kept": info.kept,
        "outbox": info.outbox,
        "on_hold": found.on_hold,
        "inbox": info.inbox,
        "digest": info.digest,
    }


# --- for people ------------------------------------------------------------------------------------------------------

_STATUS = {
    "pending": ("ждёт", "pending"),
    "suppressed": ("не отправляется", "suppressed"),
    "sent": ("отправлено", "sent"),
    "dead": ("не удалось", "dead"),
}


def _print(app: App, found: Found) -> None:
    from voronka.cli.tables import pairs

    ru, info, daemon = app.lang == "ru", found.info, found.daemon
    if daemon is None:
        app.out(_mark("○", "yellow") + ("не запущена: voronka run" if ru else "not running: voronka run"))
    else:
        colour, well = ("red", "!") if daemon["health"] else ("green", "●")
        up = _length(daemon["uptime"], app.lang)
        said = f"работает {up}, pid {daemon['pid']}" if ru else f"up {up}, pid {daemon['pid']}"
        app.out(_mark(well, colour) + f"voronka {daemon['version']} {said}")
        for name, what in daemon["health"].items():
            app.out("  " + _mark("✗", "red") + f"{name}: {what}")
    if daemon is not None and daemon["settings"] is not None:
        said = "настройки не приняты: " if ru else "settings not taken over: "
        app.out("  " + _mark("✗", "red") + said + daemon["settings"][app.lang])
    for name, what in ((daemon or {}).get("troubles") or {}).items():
        said = "канал" if ru else "channel"
        app.out("  " + _mark("!", "yellow") + f"{said} {name}: {what}")
    _definition(app, found)
    outbox = ", ".join(f"{_STATUS.get(k, (k, k))[not ru]} {n}" for k, n in info.outbox.items()) or "—"
    if found.on_hold:
        held = "после восстановления ничего не отправляется до" if ru else "restored, so nothing goes out until"
        app.out("  " + _mark("!", "yellow") + f"{held} `voronka store resume`")
    rows = [
        ("хранилище", "store", info.path),
        ("таймеров", "timers", str(info.timers)),
        ("инцидентов", "incidents", _red(info.incidents)),
        ("сохранённых событий", "kept events", str(info.kept)),
        ("отправка", "outbox", outbox),
        ("последний отпечаток", "last digest", info.digest or "—"),
    ]
    if daemon is not None and daemon.get("shadow") is not None:
        _shadow(app, daemon["shadow"])
    if found.off:
        rows.insert(1, ("выключены роботы", "robots off", ", ".join(found.off)))
    if daemon is not None:
        queue = f"{daemon['queue']}, {'клиентов' if ru else 'clients'} {daemon['clients']}"
        rows.insert(1, ("очередь", "queue", queue))
    pairs(app, [(name_ru if ru else name_en, value) for name_ru, name_en, value in rows])
    if found.timers:
        app.out("Дальше" if ru else "Next")
        for one in found.timers:
            number = f"№ {one['deal']} · " if one["deal"] else ""
            app.out(f"  {one['local'] or _utc(one['at'])}  {number}{one['text']}")


_DID = {
    "move": ("переход", "moves to"),
    "lost": ("отказ", "is lost as"),
    "task": ("задача", "plans"),
    "effect": ("отправка", "sends"),
    "deal": ("новая сделка", "makes a deal in"),
    "blocked": ("не пускает в", "is not let into"),
    "refused": ("отказывает", "refuses"),
    "undecidable": ("не решается", "cannot decide"),
}


def _shadow(app: App, data: dict[str, Any]) -> None:
    """What an edited definition would have done otherwise: counts, then the last ones."""
    ru = app.lang == "ru"
    head = f"тень {data['definition'][:SHORT]}" if ru else f"shadow {data['definition'][:SHORT]}"
    count = (
        f"событий {data['events']}, отличий {data['count']}"
        if ru
        else f"events {data['events']}, differences {data['count']}"
    )
    missed = (f", пропущено {data['missed']}" if ru else f", missed {data['missed']}") if data["missed"] else ""
    app.out(f"{head}: {count}{missed}")
    for one in data["last"][-LAST:]:
        side = (
            ("только тень" if ru else "only the shadow")
            if one["only"] == "shadow"
            else ("только сейчас" if ru else "only now")
        )
        what = _DID.get(one["what"], (one["what"], one["what"]))[not ru]
        app.out(f"  № {one['deal']}  {side}: {what} {' '.join(_said(one))}")


def _said(one: dict[str, Any]) -> list[str]:
    about = [str(part) for part in one["about"] if part]
    if one["what"] == "task" and len(about) > 1:
        about[1] = _utc(int(about[1])) or ""
    return about


def _definition(app: App, found: Found) -> None:
    ru = app.lang == "ru"
    reload = (found.daemon or {}).get("reload")
    running = str((found.daemon or {}).get("definition") or found.info.definition)
    app.out(f"{'определение' if ru else 'definition'} {running[:SHORT] or '—'}")
    for name, digest in found.files:
        app.out(f"  {digest[:SHORT]}  {name}")
    if reload is not None and reload["outcome"] not in ("same", "changed"):
        app.out("  " + _mark("✗", "red") + ("не принято: " if ru else "not taken over: ") + reload["why"][app.lang])
        for one in reload["findings"]:
            app.out(f"    {one['place']}  {one['code']}  {one[app.lang]}")
    elif found.edited or found.edited is None:
        what = (
            ("файлы изменились и ещё не приняты", "the files have changed and are not taken over yet")
            if found.edited
            else ("файлы сейчас не прочитать: voronka check", "the files cannot be read now: voronka check")
        )
        app.out("  " + _mark("!", "yellow") + what[not ru])


def _mark(sign: str, colour: str) -> str:
    return click.style(sign + " ", fg=colour)


def _red(count: int) -> str:
    return click.style(str(count), fg="red", bold=True) if count else "0"


def _length(seconds: float, lang: str) -> str:
    """``3 days 4 h``, ``12 min``: the two largest parts that are not nothing."""
    minutes = int(seconds) // 60
    parts = [(minutes // 1440, "д", "d"), (minutes // 60 % 24, "ч", "h"), (minutes % 60, "мин", "min")]
    said = [f"{n} {ru if lang == 'ru' else en}" for n, ru, en in parts if n][:2]
    return " ".join(said) or f"{int(seconds)} {'с' if lang == 'ru' else 's'}"
