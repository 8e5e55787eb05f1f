"""L402 reasons-miss-a-stage."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L402",
    "reasons-miss-a-stage",
    Severity.WARNING,
    "a deal in `{stage}` can be lost for no reason there is: each is for other stages",
    "сделку на этапе `{stage}` нельзя проиграть ни по одной причине: все они для других этапов",
    "add the stage to a reason’s `from`, or a reason without `from`",
    "добавьте этап в `from` какой-нибудь причины или причину без `from`",
)

PAGE = Page(
    Both(
        "From every open stage at least one reason can be given.",
        "С каждого открытого этапа сделку можно проиграть хотя бы по одной причине.",
    ),
    Both(
        "A client can say no at any stage. Where no reason fits, a wrong one is given, or the deal stays open.",
        "Клиент может отказаться на любом этапе. Если ни одна причина не подходит, укажут чужую или оставят "
        "сделку открытой.",
    ),
    """\
pipeline deals "Продажи" {
  stage new     "Новая"
  stage offered "КП отправлено"
  lost  refused "Отказ"         { reason spam "Спам" from new }
}
""",
    """\
pipeline deals "Продажи" {
  stage new     "Новая"
  stage offered "КП отправлено"
  lost refused "Отказ" {
    reason spam  "Спам"   from new
    reason price "Дорого" from offered
  }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        reasons = pipeline.reasons.values()
        if pipeline.derived or not reasons or not all(reason.from_ for reason in reasons):
            continue
        covered = {name for reason in reasons for name in reason.from_}
        for stage in ctx.stages(pipeline):
            if stage.name not in covered:
                yield ctx.finding(CODE, stage.loc, stage=stage.name)


RULE = Rule(CODE, "losses", PAGE, run, ("R54", "R57"))
