"""What the one style looks like: cases/*.txt hold a text and, after a line of dashes, how it is laid out."""

from __future__ import annotations

from pathlib import Path

import pytest

from voronka.dsl.format.format import Unfaithful, difference, format_source, prove
from voronka.dsl.syntax.parser import parse
from voronka.dsl.text.source import Source

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASES = sorted((HERE / "cases").glob("*.txt"))
FILES = sorted(
    path for folder in ("pipelines", "stdlib", "tests/meaning") for path in (ROOT / folder).rglob("*.pipeline")
)


def formatted(text: str) -> str:
    made = format_source(Source("p.pipeline", text)).text
    assert made is not None
    return made


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases(path: Path) -> None:
    for case in path.read_text(encoding="utf-8").split("\n====\n"):
        given, expected = case.strip("\n").split("\n----\n")
        expected += "\n"
        assert formatted(given) == expected
        assert formatted(expected) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_our_own_files_are_in_the_one_style(path: Path) -> None:
    text = path.read_bytes().decode()
    assert formatted(text) == text, f"run `voronka fmt {path.relative_to(ROOT)}`"


def test_line_ends_bom_and_tabs() -> None:
    assert formatted("\ufeffuse\tstd.nps\r\n\r\n\r\n\tsegment  a # why \r\n") == "use std.nps\n\nsegment a      # why\n"


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", "# only a comment", "\n  # one\n\n\n# two  \n"])
def test_files_without_sentences(text: str) -> None:
    lines = [line.strip() for line in text.removeprefix("\ufeff").split("\n")]
    expected = "\n".join(lines).strip().replace("\n\n\n", "\n\n")
    assert formatted(text) == (expected + "\n" if expected else "")


def test_a_file_with_errors_is_not_formatted() -> None:
    made = format_source(Source("p.pipeline", "pipeline p { field }"))
    assert made.text is None
    assert [one.code.name for one in made.diagnostics] == ["missing-part"]


@pytest.mark.parametrize(
    ("given", "made", "fault"),
    [
        ("segment a # x", "segment a", "the comment `# x` is lost"),
        ("segment a", "segment a # x", "the comment `# x` was not there"),
        ("segment a # x", "segment a # y", "the comment `# x` is lost"),
        ("segment a", "segment b", "'a' became 'b'"),
        ("segment a segment b", "segment a", "2 sentences became 1 sentences"),
        ("team t { }", "segment t", "Team at 1:1 became Segment at 1:1"),
        ('segment a "x"', "segment a", "Text at 1:11 became None"),
        ("segment a", "segment", "the result does not parse"),
    ],
)
def test_what_differs_is_found(given: str, made: str, fault: str) -> None:
    assert difference(parse(Source("p", given)), parse(Source("p", made))).startswith(fault)


def test_a_layout_that_says_something_else_is_refused() -> None:
    with pytest.raises(Unfaithful, match="'a' became 'b'"):
        prove(parse(Source("p", "segment a")), "segment b")


def test_much_is_done_in_time_that_grows_with_it() -> None:
    """A long list, a long run of like sentences and deep blocks: each is linear, or this would not end."""
    names = ", ".join(f"name_{at}" for at in range(20_000))
    fields = "\n".join(f'  field f{at} "{"я" * (at % 20)}" text' for at in range(5_000))
    deep = "if a { " * 60 + "} " * 60
    made = formatted(f"pipeline p {{\n unique {names}\n{fields}\n stage s {{ {deep} }} }}")
    assert made.count("\n") > 7_000
