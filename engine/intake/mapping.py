"""The mapping file (docs/import.md): which column is which field, what stands in, what later rows do to their deals."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.suggest import closest
from voronka.engine.intake.problems import Problem, Unreadable

LARGEST = 1_000_000  # bytes
MAIN = "deals"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from.

    ``column``: its text, through ``values`` (text -> text) if that is given; a text that ``values`` lacks becomes
    ``otherwise``, or stays. ``constant``: for a blank cell, or where there is no column. ``stands_in``: the constant is
    no fact, it only stands in for what the data lack. ``formats``: how dates are written.
    """

    column: str = ""
    values: Mapping[str, str] | None = None
    otherwise: str | None = None
    constant: str | None = None
    stands_in: bool = False
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens to a deal: ``kind`` set done move lose event tick note, ``name`` what of it."""

    kind: str
    name: str = ""
    outcome: str = ""
    comment: Source | None = None
    fields: Mapping[str, Source] = field(default_factory=dict)
    key: str = ""  # where it stands in the mapping, for messages


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of the import: whose rows they are, when they happen, what they do.

    ``same``: they stand in the main file, and rows without a date have not happened.
    """

    name: str
    key: str
    date: str
    formats: tuple[str, ...]
    steps: tuple[Step, ...]
    fields: Mapping[str, Source] = field(default_factory=dict)
    same: bool = False


@dataclass(frozen=True, slots=True)
class Map:
    """A whole mapping. ``language``: of numbers, because 1,200 is not 1,200 everywhere."""

    file: str
    pipeline: str
    main: Rows
    then: tuple[Rows, ...]
    encoding: str = "utf-8"
    delimiter: str = ""
    timezone: str = ""
    language: str = "en"


def load_map(path: Path) -> Map:
    """Read a mapping. Raises Unreadable with everything that is wrong with its form."""
    file = str(path)
    try:
        with path.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise Unreadable(Problem(file, Both("too large for a mapping", "слишком велик для карты")))
        data = tomllib.loads(raw.decode("utf-8-sig"))
    except FileNotFoundError:
        raise Unreadable(Problem(file, Both("there is no such file", "нет такого файла"))) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise Unreadable(Problem(file, Both(why, why))) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(Problem(file, Both(f"this is no TOML: {error}", f"это не TOML: {error}"))) from None
    form = _Form(file)
    made = form.map(data)
    if form.problems:
        raise Unreadable(*form.problems)
    return made


_TOP = ("pipeline", "encoding", "delimiter", "timezone", "language", MAIN, "then")
_ROWS = ("key", "date", "format", "fields")
_THEN = ("name", "key", "date", "format", "steps", "same_file")
_SOURCE = ("column", "values", "else", "value", "stand_in", "format")
KINDS = ("set", "done", "move", "lose", "event", "tick", "note")
_WITH = {
    "set": (),
    "done": ("set", "outcome", "comment"),
    "move": (),
    "lose": ("comment",),
    "event": ("payload",),
    "tick": (),
    "note": (),
}


