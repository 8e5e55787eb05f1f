"""L407 lost-and-forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L407",
    "lost-and-forgotten",
    Severity.WARNING,
    "whoever is lost in `{pipeline}` is lost for ever",
    "кто отказался в `{pipeline}`, тот потерян навсегда",
    "keep those who may come back: `segment reactivation`, or `return to {first} 3 months after closing`",
    "сохраните тех, кто может вернуться: `segment reactivation` или `return to {first} 3 months after closing`",
)

PAGE = Page(
    Both(
        "Some reason puts the client into a segment or brings the deal back; pipelines that deals come into by "
        "a tunnel are left out. Speaks in the profiles that ask for it.",
        "Хотя бы одна причина кладёт клиента в сегмент или возвращает сделку; воронки, куда сделки приходят по "
        "туннелю, не проверяются. Работает в профилях, где это требуют.",
    ),
    Both(
        "“Not now” is the most frequent no, and the cheapest lead there will be in half a year.",
        "«Не сейчас» — самый частый отказ и самый дешёвый лид через полгода.",
    ),
    """\
pipeline deals "Продажи" {
  stage new "Новая"
  lost refused "Отказ" {
    reason price "Дорого"
    reason later "Не сейчас"
  }
}
""",
    """\
pipeline deals "Продажи" {
  segment later "Вернуться позже"
  stage new "Новая"
  lost refused "Отказ" {
    reason price "Дорого"
    reason later "Не сейчас" { segment later  return to new 3 months after closing }
  }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        if pipeline.derived or pipeline.lost is None or not pipeline.reasons or pipeline.name in ctx.continued:
            continue
        if not any(reason.segment or reason.returns for reason in pipeline.reasons.values()):
            yield ctx.finding(CODE, pipeline.lost.loc, pipeline=pipeline.name, first=pipeline.first.name)


RULE = Rule(CODE, "losses", PAGE, run, ("R58", "R59"), off=True)
