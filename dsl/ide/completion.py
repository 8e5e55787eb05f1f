"""What may stand at the cursor: the words that the parser could take there, and the names that would mean something."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from voronka.dsl.check.symbols import Env, Unit
from voronka.dsl.check.world import visible
from voronka.dsl.ide import slots
from voronka.dsl.ide.cursor import Position
from voronka.dsl.ide.items import Facts, Item, of_keyword
from voronka.dsl.ide.names import Names
from voronka.dsl.syntax.expected import accepted, keyword, starters
from voronka.dsl.syntax.tables import tables

_UNITS = ("min", "hours", "days", "weeks", "months", "years", "workdays", "workhours")
_CURRENCIES = ("RUB", "USD", "EUR", "KZT", "GBP", "CNY", "BYN", "UZS", "TRY", "AED")
_WORDS: dict[str, tuple[str, ...]] = {
    "_ASKS": ("is", "are"),
    "QUANTIFIER": ("all of", "any of", "none of"),
    "_OLDER_THAN": ("older than",),
    "_AT_MOST": ("at most",),
    "_UNLESS_MISSED": ("unless missed",),
    "STRATEGY": ("round robin", "least busy"),
    "UNIT": _UNITS,
    "CURRENCY_CODE": _CURRENCIES,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: where, in which file, what is known, in which language."""

    at: Position
    names: Names
    unit: Unit | None
    lang: str
    facts: Facts
    env: Env | None = None


def complete(at: Position, names: Names, source: str, lang: str, facts: Facts) -> list[Item]:
    """Items for a place in the file displayed as ``source``, the likeliest first."""
    unit = names.unit(source)
    asked = Asked(at, names, unit, lang, facts, env_at(at, names, unit))
    if at.quoted:
        return slots.quoted(asked) if at.accepts("STRING") else []
    items = slots.names(asked) if at.accepts("NAME") else []
    taken = {item.label for item in items}
    sure = any(item.rank == 0 and item.kind != "keyword" for item in items)
    items += [replace(item, rank=item.rank + 2) if sure else item for item in words(asked) if item.label not in taken]
    # Told apart here, too, so that editors that do not sort show the likeliest first.
    unique: dict[tuple[str, str], Item] = {}
    for item in items:
        unique.setdefault((item.label, item.kind), item)
    return sorted(unique.values(), key=lambda item: item.rank)


def words(asked: Asked) -> list[Item]:
    """Keywords, units and currencies that the parser could take."""
    at = asked.at
    fits = accepted(at.states)
    first = starters(at.block)
    line = at.text[at.text.rfind("\n", 0, at.offset) + 1 : at.offset].rstrip()
    new_line = line.strip() in ("", "}") or line.endswith("{")
    items = []
    for name in sorted(fits.all):
        begins = name in first and fits.can_end
        rank = 0 if name in fits.direct and not begins else 1 if begins == new_line else 3
        for word in _WORDS.get(name) or ((found,) if (found := keyword(name)) else ()):
            items.append(of_keyword(word, asked.lang, rank if name in fits.direct or begins else rank + 1))
    return items


_TOPS = {"PIPELINE": "pipeline", "RECORD": "pipeline", "MODULE": "module", "SCENARIO": ""}
_NAME = re.compile(r"[^\W\d][\w.]*")
_DEAL = re.compile(r"\bdeal\s+([^\W\d]\w*)(?:\s+as\s+([^\W\d]\w*))?")


def env_at(at: Position, names: Names, unit: Unit | None) -> Env | None:
    """Whose names are seen at a place: the pipeline's, the module's, or those of a scenario's deal."""
    top_at = next((i for i, symbol in enumerate(at.symbols) if symbol in _TOPS), 0)
    if not top_at or top_at + 1 >= len(at.symbols) or unit is None:
        return None
    kind = at.symbols[top_at]
    if kind == "SCENARIO":
        return _scenario(at, at.starts[top_at], names, unit)
    named = _NAME.match(at.text, at.starts[top_at + 1])
    if named is None:
        return None
    group = _TOPS[kind]
    top = unit.tops.get(group, {}).get(named[0])
    return names.envs.get(top.node) if top is not None else None


def _scenario(at: Position, start: int, names: Names, unit: Unit) -> Env | None:
    before = at.text[start : at.offset]
    deals = [(found[1], found[2]) for found in _DEAL.finditer(before)]
    if not deals:
        return None
    wanted = deals[-1][0]
    for index, symbol in enumerate(at.symbols):
        if symbol == "FOR" and index + 1 < len(at.symbols):
            name = at.part(index + 1)
            wanted = next((deal for deal, alias in deals if alias == name), name)
    top = visible(unit, "pipeline").get(wanted)
    table = names.world.tables.get(top.name if top is not None else wanted)
    return table.root if table is not None else None


def takes_expression(at: Position) -> bool:
    """Whether a value or a condition may begin here."""
    return tables().rows[at.states[-1]].get("atom", 0) > 0
