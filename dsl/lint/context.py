"""What a rule may look at: the checked definition, the syntax trees and comments, the limits in force."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

from voronka.dsl.check.flow.walk import Deed, deeds
from voronka.dsl.check.places import loc_of, span_of
from voronka.dsl.definition.actions import Tunnel
from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.model import Definition, Pipeline, Stage
from voronka.dsl.lint.lived import LivedStages
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.parser import ParseResult, parse
from voronka.dsl.text.codes.base import Both, Code
from voronka.dsl.text.diagnostic import Diagnostic, Fix, Label
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

N = TypeVar("N", bound=nodes.Node)


class Context:
    """One checked workspace as the rules see it. ``own`` are the displayed names of its own files, without the library.
    ``lived`` is what deals have shown of its stages, where somebody knows it.

    A rule speaks of what stands in its own files only: what an included module of the library does is read, but never
    complained about, because nobody here can change it.
    """

    def __init__(
        self,
        definition: Definition,
        sources: Mapping[str, Source],
        own: Iterable[str],
        limits: Mapping[str, int] | None = None,
        lived: LivedStages | None = None,
    ) -> None:
        self.definition = definition
        self.sources = sources
        self.own = frozenset(own)
        self.limits = dict(limits or {})
        self.lived = lived or {}
        self._deeds: dict[str, tuple[Deed, ...]] = {}

    # --- the definition

    @cached_property
    def pipelines(self) -> tuple[Pipeline, ...]:
        """The sales processes of these files: neither records nor items of which another pipeline is made up (R11)."""
        found = self.definition.pipelines.values()
        items = {f.type.target for one in found for f in one.fields.values() if f.type.kind == "links"}
        return tuple(one for one in self.everything if one.kind == "pipeline" and one.name not in items)

    @cached_property
    def records(self) -> tuple[Pipeline, ...]:
        """The cards without stages."""
        return tuple(one for one in self.everything if one.kind == "record")

    @cached_property
    def everything(self) -> tuple[Pipeline, ...]:
        """All pipelines and records of these files."""
        return tuple(one for one in self.definition.pipelines.values() if self.is_own(one.loc))

    def stages(self, pipeline: Pipeline, *, ended: bool = False) -> tuple[Stage, ...]:
        """The open stages that are written in these files, without retiring ones; with ``ended`` won and lost too."""
        found = pipeline.stages.values()
        return tuple(
            one for one in found if (ended or one.kind == "open") and not one.retiring and self.is_own(one.loc)
        )

    def deeds(self, pipeline: Pipeline) -> tuple[Deed, ...]:
        """Everything that rules and robots of a pipeline may do."""
        if pipeline.name not in self._deeds:
            self._deeds[pipeline.name] = tuple(deeds(pipeline))
        return self._deeds[pipeline.name]

    @cached_property
    def tunnels(self) -> tuple[Tunnel, ...]:
        """All tunnels of all pipelines (R51)."""
        every = (deed.action for one in self.definition.pipelines.values() for deed in self.deeds(one))
        return tuple(action for action in every if isinstance(action, Tunnel))

    @cached_property
    def continued(self) -> frozenset[str]:
        """Pipelines in which deals go on that come from another one by a tunnel."""
        return frozenset(tunnel.pipeline for tunnel in self.tunnels)

    def limit(self, name: str) -> int:
        """A number that a profile or ``voronka.toml`` may change. Raises KeyError for one that no rule declares."""
        return self.limits[name]

    # --- the text

    def is_own(self, loc: Loc) -> bool:
        """Whether a place is in one of the workspace's own files."""
        return loc.file in self.own

    @cached_property
    def trees(self) -> Mapping[str, ParseResult]:
        """Tree and comments of every own file, by its displayed name."""
        return {name: parse(self.sources[name]) for name in sorted(self.own)}

    def walk(self, kind: type[N]) -> Iterator[N]:
        """All nodes of one kind in the own files, in file order."""
        for tree in self.trees.values():
            yield from (node for node in nodes.walk(tree.file) if isinstance(node, kind))

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """Every name that the own files speak of, beside declaring it; what only scenarios say does not count."""
        return frozenset(name for tree in self.trees.values() for name in mentions(tree.file.body))

    @cached_property
    def template_words(self) -> frozenset[str]:
        """Every word of the template files, so that what a template speaks of is not taken for unused."""
        texts = (one.text for name, one in self.sources.items() if not name.endswith(".pipeline"))
        return frozenset(word for text in texts for word in re.findall(r"\w+", text))

    @cached_property
    def _places(self) -> Mapping[Loc, tuple[nodes.Node, ...]]:
        found: dict[Loc, tuple[nodes.Node, ...]] = {}
        for node in self.walk(nodes.Node):
            loc = loc_of(node.span)
            found[loc] = (*found.get(loc, ()), node)
        return found

    def node(self, loc: Loc, kind: type[N]) -> N | None:
        """The node of a kind that stands at a place of the definition: ``ctx.node(stage.loc, nodes.Stage)``."""
        return next((node for node in self._places.get(loc, ()) if isinstance(node, kind)), None)

    def span(self, loc: Loc) -> Span:
        """The text a place stands for."""
        return span_of(loc, self.sources)

    def head(self, loc: Loc) -> Span:
        """A sentence without its block: ``stage new "New"``."""
        return head(self.span(loc))

    # --- findings

    def finding(
        self,
        code: Code,
        place: Loc | Span,
        *,
        labels: Iterable[tuple[Loc | Span, Both]] = (),
        notes: Iterable[Both] = (),
        fix: Fix | None = None,
        **args: object,
    ) -> Diagnostic:
        """A finding at the head of a sentence, or at exactly a span. Labels are places with a few words."""
        shown = tuple(Label(self._shown(at), text) for at, text in labels)
        return Diagnostic(code, self._shown(place), args, shown, tuple(notes), fix)

    def _shown(self, place: Loc | Span) -> Span:
        return self.head(place) if isinstance(place, Loc) else place


