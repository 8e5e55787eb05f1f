"""L206 attempt-as-stage."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.naming.kinds import listed
from voronka.dsl.lint.naming.said import stage_titles
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L206",
    "attempt-as-stage",
    Severity.WARNING,
    "“{name}” counts attempts: the client is no nearer for it",
    "«{name}» считает попытки: клиент от этого не ближе",
    "keep the deal in its stage and repeat the task: `again in 1 workday at most 5 times else {{ … }}`",
    "оставьте сделку на её этапе, а задачу повторяйте: `again in 1 workday at most 5 times else {{ … }}`",
)

PAGE = Page(
    Both(
        "Finds stages called by the number of a call, a letter or a reminder, and by a call that was not answered: "
        "“Call 2”, “Second reminder”, «Недозвон 3».",
        "Находит этапы, названные по номеру звонка, письма или напоминания и по звонку без ответа: «Звонок 2», «Второе "
        "напоминание», «Недозвон 3».",
    ),
    Both(
        "Three unanswered calls are no progress: the deal stands where it stood. As stages they make the funnel long "
        "and its conversion meaningless.",
        "Три звонка без ответа — не продвижение: сделка там же, где была. Этапами они лишь удлиняют воронку, и её "
        "конверсия теряет смысл.",
    ),
    """\
pipeline deals "Продажи" {
  stage new    "Заявка получена"
  stage missed "Недозвон 2"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage new "Заявка получена" {
    task call "Позвонить" {
      due 30 min after entry
      outcome reached "Дозвонились" { move to known }
      outcome silent_ "Не ответил"  { again in 1 workday at most 5 times else { lose as silent_ } }
    }
  }
  stage known "Потребность выяснена"
  lost  refused "Отказ" { reason silent_ "Не дозвонились" }
}
""",
)

_CONTACTS = listed(
    "звонок звонка прозвон дозвон недозвон касание попытка письмо напоминание сообщение контакт созвон "
    "call attempt touch email letter reminder follow-up followup message"
)
_MISSED = re.compile(r"недозвон|no answer|unreached|voicemail", re.IGNORECASE)
_NUMBERED = re.compile(
    r"№?\s*\d+(?:-?[а-яa-z]{1,2}\b)?|\b(?:перв|втор|трет|четв[её]рт|пят)\w{1,3}\b|\b(?:first|second|third|fourth|fifth)\b",
    re.IGNORECASE,
)
# The first contact is a milestone, the second one is not.
_FIRST = re.compile(r"\b(?:перв\w{1,3}|first|1)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def run(ctx: Context) -> Iterator[Diagnostic]:
    for named in stage_titles(ctx):
        if counts_attempts(named.text):
            yield ctx.finding(CODE, named.span, name=named.text)


def counts_attempts(name: str) -> bool:
    """Whether a name is that of a repeated or an unanswered attempt."""
    if _MISSED.search(name):
        return True
    number = _NUMBERED.search(name)
    contact = any(word.lower() in _CONTACTS for word in _WORD.findall(name))
    return contact and number is not None and not _FIRST.search(name)


RULE = Rule(CODE, "naming", PAGE, run, ("R22",))
