"""Fuzz targets of the language itself: definitions, the formatter, expressions."""

from __future__ import annotations

import functools
import json
import random
import re
from pathlib import Path

from tests.dsl_check.golden import FOLDER, LOWERED, TEMPLATES, WRAPS, read
from tests.engine_compile import reference, trees
from voronka.dsl.check import check_text
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.values import encode
from voronka.dsl.format.format import format_source
from voronka.dsl.lint.run import lint
from voronka.dsl.lint.settings import settings
from voronka.dsl.syntax.keywords import KEYWORDS, UNITS
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.render import render, to_json
from voronka.dsl.text.source import Source, decode_source
from voronka.engine.compile import Ctx, condition, reads, refuted, traced, value, wake
from voronka.engine.deal.state import Deal
from voronka.engine.program.build import Programs
from voronka.stdlib.library import library

ROOT = Path(__file__).resolve().parents[2]
_TOP = re.compile(r"^(?=(?:pipeline|module|record|team|calendar|scenario|segment|resource)\b)", re.MULTILINE)


# --- definitions -----------------------------------------------------------------------------------------------------


def checked_text(data: bytes) -> None:
    """Bytes of a file: findings, each of which can be told; a text without errors builds, and lint has its say."""
    source = decode_source(data, "a.pipeline")
    if isinstance(source, Diagnostic):
        told(source)
        return
    checked = check_text("a.pipeline", source.text, library(), TEMPLATES)
    told(*checked.diagnostics)
    assert (checked.definition is None) == any(found.is_error for found in checked.diagnostics)
    if checked.definition is not None:
        programs = Programs(checked.definition)
        assert set(programs.pipelines) == set(checked.definition.pipelines)
        for name in programs.pipelines:
            assert programs.pipelines[name].pipeline.name == name
        told(*lint(checked, library(), settings("strict")).findings)


def told(*findings: Diagnostic) -> None:
    """Each can be said in both languages, and points into its text; the first few are printed with their lines."""
    for number, found in enumerate(findings):
        assert 0 <= found.span.start <= found.span.end <= len(found.span.source.text)
        for lang in ("en", "ru"):
            assert found.message(lang)
            assert found.help(lang) is not None
            if number < 3:
                render(found, lang).encode()
                json.dumps(to_json(found, lang))


PLACES = ("pipeline", "stage", "lost", "task", "robot", "file")


def sentence(data: bytes) -> None:
    """Sentences where every name they need is declared: the first byte says inside of what they stand."""
    place = PLACES[data[0] % len(PLACES)] if data else "file"
    before, after = WRAPS[place]
    checked_text(before.encode() + b"\n" + data[1:] + after.encode())


def sentence_seeds() -> list[bytes]:
    folders = (FOLDER, LOWERED)
    cases = [case for folder in folders for path in sorted(folder.glob("*.txt")) for case in read(path)]
    return [
        bytes([PLACES.index(case.where)]) + case.snippet.encode()
        for case in cases
        if case.where in PLACES and len(case.snippet) < 600 and "\n---" not in case.snippet
    ]


@functools.cache
def sentence_words() -> list[str]:
    """Those of the language, and the names that the place has."""
    prelude = " ".join(before for before, _ in WRAPS.values())
    own = re.findall(r"[a-z_]\w*", " ".join([prelude, *(seed[1:].decode() for seed in sentence_seeds())]))
    return sorted({*own, *text_words()})


def formatted_text(data: bytes) -> None:
    """What parses is laid out: the same tree (`format_source` proves it), and once is as good as twice."""
    source = decode_source(data, "a.pipeline")
    if isinstance(source, Diagnostic):
        return
    made = format_source(source)
    assert (made.text is None) == any(found.is_error for found in made.diagnostics)
    if made.text is not None:
        assert format_source(Source("a.pipeline", made.text)).text == made.text


def texts() -> list[str]:
    """The definitions of this repository, and their top-level blocks one by one."""
    whole = [
        path.read_text(encoding="utf-8")
        for folder in ("tests/meaning", "stdlib", "pipelines", "tests/cli")
        for path in sorted((ROOT / folder).glob("*.pipeline"))
    ]
    return whole + [block for text in whole for block in _TOP.split(text) if block.strip()]


