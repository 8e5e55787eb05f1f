"""Small pipelines for the analyses, and their findings in a form that a person can read."""

from __future__ import annotations

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
LOST = 'lost gone "Gone" { reason other "Other" }'
WON = 'won won_ "Won"'


@cache
def library() -> Library:
    return Library()


def deals(body: str, *, won: str = WON, lost: str = LOST, before: str = "") -> str:
    """A pipeline ``p`` with a field of every kind; ``body`` are its stages, ``before`` what stands above them."""
    return f'pipeline p "P" {{\n{HEADER}\n{FIELDS}\n{before}\n{body}\n{won}\n{lost}\n}}\n'


def checked(text: str) -> Checked:
    return check_text("p.pipeline", text, library(), {"templates/paper.txt": "paper"})


def findings(text: str, notes: bool = False) -> list[Diagnostic]:
    """What the analyses say of a text without any other error."""
    result = checked(text)
    others = [found for found in result.diagnostics if found.is_error and not found.code.id.startswith("V5")]
    assert not others, [f"{found.span}: {found.message()}" for found in others]
    found = [one for one in result.diagnostics if one.code.id.startswith("V5")]
    return [one for one in found if notes or one.severity != "note"]


def shown(found: Diagnostic) -> str:
    """A finding with everything that goes with it, in both languages."""
    marked = " ".join(found.span.text.split())
    lines = [f"{found.code} {found.severity} at {found.span.line}:{found.span.column}  {marked[:60]}"]
    for lang in ("en", "ru"):
        lines.append(f"  {lang}: {found.message(lang)}")
    lines.append(f"  help: {found.help('en')} | {found.help('ru')}")
    for label in found.labels:
        place = " ".join(label.span.text.split())
        lines.append(f"  at {label.span.line}: {place[:50]}  <- {label.text.en} | {label.text.ru}")
    lines += [f"  note: {note.en} | {note.ru}" for note in found.notes]
    return "\n".join(lines)
