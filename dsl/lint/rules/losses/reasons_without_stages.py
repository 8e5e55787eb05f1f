"""L406 reasons-without-stages."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L406",
    "reasons-without-stages",
    Severity.WARNING,
    "every reason of `{pipeline}` can be given in every stage",
    "любую причину `{pipeline}` можно указать на любом этапе",
    'tie those that only make sense there: `reason price "…" from offered, closing`',
    'привяжите те, что имеют смысл лишь там: `reason price "…" from offered, closing`',
)

PAGE = Page(
    Both(
        "Some reason of a pipeline with several stages has a `from`. Speaks in the profiles that ask for it.",
        "Хотя бы у одной причины воронки с несколькими этапами есть `from`. Работает в профилях, где это требуют.",
    ),
    Both(
        "“Unreachable” belongs to the first calls and “too expensive” to the offer. A short list of what fits "
        "is answered honestly; a long one is answered with its first line.",
        "«Не дозвонились» — это про первые звонки, «дорого» — про предложение. Из короткого списка выбирают "
        "честно, из длинного — первую строку.",
    ),
    """\
pipeline deals "Продажи" {
  stage new     "Новая"
  stage offered "КП отправлено"
  lost refused "Отказ" {
    reason silent "Не дозвонились"
    reason price  "Дорого"
  }
}
""",
    """\
pipeline deals "Продажи" {
  stage new     "Новая"
  stage offered "КП отправлено"
  lost refused "Отказ" {
    reason silent "Не дозвонились" from new
    reason price  "Дорого"         from offered
  }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        if pipeline.derived or pipeline.lost is None or len(ctx.stages(pipeline)) < 2 or not pipeline.reasons:
            continue
        if not any(reason.from_ for reason in pipeline.reasons.values()):
            yield ctx.finding(CODE, pipeline.lost.loc, pipeline=pipeline.name)


RULE = Rule(CODE, "losses", PAGE, run, ("R57",), off=True)
