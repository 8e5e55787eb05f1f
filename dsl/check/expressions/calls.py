"""Calls of the standard library's functions."""

from __future__ import annotations

from voronka.dsl.check.expressions.fit import fit
from voronka.dsl.check.expressions.make import bad, described, make, unknown, wrong_arguments
from voronka.dsl.check.expressions.quantifiers import AGGREGATES, aggregate
from voronka.dsl.check.library import FunctionSpec
from voronka.dsl.check.place import Place, included, typed
from voronka.dsl.check.symbols import UNKNOWN
from voronka.dsl.check.words import NOTHING, type_name
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import BOOL, INTEGER, NUMBER, Type
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names
from voronka.dsl.text.codes.base import Both

_FAMILIES = {"number": ("number", "integer", "rating"), "integer": ("integer", "rating"), "file": ("file", "document")}


def call(node: nodes.Call, place: Place, want: Type | None) -> Expr:
    if (found := aggregate(node, place)) is not None:
        return found
    world, name = place.world, node.function.name
    spec = world.library.functions.get(name)
    if spec is None:
        known = [*world.library.functions, *AGGREGATES]
        what = Both("functions", "функции")
        world.unknown(names.UNKNOWN_FUNCTION, node.function.span, name, known, what, labels=included(place.env))
        return bad(node)
    if node.when is not None:
        why = Both("only sums over lists have one", "оно бывает только у сумм по спискам")
        world.report(names.OUT_OF_PLACE, node.when.span, name="when", why=why, hint=NOTHING)
        return bad(node)
    args = _typed_args(node, place)
    if unknown(*args):
        return bad(node)
    if not _right_count(spec, args):
        wrong_arguments(node, _count(spec), Both(str(len(args)), str(len(args))), place)
        return bad(node)
    return _fitted(node, spec, args, place)


def _typed_args(node: nodes.Call, place: Place) -> list[Expr]:
    """Arguments; the first gives a meaning to options' names among the others."""
    args: list[Expr] = []
    for arg in node.args:
        args.append(typed(arg, place, args[0].type if args and args[0].type is not UNKNOWN else None))
    return args


def _right_count(spec: FunctionSpec, args: list[Expr]) -> bool:
    least = len(spec.params) - spec.optional
    return len(args) >= least and (spec.variadic or len(args) <= len(spec.params))


def _count(spec: FunctionSpec) -> Both:
    least = len(spec.params) - spec.optional
    if spec.variadic:
        return Both(f"{least} arguments or more", f"не меньше {least} значений")
    span = str(least) if least == len(spec.params) else f"{least}–{len(spec.params)}"
    return Both(f"{span} argument{'' if span == '1' else 's'}", f"значений: {span}")


def _fitted(node: nodes.Call, spec: FunctionSpec, args: list[Expr], place: Place) -> Expr:
    """The call with every argument of its parameter's type."""
    same: Type | None = None
    fitted: list[Expr] = []
    for n, arg in enumerate(args):
        param = spec.params[min(n, len(spec.params) - 1)]
        _, _, allowed = param.partition(":") if param.startswith("same") else ("", "", param)
        kinds = allowed.split("|") if allowed and allowed != "any" else []
        if kinds and arg.type.kind not in {kind for one in kinds for kind in _FAMILIES.get(one, (one,))}:
            every = [type_name(kind) for kind in (["text"] if "text" in kinds else kinds)]
            wanted = Both(", ".join(k.en for k in every[:4]), ", ".join(k.ru for k in every[:4]))
            wrong_arguments(node, wanted, described(arg), place)
            return bad(node)
        if param.startswith("same"):
            same = arg.type if same is None else _common(same, arg)
            if same is None:
                wanted = Both(
                    f"values of one type, as {described(args[0]).en}",
                    f"значения одного типа, как {described(args[0]).ru}",
                )
                wrong_arguments(node, wanted, described(arg), place)
                return bad(node)
        fitted.append(arg)
    if same is not None:
        fitted = [
            fit(arg, same) or arg if spec.params[min(n, len(spec.params) - 1)].startswith("same") else arg
            for n, arg in enumerate(fitted)
        ]
    return make("call", _result(spec, same), node, spec.name, tuple(fitted))


def _common(first: Type, arg: Expr) -> Type | None:
    """One type for two values: a whole number beside a number is a number."""
    if fit(arg, first) is not None:
        return first
    numbers = ("number", "integer", "rating")
    if first.kind in numbers and arg.type.kind in numbers:
        return NUMBER
    if arg.type.kind == first.kind or (first.kind in _TEXTS and arg.type.kind in _TEXTS):
        return arg.type if first.kind != arg.type.kind else None
    return None


_TEXTS = ("text", "phone", "email", "url", "address")


def _result(spec: FunctionSpec, same: Type | None) -> Type:
    if spec.result == "same":
        return same or NUMBER
    return {"bool": BOOL, "integer": INTEGER, "number": NUMBER}.get(spec.result) or Type(spec.result)
