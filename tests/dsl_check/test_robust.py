"""Whatever a file holds, the checker answers with findings."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dsl_check.golden import FOLDER, LOWERED, TEMPLATES, Case, files_of, read
from voronka.dsl.check import check_text
from voronka.dsl.check.places import span_of
from voronka.dsl.definition.expr import Loc
from voronka.stdlib.library import library

CASES = [case for path in sorted([*FOLDER.glob("*.txt"), *LOWERED.glob("*.txt")]) for case in read(path)]
TEXTS = [files_of(case) for case in CASES if case.where != "pipeline" or not case.parts]
WORDS = re.compile(r"\w+|[^\w\s]|\s+")
SPARE = ["task", "stage", "{", "}", "when", "is", "not", "event", ".", "goods", "score", "1 day", "amount", '"x"', "5%"]


def checked(texts: dict[str, str]) -> object:
    name = next(iter(texts))
    return check_text(name, texts[name], library(), {**TEMPLATES, **texts})


@given(st.integers(0, len(TEXTS) - 1), st.integers(1, 6), st.randoms(use_true_random=False))
def test_a_mutated_file_never_raises(which: int, changes: int, chance: random.Random) -> None:
    texts = dict(TEXTS[which])
    for _ in range(changes):
        name = chance.choice(list(texts))
        words = WORDS.findall(texts[name])
        if not words:
            continue
        at = chance.randrange(len(words))
        other = chance.randrange(len(words))
        match chance.randrange(4):
            case 0:
                del words[at]
            case 1:
                words[at], words[other] = words[other], words[at]
            case 2:
                words[at] = chance.choice(SPARE)
            case 3:
                words.insert(at, words[other])
        texts[name] = "".join(words)
    result = checked(texts)
    for found in result.diagnostics:  # type: ignore[attr-defined]
        assert found.message("en")
        assert found.message("ru")
        assert found.help("en") is not None
        assert found.help("ru") is not None
        assert 0 <= found.span.start <= found.span.end <= len(found.span.source.text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff",
        "pipeline",
        "pipeline p {",
        'module m "М" { include m }',
        'module m "М" { param a "А" number = b  param b "Б" number = a  field x "Икс" rating a..b }',
        'record r "Р" { field r "Р" link to r }',
        'pipeline p "П" { include p.q.r  stage s  won w  lost l }',
        'use "."\nuse ".."\nuse ""\nuse "./a\\u0000.pipeline"',
        "pipeline 😀 {}",
    ],
)
def test_odd_files_are_answered(text: str) -> None:
    assert checked({"a.pipeline": text}) is not None


def test_a_chain_of_includes_as_deep_as_it_goes() -> None:
    modules = "".join(f'module m{n} "М" {{ include m{n + 1} }}\n' for n in range(300))
    text = f'{modules}module m300 "М" {{ field f "Ф" text }}\npipeline p "П" {{ include m0  stage s  won w  lost l }}'
    result = checked({"a.pipeline": text})
    assert [found.code.id for found in result.diagnostics if found.is_error] == ["V215"]  # type: ignore[attr-defined]


def test_a_place_beyond_its_file_gives_an_empty_span() -> None:
    case = Case("", "file", "", "")
    sources = checked(files_of(case)).sources  # type: ignore[attr-defined]
    assert span_of(Loc("a.pipeline", 9_999, 9_999, 10_000, 1), sources).text == ""


@pytest.mark.parametrize(
    ("declared", "codes"),
    [
        ('stage "agreed" { }', ["V101"]),
        ('stage 5agreed "Agreed" { }', ["V101", "V123"]),
        ("stage «agreed» { }", ["V101", "V112"]),
        ('stage agreed 5 "Agreed" { }', ["V101"]),
        ('stge agreed "Agreed" { }', ["V105"]),
    ],
)
def test_who_uses_a_name_whose_declaration_did_not_parse_is_not_to_blame(declared: str, codes: list[str]) -> None:
    text = f"""pipeline deals "Deals" {{
  field name "Name" text
  stage new "New" {{ move to agreed when name is set }}
  {declared}
  won  done "Done"
  lost gone "Gone" {{ reason silent "Silent" from agreed }}
}}
"""
    found = check_text("deals.pipeline", text, library()).diagnostics
    assert sorted({one.code.id for one in found}) == codes
