"""Renaming: every word that means the thing, in templates too, and its former name kept for live deals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voronka.dsl.check.symbols import Env
from voronka.dsl.check.templates.syntax import read
from voronka.dsl.ide.index import Symbol
from voronka.dsl.ide.view import View
from voronka.dsl.syntax import nodes as n
from voronka.dsl.syntax.keywords import KEYWORDS, RESERVED, UNITS
from voronka.dsl.text.diagnostic import Edit
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
    edits = [Edit(span, new) for span in view.index.of(symbol)]
    edits += _former(symbol, new)
    if symbol.kind == "field" and symbol.env is not None:
        edits += [Edit(span, new) for span in _in_templates(view, symbol, symbol.env)]
    return edits


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


def _in_templates(view: View, symbol: Symbol, env: Env) -> Iterator[Span]:
    """The field's name in the templates that this pipeline uses, where it stands for the field itself."""
    world = view.names.world
    units = {one.unit.name for one in env.table.envs} | {symbol.span.source.name}
    used = {name for name, places in world.templates.items() if any(unit.name in units for _, unit in places)}
    for source in world.sources.values():
        short = source.name.rsplit(".", 1)[0]
        if source.name.endswith(".pipeline") or not any(short.endswith(f"/{name}") or short == name for name in used):
            continue
        if read(source.text).refused is not None:
            continue
        for block in _JINJA.finditer(source.text):
            text = re.sub(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', lambda m: " " * len(m[0]), block[0])
            for word in re.finditer(rf"(?<![\w.|])(?<!\| )\b{re.escape(symbol.name)}\b(?!\s*\()", text):
                yield Span(source, block.start() + word.start(), block.start() + word.end())