def mentions(sentences: Iterable[nodes.Node], scenarios: bool = False) -> Iterator[str]:
    """The names in some sentences that are not being declared there; those in dotted names one by one."""
    declared: set[nodes.Ident] = set()
    for top in sentences:
        if isinstance(top, nodes.Scenario) and not scenarios:
            continue
        for node in nodes.walk(top):
            if isinstance(node, _DECLARING) and node.name is not None:
                declared.add(node.name)
            elif isinstance(node, nodes.Ident) and node not in declared:
                yield node.name
            elif isinstance(node, nodes.StringLit) and "{" in node.value:
                yield from re.findall(r"\w+", node.value)


# Payload names are missing on purpose: an event writes into the fields that are called like them.
_DECLARING = (
    nodes.Pipeline,
    nodes.Record,
    nodes.Module,
    nodes.Resource,
    nodes.Calendar,
    nodes.Segment,
    nodes.Person,
    nodes.Team,
    nodes.Param,
    nodes.Field,
    nodes.Option,
    nodes.Role,
    nodes.Event,
    nodes.Stage,
    nodes.Task,
    nodes.Outcome,
    nodes.Robot,
    nodes.Reason,
    nodes.Checklist,
    nodes.Point,
    nodes.Approval,
    nodes.PlainType,
    nodes.RangeType,
    nodes.LinkType,
    nodes.ResourceType,
    nodes.DocumentType,
)


def head(span: Span) -> Span:
    """The part of a sentence before its block."""
    text, quoted = span.text, False
    for index, letter in enumerate(text):
        if letter == '"' and text[index - 1 : index] != "\\":
            quoted = not quoted
        elif letter == "{" and not quoted:
            return Span(span.source, span.start, span.start + len(text[:index].rstrip()))
    return span
