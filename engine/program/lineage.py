"""Lineage: what every name and path of one version of a pipeline is called in another (U4, Meaning 15).

Names are followed by ``was`` (several old names may lead to one new), or by names that stayed. A path of a sentence
without a name is followed through its home: first to the sentence there that does the same, then to the one in the same
place. What is not followed is gone; ``retire`` in the new version may say what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from voronka.dsl.definition.actions import AddTask, Approval, Outcome, Robot, Task
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Definition, Pipeline, Reason, Retire, Stage
from voronka.dsl.definition.types import Option, Title, Type
from voronka.engine.program.shape import It, Shape, Shapes, shape, shapes

Names = Mapping[str, Mapping[str, str]]  # kind -> old name -> new name
Home = tuple[str, ...]
_NAMED = {"task": Task, "robot": Robot, "approval": Approval}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A part of a pipeline that timers, counts or tasks name by its path."""

    path: str
    node: Any
    home: Home
    shape: Shape

    @property
    def kind(self) -> str:
        return type(self.node).__name__

    @property
    def name(self) -> str:
        """Its name; empty for one that is called by its path."""
        return self.node.name if isinstance(self.node, Task | Robot | Approval) and _named(self.node) else ""


def _named(node: Task | Robot | Approval) -> bool:
    return bool(getattr(node, "named", True))


@dataclass(frozen=True, slots=True)
class Lineage:
    """From ``old`` to ``new`` (None: the pipeline is gone).

    ``names`` by kind: stage field event task robot approval reason role checklist, and ``option FIELD``, ``outcome
    TASK``, ``point CHECKLIST`` by the new name of what they belong to. ``known`` are the paths of the old version's
    sentences, ``paths`` what they are now; those in ``same`` do what they did before. ``alike``: whether calendar
    and mirrored values are as they were; ``touched``: whether anything that deals may notice differs.
    """

    old: Pipeline
    new: Pipeline | None
    names: Names
    known: frozenset[str]
    paths: Mapping[str, str]
    same: frozenset[str]
    alike: bool
    touched: bool

    def name(self, kind: str, old: str) -> str | None:
        """The new name, or None for what is gone."""
        return self.names.get(kind, {}).get(old)

    def retired(self, kind: str, name: str) -> Retire | None:
        """What the new version says of a name that is gone."""
        rules = self.new.retired if self.new is not None else ()
        return next((rule for rule in rules if rule.kind == kind and name in rule.names), None)

    def continues(self, kind: str, new: str) -> bool:
        """Whether something of the old version lives on under this new name."""
        return new in self.names.get(kind, {}).values()


def pipelines(old: Definition, new: Definition, back: Names | None = None) -> dict[str, str]:
    """Old names of pipelines to new ones; those that are gone are left out."""
    return _follow(old.pipelines, ((p.name, p.was) for p in new.pipelines.values()), (back or {}).get("pipeline", {}))


def lineage(
    old: Pipeline,
    new: Pipeline | None,
    back: Names | None = None,
    alike: bool = True,
    shapes: tuple[Shape, Shape] | None = None,
) -> Lineage:
    """How a pipeline continues. ``back``: further names to follow, of a version that does not know the later ones.

    ``alike``: whether what lies outside the pipeline's own text (calendar, mirrored values) is as it was. ``shapes`` of
    both, where they are known. The lineage of a pipeline that is as it was says just that, and lists no names.
    """
    if new is None:
        return Lineage(old, None, {}, frozenset(), {}, frozenset(), False, True)
    was, becomes = shapes or (shape(old), shape(new))
    if alike and old.name == new.name and was == becomes:
        return Lineage(old, new, {}, frozenset(), {}, frozenset(), True, False)
    before, after = sentences(old), sentences(new)
    names = _names(declared(old, before), declared(new, after), back or {})
    paths = _paths(before, after, names)
    tasks = dict(names["task"])
    for path, sentence in before.items():
        if sentence.kind == "Task" and not sentence.name and path in paths:
            tasks[path] = paths[path]
    names["task"] = tasks
    same = frozenset(path for path, to in paths.items() if before[path].shape == after[to].shape)
    return Lineage(old, new, names, frozenset(before), paths, same, alike, True)


