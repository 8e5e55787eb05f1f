"""Random edits of a small pipeline with random deals: after `apply` everything holds that must hold (U3, U4).

The store agrees with its log, every open task's deadline is what its formula says, no timer stands for anything that is
gone, the dry run told what then happened, and going back leaves a store that agrees with its log, too.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine_host.office import HOUR, Office, programs
from voronka.engine.deal.protocol import Event
from voronka.engine.decide import deadlines
from voronka.engine.decide.step import Step
from voronka.engine.host.versions import stored
from voronka.engine.plan.applying import apply, back_to
from voronka.engine.plan.plan import make

EXAMPLES = int(os.environ.get("PLAN_EXAMPLES", "25"))
STAGES = ("a", "b", "c", "d", "e")
FIELDS = ("f", "g", "h")
TYPES = ("text", "number", "money", "date", "choice { x y }", "choice { x z was y }")


@dataclass(frozen=True)
class Home:
    """A stage as it is written: its old names, what it requires, its task's and its robot's lengths, its rules."""

    name: str
    was: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    task: int = 0
    robot: int = 0
    limit: int = 0
    later: int = 0
    silent: int = 0

    def text(self) -> str:
        lines = [f'stage {self.name} "{self.name.upper()}"{_was(self.was)} {{']
        if self.requires:
            lines.append(f"require {', '.join(self.requires)}")
        if self.limit:
            lines.append(f"limit {self.limit} hours")
        if self.task:
            lines.append(f'task t_{self.name} "T" {{ due {self.task} hours after entry }}')
        if self.robot:
            lines.append(f'robot r_{self.name} "R" {{ due {self.robot} hours after entry  notify owner "R" }}')
        if self.later:
            lines.append(f'after {self.later} hours {{ notify owner "L" }}')
        if self.silent:
            lines.append(f"lose as silent {self.silent} hours after entry")
        return "\n    ".join(lines) + "\n  }"


@dataclass(frozen=True)
class Text:
    """A definition as it is written."""

    stages: tuple[Home, ...]
    fields: tuple[tuple[str, str, tuple[str, ...]], ...]
    retired: tuple[str, ...] = ()
    every: int = 0
    gone: tuple[str, ...] = field(default=())

    def text(self) -> str:
        lines = [f'field {name} "{name.upper()}"{_was(was)} {kind}' for name, kind, was in self.fields]
        lines += [f"retire stage {name} {{ move to {self.stages[0].name} }}" for name in self.retired]
        lines += [f"retire field {name}" for name in self.gone]
        if self.every:
            lines.append(f'robot all "All" {{ every {self.every} hours at most 3 times  notify owner "E" }}')
        lines += [stage.text() for stage in self.stages]
        body = "\n  ".join(lines)
        return f"""language ru
