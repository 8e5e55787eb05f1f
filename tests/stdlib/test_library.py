"""What a workspace may lean on beside its own files."""

from __future__ import annotations

from datetime import tzinfo

import pytest

from voronka.dsl.check.library import LibraryProtocol
from voronka.stdlib.currencies import currencies_of, minor_digits
from voronka.stdlib.functions import FUNCTIONS
from voronka.stdlib.library import library

LIBRARY: LibraryProtocol = library()


@pytest.mark.requirement("R60", "R59")
@pytest.mark.parametrize("name", ["nps", "loss", "follow_up", "payment"])
def test_modules_are_found_by_name(name: str) -> None:
    source = LIBRARY.module(name)
    assert source is not None
    assert source.name == f"std/{name}.pipeline"
    assert f"module {name} " in source.text
    assert name in LIBRARY.modules


@pytest.mark.parametrize("name", ["", "nothing", "../pyproject", "nps.pipeline", "/etc/passwd", "functions", "NPS"])
def test_other_names_are_no_modules(name: str) -> None:
    assert LIBRARY.module(name) is None


@pytest.mark.requirement("R61")
def test_templates_are_found_without_their_suffix() -> None:
    source = LIBRARY.template("std/nps_question")
    assert source is not None
    assert source.name == "std/nps_question.txt"


@pytest.mark.parametrize("name", ["std/nothing", "std/../nps", "std/", "../../pyproject"])
def test_other_names_are_no_templates(name: str) -> None:
    assert LIBRARY.template(name) is None


@pytest.mark.requirement("R46", "R48")
@pytest.mark.parametrize(
    ("channel", "kind"),
    [("email", "email"), ("sms", "phone"), ("call", "phone"), ("telegram", "text"), ("webhook", "url")],
)
def test_channels_say_what_they_are_sent_to(channel: str, kind: str) -> None:
    assert LIBRARY.channels[channel].name == channel
    assert kind in LIBRARY.channels[channel].kinds


def test_functions_are_those_that_run() -> None:
    assert {name: spec.name for name, spec in LIBRARY.functions.items()} == {name: name for name in FUNCTIONS}


def test_countries_zones_and_cron_are_asked_of_those_who_know() -> None:
    assert LIBRARY.country("ru")
    assert not LIBRARY.country("atlantis")
    assert isinstance(LIBRARY.zone("Europe/Moscow"), tzinfo)
    assert LIBRARY.zone("Europe/Atlantis") is None
    assert "Europe/Moscow" in LIBRARY.zones_like("moscow")
    assert LIBRARY.cron("0 8 * * *") is None
    assert LIBRARY.cron("0 99 * * *") is not None


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("₽", {"RUB"}),
        ("Руб.", {"RUB"}),
        ("usd", {"USD"}),
        ("¥", {"JPY", "CNY"}),
        ("ABC", {"ABC"}),
        ("попугаев", set()),
        ("", set()),
    ],
)
def test_currencies_are_known_by_sign_word_and_code(written: str, codes: set[str]) -> None:
    assert currencies_of(written) == codes


@pytest.mark.parametrize(("code", "digits"), [("RUB", 2), ("JPY", 0), ("KWD", 3)])
def test_minor_units(code: str, digits: int) -> None:
    assert minor_digits(code) == digits
