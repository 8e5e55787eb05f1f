"""Linting a checked workspace: rules asked, severities given, suppressions heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from voronka.dsl.check.library import LibraryProtocol
from voronka.dsl.check.workspace import Checked
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.lived import LivedStages
from voronka.dsl.lint.registry import rules as every_rule
from voronka.dsl.lint.rule import Rule
from voronka.dsl.lint.settings import Settings
from voronka.dsl.lint.suppress import suppress
from voronka.dsl.text.diagnostic import Diagnostic, Diagnostics


@dataclass(frozen=True, slots=True)
class Linted:
    """The findings in order of place, and how many the files allow. Files with errors give those errors only."""

    findings: tuple[Diagnostic, ...]
    silenced: int = 0


def lint(
    checked: Checked,
    library: LibraryProtocol,
    settings: Settings,
    rules: Sequence[Rule] | None = None,
    lived: LivedStages | None = None,
) -> Linted:
    """Ask the rules: all of them, or those given.

    Rules about what deals have shown are asked only where ``lived`` says what that is.
    """
    if checked.definition is None:
        return Linted(tuple(one for one in checked.diagnostics if one.is_error))
    asked = every_rule() if rules is None else tuple(rules)
    limits = {name: value for rule in asked for name, value in rule.limits.items()} | dict(settings.limits)
    ctx = Context(checked.definition, checked.sources, own_files(checked, library), limits, lived)
    found = Diagnostics()
    running = []
    for rule in asked:
        severity = settings.severity(rule)
        if severity is None or (rule.lived and lived is None):
            continue
        running.append(rule.name)
        code = replace(rule.code, severity=severity)
        found.extend(replace(one, code=code) for one in rule.run(ctx) if one.span.source.name in checked.sources)
    left, silenced = suppress(ctx, found.sorted(), running)
    return Linted(Diagnostics(left).sorted(), silenced)


def own_files(checked: Checked, library: LibraryProtocol) -> frozenset[str]:
    """The displayed names of the definition files that are not the library's."""
    return frozenset(
        name
        for name, source in checked.sources.items()
        if name.endswith(".pipeline") and not _of_library(name, source.text, library)
    )


def _of_library(name: str, text: str, library: LibraryProtocol) -> bool:
    if not name.startswith("std/"):
        return False
    known = library.module(name.removeprefix("std/").removesuffix(".pipeline"))
    return known is not None and known.text == text
