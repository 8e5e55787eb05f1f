"""What a run of actions leaves behind: fields that were set on the way, and the conditions that let it come so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from voronka.dsl.check.flow.facts import Book, Fact
from voronka.dsl.check.flow.solve import Truth
from voronka.dsl.check.flow.terms import ALWAYS_SET, sure
from voronka.dsl.check.flow.walk import Before, Deed, Guard
from voronka.dsl.definition.actions import Action, AddTask, CancelTask, HandOver, Render, SetField
from voronka.dsl.definition.expr import NOWHERE, Expr
from voronka.dsl.definition.moments import Happening
from voronka.dsl.definition.types import BOOL, TEXT, Type
from voronka.dsl.text.codes.base import Both

_EXACT = ALWAYS_SET | {"const", "field", "via", "payload"}


class Past:
    """Values of fields after some actions, told in the values before them; ``known`` are facts about these."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.known: list[Fact] = []
        self.values: dict[str, Expr] = {}  # by field
        self.stale: set[tuple[str, str]] = set()  # tasks and the like that are no longer what they were
        self.fresh = 0
        self.stage = ""  # where the deal is by now, if it has moved
        self.visit = 0

    # --- reading

    def now(self, expr: Expr) -> Expr:
        """The same question about the deal as it is now, asked of the deal as it was at the start."""
        if not (self.values or self.stale or self.stage):
            return expr
        match expr.op:
            case "stage" if self.stage:
                return replace(Expr("const", expr.type, self.stage), loc=expr.loc, text=expr.text)
            case "entry" if self.stage:
                return replace(expr, value=self.visit)
            case "field" if expr.value in self.values:
                return replace(self.values[expr.value], loc=expr.loc, text=expr.text)
            case "field" if self._depends(expr.value):
                return self._unknown(expr.type, expr)
            case "via" if expr.value[0] in self.values:
                return self._unknown(expr.type, expr)
            case "task" if ("task", expr.value[0]) in self.stale:
                return self._unknown(BOOL, expr)
            case "owner" | "supervisor" if ("owner", "") in self.stale:
                return self._unknown(expr.type, expr)
            case "all" | "any" | "none" | "count" | "share" if expr.value == "tasks" and self.stale:
                return self._unknown(expr.type, expr)
        if not expr.args:
            return expr
        args = tuple(map(self.now, expr.args))
        if all(new is old for new, old in zip(args, expr.args, strict=True)):
            return expr
        return Expr(expr.op, expr.type, expr.value, args, expr.loc, expr.text)

    def see(self, facts: Iterable[Fact]) -> list[Fact]:
        """Facts about the deal as it is now."""
        if not (self.values or self.stale or self.stage):
            return list(facts)
        return [replace(fact, expr=self.now(fact.expr)) for fact in facts]

    def _depends(self, name: str) -> bool:
        """Whether a formula is computed from fields that were set on the way."""
        declared = self.book.pipeline.fields.get(name)
        if declared is None or declared.formula is None or not self.values:
            return False
        return any(
            (node.op in ("field", "via") and (_name(node) in self.values or self._depends(_name(node))))
            for node in declared.formula.walk()
        )

    def _unknown(self, kind: Type, like: Expr | None = None) -> Expr:
        self.fresh += 1
        made = Expr("unknown", kind, (id(self), self.fresh))
        return made if like is None else replace(made, loc=like.loc, text=like.text)

    # --- doing

    def do(self, step: Before) -> None:
        """Take in one guard or action."""
        match step:
            case Guard():
                said = Both("this lets it come so far", "при этом условии до этого доходит")
                if step.holds:
                    self.known += self.see(self.book.fact(step.when, step.loc, said))
                else:
                    fact = Fact(self.book.plain(step.when), step.loc, said, Truth.NOT_TRUE)
                    self.known += self.see([fact])
            case SetField() if step.when is None:
                self._set(step.field, step.expr)
            case Render() if step.when is None:
                self._set(step.field, None, rendered=True)
            case _:
                for name in touched(step):
                    self.forget(name)
                self.stale |= _unsettled(step)

    def _type(self, name: str) -> Type:
        declared = self.book.pipeline.fields.get(name)
        return TEXT if declared is None else declared.type

    def _set(self, name: str, expr: Expr | None, rendered: bool = False) -> None:
        kind = self._type(name)
        if name in self.book.checked or kind.kind == "resource":
            # a check or a booking may forbid the write, and then the old value stays
            self.values[name] = self._unknown(kind)
            return
        if expr is None and not rendered:
            self.values[name] = Expr("const", kind, None)
            return
        if expr is None:
            self.values[name] = self.some(kind)
        else:
            self.put(name, self.now(self.book.plain(expr)))

    def forget(self, name: str) -> None:
        """A field that may have got another value, or not."""
        self.values[name] = self._unknown(self._type(name))

    def put(self, name: str, value: Expr) -> None:
        """Give a field a value told in the values of the start; sums may be rounded when they are stored."""
        if value.op not in _EXACT and value.op not in ("unknown", "some"):
            kind = self._type(name)
            value = self.some(kind) if sure(value) else self._unknown(kind)
        self.values[name] = value

    def some(self, kind: Type) -> Expr:
        """Some value, of which no more is known than that it is there."""
        value = replace(self._unknown(kind), op="some")
        self.known.append(Fact(Expr("set", BOOL, None, (value,)), NOWHERE, Both("", ""), quoted=False))
        return value


