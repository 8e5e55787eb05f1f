"""L703 unused-name."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context, head
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L703",
    "unused-name",
    Severity.WARNING,
    "the {kind} `{name}` is declared, and nothing uses it",
    "объявлено, но нигде не используется: {kind} `{name}`",
    "delete it, or say what it is for",
    "удалите или скажите, для чего это нужно",
)

PAGE = Page(
    Both(
        "Roles, segments, calendars, resources, events that carry nothing and parameters of modules that are "
        "declared are also named somewhere.",
        "Объявленные роли, сегменты, календари, ресурсы, события без значений и параметры модулей где-то ещё названы.",
    ),
    Both(
        "It is either left over, and misleads, or was meant for a sentence that is missing.",
        "Это либо остаток, который сбивает с толку, либо предложение, которое должно его использовать, забыто.",
    ),
    """\
pipeline deals "Продажи" {
  role manager "Менеджер"     reports to head
  role lawyer  "Юрист"        reports to head
  role head    "Руководитель"
  owner is manager by round robin
  stage new     "Новая"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  role manager "Менеджер"     reports to head
  role head    "Руководитель"
  owner is manager by round robin
  stage new     "Новая"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    people = frozenset(one.role for one in ctx.definition.people.values())
    for kind, word in KINDS.items():
        for node in ctx.walk(kind):
            name = node.name.name
            if isinstance(node, nodes.Event) and (node.payload or node.creates):
                continue  # what it carries is written into fields, what it creates is a deal
            if name not in ctx.mentioned | ctx.template_words | people:
                yield ctx.finding(CODE, head(node.span), kind=word, name=name)


KINDS: dict[type[nodes.Role | nodes.Segment | nodes.Calendar | nodes.Resource | nodes.Event | nodes.Param], Both] = {
    nodes.Role: Both("role", "роль"),
    nodes.Segment: Both("segment", "сегмент"),
    nodes.Calendar: Both("calendar", "календарь"),
    nodes.Resource: Both("resource", "ресурс"),
    nodes.Event: Both("event", "событие"),
    nodes.Param: Both("parameter", "параметр"),
}


RULE = Rule(CODE, "text", PAGE, run, ())
