"""What the deals of a store have shown, for the linter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voronka.cli.app import App

if TYPE_CHECKING:
    from voronka.dsl.definition.model import Definition
    from voronka.dsl.lint.lived import Lived


def lived_stages(app: App, definition: Definition) -> dict[tuple[str, str], Lived]:
    """By pipeline and stage, as the definition calls them, from the store that ``--store`` names. Raises Failure."""
    from importlib.util import find_spec

    from voronka.cli.session import instant, store_only
    from voronka.dsl.lint.lived import Lived
    from voronka.engine.program.build import Programs
    from voronka.engine.reports.scope import one_moment

    if find_spec("numpy") is None:
        raise app.fail(
            "looking at a store needs numpy: pip install 'voronka[forecast]'",
            "чтобы смотреть в хранилище, нужен numpy: pip install 'voronka[forecast]'",
        )
    from voronka.engine.forecast.history import read
    from voronka.engine.forecast.observed import observed

    programs, now = Programs(definition), instant(app)
    found = {}
    with store_only(app) as store, one_moment(store):
        for name, pipeline in definition.pipelines.items():
            if pipeline.won is None:
                continue
            for one in observed(read(store, programs, name, now)):
                if one.share is not None:
                    found[name, one.stage] = Lived(one.share, one.low, one.high, one.ended)
    return found