def text_seeds() -> list[bytes]:
    return [text.encode() for text in texts()]


@functools.cache
def text_words() -> list[str]:
    found = {word for text in texts() for word in re.findall(r'"[^"\n]{0,40}"|[\w.]+|[^\w\s]+', text)}
    lines = {line.strip() for text in texts() for line in text.splitlines() if 4 < len(line) < 120}
    odd = ["\ufeff", "\x00", "\r\n", "\u2028", "{", "}", "(", ")", '"', "\\", "#", "9" * 30, "2026-02-30", "25:61", "…"]
    return sorted({*KEYWORDS, *UNITS, *found, *lines, *odd})


# --- expressions -----------------------------------------------------------------------------------------------------

_TYPES = {
    "money": "money",
    "integer": "integer",
    "number": "number",
    "percent": "percent",
    "bool": "bool",
    "text": "text",
    "choice": 'choice { hot "H" warm "W" cold "C" }',
    "choices": 'choices { music "M" photo "P" }',
    "rating": "rating 0..10",
    "date": "date",
    "datetime": "datetime",
    "duration": "duration",
}
_HEAD = f"""
record client "C" {{ field city "C" text  field since "S" date }}
pipeline goods "G" {{
  timezone "Europe/Berlin"  currency RUB
  field order "O" link to p
  field price "P" money  field ready_on "R" date  field gift "G" bool
  stage new "N"  won paid "P"
}}
pipeline p "P" {{
  timezone "Europe/Berlin"
  currency RUB
  {"  ".join(f'field {name} "F" {_TYPES[kind.kind]}' for name, kind in trees.FIELDS.items())}
  field goods "G" links to goods.order
  field client "C" link to client
  stage new "N" {{
    checklist fit "F" {{ budget "B" term "T" }}
    task call "C" {{ assign owner  due 1 day after entry  outcome reached "R" }}
    task offer "O" {{ assign owner  due 1 day after entry }}
    approval discount "D" when vip {{ assign owner }}
"""
_MADE = ("number", "money", "text", "bool", "date", "datetime", "duration", "percent", "integer")
_BY_THE_BOOK = frozenset({"coalesce", "min", "max", "weekday", "days_between"})  # functions that the tree walker knows


def expression(data: bytes) -> None:
    """A condition of a gate, or a formula of some type (first byte): what the checker takes can be evaluated.

    Where the tree walker knows all of it, the result is what the book says.
    """
    text, first = data[1:].decode("utf-8", "replace"), data[0] if data else 0
    gate = f'leave when {text}\n else "x" }}' if first < 128 else "}"
    made = "" if first < 128 else f'field made "M" {_MADE[first % len(_MADE)]} is {text}\n'
    checked = check_text("a.pipeline", f'{_HEAD} {gate} {made} stage paid "P"  won won "W" }}', library())
    told(*checked.diagnostics)
    if checked.definition is None:
        return
    pipeline, seed = checked.definition.pipelines["p"], random.Random(text)
    for one in pipeline.stages["new"].leave:
        agreed_condition(one.when, seed)
    if "made" in pipeline.fields and (formula := pipeline.fields["made"].formula) is not None:
        agreed_value(formula, seed)


def by_the_book(expr: Expr) -> bool:
    return all(node.op != "call" or node.value in _BY_THE_BOOK for node in expr.walk())


def some_deal(seed: random.Random) -> tuple[Deal, Ctx]:
    d, c = trees.a_deal(seed)
    d.f["client"] = 7 if "client" in d.cards else None
    return d, c


def agreed_condition(expr: Expr, seed: random.Random) -> None:
    """All four ways to ask agree, and with the tree walker, on random deals."""
    true, false, third, trace = condition(expr), refuted(expr), value(expr), traced(expr)
    reads(expr)
    look = wake(expr)
    for _ in range(3):
        d, c = some_deal(seed)
        verdict = True if true(d, c) else False if false(d, c) else None
        assert not (true(d, c) and false(d, c))
        assert (third(d, c), trace(d, c).verdict) == (verdict, verdict)
        assert not by_the_book(expr) or reference.run(expr, d, c) is verdict
        at = look(d, c)
        assert at is None or at > c.now


