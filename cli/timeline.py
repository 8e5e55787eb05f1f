"""The timeline on a terminal: when on the left, what happened in the middle, where it is written on the right."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from voronka.cli.app import App
from voronka.engine.outbox.plaintext import plain
from voronka.engine.sandbox import Done
from voronka.engine.store.writer import SET, Text
from voronka.engine.templates.escape import readable
from voronka.engine.time.calendar import WorkCalendar
from voronka.engine.words import dates
from voronka.engine.words.story import Line

TONES: dict[str, dict[str, Any]] = {
    "stage": {"fg": "cyan", "bold": True},
    "good": {"fg": "green", "bold": True},
    "bad": {"fg": "red", "bold": True},
    "warn": {"fg": "yellow"},
    "task": {"fg": "blue"},
    "done": {"fg": "green"},
    "send": {"fg": "magenta"},
    "info": {},
}
LEFT = 22  # "Вс 23 ноября  09:40  "
TEXT_LINES = 8
REPEATS = 2


class Printer:
    """Prints lines in order; the date only where it changes, the time only where it changes."""

    def __init__(self, app: App, calendar: WorkCalendar, full: bool = False) -> None:
        self.app = app
        self.calendar = calendar
        self.full = full
        self.width = max(72, min(shutil.get_terminal_size((108, 24)).columns if sys.stdout.isatty() else 108, 130))
        self.day = ""
        self.time = ""
        self.title = ""
        self.seen: dict[tuple[tuple[str, str, str], ...], int] = {}
        self.again: dict[tuple[tuple[str, str, str], ...], tuple[int, int]] = {}

    def done(self, done: Done, lines: Sequence[Line], title: str = "") -> None:
        """Print what one event did. What a timer does again and again is said twice, then counted."""
        key = tuple((line.mark, line.text, line.loc) for line in lines) if done.event.kind == "timer" else ()
        if key and self.seen.get(key, 0) >= REPEATS:
            self.again[key] = (self.again.get(key, (0, 0))[0] + 1, lines[0].at)
            return
        if lines:
            self.flush()
        if key:
            self.seen[key] = self.seen.get(key, 0) + 1
        if lines and title != self.title:
            if self.title:
                self.app.out(" " * LEFT + click.style(f"── {title} ──", dim=True))
            self.title = title
        for line in lines:
            text = done.texts.get(line.effect)
            if text is not None and (short := _short(text)):
                self.line(replace(line, text=f"{line.text}: {short}"))
                continue
            self.line(line)
            if text is not None:
                self.text(text)

    def flush(self) -> None:
        """Say how often what was left out came again."""
        again, self.again = self.again, {}
        for key, (times, last) in again.items():
            when = dates.within(self.calendar.local(last).date(), self.app.lang)
            what = key[0][1]
            ru, en = ("раз", "раза", "раз"), ("time", "times")
            count = dates.count(times, self.app.lang, ru, en)
            text = f"{what}: ещё {count}, до {when}" if self.app.lang == "ru" else f"{what}: {count} more, until {when}"
            self.app.out(" " * LEFT + click.style(f"… {text}", dim=True))

    def line(self, line: Line) -> None:
        local = self.calendar.local(line.at)
        day, time = dates.day(local.date(), self.app.lang), dates.clock(local)
        if day != self.day and self.day:
            self.app.out()
        shown = day if day != self.day else ""
        clock = time if (day, time) != (self.day, self.time) else ""
        self.day, self.time = day, time
        left = f"{shown:<14} {clock:>5}  "
        self._row(click.style(left, dim=True), line)
        for under in line.under:
            self._reason(under)

    def _row(self, left: str, line: Line) -> None:
        room = self.width - LEFT - 2
        place = line.loc.rpartition("/")[2]
        rows = textwrap.wrap(line.text, room) or [""]
        if place and len(rows[-1]) + 2 + len(place) > room:
            rows = textwrap.wrap(line.text, room - len(place) - 2) if len(rows) > 1 else [*rows, ""]
        tone: dict[str, Any] = TONES.get(line.tone, {})
        for index, row in enumerate(rows):
            head = f"{left}{click.style(line.mark, **tone)}" if index == 0 else " " * (LEFT + 1)
            text = click.style(row, **tone) if line.tone in ("stage", "good", "bad") else row
            gap = " " * max(2, room - len(row) - len(place))
            end = f"{gap}{click.style(place, dim=True)}" if place and index == len(rows) - 1 else ""
            self.app.out(f"{head} {text}{end}")

    def _reason(self, under: str) -> None:
        what, _, rest = under.partition("\t")
        place, _, remedy = rest.partition("\t")
        place = place.rpartition("/")[2]
        indent = " " * (LEFT + 4)
        for part in textwrap.wrap(what, max(30, self.width - LEFT - 6 - len(place))) or [""]:
            gap = max(2, self.width - LEFT - 4 - len(part) - len(place))
            self.app.out(f"{indent}{part}{' ' * gap}{click.style(place, dim=True)}" if place else f"{indent}{part}")
            place = ""
        if remedy:
            word = "чтобы прошла" if self.app.lang == "ru" else "to let it in"
            self.app.out(f"{indent}{click.style(f'{word}: {as_step(remedy)}', fg='green')}")

    def text(self, text: Text) -> None:
        """A mail or document, indented, its beginning only unless all of it is wanted."""
        bar = " " * (LEFT + 2) + click.style("│ ", dim=True)
        if text.error:
            self.app.out(bar + click.style(text.error, fg="red"))
        if text.body is None:
            return
        if text.body["subject"]:
            word = "Тема" if self.app.lang == "ru" else "Subject"
            self.app.out(bar + click.style(f"{word}: {text.body['subject']}", bold=True))
        body = text.body["body"]
        if text.body["html"]:
            body = "\n".join(line for line in plain(body).split("\n") if line)
        elif text.media == SET:
            body = readable(body)
        rows = [row for raw in body.strip().split("\n") for row in (textwrap.wrap(raw, self.width - LEFT - 6) or [""])]
        shown = rows if self.full else rows[:TEXT_LINES]
        for row in shown:
            self.app.out(bar + row)
        if len(rows) > len(shown):
            more = dates.count(len(rows) - len(shown), self.app.lang, ("строка", "строки", "строк"), ("line", "lines"))
            self.app.out(bar + click.style(f"… {more}", dim=True))


_STEPS = (
    (re.compile(r"--tick (\S+)"), r"tick \1"),
    (re.compile(r"--done (\S+)=(\S+)"), r"done \1 as \2"),
    (re.compile(r"--done (\S+)"), r"done \1"),
    (re.compile(r"--as-outcome (\S+)"), r"as \1"),
    (re.compile(r"--comment (.+)"), r"because \1"),
)


def as_step(remedy: str) -> str:
    """What would help, as a step of a dry run says it; ``--set`` is a flag of its own there."""
    for pattern, step in _STEPS:
        if pattern.fullmatch(remedy):
            return pattern.sub(step, remedy)
    return remedy


def _short(text: Text) -> str:
    """A notice of one line, to stand in the line of its event."""
    if text.body is None or text.error or text.body["subject"] or text.body["html"]:
        return ""
    body = str(text.body["body"]).strip()
    return body if "\n" not in body and len(body) < 120 else ""
