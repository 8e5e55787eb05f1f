"""Completion at every key while somebody types in a workspace of 2,000 lines: the query, and through the server."""

from __future__ import annotations

import asyncio
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient
from pygls.uris import from_fs_path

from measures import texts
from measures.harness import WALL, Line, calibration, seconds
from voronka.cli.lsp.convert import minimal
from voronka.cli.lsp.positions import Positions
from voronka.cli.lsp.project import facts
from voronka.dsl.check.files import Disk
from voronka.dsl.ide.completion import complete
from voronka.dsl.ide.cursor import Tracker
from voronka.dsl.ide.names import learn
from voronka.stdlib.library import library

LINES = 2_000
LIMIT = 0.030  # seconds, 95 of 100
_KEY = 0.08  # seconds between two keys of a quick typist
WHOLE = "learning all names of it"
_STAGE = re.compile(r"^  stage \w+.*\{\n", re.MULTILINE)
_TYPED = (
    "    enter when owner is set and creation is within 3 days",
    "    limit 3 workdays { notify supervisor }",
    "    task x { assign owner due 1 workday after entry }",
)


def lines(quick: bool) -> list[Line]:
    """Sentences typed key by key into one stage after another; what is typed stays."""
    count = 4 if quick else 24
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as folder:
        root = Path(folder).resolve()
        path = texts.workspace(root, LINES)
        text = path.read_text(encoding="utf-8")
        files = Disk(root)
        names = learn(files, library(), [str(path)])
        known, tracker = facts(), Tracker()
        taken, some = [], 0
        for typed, at, first in _keys(text, count):
            if first:  # nobody types while going elsewhere: the server reads the text to its end then
                tracker.position(typed, len(typed))
            start = time.perf_counter()
            found = complete(tracker.position(typed, at), names, files.shown(str(path)), "en", known)
            taken.append(time.perf_counter() - start)
            some += bool(found)
        if some < len(taken) / 3:
            raise AssertionError("hardly anything is offered")
        over = asyncio.run(_served(root, path, text, count))
        base = statistics.median(seconds(lambda: learn(files, library(), [str(path)]), WALL) for _ in range(5))
    loop = statistics.median(seconds(calibration, WALL) for _ in range(200))
    return [line for name, some in (("query", taken), ("server", over)) for line in _shown(name, some, base, loop)]


def _shown(name: str, taken: list[float], base: float, loop: float) -> list[Line]:
    half, most = statistics.median(taken), sorted(taken)[int(0.95 * len(taken))]
    note = f"limit {LIMIT * 1e3:.0f} ms: {'ok' if most <= LIMIT else 'over'}"
    return [
        Line(f"{name}: p50 of {len(taken)}", WHOLE, half / base, half, half / loop),
        Line(f"{name}: p95 of {len(taken)}", WHOLE, most / base, most, most / loop, note=note),
    ]


def _keys(text: str, count: int) -> Iterator[tuple[str, int, bool]]:
    """The text after each key, where the cursor is, and whether the cursor has only come here."""
    rng = random.Random(7)
    for number in range(count):
        at = rng.choice([found.end() for found in _STAGE.finditer(text)])
        typed = _TYPED[number % len(_TYPED)]
        text = f"{text[:at]}\n{text[at:]}"
        for end in range(4, len(typed) + 1):
            yield f"{text[:at]}{typed[:end]}{text[at:]}", at + end, end == 4
        text = f"{text[:at]}{typed}{text[at:]}"


async def _served(root: Path, path: Path, text: str, count: int) -> list[float]:
    """From sending the edit and the question to having the answer; checks of earlier edits run beside it."""
    client = LanguageClient("bench", "1")

    @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def published(params: lsp.PublishDiagnosticsParams) -> None:
        """Findings come by themselves."""

    await client.start_io(sys.executable, "-c", "from voronka.cli.main import main; main()", "lsp")
    folder, uri = from_fs_path(str(root)) or "", from_fs_path(str(path)) or ""
    folders = [lsp.WorkspaceFolder(folder, "bench")]
    await client.initialize_async(lsp.InitializeParams(lsp.ClientCapabilities(), workspace_folders=folders))
    client.initialized(lsp.InitializedParams())
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "voronka", 0, text)))
    where = lsp.TextDocumentIdentifier(uri)
    await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(where))
    taken, now = [], text
    for version, (typed, at, first) in enumerate(_keys(text, count), 1):
        if first:
            await asyncio.sleep(1.5)  # the cursor goes elsewhere
        before, after = Positions(now), Positions(typed)
        start_at, end_at, piece = minimal(now, typed)
        change = lsp.TextDocumentContentChangePartial(before.range(start_at, end_at), piece)
        position = after.position(at)
        start = time.perf_counter()
        versioned = lsp.VersionedTextDocumentIdentifier(version, uri)
        client.text_document_did_change(lsp.DidChangeTextDocumentParams(versioned, [change]))
        await client.text_document_completion_async(lsp.CompletionParams(where, position))
        taken.append(time.perf_counter() - start)
        now = typed
        await asyncio.sleep(_KEY)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return taken
