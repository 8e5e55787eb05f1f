"""L504 message-at-night."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.actions import Send
from voronka.dsl.definition.moments import Trigger
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import cron, nested
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L504",
    "message-at-night",
    Severity.WARNING,
    "the client gets {channel} {when}",
    "клиент получит {channel} {when}",
    "send between {morning}:00 and {evening}:00: `… at 10:00`, or count in `workhours`",
    "отправляйте с {morning}:00 до {evening}:00: `… at 10:00` — или считайте в `workhours`",
)

PAGE = Page(
    Both(
        "Calls, short messages and messengers reach the client between `quiet-until` and `quiet-from` o’clock "
        "of the pipeline’s zone. Robots by the clock are looked at; mail may come at any time.",
        "Звонки, SMS и мессенджеры приходят клиенту между `quiet-until` и `quiet-from` часами по времени "
        "воронки. Проверяются роботы по расписанию; почта может прийти в любое время.",
    ),
    Both(
        "A telephone that wakes a client at three loses the client, and calls at night may be against the law.",
        "Телефон, разбудивший клиента в три часа ночи, теряет клиента, а ночные звонки могут быть и незаконны.",
    ),
    """\
pipeline deals "Продажи" {
  field phone "Телефон" phone
  stage offered "КП отправлено" {
    robot remind "Напомнить" {
      due 2 days after entry at 23:30
      send sms to phone using "letter"
    }
  }
  lost refused "Отказ" { reason other "Другое" }
}
-- templates/letter.txt --
Subject: Предложение

Наше предложение.
""",
    """\
pipeline deals "Продажи" {
  field phone "Телефон" phone
  stage offered "КП отправлено" {
    robot remind "Напомнить" {
      due 2 days after entry at 12:00
      send sms to phone using "letter"
    }
  }
  lost refused "Отказ" { reason other "Другое" }
}
-- templates/letter.txt --
Subject: Предложение

Наше предложение.
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    morning, evening = ctx.limit("quiet-until"), ctx.limit("quiet-from")
    for pipeline in ctx.everything:
        for robot in (*pipeline.robots, *(robot for stage in pipeline.stages.values() for robot in stage.robots)):
            sent = next((a for a in nested(robot.actions) if isinstance(a, Send) and a.channel in CHANNELS), None)
            for trigger in robot.triggers:
                when = _at_night(trigger, morning, evening)
                if sent is None or when is None or not ctx.is_own(sent.loc):
                    continue
                place = trigger.loc if trigger.loc.line else robot.loc
                labels = [(sent.loc, Both("sent here", "отправляется здесь"))]
                channel = CHANNELS[sent.channel]
                yield ctx.finding(
                    CODE, place, labels=labels, channel=channel, when=when, morning=morning, evening=evening
                )


CHANNELS = {
    "call": Both("a call", "звонок"),
    "sms": Both("an SMS", "SMS"),
    "whatsapp": Both("a WhatsApp message", "сообщение в WhatsApp"),
    "telegram": Both("a Telegram message", "сообщение в Telegram"),
}
ANY_TIME = Both("at any hour of the night", "в любой час ночи")


def _at_night(trigger: Trigger, morning: int, evening: int) -> Both | None:
    if trigger.kind == "every" and trigger.unit in ("min", "hour") and not trigger.times:
        return ANY_TIME
    if trigger.kind == "cron":
        hour = next((one for one in sorted(cron(trigger.cron)[1]) if not morning <= one < evening), None)
        return None if hour is None else Both(f"at {hour} o’clock", f"в {hour} ч")
    times = trigger.times or (trigger.moment.times if trigger.moment else ())
    found = next((one for one in times if not morning <= int(one[:2]) < evening), None)
    return Both(f"at {found}", f"в {found}") if found else None


RULE = Rule(CODE, "robots", PAGE, run, ("R49",), {"quiet-until": 8, "quiet-from": 21})
