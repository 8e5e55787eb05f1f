"""L603 nobody-is-missed."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import asks_for
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L603",
    "nobody-is-missed",
    Severity.WARNING,
    "nobody is reminded of clients of `{pipeline}` who have not been spoken to for long",
    "никому не напомнят о клиентах `{pipeline}`, с которыми давно не говорили",
    "`include no_contact {{ quiet = 14 days }}`, or a robot that asks for `last_contact is older than …`",
    "`include no_contact {{ quiet = 14 days }}` или робот с условием `last_contact is older than …`",
)

PAGE = Page(
    Both(
        "A robot or a badge of the pipeline asks for `last_contact`. Speaks in the profiles that ask for it.",
        "Какой-нибудь робот или метка воронки смотрит на `last_contact`. Работает в профилях, где это требуют.",
    ),
    Both(
        "Every task may be done in time, and still nobody has talked to the client for a month.",
        "Все задачи могут быть выполнены в срок, а с клиентом месяц никто не говорил.",
    ),
    """\
pipeline deals "Продажи" {
  stage new     "Новая"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  red "Давно без связи" when closing is not set and last_contact is older than 14 days
  stage new     "Новая"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        watched = (pipeline.robots, pipeline.reds, *(stage.robots for stage in pipeline.stages.values()))
        if not pipeline.derived and pipeline.name not in ctx.continued and not asks_for(watched, "last_contact"):
            yield ctx.finding(CODE, pipeline.loc, pipeline=pipeline.name)


RULE = Rule(CODE, "clients", PAGE, run, ("R41",), off=True)
