"""A post office for delivery's tests: a store with effects, settings as in voronka.toml, a clock turned by hand."""

from __future__ import annotations

import asyncio
import functools
import tomllib
from collections.abc import Mapping
from typing import Any

from tests.engine_host.office import START, Office
from tests.engine_store.ledger import repeating_salt
from voronka.dsl.check.workspace import check_text
from voronka.engine.host import queries
from voronka.engine.host.door import OwnDoor
from voronka.engine.host.host import Host
from voronka.engine.host.queries import EffectRow
from voronka.engine.host.render import renderer
from voronka.engine.outbox.channels import open_channels
from voronka.engine.outbox.deliver import Deliverer
from voronka.engine.outbox.parcel import Channel
from voronka.engine.outbox.secrets import Vault
from voronka.engine.outbox.settings import load
from voronka.engine.program.build import Programs
from voronka.engine.store.files import open_store
from voronka.engine.store.store import Store
from voronka.stdlib.library import library

SHOP = """
language ru
team shop "Магазин" {
  person olga "Ольга" is chief
  person anna "Анна" is manager reports to olga
}
record client "Клиент" {
  field name   "Имя"      text
  field email  "Почта"    email
  field agreed "Согласен" bool
}
pipeline sales "Продажи" {
  timezone "Europe/Moscow"
  role chief   "Руководитель"
  role manager "Менеджер" reports to chief
  owner is manager by round robin
  field email  "Почта"    email
  field name   "Имя"      text
  field agreed "Согласен" bool
  field client "Клиент"   link to client
  field offer  "КП"       document using "paper"
  field bill   "Счёт"     document using "bill"
  field phone  "Телефон"  phone
  field chat   "Телеграм" text
  robot morning "Сводка" { every 1 day at 09:00  digest owner using "morning" }
  stage new "Новая" { }
  stage greeted "Поприветствовали" { send email to email using "hello" }
  stage twice "Дважды" {
    send email to email using "hello"
    send email to email using "second"
  }
  stage offered "Предложили" { render offer  send email to email using "hello" attach offer }
  stage billed "Счёт" { render bill  send email to email using "hello" attach bill }
  stage rung "СМС" { send sms to phone using "short" }
  stage texted "В чате" { send telegram to chat using "hello" }
  stage called "Робот" { send call to phone using "short" }
  stage phoned "Ватсап" { send whatsapp to phone using "short" }
  stage chatted "Телеграм" { render bill  send telegram to chat using "hello" attach bill }
  stage dressed "Красиво" { send email to email using "page" }
  stage carded "Клиенту" { send email to client.email using "hello" }
  stage told "Сказали" { notify owner "Посмотрите на {{ name }}" }
  stage hooked "Сообщили" { send webhook to "HOOK" using "hook" }
  stage run "Расширение" { run shop.label { name = name } }
  won done "Всё" { }
}
"""
BILL = """#set page(width: 12cm, height: 6cm)
#set text(lang: "ru")
= Счёт № {{ deal.number }}
Плательщик: {{ name }}
#table(columns: 2, [Наименование], [Сумма], [Работы], [{{ 1200.5 }} ₽])
"""
PAGE = """subject: Предложение для {{ name }}

<html><head><title>КП</title><style>p { color: red }</style></head><body>
<h1>Здравствуйте, {{ name }}!</h1>
<p>Цены &mdash; <a href="https://example.org/price">здесь</a>.</p>
<ul><li>Сборка</li><li>Доставка</li></ul>
<table><tr><td>Итого</td><td>1 200 ₽</td></tr></table>
</body></html>
"""
TEMPLATES = {
    "templates/morning.txt": "subject: Сводка\n\n{% for deal in deals %}{{ deal.name }}\n{% endfor %}",
    "templates/hello.txt": "subject: Здравствуйте, {{ name }}\nreply-to: sales@example.org\n\nРады вам, {{ name }}!\n",
    "templates/second.txt": "subject: Ещё одно\n\nВторое письмо.\n",
    "templates/hook.txt": '{"имя": "{{ name }}"}\n',
    "templates/short.txt": "Ждём вас, {{ name }}!\n",
    "templates/bill.typ": BILL,
    "templates/page.html": PAGE,
    "templates/paper.html": "<p>{{ name }}</p>\n",
}


@functools.cache
def shop(hook: str, bill: str = BILL) -> Programs:
    """The shop's programs; its webhooks go to ``hook``, and its bill is set from this form."""
    templates = {**TEMPLATES, "templates/bill.typ": bill}
    checked = check_text("shop.pipeline", SHOP.replace("HOOK", hook), library(), templates)
    errors = [f"{d.span.start} {d.message()}" for d in checked.diagnostics if d.is_error]
    assert checked.definition is not None, errors
    return Programs(checked.definition)


class Post(Office):
    """An office with texts, whose outbox can be delivered."""

    def __init__(
        self,
        settings: str = "",
        *,
        hook: str = "https://example.org/hook",
        bill: str = BILL,
        environ: Mapping[str, str] | None = None,
        channels: Mapping[str, Channel] | None = None,
        path: Any = ":memory:",
    ) -> None:
        self.now = START
        store = open_store(path, create=True, identity="office", salt=repeating_salt())
        assert isinstance(store, Store), store
        self.store = store
        self.programs = shop(hook, bill)
        self.host = host = Host(store, self.programs, lambda: self.now)

        def person(name: str) -> dict[str, str] | None:
            facts = host.people.facts(name)
            return None if facts is None else {"title": facts["title"], "role": facts["role"]}

        host.render = renderer(self.programs, "ru", person, host.supervisor)
        self.vault = Vault(environ or {})
        self.settings = load(tomllib.loads(settings))
        self.channels = dict(channels) if channels is not None else open_channels(self.settings, self.vault)
        self.deliverer = self.new_deliverer()

    def new_deliverer(self) -> Deliverer:
        return Deliverer(OwnDoor(self.host), self.settings, self.channels, lambda: self.now, self.vault)

    def greet(self, stage: str = "greeted", **fields: Any) -> int:
        """A new deal that is moved to a stage, whose effects then wait."""
        number = self.create(**{"name": "Ира", "email": "ira@example.org", **fields})
        reply = self.submit("move", {"stage": stage}, deal=number)
        assert reply.status == "done", reply
        return number

    def deliver(self) -> int:
        """One round now."""
        return asyncio.run(self.deliverer.round())

    def effects(self) -> list[EffectRow]:
        return list(queries.list_outbox(self.store))

    def statuses(self) -> list[str]:
        return [effect.status for effect in self.effects()]


def mail(port: int, more: str = "") -> str:
    """Settings for a mail server on this machine."""
    return f"""
[channels.email]
host = "127.0.0.1"
port = {port}
security = "none"
from = "Магазин <shop@example.org>"
timeout = "500 ms"
{more}
"""


def hooks(more: str = "") -> str:
    """Settings that let webhooks go to this machine."""
    return f'[channels.webhook]\nallow = ["127.0.0.0/8"]\ntimeout = "500 ms"\n{more}\n'
