"""A calendar as canonical text: part of a definition's identity, and readable."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine_time.clocks import calendar
from voronka.engine.time.calendar import WorkCalendar

GOLDEN = Path(__file__).parent / "expanded"
YEARS = range(2024, 2027)
SHOP = {"hours": "09:00-18:00; 10:00-15:00 saturday", "off": "2026-12-24..2026-12-31", "working": "2026-05-03"}


@pytest.mark.parametrize(
    ("name", "work"),
    [
        ("ru", calendar("Europe/Moscow", "ru")),
        ("shop", calendar("Europe/Berlin", "de_BY", **SHOP)),
        ("il", calendar("Asia/Jerusalem", "il", hours="08:30-12:30; 13:30-17:00")),
    ],
)
def test_expanded_text(name: str, work: WorkCalendar) -> None:
    assert work.expanded(YEARS) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_what_answers_alike_reads_alike() -> None:
    declared = calendar("Europe/Moscow", "ru").expanded(range(2026, 2027))
    off = "2026-01-01..2026-01-09 2026-02-23 2026-03-09 2026-05-01 2026-05-11 2026-06-12 2026-11-04 2026-12-31"
    assert calendar("Europe/Moscow", off=off, hours="12:00-18:00; 09:00-12:00").expanded(range(2026, 2027)) == declared


@pytest.mark.parametrize(
    "other",
    [
        calendar("Europe/Minsk", "ru"),
        calendar("Europe/Moscow"),
        calendar("Europe/Moscow", "ru", hours="09:00-17:30"),
        calendar("Europe/Moscow", "ru", hours="09:00-18:00; 09:00-17:00 friday"),
        calendar("Europe/Moscow", "ru", off="2026-11-03"),
        calendar("Europe/Moscow", "ru", working="2026-11-07"),
    ],
)
def test_what_answers_otherwise_reads_otherwise(other: WorkCalendar) -> None:
    assert other.expanded(range(2026, 2027)) != calendar("Europe/Moscow", "ru").expanded(range(2026, 2027))
