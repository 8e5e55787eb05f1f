"""`doctor`: whether this machine and these settings can be relied on; each trouble says what to do about it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.intake.events_map import BadMapping, EventMap, load_maps
from voronka.engine.outbox.secrets import Secret, Vault
from voronka.engine.outbox.settings import BadSettings, Settings, load
from voronka.engine.outbox.trouble import Trouble
from voronka.engine.store.files import open_store
from voronka.engine.store.problems import StoreProblem
from voronka.engine.store.store import Store

GOOD, NOTE, BAD = "ok", "note", "trouble"
ROOM = 1024**3  # bytes that should be free
SLOW = 50.0  # ms that a lasting write may take
APART = 60_000  # ms that clocks may differ
MAPS = "maps"  # the workspace's folder of mapping files
_TRIES = 15
_RESET = (3, 51, 3)  # SQLite's release without the WAL-reset bug; fixed in these older lines, too
_MENDED = {(3, 44): 6, (3, 50): 7}
_LIBRARIES = ("click", "lark", "holidays", "phonenumberslite", "aiosmtplib", "h11", "httpx2", "structlog", "watchdog")
_NETWORKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs"})
NOTHING = Both("", "")
_FIRST = Both("it is made with the first deal", "оно появится с первой сделкой")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``level``: ok, note (works, but look), trouble (will fail or lose something).

    ``data`` are the measured values, for programs.
    """

    topic: str
    level: str
    text: Both
    help: Both = NOTHING
    data: Mapping[str, Any] | None = None


def examine(store: Path, settings: Mapping[str, Any], now: int, vault: Vault | None = None) -> Iterator[Finding]:
    """Look at everything, one after the other; nothing is changed and no mail is sent. ``now``: ms."""
    vault = vault or Vault()
    yield from versions()
    yield sqlite(*sqlite3.sqlite_version_info)
    yield from disk(store)
    yield from permissions(store)
    opened = open_store(store, write=False) if store.exists() else None
    if isinstance(opened, StoreProblem):
        yield Finding("store", BAD, opened.message, opened.help)
        opened = None
    elif opened is None:
        yield Finding("store", NOTE, Both(f"{store} is not made yet", f"{store} ещё не создано"), _FIRST)
    try:
        yield from zones(opened)
        yield from clock(opened, now)
        if opened is not None:
            yield from waiting(opened)
    finally:
        if opened is not None:
            opened.close()
    yield synchronised()
    try:
        wanted = load(settings)
    except BadSettings as bad:
        en, ru = f"voronka.toml: {bad.text.en}", f"voronka.toml: {bad.text.ru}"
        yield Finding("settings", BAD, Both(en, ru), Both("mend that line", "исправьте эту строку"))
        return
    try:
        maps = load_maps(Path(settings["root"]) / MAPS) if settings.get("root") is not None else {}
    except BadMapping as wrong:
        mend = Both("mend that file", "исправьте этот файл")
        yield Finding("settings", BAD, Both(f"{MAPS}/{wrong.text.en}", f"{MAPS}/{wrong.text.ru}"), mend)
        maps = {}
    yield from secrets(wanted, vault, maps.values())
    yield from mail(wanted, vault)


# --- what runs -------------------------------------------------------------------------------------------------------


