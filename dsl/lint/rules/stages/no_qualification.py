"""L113 no-qualification."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L113",
    "no-qualification",
    Severity.WARNING,
    "nothing in `{pipeline}` asks whether this is a client at all",
    "в `{pipeline}` нигде не проверяют, наш ли это клиент",
    'ask in an early stage: `checklist questions "…" {{ … }}` with `leave when checklist questions is done`, or'
    " `enter when budget >= …`",
    'спросите на раннем этапе: `checklist questions "…" {{ … }}` и `leave when checklist questions is done`, '
    "или `enter when budget >= …`",
)

PAGE = Page(
    Both(
        "One of the stages before the last has a checklist or an `enter when`. Speaks in the profiles that ask for it.",
        "На одном из этапов есть чек-лист или `enter when`. Работает в профилях, где это требуют.",
    ),
    Both(
        "Offers are expensive. What is made for those who could never buy is missing for those who would.",
        "Предложения дороги. Силы, потраченные на тех, кто не купит, отняты у тех, кто купил бы.",
    ),
    """\
pipeline deals "Продажи" {
  stage new     "Новая"
  stage offered "КП отправлено"
  won   paid    "Оплачено"
  lost  refused "Отказ"         { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage new "Новая" {
    checklist questions "Квалификация" { budget "Какой бюджет?"  term "К какому сроку?" }
    leave when checklist questions is done else "Сначала задайте вопросы"
  }
  stage offered "КП отправлено"
  won   paid    "Оплачено"
  lost  refused "Отказ"         { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        if pipeline.derived or pipeline.won is None or pipeline.name in ctx.continued:
            continue
        if not any(stage.checklists or stage.enter for stage in pipeline.stages.values() if stage.kind == "open"):
            yield ctx.finding(CODE, pipeline.loc, pipeline=pipeline.name)


RULE = Rule(CODE, "stages", PAGE, run, ("R24", "R29"), off=True)
