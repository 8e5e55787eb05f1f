"""What the command line and other readers ask of a store: lists, searches, counts. Nothing here changes anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voronka.engine.store import read
from voronka.engine.store.codec import FORMAT
from voronka.engine.store.facets import normalised
from voronka.engine.store.files import MEMORY
from voronka.engine.store.seal import MARK
from voronka.engine.store.store import Store

_PHONE = re.compile(r"\+?[\d\s().-]+")
_FEWEST_DIGITS = 4  # of a part of a phone that is looked for


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal as lists show it; instants in ms since the epoch. ``flags``: names of standing troubles."""

    id: int
    pipeline: str
    stage: str
    owner: str | None
    created: int
    entered: int
    closed: int | None
    reason: str | None
    flags: tuple[str, ...]


def _deal_row(row: tuple[Any, ...]) -> DealRow:
    return DealRow(*[*row[:8], tuple(json.loads(row[8])) if row[8] else ()])


def list_deals(
    store: Store,
    *,
    pipeline: str | None = None,
    stage: str | None = None,
    owner: str | None = None,
    closed: bool | None = None,
    flagged: bool | None = None,
    after: int = 0,
    limit: int | None = None,
) -> Iterator[DealRow]:
    """Deals by number, those that fit every given filter; ``after`` goes on from a number."""
    rows = store.db.execute(
        """SELECT id, pipeline, stage, owner, created, entered, closed, reason, flags FROM deals
            WHERE id > :after AND (:pipeline IS NULL OR pipeline = :pipeline) AND (:stage IS NULL OR stage = :stage)
            AND (:owner IS NULL OR owner = :owner) AND (:closed IS NULL OR (closed IS NOT NULL) = :closed)
            AND (:flagged IS NULL OR (flags IS NOT NULL) = :flagged) ORDER BY id LIMIT :limit""",
        {
            "pipeline": pipeline,
            "stage": stage,
            "owner": owner,
            "closed": closed,
            "flagged": flagged,
            "after": after,
            "limit": -1 if limit is None else limit,
        },
    )
    for row in rows:
        yield _deal_row(row)


def find_deals(store: Store, text: str, limit: int = 100) -> list[DealRow]:
    """Deals with this text in a field (R75): those indexed by it first, as phones and mails are, then by reading all.

    Case does not matter; a phone is found however it is written.
    """
    keys = {normalised(text, "phone"), normalised(text, "")} - {""}
    numbers: dict[int, None] = {}
    for key in sorted(keys):
        rows = store.db.execute("SELECT DISTINCT deal FROM routes WHERE value = ? LIMIT ?", (key, limit))
        numbers.update((row[0], None) for row in rows)
    wanted = text.casefold().strip()
    if wanted and len(numbers) < limit:
        personal = _personal(store, wanted)
        for number, state in store.db.execute("SELECT deal, state FROM states ORDER BY deal DESC"):
            if number not in numbers and _holds(state, wanted, personal.get(number, ())):
                numbers[number] = None
                if len(numbers) >= limit:
                    break
    found = []
    for number in numbers:
        row = store.db.execute(
            "SELECT id, pipeline, stage, owner, created, entered, closed, reason, flags FROM deals WHERE id = ?",
            (number,),
        ).fetchone()
        found += [_deal_row(row)] if row is not None else []
    return found[:limit]


def _personal(store: Store, wanted: str) -> dict[int, list[str]]:
    """The sealed values that hold the text, by deal, as states name them."""
    found: dict[int, list[str]] = {}
    # a part of a phone is found however it is written, too
    digits = normalised(wanted, "phone") if _PHONE.fullmatch(wanted) else ""
    inside = {digits, f"7{digits[1:]}"} if digits[:1] == "8" else {digits}
    for number, digest, value in store.db.execute(
        "SELECT deal, digest, value FROM personal WHERE deal > 0 AND value IS NOT NULL"
    ):
        if wanted in value.casefold() or (
            len(digits) >= _FEWEST_DIGITS and any(part in normalised(value, "phone") for part in inside)
        ):
            found.setdefault(number, []).append(MARK + digest)
    return found


