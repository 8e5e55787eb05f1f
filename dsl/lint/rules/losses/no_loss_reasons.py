"""L401 no-loss-reasons."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L401",
    "no-loss-reasons",
    Severity.WARNING,
    "deals of `{pipeline}` are lost without a reason",
    "сделки в `{pipeline}` проигрывают без причины",
    'name the reasons: `reason price "…"` …, or `include loss {{ back_to = {first} }}`',
    'назовите причины: `reason price "…"` …, или `include loss {{ back_to = {first} }}`',
)

PAGE = Page(
    Both(
        "A `lost` has reasons, of its own or of a module.",
        "У `lost` есть причины, свои или из модуля.",
    ),
    Both(
        "Most deals are lost. Without reasons that is a number; with them it is a list of what to mend.",
        "Большинство сделок проигрывают. Без причин это просто число, а с причинами — список того, что исправить.",
    ),
    """\
pipeline deals "Продажи" {
  stage new     "Новая"
  lost  refused "Отказ"
}
""",
    """\
pipeline deals "Продажи" {
  stage new "Новая"
  lost refused "Отказ" {
    reason price  "Дорого"
    reason silent "Не отвечает"
    reason other  "Другое"      { comment required }
  }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        lost = pipeline.lost
        if lost is not None and not pipeline.reasons and not pipeline.derived and ctx.is_own(lost.loc):
            yield ctx.finding(CODE, lost.loc, pipeline=pipeline.name, first=pipeline.first.name)


RULE = Rule(CODE, "losses", PAGE, run, ("R54", "R55", "R56"))
