"""L301 stage-without-task."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L301",
    "stage-without-task",
    Severity.WARNING,
    "nothing is to be done in `{stage}`: it has neither a task nor a robot",
    "на этапе `{stage}` нечего делать: нет ни задачи, ни робота",
    "say who does what by when: `task … {{ assign owner due 1 workday after entry }}`",
    "скажите, кто, что и к какому сроку делает: `task … {{ assign owner due 1 workday after entry }}`",
)

PAGE = Page(
    Both(
        "A stage has a task, a robot, or an action on entry, of its own or of a module that it includes. Rules "
        "that only move the deal do not count, nor do `limit` and what the whole pipeline does.",
        "У этапа есть задача, робот или действие при входе — свои или из подключённого модуля. Правила, которые"
        " лишь двигают сделку, `limit` и роботы всей воронки не считаются.",
    ),
    Both(
        "A deal in such a stage has no next step. Nobody is late with it, so nobody sees it.",
        "У сделки на таком этапе нет следующего шага. Никто с ней не опаздывает, поэтому никто её не видит.",
    ),
    """\
pipeline deals "Продажи" {
  stage offered "КП отправлено"
  lost  refused "Отказ"         { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage offered "КП отправлено" {
    task decide "Узнать решение" { assign owner  due 2 workdays after entry }
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        for stage in ctx.stages(pipeline):
            # where stages follow conditions, they only show how far the work is that is done elsewhere
            if not pipeline.derived and not (stage.tasks or stage.robots or stage.entry or stage.approvals):
                yield ctx.finding(CODE, stage.loc, stage=stage.name)


RULE = Rule(CODE, "tasks", PAGE, run, ("R30", "R33", "R39", "R43", "R44"))
