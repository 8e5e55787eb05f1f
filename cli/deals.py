"""Deals in lists: what one is called at a glance, what is red about it, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.engine.deal.protocol import Unmet
    from voronka.engine.deal.state import Deal
    from voronka.engine.program.build import Program

_LONGEST = 40
_CALLED = ("text", "phone", "email")


def label(session: Session, deal: Deal) -> str:
    """What a deal is called: its linked card's name, else its first text, phone or mail."""
    program = session.program(deal)
    for name, field in program.pipeline.fields.items():
        value = deal.f.get(name)
        if value is None:
            continue
        if field.type.kind == "link":
            linked = linked_label(session, value)
            if linked:
                return _short(linked)
        elif field.type.kind in _CALLED:
            return _short(session.story.show(program)(name, value))
    return ""


def linked_label(session: Session, number: int) -> str:
    """What the card behind a link is called: its first text."""
    from voronka.engine.store import read

    card = read.deal(session.store, number)
    if card is None or card.pipeline not in session.programs.definition.pipelines:
        return ""
    program = session.program(card)
    for name, field in program.pipeline.fields.items():
        if field.type.kind in _CALLED and card.f.get(name) is not None:
            return session.story.show(program)(name, card.f[name])
    return ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is red about a deal: ``kind`` badge (of the definition), flag (raised by the engine), blocked."""

    kind: str
    text: str
    loc: str
    unmet: tuple[Unmet, ...] = ()


def troubles(session: Session, deal: Deal) -> list[Trouble]:
    """Everything that makes a deal red (R38, R39): badges, standing troubles, blocked automatic moves."""
    return [*badges(session, deal), *flags(session, deal), *blocked(session, deal)]


def badges(session: Session, deal: Deal) -> list[Trouble]:
    from voronka.engine.host.reading import red

    lang = session.app.lang
    return [
        Trouble("badge", condition.message.in_(lang), str(condition.loc))
        for condition in red(session.programs, session.people, deal, max(session.now, deal.now))
    ]


def flags(session: Session, deal: Deal) -> list[Trouble]:
    program = session.program(deal)
    # told as the history tells it, so that both say the same
    return [
        Trouble("flag", line.text, str(data.get("loc", "")), _restored(data))
        for key, data in deal.flags.items()
        for line in session.story.lines(program, _event(deal.now), [("flag", key, data)], deal)
    ]


def blocked(session: Session, deal: Deal) -> list[Trouble]:
    program = session.program(deal)
    found = []
    for path, data in deal.pending.items():
        loc = str(program.moves[path].loc) if path in program.moves else ""
        since = session.story.say("с", "since") + f" {session.story.moment(program, data['since'])}"
        found += [
            Trouble("blocked", f"{line.text}, {since}", loc, _restored(data))
            for line in session.story.lines(program, _event(data["since"]), [("pend", path, data)], deal)
        ]
    return found


def _event(at: int) -> Any:
    from voronka.engine.deal.protocol import Event

    return Event("look", {}, at)


def _restored(data: dict[str, Any]) -> tuple[Unmet, ...]:
    from voronka.engine.decide import gates

    return tuple(gates.restore(item) for item in data.get("unmet", ()))


def is_red(session: Session, deal: Deal) -> bool:
    return bool(deal.flags or deal.pending) or bool(badges(session, deal))


def first_due(deal: Deal) -> int | None:
    """The nearest deadline of its open tasks."""
    return min((task.due for task in deal.open_tasks if task.due is not None), default=None)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What time alone will bring: ``at`` is the instant, ``loc`` the sentence it is written in."""

    at: int
    text: str
    loc: str


def ahead(session: Session, deal: Deal) -> list[Ahead]:
    """Timers next, soonest first; deadlines of tasks stand with the tasks."""
    program = session.program(deal)
    found = [
        Ahead(int(timer[0]), *said)
        for key, timer in deal.timers.items()
        if not _of_task(key) and (said := _timer(session, program, deal, key, timer[2])) is not None
    ]
    return sorted(found, key=lambda one: (one.at, one.text))


def timer_text(session: Session, deal: Deal, key: str) -> str:
    """What a timer of a deal will do."""
    program = session.program(deal)
    if _of_task(key):
        task = deal.tasks.get(int(key[2:]))
        title = session.story.quoted(session.story.task_title(program, task)) if task is not None else key
        return session.story.say(f"срок задачи {title}", f"deadline of the task {title}")
    timer = deal.timers.get(key)
    found = _timer(session, program, deal, key, timer[2] if timer is not None else None)
    return found[0] if found is not None else key


def _of_task(key: str) -> bool:
    return key.startswith("t:") and key.count(":") == 1


