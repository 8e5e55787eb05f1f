"""Checking a workspace: from paths to a frozen definition and everything that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from voronka.dsl.check import flow
from voronka.dsl.check.expand import expand, expand_module
from voronka.dsl.check.expressions.table import HANDLERS
from voronka.dsl.check.files import Disk, Files, Memory
from voronka.dsl.check.library import LibraryProtocol
from voronka.dsl.check.lower.pipeline import borrow_settings, pipeline, settle, type_fields
from voronka.dsl.check.lower.scenario import scenarios
from voronka.dsl.check.lower.top import calendar, people, resources, segments
from voronka.dsl.check.symbols import Table, TaskSym
from voronka.dsl.check.template_files import load_templates
from voronka.dsl.check.templates import check_templates
from voronka.dsl.check.units import load_all
from voronka.dsl.check.world import World
from voronka.dsl.definition.model import Definition, Pipeline
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import modules
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a check. ``definition`` is None where there are errors; ``sources`` are by displayed name."""

    definition: Definition | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]

    @property
    def ok(self) -> bool:
        """Whether there is a definition."""
        return self.definition is not None


def check(
    paths: Sequence[Path], library: LibraryProtocol, *, display_root: Path | None = None, files: Disk | None = None
) -> Checked:
    """Check files, and folders for all their ``.pipeline`` files, as one workspace. Never raises for what they hold.

    ``files``: who reads them, if it is not to be a plain :class:`Disk` with this root.
    """
    files = files or Disk(display_root)
    world = World(library, files, HANDLERS)
    keys: list[str] = []
    for path in paths:
        if not path.is_dir():
            keys.append(os.path.realpath(path))
            continue
        found = sorted(path.rglob("*.pipeline"))
        keys += [os.path.realpath(one) for one in found]
        if not found:
            source = Source(files.shown(str(path)), "")
            world.report(modules.NO_FILES, Span(source, 0, 0), folder=source.name)
    return check_into(list(dict.fromkeys(keys)), world)


def check_text(name: str, text: str, library: LibraryProtocol, extra: Mapping[str, str] | None = None) -> Checked:
    """Check one text; ``extra`` holds the other files it may use, templates too, by their names."""
    files: Files = Memory({**(extra or {}), name: text})
    return check_into([name], World(library, files, HANDLERS))


def check_into(keys: Sequence[str], world: World) -> Checked:
    """Check files by their keys; what was learnt of them stays in the world."""
    load_all(keys, world)
    collect(world)
    pipelines = {name: pipeline(table) for name, table in world.tables.items()}
    _modules_alone(world)
    definition = _definition(keys, pipelines, world)
    if world.diags.has_errors:
        return Checked(None, world.diags.sorted(), world.sources)
    return _proved(definition, world)


def collect(world: World) -> None:
    """Tables of everything, then what hangs on all of them: calendars, settings, types."""
    for top in world.tops.get("calendar", {}).values():
        world.calendars[top.name] = calendar(top, world)
    world.used_calendars.update(world.calendars)
    for top in world.tops.get("pipeline", {}).values():
        assert isinstance(top.node, nodes.Pipeline | nodes.Record)
        world.tables[top.name] = expand(top.node, top.unit, world)
    for table in world.tables.values():
        settle(table)
    for table in world.tables.values():
        borrow_settings(table, world.tables)
    for table in world.tables.values():
        type_fields(table)
        default_outcomes(table)


def default_outcomes(table: Table) -> None:
    """Outcomes that ``every task`` gives to tasks without any."""
    found = {
        placed.node.name.name: placed.node for placed in table.root.every_task if isinstance(placed.node, nodes.Outcome)
    }
    for sym in table.tasks.values():
        if found and isinstance(sym, TaskSym) and not sym.outcomes:
            sym.outcomes.update(found)


def _modules_alone(world: World) -> None:
    """A module that nothing includes is checked all the same; of the library only what is included is."""
    used = {env.module.node for table in world.tables.values() for env in table.envs if env.module is not None}
    for top in world.tops.get("module", {}).values():
        if top.node in used:
            continue
        table = expand_module(top, world)
        used.update(env.module.node for env in table.envs if env.module is not None)
        settle(table)
        type_fields(table)
        pipeline(table)


def _definition(keys: Sequence[str], pipelines: dict[str, Pipeline], world: World) -> Definition:
    templates = load_templates(world)
    named = [unit for key in keys if (unit := world.units.get(key)) is not None]
    used = {one.calendar for one in pipelines.values()}
    return Definition(
        pipelines=pipelines,
        calendars={
            name: spec for name, spec in world.used_calendars.items() if name in used or name in world.calendars
        },
        people=people(world),
        resources=resources(world),
        segments=segments(world),
        templates=templates,
        sources=tuple((source.name, source.text) for source in world.sources.values()),
        languages=named[0].languages if named else ("ru", "en"),
        scenarios=tuple(case for unit in named for case in scenarios(unit, world)),
    )


def _proved(definition: Definition, world: World) -> Checked:
    """What can be said once names and types are right: what can happen, and what the templates read."""
    world.diags.extend(flow.analyse(definition, world.sources))
    world.diags.extend(check_templates(definition, world.sources))
    found = world.diags.sorted()
    return Checked(None if world.diags.has_errors else definition, found, world.sources)
