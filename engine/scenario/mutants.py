"""Mutants: a definition with one thing done wrong, as somebody might have written it (U7).

Each gate negated and left out, each condition negated, its comparisons flipped, each deadline and delay shifted, each
robot, rule, task and sentence left out, each required field, comment, next step, bound, limit and reason dropped. They
are made of the definition, not of its text; what one place of a file brings to many places changes in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

from voronka.dsl.definition import actions as act
from voronka.dsl.definition import model
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Definition
from voronka.dsl.definition.moments import DueRule, Happening, Moment, Trigger
from voronka.dsl.definition.types import BOOL, DURATION
from voronka.dsl.definition.values import Duration, plain
from voronka.dsl.text.codes.base import Both
from voronka.engine.scenario.parts import GONE, nodes, rewritten

KINDS = ("gate", "condition", "deadline", "robot", "task", "sentence", "require", "bound", "reason")

Change = Callable[[Any], Any]

_OPPOSITE = {
    "lt": "ge", "ge": "lt", "le": "gt", "gt": "le", "eq": "ne", "ne": "eq", "in": "not_in", "not_in": "in",
    "set": "unset", "unset": "set", "older": "not_older", "not_older": "older", "within": "not_within",
    "not_within": "within", "and": "or", "or": "and",
}  # fmt: skip
_EDGE = {"lt": "le", "le": "lt", "gt": "ge", "ge": "gt"}
_SIGNS = {
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "is", "ne": "is not", "in": "is in", "not_in": "is not in",
    "set": "is set", "unset": "is not set", "older": "is older than", "not_older": "is not older than",
    "within": "is within", "not_within": "is not within",
}  # fmt: skip
_WHOLE = frozenset({"day", "week", "month", "year", "workday"})  # no calendar knows a half of one
_SENTENCES = (
    act.Send, act.Notify, act.SetField, act.HandOver, act.Render, act.Run, act.Move, act.Lose, act.Tunnel,
    act.CancelTask, act.If, act.Wait, act.After,
)  # fmt: skip
_UNSEEN = (model.Red, model.Field)  # badges and what applies: shown, not decided


@dataclass(frozen=True, slots=True)
class Mutant:
    """One thing done wrong: in which pipeline, of which kind, where, what; ``apply`` makes the pipeline wrong."""

    pipeline: str
    kind: str
    loc: Loc
    what: Both
    change: Change

    def apply(self, definition: Definition) -> Definition:
        """The definition with this done wrong in it."""
        wrong = rewritten(definition.pipelines[self.pipeline], self.change)
        return replace(definition, pipelines={**definition.pipelines, self.pipeline: wrong})


def homes(definition: Definition) -> dict[tuple[str, Loc], frozenset[str]]:
    """The stages that a place of a file belongs to; what ``every task`` says belongs to many, what is not here to the
    pipeline as a whole."""
    found: dict[tuple[str, Loc], set[str]] = {}
    for name, pipeline in definition.pipelines.items():
        for stage in pipeline.stages.values() if pipeline.kind != "record" else ():
            for node in nodes(stage):
                if (loc := getattr(node, "loc", None)) is not None:
                    found.setdefault((name, loc), set()).add(stage.name)
    return {key: frozenset(stages) for key, stages in found.items()}


def mutants(definition: Definition, library: frozenset[str] = frozenset()) -> list[Mutant]:
    """All of them, in the order of files and lines. ``library``: files that are left as they are."""
    found: dict[tuple[Any, ...], Mutant] = {}
    for name, pipeline in definition.pipelines.items():
        sole = set()  # the only sentence of a robot is left out with the robot
        for node in nodes(pipeline):
            if isinstance(node, act.Robot) and len(node.actions) == 1:
                sole.add(id(node.actions[0]))
            for kind, loc, what, change in _of(node):
                if loc.file not in library and not (kind == "sentence" and id(node) in sole):
                    found.setdefault((name, loc, what), Mutant(name, kind, loc, what, change))
    return sorted(found.values(), key=lambda one: (one.loc.file, one.loc.line, one.loc.column))


_Made = tuple[str, Loc, Both, Change]


def _of(node: Any) -> Iterator[_Made]:
    match node:
        case model.Gate():
            yield "gate", node.loc, _left_out(f"`{node.when.text}`"), _dropping(node)
            yield from _negated(node, "gate")
        case act.Require():
            yield "require", node.loc, _left_out(f"`require {node.field}`"), _dropping(node, field=node.field)
        case act.Robot():
            name = f"robot {node.name}" if node.named else starts(node)
            yield "robot", node.loc, _left_out(f"`{name}`"), _dropping(node)
        case model.Standing():
            what = f"`move to {node.stage}`" if node.stage else f"`lose as {node.reason}`"
            yield "robot", node.loc, _left_out(what), _dropping(node)
        case act.Task():
            yield "task", node.loc, _left_out(f"`task {node.name}`"), _task_gone(node.loc)
        case model.Reason():
            yield "reason", node.loc, _left_out(f"`reason {node.name}`"), _dropping(node)
        case model.Limit():
            yield "bound", node.loc, _left_out("`limit`"), _dropping(node)
            yield from _longer(node, node.loc, "limit")
        case act.After() | act.Wait():
            yield from _longer(node, node.loc, "after" if isinstance(node, act.After) else "wait")
        case DueRule():
            yield from _shifted(node, node.loc, "due", always=True)
        case act.Outcome(again=act.Again()):
            yield from _shifted(node.again, node.loc, "again", home=node)
    if isinstance(node, (Trigger, model.Standing, model.Return)) and node.moment is not None:
        yield from _shifted(node, node.loc, "")
    if isinstance(node, _SENTENCES):
        yield "sentence", node.loc, _left_out(f"`{_word(node)}`"), _dropping(node)
    if not isinstance(node, (model.Gate, *_UNSEEN)) and isinstance(getattr(node, "when", None), Expr):
        yield from _negated(node, "condition")
    yield from _bounds(node)


def starts(robot: act.Robot) -> str:
    """What sets a robot off: ``on task call is reached``, ``every 1 day``."""
    trigger = robot.triggers[0]
    if trigger.kind == "every":
        return f"every {trigger.n} {trigger.unit}"
    if trigger.kind == "cron":
        return f"cron {trigger.cron}"
    happening = trigger.happening or (trigger.moment.base if trigger.moment is not None else None)
    if happening is None or happening.kind == "instant":
        return robot.path
    kind = "" if happening.kind == "change" else happening.kind
    words = (kind, happening.name, *happening.fields, happening.outcome and f"is {happening.outcome}")
    return " ".join(word for word in ("on", *words) if word)


# --- leaving out -----------------------------------------------------------------------------------------------------


def _left_out(what: str) -> Both:
    return Both(f"{what} is left out", f"убрано {what}")


def _dropping(node: Any, **same: Any) -> Change:
    return partial(_drop, type(node), node.loc, same)


def _drop(kind: type[Any], loc: Loc, same: dict[str, Any], node: Any) -> Any:
    hit = node.__class__ is kind and node.loc == loc and all(getattr(node, k) == v for k, v in same.items())
    return GONE if hit else node


def _task_gone(loc: Loc) -> Change:
    """A task stands in its stage's list and among the entry actions."""

    def change(node: Any) -> Any:
        return GONE if isinstance(node, (act.Task, act.AddTask)) and node.loc == loc else node

    return change


