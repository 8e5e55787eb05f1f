"""One rendering: what surrounds it, what it has left to spend, and values in its reader's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from voronka.dsl.definition.model import Definition, Pipeline
from voronka.dsl.definition.types import Title, Type
from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.state import Deal, TaskState
from voronka.engine.inputs import show_value
from voronka.engine.templates.errors import RenderError

if TYPE_CHECKING:
    from voronka.engine.time.calendar import WorkCalendar

MAX_WORK = 200_000
"""How much one rendering may do: one for every operation and turn of a loop, and for every 64 characters handled."""


@dataclass(frozen=True, slots=True)
class Env:
    """What surrounds a rendering. Everything comes from the caller, so the same input gives the same bytes.

    ``event`` and ``task`` are those that were at hand when the text was asked for; ``supervisor`` and ``recipient``
    are persons' names; ``person`` knows people beside the definition's: name -> {title, role (its name)}, or None.
    """

    now: int
    calendar: WorkCalendar
    language: str = "ru"
    event: Mapping[str, Any] | None = None
    task: TaskState | None = None
    supervisor: str | None = None
    recipient: str | None = None
    person: Callable[[str], Mapping[str, str] | None] = field(default=lambda name: None)


class Site(NamedTuple):
    """A place that prints: the type of what it prints, where it is, and the names that may turn out unset."""

    type: Type
    at: int
    names: tuple[str, ...]


class Run:
    """The state of one rendering: of a whole text, headers and body, so that they share one budget.

    ``sites``, ``pool`` and ``fail`` are of the part that is being rendered; ``fail`` makes an error for a place in it.
    """

    def __init__(
        self,
        definition: Definition,
        pipeline: Pipeline,
        root: Deal | Sequence[Deal],
        env: Env,
        titles: Mapping[str, Title],
    ) -> None:
        self.definition = definition
        self.pipeline = pipeline
        self.root = root  # the deal, or a digest's deals
        self.env = env
        self.titles = titles  # of what a deal's tasks were declared as, by path; outcomes as path + "/" + name
        self.language = env.language
        self.currency = pipeline.currency
        self.left = MAX_WORK
        self.sites: Sequence[Site] = ()
        self.pool: Sequence[Any] = ()
        self.fail: Callable[[Both, int, str], RenderError] = lambda what, at, name: RenderError(what, name=name)

    def spend(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise self.fail(Both("rendering this takes too long", "обработка занимает слишком много"), 0, "")

    # Values in words

    def show(self, kind: Type, value: Any) -> str:
        """A value as its reader sees it; persons by their titles."""
        text: str
        if kind.kind == "user":
            return self.person(value, "title") or str(value)
        # Most of what is printed is plain text, which needs no showing.
        text = value if kind.kind == "text" else show_value(kind, value, self.language, self.env.calendar)
        self.spend(len(text) >> 6)
        return text

    def person(self, name: str, part: str) -> str | None:
        """What is known of a person: their name, title, or role in words. What the host knows comes first."""
        if name.startswith("@"):  # a task given to a role
            return self.role(name[1:])
        if part == "name":
            return name
        known = self.env.person(name) or {}
        declared = self.definition.people.get(name)
        if part == "role":
            role = known.get("role") or (declared.role if declared else "")
            return self.role(role) if role else None
        return known.get("title") or (declared.title.in_(self.language) if declared else "") or name

    def role(self, name: str) -> str:
        role = self.pipeline.roles.get(name)
        return (role.title.in_(self.language) if role else "") or name

    def titled(self, path: str, otherwise: str | None) -> str | None:
        title = self.titles.get(path)
        return (title.in_(self.language) if title else "") or otherwise
