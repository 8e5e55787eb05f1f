"""L204 names-alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.model import Pipeline
from voronka.dsl.definition.types import Title
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.naming.similar import near_duplicates
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L204",
    "names-alike",
    Severity.WARNING,
    "{kind} “{name}” is hard to tell from “{other}”",
    "{kind} «{name}» не отличить от «{other}»",
    "join the two, or say in the names what tells them apart",
    "объедините их или скажите в названиях, чем они отличаются",
)

PAGE = Page(
    Both(
        "Compares the titles of the stages, of the loss reasons and of the fields of a pipeline by their lemmas: word "
        "order, endings, synonyms of the trade and one wrong letter make no difference, a negation does. Stages that "
        "differ only in a number are alike, fields are not. Of reasons with the very same title `duplicate-reasons` "
        "speaks; those that are never offered together are let be.",
        "Сравнивает названия этапов, причин отказа и полей воронки по леммам: порядок слов, окончания, "
        "профессиональные синонимы и одна неверная буква не различают их, отрицание различает. Этапы, отличные лишь "
        "числом, похожи, поля — нет. О причинах с одинаковым названием говорит `duplicate-reasons`; те, что не "
        "предлагаются вместе, не мешают друг другу.",
    ),
    Both(
        "Whoever has to choose between the two chooses at random, and both figures are wrong.",
        "Тот, кому нужно выбрать одно из двух, выбирает наугад, и обе цифры неверны.",
    ),
    """\
pipeline deals "Продажи" {
  stage clarify "Уточнение информации"
  stage details "Выяснение деталей"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage details "Выяснение деталей"
  stage offered "КП отправлено"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)


@dataclass(frozen=True, slots=True)
class _Item:
    """Something with a title; ``stages`` are those a reason may be given in, empty: all."""

    title: Title
    loc: Loc
    stages: tuple[str, ...] = ()


STAGE = Both("stage", "этап")
REASON = Both("reason", "причину")
FIELD = Both("field", "поле")


def run(ctx: Context) -> Iterator[Diagnostic]:
    every = ctx.definition.pipelines.values()  # cards without stages, too: their fields
    for pipeline in (one for one in every if ctx.is_own(one.loc)):
        for kind, items in _kinds(pipeline):
            own = [one for one in items if ctx.is_own(one.loc) and one.title]
            yield from _compared(ctx, kind, own)


def _kinds(pipeline: Pipeline) -> Iterator[tuple[Both, list[_Item]]]:
    stages = [one for one in pipeline.stages.values() if not one.retiring]
    yield STAGE, [_Item(one.title, one.loc) for one in stages]
    yield REASON, [_Item(one.title, one.loc, one.from_) for one in pipeline.reasons.values()]
    yield FIELD, [_Item(one.title, one.loc) for one in pipeline.fields.values()]


def _compared(ctx: Context, kind: Both, items: Sequence[_Item]) -> Iterator[Diagnostic]:
    """One finding a pair, in the first language in which the two are alike."""
    seen: set[tuple[int, int]] = set()
    for at in range(max((len(one.title.texts) for one in items), default=0)):
        texts = [one.title.texts[at][1] if at < len(one.title.texts) else "" for one in items]
        for first, second in near_duplicates(texts, numbered=kind is STAGE):
            one, other = items[first], items[second]
            same = kind is REASON and _same(texts[first], texts[second])
            if (first, second) in seen or same or not _together(one, other):
                continue
            seen.add((first, second))
            label = Both("this one", "вот это")
            yield ctx.finding(
                CODE, other.loc, labels=[(one.loc, label)], kind=kind, name=texts[second], other=texts[first]
            )


def _together(one: _Item, other: _Item) -> bool:
    return not one.stages or not other.stages or bool(set(one.stages) & set(other.stages))


def _same(one: str, other: str) -> bool:
    return one.casefold().strip(" .") == other.casefold().strip(" .")


RULE = Rule(CODE, "naming", PAGE, run, ("R19", "R21"))
