"""What is wrong with a command's words, in Russian: click says it in English only."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from re import Match
from typing import Any

import click

from voronka.cli.app import language

_KINDS = {
    "File": "файл",
    "Directory": "папка",
    "Path": "путь",
    "Argument": "аргумента",
    "argument": "аргумента",
    "option": "ключа",
    "parameter": "параметра",
    "integer": "целое число",
    "float": "число",
    "integer range": "целое число",
    "float range": "число",
    "boolean": "да или нет",
}
_QUOTE = "'"


def _kind(word: str) -> str:
    return _KINDS.get(word, word)


# what click says, and how that is said in Russian; tests provoke each of them
_SAID: Sequence[tuple[str, Callable[[Match[str]], str]]] = (
    (r"No such option '?(?P<name>[^ ']+?)'?\.", lambda m: f"нет ключа {m['name']}"),
    (r"No such command '(?P<name>.*?)'\.", lambda m: f"нет команды «{m['name']}»"),
    (r"Missing command\.", lambda m: "не сказано, что делать: нужна команда"),
    (r"Missing (?P<kind>argument|option|parameter)(?: (?P<name>'.*?'))?\.?", lambda m: _missing(m)),
    (r"Got unexpected extra arguments? \((?P<rest>.*)\)", lambda m: f"лишнее: {m['rest']}"),
    (r"Option '(?P<name>.*?)' requires an argument\.", lambda m: f"ключу {m['name']} нужно значение"),
    (
        r"Option '(?P<name>.*?)' requires (?P<n>\d+) arguments\.",
        lambda m: f"ключу {m['name']} нужно значений: {m['n']}",
    ),
    (r"Option '(?P<name>.*?)' does not take a value\.", lambda m: f"ключ {m['name']} пишется без значения"),
    (r"Argument '(?P<name>.*?)' takes (?P<n>\d+) values\.", lambda m: f"{m['name']}: нужно значений: {m['n']}"),
    (r"Invalid value for (?P<name>.*?): ", lambda m: f"{m['name'].replace(_QUOTE, '')}: "),
    (r"Invalid value: ", lambda m: ""),
    (r"(?P<value>'.*?') is not a valid (?P<kind>[a-z ]+?)\.", lambda m: f"{m['value']} — не {_kind(m['kind'])}"),
    (r"(?P<value>\S+) is not in the range (?P<range>.*?)\.$", lambda m: f"{m['value']} вне границ {m['range']}"),
    (r"(?P<value>'.*?') is not (?:one of )?(?P<all>'.*')\.", lambda m: f"{m['value']}: возможно только {m['all']}"),
    (
        r"(?P<kind>File|Directory|Path) '(?P<name>.*?)' does not exist\.",
        lambda m: f"{_kind(m['kind'])} {m['name']}: нет",
    ),
    (r"(?P<kind>File|Directory|Path) '(?P<name>.*?)' is a directory\.", lambda m: f"{m['name']} — это папка"),
    (r"(?P<kind>File|Directory|Path) '(?P<name>.*?)' is a file\.", lambda m: f"{m['name']} — это файл"),
    (
        r"(?P<kind>File|Directory|Path) '(?P<name>.*?)' is not readable\.",
        lambda m: f"{m['name']} не прочитать: нет прав",
    ),
    (
        r"(?P<kind>File|Directory|Path) '(?P<name>.*?)' is not writable\.",
        lambda m: f"{m['name']} не записать: нет прав",
    ),
    (r"\(?Did you mean (?:one of: )?(?P<near>.*?)\?\)?", lambda m: f"; может быть, {m['near'].replace(_QUOTE, '')}?"),
    (r"\(Possible (?:options|commands): (?P<all>.*)\)", lambda m: f"; есть {m['all']}"),
    (r"Choose from:\s*", lambda m: "; возможно: "),
)


def _missing(m: Match[str]) -> str:
    return f"не хватает {_kind(m['kind'])} {(m['name'] or '').replace(_QUOTE, '')}".rstrip()


def russian(message: str) -> str:
    """A message of click's in Russian; what is not known stays as it is."""
    for pattern, said in _SAID:
        message = re.sub(pattern, said, message)
    return re.sub(r"\s+([;:])", r"\1", message).strip()


class Spoken(click.UsageError):
    """An error of usage in Russian, shown as click shows its own."""

    def show(self, file: Any = None) -> None:
        if self.ctx is not None:
            color = self.ctx.color
            usage = self.ctx.get_usage().removeprefix("Usage:").strip()
            click.echo(f"Вызов: {usage}", file=file, err=True, color=color)
            if self.ctx.command.get_help_option(self.ctx) is not None:
                help_with = self.ctx.help_option_names[0]
                click.echo(f"Справка: {self.ctx.command_path} {help_with}\n", file=file, err=True, color=color)
        click.echo(f"Ошибка: {self.message}", file=file, err=True)


def spoken(error: click.UsageError, args: Sequence[str], settings: Mapping[str, Any]) -> click.UsageError:
    """The error as the person who typed these words wants to read it."""
    if isinstance(error, Spoken) or language(_asked(args), settings) != "ru":
        return error
    return Spoken(russian(error.format_message()), error.ctx)


def _asked(args: Sequence[str]) -> str | None:
    """The language asked for, of words that could not be read."""
    for place, word in enumerate(args):
        if word == "--lang" and place + 1 < len(args):
            return args[place + 1]
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return None
