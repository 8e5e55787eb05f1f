"""L604 too-much-at-first."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import listed
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L604",
    "too-much-at-first",
    Severity.WARNING,
    "a deal can only be created with {count} fields filled in: {fields}",
    "сделку не создать, не заполнив полей: {count} — {fields}",
    "ask for what is known at the first contact, and for the rest on the stage that needs it",
    "спросите то, что известно при первом контакте, остальное — на этапе, где оно нужно",
)

PAGE = Page(
    Both(
        "The first stage requires at most `fields-at-first` fields without a condition and without a default.",
        "Первый этап требует без условий не больше `fields-at-first` полей, у которых нет значения по умолчанию.",
    ),
    Both(
        "A form that cannot be sent half filled in is filled in with dots; or the caller is noted down on paper"
        " and forgotten.",
        "Форму, которую нельзя сохранить незаполненной, заполняют точками; или звонок записывают на бумажке и "
        "забывают.",
    ),
    """\
pipeline deals "Продажи" {
  field name    "Имя"         text
  field phone   "Телефон"     phone
  field need    "Потребность" text
  field company "Компания"    text
  field budget  "Бюджет"      text
  stage new     "Новая" { require name, phone, need, company, budget }
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  field name    "Имя"         text
  field phone   "Телефон"     phone
  field need    "Потребность" text
  field company "Компания"    text
  field budget  "Бюджет"      text
  stage new       "Новая"                { require name, phone }
  stage qualified "Потребность выяснена" { require need, company, budget }
  lost  refused   "Отказ"                { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    most = ctx.limit("fields-at-first")
    for pipeline in ctx.pipelines:
        stage = pipeline.first
        if pipeline.derived or pipeline.name in ctx.continued or not ctx.is_own(stage.loc):
            continue
        known = {name for name, one in pipeline.fields.items() if (one.default or one.formula) is not None}
        asked = dict.fromkeys(one.field for one in stage.requires if one.when is None and one.field not in known)
        if len(asked) > most:
            place = next(one.loc for one in stage.requires if one.when is None)
            yield ctx.finding(CODE, place, count=len(asked), fields=listed(asked))


RULE = Rule(CODE, "clients", PAGE, run, ("R25",), {"fields-at-first": 4})
