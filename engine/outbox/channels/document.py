"""Print forms as PDF (R50; the extra ``pdf``): Typst sets them, in a process of its own that may cost only so much."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE
from typing import Any

from voronka.engine.outbox.channels import typeset
from voronka.engine.outbox.parcel import Parcel
from voronka.engine.outbox.settings import Document
from voronka.engine.outbox.trouble import Trouble, final

INSTALL = "pip install 'voronka[pdf]'"
MEGABYTES = typeset.LARGEST >> 20
_PRINTS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_WORD = re.compile(r"\w+")


class DocumentChannel:
    """Sets documents. The same source and the same instant give the same bytes."""

    def __init__(self, settings: Document) -> None:
        self.settings = settings

    async def send(self, parcel: Parcel) -> bytes:
        """The PDF. Raises Trouble, always final: a form that explodes would explode again."""
        form = str(parcel.args.get("template", ""))
        seconds = self.settings.timeout / 1000
        order = {"source": parcel.body, "at": parcel.at // 1000, "seconds": int(seconds) + 1}
        code, said = await _set(json.dumps(order).encode(), self.settings.timeout)
        if code == typeset.DONE:
            return said
        if code is None:
            raise _wrong(form, f"is not set within {seconds:g} s", f"не свёрстан за {seconds:g} с")
        if code == typeset.MISSING:
            raise _wrong(form, f"needs typst, which is missing: {INSTALL}", f"требует typst, а его нет: {INSTALL}")
        if code == typeset.LARGE:
            raise _wrong(form, f"makes more than {MEGABYTES} MB", f"выходит больше {MEGABYTES} МБ")
        if code == typeset.WRONG:
            raise _mistake(form, str(parcel.args.get("text", "")), parcel.body, said)
        raise _wrong(form, "needs too much memory or time to be set", "требует слишком много памяти или времени")

    async def close(self) -> None:
        """Nothing is kept open."""


async def _set(order: bytes, timeout: int) -> tuple[int | None, bytes]:
    """(exit code, output) of the process; None where it took longer than ``timeout`` ms."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", typeset.__file__, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_surroundings()
    )
    try:
        async with asyncio.timeout(timeout / 1000):
            said, _ = await process.communicate(order)
        return process.returncode, said
    except TimeoutError:
        return None, b""
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _surroundings() -> dict[str, str]:
    """No secret of the daemon's, and no way to the network: Typst would fetch packages by itself."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "TMPDIR") if name in os.environ}
    nowhere = "http://127.0.0.1:9"
    return kept | {"ALL_PROXY": nowhere, "HTTPS_PROXY": nowhere, "HTTP_PROXY": nowhere, "PYTHONDONTWRITEBYTECODE": "1"}


def _wrong(where: str, en: str, ru: str) -> Trouble:
    return final(f"{where}: the form {en}", f"{where}: бланк {ru}", "document")


def _mistake(form: str, template: str, source: str, said: bytes) -> Trouble:
    """What Typst says, at the template's own line; words that came from the deal are left out."""
    try:
        found: dict[str, Any] = json.loads(said)
    except ValueError:
        found = {}
    message, line = str(found.get("message", "")), found.get("line")
    private = set(_WORD.findall(source)) - set(_WORD.findall(template))
    message = _WORD.sub(lambda word: "…" if word[0] in private else word[0], message)[:200]
    place = line_of(template, source, line) if isinstance(line, int) else None
    whole = f"{form}:{place}: {message}" if place else f"{form}: {message}"
    return final(whole, whole, "document")


def line_of(template: str, source: str, line: int) -> int | None:
    """The template's line that a line of its output came from: one with its fixed words, the nearest of several."""
    lines = source.split("\n")
    if not 1 <= line <= len(lines):
        return None
    shown = lines[line - 1]
    fits = []
    for number, written in enumerate(template.split("\n"), 1):
        fixed = (re.escape(part) for part in _PRINTS.split(written.rstrip()))
        if written.strip() and re.fullmatch(".*?".join(fixed), shown.rstrip()):
            fits.append((number, len(_PRINTS.sub("", written))))
    # a line of nothing but a value fits everything, so what has most words of its own wins
    return min(fits, key=lambda fit: (-fit[1], abs(fit[0] - line)), default=(None, 0))[0]
