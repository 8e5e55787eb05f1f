"""What each kind of event does before anything follows from it; every refusal is found before anything is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from voronka.engine.deal.protocol import Unmet
from voronka.engine.deal.state import TaskState
from voronka.engine.decide import derived, gates, loop, moves, people, tasks, writing
from voronka.engine.decide.step import Refused, Stale

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step


def refuse(s: Step, found: list[Unmet] | tuple[Unmet, ...]) -> None:
    """Raise all that is unmet, if anything is."""
    if found:
        raise Refused(tuple(found))


def write(s: Step, values: dict[str, Any]) -> None:
    """Write fields given from outside, or refuse all of them."""
    refuse(s, writing.unknown(s, values))
    values = writing.rounded(s, values)
    refuse(s, writing.forbids(s, values))
    writing.write(s, values)


# --- kinds of events -------------------------------------------------------------------------------------------------


def create(s: Step, data: dict[str, Any]) -> None:
    """A new deal: defaults, given fields, owner, then the gates of where it starts (Meaning 1)."""
    pipeline = s.p.pipeline
    s.emit("new", pipeline.name, s.now)
    given = dict(data.get("fields", {}))
    refuse(s, writing.unknown(s, given))
    if data.get("sender"):  # a tunnel's values were computed elsewhere
        given, found = writing.fitted(s, given)
        refuse(s, found)
    for formula in s.p.formulas:  # those that need no field; the others follow the fields
        s.set(formula.name, formula.value(s.d, s))
    defaults = {default.name: default.value(s.d, s) for default in s.p.defaults}
    write(s, {**defaults, **given})
    name, reason = data.get("stage") or pipeline.first.name, None
    if name not in pipeline.stages:
        refuse(s, [Unmet("unknown", name, args={"what": "stage", "known": list(pipeline.stages)})])
    if pipeline.derived:
        name, reason = derived.stage_of(s)
    target = s.p.stages[name]
    if target.stage.kind != "open" and not pipeline.derived:
        refuse(s, [Unmet("state", name, target.stage.title, target.stage.loc, args={"why": "create"})])
    # the owner first: gates may speak of the owner (`require contact when owner is set`)
    people.give_owner(s, data.get("owner") or people.first_owner(s))
    if not pipeline.derived:
        refuse(s, gates.entering(s, target))
    if s.d.owner is None and pipeline.owner:
        s.emit("flag", "nobody:owner", {"at": s.now})
    s.emit("stage", name, s.now)
    if target.stage.kind != "open":
        s.emit("close", s.now, reason)
    s.touch("stage", "tasks")
    for field in s.before:
        s.remember(f"change:{field}")  # `after change f` counts from when the deal was born with it,
    s.before.clear()  # but nothing listens: what a deal is born with is no change
    s.happen("creation")
    s.leaving = ""
    if event := data.get("event"):
        s.happen(f"event:{event}", payload=data.get("payload"))


def set_(s: Step, data: dict[str, Any]) -> None:
    write(s, data["fields"])


def move(s: Step, data: dict[str, Any]) -> None:
    refuse(s, gates.moving(s, data["stage"]))
    moves.move(s, data["stage"])


def lose(s: Step, data: dict[str, Any]) -> None:
    refuse(s, gates.losing(s, data["reason"], data.get("comment"), robot=False))
    moves.lose(s, data["reason"], data.get("comment") or "")


def reopen(s: Step, data: dict[str, Any]) -> None:
    """Back to work, through the gates of where it goes (Meaning 1)."""
    if s.d.closed is None or s.p.pipeline.derived:
        here = s.p.stages[s.d.stage].stage
        why = "derived" if s.p.pipeline.derived else "open"
        refuse(s, [Unmet("state", here.name, here.title, here.loc, args={"why": why})])
    name = data.get("stage") or s.p.pipeline.first.name
    target = s.p.stages.get(name)
    if target is None or target.stage.kind != "open":
        known = [stage.name for stage in s.p.pipeline.stages.values() if stage.kind == "open"]
        refuse(s, [Unmet("unknown", name, args={"what": "stage", "known": known})])
    refuse(s, moves.reopening(s, name))
    moves.reopen(s, name)


def done(s: Step, data: dict[str, Any]) -> None:
    if data.get("fields"):
        write(s, data["fields"])
    refuse(s, tasks.answering(s, data["task"], data.get("outcome"), data.get("comment"), bool(data.get("next"))))
    tasks.answer(s, data["task"], data.get("outcome"), data.get("comment"))
    if data.get("next"):
        _next(s, data["next"])


def _next(s: Step, wanted: dict[str, Any]) -> None:
    """The next step, agreed with the answer (R33): a task of the deal's own, not of any declaration."""
    made = TaskState(s.d.next_task, wanted["title"], "", s.d.visit, s.now)
    made.assignee = wanted.get("assignee") or s.d.owner
    tasks.add(s, made, wanted.get("due"))


def reschedule(s: Step, data: dict[str, Any]) -> None:
    refuse(s, tasks.rescheduling(s, data["task"], int(data["due"]), data.get("comment")))
    tasks.reschedule(s, data["task"], int(data["due"]), data.get("comment"))


def tick(s: Step, data: dict[str, Any]) -> None:
    """Tick points of the stage's checklists (R24)."""
    lists = {c.name: c for c in s.p.stages[s.d.stage].stage.checklists}
    found = []
    for point in data["points"]:
        name, _, item = point.partition(".")
        if name not in lists or (item and item not in dict(lists[name].points)):
            known = [f"{c.name}.{key}" for c in lists.values() for key, _ in c.points]
            found.append(Unmet("unknown", point, args={"what": "checklist point", "known": known}))
    refuse(s, found)
    for point in data["points"]:
        name, _, item = point.partition(".")
        for key in [item] if item else [key for key, _ in lists[name].points]:
            s.emit("tick", f"{name}.{key}", bool(data.get("on", True)))
        s.touch(f"check:{name}")


