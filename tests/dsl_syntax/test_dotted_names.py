"""Fields, events and tasks of an include are named through it wherever a name may stand (Meaning 16)."""

from __future__ import annotations

import pytest

from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.parser import parse
from voronka.dsl.text.source import Source

IN_STAGE = 'pipeline p {{ stage a "A" {{ {} }} }}'
IN_TASK = 'pipeline p {{ stage a "A" {{ task t "T" {{ {} }} }} }}'
IN_SCENARIO = 'scenario "s" {{ {} }}'


@pytest.mark.parametrize(
    ("around", "sentence"),
    [
        (IN_STAGE, "require nps.score"),
        (IN_STAGE, "on event nps.answered { }"),
        (IN_STAGE, "on change nps.score at 10:00 { }"),
        (IN_STAGE, "clear nps.score"),
        (IN_STAGE, "render nps.score"),
        (IN_STAGE, 'send email to to using "x" attach nps.score'),
        (IN_STAGE, "wait 3 days for event nps.answered { } else { }"),
        (IN_STAGE, "tunnel to q { copy nps.score as score }"),
        (IN_STAGE, "move to b when task nps.call is done"),
        (IN_TASK, "due 1 day after change nps.score"),
        (IN_SCENARIO, "deal p { nps.score = 9 }"),
        (IN_SCENARIO, "event nps.answered { score = 9 }"),
        (IN_SCENARIO, "done nps.call as told { nps.score = 9 }"),
        (IN_SCENARIO, 'reschedule nps.call to 2026-11-05 12:00 because "x"'),
        (IN_SCENARIO, "expect task nps.call due in 2 days"),
        (IN_SCENARIO, "expect task nps.call due 2026-11-05 12:00"),
        (IN_SCENARIO, "expect blocked by require nps.score"),
    ],
)
def test_a_name_of_an_include_is_one_name(around: str, sentence: str) -> None:
    text = around.format(sentence)
    parsed = parse(Source("p.pipeline", text))
    assert [str(found) for found in parsed.diagnostics] == []
    names = [node for node in nodes.walk(parsed.file) if isinstance(node, nodes.Ident) and "." in node.name]
    assert names, "the name was taken apart"
    assert {node.name for node in names} <= {"nps.score", "nps.answered", "nps.call"}
    assert all(node.span.text == node.name for node in names)


def test_what_declares_a_name_takes_no_dots() -> None:
    parsed = parse(Source("p.pipeline", 'pipeline p { field nps.score "T" number }'))
    assert not parsed.complete
