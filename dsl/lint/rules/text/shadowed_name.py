"""L704 shadowed-name."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.check.resolve import BUILT_IN_PEOPLE
from voronka.dsl.lint.context import Context, head
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L704",
    "shadowed-name",
    Severity.WARNING,
    "`{name}` means {kind} here, and not {hidden}",
    "`{name}` здесь — {kind}, а не {hidden}",
    "give one of the two another name",
    "назовите одно из двух иначе",
)

PAGE = Page(
    Both(
        "A field must not be called like a role of the same pipeline, a role not like a person or like `owner`,"
        " `supervisor`, `deputy` or `assignee`, a module of the workspace not like a module of the library that"
        " its file uses.",
        "Поле не должно называться как роль той же воронки, роль — как сотрудник или как `owner`, `supervisor`,"
        " `deputy` и `assignee`, модуль рабочей папки — как модуль библиотеки, который подключает тот же файл.",
    ),
    Both(
        "Of two things with one name only one can be meant: the sentence reads as it did before the second was "
        "declared, and means something else.",
        "Из двух вещей с одним именем понять можно только одну: предложение читается так же, как до второго "
        "объявления, а значит другое.",
    ),
    """\
pipeline deals "Продажи" {
  role lawyer "Юрист"        reports to head
  role head   "Руководитель"
  field lawyer "Кто ведёт договор" user
  owner is head
  stage new "Новая" {
    task papers "Подготовить договор" { assign lawyer  due 2 workdays after entry }
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  role lawyer "Юрист"        reports to head
  role head   "Руководитель"
  field drafting "Кто ведёт договор" user
  owner is head
  stage new "Новая" {
    task papers "Подготовить договор" { assign lawyer  due 2 workdays after entry }
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.everything:
        for role in pipeline.roles.values():
            field = pipeline.fields.get(role.name)
            if field is not None and ctx.is_own(field.loc):
                label = (role.loc, Both("the role", "роль"))
                yield ctx.finding(CODE, field.loc, labels=[label], name=role.name, kind=FIELD, hidden=ROLE)
            if not ctx.is_own(role.loc):
                continue
            if role.name in BUILT_IN_PEOPLE:
                yield ctx.finding(CODE, role.loc, name=role.name, kind=WORD, hidden=ROLE)
            elif (person := ctx.definition.people.get(role.name)) is not None:
                label = (person.loc, Both("the person", "сотрудник"))
                yield ctx.finding(CODE, role.loc, labels=[label], name=role.name, kind=ROLE, hidden=PERSON)
    for tree in ctx.trees.values():
        used = {one.module.parts[-1].name: one for one in tree.file.body if isinstance(one, nodes.Use) and one.module}
        for module in (one for one in tree.file.body if isinstance(one, nodes.Module)):
            if (use := used.get(module.name.name)) is not None:
                imported = (use.span, Both("the library’s", "модуль библиотеки"))
                place = head(module.span)
                yield ctx.finding(CODE, place, labels=[imported], name=module.name.name, kind=MODULE, hidden=LIBRARY)


FIELD, ROLE, PERSON = Both("the field", "поле"), Both("the role", "роль"), Both("the person", "сотрудник")
WORD = Both("the word of the language", "слово языка")
MODULE, LIBRARY = Both("the module of this file", "модуль этого файла"), Both("the library’s", "модуль библиотеки")


RULE = Rule(CODE, "text", PAGE, run, ())
