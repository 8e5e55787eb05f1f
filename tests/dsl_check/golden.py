"""Golden cases: a snippet, and what the checker makes of it.

A case in ``golden/*.txt`` is::

    === what it shows | where the snippet stands: file, pipeline, stage, lost, task, robot, files
    the snippet
    ---
    what is said of it, in both languages

Those in ``lowered/*.txt`` name the parts of the definition to show after a second ``|``: ``pipelines.p.robots``.
In ``lowered/expressions.txt`` every line of a snippet is an expression, and is answered by its typed tree.
``python -m tests.dsl_check.golden`` writes what is found anew; read the difference before you commit it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.dsl_check.dump import dump, flat
from voronka.dsl.check import check_text
from voronka.dsl.check.workspace import Checked
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.span import Span
from voronka.stdlib.library import library

FOLDER = Path(__file__).parent / "golden"
LOWERED = Path(__file__).parent / "lowered"

CLIENT = (
    'record client "Клиент" { field name "Имя" text  field birthday "Рождение" date field boss "Шеф" link to client }'
)
GOODS = (
    'pipeline goods "Товары" { timezone "Europe/Moscow"  currency RUB  field order "Заказ" link to p'
    '  field price "Цена" money  stage packed "Собран"  won sold "Продан" '
    'lost back "Возврат" { reason broken "Брак" } }'
)
TEAM = 'team t "Отдел" { person anna "Анна" is manager  person olga "Ольга" is head }'
TOPS = f'{CLIENT} {GOODS} {TEAM} resource halls "Залы" {{ red "Красный"  blue "Синий" }} segment cold "Холодные" '
MEMBERS = (
    'timezone "Europe/Moscow"  calendar ru  currency RUB  role manager "Менеджер" reports to head  role head "Шеф" '
    'field name "Имя" text  field phone "Телефон" phone  field email "Почта" email  field amount "Сумма" money '
    'field discount "Скидка" percent  field guests "Гостей" number  field tries "Попыток" integer = 0 '
    'field heat "Приоритет" choice { hot "Горячий"  warm "Тёплый"  cold "Холодный" } = warm '
    'field services "Услуги" choices { music "Музыка"  photo "Фото" } '
    'field meets_on "Встреча" date  field starts_at "Начало" datetime  field term "Срок" duration '
    'field vip "VIP" bool  field client "Клиент" link to client  field goods "Товары" links to goods.order '
    'field offer "КП" document using "offer"  field brief "Бриф" file '
    'field score "Оценка" rating 0..10 { detractor = 0..6  promoter = 9..10 } field seller "Продавец" user '
    'event paid "Оплата" by email { amount money  day date } '
)
STAGES = (
    'stage new "Новая" { checklist fit "Подходит?" { budget "Бюджет?"  term "Срок?" } '
    'task call "Позвонить" { assign owner  due 1 hour after entry '
    'outcome reached "Дозвонились"  outcome later "Потом" } '
    'approval cut "Скидка" when discount > 15% { assign head } } '
    'won done "Успех"  lost gone "Отказ" { reason dear "Дорого"  reason silent "Пропал" } '
)
HERE = f'{TOPS}pipeline p "П" {{ {MEMBERS}{STAGES}stage here "Здесь" {{ '
WRAPS = {
    "file": (TOPS, ""),
    "pipeline": (f'{TOPS}pipeline p "П" {{ {MEMBERS}{STAGES}', "}"),
    "stage": (HERE, "} }"),
    "lost": (f'{TOPS}pipeline p "П" {{ {MEMBERS}stage new "Новая"  won done "Успех"  lost gone "Отказ" {{', "} }"),
    "task": (f"{HERE}task it {{ assign owner  due 1 day after entry", "} } }"),
    "robot": (f"{HERE}on event paid {{", "} } }"),
}
TEMPLATES = {"templates/offer.txt": "Здравствуйте!", "templates/letter.txt": "subject: Письмо\n\nЗдравствуйте!"}


class Case(NamedTuple):
    name: str
    where: str
    snippet: str
    found: str
    parts: tuple[str, ...] = ()


def read(path: Path) -> Iterator[Case]:
    """The cases of one file."""
    for part in re.split(r"(?m)^=== ", path.read_text(encoding="utf-8"))[1:]:
        head, _, rest = part.partition("\n")
        name, where, *parts = head.split(" | ")
        snippet, _, found = rest.partition("---\n")
        yield Case(name, where, snippet, found.strip("\n"), tuple(parts[0].split()) if parts else ())


def files_of(case: Case) -> dict[str, str]:
    """The texts of a case by their names; the first is the one that is checked."""
    if case.where == "files":
        parts = re.split(r"(?m)^-- (\S+) --\n", case.snippet)
        return dict(zip(parts[1::2], parts[2::2], strict=True))
    before, after = WRAPS[case.where]
    return {"a.pipeline": f"{before}\n{case.snippet}{after}\n"}


def run(case: Case) -> Checked:
    texts: Mapping[str, str] = files_of(case)
    name = next(iter(texts))
    extra = TEMPLATES if case.where != "files" else {}
    return check_text(name, texts[name], library(), {**extra, **texts})


def shown(case: Case) -> str:
    """Everything that is found in a case, as a person reads it; lines count from the snippet's first."""
    found = [one for one in run(case).diagnostics if one.code.id < "V5"]  # what can happen is another room's
    lines: list[str] = []
    for one in found:
        lines += _one(one, case)
    return "\n".join(lines) if lines else "nothing"


