"""What `store verify` can find, in words, and the report it makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from voronka.dsl.text.codes.base import Both

MOST = 100  # problems that are listed; the rest are counted

_MESSAGES = {
    "commit": (
        "the rows of commit {tx} are not what its digest says",
        "строки записи {tx} не сходятся с её отпечатком",
    ),
    "commit-missing": ("commit {tx} is missing", "нет записи {tx}"),
    "row-missing": ("row {row} is missing", "нет строки {row}"),
    "chain": (
        "row {row} does not follow row {prev} of {entity}",
        "строка {row} не продолжает строку {prev} ({entity})",
    ),
    "text": ("row {row} cannot be read: {why}", "строку {row} не прочитать: {why}"),
    "personal": (
        "a personal value of row {row} is missing or altered",
        "личное значение строки {row} пропало или изменено",
    ),
    "key": ("the key of row {row} is not in the index of keys", "ключа строки {row} нет в указателе ключей"),
    "effect": (
        "effect {part} of row {row} is not in the outbox as it was decided",
        "эффекта {part} строки {row} нет в очереди отправки в том виде, в каком он решён",
    ),
    "incident": ("incident {row} is not as the log has it", "инцидент {row} не такой, как в журнале"),
    "inbox": ("message {part} of row {row} was never sent", "сообщения {part} из строки {row} никто не отправлял"),
    "kept": ("kept event {row} is not as the log has it", "сохранённое событие {row} не такое, как в журнале"),
    "definition": ("definition {name} is not what was adopted", "определение {name} не то, что было принято"),
    "definition-missing": ("definition {name} is missing", "определения {name} нет"),
    "entity": ("{entity} is not what its log folds to", "{entity}: не то, что следует из журнала"),
    "state": (
        "the state of deal {deal} is not what its events fold to, up to row {row}: {what}",
        "состояние сделки {deal} не следует из её событий вплоть до строки {row}: {what}",
    ),
    "state-missing": ("deal {deal} of row {row} has no state", "у сделки {deal} из строки {row} нет состояния"),
    "table": (
        "table {table} does not have deal {deal} as its state has it",
        "в таблице {table} сделка {deal} не такая, как в её состоянии",
    ),
    "surplus": (
        "table {table} has {found} rows, {wanted} follow from the log",
        "в таблице {table} строк {found}, из журнала следует {wanted}",
    ),
    "count": (
        "{found} deals are counted in {pipeline}/{stage}, there are {wanted}",
        "в {pipeline}/{stage} посчитано сделок {found}, на деле {wanted}",
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not agree. ``row`` and ``deal`` say where, 0 where that cannot be said."""

    kind: str
    message: Both
    row: int = 0
    deal: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """``problems`` in order of the log, at most a hundred of ``count``; ``digest`` is the head of the chain."""

    rows: int
    commits: int
    deals: int
    digest: str
    problems: tuple[Problem, ...]
    count: int

    @property
    def ok(self) -> bool:
        return not self.count

    @property
    def first(self) -> Problem | None:
        """The first bad event."""
        return self.problems[0] if self.problems else None


class Findings:
    """Gathers problems; far too many are counted, not kept."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[Problem] = []

    def report(self, kind: str, row: int = 0, deal: int = 0, **args: Any) -> None:
        """One more; ``args`` fill the kind's text."""
        self.count += 1
        if len(self._kept) < MOST:
            en, ru = _MESSAGES[kind]
            filled = {"row": row, "deal": deal, **args}
            self._kept.append(Problem(kind, Both(en.format(**filled), ru.format(**filled)), row, deal))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """By row of the log; what belongs to no row comes last."""
        return tuple(sorted(self._kept, key=lambda problem: (problem.row == 0, problem.row)))
