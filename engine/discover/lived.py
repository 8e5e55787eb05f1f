"""A log lived anew: its events as commands of deals on a virtual clock, through the one host (Sandbox).

Every case becomes a deal. Its first event creates it, each later one sets what has become known and moves or loses it,
at its own instant; timers fire in between as they would have. The first command that is refused ends the case here:
what comes after would meet a deal that stands elsewhere. What a log cannot know (answers of tasks, ticks, approvals) is
not made up; only the comment that a loss asks for is, and a loss without a reason is given the one that asks for least.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.engine.deal.protocol import Unmet
from voronka.engine.deal.state import Deal
from voronka.engine.discover.log import EventLog
from voronka.engine.discover.matching import REASON, Target
from voronka.engine.host.commands import Command, Reply
from voronka.engine.inputs import InputError, parse_value, stored_value
from voronka.engine.program.build import Program, Programs
from voronka.engine.sandbox import Sandbox

EXAMPLES = 3
GROUP = 100
COMMENT = "event log"


@dataclass(slots=True)
class Refusal:
    """Cases that stopped for the same reasons: on their way to ``stage``, with the first one's values.

    Without ``unmet`` the deal was closed already: lost by a rule for ``reason``, or won by one.
    """

    stage: str
    unmet: tuple[Unmet, ...]
    reason: str = ""
    cases: int = 0
    examples: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Lived:
    """``cases`` that were taken, ``through``: those whose every event happened.

    ``moved``: events that a rule had brought about before; ``unread``: column -> values that their fields do not take;
    ``failed``: commands that could not be carried out.
    """

    cases: int = 0
    through: int = 0
    events: int = 0
    moved: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)
    failed: int = 0


def live(
    log: EventLog,
    programs: Programs,
    program: Program,
    targets: Mapping[int, Target | None],
    columns: Mapping[str, str],
    progress: Callable[[int], None] = lambda done: None,
    most: int = 0,
) -> Lived:
    """Have cases happen. ``columns``: column -> field. ``progress`` is told of events that are done.

    ``most``: of more cases than so many every second, third … is taken, so that memory stays bounded; 0: all.
    """
    every = -(-len(log.cases) // most) if most else 1
    with Sandbox(programs, log.first) as sandbox:
        return _Life(log, sandbox, program, targets, columns, progress, every).run()


class _Life:
    def __init__(
        self,
        log: EventLog,
        sandbox: Sandbox,
        program: Program,
        targets: Mapping[int, Target | None],
        columns: Mapping[str, str],
        progress: Callable[[int], None],
        every: int,
    ) -> None:
        self.log, self.sandbox, self.program, self.targets = log, sandbox, program, targets
        self.progress = progress
        self.every = every
        self.columns = {column: name for column, name in columns.items() if column in log.columns}
        self.found = Lived()
        self.deals: dict[int, int] = {}
        self.ended: set[int] = set()
        self.closed_by_log: set[int] = set()
        self.stands: dict[int, str] = {}  # where the log has it
        self.refusals: dict[str, Refusal] = {}
        self.values: dict[tuple[str, str], Any] = {}

    def run(self) -> Lived:
        log = self.log
        chosen = (i for i in range(len(log)) if log.case[i] % self.every == 0)
        order = sorted(chosen, key=log.at.__getitem__)  # stable: a case's own order stands
        group: list[tuple[int, str, list[Command]]] = []
        cases: set[int] = set()
        for done, i in enumerate(order):
            case = log.case[i]
            if case in self.ended:
                continue
            if case in cases or len(group) >= GROUP:
                self._submit(group)
                group, cases = [], set()
                self.progress(done)
                if case in self.ended:
                    continue
            target = self.targets.get(log.act[i])
            if target is None:
                continue
            self.sandbox.now = max(self.sandbox.now, log.at[i])
            there, commands = self._commands(case, i, target)
            if commands:
                group.append((case, there, commands))
                cases.add(case)
        self._submit(group)
        self.progress(len(order))
        self.found.cases = -(-len(log.cases) // self.every)
        self.found.through = self.found.cases - len(self.ended)
        self.found.refusals = sorted(self.refusals.values(), key=lambda one: (-one.cases, one.stage))
        return self.found

    # --- what is asked

    def _commands(self, case: int, i: int, target: Target) -> tuple[str, list[Command]]:
        pipeline = self.program.pipeline
        lost = pipeline.lost.name if pipeline.lost else ""
        there = lost if target.kind == REASON else target.name
        at, fields = self.log.at[i], self._fields(i)
        number = self.deals.get(case)
        if number is None:
            opens = pipeline.stages[there].kind == "open"
            data: dict[str, Any] = {"fields": fields}
            if opens:
                data["stage"] = there
            commands = [Command("create", data, None, pipeline.name, at, imported=True)]
            if opens:
                return there, commands
            # a case whose first event is its end: the deal must be there before it can end
            self._submit([(case, there, commands)])
            number, fields = self.deals.get(case), {}
            if number is None:
                return there, []
        deal = self.sandbox.deal(number)
        if deal.closed is not None and deal.stage == there:
            return there, []
        if deal.closed is not None:
            reopens = case in self.closed_by_log and pipeline.stages[there].kind == "open"
            if not reopens:
                self._stop(case, there, (), deal)
                return there, []
            commands = [Command("reopen", {"stage": there}, number, None, at, imported=True)]
            self.closed_by_log.discard(case)
        else:
            commands = [Command("set", {"fields": fields}, number, None, at, imported=True)] if fields else []
            if deal.stage == there:
                self.found.moved += self.stands.get(case) != there
                self.stands[case] = there
                return there, commands
            commands.append(self._going(number, deal.stage, there, target, at, bool(commands)))
        return there, commands

    def _going(self, number: int, here: str, there: str, target: Target, at: int, follows: bool) -> Command:
        pipeline = self.program.pipeline
        if pipeline.stages[there].kind == "lost":
            reason = target.name if target.kind == REASON else self._least(here)
            return Command("lose", {"reason": reason, "comment": COMMENT}, number, None, at, "", None, True, follows)
        return Command("move", {"stage": there}, number, None, at, "", None, True, follows)

    def _least(self, here: str) -> str:
        """The reason that asks for least of those that may be given here: the log only says that the case was lost."""
        known = self.program.pipeline.reasons.values()
        allowed = [one for one in known if not one.from_ or here in one.from_] or list(known)
        return min(allowed, key=lambda one: len(one.requires)).name if allowed else ""

    def _fields(self, i: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for column, name in self.columns.items():
            text = self.log.columns[column].value(i)
            if text is None:
                continue
            value = self._value(column, name, text)
            if value is not None:
                found[name] = value
        return found

    def _value(self, column: str, name: str, text: str) -> Any:
        known = self.values.get((column, text), self)
        if known is not self:
            if known is None:
                self.found.unread[column] = self.found.unread.get(column, 0) + 1
            return known
        kind = self.program.pipeline.fields[name].type
        try:
            parsed = parse_value(kind, text, calendar=self.program.calendar, now=self.sandbox.now)
        except InputError:
            parsed = None
            self.found.unread[column] = self.found.unread.get(column, 0) + 1
        value = None if parsed is None else stored_value(kind, parsed)
        if len(self.values) < 100_000:
            self.values[column, text] = value
        return value

    # --- what became of it

    def _submit(self, group: list[tuple[int, str, list[Command]]]) -> None:
        if not group:
            return
        replies = iter(self.sandbox.host.submit_many([command for _, _, commands in group for command in commands]))
        for case, there, commands in group:
            for command, reply in zip(commands, [next(replies) for _ in commands], strict=True):
                self._settle(case, there, command, reply)

    def _settle(self, case: int, there: str, command: Command, reply: Reply) -> None:
        if reply.status in ("done", "duplicate"):
            self.found.events += 1
            if command.kind == "create" and reply.deal is not None:
                self.deals[case] = reply.deal
            elif self.program.pipeline.stages[there].kind != "open" and command.kind in ("move", "lose"):
                self.closed_by_log.add(case)
            if command.kind != "set":
                self.stands[case] = there
        elif reply.status == "error":
            self.found.failed += 1
            self.ended.add(case)
        elif reply.status == "refused" and case not in self.ended:
            deal = self.sandbox.host.deal(reply.deal or 0)
            late = deal is not None and (deal.closed is not None or deal.stage == there)
            if late and deal is not None and deal.stage == there:
                self.found.moved += 1  # a rule was faster
                return
            self._stop(case, there, () if late else reply.unmet, deal)

    def _stop(self, case: int, there: str, unmet: tuple[Unmet, ...], deal: Deal | None) -> None:
        self.ended.add(case)
        reason = "" if deal is None else deal.reason or ""
        key = canonical([there, reason if not unmet else "", [[u.kind, u.name, str(u.loc)] for u in unmet]])
        one = self.refusals.setdefault(key, Refusal(there, unmet, reason))
        one.cases += 1
        if len(one.examples) < EXAMPLES:
            one.examples.append(case)
