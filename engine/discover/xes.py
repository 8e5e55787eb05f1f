"""Event logs as XES (IEEE 1849): read as a stream, plain or gzipped, without entities."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.parsers import expat
from zoneinfo import ZoneInfo

from voronka.dsl.text.codes.base import Both
from voronka.engine.discover import faults
from voronka.engine.discover.faults import LONGEST, Faults
from voronka.engine.discover.log import Builder
from voronka.engine.discover.opened import opened
from voronka.engine.discover.stamps import Stamps, called, unzoned
from voronka.engine.intake.problems import Problem, Unreadable

_CHUNK = 1 << 16
_DEEPEST = 64
_LONGEST_VALUE = 20_000
_MOST_OF_TRACE = 1_000_000
_SIMPLE = frozenset({"string", "date", "int", "float", "boolean", "id"})
NAME, TIME, RESOURCE, LIFECYCLE = "concept:name", "time:timestamp", "org:resource", "lifecycle:transition"
_ENDS = ("complete", "COMPLETE", "Complete")


def read_xes(
    path: Path, given: dict[str, str], zone: ZoneInfo, builder: Builder, found: Faults, form: str = ""
) -> None:
    """Add a log's events to ``builder``, its bad events to ``found``. ``given``: keys in place of the standard ones.

    Raises Unreadable, TooMuch.
    """
    reader = _Reader(str(path), given, Stamps(form or "iso", zone), builder, found)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.EntityDeclHandler = reader.entity
    parser.ExternalEntityRefHandler = reader.entity
    parser.UnparsedEntityDeclHandler = reader.entity
    reader.parser = parser
    try:
        with opened(path) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        said = expat.errors.messages[error.code]
        both = Both(f"this is no well-formed XML: {said}", f"это неправильный XML: {said}")
        raise Unreadable(Problem(str(path), both, error.lineno, error.offset + 1)) from None
    except ValueError as error:  # an encoding that expat does not know
        raise Unreadable(Problem(str(path), Both(str(error), str(error)))) from None
    reader.finish()


class _Reader:
    """Where the parser stands: in a trace, in an event, how deep."""

    parser: Any

    def __init__(self, file: str, given: dict[str, str], stamps: Stamps, builder: Builder, found: Faults) -> None:
        self.file, self.stamps, self.builder, self.found = file, stamps, builder, found
        self.case_key = given.get("case") or NAME
        self.keys = (given.get("activity") or NAME, given.get("time") or TIME, given.get("resource") or RESOURCE)
        self.depth = 0
        self.seen_log = False
        self.traces = 0
        self.starts = 0  # events that only began something that is also completed
        self.case: dict[str, str] | None = None
        self.event: dict[str, str] | None = None
        self.event_depth = 0
        self.case_depth = 0
        self.line = 0
        self.trace_line = 0
        self.events: list[tuple[int, dict[str, str]]] = []

    # --- what the parser calls

    def entity(self, *_: object) -> int:
        said = Both(
            "it declares entities, which are not read: they can blow a small file up without end",
            "в нём объявлены сущности (ENTITY); такие файлы не читаются: ими малый файл раздувают без конца",
        )
        raise Unreadable(Problem(self.file, said, self.parser.CurrentLineNumber))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        self.depth += 1
        if self.depth > _DEEPEST:
            said = Both(f"elements are nested deeper than {_DEEPEST}", f"элементы вложены глубже {_DEEPEST}")
            raise Unreadable(Problem(self.file, said, self.parser.CurrentLineNumber))
        if not self.seen_log:
            if tag != "log":
                said = Both(
                    f"this is no XES log: it begins with <{name}>", f"это не журнал XES: он начинается с <{name}>"
                )
                raise Unreadable(Problem(self.file, said, self.parser.CurrentLineNumber))
            self.seen_log = True
        elif tag == "trace" and self.case is None:
            self.case, self.case_depth, self.events = {}, self.depth, []
            self.traces += 1
            self.trace_line = self.parser.CurrentLineNumber
        elif tag == "event" and self.event is None:
            self.event, self.event_depth = {}, self.depth
            self.line = self.parser.CurrentLineNumber
        elif tag in _SIMPLE and "key" in attributes:
            value = attributes.get("value", "").strip()[:_LONGEST_VALUE]
            if self.event is not None:
                if self.depth == self.event_depth + 1:
                    self.event[attributes["key"]] = value
            elif self.case is not None and self.depth == self.case_depth + 1:
                self.case[attributes["key"]] = value

    def end(self, name: str) -> None:
        if self.event is not None and self.depth == self.event_depth:
            if len(self.events) >= _MOST_OF_TRACE:
                said = Both(
                    f"a trace of more than {_MOST_OF_TRACE:,} events", f"в трассе больше {_MOST_OF_TRACE} событий"
                )
                raise Unreadable(Problem(self.file, said, self.line))
            self.events.append((self.line, self.event))
            self.event = None
        elif self.case is not None and self.depth == self.case_depth:
            self._trace(self.case)
            self.case = None
        self.depth -= 1

    # --- what it comes to

    def _trace(self, attributes: dict[str, str]) -> None:
        case = attributes.pop(self.case_key, "") or f"trace {self.traces}"
        if len(case) > LONGEST:
            self.found.add(self.file, self.trace_line, faults.too_long(faults.CASE, LONGEST), self.case_key)
            return
        completed = any(event.get(LIFECYCLE) in _ENDS for _, event in self.events)
        own = attributes
        for line, event in self.events:
            step = event.pop(LIFECYCLE, "")
            if completed and step and step not in _ENDS:
                self.starts += 1
                continue
            if self._event(case, line, event, own):
                own = {}  # what is said of the whole trace is known with its first event

    def _event(self, case: str, line: int, event: dict[str, str], own: dict[str, str]) -> bool:
        activity, text, who = (event.pop(key, "") for key in self.keys)
        if not activity or not text:
            said, key = (faults.NO_ACTIVITY, self.keys[0]) if not activity else (faults.NO_TIME, self.keys[1])
            self.found.add(self.file, line, said, key)
            return False
        if len(activity) > LONGEST:
            self.found.add(self.file, line, faults.too_long(faults.ACTIVITY, LONGEST), self.keys[0])
            return False
        try:
            at = self.stamps.read(text)
        except ValueError:
            self.found.add(self.file, line, faults.no_time(text, called(self.stamps.form)), self.keys[1])
            return False
        self.builder.add(case, activity, at, who, {**own, **event}, line)
        return True

    def finish(self) -> None:
        self.builder.plain &= self.stamps.plain
        if note := unzoned([self.stamps]):
            self.builder.notes.append(note)
        if self.starts:
            n = self.starts
            self.builder.notes.append(
                Both(
                    f"lifecycle: {n:,} events that only began or paused something are left out; their ends count",
                    f"жизненный цикл: событий, где действие лишь началось или прервалось, пропущено: {n}",
                )
            )
