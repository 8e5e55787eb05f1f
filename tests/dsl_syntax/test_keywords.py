"""Every word of the language that is not reserved is a good name, wherever a name may stand."""

from __future__ import annotations

import re

import pytest

from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.build import GRAMMAR
from voronka.dsl.syntax.keywords import BY_MEANING, JOINED, KEYWORDS, NEVER_NAMES, RESERVED, UNITS
from voronka.dsl.syntax.parser import parse
from voronka.dsl.text.source import Source

FILE, PIPELINE, STAGE = "…", "pipeline p { … }", "pipeline p { stage s { … } }"
TASK, LOST, SCENARIO = "pipeline p { stage s { task t { … } } }", "pipeline p { lost l { … } }", 'scenario "s" { … }'

# W is the name. Each text holds as many places for it as its sentences have.
PLACES = (
    (FILE, 'use W.W as W language W, W segment W "T" segment W pipeline W { } calendar W { based on W }'),
    (FILE, 'record W "T" { field W text } resource W { W "T" W W "U" } module W { param W "T" text = W param W text }'),
    (FILE, 'team W { person W "T" is W reports to W deputy W person W is W }'),
    (FILE, "calendar W { hours 09:00-18:00 on W, W off 2026-01-01 }"),
    (PIPELINE, 'stage W "T" was W, W { } stage W won W lost W calendar W'),
    (PIPELINE, 'field W "T" text field W W = W when W field W money is W * W + W'),
    (PIPELINE, 'field W choice { W "T" was W W "U" W } = W field W rating W..W { W = W..W W = 9..10 W }'),
    (PIPELINE, 'field W link to W field W links to W.W field W document using "t" field W W'),
    (PIPELINE, "field W resource of W from W for W field W resource of W from W to W"),
    (PIPELINE, 'event W event W by W, W else create { W "T" W W W } unique W, W unique W'),
    (PIPELINE, 'check W > 5 and W is W else "x" check W is set and W is in (W, W) or W has W else "x"'),
    (
        PIPELINE,
        'check W(W, W when W) > W.W and not W else "x" check all of W are W and none of W are in (W, W) else "x"',
    ),
    (PIPELINE, 'check any of W with (W > 5) and task W is W and checklist W.W is W and approval W is W else "x"'),
    (PIPELINE, 'check W is older than W and W is within W and -W < (W) else "x"'),
    (PIPELINE, 'owner is W by least busy when W owner is W role W "T" was W reports to W role W reports to W role W'),
    (PIPELINE, "priority by W { W = 90% W = 8 W = 2 days W = 5 RUB W = 2026-01-01 W = W }"),
    (PIPELINE, "retire stage W { move to W when W move to W } retire field W, W retire reason W as W retire task W"),
    (PIPELINE, "include W.W as W when W { W = W W = 3 W = 3 days W = 5 RUB } include W include W as W"),
    (
        PIPELINE,
        "on W at 10:00 { clear W, W render W } on event W { } on task W W { } on change W, W { } on W when W { }",
    ),
    (STAGE, "require W, W when W require W type W limit W { } limit W"),
    (STAGE, 'checklist W "T" { W "a" W "b" "c" } checklist W { "a" W "b" }'),
    (STAGE, "move to W when W lose as W when W move to W 3 days after W lose as W on W"),
    (STAGE, 'task W "T" was W when W { } task W task "T" when W approval W "T" when W { assign W covers W, W }'),
    (STAGE, 'send W to W using "x" attach W, W when W send W to "x" using "x" attach W notify W "T" when W notify W'),
    (STAGE, 'digest W using "x" run W.W { W = W W = 5 } run W hand over tasks to W by round robin hand over to W'),
    (STAGE, "cancel task W tunnel to W { copy W as W, W set W = W link W start at W owner is W copy W } set W.W = W"),
    (STAGE, "if W { } else if W is W { } else { } wait 3 days for event W { } else { } wait W for task W { } else { }"),
    (STAGE, "after W { } render W, W when W clear W"),
    (TASK, "assign W when W assign W due 3 days before W at 10:00 with W.W due W after W due on W"),
    (TASK, 'outcome W "T" was W { again in W require W again on W } outcome W outcome W when W'),
    (TASK, "reschedule { by W, W until W } on W { } on W at most 3 times when W { }"),
    (LOST, 'reason W "T" from W, W when W { segment W return to W 3 days after W } reason W reason W from W'),
    (SCENARIO, "deal W as W { W = W W = 5 W = 5 days W = 5 RUB W = 2026-01-01 } deal W { } wait W tick W.W, W.W"),
    (SCENARIO, 'done W as W by W because "x" { W = W } done W by W done W move to W by W lose as W because "x" by W'),
    (SCENARIO, "event W { W = W } event W reschedule W to 2026-01-01 10:00 by W away W until 2026-01-01 try move to W"),
    (
        SCENARIO,
        'for W { expect W is W } expect task W due in W expect blocked by require W, checklist W, approval W, "x"',
    ),
    (SCENARIO, 'expect sent W using "x" expect W examples { | W | W | | 5 | W | } set W = W'),
)

