"""L701 dead-field."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L701",
    "dead-field",
    Severity.NOTE,
    "nothing asks for the field `{field}`, shows it or fills it in",
    "поле `{field}` никто не спрашивает, не показывает и не заполняет",
    "require it where it is needed, or delete it: `retire field {field}` keeps what old deals have",
    "потребуйте его там, где оно нужно, или удалите: `retire field {field}` сохранит то, что есть у старых сделок",
)

PAGE = Page(
    Both(
        "A field of a pipeline is named somewhere else: in a `require`, a condition, a robot, a tunnel, an "
        "event that carries it, a template. Lists and scales feed reports, and formulas are there to be seen, "
        "so they are left out. A warning in the profile `strict`.",
        "Поле воронки где-то ещё названо: в `require`, условии, роботе, туннеле, событии, которое его приносит,"
        " в шаблоне. Списки и шкалы нужны отчётам, а формулы — чтобы их видели, поэтому они не проверяются. "
        "Предупреждение в профиле `strict`.",
    ),
    Both(
        "A card with forty fields of which ten matter hides the ten. What nobody asks for, nobody fills in.",
        "В карточке из сорока полей, из которых важны десять, этих десяти не видно. Что не спрашивают, то и не "
        "заполняют.",
    ),
    """\
pipeline deals "Продажи" {
  field phone "Телефон" phone
  field fax   "Факс"    phone
  stage new     "Новая" { require phone }
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  field phone "Телефон" phone
  stage new     "Новая" { require phone }
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        for field in pipeline.fields.values():
            if field.formula is not None or field.type.kind in FOR_REPORTS or not ctx.is_own(field.loc):
                continue
            node = ctx.node(field.loc, nodes.Field)
            # a field of a module of the workspace is there for whoever includes it
            if node is None or field.name != node.name.name:
                continue
            if field.name not in ctx.mentioned | ctx.template_words:
                yield ctx.finding(CODE, field.loc, field=field.name)


FOR_REPORTS = ("choice", "choices", "rating")


RULE = Rule(CODE, "text", PAGE, run, ("R27", "R28"))
