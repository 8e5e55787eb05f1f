"""L107 stage-without-limit."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import bounded
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L107",
    "stage-without-limit",
    Severity.WARNING,
    "a deal may lie in `{stage}` for ever, and nobody is told",
    "на этапе `{stage}` сделка может лежать вечно, и никто об этом не узнает",
    'say how long is too long: `limit 10 workdays {{ notify supervisor "…" }}`',
    'скажите, сколько — слишком долго: `limit 10 workdays {{ notify supervisor "…" }}`',
)

PAGE = Page(
    Both(
        "A stage has a `limit`, or something else that happens when a deal stays: a loss or a move after some "
        "time, a `wait` that runs out, a robot some days after entry. A reminder that comes again and again is "
        "no end.",
        "У этапа есть `limit` или что-то ещё, что случится, если сделка застрянет: отказ или переход через "
        "некоторое время, `wait` с истечением срока, робот через несколько дней после входа. Напоминание, "
        "которое лишь повторяется, ничего не завершает.",
    ),
    Both(
        "Stages without an end are where the swamps form: deals nobody works on and nobody loses, which make "
        "the funnel look full.",
        "Этапы без конца становятся болотом: сделки, которые никто не ведёт и никто не закрывает, а воронка "
        "выглядит полной.",
    ),
    """\
pipeline deals "Продажи" {
  stage offered "КП отправлено" {
    task decide "Узнать решение" { assign owner  due 2 workdays after entry }
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage offered "КП отправлено" {
    limit 10 workdays { notify supervisor "По предложению нет решения" }
    task decide "Узнать решение" { assign owner  due 2 workdays after entry }
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        for stage in ctx.stages(pipeline):
            if not pipeline.derived and not bounded(ctx, pipeline, stage):
                yield ctx.finding(CODE, stage.loc, stage=stage.name)


RULE = Rule(CODE, "stages", PAGE, run, ("R71", "R42", "R17"))
