"""Instants in words: weekday and date in the reader's language, and how far away a deadline is."""

from __future__ import annotations

from datetime import date, datetime

_DAYS = {
    "ru": ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = {
    "ru": (
        *("января", "февраля", "марта", "апреля", "мая", "июня"),
        *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
    ),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def day(when: date, lang: str, year: int | None = None) -> str:
    """``Пн 23 ноября``; the year only when it is not the given one."""
    text = f"{_DAYS[lang][when.weekday()]} {when.day} {_MONTHS[lang][when.month - 1]}"
    return text if year in (None, when.year) else f"{text} {when.year}"


def clock(when: datetime) -> str:
    return when.strftime("%H:%M")


def deadline(due: datetime, now: datetime, lang: str) -> str:
    """A deadline as one says it: ``до 10:10``, ``до завтра, 12:00``, ``до ср 25 ноября, 12:00 (через 2 дня)``."""
    ru = lang == "ru"
    days = (due.date() - now.date()).days
    time = clock(due)
    by = "до" if ru else "by"
    if days == 0:
        return f"{by} {time}"
    if days == 1:
        return f"{by} {'завтра' if ru else 'tomorrow'}, {time}"
    text = f"{by} {within(due.date(), lang, now.year)}, {time}"
    if days < 0:
        return text
    return f"{text} ({'через' if ru else 'in'} {days_in_words(days, lang)})"


def within(when: date, lang: str, year: int | None = None) -> str:
    """A date inside of a sentence: ``пн 23 ноября``; English weekdays keep their capital."""
    text = day(when, lang, year)
    return text[0].lower() + text[1:] if lang == "ru" else text


def days_in_words(n: int, lang: str) -> str:
    """``2 дня``, ``5 дней``, ``21 день``; ``1 day``, ``5 days``."""
    return count(n, lang, ("день", "дня", "дней"), ("day", "days"))


def count(n: int, lang: str, ru: tuple[str, str, str], en: tuple[str, str]) -> str:
    """A number with its noun in the right form (Unicode CLDR plural rules)."""
    if lang != "ru":
        return f"{n} {en[0] if n == 1 else en[1]}"
    if n % 10 == 1 and n % 100 != 11:
        return f"{n} {ru[0]}"
    if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14):
        return f"{n} {ru[1]}"
    return f"{n} {ru[2]}"


def span(ms: int, lang: str) -> str:
    """A stretch of time in its two largest units: ``2 дня 3 часа``, ``10 min``."""
    minutes = ms // 60_000
    parts: list[str] = []
    for size, ru, en in (
        (1440, ("день", "дня", "дней"), ("day", "days")),
        (60, ("час", "часа", "часов"), ("hour", "hours")),
        (1, ("минута", "минуты", "минут"), ("minute", "minutes")),
    ):
        n, minutes = divmod(minutes, size)
        if n and len(parts) < 2:
            parts.append(count(n, lang, ru, en))
    return " ".join(parts) or count(0, lang, ("минута", "минуты", "минут"), ("minute", "minutes"))
