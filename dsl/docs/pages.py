"""The page of a diagnostic code: what it says, what to do, why, and a file that makes it appear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from voronka.dsl.text.codes import FAMILIES, family
from voronka.dsl.text.codes.base import Code, Severity

if TYPE_CHECKING:
    from voronka.dsl.check.library import LibraryProtocol

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
    """One code in one language. ``files`` are the example's, the checked one first; ``said`` what is said of it."""

    code: Code
    lang: str
    severity: str
    message: str
    help: str
    text: str
    files: Mapping[str, str]
    said: str


def groups(lang: str) -> list[tuple[str, tuple[Code, ...]]]:
    """The families with their titles, in order."""
    return [(_FAMILIES[prefix][lang == "ru"], family(prefix)) for prefix in FAMILIES]


def page(code: Code, lang: str, library: LibraryProtocol) -> Page:
    """The code's page; its example is checked anew, so that what is said of it is what is really said."""
    files = examples().get(code.id, {})
    said = firing(code, lang, library) if files else ""
    return Page(
        code,
        lang,
        _SEVERITY[code.severity][lang == "ru"],
        _readable(code.ru if lang == "ru" else code.en),
        advice(code, lang),
        code.page.strip("\n"),
        files,
        said,
    )


def firing(code: Code, lang: str, library: LibraryProtocol) -> str:
    """What is said of the code's example: its own findings, rendered. Raises KeyError if there is no example."""
    from voronka.dsl.check import check_text
    from voronka.dsl.text.render import render

    texts = examples()[code.id]
    name = next(iter(texts))
    found = check_text(name, texts[name], library, texts).diagnostics
    return "\n\n".join(render(one, lang) for one in found if one.code.id == code.id)


@cache
def examples() -> Mapping[str, Mapping[str, str]]:
    """The examples by code: file names with their texts, the one to check first."""
    text = files("voronka.dsl.docs").joinpath("examples.txt").read_text(encoding="utf-8")
    parts = re.split(r"(?m)^=== (V\d{3})\n", text)
    return {code: split(body) for code, body in zip(parts[1::2], parts[2::2], strict=True)}


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
    if page.text:
        yield ""
        yield page.text
    if not page.files:
        return
    yield ""
    yield "Пример" if ru else "Example"
    for name, text in page.files.items():
        yield ""
        if len(page.files) > 1:
            yield f"  # {name}"
        yield from (f"  {line}".rstrip() for line in text.splitlines())
    yield ""
    yield "Что об этом сказано" if ru else "What is said of it"
    yield ""
    yield from (f"  {line}".rstrip() for line in page.said.splitlines())


def markdown(library: LibraryProtocol) -> str:
    """All pages as one document, in English with the message in Russian too."""
    out = ["# What `voronka check` says", ""]
    out.append("Made by `docs/tools/codes.py` of the pages that `voronka explain CODE` prints; do not edit.")
    for heading, codes in groups("en"):
        out += ["", f"## {heading}"]
        for code in codes:
            out += ["", *_section(page(code, "en", library), page(code, "ru", library))]
    return "\n".join(out) + "\n"


def _section(page: Page, russian: Page) -> Iterator[str]:
    yield f"### {page.code.id} {page.code.name}"
    yield ""
    yield f"*{page.severity}*: {page.message}  "
    yield f"*{russian.severity}*: {russian.message}"
    if page.help:
        yield ""
        yield f"Help: {page.help}  "
        yield f"Подсказка: {russian.help}"
    if page.text:
        yield ""
        yield page.text
    for name, text in page.files.items():
        yield ""
        yield f"`{name}`"
        yield ""
        yield from ("```", text.rstrip("\n"), "```")
    if page.files:
        yield ""
        yield from ("```text", page.said, "```")
