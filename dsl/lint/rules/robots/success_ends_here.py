"""L507 success-ends-here."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L507",
    "success-ends-here",
    Severity.WARNING,
    "after success nothing happens with the clients of `{pipeline}`",
    "после успеха с клиентами `{pipeline}` ничего не происходит",
    "copy the deal on, `tunnel to … {{ … }}`, or offer more: `include upsell`",
    "скопируйте сделку дальше, `tunnel to … {{ … }}`, или предложите ещё: `include upsell`",
)

PAGE = Page(
    Both(
        "A `won` has a tunnel, a task or a robot. Speaks in the profiles that ask for it.",
        "У `won` есть туннель, задача или робот. Работает в профилях, где это требуют.",
    ),
    Both(
        "The next sale to a client who is content costs a fraction of the first one.",
        "Следующая продажа довольному клиенту обходится намного дешевле первой.",
    ),
    """\
pipeline deals "Продажи" {
  stage new     "Новая"
  won   paid    "Оплачено"
  lost  refused "Отказ"    { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage new "Новая"
  won paid "Оплачено" {
    task more "Предложить ещё" { assign owner  due 14 days after entry }
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        won = pipeline.won
        if won is None or pipeline.derived or won.tasks or won.robots or won.entry:
            continue
        yield ctx.finding(CODE, won.loc, pipeline=pipeline.name)


RULE = Rule(CODE, "robots", PAGE, run, ("R51", "R52"), off=True)
