"""Completion inside of templates: the fields of the pipelines that use them, what lies behind links, filters."""

from __future__ import annotations

import re

from voronka.dsl.check.symbols import Table
from voronka.dsl.check.templates.filters import FILTERS
from voronka.dsl.check.templates.names import BEHIND, OWN_WORDS
from voronka.dsl.ide.items import Item, fields_of, said, shown_type
from voronka.dsl.ide.names import Names

_OPEN = re.compile(r"\{[{%](?:(?![}%]\}).)*\Z", re.DOTALL)
_WORD = re.compile(r"[^\W\d]?\w*\Z")
_PATH = re.compile(r"([^\W\d]\w*)\.\Z")
_TAGS = ("if", "elif", "else", "endif", "for", "endfor")


def complete(text: str, offset: int, name: str, names: Names, lang: str) -> tuple[int, list[Item]]:
    """Where the word at the cursor begins, and what may stand there; ``name`` is the template's, without its ending."""
    word = _WORD.search(text, 0, offset)
    start = word.start() if word is not None else offset
    before = text[:start]
    opened = _OPEN.search(before)
    if opened is None:
        return start, []
    tables = _users(name, names)
    code = before[opened.start() + 2 :]
    if path := _PATH.search(code):
        return start, _behind(path[1], tables, names, lang)
    if code.rstrip().endswith("|"):
        return start, [Item(one, "function", said(spec.takes_as, lang), rank=0) for one, spec in FILTERS.items()]
    if before[opened.start() : opened.start() + 2] == "{%" and not code.strip():
        return start, [Item(tag, "keyword", rank=0) for tag in _TAGS]
    found = {item.label: item for table in tables for item in fields_of(table, lang)}
    own = [Item(one, "builtin", rank=2) for one in OWN_WORDS if one not in found]
    return start, [*found.values(), *own]


def _users(name: str, names: Names) -> list[Table]:
    """The pipelines in whose files a template is used; all of them where nothing uses it yet."""
    units = {unit for _, unit in names.world.templates.get(name, ())}
    tables = [
        table
        for table in names.world.tables.values()
        if table.kind == "pipeline" and any(env.unit in units for env in table.envs)
    ]
    return tables or [table for table in names.world.tables.values() if table.kind == "pipeline"]


def _behind(link: str, tables: list[Table], names: Names, lang: str) -> list[Item]:
    found: dict[str, Item] = {}
    for table in tables:
        field = table.fields.get(link)
        target = names.world.tables.get(field.type.target) if field is not None else None
        if target is not None:
            found |= {item.label: item for item in fields_of(target, lang)}
            found |= {one: Item(one, "builtin", shown_type(kind, lang), rank=2) for one, kind in BEHIND.items()}
        inside = [item for item in fields_of(table, lang) if item.label.startswith(f"{link}.")]
        found |= {item.label: item for item in inside}
    return list(found.values())
