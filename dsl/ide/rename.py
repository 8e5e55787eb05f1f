"""Renaming: every word that means the thing, in templates too, and its former name kept for live deals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voronka.dsl.check.expressions.table import HANDLERS
from voronka.dsl.check.overlay import Overlay
from voronka.dsl.check.templates.syntax import read
from voronka.dsl.check.workspace import check_into
from voronka.dsl.check.world import World
from voronka.dsl.ide.index import Ref, Symbol
from voronka.dsl.ide.view import View
from voronka.dsl.syntax import nodes as n
from voronka.dsl.syntax.keywords import KEYWORDS, RESERVED, UNITS
from voronka.dsl.text.diagnostic import Diagnostic, Edit
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

_NAME = re.compile(r"[^\W\d]\w*")
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_NOT_THESE = frozenset({"include", "alias", "column", "payload", "point", "param", "person", "module", "team"})
"""Nothing of a live deal is kept under these names."""


class Refused(Exception):
    """The renaming would break something; the argument says what, in the person's language."""


def renamable(view: View, offset: int) -> Span:
    """The word that would be renamed. Raises Refused where it is nothing that the workspace declares."""
    found = view.index.at(view.source.name, offset)
    if found is None:
        ru = "переименовать можно только объявленное в файле"
        raise Refused(view.say("only what a file declares can be renamed", ru))
    symbol, span = found
    if symbol.span.source.name.startswith("std/"):
        raise Refused(view.say("the standard library declares this", "это объявлено в стандартной библиотеке"))
    return span


def rename(view: View, offset: int, new: str) -> list[Edit]:
    """The edits, over all files. Raises Refused for keywords, clashes, and what cannot be renamed."""
    renamable(view, offset)
    found = view.index.at(view.source.name, offset)
    assert found is not None
    symbol, _ = found
    if new == symbol.name:
        return []
    if not _NAME.fullmatch(new):
        raise Refused(view.say(f"`{new}` is no name", f"`{new}` — не имя"))
    if new in RESERVED or new in KEYWORDS or new in UNITS:
        raise Refused(view.say(f"`{new}` is a word of the language", f"`{new}` — слово языка"))
    clash = next((one for one in _neighbours(view, symbol) if one.name == new), None)
    if clash is not None:
        where = f"{clash.span.source.name}:{clash.span.line}"
        raise Refused(view.say(f"`{new}` is declared already: {where}", f"`{new}` уже объявлено: {where}"))
    edits = list(dict.fromkeys(_word(span, ref, symbol, new) for span, ref in view.index.words(symbol)))
    edits += _former(symbol, new)
    if symbol.kind in ("field", "payload"):
        edits += [Edit(span, new) for span in dict.fromkeys(_in_templates(view, symbol))]
    _prove(view, edits)
    return edits


def _word(span: Span, ref: Ref, symbol: Symbol, new: str) -> Edit:
    """One word; of a ``copy`` only the side that is renamed changes."""
    if ref.copied == "source":
        return Edit(span, f"{new} as {symbol.name}")
    if ref.copied == "target":
        whole = Span(span.source, span.end, span.end)
        return Edit(whole, f" as {new}")
    return Edit(span, new)


def _prove(view: View, edits: list[Edit]) -> None:
    """Check the texts as they would be. Raises Refused where the renaming would make an error that is not there."""
    world = view.names.world
    before = _errors(view, Overlay(world.files))
    changed = Overlay(world.files)
    keys = {unit.name: unit.key for unit in world.units.values()}
    by_file: dict[str, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.span.source.name, []).append(edit)
    for name, some in by_file.items():
        text = world.sources[name].text
        for edit in sorted(some, key=lambda one: (one.span.start, one.span.end), reverse=True):
            text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
        for key in [keys[name]] if name in keys else _template_keys(view, name):
            changed.texts[key] = text
    after = _errors(view, changed)
    new = [one for code, some in after.items() for one in some[len(before.get(code, ())) :]]
    if new:
        said = f"{new[0].span}: {new[0].message(view.lang)}"
        raise Refused(view.say(f"it would break {said}", f"сломалось бы {said}"))


