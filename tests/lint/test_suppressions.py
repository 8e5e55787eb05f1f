"""Comments that allow a finding: what they cover, and what is said of those that cover nothing (issue 4 point 3)."""

from __future__ import annotations

import pytest

from voronka.dsl.check import check_text
from voronka.dsl.lint.run import Linted, lint
from voronka.dsl.lint.settings import Settings
from voronka.dsl.text.codes.base import Severity
from voronka.dsl.text.source import Source
from voronka.stdlib.library import library

# what the text below is asked for
ASKED = ("stage-without-meaning", "overdue-without-consequence", "few-reasons", "stage-without-limit")
TEXT = """\
{top}
pipeline deals "Продажи" {{
  {stage}
  stage new "Новая" {{{behind}
    {inside}
    task call "Позвонить" {{ assign owner  due 1 workday after entry }}
    limit 3 days
  }}
  lost refused "Отказ" {{ reason price "Дорого" }}  {last}
}}
"""
EVERYTHING = {"L102 stage-without-meaning", "L303 overdue-without-consequence", "L404 few-reasons"}


def linted(text: str, asked: tuple[str, ...] = ASKED) -> Linted:
    from voronka.dsl.lint.registry import by_name

    checked = check_text("a.pipeline", text, library())
    assert checked.definition is not None
    speaking = {name: Severity.WARNING if name in asked else None for name in by_name()}
    return lint(checked, library(), Settings(severities=speaking))


def said(asked: tuple[str, ...] = ASKED, **comments: str) -> set[str]:
    places = {"top": "", "stage": "", "behind": "", "inside": "", "last": ""}
    return {str(one.code) for one in linted(TEXT.format(**{**places, **comments}), asked).findings}


def test_without_a_comment_everything_is_said() -> None:
    assert said() == EVERYTHING


@pytest.mark.parametrize(
    ("where", "comment", "gone"),
    [
        ("stage", '# voronka: allow stage-without-meaning "clear"', {"L102 stage-without-meaning"}),
        ("behind", '  # voronka: allow stage-without-meaning "clear"', {"L102 stage-without-meaning"}),
        ("stage", '# voronka: allow L102 "by its code"', {"L102 stage-without-meaning"}),
        # a sentence is covered with its block
        ("stage", '# voronka: allow overdue-without-consequence "trial"', {"L303 overdue-without-consequence"}),
        ("inside", '# voronka: allow overdue-without-consequence "trial"', {"L303 overdue-without-consequence"}),
        (
            "top",
            '# voronka: allow overdue-without-consequence, few-reasons "trial"',
            EVERYTHING - {"L102 stage-without-meaning"},
        ),
        ("top", '#voronka:allow stage-without-meaning "no spaces needed"', {"L102 stage-without-meaning"}),
        ("last", '# voronka: allow few-reasons "new shop"', {"L404 few-reasons"}),
        # other comments stand between, and words behind a comment mark are no order
        (
            "stage",
            '# voronka: allow stage-without-meaning "clear"\n  # the first one\n',
            {"L102 stage-without-meaning"},
        ),
        ("top", "# see voronka: allow stage-without-meaning", set()),
    ],
)
def test_what_a_comment_covers(where: str, comment: str, gone: set[str]) -> None:
    assert said(**{where: comment}) == EVERYTHING - gone


@pytest.mark.parametrize(
    ("where", "comment", "more"),
    [
        ("inside", '# voronka: allow stage-without-meaning "stands behind what it means"', {"L001 unused-suppression"}),
        ("stage", '# voronka: allow stage-without-limit "it has one by now"', {"L001 unused-suppression"}),
        ("last", '# voronka: allow stage-without-meaning "the wrong line"', {"L001 unused-suppression"}),
        ("top", '# voronka: allow stage-without-maening "misspelt"', {"L003 unknown-rule"}),
        ("top", "# voronka: alow few-reasons", {"L004 malformed-suppression"}),
        ("top", '# voronka: allow "few-reasons"', {"L004 malformed-suppression"}),
    ],
)
def test_what_is_said_of_a_comment_that_covers_nothing(where: str, comment: str, more: set[str]) -> None:
    assert said(**{where: comment}) == EVERYTHING | more


def test_the_reason_is_asked_for_and_the_finding_allowed_all_the_same() -> None:
    left = said(stage="# voronka: allow stage-without-meaning")
    assert left == EVERYTHING - {"L102 stage-without-meaning"} | {"L002 suppression-without-reason"}
    assert said(stage='# voronka: allow stage-without-meaning " "') == left


def test_a_rule_that_is_off_makes_no_suppression_unused() -> None:
    asked = ("few-reasons",)
    assert said(asked, stage='# voronka: allow stage-without-meaning "clear"') == {"L404 few-reasons"}


def test_the_nearest_comment_answers_so_that_the_wider_one_is_unused() -> None:
    allow = '# voronka: allow stage-without-meaning "clear"'
    assert said(top=allow, stage=allow) == EVERYTHING - {"L102 stage-without-meaning"} | {"L001 unused-suppression"}


def test_how_many_are_silenced() -> None:
    text = TEXT.format(top='# voronka: allow few-reasons, L102 "trial"', stage="", behind="", inside="", last="")
    assert linted(text).silenced == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('a\n# voronka: allow few-reasons "x"\nb\n', "a\nb\n"),
        ('a  # voronka: allow few-reasons "x"\nb\n', "a\nb\n"),
        ('# voronka: allow few-reasons "x"', ""),
    ],
)
def test_the_fix_takes_the_comment_and_its_line(before: str, after: str) -> None:
    from voronka.dsl.lint.edits import deleted
    from voronka.dsl.lint.fix import edited
    from voronka.dsl.text.span import Span

    source = Source("a", before)
    start = before.index("#")
    end = before.find("\n", start)
    span = Span(source, start, end if end >= 0 else len(before))
    assert edited(before, [deleted(span)]) == after


def test_of_several_names_the_unused_one_is_taken_out() -> None:
    comment = '# voronka: allow stage-without-limit, stage-without-meaning "clear"'
    found = linted(TEXT.format(top="", stage=comment, behind="", inside="", last="")).findings
    (unused,) = (one for one in found if one.code.id == "L001")
    assert unused.fix is not None
    assert unused.fix.safe
    assert [edit.replacement for edit in unused.fix.edits] == ['# voronka: allow stage-without-meaning "clear"']
