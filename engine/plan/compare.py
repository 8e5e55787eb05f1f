"""What differs between two definitions, by meaning: where sentences stand and how they are spelt does not count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from voronka.dsl.definition.actions import AddTask
from voronka.dsl.definition.model import Definition, Pipeline, Stage
from voronka.dsl.definition.types import Title
from voronka.engine.host.migrating import Passage
from voronka.engine.program.lineage import Lineage, declared
from voronka.engine.program.shape import Shapes

ADDED, REMOVED, RETIRED, RENAMED, MERGED, CHANGED = "added", "removed", "retired", "renamed", "merged", "changed"
# kinds of things with names, in the order they are told
KINDS = ("stage", "field", "reason", "event", "role", "task", "approval", "robot", "checklist")
# parts of a pipeline that have no name of their own
_PARTS = ("title", "timezone", "calendar", "currency", "owner", "uniques", "checks", "reds", "priority", "segments")
_SKIPPED = frozenset({"name", "path", "loc", "was", "named", "home"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``pipeline`` is its new name (the old one of a pipeline that is gone), empty for what is shared.

    ``what``: added removed retired renamed merged changed; ``before`` is the old name where it differs. ``parts`` are
    what changed of it, by attribute; ``title`` its title, the old one of what is gone.
    """

    kind: str
    pipeline: str
    name: str
    what: str
    before: str = ""
    parts: tuple[str, ...] = ()
    title: Title = Title()

    def data(self) -> dict[str, Any]:
        """As JSON data."""
        found: dict[str, Any] = {"kind": self.kind, "pipeline": self.pipeline, "name": self.name, "what": self.what}
        if self.before:
            found["before"] = self.before
        if self.parts:
            found["parts"] = list(self.parts)
        return found


def compare(way: Passage) -> tuple[Difference, ...]:
    """Every difference between the two ends of a passage, pipelines first."""
    new = way.new.definition
    if way.old is None:
        return tuple(Difference("pipeline", p.name, p.name, CHANGED, title=p.title) for p in new.pipelines.values())
    old = way.old.definition
    found: list[Difference] = []
    continued: set[str] = set()
    for name, pipeline in old.pipelines.items():
        lines = way.way(name)
        if lines.new is None:
            found.append(Difference("pipeline", name, name, REMOVED, title=pipeline.title))
            continue
        continued.add(lines.new.name)
        found += _pipeline(lines) if lines.touched else ()
    found += [
        Difference("pipeline", p.name, p.name, ADDED, title=p.title)
        for p in new.pipelines.values()
        if p.name not in continued
    ]
    return (*found, *_shared(way, old, new))


# --- one pipeline ----------------------------------------------------------------------------------------------------


def _pipeline(lines: Lineage) -> Iterator[Difference]:
    old, new = lines.old, lines.new
    assert new is not None
    shapes = _Compared(lines)
    parts = [part for part in _PARTS if shapes.differ(getattr(old, part), getattr(new, part))]
    if list(old.stages) != list(new.stages) and [lines.name("stage", n) for n in old.stages] != list(new.stages):
        kept = [to for name in old.stages if (to := lines.name("stage", name)) is not None]
        if list(dict.fromkeys(kept)) != [name for name in new.stages if name in kept]:
            parts.append("order")
    if shapes.differ(_plain_robots(old), _plain_robots(new)):
        parts.append("robots")
    if old.name != new.name:
        yield Difference("pipeline", new.name, new.name, RENAMED, old.name, tuple(parts), new.title)
    elif parts:
        yield Difference("pipeline", new.name, new.name, CHANGED, parts=tuple(parts), title=new.title)
    before, after = declared(old), declared(new)
    for kind in KINDS:
        yield from _named(lines, kind, before[kind], after[kind], shapes)


class _Compared:
    """Whether parts of two versions differ, where what is only called otherwise does not."""

    def __init__(self, lines: Lineage | None = None) -> None:
        self._shapes = Shapes()
        names = lines.names.values() if lines is not None else ()
        self._renamed = {("str", old): ("str", new) for kind in names for old, new in kind.items() if old != new}

    def differ(self, old: Any, new: Any) -> bool:
        before, after = self._shapes.of(old), self._shapes.of(new)
        return before != after and bool(not self._renamed or self._now(before) != after)

    def _now(self, shape: Any) -> Any:
        if isinstance(shape, tuple):
            return self._renamed.get(shape) or tuple(self._now(part) for part in shape)
        return shape


