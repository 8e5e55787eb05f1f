"""Switches of robots: which are off, logged and kept over restarts; what a robot had queued stops with it."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition import actions
from voronka.dsl.definition.model import Pipeline
from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.protocol import Unmet
from voronka.engine.host.migrating import Passage
from voronka.engine.program.build import Program, Programs
from voronka.engine.program.lineage import sentences
from voronka.engine.program.parts import RobotProgram
from voronka.engine.store import outbox
from voronka.engine.store.codec import ROBOTS
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Writer

if TYPE_CHECKING:
    from voronka.engine.host.work import Work

ENTITY = "robots"
NONE: frozenset[str] = frozenset()
# a robot's path where the log says that it acted, and not that it was off or missed
_RAN = re.compile(
    r'\["by","((?:[^"\\]|\\.)*)","(?:[^"\\]|\\.)*"\]'
    r'(?!,\["note",\{(?:"due":\d+,)?"kind":"(?:off|stopped|missed)")'
)
Off = Mapping[str, Mapping[str, dict[str, Any]]]  # pipeline -> path -> {at, by}


def switched_off(store: Store) -> Off:
    """Every robot that is off: since when (ms), and who did it."""
    state = store.entity(ROBOTS, ENTITY).state
    return {pipeline: paths for pipeline, paths in state.items() if pipeline}


def _also(store: Store, pipeline: str, path: str) -> list[str]:
    """A robot's path, and those it had before."""
    known = store.entity(ROBOTS, ENTITY).state.get("", {})
    return list({path: 0, **{old.partition(" ")[2]: 0 for old, to in known.items() if to == [pipeline, path]}})


def robots_of(program: Program) -> Iterator[RobotProgram]:
    """What can be switched: robots of the pipeline, of its stages and tasks, in order; dated moves are rules."""
    return (robot for robot in program.robots_by_path.values() if not robot.move)


def command(work: Work, data: dict[str, Any], at: int, actor: str, key: str | None) -> tuple[list[Unmet], Both | None]:
    """``robot on|off``. Returns what forbids it, or an error's text where the command is none."""
    what, pipeline, path = data.get("do"), data.get("pipeline"), data.get("path")
    if what not in ("on", "off") or not isinstance(pipeline, str) or not isinstance(path, str):
        return [], Both(
            "a robot is switched on or off, by its pipeline and path",
            "робота можно включить или выключить, назвав воронку и путь",
        )
    off = path in switched_off(work.store).get(pipeline, {})
    program = work.program(pipeline)
    known = [robot.path for robot in robots_of(program)] if program is not None else []
    if path not in known and not (off and what == "on"):
        return [Unmet("unknown", path, args={"what": "robot", "known": known})], None
    if off == (what == "off"):
        return [Unmet("state", path, args={"why": what})], None
    about = {"at": at, "by": actor} if what == "off" else None
    changes: list[list[Any]] = [["off", pipeline, path, about]]
    if what == "off":
        changes.append(["message", {"kind": "robot", "pipeline": pipeline, "path": path}])
    named = {"pipeline": pipeline, "path": path}
    _, row = work.writer.entity(ROBOTS, ENTITY, what, named, changes, at, actor, key)
    work.host.forget_switches()
    if what == "off":
        for name in _also(work.store, pipeline, path):
            outbox.cancel(work.writer, pipeline, name, _mark(row.id))
        work.post(row.id, 1, 0)
    return [], None


def _mark(row: int) -> str:
    """What an effect's ``error`` says when the switching of row ``row`` stopped it."""
    return f"off:{row}"


def concerned(work: Work, row: int, pipeline: str, path: str, after: int, most: int) -> list[tuple[int, int]]:
    """Deals for which a switched off robot had queued something: their number, and how many effects were stopped."""
    rows = work.db.execute(
        """SELECT deal, sum(n) FROM (
            SELECT deal, count(*) AS n FROM outbox WHERE error = ?1 AND status = 'cancelled' AND deal > ?3 GROUP BY deal
            UNION ALL
            SELECT t.deal, 0 FROM timers t JOIN deals d ON d.id = t.deal WHERE d.pipeline = ?2 AND t.deal > ?3
                AND (instr(t.key, ':cont:' || ?4 || ':') OR instr(t.key, ':cont:' || ?4 || '/'))
        ) GROUP BY deal ORDER BY deal LIMIT ?5""",
        (_mark(row), pipeline, after, path, most),
    )
    return [(int(deal), int(count)) for deal, count in rows.fetchall()]


