"""What plugins say of themselves: actions and what these take, read from a file beside them, without running them.

A package says ``[project.entry-points."voronka.plugins"] shop = "my_package"`` and has a file ``voronka.toml`` in it, a
table an action: ``[label]  name = "text"  copies = "integer?"``; with ``?`` it may be left out. It is part of the
identity of every definition that runs the plugin, so a plugin that begins to want something else is a plan, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from voronka.dsl.definition.values import Duration, Instant
from voronka.dsl.text.codes.base import Both

GROUP = "voronka.plugins"
FILE = "voronka.toml"
LARGEST = 64 * 1024  # bytes of a declaration
TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "bool": (bool,),
    "integer": (int,),
    "number": (Decimal, int),
    "date": (date,),
    "datetime": (Instant,),
    "duration": (Duration,),
    "list": (tuple,),
}
"""Types of parameters, and what holds their values (dsl/definition/values.py). Money and percents are numbers."""

_RUNS = re.compile(r"\brun\s+([^\W\d]\w*)\.")


def mentioned(texts: Iterable[str]) -> list[str]:
    """Names of the plugins that texts of the language run; a comment may name one too many, which harms nobody."""
    return sorted({name for text in texts if "run" in text for name in _RUNS.findall(text)})


@cache
def declaration(plugin: str) -> str:
    """A plugin's file as it is; empty where it is not installed or says nothing. Runs nothing of it."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    for entry in entry_points(group=GROUP):
        if entry.name == plugin:
            spec = find_spec(entry.value.partition(":")[0].partition(".")[0])
            for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
                try:
                    with (Path(folder) / FILE).open("rb") as file:
                        return file.read(LARGEST).decode("utf-8")
                except (OSError, UnicodeDecodeError):
                    continue
    return ""


def wrong(plugin: str, action: str, args: Mapping[str, Any]) -> Both | None:
    """Why an action cannot be called with these values, as the plugin declares it; None where it says nothing."""
    import tomllib

    text = declaration(plugin)
    if not text:
        return None
    try:
        actions = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return Both(f"{FILE} of plugin {plugin} cannot be read: {error}", f"{FILE} расширения {plugin}: {error}")
    wanted = actions.get(action)
    if not isinstance(wanted, dict):
        return Both(f"plugin {plugin} declares no {action}", f"в {FILE} расширения {plugin} нет {action}")
    for name in args:
        if name not in wanted:
            there = ", ".join(wanted)
            return Both(
                f"{plugin}.{action} takes no {name}, only {there}", f"у {plugin}.{action} нет {name}, есть {there}"
            )
    for name, kind in wanted.items():
        kinds = TYPES.get(str(kind).removesuffix("?"))
        if kinds is None:
            return Both(f"{FILE}: {name} is no {kind}", f"{FILE}: у {name} неизвестный тип {kind}")
        value = args.get(name)
        if value is None and not str(kind).endswith("?"):
            return Both(f"{plugin}.{action} needs {name}", f"для {plugin}.{action} нужно {name}")
        if value is not None and type(value) not in kinds:
            return Both(f"{plugin}.{action}: {name} is no {kind}", f"{plugin}.{action}: {name} — не {kind}")
    return None
