"""L207 numbered-name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.naming.said import rename, stage_titles
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L207",
    "numbered-name",
    Severity.WARNING,
    "“{name}” carries its number in its name",
    "«{name}»: номер этапа записан в названии",
    "leave the number out: the order of the stages is the order in this file",
    "уберите номер: порядок этапов — это порядок в файле",
)

PAGE = Page(
    Both(
        "Finds stages whose names begin with a number: “1. Request”, «02 Квалификация», “Stage 3: offer”.",
        "Находит этапы, название которых начинается с номера: «1. Заявка», «02 Квалификация», «Этап 3: КП».",
    ),
    Both(
        "The scale has an order of its own. With the next stage in between, every number behind it is wrong.",
        "У шкалы уже есть порядок. Стоит вставить этап — и все номера за ним неверны.",
    ),
    """\
pipeline deals "Продажи" {
  stage new     "1. Заявка получена"
  stage offered "2. КП отправлено"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage new     "Заявка получена"
  stage offered "КП отправлено"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)

_NUMBER = re.compile(
    r"^\s*(?:(?:этап|шаг|стадия|stage|step)\s*)?[#№]?\d{1,2}\s*(?:[.):\]]|[-–—]\s)\s*|^\s*0\d\s+", re.I
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for named in stage_titles(ctx, ended=True):
        found = _NUMBER.match(named.text)
        rest = named.text[found.end() :].strip() if found else ""
        if rest:
            fix = rename((named.span, rest[:1].upper() + rest[1:]))
            yield ctx.finding(CODE, named.span, fix=fix, name=named.text)


RULE = Rule(CODE, "naming", PAGE, run, ("R1", "R2"))
