"""What sentences become in the definition: paths, defaults, includes, typed trees."""

from __future__ import annotations

import re

import pytest

from tests.dsl_check.golden import LOWERED, Case, answer, read, run
from voronka.dsl.definition.expr import Expr, Loc

PATHS = sorted(LOWERED.glob("*.txt"))
CASES = [pytest.param(path, case, id=f"{path.stem}: {case.name}") for path in PATHS for case in read(path)]


@pytest.mark.requirement("R31", "U4")
@pytest.mark.parametrize(("path", "case"), CASES)
def test_sentences_become_definitions(path: object, case: Case) -> None:
    assert answer(path, case) == case.found  # type: ignore[arg-type]


def test_places_and_texts_are_those_of_the_file() -> None:
    case = Case("", "stage", 'enter when amount >\n  5 RUB and vip else "…"\nmove to done when vip\n', "")
    definition = run(case).definition
    assert definition is not None
    stage = definition.pipelines["p"].stages["here"]
    gate = stage.enter[0]
    assert (gate.loc.file, gate.loc.line, gate.loc.column) == ("a.pipeline", 2, 1)
    assert gate.when.text == "amount > 5 RUB and vip"
    assert gate.when.loc == Loc("a.pipeline", 2, 12, 3, 16)
    assert [(one.text, one.loc.line) for one in gate.when.args] == [("amount > 5 RUB", 2), ("vip", 3)]
    assert stage.standing[0].loc.line == 4


def test_a_parameter_keeps_the_text_of_its_value_and_the_place_of_its_use() -> None:
    files = (
        '-- a.pipeline --\nmodule m "М" { param least "От" number  field n "Н" number\n  red "Мало" when n < least }\n'
        'pipeline p "П" { timezone "UTC"  stage s "С"  won w "У"  lost l "О"  include m { least = 2 * 3 } }\n'
    )
    definition = run(Case("", "files", files, "")).definition
    assert definition is not None
    least = definition.pipelines["p"].reds[0].when.args[1]
    assert isinstance(least, Expr)
    assert (least.text, least.loc.line) == ("2 * 3", 2)


def test_wall_clock_literals_are_instants_of_the_pipelines_zone() -> None:
    """A gap moves forward, of a doubled hour the first counts (Meaning 6)."""
    text = (
        '-- a.pipeline --\npipeline p "P" {{ timezone "Europe/Berlin"  field at "At" datetime = {}'
        '  stage s "S"  won w "W"  lost l "L" }}\n'
    )

    def instant(written: str) -> int:
        definition = run(Case("", "files", text.format(written), "")).definition
        assert definition is not None
        default = definition.pipelines["p"].fields["at"].default
        assert default is not None
        return int(default.value)

    hour = 3_600_000
    assert instant("2026-01-01 00:00") == 1_767_222_000_000
    assert instant("2026-03-29 02:30") == instant("2026-03-29 03:30")
    assert instant("2026-10-25 02:30") + 2 * hour == instant("2026-10-25 03:30")


NESTED = """
  task plain "Дело" { assign owner  due 1 day after entry  outcome x "Икс" { [a] }  on overdue { [b] } }
  task standing "Дело" when vip is set {
    assign owner
    due 1 day after entry
    outcome y "Игрек" { again in 1 day at most 2 times else { [c] } }
  }
  limit 1 day { [d] }
  on exit { if vip is set { [e] } else { [f] } }
  robot r "Р" { on entry  after 1 day { [g] }  wait 1 day for event paid { [h] } else { [i] } }
  approval ok "Да?" when vip is set { assign head  on approved { [j] } }
  if vip is set { [k] }
"""


def test_every_task_is_found_once_wherever_it_is_written() -> None:
    snippet = re.sub(r"\[(\w)\]", r'task \1 "Дело" { assign owner  due 1 day after entry }', NESTED)
    definition = run(Case("", "stage", snippet, "")).definition
    assert definition is not None
    names = [one.name for one in definition.pipelines["p"].every_task()]
    assert sorted(names) == sorted(["call", "plain", "standing", *"abcdefghijk"])
