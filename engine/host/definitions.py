"""What the store is told of a definition: all it was made of, what is personal or looked up in it, and its titles."""

from __future__ import annotations

from typing import Any

from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.model import Definition, Pipeline
from voronka.engine.program.build import Programs
from voronka.engine.program.identity import LANGUAGE_VERSION, plugins_of
from voronka.engine.store.definitions import Title
from voronka.engine.store.facets import Facets, PipelineFacets, make_facets
from voronka.stdlib.zones import tzdata_version


def package(programs: Programs) -> dict[str, Any]:
    """Everything a definition was made of, as JSON data: enough to make it again years later."""
    definition = programs.definition
    return {
        "language": LANGUAGE_VERSION,
        "tzdata": tzdata_version(),
        "sources": [list(source) for source in definition.sources],
        "templates": [[template.name, template.path, template.text] for template in definition.templates.values()],
        "calendars": [list(calendar) for calendar in programs.calendars],
        "plugins": [list(plugin) for plugin in plugins_of(definition)],
    }


def facets_of(definition: Definition) -> Facets:
    """What the store must know to write and verify."""
    return make_facets({name: _facets(definition, pipeline) for name, pipeline in definition.pipelines.items()})


def _facets(definition: Definition, pipeline: Pipeline) -> PipelineFacets:
    fields = pipeline.fields
    keys = {names for names, _ in pipeline.uniques}
    keys |= {(name,) for event in pipeline.events.values() for name in event.by if name in fields}
    return PipelineFacets(
        personal=_personal(definition, pipeline),
        payload=frozenset(
            name for event in pipeline.events.values() for name, kind, _ in event.payload if kind.personal
        ),
        links={name: field.type.target for name, field in fields.items() if field.type.kind == "link"},
        lists={name: field.type.target for name, field in fields.items() if field.type.kind == "links"},
        keys=tuple(sorted(keys)),
        kinds={name: fields[name].type.kind for names in sorted(keys) for name in names},
    )


def _personal(definition: Definition, pipeline: Pipeline) -> frozenset[str]:
    """Fields of personal types, and formulas that are made from them."""
    found = {name for name, field in pipeline.fields.items() if field.type.personal}
    for name in pipeline.formulas:
        formula = pipeline.fields[name].formula
        if formula is not None and any(_reads(definition, pipeline, node, found) for node in formula.walk()):
            found.add(name)
    return frozenset(found)


def _reads(definition: Definition, pipeline: Pipeline, node: Expr, personal: set[str]) -> bool:
    if node.op == "field":
        return node.value in personal
    if node.op == "via":
        link, name = node.value
        target = definition.pipelines.get(pipeline.fields[link].type.target)
        field = target.fields.get(name) if target is not None else None
        return field is not None and field.type.personal
    return False


def titles_of(definition: Definition) -> list[Title]:
    """Titles in the definition's first language, for those who read the store with SQL."""
    language = definition.languages[0] if definition.languages else "en"
    found: list[Title] = []
    for pipeline in definition.pipelines.values():
        found.append((pipeline.name, "pipeline", "", pipeline.title.in_(language) or pipeline.name))
        for kind, named in (("stage", pipeline.stages), ("field", pipeline.fields), ("reason", pipeline.reasons)):
            found += [(pipeline.name, kind, name, one.title.in_(language) or name) for name, one in named.items()]
        found += [
            (pipeline.name, "task", task.path, task.title.in_(language) or task.name) for task in pipeline.every_task()
        ]
        approvals = [*pipeline.approvals, *(a for stage in pipeline.stages.values() for a in stage.approvals)]
        found += [(pipeline.name, "task", one.path, one.title.in_(language) or one.name) for one in approvals]
    return found
