"""``voronka explain`` as it is called."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from voronka.dsl.lint import codes as of_lint
from voronka.dsl.lint.registry import rules
from voronka.dsl.text.codes import ALL

Voronka = Callable[..., Result]
PAGE = """\
V105 misspelt-keyword · error

  `‹word›` is not a word of the language; `‹keyword›` is

The word is one letter away from a word of the language. It is not corrected silently, because the
next reader would have to guess as well; the fix is one keystroke in an editor.

Example

  pipeline deals "Deals" {
    stge new "New" { }
    won  done "Done"
    lost gone "Gone"
  }

What is said of it

  error[V105 misspelt-keyword]: `stge` is not a word of the language; `stage` is
   --> deals.pipeline:2:3
    |
  2 |   stge new "New" { }
    |   ^^^^
    = fix: write `stage`

Use instead

  pipeline deals "Deals" {
    stage new "New" { }
    won  done "Done"
    lost gone "Gone"
  }
"""


@pytest.mark.requirement("U1")
@pytest.mark.parametrize("code", ["V105", "v105", "misspelt-keyword"])
def test_a_page_by_id_or_name(voronka: Voronka, code: str) -> None:
    ran = voronka("explain", code)
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, PAGE, "")


def test_in_russian(voronka: Voronka) -> None:
    out = voronka("explain", "V105", "--lang", "ru").stdout
    assert "ошибка[V105 misspelt-keyword]: слова `stge` в языке нет, есть `stage`" in out
    assert "Что об этом сказано" in out


def test_the_list_and_json(voronka: Voronka) -> None:
    listed = voronka("explain").stdout
    assert all(f"  {code.id}  {code.name}  (" in listed for code in ALL.values())
    every = [*ALL, *(rule.code.id for rule in rules()), *(code.id for code in of_lint.ALL)]
    assert sorted(one["code"] for one in json.loads(voronka("explain", "--json").stdout)) == sorted(every)
    one = json.loads(voronka("explain", "V501", "--json").stdout)
    assert list(one) == ["code", "name", "severity", "message", "help", "why", "example", "said", "instead"]
    assert one["said"].startswith("error[V501 stage-unreachable]: ")


@pytest.mark.parametrize(
    ("code", "lang", "said"),
    [
        ("unknwn-field", "en", "there is no code “unknwn-field”; did you mean unknown-field?"),
        ("V901x", "ru", "нет кода «V901x»"),
        ("nothing", "en", "`voronka explain` lists all of them"),
    ],
)
def test_an_unknown_code(voronka: Voronka, code: str, lang: str, said: str) -> None:
    ran = voronka("explain", code, "--lang", lang)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert said in ran.stderr
