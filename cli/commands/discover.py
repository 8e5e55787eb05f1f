"""``voronka discover``: a pipeline drafted from an event log (U12)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import App, common
from voronka.cli.eventlog import activity, log_options, problems, read, tell

if TYPE_CHECKING:
    from voronka.engine.discover.faults import Faults
    from voronka.engine.discover.findings import Findings, Found


@click.command("discover")
@click.argument("logs", metavar="LOG…", nargs=-1, required=True, type=click.Path(path_type=Path))
@log_options
@click.option("--won", multiple=True, metavar="ACTIVITY", help="What wins a case (default: by names and ends).")
@click.option("--lost", multiple=True, metavar="ACTIVITY", help="What loses one; each becomes a reason.")
@click.option(
    "--at-least",
    type=click.FloatRange(0, 100),
    default=1.0,
    metavar="PERCENT",
    help="Of cases that an activity needs to become a stage (1).",
)
@click.option(
    "--passed",
    type=click.FloatRange(0, 100),
    default=50.0,
    metavar="PERCENT",
    help="Of the cases that went further, how many must have passed a stage; others are detours (50).",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write (default: the screen).")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@common
def command(
    app: App,
    logs: tuple[Path, ...],
    given: dict[str, Any],
    won: tuple[str, ...],
    lost: tuple[str, ...],
    at_least: float,
    passed: float,
    output: Path | None,
    force: bool,
) -> None:
    """Draft a pipeline from event logs: CSV or XES, plain or gzipped.

    A row of a CSV is an event (case, activity, time), or a case with a date for each thing that happened; columns are
    found by name and content, and said. Several files make one log. The draft declares stages in the order they are
    lived in, how cases end, observed probabilities, limits (90 % of stays), fields, and as gates what is nearly always
    known by then; figures stand beside. It passes `voronka check` and `voronka fmt --check`.

    Exit code 1: stopped at bad rows. With --json: {"source", "events", "cases", "courses", "duplicates", "tied",
    "bad", "notes", "fates": {won, lost, silent, running}, "stages": [{"title", "cases", "events", "begun", "ended",
    "won", "settled", "stays", "median_ms", "limit", "onward", "back", "repeated", "required", "people"}], "won": [...],
    "lost": [{"title", "cases", "from"}], "reasons", "fields",
    "detours": [{"title", "cases", "passed", "further", "after"}], "rare", "unused", "draft", "problems"}.
    """
    from voronka.engine.discover.draft import draft
    from voronka.engine.discover.findings import understand
    from voronka.stdlib.zones import zone

    if output is not None and output.exists() and not force:
        raise app.fail(
            f"{output}: there is a file already; name another, or add --force",
            f"{output}: такой файл уже есть; укажите другой или добавьте --force",
        )
    log, found = read(app, logs, given)
    wins = [activity(app, log, text, "--won") for text in won]
    losses = [activity(app, log, text, "--lost") for text in lost]
    for act in set(wins) & set(losses):
        name = log.activities[act]
        raise app.fail(f"“{name}” is both --won and --lost", f"«{name}» указано и в --won, и в --lost")
    findings = understand(log, zone(given["timezone"] or "UTC"), wins, losses, at_least / 100, passed / 100)
    text = draft(findings, _name(logs), app.lang)
    if not app.as_json:
        tell(app, log, found)
        if findings.ends.how:
            app.say(f"· {findings.ends.how.en}", f"· {findings.ends.how.ru}")
    if output is not None:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise app.fail(f"{output}: {error.strerror}", f"{output}: {error.strerror}") from error
    if app.as_json:
        app.dump({**_data(app, findings, found), "draft": text, "problems": problems(app, found)})
    elif output is None:
        app.out(text.removesuffix("\n"))
    else:
        n = len(findings.stages)
        stages = "1 stage" if n == 1 else f"{n} stages"
        app.say(
            f"✓ {output}: {stages} from {len(log):,} events; next: voronka check {output}, voronka graph {output}",
            f"✓ {output}: этапов {n}, событий {len(log)}; дальше: voronka check {output}, voronka graph {output}",
        )


def _name(logs: tuple[Path, ...]) -> str:
    name = logs[0].name
    for suffix in (".gz", ".csv", ".tsv", ".txt", ".xes", ".xml"):
        name = name.removesuffix(suffix)
    return name or "log"


def _data(app: App, found: Findings, faults: Faults) -> dict[str, Any]:
    from voronka.engine.discover.ends import Fate

    log = found.log
    names = log.activities
    explained = found.explained

    def arcs(pairs: tuple[tuple[int, int], ...]) -> list[dict[str, Any]]:
        return [{"to": names[act], "count": n} for act, n in pairs]

    def stage(one: Found) -> dict[str, Any]:
        return {
            "title": names[one.act],
            "cases": one.cases,
            "events": one.events,
            "begun": one.starts,
            "ended": one.ends,
            "won": one.won,
            "settled": one.settled,
            "stays": one.stays,
            "median_ms": one.median,
            "limit": one.limit,
            "onward": arcs(one.onward),
            "back": arcs(one.back),
            "repeated": one.again,
            "required": [
                {"field": found.fields[n].column.name, "known": known.filled, "of": known.cases}
                for n, known in one.required
            ],
            "people": one.people,
        }

    return {
        "source": log.source,
        "events": len(log),
        "cases": len(log.cases),
        "courses": found.mined.variants,
        "duplicates": log.duplicates,
        "tied": log.tied,
        "bad": faults.count,
        "notes": [note.in_(app.lang) for note in log.notes],
        "fates": {fate.value: found.ends.count(fate) for fate in Fate},
        "stages": [stage(one) for one in found.stages],
        "won": [stage(one) for one in found.won],
        "lost": [{"title": names[act], "cases": n, "from": arcs(sources)} for act, n, sources in found.lost],
        "reasons": dict(sorted(explained.counts.items())) if explained else {},
        "fields": [{"name": one.column.name, "type": one.type, "personal": one.personal} for one in found.fields],
        "detours": [
            {"title": names[d.act], "cases": d.cases, "passed": d.passed, "further": d.further, "after": arcs(d.after)}
            for d in found.detours
        ],
        "rare": {names[act]: n for act, n in found.rare},
        "unused": list(found.unused),
    }
