"""What scenarios can expect, each holding and each failing with both sides told (U7, issue 4 point 4)."""

from __future__ import annotations

import pytest

from voronka.dsl.check import check_text
from voronka.engine.program.build import Programs
from voronka.engine.scenario import run_scenario
from voronka.stdlib.library import library

DEALS = """\
language en
team sales {
  person anna "Anna" is manager reports to boris
  person boris "Boris" is head
}
pipeline deals "Deals" {
  timezone "Europe/Moscow"
  currency RUB
  role manager "Manager" reports to head
  role head    "Head"
  owner is anna
  field name   "Name"   text
  field amount "Amount" money
  field email  "E-mail" email
  field offer  "Offer"  document using "offer"
  stage new "New" {
    limit 2 days { lose as silent }
    task call "Call" { assign owner  due 30 min after entry  on overdue { notify supervisor "Anna is late" } }
    task look "Look" { assign boris  due 1 day after entry }
  }
  stage offered "Offer sent" {
    require name, amount, email
    render offer
    send email to email using "letter"
    approval cheap "Cheap" when amount < 100 RUB { assign head  due 1 day after request }
  }
  won success "Success"
  lost failed "Failed" { reason silent "Silent"  reason rival "Rival" }
}
scenario "S" {
  deal deals { name = "Ivan"  amount = 5_000 RUB  email = "i@example.test" }
  STEPS
}
"""
OTHERS = """
pipeline others "Others" {
  timezone "Europe/Moscow"
  stage one "One"
  won done "Done"
  lost gone "Gone" { reason r "R" }
}
"""
FILES = {
    "templates/letter.txt": "subject: For {{ name }}\n\nDear {{ name }},\n{{ amount | money }} is\nall we ask.\n",
    "templates/offer.html": "<h1>Offer</h1><p>For <b>{{ name }}</b>: {{ amount | money }}</p>",
}
# what is expected -> what is told where it does not hold: expected, found
HOLDS = (
    "expect task call by anna",
    "expect task call by owner",
    "expect task look by boris",
    "wait 3 days\n  expect lost as silent",
    "lose as rival\n  expect lost as rival",
    "wait 1 hours\n  expect sent notify",
    'wait 1 hours\n  expect sent notify with "late"',
    "move to offered\n  expect sent email",
    'move to offered\n  expect sent email using "letter"',
    'move to offered\n  expect sent email using "letter" with "For Ivan", "is all we ask."',
    'move to offered\n  expect sent email with "Dear Ivan"',
    'move to offered\n  expect sent document using "offer" with "For Ivan:"',
    "set amount = 50 RUB\n  move to offered\n  expect task cheap by head",
)
FAILS = {
    "expect task call by boris": ("task call by boris", "anna"),
    "expect task look by owner": ("task look by anna", "boris"),
    "expect task cheap by boris": ("task cheap", "it was never planned"),
    "expect lost as silent": ("lost as silent", "stage is new"),
    "lose as rival\n  expect lost as silent": ("lost as silent", "lost as rival"),
    "expect sent email": ("sent email", "nothing was sent"),
    'move to offered\n  expect sent sms using "letter"': ("sent sms using letter", "document offer, email letter"),
    'move to offered\n  expect sent email using "letter" with "Dear Petr", "all we ask"': (
        "sent email using letter with “Dear Petr”",
        "For Ivan Dear Ivan, 5 000,00 ₽ is all we ask.",
    ),
    'move to offered\n  expect sent document with "Petr"': (
        "sent document with “Petr”",
        "Offer For Ivan: 5 000,00 ₽",
    ),
}


def run(steps: str) -> tuple[str, str] | None:
    text = DEALS.replace("STEPS", steps)
    checked = check_text("deals.pipeline", text, library(), {"deals.pipeline": text, **FILES})
    assert checked.definition is not None, [f"{d.span}: {d.message()}" for d in checked.diagnostics]
    failure = run_scenario(Programs(checked.definition), checked.definition.scenarios[0]).failure
    return None if failure is None else (failure.expected, failure.found)


@pytest.mark.requirement("U7")
@pytest.mark.parametrize("steps", HOLDS)
def test_an_expectation_that_holds(steps: str) -> None:
    assert run(steps) is None


@pytest.mark.requirement("U7")
@pytest.mark.parametrize("steps", list(FAILS))
def test_an_expectation_that_does_not_hold_tells_both_sides(steps: str) -> None:
    assert run(steps) == FAILS[steps]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ("expect task cal by anna", "V304"),
        ("expect task call by ana", "V328"),
        ("expect lost as rivel", "V306"),
    ],
)
def test_names_in_expectations_are_checked(steps: str, code: str) -> None:
    text = DEALS.replace("STEPS", steps)
    found = check_text("deals.pipeline", text, library(), {"deals.pipeline": text, **FILES}).diagnostics
    assert [one.code.id for one in found] == [code]


def test_columns_of_examples_stand_for_people_and_reasons() -> None:
    table = "examples {\n    | why    | who   |\n    | silent | anna  |\n    | rival  | owner |\n  }\n  "
    text = DEALS.replace("STEPS", "expect task call by who\n  lose as why\n  expect lost as why")
    text = text.replace('scenario "S" {\n  ', f'scenario "S" {{\n  {table}')
    checked = check_text("deals.pipeline", text, library(), {"deals.pipeline": text, **FILES})
    assert checked.definition is not None, [f"{d.span}: {d.message()}" for d in checked.diagnostics]
    made = Programs(checked.definition)
    assert [run_scenario(made, one).failure for one in checked.definition.scenarios] == [None, None]


@pytest.mark.parametrize(
    ("steps", "expected", "found"),
    [
        ("move to offered\n  move to offered", "move проходит", "сделка уже на этом этапе"),
        ("expect task cheap by boris", "task cheap", "её не ставили"),
        ("expect sent email", "sent email", "ничего не отправлено"),
        ("for others { expect stage is one }", "сделка в others", "её нет"),
        ("expect email is not set", "email is not set", "email: i@example.test"),
        (
            'set email = "j@example.test"\n  expect blocked by require name',
            "blocked by require name",
            "ничто не мешает",
        ),
    ],
)
def test_a_failure_is_told_in_russian(steps: str, expected: str, found: str) -> None:
    text = DEALS.replace("STEPS", steps) + OTHERS
    checked = check_text("deals.pipeline", text, library(), {"deals.pipeline": text, **FILES})
    assert checked.definition is not None, [f"{d.span}: {d.message()}" for d in checked.diagnostics]
    failure = run_scenario(Programs(checked.definition), checked.definition.scenarios[0]).failure
    assert failure is not None
    assert failure.said("ru")[0] == expected
    assert found in failure.said("ru")[1]
    assert failure.said("en") == (failure.expected, failure.found)
