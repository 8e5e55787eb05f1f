"""L702 unused-module."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, normpath

from voronka.dsl.lint.context import Context, head, mentions
from voronka.dsl.lint.edits import deleted
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.parser import parse
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic, Fix

CODE = Code(
    "L702",
    "unused-module",
    Severity.WARNING,
    "`{name}` is used by nothing in this file",
    "`{name}` в этом файле не нужен",
    "delete the line, or `include` what it brings",
    "удалите строку или подключите (`include`) то, что в нём есть",
)

PAGE = Page(
    Both(
        "What a `use` brings into a file is named there: its module is included, or one of its records, "
        "calendars, segments is spoken of. Files with a team are needed for its people. A module that a file "
        "declares beside a pipeline is included by something.",
        "То, что `use` приносит в файл, там названо: модуль подключён, или упомянута запись, календарь, "
        "сегмент. Файлы с командой нужны ради людей. Модуль, объявленный в файле рядом с воронкой, где-то "
        "подключён.",
    ),
    Both(
        "Readers take for a part of the process what is none: “there is NPS, it is used at the top”.",
        "Читатель принимает за часть процесса то, чего в нём нет: «NPS у нас есть, вон подключён сверху».",
    ),
    """\
use std.nps

pipeline deals "Продажи" {
  stage new     "Новая"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage new     "Новая"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for name, tree in ctx.trees.items():
        named = set(mentions((one for one in tree.file.body if not isinstance(one, nodes.Use)), scenarios=True))
        for use in (one for one in tree.file.body if isinstance(one, nodes.Use)):
            brought = _brought(ctx, name, use)
            if brought and not brought & named:
                gone = Fix(Both("delete the line", "удалить строку"), (deleted(use.span),), safe=True)
                written = use.module.name if use.module else use.file.value if use.file else ""
                yield ctx.finding(CODE, use.span, name=written, fix=gone)
        if any(isinstance(one, nodes.Pipeline) for one in tree.file.body):
            for module in (one for one in tree.file.body if isinstance(one, nodes.Module)):
                if module.name.name not in ctx.mentioned:
                    yield ctx.finding(CODE, head(module.span), name=module.name.name)


def _brought(ctx: Context, file: str, use: nodes.Use) -> set[str]:
    """The names that a ``use`` brings; empty where nobody can say, or where it is there for its people."""
    if use.module is not None:
        source = f"std/{use.module.parts[-1].name}.pipeline"
    else:
        source = normpath(f"{dirname(file)}/{use.file.value}" if dirname(file) else use.file.value) if use.file else ""
    if source not in ctx.sources:
        return set()
    names = {use.alias.name} if use.alias else set()
    for top in parse(ctx.sources[source]).file.body:
        if isinstance(top, nodes.Team):
            return set()
        if isinstance(top, DECLARING):
            names.add(top.name.name)
    return names


DECLARING = (nodes.Pipeline, nodes.Record, nodes.Module, nodes.Resource, nodes.Calendar, nodes.Segment)


RULE = Rule(CODE, "text", PAGE, run, ())
