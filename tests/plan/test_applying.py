"""Applying plans: only what was looked at, every version kept, back without loss, on in batches (U4, issue 3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine_host.office import HOUR, Office, programs
from tests.plan.shop import SHOP, edited, shop
from voronka.engine.host.definitions import package
from voronka.engine.host.host import Host
from voronka.engine.host.versions import find, in_force, left, programs_from, stored, versions
from voronka.engine.plan.applying import apply, back_to
from voronka.engine.plan.plan import NOTHING, SAFE, UNSAFE, make
from voronka.engine.plan.settling import mode_of, running, settle
from voronka.engine.program.lineage import lineage
from voronka.engine.store import read

RENAMED = """\
-   stage waiting "Ждём" / "Waiting" { }
+   stage asked "Спросили" / "Asked" was waiting { }
"""
GONE = """\
-   stage waiting "Ждём" / "Waiting" { }
+
"""
GONE_TOO = """\
-   stage waiting "Ждём" / "Waiting" { }
+
-   field need   "Нужда" / "Need"     text
+
"""
TITLE = """\
-   stage waiting "Ждём" / "Waiting" { }
+   stage waiting "Ждём ответа" / "Waiting" { }
"""


@pytest.mark.requirement("U3")
def test_codes_say_what_a_plan_is() -> None:
    with shop() as office:
        codes = [make(office.store, programs(text), office.now).code for text in (SHOP, edited(TITLE), edited(GONE))]
    assert codes == [NOTHING, SAFE, UNSAFE]


@pytest.mark.requirement("U4")
def test_nothing_unsafe_happens_that_was_not_looked_at() -> None:
    with shop() as office:
        seen = make(office.store, programs(edited(GONE)), office.now)
        assert apply(office.host, programs(edited(GONE))).outcome == "unsafe"
        # the files went on since the plan was looked at
        assert apply(office.host, programs(edited(GONE_TOO)), seen.hash).outcome == "other"
        # so did the deals: one more class of loss, with the very same files
        both = make(office.store, programs(edited(GONE_TOO)), office.now)
        office.submit("move", {"stage": "offered"}, deal=5)
        office.submit("reopen", {"stage": "new"}, deal=6)
        office.submit("set", {"fields": {"need": None}}, deal=2)
        fewer = make(office.store, programs(edited(GONE_TOO)), office.now)
        office.submit("set", {"fields": {"need": "стул"}}, deal=2)
        refused = apply(office.host, programs(edited(GONE_TOO)), fewer.hash)
        assert refused.outcome == "unsafe"
        assert [case.kind for case in refused.refused] == ["field-gone"]
        assert in_force(office.store) == programs(SHOP).hash
        # a plan that showed more than there is now will do
        assert apply(office.host, programs(edited(GONE_TOO)), both.hash).outcome == "applied"
        assert apply(office.host, programs(edited(GONE_TOO))).outcome == "nothing"


@pytest.mark.requirement("U4")
def test_every_version_is_kept_and_goes_back_by_the_names_it_knew() -> None:
    with shop() as office:
        first = in_force(office.store)
        before = [office.deal(number).stage for number in range(1, 8)]
        apply(office.host, programs(edited(TITLE)))
        apply(office.host, programs(edited(RENAMED)))
        assert office.deal(5).stage == "asked"
        hashes = [version.hash for version in versions(office.store)]
        assert hashes == [first, programs(edited(TITLE)).hash, programs(edited(RENAMED)).hash]
        found = back_to(office.store, first[:8])
        assert found is not None
        target, back = found
        assert (target.hash, back) == (first, (hashes[1],))
        done = apply(office.host, stored(office.store, target.hash), back=back)
        assert done.outcome == "applied"
        assert [office.deal(number).stage for number in range(1, 8)] == before
        assert in_force(office.store) == first
        assert len(versions(office.store)) == 3


@pytest.mark.requirement("U4")
def test_going_back_is_refused_where_it_would_lose_data() -> None:
    added = """\