def carry(writer: Writer, way: Passage, at: int) -> None:
    """Another definition comes into force: a switch stays with its robot, whatever that is called now.

    Of one that is gone it stays if it has a name, for the robot may come back; without a name nobody could tell.
    """
    off = switched_off(writer.store)
    waiting = _queued(writer.store)
    for pipeline in sorted({*off, *waiting, *(way.old.definition.pipelines if way.old is not None else ())}):
        lines = way.way(pipeline)
        if not lines.touched or lines.new is None:
            continue
        switches = dict(off.get(pipeline, {}))
        called: list[list[Any]] = [
            ["called", pipeline, path, lines.new.name, to]
            for path, to in lines.paths.items()
            if (lines.new.name, to) != (pipeline, path)
            and ("#" not in path or _inside(waiting[pipeline], path))
            and _robot(lines.old, path)
        ]
        gone: list[list[Any]] = []
        kept: list[list[Any]] = []
        for path, about in switches.items():
            to = lines.paths.get(path, "" if "#" in path else path)
            if (lines.new.name, to) != (pipeline, path):
                gone.append(["off", pipeline, path, None])
                if to:
                    kept.append(["off", lines.new.name, to, about])
        if gone or called:
            writer.entity(ROBOTS, ENTITY, "called", {"pipeline": pipeline}, [*gone, *kept, *called], at)


def _robot(pipeline: Pipeline, path: str) -> bool:
    found = sentences(pipeline).get(path)
    return found is not None and isinstance(found.node, actions.Robot)


# --- looking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Robot:
    """A robot for lists. ``program`` is None for one that is off and gone from the definition; ``off``: {at, by}.

    ``fired``: how often it ran, by the log, under former names, too. ``effects`` wait in the outbox, ``put_off`` are
    blocks that run later.
    """

    pipeline: str
    path: str
    program: RobotProgram | None
    off: dict[str, Any] | None
    fired: int
    effects: int
    put_off: int


def listed(store: Store, programs: Programs) -> list[Robot]:
    """Every robot of every pipeline, in file order, then those that are off and gone. Reads the log once."""
    off = switched_off(store)
    fired, queued, later = _fired(store), _queued(store), _put_off(store)

    def one(pipeline: str, path: str, program: RobotProgram | None) -> Robot:
        before = _also(store, pipeline, path)
        return Robot(
            pipeline,
            path,
            program,
            off.get(pipeline, {}).get(path),
            sum(fired[pipeline, name] for name in before),
            sum(_inside(queued[pipeline], name) for name in before),
            _inside(later[pipeline], path),
        )

    found = [
        one(name, robot.path, robot)
        for name in programs.definition.pipelines
        for robot in robots_of(programs.pipelines[name])
    ]
    known = {(robot.pipeline, robot.path) for robot in found}
    gone = [(name, path) for name, paths in off.items() for path in paths if (name, path) not in known]
    return found + [one(name, path, None) for name, path in sorted(gone)]


def _inside(counts: Mapping[str, int], path: str) -> int:
    return sum(count for at, count in counts.items() if at == path or at.startswith(f"{path}/"))


def _fired(store: Store) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    rows = store.db.execute(
        """SELECT d.pipeline, l.changes FROM log l JOIN deals d ON d.id = l.entity
            WHERE l.kind = 0 AND instr(l.changes, '["by",')"""
    )
    for pipeline, changes in rows:
        for path in _RAN.findall(changes):
            found[pipeline, json.loads(f'"{path}"')] += 1
    return found


def _queued(store: Store) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    rows = store.db.execute(
        """SELECT d.pipeline, json_extract(o.intent, '$.path') AS path, count(*) FROM outbox o
            JOIN deals d ON d.id = o.deal WHERE o.status = 'pending' GROUP BY d.pipeline, path"""
    )
    for pipeline, path, count in rows:
        found[pipeline][path or ""] += count
    return found


def _put_off(store: Store) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    rows = store.db.execute(
        "SELECT d.pipeline, t.key FROM timers t JOIN deals d ON d.id = t.deal WHERE instr(t.key, ':cont:')"
    )
    for pipeline, key in rows:
        found[pipeline][key.partition(":cont:")[2].rpartition(":")[0]] += 1
    return found
