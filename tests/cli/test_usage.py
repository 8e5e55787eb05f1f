"""What click says of a command's words, in Russian where that is asked for (issue 4 point 1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Voronka

# words -> what is said of them after "Ошибка: "
SAID = {
    "test --zzzz": "нет ключа --zzzz",
    "test --coverag": "нет ключа --coverag; может быть, --coverage, --coverage-html, --coverage-min?",
    "test --junitxml x": "нет ключа --junitxml; может быть, --junit?",
    "test -z": "нет ключа -z",
    "chek": "нет команды «chek»; может быть, check?",
    "deal shw 1": "нет команды «shw»; может быть, show?",
    "deal show": "не хватает аргумента ID",
    "deal show 1 2 3": "лишнее: 2 3",
    "explain a b": "лишнее: b",
    "test --seed": "ключу --seed нужно значение",
    "test --coverage=3": "ключ --coverage пишется без значения",
    "test --seed x": "--seed: 'x' — не целое число",
    "test --coverage-min x": "--coverage-min: 'x' — не число",
    "test --jobs 0": "--jobs: 0 вне границ x>=1",
    "check --format xml": "--format: 'xml': возможно только 'text', 'json', 'sarif', 'github'",
}


@pytest.mark.parametrize(("words", "said"), list(SAID.items()), ids=list(SAID))
def test_wrong_words_are_told_in_russian(
    voronka: Voronka, words: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, *rest = words.split()
    told = [voronka(command, "--lang=ru", *rest)] if command in ("test", "check", "explain") else []
    monkeypatch.setenv("VORONKA_LANG", "ru")
    for ran in (*told, voronka(command, *rest)):
        assert (ran.exit_code, ran.stdout) == (2, "")
        assert ran.stderr.splitlines()[-1] == f"Ошибка: {said}"
        assert ran.stderr.startswith(("Вызов: ", "Ошибка: "))


def test_the_workspace_says_the_language(voronka: Voronka, tmp_path: Path) -> None:
    (tmp_path / "voronka.toml").write_text('language = "ru"\n')
    assert "нет ключа --foo" in voronka("test", "--foo").stderr
    assert "No such option" in voronka("test", "--lang", "en", "--foo").stderr


def test_a_broken_workspace_hides_no_wrong_word(voronka: Voronka, tmp_path: Path) -> None:
    (tmp_path / "voronka.toml").write_text("language = ")
    assert "нет ключа --foo" in voronka("test", "--lang", "ru", "--foo").stderr


@pytest.mark.parametrize("words", list(SAID))
def test_english_is_as_click_says_it(voronka: Voronka, words: str) -> None:
    ran = voronka(*words.split())
    assert ran.exit_code == 2
    assert not any("а" <= letter <= "я" for letter in ran.stderr)
    assert "Error: " in ran.stderr
