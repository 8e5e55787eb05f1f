"""L209 cut-words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.naming.said import stage_titles
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L209",
    "cut-words",
    Severity.NOTE,
    "“{name}” cuts the word “{word}”",
    "в названии «{name}» слово «{word}» сокращено",
    "write it out: who is new here does not know it",
    "напишите целиком: новичок его не знает",
)

PAGE = Page(
    Both(
        "Words that end in a full stop within a stage's name: “предв. чертёж”, “Neg. started”. Abbreviations in "
        "capitals are let be: КП and NDA are words of the trade.",
        "Слова с точкой на конце внутри названия этапа: «предв. чертёж», “Neg. started”. Сокращения прописными не "
        "задеваются: КП и ТЗ — слова ремесла.",
    ),
    Both(
        "What the author saves in writing, every reader pays in guessing; and the other rules cannot read it either.",
        "Что автор сберёг на письме, каждый читатель платит догадками; и остальные правила этого не прочтут.",
    ),
    """\
pipeline deals "Продажи" {
  stage drawn "Предв. чертёж согласован"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage drawn "Предварительный чертёж согласован"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)

_CUT = re.compile(r"\b([^\W\d_]{2,})\.(?=\s*[^\W_A-ZА-ЯЁ]|\s*/)")


def run(ctx: Context) -> Iterator[Diagnostic]:
    for named in stage_titles(ctx, ended=True):
        if found := _CUT.search(named.text):
            yield ctx.finding(CODE, named.span, name=named.text, word=found[1] + ".")


RULE = Rule(CODE, "naming", PAGE, run, ("R67",))