def versions() -> Iterator[Finding]:
    """Python and the libraries."""
    found = {name: _version(name) for name in _LIBRARIES}
    python = ".".join(map(str, sys.version_info[:3]))
    missing = [name for name, version in found.items() if version is None]
    data = {"python": python, **found}
    if missing:
        names = ", ".join(missing)
        yield Finding(
            "python",
            BAD,
            Both(f"libraries are missing: {names}", f"нет библиотек: {names}"),
            Both("install voronka anew", "переустановите voronka"),
            data,
        )
        return
    listed = ", ".join(f"{name} {version}" for name, version in found.items())
    yield Finding("python", GOOD, Both(f"Python {python}; {listed}", f"Python {python}; {listed}"), data=data)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def sqlite(major: int, minor: int, patch: int) -> Finding:
    """SQLite's version, and whether it has the WAL-reset bug (two connections that checkpoint at the same moment)."""
    name = f"{major}.{minor}.{patch}"
    mended = (major, minor, patch) >= _RESET or patch >= _MENDED.get((major, minor), patch + 1)
    # sqlite-utils takes this library where it is there, with an SQLite of its own
    data = {"version": name, "wal_reset_bug": not mended, "pysqlite3": _version("pysqlite3")}
    if mended:
        return Finding("sqlite", GOOD, Both(f"SQLite {name}", f"SQLite {name}"), data=data)
    return Finding(
        "sqlite",
        NOTE,
        Both(
            f"SQLite {name} has the WAL-reset bug (mended in 3.51.3): two writers at the same moment can spoil a file; "
            "voronka lets one write, other programs are not held to that",
            f"в SQLite {name} есть ошибка сброса WAL (исправлена в 3.51.3): две записи в один миг могут испортить "
            "файл; voronka пишет одна, но другие программы этого не знают",
        ),
        Both(
            "never write to the store with other programs; use a Python with SQLite 3.51.3 or newer",
            "не пишите в хранилище другими программами; возьмите Python с SQLite 3.51.3 или новее",
        ),
        data,
    )


def zones(store: Store | None) -> Iterator[Finding]:
    """The time zone data of the package, and those that the definition in force was made with."""
    from voronka.engine.store.definitions import package_of
    from voronka.stdlib.zones import tzdata_version

    here = tzdata_version()
    row = None
    if store is not None:
        row = store.db.execute("SELECT hash FROM definitions WHERE id = ?", (store.definition,)).fetchone()
    try:
        package = package_of(store, row[0]) if store is not None and row is not None else None
    except ValueError as error:
        en, ru = f"the definition in force is spoilt: {error}", f"действующее определение испорчено: {error}"
        yield Finding("time zones", BAD, Both(en, ru), Both("restore a backup", "восстановите копию"))
        return
    named = str(package["tzdata"]) if package is not None else None
    data = {"tzdata": here, "definition": named}
    if named is None or named == here:
        yield Finding("time zones", GOOD, Both(f"tzdata {here}", f"tzdata {here}"), data=data)
        return
    yield Finding(
        "time zones",
        NOTE,
        Both(
            f"tzdata {here} is installed, deals live under {named}: the new rules wait for `voronka apply`",
            f"установлена tzdata {here}, сделки живут по {named}: новые правила ждут `voronka apply`",
        ),
        Both("voronka plan shows which deadlines move", "voronka plan покажет, какие сроки сдвинутся"),
        data,
    )


# --- where it lies ---------------------------------------------------------------------------------------------------


