"""Writes docs/reference.md and docs/reference.ru.md: the language, chapter by chapter, made from what it is.

Forms come from the grammar, types, happenings, states, functions and modules from their tables, the prose and the
examples from reference.txt, whose examples a test checks. Run ``python docs/tools/reference.py``; with ``--check`` it
only says whether the pages are up to date, and fails where a sentence of the grammar belongs to no chapter.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from voronka.dsl.check.expressions.names import BUILT_IN, TASK_STATES
from voronka.dsl.check.words import type_name
from voronka.dsl.docs.pages import split
from voronka.dsl.ide.slots import HAPPENINGS, TYPES
from voronka.dsl.syntax.keywords import KEYWORDS
from voronka.stdlib.functions import FUNCTIONS

HERE = Path(__file__).resolve().parent
PAGES = {"en": HERE.parent / "reference.md", "ru": HERE.parent / "reference.ru.md"}

# how parts of a sentence are written in a form; what is not named here is a part in ‹angle brackets›
SHOWN = {
    "_head": '‹name› ["title"] [was ‹names›]',
    "cond": "when ‹condition›",
    "orelse": 'else "why not"',
    "text": '"text"',
    "STRING": '"text"',
    "STRATEGY": "‹round robin or least busy›",
    "COMPARE": "‹<, <=, > or >=›",
    "QUANTIFIER": "‹all of, any of or none of›",
    "_ASKS": "is",
    "_RANGE": "..",
    "_OLDER_THAN": "older than",
    "_AT_MOST": "at most",
    "_UNLESS_MISSED": "unless missed",
    "LBRACE": "{",
    "expr": "‹value›",
    "given": "[{ ‹name› = ‹value› … }]",
    "values": "{ ‹name› = ‹value› … }",
    "route": "[by ‹names› [else create]]",
    "from_stages": "[from ‹names›]",
    "byline": '[by ‹name›] [because "text"]',
    "was": "[was ‹names›]",
    "at": "[at ‹time›, …]",
    "times": "at most ‹number› times",
    "lapse": "[unless missed]",
    "begins": "[from now or from next entry]",
    "attach": "[attach ‹names›]",
    "reports": "reports to ‹name›",
    "weekdays": "[on ‹names›]",
    "payloads": '[{ ‹name› "title" ‹type› … }]',
    "_robot_body": "‹moments› ‹actions›",
    "limit_actions": "[{ ‹actions› }]",
    "destination": "‹name›",
    "actions": "{ ‹actions› }",
    "else_actions": "{ ‹actions› }",
    "duration": "‹duration›",
    **dict.fromkeys(("NAME", "path", "dotted"), "‹name›"),
    **dict.fromkeys(("names", "paths", "dotteds"), "‹names›"),
}
# rules that begin with a word and are told within the sentences that hold them
INNER = {
    *(
        "was",
        "cond",
        "orelse",
        "at",
        "times",
        "lapse",
        "weekdays",
        "reports",
        "route",
        "from_stages",
        "begins",
        "attach",
    ),
    *("byline", "blame", "reschedule_by", "until", "calendar_base", "calendar_hours", "calendar_off"),
    *("calendar_working", "else_actions"),
}


class Chapter(NamedTuple):
    en: str
    ru: str
    rules: tuple[str, ...]
    told_en: str
    told_ru: str
    example: str


def chapters() -> list[Chapter]:
    parts = re.split(r"(?m)^== ", (HERE / "reference.txt").read_text(encoding="utf-8"))[1:]
    found = []
    for part in parts:
        head, _, body = part.partition("\n")
        en, ru, rules = (one.strip() for one in head.split("|"))
        told_en, told_ru, example = body.split("\n---\n")
        found.append(
            Chapter(en, ru, tuple(rules.split()), told_en.strip(), told_ru.strip(), example.strip("\n") + "\n")
        )
    return found


def texts(chapter: Chapter) -> dict[str, str]:
    """The files of a chapter's example, the definition first."""
    return split(f"-- example.pipeline --\n{chapter.example}")


def grammar() -> dict[str, list[str]]:
    """The alternatives of each rule, as they stand in the grammar."""
    text = files("voronka.dsl.syntax").joinpath("grammar.lark").read_text(encoding="utf-8")
    rules: dict[str, list[str]] = {}
    name = ""
    for line in text.split("// Terminals")[0].splitlines():
        if found := re.match(r"\??([a-z_]+): (.*)", line):
            name = found[1]
            rules[name] = [found[2]]
        elif name and (found := re.match(r"\s+\| (.*)", line)):
            rules[name].append(found[1])
    return rules


def forms(rule: str) -> Iterator[str]:
    """A rule's sentences as one writes them; of a rule that is a part of sentences, what it may be."""
    part = not _begins(rule)
    for alternative in grammar()[rule]:
        body = re.sub(r"\s*-> \w+$", "", alternative)
        said = re.sub(r'"([^"]+)"|(\b_?[A-Za-z_]+\b)', lambda one: one[1] or _part(one[2]), body)
        said = re.sub(r"\[(\[.*?\])\]", r"\1", said).strip()
        if said and not re.fullmatch(r"‹[^›]*›", said):
            yield f"‹{rule.replace('_', ' ')}›: {said}" if part else said


