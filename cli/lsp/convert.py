"""What the queries of voronka.dsl.ide give, as the protocol has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from lsprotocol import types as lsp

from voronka.cli.lsp.positions import Positions, units
from voronka.dsl.ide.cursor import Position
from voronka.dsl.ide.items import Item
from voronka.dsl.ide.outline import Entry
from voronka.dsl.ide.tokens import MODIFIERS, TYPES, Colour
from voronka.dsl.text.codes.base import Severity
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.span import Span

Place = Callable[[Span], lsp.Location]

_SEVERITY = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.NOTE: lsp.DiagnosticSeverity.Information,
}
_S, _C = lsp.SymbolKind, lsp.CompletionItemKind
SYMBOLS = {
    "pipeline": _S.Class,
    "record": _S.Struct,
    "module": _S.Module,
    "calendar": _S.Namespace,
    "resource": _S.Array,
    "team": _S.Namespace,
    "person": _S.Variable,
    "segment": _S.Variable,
    "role": _S.Interface,
    "field": _S.Field,
    "event": _S.Event,
    "param": _S.TypeParameter,
    "stage": _S.Enum,
    "task": _S.Function,
    "outcome": _S.EnumMember,
    "approval": _S.Function,
    "robot": _S.Method,
    "reason": _S.EnumMember,
    "option": _S.EnumMember,
    "checklist": _S.Array,
    "point": _S.EnumMember,
    "scenario": _S.Constructor,
}
_ITEMS = {
    "keyword": _C.Keyword,
    "field": _C.Field,
    "payload": _C.Field,
    "param": _C.TypeParameter,
    "stage": _C.Enum,
    "task": _C.Function,
    "approval": _C.Function,
    "checklist": _C.Function,
    "outcome": _C.EnumMember,
    "reason": _C.EnumMember,
    "option": _C.EnumMember,
    "point": _C.EnumMember,
    "role": _C.Interface,
    "person": _C.Variable,
    "alias": _C.Variable,
    "segment": _C.Variable,
    "event": _C.Event,
    "pipeline": _C.Class,
    "calendar": _C.Module,
    "resource": _C.Module,
    "module": _C.Module,
    "function": _C.Function,
    "type": _C.TypeParameter,
    "template": _C.File,
    "file": _C.File,
    "builtin": _C.Constant,
    "value": _C.Value,
}


def diagnostic(found: Diagnostic, place: Place, lang: str) -> lsp.Diagnostic:
    """A finding: the message and what to do about it, labels as related places, the code with its name."""
    parts = [found.message(lang), found.help(lang)]
    parts += [note.ru if lang == "ru" else note.en for note in found.notes]
    return lsp.Diagnostic(
        range=place(found.span).range,
        message="\n".join(part for part in parts if part),
        severity=_SEVERITY[found.severity],
        code=found.code.id,
        source="voronka",
        related_information=[
            lsp.DiagnosticRelatedInformation(place(one.span), one.text.ru if lang == "ru" else one.text.en)
            for one in found.labels
        ]
        or None,
        data={"name": found.code.name},
    )


def completion(found: Iterable[Item], at: Position, cursor: int, positions: Positions) -> list[lsp.CompletionItem]:
    """Items that replace the word before the cursor."""
    start = at.offset + (1 if at.quoted else 0)
    return items_at(found, positions.range(min(start, cursor), cursor), positions)


def items_at(found: Iterable[Item], where: lsp.Range, positions: Positions) -> list[lsp.CompletionItem]:
    """Items that replace a range."""
    made = []
    for n, item in enumerate(found):
        extra = None
        if item.extra is not None:
            offset, line = item.extra
            extra = [lsp.TextEdit(positions.range(offset, offset), line)]
        made.append(
            lsp.CompletionItem(
                label=item.label,
                kind=_ITEMS.get(item.kind, _C.Text),
                detail=item.detail or None,
                documentation=item.doc or None,
                sort_text=f"{item.rank}{n:04}",
                filter_text=f"{item.label} {item.titles}" if item.titles else None,
                label_details=lsp.CompletionItemLabelDetails(description=item.also) if item.also else None,
                text_edit=lsp.TextEdit(where, item.insert or item.label),
                additional_text_edits=extra,
            )
        )
    return made


def entry(one: Entry, positions: Positions) -> lsp.DocumentSymbol:
    """A line of the outline with those below it."""
    return lsp.DocumentSymbol(
        name=one.name or "…",
        kind=SYMBOLS[one.kind],
        range=positions.range(one.span.start, one.span.end),
        selection_range=positions.range(one.name_span.start, one.name_span.end),
        detail=one.detail,
        children=[entry(child, positions) for child in one.children],
    )


LEGEND = lsp.SemanticTokensLegend(list(TYPES), list(MODIFIERS))
_NUMBER = {name: n for n, name in enumerate(TYPES)}


def semantic(colours: Iterable[Colour], positions: Positions) -> list[int]:
    """Five numbers a word, relative to the word before."""
    data: list[int] = []
    line = column = 0
    for one in colours:
        at = positions.position(one.start)
        length = units(positions.text[one.start : one.end], positions.encoding)
        modifiers = one.declares * 1 | one.library * 4
        data += [at.line - line, at.character - (column if at.line == line else 0), length]
        data += [_NUMBER[one.type], modifiers]
        line, column = at.line, at.character
    return data


def minimal(old: str, new: str) -> tuple[int, int, str]:
    """The stretch of an old text that differs, and what stands there in the new one: the cursor stays where it is."""
    start = 0
    most = min(len(old), len(new))
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, len(old) - end, new[start : len(new) - end]


def path_of(uri: str) -> str:
    """The real path behind a URI; what is in no file yet lies in the working folder."""
    import os

    from pygls.uris import to_fs_path

    if not uri.startswith("file:"):
        name = Path(uri.split(":", 1)[-1]).name or "untitled"
        return os.path.realpath(name if name.endswith(".pipeline") else f"{name}.pipeline")
    return os.path.realpath(to_fs_path(uri) or uri)
