"""A small office for tests of the host: definitions written in the language, a clock that is turned by hand."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.engine_store.ledger import repeating_salt
from voronka.dsl.check.workspace import check_text
from voronka.engine.deal.state import Deal
from voronka.engine.host.commands import Command, Reply
from voronka.engine.host.host import Host
from voronka.engine.program.build import Programs
from voronka.engine.store.files import open_store
from voronka.engine.store.store import Store
from voronka.engine.store.verify import verify
from voronka.stdlib.library import library

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000

OFFICE = """
language ru

team office "Офис" {
  person olga "Ольга" is chief
  person anna "Анна" is manager reports to olga
  person ivan "Иван" is manager deputy anna
  person yuri "Юрий" is manager
}

record client "Клиент" {
  unique phone
  field name  "Имя"     text
  field phone "Телефон" phone
}

pipeline sales "Продажи" {
  timezone "Europe/Moscow"
  currency RUB
  role chief   "Руководитель"
  role manager "Менеджер" reports to chief
  owner is manager by round robin
  unique number

  field number  "Номер"        text
  field phone   "Телефон"      phone
  field email   "Почта"        email
  field amount  "Сумма"        money
  field client  "Клиент"       link to client
  field urgent  "Срочно"       bool
  field city    "Город"        text

  check amount > 0 RUB else "Сумма должна быть больше нуля"

  event request "Заявка" by phone else create { phone phone  city text }
  event payment "Оплата" by email, number { amount money }
  event ping    "Без слушателей" by number

  on away { hand over tasks to deputy }
  on dismissed { hand over to manager by least busy }

  stage new "Новая" {
    task call "Позвонить" { due 2 hours after entry  on overdue { notify supervisor "Просрочен звонок {{ number }}" } }
    move to paid on event payment
  }
  stage offered "Предложение отправлено" {
    require amount
    send email to email using "offer"
    robot remind "Напомнить" { every 1 day at 09:00 at most 3 times  notify owner "Как дела?" }
  }
  stage checked "Проверено" {
    enter when client.name is "Ромашка" else "Только для Ромашки"
  }
  won paid "Оплачена" {
    tunnel to orders { copy amount, phone  link sale }
  }
  lost lost "Потеряна" {
    reason price "Дорого"
  }
}

pipeline orders "Заказы" {
  timezone "Europe/Moscow"
  currency RUB
  field sale   "Сделка"  link to sales
  field amount "Сумма"   money
  field phone  "Телефон" phone
  unique phone
  stage placed "Оформлен" { }
  won done "Выдан" { }
}
"""


TEMPLATES = {
    "templates/offer.txt": "subject: Предложение\n\nЦена: {{ amount }}. Город: {{ city }}\n",
    "templates/paper.html": "<p>{{ name }}</p>\n",
}


@functools.cache
def programs(text: str = OFFICE) -> Programs:
    """A definition's programs, compiled once in a run."""
    checked = check_text("office.pipeline", text, library(), TEMPLATES)
    errors = [f"{d.span.start} {d.message()}" for d in checked.diagnostics if d.is_error]
    assert checked.definition is not None, errors
    return Programs(checked.definition)


def instant(text: str) -> int:
    """``2026-11-23 09:00`` in UTC as ms."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


START = instant("2026-11-23 07:00")  # a Monday, ten in the morning in Moscow


class Office:
    """A host on a store, with a clock that stands until it is turned."""

    def __init__(self, path: str | Path = ":memory:", text: str = OFFICE, **options: Any) -> None:
        self.now = START
        store = open_store(path, create=True, identity="office", salt=repeating_salt())
        assert isinstance(store, Store), store
        self.store = store
        self.programs = programs(text)
        self.host = Host(store, self.programs, lambda: self.now, **options)

    def submit(self, kind: str, data: dict[str, Any] | None = None, **more: Any) -> Reply:
        return self.host.submit(Command(kind, data or {}, **more))

    def create(self, pipeline: str = "sales", **fields: Any) -> int:
        reply = self.submit("create", {"fields": fields}, pipeline=pipeline)
        assert reply.status == "done", reply
        assert reply.deal is not None
        return reply.deal

    def deal(self, number: int) -> Deal:
        found = self.host.deal(number)
        assert found is not None
        return found

    def wait(self, length: int) -> None:
        """Time passes, and what is due happens."""
        self.now += length
        self.host.advance(self.now)

    def close(self) -> None:
        report = verify(self.store)
        self.store.close()
        assert report.ok, report.problems

    def __enter__(self) -> Office:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self.store.close()
