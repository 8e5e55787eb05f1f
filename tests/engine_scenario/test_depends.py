"""What an edit concerns: a scenario runs again when something changed that it can reach, and only then (U7)."""

from __future__ import annotations

import pytest

from tests.engine_scenario.test_expectations import DEALS, FILES
from voronka.dsl.check import check_text
from voronka.engine.program.build import Programs
from voronka.engine.scenario.depends import Depends
from voronka.stdlib.library import library

OTHER = """
pipeline others "Others" {
  timezone "Europe/Moscow"
  field deal "Deal" link to deals
  stage one "One" { task t "T" { assign anna  due 1 day after entry } }
  won done "Done"
  lost gone "Gone" { reason r "R" }
}
scenario "Others" {
  deal others {}
  expect stage is one
}
"""
TEXT = DEALS.replace("STEPS", "expect stage is new") + OTHER


def depends(text: str, files: dict[str, str]) -> dict[str, object]:
    checked = check_text("deals.pipeline", text, library(), {"deals.pipeline": text, **files})
    assert checked.definition is not None, [f"{d.span}: {d.message()}" for d in checked.diagnostics]
    found = Depends(Programs(checked.definition))
    return {one.title.in_("en"): found.of(one) for one in checked.definition.scenarios}


@pytest.mark.requirement("U7")
@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("language en\n", "language en\n\n# a word\n", set()),
        ("due 30 min after entry", "due 40 min after entry", {"S", "Others"}),  # Others links to deals
        ("due 1 day after entry } }\n  won", "due 2 days after entry } }\n  won", {"Others"}),
        ("expect stage is one", "expect stage is done", {"Others"}),
        ("expect stage is new", "expect stage is offered", {"S"}),
        ("Dear {{ name }}", "Hello {{ name }}", {"S", "Others"}),
        ("<h1>Offer</h1>", "<h1>Our offer</h1>", {"S", "Others"}),
        (
            'person anna "Anna" is manager reports to boris',
            'person anna "Ann" is manager reports to boris',
            {"S", "Others"},
        ),
    ],
)
def test_what_an_edit_concerns(old: str, new: str, again: set[str]) -> None:
    before = depends(TEXT, FILES)
    edited = {name: text.replace(old, new) for name, text in FILES.items()}
    after = depends(TEXT.replace(old, new), edited)
    assert (TEXT.replace(old, new), edited) != (TEXT, FILES)
    assert {name for name in before if before[name] != after[name]} == again
