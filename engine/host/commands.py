"""What is asked of the host, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.changes import Change
from voronka.engine.deal.protocol import Event, Unmet
from voronka.engine.store.writer import Text


@dataclass(frozen=True, slots=True)
class Command:
    """One wish from outside.

    ``kind`` and ``data`` are those of an :class:`Event`; an ``event`` without ``deal`` is routed (Meaning 12), and may
    bring values to route by in ``data["by"]`` beside its payload. ``create`` needs ``pipeline``. Some kinds are the
    host's own: ``person`` (do: add absent leave back; name …), ``incident`` (do: resolve retry skip; id) ``notice``
    (person: has read theirs), ``forget`` (deals: numbers), ``undo`` (of ``deal``) and ``store`` (do: resume drop).

    ``at``: the instant it counts for, ms since the epoch, now by default. ``key`` makes it idempotent: a command whose
    key has been seen changes nothing. ``follows``: of a group, only if the one before it happened (or had before).
    ``answers``: of an event, the effect it is an answer to, by the name that the effect carries outside.
    """

    kind: str
    data: dict[str, Any] = field(default_factory=dict)
    deal: int | None = None
    pipeline: str | None = None
    at: int | None = None
    actor: str = ""
    key: str | None = None
    imported: bool = False
    follows: bool = False
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """One event of a deal as it was written: row ``row`` of the log, brought about by row ``cause`` (0: from outside).

    ``texts`` are the rendered texts of its effects, by their place among the changes.
    """

    row: int
    deal: int
    pipeline: str
    version: int
    event: Event
    changes: list[Change]
    cause: int
    texts: Mapping[int, Text]


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a command.

    ======== =============================================================================================
    done     it happened; ``done`` is everything that was written, its own event first
    refused  nothing changed; ``unmet`` are all the reasons
    duplicate its key has been seen; ``deal`` and ``version`` are of what it did then
    kept     it reached ``deal``, but nothing there listened; it is kept and shown
    skipped  it follows a command of its group that did not happen
    unrouted no deal, or several, answer to it; it is kept, and ``incident`` says so
    error    it was no command, or the store could not be written; ``message`` says why
    ======== =============================================================================================
    """

    status: str
    deal: int | None = None
    version: int = 0
    tx: int = 0
    unmet: tuple[Unmet, ...] = ()
    done: tuple[Done, ...] = ()
    message: Both | None = None
    incident: int = 0

    @property
    def changes(self) -> list[Change]:
        """The changes of the command's own event."""
        return self.done[0].changes if self.done else []


def no_deal(number: int) -> Reply:
    """The answer where there is no such deal."""
    return Reply("refused", unmet=(Unmet("unknown", str(number), args={"what": "deal", "known": []}),))
