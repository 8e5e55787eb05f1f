"""L103 no-exit-criterion."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import leads_on
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L103",
    "no-exit-criterion",
    Severity.WARNING,
    "nothing says when a deal may leave `{stage}`",
    "не сказано, когда сделка может уйти с этапа `{stage}`",
    'ask for what must be done first: `leave when … else "…"`, or lead on: `move to {next} when …`',
    'скажите, что должно быть сделано: `leave when … else "…"`, или ведите дальше: `move to {next} when …`',
)

PAGE = Page(
    Both(
        "A stage needs a criterion for going on: a `leave when`, an approval, a rule, task or robot that moves "
        "the deal to a later stage, or a next stage that asks for something in `require` or `enter when`.",
        "У этапа должен быть критерий перехода: `leave when`, согласование, правило, задача или робот, которые "
        "ведут сделку на следующий этап, либо следующий этап, который чего-то требует в `require` или `enter "
        "when`.",
    ),
    Both(
        "Without a criterion a deal is moved on when somebody feels like it; progress on the scale is then no "
        "progress with the client.",
        "Без критерия сделку двигают по настроению, и движение по шкале не значит движения с клиентом.",
    ),
    """\
pipeline deals "Продажи" {
  stage talk    "Потребность выясняется"
  stage offered "КП отправлено"
  lost  refused "Отказ"                  { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  field need "Потребность" text
  field wins "Согласен"    bool
  stage talk "Потребность выясняется"
  stage offered "КП отправлено" {
    require need
    leave when wins else "Решения ещё нет"
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        if pipeline.derived:
            continue
        order = list(pipeline.stages.values())
        for stage in ctx.stages(pipeline):
            following = next(
                (one for one in order[order.index(stage) + 1 :] if one.kind != "lost" and not one.retiring), None
            )
            if following is None:
                continue  # only losing is left: the reason is the criterion
            asked = stage.leave or stage.approvals or pipeline.approvals or following.enter or following.requires
            if not asked and not leads_on(ctx, pipeline, stage):
                yield ctx.finding(CODE, stage.loc, stage=stage.name, next=following.name)


RULE = Rule(CODE, "stages", PAGE, run, ("R23", "R21"))
