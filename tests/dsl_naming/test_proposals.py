"""A completed action in place of a name that is none: it agrees, it is judged, or there is none (R15, R18)."""

from __future__ import annotations

import pytest

from tests.dsl_naming.corpus import parts, read
from voronka.dsl.lint.naming.judge import judge, proposal

PROPOSED = {
    "Отправить КП": "КП отправлено",
    "Отправить договор": "Договор отправлен",
    "Подготовить смету": "Смета подготовлена",
    "Подготовить документы": "Документы подготовлены",
    "Оплата": "Оплата получена",
    "Переговоры": "Условия согласованы",
    "Send proposal": "Proposal sent",
    "Sign contract": "Contract signed",
    "Prepare quote": "Quote prepared",
    "Awaiting payment": "Invoice sent",
    "Negotiation": "Terms agreed",
}


@pytest.mark.requirement("R15", "R18")
@pytest.mark.parametrize("name", PROPOSED)
def test_what_is_proposed(name: str) -> None:
    assert proposal(name) == PROPOSED[name]


UNSURE = """
КП отправлено | Proposal sent | В работе | Новая | НДЗ | New | 12 | Проверить скидку и условия | Поздравить с праздником
Call booked | Review required | Quote review | Visit schedule | Build active | Call back later
"""


@pytest.mark.parametrize(
    "name", ["", *(name.strip() for line in UNSURE.strip().splitlines() for name in line.split("|"))]
)
def test_nothing_is_proposed_where_nothing_is_sure(name: str) -> None:
    assert proposal(name) == ""


def test_every_proposal_for_a_real_name_is_a_completed_action() -> None:
    found = {name.text: proposal(name.text) for part in parts() for name in read(part)}
    made = {old: new for old, new in found.items() if new}
    assert len(made) > 100
    for old, new in made.items():
        assert judge(new) == "done", (old, new)
        assert judge(old) != "done", (old, new)
        assert new[0] == new[0].upper()
        assert "  " not in new
