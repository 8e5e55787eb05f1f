"""L404 few-reasons."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L404",
    "few-reasons",
    Severity.WARNING,
    "`{pipeline}` has {count} for losing a deal, {least} at least are wanted",
    "в `{pipeline}` причин отказа: {count}, а нужно не меньше {least}",
    "ask the team for the causes they hear, one reason each",
    "соберите у отдела причины, которые он слышит, по одной на каждую",
)

PAGE = Page(
    Both(
        "A pipeline has at least `reasons-at-least` reasons. One that deals come into by a tunnel may have fewer.",
        "В воронке не меньше `reasons-at-least` причин. У воронки, куда сделки приходят по туннелю, может быть меньше.",
    ),
    Both(
        "With one reason for everything the ranking has one row.",
        "Если на всё одна причина, в рейтинге причин одна строка.",
    ),
    """\
pipeline deals "Продажи" {
  stage new     "Новая"
  lost  refused "Отказ" { reason other "Отказался" }
}
""",
    """\
pipeline deals "Продажи" {
  stage new "Новая"
  lost refused "Отказ" {
    reason price  "Дорого"
    reason silent "Не отвечает"
    reason rival  "Выбрал конкурента"
  }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    least = ctx.limit("reasons-at-least")
    for pipeline in ctx.pipelines:
        count, lost = len(pipeline.reasons), pipeline.lost
        if not count or count >= least or pipeline.derived or pipeline.name in ctx.continued or lost is None:
            continue
        counted = Both(f"{count} reason{'' if count == 1 else 's'}", str(count))
        yield ctx.finding(CODE, lost.loc, pipeline=pipeline.name, count=counted, least=least)


RULE = Rule(CODE, "losses", PAGE, run, ("R56",), {"reasons-at-least": 3})
