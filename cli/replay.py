"""Answers of ``check`` kept for as long as nothing they were made from changes: then they are only printed again.

An answer is kept under what was asked (arguments, folder, environment, this very program), together with every fact it
was made from: bytes of files that were read, names below folders that were searched, files that were looked for. Only
if all of them are as they were is it used. Nothing here imports more than it must: this is what starting costs.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from hashlib import sha256

from voronka.engine.version import engine_version

OFF = "VORONKA_NO_CACHE"
MOST = 64  # answers that are kept
LARGEST = 512 * 1024  # characters of one
_SEEN = ("VORONKA_", "LC_", "LANG", "NO_COLOR", "TERM", "COLUMNS", "PYTHON", "TZ")  # what the environment may change
Fact = tuple[str, str]  # what about which path
Printed = tuple[int, str]  # 1: stdout, 2: stderr


def key(argv: Sequence[str]) -> str:
    """What is asked, as one word; empty where nothing is to be kept: it was asked for, or there is no place."""
    if os.environ.get(OFF) or "--no-cache" in argv or not sys.stdout or not sys.stderr:
        return ""
    asked = [
        engine_version(),
        sys.version,
        list(argv),
        os.getcwd(),  # noqa: PTH109  # pathlib takes as long to import as all of this
        sorted((name, value) for name, value in os.environ.items() if name.startswith(_SEEN)),
        [_terminal(sys.stdout), _terminal(sys.stderr)],
        _program(),
    ]
    return sha256(json.dumps(asked).encode(errors="surrogatepass")).hexdigest()


def _terminal(stream: object) -> bool:
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, ValueError):
        return False


def _program() -> list[object]:
    """Which program this is: its own files, and what is installed beside it."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    found: list[object] = [_when(folder) for folder in sys.path]
    for floor in ("dsl", "engine", "stdlib", "cli"):
        for folder, inside, names in os.walk(os.path.join(here, floor)):  # noqa: PTH118
            inside[:] = sorted(name for name in inside if name != "__pycache__")
            found += [_when(f"{folder}/{name}") for name in sorted(names)]
    return found


def _when(path: str) -> tuple[int, int]:
    try:
        about = os.stat(path)  # noqa: PTH116
    except OSError:
        return 0, 0
    return about.st_mtime_ns, about.st_size


# --- facts


def fact(kind: str, path: str) -> str:
    """How something is now. ``bytes`` of a file, ``there`` or not, ``real`` path, ``names`` below a folder."""
    try:
        if kind == "bytes":
            if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113
                return "-"  # a pipe or a device: reading it may never end
            with open(path, "rb") as file:  # noqa: PTH123
                return sha256(file.read()).hexdigest()
        if kind == "there":
            return str(os.path.lexists(path))
        if kind == "real":
            return os.path.realpath(path)
        found = ((where, name) for where, _, inside in os.walk(path) for name in inside)
        # what SQLite puts beside a store comes and goes
        names = sorted(f"{where}/{name}" for where, name in found if not name.endswith(("-wal", "-shm", "-journal")))
        return sha256("\0".join(names).encode(errors="surrogatepass")).hexdigest()
    except OSError as error:
        return f"-{error.errno}"


# --- keeping


def folder() -> str:
    """Where answers are kept: below XDG_CACHE_HOME, for this user alone. Empty where there is no such place."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(home):  # noqa: PTH117  # the standard says to pass such a one over
        home = os.path.join(os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH118
    found = f"{home}/voronka/check"
    try:
        os.makedirs(found, mode=0o700, exist_ok=True)  # noqa: PTH103
        about = os.lstat(found)
    except OSError:
        return ""
    own = about.st_uid == os.getuid() if hasattr(os, "getuid") else True
    return found if own and not about.st_mode & 0o077 and (about.st_mode & 0o170000) == 0o040000 else ""


def again(asked: str) -> int | None:
    """Print the answer that is kept and return its exit code; None where there is none, or something has changed."""
    place = folder() if asked else ""
    if not place:
        return None
    try:
        with open(f"{place}/{asked}", encoding="utf-8", errors="surrogatepass") as file:  # noqa: PTH123
            kept = json.loads(file.read(4 * LARGEST))
        facts, printed, code = kept["facts"], kept["printed"], kept["code"]
        if code not in (0, 1) or any(fact(kind, path) != value for kind, path, value in facts):
            return None
        lines = [(sys.stderr if to == 2 else sys.stdout, str(text)) for to, text in printed]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None  # spoilt, or of another kind: it is made anew
    try:
        for stream, text in lines:
            stream.write(text)
            stream.flush()
    except BrokenPipeError:
        # whoever read has gone; nothing is to be said of it when the interpreter ends, either
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    return int(code)


def keep(asked: str, facts: Iterable[tuple[str, str, str]], printed: Sequence[Printed], code: int) -> None:
    """Keep an answer. ``facts`` are (kind, path, value). That it cannot be kept is nobody's business."""
    place = folder() if asked else ""
    text = json.dumps({"facts": list(facts), "printed": list(printed), "code": code}, ensure_ascii=False)
    if not place or len(text) > LARGEST:
        return
    made = f"{place}/{asked}.{os.getpid()}"
    try:
        number = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(number, "w", encoding="utf-8", errors="surrogatepass") as file:  # noqa: PTH123
            file.write(text)
        os.replace(made, f"{place}/{asked}")  # noqa: PTH105
        with os.scandir(place) as entries:
            found = sorted((entry.stat().st_mtime_ns, entry.path) for entry in entries)
        for _, path in found[:-MOST]:
            os.unlink(path)  # noqa: PTH108
    except (OSError, ValueError):
        return
