"""L203 name-not-done."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.naming.kinds import Kind
from voronka.dsl.lint.naming.said import judged
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L203",
    "name-not-done",
    Severity.WARNING,
    "“{name}” does not say what has been done",
    "«{name}» не отвечает на вопрос «что сделано?»",
    "name a completed action{hint}",
    "назовите завершённое действие{hint}",
)

PAGE = Page(
    Both(
        "Finds stages that are called by the bare noun of a phase, an event or a document. Swamps and to-dos have "
        "rules of their own. Only one of the methods asks for completed actions throughout, so the rule is off until "
        "its profile or `voronka.toml` turns it on.",
        "Находит этапы, названные просто существительным: фазой, событием, документом. У болот и действий свои "
        "правила. Завершённых действий повсюду требует лишь один из методов, поэтому без его профиля или "
        "`voronka.toml` правило выключено.",
    ),
    Both(
        "Does “Invoice” mean that it is to be sent, has been sent or is paid? Each manager answers differently, and "
        "the figures of the funnel mean nothing.",
        "«Счёт» — его надо выставить, он выставлен или оплачен? Каждый менеджер понимает по-своему, и цифры воронки "
        "ничего не значат.",
    ),
    """\
pipeline deals "Продажи" {
  stage talks "Переговоры"
  stage bill  "Выставление счёта"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage talks "Условия согласованы"
  stage bill  "Счёт выставлен"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    return judged(ctx, CODE, Kind.NOUN)


RULE = Rule(CODE, "naming", PAGE, run, ("R15", "R21"), off=True)
