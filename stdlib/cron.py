"""Cron expressions of five fields, as `every "0 8 1 1,4,7,10 *"` takes them; wall-clock times, no zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

_FIELDS = ("minute", "hour", "day of month", "month", "day of week")
_LONGEST = 120  # characters; nobody writes more, and the search below stays short
# Neither h nor r: they draw times at random. Names of months and days are checked by croniter.
_FIELD = re.compile(
    r"(?:[0-9*,/#?-]|L|W|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)+", re.I
)
_SOME_DAY = datetime(2024, 1, 1)


@lru_cache(maxsize=1024)
def validate_cron(expr: str) -> str | None:
    """Why ``expr`` is no cron expression, or None where it is one. One that never comes true (31 February) is none."""
    shown = repr(expr if len(expr) <= 40 else f"{expr[:40]}…")
    if len(expr) > _LONGEST:
        return f"cron expression {shown} is longer than {_LONGEST} characters"
    fields = expr.split()
    if len(fields) != len(_FIELDS):
        return f"cron expression {shown} has {len(fields)} fields, it needs 5: {', '.join(_FIELDS)}"
    for name, field in zip(_FIELDS, fields, strict=True):
        if not _FIELD.fullmatch(field):
            return f"cron expression {shown}: {field!r} is no {name}"
    from croniter import CroniterBadDateError, CroniterError

    try:
        next(matches(expr, _SOME_DAY))
    except CroniterBadDateError:
        return f"cron expression {shown} never comes true: no date has these parts"
    except CroniterError:
        return f"cron expression {shown}: {_wrong_field(fields)}"
    return None


def _wrong_field(fields: list[str]) -> str:
    """Which of the five croniter does not take; it does not say so itself."""
    from croniter import CroniterError

    for n, (name, field) in enumerate(zip(_FIELDS, fields, strict=True)):
        try:
            next(matches(" ".join([*"*" * n, field, *"*" * (4 - n)]), _SOME_DAY))
        except CroniterError:
            return f"{field!r} is no {name}"
    return "its fields do not go together"


def matches(expr: str, after: datetime) -> Iterator[datetime]:
    """The wall-clock minutes later than ``after`` (naive) that match a valid ``expr``, in order, without end.

    Where both the day of month and the day of week are given, either is enough, as in every cron. Raises croniter's
    errors, all ValueErrors, for an expression that `validate_cron` refuses.
    """
    from croniter import croniter

    turns: Iterator[datetime] = croniter(expr, after).all_next(datetime)
    return turns