def followed(expr: Expr) -> bool:
    """Whether a condition is about values that were followed: of those that were not, only their being set is known."""
    if expr.op in ("set", "unset") and expr.args[0].op == "some":
        return True
    return expr.op not in ("unknown", "some") and all(map(followed, expr.args))


def past_of(book: Book, deed: Deed) -> Past:
    """What is known when a deed is about to happen, and what was done just before it."""
    past = Past(book)
    if deed.home is not None:
        past.known += book.staying(deed.home)
        if deed.cause == "entry" and deed.task is None and deed.trigger is None:
            past.known += book.arriving(deed.home)
    if deed.task is not None and deed.outcome is not None:
        answered = Expr("task", BOOL, (deed.task.name, deed.outcome.name), (), deed.outcome.loc, "")
        said = Both(f"this follows the answer {deed.outcome.name}", f"это следует за исходом {deed.outcome.name}")
        past.known.append(Fact(answered, deed.outcome.loc, said))
        demanded = (*deed.task.requires, *deed.outcome.requires)
        past.known += [book.require(require) for require in demanded]
    elif (base := _task_happening(deed)) is not None and deed.trigger is not None:
        said = Both("this follows it", "это происходит после неё")
        answered = Expr("task", BOOL, (base.name, base.outcome or "done"), (), deed.trigger.loc, "")
        past.known.append(Fact(answered, deed.trigger.loc, said))
    for step in deed.before:
        past.do(step)
    return past


def _task_happening(deed: Deed) -> Happening | None:
    """The answer to a task that sets a deed off there and then."""
    trigger = deed.trigger
    if trigger is None or trigger.happening is None or trigger.times or deed.length is not None:
        return None
    return trigger.happening if trigger.happening.kind == "task" else None


def touched(action: Action) -> set[str]:
    """Fields that an action may set, with the blocks that run at once."""
    match action:
        case SetField() | Render():
            return {action.field}
    return set().union(*(touched(inner) for name in ("then", "otherwise") for inner in getattr(action, name, ())))


def _unsettled(action: Action) -> set[tuple[str, str]]:
    match action:
        case AddTask():
            return {("task", action.task.name)}
        case CancelTask():
            return {("task", action.task)}
        case HandOver():
            return {("owner", "")}
    return set().union(*(_unsettled(inner) for name in ("then", "otherwise") for inner in getattr(action, name, ())))


def _name(node: Expr) -> str:
    return str(node.value[0] if node.op == "via" else node.value)
