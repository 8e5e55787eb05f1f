"""L105 probability-falls."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from voronka.dsl.definition.values import plain
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import probability_place
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L105",
    "probability-falls",
    Severity.WARNING,
    "`{stage}` is further on than `{before}`, yet its probability is lower: {low}% after {high}%",
    "`{stage}` дальше, чем `{before}`, а вероятность ниже: {low} % после {high} %",
    "a deal that has come further is more likely to be won: correct one of the two, or the order of the stages",
    "сделка, которая прошла дальше, вероятнее: исправьте одно из двух или порядок этапов",
)

PAGE = Page(
    Both(
        "From stage to stage the probability stays or rises; stages without one are passed over.",
        "От этапа к этапу вероятность не падает; этапы без неё пропускаются.",
    ),
    Both(
        "A probability that falls along the way is a slip of the pen, or the stages stand in an order in which "
        "deals do not move.",
        "Если вероятность по ходу воронки падает, это описка или этапы стоят не в том порядке, в каком идут сделки.",
    ),
    """\
pipeline deals "Продажи" {
  stage talk    "Потребность выяснена" { probability 40% }
  stage offered "КП отправлено"        { probability 20% }
  lost  refused "Отказ"                { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage talk    "Потребность выяснена" { probability 20% }
  stage offered "КП отправлено"        { probability 40% }
  lost  refused "Отказ"                { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        declared = [stage for stage in ctx.stages(pipeline) if stage.probability is not None]
        for before, stage in pairwise(declared):
            if before.probability is None or stage.probability is None or stage.probability >= before.probability:
                continue
            yield ctx.finding(
                CODE,
                probability_place(ctx, stage),
                labels=[(probability_place(ctx, before), Both("the stage before it", "предыдущий этап"))],
                stage=stage.name,
                before=before.name,
                low=plain(stage.probability * 100),
                high=plain(before.probability * 100),
            )


RULE = Rule(CODE, "stages", PAGE, run, ("R70",))
