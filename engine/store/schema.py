"""Tables, indexes and views of a store, and the migrations that lead to them."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from voronka.engine.store import visits

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION = 0x564F524E  # "VORN", in the file's header: tells a store from any other database
SCHEMA = 2  # of the tables, in the file's header; the log's rows have a format of their own

# The log is append-only and has no index: a row names its entity's row before, and states and entities name the last.
# States are apart from deals, because they change with every event and lists never need them.
TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
    """CREATE TABLE definitions (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, at INTEGER NOT NULL,
        facets TEXT NOT NULL, package BLOB NOT NULL)""",
    """CREATE TABLE titles (definition INTEGER, pipeline TEXT, kind TEXT, name TEXT, title TEXT NOT NULL,
        PRIMARY KEY (definition, pipeline, kind, name)) WITHOUT ROWID""",
    """CREATE TABLE log (id INTEGER PRIMARY KEY, tx INTEGER NOT NULL, kind INTEGER NOT NULL, entity INTEGER NOT NULL,
        version INTEGER NOT NULL, prev INTEGER NOT NULL, at INTEGER NOT NULL, recorded INTEGER NOT NULL,
        actor TEXT NOT NULL, definition INTEGER NOT NULL, engine TEXT NOT NULL, event TEXT NOT NULL,
        changes TEXT NOT NULL, format INTEGER NOT NULL)""",
    """CREATE TABLE commits (tx INTEGER PRIMARY KEY, last INTEGER NOT NULL, epoch INTEGER NOT NULL, at INTEGER NOT NULL,
        digest BLOB NOT NULL)""",
    """CREATE TABLE entities (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL,
        version INTEGER NOT NULL, head INTEGER NOT NULL, state TEXT NOT NULL, UNIQUE (kind, name))""",
    """CREATE TABLE states (deal INTEGER PRIMARY KEY, head INTEGER NOT NULL, version INTEGER NOT NULL,
        state TEXT NOT NULL)""",
    """CREATE TABLE deals (id INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, stage TEXT NOT NULL, owner TEXT,
        created INTEGER NOT NULL, entered INTEGER NOT NULL, closed INTEGER, reason TEXT, flags TEXT)""",
    """CREATE TABLE stage_counts (pipeline TEXT, stage TEXT, n INTEGER NOT NULL,
        PRIMARY KEY (pipeline, stage)) WITHOUT ROWID""",
    """CREATE TABLE tasks (deal INTEGER, id INTEGER, name TEXT NOT NULL, path TEXT NOT NULL, assignee TEXT, lent TEXT,
        status TEXT NOT NULL, outcome TEXT, due INTEGER, local TEXT, overdue INTEGER NOT NULL, created INTEGER NOT NULL,
        done_at INTEGER, done_by TEXT, moved INTEGER NOT NULL, PRIMARY KEY (deal, id)) WITHOUT ROWID""",
    "CREATE INDEX tasks_open ON tasks (assignee, due) WHERE status IN ('open', 'waiting')",
    "CREATE INDEX tasks_lent ON tasks (lent) WHERE lent IS NOT NULL",
    """CREATE TABLE timers (due INTEGER, deal INTEGER, key TEXT, gen INTEGER NOT NULL,
        PRIMARY KEY (due, deal, key)) WITHOUT ROWID""",
    """CREATE TABLE outbox (deal INTEGER, version INTEGER, part INTEGER, epoch INTEGER, at INTEGER NOT NULL,
        channel TEXT NOT NULL, intent TEXT NOT NULL, body TEXT, status TEXT NOT NULL, not_before INTEGER NOT NULL,
        attempts INTEGER NOT NULL, error TEXT, PRIMARY KEY (deal, version, part, epoch)) WITHOUT ROWID""",
    "CREATE INDEX outbox_pending ON outbox (not_before, deal, version, part) WHERE status = 'pending'",
    """CREATE TABLE inbox (cause INTEGER, part INTEGER, depth INTEGER NOT NULL, after INTEGER NOT NULL,
        PRIMARY KEY (cause, part)) WITHOUT ROWID""",
    """CREATE TABLE links (target INTEGER, source INTEGER, field TEXT,
        PRIMARY KEY (target, source, field)) WITHOUT ROWID""",
    """CREATE TABLE routes (pipeline TEXT, field TEXT, value TEXT, deal INTEGER,
        PRIMARY KEY (pipeline, field, value, deal)) WITHOUT ROWID""",
    """CREATE TABLE bookings (resource TEXT, item TEXT, start INTEGER, until INTEGER NOT NULL, deal INTEGER, field TEXT,
        PRIMARY KEY (resource, item, start, deal, field)) WITHOUT ROWID""",
    """CREATE TABLE documents (deal INTEGER, file TEXT, field TEXT NOT NULL, media TEXT NOT NULL, content BLOB,
        at INTEGER NOT NULL, PRIMARY KEY (deal, file)) WITHOUT ROWID""",
    """CREATE TABLE incidents (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, deal INTEGER,
        data TEXT NOT NULL, status TEXT NOT NULL, resolved INTEGER, resolved_by TEXT)""",
    """CREATE TABLE kept (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, name TEXT NOT NULL, pipeline TEXT, deal INTEGER,
        why TEXT NOT NULL, data TEXT NOT NULL)""",
    """CREATE TABLE personal (deal INTEGER, digest TEXT, value TEXT, salt BLOB,
        PRIMARY KEY (deal, digest)) WITHOUT ROWID""",
    "CREATE TABLE keys (key TEXT PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID",
)

# What readers may build on; the tables may change, these names and columns stay (docs/store.md).
VIEWS = {
    "v_deals": """
        SELECT d.id, d.pipeline, p.title AS pipeline_title, d.stage, s.title AS stage_title, d.owner,
            strftime('%Y-%m-%dT%H:%M:%SZ', d.created / 1000, 'unixepoch') AS created,
            strftime('%Y-%m-%dT%H:%M:%SZ', d.entered / 1000, 'unixepoch') AS entered,
            strftime('%Y-%m-%dT%H:%M:%SZ', d.closed / 1000, 'unixepoch') AS closed,
            d.reason, d.flags IS NOT NULL AS red, x.version, json_extract(x.state, '$.f') AS fields
        FROM deals d JOIN states x ON x.deal = d.id
        LEFT JOIN meta m ON m.key = 'definition'
        LEFT JOIN titles p ON p.definition = m.value AND p.pipeline = d.pipeline AND p.kind = 'pipeline'
        LEFT JOIN titles s ON s.definition = m.value AND s.pipeline = d.pipeline AND s.kind = 'stage'
            AND s.name = d.stage""",
    "v_tasks": """
        SELECT t.deal, t.id, t.name, coalesce(n.title, t.name) AS title, t.assignee, t.status, t.outcome,
            strftime('%Y-%m-%dT%H:%M:%SZ', t.due / 1000, 'unixepoch') AS due, t.local AS due_local, t.overdue, t.moved,
            strftime('%Y-%m-%dT%H:%M:%SZ', t.created / 1000, 'unixepoch') AS created,
            strftime('%Y-%m-%dT%H:%M:%SZ', t.done_at / 1000, 'unixepoch') AS done, t.done_by
        FROM tasks t JOIN deals d ON d.id = t.deal
        LEFT JOIN meta m ON m.key = 'definition'
        LEFT JOIN titles n ON n.definition = m.value AND n.pipeline = d.pipeline AND n.kind = 'task'
            AND n.name = t.path""",
    "v_events": """
        SELECT l.id, l.entity AS deal, l.version,
            strftime('%Y-%m-%dT%H:%M:%SZ', l.at / 1000, 'unixepoch') AS at,
            strftime('%Y-%m-%dT%H:%M:%SZ', l.recorded / 1000, 'unixepoch') AS recorded,
            l.actor, json_extract(l.event, '$.kind') AS kind, l.event, l.changes, f.hash AS definition
        FROM log l LEFT JOIN definitions f ON f.id = l.definition WHERE l.kind = 0""",
    "v_outbox": """
        SELECT o.epoch, o.deal, o.version, o.part, o.channel, o.status, o.attempts, o.error,
            strftime('%Y-%m-%dT%H:%M:%SZ', o.at / 1000, 'unixepoch') AS at,
            strftime('%Y-%m-%dT%H:%M:%SZ', o.not_before / 1000, 'unixepoch') AS not_before, o.intent, o.body
        FROM outbox o""",
    "v_incidents": """
        SELECT i.id, strftime('%Y-%m-%dT%H:%M:%SZ', i.at / 1000, 'unixepoch') AS at, i.kind, i.deal, i.status, i.data,
            strftime('%Y-%m-%dT%H:%M:%SZ', i.resolved / 1000, 'unixepoch') AS resolved, i.resolved_by
        FROM incidents i""",
}


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the database to the newest schema. Each migration is applied once, whole or not at all."""
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("voronka")

    @migrations()
    def schema_1(db: Database) -> None:
        for statement in TABLES:
            db.execute(statement)
        for name, sql in VIEWS.items():
            db.create_view(name, sql)
        db.execute(f"PRAGMA application_id = {APPLICATION:d}")

    @migrations()
    def schema_2(db: Database) -> None:
        db.execute(visits.TABLE)
        visits.fill(db.conn)
        for name, sql in visits.VIEWS.items():
            db.create_view(name, sql, replace=True)

    # sqlite-utils nests its own transactions in this one, so that half a schema is never seen
    connection.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(Database(connection, execute_plugins=False))
        connection.execute(f"PRAGMA user_version = {SCHEMA:d}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
