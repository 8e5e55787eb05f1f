"""Values, comments, spans, bounds, and texts of any kind."""

from __future__ import annotations

import sys
import threading
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voronka.dsl.syntax import nodes as n
from voronka.dsl.syntax.dump import dump
from voronka.dsl.syntax.lexer import MAX_ERRORS, lex
from voronka.dsl.syntax.parser import ParseResult, parse
from voronka.dsl.text.diagnostic import Diagnostics
from voronka.dsl.text.source import Source

SALES = """\
# Two stages and a test.
language ru, en
pipeline sales "Продажи" / "Sales" was selling {
  role manager "Менеджер" reports to head     # who sells
  owner is manager by round robin
  field amount "Сумма" money = 0 RUB
  field kind choice { new "Новый"  old "Старый" was former } = new when amount > 5 RUB
  check amount >= 0 RUB and (kind is new or not kind is in (new, old)) else "Нет"
  event paid by amount { amount money }
  every task { on overdue { notify owner  after 4 workhours { notify head } } }
  stage asked "Запрос" {
    require amount when kind is old
    task call "Позвонить" {
      assign owner
      due 3 days before 2026-12-25 at 10:00
      outcome no { again in 2 hours at most 5 times else { lose as silent } }
    }
    wait 5 workdays for event paid { move to won_ } else { if amount is set { clear amount } else { run a.b } }
    move to won_ when task call is done and all of goods are sent
  }
  won won_ { tunnel to care { copy amount as sum, kind  start at first } }
  lost gone { reason silent "Пропал" { return to asked 90 days after closing } }
}
scenario "Оплата" {
  examples { | a | b |
             | 1 | 2 | }
  deal sales { amount = 5_000.50 RUB }
  expect blocked only by require amount, "Нет"
}
"""


def parsed(text: str) -> ParseResult:
    return parse(Source("p.pipeline", text))


def expression(text: str) -> n.Node:
    result = parsed(f'pipeline p {{ check {text} else "x" }}')
    assert [found.message() for found in result.diagnostics] == []
    return next(node for node in n.walk(result.file) if isinstance(node, n.Check)).condition


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("5", n.NumberLit, (Decimal(5),)),
        ("50_000.25", n.NumberLit, (Decimal("50000.25"),)),
        ("5 ₽", n.MoneyLit, (Decimal(5), "RUB")),
        ("5$", n.MoneyLit, (Decimal(5), "USD")),
        ("5 CHF", n.MoneyLit, (Decimal(5), "CHF")),
        ("15%", n.PercentLit, (Decimal(15),)),
        ("1 minute", n.DurationLit, (Decimal(1), "min")),
        ("3 workdays", n.DurationLit, (Decimal(3), "workday")),
        ("0.5 years", n.DurationLit, (Decimal("0.5"), "year")),
        ("2026-12-25", n.DateLit, (date(2026, 12, 25),)),
        ("09:05", n.TimeLit, (time(9, 5),)),
        ("2026-12-25 09:05", n.DateTimeLit, (datetime(2026, 12, 25, 9, 5),)),
        (r'"a\"\\\n\t{{ b }}"', n.StringLit, ('a"\\\n\t{{ b }}',)),
        ('""', n.StringLit, ("",)),
    ],
)
def test_values(text: str, kind: type[n.Node], values: tuple[object, ...]) -> None:
    node = expression(text)
    assert type(node) is kind
    assert tuple(getattr(node, name) for name in n.field_names(kind)) == values
    assert node.span.text == text


@pytest.mark.parametrize(
    ("text", "code", "stand_in"),
    [
        ("2026-02-31", "no-such-date", date(2026, 2, 28)),
        ("2024-02-30", "no-such-date", date(2024, 2, 29)),
        ("2026-13-01", "no-such-date", date(2026, 12, 31)),
        ("0000-00-00", "no-such-date", date(1, 1, 31)),
        ("25.12.2026", "date-format", date(2026, 12, 25)),
        ("31.02.2026", "no-such-date", date(2026, 2, 28)),
        ("24:00", "no-such-time", time()),
        ("9:5", "time-format", time(9, 5)),
        ("1" * 31, "long-number", Decimal(0)),
        ("1e400", "bad-number", Decimal(0)),
    ],
)
def test_a_bad_value_is_told_at_its_place_and_parsing_goes_on(text: str, code: str, stand_in: object) -> None:
    result = parsed(f'pipeline p {{ check {text} else "x" unique a }}')
    first = result.diagnostics[0]
    assert (first.code.name, first.span.text) == (code, text)
    check = next(node for node in n.walk(result.file) if isinstance(node, n.Check)).condition
    assert isinstance(check, n.DateLit | n.TimeLit | n.NumberLit)
    assert check.value == stand_in
    assert any(isinstance(node, n.Unique) for node in n.walk(result.file))