def _begins(rule: str) -> bool:
    """Whether a rule is a sentence of its own: it begins with a word."""
    return any(re.match(r'\[?\(?"[a-z]', way) for way in grammar()[rule])


def _part(name: str) -> str:
    if name in SHOWN:
        return SHOWN[name]
    if name.endswith("_block"):
        return "[{ … }]"
    if name.endswith("_body"):
        return "…"
    return f"‹{name.strip('_').lower().replace('_', ' ')}›"


def page(lang: str) -> str:
    ru = lang == "ru"
    out = ["# Справочник языка" if ru else "# Reference of the language", ""]
    out.append(
        "Собран `docs/tools/reference.py` из грамматики, таблиц языка и `reference.txt`; примеры проверяют тесты. "
        "В формах `[…]` можно опустить, `|` разделяет варианты, `*` и `+` значат «сколько угодно», ‹…› пишете вы. "
        "Все слова подряд: [words.md](words.md). [In English](reference.md)."
        if ru
        else "Made by `docs/tools/reference.py` from the grammar, the tables of the language and `reference.txt`; "
        "tests check the examples. In the forms `[…]` may be left out, `|` parts alternatives, `*` and `+` mean any "
        "number, ‹…› is for you to write. Every word: [words.md](words.md). [По-русски](reference.ru.md)."
    )
    for chapter in chapters():
        out += [
            "",
            f"## {chapter.ru if ru else chapter.en}",
            "",
            chapter.told_ru if ru else chapter.told_en,
            "",
            "```text",
        ]
        out += [form for rule in chapter.rules for form in forms(rule)]
        out += ["```"]
        for name, text in texts(chapter).items():
            out += ["", *([] if name == "example.pipeline" else [f"`{name}`", ""]), "```", text.rstrip("\n"), "```"]
    for title, rows in tables(lang):
        out += ["", f"## {title}", "", "| | |", "|---|---|", *(f"| `{name}` | {told} |" for name, told in rows)]
    return "\n".join(out) + "\n"


def tables(lang: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    ru = lang == "ru"
    yield ("Типы полей" if ru else "Types of fields"), [(name, type_name(name).in_(lang)) for name in TYPES]
    yield ("Что случается" if ru else "What happens"), [(name, told.in_(lang)) for name, told in HAPPENINGS.items()]
    yield (
        "Имена, известные всегда" if ru else "Names that are always known",
        [(name, type_name(kind).in_(lang)) for name, kind in BUILT_IN.items()],
    )
    states = {
        "done": ("the task is done", "выполнена"),
        "open": ("it is to be done", "её предстоит сделать"),
        "overdue": ("its deadline has passed", "срок прошёл"),
        "cancelled": ("it is called off", "отменена"),
        "waiting": ("the date it hangs on is missing", "нет даты, от которой считается срок"),
        "planned": ("it is open, or waits for its date", "открыта или ждёт даты"),
    }
    yield ("Состояния задач" if ru else "States of tasks"), [(name, states[name][ru]) for name in TASK_STATES]
    yield (
        "Функции" if ru else "Functions",
        [(one.signature, one.doc(lang).replace("|", "\\|")) for one in FUNCTIONS.values()],
    )
    yield ("Модули стандартной библиотеки" if ru else "Modules of the standard library"), list(_modules(ru))


def _modules(ru: bool) -> Iterator[tuple[str, str]]:
    for one in sorted(files("voronka.stdlib").iterdir(), key=lambda one: one.name):
        if one.name.endswith(".pipeline"):
            english, russian = one.read_text(encoding="utf-8").splitlines()[:2]
            yield (
                f"use std.{one.name.removesuffix('.pipeline')}",
                russian.lstrip("# ") if ru else english.partition(": ")[2],
            )


def untold() -> set[str]:
    """Sentences of the grammar, rules that begin with a word, that no chapter tells."""
    told = {rule for chapter in chapters() for rule in chapter.rules}
    found = {rule for rule in grammar() if _begins(rule)}
    return found - told - INNER


def unshown() -> set[str]:
    """Words of the language that no form and no example has."""
    text = "\n".join([*(one.example for one in chapters()), *(form for rule in grammar() for form in forms(rule))])
    return set(KEYWORDS) - set(re.findall(r"\w+", text))


def main() -> int:
    if missing := untold() | unshown():
        sys.stderr.write(f"reference.txt tells nothing of: {', '.join(sorted(missing))}\n")
        return 1
    made = {path: page(lang) for lang, path in PAGES.items()}
    if "--check" in sys.argv[1:]:
        return int(any(not path.exists() or path.read_text(encoding="utf-8") != text for path, text in made.items()))
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
