"""L307 no-overdue-sweep."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import asks_for, by_clock
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L307",
    "no-overdue-sweep",
    Severity.WARNING,
    "nobody is told in the morning what is overdue in `{pipeline}`",
    "никому не говорят утром, что в `{pipeline}` просрочено",
    'send a digest: `every workday at 09:00, 18:00 when any of tasks are overdue {{ digest supervisor using "…"'
    " }}`, or `include discipline`",
    "пришлите сводку: `every workday at 09:00, 18:00 when any of tasks are overdue {{ digest supervisor using "
    '"…" }}`, или `include discipline`',
)

PAGE = Page(
    Both(
        "A pipeline with tasks has a robot that comes by the clock and asks for overdue tasks. Speaks in the "
        "profiles that ask for it.",
        "В воронке с задачами есть робот по расписанию, который ищет просроченное. Работает в профилях, где это"
        " требуют.",
    ),
    Both(
        "Overdue tasks are dealt with twice a day, or they pile up until nobody looks at the red ones any more.",
        "Просроченное разбирают дважды в день, иначе его становится столько, что на красное уже не смотрят.",
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
  robot sweep "Обход просроченного" {
    every workday at 09:00, 18:00 when any of tasks are overdue
    notify supervisor "Есть просроченные задачи"
  }
  stage new "Новая" {
    task call "Позвонить" { assign owner  due 1 workday after entry }
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        clocks = [trigger for robot in pipeline.robots for trigger in robot.triggers if by_clock(trigger)]
        swept = any(asks_for(trigger.when, "item", "overdue") for trigger in clocks)
        if not swept and any(task.due and ctx.is_own(task.loc) for task in pipeline.every_task()):
            yield ctx.finding(CODE, pipeline.loc, pipeline=pipeline.name)


RULE = Rule(CODE, "tasks", PAGE, run, ("R35", "R77"), off=True)