def test_thirty_digits_are_read() -> None:
    assert dump(expression("1" * 30)) == "1" * 30


def test_comments_are_kept_in_order() -> None:
    found = [(comment.text, comment.span.line) for comment in parsed(SALES).comments]
    assert found == [("# Two stages and a test.", 1), ("# who sells", 4)]
    crlf = parsed(SALES.replace("\n", "\r\n"))
    assert [comment.text for comment in crlf.comments] == [text for text, _ in found]


def test_comments_may_stand_between_the_words_of_one_token() -> None:
    text = "pipeline p { owner is a by %s %s check %s %s b are c else %s }"
    plain = parsed(text % ("round", "robin", "any", "of", '"x"'))
    assert plain.complete
    noted = parsed(text % ("round# why\n", "# of a\nrobin", "any#\n", "#b\nof", '"x"'))
    assert dump(noted.file) == dump(plain.file)


def test_line_ends_bom_and_white_space_do_not_matter() -> None:
    plain = dump(parsed(SALES).file)
    assert parsed(SALES).complete
    assert dump(parsed(SALES.replace("\n", "\r\n")).file) == plain
    assert dump(parsed("\ufeff" + SALES).file) == plain
    assert dump(parsed(SALES.replace(" ", " \t\n")).file) == plain
    assert dump(parsed(SALES.replace("  ", "\u00a0 ")).file) == plain


def test_an_empty_file_is_an_empty_tree() -> None:
    for text in ("", "\n", "# nothing\n", "\ufeff"):
        result = parsed(text)
        assert result.file.body == ()
        assert result.complete


def test_every_span_lies_in_its_parent_and_reads_as_it_was_written() -> None:
    result = parsed(SALES)
    for node in n.walk(result.file):
        assert node.span.source is result.file.span.source
        for child in n.children(node):
            assert node.span.start <= child.span.start <= child.span.end <= node.span.end
        if isinstance(node, n.Ident | n.Path):
            assert node.span.text == node.name
    stages = [node for node in n.walk(result.file) if isinstance(node, n.Stage)]
    assert [stage.span.text.split()[0] for stage in stages] == ["stage", "won", "lost"]
    assert all(stage.span.text.endswith("}") for stage in stages)


def test_walk_goes_parents_first_in_file_order() -> None:
    starts = [node.span.start for node in n.walk(parsed(SALES).file) if isinstance(node, n.Stage | n.Task | n.Field)]
    assert starts == sorted(starts)


# Bounds


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pipeline p { stage s { " + "if a { " * 1000 + "} " * 1000 + "} }", "nested-too-deep"),
        ("pipeline p { check " + "(" * 1000 + "a" + ")" * 1000 + ' else "x" }', "nested-too-deep"),
        ("pipeline p { check " + "not " * 1000 + 'a else "x" }', "nested-too-deep"),
        ("pipeline p { check " + "-" * 1000 + '1 else "x" }', "nested-too-deep"),
        ("pipeline p { stage s { " + "if a { } else " * 1000 + "if b { } } }", "nested-too-deep"),
        ("pipeline p { check " + "not " * 150 + 'a else "x" }', "expression-too-long"),
        ("pipeline p { check " + "a or " * 1000 + 'a else "x" }', "expression-too-long"),
        ("pipeline p { check " + "1+" * 1000 + '1 else "x" }', "expression-too-long"),
        ("@ " * 1000, "too-many-errors"),
        ("pipeline p {\n" + "  unique a b\n" * 1000 + "}", "too-many-errors"),
        ("stage " * 5000, "not-understood"),
        ("}" * 5000, "too-many-errors"),
    ],
    ids=lambda value: value[:24] if len(value) > 40 else value,
)
def test_what_is_too_much_is_told_once(text: str, code: str) -> None:
    found = [one.code.name for one in parsed(text).diagnostics]
    assert found.count(code) == 1
    assert len(found) <= MAX_ERRORS + 2


