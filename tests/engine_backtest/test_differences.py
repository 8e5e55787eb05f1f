"""What an edit would have done: gates, tasks, mails, deadlines, losses, each laid to a line of the edited file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine_backtest.played import SHIPPED, backtest, play, shipped
from tests.engine_host.office import DAY, HOUR, Office, programs
from tests.plan.shop import SHOP, edited
from voronka.engine.backtest.differ import Result
from voronka.engine.backtest.record import Choice
from voronka.engine.backtest.run import run
from voronka.engine.backtest.tally import Tally
from voronka.engine.backtest.words import BacktestWords, data_of
from voronka.engine.plan.applying import apply
from voronka.engine.plan.words import text as plain


def lived(office: Office) -> None:
    """Three deals: one goes all the way, one is silent, one is lost by hand."""
    office.create(phone="+79991234501", need="каталог")
    office.create(phone="+79991234502")
    office.create(phone="+79991234503")
    office.wait(DAY)
    assert office.submit("done", {"task": "call", "outcome": "reached"}, deal=1).status == "done"  # pends: no amount
    office.wait(HOUR)
    assert office.submit("set", {"fields": {"amount": 70}}, deal=1).status == "done"
    assert office.deal(1).stage == "offered"
    office.wait(DAY)
    assert office.submit("move", {"stage": "waiting"}, deal=1).status == "done"
    assert office.submit("move", {"stage": "paid_"}, deal=1).status == "done"
    assert office.submit("lose", {"reason": "other", "comment": "нет"}, deal=3).status == "done"
    office.wait(40 * DAY)
    assert office.deal(2).reason == "silent"


def replayed(edits: str, act: object = lived) -> tuple[Tally, dict[int, Result], BacktestWords]:
    """The shop's history under an edited text."""
    with Office(text=SHOP) as office:
        act(office)  # type: ignore[operator]
        new = programs(edited(edits))
        each: dict[int, Result] = {}
        tally = run(
            office.store, office.programs, new, Choice(), jobs=1, detail=lambda one: each.__setitem__(one.deal, one)
        )
        assert tally.reproduced == tally.deals
        return tally, each, BacktestWords(tally, new, office.programs, "en")


def test_a_gate_that_keeps_a_move_leaves_the_deal_there_and_later_events_meet_that() -> None:
    tally, each, words = replayed(
        """\
-   stage waiting "Ждём" / "Waiting" { }
+   stage waiting "Ждём" / "Waiting" { require heat }
-   won paid_ "Оплачено" / "Paid" { }
+   won paid_ "Оплачено" / "Paid" { require heat }
"""
    )
    (block,) = each[1].blocked
    assert (block.kind, block.target, [(u.kind, u.name) for u in block.unmet]) == (
        "move",
        "waiting",
        [("require", "heat")],
    )
    assert each[1].status == "diverged"
    assert each[1].later == 1  # the win, refused in another state; it is no block of its own
    assert each[1].ends == (("won", "paid_", ""), ("open", "offered", ""))
    assert each[2].status == each[3].status == "same"
    printed = plain(words.lines())
    line = next(n for n, row in enumerate(programs_text("waiting"), 1) if "stage waiting" in row)
    assert f"office.pipeline:{line}" in printed
    assert "move → “Waiting”" in printed
    assert tally.status == {"same": 2, "diverged": 1}


def programs_text(_: str) -> list[str]:
    return SHOP.splitlines()


def test_a_move_by_rule_that_a_gate_keeps_is_laid_to_that_gate() -> None:
    _, each, words = replayed(
        """\
-     require amount
+     require amount, heat
"""
    )
    (block,) = each[1].blocked
    assert (block.kind, block.target, block.rule) == ("rule", "offered", "new/#1")
    assert [(u.kind, u.name) for u in block.unmet] == [("require", "heat")]  # what was unmet at last, not at first
    assert each[1].status == "differs"  # the later moves, by hand, go through from where it stands
    assert "field “Heat” is required" in plain(words.lines())


def test_tasks_mails_and_deadlines() -> None:
    tally, each, words = replayed(
        """\
-     task call "Позвонить" / "Call" { due 2 days after entry  outcome reached "Дозвонились" / "Reached" }
+     task call "Позвонить" / "Call" { due 1 day after entry  outcome reached "Дозвонились" / "Reached" }
-     robot nudge "Толкнуть" / "Nudge" { due 5 days after entry  notify owner "Пора" / "Time" }
+     task write "Написать" / "Write" { due 3 days after entry }
"""
    )
    assert tally.status == {"differs": 3}
    assert tally.tasks["sales", "new/write"].more.n == 3
    assert {key[1:]: change.fewer.n for key, change in tally.sent.items()} == {("notify", "new/nudge/#1", ""): 1}
    shift = tally.shifts["sales", "new/call"]
    assert (shift.by, shift.deals.deals) == ({-1440: 3}, 3)
    assert each[2].sent == {("notify", "new/nudge/#1", ""): (0, 1)}
    assert "−1 day" in plain(words.lines())
    assert each[1].blocked == ()


