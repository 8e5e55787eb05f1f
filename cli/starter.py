"""What `voronka init` writes: a packaged pipeline with all it uses, settings, a team, as texts by their paths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voronka.dsl.definition.model import Definition, Pipeline

TEMPLATES = ("amocrm", "bitrix24", "leads", "tobiz", "crm_academy")

# given to the roles in turn; whoever starts a workspace puts the real ones in their place
_PEOPLE = (
    ("anna", "Анна Котова", "Anna Kotova"),
    ("ivan", "Иван Белов", "Ivan Belov"),
    ("olga", "Ольга Серова", "Olga Serova"),
    ("pavel", "Павел Лыков", "Pavel Lykov"),
    ("vera", "Вера Минина", "Vera Minina"),
    ("egor", "Егор Зимин", "Egor Zimin"),
)

_SETTINGS = {
    "en": """\
# Settings of this workspace. A flag wins over a VORONKA_* variable, and that over this file.

# Language of messages: en or ru. Without this line, the system's.
language = "en"

# Where the store of deals lies, seen from this folder.
store = "voronka.db"

# Who acts when a command is not told by --as (see pipelines/team.pipeline).
# as = "anna"

# Edits that strand no deal and lose nothing are taken over by themselves. With "plan", only `voronka apply` does
# that; `production = true` means the same.
# reload = "plan"

# How the pipelines are to be built: `voronka lint`, `voronka explain` for what a rule says.
[lint]
{profile}
""",
    "ru": """\
# Настройки рабочей папки. Флаг важнее переменной VORONKA_*, а она — этого файла.

# Язык сообщений: ru или en. Без этой строки — язык системы.
language = "ru"

# Где лежит хранилище сделок, путь от этой папки.
store = "voronka.db"

# От чьего имени действуют команды, если не сказано --as (см. pipelines/team.pipeline).
# as = "anna"

# Правки, от которых ни одна сделка не остаётся без этапа и ничто не теряется, действуют сами. С "plan" — только
# после `voronka apply`; то же значит `production = true`.
# reload = "plan"

# По какой методике построены воронки: `voronka lint`, о правиле — `voronka explain`.
[lint]
{profile}
""",
}
# the method that each template follows; Tobiz' four statuses follow none of them
_PROFILES = {"amocrm": "amocrm", "bitrix24": "bitrix24", "leads": "bluesales", "crm_academy": "crm-academy"}
_IGNORED = "# deals and customers' data do not belong into a repository\nvoronka.db*\nbackups/\n"
_TEAM = """\
# Who works here. The names are examples: put your own in their place, or use `voronka person`.
# Кто здесь работает. Имена — пример: впишите своих сотрудников или пользуйтесь `voronka person`.
language ru, en

team sales {{
{people}
}}
"""


@dataclass(frozen=True, slots=True)
class Starter:
    """A workspace to be: texts by path below its folder; ``pipeline`` is its main one, ``file`` where that stands."""

    texts: dict[str, str]
    pipeline: str
    title: str
    file: str


def starter(template: str, lang: str) -> Starter:
    """The workspace of a template, settings in ``lang``. Raises LookupError if what is packaged is broken."""
    from voronka.engine.workspace import load

    with as_file(files("voronka.pipelines")) as packaged:
        scenario = f"scenarios/{template}.pipeline"
        root = packaged.resolve()
        loaded = load([root / scenario], root)
    if loaded.programs is None:
        raise LookupError("; ".join(error.message(lang) for error in loaded.errors))
    definition = loaded.programs.definition
    profile = f'profile = "{_PROFILES[template]}"' if template in _PROFILES else '# profile = "strict"'
    texts = {"voronka.toml": _SETTINGS[lang].format(profile=profile), ".gitignore": _IGNORED}
    for name, source in sorted(loaded.sources.items()):
        if not name.startswith("std/"):
            texts[name if name.startswith("templates/") else f"pipelines/{name}"] = source.text
    if team := team_text(definition.pipelines.values()):
        texts["pipelines/team.pipeline"] = team
    main = main_pipeline(definition, template)
    return Starter(texts, main.name, main.title.in_(lang) or main.name, f"pipelines/{template}.pipeline")


def main_pipeline(definition: Definition, template: str) -> Pipeline:
    """The first process of the template's own file."""
    return next(
        pipeline
        for pipeline in definition.pipelines.values()
        if pipeline.kind == "pipeline" and pipeline.loc.file == f"{template}.pipeline"
    )


def team_text(pipelines: Iterable[Pipeline]) -> str:
    """A team with somebody in every role: one chief, two of everybody else who can stand in for each other."""
    from voronka.dsl.format.format import format_source
    from voronka.dsl.text.source import Source

    chiefs: dict[str, str] = {}  # role -> the role it reports to
    for pipeline in pipelines:
        for role in pipeline.roles.values():
            chiefs.setdefault(role.name, role.reports_to)
    if not chiefs:
        return ""
    free = iter(_PEOPLE)
    rows = []
    for member_of in chiefs:
        chosen = list(islice(free, 1 if member_of in chiefs.values() else 2))
        for index, (name, ru, en) in enumerate(chosen):
            deputy = f" deputy {chosen[1 - index][0]}" if len(chosen) == 2 else ""
            rows.append(f'  person {name:<5} "{ru}" / "{en}" is {member_of}{deputy}')
    text = _TEAM.format(people="\n".join(rows))
    return format_source(Source("team.pipeline", text)).text or text