GOOD = sorted(set(KEYWORDS) - RESERVED | set(UNITS) | {word for pair in JOINED for word in pair} - RESERVED)
LIKE = ["RUB", "VIP", "yes", "no", "имя_2", "Ё", "_x", "than"]


def shape(around: str, sentence: str, name: str) -> tuple[list[str], list[tuple[str, str]]]:
    """The messages about a text, and its nodes with the name made anonymous."""
    result = parse(Source("p.pipeline", around.replace("…", re.sub(r"\bW\b", name, sentence))))
    found = [(type(n).__name__, n.name if isinstance(n, nodes.Ident) else "") for n in nodes.walk(result.file)]
    messages = [one.message() for one in result.diagnostics]
    return messages, [(kind, re.sub(rf"(?<![\w]){name}(?![\w])", "W", text)) for kind, text in found]


# Where the word keeps its own meaning: the type of that name, `is set`, and `due on`.
OWN_PLACES = {
    "link": ("field W link to W",),
    "resource": ("field W resource of W",),
    "set": ("check W > 5", "any of W with", "if W { } else if W is W", "for W { expect W is W"),
    "on": ("assign W when W",),
}


@pytest.mark.parametrize("word", GOOD + LIKE)
def test_a_word_is_a_good_name_everywhere(word: str) -> None:
    for around, sentence in PLACES:
        if any(sentence.startswith(own) or own in sentence for own in OWN_PLACES.get(word, ())):
            continue
        messages, found = shape(around, sentence, word)
        assert messages == [], f"{word}: {sentence}"
        assert found == shape(around, sentence, "zq")[1], f"{word}: {sentence}"


@pytest.mark.parametrize("word", sorted(UNITS))
def test_after_every_a_unit_is_the_unit(word: str) -> None:
    result = parse(Source("p.pipeline", f"pipeline p {{ every {word} {{ clear x }} }}"))
    (every,) = (node for node in nodes.walk(result.file) if isinstance(node, nodes.TriggerEvery))
    assert isinstance(every.period, nodes.DurationLit)
    assert every.period.unit == UNITS[word]


DECLARING = (
    (FILE, "pipeline W { }"),
    (FILE, "record W { }"),
    (FILE, "module m { param W text }"),
    (FILE, "team t { person W is head }"),
    (PIPELINE, "field W text"),
    (PIPELINE, "field f choice { W }"),
    (PIPELINE, "event e { W text }"),
    (PIPELINE, "stage W { }"),
    (PIPELINE, "role W"),
    (PIPELINE, "include nps as W { }"),
    (STAGE, "task W { }"),
    (STAGE, 'checklist c { W "x" }'),
    (STAGE, "robot W { on entry }"),
    (TASK, "outcome W"),
    (LOST, "reason W"),
    (SCENARIO, "deal p as W { }"),
)


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_reserved_word_is_refused_clearly_where_a_name_is_declared(word: str) -> None:
    for around, sentence in DECLARING:
        text = around.replace("…", sentence.replace("W", word))
        result = parse(Source("p.pipeline", text))
        told = [(found.code.name, found.span.text) for found in result.diagnostics]
        assert told == [("keyword-as-name", word)], text


@pytest.mark.parametrize("word", sorted(RESERVED - NEVER_NAMES))
def test_a_reserved_word_may_be_a_part_of_a_path(word: str) -> None:
    assert parse(Source("p.pipeline", f"pipeline p {{ stage s {{ set x = event.{word} }} }}")).complete


def test_the_grammar_and_the_table_hold_the_same_words() -> None:
    text = re.sub(r"//.*", "", GRAMMAR.read_text(encoding="utf-8"))
    assert set(re.findall(r'"([a-z]+)"', text)) == set(KEYWORDS)


def test_the_table_is_whole() -> None:
    assert all(keyword.en and re.search("[а-яё]", keyword.ru) for keyword in KEYWORDS.values())
    assert set(KEYWORDS) | {"are"} >= RESERVED >= NEVER_NAMES
    assert set(BY_MEANING.values()) <= set(KEYWORDS) | set(UNITS)
    assert not set(BY_MEANING) & set(KEYWORDS)


@pytest.mark.parametrize("text", ["pipelinep { }", "pipeline p { stagenew { } }", "pipeline p { fieldx text }"])
def test_a_keyword_glued_to_a_name_is_no_keyword(text: str) -> None:
    assert not parse(Source("p.pipeline", text)).complete
