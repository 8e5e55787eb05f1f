"""Small pipelines for the analyses, and their findings in a form that a person can read."""

from __future__ import annotations

import re
from functools import cache

from voronka.dsl.check.workspace import Checked, check_text
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.stdlib.library import Library

HEADER = 'timezone "Europe/Moscow"  calendar ru  currency RUB'
FIELDS = """
  field amount  "Amount"  money
  field budget  "Budget"  money
  field n       "Count"   integer
  field m       "Other"   integer
  field size    "Size"    number
  field kind    "Kind"    choice { a "A"  b "B"  c "C" }
  field extras  "Extras"  choices { x "X"  y "Y" }
  field score   "Score"   rating 0..10 { low "Low" = 0..6  top "Top" = 9..10 }
  field ok      "Ok"      bool
  field vip     "Vip"     bool
  field name    "Name"    text
  field mail    "Mail"    email
  field on      "On"      date
  field term    "Term"    duration
  field paper   "Paper"   document using "paper"
"""
Q_FIELDS = """
  field deal   "Deal"    link to p
  field amount "Amount"  money
  field mail   "Mail"    email
  field code   "Code"    text = "x"
  field size   "Size"    integer
"""


@cache
def library() -> Library:
    return Library()


def _pipeline(name: str, fields: str, body: str) -> str:
    """A pipeline around its stages; what it must end with is added where it is missing."""
    if not re.search(r"^\s*won ", body, re.M):
        body += f'\nwon {name}_won "Won"'
    if not re.search(r"^\s*lost ", body, re.M):
        body += '\nlost gone "Gone" { reason other "Other" }'
    return f'pipeline {name} "{name.upper()}" {{\n{HEADER}\n{fields}\n{body}\n}}\n'


def deals(body: str) -> str:
    """A pipeline ``p`` with a field of every kind, or the given text if it is whole pipelines."""
    return body.replace("{header}", HEADER) if body.startswith("pipeline ") else _pipeline("p", FIELDS, body)


def other(body: str) -> str:
    """A second pipeline ``q``, for tunnels."""
    return _pipeline("q", Q_FIELDS, body)


def checked(text: str, name: str = "p.pipeline") -> Checked:
    return check_text(name, text, library(), {"templates/paper.txt": "paper"})


def findings(text: str, notes: bool = False, name: str = "p.pipeline") -> list[Diagnostic]:
    """What the analyses say of a text without any other error."""
    result = checked(text, name)
    others = [found for found in result.diagnostics if found.is_error and not found.code.id.startswith("V5")]
    assert not others, [f"{found.span}: {found.message()}" for found in others]
    found = [one for one in result.diagnostics if one.code.id.startswith("V5")]
    return [one for one in found if notes or one.severity != "note"]


def shown(found: Diagnostic) -> str:
    """A finding with everything that goes with it, in both languages."""
    marked = " ".join(found.span.text.split())
    lines = [f"{found.code} {found.severity} at {found.span.line}:{found.span.column}  {marked[:60]}"]
    lines += [f"  {lang}: {found.message(lang)}" for lang in ("en", "ru")]
    lines.append(f"  help: {found.help('en')} | {found.help('ru')}")
    for label in found.labels:
        place = " ".join(label.span.text.split())
        lines.append(f"  at {label.span.line}: {place[:50]}  <- {label.text.en} | {label.text.ru}")
    lines += [f"  note: {note.en} | {note.ru}" for note in found.notes]
    return "\n".join(lines)
