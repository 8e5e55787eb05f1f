"""Times of event logs: which form a column has, found out from a sample, and instants from its texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from voronka.dsl.text.codes.base import Both
from voronka.engine.intake.dates import FIRST_YEAR, LAST_YEAR
from voronka.engine.time.wall import OutOfRange, instant_of
from voronka.stdlib.zones import zone

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE = datetime(1970, 1, 1)
_MS = timedelta(milliseconds=1)
_PARTS = re.compile(
    r"(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})"
    r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp]\.?[Mm]\.?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?"
)
_SHAPES = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}  # where year, month and day stand
FORMS = ("iso", "ymd", "dmy", "mdy", "seconds", "milliseconds")
_CALLED = {
    "iso": Both("ISO 8601", "ISO 8601"),
    "dmy": Both("day.month.year", "день.месяц.год"),
    "mdy": Both("month/day/year", "месяц/день/год"),
    "ymd": Both("year-month-day", "год-месяц-день"),
    "seconds": Both("Unix seconds", "секунды Unix"),
    "milliseconds": Both("Unix milliseconds", "миллисекунды Unix"),
}


def called(form: str) -> Both:
    """A form in words; a ``strptime`` format as it is."""
    return _CALLED.get(form) or Both(form, form)


class Stamps:
    """Reads times of one form (one of FORMS, or a ``strptime`` format); those without an offset are ``zone``'s."""

    def __init__(self, form: str, zone: ZoneInfo) -> None:
        self.form = form
        self.zone = zone
        self.utc = zone.key in ("UTC", "Etc/UTC")
        self.plain = True  # no time so far says more than its date
        self.offsets = False  # some came with an offset
        self.bare = 0  # how many came without one

    def read(self, text: str) -> int:
        """Ms since the epoch. Raises ValueError for a text of another form, or of a year before 1900 or after 2100."""
        moment = self._moment(text.strip())
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError(text)
        if self.plain and (moment.hour or moment.minute or moment.second or moment.microsecond):
            self.plain = False
        if moment.tzinfo is not None:
            self.offsets = True
            return (moment - _EPOCH) // _MS
        self.bare += 1
        if self.utc:
            return (moment - _NAIVE) // _MS
        try:
            return instant_of(moment, self.zone)
        except OutOfRange:
            raise ValueError(text) from None

    def _moment(self, text: str) -> datetime:
        if self.form == "iso":
            if text.isdigit():  # 20240131 is a number more often than a date
                raise ValueError(text)
            return datetime.fromisoformat(text)
        if self.form in _SHAPES:
            return _parted(text, _SHAPES[self.form])
        if self.form in ("seconds", "milliseconds"):
            return _counted(text, 1 if self.form == "milliseconds" else 1000)
        return datetime.strptime(text, self.form)


def unzoned(read: Sequence[Stamps]) -> Both | None:
    """That times came without an offset, and as what they were read; None where all had one."""
    bare = sum(one.bare for one in read)
    if not bare:
        return None
    name = read[0].zone.key
    if not any(one.offsets for one in read):
        return Both(f"times have no offset: read as {name} (--timezone)", f"время без пояса: {name} (--timezone)")
    return Both(
        f"times without an offset: {bare:,}; read as {name} (--timezone), the others by their own",
        f"времён без пояса: {bare}; прочитаны как {name} (--timezone), остальные — по своему поясу",
    )


def _parted(text: str, places: tuple[int, int, int]) -> datetime:
    found = _PARTS.fullmatch(text)
    if found is None:
        raise ValueError(text)
    numbers = found.group(1, 2, 3)
    year, month, day = (numbers[place] for place in places)
    if len(month) > 2 or len(day) > 2 or len(year) == 3 or len(year) == 1:
        raise ValueError(text)
    hour, minute, second = (int(part or 0) for part in found.group(4, 5, 6))
    if half := found[8]:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    micro = int((found[7] or "0")[:6].ljust(6, "0"))
    full = int(year) + (2000 if len(year) == 2 else 0)
    moment = datetime(full, int(month), int(day), hour, minute, second, micro)
    if offset := found[9]:
        moment = datetime.fromisoformat(f"{moment.isoformat()}{offset}")
    return moment


def _counted(text: str, unit: int) -> datetime:
    if not re.fullmatch(r"\d{9,10}(?:\.\d{1,9})?" if unit > 1 else r"\d{12,13}", text):
        raise ValueError(text)
    return _EPOCH + timedelta(milliseconds=int(float(text) * unit))


def forms_of(sample: Iterable[str], least: float = 0.9) -> list[str]:
    """The forms that at least this share of the filled texts have, those that fit most of them first."""
    texts = [text for text in sample if text.strip()]
    if not texts:
        return []
    utc = zone("UTC")
    fits = {form: sum(_fits(Stamps(form, utc), text) for text in texts) for form in FORMS}
    return [form for form in sorted(FORMS, key=lambda one: -fits[one]) if fits[form] >= least * len(texts)]


def _fits(stamps: Stamps, text: str) -> bool:
    try:
        stamps.read(text)
    except ValueError:
        return False
    return True
