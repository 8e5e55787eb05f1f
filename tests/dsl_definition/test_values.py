"""Values and their encoding: what is stored is what was meant, to the last digit."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voronka.dsl.definition.values import UNITS, Duration, Instant, canonical, decode, encode, plain


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1200.00", "1200"),
        ("0.150", "0.15"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("1E+5", "100000"),
        ("1E-7", "0.0000001"),
        ("0." + "3" * 50, "0." + "3" * 50),
        ("9999999999999999999999999999.9999999999", "9999999999999999999999999999.9999999999"),
    ],
)
def test_equal_numbers_are_equal_texts_and_keep_every_digit(number: str, text: str) -> None:
    with localcontext(prec=6):
        assert plain(Decimal(number)) == text


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**30), max_value=10**30)
VALUES = st.one_of(
    st.none(),
    st.text(),
    st.booleans(),
    st.integers(),
    NUMBERS,
    st.dates(),
    st.integers().map(Instant),
    st.builds(Duration, NUMBERS, st.sampled_from(UNITS)),
    st.lists(st.text(min_size=1), min_size=1).map(tuple),
    st.lists(st.integers(), min_size=1).map(tuple),
)


@given(VALUES)
def test_what_is_encoded_comes_back_with_its_type(held: Any) -> None:
    back = decode(json.loads(canonical(encode(held))))
    assert (back, type(back)) == (held, type(held))


@pytest.mark.parametrize("held", [1.5, [1], {"a": 1}, object()])
def test_what_is_no_value_is_not_encoded(held: Any) -> None:
    with pytest.raises(TypeError):
        encode(held)


@pytest.mark.parametrize("data", [["x", 1], ["n", 1], ["u", "1"], []])
def test_what_was_not_encoded_is_not_decoded(data: Any) -> None:
    with pytest.raises(ValueError, match="unknown encoding"):
        decode(data)


def test_dates_are_written_as_people_sort_them() -> None:
    assert canonical({"b": encode(date(2026, 11, 22)), "a": encode("я")}) == '{"a":"я","b":["d","2026-11-22"]}'


_TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXTS, inner) | st.tuples(inner, inner),
)


@given(_DATA)
def test_the_canonical_text_does_not_depend_on_who_writes_it(data: object) -> None:
    plain_json = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert canonical(data) == plain_json
    assert canonical([2**64, Instant(5), {"я": 1, "a": -(2**70)}]) == f'[{2**64},5,{{"a":{-(2**70)},"я":1}}]'
