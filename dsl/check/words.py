"""Words for messages: what types are called in both languages, and what a misspelt name may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from voronka.dsl.definition.types import Type
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.suggest import closest

NOTHING = Both("", "")

_TYPES = {
    "text": Both("a text", "текст"),
    "number": Both("a number", "число"),
    "integer": Both("a whole number", "целое число"),
    "percent": Both("a percentage", "процент"),
    "money": Both("money", "деньги"),
    "bool": Both("yes or no", "да или нет"),
    "date": Both("a date", "дата"),
    "datetime": Both("a date with a time", "дата со временем"),
    "time": Both("a time of day", "время суток"),
    "duration": Both("a length of time", "длительность"),
    "email": Both("an e-mail address", "адрес e-mail"),
    "phone": Both("a phone number", "телефон"),
    "url": Both("a web address", "адрес сайта"),
    "address": Both("a postal address", "почтовый адрес"),
    "file": Both("a file", "файл"),
    "user": Both("a person of the firm", "сотрудник"),
    "choice": Both("one of a list", "вариант из списка"),
    "choices": Both("several of a list", "несколько вариантов из списка"),
    "rating": Both("a rating", "оценка"),
    "link": Both("a link", "связь"),
    "links": Both("a list of linked deals", "список связанных сделок"),
    "resource": Both("a booked resource", "забронированный ресурс"),
    "document": Both("a document", "документ"),
    "stage": Both("a stage", "этап"),
    "reason": Both("a reason of loss", "причина отказа"),
    "deal": Both("a deal", "сделка"),
}


def type_name(kind: Type | str) -> Both:
    """A type as a message calls it: "money in RUB"."""
    if isinstance(kind, str):
        return _TYPES.get(kind, Both(kind, kind))
    name = _TYPES.get(kind.kind, Both(kind.kind, kind.kind))
    if kind.kind == "money" and kind.currency:
        return Both(f"{name.en} in {kind.currency}", f"{name.ru} в {kind.currency}")
    return name


def quoted(name: str) -> Both:
    """A name as it is written, in both languages."""
    return Both(f"`{name}`", f"`{name}`")


def listed(names: Iterable[str], most: int = 8) -> str:
    """``a``, ``b``, ``c`` … in backticks, shortened."""
    every = list(names)
    shown = ", ".join(f"`{name}`" for name in every[:most])
    return f"{shown} …" if len(every) > most else shown


def close(name: str, names: Iterable[str]) -> list[str]:
    """Names that may have been meant, the likeliest first: one that looks like it, and the same one in a name space."""
    every = list(names)
    likely = closest(name, every)
    tails = [one for one in every if "." in one and one.rsplit(".", 1)[1] == name]
    return list(dict.fromkeys([*([likely] if likely else ()), *tails[:2]]))


def meant(near: Sequence[str]) -> Both:
    """ "did you mean …?", or nothing."""
    if not near:
        return NOTHING
    if len(near) == 1:
        return Both(f"did you mean `{near[0]}`?", f"может быть, `{near[0]}`?")
    first, last = listed(near[:-1]), near[-1]
    return Both(f"did you mean {first} or `{last}`?", f"может быть, {first} или `{last}`?")


def listing(names: Iterable[str], what: Both | None = None) -> Both:
    """What there is, where ``what`` gives it a name: "fields: `a`, `b`"."""
    every = sorted(set(names))
    if not every or what is None:
        return NOTHING
    return Both(f"{what.en}: {listed(every)}", f"{what.ru}: {listed(every)}")


THERE_ARE = Both("there are", "есть")
