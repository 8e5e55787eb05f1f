"""The import of 8,000 leads and their 842 wins, a year of time passing in between, beside the same rows written raw.

With VORONKA_DATA naming a folder that holds olist_leads.csv and olist_closed_deals.csv these are the leads; otherwise
made-up ones of the same shape.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from measures import recording, sales
from measures.harness import WALL, Act, Line, by_turns
from voronka.engine.host.host import Host
from voronka.engine.intake.mapping import MAIN, load_map
from voronka.engine.intake.plan import Plan, make_plan
from voronka.engine.intake.run import carry_out
from voronka.engine.intake.table import read_table
from voronka.engine.store.store import Store

LEADS, WINS = 8_000, 842
FIRST = datetime(2017, 6, 14, tzinfo=UTC)
NOW = int(datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp() * 1000)
LEADS_FILE = "leads.pipeline"
RAW = "the same rows, raw"


def lines(quick: bool) -> list[Line]:
    """How many times as long the import takes, and events a second of both."""
    runs, share = (1, 8) if quick else (3, 1)
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as name:
        folder = Path(name)
        plan = _plan(folder, share)
        base = folder / "base.db"
        with sales.open_file(base, create=True) as store:
            sales.team(_host(store, plan))
        sales.settled(base)
        transactions, events = _recorded(sales.copy_of(base, "recorded.db"), plan)
        acts = {"import": _imports(base, plan, runs), RAW: _replays(base, transactions, runs)}
        times = by_turns(acts, runs, WALL)
    took, raw = times.medians["import"], times.medians[RAW]
    whose = "Olist's" if _given() else "made-up"
    note = f"{events:,} events: {events / took:,.0f} a second, raw {events / raw:,.0f}"
    return [times.line("import", RAW, f"import of {len(plan.deeds):,} rows ({whose})", note=note)]


def _given() -> str:
    return os.environ.get("VORONKA_DATA", "")


def _plan(folder: Path, share: int) -> Plan:
    """The rows as typed by the shipped mapping; every ``share``-th of the leads."""
    source = Path(_given()) if _given() else _made_up(folder)
    given = load_map(sales.PIPELINES / "maps" / "olist.toml")
    tables = {MAIN: read_table(source / "olist_leads.csv"), "wins": read_table(source / "olist_closed_deals.csv")}
    plan = make_plan(sales.programs(LEADS_FILE), given, "leads", tables, NOW, lambda key: None)
    kept = {deed.key for deed in plan.deeds[::share]}
    plan.deeds = [deed for deed in plan.deeds if deed.key in kept]
    return plan


def _made_up(folder: Path) -> Path:
    """Leads over a year, every tenth of them won some weeks later: the columns and the sizes of Olist's two files."""
    dice = Random(20171231)
    leads = [(f"{dice.randrange(16**32):032x}", dice.randrange(350)) for _ in range(LEADS)]
    origins = ("organic_search", "paid_search", "social", "email", "referral", "direct_traffic", "unknown", "")
    with (folder / "olist_leads.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("mql_id", "first_contact_date", "landing_page_id", "origin"))
        for key, day in leads:
            came = (FIRST + timedelta(days=day)).strftime("%d-%m-%Y")
            table.writerow((key, came, f"{dice.randrange(16**32):032x}", dice.choice(origins)))
    columns = "mql_id seller_id sdr_id sr_id won_date business_segment lead_type lead_behaviour_profile business_type"
    with (folder / "olist_closed_deals.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow((*columns.split(), "declared_monthly_revenue"))
        for key, day in sorted(dice.sample(leads, WINS)):
            won = FIRST + timedelta(days=day + dice.randrange(1, 80), minutes=dice.randrange(1440))
            who = (f"{dice.randrange(16**32):032x}" for _ in range(3))
            rest = (
                dice.choice(("pet", "books", "toys")),
                "online_medium",
                dice.choice(("cat", "wolf")),
                "reseller",
                "0",
            )
            table.writerow((key, *who, won.strftime("%d-%m-%Y %H:%M"), *rest))
    return folder


def _host(store: Store, plan: Plan) -> Host:
    return sales.host_on(store, NOW, file=LEADS_FILE)


def _import(store: Store, plan: Plan) -> int:
    """Bring everything in and let time pass to the last date; returns the number of events."""
    assert plan.last is not None
    outcome = carry_out(_host(store, plan), plan, plan.last, "")
    for name, tally in outcome.tallies.items():
        if tally.counts["failed"] or not tally.counts.total():
            raise AssertionError(f"{name}: {tally.counts}")
    return outcome.events


def _recorded(path: Path, plan: Plan) -> tuple[list[list[recording.Statement]], int]:
    with sales.open_file(path) as store, recording.recorded(store) as recorder:
        events = _import(store, plan)
        return recorder.transactions, events


def _imports(base: Path, plan: Plan, runs: int) -> Iterator[Act]:
    for run in range(runs):
        with sales.open_file(sales.copy_of(base, f"import-{run}.db")) as store:
            yield partial(_import, store, plan)


def _replays(base: Path, transactions: list[list[recording.Statement]], runs: int) -> Iterator[Act]:
    for run in range(runs):
        with sales.open_file(sales.copy_of(base, f"raw-{run}.db")) as store:
            yield partial(_replay, store, transactions)


def _replay(store: Store, transactions: list[list[recording.Statement]]) -> None:
    for statements in transactions:
        recording.replay(store.db, statements)
