"""Did you mean."""

from __future__ import annotations

import pytest

from voronka.dsl.text.suggest import alike, closest

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


@pytest.mark.parametrize(
    ("name", "meant", "said"),
    [
        ("stаge", "stage", "the letter `а` in it is Cyrillic"),
        ("nееd", "need", "the letter `е` in it is Cyrillic"),
        ("рhоne", "phone", "the letters `р`, `о` in it are Cyrillic"),
        ("cделка", "сделка", "the letter `c` in it is Latin"),
        ("stge", "stage", ""),
        ("stage", "stage", ""),
    ],
)
def test_letters_that_only_look_right_are_named(name: str, meant: str, said: str) -> None:
    assert [note.en for note in alike(name, meant)] == ([said] if said else [])
