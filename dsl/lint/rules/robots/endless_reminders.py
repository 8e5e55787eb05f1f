"""L505 endless-reminders."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.actions import Lose, Move, Send, SetField
from voronka.dsl.definition.moments import Trigger
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import expressions, nested
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic, Edit, Fix
from voronka.dsl.text.span import Span

CODE = Code(
    "L505",
    "endless-reminders",
    Severity.WARNING,
    "the client is reminded for ever",
    "клиенту будут напоминать вечно",
    "add `at most 3 times`, or lose the deal after a while",
    "добавьте `at most 3 times` или завершайте сделку через какое-то время",
)

PAGE = Page(
    Both(
        "A robot that sends to the client again and again has an `at most`, a condition over a field that the "
        "robot itself sets (a counter), or stands in a stage that ends by the clock.",
        "У робота, который пишет клиенту снова и снова, есть `at most`, условие с полем, которое он сам меняет "
        "(счётчик), или этап кончается по времени.",
    ),
    Both(
        "Who has not answered the tenth letter will not answer the eleventh, and marks it as spam.",
        "Кто не ответил на десятое письмо, не ответит и на одиннадцатое, зато пометит его как спам.",
    ),
    """\
pipeline deals "Продажи" {
  field email "E-mail" email
  stage offered "КП отправлено" {
    robot remind "Напомнить" {
      every 3 workdays at 10:00
      send email to email using "letter"
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
  field email "E-mail" email
  stage offered "КП отправлено" {
    robot remind "Напомнить" {
      every 3 workdays at 10:00 at most 3 times
      send email to email using "letter"
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
    for pipeline in ctx.pipelines:
        for stage in ctx.stages(pipeline):
            if any(rule.moment is not None for rule in stage.standing):
                continue
            for robot in stage.robots:
                actions = tuple(nested(robot.actions))
                sent = next((one for one in actions if isinstance(one, Send) and one.channel != "webhook"), None)
                counted = {one.field for one in actions if isinstance(one, SetField)}
                ends = any(isinstance(one, Move | Lose) for one in actions)
                if sent is None or ends or not ctx.is_own(robot.loc):
                    continue
                for trigger in robot.triggers:
                    asked = {one.value for one in expressions((trigger.when, sent.when)) if one.op == "field"}
                    if trigger.kind in ("every", "cron") and not trigger.at_most and not asked & counted:
                        labels = [(sent.loc, Both("sent here", "отправляется здесь"))]
                        yield ctx.finding(CODE, robot.loc, labels=labels, fix=_three_times(ctx, trigger))


def _three_times(ctx: Context, trigger: Trigger) -> Fix | None:
    """Three is a guess, so the fix is not a safe one."""
    node = ctx.node(trigger.loc, nodes.TriggerEvery)
    if node is None:
        return None
    at = node.when.span.start if node.when else node.span.end
    before = node.span.source.text[node.span.start : at].rstrip()
    end = node.span.start + len(before.removesuffix("when").rstrip() if node.when else before)
    edit = Edit(Span(node.span.source, end, end), " at most 3 times")
    return Fix(Both("add `at most 3 times`", "добавить `at most 3 times`"), (edit,))


RULE = Rule(CODE, "robots", PAGE, run, ("R34", "R45"))
