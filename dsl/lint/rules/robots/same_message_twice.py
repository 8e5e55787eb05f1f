"""L506 same-message-twice."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.actions import Send
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.edits import deleted
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic, Fix

CODE = Code(
    "L506",
    "same-message-twice",
    Severity.WARNING,
    "the client gets the same text twice at the same time",
    "клиент получит один и тот же текст дважды сразу",
    "delete one of the two",
    "удалите одно из двух",
)

PAGE = Page(
    Both(
        "A stage sends one template to one address once on entry, whatever is written in it itself and in its modules.",
        "При входе на этап один шаблон уходит на один адрес один раз, считая и сам этап, и его модули.",
    ),
    Both(
        "It happens when a module begins to send what the stage has always sent by itself.",
        "Так бывает, когда подключённый модуль начинает отправлять то, что этап всегда отправлял сам.",
    ),
    """\
pipeline deals "Продажи" {
  field email "E-mail" email
  stage offered "КП отправлено" {
    send email to email using "letter"
    send email to email using "letter"
  }
  lost refused "Отказ" { reason other "Другое" }
}
-- templates/letter.txt --
Subject: Предложение

Наше предложение.
""",
    """\
pipeline deals "Продажи" {
  field email "E-mail" email
  stage offered "КП отправлено" { send email to email using "letter" }
  lost  refused "Отказ"         { reason other "Другое" }
}
-- templates/letter.txt --
Subject: Предложение

Наше предложение.
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.everything:
        for stage in pipeline.stages.values():
            seen: dict[tuple[object, ...], Send] = {}
            for send in stage.entry:
                if not isinstance(send, Send) or send.when is not None:
                    continue
                text = send.message.template or send.message.text
                first = seen.setdefault((send.channel, send.to.op, str(send.to.value), text), send)
                if first is send or not (ctx.is_own(send.loc) or ctx.is_own(first.loc)):
                    continue
                place, other = (send, first) if ctx.is_own(send.loc) else (first, send)
                labels = [(other.loc, Both("the first time", "в первый раз"))]
                gone = Fix(Both("delete it", "удалить"), (deleted(ctx.span(place.loc)),))
                yield ctx.finding(CODE, place.loc, labels=labels, fix=gone)


RULE = Rule(CODE, "robots", PAGE, run, ())
