"""Versions of the definition: every one that was ever in force can be made again from what the store kept of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voronka.dsl.check.workspace import Checked
from voronka.dsl.definition.values import canonical
from voronka.dsl.text.source import Source
from voronka.engine.program.build import Programs
from voronka.engine.store.definitions import package_of
from voronka.engine.store.store import Store
from voronka.stdlib.library import Library

LEFT = "left"  # the row of `meta` that names what was rolled back from
_SHIPPED = "std/"  # how texts of the standard library are displayed


class Unreadable(Exception):
    """A stored version that this voronka cannot read any more. ``why`` names the first finding, or what is spoilt."""

    def __init__(self, identity: str, why: str) -> None:
        self.identity = identity
        self.why = why
        super().__init__(f"version {identity[:12]}: {why}")


@dataclass(frozen=True, slots=True)
class Version:
    """One definition of a store: ``number`` in order of first use, ``at`` when that was, ms since the epoch."""

    number: int
    hash: str
    at: int


def versions(store: Store) -> list[Version]:
    """All that were ever in force, oldest first."""
    rows = store.db.execute("SELECT id, hash, at FROM definitions ORDER BY id").fetchall()
    return [Version(*row) for row in rows]


def in_force(store: Store) -> str:
    """The hash of the definition that deals live under; empty in a new store."""
    row = store.db.execute("SELECT hash FROM definitions WHERE id = ?", (store.definition,)).fetchone()
    return str(row[0]) if row is not None else ""


def left(store: Store) -> frozenset[str]:
    """Hashes of what was rolled back from: only `apply` puts one of these in force again, whatever the files say."""
    row = store.db.execute("SELECT value FROM meta WHERE key = ?", (LEFT,)).fetchone()
    return frozenset(json.loads(row[0])) if row is not None else frozenset()


def leave(store: Store, before: str, back: tuple[str, ...] | None) -> None:
    """Within a transaction: version ``before`` is not in force any more; ``back`` as in ``Host.adopt``."""
    if back is None:
        store.db.execute("DELETE FROM meta WHERE key = ?", (LEFT,))
        return
    gone = canonical(sorted({*left(store), *back, before}))
    store.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (LEFT, gone))


def find(store: Store, prefix: str) -> Version | None:
    """The version whose hash begins so; None where there is none, or more than one."""
    found = [version for version in versions(store) if prefix and version.hash.startswith(prefix)]
    return found[0] if len(found) == 1 else None


def stored(store: Store, identity: str) -> Programs:
    """A version made again. Raises KeyError for an unknown one, Unreadable where it cannot be compiled any more."""
    try:
        package = package_of(store, identity)
    except ValueError as error:
        raise Unreadable(identity, str(error)) from error
    if package is None:
        raise KeyError(identity)
    programs = programs_from(package, identity)
    # its calendars may have been expanded by other tables of holidays; it is this version all the same
    programs.__dict__["hash"] = identity
    return programs


def programs_from(package: Mapping[str, Any], identity: str = "") -> Programs:
    """Programs from the texts in a package, the standard library's as they were then. Raises Unreadable."""
    texts = {name: text for name, text in package["sources"] if not name.startswith(_SHIPPED)}
    shipped = {name: text for name, text in package["sources"] if name.startswith(_SHIPPED)}
    checked = _check(texts, _Then(shipped))
    if checked.definition is None:
        error = next(found for found in checked.diagnostics if found.is_error)
        raise Unreadable(identity, f"{error.span.source.name}:{error.span.line}: {error.message('en')}")
    return Programs(checked.definition)


def checked_beside(programs: Programs, name: str, text: str) -> Checked:
    """A further file checked together with those of a definition, as they are kept of it."""
    sources = dict(programs.definition.sources)
    texts = {key: one for key, one in sources.items() if not key.startswith(_SHIPPED)}
    shipped = {key: one for key, one in sources.items() if key.startswith(_SHIPPED)}
    return _check({**texts, name: text}, _Then(shipped))


def _check(texts: Mapping[str, str], then: _Then) -> Checked:
    from voronka.dsl.check.expressions.table import HANDLERS
    from voronka.dsl.check.files import Memory
    from voronka.dsl.check.workspace import check_into
    from voronka.dsl.check.world import World

    files = [name for name in texts if name.endswith(".pipeline")]
    return check_into(files, World(then, Memory(texts), HANDLERS))


class _Then(Library):
    """The standard library as a version knew it: its modules and templates; functions and channels as they are now."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def module(self, name: str) -> Source | None:
        shown = f"{_SHIPPED}{name}.pipeline"
        return Source(shown, self._texts[shown]) if shown in self._texts else None

    def template(self, name: str) -> Source | None:
        stem = f"{_SHIPPED}{name.removeprefix(_SHIPPED)}"
        shown = next((one for one in self._texts if one.rpartition(".")[0] == stem), None)
        return Source(shown, self._texts[shown]) if shown is not None else None
