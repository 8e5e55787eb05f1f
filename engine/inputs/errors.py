"""What is wrong with a value that somebody typed: a code, what it is about, a sentence in English and in Russian."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_SHOWN = 60  # characters of a wrong input that a message repeats


class InputError(ValueError):
    """A text or value that its field cannot take.

    ``code`` is one of :data:`MESSAGES`; ``args_`` are what the sentence is filled with: texts, numbers, or pairs of an
    English and a Russian text.
    """

    def __init__(self, code: str, /, **args: Any) -> None:
        self.code = code
        self.args_ = args
        super().__init__(self.message("en"))

    def message(self, lang: str) -> str:
        """One sentence: what is wrong, and what to write instead."""
        russian = lang == "ru"
        filled = {name: _filled(value, russian) for name, value in self.args_.items()}
        return MESSAGES[self.code][russian].format(**filled)


def _filled(value: Any, russian: bool) -> str:
    if type(value) is tuple:  # not a Duration, which is one too
        return str(value[russian])
    text = "".join(letter if letter.isprintable() else "·" for letter in str(value))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


# In English, in Russian.
MESSAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "text": (
            "“{text}” holds characters that are no text",
            "«{text}»: здесь есть знаки, которые не являются текстом",
        ),
        "too_long": (
            "the text has {length} characters, at most {most} are allowed",
            "в тексте {length} знаков, можно не больше {most}",
        ),
        "lines": ("“{text}” must be one line", "«{text}»: нужна одна строка"),
        "bool": ("“{text}” is neither yes nor no", "«{text}» — это не «да» и не «нет»"),
        "number": (
            "“{text}” is no number; write it like 1200.50",
            "«{text}» — не число; пишите так: 1200,50",
        ),
        "exponent": (
            "“{text}”: write the number in full, without an exponent",
            "«{text}»: напишите число целиком, без степени",
        ),
        "ambiguous": (
            "“{text}” may mean {one} or {other}; write it in one of these ways",
            "«{text}» может значить {one} или {other}; напишите одним из этих способов",
        ),
        "digits": (
            "“{text}” has {digits} digits, at most {most} are allowed",
            "«{text}»: цифр {digits}, можно не больше {most}",
        ),
        "too_large": ("{text} is too large a number", "{text} — слишком большое число"),
        "integer": ("“{text}” is no whole number", "«{text}» — не целое число"),
        "range": ("{text} is not from {low} to {high}", "{text} — не от {low} до {high}"),
        "money": (
            "“{text}” is no sum of money; write it like 1200.50 {currency}",
            "«{text}» — не сумма; пишите так: 1200,50 {currency}",
        ),
        "currency": (
            "the sum is in {given}, and this field is in {wanted}",
            "сумма указана в {given}, а поле ведётся в {wanted}",
        ),
        "date": (
            "“{text}” is no date; write it like 2026-11-23",
            "«{text}» — не дата; пишите так: 23.11.2026",
        ),
        "no_such_day": (
            "there is no {day} {month} {year}: that month has {days} days",
            "{day} {month} {year} года не бывает: в этом месяце дней — {days}",
        ),
        "no_such_month": ("there is no month {month}", "месяца {month} не бывает"),
        "year": (
            "the year {year} is not from {low} to {high}",
            "год {year} — не от {low} до {high}",
        ),
        "datetime": (
            "“{text}” is no date with a time; write it like 2026-11-23 10:00",
            "«{text}» — не дата со временем; пишите так: 23.11.2026 10:00",
        ),
        "no_time": (
            "“{text}” lacks the time of day; write it like {text} 10:00",
            "«{text}»: не хватает времени; пишите так: {text} 10:00",
        ),
        "zone": (
            "“{text}” needs a time zone here: 2026-11-23T10:00+03:00",
            "«{text}»: здесь нужен часовой пояс: 2026-11-23T10:00+03:00",
        ),
        "time": ("“{text}” is no time of day; write it like 09:30", "«{text}» — не время; пишите так: 09:30"),
        "duration": (
            "“{text}” is no length of time; write it like 3 workdays or 90 min",
            "«{text}» — не срок; пишите так: 3 рабочих дня или 90 минут",
        ),
        "fraction": (
            "“{text}”: only minutes and hours can have a fraction",
            "«{text}»: дробными бывают только минуты и часы",
        ),
        "email": (
            "“{text}” is no mail address; write it like name@company.ru",
            "«{text}» — не адрес почты; пишите так: name@company.ru",
        ),
        "phone": (
            "“{text}” is no phone number; write it like {example}",
            "«{text}» — не номер телефона; пишите так: {example}",
        ),
        "extension": (
            "“{text}”: a phone number is kept without its extension; put that into a note",
            "«{text}»: номер хранится без добавочного; запишите добавочный в заметку",
        ),
        "url": (
            "“{text}” is no web address; it begins with https:// or http://",
            "«{text}» — не адрес сайта; он начинается с https:// или http://",
        ),
        "choice": (
            "“{text}” is none of {known}{close}",
            "«{text}» — такого варианта нет; есть {known}{close}",
        ),
        "link": ("“{text}” is no number of a deal", "«{text}» — не номер сделки"),
        "links": (
            "this field follows its items: set the link in the items instead",
            "это поле собирается само: укажите ссылку в самих элементах",
        ),
        "type": ("{got} where {wanted} is needed", "{got} вместо значения типа {wanted}"),
    }
)