@pytest.mark.parametrize(
    "text",
    [
        "pipeline p { stage s { " + "if a { " * 60 + "} " * 60 + "} }",
        "pipeline p { check " + "(" * 60 + "a" + ")" * 60 + ' else "x" }',
        "pipeline p { check " + "a or " * 97 + 'a else "x" }',
        "pipeline p { stage s { " + "if a { } else " * 100 + "if b { } } }",
        "pipeline p { check a is in (" + "b, " * 5000 + 'b) else "x" }',
        "pipeline p { " + "unique a " * 5000 + "}",
    ],
    ids=lambda value: value[:40],
)
def test_what_is_much_is_read_and_shown(text: str) -> None:
    result = parsed(text)
    assert result.complete
    assert dump(result.file).startswith("(File")


# Anything at all

WORDS = sorted(
    {SALES[a:b] for a, b in zip(*(lambda t: (t.starts, t.ends))(lex(Source("", SALES), Diagnostics())), strict=True)}
)
NASTY = st.text(alphabet="{}()\"«»' \n\t,.=|<>-+*/%#aЯé1٣\\;:@\x00\u200b\ud7ff🙂&!₽", max_size=120)


def holds(text: str) -> None:
    """Whatever a text is: no exception, spans inside of it, messages in both languages, no tree without a reason."""
    result = parsed(text)
    for found in result.diagnostics:
        assert 0 <= found.span.start <= found.span.end <= len(text)
        for lang in ("en", "ru"):
            assert found.message(lang)
            found.help(lang)
        for label in found.labels:
            assert 0 <= label.span.start <= label.span.end <= len(text)
    for node in n.walk(result.file):
        assert 0 <= node.span.start <= node.span.end <= len(text)
    dump(result.file)
    assert result.complete == (not result.diagnostics)


@given(st.text(max_size=200) | NASTY)
def test_any_text(text: str) -> None:
    holds(text)


@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_any_words(words: list[str]) -> None:
    holds(" ".join(words))


@given(
    st.lists(st.tuples(st.integers(0, len(SALES)), st.integers(0, 30), st.sampled_from(["", " ", *WORDS])), max_size=6)
)
def test_any_damage_to_a_good_file(damage: list[tuple[int, int, str]]) -> None:
    text = SALES
    for start, length, instead in damage:
        text = text[:start] + instead + text[start + length :]
    holds(text)


@given(st.integers(0, len(SALES)))
def test_a_file_that_is_cut_off(at: int) -> None:
    """What an editor shows while a file is typed."""
    holds(SALES[:at])


def test_threads_do_not_meet() -> None:
    texts = [SALES.replace("sales", f"sales{i}") + ("stge" if i % 2 else "") for i in range(8)]
    alone = [dump(parsed(text).file) for text in texts]
    together: dict[int, list[str]] = {}

    def work(i: int) -> None:
        together[i] = [dump(parsed(texts[i]).file) for _ in range(5)]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == {i: [alone[i]] * 5 for i in range(8)}


def test_parsing_needs_no_lark() -> None:
    """The command line starts at once: the tables are read, not made."""
    import subprocess

    code = (
        "import sys; from voronka.dsl.syntax.parser import parse; from voronka.dsl.text.source import Source; "
        "parse(Source('a', 'pipeline p { unique a }')); print('lark' in sys.modules, 'rich' in sys.modules)"
    )
    path = str(Path(n.__file__).parents[3].parent)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": path}
    )
    assert done.stdout.split() == ["False", "False"]


def test_a_unit_before_a_sign_of_equality_is_a_unit_in_a_booking_and_a_name_elsewhere() -> None:
    whole = 'record r {\n  field hall "H" hall of halls from begins for 3 hours = 0\n}\n'
    assert parse(Source("a.pipeline", whole)).diagnostics == ()
    named = "pipeline p {\n  include m { price = 5  days = 3 }\n}\n"
    assert parse(Source("a.pipeline", named)).diagnostics == ()
