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
from voronka.dsl.format.format import format_source
from voronka.dsl.lint.run import lint
from voronka.dsl.lint.settings import settings
from voronka.dsl.syntax.keywords import KEYWORDS, UNITS
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.render import render, to_json
from voronka.dsl.text.source import Source, decode_source
from voronka.engine.compile import condition, reads, refuted, traced, value, wake
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
  field goods "G" links from goods.order
  field client "C" link to client
  event payment "E" {{ amount money }}
"""


def expression(data: bytes) -> None:
    """A condition of a gate, or a formula (first byte): what the checker takes is evaluated, and as the book says."""
    text, gate = data[1:].decode("utf-8", "replace"), data[:1] < b"\x80"
    if gate:
        said = f'stage new "N" {{ checklist fit "F" {{ budget "B" term "T" }}\n enter when {text}\n else "x" }}'
    else:
        said = f'field made "M" number is {text}\n stage new "N"'
    checked = check_text("a.pipeline", f'{_HEAD}  {said}  stage paid "P"  won won "W" }}', library())
    told(*checked.diagnostics)
    if checked.definition is None:
        return
    pipeline, seed = checked.definition.pipelines["p"], random.Random(text)
    for one in pipeline.stages["new"].enter if gate else ():
        agreed_condition(one.when, seed)
    if not gate and pipeline.fields["made"].formula is not None:
        agreed_value(pipeline.fields["made"].formula, seed)


def agreed_condition(expr: Expr, seed: random.Random) -> None:
    """All four ways to ask agree with the tree walker, on random deals."""
    true, false, third, trace = condition(expr), refuted(expr), value(expr), traced(expr)
    reads(expr)
    look = wake(expr)
    for _ in range(3):
        d, c = trees.a_deal(seed)
        verdict = True if true(d, c) else False if false(d, c) else None
        assert not (true(d, c) and false(d, c))
        assert (verdict, third(d, c), trace(d, c).verdict) == (reference.run(expr, d, c),) * 3
        at = look(d, c)
        assert at is None or at > c.now


def agreed_value(expr: Expr, seed: random.Random) -> None:
    made = value(expr)
    for _ in range(3):
        d, c = trees.a_deal(seed)
        assert made(d, c) == reference.run(expr, d, c)


def expression_seeds() -> list[bytes]:
    text = (ROOT / "tests/dsl_check/lowered/expressions.txt").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line[:1] not in "=- " and line.strip()]
    lines += re.findall(r"(?<= when )[^{}\n]{3,80}?(?= else| \{|$)", "\n".join(texts()), re.MULTILINE)
    return [first + line.encode() for line in dict.fromkeys(lines) for first in (b"\0", b"\xff")]


def expression_words() -> list[str]:
    known = [*trees.FIELDS, "goods", "client", "tasks", "now", "today", "creation", "entry", "owner", "stage", "price"]
    calls = ["min(", "max(", "sum of", "count of", "share of", "all of", "any of", "none of", "coalesce(", "round("]
    values = ["0", "1", "0.5", "15%", "100 RUB", '"a"', "yes", "no", "hot", "music", "paid", "1 day", "3 workdays"]
    signs = ["+", "-", "*", "/", "(", ")", ",", "<", "<=", ">", ">=", ".", "..", "9" * 40, "0.0000001", "|", "{", "}"]
    found = {word for seed in expression_seeds() for word in seed[1:].decode().split()}
    return sorted({*known, *calls, *values, *signs, *KEYWORDS, *UNITS, *found})
