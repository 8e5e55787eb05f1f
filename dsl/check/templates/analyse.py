"""From Jinja2's tree to a typed one: only what is allowed here comes through, the rest is a problem with a place.

The walk is the allow-list: a node without a case below is refused, so nothing that Jinja2 may learn gets in by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from voronka.dsl.check.templates.expressions import Expressions
from voronka.dsl.check.templates.facts import NOTHING, Facts, culprit
from voronka.dsl.check.templates.guards import guaranteed, unsure
from voronka.dsl.check.templates.limits import MAX_BLOCKS, MAX_BRANCHES, MAX_LOOPS
from voronka.dsl.check.templates.names import Names
from voronka.dsl.check.templates.syntax import Problem, Reading, Refused, Text
from voronka.dsl.check.templates.tree import BAD, Block, Choose, Each, Print, Shape, Statement, Term, Words
from voronka.dsl.text.codes import templates as codes
from voronka.dsl.text.codes.base import Both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import nodes


class Analysed(NamedTuple):
    """The typed tree of a part and what is wrong with it; with errors among the problems the tree is of no use."""

    block: Block
    problems: tuple[Problem, ...]


def analyse(reading: Reading, names: Names, sure: Facts | None, emails_only: bool = False) -> Analysed:
    """Read and type one part.

    ``sure`` are names that are set where the text is used, None where that is not known: then nothing is said of
    values that may be unset. ``emails_only``: nothing but mail addresses may be printed (``cc``).
    """
    text, tree, refused = reading
    block: Block = ()
    problems = [refused] if refused else []
    if tree is not None:
        walk = _Walk(text, names, sure, emails_only)
        try:
            block = walk.block(tree.body, sure or NOTHING)
            problems = walk.problems
        except Refused as large:
            problems = [large.problem]
    return Analysed(block, tuple(p._replace(at=text.back(p.at)) for p in problems))


class _Walk(Expressions):
    """Statements; expressions are the parent's."""

    def __init__(self, source: Text, names: Names, sure: Facts | None, emails_only: bool) -> None:
        super().__init__(source, names)
        self.warns = sure is not None
        self.emails_only = emails_only
        self.loops = 0
        self.blocks = 0

    def block(self, body: Iterable[nodes.Node], sure: Facts) -> Block:
        found: list[Statement] = []
        for node in body:
            self.count(node)
            found += self.statement(node, sure)
        return tuple(found)

    def statement(self, node: nodes.Node, sure: Facts) -> list[Statement]:
        from jinja2 import nodes as n

        match node:
            case n.Output():
                return [self.printed(child, sure) for child in node.nodes]
            case n.If():
                with self.deeper(node):
                    return [self.choice(node, sure)]
            case n.For():
                with self.deeper(node):
                    return self.each(node, sure)
        self.forbidden(node)
        return []

    def printed(self, node: nodes.Node, sure: Facts) -> Statement:
        from jinja2 import nodes as n

        if isinstance(node, n.TemplateData):
            return Words(node.data)
        term = self.expression(node)
        term = self.printable(term)
        if self.warns:
            for part in unsure(term, sure, self.names.pipeline.fields):
                self.maybe_unset(part, sure)
        if self.emails_only and term.shape.is_value and term.shape.type.kind not in ("email", "user"):
            what = Both(
                "only mail addresses may be printed in an address header",
                "в заголовке с адресом печатаются только адреса почты",
            )
            self.report(codes.TYPE, term.at, what=what)
        return Print(term)

    def maybe_unset(self, part: Term, sure: Facts) -> None:
        name, because = str(part.value), Both("", "")
        if part.op == "field" and (root := culprit(name, sure, self.names.pipeline.fields)) != name:
            because = Both(f" (it is computed from “{root}”)", f" (вычисляется из «{root}»)")
        self.report(codes.MAYBE_UNSET, part.at, name=part.text, because=because)

    def choice(self, node: nodes.If, sure: Facts) -> Choose:
        if len(node.elif_) > MAX_BRANCHES:
            raise self.too_large(node, Both(f"more than {MAX_BRANCHES} elif", f"больше {MAX_BRANCHES} elif"))
        branches = []
        for branch in (node, *node.elif_):
            condition = self.condition(branch.test)
            branches.append((condition, self.block(branch.body, sure | guaranteed(condition))))
            sure |= guaranteed(condition, False)
        return Choose(tuple(branches), self.block(node.else_, sure))

    def each(self, node: nodes.For, sure: Facts) -> list[Statement]:
        from jinja2 import nodes as n

        if self.loops == MAX_LOOPS:
            raise self.too_large(
                node, Both(f"more than {MAX_LOOPS} loops in one another", f"вложенных циклов больше {MAX_LOOPS}")
            )
        if node.recursive or not isinstance(node.target, n.Name):
            self.forbidden(node if node.recursive else node.target)
            return []
        items = self.expression(node.iter)
        shape = BAD
        if items.shape.kind == "list" and items.shape.item is not None:
            shape = items.shape.item
        elif items.shape.is_value and items.shape.type.kind == "choices":
            shape = replace(items.shape, type=replace(items.shape.type, kind="choice"))
        elif items.shape != BAD:
            self.report(codes.NO_LIST, self.at(node.iter), known=", ".join(self.names.lists()) or "–")
        self.vars += 1
        var = Term("var", shape, f"i{self.vars}", text=node.target.name)
        outer = dict(self.locals)
        self.locals[node.target.name] = var
        self.locals.pop("loop", None)  # a condition on the items comes before any turn
        when = self.condition(node.test) if node.test is not None else None
        self.locals["loop"] = Term("var", Shape("thing", thing="loop"), "loop", text="loop")
        self.loops += 1
        body = self.block(node.body, sure)
        self.loops -= 1
        self.locals = outer
        return [Each(str(var.value), items, when, body, self.block(node.else_, sure))]

    @contextmanager
    def deeper(self, node: nodes.Node) -> Iterator[None]:
        if self.blocks == MAX_BLOCKS:
            what = Both(f"more than {MAX_BLOCKS} tags in one another", f"вложенных тегов больше {MAX_BLOCKS}")
            raise self.too_large(node, what)
        self.blocks += 1
        yield
        self.blocks -= 1