def test_lost_by_rule_saved_and_lost_earlier() -> None:
    tally, each, _ = replayed(
        """\
-     lose as silent 30 days after entry
+     lose as other 12 hours after entry when need is set
"""
    )
    assert [(key[1], count.examples) for key, count in tally.lost.items()] == [("other", [1])]
    assert [(key[1], count.examples) for key, count in tally.saved.items()] == [("silent", [2])]
    assert each[1].status == "diverged"  # it was answered and moved when it was lost already
    earlier, each, _ = replayed(
        """\
-     lose as silent 30 days after entry
+     lose as silent 20 days after entry
"""
    )
    assert earlier.timing["sales", "new/#2", "silent"].by == {-10 * 1440: 1}
    assert (earlier.lost, earlier.saved) == ({}, {})
    assert each[2].status == "differs"


@pytest.mark.requirement("U4")
def test_new_names_are_no_difference() -> None:
    tally, _, _ = replayed(
        """\
-   field need   "Нужда" / "Need"     text
+   field wish   "Нужда" / "Need" was need text
-     task call "Позвонить" / "Call" { due 2 days after entry  outcome reached "Дозвонились" / "Reached" }
-     move to offered when task call is reached
+     task tell "Позвонить" / "Call" was call { due 2 days after entry  outcome got "Да" / "Yes" was reached }
+     move to offered when task tell is got
-   stage waiting "Ждём" / "Waiting" { }
+   stage asked "Ждём" / "Waiting" was waiting { }
"""
    )
    assert tally.status == {"same": 3}


def test_a_task_is_found_by_its_declaration_and_not_by_its_number() -> None:
    def act(office: Office) -> None:
        office.create(phone="+79991234501")
        assert office.submit("done", {"task": 1, "outcome": "reached"}, deal=1).status == "done"

    tally, each, _ = replayed(
        """\
-     task call "Позвонить" / "Call" { due 2 days after entry  outcome reached "Дозвонились" / "Reached" }
+     task first "Прочесть" / "Read" { due 1 hour after entry }
+     task call "Позвонить" / "Call" { due 2 days after entry  outcome reached "Дозвонились" / "Reached" }
""",
        act,
    )
    assert each[1].blocked == ()
    assert each[1].tasks == {"new/first": (1, 0)}
    assert tally.later == 0


def test_deals_of_earlier_versions_are_told_apart() -> None:
    with Office(text=SHOP) as office:
        office.create(phone="+79991234501")
        new = programs(
            edited('-   stage waiting "Ждём" / "Waiting" { }\n+   stage asked "Ждём" / "Waiting" was waiting { }\n')
        )
        apply(office.host, new)
        office.programs = new
        office.create(phone="+79991234502")
        office.wait(3 * DAY)
        tally = backtest(office.store, new, new)
        assert (tally.older.examples, tally.reproduced) == ([1], 1)
        assert tally.status == {"same": 2}


def test_nothing_personal_is_said() -> None:
    _, each, words = replayed(
        """\
-   unique phone
+   unique phone
+   check phone is not set else "Без телефона" / "No phone"
"""
    )
    said = plain(words.lines(True)) + "".join(plain(words.deal(one)) + repr(data_of(one)) for one in each.values())
    assert "999123450" not in said.replace(" ", "").replace("-", "")
    assert all(one.blocked for one in each.values())


@pytest.mark.requirement("U6")
def test_any_number_of_processes_says_the_same(tmp_path: Path) -> None:
    made = shipped(next(file for file in SHIPPED if file.stem == "amocrm"))
    lines = (SHIPPED[0].parent / "amocrm.pipeline").read_text(encoding="utf-8")
    changed = lines.replace("enter when budget >= 50_000 RUB", "enter when budget >= 150_000 RUB", 1)
    assert changed != lines
    folder = tmp_path / "edited"
    folder.mkdir()
    (folder / "amocrm.pipeline").write_text(changed, encoding="utf-8")
    for name in ("clients.pipeline", "templates"):
        (folder / name).symlink_to(SHIPPED[0].parent / name)
    new = shipped(folder / "amocrm.pipeline")
    play(made, 3, deals=60, path=tmp_path / "played.db").close()
    from voronka.engine.store.files import open_store
    from voronka.engine.store.store import Store

    store = open_store(tmp_path / "played.db", write=False)
    assert isinstance(store, Store)
    with store:
        found = []
        for jobs in (1, 2, 3):
            each: list[Result] = []
            tally = run(store, made, new, Choice(), jobs=jobs, detail=each.append)
            found.append((tally.data(), each))
        assert found[0][0]["blocked"]
        assert found[0] == found[1] == found[2]
