"""What holds for every file: nothing but white space changes, twice is once, and lines are as long as they may be."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.generated import parses, spread, texts, tokens
from voronka.dsl.format.format import format_source
from voronka.dsl.format.lines import WIDTH, width
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.dump import dump
from voronka.dsl.syntax.lexer import lex
from voronka.dsl.syntax.parser import parse
from voronka.dsl.text.diagnostic import Diagnostics
from voronka.dsl.text.source import Source


def formatted(text: str) -> str:
    made = format_source(Source("p.pipeline", text)).text
    assert made is not None
    return made


def lexed(text: str) -> list[str]:
    found = lex(Source("p.pipeline", text), Diagnostics())
    return [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]


@settings(max_examples=80)
@given(texts())
def test_only_white_space_changes(text: str) -> None:
    assume(parses(text))
    made = formatted(text)
    before, after = parse(Source("p.pipeline", text)), parse(Source("p.pipeline", made))
    assert dump(after.file) == dump(before.file)
    assert [one.text for one in after.comments] == [one.text.rstrip() for one in before.comments]
    assert lexed(made) == lexed(text)


@settings(max_examples=80)
@given(texts())
def test_twice_is_once(text: str) -> None:
    assume(parses(text))
    made = formatted(text)
    assert formatted(made) == made


@settings(max_examples=80)
@given(st.integers(0, 2**32), st.integers(1, 200), st.integers(0, 2**32))
def test_comments_stay_between_the_same_tokens(seed: int, size: int, other: int) -> None:
    text = spread(tokens(seed, size), other)
    assume(parses(text))

    def places(text: str) -> list[tuple[int, str]]:
        found = lex(Source("p.pipeline", text), Diagnostics())
        return [(sum(start < at for start in found.starts), text[at:end].rstrip()) for at, end in found.comments]

    assert places(formatted(text)) == places(text)


@settings(max_examples=80)
@given(texts())
@example('pipeline p { check a else "' + "слово " * 30 + '" / "' + "word " * 30 + '" }')
def test_lines_are_short_and_clean(text: str) -> None:
    assume(parses(text))
    made = formatted(text)
    assert made == "" or made.endswith("\n")
    assert not made.startswith("\n")
    assert "\n\n\n" not in made
    assert "\r\n" not in made
    assert not made.endswith("\n\n")
    source = Source("p.pipeline", made)
    found = lex(source, Diagnostics())
    comments = {source.position(start)[0]: start for start, _ in found.comments}
    by_line: dict[int, list[tuple[int, int]]] = {}
    for start, end in zip(found.starts[:-1], found.ends[:-1], strict=True):
        by_line.setdefault(source.position(start)[0], []).append((start, end))
    for line, here in by_line.items():
        shown = source.line_text(line)
        code = made[source.offset(line, 1) : comments.get(line, here[-1][1])].rstrip()
        assert shown == shown.rstrip()
        gaps = [made[a:b] for (_, a), (b, _) in pairwise(here)]
        assert set("".join(gaps)) <= {" "}
        if width(code) > WIDTH and not code.lstrip().startswith("|"):
            follows = [made[start] for start, _ in here[1:]]
            assert all(not gap or char in "{}" for gap, char in zip(gaps, follows, strict=True)), code


def test_the_generator_makes_every_form() -> None:
    kinds: set[str] = set()
    for seed in range(400):
        result = parse(Source("p.pipeline", " ".join(tokens(seed, 1000))))
        if result.complete:
            kinds.update(type(node).__name__ for node in nodes.walk(result.file))
    known = {name for name, kind in vars(nodes).items() if isinstance(kind, type) and issubclass(kind, nodes.Node)}
    assert known - kinds == {"Node"}
