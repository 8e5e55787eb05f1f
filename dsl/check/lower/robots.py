"""Robots: triggers and what they set off."""

from __future__ import annotations

from collections.abc import Mapping

from voronka.dsl.check.expand import KINDS
from voronka.dsl.check.lower.actions import block
from voronka.dsl.check.lower.home import Home, text, was
from voronka.dsl.check.lower.moments import NOTHING_CARRIED, Carried, carrying, trigger
from voronka.dsl.check.places import loc_of
from voronka.dsl.definition.actions import Robot
from voronka.dsl.definition.types import Type
from voronka.dsl.syntax import nodes


def robot(node: nodes.Robot, home: Home) -> Robot:
    """A robot with a name."""
    env = home.env
    path = home.named(node.name.name, env, KINDS["robots"], node.name.span)
    made, carried = [], []
    for one in node.triggers:
        lowered, brings = trigger(one, home.place)
        made.append(lowered)
        carried.append(brings)
    inside = Home(path, carrying(home.place, common(carried)))
    return Robot(
        name=env.full(node.name.name),
        title=text(node.title, env),
        path=path,
        triggers=tuple(made),
        actions=block(node.actions, inside),
        loc=loc_of(node.span),
        was=was(node.was, env),
        next_entry=node.begins == "next entry",
    )


def common(carried: list[Carried]) -> Carried:
    """What every trigger brings: only that can be read behind all of them."""
    if not carried or any(one.payload is None for one in carried):
        return NOTHING_CARRIED
    shared: Mapping[str, Type] = carried[0].payload or {}
    for one in carried[1:]:
        other = one.payload or {}
        shared = {name: kind for name, kind in shared.items() if name in other and other[name] == kind}
    return Carried(shared, ", ".join(dict.fromkeys(one.events for one in carried)))