-   field due_on "Дата" / "Date"      date
+   field due_on "Дата" / "Date"      date
+   field extra  "Ещё" / "Extra"      text
"""
    with shop() as office:
        apply(office.host, programs(edited(added)))
        assert office.submit("set", {"fields": {"extra": "важно"}}, deal=1).status == "done"
        found = back_to(office.store)
        assert found is not None
        refused = apply(office.host, stored(office.store, found[0].hash), back=found[1])
        assert [(case.kind, case.name) for case in refused.refused] == [("field-gone", "extra")]
        assert office.deal(1).f["extra"] == "важно"


def test_a_version_is_made_again_from_the_store_alone() -> None:
    made = programs(SHOP)
    again = programs_from(package(made))
    assert again.hash == made.hash
    sales = (p.definition.pipelines["sales"] for p in (made, again))
    assert not lineage(*sales).touched
    with shop() as office:
        assert find(office.store, made.hash[:6]) == versions(office.store)[0]
        assert find(office.store, "") is None


@pytest.mark.requirement("U4")
@pytest.mark.parametrize("at_once", [0, 1, 3])
def test_deals_follow_in_batches_and_before_they_are_looked_at(at_once: int, tmp_path: Path) -> None:
    office = shop(tmp_path / "s.db")
    with office:
        new = programs(edited(RENAMED))
        done = office.host.adopt(new, at_once=at_once)
        assert len(done) <= at_once
        assert office.host.passage is not None
        assert office.submit("note", {"text": "!"}, deal=5).status == "done"
        assert [entry.event.kind for entry in read.history(office.store, 5)][-2:] == ["migrate", "note"]
        # the process ends in the midst; the next one goes on where it was
        other = Host(office.store, new, lambda: office.now)
        assert other.passage is not None
        while other.carry_on(2):
            pass
        assert other.passage is None
        assert office.store.db.execute("SELECT 1 FROM meta WHERE key = 'passage'").fetchone() is None
        kinds = [entry.event.kind for entry in read.history(office.store, 5)]
        assert kinds.count("migrate") == 1
        assert {office.store.db.execute("SELECT stage FROM deals WHERE id = 5").fetchone()[0]} == {"asked"}
        office.host = other
        office.wait(24 * HOUR)


@pytest.mark.requirement("U4")
def test_a_deal_that_is_looked_up_by_a_renamed_field_is_found_at_once() -> None:
    text = edited(
        """\
-   field phone  "Телефон" / "Phone"  phone
+   field tel    "Телефон" / "Phone" was phone phone
-   unique phone
+   unique tel
"""
    )
    with shop() as office:
        office.host.adopt(programs(text), at_once=0)
        assert office.host.passage is None
        refused = office.submit("create", {"fields": {"tel": "+7 999 000-00-02"}}, pipeline="sales")
        assert [unmet.kind for unmet in refused.unmet] == ["unique"]


@pytest.mark.requirement("U4")
def test_a_stranded_deal_waits_for_a_move_or_for_a_file_that_knows_it() -> None:
    with shop() as office:
        apply(office.host, programs(edited(GONE)), allow_unsafe=True)
        refused = office.submit("set", {"fields": {"need": "?"}}, deal=5)
        assert [(unmet.kind, unmet.args["why"]) for unmet in refused.unmet] == [("state", "stranded")]
        assert office.submit("note", {"text": "!"}, deal=5).status == "done"
        office.wait(24 * HOUR)
        apply(office.host, programs(edited(RENAMED)))
        assert office.deal(5).stage == "asked"
        assert "stranded" not in office.deal(5).flags
        apply(office.host, programs(edited(GONE)), allow_unsafe=True)
        assert office.submit("move", {"stage": "offered"}, deal=5).status == "done"
        assert office.deal(5).open_tasks


@pytest.mark.requirement("U11")
def test_what_runs_when_the_files_are_ahead() -> None:
    with shop() as office:

        def settled(edit: str, mode: str) -> tuple[bool, bool]:
            found = settle(office.store, programs(edited(edit)), mode, office.now)
            return found.programs.hash == programs(edited(edit)).hash, found.waiting is not None

        assert settled(RENAMED, "safe") == (True, False)
        assert settled(RENAMED, "plan") == (False, True)
        assert settled(GONE, "safe") == (False, True)
        assert running(office.store, programs(edited(GONE))).hash == in_force(office.store)


@pytest.mark.parametrize(
    ("given", "mode"),
    [({}, "safe"), ({"production": True}, "plan"), ({"production": True, "reload": "safe"}, "safe")],
)
def test_production_waits_for_apply(given: dict[str, object], mode: str) -> None:
    assert mode_of(given) == mode


def test_a_mode_that_is_none_is_said() -> None:
    with pytest.raises(ValueError, match="reload = 'often'"):
        mode_of({"reload": "often"})


def test_a_trial_writes_nothing() -> None:
    with shop() as office:
        before = office.store.db.total_changes
        for text in (edited(RENAMED), edited(GONE_TOO)):
            make(office.store, programs(text), office.now)
        assert office.store.db.total_changes == before


def test_the_office_is_a_shop(tmp_path: Path) -> None:
    """The deals that the other tests count on."""
    office: Office = shop(tmp_path / "s.db")
    with office:
        assert [office.deal(n).stage for n in range(1, 8)] == [
            "new", "new", "offered", "offered", "waiting", "gone", "paid_",
        ]  # fmt: skip


@pytest.mark.requirement("U4")
def test_what_was_rolled_back_from_does_not_come_back_by_itself() -> None:
    """The files still say it: a reload or a restart would undo the rollback in the night."""
    renamed = programs(edited(RENAMED))
    with shop() as office:
        first = in_force(office.store)
        assert apply(office.host, renamed).outcome == "applied"
        found = back_to(office.store)
        assert found is not None
        assert apply(office.host, stored(office.store, first), back=found[1]).outcome == "applied"
        waits = settle(office.store, renamed, "safe", office.now)
        assert waits.waiting is not None
        assert waits.programs.hash == first
        # another edit is taken over, and so is this one when somebody says so
        assert settle(office.store, programs(edited(TITLE)), "safe", office.now).waiting is None
        assert left(office.store) == {renamed.hash}
        assert apply(office.host, renamed).outcome == "applied"
        assert left(office.store) == frozenset()