# --- names -----------------------------------------------------------------------------------------------------------


def _follow(old: Iterable[str], new: Iterable[tuple[str, tuple[str, ...]]], back: Mapping[str, str]) -> dict[str, str]:
    present = dict(new)
    continued = {was: name for name, before in present.items() for was in before}
    found = {}
    for name in old:
        if name in present:
            found[name] = name
        elif (to := continued.get(name, back.get(name))) in present:
            assert to is not None
            found[name] = to
    return found


def _names(
    before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]], back: Names
) -> dict[str, dict[str, str]]:
    names = {
        kind: _follow(
            before[kind],
            ((name, getattr(node, "was", ())) for name, node in after[kind].items()),
            back.get(kind, {}),
        )
        for kind in before
    }
    for kind, inner, parts in (
        ("field", "option", _options),
        ("task", "outcome", _outcomes),
        ("checklist", "point", _points),
    ):
        for was, name in list(names[kind].items()):
            label = f"{inner} {name}"
            followed = _follow(parts(before[kind][was]), parts(after[kind][name]).items(), back.get(label, {}))
            if followed:
                names[label] = {**names.get(label, {}), **followed}
    return names


def declared(pipeline: Pipeline, known: Mapping[str, Sentence] | None = None) -> dict[str, dict[str, Any]]:
    """Everything with a name of its own, by kind. ``known``: the pipeline's sentences, where they are at hand."""
    found: dict[str, dict[str, Any]] = {
        "stage": dict(pipeline.stages),
        "field": dict(pipeline.fields),
        "event": dict(pipeline.events),
        "reason": dict(pipeline.reasons),
        "role": dict(pipeline.roles),
        "checklist": {c.name: c for stage in pipeline.stages.values() for c in stage.checklists},
        "task": {},
        "robot": {},
        "approval": {},
    }
    for sentence in (sentences(pipeline) if known is None else known).values():
        for kind, cls in _NAMED.items():
            if isinstance(sentence.node, cls) and sentence.name:
                found[kind].setdefault(sentence.name, sentence.node)
    return found


def _options(field: Any) -> dict[str, tuple[str, ...]]:
    options: tuple[Option, ...] = field.type.options
    return {option.name: option.was for option in options} if field.type.kind in ("choice", "choices") else {}


def _outcomes(task: Task) -> dict[str, tuple[str, ...]]:
    return {outcome.name: outcome.was for outcome in task.outcomes}


def _points(checklist: Any) -> dict[str, tuple[str, ...]]:
    return {name: () for name, _ in checklist.points}


def inverted(forward: Names) -> dict[str, dict[str, str]]:
    """The way back, for names that one old name leads to."""
    found: dict[str, dict[str, str]] = {}
    for kind, pairs in forward.items():
        targets = list(pairs.values())
        found[kind] = {new: old for old, new in pairs.items() if targets.count(new) == 1}
    return found


def joined(first: Names, then: Names) -> dict[str, dict[str, str]]:
    """Two steps of the way as one; kinds that name what they belong to keep the name of the last step."""
    found: dict[str, dict[str, str]] = {}
    for kind, pairs in first.items():
        label, _, owner = kind.partition(" ")
        later = kind
        if owner:
            home = {"option": "field", "outcome": "task", "point": "checklist"}[label]
            to = then.get(home, {}).get(owner)
            if to is None:
                continue
            later = f"{label} {to}"
        following = then.get(later, {})
        found[later] = {old: following[new] for old, new in pairs.items() if new in following}
    return found


# --- paths -----------------------------------------------------------------------------------------------------------


def sentences(pipeline: Pipeline) -> Mapping[str, Sentence]:
    """Every part with a path, parents before what is inside them."""
    return _sentences(It(pipeline))


