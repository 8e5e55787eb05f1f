"""The page of a diagnostic code: what it says, why that is bad, a file that makes it appear, and what to write instead.

The texts stand in ``pages/``, a file a family. An example's repair is told by what changes: lines behind ``-`` are
replaced by those behind ``+``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from textwrap import wrap
from typing import TYPE_CHECKING

from voronka.dsl.text.codes import FAMILIES, family
from voronka.dsl.text.codes.base import Both, Code, Severity

if TYPE_CHECKING:
    from voronka.dsl.check.library import LibraryProtocol
    from voronka.dsl.text.diagnostic import Diagnostic

_WIDTH = 100

_SEVERITY = {
    Severity.ERROR: ("error", "ошибка"),
    Severity.WARNING: ("warning", "предупреждение"),
    Severity.NOTE: ("note", "замечание"),
}
_FAMILIES = {
    "V1": ("Text that is not a sentence of the language", "Текст, который не складывается в предложение языка"),
    "V2": ("Files, modules and parameters", "Файлы, модули и параметры"),
    "V3": ("Names", "Имена"),
    "V4": ("Types and values", "Типы и значения"),
    "V5": ("What can and cannot happen", "Что может случиться и чего не будет"),
    "V6": ("Templates", "Шаблоны"),
    "V7": ("Files and folders", "Файлы и папки"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """One code in one language. ``files`` are the example's, the checked one first; ``said`` what is said of it.

    ``instead`` are the files after the repair; both are empty where no file of a few lines can show the code.
    """

    code: Code
    lang: str
    severity: str
    message: str
    help: str
    why: str
    files: Mapping[str, str]
    said: str
    instead: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """What is written of a code: why it is bad, the example, and the example repaired."""

    why: Both
    files: Mapping[str, str]
    instead: Mapping[str, str]


def groups(lang: str) -> list[tuple[str, tuple[Code, ...]]]:
    """The families with their titles, in order."""
    return [(_FAMILIES[prefix][lang == "ru"], family(prefix)) for prefix in FAMILIES]


def page(code: Code, lang: str, library: LibraryProtocol) -> Page:
    """The code's page; its example is checked anew, so that what is said of it is what is really said."""
    one = written()[code.id]
    said = firing(code, lang, library) if one.files else ""
    return Page(
        code,
        lang,
        severity(code, lang),
        title(code, lang),
        advice(code, lang),
        one.why.in_(lang),
        one.files,
        said,
        one.instead,
    )


def firing(code: Code, lang: str, library: LibraryProtocol) -> str:
    """What is said of the code's example, rendered. Raises KeyError for a code without a page."""
    from voronka.dsl.text.render import render

    return "\n\n".join(render(one, lang) for one in found(written()[code.id].files, code, library))


def found(texts: Mapping[str, str], code: Code, library: LibraryProtocol) -> list[Diagnostic]:
    """Everything that is found in an example: by the check, for codes of the linter by its rules."""
    from voronka.dsl.check import check_text

    name = next(iter(texts))
    checked = check_text(name, texts[name], library, texts)
    if not code.id.startswith("L"):
        return list(checked.diagnostics)
    from voronka.dsl.lint.run import lint
    from voronka.dsl.lint.settings import Settings

    return [one for one in lint(checked, library, Settings()).findings if one.code.id.startswith("L0")]


@cache
def written() -> Mapping[str, Written]:
    """What is written of each code, by its id, in order."""
    folder = files("voronka.dsl.docs").joinpath("pages")
    texts = [one.read_text(encoding="utf-8") for one in sorted(folder.iterdir(), key=lambda one: one.name)]
    parts = [part for text in texts for part in re.split(r"(?m)^=== ([A-Z]\d{3})\n", text)[1:]]
    return {code: _read(body) for code, body in zip(parts[::2], parts[1::2], strict=True)}


def _read(body: str) -> Written:
    head, _, rest = body.partition("\n-- ")
    en, _, ru = head.removeprefix("en: ").partition("\nru: ")
    why = Both(en.strip(), ru.strip())
    example, _, changes = f"-- {rest}".partition("\n-- instead --\n")
    if not rest:
        return Written(why, {}, {})
    return Written(why, split(f"{example}\n"), split(f"{_changed(example, changes)}\n"))


