"""What a name says, in both languages; where the analysis is not sure it says nothing (R15, R17, R18)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from voronka.dsl.lint.naming.judge import judge
from voronka.dsl.lint.naming.kinds import clauses, language, words

TABLE = {
    "done": """
        КП отправлено | Договор подписан | Встреча назначена | Связались | Ушёл к конкурентам | Пациент пришел
        Договор готов | Proposal sent | Contract signed | Qualified | Closed won | Appointment scheduled
        Meeting done | Sent the quote | Decision maker bought-in
    """,
    "action": """
        Отправить КП | Нужно связаться | Перезвонить | Подготовить смету
        Send proposal | To call | Need to call | Follow up | Call back | Sign contract
    """,
    "swamp": """
        В работе | На согласовании | Думает | Ждём оплату | Ожидание оплаты
        Сделка отложена | Пауза | Договор на подписи
        In progress | In negotiation | Awaiting payment | Pending review | On hold | Negotiating | Contacting
        Follow-up needed | Out for delivery | Still deciding
    """,
    "noun": """
        Переговоры | Оплата | Подготовка документов | Недозвон 2 | Согласование договора
        Negotiation | Onboarding | Needs analysis | Demo | Site visit
    """,
    "": """
        Новая | Лид | НДЗ | Не обработан | Горячий клиент | New | Warm lead | Not contacted | CTC | Build active
        Needs attention | Ready to book | Recently in contact | Review meeting / Signed | 新しい | 12
    """,
}
CASES = [(name.strip(), kind) for kind, text in TABLE.items() for line in text.split("\n") for name in line.split("|")]


@pytest.mark.requirement("R15", "R17", "R18")
@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, kind in CASES if name])
def test_a_name_is_of_its_kind(name: str, kind: str) -> None:
    assert (judge(name) or "") == kind


@pytest.mark.parametrize("name", ["В РАБОТЕ", "в  работе", "В работе.", "(1) В работе", "В работе!"])
def test_case_spaces_and_signs_make_no_difference(name: str) -> None:
    assert judge(name) == "swamp"


def test_the_letter_e_with_dots_makes_no_difference() -> None:
    assert judge("Ждём счёт") == judge("Ждем счет") == "swamp"


def test_latin_letters_in_a_russian_word_are_slips() -> None:
    assert judge("В рaботе") == "swamp"  # the first а is Latin


def test_languages_and_clauses() -> None:
    assert [language(text) for text in ("Zoom назначен", "Zoom set", "12", "")] == ["ru", "en", "", ""]
    assert clauses("Монтаж начат / в процессе (2)") == [["монтаж", "начат"], ["в", "процессе"]]
    assert words("Follow-up don't") == ["follow-up", "don't"]


def test_parts_that_disagree_say_nothing() -> None:
    assert judge("Монтаж начат / в процессе") is None


def test_dictionaries_are_loaded_for_russian_names_only() -> None:
    code = (
        "import sys; from voronka.dsl.lint.registry import rules; from voronka.dsl.lint.naming.judge import judge\n"
        "rules(); judge('Proposal sent'); assert not {'pymorphy3', 'rapidfuzz'} & set(sys.modules)\n"
        "judge('В работе'); assert 'pymorphy3' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
