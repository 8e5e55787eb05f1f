"""What could stand at a place, in words for people."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from voronka.dsl.syntax.lexer import PUNCTUATION
from voronka.dsl.syntax.tables import tables
from voronka.dsl.text.codes.base import Both

# The longest piece first: what a named piece can begin with is not listed again.
_PIECES: tuple[tuple[str, Both], ...] = (
    ("moment", Both("a moment (`on entry`, `3 days after entry`)", "момент (`on entry`, `3 days after entry`)")),
    ("happening", Both("a happening (`entry`, `event …`, a date)", "событие (`entry`, `event …`, дата)")),
    ("type", Both("a type (`text`, `money`, `date` …)", "тип (`text`, `money`, `date` …)")),
    ("blame", Both("what blocks (`require …`, a text)", "то, что мешает (`require …`, текст)")),
    ("expr", Both("a condition or a value", "условие или значение")),
    ("conjunction", Both("a condition or a value", "условие или значение")),
    ("negation", Both("a condition or a value", "условие или значение")),
    ("sum", Both("a value", "значение")),
    ("product", Both("a value", "значение")),
    ("atom", Both("a value", "значение")),
    ("destination", Both("where to (a field, an address in quotes)", "куда (поле или адрес в кавычках)")),
    ("who", Both("a person or a role", "человек или роль")),
    ("duration", Both("a length of time (`3 days`)", "длительность (`3 days`)")),
    ("datetime", Both("a date and a time (`2026-12-25 09:00`)", "дата и время (`2026-12-25 09:00`)")),
    ("text", Both("a text in quotes", "текст в кавычках")),
    ("range", Both("a range (`0..10`)", "диапазон (`0..10`)")),
    ("bound", Both("a number or a parameter", "число или параметр")),
    ("_action", Both("an action", "действие")),
    ("_trigger", Both("a trigger (`on …`, `every …`, `due …`)", "условие запуска (`on …`, `every …`, `due …`)")),
)

_TERMINALS: dict[str, Both] = {
    "NAME": Both("a name", "имя"),
    "NUMBER": Both("a number", "число"),
    "STRING": Both("a text in quotes", "текст в кавычках"),
    "DATE": Both("a date (`2026-12-25`)", "дата (`2026-12-25`)"),
    "TIME": Both("a time (`09:00`)", "время (`09:00`)"),
    "UNIT": Both("a unit of time (`days`, `hours` …)", "единица времени (`days`, `hours` …)"),
    "CURRENCY_CODE": Both("a currency (`RUB`)", "валюта (`RUB`)"),
    "COMPARE": Both("a comparison (`<`, `>=` …)", "сравнение (`<`, `>=` …)"),
    "QUANTIFIER": Both("`all of`", "`all of`"),
    "STRATEGY": Both("`round robin` or `least busy`", "`round robin` или `least busy`"),
    "_ASKS": Both("`is`", "`is`"),
    "_OLDER_THAN": Both("`older than`", "`older than`"),
    "_AT_MOST": Both("`at most`", "`at most`"),
    "_UNLESS_MISSED": Both("`unless missed`", "`unless missed`"),
    "$END": Both("the end of the file", "конец файла"),
}

CONTEXTS: dict[str, Both] = {
    "": Both("at the top of a file", "на верхнем уровне файла"),
    "pipeline_body": Both("in a pipeline", "в воронке"),
    "module_body": Both("in a module", "в модуле"),
    "record_body": Both("in a record", "в карточке"),
    "calendar_body": Both("in a calendar", "в календаре"),
    "team_body": Both("in a team", "в команде"),
    "stage_body": Both("in a stage", "в этапе"),
    "lost_body": Both("in a `lost` stage", "в этапе `lost`"),
    "reason_body": Both("in a reason", "в причине отказа"),
    "task_body": Both("in a task", "в задаче"),
    "outcome_body": Both("in an outcome", "в исходе задачи"),
    "reschedule_body": Both("in `reschedule`", "в `reschedule`"),
    "approval_body": Both("in an approval", "в согласовании"),
    "_robot_body": Both("in a robot", "в роботе"),
    "actions_body": Both("among actions", "среди действий"),
    "tunnel_body": Both("in a tunnel", "в туннеле"),
    "retire_body": Both("in `retire stage`", "в `retire stage`"),
    "scenario_body": Both("in a scenario", "в сценарии"),
    "examples_body": Both("in `examples`", "в `examples`"),
    "options_body": Both("in a list of options", "в списке вариантов"),
    "values_body": Both("in a list of values", "в списке значений"),
    "payload_body": Both("among an event's values", "среди значений события"),
    "checklist_body": Both("in a checklist", "в чек-листе"),
}
"""Where a block's sentences stand; by the block's rule, the top of a file under an empty name."""


def terminal(name: str) -> Both:
    """A terminal in words."""
    if name in _TERMINALS:
        return _TERMINALS[name]
    shown = f"`{PUNCTUATION.get(name) or _words()[name]}`"
    return Both(shown, shown)


@cache
def _words() -> dict[str, str]:
    return {name: word for word, name in tables().words.items()}


def keyword(terminal_name: str) -> str | None:
    """The word of a keyword's terminal."""
    return _words().get(terminal_name)