def _bounds(node: Any) -> Iterator[_Made]:
    """Comments that are asked for, a next step, so many times at most."""
    loc = getattr(node, "loc", None)
    if loc is None:
        return
    for name, blank, kind in (
        ("comment_required", False, "require"),
        ("next_required", False, "require"),
        ("at_most", 0, "bound"),
    ):
        if getattr(node, name, blank):
            words = "at most" if name == "at_most" else name.replace("_", " ")
            yield kind, loc, _left_out(f"`{words}`"), _setting(node, loc, **{name: blank})
    inner = getattr(node, "again", None)
    if inner is not None and inner.at_most:
        what = _left_out(f"`again … at most {inner.at_most}`")
        yield "bound", loc, what, _setting(node, loc, again=replace(inner, at_most=0))


def _setting(node: Any, loc: Loc, **new: Any) -> Change:
    old = {name: getattr(node, name) for name in new}
    return partial(_set, type(node), loc, old, new)


def _set(kind: type[Any], loc: Loc, old: dict[str, Any], new: dict[str, Any], node: Any) -> Any:
    if node.__class__ is kind and node.loc == loc and all(getattr(node, name) == value for name, value in old.items()):
        return replace(node, **new)
    return node


def _word(node: Any) -> str:
    match node:
        case act.Send():
            return f"{node.channel} {node.message.template}".strip()
        case act.Notify():
            return f"notify {node.who.name or node.who.kind}"
        case act.SetField():
            return f"set {node.field}" if node.expr is not None else f"clear {node.field}"
        case act.Render():
            return f"render {node.field}"
        case act.Run():
            return f"run {node.plugin}"
        case act.Move():
            return f"move to {node.stage}"
        case act.Lose():
            return f"lose as {node.reason}"
        case act.Tunnel():
            return f"tunnel to {node.pipeline}"
        case act.CancelTask():
            return f"cancel {node.task}"
        case act.If():
            return f"if {node.when.text}"
    return {"HandOver": "hand over", "Wait": "wait", "After": "after"}[type(node).__name__]


