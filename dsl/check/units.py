"""Files and what they use: every one parsed once, circles found, top names unique over the workspace."""

from __future__ import annotations

from collections.abc import Iterable

from voronka.dsl.check.symbols import Top, Unit, Used
from voronka.dsl.check.words import close, listing
from voronka.dsl.check.world import World
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import modules, names
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Diagnostic, Label
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

_GROUPS: dict[type, str] = {
    nodes.Pipeline: "pipeline",
    nodes.Record: "pipeline",
    nodes.Module: "module",
    nodes.Calendar: "calendar",
    nodes.Resource: "resource",
    nodes.Segment: "segment",
}

_NAMED = (nodes.Pipeline, nodes.Record, nodes.Module, nodes.Calendar, nodes.Resource, nodes.Segment)


def load_all(keys: Iterable[str], world: World) -> None:
    """Read the files and everything they use, in the order in which they are met, into ``world.units``."""
    for key in keys:
        loaded = world.files.load(key) if key not in world.units else None
        if isinstance(loaded, Diagnostic):
            world.diags.add(loaded)
        elif loaded is not None:
            _follow(_open(key, loaded, world), world)
    for unit in world.units.values():
        _declare(unit, world)
    _find_circles(world)


def _open(key: str, source: Source, world: World, library: bool = False) -> Unit:
    parsed = world.parse(source)
    world.diags.extend(parsed.diagnostics)
    if any(found.is_error for found in parsed.diagnostics):
        world.remember_lost(source)
    world.sources[source.name] = source
    unit = Unit(key, parsed.file, Span(source, 0, 0), library)
    for node in parsed.file.body:
        if isinstance(node, nodes.Language) and node.names:
            unit.languages = tuple(name.name for name in node.names)
            for name in node.names:
                if len(name.name) not in (2, 3) or not name.name.isascii():
                    world.report(names.BAD_LANGUAGE, name.span, name=name.name)
    world.units[key] = unit
    return unit


def _follow(first: Unit, world: World) -> None:
    waiting = [first]
    while waiting:
        unit = waiting.pop()
        found = []
        for node in unit.file.body:
            if not isinstance(node, nodes.Use):
                continue
            used, fresh = _used(node, unit, world)
            if used is None:
                continue
            if node.alias is not None and (taken := next((u for u in unit.uses if u.alias == node.alias.name), None)):
                label = Label(taken.span, Both("here", "здесь"))
                world.report(
                    modules.ALIAS_TAKEN, node.alias.span, labels=(label,), name=node.alias.name, other=taken.unit.name
                )
                continue
            alias = node.alias.name if node.alias is not None else ""
            last = node.module.parts[-1].name if node.module is not None else ""
            unit.uses.append(Used(used, alias, last, node.span))
            if fresh:
                found.append(used)
        waiting.extend(reversed(found))


def _used(node: nodes.Use, unit: Unit, world: World) -> tuple[Unit | None, bool]:
    """The file that a ``use`` names, and whether it was read just now."""
    if node.module is not None:
        return _library(node.module, world)
    assert node.file is not None
    if unit.library or not node.file.value.strip():
        world.report(modules.MISSING_FILE, node.file.span, file=f"`{node.file.value}`", source=unit.name)
        return None, False
    key = world.files.beside(unit.key, node.file.value)
    if key in world.units:
        return world.units[key], False
    if not world.files.exists(key):
        world.report(modules.MISSING_FILE, node.file.span, file=world.files.shown(key), source=unit.name)
        return None, False
    loaded = world.files.load(key)
    if isinstance(loaded, Diagnostic):
        label = Label(node.file.span, Both("used here", "подключается здесь"))
        world.diags.add(Diagnostic(loaded.code, loaded.span, loaded.args, (*loaded.labels, label)))
        return None, False
    return _open(key, loaded, world), True


def _library(path: nodes.Path, world: World) -> tuple[Unit | None, bool]:
    if path.name in world.units:
        return world.units[path.name], False
    first, _, rest = path.name.partition(".")
    source = world.library.module(rest) if first == "std" and rest else None
    if source is None:
        known = [f"std.{name}" for name in world.library.modules]
        what = Both("it has", "в ней есть")
        near = close(path.name, known)
        world.lost_names.update(name.rpartition(".")[2] for name in (path.name, *near))
        if near:
            world.misspelt(modules.UNKNOWN_LIBRARY_MODULE, path.span, path.name, near)
        else:
            world.report(modules.UNKNOWN_LIBRARY_MODULE, path.span, name=path.name, hint=listing(known, what))
        return None, False
    return _open(path.name, source, world, library=True), True


def _declare(unit: Unit, world: World) -> None:
    for node in unit.file.body:
        if isinstance(node, _NAMED):
            _top(_GROUPS[type(node)], node.name, node, unit, world)
        elif isinstance(node, nodes.Team):
            for person in node.people:
                _top("person", person.name, person, unit, world)


def _top(group: str, name: nodes.Ident, node: nodes.Node, unit: Unit, world: World) -> None:
    top = Top(group, name.name, node, name.span, unit)
    # Modules of the library have a name space of their own: a workspace may call one of its modules nps, too.
    every = unit.tops.setdefault(group, {}) if unit.library else world.tops.setdefault(group, {})
    if (first := every.get(name.name)) is not None:
        label = Label(first.span, Both("first declared here", "впервые объявлено здесь"))
        world.report(names.REDECLARED, name.span, labels=(label,), name=name.name, kind=GROUP_NAMES[group])
        unit.tops.setdefault(group, {}).setdefault(name.name, first)  # seen all the same: one mistake, one finding
        return
    every[name.name] = top
    unit.tops.setdefault(group, {})[name.name] = top


GROUP_NAMES = {
    "pipeline": Both("pipeline or record", "воронка или карточка"),
    "module": Both("module", "модуль"),
    "calendar": Both("calendar", "календарь"),
    "resource": Both("resource", "ресурс"),
    "segment": Both("segment", "сегмент"),
    "person": Both("person", "сотрудник"),
}


def _find_circles(world: World) -> None:
    """Report every circle of files once, at the ``use`` that closes it."""
    done: set[str] = set()
    for start in world.units.values():
        if start.key in done:
            continue
        trail: list[Unit] = [start]
        steps = [iter(start.uses)]
        on_trail = {start.key}
        while steps:
            use = next(steps[-1], None)
            if use is None:
                steps.pop()
                left = trail.pop()
                on_trail.discard(left.key)
                done.add(left.key)
            elif use.unit.key in on_trail:
                circle = [*trail[next(n for n, unit in enumerate(trail) if unit is use.unit) :], use.unit]
                path = " → ".join(unit.name for unit in circle)
                world.report(modules.CIRCULAR_USE, use.span, path=path)
            elif use.unit.key not in done:
                trail.append(use.unit)
                on_trail.add(use.unit.key)
                steps.append(iter(use.unit.uses))