def disk(store: Path) -> Iterator[Finding]:
    """Free space, the kind of file system, how long a write takes that lasts."""
    home = store.absolute().parent
    if not home.is_dir():
        en, ru = f"the folder {home} does not exist", f"папки {home} нет"
        yield Finding("disk", BAD, Both(en, ru), Both("make it", "создайте её"))
        return
    free, kind = shutil.disk_usage(home).free, file_system(home)
    needed = max(ROOM, 2 * store.stat().st_size if store.exists() else 0)
    data: dict[str, Any] = {"free": free, "file_system": kind}
    text = Both(f"{free // 1024**2} MB free, {kind}", f"свободно {free // 1024**2} МБ, {kind}")
    if free < needed:
        advice = Both(
            f"have {needed // 1024**2} MB free: compacting and backups write a second copy",
            f"освободите {needed // 1024**2} МБ: сжатие и копии пишут второй экземпляр",
        )
        yield Finding("disk", BAD, text, advice, data)
    elif kind in _NETWORKS:
        advice = Both(
            "put the store on a disk of this machine: write-ahead logs need memory that all its users share",
            "перенесите хранилище на диск этой машины: журналу WAL нужна общая память",
        )
        yield Finding("disk", BAD, text, advice, data)
    else:
        yield Finding("disk", GOOD, text, data=data)
    try:
        took = fsync_times(home)
    except OSError as error:
        why = error.strerror or str(error)
        en, ru = f"nothing can be written to {home}: {why}", f"в {home} нельзя писать: {why}"
        yield Finding("fsync", BAD, Both(en, ru), Both("give this user the right to", "дайте пользователю право"))
        return
    middle, worst = took[len(took) // 2], took[-1]
    said = Both(
        f"a lasting write takes {middle:.2f} ms, at worst {worst:.2f} of {len(took)}",
        f"надёжная запись занимает {middle:.2f} мс, худшая из {len(took)} — {worst:.2f}",
    )
    data = {"median_ms": round(middle, 3), "worst_ms": round(worst, 3)}
    if middle <= SLOW:
        yield Finding("fsync", GOOD, said, data=data)
    else:
        advice = Both("a faster disk: every change waits for it", "нужен диск быстрее: его ждёт каждое изменение")
        yield Finding("fsync", NOTE, said, advice, data)


def fsync_times(folder: Path) -> list[float]:
    """How long a small write that lasts takes, ms, shortest first. Raises OSError."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(_TRIES):
            began = time.perf_counter()
            file.write(b"v" * 4096)
            file.flush()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


def file_system(folder: Path) -> str:
    """The kind of file system a folder lies on, "?" where that cannot be known."""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "?"
    best, kind = "", "?"
    whole = f"{folder.resolve()}/"
    for line in lines:
        _, place, this, *_ = line.split(" ")
        place = place.replace("\\040", " ")
        if whole.startswith(place.rstrip("/") + "/") and len(place) >= len(best):
            best, kind = place, this
    return kind


def permissions(store: Path) -> Iterator[Finding]:
    """Who may read customers' data, and whether a socket is in the way."""
    open_ = [path for path in (store, Path(f"{store}.files")) if path.exists() and _mode(path) & 0o077]
    if open_:
        names = ", ".join(str(path) for path in open_)
        yield Finding(
            "permissions",
            NOTE,
            Both(f"others on this machine may read {names}", f"другие пользователи могут читать {names}"),
            Both(f"chmod go-rwx {names}", f"chmod go-rwx {names}"),
        )
    else:
        yield Finding("permissions", GOOD, Both("only this user reads the store", "хранилище читает только владелец"))
    from voronka.engine.daemon.client import Line
    from voronka.engine.daemon.wire import socket_path

    socket = socket_path(store)
    if not socket.exists():
        yield Finding("daemon", GOOD, Both("no daemon runs", "демон не запущен"), data={"running": False})
        return
    line = Line.to(socket)
    if line is None:
        text = Both(f"{socket} is left over from a daemon that ended", f"{socket} остался от завершённого демона")
        advice = Both("voronka run replaces it", "voronka run заменит его")
        yield Finding("daemon", NOTE, text, advice, {"running": False})
        return
    line.close()
    mode = _mode(socket)
    text = Both(f"a daemon answers at {socket} ({mode:o})", f"демон отвечает на {socket} ({mode:o})")
    if mode & 0o077:
        yield Finding("daemon", BAD, text, Both(f"chmod 600 {socket}", f"chmod 600 {socket}"), {"running": True})
    else:
        yield Finding("daemon", GOOD, text, data={"running": True})


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- time ------------------------------------------------------------------------------------------------------------


def clock(store: Store | None, now: int) -> Iterator[Finding]:
    """Whether the clock stands before what the log has seen already."""
    row = store.db.execute("SELECT max(at) FROM commits").fetchone() if store is not None else None
    last = row[0] if row is not None else None
    if last is not None and last > now + APART:
        behind = (last - now) // 1000
        yield Finding(
            "clock",
            BAD,
            Both(
                f"the clock is {behind} s behind the last event: deadlines stand still until it has caught up",
                f"часы отстают от последнего события на {behind} с: сроки стоят, пока они не догонят",
            ),
            Both("set the clock, and let NTP keep it", "поставьте часы и включите NTP"),
            {"behind_seconds": behind},
        )
    else:
        text = Both("the clock is past the last event", "часы идут после последнего события")
        yield Finding("clock", GOOD, text, data={"behind_seconds": 0})


def synchronised(know: Callable[[], bool | None] | None = None) -> Finding:
    """Whether something keeps the clock right, where that can be known."""
    kept = (know or _kept_by_kernel)()
    data = {"synchronised": kept}
    if kept is None:
        text = Both("whether NTP keeps the clock cannot be known here", "узнать, следит ли NTP за часами, здесь нельзя")
        return Finding("ntp", GOOD, text, data=data)
    if kept:
        return Finding("ntp", GOOD, Both("the clock is synchronised", "часы синхронизированы"), data=data)
    text = Both("the kernel says that nothing keeps the clock right", "ядро говорит, что за часами никто не следит")
    return Finding("ntp", NOTE, text, Both("run chrony or systemd-timesyncd", "включите chrony или timesyncd"), data)


def _kept_by_kernel() -> bool | None:
    """What adjtimex(2) says: TIME_ERROR means unsynchronised."""
    import ctypes

    if not sys.platform.startswith("linux"):
        return None
    try:
        # struct timex is about 200 bytes; modes 0 only reads
        state = int(ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(512)))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != 5