def _changed(text: str, changes: str) -> str:
    """The text with what stands behind ``-`` replaced by what stands behind ``+``. Raises ValueError unless it is there
    exactly once."""
    pairs = dict(re.findall(r"(?m)^- (.*)\n((?:\+.*\n?)*)", f"{changes.rstrip(chr(10))}\n"))
    for old in pairs:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} occurs {text.count(old)} times")
    every = "|".join(re.escape(old) for old in pairs)
    done = re.sub(every, lambda one: "\n".join(line[2:] for line in pairs[one.group()].splitlines()), text)
    return re.sub(r"(?m)[ ]+$", "", done)


def split(body: str) -> dict[str, str]:
    """Several files written one after another, each behind a line ``-- name --``."""
    parts = re.split(r"(?m)^-- (\S+) --\n", body)
    return {name: text.rstrip("\n") + "\n" for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def severity(code: Code, lang: str) -> str:
    return _SEVERITY[code.severity][lang == "ru"]


def title(code: Code, lang: str) -> str:
    """The message in one line, with its blanks marked."""
    return _readable(code.ru if lang == "ru" else code.en)


def advice(code: Code, lang: str) -> str:
    """The help in one line, with its blanks marked; empty where it is nothing else."""
    return _readable(code.help_ru if lang == "ru" else code.help_en)


def _readable(template: str) -> str:
    """A message with ‹name› where a word of the finding will stand; nothing if it is only that."""
    text = re.sub(r"\{(\w+)\}", r"‹\1›", template).replace("{{", "{").replace("}}", "}")
    return "" if re.fullmatch(r"‹(hint|instead|advice)\w*›", text) else text


def printed(page: Page) -> str:
    """The page for a terminal; ends without a line end."""
    return "\n".join(_lines(page))


def _lines(page: Page) -> Iterator[str]:
    ru = page.lang == "ru"
    yield f"{page.code.id} {page.code.name} · {page.severity}"
    yield ""
    yield f"  {page.message}"
    if page.help:
        yield f"  {'подсказка' if ru else 'help'}: {page.help}"
    yield ""
    yield from wrap(page.why, _WIDTH)
    if not page.files:
        return
    yield ""
    yield "Пример" if ru else "Example"
    yield from _texts(page.files)
    yield ""
    yield "Что об этом сказано" if ru else "What is said of it"
    yield ""
    yield from (f"  {line}".rstrip() for line in page.said.splitlines())
    yield ""
    yield "Как лучше" if ru else "Use instead"
    yield from _texts(page.instead)


def _texts(texts: Mapping[str, str]) -> Iterator[str]:
    for name, text in texts.items():
        yield ""
        if len(texts) > 1:
            yield f"  # {name}"
        yield from (f"  {line}".rstrip() for line in text.splitlines())


def markdown(lang: str, library: LibraryProtocol) -> str:
    """All pages as one document in one language."""
    ru = lang == "ru"
    out = ["# Что говорит `voronka check`" if ru else "# What `voronka check` says", ""]
    out.append(
        "Страницы те же, что печатает `voronka explain КОД --lang ru`; файл собирает `docs/tools/codes.py`. "
        "Правила `voronka lint` описаны [отдельно](lint.ru.md). [In English](codes.md)."
        if ru
        else "The pages that `voronka explain CODE` prints, put together by `docs/tools/codes.py`. "
        "The rules of `voronka lint` have [pages of their own](lint.md). [По-русски](codes.ru.md)."
    )
    for heading, codes in groups(lang):
        out += ["", f"## {heading}"]
        for code in codes:
            out += ["", *_section(page(code, lang, library))]
    return "\n".join(out) + "\n"


def _section(page: Page) -> Iterator[str]:
    ru = page.lang == "ru"
    yield f"### {page.code.id} {page.code.name}"
    yield ""
    yield f"*{page.severity}*: {page.message}"
    if page.help:
        yield ""
        yield f"{'Подсказка' if ru else 'Help'}: {page.help}"
    yield ""
    yield page.why
    if not page.files:
        return
    yield from _blocks(page.files)
    yield ""
    yield from ("```text", page.said, "```")
    yield ""
    yield "Лучше так:" if ru else "Use instead:"
    yield from _blocks(page.instead)


def _blocks(texts: Mapping[str, str]) -> Iterator[str]:
    for name, text in texts.items():
        yield ""
        if len(texts) > 1:
            yield f"`{name}`"
            yield ""
        yield from ("```", text.rstrip("\n"), "```")
