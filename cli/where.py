"""``--where``: deals by a condition of the language, told in words where it is none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from voronka.cli.app import App

if TYPE_CHECKING:
    from voronka.engine.program.build import Programs
    from voronka.engine.store.store import Store


def numbers(app: App, store: Store, programs: Programs, pipelines: Iterable[str], text: str, now: int) -> set[int]:
    """Deals of these pipelines for which the condition is true as they stand.

    Pipelines that do not have what it speaks of have none. Raises Failure where that is so of all.
    """
    from voronka.cli import findings
    from voronka.engine.where.search import matching
    from voronka.engine.where.typed import BadCondition, typed

    found: set[int] = set()
    bad: list[BadCondition] = []
    homes = [name for name in pipelines if name in programs.definition.pipelines]
    for name in homes:
        try:
            expr = typed(programs, name, text)
        except BadCondition as error:
            bad.append(error)
            continue
        found.update(matching(store, programs, name, expr, now))
    if len(bad) == len(homes):
        if bad and bad[0].found:
            findings.show(app, bad[0].found, to_stdout=False)
        raise app.fail(
            f"--where: “{text}” is no condition about these deals; write one as in the files: "
            "amount > 100_000 RUB and stage is qualified",
            f"--where: «{text}» — не условие о таких сделках; пишите, как в файлах: "
            "amount > 100_000 RUB and stage is qualified",
        )
    return found
