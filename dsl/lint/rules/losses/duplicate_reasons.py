"""L403 duplicate-reasons."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.model import Reason
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L403",
    "duplicate-reasons",
    Severity.WARNING,
    "two reasons are called “{title}”",
    "две причины называются «{title}»",
    "keep one: `{other} was {reason}` takes the deals of the other along",
    "оставьте одну: `{other} was {reason}` заберёт и её сделки",
)

PAGE = Page(
    Both(
        "Two reasons of a pipeline must not have the same title, capitals and dots aside, unless they are for "
        "different stages.",
        "У двух причин воронки не должно быть одинакового названия (без учёта регистра и точек), если они не "
        "для разных этапов.",
    ),
    Both(
        "The ranking of causes counts them apart, and the real first place comes second and third.",
        "В рейтинге причин они считаются врозь, и настоящее первое место оказывается вторым и третьим.",
    ),
    """\
pipeline deals "Продажи" {
  stage new "Новая"
  lost refused "Отказ" {
    reason price     "Дорого"
    reason expensive "дорого."
  }
}
""",
    """\
pipeline deals "Продажи" {
  stage new "Новая"
  lost refused "Отказ" {
    reason price  "Дорого"
    reason silent "Не отвечает"
  }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        seen: dict[str, list[Reason]] = {}
        for reason in pipeline.reasons.values():
            title = reason.title.texts[0][1] if reason.title else ""
            others = seen.setdefault(_plain(title), [])
            clash = next((one for one in others if title and _together(one, reason)), None)
            others.append(reason)
            if clash is None or not (ctx.is_own(reason.loc) or ctx.is_own(clash.loc)):
                continue
            place, label = (reason, clash) if ctx.is_own(reason.loc) else (clash, reason)
            yield ctx.finding(
                CODE,
                place.loc,
                labels=[(label.loc, Both("the other one", "вот другая"))],
                title=title.rstrip(". "),
                reason=place.name,
                other=label.name,
            )


def _plain(title: str) -> str:
    return " ".join(title.casefold().replace("ё", "е").split()).strip(" .!…")


def _together(one: Reason, other: Reason) -> bool:
    """Whether both can be chosen in one stage."""
    return not one.from_ or not other.from_ or bool(set(one.from_) & set(other.from_))


RULE = Rule(CODE, "losses", PAGE, run, ("R56",))
