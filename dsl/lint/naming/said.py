"""The titles that the naming rules speak of, each with its place, and the edit that gives one another text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from voronka.dsl.definition.model import Pipeline, Stage
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.naming.judge import judge, proposal
from voronka.dsl.lint.naming.kinds import Kind
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes.base import Both, Code
from voronka.dsl.text.diagnostic import Diagnostic, Edit, Fix
from voronka.dsl.text.span import Span

_NO_HINT = Both("", "")


@dataclass(frozen=True, slots=True)
class Named:
    """One text of a stage's title: ``"Новая" / "New"`` are two. ``span`` is the text with its quotes."""

    pipeline: Pipeline
    stage: Stage
    text: str
    span: Span


def stage_titles(ctx: Context, *, ended: bool = False) -> Iterator[Named]:
    """The titles of open stages, with ``ended`` of won and lost ones; nobody moves deals in derived pipelines."""
    for pipeline in ctx.pipelines:
        if pipeline.derived:
            continue
        for stage in ctx.stages(pipeline, ended=ended):
            node = ctx.node(stage.loc, nodes.Stage)
            if node is not None and node.title is not None:
                yield from (Named(pipeline, stage, part.value, part.span) for part in node.title.parts)


def better(named: Named) -> str:
    """A completed action in place of a title, or an empty text: none is sure, or another stage is called that."""
    found = proposal(named.text)
    taken = {text for stage in named.pipeline.stages.values() for _, text in stage.title.texts}
    return "" if found in taken else found


def rename(*new: tuple[Span, str]) -> Fix | None:
    """Other titles in the places of some; the stage's id stays. Unsafe: a person knows better what has been done."""
    edits = tuple(Edit(span, '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"') for span, text in new)
    en, ru = " / ".join(f"“{text}”" for _, text in new), " / ".join(f"«{text}»" for _, text in new)
    return Fix(Both(f"call it {en}", f"назвать {ru}"), edits) if edits else None


def judged(ctx: Context, code: Code, kind: Kind) -> Iterator[Diagnostic]:
    """One finding for each open stage that has a title of a kind, in whichever language first, and names for all."""
    for _, texts in groupby(stage_titles(ctx), key=lambda one: (one.pipeline.name, one.stage.name)):
        wrong = [one for one in texts if judge(one.text) is kind]
        if wrong:
            new = [(one.span, text) for one in wrong if (text := better(one))]
            said = hint(new[0][1] if new else "")
            yield ctx.finding(code, wrong[0].span, fix=rename(*new), name=wrong[0].text, hint=said)


def hint(text: str) -> Both:
    """``, such as “Proposal sent”``, for the end of a help; empty for an empty text."""
    return Both(f": “{text}”", f": «{text}»") if text else _NO_HINT
