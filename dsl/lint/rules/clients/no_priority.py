"""L601 no-priority."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L601",
    "no-priority",
    Severity.NOTE,
    "hot and cold clients of `{pipeline}` are treated alike",
    "горячие и холодные клиенты `{pipeline}` обслуживаются одинаково",
    "add a field and say what it means: `priority by heat {{ hot = 90% … }}`, or `include priority`",
    "добавьте поле и скажите, что оно значит: `priority by heat {{ hot = 90% … }}`, или `include priority`",
)

PAGE = Page(
    Both(
        "A pipeline that people work in has `priority by`. A warning in the profiles that ask for it.",
        "В воронке, где работают люди, есть `priority by`. Предупреждение в профилях, где это требуют.",
    ),
    Both(
        "Time is spread evenly unless somebody says otherwise, and those who would buy today wait behind those "
        "who never will.",
        "Время делится поровну, если не сказать иначе, и те, кто купил бы сегодня, ждут вслед за теми, кто не "
        "купит никогда.",
    ),
    """\
pipeline deals "Продажи" {
  stage new     "Новая"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  field heat "Приоритет" choice { hot "Горячий"  cold "Холодный" } = cold
  priority by heat { hot = 90%  cold = 10% }
  stage new     "Новая"
  lost  refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.pipelines:
        if pipeline.priority is None and not pipeline.derived and pipeline.name not in ctx.continued:
            yield ctx.finding(CODE, pipeline.loc, pipeline=pipeline.name)


RULE = Rule(CODE, "clients", PAGE, run, ("R64",))