def _one(one: Diagnostic, case: Case) -> Iterator[str]:
    yield f"{_place(one.span, case)} {one.code.id} {one.severity}: {one.message('en')}"
    if one.help("en"):
        yield f"    {one.help('en')}"
    yield f"    {one.message('ru')}"
    if one.help("ru"):
        yield f"    {one.help('ru')}"
    for label in one.labels:
        yield f"    @ {_place(label.span, case)} {label.text.en} / {label.text.ru}"
    if one.fix is not None:
        edits = ", ".join(f"{edit.span.text} -> {edit.replacement}" for edit in one.fix.edits)
        yield f"    fix{' (safe)' if one.fix.safe else ''}: {edits}"


def _place(span: Span, case: Case) -> str:
    if case.where == "files":
        return f"{span.source.name}:{span.line}:{span.column}"
    if span.line == 1:
        return "prelude"
    return f"{span.line - 1}:{span.column} `{' '.join(span.text.split())[:60]}`"


def lowered(case: Case) -> str:
    """The parts of the definition that a case names; what is found in it, where there is none."""
    definition = run(case).definition
    return dump(definition, *case.parts) if definition is not None else shown(case)


def expressions(case: Case) -> str:
    """Each line of the snippet, as a badge's condition or a robot's value, and the tree that it becomes."""
    out = []
    for line in case.snippet.splitlines():
        if case.parts:  # a value of this type
            one = Case("", "pipeline", f'field it "Оно" {case.parts[0]} is {line}\n', "")
        else:
            one = Case("", "stage", f'enter when {line} else "…"\n', "")
        definition = run(one).definition
        if definition is None:
            out.append(f"{line}\n    {shown(one)}")
            continue
        pipeline = definition.pipelines["p"]
        expr = pipeline.fields["it"].formula if case.parts else pipeline.stages["here"].enter[0].when
        out.append(f"{line}\n    {flat(expr)}")
    return "\n".join(out)


def answer(path: Path, case: Case) -> str:
    """What a case of this file is answered by."""
    if path.parent.name == "golden":
        return shown(case)
    return expressions(case) if path.stem == "expressions" else lowered(case)


def main() -> None:
    for path in (*FOLDER.glob("*.txt"), *LOWERED.glob("*.txt")):
        parts = []
        for case in read(path):
            head = " | ".join([case.name, case.where, *([" ".join(case.parts)] if case.parts else [])])
            parts.append(f"=== {head}\n{case.snippet}---\n{answer(path, case)}\n")
        path.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
