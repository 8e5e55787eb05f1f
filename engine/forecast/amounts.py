"""What deals are worth, as it was known at an instant: a money field of theirs."""

from __future__ import annotations

import re
from decimal import Decimal

from voronka.dsl.definition.model import Field, Pipeline
from voronka.engine.host import versions
from voronka.engine.store.codec import Row, decode_changes, payload
from voronka.engine.store.definitions import package_of
from voronka.engine.store.store import Store

_LOG = """SELECT l.id, l.tx, l.kind, l.entity, l.version, l.prev, l.at, l.recorded, l.actor, l.definition, l.engine,
        l.event, l.changes, l.format
    FROM log l JOIN deals d ON d.id = l.entity
    WHERE l.kind = 0 AND d.pipeline = ?1 AND l.at <= ?2 AND instr(l.changes, ?3) ORDER BY l.id"""
_STATES = """SELECT d.id, json_extract(s.state, ?2) FROM deals d JOIN states s ON s.deal = d.id
    WHERE d.pipeline = ?1 AND json_extract(s.state, ?2) IS NOT NULL"""
_LATER = "SELECT 1 FROM log WHERE kind = 0 AND at > ? LIMIT 1"
_CURRENCY = re.compile(r"\bcurrency\s+(\w+|\W)")


class MixedCurrencies(Exception):
    """The field held another currency before; ``currencies`` are all of them. Amounts of two cannot be added."""

    def __init__(self, currencies: list[str]) -> None:
        super().__init__(", ".join(currencies))
        self.currencies = currencies


def amounts(store: Store, pipeline: Pipeline, field: Field, cut: int) -> dict[int, Decimal]:
    """The amount of each deal that had one at the cut, in major units of the field's currency.

    Raises MixedCurrencies.
    """
    _one_currency(store, pipeline, field)
    if store.db.execute(_LATER, (cut,)).fetchone() is None:
        path = f'$.f."{field.name}"[1]'
        return {number: Decimal(text) for number, text in store.db.execute(_STATES, (pipeline.name, path))}
    found: dict[int, tuple[int, Decimal | None]] = {}
    for name in (field.name, *field.was):
        for columns in store.db.execute(_LOG, (pipeline.name, cut, f'["set","{name}",')):
            row = Row(*columns)
            if row.entity in found and found[row.entity][0] > row.id:
                continue
            for change in decode_changes(payload(row)[1]):
                if change[0] == "set" and change[1] == name:
                    value = change[2]
                    found[row.entity] = row.id, value if isinstance(value, Decimal) else None
    return {number: value for number, (_, value) in found.items() if value is not None}


def _one_currency(store: Store, pipeline: Pipeline, field: Field) -> None:
    """Whether every stored version means the same currency. Only stores that name several are looked at closely."""
    known = {field.type.currency}
    if len(known | _named(store)) < 2:
        return
    pipelines, fields = {pipeline.name, *pipeline.was}, {field.name, *field.was}
    for version in versions.versions(store):
        try:
            definition = versions.stored(store, version.hash).definition
        except (versions.Unreadable, KeyError):
            continue
        for process in definition.pipelines.values():
            if process.name in pipelines:
                then = (one.type for one in process.fields.values() if one.name in fields)
                known |= {kind.currency for kind in then if kind.kind == "money"}
    if len(known) > 1:
        raise MixedCurrencies(sorted(known))


def _named(store: Store) -> set[str]:
    """Every currency that some version's text declares."""
    found: set[str] = set()
    for (identity,) in store.db.execute("SELECT hash FROM definitions ORDER BY id"):
        try:
            sources = (package_of(store, identity) or {}).get("sources", ())
        except ValueError:
            continue
        found.update(code for _, text in sources for code in _CURRENCY.findall(text))
    return found
