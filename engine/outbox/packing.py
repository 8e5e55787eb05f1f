"""Packing: a waiting effect becomes a parcel, from what the deal and the settings say at the moment it goes out."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from voronka.engine.deal.changes import decode_deep
from voronka.engine.deal.state import Deal
from voronka.engine.host import queries
from voronka.engine.host.host import Host
from voronka.engine.host.render import ENDINGS
from voronka.engine.outbox.parcel import Attachment, Parcel
from voronka.engine.outbox.settings import Settings
from voronka.engine.outbox.trouble import final
from voronka.engine.program.build import Program
from voronka.engine.store import outbox
from voronka.engine.store.outbox import Waiting
from voronka.engine.store.writer import SET
from voronka.engine.templates import Env, RenderError, Templates
from voronka.stdlib.library import CHANNELS

SUBJECT = 120  # characters of a subject that is made of a text's first line
HEAVIEST = 20 << 20  # bytes of all attachments of one letter
SETTING = 1_000  # ms until a letter looks again for a document that is being made
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: not before ``until``, ms since the epoch."""

    until: int


def pack(host: Host, settings: Settings, row: Waiting, now: int) -> Parcel | Wait:
    """Make an effect ready. Raises Trouble (final) where it can never go out as things stand."""
    deal = host.deal(row.key.deal)
    program = host.programs.pipelines.get(deal.pipeline) if deal is not None else None
    if deal is None or program is None:
        raise final(
            f"deal {row.key.deal} is in no pipeline that the definition still has",
            f"сделка {row.key.deal} не в той воронке, что есть в определении",
        )
    kind = row.intent["kind"]
    if kind == "run":
        args = decode_deep(row.intent["args"])
        return Parcel(identity(host, [row]), (row.key,), "run", deal.pipeline, row.at, row.intent["plugin"], args=args)
    if kind == "document":
        return _form(host, row, deal, now)
    if kind == "notify":
        return _notice(host, settings, row, program)
    return _letter(host, settings, row, deal, program, now)


def identity(host: Host, rows: Sequence[Waiting]) -> str:
    """What the outside knows a message by; several effects in one are known by all their keys."""
    keys = [".".join(map(str, row.key)) for row in rows]
    if len(keys) == 1:
        return f"{host.store.id}.{keys[0]}"
    return f"{host.store.id}.{keys[0]}.{hashlib.sha256(' '.join(keys).encode()).hexdigest()[:16]}"


def _letter(host: Host, settings: Settings, row: Waiting, deal: Deal, program: Program, now: int) -> Parcel | Wait:
    intent, channel = row.intent, row.channel
    to = address(intent["to"], intent, deal)
    if not to:
        raise final("there is no address any more", "адреса больше нет")
    headers = [(name, value) for name, value in (row.body or {}).get("headers", ())]
    # a written address is the company's own, everything else is a client's
    if "address" not in intent["to"] and channel != "webhook":
        _consent(host, settings, intent["to"], deal)
        if (until := quiet_until(settings, program, now)) is not None:
            return Wait(until)
        if channel == "email" and settings.email is not None and settings.email.unsubscribe:
            headers.append(("list-unsubscribe", f"<{settings.email.unsubscribe}>"))
    attachments = _attachments(host, program, deal, intent.get("attach") or {}, now)
    if isinstance(attachments, Wait):
        return attachments
    spec = CHANNELS.get(channel)
    if attachments and not (spec is not None and spec.attaches):
        raise final(f"{channel} carries no attachments", f"{channel}: вложений не бывает")
    body = row.body or {}
    return Parcel(
        identity(host, [row]),
        (row.key,),
        channel,
        deal.pipeline,
        row.at,
        to,
        str(body.get("subject") or ""),
        str(body.get("body") or ""),
        bool(body.get("html")),
        tuple(headers),
        tuple(attachments),
        {"event": intent["path"], "deal": deal.id, "pipeline": deal.pipeline, "stage": deal.stage},
    )


def address(to: Mapping[str, Any], intent: Mapping[str, Any], deal: Deal) -> str:
    """Where an effect goes, as the deal has it now; the log holds only the way to it."""
    match to:
        case {"address": value}:
            return str(value)
        case {"field": name}:
            return str(deal.f.get(name) or "")
        case {"link": link, "name": name}:
            return str((deal.cards.get(link) or {}).get(name) or "")
        case {"payload": name}:
            return str((intent.get("event") or {}).get(name) or "")
    return ""


def _consent(host: Host, settings: Settings, to: Mapping[str, Any], deal: Deal) -> None:
    """Whoever has not agreed gets nothing: the card that the address is on says so, else the deal itself."""
    name = settings.consent
    if not name:
        return
    fields: Mapping[str, Any] = deal.f
    card = host.deal(deal.f[to["link"]]) if "link" in to and deal.f.get(to["link"]) else None
    if card is not None and name in card.f:
        fields = card.f
    if fields.get(name) is not True:
        raise final(
            f"the client has not agreed to be written to ({name} is not yes)",
            f"клиент не давал согласия на сообщения (поле {name} — не «да»)",
            "consent",
        )


def quiet_until(settings: Settings, program: Program, now: int) -> int | None:
    """When quiet hours of the pipeline's zone end, or None outside of them."""
    if settings.quiet is None:
        return None
    start, end = settings.quiet
    local = program.calendar.local(now)
    clock = local.strftime("%H:%M")
    day = local.date()
    if start < end:
        return program.calendar.at(day, end) if start <= clock < end else None
    if clock >= start:
        return program.calendar.at(day + timedelta(days=1), end)
    return program.calendar.at(day, end) if clock < end else None


