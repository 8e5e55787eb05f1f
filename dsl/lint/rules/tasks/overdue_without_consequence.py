"""L303 overdue-without-consequence."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.model import Pipeline
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import asks_for, shown, told_when_overdue
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L303",
    "overdue-without-consequence",
    Severity.WARNING,
    "when task {task} is overdue, nothing happens",
    "если задача {task} просрочена, ничего не происходит",
    'add `on overdue {{ notify supervisor "…" }}`, once for all in `every task`, or `include discipline`',
    'добавьте `on overdue {{ notify supervisor "…" }}`, сразу для всех — в `every task`, или `include discipline`',
)

PAGE = Page(
    Both(
        "A task with a deadline has an `on overdue`, its own or from `every task`; or the pipeline looks after "
        "overdue tasks as a whole, with a robot or a red badge that asks for `overdue`.",
        "У задачи со сроком есть `on overdue`, своё или из `every task`; либо за просроченным следит вся "
        "воронка: роботом или красной меткой с условием `overdue`.",
    ),
    Both(
        "A deadline that nobody notices passing is a wish. The day it is missed for the first time is the day "
        "on which a word still helps.",
        "Срок, который проходит незаметно, — лишь пожелание. Помогает слово, сказанное в первый же день просрочки.",
    ),
    """\
pipeline deals "Продажи" {
  stage new "Новая" {
    task call "Позвонить" { assign owner  due 1 workday after entry }
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  every task {
    on overdue { notify supervisor "Задача просрочена" }
  }
  stage new "Новая" {
    task call "Позвонить" { assign owner  due 1 workday after entry }
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.everything:
        if _watched(pipeline):
            continue
        for task in pipeline.every_task():
            if task.due and not told_when_overdue(task) and ctx.is_own(task.loc):
                yield ctx.finding(CODE, task.loc, task=shown(task))


def _watched(pipeline: Pipeline) -> bool:
    """Whether a robot or a badge of the pipeline, of any kind, asks for overdue tasks."""
    return asks_for((pipeline.robots, pipeline.reds), "item", "overdue")


RULE = Rule(CODE, "tasks", PAGE, run, ("R35", "R36", "R38"))