def _errors(view: View, files: Overlay) -> dict[str, list[Diagnostic]]:
    world = view.names.world
    keys = [unit.key for unit in world.units.values() if not unit.library]
    found: dict[str, list[Diagnostic]] = {}
    for one in check_into(keys, World(world.library, files, HANDLERS)).diagnostics:
        if one.is_error:
            found.setdefault(one.code.id, []).append(one)
    return found


def _template_keys(view: View, name: str) -> list[str]:
    """Where the file of a template lies, as the files that use it reach it."""
    files = view.names.world.files
    folders = {folder for unit in view.names.world.units.values() for folder in files.templates(unit.key)}
    made = (f"{folder}/{name.rpartition('templates/')[2]}" for folder in folders)
    return [key for key in made if files.exists(key) and files.shown(key) == name]


def _neighbours(view: View, symbol: Symbol) -> Iterator[Symbol]:
    """What shares a name space with a symbol."""
    shared = ({"task", "approval"}, {"pipeline", "record"}, {"field", "param"}, {"alias", "column"})
    kinds = next((kinds for kinds in shared if symbol.kind in kinds), {symbol.kind})
    for other in view.index.symbols.values():
        if other is not symbol and other.kind in kinds and other.home == symbol.home:
            yield other


def _former(symbol: Symbol, new: str) -> list[Edit]:
    """``was old``: live deals find what they hold under its former name."""
    node = symbol.node
    was = getattr(node, "was", None)
    if was is None or symbol.kind in _NOT_THESE:
        return []
    if back := next((one for one in was if one.name == new), None):
        return [Edit(back.span, symbol.name)]  # back to a former name: the two change places
    if was:
        end = was[-1].span.end
        return [Edit(Span(symbol.span.source, end, end), f", {symbol.name}")]
    end = _behind(node, symbol)
    return [Edit(Span(symbol.span.source, end, end), f" was {symbol.name}")]


def _behind(node: n.Node, symbol: Symbol) -> int:
    """Where ``was`` stands: after the title, for an option after its range."""
    parts = (getattr(node, "range", None), getattr(node, "title", None))
    return next((part.span.end for part in parts if isinstance(part, n.Node)), symbol.span.end)


def _in_templates(view: View, symbol: Symbol) -> Iterator[Span]:
    """The name in templates: alone where the symbol's own pipeline speaks, behind a link or ``event`` elsewhere."""
    world = view.names.world
    own = symbol.home.split(".")[0]
    name = re.escape(symbol.name)
    for table in world.tables.values():
        units = {env.unit for env in table.envs}
        used = {template for template, places in world.templates.items() if any(unit in units for _, unit in places)}
        fronts = [link for link, sym in table.fields.items() if sym.type.target == own and sym.type.kind == "link"]
        patterns = [rf"(?<![\w.])(?:{'|'.join(map(re.escape, fronts))})\.({name})\b"] if fronts else []
        if symbol.kind == "payload":
            patterns = [rf"(?<![\w.])event\.({name})\b"] if table.name == own else []
        elif table.name == own or any(env.module is not None and env.module.name == own for env in table.envs):
            patterns.append(rf"(?<![\w.])(?<!\| )({name})\b(?!\s*\()")
        for source in world.sources.values():
            short = source.name.rsplit(".", 1)[0]
            mine = any(short.endswith(f"/{one}") or short == one for one in used)
            text = mine and not source.name.startswith("std/") and not source.name.endswith(".pipeline")
            if text and patterns and read(source.text).refused is None:
                yield from _found(source, patterns, 0, len(source.text))
        for unit in units if patterns else ():
            if not unit.library:  # texts that stand in the sentences themselves
                here = table.node.span if unit is table.unit else unit.file.span
                yield from _found(unit.span.source, patterns, here.start, here.end)


def _found(source: Source, patterns: list[str], start: int, end: int) -> Iterator[Span]:
    for block in _JINJA.finditer(source.text, start, end):
        # quoted texts do not count, and everything else keeps its place
        text = re.sub(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', lambda found: " " * len(found[0]), block[0])
        for pattern in patterns:
            for word in re.finditer(pattern, text):
                yield Span(source, block.start() + word.start(1), block.start() + word.end(1))
