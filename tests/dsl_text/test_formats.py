"""Findings for other programs: SARIF 2.1.0 has what its schema requires, workflow commands keep their shape (U1)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voronka.dsl.text.codes import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic, Edit, Fix, Label
from voronka.dsl.text.github import github
from voronka.dsl.text.sarif import sarif
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

WRONG = Code("V999", "wrong", Severity.ERROR, "`{word}` is wrong", "`{word}` неверно", "think again", "подумайте ещё")
ODD = Code("V998", "odd-one", Severity.WARNING, "odd", "странно")
NOTED = Code("V997", "noted", Severity.NOTE, "noted", "отмечено")
FILE = Source("my folder/a.pipeline", 'pipeline p {\n  field "🙂" amount\n  check amont > 0\n}\n')
OTHER = Source("b.pipeline", "x\n")
GONE = Source("gone, or not: 50%.pipeline", "")


def at(part: str, source: Source = FILE) -> Span:
    start = source.text.index(part)
    return Span(source, start, start + len(part))


FOUND = [
    Diagnostic(
        WRONG,
        at("amont"),
        {"word": "amont"},
        labels=(Label(at("amount"), Both("it is here", "вот оно")),),
        notes=(Both("a note", "пояснение"),),
        fix=Fix(Both("write it", "написать"), (Edit(at("amont"), "amount"), Edit(at("x", OTHER), ""))),
    ),
    Diagnostic(ODD, at('field "🙂" amount\n  check')),
    Diagnostic(WRONG, at("amount"), {"word": "amount"}),
    Diagnostic(NOTED, Span(GONE, 0, 0)),
]


def valid(log: Any) -> None:
    """What the schema of SARIF 2.1.0 requires, or bounds, of every property that is written here."""
    assert log["version"] == "2.1.0"
    assert urlsplit(log["$schema"]).scheme == "https"
    assert isinstance(log["runs"], list)
    for run in log["runs"]:
        driver = run["tool"]["driver"]
        assert driver["name"]
        assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(set(ids)) == len(ids)
        for rule in driver["rules"]:
            assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
            assert all(rule[name]["text"] for name in ("shortDescription", "help"))
        for result in run["results"]:
            assert ids[result["ruleIndex"]] == result["ruleId"]
            assert result["level"] in ("none", "note", "warning", "error")
            assert result["message"]["text"]
            for location in (*result["locations"], *result.get("relatedLocations", [])):
                _place(location["physicalLocation"])
            numbers = [location["id"] for location in result.get("relatedLocations", [])]
            assert numbers == sorted(set(numbers))
            for fix in result.get("fixes", []):
                assert fix["artifactChanges"]
                for change in fix["artifactChanges"]:
                    _uri(change["artifactLocation"])
                    assert change["replacements"]
                    for replacement in change["replacements"]:
                        _region(replacement["deletedRegion"])
                        assert isinstance(replacement["insertedContent"]["text"], str)


def _place(place: Any) -> None:
    _uri(place["artifactLocation"])
    if "region" in place:
        _region(place["region"])


def _uri(location: Any) -> None:
    assert re.fullmatch(r"(?:file://)?[A-Za-z0-9._~/%-]+", location["uri"])
    assert not re.search(r"%(?![0-9A-F]{2})", location["uri"])


def _region(region: Any) -> None:
    begin, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
    assert (1, 1) <= begin <= end
    assert min(*begin, *end) >= 1


@pytest.mark.requirement("U1")
@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("found", [FOUND, FOUND[:1], []], ids=["all", "one", "none"])
def test_sarif_has_what_its_schema_requires(found: Sequence[Diagnostic], lang: str) -> None:
    log = sarif(found, lang, "1.2")
    valid(json.loads(json.dumps(log)))
    assert len(log["runs"][0]["results"]) == len(found)


def test_sarif_tells_everything() -> None:
    (run,) = sarif(FOUND, "ru", "1.2")["runs"]
    assert run["tool"]["driver"]["version"] == "1.2"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["V997", "V998", "V999"]
    first, odd, _, gone = run["results"]
    assert first["message"]["text"] == "`amont` неверно\nпояснение\nподумайте ещё"
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "my%20folder/a.pipeline"},
        "region": {"startLine": 3, "startColumn": 9, "endLine": 3, "endColumn": 14},
    }
    assert first["relatedLocations"][0]["physicalLocation"]["region"]["startColumn"] == 13  # code points: 🙂 is one
    assert [change["artifactLocation"]["uri"] for change in first["fixes"][0]["artifactChanges"]] == [
        "my%20folder/a.pipeline",
        "b.pipeline",
    ]
    assert (odd["level"], odd["locations"][0]["physicalLocation"]["region"]["endLine"]) == ("warning", 3)
    assert list(gone["locations"][0]["physicalLocation"]) == ["artifactLocation"]
    assert unquote(gone["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) == GONE.name


def test_sarif_of_an_absolute_path() -> None:
    source = Source(str(Path("/a b/c.pipeline")), "x")
    (run,) = sarif([Diagnostic(ODD, Span(source, 0, 1))])["runs"]
    assert (
        run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "file:///a%20b/c.pipeline"
    )


@pytest.mark.parametrize(
    ("found", "place", "message"),
    [
        (
            FOUND[0],
            "::error file=my folder/a.pipeline,line=3,col=9,endColumn=14,title=V999 wrong",
            "`amont` is wrong%0Aa note%0Athink again",
        ),
        (FOUND[1], "::warning file=my folder/a.pipeline,line=2,endLine=3,title=V998 odd-one", "odd"),
        (FOUND[3], "::notice file=gone%2C or not%3A 50%25.pipeline,title=V997 noted", "noted"),
    ],
)
def test_workflow_commands(found: Diagnostic, place: str, message: str) -> None:
    assert github(found) == f"{place}::{message}"


@given(st.text(max_size=40), st.text(min_size=1, max_size=40))
def test_nothing_breaks_out_of_a_workflow_command(word: str, name: str) -> None:
    line = github(Diagnostic(WRONG, Span(Source(name, "x"), 0, 1), {"word": word}))
    assert "\n" not in line
    assert "\r" not in line
    properties, _, message = line.removeprefix("::error ").partition("::")
    assert [part.partition("=")[0] for part in properties.split(",")] == ["file", "line", "col", "endColumn", "title"]
    assert _plain(message) == f"`{word}` is wrong\nthink again"
    assert _plain(properties.split(",")[0]) == f"file={name}"


def _plain(text: str) -> str:
    """As the runner reads it."""
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text
