"""Backups: a checked copy of a store, made beside whoever writes to it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from voronka.dsl.text.codes.base import Both
from voronka.engine.store.files import open_store
from voronka.engine.store.findings import Report
from voronka.engine.store.problems import StoreProblem, problem_of
from voronka.engine.store.verify import verify

FOLDER = "backups"  # beside the store, where no other place is named
_EMPTY = re.compile(r"NULL value in (\w+)\.(\w+)")
_STAMP = re.compile(r"-\d{8}T\d{6}Z(-\d+)?\.db")


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was read back. ``report`` is what verifying the copy found, ``files`` the attachments beside it.

    ``bytes`` counts both; ``removed`` are older backups that were let go.
    """

    path: Path
    report: Report
    files: int
    bytes: int
    removed: tuple[Path, ...] = ()


class CareFailed(Exception):
    """It could not be done, and nothing was changed; ``text`` says why and what to do."""

    def __init__(self, en: str, ru: str, report: Report | None = None) -> None:
        self.text = Both(en, ru)
        self.report = report
        super().__init__(en)


def of_problem(problem: StoreProblem) -> CareFailed:
    """A store's problem as a failure to raise."""
    return CareFailed(problem.text("en"), problem.text("ru"))


def files_of(store: Path) -> Path:
    """The folder of the attachments of a store."""
    return store.with_name(f"{store.name}.files")


def named(store: Path, now: int, folder: Path | None = None) -> Path:
    """Where a backup made now goes by itself: ``backups/voronka-20261122T101500Z.db`` beside the store."""
    home = folder if folder is not None else store.parent / FOLDER
    stamp = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    path, again = home / f"{store.stem}-{stamp}.db", 1
    while path.exists():
        again += 1
        path = home / f"{store.stem}-{stamp}-{again}.db"
    return path


def backup(store: Path, target: Path, keep: int = 0) -> Backup:
    """Copy a store with its attachments, and read the copy back: SQLite's own check, then the whole log.

    A writer is not held up. Nothing is written over. ``keep``: how many backups of this store the target's folder may
    have after this one, 0 for all. Raises CareFailed; then there is no file under the target's name.
    """
    if target.exists():
        raise CareFailed(
            f"{target} exists already, and backups write over nothing: name another file",
            f"{target} уже есть, а копия ничего не перезаписывает: укажите другой файл",
        )
    if isinstance(found := open_store(store, write=False), StoreProblem):
        raise of_problem(found)
    found.close()
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with beside(target) as draft:
            # first the attachments: what the copied log names is there already, more does no harm
            files, size = copy_files(files_of(store), files_of(draft))
            copy(store, draft)
            report = checked(draft)
            files, size = copy_files(files_of(store), files_of(draft))
            size += draft.stat().st_size
            if files_of(draft).exists():
                files_of(draft).replace(files_of(target))
            # fails where somebody else has taken the name meanwhile
            os.link(draft, target)
            sync(target.parent)
    except OSError as error:
        raise CareFailed(*_unwritten(target, error)) from error
    return Backup(target, report, files, size, tuple(let_go(store, target.parent, keep)))


def _unwritten(target: Path, error: OSError) -> tuple[str, str]:
    why = error.strerror or str(error)
    return (
        f"the backup {target} cannot be written: {why}; nothing was left behind",
        f"копию {target} не записать: {why}; ничего лишнего не осталось",
    )


@contextlib.contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A name for a draft in the target's folder; what is left of it is removed."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
    finally:
        for path in (draft, *(Path(f"{draft}{end}") for end in ("-wal", "-shm", "-journal", ".lock"))):
            path.unlink(missing_ok=True)
        shutil.rmtree(files_of(draft), ignore_errors=True)


def copy(store: Path, target: Path) -> None:
    """The database as one compact file without anything that was deleted in it; ``target`` is empty or missing.

    Raises CareFailed.
    """
    try:
        with contextlib.closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.execute("PRAGMA busy_timeout = 5000")
            db.execute("VACUUM INTO ?", (str(target),))
        target.chmod(0o600)
        with target.open("rb+") as file:
            os.fsync(file.fileno())
    except sqlite3.Error as error:
        raise of_problem(problem_of(error, str(store))) from error


def checked(path: Path, progress: Callable[[int, int], None] | None = None) -> Report:
    """Read a copy whole: SQLite's check of the file, then the log against everything derived from it.

    Raises CareFailed.
    """
    if isinstance(opened := open_store(path, write=False), StoreProblem):
        raise of_problem(opened)
    with opened as store:
        try:
            said = damages(store.db)
            report = verify(store, progress)
        except sqlite3.Error as error:
            raise of_problem(problem_of(error, str(path))) from error
    if said:
        raise CareFailed(
            f"the file {path} is damaged: {'; '.join(said)}; use another backup",
            f"файл {path} повреждён: {'; '.join(said)}; возьмите другую копию",
        )
    if not report.ok:
        first = report.problems[0].message
        raise CareFailed(
            f"{path} does not agree with its log: {first.en}; `voronka store verify --store {path}` says it all",
            f"{path} не сходится со своим журналом: {first.ru}; подробности: `voronka store verify --store {path}`",
            report,
        )
    return report


def damages(db: sqlite3.Connection) -> list[str]:
    """What SQLite's check of the file finds, up to three of it; empty where all is well. Raises sqlite3.Error.

    SQLite 3.40 takes columns of tables WITHOUT ROWID for empty that are not: that is looked at again.
    """
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    empty: dict[str, bool] = {}
    found: list[str] = []
    for (said,) in db.execute("PRAGMA integrity_check(1000000000)"):
        match = _EMPTY.fullmatch(said)
        if match is not None and match[1] in tables:
            if said not in empty:
                sql = f'SELECT 1 FROM "{match[1]}" WHERE "{match[2]}" IS NULL LIMIT 1'  # noqa: S608  # its own names
                empty[said] = db.execute(sql).fetchone() is not None
            if not empty[said]:
                continue
        if said != "ok":
            found.append(said)
        if len(found) == 3:
            break
    return found


def copy_files(source: Path, target: Path) -> tuple[int, int]:
    """Bring the attachments that are not there yet: (how many there are then, their bytes). They never change."""
    if source.is_dir():
        target.mkdir(mode=0o700, exist_ok=True)
        for file in source.iterdir():
            if file.name.startswith("tmp") or not file.is_file() or (target / file.name).exists():
                continue
            part = target / f".{file.name}.part"
            shutil.copyfile(file, part)
            with part.open("rb+") as written:
                os.fsync(written.fileno())
            part.replace(target / file.name)
    sizes = [file.stat().st_size for file in target.iterdir()] if target.is_dir() else []
    return len(sizes), sum(sizes)


def known(store: Path, folder: Path | None = None) -> list[Path]:
    """The backups of a store in a folder that it named itself, the oldest first."""
    home = folder if folder is not None else store.parent / FOLDER
    if not home.is_dir():
        return []
    found = [path for path in home.iterdir() if path.name.startswith(store.stem)]
    return sorted(path for path in found if _STAMP.fullmatch(path.name[len(store.stem) :]))


def let_go(store: Path, folder: Path, keep: int) -> list[Path]:
    """Delete the oldest backups beyond ``keep``, 0 for none; only those that carry a date in their name."""
    gone = known(store, folder)[:-keep] if keep else []
    for path in gone:
        path.unlink()
        shutil.rmtree(files_of(path), ignore_errors=True)
    return gone


def sync(folder: Path) -> None:
    """Make new names in a folder last."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
