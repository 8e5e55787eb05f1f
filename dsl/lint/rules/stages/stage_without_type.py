"""L106 stage-without-type."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L106",
    "stage-without-type",
    Severity.WARNING,
    "`{stage}` has no type",
    "у этапа `{stage}` нет типа",
    "say what kind of stage it is: `type incoming`, `working`, `waiting` or `closing`",
    "скажите, какой это этап: `type incoming`, `working`, `waiting` или `closing`",
)

PAGE = Page(
    Both(
        "Every stage belongs to one of the standard types. Speaks in the profiles that ask for it.",
        "Каждый этап отнесён к одному из стандартных типов. Работает в профилях, где это требуют.",
    ),
    Both(
        "Reports over several pipelines compare types, because names differ; a stage without one is in none of them.",
        "Отчёты по нескольким воронкам сравнивают типы, потому что названия разные; этап без типа в них не попадает.",
    ),
    """\
pipeline deals "Продажи" {
  stage new     "Новая"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage new     "Новая" { type incoming }
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        for stage in ctx.stages(pipeline):
            if not stage.type and not pipeline.derived:
                yield ctx.finding(CODE, stage.loc, stage=stage.name)


RULE = Rule(CODE, "stages", PAGE, run, ("R6",), off=True)
