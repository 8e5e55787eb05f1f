"""Every figure of every report, against the same counted by hand from the log of stores that were played."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine_host.office import DAY
from tests.engine_reports.played import BEGINS, DAYS, NOW, Life, lives, played, scope
from voronka.engine.reports.cumulative import cumulative
from voronka.engine.reports.discipline import discipline
from voronka.engine.reports.funnel import funnel
from voronka.engine.reports.loss import loss
from voronka.engine.reports.nps import nps
from voronka.engine.reports.priority import priority
from voronka.engine.reports.red import red
from voronka.engine.reports.scope import Scope
from voronka.engine.reports.table import Both, Money, Report
from voronka.engine.reports.team import team
from voronka.engine.reports.time import time
from voronka.engine.reports.won import won

SEEDS = (1, 2)
PATH = ("new", "offered", "agreed", "paid")
TITLES = {
    "new": "Request received",
    "offered": "Offer sent",
    "agreed": "Terms agreed",
    "paid": "Paid",
    "refused": "Refused",
}
HEAT = {"hot": "Hot", "warm": "Warm", "cold": "Cold", None: "not set"}

days = st.none() | st.integers(0, DAYS).map(lambda day: BEGINS + day * DAY)
scopes = st.builds(
    lambda seed, ends, owner: scope(
        played(seed),
        since=min((end for end in ends if end is not None), default=None),
        until=max(ends) + 1 if None not in ends else None,
        owner=owner,
    ),
    st.sampled_from(SEEDS),
    st.tuples(days, days),
    st.sampled_from((None, None, "anna", "ivan")),
)
all_of_them = {seed: list(lives(played(seed))) for seed in SEEDS}


def table(report: Report, name: str) -> list[dict[str, Any]]:
    """Rows by the names of the columns, texts in English."""
    (found,) = (one for one in report.tables if one.name == name)
    return [
        {
            column.name: cell.en if isinstance(cell, Both) else cell
            for column, cell in zip(found.columns, row, strict=True)
        }
        for row in found.rows
    ]


def told(where: Scope) -> list[Life]:
    """The same deals by their log."""
    return next(all_of_them[seed] for seed in SEEDS if played(seed) is where.store)


def inside(where: Scope, at: int | None) -> bool:
    return at is not None and (where.since is None or at >= where.since) and (where.until is None or at < where.until)


def mine(where: Scope) -> list[Life]:
    return [life for life in told(where) if where.owner in (None, life.owner)]


def amount(some: Iterable[Life]) -> Money | None:
    known = [life.fields["amount"] for life in some if life.fields.get("amount") is not None]
    return Money(sum(known, Decimal(0)), "RUB") if known else None


def part(some: float, whole: float) -> float | None:
    return some / whole if whole else None


def percentile(values: list[int], rank: int) -> int:
    """The smallest value that at least ``rank`` per cent of the values do not exceed."""
    return next(v for v in sorted(values) if 100 * sum(one <= v for one in values) >= rank * len(values))


def test_the_stores_have_something_of_everything() -> None:
    found = [life for some in all_of_them.values() for life in some]
    ends = Counter(life.stage for life in found)
    assert all(ends[stage] for stage in TITLES), ends
    assert any(stay.reason and stay.left for life in found for stay in life.stays), "somebody came back"
    assert any(life.fields.get("nps.score") is not None for life in found)
    assert any(task.moved for life in found for task in life.tasks.values())
    assert any("limit" in life.flags for life in found)


@pytest.mark.requirement("R68")
@given(scopes)
def test_funnel(where: Scope) -> None:
    chosen = [life for life in mine(where) if inside(where, life.created)]
    rows = table(funnel(where), "stages")
    assert (rows == []) is (chosen == [])
    for row, (stage, title) in zip(rows, TITLES.items(), strict=bool(chosen)):
        here = [life for life in chosen if life.stage == stage]
        assert (row["stage"], row["deals"], row["amount"]) == (title, len(here), amount(here))
        assert row["share"] == part(len(here), len(chosen))
        if stage in ("paid", "refused"):
            assert row["mean_age"] is row["over_limit"] is None
        else:
            ages = [NOW - life.stays[-1].entered for life in here]
            assert row["over_limit"] == sum("limit" in life.flags for life in here)
            assert row["mean_age"] == (pytest.approx(sum(ages) / len(ages), abs=1) if ages else None)


@pytest.mark.requirement("R69", "R73")
@given(scopes)
def test_cumulative(where: Scope) -> None:
    chosen = [life for life in mine(where) if inside(where, life.created)]
    far = {life.id: max(PATH.index(s.stage) for s in life.stays if s.stage in PATH) for life in chosen}
    reached = [sum(one >= rank for one in far.values()) for rank in range(len(PATH))]
    rows = table(cumulative(where), "stages")
    for rank, row in enumerate(rows):
        assert (row["stage"], row["reached"]) == (TITLES[PATH[rank]], reached[rank])
        assert row["of_all"] == part(reached[rank], len(chosen))
        assert row["from_previous"] == (part(reached[rank], reached[rank - 1]) if rank else None)
        if rank < len(PATH) - 1:
            no_further = [life for life in chosen if far[life.id] == rank]
            assert row["lost"] == sum(life.stage == "refused" for life in no_further)
            assert row["open"] + row["lost"] == len(no_further) == reached[rank] - reached[rank + 1]


@pytest.mark.requirement("R65", "R69")
@given(scopes)
def test_cumulative_by_source(where: Scope) -> None:
    from dataclasses import replace

    chosen = [life for life in mine(where) if inside(where, life.created)]
    rows = table(cumulative(replace(where, by="source")), "by_source")
    counted = Counter(life.fields.get("source") for life in chosen)
    titles = {"site": "Website", "call": "Call", None: "not set"}
    assert {row["source"]: row["deals"] for row in rows if row["deals"]} == {titles[v]: n for v, n in counted.items()}
    for row in rows:
        some = [life for life in chosen if titles[life.fields.get("source")] == row["source"]]
        paid = sum(any(stay.stage == "paid" for stay in life.stays) for life in some)
        assert row["paid"] == part(paid, len(some))


@pytest.mark.requirement("R73")
@given(scopes, st.sampled_from(("owner", "source", "month")))
def test_won(where: Scope, by: str) -> None:
    from dataclasses import replace

    local = where.program("sales").calendar.local
    labels = {
        "owner": lambda life: life.owner,
        "source": lambda life: {"site": "Website", "call": "Call"}.get(life.fields.get("source"), "not set"),
        "month": lambda life: f"{local(life.closed):%Y-%m}",
    }
    ended = [life for life in mine(where) if inside(where, life.closed)]
    rows = table(won(replace(where, by=by)), "ended")
    assert {row[by] for row in rows} == {labels[by](life) for life in ended}
    for row in rows:
        some = [life for life in ended if labels[by](life) == row[by]]
        paid = [life for life in some if life.stage == "paid"]
        assert (row["won"], row["lost"]) == (len(paid), len(some) - len(paid))
        assert row["win_rate"] == part(len(paid), len(some))
        assert row["won_amount"] == amount(paid)
        takes = [life.closed - life.created for life in paid if life.closed is not None]
        assert row["median_to_win"] == (percentile(takes, 50) if takes else None)


@pytest.mark.requirement("R71", "R72")
@given(scopes, st.booleans())
@settings(max_examples=40)
def test_time(where: Scope, work: bool) -> None:
    from dataclasses import replace

    between = where.program("sales").calendar.working_between if work else (lambda begin, end: end - begin)
    report = time(replace(where, work=work))
    stays = [s for life in mine(where) for s in life.stays if s.left is not None and inside(where, s.left)]
    lengths = {stage: [between(s.entered, s.left) for s in stays if s.stage == stage] for stage in PATH[:3]}
    every = sum(sum(some) for some in lengths.values())
    for row in table(report, "stages"):
        some = lengths[next(stage for stage, title in TITLES.items() if title == row["stage"])]
        assert row["stays"] == len(some)
        for rank in (50, 75, 90, 95):
            assert row[f"p{rank}"] == (percentile(some, rank) if some else None)
        assert row["share"] == (part(sum(some), every) if some else None)
    for row in table(report, "deals"):
        stage = {"Won": "paid", "Lost": "refused"}[row["ended"]]
        ended = [life for life in mine(where) if life.stage == stage and inside(where, life.closed)]
        whole = [between(life.created, life.closed) for life in ended]
        assert (row["deals"], row["p50"], row["p95"]) == (len(whole), percentile(whole, 50), percentile(whole, 95))


@pytest.mark.requirement("R59", "R74")
@given(scopes)
def test_loss(where: Scope) -> None:
    losses = [
        (life, stay)
        for life in mine(where)
        for stay in life.stays
        if stay.stage == "refused" and inside(where, stay.entered)
    ]
    reasons = where.program("sales").pipeline.reasons
    report = loss(where)
    rows = table(report, "reasons")
    assert sum(row["losses"] for row in rows) == len(losses)
    assert [row["losses"] for row in rows] == sorted((row["losses"] for row in rows), reverse=True)
    for row in rows:
        some = [(life, stay) for life, stay in losses if reasons[stay.reason or ""].title.in_("en") == row["reason"]]
        assert (row["losses"], row["share"]) == (len(some), part(len(some), len(losses)))
        assert row["came_back"] == sum(stay.left is not None for _, stay in some)
        assert row.get("amount") == amount(life for life, _ in some)
        most = Counter(TITLES[stay.before or ""] for _, stay in some).most_common()
        assert (row["mostly_at"], most[0][1]) in most
    by_stage = Counter(TITLES[stay.before or ""] for _, stay in losses)
    assert {row["stage"]: row["losses"] for row in table(report, "stages")} == by_stage


@pytest.mark.requirement("R60", "R61", "R62")
@given(scopes)
def test_nps(where: Scope) -> None:
    scored = [life for life in mine(where) if inside(where, life.created) and life.fields.get("nps.score") is not None]
    scores = [life.fields["nps.score"] for life in scored]
    report = nps(where)
    promoters, detractors = sum(s >= 9 for s in scores), sum(s <= 6 for s in scores)
    if not scores:
        assert all(one.rows == () for one in report.tables)
        return
    (row,) = table(report, "scores")
    assert row["answers"] == len(scores)
    assert row["mean"] == pytest.approx(sum(scores) / len(scores))
    assert row["nps"] == pytest.approx(100 * (promoters - detractors) / len(scores))
    assert [(row["class"], row["scores"], row["answers"]) for row in table(report, "classes")] == [
        ("Promoters", "9–10", promoters),
        ("Passives", "7–8", len(scores) - promoters - detractors),
        ("Detractors", "0–6", detractors),
    ]
    kind = lambda score: "Promoters" if score >= 9 else "Detractors" if score <= 6 else "Passives"  # noqa: E731
    causes = Counter((kind(life.fields["nps.score"]), life.fields["nps.why"].strip().casefold()) for life in scored)
    assert {(row["class"], row["cause"].casefold()): row["answers"] for row in table(report, "causes")} == causes


def kept(tasks: list[Any]) -> tuple[Any, ...]:
    """In time, late, overdue, kept, open, moved, mean delay."""
    done = [t for t in tasks if t.status == "done"]
    delays = [t.done_at - t.due for t in done if t.due is not None and t.done_at > t.due]
    overdue = sum(t.status == "open" and t.due is not None and t.due < NOW for t in tasks)
    in_time = len(done) - len(delays)
    still = sum(t.status in ("open", "waiting") for t in tasks)
    mean = pytest.approx(sum(delays) / len(delays), abs=1) if delays else None
    return in_time, len(delays), overdue, part(in_time, len(done) + overdue), still, sum(t.moved for t in tasks), mean


@pytest.mark.requirement("R36", "R77")
@given(scopes)
def test_discipline(where: Scope) -> None:
    bounded = where.since is not None or where.until is not None
    tasks = [
        task
        for life in told(where)
        for task in life.tasks.values()
        if task.status != "cancelled"
        and where.owner in (None, task.assignee)
        and (not bounded or inside(where, task.due))
    ]
    report = discipline(where)
    rows = table(report, "people")
    assert {row["person"] for row in rows} == {task.assignee for task in tasks}
    for row in rows:
        found = tuple(row.values())[1:]
        assert found == kept([task for task in tasks if task.assignee == row["person"]])
    for row in table(report, "days"):
        due = [task for task in tasks if task.local and task.local[:10] == row["day"] and task.due is not None]
        if not bounded:
            due = [task for task in due if NOW - 14 * DAY <= task.due < NOW]
        assert (row["in_time"], row["late"], row["overdue"], row["on_time"]) == kept(due)[:4]


@pytest.mark.requirement("R77")
@given(scopes)
def test_team(where: Scope) -> None:
    acts = [
        act
        for life in told(where)
        for act in life.acts
        if inside(where, act.at) or (where.since, where.until) == (None, None)
    ]
    for row in table(team(where), "people"):
        who = row["person"]
        if where.owner is not None and who != where.owner:
            continue
        owned = [life for life in told(where) if life.owner == who]
        assert row["created"] == sum(inside(where, life.created) for life in owned)
        assert row["open"] == sum(life.closed is None for life in owned)
        assert row["won"] == sum(life.stage == "paid" and inside(where, life.closed) for life in owned)
        assert row["lost"] == sum(life.stage == "refused" and inside(where, life.closed) for life in owned)
        assert row["won_amount"] == amount(
            life for life in owned if life.stage == "paid" and inside(where, life.closed)
        )
        some = [act for act in acts if act.actor == who]
        assert row["acts"] == len(some)
        assert row["contacts"] == sum(act.contact for act in some)
        assert row["notes"] == sum(act.kind == "note" for act in some)


@pytest.mark.requirement("R64")
@given(scopes)
def test_priority(where: Scope) -> None:
    acts = [
        act for life in told(where) for act in life.acts if inside(where, act.at) and where.owner in (None, act.actor)
    ]
    counted = Counter(HEAT[act.heat] for act in acts)
    rows = table(priority(where), "priorities")
    assert {row["priority"]: row["acts"] for row in rows if row["acts"]} == counted
    still = Counter(HEAT[life.fields.get("priority.heat")] for life in mine(where) if life.closed is None)
    for row in rows:
        assert row["share"] == part(counted[row["priority"]], len(acts))
        assert row["open"] == still[row["priority"]]
        assert row["declared"] == {"Hot": 0.9, "Warm": 0.08, "Cold": 0.02}.get(row["priority"])


@pytest.mark.requirement("R38", "R39", "R42")
@given(scopes)
def test_red(where: Scope) -> None:
    opened = [life for life in mine(where) if life.closed is None and inside(where, life.created)]
    still = {life.id: [t for t in life.tasks.values() if t.status in ("open", "waiting")] for life in opened}
    late = {
        number for number, tasks in still.items() if any(t.status == "open" and t.due and t.due < NOW for t in tasks)
    }
    idle = {number for number, tasks in still.items() if not tasks}
    slow = {life.id for life in opened if "limit" in life.flags}
    fresh = {life.id for life in opened if life.stage == "new" and not life.contacted}
    report = red(where)
    counts = {row["kind"]: row["deals"] for row in table(report, "counts")}
    wanted = {
        "without a task": len(idle),
        "overdue task": len(late),
        "over the stage's limit": len(slow),
        "not processed yet": len(fresh),
    }
    assert {kind: n for kind, n in counts.items() if kind not in ("red badge", "standing trouble")} == {
        kind: n for kind, n in wanted.items() if n
    }
    rows = {row["deal"]: row["why"] for row in table(report, "deals")}
    assert rows.keys() >= late | idle | slow | fresh
    for number, why in rows.items():
        assert ("overdue task" in why) is (number in late)
        assert ("“No task at all”" in why) is ("without a task" in why) is (number in idle)
