"""Stages and reasons that were called otherwise stand under their present names, over any number of versions (U4)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.engine_host.office import programs
from tests.engine_reports.played import NOW, SHOP, play, scope
from voronka.engine.host.host import Host
from voronka.engine.reports.cumulative import cumulative
from voronka.engine.reports.funnel import funnel
from voronka.engine.reports.loss import loss
from voronka.engine.reports.scope import Scope
from voronka.engine.reports.table import Report
from voronka.engine.reports.time import time
from voronka.engine.store.store import Store
from voronka.engine.store.verify import verify


def called(stage: str, reason: str, was: tuple[str, str] | None = None) -> str:
    """The shop with other names for a stage and a reason, which may name those before."""
    text = re.sub(r"\boffered\b", stage, SHOP)
    text = re.sub(r"\blate_offer\b", reason, text)
    if was is not None:
        text = re.sub(rf'(stage {stage} "[^"]*" / "[^"]*")', rf"\1 was {was[0]}", text)
        text = re.sub(rf'(reason {reason} "[^"]*" / "[^"]*")', rf"\1 was {was[1]}", text)
    return text


FIRST = called("mailed", "slow")
SECOND = called("sent", "sluggish", ("mailed", "slow"))
THIRD = called("offered", "late_offer", ("sent", "sluggish"))


def renamed() -> Store:
    """A season under the first names; then the second and the third come into force."""
    store = play(5, text=FIRST)
    for text in (SECOND, THIRD):
        host = Host(store, programs(text), lambda: NOW)
        host.advance(NOW)
        while host.carry_on():
            pass
    return store


@pytest.mark.requirement("U4", "R2")
@pytest.mark.parametrize("make", [funnel, cumulative, time, loss])
def test_figures_stand_under_present_names(make: Callable[[Scope], Report]) -> None:
    plain, other = play(5), renamed()
    Host(plain, programs(SHOP), lambda: NOW).advance(NOW)
    stages = {stage for (stage,) in other.db.execute("SELECT DISTINCT stage FROM visits")}
    assert "mailed" in stages, "the log keeps what it was called"
    assert verify(other).ok
    assert make(scope(other, THIRD)).tables == make(scope(plain)).tables


def test_a_version_that_cannot_be_read_is_named() -> None:
    store = renamed()
    first = store.db.execute("SELECT hash FROM definitions WHERE id = 1").fetchone()[0]
    store.db.execute("UPDATE definitions SET package = x'00' WHERE id = 1")
    (note,) = [note.en for note in cumulative(scope(store, THIRD)).notes if "read any more" in note.en]
    assert first[:12] in note
