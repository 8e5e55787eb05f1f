"""``voronka deal merge``: two deals of one client become one, through the gates, or nothing changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Voronka


def test_a_double_goes_into_the_deal_that_stays(voronka: Voronka, shop: Path, told: Callable[[str, str], None]) -> None:
    voronka("deal", "new", "sales", "--set", "phone=+79991234567", "--set", "name=Вера", "--as", "anna")
    voronka("deal", "new", "sales", "--set", "phone=+79991234568", "--set", "amount=9000", "--as", "anna")
    voronka("deal", "note", "2", "просила каталог", "--as", "anna")
    (shop / "brief.txt").write_text("бриф", encoding="utf-8")
    voronka("deal", "attach", "2", "brief.txt")
    merged = voronka("deal", "merge", "1", "2", "--reason", "rival", "--as", "anna", "--lang", "ru")
    assert merged.exit_code == 0, merged.output
    told("merge", merged.output)
    shown = json.loads(voronka("deal", "show", "1", "--json").output)
    assert shown["fields"]["amount"] is not None
    assert voronka("store", "verify").exit_code == 0
    again = voronka("deal", "merge", "1", "2")
    assert again.exit_code == 1
    assert "closed" in again.output


def test_a_double_that_cannot_be_lost_stays(voronka: Voronka, shop: Path) -> None:
    voronka("deal", "new", "sales", "--set", "phone=+79991234567")
    voronka("deal", "new", "sales", "--set", "phone=+79991234568", "--set", "amount=9000")
    before = voronka("store", "info", "--json").output
    for wrong in (("1", "1"), ("1", "2"), ("1", "2", "--reason", "nonsense"), ("1", "7", "--reason", "rival")):
        refused = voronka("deal", "merge", *wrong)
        assert refused.exit_code in (1, 2), wrong
        assert refused.output, wrong
    assert voronka("store", "info", "--json").output == before


def test_the_answer_as_data(voronka: Voronka, shop: Path) -> None:
    voronka("deal", "new", "sales", "--set", "phone=+79991234567")
    voronka("deal", "new", "sales", "--set", "phone=+79991234568", "--set", "amount=9000")
    found = json.loads(voronka("deal", "merge", "1", "2", "--reason", "rival", "--json").output)
    assert found["taken"] == ["amount"]
    assert found["left"] == ["phone"]
    assert [reply["status"] for reply in found["replies"]] == ["done", "done", "done"]
