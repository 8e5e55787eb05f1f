"""L201 swamp-name."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.naming.kinds import Kind
from voronka.dsl.lint.naming.said import judged
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L201",
    "swamp-name",
    Severity.WARNING,
    "“{name}” is a swamp: it does not say what has been done",
    "«{name}» — болото: не сказано, что уже сделано",
    "name what has happened by then{hint}",
    "назовите то, что к этому моменту сделано{hint}",
)

PAGE = Page(
    Both(
        "Finds names that say that a deal goes on, waits or is put off: `в` or `на` with a noun, the present tense, "
        "“in progress”, “pending”, “on hold”. By morphology; where it is not sure, it says nothing.",
        "Находит названия, которые говорят, что сделка тянется, ждёт или отложена: «в» или «на» с существительным, "
        "настоящее время, “in progress”, “pending”, “on hold”. По морфологии; где уверенности нет, молчит.",
    ),
    Both(
        "Deals heap up where the name fits every one of them. Nobody sees where a client stands, what is to be done, "
        "or when it is over.",
        "Сделки копятся там, где название подходит любой из них. Не видно, где клиент, что делать и когда это "
        "кончится.",
    ),
    """\
pipeline deals "Продажи" {
  stage new  "Заявка получена"
  stage work "В работе"
  stage sent "КП на рассмотрении"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage new  "Заявка получена"
  stage work "Потребность выяснена"
  stage sent "КП отправлено"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    return judged(ctx, CODE, Kind.SWAMP)


RULE = Rule(CODE, "naming", PAGE, run, ("R17", "R21"))
