"""A watched folder: drop/SOURCE/*.json and *.csv become events; files move to processed/ or, with a reason, to failed/.

Whoever writes there should write elsewhere first and rename. A file is taken when it stood unchanged between two looks,
names that begin with a dot or end in .part or .tmp are left alone. Taken again after a crash, a file changes nothing
twice: each of its records carries a key made of the file's name and the record, or the one that the mapping names.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
import logging
import os
import stat
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from voronka.engine.intake.events_in import Intake, NotJson, digest_of, parse_json

LARGEST = 16_000_000  # bytes of a file
RECORDS = 100_000
EVERY = 1.0  # seconds between looks
GOOD = ("done", "duplicate", "kept", "unrouted")
_LEFT_ALONE = (".part", ".tmp", ".crdownload", "~")
_log = logging.getLogger(__name__)


class Unfit(Exception):
    """A file that cannot be taken, and why."""


class Drop:
    """A service that looks into the folder. ``clock``, ms since the epoch, names files that would overwrite others."""

    name = "drop"

    def __init__(self, intake: Intake, folder: Path, clock: Callable[[], int]) -> None:
        self.intake = intake
        self.folder = folder
        self.clock = clock
        self.trouble = ""
        self._seen: dict[Path, tuple[int, int]] = {}
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    async def start(self) -> None:
        """Begin to look."""
        self._stop.clear()
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Finish the file that was begun."""
        self._stop.set()
        if self._task is not None:
            await self._task

    def health(self) -> str:
        return self.trouble

    async def _run(self) -> None:
        while not self._stop.is_set():
            try:
                await self.look()
            except Exception as error:
                self.trouble = f"the folder cannot be looked into: {type(error).__name__}"
                _log.exception("the drop folder %s", self.folder)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), EVERY)

    async def look(self) -> int:
        """Take every file that has not changed since the last look; returns how many that was."""
        count = 0
        standing: dict[Path, tuple[int, int]] = {}
        self.trouble = ""
        for source in sorted(self.intake.maps):
            for path, mark in self._files(source):
                if self._seen.get(path) != mark:
                    standing[path] = mark
                elif not self._stop.is_set():
                    count += await self._take(source, path)
        self._seen = standing
        return count

    def _files(self, source: str) -> list[tuple[Path, tuple[int, int]]]:
        """Regular files of a source with what would change if they were written to: a link leads anywhere."""
        found = []
        try:
            for entry in os.scandir(self.folder / source):
                name = entry.name.lower()
                if name.startswith(".") or name.endswith(_LEFT_ALONE) or not name.endswith((".json", ".csv")):
                    continue
                facts = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(facts.st_mode):
                    found.append((Path(entry.path), (facts.st_size, facts.st_mtime_ns)))
        except FileNotFoundError:
            if not self.folder.is_dir():
                self.trouble = f"the folder {self.folder} is gone"
        except OSError as error:
            self.trouble = f"{self.folder / source}: {error.strerror}"
        return sorted(found)

    async def _take(self, source: str, path: Path) -> int:
        try:
            records = await asyncio.to_thread(read_records, path)
        except FileNotFoundError:
            return 0  # somebody took it away again
        except OSError as error:
            self.trouble = f"{path}: {error.strerror}"
            return 0
        except Unfit as unfit:
            self._move(path, "failed", [str(unfit)])
            return 1
        wrong = []
        same: Counter[str] = Counter()
        for number, record in records:
            digest = digest_of(record)
            same[digest] += 1
            taken = await self.intake.take(source, record, f"{path.name}/{digest}.{same[digest]}")
            if taken.status == "error":
                # nothing is wrong with the file: it is taken again when the store can be written
                self.trouble = "; ".join(taken.why) or "the store cannot be written"
                return 0
            if taken.status not in GOOD:
                wrong.append(f"record {number}: {'; '.join(taken.why) or taken.status}")
        self._move(path, "failed" if wrong else "processed", wrong)
        return 1

    def _move(self, path: Path, where: str, why: list[str]) -> None:
        """Into the subfolder, never over another file; reasons beside it."""
        folder = path.parent / where
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            target = folder / path.name
            number = 0
            while target.exists():
                number += 1
                target = folder / f"{path.stem}.{self.clock()}.{number}{path.suffix}"
            path.rename(target)
            if why:
                target.with_name(target.name + ".why.txt").write_text("\n".join(why) + "\n", encoding="utf-8")
                _log.warning("%s of a drop folder was not taken as a whole: %d reasons", target, len(why))
        except OSError as error:
            self.trouble = f"{path} cannot be moved to {where}: {error.strerror}"


def read_records(path: Path) -> list[tuple[int, Any]]:
    """The records of a file with their numbers: a JSON object, a list of them, or the rows of a CSV file by its head.

    Raises Unfit, and OSError.
    """
    # opened so that a link put in its place meanwhile is not followed
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise Unfit(f"more than {LARGEST} bytes")
    if path.suffix.lower() == ".json":
        try:
            data = parse_json(raw)
        except NotJson as error:
            raise Unfit(f"this is no JSON: {error}") from error
        records = data if isinstance(data, list) else [data]
    else:
        records = _rows(raw)
    if len(records) > RECORDS:
        raise Unfit(f"more than {RECORDS} records")
    return list(enumerate(records, 1))


def _rows(raw: bytes) -> list[dict[str, str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unfit(f"this is no UTF-8: byte {error.start}") from error
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    rows: list[dict[str, str]] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        head = next(reader, [])
        if not head or len(set(head)) != len(head) or not all(name.strip() for name in head):
            raise Unfit("the first line must name the columns, each once")
        for row in reader:
            if not row:
                continue
            if len(row) != len(head):
                raise Unfit(f"line {reader.line_num}: {len(row)} cells, the head has {len(head)}")
            rows.append(dict(zip(head, row, strict=True)))
    except csv.Error as error:
        raise Unfit(f"this is no CSV: {error}") from error
    return rows
