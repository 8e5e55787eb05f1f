"""Writes what editors need of the language's words: the TextMate grammar, snippets, docs/words.md.

Everything is made from ``voronka.dsl.syntax.keywords`` and the tables beside it; the snippets from forms.txt,
which a test parses. Run ``python docs/tools/editors.py``; with ``--check`` it only says whether they are up to date.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

from voronka.dsl.check.expressions.names import BUILT_IN, TASK_STATES
from voronka.dsl.ide.slots import TYPES
from voronka.dsl.syntax.keywords import CURRENCY_SIGNS, KEYWORDS, RESERVED, UNITS, Role

ROOT = Path(__file__).resolve().parents[2]
GRAMMAR = ROOT / "editors/vscode/syntaxes/voronka.tmLanguage.json"
SNIPPETS = ROOT / "editors/vscode/snippets/voronka.json"
WORDS = ROOT / "docs/words.md"

NAME = r"[^\W\d]\w*"
DECLARING = {
    "pipeline": "entity.name.type.class",
    "record": "entity.name.type.class",
    "module": "entity.name.namespace",
    "calendar": "entity.name.namespace",
    "resource": "entity.name.namespace",
    "team": "entity.name.namespace",
    "segment": "entity.name.constant",
    "person": "entity.name.constant",
    "role": "entity.name.type.role",
    "field": "variable.other.property",
    "param": "variable.parameter",
    "event": "entity.name.type.event",
    "stage": "entity.name.type.stage",
    "won": "entity.name.type.stage",
    "lost": "entity.name.type.stage",
    "task": "entity.name.function.task",
    "approval": "entity.name.function.approval",
    "checklist": "entity.name.function.checklist",
    "robot": "entity.name.function.robot",
    "outcome": "entity.name.constant.outcome",
    "reason": "entity.name.constant.reason",
}
SCOPES = {
    Role.TOP: "keyword.other.top",
    Role.DECLARATION: "keyword.other.declaration",
    Role.STAGE: "keyword.other.stage",
    Role.TASK: "keyword.other.task",
    Role.ACTION: "keyword.control.action",
    Role.SCENARIO: "keyword.other.scenario",
    Role.JOINT: "keyword.control.joint",
    Role.OPERATOR: "keyword.operator.word",
}
ROLES = {
    Role.TOP: ("At the top of a file", "На верхнем уровне файла"),
    Role.DECLARATION: ("Declarations", "Объявления"),
    Role.STAGE: ("In a stage", "В этапе"),
    Role.TASK: ("In a task or an approval", "В задаче или согласовании"),
    Role.ACTION: ("Actions", "Действия"),
    Role.SCENARIO: ("In a scenario", "В сценарии"),
    Role.JOINT: ("Between the parts of a sentence", "Между частями предложения"),
    Role.OPERATOR: ("In conditions", "В условиях"),
}


class Form(NamedTuple):
    """A sentence to fill in; ``where`` is the block that it stands in."""

    prefix: str
    where: str
    en: str
    ru: str
    text: str


def forms() -> list[Form]:
    """The forms of forms.txt."""
    found = []
    for part in Path(__file__).with_name("forms.txt").read_text(encoding="utf-8").split("\n== ")[1:]:
        head, text = part.split("\n", 1)
        place, en, ru = head.split(" | ")
        prefix, where = place.split()
        found.append(Form(prefix, where, en, ru, text.strip("\n")))
    return found


def grammar() -> dict[str, Any]:
    """The TextMate grammar. A word is coloured as a keyword unless it stands where only a name can."""

    def words(found: list[str]) -> str:
        return rf"(?<![\w.])(?:{'|'.join(sorted(found, key=lambda word: (-len(word), word)))})(?![\w])"

    units, signs = "|".join(sorted(UNITS, reverse=True)), "".join(CURRENCY_SIGNS)
    types = "|".join(sorted(TYPES, reverse=True))
    patterns: list[dict[str, Any]] = [
        {"name": "comment.line.number-sign.voronka", "match": "#.*$"},
        {
            "name": "string.quoted.double.voronka",
            "begin": '"',
            "end": '"|$',
            "patterns": [
                {"name": "constant.character.escape.voronka", "match": r'\\["\\nt]'},
                {"name": "invalid.illegal.escape.voronka", "match": r"\\."},
                {"name": "meta.embedded.template.voronka", "match": r"\{\{.*?\}\}|\{%.*?%\}"},
            ],
        },
        {"name": "constant.numeric.date.voronka", "match": r"\b\d{4}-\d\d-\d\d\b"},
        {"name": "constant.numeric.time.voronka", "match": r"\b\d\d:\d\d\b"},
        {
            "match": rf"\b(\d[\d_]*(?:\.\d+)?)\s*(?:({units})(?!\w)|([A-Z]{{3}}(?!\w)|[{signs}])|(%))",
            "captures": {
                "1": {"name": "constant.numeric.voronka"},
                "2": {"name": "keyword.other.unit.voronka"},
                "3": {"name": "keyword.other.unit.currency.voronka"},
                "4": {"name": "keyword.other.unit.voronka"},
            },
        },
        {"name": "constant.numeric.voronka", "match": r"\b\d[\d_]*(?:\.\d+)?\b"},
    ]
    for word, scope in DECLARING.items():
        patterns.append(
            {
                "match": rf"^\s*({word})\s+({NAME})",
                "captures": {
                    "1": {"name": f"{SCOPES[KEYWORDS[word].role]}.voronka"},
                    "2": {"name": f"{scope}.voronka"},
                },
            }
        )
    patterns += [
        {
            "match": rf"(?<=[\w\"])\s+({types})(?=\s*(?:$|[#={{}}]|\b(?:is|when|to|of|using)\b|\d))",
            "captures": {"1": {"name": "support.type.voronka"}},
        },
        {"match": rf"({NAME})(?=\()", "captures": {"1": {"name": "support.function.voronka"}}},
        {"name": "variable.other.member.voronka", "match": rf"(?<=\w\.){NAME}"},
        {
            "name": "keyword.operator.word.voronka",
            "match": r"\b(?:all|any|none)\s+of\b|\bolder\s+than\b|\bat\s+most\b|\bunless\s+missed\b",
        },
        {"name": "support.constant.strategy.voronka", "match": r"\bround\s+robin\b|\bleast\s+busy\b"},
        {"name": "variable.other.assigned.voronka", "match": rf"{NAME}(?=\s*=)"},
    ]
    for role, scope in SCOPES.items():
        found = [one.word for one in KEYWORDS.values() if one.role is role]
        if role is Role.JOINT:
            found = [word for word in found if word not in BUILT_IN]  # `entry` is a moment far more often
        found += ["is", "are"] if role is Role.OPERATOR else []
        patterns.append({"name": f"{scope}.voronka", "match": words(found)})
    patterns += [
        {"name": "support.constant.state.voronka", "match": words(list(TASK_STATES))},
        {"name": "variable.language.voronka", "match": words([*BUILT_IN, "stage", "set", "yes", "no"])},
        {"name": "keyword.operator.voronka", "match": r"<=|>=|\.\.|[<>=+*/|-]"},
        {"name": "punctuation.section.block.voronka", "match": r"[{}]"},
        {"name": "variable.other.voronka", "match": NAME},
    ]
    return {
        "name": "voronka",
        "scopeName": "source.voronka",
        "fileTypes": ["pipeline"],
        "patterns": patterns,
    }


def snippets() -> dict[str, Any]:
    """Snippets of VS Code, one a form."""
    return {
        f"{one.prefix}: {one.en} / {one.ru}": {
            "prefix": one.prefix,
            "body": one.text.split("\n"),
            "description": f"{one.en} · {one.ru}",
        }
        for one in forms()
    }


def filled(form: str) -> str:
    """A form with its places filled in by what they propose."""
    while (made := re.sub(r"\$\{\d+:([^${}]*)\}", r"\1", form)) != form:
        form = made
    return re.sub(r"\$\d+", "", form)


def page() -> str:
    """The words of the language, by what they do."""
    lines = [
        "# Words of the language",
        "",
        "Made by `docs/tools/editors.py` from the table that the parser, completion and highlighting use.",
        "A word is a keyword only where the parser can take it as one; elsewhere it may be a name, except the reserved",
        f"ones: {', '.join(f'`{word}`' for word in sorted(RESERVED))}.",
    ]
    for role, (en, ru) in ROLES.items():
        lines += ["", f"## {en} · {ru}", "", "| Word | What it does | Что делает |", "| --- | --- | --- |"]
        lines += [f"| `{one.word}` | {one.en} | {one.ru} |" for one in KEYWORDS.values() if one.role is role]
    units = ", ".join(f"`{unit}`" for unit in UNITS)
    lines += ["", "## Units of time · Единицы времени", "", units + "."]
    lines += ["", "## Types of fields · Типы полей", "", ", ".join(f"`{one}`" for one in TYPES) + "."]
    return "\n".join(lines) + "\n"


def made() -> dict[Path, str]:
    """Every file with what it must hold."""

    def dumped(data: dict[str, Any]) -> str:
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"

    return {GRAMMAR: dumped(grammar()), SNIPPETS: dumped(snippets()), WORDS: page()}


def main() -> int:
    stale = [path for path, text in made().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: python docs/tools/editors.py", file=sys.stderr)
        return int(bool(stale))
    for path in stale:
        path.write_text(made()[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
