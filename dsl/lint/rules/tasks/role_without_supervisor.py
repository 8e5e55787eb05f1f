"""L302 role-without-supervisor."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.model import Pipeline
from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L302",
    "role-without-supervisor",
    Severity.WARNING,
    "`{role}` is given work, and reports to nobody",
    "`{role}` получает работу и никому не подчиняется",
    'say who checks it: `role {role} "…" reports to head`',
    'скажите, кто проверяет: `role {role} "…" reports to head`',
)

PAGE = Page(
    Both(
        "A role that tasks or deals are given to reports to another one, unless others report to it, or every "
        "person in it has a chief of their own.",
        "Роль, которой дают задачи или сделки, подчиняется другой, если только ей самой кто-то не подчиняется и"
        " если не у каждого человека в ней есть свой руководитель.",
    ),
    Both(
        "`notify supervisor` reaches nobody for such a role, and an overdue task stays between the manager and "
        "their conscience.",
        "Для такой роли `notify supervisor` не дойдёт ни до кого, и просроченная задача останется на совести "
        "менеджера.",
    ),
    """\
pipeline deals "Продажи" {
  role manager "Менеджер"
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
    for pipeline in ctx.everything:
        chiefs = {role.reports_to for role in pipeline.roles.values()}
        given = _given(pipeline)
        for role in pipeline.roles.values():
            people = [one for one in ctx.definition.people.values() if one.role == role.name]
            led = bool(role.reports_to) or (bool(people) and all(one.reports_to for one in people))
            if role.name in given and role.name not in chiefs and not led and ctx.is_own(role.loc):
                yield ctx.finding(CODE, role.loc, role=role.name)


def _given(pipeline: Pipeline) -> set[str]:
    """Roles that deals or tasks are given to."""
    rules = [*pipeline.owner, *(rule for task in pipeline.every_task() for rule in task.assign)]
    return {rule.who.name for rule in rules if rule.who.kind == "role"}


RULE = Rule(CODE, "tasks", PAGE, run, ("R37",))
