"""L112 stage-without-guide."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L112",
    "stage-without-guide",
    Severity.WARNING,
    "whoever works in `{stage}` finds no guidance there",
    "тому, кто работает на этапе `{stage}`, ничего не подсказано",
    'say what to do there, and how well: `guide "…"`',
    'скажите, что здесь делать и как: `guide "…"`',
)

PAGE = Page(
    Both(
        "Every stage a deal is worked on in has a `guide`. Speaks in the profiles that ask for it.",
        "У каждого рабочего этапа есть `guide`. Работает в профилях, где это требуют.",
    ),
    Both(
        "A new colleague sees the deal, the stage and the task, and has to ask somebody how it is done here.",
        "Новый сотрудник видит сделку, этап и задачу, но идёт спрашивать, как здесь принято работать.",
    ),
    """\
pipeline deals "Продажи" {
  stage new     "Новая" { means "Появился лид" }
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage new "Новая" {
    means "Появился лид"
    guide "Позвоните, пока клиент помнит о заявке"
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        for stage in ctx.stages(pipeline):
            if not stage.guide and not pipeline.derived:
                yield ctx.finding(CODE, stage.loc, stage=stage.name)


RULE = Rule(CODE, "stages", PAGE, run, ("R67",), off=True)
