"""What of a deal is searched: its fields, words of people, mails. Personal values are left out wherever they stand."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from html import unescape
from typing import Any, NamedTuple

from voronka.dsl.definition.types import PERSONAL, Type
from voronka.dsl.definition.values import plain
from voronka.engine.deal.state import Deal
from voronka.engine.program.build import Programs
from voronka.engine.store.read import Entry
from voronka.engine.store.seal import MARK
from voronka.engine.store.store import Store

LONGEST = 20_000  # letters of a text that are searched
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<!\w)\+?\d[\d\s().\u00a0-]{5,20}\d(?!\w)")
_DIGITS = 7  # a number of so many digits, with blanks or signs or a plus, may be a phone
_TAG = re.compile(r"<(style|script|head)\b.*?</\1>|<[^>]+>", re.IGNORECASE | re.DOTALL)


class Found(NamedTuple):
    """One text of a deal. ``kind``: fields note task loss file mail; ``version`` is that of its event, 0 for fields."""

    deal: int
    kind: str
    version: int
    part: int
    at: int
    text: str


def of_deal(deal: Deal, programs: Programs, personal: Collection[str]) -> Found | None:
    """The fields of a deal as one text; None where nothing in it can be searched."""
    pipeline = programs.definition.pipelines.get(deal.pipeline)
    if pipeline is None:
        return None
    said = []
    for name, field in pipeline.fields.items():
        value = deal.f.get(name)
        if value is None or field.type.kind in PERSONAL:
            continue
        said += [text for text in _shown(field.type, value) if not text.startswith(MARK)]
    text = masked(" · ".join(said), personal)
    return Found(deal.id, "fields", 0, 0, deal.now, text) if text else None


def _shown(kind: Type, value: Any) -> list[str]:
    if kind.options:
        names = value if isinstance(value, tuple) else (value,)
        return [text for name in names if (option := kind.option(str(name))) for _, text in option.title.texts]
    if isinstance(value, str):
        return [value.partition("@")[0] if kind.kind in ("file", "document") else value]
    return [plain(value)] if isinstance(value, Decimal) else []


def of_event(store: Store, entry: Entry, personal: Collection[str]) -> Iterator[Found]:
    """What people wrote with an event, and the mails that it sent."""
    for part, change in enumerate(entry.changes):
        kind, text = _said(change)
        if change[0] == "effect":
            kind, text = "mail", _mail(store, entry, part)
        if text and not text.startswith(MARK):
            at = max(entry.event.at, 0)
            yield Found(entry.deal, kind, entry.version, part, at, masked(text, personal)[:LONGEST])


def _said(change: Any) -> tuple[str, str]:
    if change[0] == "note":
        data = change[1]
        if data["kind"] == "file":
            return "file", str(data.get("name") or "")
        text = str(data.get("text") or data.get("comment") or "")
        return ("loss" if data["kind"] == "loss" else "note"), text
    if change[0] == "task=" and change[2].get("comment"):
        return "task", str(change[2]["comment"])
    return "", ""


def _mail(store: Store, entry: Entry, part: int) -> str:
    row = store.db.execute(
        "SELECT body FROM outbox WHERE deal = ? AND version = ? AND part = ? ORDER BY epoch DESC",
        (entry.deal, entry.version, part),
    ).fetchone()
    body = json.loads(row[0]) if row is not None and row[0] is not None else None
    if not isinstance(body, dict):
        return ""
    text = f"{body.get('subject') or ''}\n{body.get('body') or ''}"
    return " ".join(unescape(_TAG.sub(" ", text)).split()) if body.get("html") else text.strip()


def masked(text: str, personal: Collection[str]) -> str:
    """A text without mail addresses, without phones, and without the deal's own personal values."""
    for value in personal:
        if value != text and value in text:
            text = text.replace(value, "…")
    text = _MAIL.sub("…", text)
    return _PHONE.sub(lambda found: "…" if _is_phone(found[0]) else found[0], text)


def _is_phone(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return digits >= _DIGITS and (text.startswith("+") or not text.isdigit() or digits >= 10)
