"""What no rule speaks of: derived pipelines, items, continuations, the library's modules (false positives)."""

from __future__ import annotations

import pytest

from voronka.dsl.check import check_text
from voronka.dsl.lint.registry import rules
from voronka.dsl.lint.run import lint
from voronka.dsl.lint.settings import Settings
from voronka.stdlib.library import library

LOUD = Settings(severities={rule.name: rule.code.severity for rule in rules()})

DERIVED = """\
pipeline goods "Товары" {
  field order "Заказ" link to orders
  stage packed "Собран"
  won sent "Отправлен"
  lost back "Вернули" { reason broken "Брак" }
}
pipeline orders "Заказы" {
  field goods "Товары" links to goods.order
  stage draft "Оформлен"
  stage packed "Собран" when all of goods are packed
  won sent "Отправлен" when all of goods are sent
  lost back "Вернули" { reason broken "Брак" when all of goods are back }
}
"""
CONTINUED = """\
pipeline sales "Продажи" {
  field name "Имя" text
  stage asked "Запрос получен" { require name  means "Клиент спросил"  guide "Ответьте"  type incoming  limit 3 days }
  stage met "Встреча проведена" { require name  means "Поговорили"  guide "Запишите"  type working  limit 3 days }
  won paid "Оплата получена" { tunnel to after { copy name } }
  lost refused "Неуспешные" {
    reason price "Дорого" from met
    reason silent "Пропал"
    reason rival "Выбрал другого" { return to asked 3 months after closing }
  }
}
pipeline after "Сопровождение" {
  field name "Имя" text
  stage started "Работа начата" {
    require name
    means "Исполнители работают"
    guide "Держите в курсе"
    type working
    limit 3 days
  }
  won kept "Клиент остался"
  lost gone "Клиент ушёл" { reason late "Опоздали" }
}
"""
MODULES = """\
use std.first_contact
use std.follow_up
use std.payment
use std.feedback
use std.upsell
use std.nps
use std.loss
use std.priority
use std.discipline
use std.no_contact
use std.handover

pipeline sales "Продажи" {
  currency RUB
  role manager "Менеджер" reports to head
  role head "Руководитель"
  owner is manager by round robin
  field phone "Телефон" phone
  field email "E-mail" email
  field amount "Сумма" money
  field bill "Счёт" file
  include priority
  include discipline
  include no_contact
  include handover
  stage asked "Запрос получен" { include first_contact }
  stage offered "Предложение отправлено" { include follow_up { to = email } }
  stage billed "Счёт выставлен" { include payment { to = email  bill = bill  amount = amount  next = paid } }
  stage paid "Оплата получена"
  won done_ "Заказ выполнен" {
    include feedback
    include upsell
    include nps { to = email }
  }
  lost refused "Неуспешные" { include loss { back_to = asked } }
}
"""
BARE = """\
pipeline tasks "Поручения" {
  stage asked "Запрос получен"
}
"""

# read one by one: each is true of its text, and what is missing here must not be said
CONTINUED_SAID = {
    "no-badge-for-idle-deals": 2,
    "no-exit-criterion": 2,
    "no-nps-on-success": 2,
    "no-priority": 1,
    "no-qualification": 1,
    "nobody-is-missed": 1,
    "probability-missing": 2,
    "stage-count": 1,
    "stage-without-task": 3,
    "success-ends-here": 1,
}
MODULES_SAID = {
    "dead-field": 1,
    "no-exit-criterion": 3,
    "no-qualification": 1,
    "probability-missing": 1,
    "reasons-without-stages": 1,
    "stage-without-guide": 4,
    "stage-without-limit": 3,
    "stage-without-meaning": 1,
    "stage-without-task": 1,
    "stage-without-type": 4,
}
BARE_SAID = {
    "no-badge-for-idle-deals": 1,
    "no-priority": 1,
    "nobody-is-missed": 1,
    "stage-count": 1,
    "stage-without-guide": 1,
    "stage-without-limit": 1,
    "stage-without-meaning": 1,
    "stage-without-task": 1,
    "stage-without-type": 1,
}


def speaking(text: str) -> dict[str, int]:
    """How many findings each rule has, every rule being on; those about names are measured elsewhere."""
    checked = check_text("a.pipeline", text, library())
    assert checked.definition is not None, [one.message() for one in checked.diagnostics]
    found = lint(checked, library(), LOUD).findings
    assert {one.span.source.name for one in found} <= {"a.pipeline"}
    names = [one.code.name for one in found if not one.code.id.startswith("L2")]
    return {name: names.count(name) for name in sorted(names)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(DERIVED, {}, id="derived"),
        pytest.param(CONTINUED, CONTINUED_SAID, id="continued"),
        pytest.param(MODULES, MODULES_SAID, id="modules"),
        pytest.param(BARE, BARE_SAID, id="bare"),
    ],
)
def test_exactly_these_rules_speak(text: str, said: dict[str, int]) -> None:
    assert speaking(text) == said
