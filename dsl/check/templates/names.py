"""What names mean in a text: the deal's fields, what lies behind its links, and the language's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from voronka.dsl.check.templates.tree import Shape, Term, list_of, thing, value
from voronka.dsl.check.templates.uses import Scope
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.model import Definition, Pipeline
from voronka.dsl.definition.types import BOOL, DATE, DATETIME, INTEGER, TEXT, USER, Option, Type
from voronka.dsl.text.codes.base import Both

# What a deal has beside its fields. In a text about one deal these are names of their own.
DEAL: Mapping[str, Type] = {
    "number": INTEGER,
    "title": TEXT,
    "stage": Type("choice"),
    "owner": USER,
    "reason": Type("choice"),
    "creation": DATETIME,
    "entry": DATETIME,
    "closing": DATETIME,
    "last_contact": DATETIME,
}
OWN_WORDS = ("stage", "owner", "reason", "creation", "entry", "closing", "last_contact")
BEHIND: Mapping[str, Type] = {"number": INTEGER, "stage": Type("choice"), "owner": USER}
TASK: Mapping[str, Type] = {
    "title": TEXT,
    "name": TEXT,
    "due": DATETIME,
    "created": DATETIME,
    "assignee": USER,
    "outcome": TEXT,
    "comment": TEXT,
    "attempts": INTEGER,
    **dict.fromkeys(("open", "overdue", "done", "cancelled", "waiting", "planned"), BOOL),
}
PERSON: Mapping[str, Type] = {"title": TEXT, "name": TEXT, "role": TEXT}
APPROVAL: Mapping[str, Type] = {"title": TEXT, "name": TEXT}
PIPELINE: Mapping[str, Type] = {"title": TEXT, "name": TEXT}
LOOP: Mapping[str, Type] = {"index": INTEGER, "length": INTEGER, "first": BOOL, "last": BOOL}
CHOSEN: Mapping[str, Type] = {"title": TEXT, "name": TEXT}

_PARTS = {"task": TASK, "approval": APPROVAL, "pipeline": PIPELINE, "loop": LOOP}
_NOT_HERE: Mapping[str, Both] = {
    "event": Both("no event is being handled at this place", "в этом месте не обрабатывается событие"),
    "task": Both("this text is not about a task", "этот текст не о задаче"),
    "assignee": Both("this text is not about a task", "этот текст не о задаче"),
    "approval": Both("this text is not about an approval", "этот текст не о согласовании"),
    "recipient": Both("only notices and digests go to a person", "сотрудник — адресат только уведомлений и сводок"),
    "deals": Both("only a digest speaks of several deals", "о нескольких сделках говорит только сводка"),
}


class Found(NamedTuple):
    """A term, and how many names of the path it took."""

    term: Term
    taken: int


class OutOfPlace(NamedTuple):
    """The name exists, though not here."""

    why: Both


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one scope."""

    definition: Definition
    scope: Scope

    @property
    def pipeline(self) -> Pipeline:
        return self.definition.pipelines[self.scope.pipeline]

    @property
    def root(self) -> Term:
        return Term("root", thing("deal", self.scope.pipeline))

    # Names that stand alone

    def find(self, path: tuple[str, ...]) -> Found | OutOfPlace | None:
        """What a path of names begins with: a field (its name may have dots), a parameter, a word of the language."""
        name = path[0]
        if self.scope.kind == "digest":
            if (term := self._always(name)) is not None:
                return Found(term, 1)
            if name == "deals":
                return Found(Term("root", list_of(thing("deal", self.scope.pipeline)), text=name), 1)
            if name in OWN_WORDS or name == "tasks" or self._field(path, "") is not None:
                why = Both(
                    "a digest speaks of several deals: {% for deal in deals %}",
                    "сводка говорит о нескольких сделках: {% for deal in deals %}",
                )
                return OutOfPlace(why)
            return OutOfPlace(_NOT_HERE[name]) if name in _NOT_HERE else None
        for prefix in dict.fromkeys((self.scope.prefix, "")):
            if (found := self._field(path, prefix)) is not None:
                return found
            if prefix and (expr := dict(self.scope.params).get(name)) is not None:
                return self._param(name, expr)
        if (term := self._word(name)) is not None:
            return Found(term, 1)
        return OutOfPlace(_NOT_HERE[name]) if name in _NOT_HERE else None

    def known(self) -> list[str]:
        """Every name that would be found, for proposals."""
        own = ["today", "now", "pipeline"]
        if self.scope.kind == "digest":
            return [*own, "deals", "recipient"]
        prefix = self.scope.prefix
        near = [name.removeprefix(prefix) for name in self.pipeline.fields if prefix and name.startswith(prefix)]
        words = [word for word in ("event", "task", "assignee", "approval", "recipient") if self._word(word)]
        params = [name for name, _ in self.scope.params]
        return [*near, *params, *self.pipeline.fields, *OWN_WORDS, *own, "supervisor", "tasks", "deal", *words]

    def lists(self) -> list[str]:
        """Names of lists, for the message that something is none."""
        if self.scope.kind == "digest":
            return ["deals"]
        return [*(n for n, f in self.pipeline.fields.items() if f.type.kind in ("links", "choices")), "tasks"]

    def _field(self, path: tuple[str, ...], prefix: str) -> Found | None:
        for taken in range(1, min(len(path), 4) + 1):
            name = prefix + ".".join(path[:taken])
            if name in self.pipeline.fields:
                return Found(self.field(self.pipeline, self.root, name, ".".join(path[:taken])), taken)
        return None

    def _always(self, name: str) -> Term | None:
        kinds = {"today": DATE, "now": DATETIME, "recipient": USER}
        if name == "recipient" and self.scope.kind not in ("notify", "digest"):
            return None
        if name in kinds:
            return Term("given", value(kinds[name]), name, text=name)
        return Term("given", thing("pipeline"), name, text=name) if name == "pipeline" else None

    def _word(self, name: str) -> Term | None:
        if (always := self._always(name)) is not None:
            return always
        if name in OWN_WORDS:
            return self.deal_part(self.root, name, name)
        match name:
            case "tasks":
                return Term("tasks", list_of(thing("task")), args=(self.root,), text=name)
            case "deal":
                return Term("root", thing("deal", self.scope.pipeline), text=name)
            case "supervisor":
                return Term("given", value(USER), name, text=name)
            case "task" if self.scope.task:
                return Term("given", thing("task"), name, text=name)
            case "assignee" if self.scope.task:
                task = Term("given", thing("task"), "task", text="task")
                return Term("part", value(USER), name, (task,), text=name)
            case "approval" if self.scope.approval:
                return Term("given", thing("approval"), name, text=name)
            case "event" if self.scope.events:
                return Term("given", thing("event"), name, text=name)
        return None

    def _param(self, name: str, expr: Expr) -> Found | OutOfPlace:
        """What a parameter of the include stands for, as far as a text can say it."""
        if expr.op == "const":
            kind = stages_of(self.pipeline) if expr.type.kind == "stage" else expr.type
            return Found(Term("const", value(kind), expr.value, text=name), 1)
        if expr.op == "field" and expr.value in self.pipeline.fields:
            return Found(self.field(self.pipeline, self.root, str(expr.value), name), 1)
        if expr.op == "via":
            link, part = expr.value
            behind = self.part(self.field(self.pipeline, self.root, link, link), part)
            if behind is not None:
                return Found(behind, 1)
        why = Both(
            "this parameter is computed; give it a field or a plain value",
            "этот параметр вычисляется; передайте в него поле или простое значение",
        )
        return OutOfPlace(why)

    # Parts: what stands after a dot

    def part(self, whole: Term, name: str) -> Term | None:
        """``whole.name``, or None where there is no such part."""
        shape, text = whole.shape, f"{whole.text}.{name}"
        if shape.kind == "thing":
            if shape.thing == "deal":
                return self._of_deal(whole, name, text)
            if shape.thing == "item":
                return self._behind(whole, "item", name, shape.of, name, text)
            if shape.thing == "event":
                return self._payload(whole, name, text)
            parts = _PARTS.get(shape.thing, {})
            return Term("part", value(parts[name]), name, (whole,), whole.at, text) if name in parts else None
        if not shape.is_value:
            return None
        if shape.type.kind == "link" and whole.op == "field":
            if name == "number":
                return Term("field", value(INTEGER), whole.value, whole.args, whole.at, text)
            return self._behind(whole.args[0], "card", (whole.value, name), shape.type.target, name, text)
        plain = {"user": PERSON, "choice": CHOSEN}.get(shape.type.kind, {})
        return Term("part", value(plain[name]), name, (whole,), whole.at, text) if name in plain else None

    def parts_of(self, shape: Shape) -> list[str]:
        """Names of the parts, for proposals."""
        if shape.kind == "thing":
            if shape.thing in ("deal", "item"):
                own = [*DEAL, "tasks"] if shape.thing == "deal" else [*BEHIND]
                target = self.definition.pipelines.get(shape.of)
                return [*(target.fields if target else ()), *own]
            if shape.thing == "event":
                return [name for event in self._events() for name in event]
            return list(_PARTS.get(shape.thing, ()))
        if shape.type.kind == "link":
            target = self.definition.pipelines.get(shape.type.target)
            return [*(target.fields if target else ()), *BEHIND]
        return list({"user": PERSON, "choice": CHOSEN}.get(shape.type.kind, ()))

    def field(self, pipeline: Pipeline, deal: Term, name: str, text: str) -> Term:
        kind = pipeline.fields[name].type
        if kind.kind == "links":
            return Term("items", list_of(thing("item", kind.target)), name, (deal,), text=text)
        return Term("field", value(kind), name, (deal,), text=text)

    def deal_part(self, deal: Term, name: str, text: str) -> Term:
        pipeline = self.definition.pipelines[deal.shape.of]
        kind = {"stage": stages_of(pipeline), "reason": reasons_of(pipeline)}.get(name, DEAL[name])
        return Term("deal", value(kind), name, (deal,), text=text)

    def _of_deal(self, deal: Term, name: str, text: str) -> Term | None:
        pipeline = self.definition.pipelines[deal.shape.of]
        if name in pipeline.fields:
            return self.field(pipeline, deal, name, text)
        if name == "tasks":
            return Term("tasks", list_of(thing("task")), args=(deal,), text=text)
        return self.deal_part(deal, name, text) if name in DEAL else None

    def _behind(self, base: Term, op: str, key: object, target: str, name: str, text: str) -> Term | None:
        """A mirrored value of another deal or card; what lies behind that one's own links is not mirrored."""
        pipeline = self.definition.pipelines.get(target)
        if pipeline is None:
            return None
        field = pipeline.fields.get(name)
        if field is not None:
            return None if field.type.kind == "links" else Term(op, value(field.type), key, (base,), base.at, text)
        if name not in BEHIND:
            return None
        kind = stages_of(pipeline) if name == "stage" else BEHIND[name]
        return Term(op, value(kind), key, (base,), base.at, text)

    def _events(self) -> list[dict[str, Type]]:
        events = [self.pipeline.events[name] for name in self.scope.events if name in self.pipeline.events]
        return [{name: kind for name, kind, _ in event.payload} for event in events]

    def _payload(self, whole: Term, name: str, text: str) -> Term | None:
        kinds = [event[name] for event in self._events() if name in event]
        if not kinds or any(kind != kinds[0] for kind in kinds):
            return None
        return Term("event", value(kinds[0]), name, (whole,), whole.at, text)


def stages_of(pipeline: Pipeline) -> Type:
    """The stages as a choice: printed by title, compared by name."""
    return Type("choice", options=tuple(Option(s.name, s.title) for s in pipeline.stages.values()))


def reasons_of(pipeline: Pipeline) -> Type:
    return Type("choice", options=tuple(Option(r.name, r.title) for r in pipeline.reasons.values()))
