"""Findings as a SARIF 2.1.0 log, which code hosts and editors read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from voronka.dsl.text.codes.base import Code
from voronka.dsl.text.diagnostic import Diagnostic, Fix
from voronka.dsl.text.span import Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(diagnostics: Sequence[Diagnostic], lang: str = "en", version: str = "") -> dict[str, Any]:
    """One run of ``voronka`` with a rule for each code found; ``version`` is the tool's, left out if empty."""
    rules: dict[str, Code] = {one.code.id: one.code for one in sorted(diagnostics, key=lambda one: one.code.id)}
    places = {name: at for at, name in enumerate(rules)}
    driver: dict[str, Any] = {"name": "voronka", "rules": [_rule(code) for code in rules.values()]}
    if version:
        driver["version"] = version
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, places[one.code.id], lang) for one in diagnostics],
            }
        ],
    }


def _rule(code: Code) -> dict[str, Any]:
    return {
        "id": code.id,
        "name": code.name,
        "shortDescription": {"text": code.name.replace("-", " ")},
        "help": {"text": f"voronka explain {code.id}"},
        "defaultConfiguration": {"level": code.severity.value},
    }


def _result(one: Diagnostic, rule: int, lang: str) -> dict[str, Any]:
    told = [one.message(lang), *(note.in_(lang) for note in one.notes), one.help(lang)]
    result: dict[str, Any] = {
        "ruleId": one.code.id,
        "ruleIndex": rule,
        "level": one.severity.value,
        "message": {"text": "\n".join(filter(None, told))},
        "locations": [{"physicalLocation": _place(one.span)}],
    }
    if one.labels:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _place(label.span), "message": {"text": label.text.in_(lang)}}
            for number, label in enumerate(one.labels, 1)
        ]
    if one.fix:
        result["fixes"] = [_fix(one.fix, lang)]
    return result


def _fix(fix: Fix, lang: str) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        replacement = {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.replacement}}
        changes.setdefault(edit.span.source.name, []).append(replacement)
    return {
        "description": {"text": fix.title.in_(lang)},
        "artifactChanges": [
            {"artifactLocation": {"uri": _uri(name)}, "replacements": replacements}
            for name, replacements in changes.items()
        ],
    }


def _place(span: Span) -> dict[str, Any]:
    """A file that could not be read has no region."""
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(span.source.name)}}
    if span.source.text:
        place["region"] = _region(span)
    return place


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _uri(name: str) -> str:
    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))
