"""What people notice of a deal's history: moves, tasks and their deadlines, mails, losses; the same for log and replay.

Values of fields are not among them: nothing here is personal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from voronka.engine.deal.changes import Change
from voronka.engine.deal.protocol import Event, Unmet
from voronka.engine.decide import gates

Sent = tuple[str, str, str]  # channel, path, template
Rule = tuple[str, str]  # path, place


@dataclass(frozen=True, slots=True)
class Move:
    """A stage entered. ``rule``: what moved the deal, None for people and outside events that move it themselves."""

    at: int
    stage: str
    rule: Rule | None
    reason: str | None = None  # of a loss


@dataclass(slots=True)
class Track:
    """What became of one deal. ``dues``: the first deadline of the n-th task of a path, ms; limits likewise.

    ``held_back``: automatic moves that gates kept, by (path, name): since when, move or lose, what was unmet at last.
    ``known``: tasks by number, as (path, n).
    """

    pipeline: str = ""
    moves: list[Move] = field(default_factory=list)
    tasks: Counter[str] = field(default_factory=Counter)
    dues: dict[tuple[str, int], int] = field(default_factory=dict)
    sent: Counter[Sent] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    held_back: dict[tuple[str, str], tuple[int, str, tuple[Unmet, ...]]] = field(default_factory=dict)
    known: dict[int, tuple[str, int]] = field(default_factory=dict)
    stage: str = ""
    end: str = "open"  # open, won, lost
    reason: str = ""
    rule: Rule | None = None  # of the loss
    visits: Counter[str] = field(default_factory=Counter)
    limited: bool = False

    def take(self, event: Event, changes: Iterable[Change]) -> None:
        """The changes of one event, in order."""
        by: Rule | None = None
        for change in changes:
            op = change[0]
            if op == "by":
                by = (change[1], change[2])
            elif op == "task":
                self._task(change[1], change[2])
            elif op == "task=":
                self._due(self.known.get(change[1]), change[2].get("due"))
            elif op == "effect":
                intent = change[1]
                if intent["kind"] != "document":
                    channel = str(intent.get("channel") or intent["kind"])
                    self.sent[channel, intent.get("path", ""), str(intent.get("template", ""))] += 1
            elif op == "stage":
                self.stage = change[1]
                self.visits[self.stage] += 1
                self.limited = False
                self.moves.append(Move(event.at, change[1], by))
            elif op == "timer":
                if change[1] == "v:limit" and not self.limited:
                    self.limited = True
                    self.dues[f"{self.stage}/#limit", self.visits[self.stage]] = change[2]
            elif op == "close":
                self.end = "won" if change[2] is None else "lost"
                self.reason, self.rule = change[2] or "", by
                if self.moves:
                    last = self.moves[-1]
                    self.moves[-1] = Move(last.at, last.stage, last.rule, change[2])
            elif op == "reopen":
                self.end, self.reason, self.rule = "open", "", None
            elif op == "message":
                if change[1]["kind"] == "tunnel":
                    self.made[change[1]["pipeline"]] += 1
            elif op == "pend":
                if change[2] is not None:
                    unmet = tuple(gates.restore(one) for one in change[2]["unmet"])
                    self.held_back[change[1], change[2]["name"]] = (change[2]["since"], change[2]["what"], unmet)
            elif op == "new":
                self.pipeline = change[1]
            elif op == "called":
                self.pipeline, self.stage = change[1], change[2]

    def _task(self, number: int, data: dict[str, Any]) -> None:
        path = data.get("path") or data["name"]
        self.tasks[path] += 1
        self.known[number] = (path, self.tasks[path])
        self._due(self.known[number], data.get("due"))

    def _due(self, which: tuple[str, int] | None, due: int | None) -> None:
        if which is not None and due is not None:
            self.dues.setdefault(which, due)

    def unlike(self, other: Track) -> str:
        """The first fact in which two tracks of the same deal differ; empty where none does."""
        mine = [(move.at, move.stage, move.reason) for move in self.moves]
        theirs = [(move.at, move.stage, move.reason) for move in other.moves]
        for what, one, two in (
            ("moves", mine, theirs),
            ("tasks", self.tasks, other.tasks),
            ("deadlines", self.dues, other.dues),
            ("sent", self.sent, other.sent),
            ("deals", self.made, other.made),
            ("held back", set(self.held_back), set(other.held_back)),
        ):
            if one != two:
                return what
        return ""
