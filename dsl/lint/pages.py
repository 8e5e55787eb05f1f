"""The page of a lint rule, as ``voronka explain`` prints it and docs/lint.md holds it."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

from voronka.dsl.docs.pages import split, title
from voronka.dsl.lint.guide import AFTER, INTRO
from voronka.dsl.lint.profiles import PROFILES
from voronka.dsl.lint.registry import rules
from voronka.dsl.lint.rule import CATEGORIES, Rule
from voronka.dsl.lint.settings import OFF, Settings
from voronka.dsl.text.codes.base import Both, Severity

if TYPE_CHECKING:
    from voronka.dsl.check.library import LibraryProtocol
    from voronka.dsl.text.diagnostic import Diagnostic

EXAMPLE = "example.pipeline"
WIDTH = 100
SEVERITIES = {
    Severity.ERROR: Both("error", "ошибка"),
    Severity.WARNING: Both("warning", "предупреждение"),
    Severity.NOTE: Both("note", "замечание"),
}
_OFF = Both("off", "выключено")


def groups(lang: str) -> list[tuple[str, tuple[Rule, ...]]]:
    """The categories that have rules, with their titles, in order."""
    by_category = {name: tuple(rule for rule in rules() if rule.category == name) for name in CATEGORIES}
    return [(CATEGORIES[name].in_(lang), found) for name, found in by_category.items() if found]


def weight(rule: Rule, lang: str) -> str:
    """The severity without a profile, in words."""
    return (_OFF if rule.off else SEVERITIES[rule.code.severity]).in_(lang)


def said(rule: Rule, lang: str, library: LibraryProtocol) -> str:
    """What the rule says of its example, rendered."""
    from voronka.dsl.text.render import render

    return "\n\n".join(render(one, lang) for one in findings(rule, rule.page.example, library))


def findings(rule: Rule, text: str, library: LibraryProtocol) -> list[Diagnostic]:
    """What a rule alone finds in one text, with the rule's own severity and limits. Errors of the text raise."""
    from voronka.dsl.check import check_text
    from voronka.dsl.lint.run import lint

    texts = files(text)
    checked = check_text(EXAMPLE, texts[EXAMPLE], library, texts)
    if checked.definition is None:
        raise ValueError("; ".join(one.message() for one in checked.diagnostics))
    settings = Settings(severities={rule.name: rule.code.severity})
    return [
        one for one in lint(checked, library, settings, [rule], rule.page.lived).findings if one.code.id == rule.code.id
    ]


def files(text: str) -> dict[str, str]:
    """The files of an example: the definition, and templates behind lines ``-- templates/letter.txt --``."""
    return split(f"-- {EXAMPLE} --\n{text}")


def printed(rule: Rule, lang: str, library: LibraryProtocol) -> str:
    """The page for a terminal; ends without a line end."""
    return "\n".join(_lines(rule, lang, library))


def _lines(rule: Rule, lang: str, library: LibraryProtocol) -> Iterator[str]:
    ru = lang == "ru"
    yield f"{rule.code} · {weight(rule, lang)}"
    yield ""
    yield f"  {title(rule.code, lang)}"
    yield ""
    yield from wrap(rule.page.what.in_(lang), WIDTH)
    yield ""
    yield from wrap(rule.page.why.in_(lang), WIDTH)
    yield ""
    yield "Пример" if ru else "Example"
    yield ""
    yield from _indented(rule.page.example)
    yield ""
    yield "Что об этом сказано" if ru else "What is said of it"
    yield ""
    yield from _indented(said(rule, lang, library))
    yield ""
    yield "Как лучше" if ru else "Use instead"
    yield ""
    yield from _indented(rule.page.instead)
    if rule.limits:
        yield ""
    for name, value in rule.limits.items():
        yield (f"Граница {name}: {value}" if ru else f"Limit {name}: {value}") + _other_limits(name, lang)
    if known := elsewhere(rule, lang):
        yield ""
        yield ("В профилях: " if ru else "In the profiles: ") + known
    yield ""
    yield (
        f'Разрешить в одном месте: # voronka: allow {rule.name} "причина"'
        if ru
        else f'To allow it in one place: # voronka: allow {rule.name} "reason"'
    )


def _indented(text: str) -> Iterator[str]:
    return (f"  {line}".rstrip() for line in text.rstrip("\n").splitlines())


def _other_limits(name: str, lang: str) -> str:
    found = [f"{profile} {one.limits[name]}" for profile, one in PROFILES.items() if name in one.limits]
    return f" ({', '.join(found)})" if found else ""


def elsewhere(rule: Rule, lang: str) -> str:
    """In which profiles the rule weighs something else: ``strict: error, tobiz: off``."""
    found = []
    for name, profile in PROFILES.items():
        if (weighs := profile.rules.get(rule.name)) is not None:
            word = _OFF if weighs == OFF else SEVERITIES[Severity(weighs)]
            found.append(f"{name}: {word.in_(lang)}")
    return ", ".join(found)


def markdown(lang: str, library: LibraryProtocol) -> str:
    """All pages as one document."""
    ru = lang == "ru"
    out = [INTRO.in_(lang), "| Профиль | |" if ru else "| Profile | |", "|---|---|"]
    out += [f"| `{name}` | {one.title.in_(lang)} |" for name, one in PROFILES.items()]
    out += ["", AFTER.in_(lang).rstrip("\n")]
    for heading, found in groups(lang):
        out += ["", f"## {heading}"]
        for rule in found:
            out += ["", *_section(rule, lang, library)]
    return "\n".join(out) + "\n"


def _section(rule: Rule, lang: str, library: LibraryProtocol) -> Iterator[str]:
    ru = lang == "ru"
    yield f"### {rule.code}"
    yield ""
    yield f"*{weight(rule, lang)}*" + (f" ({elsewhere(rule, lang)})" if elsewhere(rule, lang) else "")
    yield ""
    yield rule.page.what.in_(lang)
    if rule.limits:
        limits = ", ".join(f"`{name}` {value}{_other_limits(name, lang)}" for name, value in rule.limits.items())
        yield ""
        yield f"{'Границы' if ru else 'Limits'}: {limits}."
    yield ""
    yield rule.page.why.in_(lang)
    yield ""
    yield from ("```", rule.page.example.rstrip("\n"), "```", "")
    yield from ("```text", said(rule, lang, library), "```", "")
    yield "Лучше так:" if ru else "Use instead:"
    yield ""
    yield from ("```", rule.page.instead.rstrip("\n"), "```")
    if rule.requirements:
        yield ""
        yield f"{'Требования' if ru else 'Requirements'}: {', '.join(rule.requirements)}."