def context(states: list[int]) -> str:
    """The rule of the innermost open block of a stack."""
    symbols, rows = tables().symbols, tables().rows
    closed = 0
    for state in reversed(states):
        if symbols[state] == "RBRACE":
            closed += 1
        elif symbols[state] == "LBRACE":
            if not closed:
                return next((name for name in CONTEXTS if name and name in rows[state]), "")
            closed -= 1
    return ""


def starters(block: str) -> frozenset[str]:
    """The terminals that a sentence of a block can begin with."""
    return tables().first["file" if block == "" else block]


def homes(terminal_name: str) -> list[str]:
    """The blocks in which a sentence can begin with this terminal."""
    return [block for block in CONTEXTS if terminal_name in starters(block)]


class Accepted(NamedTuple):
    """The terminals that fit a stack: ``direct`` go on with the piece at hand, ``after`` come once it is complete."""

    direct: frozenset[str]
    after: frozenset[str]
    landings: dict[int, frozenset[str]]  # the same by the state in which they are shifted, the nearest first

    @property
    def all(self) -> frozenset[str]:
        """Both together."""
        return self.direct | self.after

    @property
    def can_end(self) -> bool:
        """Whether the sentence may end here."""
        return not self.all.isdisjoint(("RBRACE", "$END"))


def accepted(states: list[int]) -> Accepted:
    """What fits this stack."""
    t = tables()
    found: dict[int, set[str]] = {states[-1]: set()}
    for name in t.terminals:
        state = t.landing(states, name)
        if state is not None:
            found.setdefault(state, set()).add(name)
    direct = frozenset(found[states[-1]])
    after = frozenset(name for names in found.values() for name in names) - direct
    return Accepted(direct, after, {state: frozenset(names) for state, names in found.items()})


def expected(states: list[int], most: int = 5) -> Both:
    """What could stand here: "a name, `{` or the next sentence"."""
    t = tables()
    fits = accepted(states)
    block = context(states)
    sentences = starters(block)
    parts: list[Both] = []
    quiet: list[Both] = []  # what goes on with a piece that is complete as it is
    next_sentence = False
    for state, names in fits.landings.items():
        rest = set(names)
        if len(rest & sentences) > 3:
            rest -= sentences
            next_sentence = True
        for piece, name in _PIECES:
            if t.rows[state].get(piece, 0) > 0 and t.first[piece] & rest:
                rest -= t.first[piece]
                parts.append(name)
        continuing = rest & _CONTINUING if fits.after else set()
        rest -= continuing
        if continuing & _OPERATORS and fits.all >= _ASKING:
            quiet.append(_OPERATOR)
        parts.extend(terminal(name) for name in sorted(rest, key=_order))
    if next_sentence:
        parts = [part for part in parts if part != terminal("RBRACE") and part != terminal("$END")]
        first = fits.landings[states[-1]] & sentences
        parts.append(_sentence(block) if first else Both("the next sentence", "следующее предложение"))
    parts = list(dict.fromkeys(quiet + parts))
    return alternatives(parts[:most] or [terminal("$END")], len(parts) > most)


_OPERATORS = frozenset(["AND", "OR", "_ASKS", "COMPARE", "PLUS", "MINUS", "STAR", "SLASH", "HAS"])
_ASKING = frozenset(("AND", "OR"))
_CONTINUING = _OPERATORS | {"DOT", "LPAR", "NOT"}
_OPERATOR = Both("an operator (`and`, `is`, `+` …)", "операция (`and`, `is`, `+` …)")


def _sentence(block: str) -> Both:
    if block == "actions_body":
        return Both("an action", "действие")
    where = CONTEXTS[block]
    return Both(f"a sentence that can stand {where.en}", f"предложение, которое стоит {where.ru}")


def _order(name: str) -> tuple[int, str]:
    return (0 if name in _TERMINALS else 1 if name in PUNCTUATION else 2, name)


def alternatives(parts: list[Both], more: bool = False) -> Both:
    """Joined for reading: ``a, b or c``, and with ``more`` ``a, b, c …``."""

    def one(texts: list[str], last: str) -> str:
        if more:
            return ", ".join(texts) + " …"
        return texts[0] if len(texts) == 1 else ", ".join(texts[:-1]) + last + texts[-1]

    return Both(one([part.en for part in parts], " or "), one([part.ru for part in parts], " или "))
