"""From a typed tree to a compiled Jinja2 template.

Jinja2 writes the code: text, ``if``, ``for``, escaping. Everything else becomes calls of our own operations, so a
template can do nothing that is not in ``operations.OPERATIONS``. Why it always ends, and soon:

- there is no construct that repeats but ``for``, and it walks lists that the deal holds; every turn and every operation
  is paid from one budget (``run.MAX_WORK``), and what handles texts pays by their length;
- nothing builds a value larger than what it was given, but joining, which pays for it;
- output is counted piece by piece while it comes, and stops at the cap;
- nesting, size and literals are bounded before anything is compiled (``dsl/check/templates/limits.py``).

The sandbox is a second fence: were there a hole in the first, a template would still reach no attribute or global.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from voronka.dsl.check.templates.guards import unsure
from voronka.dsl.check.templates.tree import Block, Choose, Each, Print, Statement, Term, Words
from voronka.dsl.definition.types import NONE
from voronka.engine.templates.escape import ESCAPES
from voronka.engine.templates.operations import OPERATIONS
from voronka.engine.templates.run import Site

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes


@dataclass(frozen=True, slots=True)
class Compiled:
    """One part, ready to run: ``rt`` is the only name it takes."""

    template: Template
    sites: tuple[Site, ...]
    pool: tuple[Any, ...]


@cache
def _environment(markup: str) -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        autoescape=markup == "html",
        finalize=ESCAPES.get(markup),
        optimized=False,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        cache_size=0,
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters.clear()
    environment.filters.update(OPERATIONS)
    return environment


def compile_block(block: Block, markup: str = "") -> Compiled:
    """Compile a tree that the check has found no error in. ``markup`` says what printed values must not break."""
    from jinja2 import Template
    from jinja2 import nodes as n

    environment = _environment(markup)
    lower = _Lower()
    tree = n.Template(lower.block(block))
    tree.set_lineno(1).set_environment(environment)
    code = environment.compile(tree, "template", "<template>")
    template = Template.from_code(environment, code, {})
    return Compiled(template, tuple(lower.sites), tuple(lower.pool))


class _Lower:
    def __init__(self) -> None:
        self.sites: list[Site] = []
        self.pool: list[Any] = []

    def block(self, block: Block) -> list[nodes.Node]:
        return [self.statement(statement) for statement in block]

    def statement(self, statement: Statement) -> nodes.Node:
        from jinja2 import nodes as n

        match statement:
            case Words(text):
                return n.Output([n.TemplateData(text)])
            case Print(term):
                return n.Output([self.call("out", self.term(term), n.Const(self.site(term)))])
            case Choose(branches, otherwise):
                made = [n.If(self.true(condition), self.block(body), [], []) for condition, body in branches]
                made[0].elif_ = made[1:]
                made[0].else_ = self.block(otherwise)
                return made[0]
            case Each(var, items, when, body, otherwise):
                test = None if when is None else self.true(when)
                rows = self.call("rows", self.term(items))
                return n.For(n.Name(var, "store"), rows, self.block(body), self.block(otherwise), test, False)

    def site(self, term: Term) -> int:
        """Register a place that prints; the names are those that may be to blame for an unset value."""
        names = dict.fromkeys(part.text for part in unsure(term, frozenset(), {}))
        if not names:
            parts = [term] if term.text else [part for part in term.walk() if part.op != "const"]
            names = dict.fromkeys(part.text for part in parts if part.text)
        self.sites.append(Site(term.shape.type, term.at, tuple(names)))
        return len(self.sites) - 1

    def keep(self, value: Any) -> nodes.Const:
        from jinja2 import nodes as n

        self.pool.append(value)
        return n.Const(len(self.pool) - 1)

    def call(self, name: str, *args: nodes.Expr) -> nodes.Expr:
        """``rt | name(args)``: a filter is a direct call, and none is made early, since ``rt`` comes with the run."""
        from jinja2 import nodes as n

        return n.Filter(n.Name("rt", "load"), name, list(args), [], None, None)

    def true(self, condition: Term) -> nodes.Expr:
        return self.call("true", self.term(condition))

    def literal(self, value: Any) -> nodes.Expr:
        from jinja2 import nodes as n

        if value is None or type(value) in (str, bool) or (type(value) is int and abs(value) < 10**9):
            return n.Const(value)
        return self.call("const", self.keep(value))

    def term(self, term: Term) -> nodes.Expr:
        from jinja2 import nodes as n

        args = [self.term(arg) for arg in term.args if not (term.op == "part" and arg.value == "loop")]
        match term.op:
            case "const":
                return self.literal(term.value)
            case "var":
                return n.Name(str(term.value), "load")
            case "part" if not args:
                return n.Getattr(n.Name("loop", "load"), str(term.value), "load")
            case "part":
                shape = term.args[0].shape
                return self.call("part", *args, n.Const(term.value), self.keep(shape.type))
            case "choose":
                return n.CondExpr(self.call("true", args[0]), args[1], args[2])
            case "show":
                return self.call("show", *args, self.keep(term.args[0].shape.type))
            case "filter":
                shape = term.args[0].shape
                kind = self.keep(shape.type if shape.is_value else NONE)
                return self.call("filter", args[0], n.Const(term.value), kind, *args[1:])
            case "concat":
                parts = (
                    arg
                    if part.shape.type.kind == "text" and part.op in ("const", "show", "concat", "filter")
                    else self.call("show", arg, self.keep(part.shape.type))
                    for arg, part in zip(args, term.args, strict=True)
                )
                return self.call("concat", *parts)
            case "card":
                return self.call("card", *args, *map(n.Const, term.value))
            case "between" | "outside":
                return self.call(term.op, *args, *map(n.Const, term.value))
            case "root" | "field" | "item" | "items" | "tasks" | "deal" | "event" | "given":
                named = [] if term.value is None else [n.Const(term.value)]
                return self.call(term.op, *args, *named)
        return self.call(term.op, *args)
