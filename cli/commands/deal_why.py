"""``voronka deal why``, ``why-not``, ``unblock``: what was decided and on what grounds, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from voronka.cli import complete
from voronka.cli.app import FINDINGS, App, common

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.cli.why import Then
    from voronka.engine.why.robots import Robot
    from voronka.engine.why.unblock import Way


@click.command("why")
@click.argument("number", metavar="ID")
@click.option("--event", "version", type=int, metavar="N", help="This event of the deal (default: the last one).")
@click.option("--at", metavar="TIME", help="The last event up to then: 2026-11-25 12:00, 2026-11-25.")
@common
def why(app: App, number: str, version: int | None, at: str | None) -> None:
    """Say why an event of a deal did what it did, and how things stand (U5).

    It is decided anew from the log by the version of the definition that decided it then: every gate, robot and rule
    that was looked at, with its verdict, the values it saw and its place; where that differs from what was logged, it
    says so. For the last event also what comes: the next stage's gates, what robots wait for.

    \b
    With --json: {"deal", "event", "events", "kind", "at", "actor", "version", "definition", "engine", "stage",
    "decided", "differs": [text], "passages": [{"stage", "moved", "gates"}], "looked": [{"kind", "path", "verdict",
    "off", "heard", "text", "operands", "file", "line"}], "ahead": {"stage", "gates": [{"kind", "name", "verdict",
    "text", "operands", "file", "line", "opens", "unmet"}]}, "robots": [{"kind", "path", "title", "target", "file",
    "line", "states": [{"state", "text", "due"}], "unmet"}]}. Exit code 1: it differs from the log.
    """
    from voronka.cli import given, why
    from voronka.cli.session import reading
    from voronka.engine.why.past import NoPast
    from voronka.engine.why.redo import redo

    if version is not None and at is not None:
        raise app.fail("--event, --at: choose one", "--event, --at: что-то одно")
    with reading(app) as session:
        deal = given.deal_number(app, number)
        instant = why.moment(session, deal, at)
        past = why.past_of(session, deal, version, instant)
        try:
            redone = redo(session.store, past, session.programs)
        except NoPast as no:
            raise app.fail(no.message.en, no.message.ru, FINDINGS) from no
        then = why.then_of(session, deal, instant, past)
        if app.as_json:
            app.dump(why.why_data(session, then, redone))
        else:
            why.show_why(session, then, redone)
        if redone.differs or past.notes:
            raise SystemExit(FINDINGS)


@click.command("why-not")
@click.argument("number", metavar="ID")
@click.option("--stage", metavar="STAGE", shell_complete=complete.stages, help="Why it is not in this stage.")
@click.option("--robot", metavar="ROBOT", help="Why this robot did nothing: its path, name, title or FILE:LINE.")
@click.option("--at", metavar="TIME", help="As it was then: 2026-11-25 12:00, 2026-11-25.")
@common
def why_not(app: App, number: str, stage: str | None, robot: str | None, at: str | None) -> None:
    """Say what keeps a deal out of a stage, or why a robot did not act (U5).

    Every gate with its verdict and values, those that are open too; rules and robots that lead there; the timer that
    looks again, and when.

    \b
    With --json: {"deal", "at", "event", "stage": target, "open", "gates": [...], "robots": [...]} for a stage,
    {"deal", "at", "event", "robot": {...}, "runs": [{"event", "at", "off"}]} for a robot; gates and robots as
    `deal why` has them. Exit code 1: the stage is shut.
    """
    from voronka.cli import given, why
    from voronka.cli.session import reading

    if (stage is None) == (robot is None):
        raise app.fail("name a --stage or a --robot", "назовите --stage или --robot")
    with reading(app) as session:
        deal = given.deal_number(app, number)
        then = why.then_of(session, deal, why.moment(session, deal, at))
        if robot is not None:
            _robot(session, then, robot)
        elif stage is not None:
            _stage(session, then, stage)


def _stage(session: Session, then: Then, text: str) -> None:
    from voronka.cli import given, why
    from voronka.engine.why.gates import gates_of

    target = given.stage(then.program, text)
    gates = gates_of(then.step, target)
    ways = [one for one in why.robots_of(session, then) if one.here and one.target == target]
    if session.app.as_json:
        is_open = all(gate.verdict is True for gate in gates)
        session.app.dump(
            {
                "deal": then.deal.id,
                "at": then.program.calendar.local(then.at).isoformat(),
                "event": then.past.entry.version,
                "stage": target,
                "open": is_open,
                "gates": [why.gate_data(session, then, gate) for gate in gates],
                "robots": [why.robot_data(session, then, one) for one in ways],
            }
        )
    else:
        is_open = why.show_gates(session, then, target, gates, ways)
        if then.past.last and why.openable(gates):
            session.app.out()
            why.unblock_line(why.Page(session.app), then, target)
    if not is_open:
        raise SystemExit(FINDINGS)


def _robot(session: Session, then: Then, text: str) -> None:
    from voronka.cli import why
    from voronka.engine.why.robots import runs

    found = _meant(session, then, text)
    made = runs(session.store, then.deal.id, found.path, then.past.entry.version)
    if session.app.as_json:
        local = then.program.calendar.local
        session.app.dump(
            {
                "deal": then.deal.id,
                "at": local(then.at).isoformat(),
                "event": then.past.entry.version,
                "robot": why.robot_data(session, then, found),
                "runs": [{"event": run.version, "at": local(run.at).isoformat(), "off": run.off} for run in made],
            }
        )
    else:
        why.show_robot(session, then, found, made)


def _meant(session: Session, then: Then, text: str) -> Robot:
    """The robot or rule of this path, name, title or place. Raises Failure."""
    from voronka.cli import given, why

    known = why.robots_of(session, then)
    wanted = text.casefold().strip("«»“”\"'")
    pipeline = then.deal.pipeline
    names = {path: one.robot.name for path, one in then.program.robots_by_path.items() if one.robot.named}
    ways: tuple[Any, ...] = (
        lambda r: text in (r.path, f"{pipeline}/{r.path}"),
        lambda r: names.get(r.path) == text,
        lambda r: any(said.casefold() == wanted for _, said in r.title.texts),
        lambda r: f"/{r.loc}".endswith(f"/{text}") or str(r.loc).endswith(text if text.startswith(":") else f"/{text}"),
    )
    for way in ways:
        found = [robot for robot in known if way(robot)]
        if len(found) > 1:
            found = [robot for robot in found if robot.here] or found
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(robot.path for robot in found[:8])
            raise session.app.fail(f"“{text}” may be {several}", f"«{text}» — это может быть {several}")
    near = given.nearest(session.app, text, [robot.path for robot in known])
    raise session.app.fail(f"there is no robot “{text}”{near}", f"нет робота «{text}»{near}")


@click.command("unblock")
@click.argument("number", metavar="ID")
@click.option("--stage", metavar="STAGE", required=True, shell_complete=complete.stages, help="Where it is to go.")
@common
def unblock(app: App, number: str, stage: str) -> None:
    """Find the smallest set of edits that lets a deal into a stage (U5).

    The commands that are printed have been tried, in this order, on a twin of the deal: they go through. A value that
    nothing dictates is a sample, `…`: put yours in its place. Nothing is changed.

    \b
    With --json: {"deal", "stage", "found", "given_up", "edits": [{"kind": set|tick|done|assign|contact, "name",
    "value"}], "commands": [text], "unmet": [...], "stuck": [...]}. Exit code 1: there is no such set.
    """
    from voronka.cli import given, why
    from voronka.cli.session import reading
    from voronka.engine.why.attempt import Attempt
    from voronka.engine.why.unblock import unblock

    with reading(app) as session:
        deal = given.deal_number(app, number)
        then = why.then_of(session, deal, None)
        why.warn(app, then.past)
        target = given.stage(then.program, stage)
        if target not in then.program.stages:
            near = given.nearest(app, stage, then.program.stages)
            raise app.fail(f"there is no stage “{stage}”{near}", f"нет этапа «{stage}»{near}")
        attempt = Attempt(session.store, session.programs, session.now)
        way = unblock(attempt, attempt.caught_up(then.deal), target)
        lines = _commands(then, way)
        if app.as_json:
            app.dump(_way_data(session, then, target, way, lines))
        else:
            _show_way(session, then, target, way, lines)
        if way.edits is None:
            raise SystemExit(FINDINGS)


def _commands(then: Then, way: Way) -> list[str]:
    """The events of a way as one types them."""
    from shlex import join

    from voronka.engine.why.edits import typed

    number, made = str(then.deal.id), []
    fields = then.program.pipeline.fields
    for doing in way.doings:
        data = doing.data
        words = ["voronka", "deal", doing.kind, number]
        match doing.kind:
            case "set":
                pairs = data["fields"].items()
                words += [f"{name}={typed(fields[name].type, value, then.program)}" for name, value in pairs]
            case "tick":
                words += data["points"] + ([] if data["on"] else ["--off"])
            case "done":
                words = ["voronka", "task", "done", f"{number}.{data['task']}"]
                words += ["--outcome", data["outcome"]] if data["outcome"] else []
                words += ["--comment", data["comment"]] if "comment" in data else []
                if "next" in data:
                    due = then.program.calendar.local(data["next"]["due"]).strftime("%Y-%m-%d %H:%M")
                    words += ["--next", data["next"]["title"], "--due", due]
            case "assign":
                words.append(data["person"])
            case "contact":
                words = ["voronka", "deal", "note", number, data["text"], "--contact"]
            case "move" | "reopen":
                words.append(data["stage"])
        made.append(join(words))
    return made


def _show_way(session: Session, then: Then, target: str, way: Way, lines: list[str]) -> None:
    from voronka.cli.why import Page
    from voronka.engine.words import dates

    app, say, story = session.app, then.teller.say, then.teller.story
    page = Page(app)
    stage = story.quoted(story.stage(then.program, target))
    page.head(f"№ {then.deal.id} · {story.stage(then.program, then.deal.stage)} → {stage}")
    for unmet in way.unmet:
        what, place = (*story.reason(then.program, unmet).split("\t"), "")[:2]
        page.line("✗", what, place)
    app.out()
    if way.edits is None:
        _hopeless(page, then, way)
        return
    if not way.edits:
        app.out(say("ничего не нужно, можно переходить:", "nothing is needed, it may go:"))
    else:
        count = dates.count(len(way.edits), app.lang, ("правка", "правки", "правок"), ("edit", "edits"))
        app.out(say(f"наименьший набор, {count}:", f"the smallest set, {count}:"))
    for line in lines:
        app.out("  " + click.style(line, fg="green"))
    if any(edit.kind == "set" and edit.value is not None for edit in way.edits):
        sample = say(
            "значения, которых условия не диктуют, — примеры: подставьте свои",
            "values that no condition dictates are samples: put yours in their place",
        )
        page.dim(sample, "  ")


def _hopeless(page: Any, then: Then, way: Way) -> None:
    say = then.teller.say
    if way.given_up:
        page.line(
            "!",
            say("перебор слишком велик: небольшого набора правок не нашлось", "too many ways: no small set was found"),
            indent="",
        )
        return
    page.line(
        "✗",
        say(
            "правками этой сделки не открыть: дело во времени, в других сделках или в пути через другие этапы",
            "no edits of this deal open it: it hangs on time, on other deals, or on the way through other stages",
        ),
        indent="",
    )
    for unmet in way.stuck:
        what = then.teller.story.reason(then.program, unmet).partition("\t")[0]
        page.line("·", what)


def _way_data(session: Session, then: Then, target: str, way: Way, lines: list[str]) -> dict[str, Any]:
    from voronka.cli.replies import unmet_data
    from voronka.dsl.definition.values import encode

    def told(found: Any) -> list[dict[str, Any]]:
        return [unmet_data(session, then.program, unmet, then.deal.id) for unmet in found]

    return {
        "deal": then.deal.id,
        "stage": target,
        "found": way.edits is not None,
        "given_up": way.given_up,
        "edits": [{"kind": e.kind, "name": e.name, "value": encode(e.value)} for e in way.edits or ()],
        "commands": lines,
        "unmet": told(way.unmet),
        "stuck": told(way.stuck),
    }
