"""The naming rules as a user meets them: one finding a stage, an edit of the title alone, two languages (U2)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from voronka.cli.app import cli
from voronka.dsl.lint.pages import findings
from voronka.dsl.lint.registry import by_name, rules
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.stdlib.library import library

NAMING = [rule.name for rule in rules() if rule.category == "naming"]
LOST = '  lost  refused "Отказ" { reason other "Другое" }\n'


def pipeline(*stages: str) -> str:
    return 'pipeline deals "Продажи" {\n' + "".join(f"  stage {stage}\n" for stage in stages) + LOST + "}\n"


def said(rule: str, *stages: str) -> list[Diagnostic]:
    return findings(by_name()[rule], pipeline(*stages), library())


def repaired(text: str, one: Diagnostic) -> str:
    assert one.fix is not None
    for edit in sorted(one.fix.edits, key=lambda edit: -edit.span.start):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text


@pytest.mark.requirement("R15", "R17", "R18", "R21")
@pytest.mark.parametrize(
    ("rule", "title"),
    [("swamp-name", "В работе"), ("action-as-stage", "Отправить КП"), ("name-not-done", "Переговоры")],
)
def test_a_stage_that_says_no_completed_action_is_told_of(rule: str, title: str) -> None:
    (one,) = said(rule, f'here "{title}"', 'sent "КП отправлено"')
    assert title in one.message("ru")
    assert title in one.message("en")


@pytest.mark.requirement("R16")
def test_two_styles_of_names_are_told_of_once() -> None:
    mixed = ['new "Заявка получена"', 'sent "КП отправлено"', 'signed "Договор подписан"', 'pay "Оплата"']
    assert len(said("mixed-names", *mixed)) == 1
    assert said("mixed-names", *mixed[:3]) == []


@pytest.mark.requirement("R19", "R21")
def test_stages_hard_to_tell_apart_are_told_of() -> None:
    assert len(said("names-alike", 'a "Уточнение информации"', 'b "Выяснение деталей"')) == 1
    assert said("names-alike", 'a "КП отправлено"', 'b "КП согласовано"') == []


@pytest.mark.requirement("R22")
def test_attempts_are_no_stage() -> None:
    assert len(said("attempt-as-stage", 'call "Недозвон 2"', 'sent "КП отправлено"')) == 1


def test_a_fix_is_unsafe_and_changes_titles_only() -> None:
    stages = ('send "Отправить КП" / "Send proposal" { means "Отправить КП" }', 'won_over "Клиент согласен"')
    (one,) = said("action-as-stage", *stages)
    assert one.fix is not None
    assert not one.fix.safe
    text = pipeline(*stages)
    wanted = text.replace('"Отправить КП" /', '"КП отправлено" /').replace('"Send proposal"', '"Proposal sent"')
    assert repaired(text, one) == wanted


def test_what_another_stage_is_called_is_not_proposed() -> None:
    (one,) = said("action-as-stage", 'send "Отправить КП"', 'sent "КП отправлено"')
    assert one.fix is None


def test_an_ended_stage_may_be_called_anything() -> None:
    text = pipeline('new "Заявка получена"').replace('"Отказ"', '"В работе"')
    assert findings(by_name()["swamp-name"], text, library()) == []


@pytest.mark.requirement("U2")
def test_the_commands_tell_repair_and_explain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "deals.pipeline"
    path.write_text(pipeline('send "Отправить договор"', 'new "Заявка получена"'), encoding="utf-8")
    ran = CliRunner().invoke(cli, ["lint", "deals.pipeline", "--json"])
    assert "action-as-stage" in {one["name"] for one in json.loads(ran.stdout)["findings"]}
    CliRunner().invoke(cli, ["lint", "deals.pipeline", "--fix"])
    assert "Отправить договор" in path.read_text(encoding="utf-8")
    CliRunner().invoke(cli, ["lint", "deals.pipeline", "--unsafe-fixes"])
    assert 'stage send "Договор отправлен"' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", NAMING)
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_rule_is_explained(rule: str, lang: str) -> None:
    ran = CliRunner().invoke(cli, ["explain", rule, "--lang", lang])
    assert ran.exit_code == 0
    assert by_name()[rule].page.what.in_(lang)[:20] in ran.output
