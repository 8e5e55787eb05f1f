"""Cron expressions of five fields, as `every "0 8 1 1,4,7,10 *"` takes them; wall-clock times, no zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from voronka.dsl.text.codes.base import Both

_FIELDS = (
    Both("minute", "минута"),
    Both("hour", "час"),
    Both("day of month", "день месяца"),
    Both("month", "месяц"),
    Both("day of week", "день недели"),
)
_LONGEST = 120  # characters; nobody writes more, and the search below stays short
# Neither h nor r: they draw times at random. Names of months and days are checked by croniter.
_FIELD = re.compile(
    r"(?:[0-9*,/#?-]|L|W|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)+", re.I
)
_SOME_DAY = datetime(2024, 1, 1)


@lru_cache(maxsize=1024)
def validate_cron(expr: str) -> Both | None:
    """Why ``expr`` is no cron expression, or None where it is one. One that never comes true (31 February) is none."""
    shown = repr(expr if len(expr) <= 40 else f"{expr[:40]}…")
    if len(expr) > _LONGEST:
        return Both(
            f"cron expression {shown} is longer than {_LONGEST} characters",
            f"выражение cron {shown} длиннее {_LONGEST} знаков",
        )
    fields = expr.split()
    if len(fields) != len(_FIELDS):
        return Both(
            f"cron expression {shown} has {len(fields)} fields, it needs 5: {', '.join(one.en for one in _FIELDS)}",
            f"в выражении cron {shown} полей {len(fields)}, а нужно 5: {', '.join(one.ru for one in _FIELDS)}",
        )
    for name, field in zip(_FIELDS, fields, strict=True):
        if not _FIELD.fullmatch(field):
            return _wrong(shown, field, name)
    from croniter import CroniterBadDateError, CroniterError

    try:
        next(matches(expr, _SOME_DAY))
    except CroniterBadDateError:
        return Both(
            f"cron expression {shown} never comes true: no date has these parts",
            f"выражение cron {shown} не наступит никогда: такой даты не бывает",
        )
    except CroniterError:
        return _wrong_field(shown, fields)
    return None


def _wrong(shown: str, field: str, name: Both) -> Both:
    return Both(
        f"cron expression {shown}: {field!r} is no {name.en}", f"выражение cron {shown}: {field!r} — это не {name.ru}"
    )


def _wrong_field(shown: str, fields: list[str]) -> Both:
    """Which of the five croniter does not take; it does not say so itself."""
    from croniter import CroniterError

    for n, (name, field) in enumerate(zip(_FIELDS, fields, strict=True)):
        try:
            next(matches(" ".join([*"*" * n, field, *"*" * (4 - n)]), _SOME_DAY))
        except CroniterError:
            return _wrong(shown, field, name)
    return Both(
        f"cron expression {shown}: its fields do not go together", f"выражение cron {shown}: поля не сочетаются"
    )


def matches(expr: str, after: datetime) -> Iterator[datetime]:
    """The wall-clock minutes later than ``after`` (naive) that match a valid ``expr``, in order, without end.

    Where both the day of month and the day of week are given, either is enough, as in every cron. Raises croniter's
    errors, all ValueErrors, for an expression that `validate_cron` refuses.
    """
    from croniter import croniter

    turns: Iterator[datetime] = croniter(expr, after).all_next(datetime)
    return turns
