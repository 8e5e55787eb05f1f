"""L101 stage-count."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L101",
    "stage-count",
    Severity.WARNING,
    "`{pipeline}` has {count}, {limit} are wanted",
    "в `{pipeline}` этапов: {count}, а нужно {limit}",
    "{advice}",
    "{advice}",
)

PAGE = Page(
    Both(
        "Counts the stages of a pipeline, `won` and `lost` among them: five to eight are wanted. The limits "
        "`stages-at-least` and `stages-at-most` are the profile's, or yours in `[lint.limits]`. Stages that follow "
        "conditions and stages that are retiring are not counted; a pipeline that deals come into by a tunnel, where "
        "another one ends, may have fewer.",
        "Считает этапы воронки вместе с `won` и `lost`: нужно от пяти до восьми. Границы `stages-at-least` и "
        "`stages-at-most` задаёт профиль или ваш `[lint.limits]`. Этапы, которые следуют условиям или выводятся из "
        "употребления, не считаются; у воронки, куда сделки приходят по туннелю из другой, этапов может быть меньше.",
    ),
    Both(
        "Twenty stages tell no more than seven do, but every one of them has to be chosen, moved through and "
        "explained; with two, nobody sees where deals are lost.",
        "Двадцать этапов не скажут больше, чем семь, но каждый нужно выбрать, пройти и объяснить новичку; а по двум не "
        "видно, где теряются сделки.",
    ),
    """\
pipeline deals "Продажи" {
  stage talk    "Переговоры"
  won   paid    "Оплачено"
  lost  refused "Отказ"      { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage new       "Заявка получена"
  stage qualified "Потребность выяснена"
  stage offered   "КП отправлено"
  stage invoiced  "Счёт выставлен"
  won   paid      "Оплачено"
  lost  refused   "Отказ"                { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    least, most = ctx.limit("stages-at-least"), ctx.limit("stages-at-most")
    for pipeline in ctx.pipelines:
        count = sum(not stage.retiring for stage in pipeline.stages.values())
        if pipeline.derived or least <= count <= most or (count < least and pipeline.name in ctx.continued):
            continue
        many = count > most
        yield ctx.finding(
            CODE,
            pipeline.loc,
            pipeline=pipeline.name,
            count=counted(count),
            limit=Both(f"{most} at most", f"не больше {most}")
            if many
            else Both(f"{least} at least", f"не меньше {least}"),
            advice=MERGE if many else SPLIT,
        )


def counted(count: int) -> Both:
    return Both(f"{count} stage{'' if count == 1 else 's'}", str(count))


MERGE = Both(
    "join stages that only differ in what the manager does next: actions are tasks, not stages",
    "объедините этапы, которые отличаются лишь следующим действием: действия — это задачи, а не этапы",
)
SPLIT = Both(
    "say where the work stands between the first contact and the money",
    "покажите, что происходит между первым контактом и оплатой",
)

RULE = Rule(CODE, "stages", PAGE, run, ("R4", "R5"), {"stages-at-least": 5, "stages-at-most": 8})
