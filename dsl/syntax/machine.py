"""Runs the tables over the tokens and builds the nodes; what to do about an error is decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from functools import cache, partial
from operator import itemgetter
from typing import Any, Final, NamedTuple

from voronka.dsl.syntax.builders import BLOCKS, BUILDERS, MAX_DEPTH, TooDeep
from voronka.dsl.syntax.keywords import RESERVED, UNITS
from voronka.dsl.syntax.lexer import Reading, Tokens, safe_date, safe_time, sign_or_code
from voronka.dsl.syntax.nodes import DateLit, File, Ident, NumberLit, StringLit, TimeLit
from voronka.dsl.syntax.tables import Tables, tables
from voronka.dsl.text.codes import syntax as codes
from voronka.dsl.text.diagnostic import Diagnostics
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

MAX_STACK = 700
"""How many symbols may wait at once; chains of ``else if`` and of signs grow here."""

MAX_DIGITS = 30
"""How many digits a number may have."""


class _Hole:
    """The value of a token that was missing: the sentence around it is left out of the tree."""

    def __repr__(self) -> str:
        return "HOLE"


HOLE: Final = _Hole()

_PASS, _SPLICE, _CALL, _CALL_SPLICED, _TAKEN, _ONE = range(6)


class _Plan(NamedTuple):
    origin: str
    size: int
    mode: int
    build: Callable[..., Any] | None
    kept: tuple[int, ...]


@cache
def _plans() -> tuple[_Plan, ...]:
    plans = []
    for origin, size, callback, kept in tables().rules:
        if callback is None:
            plans.append(_Plan(origin, size, _PASS, None, kept))
        elif callback == "":
            plans.append(_Plan(origin, size, _SPLICE, None, kept))
        else:
            mode = _CALL_SPLICED if any(at >= 1000 for at in kept) else _CALL
            plans.append(_Plan(origin, size, mode, BUILDERS[callback], kept))
    return tuple(plans)


class _Quick(NamedTuple):
    """A plan for texts without errors: ``args`` takes the kept values off the stack, if there are two or more."""

    origin: str
    size: int
    mode: int
    build: Any
    kept: tuple[int, ...]
    args: Any


@cache
def _quick() -> tuple[_Quick, ...]:
    plans = []
    for origin, size, mode, build, kept in _plans():
        taken = tuple(k - size for k in kept) if mode == _CALL else ()
        plain = size > 0 and len(kept) > 1 and min(kept) >= 0
        if mode == _CALL and plain:
            plans.append(_Quick(origin, size, _TAKEN, build, kept, itemgetter(*taken)))
        elif mode == _CALL and size and len(kept) == 1 and kept[0] >= 0:
            plans.append(_Quick(origin, size, _ONE, build, taken, None))
        elif mode == _PASS:
            plans.append(_Quick(origin, size, mode, build, (kept[0] - size,), None))
        else:
            plans.append(_Quick(origin, size, mode, build, kept, None))
    return tuple(plans)


class Saved(NamedTuple):
    """The stacks as they were before the token ``at``."""

    at: int
    states: list[int]
    values: list[Any]
    starts: list[int]


class Machine:
    """One parse: the tokens, three stacks, and where it is."""

    def __init__(self, source: Source, tokens: Tokens, found: Diagnostics) -> None:
        self.source = source
        self.tokens = tokens
        self.found = found
        self.tables: Tables = tables()
        self.states = [0]
        self.values: list[Any] = []
        self.starts: list[int] = []
        self.at = 0
        self.holes = False
        self.soft: Saved | None = None  # before the last keyword that was read as a name
        self.reserved: list[Span] = []  # reserved words that something was called by

    def run(self) -> File | None:
        """Go on until the end (the tree) or an error (None, with ``at`` on the token that does not fit)."""
        rows, defaults, end_state = self.tables.rows, self.tables.defaults, self.tables.end
        landing = self.tables.landing
        plans = _plans()
        source, text = self.source, self.source.text
        states, values, starts = self.states, self.values, self.starts
        kinds, token_starts, token_ends = self.tokens.kinds, self.tokens.starts, self.tokens.ends
        at = self.at
        while True:
            kind, width = kinds[at], 1
            if kind == "WORD":
                reading = self.resolve(states, at)
                if reading is None:
                    self.at = at
                    return None
                kind, width = reading
            action = rows[states[-1]].get(kind)
            if action is None or action < 0:
                if landing(states, kind) is None or len(states) > MAX_STACK:
                    self.at = at
                    return None
                end = token_ends[at - 1] if at else 0
                while True:
                    if action is None:
                        action = defaults[states[-1]]
                    origin, size, mode, build, kept = plans[~action]
                    if size:
                        start = starts[-size]
                        if mode == _CALL:
                            args = [values[k - size] if k >= 0 else None for k in kept]
                            value = self.build(build, args, source, start, end)
                        elif mode == _PASS:
                            value = values[kept[0] - size]
                        elif mode == _SPLICE:
                            value = self.splice(kept, size)
                        else:
                            value = self.build(build, self.splice(kept, size), source, start, end)
                        del states[-size:], values[-size:], starts[-size:]
                    else:
                        start = token_starts[at]
                        if mode == _SPLICE:
                            value = [None] * len(kept)
                        else:
                            value = self.build(build, [None] * len(kept), source, start, start)
                    state = rows[states[-1]][origin]
                    states.append(state)
                    values.append(value)
                    starts.append(start)
                    if state == end_state and kind == "$END":
                        self.at = at
                        return value  # type: ignore[no-any-return]
                    action = rows[state].get(kind)
                    if action is not None and action > 0:
                        break
            start = token_starts[at]
            if kind == "NAME":
                end = token_ends[at]
                if kinds[at] == "WORD":
                    value = self.soft_name(at, start, end)
                else:
                    value = Ident(text[start:end], Span(source, start, end))
            elif kind in _VALUED:
                value = self.literal(kind, start, token_ends[at + width - 1])
            else:
                value = None
            states.append(action)
            values.append(value)
            starts.append(start)
            at += width

    def quick(self) -> File | None:
        """The tree of a text without an error, in half the time; None where there is one, and nothing is changed.

        Reductions are done without asking first whether the token will fit after them: that only a text with errors
        needs, to know what could have stood there.
        """
        rows, defaults, end_state = self.tables.rows, self.tables.defaults, self.tables.end
        plans, splice, literal, accepts = _quick(), self.splice, self.literal, self.tables.accepts
        source, text, tokens = self.source, self.source.text, self.tokens
        states, values, starts = self.states, self.values, self.starts
        kinds, token_starts, token_ends, token_readings = tokens.kinds, tokens.starts, tokens.ends, tokens.readings
        fitting: dict[tuple[int, ...], list[Reading]] = {}
        state = at = end = 0
        value: Any
        while True:
            kind, width = kinds[at], 1
            if kind == "WORD":
                readings = token_readings[at]
                key = (id(readings), *states)
                viable = fitting.get(key)
                if viable is None:
                    viable = fitting[key] = [reading for reading in readings if accepts(states, reading[0])]
                if not viable:
                    return None
                reading = viable[0] if len(viable) == 1 else self.resolve(states, at)
                kind, width = reading  # type: ignore[misc]  # one of them fits
            action = rows[state].get(kind)
            if action is None or action < 0:
                if len(states) > MAX_STACK:
                    return None
                while True:
                    if action is None:
                        action = defaults[state]
                        if action == 0:
                            return None
                    origin, size, mode, build, kept, args = plans[~action]
                    if mode == _PASS:
                        value = values[kept[0]]
                    elif mode == _TAKEN:
                        value = build(*args(values), _span((source, starts[-size], end)))
                    elif mode == _ONE:
                        value = build(values[kept[0]], _span((source, starts[-size], end)))
                    elif not size:
                        start = token_starts[at]
                        value = [None] * len(kept)
                        if mode != _SPLICE:
                            value = build(*value, _span((source, start, start)))
                    elif mode == _SPLICE:
                        value = splice(kept, size)
                    elif mode == _CALL_SPLICED:
                        value = build(*splice(kept, size), _span((source, starts[-size], end)))
                    else:
                        some = [values[k - size] if k >= 0 else None for k in kept]
                        value = build(*some, _span((source, starts[-size], end)))
                    if size == 1:
                        state = rows[states[-2]][origin]
                        states[-1], values[-1] = state, value
                    elif size:
                        del states[-size:], values[-size:], starts[1 - size :]
                        state = rows[states[-1]][origin]
                        states.append(state)
                        values.append(value)
                    else:
                        state = rows[state][origin]
                        states.append(state)
                        values.append(value)
                        starts.append(start)
                    if state == end_state and kind == "$END":
                        return value  # type: ignore[no-any-return]
                    action = rows[state].get(kind)
                    if action is not None and action > 0:
                        break
            start = token_starts[at]
            if kind == "NAME":
                if kinds[at] == "WORD":
                    value = self.soft_name(at, start, token_ends[at])
                else:
                    end = token_ends[at]
                    value = Ident(text[start:end], _span((source, start, end)))
            elif kind in _VALUED:
                value = literal(kind, start, token_ends[at + width - 1])
            else:
                value = None
            state = action
            states.append(action)
            values.append(value)
            starts.append(start)
            at += width
            end = token_ends[at - 1]

    def build(self, build: Any, args: list[Any], source: Source, start: int, end: int) -> Any:
        """The node of a rule, or a hole if a part of it is one."""
        if self.holes and any(arg is HOLE for arg in args):
            if build not in BLOCKS:
                return HOLE
            args = [arg for arg in args if arg is not HOLE]
        try:
            return build(*args, Span(source, start, end))
        except TooDeep as error:
            self.found.report(codes.LONG_EXPRESSION, error.args[0], limit=MAX_DEPTH)
            self.holes = True
            return HOLE

    def splice(self, kept: tuple[int, ...], size: int) -> list[Any]:
        """The kept children of a rule, lists among them spliced. The first list is reused, so repetition is linear."""
        values = self.values
        out: list[Any] | None = None
        for k in kept:
            if k < 0:
                item: Any = [None]
            elif k >= 1000:
                item = values[k - 1000 - size]
            else:
                item = [values[k - size]]
            if out is None:
                out = item
            else:
                out += item
        return out if out is not None else []

    def resolve(self, states: list[int], at: int, look: int = 3) -> Reading | None:
        """How to read a word here: of the readings that fit, the one that more of the next tokens fit after."""
        readings = self.tokens.readings[at]
        accepts = self.tables.accepts
        viable = [reading for reading in readings if accepts(states, reading[0])]
        if len(viable) < 2:
            return viable[0] if viable else None
        best, most = viable[0], -1
        for terminal, width in viable:
            ahead = states.copy()
            self.tables.shift(ahead, terminal)
            count = self.following(ahead, at + width, look)
            if count > most:
                best, most = (terminal, width), count
        return best

    def following(self, states: list[int], at: int, look: int) -> int:
        """How many tokens fit next on this stack, which is used up; the end counts for all."""
        for count in range(look):
            kind, width = self.tokens.kinds[at], 1
            if kind == "WORD":
                kind, width = self.resolve(states, at, look - count - 1) or ("", 1)
            if not self.tables.accepts(states, kind):
                return count
            if kind == "$END":
                return look
            self.tables.shift(states, kind)
            at += width
        return look

    def ahead(self, states: list[int], at: int, limit: int) -> int:
        """How many tokens from ``at`` on would fit on a copy of this stack, up to a limit.

        A brace, the end, a keyword that begins a line, or the end of a line where the sentence may end shows that the
        parse is in step again: it counts as the limit.
        """
        states = states.copy()
        for count in range(limit):
            kind, width = self.tokens.kinds[at], 1
            if kind == "WORD":
                kind, width = self.resolve(states, at) or ("", 1)
            if not kind or not self.tables.accepts(states, kind):
                in_step = count and self.begins_line(at) and self.can_end(states)
                return limit if in_step else count
            if kind in ("LBRACE", "RBRACE", "$END"):
                return limit
            if kind != "NAME" and self.tokens.kinds[at] == "WORD" and self.begins_line(at):
                return limit
            self.tables.shift(states, kind)
            at += width
        return limit

    def can_end(self, states: list[int]) -> bool:
        """Whether the sentence may end here."""
        return self.tables.accepts(states, "RBRACE") or self.tables.accepts(states, "$END")

    def begins_line(self, at: int) -> bool:
        """Whether a token is the first of its line."""
        text, offset = self.source.text, self.tokens.starts[at] - 1
        while offset >= 0 and text[offset] in " \t\r":
            offset -= 1
        return offset < 0 or text[offset] == "\n"

    def soft_name(self, at: int, start: int, end: int) -> Any:
        """A word of the language as a name; remembered, for it may have been meant as the keyword."""
        if start == end:
            self.holes = True
            return HOLE
        word = self.source.text[start:end]
        span = Span(self.source, start, end)
        if word in RESERVED and self.states[-1] in self.tables.declaring:
            self.reserved.append(span)
        self.soft = Saved(at, self.states.copy(), self.values.copy(), self.starts.copy())
        return Ident(word, span)

    def go_back(self, saved: Saved, height: int) -> None:
        """Return to an earlier place, with so much of its stack."""
        self.states[:] = saved.states[:height]
        self.values[:] = saved.values[: height - 1]
        self.starts[:] = saved.starts[: height - 1]
        self.at = saved.at
        self.soft = None
        offset = self.tokens.starts[saved.at]
        for value in self.values:
            if isinstance(value, list):  # lists grow in place: what was read since goes
                while value and isinstance(span := getattr(value[-1], "span", None), Span) and span.start >= offset:
                    value.pop()
        self.reserved = [span for span in self.reserved if span.start < offset]

    def literal(self, kind: str, start: int, end: int) -> Any:
        """The value of a token that carries one."""
        if start == end:
            self.holes = True
            return HOLE
        text = self.source.text[start:end]
        span = Span(self.source, start, end)
        meant = self.tokens.meant.get(start)
        if kind == "STRING":
            return StringLit(self.string(text, start) if meant is None else meant, span)
        text = meant or text
        if kind == "NUMBER":
            return NumberLit(self.number(text, span), span)
        if kind == "UNIT":
            return UNITS[text]
        if kind == "COMPARE":
            return text
        if kind == "CURRENCY_CODE":
            return sign_or_code(text)
        if kind == "QUANTIFIER":
            return _EDGES.match(text)[1]  # type: ignore[index]  # comments may stand between its words
        if kind == "STRATEGY":
            return " ".join(_EDGES.match(text).groups())  # type: ignore[union-attr]
        if kind == "DATE":
            return DateLit(self.date(text, span), span)
        return TimeLit(self.time(text, span), span)

    def string(self, text: str, start: int) -> str:
        """The text between the quotes, escapes resolved."""
        inner = text[1:-1]
        return _ESCAPE.sub(lambda match: self.escape(match, start), inner) if "\\" in inner else inner

    def escape(self, match: re.Match[str], start: int) -> str:
        """What an escape stands for; an unknown one is reported and kept."""
        known = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}.get(match[1])
        if known is None:
            at = start + 1 + match.start()
            self.found.report(codes.BAD_ESCAPE, Span(self.source, at, at + 2), escape=match[0])
            return match[0]
        return known

    def number(self, text: str, span: Span) -> Decimal:
        """The value; too many digits are reported and read as zero."""
        text = text.replace("_", "")
        digits = len(text) - text.count(".")
        if digits > MAX_DIGITS:
            self.found.report(codes.LONG_NUMBER, span, digits=digits, limit=MAX_DIGITS)
            return Decimal(0)
        return Decimal(text)

    def date(self, text: str, span: Span) -> date:
        """The day; one that does not exist is reported, and the last of its month stands in for it."""
        year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
        value = safe_date(year, month, day)
        if value is None:
            self.found.report(codes.NO_SUCH_DATE, span, date=text)
            year, month = max(year, 1), min(max(month, 1), 12)
            value = next(d for last in (31, 30, 29, 28) if (d := safe_date(year, month, last)))
        return value

    def time(self, text: str, span: Span) -> time:
        """The time of day; one that does not exist is reported and read as midnight."""
        value = safe_time(text)
        if value is None:
            self.found.report(codes.NO_SUCH_TIME, span, time=text)
            return time()
        return value


_span: Callable[[tuple[Source, int, int]], Span] = partial(tuple.__new__, Span)  # a third of what the constructor takes
_VALUED = frozenset(
    ["UNIT", "COMPARE", "CURRENCY_CODE", "QUANTIFIER", "STRATEGY", "STRING", "NUMBER", "DATE", "TIME"],
)
_EDGES = re.compile(r"(\w+).*?(\w+)\Z", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
