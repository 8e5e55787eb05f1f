"""The shape of a file: symbols as a tree, symbols of the workspace, folding, scenarios for lenses."""

from __future__ import annotations

from typing import NamedTuple

from voronka.dsl.check.symbols import Unit
from voronka.dsl.ide.index import Index, Symbol
from voronka.dsl.ide.items import shown_title
from voronka.dsl.ide.view import View
from voronka.dsl.syntax import nodes as n
from voronka.dsl.syntax.lexer import lex
from voronka.dsl.text.diagnostic import Diagnostics
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

_SHOWN: dict[type, str] = {
    n.Pipeline: "pipeline",
    n.Record: "record",
    n.Module: "module",
    n.Calendar: "calendar",
    n.Resource: "resource",
    n.Team: "team",
    n.Person: "person",
    n.Segment: "segment",
    n.Role: "role",
    n.Field: "field",
    n.Event: "event",
    n.Param: "param",
    n.Stage: "stage",
    n.Task: "task",
    n.Outcome: "outcome",
    n.Approval: "approval",
    n.Robot: "robot",
    n.Reason: "reason",
    n.Checklist: "checklist",
    n.Scenario: "scenario",
}


class Entry(NamedTuple):
    """One line of the outline. ``span`` is all of it, ``name_span`` the name."""

    name: str
    kind: str
    detail: str
    span: Span
    name_span: Span
    children: tuple[Entry, ...]


def outline(view: View) -> tuple[Entry, ...]:
    """What a file declares, nested as it is written."""
    return _below(view, view.unit.file, view.unit) if view.unit is not None else ()


def _below(view: View, node: n.Node, unit: Unit) -> tuple[Entry, ...]:
    found: list[Entry] = []
    for child in n.children(node):
        kind = _SHOWN.get(type(child))
        if kind is None:
            found += _below(view, child, unit)
            continue
        name = getattr(child, "name", None)
        title = shown_title(child, None, view.lang)
        if isinstance(name, n.Ident):
            shown, at = name.name, name.span
        else:
            text = getattr(child, "title", None)
            shown, at = title or kind, text.span if isinstance(text, n.Text) else child.span
            title = ""
        kind_of = getattr(child, "type", None)
        detail = title or (kind_of.span.text.split("{", 1)[0].strip() if isinstance(kind_of, n.Node) else "")
        found.append(Entry(shown, kind, detail, child.span, at, _below(view, child, unit)))
    return tuple(found)


def search(index: Index, query: str, most: int = 200) -> list[Symbol]:
    """Symbols of the workspace whose name or title holds the letters of a query in order, the closest first."""
    wanted = query.casefold()
    found = []
    for symbol in index.symbols.values():
        if symbol.kind in ("alias", "column", "include", "payload"):
            continue
        name = symbol.name.casefold()
        title = " ".join(part.value for part in getattr(getattr(symbol.node, "title", None), "parts", ())).casefold()
        if wanted in name:
            found.append((name.index(wanted), len(name), symbol))
        elif wanted in title or _scattered(wanted, name):
            found.append((50, len(name), symbol))
    found.sort(key=lambda one: (one[0], one[1], one[2].key))
    return [symbol for _, _, symbol in found[:most]]


def _scattered(letters: str, word: str) -> bool:
    rest = iter(word)
    return all(letter in rest for letter in letters)


class Fold(NamedTuple):
    """Lines, from 1, that close up to the first of them."""

    first: int
    last: int
    kind: str  # block comment


def folds(source: Source) -> list[Fold]:
    """Blocks and runs of comments that span lines."""
    tokens = lex(source, Diagnostics())
    found: list[Fold] = []
    opened: list[int] = []
    for kind, start in zip(tokens.kinds, tokens.starts, strict=True):
        if kind == "LBRACE":
            opened.append(source.position(start)[0])
        elif kind == "RBRACE" and opened:
            first, last = opened.pop(), source.position(start)[0]
            if last > first + 1:
                found.append(Fold(first, last - 1, "block"))
    lines = [source.position(start)[0] for start, _ in tokens.comments if _alone(source, start)]
    run: list[int] = []
    for line in [*lines, -1]:
        if run and line != run[-1] + 1:
            if len(run) > 1:
                found.append(Fold(run[0], run[-1], "comment"))
            run = []
        run.append(line)
    return sorted(found)


def _alone(source: Source, start: int) -> bool:
    line = source.text.rfind("\n", 0, start) + 1
    return not source.text[line:start].strip()


def scenarios(view: View) -> list[tuple[Span, str]]:
    """The scenarios of a file: their first line, and their title."""
    if view.unit is None:
        return []
    found = [node for node in view.unit.file.body if isinstance(node, n.Scenario)]
    return [(node.title.span, shown_title(node, None, view.lang)) for node in found]
