"""L304 reschedule-without-reason."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import shown
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L304",
    "reschedule-without-reason",
    Severity.WARNING,
    "the deadline of task {task} can be moved without a word",
    "срок задачи {task} можно перенести молча",
    'ask for the reason: `reschedule {{ by assignee, supervisor comment required "…" }}`, once for all in `every task`',
    'спросите причину: `reschedule {{ by assignee, supervisor comment required "…" }}`, сразу для всех — в '
    "`every task`",
)

PAGE = Page(
    Both(
        "A task with a deadline has `reschedule` with `comment required`. Speaks in the profiles that ask for it.",
        "У задачи со сроком есть `reschedule` с `comment required`. Работает в профилях, где это требуют.",
    ),
    Both(
        "What is moved silently is moved again. The reason, written each time, is what the head of sales learns from.",
        "Что переносят молча, то переносят снова. По причинам, записанным каждый раз, руководитель видит, что "
        "идёт не так.",
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
    reschedule { by assignee, supervisor  comment required "Почему переносим?" }
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
        for task in pipeline.every_task():
            asked = task.reschedule is not None and task.reschedule.comment_required
            if task.due and not asked and ctx.is_own(task.loc):
                yield ctx.finding(CODE, task.loc, task=shown(task))


RULE = Rule(CODE, "tasks", PAGE, run, ("R36",), off=True)