def agreed_value(expr: Expr, seed: random.Random) -> None:
    made = value(expr)
    for _ in range(3):
        d, c = some_deal(seed)
        found = made(d, c)
        assert not by_the_book(expr) or reference.run(expr, d, c) == found
        encode(found)


_SEEDS = (
    *("amount > 0 RUB", "guests > 0 and guests <= 300", "discount <= 15%", "due_on >= today + 3 workdays", "vip"),
    *('name is "a"', "kind is not in (hot, cold)", "wants has music", "vip is not no", "stage is in (new, paid)"),
    *("amount is not set", "score >= 9", "client is set", 'client.city is "x"', "starts_at > now", "not (paid or vip)"),
    *("signed_on is older than 3 days", "starts_at is within 2 workhours", "task call is reached", "owner is set"),
    *(
        "task offer is not overdue",
        "checklist fit is done",
        "checklist fit.term is done",
        "approval discount is rejected",
    ),
    *("all of goods with (price > 1 RUB)", "any of tasks are overdue", "none of goods are in (paid, new)"),
    *(
        "count(goods.gift) > 1",
        "sum(goods.price when goods.gift) > amount",
        "share(tasks.done) >= 50%",
        "now - entry > 1 day",
    ),
    *("any of goods with (price > 1 RUB and any of tasks with (open))", "ends_at - starts_at < term + lasts"),
)
_FORMULAS = (
    *(
        ("number", one)
        for one in ("hours * 2 + guests / rooms", "amount / prepaid", "-hours", "days_between(due_on, signed_on)")
    ),
    *(("money", one) for one in ("amount * discount", "amount - prepaid", "max(goods.price)", "sum(goods.price)")),
    *(("text", one) for one in ("client.city", "coalesce(name, city)", "lower(name)")),
    *(("bool", one) for one in ("amount > prepaid and not paid", "coalesce(vip, no)")),
    *(
        ("date", one)
        for one in ("due_on + 3 workdays", "min(signed_on, due_on)", "date_of(starts_at)", "due_on - 1 month")
    ),
    *(("datetime", one) for one in ("starts_at + lasts", "ends_at - 90 min", "coalesce(starts_at, ends_at)")),
    *(("duration", one) for one in ("ends_at - starts_at", "term * 2", "lasts / 3", "due_on - signed_on")),
    *(("percent", one) for one in ("share(goods.gift)", "discount + 5%", "prepaid / amount")),
    *(
        ("integer", one)
        for one in ("round(hours)", "guests * rooms - 1", "weekday(due_on)", "count(tasks.open)", "length(name)")
    ),
)


def expression_seeds() -> list[bytes]:
    """Conditions, and formulas under the byte that means their type."""
    first = {kind: next(byte for byte in range(128, 256) if _MADE[byte % len(_MADE)] == kind) for kind in _MADE}
    return [b"\0" + one.encode() for one in _SEEDS] + [bytes([first[kind]]) + one.encode() for kind, one in _FORMULAS]


def expression_words() -> list[str]:
    values = ["0", "1", "0.5", "15%", "100 RUB", '"a"', "yes", "no", "1 day", "3 workdays", "2026-03-29", "10:00"]
    signs = ["+", "-", "*", "/", "(", ")", ",", "<", "<=", ">", ">=", ".", "..", "9" * 40, "0.0000001", "|", "{", "}"]
    found = {word for seed in expression_seeds() for word in re.findall(r"[\w.]+\(?|[^\w\s]+", seed[1:].decode())}
    calls = {f"{name}(" for name in library().functions}
    return sorted(
        {*trees.FIELDS, *calls, *values, *signs, *KEYWORDS, *UNITS, *found, "supervisor", "closing", "creation"}
    )
