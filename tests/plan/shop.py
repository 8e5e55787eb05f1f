"""A small shop whose definition is edited while deals live in it: its text, its deals, edits in the form of a diff."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.engine_host.office import HOUR, START, Office, programs
from voronka.engine.deal.changes import dump
from voronka.engine.program.build import Programs

SHOP = """\
language ru, en
team shop "Лавка" / "Shop" {
  person olga "Ольга" / "Olga" is chief
  person anna "Анна" / "Anna" is manager reports to olga
}
pipeline sales "Продажи" / "Sales" {
  timezone "Europe/Moscow"
  currency RUB
  role chief   "Руководитель" / "Chief"
  role manager "Менеджер" / "Rep" reports to chief
  owner is manager by round robin
  field phone  "Телефон" / "Phone"  phone
  field amount "Сумма" / "Amount"   money
  field need   "Нужда" / "Need"     text
  field heat   "Жар" / "Heat"       choice { hot "Горячий" / "Hot"  mild "Тёплый" / "Mild"  cold "Холодный" / "Cold" }
  field due_on "Дата" / "Date"      date
  event paid   "Оплата" / "Paid"    { sum money }
  unique phone
  robot review "Осмотр" / "Review" { every 7 days at 09:00  notify owner "Как дела?" / "How is it?" }
  stage new "Новая" / "New" {
    limit 10 days
    task call "Позвонить" / "Call" { due 2 days after entry  outcome reached "Дозвонились" / "Reached" }
    move to offered when task call is reached
    robot nudge "Толкнуть" / "Nudge" { due 5 days after entry  notify owner "Пора" / "Time" }
    lose as silent 30 days after entry
  }
  stage offered "Предложено" / "Offered" {
    require amount
    task meet "Встретиться" / "Meet" { due 1 day before due_on }
    after 6 days { notify supervisor "Молчат" / "Silent" }
  }
  stage waiting "Ждём" / "Waiting" { }
  won paid_ "Оплачено" / "Paid" { }
  lost gone "Потеряно" / "Lost" {
    reason silent "Пропал" / "Silent"
    reason other  "Другое" / "Other"
  }
}
"""


def edited(edits: str, text: str = SHOP) -> str:
    """The text with ``- old`` lines replaced by the ``+ new`` ones below them. What is to go must be there, once."""
    old: list[str] = []
    new: list[str] = []

    def replaced() -> str:
        gone, come = "\n".join(old), "\n".join(new)
        assert text.count(gone) == 1, f"{text.count(gone)} times: {gone}"
        old.clear(), new.clear()
        return text.replace(gone, come)

    for line in edits.splitlines():
        if line.startswith("-"):
            if new:
                text = replaced()
            old.append(line[2:])
        elif line.startswith("+"):
            new.append(line[2:])
    return replaced()


def shop(path: str | Path = ":memory:", **options: Any) -> Office:
    """The shop at noon of its fourth day: deals 1 and 2 are new, 3 and 4 offered, 5 waits, 6 was lost, 7 is paid."""
    office = Office(path, SHOP, **options)
    office.create(phone="+7 999 000-00-01")
    office.create(phone="+7 999 000-00-02", amount=Decimal(100), need="стол", heat="mild")
    for number in (3, 4, 5, 6, 7):
        office.create(amount=Decimal(number * 100), heat="hot" if number == 3 else None)
    office.wait(24 * HOUR)
    office.submit("set", {"fields": {"due_on": date(2026, 12, 10)}}, deal=3)
    for number, stage in ((3, "offered"), (4, "offered"), (5, "waiting")):
        assert office.submit("move", {"stage": stage}, deal=number).status == "done"
    office.submit("lose", {"reason": "other", "comment": "?"}, deal=6)
    office.submit("move", {"stage": "paid_"}, deal=7)
    office.submit("reschedule", {"task": "call", "due": START + 240 * HOUR, "comment": "позже"}, deal=2)
    office.wait(50 * HOUR)
    return office


def state(office: Office, number: int) -> dict[str, Any]:
    """What a deal is, without what every event alters."""
    found = dump(office.deal(number))
    return {key: value for key, value in found.items() if key not in ("def", "v", "now", "gen", "seen")}


def definition(edits: str) -> Programs:
    """The shop's programs after edits."""
    return programs(edited(edits))
