"""Which rules there are: every module below ``rules/`` that has a ``RULE``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from voronka.dsl.lint.rule import CATEGORIES, Rule


@cache
def rules() -> tuple[Rule, ...]:
    """All rules by code. Raises ValueError where two share a code or a name: a mistake of the rules' authors."""
    found: list[Rule] = []
    for category in CATEGORIES:
        package = f"voronka.dsl.lint.rules.{category}"
        path = importlib.import_module(package).__path__
        modules = (importlib.import_module(f"{package}.{one.name}") for one in pkgutil.iter_modules(path))
        found += [module.RULE for module in modules]
    for kind in ("id", "name"):
        seen = [getattr(rule.code, kind) for rule in found]
        if len(set(seen)) != len(seen):
            twice = sorted({one for one in seen if seen.count(one) > 1})
            raise ValueError(f"lint rules share a {kind}: {', '.join(twice)}")
    return tuple(sorted(found, key=lambda rule: rule.code.id))


@cache
def by_name() -> Mapping[str, Rule]:
    """The rules by their kebab-case names."""
    return {rule.name: rule for rule in rules()}


def find(text: str) -> Rule | None:
    """A rule by code or name, in any case: ``L101``, ``stage-count``."""
    wanted = text.strip().lower()
    return next((rule for rule in rules() if wanted in (rule.code.id.lower(), rule.name)), None)
