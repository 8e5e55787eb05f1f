"""Suppressions: ``# voronka: allow RULE "reason"`` before a sentence or behind it, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from voronka.dsl.lint import codes
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.edits import deleted
from voronka.dsl.lint.registry import by_name, find
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.parser import ParseResult
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Diagnostic, Edit, Fix
from voronka.dsl.text.span import Span
from voronka.dsl.text.suggest import closest

_MARK = re.compile(r"#+\s*voronka\s*:\s*(?P<rest>.*)$")
_FORM = re.compile(r'allow\s+(?P<names>[\w-]+(?:\s*,\s*[\w-]+)*)\s*(?:"(?P<reason>[^"]*)"\s*)?$')
_GAP = re.compile(r"(?:\s+|#[^\n]*)*")


@dataclass(slots=True)
class Allowed:
    """One comment. ``scope`` is the text it covers; ``used`` are the rules that it silenced something of."""

    span: Span
    scope: Span
    rules: dict[str, str]  # kebab-case name -> as written
    reason: str
    used: set[str] = field(default_factory=set)

    def covers(self, found: Diagnostic) -> bool:
        """Whether a finding is of one of these rules and begins in the scope."""
        at = found.span
        return (
            found.code.name in self.rules
            and at.source.name == self.scope.source.name
            and self.scope.start <= at.start < self.scope.end
        )


def suppress(ctx: Context, found: Iterable[Diagnostic], running: Iterable[str]) -> tuple[list[Diagnostic], int]:
    """What is left of the findings, with those about the suppressions; and how many are silenced.

    ``running`` are the names of the rules that were asked: one that is off makes no suppression unused.
    """
    told: list[Diagnostic] = []
    allowed = [one for tree in ctx.trees.values() for one in _read(tree, told)]
    left, silenced = [], 0
    for one in found:
        # the nearest comment answers, so that a wider one beside it is not kept alive by it
        nearest = min((a for a in allowed if a.covers(one)), key=lambda a: a.scope.end - a.scope.start, default=None)
        if nearest is None:
            left.append(one)
        else:
            nearest.used.add(one.code.name)
            silenced += 1
    asked = set(running)
    for comment in allowed:
        told += _judged(comment, asked)
    return [*left, *told], silenced


def _read(tree: ParseResult, told: list[Diagnostic]) -> Iterator[Allowed]:
    for comment in tree.comments:
        mark = _MARK.match(comment.text)
        if mark is None:
            continue
        form = _FORM.match(mark["rest"].strip())
        if form is None:
            told.append(Diagnostic(codes.MALFORMED, comment.span))
            continue
        rules = {}
        for name in re.split(r"\s*,\s*", form["names"]):
            rule = find(name)
            if rule is None:
                near = closest(name, by_name())
                hint = Both(f"; did you mean `{near}`?", f"; может быть, `{near}`?") if near else Both("", "")
                told.append(Diagnostic(codes.UNKNOWN_RULE, comment.span, {"rule": name, "hint": hint}))
            else:
                rules[rule.name] = name
        if rules:
            yield Allowed(comment.span, _scope(tree.file, comment.span), rules, (form["reason"] or "").strip())


def _scope(file: nodes.File, comment: Span) -> Span:
    """The sentence behind which the comment stands, or before which; empty where there is none."""
    source = comment.source
    line_start = source.offset(comment.line, 1)
    before = source.text[line_start : comment.start]
    if before.strip():
        start = line_start + len(before) - len(before.lstrip())
        line = Span(source, start, comment.start)
        return max((node.span for node in _starting(file, start)), key=lambda s: s.end, default=line)
    gap = _GAP.match(source.text, comment.end)
    start = gap.end() if gap else comment.end
    return max((node.span for node in _starting(file, start)), key=lambda s: s.end, default=Span(source, start, start))


def _starting(file: nodes.File, start: int) -> Iterator[nodes.Node]:
    return (node for top in file.body for node in nodes.walk(top) if node.span.start == start)


def _judged(comment: Allowed, asked: set[str]) -> Iterator[Diagnostic]:
    unused = [name for name in comment.rules if name not in comment.used and name in asked]
    for name in unused:
        yield Diagnostic(codes.UNUSED, comment.span, {"rule": name}, fix=_without(comment, unused))
    if not comment.reason and len(unused) < len(comment.rules):
        rule = next(name for name in comment.rules if name not in unused)
        yield Diagnostic(codes.NO_REASON, comment.span, {"rule": rule})


def _without(comment: Allowed, unused: list[str]) -> Fix:
    """The comment without these names; without all of them, no comment and no empty line in its place."""
    source, start, end = comment.span
    kept = [name for name in comment.rules if name not in unused]
    if kept:
        reason = f' "{comment.reason}"' if comment.reason else ""
        text = f"# voronka: allow {', '.join(kept)}{reason}"
        return Fix(Both("delete the name", "удалить название"), (Edit(Span(source, start, end), text),), safe=True)
    return Fix(Both("delete the comment", "удалить комментарий"), (deleted(comment.span),), safe=True)