def _timer(session: Session, program: Program, deal: Deal, key: str, context: Any) -> tuple[str, str] | None:
    say, lang = session.story.say, session.app.lang
    _, _, rest = key.partition(":")
    kind, _, path = rest.partition(":")
    if key.startswith("t:"):
        kind, _, path = path.partition(":")
    if kind == "limit":
        stage = session.stage(deal)
        loc = stage.limit.actions[0].loc if stage.limit is not None and stage.limit.actions else stage.loc
        return say("предел времени на этапе", "the stage's time limit"), str(loc)
    if kind == "wake":
        return say("условие, которое зависит от времени", "a condition that hangs on time"), ""
    if kind == "return":
        action = program.moves.get(path)
        return say("вернётся в работу", "comes back to work"), str(action.loc) if action else ""
    if kind in ("cont", "robot") and _off(session, deal, str((context or {}).get("path", path)).partition("~")[0]):
        said = say("ничего: робот выключен", "nothing: the robot is off")
        return said, _place(program, path.partition("~")[0])
    if kind == "cont":
        path = str((context or {}).get("path", path))
        if (context or {}).get("for"):
            return say("кончится ожидание", "waiting ends"), _place(program, path)
        return say("продолжение", "goes on"), _place(program, path)
    robot = program.robots_by_path.get(path.partition("~")[0])
    if robot is None:
        return None
    if robot.move:
        action = program.moves.get(robot.path)
        return _move(session, program, action), str(robot.loc)
    called = robot.robot.title.in_(lang) or (robot.robot.name if robot.robot.named else "")
    return (say("робот", "robot") + (f" «{called}»" if called else "")), str(robot.loc)


def _off(session: Session, deal: Deal, path: str) -> bool:
    from voronka.engine.host.robots import switched_off

    off = switched_off(session.store).get(deal.pipeline, {})
    return any(f"{path}/".startswith(f"{one}/") for one in off)


def _move(session: Session, program: Program, action: Any) -> str:
    say = session.story.say
    stage = getattr(action, "stage", "")
    if stage:
        return say("переход в", "moves to") + f" «{session.story.stage(program, stage)}»"
    reason = program.pipeline.reasons.get(getattr(action, "reason", ""))
    called = (reason.title.in_(session.app.lang) if reason else "") or getattr(action, "reason", "")
    return say("отказ", "lost as") + f" «{called}»"


def _place(program: Program, path: str) -> str:
    """The sentence a block belongs to: the nearest robot, task or stage above its path that is known."""
    parts = path.split("/")
    for end in range(len(parts), 0, -1):
        head = "/".join(parts[:end])
        if head in program.robots_by_path:
            return str(program.robots_by_path[head].loc)
        if head in program.tasks_by_path:
            return str(program.tasks_by_path[head].task.loc)
        if head in program.stages:
            return str(program.stages[head].stage.loc)
    return ""


def linked(session: Session, deal: Deal) -> list[tuple[str, Deal]]:
    """Deals that point to this one, with the field they do it by."""
    sql = "SELECT field, source FROM links WHERE target = ? ORDER BY source, field"
    rows = session.store.db.execute(sql, (deal.id,)).fetchall()
    known = session.programs.definition.pipelines
    return [(field, found) for field, number in rows if (found := _other(session, number)).pipeline in known]


def _other(session: Session, number: int) -> Deal:
    from voronka.engine.deal.state import Deal
    from voronka.engine.store import read

    found = read.deal(session.store, number) or Deal(number, "")
    program = session.programs.definition.pipelines.get(found.pipeline)
    found.f = {**dict.fromkeys(program.fields if program is not None else ()), **found.f}
    return found


def files(session: Session, deal: Deal) -> list[tuple[str, str]]:
    """Files attached up to this state of a deal: (name, where the copy lies)."""
    from voronka.cli.attachments import kept
    from voronka.engine.store import read

    found = [
        (str(change[1].get("name", "")), str(kept(Path(session.store.path), str(change[1]["file"]))))
        for entry in read.history(session.store, deal.id)[: deal.version]
        for change in entry.changes
        if change[0] == "note" and change[1].get("kind") == "file"
    ]
    return list(dict.fromkeys(found))


def history(session: Session, number: int, until: int | None = None) -> Iterator[tuple[Any, list[Any]]]:
    """A deal's events with their lines, oldest first, the first ``until``; each told with the deal as it was then.

    Under a pipeline's former name it is told in the words of the one it is in now.
    """
    from voronka.cli.replies import as_commands
    from voronka.engine.deal.changes import fold
    from voronka.engine.deal.state import Deal
    from voronka.engine.store import read

    state = Deal(number, "")
    present = session.program(session.deal(number))
    for entry in read.history(session.store, number)[:until]:
        fold(state, entry.changes, entry.event.at, "")
        known = state.pipeline in session.programs.definition.pipelines
        program = session.program(state) if known else present
        yield entry, as_commands(session.story.lines(program, entry.event, entry.changes, state), number)
