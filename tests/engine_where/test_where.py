"""A condition asked in SQL finds the very deals that its compiled function finds, unset and long values included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine_host.office import Office
from tests.plan.shop import SHOP
from voronka.engine.where import search, sql
from voronka.engine.where.typed import BadCondition, typed

AMOUNTS = (None, "0", "5", "99.99", "100", "100.01", "12345678901234567.12", "12345678901234567.13")


@pytest.fixture(scope="module")
def shop() -> Iterator[Office]:
    """Forty deals with all sorts of values, many unset."""
    random = Random(5)
    with Office(text=SHOP) as office:
        for number in range(40):
            amount, phone = random.choice(AMOUNTS), f"+799912345{number:02d}" if random.random() < 0.5 else None
            given = {
                "amount": None if amount is None else Decimal(amount),
                "need": random.choice((None, "каталог", 'a "b"')),
                "heat": random.choice((None, "hot", "mild", "cold")),
                "due_on": random.choice((None, date(2026, 12, 1), date(2027, 1, 5))),
                "phone": phone,
            }
            deal = office.create(**{name: value for name, value in given.items() if value is not None})
            if amount is not None and random.random() < 0.5:
                office.submit("move", {"stage": "offered"}, deal=deal)
        yield office


ATOMS = st.one_of(
    st.builds(
        "amount {} {} RUB".format,
        st.sampled_from(("<", "<=", ">", ">=", "is", "is not")),
        st.sampled_from(("5", "99.99", "100", "100.005", "12_345_678_901_234_567.125", "12_345_678_901_234_567.12")),
    ),
    st.builds(
        "{} is{} set".format,
        st.sampled_from(("amount", "need", "heat", "due_on", "phone", "owner")),
        st.sampled_from(("", " not")),
    ),
    st.builds("heat is{} {}".format, st.sampled_from(("", " not")), st.sampled_from(("hot", "cold"))),
    st.builds("need is{} {}".format, st.sampled_from(("", " not")), st.sampled_from(('"каталог"', '"нет"'))),
    st.builds("stage is{} {}".format, st.sampled_from(("", " not")), st.sampled_from(("new", "offered"))),
    st.builds("due_on {} {}".format, st.sampled_from(("<", ">=", "is")), st.sampled_from(("2026-12-01", "2027-01-01"))),
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=5,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=CONDITIONS)
def test_sql_and_the_compiled_function_find_the_same_deals(shop: Office, text: str) -> None:
    expr = typed(shop.programs, "sales", text)
    sql.sql_of(expr, shop.store.facets.names)  # each of these can be said in SQL
    found = list(search.matching(shop.store, shop.programs, "sales", expr, shop.now))
    assert found == list(search.one_by_one(shop.store, shop.programs, "sales", expr, shop.now))


@pytest.mark.parametrize(
    "text",
    [
        'phone is "+7 999 123-45-00"',
        "task call is open",
        "amount > amount / 2",
        "due_on > today",
    ],
)
def test_what_sql_cannot_say_is_left_to_the_compiled_function(shop: Office, text: str) -> None:
    expr = typed(shop.programs, "sales", text)
    with pytest.raises(sql.NotInSql):
        sql.sql_of(expr, shop.store.facets.names)
    found = list(search.matching(shop.store, shop.programs, "sales", expr, shop.now))
    assert found == list(search.one_by_one(shop.store, shop.programs, "sales", expr, shop.now))


@pytest.mark.parametrize(
    "text", ["nothing > 5", "amount", 'stage is new } scenario "x" { deal sales { } expect stage is new', "sent email"]
)
def test_what_is_no_condition_is_refused(shop: Office, text: str) -> None:
    with pytest.raises(BadCondition):
        typed(shop.programs, "sales", text)
