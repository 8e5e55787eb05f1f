"""Every finding of names, types and modules, word for word (U1: what is wrong is known before anything runs)."""

from __future__ import annotations

import re

import pytest

from tests.dsl_check.golden import FOLDER, Case, read, run, shown
from voronka.dsl.text.codes import ALL, modules, names, types
from voronka.dsl.text.codes.base import Code

CASES = [
    pytest.param(case, id=f"{path.stem}: {case.name}") for path in sorted(FOLDER.glob("*.txt")) for case in read(path)
]


@pytest.mark.requirement("U1")
@pytest.mark.parametrize("case", CASES)
def test_finding_is_worded_and_placed(case: Case) -> None:
    assert shown(case) == case.found


@pytest.mark.parametrize("case", CASES)
def test_there_is_a_definition_only_without_errors(case: Case) -> None:
    checked = run(case)
    assert checked.ok is not any(found.is_error for found in checked.diagnostics)


def test_every_code_has_a_case() -> None:
    shown_codes = set(
        re.findall(r"(?m)^\S.* (V\d{3}) (?:error|warning): ", "\n".join(p.values[0].found for p in CASES))
    )
    families = (modules, names, types)
    wanted = {code.id for family in families for code in vars(family).values() if isinstance(code, Code)}
    wanted.discard(modules.NO_FILES.id)  # of folders: test_files
    assert wanted - shown_codes == set()
    assert shown_codes <= set(ALL)
