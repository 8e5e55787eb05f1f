"""Parameters of modules: given at an include, or by their defaults; typed when first asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from voronka.dsl.check.symbols import UNKNOWN, Env
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.moments import Who
from voronka.dsl.definition.types import Type
from voronka.dsl.syntax import nodes


@dataclass(frozen=True, slots=True)
class Bound:
    """What a parameter stands for: an expression, or the name of a stage or a reason, or somebody."""

    type: Type
    expr: Expr | None = None
    name: str = ""
    who: Who | None = None


UNBOUND = Bound(UNKNOWN)


@dataclass(slots=True, eq=False)
class Param:
    """``env`` sees the parameter's type, ``value_env`` its value; ``value`` None: a module checked by itself."""

    node: nodes.Param
    env: Env
    value: nodes.Expr | None
    value_env: Env
    given: nodes.Value | None = None
    bound: Bound | None = field(default=None)
    busy: bool = False  # being typed: guards against defaults that read each other