def event(s: Step, data: dict[str, Any]) -> None:
    """An outside event; what nothing listens to is said to the host (Meaning 12)."""
    name, payload = data["name"], dict(data.get("payload", {}))
    decl = s.p.pipeline.events.get(name)
    if decl is None:
        refuse(s, [Unmet("unknown", name, args={"what": "event", "known": sorted(s.p.pipeline.events)})])
        return
    known = [key for key, _, _ in decl.payload]
    refuse(s, [Unmet("unknown", key, args={"what": "payload", "known": known}) for key in payload if key not in known])
    for key in known:
        payload.setdefault(key, None)
    s.consumed = f"event:{name}" in s.p.tracked
    s.happen(f"event:{name}", payload=payload)


def timer(s: Step, data: dict[str, Any]) -> None:
    """``found``: when it was found, where it is fired at its own instant and that was a while ago (ms)."""
    s.found = data["key"], data.get("found", 0)
    if not loop.fire_timer(s, data["key"], data["gen"]):
        raise Stale


def assign(s: Step, data: dict[str, Any]) -> None:
    """Another owner: the open tasks of the old one go along (R63)."""
    old, person = s.d.owner, data["person"]
    known = s.ask("person", person)
    if known is None or known.get("gone"):
        refuse(s, [Unmet("unknown", person, args={"what": "person", "known": []})])
    people.give_owner(s, person)
    if old is not None and old != person:
        people.give_tasks(s, old, person)
    people.find_hands(s)


def contact(s: Step, data: dict[str, Any]) -> None:
    tasks.contact(s)
    if data.get("text"):
        s.emit("note", {"kind": "contact", "text": data["text"]})


def note(s: Step, data: dict[str, Any]) -> None:
    s.emit("note", {"kind": "note", "text": data["text"]})


def attach(s: Step, data: dict[str, Any]) -> None:
    s.emit("note", {"kind": "file", "name": data.get("name", ""), "file": data["file"]})
    if data.get("field"):
        write(s, {data["field"]: data["file"]})


def item(s: Step, data: dict[str, Any]) -> None:
    """An item of a ``links`` field changed (an order's good, R11)."""
    if _seen(s, data):
        raise Stale
    s.emit("item", data["field"], data["item"], data["values"])
    numbers = tuple(sorted(s.d.items.get(data["field"], {})))
    s.set(data["field"], numbers or None)
    s.touch(f"items:{data['field']}")


def card(s: Step, data: dict[str, Any]) -> None:
    """A linked card changed."""
    if _seen(s, data):
        raise Stale
    values = {**s.d.cards.get(data["link"], {}), **data["values"]} if data["values"] is not None else None
    s.emit("card", data["link"], values)
    s.touch(f"card:{data['link']}")


def _seen(s: Step, data: dict[str, Any]) -> bool:
    sender, version = data.get("sender"), data.get("version", 0)
    if sender is None:
        return False
    if s.d.seen.get(sender, -1) >= version:
        return True
    s.emit("seen", sender, version)
    return False


def people_(s: Step, data: dict[str, Any]) -> None:
    """Somebody is away, has left, is back (R63)."""
    s.touch("people")
    if data["happening"] == "back":
        people.take_back(s, data["person"])
    s.happen(data["happening"])


def incident(s: Step, data: dict[str, Any]) -> None:
    s.emit(
        "flag",
        f"incident:{data.get('key', s.d.version + 1)}",
        {"at": s.now, "text": data["text"], **data.get("data", {})},
    )


def robot(s: Step, data: dict[str, Any]) -> None:
    """A robot was switched off: what it had put off ends, whatever becomes of the switch meanwhile."""
    path = data["path"]
    robot = s.p.robots_by_path.get(path)
    s.because(path, str(robot.loc) if robot is not None else "")
    ended = [
        key
        for key, (_, _, context) in s.d.timers.items()
        if isinstance(context, dict) and f"{context.get('path', '')}/".startswith(f"{path}/")
    ]
    if ended or data["sent"]:
        s.emit("note", {"kind": "stopped", "put_off": len(ended), "sent": data["sent"]})
    for key in ended:
        s.emit("timer-", key)


def resolve(s: Step, data: dict[str, Any]) -> None:
    if data["flag"] not in s.d.flags:
        refuse(s, [Unmet("unknown", data["flag"], args={"what": "flag", "known": sorted(s.d.flags)})])
    s.emit("flag", data["flag"], None)


def forget(s: Step, data: dict[str, Any]) -> None:
    """Who the deal is about is forgotten: nothing that a stage requires can keep a value, and no robot hears of it."""
    for name in data["fields"]:
        field = s.p.pipeline.fields.get(name)
        if field is not None and field.formula is None:
            s.set(name, None)
    s.before.clear()
    s.emit("note", {"kind": "forgotten"})


KINDS: dict[str, Callable[[Step, dict[str, Any]], None]] = {
    "create": create,
    "set": set_,
    "move": move,
    "lose": lose,
    "reopen": reopen,
    "done": done,
    "reschedule": reschedule,
    "tick": tick,
    "event": event,
    "timer": timer,
    "assign": assign,
    "contact": contact,
    "note": note,
    "attach": attach,
    "item": item,
    "card": card,
    "people": people_,
    "incident": incident,
    "resolve": resolve,
    "forget": forget,
    "robot": robot,
}
