"""`store verify`: fold the whole log and compare it with everything derived from it, row by row.

Two passes, neither holding more than one deal's history. The first reads the log in order: the digest of every commit,
every row's place in its entity's chain, what each row put into tables directly. The second folds each deal's rows and
compares the state and all that follows from it. Delivery of effects is not compared, it is no part of the log.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.engine.deal.changes import dump, fold
from voronka.engine.deal.state import Deal
from voronka.engine.store import derive, read, visits
from voronka.engine.store.codec import (
    DEAL,
    DEFINITION,
    INCIDENT,
    KEPT,
    KINDS,
    PEOPLE,
    RESOURCE,
    Row,
    decode_changes,
    payload,
)
from voronka.engine.store.definitions import package_of
from voronka.engine.store.entities import fold_entity
from voronka.engine.store.facets import Facets
from voronka.engine.store.findings import Findings, Report
from voronka.engine.store.seal import MARK, digest_of, unseal
from voronka.engine.store.store import GENESIS, Store
from voronka.engine.store.writer import SET

Progress = Callable[[int, int], None]  # (rows and deals done, rows and deals in all)


def verify(store: Store, progress: Progress | None = None) -> Report:
    """Compare the store with its log. Changes nothing, and sees one moment of a store that is being written to."""
    own = not store.db.in_transaction
    if own:
        store.db.execute("BEGIN")
    try:
        return _Verifier(store, progress).run()
    finally:
        if own:
            store.db.execute("ROLLBACK")


class _Verifier:
    def __init__(self, store: Store, progress: Progress | None) -> None:
        self.store = store
        self.db = store.db
        self.progress = progress
        self.findings = Findings()
        self.report = self.findings.report
        self.facets: Facets = store.facets
        self.heads, self.versions = array("q", [0]), array("q", [0])  # of deals, by number
        self.entities: dict[int, list[Any]] = {}  # id -> [kind, version, head, state]
        self.bookings: set[tuple[Any, ...]] = set()
        self.expected: Counter[str] = Counter()  # rows that each table must have
        self.done = 0
        self.total = self._one("SELECT count(*) FROM log") + self._one("SELECT count(*) FROM states")

    def _one(self, sql: str) -> int:
        return int(self.db.execute(sql).fetchone()[0])

    def run(self) -> Report:
        rows, commits, digest = self._log()
        deals = self._deals()
        self._rest()
        return Report(rows, commits, deals, digest.hex(), self.findings.problems, self.findings.count)

    def _step(self) -> None:
        self.done += 1
        if self.progress is not None and (self.done % 1000 == 0 or self.done == self.total):
            self.progress(self.done, self.total)

    # --- the log in order

    def _log(self) -> tuple[int, int, bytes]:
        commits = self.db.execute("SELECT tx, last, epoch, digest FROM commits ORDER BY tx")
        commit = commits.fetchone()
        last, count, digest = 0, 0, GENESIS
        for tx, rows in groupby(read.rows_after(self.store, 0), key=lambda row: row.tx):
            while commit is not None and commit[0] < tx:
                self.report("commit", last + 1, tx=commit[0])
                digest, commit = commit[3], commits.fetchone()
            known = commit is not None and commit[0] == tx
            sha, first = hashlib.sha256(digest), last + 1
            for row in rows:
                if row.id != last + 1:
                    self.report("row-missing", last + 1)
                last = row.id
                sha.update(row.digested())
                self._row(row, commit[2] if known else self.store.epoch)
                self._step()
            count += 1
            if not known:
                self.report("commit-missing", first, tx=tx)
                digest = sha.digest()
                continue
            if commit[3] != sha.digest() or commit[1] != last:
                self.report("commit", first, tx=tx)
            digest, commit = commit[3], commits.fetchone()
        while commit is not None:
            self.report("row-missing", last + 1)
            digest, commit = commit[3], commits.fetchone()
        return last, count, digest

    def _row(self, row: Row, epoch: int) -> None:
        if row.kind == DEAL:
            while len(self.heads) <= row.entity:
                self.heads.append(0)
                self.versions.append(0)
            prev, version = self.heads[row.entity], self.versions[row.entity]
            self.heads[row.entity], self.versions[row.entity] = row.id, row.version
        else:
            known = self.entities.setdefault(row.entity, [row.kind, 0, 0, {}])
            prev, version = known[2], known[1]
            known[1], known[2] = row.version, row.id
        name = KINDS[row.kind] if 0 <= row.kind < len(KINDS) else str(row.kind)
        if row.prev != prev or row.version != version + 1:
            self.report(
                "chain", row.id, row.entity if row.kind == DEAL else 0, prev=prev, entity=f"{name} {row.entity}"
            )
        try:
            event, changes = payload(row)
            if row.kind == DEAL:
                self._effects(row, changes, epoch)
            else:
                self._entity(row, event, changes)
            self._sealed(row, event)
            if "key" in event:
                self.expected["keys"] += 1
                if self.db.execute("SELECT row FROM keys WHERE key = ?", (event["key"],)).fetchone() != (row.id,):
                    self.report("key", row.id)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            self.report("text", row.id, why=str(error))

    def _sealed(self, row: Row, event: dict[str, Any]) -> None:
        deal = row.entity if row.kind == DEAL else 0
        for digest in event.get("sealed", ()):
            found = self.db.execute(
                "SELECT value, salt FROM personal WHERE deal = ? AND digest = ?", (deal, digest)
            ).fetchone()
            forgotten = found is not None and found[0] is None and found[1] is None
            if not forgotten and (found is None or found[0] is None or digest_of(found[1], found[0]) != digest):
                self.report("personal", row.id, deal)

    def _effects(self, row: Row, changes: list[Any], epoch: int) -> None:
        for part, change in enumerate(changes):
            if change[0] != "effect":
                continue
            if change[1]["kind"] == "document" and not self._to_be_set(row.entity, change[1]["file"]):
                continue
            self.expected["outbox"] += 1
            found = self.db.execute(
                "SELECT intent FROM outbox WHERE deal = ? AND version = ? AND part = ? AND epoch = ?",
                (row.entity, row.version, part, epoch),
            ).fetchone()
            if found is None or found[0] != canonical(change[1]):
                self.report("effect", row.id, row.entity, part=part)

    def _to_be_set(self, deal: int, file: str) -> bool:
        """Whether a document went through the outbox; the others are whole when they are decided."""
        found = self.db.execute("SELECT media FROM documents WHERE deal = ? AND file = ?", (deal, file)).fetchone()
        return found is not None and found[0] == SET

    def _entity(self, row: Row, event: dict[str, Any], changes: list[Any]) -> None:
        known = self.entities[row.entity]
        known[3] = fold_entity(row.kind, known[3], changes)
        if row.kind == RESOURCE:
            name = self.db.execute("SELECT name FROM entities WHERE id = ?", (row.entity,)).fetchone()
            for what, *booking in changes:
                booked = (name[0] if name else "", *booking)
                if what == "book":
                    self.bookings.add(booked)
                else:
                    self.bookings.discard(booked)
        elif row.kind == INCIDENT:
            for what, data in changes:
                self._incident(row, what, data)
        elif row.kind == KEPT:
            self.expected["kept"] += 1
            data = event["data"]
            wanted = (row.at, data["name"], data["pipeline"], data["deal"], data["why"], canonical(data["payload"]))
            found = self.db.execute(
                "SELECT at, name, pipeline, deal, why, data FROM kept WHERE id = ?", (row.id,)
            ).fetchone()
            if found != wanted:
                self.report("kept", row.id)
        elif row.kind == DEFINITION:
            for _, number, identity, digest in changes:
                self._definition(row, number, identity, digest)

    def _incident(self, row: Row, what: str, data: Any) -> None:
        if what == "open":
            self.expected["incidents"] += 1
            wanted = (row.at, data["kind"], data["deal"], canonical(data["data"]))
            found = self.db.execute("SELECT at, kind, deal, data FROM incidents WHERE id = ?", (row.id,)).fetchone()
            good = found == wanted
        else:
            self.expected["resolved incidents"] += 1
            found = self.db.execute("SELECT status, resolved FROM incidents WHERE id = ?", (data,)).fetchone()
            good = found == ("resolved", row.at)
        if not good:
            self.report("incident", row.id)

    def _definition(self, row: Row, number: int, identity: str, digest: str) -> None:
        found = self.db.execute("SELECT id FROM definitions WHERE hash = ?", (identity,)).fetchone()
        if found is None:
            self.report("definition-missing", row.id, name=identity)
            return
        try:
            text = canonical(package_of(self.store, identity)).encode()
        except ValueError:
            text = b""
        if found != (number,) or hashlib.sha256(text).hexdigest() != digest:
            self.report("definition", row.id, name=identity)

    # --- deal by deal

    def _deals(self) -> int:
        stages: Counter[tuple[str, str]] = Counter()
        deals = 0
        hashes: dict[int, str] = dict(self.db.execute("SELECT id, hash FROM definitions").fetchall())
        for number, head, version, text in self.db.execute(
            "SELECT deal, head, version, state FROM states ORDER BY deal"
        ):
            deals += 1
            known = number < len(self.heads)
            if not known or head != self.heads[number] or version != self.versions[number]:
                row = self.heads[number] if known else 0
                self.report("state", row, number, what="head")
            if known:
                self.heads[number] = -abs(self.heads[number])  # seen
            steps: list[visits.Step] = []
            folded = self._fold(number, head, text, hashes, steps)
            if folded is not None:
                stages[folded.pipeline, folded.stage] += 1
                self._tables(folded, steps)
            self._step()
        for number, head in enumerate(self.heads):
            if head > 0:
                self.report("state-missing", head, number)
        self._counts(stages)
        return deals

    def _fold(self, number: int, head: int, text: str, hashes: dict[int, str], steps: list[visits.Step]) -> Deal | None:
        values = read.personal_of(self.store, number)
        try:
            rows = read.chain(self.store, head)
            folded, walk = Deal(number, ""), visits.Walk(number)
            for row in rows:
                if row.kind != DEAL or row.entity != number:
                    raise ValueError(f"row {row.id} belongs to another deal")
                _, changes = payload(row)
                if MARK in row.changes:
                    changes = unseal(changes, values)
                decoded = decode_changes(changes)
                fold(folded, decoded, row.at, hashes.get(row.definition, ""))
                steps += walk.over(decoded, row.version, row.actor)
            wanted = json.loads(canonical(dump(folded)))
            stored = unseal(json.loads(text), values)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            self.report("state", head, number, what=str(error))
            return None
        if wanted != stored:
            self.report("state", head, number, what=_differences(wanted, stored))
        return folded

    def _tables(self, deal: Deal, steps: list[visits.Step]) -> None:
        number, facets = deal.id, self.facets.of(deal.pipeline)
        found = self.db.execute("SELECT * FROM deals WHERE id = ?", (number,)).fetchone()
        self._compare("deals", number, [derive.deal_row(deal)], [found] if found else [])
        seen = self.db.execute("SELECT * FROM visits WHERE deal = ? ORDER BY visit", (number,)).fetchall()
        self._compare("visits", number, visits.rows(steps), seen)
        tasks = self.db.execute("SELECT * FROM tasks WHERE deal = ? ORDER BY id", (number,)).fetchall()
        self._compare("tasks", number, [derive.task_row(number, deal.tasks[key]) for key in sorted(deal.tasks)], tasks)
        for table, sql, rows in (
            (
                "timers",
                "SELECT 1 FROM timers WHERE due = ? AND deal = ? AND key = ? AND gen = ?",
                derive.timer_rows(deal),
            ),
            (
                "links",
                "SELECT 1 FROM links WHERE target = ? AND source = ? AND field = ?",
                derive.link_rows(deal, facets),
            ),
            (
                "routes",
                "SELECT 1 FROM routes WHERE pipeline = ? AND field = ? AND value = ? AND deal = ?",
                derive.route_rows(deal, facets),
            ),
            (
                "bookings",
                """SELECT 1 FROM bookings WHERE resource = ? AND item = ? AND start = ? AND until = ? AND deal = ?
                    AND field = ?""",
                derive.booking_rows(deal),
            ),
        ):
            self.expected[table] += len(rows)
            if any(self.db.execute(sql, row).fetchone() is None for row in rows):
                self.report("table", 0, number, table=table)

    def _compare(self, table: str, deal: int, wanted: list[Any], found: list[Any]) -> None:
        self.expected[table] += len(wanted)
        if wanted != found:
            self.report("table", 0, deal, table=table)

    def _counts(self, stages: Counter[tuple[str, str]]) -> None:
        counted = {(p, s): n for p, s, n in self.db.execute("SELECT pipeline, stage, n FROM stage_counts")}
        for pipeline, stage in sorted({*counted, *stages}):
            found, wanted = counted.get((pipeline, stage), 0), stages[pipeline, stage]
            if found != wanted:
                self.report("count", pipeline=pipeline, stage=stage, found=found, wanted=wanted)

    # --- what belongs to no deal

    def _rest(self) -> None:
        stored = {
            row[0]: row[1:] for row in self.db.execute("SELECT id, kind, version, head, state, name FROM entities")
        }
        for number in sorted({*stored, *self.entities}):
            kind, version, head, state = self.entities.get(number, [0, 0, 0, {}])
            found = stored.get(number)
            if found is None or found[:3] != (kind, version, head) or json.loads(found[3]) != state:
                last = max(head, found[2]) if found is not None else head
                self.report("entity", last, entity=f"{KINDS[kind]} {found[4] if found else number}")
            if kind == PEOPLE:
                absent = derive.absence_rows(state)
                self.expected["timers"] += len(absent)
                sql = "SELECT 1 FROM timers WHERE due = ? AND deal = ? AND key = ? AND gen = ?"
                if any(self.db.execute(sql, row).fetchone() is None for row in absent):
                    self.report("table", head, table="timers")
        if self.bookings != set(self.db.execute("SELECT resource, item, start, until, deal, field FROM bookings")):
            self.report("entity", 0, entity=KINDS[RESOURCE])
        for cause, part in self.db.execute("SELECT cause, part FROM inbox"):
            row = read.row(self.store, cause)
            try:
                sent = row is not None and json.loads(row.changes)[part][0] == "message"
            except (ValueError, IndexError, KeyError):
                sent = False
            if not sent:
                self.report("inbox", cause, part=part)
        self._surplus(
            (
                ("deals", "SELECT count(*) FROM deals"),
                ("tasks", "SELECT count(*) FROM tasks"),
                ("visits", "SELECT count(*) FROM visits"),
                ("timers", "SELECT count(*) FROM timers"),
                ("links", "SELECT count(*) FROM links"),
                ("routes", "SELECT count(*) FROM routes"),
                ("bookings", "SELECT count(*) FROM bookings"),
                ("outbox", "SELECT count(*) FROM outbox"),
                ("keys", "SELECT count(*) FROM keys"),
                ("kept", "SELECT count(*) FROM kept"),
                ("incidents", "SELECT count(*) FROM incidents"),
                ("resolved incidents", "SELECT count(*) FROM incidents WHERE status = 'resolved'"),
            )
        )

    def _surplus(self, counts: Iterable[tuple[str, str]]) -> None:
        for table, sql in counts:
            found = self._one(sql)
            if found != self.expected[table]:
                self.report("surplus", table=table, found=found, wanted=self.expected[table])


def _differences(wanted: dict[str, Any], stored: Any) -> str:
    """The parts of a state that differ, fields by name."""
    if not isinstance(stored, dict):
        return "?"
    parts = []
    for key in sorted({*wanted, *stored}):
        if wanted.get(key) == stored.get(key):
            continue
        if key == "f" and isinstance(stored.get("f"), dict):
            ours, theirs = wanted["f"], stored["f"]
            parts += sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
        else:
            parts.append(key)
    return ", ".join(parts)
