"""Names hard to tell apart (R19): lemmas, synonyms, a slip of the pen; not negations, not other kinds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dsl_naming.corpus import parts, read
from voronka.dsl.lint.naming.similar import key, near_duplicates

NAMES = sorted({name.text for part in parts() for name in read(part)})
ALIKE = """
Уточнение информации | Выяснение деталей
Договор отправлен | Отправлен контракт
Ожидание оплаты | Ожидание платежа
Презентация проведена | Презинтация проведена
В работе | в работе
Proposal sent | Sent the offer
Contract signed | Agreement signed
"""
APART = """
Договор подписан | Договор не подписан
Согласование договора | Договор согласован
КП отправлено | ТКП отправлено
Contacted | Contracted
Встреча назначена | Встреча проведена
Клиент оплатил | Клиент отказал
Proposal sent | Proposal accepted
КП отправлено | Proposal sent
Prospecting | Prospects
КП согласовано | КП утверждено
"""


def pairs(text: str) -> list[list[str]]:
    return [[name.strip() for name in line.split("|")] for line in text.strip().splitlines()]


@pytest.mark.requirement("R19")
@pytest.mark.parametrize("names", pairs(ALIKE))
def test_alike(names: list[str]) -> None:
    assert list(near_duplicates(names)) == [(0, 1)]


@pytest.mark.parametrize("names", pairs(APART))
def test_apart(names: list[str]) -> None:
    assert list(near_duplicates(names)) == []


def test_numbers_count_where_it_is_said_so() -> None:
    names = ["Телефон 1", "Телефон 2"]
    assert list(near_duplicates(names, numbered=True)) == [(0, 1)]
    assert list(near_duplicates(names)) == []


@given(st.lists(st.sampled_from(NAMES), max_size=8))
def test_every_later_name_is_told_of_once_and_an_equal_one_always(names: list[str]) -> None:
    found = list(near_duplicates(names))
    later = [second for _, second in found]
    assert later == sorted(set(later))
    assert all(first < second for first, second in found)
    for at, name in enumerate(names):
        if name in names[:at] and key(name):
            assert at in later


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_can_be_compared_in_either_order(one: str, other: str) -> None:
    assert bool(list(near_duplicates([one, other]))) == bool(list(near_duplicates([other, one])))
