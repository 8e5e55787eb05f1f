"""Switches of robots: which are off, logged and kept over restarts; what a robot had queued stops with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.protocol import Unmet
from voronka.engine.host.migrating import Passage
from voronka.engine.program.build import Program
from voronka.engine.program.parts import RobotProgram
from voronka.engine.store import outbox
from voronka.engine.store.codec import ROBOTS
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Writer

if TYPE_CHECKING:
    from voronka.engine.host.work import Work

ENTITY = "robots"
NONE: frozenset[str] = frozenset()
Off = Mapping[str, Mapping[str, dict[str, Any]]]  # pipeline -> path -> {at, by}


def switched_off(store: Store) -> Off:
    """Every robot that is off: since when (ms), and who did it."""
    return store.entity(ROBOTS, ENTITY).state


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
        outbox.cancel(work.writer, pipeline, path, _mark(row.id))
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
    for pipeline, switches in {name: dict(paths) for name, paths in switched_off(writer.store).items()}.items():
        lines = way.way(pipeline)
        if not lines.touched or lines.new is None:
            continue
        gone: list[list[Any]] = []
        kept: list[list[Any]] = []
        for path, about in switches.items():
            to = lines.paths.get(path, "" if "#" in path else path)
            if (lines.new.name, to) != (pipeline, path):
                gone.append(["off", pipeline, path, None])
                if to:
                    kept.append(["off", lines.new.name, to, about])
        if gone:
            writer.entity(ROBOTS, ENTITY, "called", {"pipeline": pipeline}, [*gone, *kept], at)
