"""Options of a list by their names or titles, in any language of the file."""

from __future__ import annotations

import re

from voronka.dsl.definition.types import Option, Type
from voronka.dsl.text.suggest import closest
from voronka.engine.inputs.errors import InputError

_SHOWN = 8  # options that a message lists


def choice(kind: Type, text: str) -> str:
    """An option's name by its name, a former name or a title, whatever the case of letters. Raises InputError."""
    found = _find(kind, text)
    if found is None:
        raise _unknown(kind, text)
    return found


def choices(kind: Type, text: str) -> tuple[str, ...]:
    """Several, separated by commas or semicolons; in declared order, each once. Raises InputError."""
    whole = _find(kind, text)
    names = {whole} if whole else {choice(kind, part.strip()) for part in re.split(r"[,;]", text) if part.strip()}
    return ordered(kind, names)


def ordered(kind: Type, names: set[str]) -> tuple[str, ...]:
    """Options as the list has them."""
    return tuple(option.name for option in kind.options if option.name in names)


def _find(kind: Type, text: str) -> str | None:
    if kind.option(text) is not None:
        return text
    wanted = _folded(text)
    for matches in (_names, _titles):
        for option in kind.options:
            if wanted in matches(option):
                return option.name
    return None


def _names(option: Option) -> set[str]:
    return {_folded(name) for name in (option.name, *option.was)}


def _titles(option: Option) -> set[str]:
    return {_folded(text) for _, text in option.title.texts}


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())


def _unknown(kind: Type, text: str) -> InputError:
    names = [option.name for option in kind.options]
    more = len(names) - _SHOWN
    listed = tuple(
        ", ".join(_described(option, language) for option in kind.options[:_SHOWN])
        + (f" {rest} {more}" if more > 0 else "")
        for language, rest in (("en", "and more:"), ("ru", "и ещё"))
    )
    titles = [title for option in kind.options for _, title in option.title.texts]
    near = closest(text, names) or closest(text, titles)
    hint = (f"; did you mean {near}?", f"; может быть, {near}?") if near else ("", "")
    return InputError("choice", text=text, known=listed, close=hint)


def _described(option: Option, language: str) -> str:
    title = option.title.in_(language)
    return f"{option.name} ({title})" if title and title != option.name else option.name
