"""L701 dead-field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voronka.dsl.lint.context import Context, head
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
        "event that carries it, a template. A warning in the profile `strict`.",
        "Поле воронки где-то ещё названо: в `require`, условии, роботе, туннеле, событии, которое его приносит,"
        " в шаблоне. Предупреждение в профиле `strict`.",
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
    texts = " ".join(one.text for name, one in ctx.sources.items() if not name.endswith(".pipeline"))
    words = set(re.findall(r"\w+", texts))
    for tree in ctx.trees.values():
        for pipeline in (one for one in tree.file.body if isinstance(one, nodes.Pipeline)):
            # a module's fields are there for whoever includes it
            for field in (one for one in pipeline.body if isinstance(one, nodes.Field)):
                name = field.name.name
                if name not in ctx.mentioned and name not in words:
                    yield ctx.finding(CODE, head(field.span), field=name)


RULE = Rule(CODE, "text", PAGE, run, ("R27", "R28"))
