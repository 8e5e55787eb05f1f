"""What is wrong with rows of a log: the first ones in words, all of them counted."""

from __future__ import annotations

from dataclasses import dataclass, field

from voronka.dsl.text.codes.base import Both
from voronka.engine.intake.problems import Problem

KEPT = 100
SHOWN_TEXT = 60  # characters of a cell in a message


@dataclass(slots=True)
class Faults:
    """``count`` of bad rows or events, ``problems`` the first of them."""

    count: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add(self, file: str, line: int, said: Both, name: str = "") -> None:
        self.count += 1
        if len(self.problems) < KEPT:
            self.problems.append(Problem(file, said, line, 0, name))


def short(text: str) -> str:
    """A cell's text as a message shows it."""
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN_TEXT else flat[: SHOWN_TEXT - 1] + "…"


def no_time(text: str, form: Both) -> Both:
    return Both(f"“{short(text)}” is no time ({form.en})", f"«{short(text)}» — не время ({form.ru})")


def too_long(what: Both, most: int) -> Both:
    return Both(f"the {what.en} has more than {most} characters", f"{what.ru}: больше {most} знаков")


CASE = Both("case", "случай")
ACTIVITY = Both("activity", "действие")
NO_CASE = Both("the case is missing", "не указан случай")
NO_ACTIVITY = Both("the activity is missing", "не указано действие")
NO_TIME = Both("the time is missing", "не указано время")
LONGEST = 200  # characters of a case's or an activity's name