# --- what goes out ---------------------------------------------------------------------------------------------------


def waiting(store: Store) -> Iterator[Finding]:
    """What keeps effects from going out."""
    from voronka.engine.store import outbox

    if outbox.on_hold(store):
        yield Finding(
            "outbox",
            BAD,
            Both("nothing goes out since the restore", "после восстановления ничего не отправляется"),
            Both("voronka store resume", "voronka store resume"),
        )
    dead = store.db.execute("SELECT count(*) FROM outbox WHERE status = 'dead'").fetchone()[0]
    if dead:
        yield Finding(
            "outbox",
            NOTE,
            Both(f"effects that were given up: {dead}", f"отправок, от которых отказались: {dead}"),
            Both("voronka incident list", "voronka incident list"),
            {"dead": dead},
        )


def secrets(settings: Settings, vault: Vault, maps: Iterable[EventMap] = ()) -> Iterator[Finding]:
    """Whether every secret that settings and mapping files name is there; a value is never shown."""
    named = {
        secret.name
        for part in (settings.email, settings.webhook, settings.telegram, *settings.gateways.values())
        if part is not None
        for name in part.__slots__
        if isinstance(secret := getattr(part, name), Secret)
    }
    named |= {one.signature.secret.name for one in maps if one.signature.secret is not None}
    missing = []
    for name in sorted(named):
        try:
            vault.reveal(Secret(name))
        except Trouble:
            missing.append(name)
    data = {"named": sorted(named), "missing": missing}
    if missing:
        names = ", ".join(missing)
        yield Finding(
            "secrets",
            BAD,
            Both(f"secrets without a value: {names}", f"секреты без значения: {names}"),
            Both(
                "set them in the daemon's environment, or with LoadCredential= of its systemd unit",
                "задайте их в окружении демона или через LoadCredential= его юнита systemd",
            ),
            data,
        )
    elif named:
        names = ", ".join(sorted(named))
        yield Finding("secrets", GOOD, Both(f"there: {names}", f"на месте: {names}"), data=data)
    else:
        yield Finding("secrets", GOOD, Both("the settings name none", "в настройках их нет"), data=data)


def mail(settings: Settings, vault: Vault) -> Iterator[Finding]:
    """Greet the mail server, encrypt and log in as a letter would; none is sent."""
    if settings.email is None:
        text = Both("no [channels.email]: letters cannot go out", "нет [channels.email]: письма не уйдут")
        yield Finding("smtp", GOOD, text, data={"configured": False})
        return
    import asyncio

    from voronka.engine.outbox.channels.email import EmailChannel

    channel = EmailChannel(settings.email, vault)
    where = f"{settings.email.host}:{settings.email.port}"
    try:
        said = asyncio.run(channel.greet())
    except Trouble as trouble:
        en, ru = vault.scrub(trouble.text.en), vault.scrub(trouble.text.ru)
        yield Finding(
            "smtp",
            BAD,
            Both(f"{where}: {en}", f"{where}: {ru}"),
            Both("look at [channels.email] of voronka.toml", "проверьте [channels.email] в voronka.toml"),
            {"configured": True, "reached": False},
        )
        return
    text = Both(f"{where} answers: {said.en}", f"{where} отвечает: {said.ru}")
    yield Finding("smtp", GOOD, text, data={"configured": True, "reached": True})