def _plain_robots(pipeline: Pipeline) -> tuple[Any, ...]:
    return tuple(robot for robot in pipeline.robots if not robot.named)


def _named(
    lines: Lineage, kind: str, before: Mapping[str, Any], after: Mapping[str, Any], shapes: _Compared
) -> Iterator[Difference]:
    assert lines.new is not None
    where = lines.new.name
    names = lines.names.get(kind, {})
    came_from: dict[str, list[str]] = {}
    for old, to in names.items():
        if old in before:
            came_from.setdefault(to, []).append(old)
    for name, node in after.items():
        olds = came_from.get(name, [])
        if not olds:
            yield Difference(kind, where, name, ADDED, title=_title(node))
            continue
        others = [old for old in olds if old != name]
        first = before[name if name in olds else olds[0]]
        parts = _parts(first, node, shapes)
        if others:
            what = MERGED if len(olds) > 1 else RENAMED
            yield Difference(kind, where, name, what, ", ".join(others), parts, _title(node))
        elif parts:
            yield Difference(kind, where, name, CHANGED, parts=parts, title=_title(node))
    for name, node in before.items():
        if name not in names:
            what = RETIRED if lines.retired(kind, name) is not None else REMOVED
            yield Difference(kind, where, name, what, title=_title(node))


def _title(node: Any) -> Title:
    title = getattr(node, "title", None)
    return title if isinstance(title, Title) else Title()


def _parts(old: Any, new: Any, shapes: _Compared) -> tuple[str, ...]:
    return tuple(
        part.name
        for part in fields(new)
        if part.name not in _SKIPPED
        and not (isinstance(new, Stage) and part.name in ("approvals", "checklists"))  # told by themselves
        and shapes.differ(_own(old, part.name), _own(new, part.name))
    )


def _own(node: Any, part: str) -> Any:
    """A part of something, without what has a name of its own and is told by it."""
    value = getattr(node, part)
    if not isinstance(node, Stage):
        return value
    if part == "entry":
        return tuple(one for one in value if not (isinstance(one, AddTask) and one.task.named))
    if part in ("tasks", "robots"):
        return tuple(one for one in value if not one.named)
    return value


# --- what pipelines share --------------------------------------------------------------------------------------------


def _shared(way: Passage, old: Definition, new: Definition) -> Iterator[Difference]:
    shapes = _Compared()
    for kind, before, after in (
        ("calendar", old.calendars, new.calendars),
        ("person", old.people, new.people),
        ("resource", old.resources, new.resources),
    ):
        yield from _by_name(kind, before, after, shapes)
    texts = {name: template.text for name, template in old.templates.items()}, new.templates
    for name, template in texts[1].items():
        if name not in texts[0]:
            yield Difference("template", "", name, ADDED)
        elif texts[0][name] != template.text:
            yield Difference("template", "", name, CHANGED)
    for name in texts[0]:
        if name not in texts[1]:
            yield Difference("template", "", name, REMOVED)
    yield from _holidays(way, old, new, shapes)


def _by_name(kind: str, before: Mapping[str, Any], after: Mapping[str, Any], shapes: _Compared) -> Iterator[Difference]:
    for name, node in after.items():
        if name not in before:
            yield Difference(kind, "", name, ADDED, title=_title(node))
        elif parts := _parts(before[name], node, shapes):
            yield Difference(kind, "", name, CHANGED, parts=parts, title=_title(node))
    for name, node in before.items():
        if name not in after:
            yield Difference(kind, "", name, REMOVED, title=_title(node))


def _holidays(way: Passage, old: Definition, new: Definition, shapes: _Compared) -> Iterator[Difference]:
    """Working days that differ although the calendar reads the same: the tables of holidays or zones were upgraded."""
    told: set[str] = set()
    for (name, zone), days in way.expanded().items():
        spec, now = old.calendars.get(name), new.calendars.get(name)
        if spec is None or now is None or name in told or shapes.differ(spec, now):
            continue
        if (before := way.calendars.get((name, zone))) is not None and before != days:
            told.add(name)
            yield Difference("calendar", "", name, CHANGED, parts=("days",), title=now.title)


def of_pipeline(found: Iterable[Difference], pipeline: str) -> list[Difference]:
    """Those of one pipeline; of none for the shared ones."""
    return [one for one in found if one.pipeline == pipeline]
