"""A compiled expression in the making: its functions, and the few names they can reach.

Nothing of the user's becomes a name: names of fields, tasks or stages only ever are string constants. What a function
can reach are the attributes and helpers named in this package; there are no builtins, and the helpers' names start with
``@``, which no text of Python can spell.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import Decimal
from types import CodeType, FunctionType
from typing import Any

from voronka.dsl.definition.expr import Expr
from voronka.engine.compile import nodes as n

_PLAIN = (str, bool, int)  # what Python keeps as constants of its own


class CompileError(Exception):
    """An expression that the checker should not have let through: a mistake of ours, not of a user."""

    def __init__(self, expr: Expr, why: str) -> None:
        place = f"{expr.loc}: " if expr.loc.file else ""
        super().__init__(f"{place}{expr.op} {expr.value!r}: {why}")


class Unit:
    """One module of Python, without builtins."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.globals: dict[str, Any] = {"__builtins__": {}}
        self._functions: list[ast.stmt] = []
        self._constants: dict[tuple[type, Any], str] = {}
        self._names = 0

    def fresh(self, prefix: str) -> str:
        """A name that nothing else has."""
        self._names += 1
        return f"{prefix}{self._names}"

    def helper(self, function: Callable[..., Any], label: str = "") -> ast.expr:
        """A function of ours, to be called."""
        key = f"@{label or function.__name__}"
        if self.globals.setdefault(key, function) is not function:
            raise AssertionError(f"two helpers are called {key}")
        return n.name(key)

    def constant(self, value: Any) -> ast.expr:
        """A value of the language."""
        members = value if type(value) in (tuple, frozenset) else (value,)
        if value is None or all(type(member) in _PLAIN for member in members):
            return ast.Constant(value)
        key = (type(value), str(value) if isinstance(value, Decimal) else value)
        if key not in self._constants:
            self._constants[key] = f"@{len(self._constants)}"
            self.globals[self._constants[key]] = value
        return n.name(self._constants[key])

    def define(self, name: str, params: tuple[str, ...], body: list[ast.stmt]) -> None:
        """Add a function."""
        self._functions.append(n.function(name, params, body))

    def called(self, prefix: str, params: tuple[str, ...], body: list[ast.stmt]) -> ast.expr:
        """Add a function and call it from another one that has variables of these names."""
        name = self.fresh(prefix)
        self.define(name, params, body)
        return n.call(n.name(name), *(n.name(param) for param in params))

    def finish(self, name: str) -> Callable[..., Any]:
        """Compile everything and give one of the functions. Nothing runs: the functions are taken from the code."""
        module = ast.fix_missing_locations(ast.Module(self._functions, []))
        for code in compile(module, self.file, "exec").co_consts:
            if isinstance(code, CodeType):
                self.globals[code.co_name] = FunctionType(code, self.globals, code.co_name)
        made: Callable[..., Any] = self.globals[name]
        return made
