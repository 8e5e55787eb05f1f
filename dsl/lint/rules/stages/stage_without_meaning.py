"""L102 stage-without-meaning."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import listed
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L102",
    "stage-without-meaning",
    Severity.WARNING,
    "nobody can read what it means that a deal is in {stage}",
    "нигде не сказано, что значит этап: {stage}",
    'say it in a line: `means "…"`',
    'скажите одной строкой: `means "…"`',
)

PAGE = Page(
    Both(
        "Every stage a deal is worked on in says with `means` what is true of a deal there. One finding for a "
        "pipeline in which none does.",
        "У каждого рабочего этапа в `means` сказано, что верно для сделки на нём. Если не сказано ни у одного —"
        " одно замечание на воронку.",
    ),
    Both(
        "Where the meaning is left to the reader, two managers put the same deal into two stages, and the "
        "counts of both stages mean nothing.",
        "Если смысл этапа каждый понимает сам, два менеджера поставят одну и ту же сделку на разные этапы, и "
        "цифры по обоим ничего не значат.",
    ),
    """\
pipeline deals "Продажи" {
  stage offered "КП отправлено"
  lost  refused "Отказ"         { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage offered "КП отправлено" { means "Предложение у клиента, ждём решения" }
  lost  refused "Отказ"         { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        if pipeline.derived:
            continue  # a stage that follows a condition is explained by it
        every = ctx.stages(pipeline)
        silent = [stage for stage in every if not stage.means]
        if len(silent) == len(every) > 2:
            names = listed(stage.name for stage in silent)
            yield ctx.finding(CODE, pipeline.loc, stage=names)
            continue
        for stage in silent:
            yield ctx.finding(CODE, stage.loc, stage=listed([stage.name]))


RULE = Rule(CODE, "stages", PAGE, run, ("R3", "R21", "R67"))
