"""Which function types which node."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from voronka.dsl.check.expressions import arithmetic, calls, compare, literals, names, quantifiers
from voronka.dsl.syntax import nodes

HANDLERS: Mapping[type, Any] = MappingProxyType(
    {
        nodes.Binary: arithmetic.binary,
        nodes.Unary: arithmetic.unary,
        nodes.Compare: compare.order,
        nodes.Is: compare.is_,
        nodes.IsSet: compare.is_set,
        nodes.InList: compare.in_list,
        nodes.Has: compare.has,
        nodes.Older: compare.older,
        nodes.Within: compare.older,
        nodes.QuantIs: quantifiers.quant_is,
        nodes.QuantIn: quantifiers.quant_in,
        nodes.QuantWith: quantifiers.quant_with,
        nodes.NumberLit: literals.number,
        nodes.MoneyLit: literals.money,
        nodes.PercentLit: literals.percent,
        nodes.DurationLit: literals.duration,
        nodes.DateLit: literals.day,
        nodes.TimeLit: literals.time_of_day,
        nodes.DateTimeLit: literals.date_and_time,
        nodes.StringLit: literals.string,
        nodes.Path: names.path,
        nodes.TaskRef: compare.stateful,
        nodes.ChecklistRef: compare.stateful,
        nodes.ApprovalRef: compare.stateful,
        nodes.Call: calls.call,
    }
)
