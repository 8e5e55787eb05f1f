"""L205 mixed-names."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.naming.judge import judge
from voronka.dsl.lint.naming.kinds import Kind
from voronka.dsl.lint.naming.said import Named, stage_titles
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.span import Span

CODE = Code(
    "L205",
    "mixed-names",
    Severity.WARNING,
    "the stages of `{pipeline}` are named in two styles: {done}, {rest}",
    "этапы `{pipeline}` названы в двух стилях: {done}, {rest}",
    "choose one: what has been done, or what is expected next",
    "выберите один: что уже сделано или чего ждём",
)

PAGE = Page(
    Both(
        "Counts the open stages named by a completed action, and those by a phase or a state; both in one "
        "pipeline are reported, with the smaller group marked. Names that are neither for sure are not counted. Off "
        "without a profile: where completed actions are demanded, `name-not-done` says it of each stage.",
        "Считает открытые этапы, названные завершённым действием, и названные фазой или состоянием; если в воронке "
        "есть и те и другие, сообщает и помечает меньшую группу. Названия, о которых нет уверенности, не считаются. "
        "Без профиля выключено: где нужны завершённые действия, о каждом этапе скажет `name-not-done`.",
    ),
    Both(
        "In “Offer sent” the work is over, in “Approval” it has just begun: side by side nobody knows when to move a "
        "deal.",
        "На «КП отправлено» дело сделано, на «Согласовании» только началось: рядом они не дают понять, когда двигать "
        "сделку.",
    ),
    """\
pipeline deals "Продажи" {
  stage offered "КП отправлено"
  stage agreed  "Согласование"
  stage billed  "Счёт выставлен"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage offered "КП отправлено"
  stage agreed  "Условия согласованы"
  stage billed  "Счёт выставлен"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        titles: dict[str, Named] = {}
        for named in stage_titles(ctx):
            if named.pipeline is pipeline:
                titles.setdefault(named.stage.name, named)
        judged = {name: judge(one.text) for name, one in titles.items()}
        done = [titles[name] for name, kind in judged.items() if kind is Kind.DONE]
        rest = [titles[name] for name, kind in judged.items() if kind not in (Kind.DONE, None)]
        if not done or not rest:
            continue
        few, words = (rest, EXPECTED) if len(rest) <= len(done) else (done, DONE)
        labels: list[tuple[Span, Both]] = [(one.span, words) for one in few]
        yield ctx.finding(
            CODE,
            pipeline.loc,
            labels=labels,
            pipeline=pipeline.name,
            done=Both(f"{len(done)} say what has been done", f"что сделано — {len(done)}"),
            rest=Both(f"{len(rest)} what is expected", f"чего ждём — {len(rest)}"),
        )


DONE = Both("what has been done", "что сделано")
EXPECTED = Both("what is expected", "чего ждём")

RULE = Rule(CODE, "naming", PAGE, run, ("R16",), off=True)
