"""Why a store cannot be opened or written to, in words for people; problems are values, not exceptions."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from voronka.dsl.text.codes.base import Both


@dataclass(frozen=True, slots=True)
class StoreProblem:
    """``kind`` is stable, for scripts; ``message`` says what and where, ``help`` what to do."""

    kind: str
    path: str
    message: Both
    help: Both

    def text(self, lang: str = "en") -> str:
        """Both sentences in one language."""
        return f"{self.message.in_(lang)}: {self.help.in_(lang)}"


class StoreFailed(Exception):
    """A transaction could not be written; nothing of it remains."""

    def __init__(self, problem: StoreProblem) -> None:
        self.problem = problem
        super().__init__(problem.text())


_TEXTS: dict[str, tuple[str, str, str, str]] = {
    "not-found": (
        "there is no store {path}",
        "хранилища {path} нет",
        "check the path, or let `voronka init` make a workspace",
        "проверьте путь или создайте рабочую папку командой `voronka init`",
    ),
    "no-folder": (
        "the store {path} cannot be made, its folder does not exist",
        "хранилище {path} не создать: нет папки для него",
        "make the folder first",
        "сначала создайте папку",
    ),
    "folder": (
        "{path} is a folder, a store is a file",
        "{path} — это папка, а хранилище — файл",
        "name a file inside it, such as voronka.db",
        "укажите файл внутри неё, например voronka.db",
    ),
    "not-a-database": (
        "{path} is not a database",
        "{path} — не база данных",
        "nothing was changed; name another file",
        "файл не тронут; укажите другой",
    ),
    "not-a-store": (
        "{path} is a database, but not a store of voronka",
        "{path} — база данных, но не хранилище voronka",
        "nothing was changed; name another file",
        "файл не тронут; укажите другой",
    ),
    "newer": (
        "the store {path} was written by a newer voronka (format {found}, this one knows {known})",
        "хранилище {path} записано более новой voronka (формат {found}, этой известен {known})",
        "upgrade voronka; nothing was changed",
        "обновите voronka; файл не тронут",
    ),
    "older": (
        "the store {path} has the tables of an older voronka ({found})",
        "в хранилище {path} таблицы более старой voronka ({found})",
        "run `voronka store migrate` once; it makes a backup first",
        "выполните один раз `voronka store migrate`; сначала она сделает копию",
    ),
    "read-only": (
        "the store {path} cannot be written to",
        "в хранилище {path} нельзя писать",
        "give this user the right to write to the file and its folder",
        "дайте этому пользователю право записи в файл и его папку",
    ),
    "no-permission": (
        "the store {path} cannot be read: permission denied",
        "хранилище {path} не прочитать: нет прав",
        "give this user the right to read it",
        "дайте этому пользователю право на чтение",
    ),
    "locked": (
        "another voronka writes to the store {path} ({holder})",
        "в хранилище {path} уже пишет другая voronka ({holder})",
        "wait until it ends, or stop it; reading is possible meanwhile",
        "дождитесь её завершения или остановите её; читать можно и сейчас",
    ),
    "busy": (
        "another program holds the database {path} and did not let go in time",
        "другая программа держит базу {path} и не отпустила её вовремя",
        "close what has it open (an sqlite3 shell, a backup), then try again; nothing was changed",
        "закройте то, что держит её (оболочку sqlite3, резервное копирование), и повторите; ничего не изменено",
    ),
    "full": (
        "the store {path} could not be written: the disk is full",
        "хранилище {path} не записать: диск заполнен",
        "make room, then try again; nothing was changed",
        "освободите место и повторите; ничего не изменено",
    ),
    "damaged": (
        "the store {path} is damaged: {why}",
        "хранилище {path} повреждено: {why}",
        "run `voronka store verify`; restore the last backup if it cannot be read",
        "выполните `voronka store verify`; если не читается, восстановите последнюю копию",
    ),
    "failed": (
        "the store {path} could not be used: {why}",
        "с хранилищем {path} не получилось: {why}",
        "nothing was changed; look at the disk and the rights to the file",
        "ничего не изменено; проверьте диск и права на файл",
    ),
}


def problem(kind: str, path: str, **args: object) -> StoreProblem:
    """A problem of a known kind, its texts filled in."""
    en, ru, help_en, help_ru = _TEXTS[kind]
    filled = {"path": path, **args}
    return StoreProblem(kind, path, Both(en.format(**filled), ru.format(**filled)), Both(help_en, help_ru))


_BY_CODE = {
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_CANTOPEN: "no-permission",
    sqlite3.SQLITE_PERM: "no-permission",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_NOTADB: "not-a-database",
    sqlite3.SQLITE_CORRUPT: "damaged",
}


def problem_of(error: sqlite3.Error, path: str) -> StoreProblem:
    """What an error of SQLite means here."""
    code = getattr(error, "sqlite_errorcode", None)
    kind = "failed" if code is None else _BY_CODE.get(code & 0xFF, "failed")
    return problem(kind, path, why=str(error))