class _Form:
    """Checks the form of a mapping; problems are gathered, so that one run tells them all."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def report(self, key: str, en: str, ru: str) -> None:
        self.problems.append(Problem(self.file, Both(en, ru), name=key))

    def known(self, data: Mapping[str, Any], names: Iterable[str], key: str) -> None:
        for name in data:
            if name not in names:
                near = closest(name, names)
                hint = (f"; did you mean {near}?", f"; может быть, {near}?") if near else ("", "")
                self.report(_under(key, name), f"there is no such key{hint[0]}", f"такого ключа нет{hint[1]}")

    def text(self, data: Mapping[str, Any], name: str, key: str, default: str | None = "") -> str:
        """A text; ``default`` None: it must be there."""
        if name not in data:
            if default is None:
                self.report(_under(key, name), "this must be given", "это нужно указать")
            return default or ""
        if not isinstance(data[name], str) or (default is None and not data[name]):
            self.report(_under(key, name), "this must be a text", "здесь нужен текст")
            return default or ""
        return str(data[name])

    def table(self, data: Mapping[str, Any], name: str, key: str) -> Mapping[str, Any]:
        found = data.get(name, {})
        if isinstance(found, dict):
            return found
        self.report(_under(key, name), "this must be a table", "здесь нужна таблица")
        return {}

    def list_of_tables(self, data: Mapping[str, Any], name: str, key: str) -> list[Mapping[str, Any]]:
        found = data.get(name, [])
        if isinstance(found, list) and all(isinstance(item, dict) for item in found):
            return found
        self.report(_under(key, name), f"write [[{_under(key, name)}]]", f"пишите [[{_under(key, name)}]]")
        return []

    def formats(self, data: Mapping[str, Any], key: str) -> tuple[str, ...]:
        given = data.get("format", [])
        listed = [given] if isinstance(given, str) else given
        if not isinstance(listed, list) or not all(isinstance(one, str) and "%" in one for one in listed):
            en, ru = "write how dates look, as in %d.%m.%Y %H:%M", "укажите вид дат, например %d.%m.%Y %H:%M"
            self.report(_under(key, "format"), en, ru)
            return ()
        return tuple(listed)

    # --- parts

    def map(self, data: Mapping[str, Any]) -> Map:
        self.known(data, _TOP, "")
        if MAIN not in data:
            self.report(MAIN, "this must be given", "это нужно указать")
        language = self.text(data, "language", "", "en")
        if language not in ("en", "ru"):
            self.report("language", "write en or ru", "пишите en или ru")
        delimiter = self.text(data, "delimiter", "")
        if len(delimiter) > 1:
            self.report("delimiter", "this must be one character", "здесь нужен один знак")
        then = tuple(
            self.then(rows, f"then[{number}]") for number, rows in enumerate(self.list_of_tables(data, "then", ""), 1)
        )
        for number, rows in enumerate(then):
            if rows.name in (MAIN, *(other.name for other in then[:number])):
                en, ru = f"two tables are called {rows.name}", f"две таблицы называются {rows.name}"
                self.report(f"then[{number + 1}].name", en, ru)
        return Map(
            self.file,
            self.text(data, "pipeline", ""),
            self.main(self.table(data, MAIN, "")),
            then,
            self.text(data, "encoding", "", "utf-8"),
            delimiter,
            self.text(data, "timezone", ""),
            language,
        )

    def main(self, data: Mapping[str, Any]) -> Rows:
        self.known(data, _ROWS, MAIN)
        fields = self.sources(self.table(data, "fields", MAIN), f"{MAIN}.fields")
        return Rows(
            MAIN,
            self.text(data, "key", MAIN, None),
            self.text(data, "date", MAIN, None),
            self.formats(data, MAIN),
            (),
            fields,
        )

    def then(self, data: Mapping[str, Any], key: str) -> Rows:
        self.known(data, _THEN, key)
        steps = tuple(
            self.step(step, f"{key}.steps[{number}]")
            for number, step in enumerate(self.list_of_tables(data, "steps", key), 1)
        )
        if not steps:
            self.report(_under(key, "steps"), "this must be given", "это нужно указать")
        same = data.get("same_file", False)
        if not isinstance(same, bool):
            self.report(_under(key, "same_file"), "write true or false", "пишите true или false")
        return Rows(
            self.text(data, "name", key, None),
            self.text(data, "key", key, None),
            self.text(data, "date", key, None),
            self.formats(data, key),
            steps,
            same=bool(same),
        )

    def step(self, data: Mapping[str, Any], key: str) -> Step:
        kind = next((kind for kind in (*KINDS[1:], "set") if kind in data), "")
        if not kind:
            self.known(data, KINDS, key)
            listed = ", ".join(KINDS)
            self.report(key, f"say what happens: one of {listed}", f"укажите, что происходит: {listed}")
            return Step("set", key=key)
        self.known(data, (kind, *_WITH[kind]), key)
        given = "payload" if kind == "event" else "set"
        fields = self.sources(self.table(data, given, key), _under(key, given))
        comment = self.source(data["comment"], _under(key, "comment")) if "comment" in data else None
        if kind == "note":
            return Step("note", comment=self.source(data["note"], _under(key, "note")), key=key)
        if kind == "tick":
            points = data["tick"] if isinstance(data["tick"], list) else [data["tick"]]
            if not points or not all(isinstance(point, str) for point in points):
                en, ru = 'write ["list.point", …]', 'пишите ["список.пункт", …]'
                self.report(_under(key, "tick"), en, ru)
                return Step("tick", key=key)
            return Step("tick", "\n".join(points), key=key)
        name = "" if kind == "set" else self.text(data, kind, key, None)
        return Step(kind, name, self.text(data, "outcome", key), comment, fields, key)

    def sources(self, data: Mapping[str, Any], key: str) -> dict[str, Source]:
        return {name: self.source(given, _under(key, name)) for name, given in data.items()}

    def source(self, given: Any, key: str) -> Source:
        if isinstance(given, str):
            return Source(given)
        if not isinstance(given, dict):
            en, ru = 'write a column, or { value = "…" }', 'пишите столбец или { value = "…" }'
            self.report(key, en, ru)
            return Source()
        self.known(given, _SOURCE, key)
        values = given.get("values")
        if values is not None and not _texts(values):
            self.report(_under(key, "values"), 'write { "text" = "value" }', 'пишите { "текст" = "значение" }')
            values = None
        if "value" in given and "stand_in" in given:
            self.report(key, "value and stand_in: choose one", "value и stand_in: что-то одно")
        constant = next((_plain(given[name]) for name in ("value", "stand_in") if name in given), None)
        column = self.text(given, "column", key)
        if not column and constant is None:
            self.report(key, "give a column, value or stand_in", "укажите column, value или stand_in")
        other = given.get("else")
        if other is not None and values is None:
            self.report(_under(key, "else"), "this goes with values", "это указывают вместе с values")
        return Source(
            column,
            values,
            None if other is None else _plain(other),
            constant,
            "stand_in" in given,
            self.formats(given, key),
        )


def _under(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _texts(values: Any) -> bool:
    return isinstance(values, dict) and all(isinstance(value, str) for value in values.values())


def _plain(value: Any) -> str:
    """A constant as text, whatever TOML has made of it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
