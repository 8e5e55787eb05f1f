"""What a scenario may give a field that only files or documents fill."""

from __future__ import annotations

import pytest

from voronka.dsl.check import check_text
from voronka.stdlib.library import library

TEXT = """language en
pipeline p "P" {
  timezone "Europe/Moscow"
  field sketch "Sketch" file
  field pages  "Pages"  number
  stage one "One"
  stage two "Two" { require sketch }
  won done "Done"
  lost gone "Gone" { reason r "R" }
}
scenario "s" {
  deal p { }
  set %s
  move to two
  expect sketch is set
}
"""


@pytest.mark.requirement("R26")
@pytest.mark.parametrize(
    ("given", "codes"), [('sketch = "a.pdf"', []), ("sketch = 5", ["V401"]), ('pages = "a"', ["V401"])]
)
def test_a_file_is_attached_by_name(given: str, codes: list[str]) -> None:
    checked = check_text("p.pipeline", TEXT % given, library())
    assert [found.code.id for found in checked.diagnostics if found.is_error] == codes
