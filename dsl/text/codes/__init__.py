"""All diagnostic codes, one file a family; ``ALL`` finds them by id."""

from types import ModuleType

from voronka.dsl.text.codes import flow, modules, names, syntax, templates, types, workspace
from voronka.dsl.text.codes.base import Both, Code, Severity

__all__ = ["ALL", "FAMILIES", "Both", "Code", "Severity", "family", "find"]

FAMILIES: dict[str, ModuleType] = {
    "V1": syntax,
    "V2": modules,
    "V3": names,
    "V4": types,
    "V5": flow,
    "V6": templates,
    "V7": workspace,
}


def family(prefix: str) -> tuple[Code, ...]:
    """The codes of one file in its order: ``V1`` for syntax, and so on."""
    return tuple(value for value in vars(FAMILIES[prefix]).values() if isinstance(value, Code))


ALL: dict[str, Code] = {code.id: code for prefix in FAMILIES for code in family(prefix)}
"""Every code by its id."""


def find(text: str) -> Code | None:
    """A code by id or name, in any case: ``V301``, ``unknown-field``."""
    wanted = text.strip().lower()
    return next((code for code in ALL.values() if wanted in (code.id.lower(), code.name)), None)
