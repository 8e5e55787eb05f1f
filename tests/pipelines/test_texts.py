"""Mails and documents: each template is used, and reads as a client would want it to."""

from __future__ import annotations

import pytest

from tests.pipelines.ready import ROOT
from tests.pipelines.texts import GOLDEN, first_texts, written

# Digests are written for a person when they are delivered, a day's deals in one.
DIGESTS = {"tobiz_review", "std/discipline_overdue"}


@pytest.mark.requirement("R28", "R46", "R49", "R50")
def test_mails_and_documents_read_as_they_should() -> None:
    assert written() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.requirement("R46", "R50")
def test_no_template_is_idle() -> None:
    files = {path.stem for path in (ROOT / "pipelines" / "templates").iterdir()}
    files |= {f"std/{path.stem}" for path in (ROOT / "stdlib" / "templates").iterdir()}
    assert set(first_texts()) | DIGESTS == files
