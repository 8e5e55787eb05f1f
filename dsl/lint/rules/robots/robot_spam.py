"""L503 robot-spam."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from voronka.dsl.definition.actions import Action, If, Robot, Send
from voronka.dsl.definition.expr import Loc
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import cron
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L503",
    "robot-spam",
    Severity.WARNING,
    "a client in `{stage}` may get {count} a day",
    "клиент на этапе `{stage}` может получить за день сообщений: {count}",
    "send less often, or join what is sent at the same time",
    "пишите реже или объедините то, что уходит одновременно",
)

PAGE = Page(
    Both(
        "Adds up what the robots of a stage, its modules’ and the pipeline’s own send to one client on the day "
        "a deal comes in, and what they send every day after. More than `messages-a-day` is reported. Of sends "
        "in one block that have conditions only one is counted, of two branches the longer one. Webhooks do not"
        " go to clients.",
        "Складывает, сколько сообщений роботы этапа, его модулей и всей воронки отправят одному клиенту в день "
        "входа сделки и в каждый следующий день. Больше `messages-a-day` — замечание. Из отправок с условиями в"
        " одном блоке считается одна, из двух ветвей — длинная. Webhook клиенту не приходит.",
    ),
    Both(
        "Three mails in a day are read as one sign: nobody is thinking here. The fourth goes to spam, and the "
        "invoice after it.",
        "Три письма за день читаются одинаково: здесь никто не думает. Четвёртое уйдёт в спам, а за ним и счёт.",
    ),
    """\
pipeline deals "Продажи" {
  field email "E-mail" email
  stage offered "КП отправлено" {
    robot remind "Напомнить" {
      every 4 hours at most 12 times
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
    most = ctx.limit("messages-a-day")
    for pipeline in ctx.pipelines:
        common = [one for robot in pipeline.robots for one in _repeated(robot)]
        for stage in ctx.stages(pipeline):
            steady = [*common, *(one for robot in stage.robots for one in _repeated(robot))]
            at_first = [(float(count), first.loc) for count, first in [_sends(stage.entry)] if first is not None]
            a_day = sum(count for count, _ in steady)
            # what comes every few days does not come on the first one
            count = ceil(max(a_day, sum(n for n, _ in at_first) + sum(n for n, _ in steady if n >= 1)))
            # what a module sends is up to the values it is given, so the stage is told even where none of it is its own
            own = [(loc, SENDS) for _, loc in (*at_first, *steady) if ctx.is_own(loc)]
            if count > most:
                many = Both(f"{count} messages", str(count))
                yield ctx.finding(CODE, stage.loc, labels=own, stage=stage.name, count=many)


SENDS = Both("sends", "отправляет")
_DAYS = {"day": 1, "workday": 1, "week": 7, "month": 30, "year": 365}
_MINUTES = {"min": 1440.0, "hour": 24.0, "workhour": 8.0}


def _repeated(robot: Robot) -> Iterator[tuple[float, Loc]]:
    """How many messages a day the robot sends by the clock, and where."""
    count, first = _sends(robot.actions)
    if first is None:
        return
    for trigger in robot.triggers:
        if trigger.kind == "cron":
            minutes, hours, share = cron(trigger.cron)
            a_day = len(minutes) * len(hours) * share
            yield count * (min(a_day, trigger.at_most) if trigger.at_most else a_day), first.loc
        if trigger.kind != "every":
            continue
        times = (_MINUTES[trigger.unit] if trigger.unit in _MINUTES else max(1, len(trigger.times))) / trigger.n
        a_day = times / _DAYS.get(trigger.unit, 1)
        yield count * (min(a_day, trigger.at_most) if trigger.at_most else a_day), first.loc


def _sends(actions: tuple[Action, ...]) -> tuple[int, Send | None]:
    """How many messages one run of a block sends to the client at most, and the first of them."""
    count, sometimes = 0, 0
    first: Send | None = None
    for action in actions:
        found, here = 0, None
        match action:
            case Send() if action.channel != "webhook":
                found, here = 1, action
            case If():
                found, here = max(_sends(action.then), _sends(action.otherwise), key=lambda one: one[0])
        if action_when(action):
            sometimes = max(sometimes, found)
        else:
            count += found
        first = first or here
    return count + sometimes, first


def action_when(action: Action) -> bool:
    """Whether the action depends on a condition of its own; a branch is counted by its longer side."""
    return not isinstance(action, If) and getattr(action, "when", None) is not None


RULE = Rule(CODE, "robots", PAGE, run, ("R22", "R45"), {"messages-a-day": 2})
