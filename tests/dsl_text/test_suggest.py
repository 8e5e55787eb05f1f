"""Did you mean."""

from __future__ import annotations

import pytest

from voronka.dsl.text.suggest import closest

NAMES = ("stage", "state", "field", "phone", "need", "amount", "бюджет", "телефон", "on", "or")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("stge", "stage"),
        ("stagee", "stage"),
        ("fiedl", "field"),
        ("Phone", "phone"),
        ("PHONE", "phone"),
        ("бюжет", "бюджет"),
        ("телефно", "телефон"),
        ("ыефпу", "stage"),  # stage with the Russian layout on
        ("`.l;tn", None),
        (",.l;tn", "бюджет"),  # the other way round
        ("аmоunt", "amount"),  # Cyrillic letters that look Latin
        ("need", None),  # itself is no suggestion
        ("xyzzy", None),
        ("ned", "need"),
        ("o", None),  # too short to tell
        ("", None),
    ],
)
def test_closest(name: str, meant: str | None) -> None:
    assert closest(name, NAMES) == meant


def test_the_nearer_wins_then_the_same_first_letter() -> None:
    assert closest("amonut", ["amount", "amounts"]) == "amount"
    assert closest("bale", ["tale", "bake"]) == "bake"
