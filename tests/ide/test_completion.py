"""What is offered at the cursor: words that the parser takes there, names that mean something there (issue 4, 6)."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ide.shop import SALES, TEXTS, asked, known, labels
from voronka.dsl.ide.completion import complete
from voronka.dsl.ide.cursor import Tracker
from voronka.dsl.ide.items import Facts
from voronka.dsl.syntax.keywords import JOINED
from voronka.dsl.syntax.lexer import lex, words
from voronka.dsl.text.diagnostic import Diagnostics
from voronka.dsl.text.source import Source

FIELDS = ["amount", "heat", "who", "email", "offer"]
WHO = ["owner", "supervisor", "deputy", "assignee", "manager", "head", "anna", "olga"]

STAGE = {
    "move to |": ["new", "offered", "paid", "refused"],
    "move to off|": ["new", "offered", "paid", "refused"],
    "lose as |": ["silent", "price"],
    "enter when heat is |": ["hot", "cold"],
    "enter when heat is not |": ["hot", "cold"],
    "enter when heat is in (|": ["hot", "cold"],
    "enter when heat is in (hot, |": ["hot", "cold"],
    "enter when amount > 5 RUB and heat is |": ["hot", "cold"],
    "enter when stage is |": ["new", "offered", "paid", "refused"],
    "enter when task |": ["call", "note"],
    "enter when task call is |": ["reached", "missed"],
    "cancel task |": ["call", "note"],
    "on task call |": ["reached", "missed"],
    "on event |": ["payment"],
    "set heat = |": ["hot", "cold"],
    "set amount = event.|": ["sum"],
    "type |": ["incoming", "working", "waiting", "closing"],
    "task x { assign | }": WHO,
    "notify |": WHO,
    "hand over to |": WHO,
    "send |": ["call", "email", "sms", "whatsapp", "telegram", "webhook"],
    "send email to |": ["email"],
    'send email to email using "|"': ["letter", "offer", "std/discipline_overdue"],
    'send email to email using "le|': ["letter", "offer", "std/discipline_overdue"],
    "if heat is | { }": ["hot", "cold"],
    "tunnel to | { }": ["client", "sales"],
}
OTHERS = {
    ("pipeline", "field x link to |"): ["client", "sales"],
    ("pipeline", "role x reports to |"): ["manager", "head", "anna", "olga"],
    ("pipeline", "retire stage |"): ["new", "offered", "paid", "refused"],
    ("pipeline", "priority by heat { | }"): ["hot", "cold"],
    ("pipeline", "include discipline as again { | }"): ["grace"],
    ("scenario", "deal |"): ["sales"],
    ("scenario", "done |"): ["call", "note"],
    ("scenario", "done call as |"): ["reached", "missed"],
    ("scenario", "move to |"): ["new", "offered", "paid", "refused"],
    ("scenario", "expect stage is |"): ["new", "offered", "paid", "refused"],
    ("scenario", "event |"): ["payment"],
    ("scenario", "event payment { | }"): ["sum"],
    ("scenario", "deal sales { heat = | }"): ["hot", "cold"],
    ("scenario", "try lose as |"): ["silent", "price"],
    ("top", "team x { person y is | }"): ["manager", "head"],
}


@pytest.mark.parametrize("line", STAGE)
def test_names_in_a_stage(line: str) -> None:
    """The names that fit are offered first, and nothing else beside them."""
    assert labels(line) == STAGE[line]


@pytest.mark.parametrize(("where", "line"), OTHERS)
def test_names_elsewhere(where: str, line: str) -> None:
    assert labels(line, where) == OTHERS[where, line]


@pytest.mark.parametrize("line", ["require |", "require amount, |", "clear |", "render |"])
def test_fields(line: str) -> None:
    assert [item.label for item in asked(line) if item.kind == "field"] == FIELDS


@pytest.mark.parametrize(
    ("line", "wanted"),
    [("enter when who.|", ["name", "telegram", "owner", "stage"]), ("enter when amount > |", FIELDS)],
)
def test_values(line: str, wanted: list[str]) -> None:
    assert [item.label for item in asked(line) if item.kind in ("field", "builtin")][: len(wanted)] == wanted


def test_conditions_offer_functions_and_what_is_always_there() -> None:
    found = {item.label: item for item in asked("enter when |")}
    assert found["round"].kind == "function"
    assert found["round"].detail == "round(x, [places])"
    assert {"now", "today", "last_contact", "stage", "not", "all of"} <= set(found)


def test_a_new_name_is_nobodys_business() -> None:
    """Where something is declared, names that exist would be wrong."""
    for line in ("task |", "checklist |", "robot |", "outcome |"):
        assert labels(line) == [], line


def test_sentences_of_the_block_and_no_others() -> None:
    words_here = [item.label for item in asked("|") if item.kind == "keyword"]
    assert {"require", "enter", "limit", "task", "send", "move"} <= set(words_here)
    assert not {"starts", "person", "hours", "based", "param"} & set(words_here)


def test_units_after_a_number() -> None:
    assert [item.label for item in asked("limit 3 |")] == [
        *("min", "hours", "days", "weeks", "months", "years", "workdays", "workhours"),
    ]


def test_titles_are_typed_instead_of_names() -> None:
    """A title in any language finds its name."""
    offered = next(item for item in asked("move to |", lang="en") if item.label == "offered")
    assert offered.also == "Offer sent"
    assert offered.titles == "КП отправлено Offer sent"


def test_a_module_of_the_library_brings_its_use_along() -> None:
    item = next(item for item in asked("include |", where="pipeline") if item.label == "nps")
    assert item.extra is not None
    offset, line = item.extra
    assert line == "use std.nps\n"
    assert TEXTS[SALES][:offset].endswith("use std.discipline\n")


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_words_are_explained_in_the_persons_language(lang: str) -> None:
    item = next(item for item in asked("|", lang=lang) if item.label == "limit")
    assert item.detail == {"en": "how long a deal may stay", "ru": "сколько сделка может здесь быть"}[lang]


def test_broken_text_before_the_cursor() -> None:
    """A sentence that does not parse costs itself, not the rest of the file."""
    names = known()
    for broken in ("requre email, ,\n", "robot x { }\n", "task { {\n", 'enter when "a\n', "}} \n"):
        text = TEXTS[SALES].replace("    require email\n", f"    {broken}    move to \n", 1)
        at = text.index("    move to \n") + len("    move to ")
        found = complete(Tracker().position(text, at), names, SALES, "en", Facts())
        if broken == "}} \n":
            continue  # the pipeline has ended: nothing but that it does not fail
        assert "offered" in [item.label for item in found], broken


def test_everywhere_in_a_file_the_stack_is_the_parsers_own() -> None:
    """At each token of a whole file the position accepts the terminal that the parser reads there."""
    text = TEXTS[SALES]
    source = Source("", text)
    tokens = lex(source, Diagnostics())
    tracker = Tracker()
    before = ""
    for kind, start, readings in zip(tokens.kinds, tokens.starts, tokens.readings, strict=True):
        pair, before = (before, text[start:].split(None, 1)[0] if start < len(text) else ""), text[start:].split(" ")[0]
        if text[start - 1 : start].isalnum() or pair in JOINED:
            continue  # the cursor is at the end of a word, or between two that are one
        at = tracker.position(text, start)
        fits = [kind] if kind != "WORD" else [reading[0] for reading in readings]
        assert at.quoted or any(at.accepts(one) for one in fits), (text[start : start + 20], fits)


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_a_kept_position_is_that_of_a_fresh_one(rng: random.Random) -> None:
    """What is kept between two questions never shows in an answer, whatever was edited in between."""
    text = TEXTS[SALES]
    kept = Tracker()
    pieces = [*list(words())[:60], "{", "}", '"', "\n", "x", " is ", "5 days", "🛒", "# ю"]
    for _ in range(12):
        start = rng.randrange(len(text))
        end = min(len(text), start + rng.choice([0, 0, 1, 5, 40]))
        text = text[:start] + rng.choice(pieces) + text[end:]
        at = rng.randrange(len(text) + 1)
        one, other = kept.position(text, at), Tracker().position(text, at)
        assert (one.states, one.starts, one.offset, one.word) == (other.states, other.starts, other.offset, other.word)
