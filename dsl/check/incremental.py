"""Checking again after an edit: what did not change, and hangs on nothing that did, is not looked at a second time.

Files are parsed by blocks (``syntax/blocks.py``), and pipelines, modules and scenarios are lowered and analysed one by
one, in places of their blocks. What each of them asked of another pipeline is written down: it is done again when that
one changed. Everything else that they see (what files use each other, modules, calendars, teams, which names there
are) is compared as a whole: when it changes, all names are resolved anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, TypeVar

from voronka.dsl.check.expand import expand, expand_module
from voronka.dsl.check.expressions.table import HANDLERS
from voronka.dsl.check.files import Files
from voronka.dsl.check.flow import Flow, circles, flow_of
from voronka.dsl.check.flow.facts import Book
from voronka.dsl.check.library import LibraryProtocol
from voronka.dsl.check.lower.pipeline import borrow_settings, pipeline, settle, type_fields
from voronka.dsl.check.lower.scenario import scenario
from voronka.dsl.check.lower.top import calendar, people, resources, segments
from voronka.dsl.check.overlay import Overlay
from voronka.dsl.check.relocate import Relocated
from voronka.dsl.check.symbols import Table, Top, Unit
from voronka.dsl.check.template_files import load_templates
from voronka.dsl.check.templates.check import Texts, check_templates
from voronka.dsl.check.units import load_all
from voronka.dsl.check.workspace import default_outcomes
from voronka.dsl.check.world import MOST_COMPARED, World
from voronka.dsl.definition.model import CalendarSpec, Definition, Pipeline, Template
from voronka.dsl.definition.scenario import Scenario
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.blocks import Page, Places, page
from voronka.dsl.syntax.parser import ParseResult
from voronka.dsl.text.diagnostic import Diagnostic, Diagnostics
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

T = TypeVar("T")
Asked = tuple[tuple[str, object], ...]
_PHASES = ("expand", "settle", "types", "lower")
_OWN = (nodes.Pipeline, nodes.Record, nodes.Scenario)  # what may change without changing what others see
_HEAD = (nodes.Use, nodes.Language)  # said of the file as a whole


class _Watched(dict[str, T]):
    """A dict that writes down which of its names were asked for."""

    def __init__(self, items: Mapping[str, T] | Iterable[tuple[str, T]] = ()) -> None:
        super().__init__(items)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> T:
        self.asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)


@dataclass(slots=True, eq=False)
class _Done:
    """What doing one thing gave: findings and uses of templates by phase, and whose tables it asked for."""

    node: nodes.Node
    asked: set[str] = field(default_factory=set)
    found: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    templates: dict[str, dict[str, list[tuple[Span, Unit]]]] = field(default_factory=dict)
    calendars: dict[str, CalendarSpec] = field(default_factory=dict)
    settings: tuple[str, str, str] = ("", "", "")
    compared: int = 0
    result: Any = None


@dataclass(slots=True, eq=False)
class _Flowed:
    book: Book
    others: dict[str, Pipeline | None]
    flow: Flow


@dataclass(slots=True, eq=False)
class _Spoken:
    pipeline: Pipeline
    others: dict[str, Pipeline | None]
    templates: Mapping[str, object]
    texts: Texts


class Rechecked:
    """What became of a check: as :class:`~voronka.dsl.check.workspace.Checked`, with the definition made when asked.

    ``meanings`` has an object for each pipeline: the next check has the same one, if only its place has changed.
    """

    def __init__(
        self,
        diagnostics: tuple[Diagnostic, ...],
        sources: Mapping[str, Source],
        make: Callable[[], Definition] | None = None,
        meanings: Mapping[str, object] | None = None,
    ) -> None:
        self.diagnostics = diagnostics
        self.sources = sources
        self.meanings = meanings or {}
        self._make = make

    @property
    def ok(self) -> bool:
        """Whether there is a definition."""
        return self._make is not None

    @cached_property
    def definition(self) -> Definition | None:
        """Whole, with the places of files; None where there are errors. To be asked before the next check."""
        return None if self._make is None else self._make()


class Workspace:
    """Files that are edited and checked over and over; every answer is that of a check of all of them from scratch.

    ``keys`` name the files as ``files`` knows them: for a :class:`~voronka.dsl.check.files.Disk` their real paths.
    """

    def __init__(self, files: Files, library: LibraryProtocol, keys: Sequence[str] = ()) -> None:
        self.files = Overlay(files)
        self.library = library
        self.keys = list(dict.fromkeys(keys))
        self.world = World(library, self.files, HANDLERS)
        self.places = Places(())
        self._read: dict[Source, Page] = {}
        self._before: dict[str, Page] = {}  # as they were before this check, by displayed name
        self._surroundings: object = None
        self._tables: dict[str, _Done] = {}
        self._modules: dict[str, _Done] = {}  # those that nothing includes
        self._calendars: _Done | None = None
        self._scenarios: dict[nodes.Node, _Done] = {}
        self._flows: dict[str, _Flowed] = {}
        self._texts: dict[str, _Spoken] = {}
        self._templates: dict[str, Template] = {}
        self._roles: set[str] = set()
        self._changed: set[str] = set()  # tables that this check made
        self._compared = 0  # names, for what may have been meant
        self._relocated = Relocated()

    def update(self, key: str, text: str) -> None:
        """The text of a file (a template, too) is this one from now on, whatever the file says."""
        self.files.texts[key] = text

    def add(self, key: str) -> None:
        """A file of the workspace."""
        if key not in self.keys:
            self.keys.append(key)

    def close(self, key: str) -> None:
        """The file itself counts again."""
        self.files.texts.pop(key, None)

    def remove(self, key: str) -> None:
        """The file belongs to the workspace no more."""
        self.close(key)
        if key in self.keys:
            self.keys.remove(key)

    def check(self, *, flow: bool = True) -> Rechecked:
        """What is wrong with the files as they are now, and their definition where nothing is.

        ``self.world`` then knows the names: its units, tops and tables. Their spans lie in blocks: ``.line``,
        ``.column`` and offsets of the file are those of ``self.places.span(span)``. Files that are not overlaid are
        read again. Without ``flow`` only syntax, names and types are checked, and there is no definition.
        """
        try:
            return self._check(flow)
        except BaseException:
            self._surroundings = None  # half of a check is nothing to build on
            raise

    # --- files

    def _check(self, flow: bool) -> Rechecked:
        read = World(self.library, self.files, HANDLERS, parse=self._parse)
        self._before, self._read = {page.source.name: page for page in self._read.values()}, {}
        load_all(self.keys, read)
        self.places = Places(self._read.values())
        loaded = read.diags.kept()
        surroundings = None if read.broken else _surroundings(read, self._read)
        again = surroundings is not None and surroundings == self._surroundings
        self._surroundings = surroundings
        if again:
            _renew(self.world, read)
            self.world.compared = 0
        else:
            self._forget(read)
        found, pipelines = self._names(loaded)
        rest = self._rest(found)
        # what is proposed for misspelt names hangs on their number, and what is silent on the order: nothing to keep
        if self.world.lost_names or read.compared + self._compared > MOST_COMPARED:
            self._surroundings = None
            if again:
                return self._check(flow)
        sources = dict(self.world.sources)
        if found.has_errors or not flow:
            return Rechecked(self._placed(found), sources)
        made = Definition(_Watched(pipelines), sources=tuple((one.name, one.text) for one in sources.values()), **rest)
        found.extend(self._flow(pipelines))
        found.extend(self._spoken(made))
        make = None if found.has_errors else partial(self._definition, made, self.places)
        return Rechecked(self._placed(found), sources, make, pipelines)

    def _parse(self, source: Source) -> ParseResult:
        made = self._read[source] = page(source, self._before.pop(source.name, None))
        found = made.diagnostics
        return ParseResult(made.file, found, (), not any(one.is_error for one in found))

    def _forget(self, world: World) -> None:
        """All names are resolved anew."""
        self.world = world
        world.tables = _Watched()
        self._tables, self._modules, self._scenarios = {}, {}, {}
        self._flows, self._texts = {}, {}
        self._calendars = None

    # --- names

    def _names(self, loaded: Iterable[Diagnostic]) -> tuple[Diagnostics, dict[str, Pipeline]]:
        """What is wrong with names and types, and what became of the pipelines."""
        world = self.world
        if self._calendars is None:
            self._calendars = _Done(nodes.File((), Span(Source("", ""), 0, 0)))
            self._do(self._calendars, "", partial(_declare_calendars, world))
        dirty = self._expanded()
        for name, own in dirty.items():
            done = self._tables[name]
            made = self._do(done, "lower", partial(pipeline, self._table(name)))
            done.result = made if own or made != done.result else done.result
        found = Diagnostics([*loaded, *self._calendars.found[""]])
        for phase in _PHASES:
            for done in self._tables.values():
                found.extend(done.found[phase])
        self._alone(set(dirty))
        for done in self._modules.values():
            for phase in _PHASES:
                found.extend(done.found[phase])
        self._changed = set(dirty)
        return found, {name: done.result for name, done in self._tables.items()}

    def _table(self, name: str) -> Table:
        """A table, without writing down that it was asked for."""
        return dict.__getitem__(self.world.tables, name)

    def _expanded(self) -> dict[str, bool]:
        """Make tables that changed, with their types; by name, in order, whether their own text had changed."""
        world, tops = self.world, self.world.tops.get("pipeline", {})
        dirty: dict[str, bool] = {}
        known, self._tables = self._tables, {}
        self._tables = {name: known.get(name) or _Done(top.node) for name, top in tops.items()}
        fresh = {
            name: True
            for name, top in tops.items()
            if name not in known or known[name].node is not top.node or self._stale(known[name])
        }
        while fresh:
            before = {name: _interface(self._table(name)) for name in fresh if name in known}
            for name in fresh:
                self._tables[name] = _Done(tops[name].node, result=self._tables[name].result)
                made = self._do(self._tables[name], "expand", partial(_expand, tops[name], world))
                world.tables[name] = made
            dirty |= fresh
            for name in fresh:
                self._do(self._tables[name], "settle", partial(self._settle, self._table(name), self._tables[name]))
            for name in fresh:
                borrow_settings(self._table(name), world.tables)
            for name in fresh:
                self._do(self._tables[name], "types", partial(_type, self._table(name)))
            changed = {n for n, own in fresh.items() if own or before.get(n) != _interface(self._table(n))}
            fresh = {
                name: False
                for name, done in self._tables.items()
                if name not in dirty and (done.asked & changed or self._borrows_anew(name))
            }
        world.tables = _Watched((name, self._table(name)) for name in tops)
        return {name: dirty[name] for name in tops if name in dirty}

    def _stale(self, done: _Done) -> bool:
        """Whether a finding points into a text that is there no more: a name may be pointed at without a look at it."""
        spans = (
            span
            for some in done.found.values()
            for one in some
            for span in (one.span, *(label.span for label in one.labels))
        )
        return any(self.places.gone(span) for span in spans)

    def _settle(self, table: Table, done: _Done) -> None:
        self.world.used_calendars = {}
        settle(table)
        done.calendars = self.world.used_calendars
        done.settings = _settings(table)

    def _borrows_anew(self, name: str) -> bool:
        """Whether a record would be lent other settings now."""
        table = self._table(name)
        if table.kind != "record":
            return False
        has = _settings(table)
        table.currency, table.zone, table.calendar_name = self._tables[name].settings
        borrow_settings(table, self.world.tables)
        wanted = _settings(table)
        table.currency, table.zone, table.calendar_name = has
        return has != wanted

    def _alone(self, dirty: set[str]) -> None:
        """Modules that nothing includes."""
        world = self.world
        used = {env.module.node for n in world.tables for env in self._table(n).envs if env.module is not None}
        known, self._modules = self._modules, {}
        for name, top in world.tops.get("module", {}).items():
            if top.node in used:
                continue
            done = known.get(name)
            if done is None or done.asked & dirty or self._stale(done):
                done = _Done(top.node)
                table = self._do(done, "expand", partial(expand_module, top, world))
                done.result = {env.module.node for env in table.envs if env.module is not None}
                self._do(done, "settle", partial(self._settle, table, done))
                self._do(done, "types", partial(type_fields, table))
                self._do(done, "lower", partial(pipeline, table))
            used |= done.result
            self._modules[name] = done

    def _rest(self, found: Diagnostics) -> dict[str, Any]:
        """What a definition has beside its pipelines."""
        world = self.world
        world.used_calendars = dict(world.calendars)
        for done in self._every():
            for name, spec in done.calendars.items():
                world.used_calendars.setdefault(name, spec)
        beside = _Done(nodes.File((), Span(Source("", ""), 0, 0)))
        uses = self._uses()
        made: dict[str, Any] = self._do(beside, "", partial(_beside, world, uses))
        if made["templates"] == self._templates:
            made["templates"] = self._templates
        self._templates = made["templates"]
        found.extend(beside.found[""])
        used = {done.result.calendar for done in self._tables.values()}
        made["calendars"] = {
            name: spec for name, spec in world.used_calendars.items() if name in used or name in world.calendars
        }
        named = [unit for key in self.keys if (unit := world.units.get(key)) is not None]
        made["languages"] = named[0].languages if named else ("ru", "en")
        roles = {role for name in world.tables for role in self._table(name).roles}
        again, self._roles = roles != self._roles, roles
        known, self._scenarios = self._scenarios, {}
        for unit in named:
            for node in unit.file.body:
                if isinstance(node, nodes.Scenario):
                    kept = known.get(node)
                    if kept is None or again or kept.asked & self._changed or self._stale(kept):
                        kept = _Done(node)
                        kept.result = self._do(kept, "lower", partial(_cases, node, unit, world))
                    self._scenarios[node] = kept
                    found.extend(kept.found["lower"])
        made["scenarios"] = tuple(case for kept in self._scenarios.values() for case in kept.result)
        self._compared = beside.compared + sum(done.compared for done in self._every())
        return made

    def _uses(self) -> dict[str, list[tuple[Span, Unit]]]:
        """Where templates are used, in the order in which a check of everything would meet them."""
        found: dict[str, list[tuple[Span, Unit]]] = {}
        parts = [done.templates[phase] for phase in _PHASES for done in self._tables.values()]
        parts += [done.templates[phase] for done in self._modules.values() for phase in _PHASES]
        for part in parts:
            for name, uses in part.items():
                found.setdefault(name, []).extend(uses)
        return found

    def _do(self, done: _Done, phase: str, run: Callable[[], T]) -> T:
        """Run one phase, and write down what it found, used and asked for."""
        world = self.world
        tables = world.tables
        assert isinstance(tables, _Watched)
        tables.asked = set()
        compared = world.compared
        world.diags, world.templates, world.resources = Diagnostics(), {}, {}
        result = run()
        done.found[phase] = world.diags.kept()
        done.templates[phase] = world.templates
        done.asked |= tables.asked
        done.compared += world.compared - compared
        return result

    def _every(self) -> Iterator[_Done]:
        if self._calendars is not None:
            yield self._calendars
        yield from self._tables.values()
        yield from self._modules.values()
        yield from self._scenarios.values()

    # --- what can happen

    @property
    def _sources(self) -> Mapping[str, Source]:
        return {**self.world.sources, **self.places.sources}

    def _flow(self, pipelines: dict[str, Pipeline]) -> tuple[Diagnostic, ...]:
        sources = self._sources
        books = _Watched(
            {
                name: flowed.book
                if (flowed := self._flows.get(name)) is not None and flowed.book.pipeline is pipeline
                else Book(pipeline)
                for name, pipeline in pipelines.items()
            }
        )
        flows: dict[str, _Flowed] = {}
        for name in pipelines:
            book = dict.__getitem__(books, name)
            kept = self._flows.get(name)
            if kept is None or kept.book is not book or _differ(kept.others, pipelines):
                books.asked = set()
                flow = flow_of(book, books, sources)
                kept = _Flowed(book, {other: pipelines.get(other) for other in books.asked}, flow)
            flows[name] = kept
        self._flows = flows
        found = Diagnostics(one for kept in flows.values() for one in kept.flow.found)
        found.extend(circles((kept.flow for kept in flows.values()), books, sources))
        return tuple(sorted(map(self.places.diagnostic, found.kept()), key=lambda one: one.sort_key))

    def _spoken(self, made: Definition) -> tuple[Diagnostic, ...]:
        pipelines, templates = made.pipelines, made.templates
        assert isinstance(pipelines, _Watched)
        before, self._texts = self._texts, {}

        def texts_of(pipeline: Pipeline, make: Callable[[Pipeline], Texts]) -> Texts:
            kept = before.get(pipeline.name)
            if (
                kept is None
                or kept.pipeline is not pipeline
                or kept.templates is not templates
                or _differ(kept.others, pipelines)
            ):
                pipelines.asked = set()
                texts = make(pipeline)
                kept = _Spoken(pipeline, {n: dict.get(pipelines, n) for n in pipelines.asked}, templates, texts)
            self._texts[pipeline.name] = kept
            return kept.texts

        found = check_templates(made, self._sources, texts_of)
        return tuple(sorted(map(self.places.diagnostic, found), key=lambda one: one.sort_key))

    # --- in places of files

    def _placed(self, found: Diagnostics) -> tuple[Diagnostic, ...]:
        return Diagnostics(map(self.places.diagnostic, found.kept())).sorted()

    def _definition(self, made: Definition, places: Places) -> Definition:
        where, relocated = places.of, self._relocated
        parts: list[Any] = [*made.pipelines.values(), *made.scenarios]
        relocated.forget_all_but(parts)
        once = Relocated()
        return Definition(
            pipelines={name: relocated.of(one, where) for name, one in made.pipelines.items()},
            calendars=once.of(made.calendars, where),
            people=once.of(made.people, where),
            resources=once.of(made.resources, where),
            segments=made.segments,
            templates=made.templates,
            sources=made.sources,
            languages=made.languages,
            scenarios=tuple(relocated.of(one, where) for one in made.scenarios),
        )


def _surroundings(world: World, read: Mapping[Source, Page]) -> object:
    """What a pipeline sees beside its own text and other pipelines; equal for as long as nothing of it changed."""
    return tuple(
        (
            unit.key,
            unit.name,
            unit.languages,
            tuple((use.unit.key, use.alias) for use in unit.uses),
            tuple(
                tuple(_declared(node) for node in block.body if isinstance(node, _OWN))
                if all(isinstance(node, (*_OWN, *_HEAD)) for node in block.body)
                else block
                for block in read[unit.span.source].blocks
            ),
        )
        for unit in world.units.values()
    )


def _declared(node: nodes.Node) -> tuple[type, str]:
    return type(node), node.name.name if isinstance(node, nodes.Pipeline | nodes.Record) else ""


def _renew(world: World, read: World) -> None:
    """Put trees that were read just now into the world that is known."""
    for key, unit in world.units.items():
        unit.file, unit.span = read.units[key].file, read.units[key].span
    for group, tops in world.tops.items():
        for name, top in tops.items():
            new = read.tops[group][name]
            top.node, top.span = new.node, new.span
    world.sources = read.sources


def _declare_calendars(world: World) -> None:
    for top in world.tops.get("calendar", {}).values():
        world.calendars[top.name] = calendar(top, world)


def _expand(top: Top, world: World) -> Table:
    assert isinstance(top.node, nodes.Pipeline | nodes.Record)
    return expand(top.node, top.unit, world)


def _type(table: Table) -> None:
    type_fields(table)
    default_outcomes(table)


def _beside(world: World, uses: dict[str, list[tuple[Span, Unit]]]) -> dict[str, Any]:
    world.templates = uses
    return {
        "templates": load_templates(world),
        "people": people(world),
        "resources": resources(world),
        "segments": segments(world),
    }


def _cases(node: nodes.Scenario, unit: Unit, world: World) -> tuple[Scenario, ...]:
    return tuple(scenario(node, unit, world))


def _interface(table: Table) -> object:
    """What other pipelines may learn of one whose own text did not change."""
    return {name: sym.type for name, sym in table.fields.items()}, _settings(table)


def _settings(table: Table) -> tuple[str, str, str]:
    return table.currency, table.zone, table.calendar_name


def _differ(kept: Mapping[str, Pipeline | None], now: dict[str, Pipeline]) -> bool:
    return any(dict.get(now, name) is not one for name, one in kept.items())
