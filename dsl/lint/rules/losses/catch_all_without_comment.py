"""L405 catch-all-without-comment."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.model import Reason
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic, Edit, Fix
from voronka.dsl.text.span import Span

CODE = Code(
    "L405",
    "catch-all-without-comment",
    Severity.WARNING,
    "“{title}” says nothing, and asks for no word either",
    "«{title}» ничего не говорит и не требует пояснения",
    'add `comment required "…"` to it',
    'добавьте к ней `comment required "…"`',
)

PAGE = Page(
    Both(
        "A reason that is called “Other” (or Другое, Прочее, Иное) requires a comment, unless `lost` requires "
        "one of every loss.",
        "Причина с названием «Другое» («Прочее», «Иное», Other) требует комментария, если его не требует сам `lost`.",
    ),
    Both(
        "Such a reason is the fastest to choose. Without a word it soon leads the ranking of causes, and cannot"
        " be told apart afterwards.",
        "Такую причину выбрать быстрее всего. Без пояснения она вскоре возглавит рейтинг причин, и разобрать её"
        " потом нельзя.",
    ),
    """\
pipeline deals "Продажи" {
  stage new "Новая"
  lost refused "Отказ" {
    reason price "Дорого"
    reason other "Другое"
  }
}
""",
    """\
pipeline deals "Продажи" {
  stage new "Новая"
  lost refused "Отказ" {
    reason price "Дорого"
    reason other "Другое" { comment required "Что именно?" }
  }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        if pipeline.lost is None or pipeline.lost.comment_required:
            continue
        for reason in pipeline.reasons.values():
            titles = [text for _, text in reason.title.texts]
            said = reason.comment_required or reason.requires or reason.when is not None
            if not said and any(text.casefold().strip(" .") in CATCH_ALL for text in titles) and ctx.is_own(reason.loc):
                yield ctx.finding(CODE, reason.loc, title=titles[0], fix=_ask(ctx, reason))


CATCH_ALL = frozenset(
    {"другое", "другая причина", "другие причины", "прочее", "прочие", "прочая причина", "иное", "иная причина"}
    | {"разное", "other", "other reason", "another reason", "miscellaneous", "misc", "something else"}
)


def _ask(ctx: Context, reason: Reason) -> Fix | None:
    """Losing asks for more afterwards, so the fix is not a safe one."""
    span = ctx.span(reason.loc)
    end = Span(span.source, span.end, span.end)
    if span.text.endswith("}"):
        return None
    return Fix(Both("ask for a comment", "спрашивать комментарий"), (Edit(end, " { comment required }"),))


RULE = Rule(CODE, "losses", PAGE, run, ("R55", "R56"))
