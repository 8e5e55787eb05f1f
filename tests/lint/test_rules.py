"""Every rule on its cases: what fails, what passes, what is repaired (U2, issue 4 point 3)."""

from __future__ import annotations

import pytest

from tests.lint.cases import FOLDER, Case, every, own_rules, read
from voronka.dsl.format.format import format_source
from voronka.dsl.lint.pages import EXAMPLE, files, findings
from voronka.dsl.lint.profiles import PROFILES
from voronka.dsl.lint.registry import by_name, rules
from voronka.dsl.lint.rule import CATEGORIES, Rule
from voronka.dsl.lint.settings import SEVERITIES, settings
from voronka.dsl.text.source import Source
from voronka.stdlib.library import library

CASES = list(every())
PREFIXES = dict(zip(CATEGORIES, ("L1", "L2", "L3", "L4", "L5", "L6", "L7"), strict=True))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case(case: Case) -> None:
    if case.kind == "passes":
        assert [one.message() for one in case.findings()] == []
    elif case.kind == "fixed":
        assert case.repaired().strip("\n") == case.told["becomes"]
    else:
        assert {lang: case.said(lang) for lang in ("en", "ru")} == case.told
        assert case.told["en"]


@pytest.mark.parametrize("rule", own_rules(), ids=lambda rule: rule.name)
def test_every_rule_has_cases_of_both_kinds(rule: Rule) -> None:
    kinds = {case.kind for case in read(FOLDER / f"{rule.name.replace('-', '_')}.txt")}
    assert {"fails", "passes"} <= kinds


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_page_shows_the_finding_and_what_to_use_instead(rule: Rule) -> None:
    assert findings(rule, rule.page.example, library()), "the example must show the finding"
    assert not findings(rule, rule.page.instead, library()), "what is used instead must not"


@pytest.mark.parametrize("rule", own_rules(), ids=lambda rule: rule.name)
def test_a_page_is_in_the_one_style(rule: Rule) -> None:
    for text in (rule.page.example, rule.page.instead):
        shown = files(text)[EXAMPLE]
        assert format_source(Source(EXAMPLE, shown)).text == shown


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_is_where_its_name_and_category_say(rule: Rule) -> None:
    module = f"voronka.dsl.lint.rules.{rule.category}.{rule.name.replace('-', '_')}"
    assert rule.run.__module__ == module
    assert rule.code.id.startswith(PREFIXES[rule.category])
    both = (rule.page.what, rule.page.why)
    assert all(text.en and text.ru and text.en != text.ru for text in both)
    assert rule.code.en
    assert rule.code.ru != rule.code.en


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_speaks_of_rules_and_limits_that_exist(name: str) -> None:
    profile = PROFILES[name]
    assert set(profile.rules) <= set(by_name())
    assert set(profile.rules.values()) <= set(SEVERITIES)
    assert set(profile.limits) <= {limit for rule in rules() for limit in rule.limits}
    assert settings(name).profile == name
    assert profile.title.en != profile.title.ru


def test_no_two_rules_share_a_limit() -> None:
    limits = [limit for rule in rules() for limit in rule.limits]
    assert len(limits) == len(set(limits))


# Which rules see to it that a requirement is met; those about names have their own measure.
METHOD = {
    "R4": {"stage-count"},
    "R20": {"stage-of-minutes"},
    "R21": {"no-exit-criterion", "stage-without-meaning", "stages-alike"},
    "R22": {"unreached-moves-on", "letter-moves-on", "endless-attempts"},
    "R23": {"no-exit-criterion"},
    "R24": {"no-qualification"},
    "R38": {"no-badge-for-idle-deals"},
    "R39": {"stage-without-task", "no-badge-for-idle-deals"},
    "R41": {"nobody-is-missed"},
    "R42": {"stage-without-limit"},
    "R54": {"reasons-miss-a-stage"},
    "R55": {"no-loss-reasons", "catch-all-without-comment"},
    "R56": {"duplicate-reasons", "few-reasons"},
    "R57": {"reasons-without-stages", "reasons-miss-a-stage"},
    "R58": {"lost-and-forgotten"},
    "R59": {"lost-and-forgotten"},
    "R60": {"no-nps-on-success"},
    "R61": {"no-nps-on-success"},
    "R62": {"no-nps-on-success"},
    "R64": {"no-priority"},
    "R70": {"probability-missing", "probability-falls", "probability-unlike-observed"},
    "R71": {"stage-without-limit"},
}


@pytest.mark.requirement(
    "R4", "R20", "R21", "R22", "R23", "R24", "R38", "R39", "R41", "R42", "R54", "R55", "R56", "R57"
)
@pytest.mark.requirement("R58", "R59", "R60", "R61", "R62", "R64", "R70", "R71", "U2")
@pytest.mark.parametrize("number", METHOD)
def test_the_method_is_asked_for(number: str) -> None:
    citing = {rule.name for rule in rules() if number in rule.requirements}
    assert citing >= METHOD[number]
