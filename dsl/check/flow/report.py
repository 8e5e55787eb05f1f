"""Findings in the making: places become spans, conflicting facts become a sentence and labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from voronka.dsl.check.flow.facts import Fact
from voronka.dsl.check.flow.solve import Truth
from voronka.dsl.check.places import span_of
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.text.codes.base import Both, Code
from voronka.dsl.text.diagnostic import Diagnostic, Diagnostics, Label
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

LONGEST = 80
"""Characters of a condition that are quoted in a sentence."""


class Report:
    """Gathers the findings of all analyses."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources
        self.found = Diagnostics()

    def say(
        self,
        code: Code,
        loc: Loc,
        args: Mapping[str, object],
        labels: Iterable[tuple[Loc, Both]] = (),
        notes: Iterable[Both] = (),
    ) -> None:
        """Report one finding; labels without a place, at the place itself, or without words are dropped."""
        seen = {loc}
        kept = []
        for at, text in labels:
            if at.line and at not in seen and text.en:
                seen.add(at)
                kept.append(Label(_head(span_of(at, self.sources)), text))
        self.found.add(Diagnostic(code, _head(span_of(loc, self.sources)), args, tuple(kept), tuple(notes)))

    def text(self, expr: Expr) -> str:
        """A condition as it was written, on one line."""
        text = expr.text or span_of(expr.loc, self.sources).text or expr.op
        text = " ".join(text.split())
        return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"

    def why(self, core: Sequence[Fact]) -> Both:
        """Why these facts do not go together, in one clause."""
        said = []
        for fact in core:
            if fact.quoted:
                text = self.text(fact.expr)
                no = fact.truth in (Truth.NOT_TRUE, Truth.FALSE)
                quoted = Both(f"not `{text}`", f"не `{text}`") if no else Both(f"`{text}`", f"`{text}`")
                if quoted not in said:
                    said.append(quoted)
        if not said:
            return Both("these conditions are never true together", "эти условия не бывают верны вместе")
        if len(said) == 1:
            return Both(f"{said[0].en} is never true", f"{said[0].ru} никогда не выполняется")
        en, ru = joined([one.en for one in said], "and"), joined([one.ru for one in said], "и")
        return Both(f"{en} are never true together", f"{ru} не бывают верны вместе")


def _head(span: Span) -> Span:
    """The part of a sentence before its block: ``stage new "New"``."""
    text, quoted = span.text, False
    for index, letter in enumerate(text):
        if letter == '"' and text[index - 1 : index] != "\\":
            quoted = not quoted
        elif letter == "{" and not quoted:
            return Span(span.source, span.start, span.start + len(text[:index].rstrip()))
    return span


def places(core: Sequence[Fact]) -> list[tuple[Loc, Both]]:
    """The places of facts, each with what is to be said of it."""
    return [(fact.loc, fact.said) for fact in core]


def joined(names: Sequence[str], last: str) -> str:
    """``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
