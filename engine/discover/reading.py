"""Reading an event log from its files: which format each has, one log of them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from voronka.dsl.text.codes.base import Both
from voronka.engine.discover.faults import Faults
from voronka.engine.discover.log import Builder, EventLog, TooMuch
from voronka.engine.discover.opened import head
from voronka.engine.discover.tables import read_table
from voronka.engine.discover.xes import read_xes
from voronka.engine.intake.problems import Problem, Unreadable
from voronka.stdlib.zones import zone


@dataclass(frozen=True, slots=True)
class Choices:
    """What the caller says of the files: roles of columns, form of times, zone of those without an offset."""

    case: str = ""
    activity: str = ""
    time: str = ""
    resource: str = ""
    time_format: str = ""
    encoding: str = ""
    zone: ZoneInfo = field(default_factory=lambda: zone("UTC"))

    def roles(self) -> dict[str, str]:
        return {"case": self.case, "activity": self.activity, "time": self.time, "resource": self.resource}


def read_log(paths: Sequence[Path], choices: Choices) -> tuple[EventLog, Faults]:
    """One log of all these files, and what is bad in them. Raises Unreadable: a file, or all of them, give nothing."""
    builder, found = Builder(), Faults()
    for path in paths:
        try:
            if _is_xml(path):
                read_xes(path, choices.roles(), choices.zone, builder, found, choices.time_format)
            else:
                read_table(path, choices.roles(), choices.zone, builder, found, choices.time_format, choices.encoding)
        except TooMuch as much:
            raise Unreadable(Problem(str(path), much.said)) from None
    if not builder.at:
        said = Both("there is no event in it", "в нём нет событий")
        raise Unreadable(*found.problems[:10], Problem(", ".join(map(str, paths)), said))
    return builder.finish(", ".join(path.name for path in paths)), found


def _is_xml(path: Path) -> bool:
    start = head(path, 256).lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<"))
