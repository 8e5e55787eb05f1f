"""A host on a virtual clock and a store in memory: dry runs, scenarios, tests. The same host that live deals have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from voronka.engine.deal.changes import Change
from voronka.engine.deal.protocol import Event, Unmet
from voronka.engine.deal.state import Deal
from voronka.engine.decide.step import Step
from voronka.engine.host.commands import Command, Reply
from voronka.engine.host.commands import Done as Written
from voronka.engine.host.host import Host
from voronka.engine.host.render import renderer
from voronka.engine.host.trial import trial
from voronka.engine.program.build import Program, Programs
from voronka.engine.store.files import MEMORY, open_store
from voronka.engine.store.problems import StoreProblem
from voronka.engine.store.writer import Text


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that happened, or was refused (``unmet``): ``after`` is the deal's state then; texts as in the host."""

    deal: int
    pipeline: str
    event: Event
    changes: list[Change]
    unmet: tuple[Unmet, ...]
    after: Deal | None
    texts: Mapping[int, Text]


class Endless(Exception):
    """More happened than was allowed for."""


def stand_in(host: Host, language: str) -> None:
    """A member for each role that has none; chiefs first, so that others can report to them."""
    definition = host.programs.definition
    roles = {role.name: role for p in definition.pipelines.values() for role in p.roles.values()}
    taken = {person.role for person in definition.people.values()}
    for name, role in roles.items():
        if name not in taken and host.people.facts(name) is None:
            title = role.title.in_(language) or name
            host.submit(Command("person", {"do": "add", "name": name, "role": name, "title": title}))


class Sandbox:
    """Deals on a clock that goes when it is told to. ``journal`` is everything that happened, in order; with ``most``,
    going past so many entries raises Endless.

    Roles without any member are stood in for by a person of the role's name, so that a definition runs by itself.
    """

    def __init__(self, programs: Programs, start: int, language: str = "ru", most: int | None = None) -> None:
        self.programs = programs
        self.most = most
        self.now = start
        self.journal: list[Done] = []
        self._newest: dict[str, int] = {}
        store = open_store(MEMORY, identity="sandbox", salt=lambda: b"sandbox-salt----")
        if isinstance(store, StoreProblem):
            raise OSError(store.message.en)
        self.store = store
        self.language = language
        render = renderer(programs, language, self.person_facts, self.supervisor)
        self.host = Host(store, programs, lambda: self.now, render=render)
        stand_in(self.host, language)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    # --- acting

    def submit(
        self, kind: str, data: dict[str, Any], deal: int | None = None, pipeline: str | None = None, actor: str = ""
    ) -> Reply:
        """One command, now."""
        reply = self.host.submit(Command(kind, data, deal, pipeline, self.now, actor))
        self._record(reply.done)
        if reply.unmet:
            where = self.deal(deal).pipeline if deal else pipeline or ""
            event = Event(kind, data, self.now, actor)
            self.journal.append(Done(deal or 0, where, event, [], reply.unmet, None, {}))
        return reply

    def person(self, what: str, name: str, **facts: Any) -> Reply:
        """``absent``, ``back``, ``leave`` of a person."""
        reply = self.host.submit(Command("person", {"do": what, "name": name, **facts}, at=self.now))
        self._record(reply.done)
        return reply

    def wait(self, to: int) -> None:
        """Let time pass."""
        for _ in self.waiting(to):
            pass

    def waiting(self, to: int) -> Iterator[None]:
        """Let time pass, stopping after each instant at which something was due."""
        while (due := self.host.next_due()) is not None and due <= to:
            self.now = max(self.now, due)
            self.host.advance(self.now, lambda written: self._record((written,)))
            yield
        self.now = max(self.now, to)

    def _record(self, written: tuple[Written, ...]) -> None:
        for one in written:
            after = self.host.deal(one.deal)
            self._newest[one.pipeline] = max(one.deal, self._newest.get(one.pipeline, 0))
            self.journal.append(Done(one.deal, one.pipeline, one.event, one.changes, (), after, one.texts))
        if self.most is not None and len(self.journal) > self.most:
            raise Endless

    # --- looking

    def deal(self, number: int) -> Deal:
        """A deal's state. Raises KeyError for a number that no deal has."""
        found = self.host.deal(number)
        if found is None:
            raise KeyError(number)
        return found

    def newest(self, pipeline: str) -> int | None:
        """The youngest deal of a pipeline."""
        return self._newest.get(pipeline)

    def context(self, program: Program, deal: Deal | None = None) -> Step:
        """What conditions read beside the deal, as of now."""
        return Step(program, deal or Deal(0, program.pipeline.name), Event("look", {}, self.now))

    def why_not(self, number: int, stage: str) -> tuple[Unmet, ...]:
        """What keeps a deal from a stage now; nothing is changed."""
        return trial(self.host, number, "move", {"stage": stage}, self.now).refused

    def supervisor(self, pipeline: str, person: str) -> str | None:
        return self.host.supervisor(pipeline, person)

    def person_facts(self, name: str) -> Mapping[str, str] | None:
        facts = self.host.people.facts(name)
        return None if facts is None else {key: str(facts.get(key) or "") for key in ("title", "role")}

    def title_of(self, name: str) -> str:
        """How a person is called."""
        facts = self.host.people.facts(name)
        return str(facts.get("title") or name) if facts else name
