"""L114 probability-unlike-observed."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.values import plain
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.facts import probability_place
from voronka.dsl.lint.lived import Lived
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic, Edit, Fix
from voronka.dsl.text.span import Span

CODE = Code(
    "L114",
    "probability-unlike-observed",
    Severity.WARNING,
    "`{stage}`: declared {said}%, observed {seen}% (n = {ended})",
    "`{stage}`: заявлено {said} %, наблюдалось {seen} % (n = {ended})",
    "of the deals that were here, {low}% to {high}% are won (95 %): declare what is, or find out what has changed",
    "из побывавших здесь сделок выигрывают от {low} % до {high} % (95 %): заявите то, что есть, или выясните, что "
    "изменилось",
)

PAGE = Page(
    Both(
        "Speaks only with `--store`: the share that is won of all deals that were ever in a stage is compared with the "
        "declared probability. Open deals count as not seen to the end (Aalen–Johansen). A finding is what lies "
        "outside of Wilson’s interval of 95 %, stretched so far that nothing that open deals may still do brings it "
        "back, of at least `ended-deals-at-least` deals that have ended.",
        "Работает только с `--store`: доля выигранных из всех сделок, побывавших на этапе, сравнивается с заявленной "
        "вероятностью. Открытые сделки считаются недосмотренными (Аален—Йохансен). Замечание — то, что лежит вне "
        "интервала Уилсона на 95 %, расширенного так, что никакой исход открытых сделок этого не исправит, и если "
        "закончилось не меньше `ended-deals-at-least` сделок.",
    ),
    Both(
        "Probabilities are written down once, by feeling, and the forecast multiplies by them ever after.",
        "Вероятности пишут один раз, на глаз, а прогноз умножает на них всегда.",
    ),
    """\
pipeline deals "Продажи" {
  stage talk    "Потребность выяснена" { probability 20% }
  stage offered "КП отправлено"        { probability 60% }
  won   paid    "Оплачено"
  lost  refused "Отказ"                { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage talk    "Потребность выяснена" { probability 20% }
  stage offered "КП отправлено"        { probability 31% }
  won   paid    "Оплачено"
  lost  refused "Отказ"                { reason other "Другое" }
}
""",
    {("deals", "offered"): Lived(0.31, 0.25, 0.374, 214)},
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        for stage in ctx.stages(pipeline):
            seen = ctx.lived.get((pipeline.name, stage.name))
            if stage.probability is None or seen is None or seen.ended < ctx.limit("ended-deals-at-least"):
                continue
            if seen.low <= float(stage.probability) <= seen.high:
                continue
            place = probability_place(ctx, stage)
            yield ctx.finding(
                CODE,
                place,
                fix=_fix(place, seen) if isinstance(place, Span) else None,
                stage=stage.name,
                said=plain(stage.probability * 100),
                seen=_percent(seen.share),
                ended=seen.ended,
                low=_percent(seen.low),
                high=_percent(seen.high),
            )


def _fix(place: Span, seen: Lived) -> Fix | None:
    """Declare what was observed; nothing where that would be never or always."""
    percent = round(seen.share * 100)
    if not 0 < percent < 100:
        return None
    title = Both(f"declare {percent}%", f"заявить {percent} %")
    return Fix(title, (Edit(place, f"probability {percent}%"),), safe=False)


def _percent(share: float) -> Both:
    """Whole percents, and a decimal where a whole one would say never or always of what is neither."""
    whole = f"{share * 100:.0f}"
    text = f"{share * 100:.1f}" if whole in ("0", "100") and 0 < share < 1 else whole
    return Both(text, text.replace(".", ","))


RULE = Rule(CODE, "stages", PAGE, run, ("R70", "U8"), {"ended-deals-at-least": 30}, lived=True)
