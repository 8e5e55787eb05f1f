"""Expressions of templates: allowed ones get a type, the others a problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from voronka.dsl.check.templates.filters import DATE_STYLES, FILTERS, MAX_PLACES, NUMERIC, Filter
from voronka.dsl.check.templates.kinds import SIGN, common, comparable, named, result
from voronka.dsl.check.templates.limits import MAX_DEPTH, MAX_NODES
from voronka.dsl.check.templates.names import Names, OutOfPlace
from voronka.dsl.check.templates.syntax import Problem, Refused, Text, offset_of
from voronka.dsl.check.templates.tree import BAD, YES_NO, Term, value
from voronka.dsl.definition.types import BOOL, INTEGER, NUMBER, TEXT
from voronka.dsl.text.codes import templates as codes
from voronka.dsl.text.codes.base import Both, Code

if TYPE_CHECKING:
    from jinja2 import nodes

_MATH = {"Add": "add", "Sub": "sub", "Mul": "mul", "Div": "div"}
_ORDER = {"lt": "lt", "lteq": "le", "gt": "gt", "gteq": "ge", "eq": "eq", "ne": "ne"}
_FORMULA = Both("compute it in a formula of the pipeline", "вычислите это формулой воронки: field … is …")
_TAGS = Both("a template has if, for, {{ … }} and comments", "в шаблоне есть if, for, {{ … }} и комментарии")
# Jinja2's class -> what it is called, what to do instead.
_FORBIDDEN: dict[str, tuple[Both, Both]] = {
    "Call": (
        Both("calls; values are changed by filters", "вызовов; значения меняются фильтрами"),
        Both("write {{ value | filter }}", "пишите {{ значение | фильтр }}"),
    ),
    "Getitem": (Both("indexes", "индексов"), Both("walk the list with for", "пройдите список циклом for")),
    "Slice": (Both("slices", "срезов"), Both("walk the list with for", "пройдите список циклом for")),
    "List": (Both("lists of their own", "своих списков"), Both("walk a declared list", "берите объявленный список")),
    "Tuple": (Both("lists of their own", "своих списков"), Both("walk a declared list", "берите объявленный список")),
    "Dict": (Both("tables of their own", "своих таблиц"), Both("write it as text", "напишите это текстом")),
    "Pow": (Both("powers", "степеней"), _FORMULA),
    "Mod": (Both("remainders", "остатков"), _FORMULA),
    "FloorDiv": (Both("integer division", "целочисленного деления"), _FORMULA),
    "Assign": (Both("assignments", "присваиваний"), _FORMULA),
    "AssignBlock": (Both("assignments", "присваиваний"), _FORMULA),
    "Macro": (Both("macros", "макросов"), _TAGS),
    "CallBlock": (Both("macros", "макросов"), _TAGS),
    "Import": (Both("imports", "импорта"), _TAGS),
    "FromImport": (Both("imports", "импорта"), _TAGS),
    "Include": (Both("includes", "вставки других файлов"), _TAGS),
    "Extends": (Both("inheritance", "наследования"), _TAGS),
    "Block": (Both("inheritance", "наследования"), _TAGS),
    "FilterBlock": (Both("filter blocks", "блоков filter"), _TAGS),
    "With": (Both("with blocks", "блоков with"), _TAGS),
    "ScopedEvalContextModifier": (Both("autoescape blocks", "блоков autoescape"), _TAGS),
    "For": (Both("recursive loops", "рекурсивных циклов"), _TAGS),
}


class Expressions:
    """One walk over one part: names at hand, problems found, nodes counted."""

    def __init__(self, source: Text, names: Names) -> None:
        self.source = source
        self.names = names
        self.problems: list[Problem] = []
        self.locals: dict[str, Term] = {}
        self.vars = 0
        self.seen = 0
        self.depth = 0

    # Places and problems

    def at(self, node: nodes.Node) -> int:
        """Where an expression starts: Jinja2 gives some nodes the place of an operator inside."""
        while True:
            first = None
            for name in ("left", "expr", "expr1", "node"):
                first = first or getattr(node, name, None)
            if first is None and type(node).__name__ == "Concat":
                first = node.nodes[0]  # type: ignore[attr-defined]
            if first is None:
                return offset_of(node.lineno)
            node = first

    def report(self, code: Code, at: int, length: int | None = None, **args: object) -> None:
        self.problems.append(Problem(code, at, self.source.token(at) if length is None else length, args))

    def too_large(self, node: nodes.Node, what: Both) -> Refused:
        at = offset_of(node.lineno)
        return Refused(Problem(codes.TOO_LARGE, at, self.source.token(at), {"what": what}))

    def forbidden(self, node: nodes.Node) -> Term:
        what, instead = _FORBIDDEN.get(type(node).__name__, (Both("such a construct", "такой конструкции"), _TAGS))
        self.report(codes.FORBIDDEN, offset_of(node.lineno), what=what, instead_en=instead.en, instead_ru=instead.ru)
        return Term("const", BAD)

    def count(self, node: nodes.Node) -> None:
        self.seen += 1
        if self.seen > MAX_NODES:
            raise self.too_large(node, Both(f"more than {MAX_NODES} parts", f"больше {MAX_NODES} частей"))

    def wrong(self, at: int, en: str, ru: str) -> Term:
        self.report(codes.TYPE, at, what=Both(en, ru))
        return Term("const", BAD)

    # Expressions

    def expression(self, node: nodes.Node) -> Term:
        """A typed term. After a problem its shape is BAD, and nobody complains about it again."""
        self.count(node)
        if self.depth == MAX_DEPTH:
            raise self.too_large(node, Both("an expression nested too deep", "слишком сложное выражение"))
        self.depth += 1
        try:
            return self._expression(node)
        finally:
            self.depth -= 1

    def _expression(self, node: nodes.Node) -> Term:
        from jinja2 import nodes as n

        match node:
            case n.Const():
                return self.constant(node)
            case n.Name() | n.Getattr():
                return self.path(node)
            case n.Filter() if node.node is not None:
                return self.filtered(node)
            case n.Test():
                return self.tested(node)
            case n.Not():
                return Term("not", YES_NO, args=(self.condition(node.node),), at=self.at(node))
            case n.And() | n.Or():
                op = "and" if isinstance(node, n.And) else "or"
                return Term(op, YES_NO, args=(self.condition(node.left), self.condition(node.right)), at=self.at(node))
            case n.Compare():
                return self.comparison(node)
            case n.CondExpr():
                return self.chosen(node)
            case n.Concat():
                parts = tuple(self.printable(self.expression(part)) for part in node.nodes)
                return Term("concat", value(TEXT), args=parts, at=self.at(node))
            case n.Neg() | n.Pos():
                term = self.number(self.expression(node.node), offset_of(node.lineno))
                return term if isinstance(node, n.Pos) else Term("neg", term.shape, args=(term,), at=term.at)
            case n.Add() | n.Sub() | n.Mul() | n.Div():
                return self.arithmetic(_MATH[type(node).__name__], node)
        return self.forbidden(node)

    def constant(self, node: nodes.Const) -> Term:
        at = offset_of(node.lineno)
        match node.value:
            case bool(flag):
                return Term("const", YES_NO, flag, at=at)
            case int(whole):
                return Term("const", value(INTEGER), whole, at=at)
            case float(fraction):
                return Term("const", value(NUMBER), Decimal(repr(fraction)), at=at)
            case str(text):
                return Term("const", value(TEXT), text, at=at, text=text)
        return self.wrong(at, "a template has no `none`; ask “is set”", "в шаблоне нет none; спросите «is set»")

    def path(self, node: nodes.Name | nodes.Getattr) -> Term:
        """``client.name``: the longest known name first, then parts of it."""
        from jinja2 import nodes as n

        names: list[tuple[str, int]] = []
        whole: nodes.Node = node
        while isinstance(whole, n.Getattr):
            at = offset_of(whole.lineno) + 1
            names.insert(0, (whole.attr, self.source.text.find(whole.attr, at)))
            whole = whole.node
            self.count(whole)
            if len(names) > MAX_DEPTH:
                raise self.too_large(whole, Both("a name with too many dots", "слишком много точек в имени"))
        if not isinstance(whole, n.Name):
            term = self.expression(whole)
        else:
            names.insert(0, (whole.name, offset_of(whole.lineno)))
            term, taken = self.root(names)
            names = names[taken:]
        for name, at in names:
            if term.shape == BAD:
                return term
            found = self.names.part(term, name)
            if found is None:
                shape, text = term.shape, term.text or self.source.text[term.at : at - 1]
                near = self.near(name, self.names.parts_of(shape) if shape.kind in ("thing", "value") else [])
                self.report(codes.UNKNOWN_PART, at, len(name), whole=text, name=name, **near)
                return Term("const", BAD)
            term = replace(found, at=term.at)
        return term

    def root(self, names: list[tuple[str, int]]) -> tuple[Term, int]:
        name, at = names[0]
        if name in self.locals:
            return replace(self.locals[name], at=at), 1
        found = self.names.find(tuple(part for part, _ in names))
        if found is None:
            known = self.names.known()
            spaces = [k for k in known if k.startswith(f"{name}.")]
            if spaces and len(names) > 1:
                part, place = names[1]
                near = self.near(part, [space.removeprefix(f"{name}.") for space in spaces])
                self.report(codes.UNKNOWN_PART, place, len(part), whole=name, name=part, **near)
            else:
                near = self.near(name, [*self.locals, *known])
                self.report(codes.UNKNOWN_NAME, at, len(name), name=name, where=self.where(), **near)
            return Term("const", BAD), len(names)
        if isinstance(found, OutOfPlace):
            self.report(codes.OUT_OF_PLACE, at, len(name), name=name, why=found.why)
            return Term("const", BAD), len(names)
        return replace(found.term, at=at), found.taken

    def where(self) -> Both:
        name = self.names.scope.pipeline
        if self.names.scope.kind == "digest":
            return Both(f"a digest of “{name}”", f"сводка по «{name}»")
        return Both(f"“{name}”", f"воронка «{name}»")

    def near(self, name: str, known: Sequence[str]) -> dict[str, Any]:
        """What may have been meant: ``meant``, and the tail of a message about it."""
        close = get_close_matches(name, list(dict.fromkeys(known)), n=1, cutoff=0.6)
        if not close:
            return {"meant": "", "hint": Both("", "")}
        return {"meant": close[0], "hint": Both(f"; did you mean “{close[0]}”?", f"; может быть, «{close[0]}»?")}

    # What a term may be used as

    def printable(self, term: Term) -> Term:
        """The term as a text."""
        shape = term.shape
        if shape.kind == "value" or shape == BAD:
            return term
        if shape.kind == "list":
            each = "{% for … %}"
            return self.wrong(term.at, f"a list is printed item by item: {each}", f"список печатают по одному: {each}")
        name = term.text or shape.thing
        parts = ", ".join(f"{name}.{part}" for part in self.names.parts_of(shape)[:3])
        return self.wrong(term.at, f"say what of it to print: {parts}", f"скажите, что именно печатать: {parts}")

    def condition(self, node: nodes.Node) -> Term:
        """A term that is yes, no or unknown; a list says whether it has members."""
        term = self.expression(node)
        if term.shape == BAD or term.shape.type == BOOL:
            return term
        if term.shape.kind == "list" or term.shape.type.kind == "choices":
            return Term("some", YES_NO, args=(term,), at=term.at)
        name = term.text or "…"
        return self.wrong(
            term.at,
            f"this is not a yes or no; ask “{name} is set” or compare it",
            f"это не да и не нет; спросите «{name} is set» или сравните",
        )

    def number(self, term: Term, at: int) -> Term:
        if term.shape == BAD or (term.shape.is_value and term.shape.type.kind in NUMERIC):
            return term
        if term.op == "filter":
            return self.binds_tighter(at)
        if term.shape.is_value and term.shape.type.textual:
            return self.wrong(at, "texts are joined by ~, not added up", "тексты соединяют знаком ~, а не складывают")
        return self.wrong(at, "only numbers can be reckoned with", "считать можно только числа")

    def binds_tighter(self, at: int) -> Term:
        en, ru = "a filter binds tighter than + - * /", "фильтр связывает сильнее, чем + - * /"
        return self.wrong(at, f"{en}: write (a * b) | filter", f"{ru}: пишите (a * b) | фильтр")

    def arithmetic(self, op: str, node: nodes.BinExpr) -> Term:
        from jinja2 import nodes as n

        left = self.number(self.expression(node.left), self.at(node.left))
        if isinstance(node.right, n.Filter) and node.right.name == "round":
            # `amount * discount | round` rounds the discount: never meant, and the sum would be wrong in silence.
            at = self.at(node.right)
            if not self.source.text[:at].rstrip().endswith("("):
                return self.binds_tighter(at)
        right = self.number(self.expression(node.right), self.at(node.right))
        if BAD in (left.shape, right.shape):
            return Term("const", BAD)
        made = result(op, left.shape.type, right.shape.type)
        if made is None:
            kinds = f"{named(left.shape.type)} {SIGN[op]} {named(right.shape.type)}"
            return self.wrong(self.at(node), f"{kinds} makes no sense", f"{kinds} не имеет смысла")
        return Term(op, value(made), args=(left, right), at=left.at)

    def comparison(self, node: nodes.Compare) -> Term:
        if len(node.ops) != 1:
            return self.wrong(self.at(node), "compare two values at a time", "сравнивайте по два значения")
        operand = node.ops[0]
        left, right = self.expression(node.expr), self.expression(operand.expr)
        if BAD in (left.shape, right.shape):
            return Term("const", BAD)
        if operand.op in ("in", "notin"):
            return self.membership(left, right, operand.op == "notin")
        op = _ORDER[operand.op]
        if not (left.shape.is_value and right.shape.is_value):
            return self.wrong(self.at(node), "only values can be compared", "сравнивать можно только значения")
        if left.op == "const" and right.op != "const":
            left, right, op = right, left, {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}.get(op, op)
        kind, other = left.shape.type, right.shape.type
        if right.op == "const" and other == TEXT and kind.options and op in ("eq", "ne"):
            return self.option(left, right, op)
        if not comparable(kind, other, op, right.op == "const"):
            kinds = f"{named(kind)}, {named(other)}"
            return self.wrong(self.at(node), f"these cannot be compared so: {kinds}", f"так это не сравнить: {kinds}")
        return Term(op, YES_NO, args=(left, right), at=left.at)

    def option(self, left: Term, right: Term, op: str) -> Term:
        """``stage == "won"``, ``score == "promoter"``: the option must exist."""
        option = left.shape.type.option(str(right.value))
        if option is None:
            known = [o.name for o in left.shape.type.options]
            near = self.near(str(right.value), known)
            self.report(
                codes.UNKNOWN_OPTION, right.at, whole=left.text, name=right.value, **near, known=", ".join(known)
            )
            return Term("const", BAD)
        if left.shape.type.kind == "rating":
            bounds = (option.low, option.high)
            return Term("between" if op == "eq" else "outside", YES_NO, bounds, (left,), left.at)
        return Term(op, YES_NO, args=(left, right), at=left.at)

    def membership(self, item: Term, whole: Term, negated: bool) -> Term:
        """``"music" in services``."""
        if not (whole.shape.is_value and whole.shape.type.kind == "choices" and item.shape.is_value):
            return self.wrong(item.at, "`in` looks into choices only", "`in` ищет только в списке вариантов")
        if item.op == "const" and whole.shape.type.option(str(item.value)) is None:
            return self.option(whole, item, "eq")
        has = Term("has", YES_NO, args=(whole, item), at=item.at)
        return Term("not", YES_NO, args=(has,), at=item.at) if negated else has

    def chosen(self, node: nodes.CondExpr) -> Term:
        condition = self.condition(node.test)
        yes = self.expression(node.expr1)
        no = Term("const", value(TEXT), "", at=yes.at) if node.expr2 is None else self.expression(node.expr2)
        return self.either("choose", (condition,), yes, no)

    def either(self, op: str, before: tuple[Term, ...], one: Term, other: Term, name: str = "") -> Term:
        """One of two terms: of their common type, or else as a text."""
        if BAD in (one.shape, other.shape):
            return Term("const", BAD)
        one, other = self.printable(one), self.printable(other)
        kind = common(one.shape, other.shape) if BAD not in (one.shape, other.shape) else BAD
        if kind is None:
            kind, one, other = value(TEXT), _shown(one), _shown(other)
        return Term(op, kind, name or None, (*before, one, other), one.at)

    # Filters and tests

    def tested(self, node: nodes.Test) -> Term:
        at = self.source.text.find(node.name, offset_of(node.lineno) + 2)
        term = self.expression(node.node)
        if node.name not in ("set", "defined") or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            self.report(codes.UNKNOWN_TEST, max(at, 0), name=node.name)
            return Term("const", BAD)
        if term.shape.kind not in ("value", "bad"):
            return self.wrong(term.at, "only a value can be set", "заполнено бывает только значение")
        return term if term.shape == BAD else Term("set", YES_NO, args=(term,), at=term.at)

    def filtered(self, node: nodes.Filter) -> Term:
        at = offset_of(node.lineno)
        assert node.node is not None
        name = "length" if node.name == "count" else node.name
        spec = FILTERS.get(name)
        term = self.expression(node.node)
        args = tuple(self.expression(arg) for arg in node.args)
        if spec is None:
            near = self.near(name, list(FILTERS))
            self.report(codes.UNKNOWN_FILTER, at, name=node.name, **near, known=", ".join(FILTERS))
            return Term("const", BAD)
        if node.kwargs or node.dyn_args or node.dyn_kwargs or not _fits(spec, args):
            if not any(arg.shape == BAD for arg in args):
                self.report(codes.ARGUMENT, at, name=name, expected=spec.args_as)
            return Term("const", BAD)
        if term.shape == BAD:
            return term
        kind = term.shape.type.kind if term.shape.is_value else term.shape.kind
        if kind not in spec.takes if spec.takes else not term.shape.is_value:
            takes = spec.takes_as
            return self.wrong(at, f"the filter “{name}” takes {takes.en}", f"фильтр «{name}» берёт {takes.ru}")
        if name == "default":
            return self.either("filter", (), term, args[0], name)
        if name == "plural" and any(arg.shape.type != TEXT for arg in args):
            return Term("const", BAD)
        made = term.shape if spec.keeps else value(spec.makes)
        return Term("filter", made, name, (_shown(term) if spec.shown else term, *args), term.at, term.text)


def _fits(spec: Filter, args: tuple[Term, ...]) -> bool:
    """Whether these are the arguments that a filter takes; all but default's are literals."""
    if not spec.least <= len(args) <= len(spec.args):
        return False
    for kind, arg in zip(spec.args, args, strict=False):
        if kind == "any":
            continue
        if arg.op != "const":
            return False
        if kind == "text" and not isinstance(arg.value, str):
            return False
        if kind == "style" and arg.value not in DATE_STYLES:
            return False
        if kind == "places" and (type(arg.value) is not int or not 0 <= arg.value <= MAX_PLACES):
            return False
    return True


def _shown(term: Term) -> Term:
    return term if term.shape.type == TEXT else Term("show", value(TEXT), args=(term,), at=term.at, text=term.text)