team t "T" {{ person anna "A" is manager }}
pipeline p "P" {{
  timezone "Europe/Moscow"
  currency RUB
  role manager "M"
  owner is manager
  {body}
  won won_ "W" {{ }}
  lost gone "G" {{ reason silent "S" }}
}}
"""


def _was(names: tuple[str, ...]) -> str:
    return f" was {', '.join(names)}" if names else ""


HOURS = st.sampled_from((0, 0, 5, 20, 50))


@st.composite
def texts(draw: st.DrawFn) -> Text:
    """A definition of two or three stages and fields."""
    names = draw(st.permutations(STAGES))[: draw(st.integers(2, 3))]
    kinds = {name: draw(st.sampled_from(TYPES[:5])) for name in draw(st.permutations(FIELDS))[:2]}
    stages = [draw(_home(name, tuple(kinds))) for name in names]
    # a deal begins in the first stage, so that one asks for nothing
    stages[0] = replace(stages[0], requires=())
    return Text(tuple(stages), tuple((name, kind, ()) for name, kind in kinds.items()), every=draw(HOURS))


@st.composite
def _home(draw: st.DrawFn, name: str, fields: tuple[str, ...]) -> Home:
    requires = tuple(one for one in fields if draw(st.booleans()) and draw(st.booleans()))
    return Home(name, (), requires, *(draw(HOURS) for _ in range(5)))


@st.composite
def edits(draw: st.DrawFn, old: Text) -> Text:
    """Stages renamed, merged, retired, added or just dropped; fields renamed, retyped, retired or dropped."""
    present = {stage.name for stage in old.stages}
    fresh = [name for name in STAGES if name not in present]
    stages: list[Home] = []
    retired: list[str] = []
    fields: list[tuple[str, str, tuple[str, ...]]] = []
    gone: list[str] = []
    for name, kind, _ in old.fields:
        what = draw(st.sampled_from(("keep", "keep", "type", "rename", "retire", "drop")))
        if what == "rename":
            fields.append((f"{name}{name}", kind, (name,)))
        elif what == "retire":
            gone.append(name)
        elif what != "drop":
            fields.append((name, draw(st.sampled_from(TYPES)) if what == "type" else kind, ()))
    known = tuple(name for name, _, _ in fields)
    for stage in old.stages:
        what = draw(st.sampled_from(("keep", "keep", "edit", "rename", "merge", "retire", "drop")))
        base = replace(stage, was=(), requires=tuple(one for one in stage.requires if one in known))
        if what == "edit":
            stages.append(draw(_home(stage.name, known)))
        elif what == "rename" and fresh:
            stages.append(replace(draw(_home(fresh.pop(), known)), was=(stage.name,)))
        elif what == "merge" and stages:
            stages[-1] = replace(stages[-1], was=(*stages[-1].was, stage.name))
        elif what == "retire":
            retired.append(stage.name)
        elif what != "drop":
            stages.append(base)
    if fresh and (not stages or draw(st.booleans())):
        stages.insert(0, draw(_home(fresh.pop(), known)))
    if not stages:
        stages.append(Home(old.stages[0].name))
    retired = [name for name in retired if name not in {stage.name for stage in stages}]
    stages[0] = replace(stages[0], requires=())
    return Text(tuple(stages), tuple(fields), tuple(retired), draw(HOURS), tuple(gone))


def value(kind: str, number: int) -> object:
    return {"text": "12", "number": Decimal(7), "money": Decimal(number)}.get(kind)


def live(office: Office, text: Text, steps: list[tuple[int, int]]) -> None:
    """Deals that come, go on and wait."""
    for number, (what, hours) in enumerate(steps):
        fields = {name: found for name, kind, _ in text.fields if (found := value(kind, number)) is not None}
        office.create("p", **(fields if what % 2 else {}))
        if what > 1:
            name = text.stages[what % len(text.stages)].name
            office.submit("move", {"stage": name}, deal=number + 1)
        if what == 5:
            office.submit("lose", {"reason": "silent", "comment": "?"}, deal=number + 1)
        office.wait(hours * HOUR)


STEPS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30)), min_size=1, max_size=5)


@pytest.mark.requirement("U3", "U4")
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_whatever_is_edited_everything_holds_after_apply(data: st.DataObject) -> None:
    text = data.draw(texts(), "before")
    after = data.draw(edits(text), "after")
    steps = data.draw(STEPS, "steps")
    new = programs(after.text())
    with Office(text=text.text()) as office:
        live(office, text, steps)
        old = office.host.programs
        plan = make(office.store, new, office.now)
        assert not [case for case in plan.cases if case.kind == "undecidable"]
        moved = {deal for case in plan.cases for deal in case.deals}
        before = {number: office.deal(number).version for number in range(1, len(steps) + 1)}
        apply(office.host, new, plan.hash)
        for number in before:
            holds(office, number)
            touched = office.deal(number).version - before[number]
            assert touched <= 1
            assert number not in moved or touched or old.hash == new.hash
        again = make(office.store, new, office.now)
        assert again.empty
        office.wait(60 * HOUR)
        if (found := back_to(office.store)) is not None and old.hash != new.hash:
            target, back = found
            assert target.hash == old.hash
            apply(office.host, stored(office.store, target.hash), allow_unsafe=True, back=back)
            for number in before:
                holds(office, number)
        office.wait(60 * HOUR)


def holds(office: Office, number: int) -> None:
    """What must be true of a deal under the definition in force."""
    deal, programs_ = office.deal(number), office.host.programs
    program = programs_.pipelines[deal.pipeline]
    if deal.stage not in program.stages:
        assert "stranded" in deal.flags
        assert not deal.timers
        return
    assert "stranded" not in deal.flags
    assert set(deal.f) - set(program.pipeline.fields) <= {name for name, one in deal.f.items() if one is None}
    step = Step(program, deal.copy(), Event("note", {}, deal.now))
    for task in deal.open_tasks:
        declared = program.tasks_by_path[task.path]
        assert declared.task.name == task.name
        if not task.pinned:
            assert deadlines.due_of(step, declared, task) == task.due
            assert (deal.timers.get(f"t:{task.id}") or [None])[0] == task.due or task.overdue
    paths = {*program.robots_by_path, *program.blocks, *program.moves}
    for key in deal.timers:
        found = re.fullmatch(r"[vp]:(?:robot|return|cont):(.*?)(?:~\d+)?(?::\d+)?", key)
        assert found is None or found[1] in paths, key
        assert not key.startswith("t:") or int(key.split(":")[1]) in deal.tasks
