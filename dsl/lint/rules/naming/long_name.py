"""L208 long-name."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.naming.said import stage_titles
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L208",
    "long-name",
    Severity.WARNING,
    "“{name}” is {count} letters long, {limit} fit on a board",
    "длина названия «{name}» в знаках — {count}, на доску помещается {limit}",
    "say the rest in `means` or `guide`",
    "остальное скажите в `means` или `guide`",
)

PAGE = Page(
    Both(
        "Stage titles of more than forty characters; the limit is `name-letters`.",
        "Названия этапов длиннее сорока знаков; граница — `name-letters`.",
    ),
    Both(
        "A name is read at a glance, hundreds of times a day, in a column three fingers wide. What needs explaining "
        "belongs to the stage's meaning, which is shown where it is asked for.",
        "Название читают мельком, сотни раз в день, в колонке шириной в три пальца. Что нужно объяснить, место тому в "
        "смысле этапа: его покажут, когда спросят.",
    ),
    """\
pipeline deals "Продажи" {
  stage offered "КП отправлено клиенту по почте, он его получил и прочитал"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage offered "КП получено клиентом" { means "КП отправлено по почте, клиент его прочитал" }
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    limit = ctx.limit("name-letters")
    for named in stage_titles(ctx, ended=True):
        if len(named.text) > limit:
            yield ctx.finding(CODE, named.span, name=named.text, count=len(named.text), limit=limit)


RULE = Rule(CODE, "naming", PAGE, run, ("R67",), {"name-letters": 40})
