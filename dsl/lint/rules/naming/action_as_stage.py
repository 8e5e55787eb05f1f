"""L202 action-as-stage."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.naming.kinds import Kind
from voronka.dsl.lint.naming.said import judged
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L202",
    "action-as-stage",
    Severity.WARNING,
    "“{name}” is something to do, not a stage",
    "«{name}» — это действие, а не этап",
    "make it a task of the stage before, and name the stage by its result{hint}",
    "сделайте из этого задачу предыдущего этапа, а этап назовите по результату{hint}",
)

PAGE = Page(
    Both(
        "Finds stages that tell somebody to do something: a Russian infinitive or imperative, an English verb in its "
        "base form.",
        "Находит этапы, которые велят что-то сделать: инфинитив или повелительное наклонение, английский глагол в "
        "начальной форме.",
    ),
    Both(
        "What the manager has to do next is a task with a deadline. As stages, actions multiply, every deal needs a "
        "different set of them, and the scale no longer shows how far a deal has come.",
        "Что менеджеру делать дальше — это задача со сроком. Действий всегда больше, чем этапов, каждой сделке нужны "
        "свои, и шкала перестаёт показывать, далеко ли продвинулась сделка.",
    ),
    """\
pipeline deals "Продажи" {
  stage new  "Заявка получена"
  stage send "Отправить КП"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage new "Заявка получена" {
    task send "Отправить КП" { due 1 workday after entry }
  }
  stage offered "КП отправлено"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    return judged(ctx, CODE, Kind.ACTION)


RULE = Rule(CODE, "naming", PAGE, run, ("R18", "R43"))
