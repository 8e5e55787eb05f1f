"""The markers mean what they say: requirements are cited by numbers that exist, a missing component is seen."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

KNOWN = {f"R{n}" for n in range(1, 78)} | {f"U{n}" for n in range(1, 13)}


def bad_citations(source: str) -> list[str]:
    """What ``requirement(…)`` markers in ``source`` cite that is no known number, as ``line: argument``.

    Only literals are taken: what a script counts must be readable without running the tests.
    """
    bad = []
    for call in ast.walk(ast.parse(source)):
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="mark"), attr="requirement")):
                if not call.args:
                    bad.append(f"{call.lineno}: no number")
                bad += [
                    f"{arg.lineno}: {ast.unparse(arg)}"
                    for arg in [*call.args, *(keyword.value for keyword in call.keywords)]
                    if not (isinstance(arg, ast.Constant) and arg.value in KNOWN)
                ]
    return bad


@pytest.mark.parametrize(
    ("source", "bad"),
    [
        ("@pytest.mark.requirement('R1', 'R77', 'U12')\ndef test(): ...", []),
        ("@pytest.mark.requirement('R78')\ndef test(): ...", ["1: 'R78'"]),
        ("@pytest.mark.requirement('R0', 'U13')\ndef test(): ...", ["1: 'R0'", "1: 'U13'"]),
        ("x = pytest.param(1, marks=pytest.mark.requirement('31'))", ["1: '31'"]),
        ("@pytest.mark.requirement(NUMBER)\ndef test(): ...", ["1: NUMBER"]),
        ("@pytest.mark.requirement()\ndef test(): ...", ["1: no number"]),
    ],
)
def test_unknown_numbers_are_recognised(source: str, bad: list[str]) -> None:
    assert bad_citations(source) == bad


def test_every_cited_requirement_exists(root: Path, tracked: list[Path]) -> None:
    tests = [file for file in tracked if re.fullmatch(r"tests/.*\.py", file.as_posix())]
    found = {str(file): bad for file in tests if (bad := bad_citations((root / file).read_text(encoding="utf-8")))}
    assert found == {}


@pytest.mark.parametrize(("ci", "outcome"), [("", {"skipped": 1}), ("true", {"errors": 1})])
def test_a_missing_component_is_skipped_visibly_and_fails_in_ci(
    root: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: dict[str, int]
) -> None:
    monkeypatch.setenv("CI", ci)
    pytester.makeini("[pytest]\nmarkers = component(name)")
    pytester.makeconftest((root / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.component("no-such-program")
        def test_needs_it():
            pass
        """
    )
    result = pytester.runpytest_subprocess("-rs", "-p", "no:cacheprovider")
    result.assert_outcomes(**outcome)
    result.stdout.fnmatch_lines(["*no program 'no-such-program' on the PATH*"])
