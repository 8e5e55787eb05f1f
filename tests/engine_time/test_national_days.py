"""Public holidays by country, with moved days off and weekends worked in exchange; zones from the package."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from datetime import date

import pytest

from tests.engine_time.clocks import calendar
from voronka.stdlib.calendars import known_years, national_days, validate_country
from voronka.stdlib.zones import tzdata_version, validate_zone, zone, zone_names

# Russia by its production calendars: the weekdays off, and the days of a weekend worked in exchange.
RUSSIA = {
    2024: (
        "01-01 01-02 01-03 01-04 01-05 01-08 02-23 03-08 04-29 04-30 05-01 05-09 05-10 06-12 11-04 12-30 12-31",
        "04-27 11-02 12-28",
    ),
    2025: ("01-01 01-02 01-03 01-06 01-07 01-08 05-01 05-02 05-08 05-09 06-12 06-13 11-03 11-04 12-31", "11-01"),
    2026: ("01-01 01-02 01-05 01-06 01-07 01-08 01-09 02-23 03-09 05-01 05-11 06-12 11-04 12-31", ""),
}

OTHERS = [
    # country, year, weekdays off, days of a weekend worked
    ("de", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 12-25", ""),
    ("de_BY", 2026, "01-01 01-06 04-03 04-06 05-01 05-14 05-25 06-04 12-25", ""),
    ("us", 2026, "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25", ""),
    (
        "by",
        2025,
        "01-01 01-02 01-06 01-07 04-28 04-29 05-01 05-09 07-03 07-04 11-07 12-25 12-26",
        "01-11 04-26 07-12 12-20",
    ),
    (
        "kz",
        2025,
        "01-01 01-02 01-03 01-07 03-10 03-21 03-24 03-25 05-01 05-07 05-09 06-06 07-07 09-01 10-27 12-16",
        "01-05",
    ),
]


def dates(year: int, text: str) -> set[date]:
    return {date.fromisoformat(f"{year}-{part}") for part in text.split()}


@pytest.mark.parametrize(
    ("country", "year", "off", "working"), [("ru", y, *days) for y, days in RUSSIA.items()] + OTHERS
)
def test_days_of_a_country(country: str, year: int, off: str, working: str) -> None:
    days = national_days(country, range(year, year + 1))
    # Which of its days fall on a weekend anyway is the library's matter (and differs: 6 January 2024 is listed).
    assert {day for day in days.off if day not in days.weekends} == dates(year, off)
    assert days.working == dates(year, working)
    assert set(days.names) == days.off
    assert all(days.names.values())


# Working days a year, from the same production calendars.
@pytest.mark.parametrize("year", range(2015, 2028))
def test_russia_works_247_days_a_year(year: int) -> None:
    expected = 248 if year in (2020, 2024) else 247
    work = calendar("Europe/Moscow", "ru")
    worked = [
        day
        for n in range(366)
        if (day := date.fromordinal(date(year, 1, 1).toordinal() + n)).year == year and work.is_workday(day)
    ]
    assert len(worked) == expected


def test_a_year_does_not_depend_on_the_years_beside_it() -> None:
    for country in ("ru", "by", "kz", "cn", "us", "il"):
        together = national_days(country, range(2020, 2028))
        for year in range(2020, 2028):
            alone = national_days(country, range(year, year + 1))
            assert alone.off == {day for day in together.off if day.year == year}
            assert alone.working == {day for day in together.working if day.year == year}
            assert all(together.names[day] == name for day, name in alone.names.items())


def test_names_do_not_depend_on_the_locale() -> None:
    code = (
        "from voronka.stdlib.calendars import national_days as n; from datetime import date;"
        "print(ascii(n('ru', range(2026, 2027)).names[date(2026, 11, 4)]))"
    )
    for locale in ("C", "en_US.UTF-8", "ru_RU.UTF-8", "th"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={"LANGUAGE": locale, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == ascii("День народного единства")


def test_a_weekend_is_the_countrys_own() -> None:
    work = calendar("Asia/Jerusalem", "il")
    assert not work.is_workday(date(2026, 11, 6))  # a Friday
    assert work.is_workday(date(2026, 11, 8))  # a Sunday


@pytest.mark.parametrize("country", ["ru", "RU", "rus", "de_BY", "de_by", "de_bayern", "us_CA", "uk"])
def test_spellings_of_a_country(country: str) -> None:
    assert validate_country(country) is None
    assert national_days(country, range(2026, 2027)).off


@pytest.mark.parametrize(
    ("country", "hint"),
    [
        ("russia", "did you mean ru?"),
        ("germny", "did you mean de"),
        ("xx", "no holidays are known for country 'xx'"),
        ("", "no holidays are known for country ''"),
        ("de_bavern", "did you mean de_BY"),
        ("ru_x", "country 'ru' has no holidays of its own for 'x'"),
        ("de_", "country 'de' has no holidays of its own for ''"),
    ],
)
def test_an_unknown_country_is_refused_with_what_looks_like_it(country: str, hint: str) -> None:
    why = validate_country(country)
    assert why is not None
    assert hint in why
    with pytest.raises(ValueError, match="holidays"):
        national_days(country, range(2026, 2027))


def test_years_without_knowledge_have_weekends_only() -> None:
    assert known_years("ru") == range(1991, 2101)
    days = national_days("ru", range(1980, 1981))
    assert not days.off
    assert date(1980, 1, 5) in days.weekends


def test_zones_come_from_the_package() -> None:
    assert re.fullmatch(r"20\d\d[a-z]", tzdata_version())
    assert tzdata_version() == importlib.import_module("tzdata").IANA_VERSION
    assert zone("Europe/Moscow") is zone("Europe/Moscow")
    assert zone("Europe/Moscow").key == "Europe/Moscow"
    for name in sorted(zone_names()):
        assert zone(name).key == name  # every one of them loads
    code = (
        "from datetime import datetime; from voronka.stdlib.zones import zone;"
        "print(zone('Asia/Kathmandu').utcoffset(datetime(2026, 1, 1)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONTZPATH": "/nowhere"}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "5:45:00"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Europe/Moscov", "did you mean Europe/Moscow"),
        ("moscow", "did you mean Europe/Moscow?"),
        ("europe/berlin", "did you mean Europe/Berlin"),
        ("Mars/Phobos", "unknown time zone 'Mars/Phobos'"),
        ("../../etc/passwd", "unknown time zone '../../etc/passwd'"),
        ("", "unknown time zone ''"),
    ],
)
def test_an_unknown_zone_is_refused_with_what_looks_like_it(name: str, hint: str) -> None:
    assert hint in (validate_zone(name) or "")
    with pytest.raises(ValueError, match="unknown time zone"):
        zone(name)
