"""All diagnostic codes, one file a family; ``ALL`` finds them by id."""

from types import ModuleType

from voronka.dsl.text.codes import flow, modules, names, syntax, templates, types, workspace
from voronka.dsl.text.codes.base import Both, Code, Severity

__all__ = ["ALL", "Both", "Code", "Severity", "find"]

_FAMILIES: dict[str, ModuleType] = {
    "V1": syntax,
    "V2": modules,
    "V3": names,
    "V4": types,
    "V5": flow,
    "V6": templates,
    "V7": workspace,
}


def _collect() -> dict[str, Code]:
    found: dict[str, Code] = {}
    by_name: set[str] = set()
    for prefix, family in _FAMILIES.items():
        for value in vars(family).values():
            if not isinstance(value, Code):
                continue
            if not value.id.startswith(prefix) or value.id in found or value.name in by_name:
                raise ValueError(f"diagnostic code {value} is doubled or in the wrong family ({family.__name__})")
            found[value.id] = value
            by_name.add(value.name)
    return dict(sorted(found.items()))


ALL: dict[str, Code] = _collect()
"""Every code by its id."""


def find(text: str) -> Code | None:
    """A code by id or name, in any case: ``V301``, ``unknown-field``."""
    wanted = text.strip().lower()
    return next((code for code in ALL.values() if wanted in (code.id.lower(), code.name)), None)
