"""``voronka demo``: a minute with a store full of deals, then the timeline of one of them."""

from __future__ import annotations

import importlib.resources
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import click

from voronka.cli.app import App, common

# where the demonstration's quarter begins: a working Monday in the pipelines' zone
START = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)


@click.command("demo")
@click.option("--deals", type=click.IntRange(1, 100_000), default=600, show_default=True, help="How many deals.")
@click.option("--days", type=click.IntRange(1, 3650), default=60, show_default=True, help="Days that pass.")
@click.option("--seed", type=int, default=7, show_default=True, help="Which team plays; the same seed, the same store.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the store there (default: a temporary file).")
@common
def command(app: App, deals: int, days: int, seed: int, keep: Path | None) -> None:
    """Fill a store with deals that a made-up team works on, verify it, and show one deal's way.

    With --json: {"deals", "events", "seconds", "stages", "won", "lost", "verified", "store", "shown"}.
    """
    import tempfile

    if keep is not None and keep.exists():
        raise app.fail(f"{keep}: it is there already", f"{keep}: такой файл уже есть")
    if keep is not None:
        _play(app, deals, days, seed, keep)
        return
    with tempfile.TemporaryDirectory(prefix="voronka-demo-") as folder:
        _play(app, deals, days, seed, Path(folder) / "voronka.db")


def _play(app: App, deals: int, days: int, seed: int, path: Path) -> None:
    from voronka.cli.progress import bar
    from voronka.engine.host.host import Host
    from voronka.engine.host.render import renderer
    from voronka.engine.scenario.player import Player
    from voronka.engine.store.files import open_store
    from voronka.engine.store.problems import StoreProblem
    from voronka.engine.workspace import load

    source = importlib.resources.files("voronka.pipelines").joinpath("amocrm.pipeline")
    with importlib.resources.as_file(source) as file:
        loaded = load([file], file.parent)
    assert loaded.programs is not None, "the packaged pipelines are checked by the tests"
    programs = loaded.programs
    store = open_store(path, create=True)
    if isinstance(store, StoreProblem):
        raise app.fail(store.message.en, store.message.ru)
    now = int(START.timestamp() * 1000)
    clock = [now]
    with store:
        host = Host(store, programs, lambda: clock[0])
        host.render = renderer(programs, app.lang, lambda name: host.people.facts(name))
        _team(host, app.lang)

        def turn(instant: int) -> None:
            clock[0] = max(clock[0], instant)

        player = Player(host, Random(seed), clock=turn)
        app.say(
            f"A team works on {deals} deals for {days} days …", f"Команда ведёт {deals} сделок в течение {days} дней …"
        )
        began = time.perf_counter()
        with bar(app, days) as advance:
            for instant in player.season("amocrm", now, days, deals):
                advance((instant - now) // 86_400_000)
        took = time.perf_counter() - began
        _report(app, host, path, took)


def _team(host: object, lang: str) -> None:
    from voronka.engine.host.commands import Command
    from voronka.engine.host.host import Host

    assert isinstance(host, Host)
    roles = {r.name: r for p in host.programs.definition.pipelines.values() for r in p.roles.values()}
    for name, role in roles.items():
        for number in (1, 2, 3) if not any(r.reports_to == name for r in roles.values()) else (1,):
            title = f"{role.title.in_(lang) or name} {number}"
            person = {"do": "add", "name": f"{name}{number}", "role": name, "title": title}
            host.submit(Command("person", person, at=host.clock()))


def _report(app: App, host: object, path: Path, took: float) -> None:
    from voronka.cli.timeline import Printer
    from voronka.engine.host.host import Host
    from voronka.engine.sandbox import Done
    from voronka.engine.store import read
    from voronka.engine.store.verify import verify
    from voronka.engine.words.story import Story

    assert isinstance(host, Host)
    db = host.store.db
    events = int(db.execute("SELECT count(*) FROM log").fetchone()[0])
    rows = db.execute("SELECT pipeline, stage, count(*) FROM deals GROUP BY 1, 2").fetchall()
    counts = {(pipeline, stage): n for pipeline, stage, n in rows}
    program = host.programs.pipelines["amocrm"]
    report = verify(host.store)
    shown = _interesting(host)
    stages = [(stage, counts.get(("amocrm", stage.name), 0)) for stage in program.pipeline.stages.values()]
    if app.as_json:
        app.dump(
            {
                "deals": sum(counts.values()),
                "events": events,
                "seconds": round(took, 2),
                "stages": {stage.name: n for stage, n in stages},
                "won": sum(n for stage, n in stages if stage.kind == "won"),
                "lost": sum(n for stage, n in stages if stage.kind == "lost"),
                "verified": report.ok,
                "store": str(path),
                "shown": shown,
            }
        )
        return
    most = max((n for _, n in stages), default=1) or 1
    app.out(click.style(program.pipeline.title.in_(app.lang), bold=True))
    for stage, n in stages:
        colour = {"won": "green", "lost": "red"}.get(stage.kind, "cyan")
        blocks = click.style("█" * max(n * 40 // most, 1 if n else 0), fg=colour)
        app.out(f"  {stage.title.in_(app.lang) or stage.name:<20} {n:>5} {blocks}")
    story = Story(host.programs, app.lang, lambda name: str((host.people.facts(name) or {}).get("title") or name))
    printer = Printer(app, program.calendar)
    app.out()
    app.out(click.style(story.say(f"Сделка {shown}", f"Deal {shown}"), bold=True))
    deal = host.deal(shown)
    assert deal is not None
    for entry in read.history(host.store, shown):
        done = Done(shown, deal.pipeline, entry.event, list(entry.changes), (), deal, {})
        printer.done(done, story.lines(program, entry.event, entry.changes, deal))
    printer.flush()
    app.out()
    ok = report.ok
    app.say(
        f"{sum(counts.values())} deals, {events} events in {took:.1f} s; the store "
        + ("verifies: its log folds to its tables" if ok else "does NOT verify"),
        f"Сделок {sum(counts.values())}, событий {events}, {took:.1f} с; хранилище "
        + ("сходится: журнал сворачивается в таблицы" if ok else "НЕ сходится"),
    )


def _interesting(host: object) -> int:
    """A won deal with a long way behind it."""
    from voronka.engine.host.host import Host

    assert isinstance(host, Host)
    row = host.store.db.execute(
        """SELECT d.id FROM deals d JOIN states s ON s.deal = d.id WHERE d.pipeline = 'amocrm'
        ORDER BY d.stage = 'success' DESC, s.version DESC, d.id LIMIT 1"""
    ).fetchone()
    return int(row[0])