# --- conditions ------------------------------------------------------------------------------------------------------


def _negated(node: Any, kind: str) -> Iterator[_Made]:
    """The condition of a part the other way round, then each of its comparisons, then their edges."""
    when: Expr = node.when
    loc = getattr(node, "loc", None) or when.loc
    change = _setting(node, loc, when=_not(when))
    yield kind, when.loc, Both(f"`{when.text}` is negated", f"условие `{when.text}` обращено"), change
    for part in when.walk():
        other = _OPPOSITE.get(part.op)
        if other is not None and part is not when:
            yield _flipped(node, loc, kind, part, other)
        edge = _EDGE.get(part.op)
        if edge is not None:
            yield _flipped(node, loc, kind, part, edge)


def _not(when: Expr) -> Expr:
    if when.op in _OPPOSITE and when.op not in ("and", "or"):
        return replace(when, op=_OPPOSITE[when.op])
    return Expr("not", BOOL, None, (when,), when.loc, when.text)


def _flipped(node: Any, loc: Loc, kind: str, part: Expr, op: str) -> _Made:
    new = replace(part, op=op)
    when = rewritten(
        node.when, lambda one: new if isinstance(one, Expr) and one == part and one.loc == part.loc else one
    )
    signs = f"`{_SIGNS.get(part.op, part.op)}` → `{_SIGNS.get(op, op)}`"
    return kind, part.loc, Both(f"`{part.text}`: {signs}", f"`{part.text}`: {signs}"), _setting(node, loc, when=when)


# --- time ------------------------------------------------------------------------------------------------------------


def _shifts(length: Duration) -> Iterator[Duration]:
    """Twice as long, half as long, a unit more and less; nothing that no calendar can add."""
    half = length.n // 2 if length.unit in _WHOLE else length.n / 2
    for n in dict.fromkeys((length.n * 2, half, length.n + 1, length.n - 1)):
        if n > 0 and n != length.n:
            yield Duration(Decimal(n), length.unit)


def _became(word: str, old: object, new: object) -> Both:
    was = f"{word} {old}".strip()
    return Both(f"`{was}` became `{new}`", f"`{was}` стало `{new}`")


def _longer(node: Any, loc: Loc, word: str) -> Iterator[_Made]:
    length = node.length
    if length.op == "const" and isinstance(length.value, Duration):
        for new in _shifts(length.value):
            change = _setting(node, loc, length=replace(length, value=new))
            yield "deadline", loc, _became(word, _said(length.value), _said(new)), change


def _shifted(node: Any, loc: Loc, word: str, *, home: Any = None, always: bool = False) -> Iterator[_Made]:
    """A moment earlier and later. ``home``: what holds the part that has the moment, where that has no place."""
    moment: Moment = node.moment
    offset = moment.offset
    made: list[tuple[str, str, Moment]] = []
    if offset is not None and offset.op == "const" and isinstance(offset.value, Duration):
        side = f" {'after' if moment.sign > 0 else 'before'} {_base(moment.base)}" if home is None else ""
        for new in _shifts(offset.value):
            other = replace(moment, offset=replace(offset, value=new))
            made.append((f"{_said(offset.value)}{side}", f"{_said(new)}{side}", other))
    elif offset is None and always and not moment.times:
        day = Duration(Decimal(1), "day")
        later = replace(moment, offset=Expr("const", DURATION, day, (), moment.loc, "1 day"))
        made.append((f"on {_base(moment.base)}", f"1 day after {_base(moment.base)}", later))
    elif moment.times:
        times = tuple(_hour_on(time) for time in moment.times)
        made.append((f"at {', '.join(moment.times)}", f"at {', '.join(times)}", replace(moment, times=times)))
    for old, now, other in made:
        if home is None:
            change = _setting(node, loc, moment=other)
        else:
            change = _setting(home, loc, again=replace(node, moment=other))
        yield "deadline", loc, _became(word, old, now), change


def _base(base: Happening) -> str:
    return base.expr.text if base.expr is not None else base.name or base.kind


def _hour_on(time: str) -> str:
    hour, _, minute = time.partition(":")
    return f"{(int(hour) + 1) % 24:02}:{minute}"


def _said(length: Duration) -> str:
    n = plain(length.n)
    return f"{n} {length.unit}" + ("" if n == "1" or length.unit == "min" else "s")
