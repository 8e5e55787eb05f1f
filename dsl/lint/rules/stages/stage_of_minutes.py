"""L108 stage-of-minutes."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import minutes
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L108",
    "stage-of-minutes",
    Severity.WARNING,
    "deals stay in `{stage}` for minutes: {why}",
    "на этапе `{stage}` сделки проводят минуты: {why}",
    "a stage is something that takes time; make it a task or a robot of the stage before",
    "этап — это то, что длится; сделайте из него задачу или робота предыдущего этапа",
)

PAGE = Page(
    Both(
        "Reports stages after the first that deals pass through at once, or that are limited to less than "
        "`stage-minutes`.",
        "Замечает этапы после первого, которые сделки проходят сразу или срок которых меньше `stage-minutes` минут.",
    ),
    Both(
        "Somebody has to move every deal twice for something that takes five minutes; the stage is empty "
        "whenever one looks.",
        "Из-за пятиминутного дела каждую сделку нужно передвинуть дважды, а сам этап пуст, когда на него ни посмотри.",
    ),
    """\
pipeline deals "Продажи" {
  stage talk    "Потребность выяснена"
  stage ready   "КП подготовлено"      { limit 10 min { notify owner "Отправьте КП" } }
  stage sent    "КП отправлено"
  lost  refused "Отказ"                { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage talk "Потребность выяснена" {
    task offer "Подготовить и отправить КП" { assign owner  due 2 workdays after entry }
  }
  stage sent    "КП отправлено"
  lost  refused "Отказ"         { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    least = ctx.limit("stage-minutes")
    for pipeline in ctx.pipelines:
        if pipeline.derived:
            continue
        for stage in ctx.stages(pipeline)[1:]:
            if stage.type == "incoming":
                continue  # how soon a request is answered may well be counted in minutes
            length = minutes(stage.limit.length) if stage.limit else None
            if length is not None and length < least and stage.limit is not None:
                why = Both(f"its limit is {length:g} min", f"его срок — {length:g} мин")
                yield ctx.finding(CODE, stage.loc, labels=[(stage.limit.loc, LIMIT)], stage=stage.name, why=why)
                continue
            for rule in stage.standing:
                stays = minutes(rule.moment.offset) if rule.moment and rule.moment.offset else 0
                by_itself = rule.moment is not None and rule.moment.base.kind == "entry" and not rule.moment.times
                if by_itself and rule.stage and rule.when is None and stays is not None and stays < least:
                    why = Both(f"they go on {stays:g} min after entry", f"через {stays:g} мин они идут дальше")
                    yield ctx.finding(CODE, stage.loc, labels=[(rule.loc, GO_ON)], stage=stage.name, why=why)


LIMIT = Both("after that they are red", "после этого они красные")
GO_ON = Both("by this rule", "по этому правилу")


RULE = Rule(CODE, "stages", PAGE, run, ("R20",), {"stage-minutes": 60})
