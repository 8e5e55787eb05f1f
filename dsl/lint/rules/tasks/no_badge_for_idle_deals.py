"""L306 no-badge-for-idle-deals."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import expressions
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L306",
    "no-badge-for-idle-deals",
    Severity.WARNING,
    "deals of `{pipeline}` without a task look like all others",
    "сделки `{pipeline}` без задач ничем не выделяются",
    'show them red: `red "…" when closing is not set and none of tasks are planned`, or `include discipline`',
    'покажите их красным: `red "…" when closing is not set and none of tasks are planned`, или `include discipline`',
)

PAGE = Page(
    Both(
        "A pipeline has a red badge or a robot for deals that have no open task. Speaks in the profiles that "
        "ask for it.",
        "В воронке есть красная метка или робот для сделок без открытых задач. Работает в профилях, где это требуют.",
    ),
    Both(
        "A task can be done without anybody planning the next one; from then on the deal is nobody’s business.",
        "Задачу можно закрыть, не запланировав следующую; с этого момента сделка — ничья забота.",
    ),
    """\
pipeline deals "Продажи" {
  stage new     "Новая"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  red "Нет ни одной задачи" when closing is not set and none of tasks are planned
  stage new     "Новая"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        watched = (pipeline.robots, pipeline.reds)
        if not pipeline.derived and not any(one.op == "none" and one.value == "tasks" for one in expressions(watched)):
            yield ctx.finding(CODE, pipeline.loc, pipeline=pipeline.name)


RULE = Rule(CODE, "tasks", PAGE, run, ("R38", "R39", "R33"), off=True)
