"""L501 offer-without-follow-up."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.actions import After, Send, Wait
from voronka.dsl.definition.model import Pipeline, Stage
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import by_clock, here
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L501",
    "offer-without-follow-up",
    Severity.WARNING,
    "{what} goes out in `{stage}`, and nobody follows it up",
    "на этапе `{stage}` клиенту уходит {what}, и никто не узнаёт, что он решил",
    "give a task with a deadline, or `include follow_up {{ to = email }}`",
    "поставьте задачу со сроком или `include follow_up {{ to = email }}`",
)

PAGE = Page(
    Both(
        "Where a stage sends the client a document by itself, it also has a task with a deadline, a robot by "
        "the clock or a `wait` that runs out.",
        "Если этап сам отправляет клиенту документ, на нём есть и задача со сроком, робот по времени или `wait`"
        " с истечением срока.",
    ),
    Both(
        "An offer is answered when somebody asks. Sent and left alone, it is the last thing the client hears of you.",
        "На предложение отвечают, когда о нём спрашивают. Отправленное и забытое, оно — последнее, что клиент "
        "от вас услышит.",
    ),
    """\
pipeline deals "Продажи" {
  field email "E-mail" email
  field offer "КП"     document using "offer"
  stage sent "КП отправлено" {
    render offer
    send email to email using "letter" attach offer
  }
  lost refused "Отказ" { reason other "Другое" }
}
-- templates/letter.txt --
Subject: Предложение

Наше предложение.
-- templates/offer.html --
<p>Предложение</p>
""",
    """\
pipeline deals "Продажи" {
  field email "E-mail" email
  field offer "КП"     document using "offer"
  stage sent "КП отправлено" {
    render offer
    send email to email using "letter" attach offer
    task decide "Узнать решение" { assign owner  due 2 workdays after entry }
  }
  lost refused "Отказ" { reason other "Другое" }
}
-- templates/letter.txt --
Subject: Предложение

Наше предложение.
-- templates/offer.html --
<p>Предложение</p>
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        for stage in ctx.stages(pipeline):
            sent = next(
                (
                    deed.action
                    for deed in here(ctx, pipeline, stage)
                    if isinstance(deed.action, Send) and deed.action.attach and deed.cause in ("entry", "state")
                ),
                None,
            )
            if sent is None or not ctx.is_own(sent.loc) or _followed(ctx, pipeline, stage):
                continue
            title = pipeline.fields[sent.attach[0]].title
            what = Both(f"“{title.in_('en')}”", f"«{title.in_('ru')}»")
            yield ctx.finding(CODE, sent.loc, stage=stage.name, what=what)


def _followed(ctx: Context, pipeline: Pipeline, stage: Stage) -> bool:
    if any(task.due for task in stage.tasks):
        return True
    if any(by_clock(trigger) for robot in stage.robots for trigger in robot.triggers):
        return True
    return any(isinstance(deed.action, Wait | After) for deed in here(ctx, pipeline, stage))


RULE = Rule(CODE, "robots", PAGE, run, ("R45", "R34"))
