"""Every refusal is told in both languages, with its values and what would help (Meaning 18)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.engine_decide.desk import DAY, Desk, moscow
from voronka.engine.deal import protocol
from voronka.engine.deal.protocol import Unmet
from voronka.engine.host.commands import Reply
from voronka.engine.words.story import Story

GOLDEN = Path(__file__).parent / "golden" / "refusals.txt"

DEALS = """
language ru, en
resource halls "Залы" / "Halls" { red "Красный" / "Red" }
team t "Отдел" / "Team" { person anna "Анна" / "Anna" is manager  person olga "Ольга" / "Olga" is head }
record client "Клиент" / "Client" { field name "Имя" / "Name" text }
pipeline deals "Сделки" / "Deals" {
  timezone "Europe/Moscow"
  currency RUB
  role manager "Менеджер" / "Manager" reports to head
  role head "Глава" / "Head"
  owner is manager by round robin
  field key      "Ключ"     / "Key"      text
  field amount   "Сумма"    / "Amount"   money
  field tax      "Налог"    / "Tax"      money is amount * 20%
  field discount "Скидка"   / "Discount" percent = 0%
  field client   "Клиент"   / "Client"   link to client
  field start    "Начало"   / "Start"    datetime
  field hall     "Зал"      / "Hall"     resource of halls from start for 2 hours
  field mark     "Оценка"   / "Mark"     rating 1..5
  field last     "Крайний срок" / "Last day" date
  field n        "Счёт"     / "Count"    number = 0
  check amount > 0 RUB else "Сумма больше нуля" / "The amount is above zero"
  unique key
  event paid "Оплата" / "Paid" by key { amount money }
  stage new "Новая" / "New" {
    checklist talk "Разговор" / "Talk" { budget "Бюджет?" / "Budget?"  term "Срок?" / "Term?" }
    leave when checklist talk is done else "Сначала спросите" / "Ask first"
    approval big "Большая скидка" / "Big discount" when discount > 10% { assign head  covers discount }
    task call "Позвонить" / "Call" {
      assign owner
      due 1 day after entry
      outcome reached "Дозвонились" / "Reached" { next required  comment required "Что сказал?" / "What was said?" }
      outcome paid_ "Оплатит" / "Will pay" when amount > 5 RUB { require client }
      reschedule { by assignee  comment required "Почему?" / "Why?"  at most 1 times  until last }
    }
  }
  stage told "Рассказали" / "Told" { require client  enter when amount >= 100 RUB else "Мало" / "Too little" }
  stage plain "Простая" / "Plain" {
    task plain_ "Просто" / "Plainly" { assign owner  due 9 days after entry }
    robot counts "Считает" / "Counts" { on change n when n < 500 and n > 0  set n = n + 1 }
  }
  stage old "Старая" / "Old" { retiring }
  won done "Готово" / "Done" { tunnel to after_ { copy key as name } }
  lost gone "Отказ" / "Lost" {
    comment required "Что сказал клиент?" / "What did the client say?"
    reason price "Дорого" / "Price" from told
    reason other "Другое" / "Other" { require amount }
  }
}
pipeline after_ "После" / "After" {
  timezone "Europe/Moscow"
  field name "Имя" / "Name" text
  stage a "А" / "A" { require name }
  won b "Б" / "B"
}
pipeline orders "Заказы" / "Orders" {
  timezone "Europe/Moscow"
  field goods "Товары" / "Goods" links to goods.order
  stage a "А" / "A"
  won b "Б" / "B" when all of goods are home
}
pipeline goods "Товары" / "Goods" {
  timezone "Europe/Moscow"
  field order "Заказ" / "Order" link to orders
  stage a "А" / "A"
  won home "Дома" / "Home"
}
"""


def setup(desk: Desk) -> int:
    """A deal in the first stage, another that has what it would like to have."""
    noon = moscow("2026-03-03 12:00")
    desk.new("deals", key="A", start=noon, hall="red")
    return desk.new("deals", key="B", start=noon)


def rescheduled(desk: Desk, deal: int) -> None:
    desk.act(deal, "set", fields={"last": date(2026, 3, 10)})
    desk.act(deal, "reschedule", task="call", due=desk.now + 2 * DAY, comment="x")


def endless(desk: Desk, deal: int) -> None:
    desk.act(deal, "set", fields={"last": date(9998, 12, 31)})


def lost(desk: Desk, deal: int) -> None:
    desk.act(deal, "set", fields={"amount": Decimal(7)})
    desk.act(deal, "lose", reason="other", comment="x")


def plain(desk: Desk, deal: int) -> None:
    desk.act(deal, "tick", points=["talk"])
    desk.act(deal, "move", stage="plain")


def done(desk: Desk, deal: int) -> None:
    plain(desk, deal)
    desk.act(deal, "done", task="plain_")


def alone(desk: Desk, deal: int) -> None:
    desk.act(deal, "set", fields={"discount": Decimal("0.2")})


def nameless(desk: Desk, deal: int) -> None:
    desk.act(deal, "set", fields={"key": None})


def nothing(desk: Desk, deal: int) -> None:
    """Nothing comes before."""


REFUSED: list[tuple[Callable[[Desk, int], None], str, dict[str, Any]]] = [
    (nothing, "move", {"stage": "told"}),
    (alone, "move", {"stage": "told"}),
    (nothing, "move", {"stage": "new"}),
    (nothing, "move", {"stage": "gone"}),
    (nothing, "move", {"stage": "tolt"}),
    (nothing, "move", {"stage": "old"}),
    (nameless, "move", {"stage": "done"}),
    (nothing, "set", {"fields": {"amount": Decimal(-1)}}),
    (nothing, "set", {"fields": {"key": "A"}}),
    (nothing, "set", {"fields": {"hall": "red"}}),
    (nothing, "set", {"fields": {"tax": Decimal(1)}}),
    (nothing, "set", {"fields": {"mark": 9}}),
    (nothing, "set", {"fields": {"client": 77}}),
    (nothing, "set", {"fields": {"amonut": Decimal(1)}}),
    (nothing, "done", {"task": "call", "outcome": "reached"}),
    (nothing, "done", {"task": "call"}),
    (nothing, "done", {"task": "call", "outcome": "paid_", "comment": "x"}),
    (plain, "done", {"task": "plain_", "outcome": "well"}),
    (plain, "done", {"task": "call", "outcome": "reached"}),
    (done, "done", {"task": "plain_"}),
    (nothing, "done", {"task": "cal"}),
    (nothing, "reschedule", {"task": "call", "due": moscow("2026-03-01 10:00")}),
    (rescheduled, "reschedule", {"task": "call", "due": moscow("2026-03-11 10:00"), "comment": "x", "by": "olga"}),
    (nothing, "lose", {"reason": "price"}),
    (nothing, "lose", {"reason": "other", "comment": "x"}),
    (nothing, "lose", {"reason": "pride", "comment": "x"}),
    (lost, "move", {"stage": "new"}),
    (nothing, "reopen", {}),
    (lost, "reopen", {"stage": "done"}),
    (nothing, "tick", {"points": ["talk.budgett"]}),
    (nothing, "event", {"name": "payd", "payload": {}}),
    (nothing, "event", {"name": "paid", "payload": {"amont": Decimal(1)}}),
    (nothing, "assign", {"person": "ana"}),
    (nothing, "resolve", {"flag": "limit"}),
    (plain, "set", {"fields": {"n": Decimal(1)}}),
    (endless, "reschedule", {"task": "call", "due": moscow("2026-03-11 10:00"), "comment": "x"}),
]


def told(desk: Desk, unmet: Iterable[Unmet], pipeline: str) -> list[str]:
    """Every reason in English, then every one in Russian."""
    lines = []
    for lang in ("en", "ru"):
        story = Story(desk.programs, lang)
        for one in unmet:
            said, _, helps = story.reason(desk.programs.program(pipeline), one).split("\t")
            lines.append(f"  {lang} {one.kind}: {said}" + (f"   → {helps}" if helps else ""))
    return lines


def everything() -> tuple[str, set[str]]:
    """Each refused act with its reasons, in English and in Russian; and the kinds that came up."""
    text: list[str] = []
    kinds: set[str] = set()

    def say(desk: Desk, what: str, reply: Reply, pipeline: str) -> None:
        assert reply.status == "refused", (what, reply)
        kinds.update(one.kind for one in reply.unmet)
        text.extend((what, *told(desk, reply.unmet, pipeline)))

    for before, kind, data in REFUSED:
        with Desk(DEALS) as desk:
            deal = setup(desk)
            before(desk, deal)
            given = {key: value for key, value in data.items() if key != "by"}
            what = f"{kind} {', '.join(f'{key}={value}' for key, value in data.items())}".rstrip()
            say(desk, what, desk.submit(kind, given, deal, actor=data.get("by", "")), "deals")
    with Desk(DEALS) as desk:
        order = desk.new("orders")
        say(desk, "move of an order", desk.submit("move", {"stage": "b"}, order), "orders")
        say(desk, "reopen of an order", desk.submit("reopen", {}, order), "orders")
        reply = desk.submit("create", {"fields": {}, "stage": "done"}, pipeline="deals")
        say(desk, "create stage=done", reply, "deals")
    return "\n".join(text) + "\n", kinds


def test_every_refusal_in_words() -> None:
    text, kinds = everything()
    assert text == GOLDEN.read_text(encoding="utf-8")
    listed = re.search(r"``kind``: ([a-z\s]+)\.", protocol.Unmet.__doc__ or "")
    assert listed is not None
    assert kinds == set(listed[1].split()), "the kinds that the protocol lists are those that come up"


def test_each_language_speaks_its_own_letters() -> None:
    """The golden file itself: no Russian sentence that is English, no English one with Russian in it."""
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        if line.startswith("  ru"):
            assert re.search(r"[а-яё]{3}", line), line
        elif line.startswith("  en"):
            assert not re.search(r"[а-яё]", line), line
