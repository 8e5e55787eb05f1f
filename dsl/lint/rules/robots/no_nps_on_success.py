"""L502 no-nps-on-success."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.actions import Tunnel
from voronka.dsl.definition.model import Pipeline
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L502",
    "no-nps-on-success",
    Severity.NOTE,
    "nobody asks the clients of `{pipeline}` whether they would recommend you",
    "клиентов `{pipeline}` никто не спросит, порекомендуют ли они вас",
    "`include nps {{ to = email }}` in `won {won}`",
    "`include nps {{ to = email }}` в `won {won}`",
)

PAGE = Page(
    Both(
        "A pipeline that can be won, or one that its deals go on to by a tunnel, has a rating. A warning in the"
        " profiles that ask for it.",
        "В воронке, где можно победить, или в той, куда её сделки идут дальше по туннелю, есть оценка. "
        "Предупреждение в профилях, где это требуют.",
    ),
    Both(
        "Who is content buys again and sends others; who is not tells others first. Both are known only if they"
        " are asked.",
        "Довольные покупают снова и приводят других, недовольные рассказывают первыми. Узнать это можно, только"
        " спросив.",
    ),
    """\
pipeline deals "Продажи" {
  field email "E-mail" email
  stage new     "Новая"
  won   paid    "Оплачено"
  lost  refused "Отказ"    { reason other "Другое" }
}
""",
    """\
use std.nps

pipeline deals "Продажи" {
  field email "E-mail" email
  stage new     "Новая"
  won   paid    "Оплачено" { include nps { to = email } }
  lost  refused "Отказ"    { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        won = pipeline.won
        if won is not None and not pipeline.derived and ctx.is_own(won.loc) and not _asked(ctx, pipeline):
            yield ctx.finding(CODE, won.loc, pipeline=pipeline.name, won=won.name)


def _asked(ctx: Context, first: Pipeline) -> bool:
    """Whether there is a rating here or anywhere that deals go on to."""
    seen, waiting = set(), [first]
    while waiting:
        pipeline = waiting.pop()
        if any(one.type.kind == "rating" for one in pipeline.fields.values()):
            return True
        seen.add(pipeline.name)
        actions = (deed.action for deed in ctx.deeds(pipeline))
        names = {one.pipeline for one in actions if isinstance(one, Tunnel)} - seen
        waiting += [ctx.definition.pipelines[name] for name in names]
    return False


RULE = Rule(CODE, "robots", PAGE, run, ("R44", "R60", "R61", "R62"))
