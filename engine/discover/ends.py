"""How cases end: activities that win or lose them, by their names and by how often a case ends there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from voronka.dsl.text.codes.base import Both
from voronka.engine.discover.log import EventLog
from voronka.engine.discover.mining import Mined, quiet_after

_LOST = re.compile(
    r"\b(?:lost|lose|reject\w*|declin\w*|cancel\w*|refus\w*|churn\w*|disqualif\w*|unqualified|abandon\w*|spam|junk|"
    r"no[ -]show|not (?:won|paid|interested|realised|realized))\b"
    r"|отказ|проигр|забрак|отмен|потер|спам|не ?реализован|неуспе|не ?оплач|нецелев|отклон|дубл",
    re.IGNORECASE,
)
_WON = re.compile(
    r"\b(?:won|win|success\w*|succeed\w*|convert\w*|paid|complet\w*|deliver\w*|closed won)\b"
    r"|выигр|успе[хш]|сконверт|оплач|оплата получ|заверш|выполнен|реализован|доставлен",
    re.IGNORECASE,
)
NAMED = 0.5  # share of its cases that must end there for a name to be believed
OFTEN = 0.8  # the same without a name


class Fate(Enum):
    """What became of a case."""

    WON = "won"
    LOST = "lost"
    SILENT = "silent"  # nothing for longer than cases are ever silent
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Ends:
    """Final activities, and what became of each case. ``how`` says where the winning ones come from."""

    won: tuple[int, ...]
    lost: tuple[int, ...]
    fates: tuple[Fate, ...]
    how: Both | None

    @property
    def final(self) -> frozenset[int]:
        return frozenset((*self.won, *self.lost))

    def count(self, fate: Fate) -> int:
        return sum(one is fate for one in self.fates)


def ends_of(log: EventLog, mined: Mined, won: Sequence[int] = (), lost: Sequence[int] = ()) -> Ends:
    """Which activities end a case, and what became of every one. ``won``, ``lost``: those that are given."""
    acts = sorted(mined.cases, key=lambda a: (-mined.ends.get(a, 0), log.activities[a]))
    open_ = [a for a in acts if a not in won and a not in lost]
    losing = list(lost) or [a for a in open_ if _LOST.search(log.activities[a]) and mined.closing(a) >= NAMED]
    open_ = [a for a in open_ if a not in losing]
    how: Both | None = None
    winning = list(won)
    if not winning:
        winning = [a for a in open_ if _WON.search(log.activities[a]) and mined.closing(a) >= NAMED][:1]
        if winning:
            name = log.activities[winning[0]]
            how = Both(f"won: “{name}”, by its name", f"успех: «{name}», по названию")
    if not winning:
        winning = [a for a in open_ if mined.closing(a) >= OFTEN and len(mined.cases) > 1][:1]
        if winning:
            name, share = log.activities[winning[0]], round(100 * mined.closing(winning[0]))
            how = Both(
                f"won: “{name}”, as {share} % of its cases end there (--won says otherwise)",
                f"успех: «{name}»: на нём кончается {share} % случаев, где он есть (иначе: --won)",
            )
    return Ends(tuple(winning), tuple(losing), _fates(log, frozenset(winning), frozenset(losing)), how)


def _fates(log: EventLog, won: frozenset[int], lost: frozenset[int]) -> tuple[Fate, ...]:
    """By the last final activity of each case; without one by how long it has been silent when the log ends."""
    silence, last = quiet_after(log), log.last
    found = []
    for _, start, end in log.spans():
        for act in reversed(log.act[start:end]):
            if act in won or act in lost:
                found.append(Fate.WON if act in won else Fate.LOST)
                break
        else:
            found.append(Fate.SILENT if last - log.at[end - 1] > silence else Fate.RUNNING)
    return tuple(found)
