"""What each word of a file is, for colouring: keywords where the parser took them so, names by what they are."""

from __future__ import annotations

from typing import NamedTuple

from voronka.dsl.ide.view import View
from voronka.dsl.syntax import nodes as n
from voronka.dsl.syntax.lexer import lex
from voronka.dsl.text.diagnostic import Diagnostics

TYPES = (
    *("keyword", "comment", "string", "number", "operator", "namespace", "class", "struct", "property", "event"),
    *("enumMember", "function", "parameter", "variable", "type", "method", "interface"),
)
MODIFIERS = ("declaration", "readonly", "defaultLibrary")
_KINDS = {
    "pipeline": "class",
    "record": "struct",
    "module": "namespace",
    "include": "namespace",
    "calendar": "namespace",
    "resource": "namespace",
    "team": "namespace",
    "person": "variable",
    "segment": "variable",
    "field": "property",
    "event": "event",
    "payload": "property",
    "stage": "class",
    "task": "function",
    "approval": "function",
    "checklist": "function",
    "robot": "method",
    "outcome": "enumMember",
    "reason": "enumMember",
    "point": "enumMember",
    "option": "enumMember",
    "role": "interface",
    "param": "parameter",
    "alias": "variable",
    "column": "variable",
}


class Colour(NamedTuple):
    """One word: offsets, its type, whether it is the declaration, whether the library declares it."""

    start: int
    end: int
    type: str
    declares: bool = False
    library: bool = False


def colours(view: View) -> list[Colour]:
    """The words of a file in order; texts and comments too."""
    source, index = view.source, view.index
    symbols = index.symbols
    known: dict[int, Colour] = {}
    for ref in index.refs.get(source.name, ()):
        symbol = symbols.get(ref.key)
        if symbol is not None:
            library = symbol.span.source.name.startswith("std/") and not ref.declares
            known[ref.start] = Colour(ref.start, ref.end, _KINDS[symbol.kind], ref.declares, library)
    names: dict[int, str] = {}
    if view.unit is not None:
        for node in n.walk(view.unit.file):
            if isinstance(node, n.Ident):
                names.setdefault(node.span.start, "variable")
            elif isinstance(node, n.PlainType | n.RangeType | n.LinkType | n.ResourceType | n.DocumentType):
                names[node.name.span.start] = "type"
            elif isinstance(node, n.Payload):
                names[node.type.span.start] = "type"
            elif isinstance(node, n.Call):
                names[node.function.span.start] = "function"
    tokens = lex(source, Diagnostics())
    found = [Colour(start, end, "comment") for start, end in tokens.comments]
    numbered = -1  # where a number ended that a unit may follow
    for kind, start, end, readings in zip(tokens.kinds, tokens.starts, tokens.ends, tokens.readings, strict=True):
        unit = kind == "WORD" and readings[0][0] in ("UNIT", "CURRENCY_CODE")
        if unit and numbered >= 0 and not source.text[numbered:start].strip():
            found.append(Colour(start, end, "number"))
        elif start in known:
            found.append(known[start])
        elif start in names:
            found.append(Colour(start, end, names[start], library=names[start] == "type"))
        elif kind in ("WORD", "_ASKS"):
            found.append(Colour(start, end, "keyword"))
        elif kind == "NAME":
            found.append(Colour(start, end, "variable"))
        elif kind == "STRING":
            found.append(Colour(start, end, "string"))
        elif kind in ("NUMBER", "DATE", "TIME", "CURRENCY_CODE", "UNIT"):
            found.append(Colour(start, end, "number"))
        elif kind in ("COMPARE", "PLUS", "MINUS", "STAR", "EQUAL"):
            found.append(Colour(start, end, "operator"))
        numbered = end if kind == "NUMBER" else -1
    return sorted(one for one in found if one.end > one.start)
