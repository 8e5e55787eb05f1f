"""Conditions and formulas compiled to Python: typed trees become functions of a deal and its surroundings."""

from voronka.engine.compile.build import condition, fuse, refuted, value
from voronka.engine.compile.context import Ctx
from voronka.engine.compile.reads import reads
from voronka.engine.compile.trace import Trace, traced
from voronka.engine.compile.unit import CompileError
from voronka.engine.compile.wake import wake

__all__ = ["CompileError", "Ctx", "Trace", "condition", "fuse", "reads", "refuted", "traced", "value", "wake"]