def _form(host: Host, row: Waiting, deal: Deal, now: int) -> Parcel:
    """A print form that is still to be set; where it was written, for whoever has to mend it.

    A retried one is written anew, with the form and the values of now.
    """
    template = host.programs.definition.templates.get(row.intent["template"])
    about = {"template": template.path, "text": template.text} if template is not None else {}
    body = row.body
    if body is None and host.render is not None:
        text = host.render(deal, decode_deep(row.intent), now)
        if text.error or text.media != SET:
            raise final(
                text.error or "the form is no Typst any more: render the document anew",
                text.error or "бланк больше не на Typst: создайте документ заново",
                "document",
            )
        body = text.body
    file, source = str(row.intent["file"]), str((body or {}).get("body") or "")
    return Parcel(identity(host, [row]), (row.key,), "document", deal.pipeline, row.at, file, body=source, args=about)


def _attachments(
    host: Host, program: Program, deal: Deal, wanted: Mapping[str, Any], now: int
) -> list[Attachment] | Wait:
    """What was attached when it was decided: rendered documents from the store, files from beside it."""
    found: list[Attachment] = []
    for field, reference in wanted.items():
        if not reference:
            continue
        title = program.pipeline.fields[field].title.in_(host.language) if field in program.pipeline.fields else ""
        media, content, name = _content(host, deal, str(reference), title or field)
        if content is None and (status := outbox.document_status(host.store, deal.id, str(reference))) is not None:
            if status[0] == "pending":
                return Wait(max(status[1], now + SETTING))
            raise final(
                f"the attachment {field} was not made: an incident of its own says why; retry that one first",
                f"вложение «{title or field}» не получилось: об этом отдельный инцидент; сначала повторите его",
            )
        if content is None:
            raise final(f"the attachment {field} is gone", f"вложения «{title or field}» больше нет")
        if sum(len(a.content) for a in found) + len(content) > HEAVIEST:
            raise final(f"the attachments have more than {HEAVIEST >> 20} MB", f"вложения больше {HEAVIEST >> 20} МБ")
        found.append(Attachment(name, media, content))
    return found


def _content(host: Host, deal: Deal, reference: str, title: str) -> tuple[str, bytes | None, str]:
    """(media type, bytes, file name) of a document or a file."""
    if (document := queries.document(host.store, deal.id, reference)) is not None:
        return document[0], document[1], title + ENDINGS.get(document[0], "")
    name, _, key = reference.rpartition("@")
    file = Path(f"{host.store.path}.files") / key
    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if not _KEY.fullmatch(key):
        return media, None, name
    try:
        with file.open("rb") as opened:
            return media, opened.read(HEAVIEST + 1), name
    except OSError:
        return media, None, name


def _notice(host: Host, settings: Settings, row: Waiting, program: Program) -> Parcel:
    person = row.intent["to"]["person"]
    text = str((row.body or {}).get("body") or "")
    subject = str((row.body or {}).get("subject") or "") or _headline(host, program, text, row.key.deal)
    return to_person(host, settings, [row], person, subject, text, bool((row.body or {}).get("html")))


def to_person(
    host: Host, settings: Settings, rows: Sequence[Waiting], person: str, subject: str, text: str, html: bool
) -> Parcel:
    """A word to a colleague: by mail where the settings know an address, else a notice that waits in here."""
    deal = host.deal(rows[0].key.deal)
    to = settings.people.get(person, "") if settings.email is not None else ""
    return Parcel(
        identity(host, rows),
        tuple(row.key for row in rows),
        "email" if to else "",
        deal.pipeline if deal is not None else "",
        rows[0].at,
        to,
        subject,
        text,
        html,
    )


def _headline(host: Host, program: Program, text: str, deal: int) -> str:
    title = program.pipeline.title.in_(host.language) or program.pipeline.name
    first = text.strip().split("\n", 1)[0]
    return f"{title}, № {deal}: {first[:SUBJECT]}"


def pack_digest(host: Host, settings: Settings, templates: Templates, rows: Sequence[Waiting], now: int) -> Parcel:
    """All deals of one firing as one message to one person. Raises Trouble where there is no text."""
    deals = [deal for row in rows if (deal := host.deal(row.key.deal)) is not None]
    intent = rows[0].intent
    person, path = intent["to"]["person"], intent["path"]
    pipeline = deals[0].pipeline if deals else ""
    program = host.programs.pipelines.get(pipeline)
    if program is None:
        raise final("its pipeline is gone", "её воронки больше нет")

    def facts(name: str) -> dict[str, str] | None:
        known = host.people.facts(name)
        return None if known is None else {key: str(known.get(key) or "") for key in ("title", "role")}

    env = Env(now, program.calendar, host.language, recipient=person, person=facts)
    try:
        made = templates.render_digest(pipeline, path, deals, env)
    except RenderError as error:
        raise final(error.message("en"), error.message("ru")) from error
    title = program.pipeline.title.in_(host.language) or pipeline
    first = made.body.strip().split("\n", 1)[0][:SUBJECT]
    return to_person(host, settings, rows, person, made.subject or f"{title}: {first}", made.body, made.html)
