"""L602 deals-without-owner."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L602",
    "deals-without-owner",
    Severity.WARNING,
    "nobody says whose the deals of `{pipeline}` are, and tasks go to their owner",
    "не сказано, чьи сделки в `{pipeline}`, а задачи ставятся ответственному",
    "say it once: `owner is manager by round robin`",
    "скажите один раз: `owner is manager by round robin`",
)

PAGE = Page(
    Both(
        "A pipeline that gives tasks to `owner` has an `owner is …`, unless all its deals come by tunnels that "
        "give an owner.",
        "В воронке, где задачи ставят `owner`, есть `owner is …`, если только все сделки не приходят по "
        "туннелям, которые назначают ответственного.",
    ),
    Both(
        "A deal without an owner is red, its tasks reach nobody, and whoever created it thinks that somebody "
        "else has it.",
        "Задачи сделки без ответственного не доходят ни до кого, а тот, кто её создал, думает, что ею занят другой.",
    ),
    """\
pipeline deals "Продажи" {
  role manager "Менеджер"     reports to head
  role head    "Руководитель"
  stage new "Новая" {
    task call "Позвонить" { assign owner  due 1 workday after entry }
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  role manager "Менеджер"     reports to head
  role head    "Руководитель"
  owner is manager by round robin
  stage new "Новая" {
    task call "Позвонить" { assign owner  due 1 workday after entry }
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        if pipeline.owner or not pipeline.roles:
            continue  # without roles nobody has said yet who works here
        tunnels = [one for one in ctx.tunnels if one.pipeline == pipeline.name]
        if tunnels and all(one.owner for one in tunnels) and not any(e.create for e in pipeline.events.values()):
            continue
        task = next((t for t in pipeline.every_task() if any(rule.who.kind == "owner" for rule in t.assign)), None)
        if task is not None:
            label = Both("for example here", "например, здесь")
            labels = [(task.loc, label)] if ctx.is_own(task.loc) else []
            yield ctx.finding(CODE, pipeline.loc, labels=labels, pipeline=pipeline.name)


RULE = Rule(CODE, "clients", PAGE, run, ("R63",))
