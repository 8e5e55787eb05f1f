"""Findings as people and programs read them: text with carets, or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from voronka.cli.app import App
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.engine.words.dates import count


def show(app: App, diagnostics: Sequence[Diagnostic], *, to_stdout: bool = True) -> None:
    """Print each finding whole, then a line that counts them."""
    from voronka.dsl.text.render import render

    for diagnostic in diagnostics:
        text = render(diagnostic, app.lang, color=app.color)
        if to_stdout:
            app.out(text + "\n")
        else:
            app.say(text + "\n", text + "\n")


def data(diagnostics: Sequence[Diagnostic], lang: str) -> list[dict[str, Any]]:
    from voronka.dsl.text.render import to_json

    return [to_json(diagnostic, lang) for diagnostic in diagnostics]


def summary(diagnostics: Sequence[Diagnostic], lang: str) -> str:
    """``2 errors, 1 warning``."""
    errors = sum(diagnostic.is_error for diagnostic in diagnostics)
    others = len(diagnostics) - errors
    parts = []
    if errors:
        parts.append(count(errors, lang, ("ошибка", "ошибки", "ошибок"), ("error", "errors")))
    if others:
        parts.append(count(others, lang, ("замечание", "замечания", "замечаний"), ("warning", "warnings")))
    return ", ".join(parts)
