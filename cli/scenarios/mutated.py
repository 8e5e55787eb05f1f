"""The mutation score: how much of what could be written wrong the scenarios notice, and what they do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import App
from voronka.cli.scenarios.results import title
from voronka.cli.tables import Row, bold, table
from voronka.engine.words.dates import count

if TYPE_CHECKING:
    from voronka.cli.scenarios.results import Result
    from voronka.engine.scenario.coverage import Coverage
    from voronka.engine.scenario.mutation import Bench, Verdict
    from voronka.engine.scenario.points import Watched

_HEADS = {
    "gate": ("условия", "gates"),
    "condition": ("ветви", "conditions"),
    "deadline": ("сроки", "deadlines"),
    "robot": ("роботы", "robots"),
    "task": ("задачи", "tasks"),
    "sentence": ("действия", "sentences"),
    "require": ("поля", "fields"),
    "bound": ("пределы", "bounds"),
    "reason": ("причины", "reasons"),
}


def bench(programs: Watched, coverage: Coverage, results: Sequence[Result], marks: Sequence[Any]) -> Bench:
    """What mutants are tried with: the scenarios that have just run, with where they have been."""
    from voronka.engine.scenario.mutation import Bench, asked

    places = {id(scenario): place for place, scenario in enumerate(programs.definition.scenarios)}
    asking = [
        asked(programs, places[id(result.outcome.scenario)], result.outcome, passed)
        for result, passed in zip(results, marks, strict=True)
    ]
    return Bench(programs.definition, coverage.library, asking)


def attempt(app: App, made: Bench, most: int, seed: int, jobs: int) -> list[Verdict]:
    """Try the mutants, with a bar for those who wait."""
    from voronka.cli.progress import bar
    from voronka.engine.scenario.mutation import drawn, tried

    places = drawn(made.mutants, most, seed)
    what = "мутанты" if app.lang == "ru" else "mutants"
    with bar(app, len(places), what) as told:
        return tried(made, places, jobs, told)


def score(verdicts: Sequence[Verdict]) -> float:
    """Percent of the mutants that were noticed."""
    return 100.0 if not verdicts else 100 * sum(one.noticed for one in verdicts) / len(verdicts)


def show(app: App, made: Bench, verdicts: Sequence[Verdict], seed: int) -> None:
    """A table of pipelines by kinds, then every mutant that nobody noticed."""
    ru = app.lang == "ru"
    kinds = [kind for kind in _HEADS if any(one.mutant.kind == kind for one in verdicts)]
    names = list(dict.fromkeys(one.mutant.pipeline for one in verdicts))
    order = [name for name in made.definition.pipelines if name in names]
    app.out()
    head = ["Замечено" if ru else "Noticed", "", *(_HEADS[kind][0 if ru else 1] for kind in kinds)]
    rows: list[Row] = [_row(name, [one for one in verdicts if one.mutant.pipeline == name], kinds) for name in order]
    if len(rows) > 1:
        rows.append([bold(cell) for cell in _row("всё" if ru else "all", verdicts, kinds)])
    table(app, head, rows, right=range(1, len(head)))
    if len(verdicts) < len(made.mutants):
        app.say(
            f"{len(verdicts)} of {len(made.mutants)} mutants, by lot (--seed {seed}); --mutants 0 tries all",
            f"мутантов {len(verdicts)} из {len(made.mutants)}, по жребию (--seed {seed}); --mutants 0 — все",
        )
    scenarios = made.definition.scenarios
    if app.verbose:
        for one in verdicts:
            if one.noticed_by is not None:
                who = title(app, scenarios[one.noticed_by])
                app.out(f"  {_place(one)}  {one.mutant.what.in_(app.lang)}  ← {who}")
    missed = [one for one in verdicts if not one.noticed]
    if missed and not app.quiet:
        app.out(f"\n{'Не замечено' if ru else 'Not noticed'}: {len(missed)}")
        for one in missed:
            app.out(f"  {_place(one)}  {one.mutant.what.in_(app.lang)}  {click.style(_asked(app, one), dim=True)}")


def _row(name: str, verdicts: Sequence[Verdict], kinds: Sequence[str]) -> list[str]:
    cells = [name, f"{int(score(verdicts))} %"]
    for kind in kinds:
        of = [one for one in verdicts if one.mutant.kind == kind]
        cells.append(f"{sum(one.noticed for one in of)}/{len(of)}" if of else "")
    return cells


def _place(one: Verdict) -> str:
    return click.style(str(one.mutant.loc), fg="cyan")


def _asked(app: App, one: Verdict) -> str:
    if not one.asked:
        return "(сюда не заходит ни один)" if app.lang == "ru" else "(none goes there)"
    ru = count(one.asked, "ru", ("сценарий был здесь", "сценария были здесь", "сценариев были здесь"), ("", ""))
    en = count(one.asked, "en", ("", "", ""), ("scenario goes there", "scenarios go there"))
    return f"({ru if app.lang == 'ru' else en})"


def data(app: App, made: Bench, verdicts: Sequence[Verdict], seed: int) -> dict[str, Any]:
    """``{"score", "noticed", "tried", "made", "seed", "mutants": […]}``."""
    scenarios = made.definition.scenarios
    return {
        "score": round(score(verdicts), 2),
        "noticed": sum(one.noticed for one in verdicts),
        "tried": len(verdicts),
        "made": len(made.mutants),
        "seed": seed,
        "mutants": [
            {
                "pipeline": one.mutant.pipeline,
                "kind": one.mutant.kind,
                "what": one.mutant.what.in_(app.lang),
                "file": one.mutant.loc.file,
                "line": one.mutant.loc.line,
                "column": one.mutant.loc.column,
                "noticed": one.noticed,
                "noticed_by": None if one.noticed_by is None else title(app, scenarios[one.noticed_by]),
                "asked": one.asked,
            }
            for one in verdicts
        ],
    }