def _holds(state: str, wanted: str, sealed: Sequence[str]) -> bool:
    for value in json.loads(state)["f"].values():
        if isinstance(value, str) and (value in sealed or (wanted in value.casefold() and value[:1] != MARK)):
            return True
    return False


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as lists show it. ``overdue``: its deadline has passed; ``local``: the deadline as wall time."""

    deal: int
    id: int
    name: str
    path: str
    assignee: str | None
    status: str
    outcome: str | None
    due: int | None
    local: str | None
    overdue: bool
    created: int
    done_at: int | None
    done_by: str | None
    moved: int
    pipeline: str
    stage: str


def list_tasks(
    store: Store,
    *,
    person: str | None = None,
    roles: tuple[str, ...] = (),
    deal: int | None = None,
    open_only: bool = True,
    overdue_at: int | None = None,
    due_before: int | None = None,
    limit: int | None = None,
) -> Iterator[TaskRow]:
    """Tasks by deadline, those without one last (R40). ``roles``: tasks given to these roles count as the person's.

    ``overdue_at``: only those whose deadline had passed at that instant.
    """
    rows = store.db.execute(
        """SELECT t.deal, t.id, t.name, t.path, t.assignee, t.status, t.outcome, t.due, t.local, t.overdue, t.created,
                t.done_at, t.done_by, t.moved, d.pipeline, d.stage
            FROM tasks t JOIN deals d ON d.id = t.deal
            WHERE (:open = 0 OR t.status IN ('open', 'waiting'))
            AND (:person IS NULL OR t.assignee = :person OR t.assignee IN (SELECT '@' || value FROM json_each(:roles)))
            AND (:deal IS NULL OR t.deal = :deal) AND (:overdue IS NULL OR t.due <= :overdue)
            AND (:before IS NULL OR t.due < :before)
            ORDER BY t.due IS NULL, t.due, t.deal, t.id LIMIT :limit""",
        {
            "open": int(open_only),
            "person": person,
            "roles": json.dumps(roles),
            "deal": deal,
            "overdue": overdue_at,
            "before": due_before,
            "limit": -1 if limit is None else limit,
        },
    )
    for row in rows:
        yield TaskRow(*[*row[:9], bool(row[9]), *row[10:]])


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """``data`` says what happened, by ``kind``: nobody unrouted refused tunnel message loop timer text …"""

    id: int
    at: int
    kind: str
    deal: int | None
    data: dict[str, Any]
    status: str
    resolved: int | None
    resolved_by: str | None


def list_incidents(store: Store, status: str | None = "open", deal: int | None = None) -> Iterator[IncidentRow]:
    """Incidents, oldest first."""
    rows = store.db.execute(
        """SELECT id, at, kind, deal, data, status, resolved, resolved_by FROM incidents
            WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR deal = ?2) ORDER BY id""",
        (status, deal),
    )
    for row in rows:
        values = read.personal_of(store, 0) if MARK in row[4] else {}
        yield IncidentRow(*[*row[:4], read.unsealed(row[4], values), *row[5:]])


@dataclass(frozen=True, slots=True)
class KeptRow:
    """An event that nothing consumed. ``why``: unheard (by its deal), nobody, several, unknown, refused."""

    id: int
    at: int
    name: str
    pipeline: str | None
    deal: int | None
    why: str
    payload: dict[str, Any]


def list_kept(store: Store) -> Iterator[KeptRow]:
    """Kept events, oldest first (Meaning 12); payloads as encoded."""
    values: dict[str, str] | None = None
    for row in store.db.execute("SELECT id, at, name, pipeline, deal, why, data FROM kept ORDER BY id"):
        if values is None and MARK in row[6]:
            values = read.personal_of(store, 0)
        yield KeptRow(*[*row[:6], read.unsealed(row[6], values or {})])


@dataclass(frozen=True, slots=True)
class EffectRow:
    """An effect in the outbox; its key is (epoch, deal, version, part). ``intent`` as encoded, personal values back."""

    epoch: int
    deal: int
    version: int
    part: int
    at: int
    channel: str
    intent: dict[str, Any]
    body: Any
    status: str
    not_before: int
    attempts: int
    error: str | None


def list_outbox(store: Store, status: str | None = None, deal: int | None = None) -> Iterator[EffectRow]:
    """Effects by deal and version."""
    rows = store.db.execute(
        """SELECT epoch, deal, version, part, at, channel, intent, body, status, not_before, attempts, error FROM outbox
            WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR deal = ?2) ORDER BY deal, version, part, epoch""",
        (status, deal),
    )
    for row in rows:
        values = read.personal_of(store, row[1]) if MARK in row[6] else {}
        body = None if row[7] is None else json.loads(row[7])
        yield EffectRow(*[*row[:6], read.unsealed(row[6], values), body, *row[8:]])


def stage_counts(store: Store) -> dict[tuple[str, str], int]:
    """How many deals stand in each stage, by (pipeline, stage) (R68)."""
    rows = store.db.execute("SELECT pipeline, stage, n FROM stage_counts WHERE n > 0 ORDER BY pipeline, stage")
    return {(pipeline, stage): n for pipeline, stage, n in rows}


def document(store: Store, deal: int, file: str) -> tuple[str, bytes | None] | None:
    """A rendered document by its reference: (media type, content), or None where there is none (R50)."""
    row = store.db.execute("SELECT media, content FROM documents WHERE deal = ? AND file = ?", (deal, file)).fetchone()
    return None if row is None else (row[0], row[1])


@dataclass(frozen=True, slots=True)
class Info:
    """What `store info` prints. ``digest`` is the head of the commit chain; ``bytes`` 0 for a store in memory."""

    path: str
    id: str
    epoch: int
    format: int
    definition: str
    rows: int
    commits: int
    deals: int
    open_deals: int
    open_tasks: int
    timers: int
    next_due: int | None
    outbox: dict[str, int]
    inbox: int
    incidents: int
    kept: int
    digest: str
    first: int | None
    last: int | None
    bytes: int


def info(store: Store) -> Info:
    """Figures of a store; no pass over the log."""

    def one(sql: str) -> Any:
        return store.db.execute(sql).fetchone()[0]

    row = store.db.execute("SELECT hash FROM definitions WHERE id = ?", (store.definition,)).fetchone()
    head = store.db.execute("SELECT tx, digest FROM commits ORDER BY tx DESC LIMIT 1").fetchone()
    path = Path(store.path)
    return Info(
        path=store.path,
        id=store.id,
        epoch=store.epoch,
        format=FORMAT,
        definition=row[0] if row else "",
        rows=one("SELECT coalesce(max(id), 0) FROM log"),
        commits=head[0] if head else 0,
        deals=one("SELECT count(*) FROM deals"),
        open_deals=one("SELECT count(*) FROM deals WHERE closed IS NULL"),
        open_tasks=one("SELECT count(*) FROM tasks WHERE status IN ('open', 'waiting')"),
        timers=one("SELECT count(*) FROM timers"),
        next_due=one("SELECT min(due) FROM timers"),
        outbox=dict(store.db.execute("SELECT status, count(*) FROM outbox GROUP BY status ORDER BY status").fetchall()),
        inbox=one("SELECT count(*) FROM inbox"),
        incidents=one("SELECT count(*) FROM incidents WHERE status = 'open'"),
        kept=one("SELECT count(*) FROM kept"),
        digest=head[1].hex() if head else "",
        first=one("SELECT recorded FROM log WHERE id = 1") if head else None,
        last=one("SELECT at FROM commits ORDER BY tx DESC LIMIT 1") if head else None,
        bytes=path.stat().st_size if store.path != MEMORY else 0,
    )
