"""L104 probability-missing."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import listed
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L104",
    "probability-missing",
    Severity.WARNING,
    "{missing} {have} no `probability`",
    "нет `probability`: {missing}",
    "say how many of the deals there are won in the end: `probability 40%`",
    "скажите, какая доля сделок оттуда доходит до успеха: `probability 40%`",
)

PAGE = Page(
    Both(
        "Stages of a pipeline that can be won say with `probability` how likely that is. One finding for a pipeline.",
        "Этапы воронки, в которой можно победить, говорят в `probability`, насколько это вероятно. Одно "
        "замечание на воронку.",
    ),
    Both(
        "The forecast is the sum of amounts times probabilities. A stage without one is left out of it, and "
        "nobody notices.",
        "Прогноз — это сумма сделок, умноженных на вероятность. Этап без вероятности в прогноз не попадает, и "
        "никто этого не замечает.",
    ),
    """\
pipeline deals "Продажи" {
  stage talk    "Потребность выяснена" { probability 20% }
  stage offered "КП отправлено"
  won   paid    "Оплачено"
  lost  refused "Отказ"                { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage talk    "Потребность выяснена" { probability 20% }
  stage offered "КП отправлено"        { probability 50% }
  won   paid    "Оплачено"
  lost  refused "Отказ"                { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        if pipeline.derived or pipeline.won is None:
            continue
        every = ctx.stages(pipeline)
        missing = [stage for stage in every if stage.probability is None]
        if not missing:
            continue
        place = missing[0].loc if len(missing) < len(every) else pipeline.loc
        more = missing[1:] if len(missing) < len(every) else ()
        yield ctx.finding(
            CODE,
            place,
            labels=[(stage.loc, Both("nor here", "и здесь нет")) for stage in more],
            missing=listed(stage.name for stage in missing),
            have=Both("has" if len(missing) == 1 else "have", ""),
        )


RULE = Rule(CODE, "stages", PAGE, run, ("R70",))