@lru_cache(maxsize=64)
def _sentences(key: It) -> Mapping[str, Sentence]:
    found: dict[str, Sentence] = {}
    for sentence in _walk(key.pipeline, (), shapes(key)):
        found.setdefault(sentence.path, sentence)
    return found


def _walk(node: Any, home: Home, shapes: Shapes) -> Iterator[Sentence]:
    if isinstance(node, AddTask):
        yield from _walk(node.task, home, shapes)
    elif isinstance(node, dict):
        for item in node.values():
            yield from _walk(item, home, shapes)
    elif isinstance(node, tuple):
        for item in node:
            yield from _walk(item, home, shapes)
    elif parts := _inside(node.__class__):
        inside = home
        path = getattr(node, "path", "")
        if isinstance(node, Stage | Reason | Outcome):
            inside = (*home, type(node).__name__, node.name)
        elif path:
            yield Sentence(path, node, home, shapes.of(node))
            inside = ("path", path)
        for name, slot in parts:
            value = getattr(node, name)
            if value and value.__class__ not in _BARE:
                yield from _walk(value, (*inside, slot) if slot else inside, shapes)


@cache
def _inside(kind: Any) -> tuple[tuple[str, str], ...]:
    """The parts of such a thing, and which of them are blocks of their own; nothing for what holds no sentence."""
    if not is_dataclass(kind):
        return ()
    blocks = ("then", "otherwise", "returns", "hooks")
    return tuple((part.name, part.name if part.name in blocks else "") for part in fields(kind))


_BARE = frozenset({str, bool, int, Decimal, Expr, Loc, Title, Type})  # hold no sentence, however deep


def _paths(before: Mapping[str, Sentence], after: Mapping[str, Sentence], names: Names) -> dict[str, str]:
    paths: dict[str, str] = {}
    by_name = {(s.kind, s.name): s.path for s in after.values() if s.name}
    groups: dict[Home, list[Sentence]] = {}
    for sentence in after.values():
        groups.setdefault(sentence.home, []).append(sentence)
    kinds = {cls.__name__: kind for kind, cls in _NAMED.items()}
    homes: dict[Home, list[Sentence]] = {}
    for sentence in before.values():
        homes.setdefault(sentence.home, []).append(sentence)
    for home, siblings in homes.items():
        for sentence in siblings:
            if sentence.name:
                name = names[kinds[sentence.kind]].get(sentence.name)
                if name is not None and (to := by_name.get((sentence.kind, name))) is not None:
                    paths[sentence.path] = to
        there = _home(home, names, paths, after)
        if there is not None:
            _pair([s for s in siblings if not s.name], [s for s in groups.get(there, ()) if not s.name], paths)
    return paths


def _pair(old: list[Sentence], new: list[Sentence], paths: dict[str, str]) -> None:
    left = list(new)
    rest = []
    for sentence in old:
        twin = next((other for other in left if other.shape == sentence.shape), None)
        if twin is None:
            rest.append(sentence)
            continue
        paths[sentence.path] = twin.path
        left.remove(twin)
    for sentence in rest:
        place = sentence.path.rpartition("/")[2]
        twin = next((o for o in left if o.kind == sentence.kind and o.path.rpartition("/")[2] == place), None)
        if twin is not None:
            paths[sentence.path] = twin.path
            left.remove(twin)


def _home(home: Home, names: Names, paths: Mapping[str, str], after: Mapping[str, Sentence]) -> Home | None:
    """The same home in the new version: its stage, task, outcome or sentence under their new names."""
    found: list[str] = []
    task = ""
    parts = list(home)
    while parts:
        word = parts.pop(0)
        if word not in ("path", "Stage", "Reason", "Outcome"):
            found.append(word)
            continue
        name = parts.pop(0)
        if word == "path":
            to = paths.get(name)
            task = after[to].name if to is not None else ""
        elif word == "Outcome":
            to = names.get(f"outcome {task}", {}).get(name, name)
        else:
            to = names[word.lower()].get(name)
        if to is None:
            return None
        found += [word, to]
    return tuple(found)
