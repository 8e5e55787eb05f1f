"""L111 stages-alike."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.model import Stage
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L111",
    "stages-alike",
    Severity.WARNING,
    "`{stage}` means the same as `{other}`",
    "`{stage}` значит то же, что и `{other}`",
    "join the two, or say in `means` what tells them apart",
    "объедините их или скажите в `means`, чем они отличаются",
)

PAGE = Page(
    Both(
        "Two stages of a pipeline must not have the same `means`.",
        "У двух этапов воронки не должно быть одинакового `means`.",
    ),
    Both(
        "Whoever moves a deal has to choose one of the two, and will not choose as the others do.",
        "Тот, кто двигает сделку, вынужден выбирать из двух, и выберет не так, как остальные.",
    ),
    """\
pipeline deals "Продажи" {
  stage clarify "Уточнение информации" { means "Выясняем, что нужно клиенту" }
  stage details "Выяснение деталей"    { means "Выясняем, что нужно клиенту" }
  lost  refused "Отказ"                { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage details "Выяснение деталей" { means "Выясняем, что нужно клиенту" }
  stage offered "КП отправлено"     { means "Предложение у клиента, ждём решения" }
  lost  refused "Отказ"             { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        seen: dict[str, Stage] = {}
        for stage in ctx.stages(pipeline, ended=True):
            meaning = " ".join(stage.means.texts[0][1].casefold().split()).rstrip(".") if stage.means else ""
            if not meaning:
                continue
            first = seen.setdefault(meaning, stage)
            if first is not stage:
                label = Both("this one", "вот этот")
                yield ctx.finding(CODE, stage.loc, labels=[(first.loc, label)], stage=stage.name, other=first.name)


RULE = Rule(CODE, "stages", PAGE, run, ("R19", "R21"))
