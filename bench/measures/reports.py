"""Reports over very many deals, beside SQL written by hand for the same figures."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from measures.harness import Act, Line, by_turns
from measures.sales import must, open_file
from voronka.dsl.check.workspace import check_text
from voronka.engine.host.commands import Command
from voronka.engine.host.host import Host
from voronka.engine.program.build import Programs
from voronka.engine.reports.cumulative import cumulative
from voronka.engine.reports.discipline import discipline
from voronka.engine.reports.funnel import funnel
from voronka.engine.reports.loss import loss
from voronka.engine.reports.nps import nps
from voronka.engine.reports.red import red
from voronka.engine.reports.scope import Scope
from voronka.engine.reports.table import Report
from voronka.engine.reports.time import time
from voronka.engine.reports.won import won
from voronka.engine.store.store import Store
from voronka.stdlib.library import library

FEW, MANY = 2_000, 1_000_000
MOST = 1.5
HOUR, DAY = 3_600_000, 86_400_000
BEGINS = 1_767_582_000_000  # 5 January 2026, 06:00 in Moscow
BY_HAND = "SQL written by hand"

SHOP = """
language en
team shop "Shop" { person anna "Anna" is manager  person ivan "Ivan" is manager }
pipeline sales "Sales" {
  timezone "Europe/Moscow"
  currency RUB
  role manager "Manager"
  owner is manager by round robin
  field amount "Amount" money
  field source "Source" choice { site "Site"  call "Call"  friend "Friend" }
  field score  "Score"  rating 0..10 { detractor "Detractor" = 0..6  promoter "Promoter" = 9..10 }
  stage new     "Request received" { limit 3 days  task call "Call" { due 1 day after entry } }
  stage offered "Offer sent"       { limit 9 days  task ask "Ask" { due 2 days after entry } }
  stage agreed  "Terms agreed"     { }
  stage signed  "Contract signed"  { }
  won paid "Paid" { }
  lost gone "Refused" { reason price "Price"  reason silent "Silent"  reason terms "Terms" }
}
"""
PATH = ("new", "offered", "agreed", "signed", "paid")

# a deal's rows, each column as it is in its copy; the log is not copied, since none of these reports reads it
_COPIES = {
    "states": "deal + :more, head, version, json_set(state, '$.id', deal + :more)",
    "deals": "id + :more, pipeline, stage, owner, created, entered, closed, reason, flags",
    "tasks": "deal + :more, id, name, path, assignee, lent, status, outcome, due, local, overdue, created, done_at,"
    " done_by, moved",
    "visits": "deal + :more, visit, pipeline, stage, source, entered, left, version, actor, reason",
}

RANKS = " ".join(f"WHEN '{stage}' THEN {n}" for n, stage in enumerate(PATH))
RANK = f"CASE stage {RANKS} END"
AMOUNT = "sum(CAST(round(CAST(json_extract(x.state, '$.f.amount[1]') AS REAL) * 100) AS INTEGER))"

SQL: dict[str, tuple[str, ...]] = {
    "funnel": (
        f"""SELECT d.stage, count(*), avg(d.entered), sum(d.flags LIKE '%"limit"%'), {AMOUNT}
            FROM deals d JOIN states x ON x.deal = d.id WHERE d.pipeline = 'sales' GROUP BY d.stage""",
    ),
    "cumulative": (
        f"""SELECT far, stage, count(*) FROM (SELECT v.deal, max({RANK}) AS far FROM visits v GROUP BY v.deal) m
            JOIN deals d ON d.id = m.deal WHERE d.pipeline = 'sales' GROUP BY 1, 2""",
    ),
    "won": (
        f"""SELECT strftime('%Y-%m', (d.closed + 10800000) / 1000, 'unixepoch') AS month, d.stage, count(*), {AMOUNT}
            FROM deals d JOIN states x ON x.deal = d.id
            WHERE d.pipeline = 'sales' AND d.closed IS NOT NULL GROUP BY 1, 2""",
        """WITH won AS (SELECT strftime('%Y-%m', (closed + 10800000) / 1000, 'unixepoch') AS month,
                closed - created AS ms FROM deals WHERE pipeline = 'sales' AND stage = 'paid'),
            ranked AS (SELECT month, ms, row_number() OVER (PARTITION BY month ORDER BY ms) AS n,
                count(*) OVER (PARTITION BY month) AS every FROM won)
            SELECT month, ms FROM ranked WHERE n = (every + 1) / 2""",
        """SELECT closed - created FROM deals WHERE pipeline = 'sales' AND stage = 'paid' ORDER BY 1
            LIMIT 1 OFFSET (SELECT (count(*) - 1) / 2 FROM deals WHERE pipeline = 'sales' AND stage = 'paid')""",
    ),
    "time": (
        """WITH ranked AS (SELECT stage, left - entered AS ms,
                row_number() OVER (PARTITION BY stage ORDER BY left - entered) AS n,
                count(*) OVER (PARTITION BY stage) AS every
                FROM visits WHERE pipeline = 'sales' AND left IS NOT NULL)
            SELECT stage, max(every), sum(ms), max(ms) FILTER (WHERE n = (every * 50 + 99) / 100),
                max(ms) FILTER (WHERE n = (every * 75 + 99) / 100), max(ms) FILTER (WHERE n = (every * 90 + 99) / 100),
                max(ms) FILTER (WHERE n = (every * 95 + 99) / 100) FROM ranked GROUP BY stage""",
        """SELECT stage, count(*), sum(flags LIKE '%"limit"%') FROM deals WHERE pipeline = 'sales' GROUP BY 1""",
        """WITH ranked AS (SELECT stage, closed - created AS ms,
                row_number() OVER (PARTITION BY stage ORDER BY closed - created) AS n,
                count(*) OVER (PARTITION BY stage) AS every FROM deals WHERE pipeline = 'sales' AND closed IS NOT NULL)
            SELECT stage, max(every), max(ms) FILTER (WHERE n = (every * 50 + 99) / 100),
                max(ms) FILTER (WHERE n = (every * 75 + 99) / 100), max(ms) FILTER (WHERE n = (every * 90 + 99) / 100),
                max(ms) FILTER (WHERE n = (every * 95 + 99) / 100) FROM ranked GROUP BY stage""",
    ),
    "loss": (
        f"""SELECT v.reason, v.source, count(*), sum(v.left IS NOT NULL), {AMOUNT}
            FROM visits v JOIN states x ON x.deal = v.deal
            WHERE v.pipeline = 'sales' AND v.stage = 'gone' GROUP BY 1, 2""",
    ),
    "nps": (
        """SELECT json_extract(state, '$.f.score') AS score, count(*) FROM states x JOIN deals d ON d.id = x.deal
            WHERE d.pipeline = 'sales' AND json_extract(state, '$.f.score') IS NOT NULL GROUP BY 1""",
    ),
    "discipline": tuple(
        f"""SELECT {group}, sum(t.status = 'done' AND (t.due IS NULL OR t.done_at <= t.due)),
                sum(t.status = 'done' AND t.done_at > t.due), sum(t.status = 'open' AND t.due < {BEGINS + 60 * DAY}),
                sum(t.status IN ('open', 'waiting')), sum(t.moved),
                avg(CASE WHEN t.status = 'done' AND t.done_at > t.due THEN t.done_at - t.due END)
            FROM deals d JOIN tasks t ON t.deal = d.id
            WHERE d.pipeline = 'sales' AND t.status <> 'cancelled' {more} GROUP BY 1"""
        for group, more in (
            ("t.assignee", ""),
            ("NULL", ""),
            ("t.path", ""),
            (
                "substr(t.local, 1, 10)",
                f"AND t.due < {BEGINS + 60 * DAY} AND t.due >= {BEGINS + 46 * DAY} AND t.local IS NOT NULL",
            ),
        )
    ),
    "red": (
        f"""SELECT d.id, d.flags, count(t.id) AS tasks, min(CASE WHEN t.status = 'open' AND t.due < {BEGINS + 60 * DAY}
                THEN t.due END) AS late
            FROM deals d LEFT JOIN tasks t ON t.deal = d.id AND t.status IN ('open', 'waiting')
            WHERE d.pipeline = 'sales' AND d.closed IS NULL GROUP BY d.id
            HAVING tasks = 0 OR late IS NOT NULL OR d.flags IS NOT NULL""",
        """SELECT d.id, d.created FROM deals d JOIN states x ON x.deal = d.id
            WHERE d.pipeline = 'sales' AND d.closed IS NULL AND d.stage = 'new'
                AND json_extract(x.state, '$.marks.contact') IS NULL""",
    ),
}
REPORTS: dict[str, Callable[[Scope], Report]] = {
    "funnel": funnel,
    "cumulative": cumulative,
    "won": won,
    "time": time,
    "loss": loss,
    "nps": nps,
    "discipline": discipline,
    "red": lambda scope: red(scope, 50),
}


def lines(quick: bool) -> list[Line]:
    """Each report with its texts beside its bare SQL, on one store; a deal has four moves on average."""
    many = MANY // 10 if quick else MANY
    with (
        tempfile.TemporaryDirectory(prefix="voronka-bench-") as folder,
        open_file(Path(folder) / "r.db", True) as store,
    ):
        programs = _programs()
        _season(store, programs)
        _multiply(store, many // FEW)
        scope = Scope(store, programs, BEGINS + 60 * DAY, ("sales",))
        moves = store.db.execute("SELECT count(*) FROM visits").fetchone()[0]
        found = []
        for name, make in REPORTS.items():
            acts: dict[str, Act] = {name: partial(make, scope), BY_HAND: partial(_by_hand, store.db, name)}
            times = by_turns(acts, 3)
            found.append(times.line(name, BY_HAND, limit=MOST, note=f"{many:,} deals, {moves:,} moves"))
        return found


def _by_hand(db: sqlite3.Connection, name: str) -> list[list[object]]:
    return [db.execute(sql).fetchall() for sql in SQL[name]]


def _programs() -> Programs:
    checked = check_text("shop.pipeline", SHOP, library())
    if checked.definition is None:
        raise SystemExit("\n".join(found.message("en") for found in checked.diagnostics))
    return Programs(checked.definition)


def _season(store: Store, programs: Programs) -> None:
    """Deals that go so far and no further, most of them in time, some of them lost."""
    random = Random(1)
    now = [BEGINS]
    host = Host(store, programs, lambda: now[0])
    for number in range(1, FEW + 1):
        created = BEGINS + random.randrange(40 * DAY)
        fields = {"source": random.choice(("site", "call", "friend"))}
        now[0] = created
        must([host.submit(Command("create", {"fields": fields}, None, "sales", created))])
        goes = random.choice((2, 3, 4, 4, 4, 4))
        for step, stage in enumerate(PATH[1 : goes + 1], 1):
            now[0] += random.randrange(HOUR, 5 * DAY)
            deal = host.deal(number)
            assert deal is not None
            tasks = deal.open_tasks
            must(host.submit(Command("done", {"task": t.id}, number, None, now[0], "anna")) for t in tasks)
            if step == 1:
                amount = {"fields": {"amount": random.randrange(10_000, 900_000)}}
                must([host.submit(Command("set", amount, number, None, now[0], "anna"))])
            if step == goes and random.random() < 0.6 and stage != "paid":
                lost = {"reason": random.choice(("price", "silent", "terms"))}
                must([host.submit(Command("lose", lost, number, None, now[0], "anna"))])
            else:
                must([host.submit(Command("move", {"stage": stage}, number, None, now[0], "anna"))])
            if stage == "paid" and random.random() < 0.5:
                scored = {"fields": {"score": random.randrange(11)}}
                must([host.submit(Command("set", scored, number, None, now[0], "anna"))])


def _multiply(store: Store, times: int) -> None:
    """Write every deal down so many times, under numbers of its own."""
    db = store.db
    db.execute("PRAGMA synchronous = OFF")  # nothing here has to survive
    db.execute("BEGIN IMMEDIATE")
    for table, columns in _COPIES.items():
        number = "id" if table == "deals" else "deal"
        for more in range(FEW, times * FEW, FEW):
            db.execute(f"INSERT INTO {table} SELECT {columns} FROM {table} WHERE {number} <= {FEW}", {"more": more})
    db.execute("COMMIT")
