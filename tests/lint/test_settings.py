"""Which rules speak, how loudly, with which limits: defaults, profile, voronka.toml (issue 4 point 3)."""

from __future__ import annotations

from typing import Any

import pytest

from voronka.dsl.lint.registry import by_name, find
from voronka.dsl.lint.settings import Unusable, settings
from voronka.dsl.text.codes.base import Severity


def test_rules_are_found_by_code_and_by_name() -> None:
    assert find("l101") is find("Stage-Count") is by_name()["stage-count"]
    assert find("stage count") is None


@pytest.mark.parametrize(
    ("profile", "table", "rule", "weighs"),
    [
        ("", {}, "stage-without-meaning", Severity.WARNING),
        ("", {}, "no-priority", Severity.NOTE),
        ("", {}, "stage-without-guide", None),
        ("amocrm", {}, "stage-without-guide", Severity.WARNING),
        ("", {"profile": "amocrm"}, "stage-without-guide", Severity.WARNING),
        ("bluesales", {"profile": "amocrm"}, "stage-without-guide", None),
        ("amocrm", {"rules": {"stage-without-guide": "off"}}, "stage-without-guide", None),
        ("", {"rules": {"L102": "error"}}, "stage-without-meaning", Severity.ERROR),
        ("", {"rules": {"stage-without-guide": "note"}}, "stage-without-guide", Severity.NOTE),
    ],
)
def test_the_nearer_setting_wins(profile: str, table: dict[str, Any], rule: str, weighs: Severity | None) -> None:
    assert settings(profile, table).severity(by_name()[rule]) == weighs


@pytest.mark.parametrize(
    ("profile", "table", "limit", "value"),
    [
        ("", {}, "stages-at-most", 8),
        ("amocrm", {}, "stages-at-most", 9),
        ("bluesales", {}, "stages-at-most", 7),
        ("amocrm", {"limits": {"stages-at-most": 12}}, "stages-at-most", 12),
    ],
)
def test_limits_likewise(profile: str, table: dict[str, Any], limit: str, value: int) -> None:
    assert settings(profile, table).limits[limit] == value


@pytest.mark.parametrize(
    ("profile", "table", "en", "ru"),
    [
        (
            "amocmr",
            {},
            "there is no profile “amocmr”; did you mean amocrm?",
            "профиль: нет «amocmr»; может быть, amocrm?",
        ),
        ("", {"profil": "strict"}, "did you mean profile?", "может быть, profile?"),
        ("", {"rules": {"stage-cuont": "off"}}, "did you mean stage-count?", "может быть, stage-count?"),
        ("", {"rules": {"stage-count": "loud"}}, "'loud' is none of error, warning, note, off", "не из error, warning"),
        ("", {"rules": {"stage-count": True}}, "True is none of", "не из"),
        ("", {"rules": ["stage-count"]}, "[lint] rules must be a table", "[lint] rules: нужна таблица"),
        ("", {"limits": {"stages": 3}}, "there is no limit “stages”", "граница: нет «stages»"),
        ("", {"limits": {"stages-at-most": "9"}}, "must be a whole number", "нужно целое число"),
        ("", {"limits": {"stages-at-most": True}}, "must be a whole number", "нужно целое число"),
        ("", {"limits": {"stages-at-most": -1}}, "must be a whole number", "нужно целое число"),
    ],
)
def test_settings_that_cannot_be_meant(profile: str, table: dict[str, Any], en: str, ru: str) -> None:
    with pytest.raises(Unusable) as fault:
        settings(profile, table)
    assert en in fault.value.why.en
    assert ru in fault.value.why.ru
