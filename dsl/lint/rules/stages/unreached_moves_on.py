"""L109 unreached-moves-on."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.actions import Move
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L109",
    "unreached-moves-on",
    Severity.WARNING,
    "the client was not reached, and yet the deal goes on to `{stage}`",
    "до клиента не дозвонились, а сделка идёт дальше, на `{stage}`",
    "keep it where it is and try again: `again in 2 workhours at most 5 times else {{ … }}`",
    "оставьте её на месте и попробуйте снова: `again in 2 workhours at most 5 times else {{ … }}`",
)

PAGE = Page(
    Both(
        "In a task of which other outcomes count as contact, an outcome that does not must not move the deal to"
        " a later stage.",
        "Если у задачи одни исходы считаются контактом (`counts as contact`), исход без контакта не должен "
        "вести сделку на более поздний этап.",
    ),
    Both(
        "The number of calls is no progress. A funnel with stages for the first, second and third try shows how"
        " busy the phones are, and not how near the money is.",
        "Количество звонков — не продвижение. Воронка с этапами «первая попытка», «вторая попытка» показывает, "
        "как занят телефон, а не насколько близки деньги.",
    ),
    """\
pipeline deals "Продажи" {
  stage new "Новая" {
    task call "Позвонить" {
      assign owner
      due 1 workday after entry
      outcome reached   "Поговорили" { counts as contact  move to talk }
      outcome no_answer "Не ответил" { move to recall }
    }
  }
  stage recall  "Недозвон"
  stage talk    "Потребность выяснена"
  lost  refused "Отказ"                { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage new "Новая" {
    task call "Позвонить" {
      assign owner
      due 1 workday after entry
      outcome reached   "Поговорили" { counts as contact  move to talk }
      outcome no_answer "Не ответил" { again in 2 workhours at most 5 times else { lose as no_answer } }
    }
  }
  stage talk    "Потребность выяснена"
  lost  refused "Отказ"                { reason no_answer "Не дозвонились" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        order = list(pipeline.stages)
        for deed in ctx.deeds(pipeline):
            task, outcome, action = deed.task, deed.outcome, deed.action
            if task is None or outcome is None or not isinstance(action, Move) or not ctx.is_own(action.loc):
                continue
            onwards = deed.home is not None and order.index(action.stage) > order.index(deed.home)
            if onwards and not outcome.contact and any(one.contact for one in task.outcomes):
                # meetings that took place, answers that were sent: they are not about reaching somebody
                yield ctx.finding(CODE, action.loc, labels=[(outcome.loc, NO_CONTACT)], stage=action.stage)


NO_CONTACT = Both("this outcome does not count as contact", "этот исход не считается контактом")


RULE = Rule(CODE, "stages", PAGE, run, ("R22",))
