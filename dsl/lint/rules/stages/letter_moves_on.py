"""L110 letter-moves-on."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.actions import Move, Send
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L110",
    "letter-moves-on",
    Severity.WARNING,
    "the deal goes on to `{stage}` because a letter was sent",
    "сделка идёт на `{stage}` потому, что отправлено письмо",
    "move it when the client answers, or when something is agreed",
    "двигайте её, когда клиент ответил или что-то согласовано",
)

PAGE = Page(
    Both(
        "A robot that acts by itself, on entry or by the clock, must not send a message and then move the deal "
        "on. Speaks in the profiles that ask for it: others take “the offer is sent” for a stage.",
        "Робот, который действует сам, при входе или по часам, не должен отправить сообщение и сразу сдвинуть "
        "сделку. Работает в профилях, где это требуют: для других «КП отправлено» — законный этап.",
    ),
    Both(
        "What we have sent says nothing about the client. The scale should show how near the client is to a decision.",
        "То, что мы отправили, ничего не говорит о клиенте. Шкала должна показывать, насколько клиент близок к "
        "решению.",
    ),
    """\
pipeline deals "Продажи" {
  field email "E-mail" email
  stage talk "Потребность выяснена" {
    robot offer "Отправить КП" {
      due 1 day after entry
      send email to email using "letter"
      move to sent
    }
  }
  stage sent    "КП отправлено"
  lost  refused "Отказ"         { reason other "Другое" }
}
-- templates/letter.txt --
Subject: Предложение

Наше предложение.
""",
    """\
pipeline deals "Продажи" {
  field email "E-mail" email
  event reply "Клиент ответил" by email
  stage talk "Потребность выяснена" {
    robot offer "Отправить КП" {
      due 1 day after entry
      send email to email using "letter"
    }
    move to sent on event reply
  }
  stage sent    "КП обсуждается"
  lost  refused "Отказ"          { reason other "Другое" }
}
-- templates/letter.txt --
Subject: Предложение

Наше предложение.
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        order = list(pipeline.stages)
        for deed in ctx.deeds(pipeline):
            action = deed.action
            if not isinstance(action, Move) or deed.cause not in BY_ITSELF or not ctx.is_own(action.loc):
                continue
            sent = next((step for step in deed.before if isinstance(step, Send)), None)
            onwards = deed.home is not None and order.index(action.stage) > order.index(deed.home)
            if sent is not None and onwards:
                yield ctx.finding(CODE, action.loc, labels=[(sent.loc, SENT)], stage=action.stage)


BY_ITSELF = ("entry", "time", "date")
SENT = Both("sent just before", "отправлено перед этим")


RULE = Rule(CODE, "stages", PAGE, run, ("R22",), off=True)
