"""Findings as GitHub workflow commands, which put them beside the lines of a pull request."""

from __future__ import annotations

from voronka.dsl.text.diagnostic import Diagnostic

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def github(diagnostic: Diagnostic, lang: str = "en") -> str:
    """One line: ``::error file=a.pipeline,line=2,…,title=V301 unknown-name::message``."""
    span = diagnostic.span
    place: dict[str, str | int] = {"file": span.source.name}
    if span.source.text:
        place["line"] = span.line
        # GitHub takes columns only where a finding begins and ends in one line
        if span.end_line == span.line:
            place |= {"col": span.column, "endColumn": span.end_column}
        else:
            place["endLine"] = span.end_line
    place["title"] = str(diagnostic.code)
    told = [diagnostic.message(lang), *(note.in_(lang) for note in diagnostic.notes), diagnostic.help(lang)]
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
    return f"::{_COMMANDS[diagnostic.severity.value]} {properties}::{_data(chr(10).join(filter(None, told)))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
