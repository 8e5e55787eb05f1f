"""What people read, whole: commands with all they print, in both languages."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Voronka = Callable[..., Result]
Told = Callable[[str, str], None]

# a line that begins with @ turns the clock
WALKS = {
    "to_won": """
        deal new sales --set name=Ирина --set "phone=8 999 123-45-67" --set source=сайт
        deal show 1
        task done 1.1
        task done 1.1 --outcome reached
        deal set 1 amount=50
        task done 1 --outcome дозвонились
        deal show 1
        deal set 1 amount=5000 meets=27.11.2026
        @2026-11-24T12:00+03:00
        deal move 1 paid
        deal set №1 "need=Стол и стулья"
        deal tick 1 terms.price
        deal tick 1 terms
        deal move 1 оплачена
        deal list
        deal show 1 --full
    """,
    "to_lost": """
        deal new sales --set name=Пётр --set phone=89991234568 --owner anna
        deal lose 1 silnt
        task done 1 --outcome later
        task done 1 --outcome later --next "Позвонить ещё раз" --due "завтра 10:00" --comment "был занят" --as anna
        task list
        deal lose 1 rival
        deal lose 1 "ушёл к другим" --comment "к соседям"
        deal move 1 offered
        deal reopen 1
        deal show 1
        deal list --lost
        deal list --open
    """,
    "late": """
        deal new sales --set name=Анна --set phone=89991234569
        @2026-11-23T12:00+03:00
        task list --overdue
        deal show 1
        @2026-11-26T12:00+03:00
        deal note 1 Звонил, не берут
        deal show 1
        deal list --red
        task done 1.1 --outcome no_answer
        task reschedule 1.1 --to "2 hours"
        task list
        task list --all
    """,
    "meeting": """
        deal new sales --set name=Вера --set amount=5000 --stage offered --owner ivan
        task list --deal 1
        task reschedule visit --deal 1 --to 2026-12-01
        task reschedule visit --deal 1 --to 2026-12-01 --comment "ремонт" --as olga
        deal set 1 meets=2026-12-10
        deal show 1
        deal set 1 amount=
        deal set 1 vat=5
        deal set 1 amount=-5
    """,
    "people": """
        person list
        deal new sales --set name=Олег --owner anna
        person absent anna --until 2026-11-30
        person list
        @2026-11-24T12:00+03:00
        person back anna
        person add petr --title "Пётр Лыков" --role менеджер
        person add petr --role manager
        person add oleg --role director
        person leave anna --to petr
        person leave anna
        person list
        deal show 1
    """,
    "cards": """
        deal new client --set "name=ООО Ромашка" --set phone=84950000001
        deal new client --set phone=84950000001
        deal new sales --set client=1 --set need=Стулья
        deal set 2 need=Стулья
        deal note 2 --contact договорились о встрече
        deal show 1
        deal show 2
        deal list
        deal list --pipeline клиент
    """,
    "events": """
        deal new sales --set name=Юля --set phone=89991112233 --set amount=700 --set need=Шкаф --stage offered
        event send sales payment phone=89990000000 amount=700
        event send sales request phone=89990000000 name=Новый
        event send rumour phone=89991112233
        event send payment phone=89991112233 amount=700
        event send paymnt phone=1
        deal tick 1 terms
        event send --deal 1 payment amount=700
        event list
        deal find юля
        deal find "999 000-00"
        deal find никого
    """,
}


@pytest.mark.requirement("R36", "R40", "R63", "R75")
@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("name", WALKS)
def test_the_transcript(voronka: Voronka, shop: Path, told: Told, name: str, lang: str) -> None:
    at, text = "2026-11-23T09:40+03:00", ""
    for line in WALKS[name].strip().splitlines():
        if line.strip().startswith("@"):
            at = line.strip()[1:]
            text += f"# {at[:16]}\n\n"
            continue
        ran = voronka(*shlex.split(line), "--lang", lang, at=at)
        text += f"$ voronka {line.strip()}\n{ran.output}"
        text += f"[{ran.exit_code}]\n\n" if ran.exit_code else "\n"
    told(f"{name}_{lang}", text)
