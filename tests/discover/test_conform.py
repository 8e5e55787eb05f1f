"""Where a log leaves a pipeline: each kind of deviation, by the graph and by the engine, which agree (U12)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.discover.conftest import Voronka, Written
from tests.discover.made import log_of, shop
from voronka.dsl.check import check_text
from voronka.engine.discover.conformity import Conformity, conformity
from voronka.engine.discover.lived import live
from voronka.engine.discover.log import Builder, Column, EventLog
from voronka.engine.discover.matching import STAGE, Target, declared, match
from voronka.engine.program.build import Program, Programs
from voronka.stdlib.library import library

PIPELINE = """language en

pipeline sales "Sales" {
  timezone "UTC"

  field amount "Amount" number
  field source "Source" text

  stage new "New" {
    limit 2 hours
    move to offer 30 days after entry
  }
  stage qualified "Needs are known"
  stage offer "Offer sent" {
    require amount
    lose as silent 10 days after entry
  }
  won paid "Paid"
  lost refused "Refused" {
    reason price "Too dear" from offer
    reason rival "Another supplier"
    reason silent "Silent" {
      return to qualified 100 days after entry
    }
  }
}
"""


def programs() -> tuple[Programs, Program]:
    found = check_text("sales.pipeline", PIPELINE, library())
    assert found.definition is not None, [one.message() for one in found.diagnostics]
    made = Programs(found.definition)
    return made, made.pipelines["sales"]


def compared(log: EventLog, columns: dict[str, str] | None = None) -> Conformity:
    made, program = programs()
    return conformity(log, made, program, dict(match(log.activities, declared(program.pipeline))), columns or {})


def kinds(found: Conformity) -> list[tuple[str, str, str, tuple[str, ...], int]]:
    return sorted((d.kind, d.here, d.there, d.names, d.times) for d in found.deviations)


@pytest.mark.requirement("U12")
@pytest.mark.parametrize(
    ("course", "said"),
    [
        (["New", "Needs are known", "Offer sent", "Paid"], []),
        (["New", "New", "Needs are known", "Refused"], []),
        (["New", "Offer sent"], []),  # a rule of `new` leads there
        (["New", "Paid"], [("skip", "new", "paid", ("qualified", "offer"), 1)]),
        (["Needs are known"], [("start", "", "qualified", ("new",), 1)]),
        (["New", "Needs are known", "New"], [("back", "qualified", "new", (), 1)]),
        (["New", "Too dear"], [("reason_from", "new", "refused", ("price",), 1)]),
        (["New", "Offer sent", "Too dear"], []),
        (["New", "Refused", "Needs are known"], []),  # a loss may return there
        (["New", "Refused", "Offer sent"], [("after_close", "refused", "offer", (), 1)]),
        (["New", "coffee"], [("unknown", "", "", ("coffee",), 1)]),
    ],
)
def test_each_way_of_leaving_is_named(course: list[str], said: list[Any]) -> None:
    found = compared(log_of([course]))
    assert kinds(found) == said
    assert found.good == found.steps - len(said)
    assert found.clean == (not said)


def test_limits_and_required_fields() -> None:
    found = compared(log_of([["New", "Needs are known"], ["New", "New", "New", "Needs are known"]]))
    assert kinds(found) == [("limit", "new", "", (), 1)]
    assert found.fitness == 1.0  # told beside: no step leaves the order


@given(
    st.lists(
        st.lists(
            st.sampled_from(["New", "Needs are known", "Offer sent", "Paid", "Refused", "tea"]), min_size=1, max_size=7
        ),
        min_size=1,
        max_size=10,
    )
)
def test_figures_add_up(courses: list[list[str]]) -> None:
    found = compared(log_of(courses, gap=1000))
    off = sum(d.times for d in found.deviations if d.kind not in ("limit", "missing"))
    assert found.good + off == found.steps
    # steps by hand: changes of stage, and each unknown activity
    wanted = 0
    for course in courses:
        known = [name for name in course if name != "tea"]
        wanted += course.count("tea") + sum(a != b for a, b in zip(["", *known], known, strict=False))
    assert found.steps == wanted
    assert all(d.cases <= d.times and len(d.examples) == min(3, d.cases) for d in found.deviations)
    assert found.clean <= found.cases == len(courses)


CSV = """case,stage,time,amount
1,New,2026-03-02 09:00,
1,Needs are known,2026-03-02 10:00,
1,Offer sent,2026-03-02 11:00,100
1,Paid,2026-03-02 12:00,
2,New,2026-03-02 09:00,
2,Needs are known,2026-03-02 10:00,
2,Offer sent,2026-03-02 11:00,
2,Paid,2026-03-02 12:00,
3,New,2026-03-02 09:00,
3,Needs are known,2026-03-02 10:00,
3,Offer sent,2026-03-02 11:00,5
3,Paid,2026-03-22 12:00,
4,New,2026-03-02 09:00,lots
4,Too dear,2026-03-02 10:00,
"""


def conform(voronka: Voronka, *args: str) -> Any:
    return json.loads(voronka("conform", "log.csv", "sales.pipeline", "--json", *args).stdout)


@pytest.fixture
def sales(written: Written) -> Path:
    written("sales.pipeline", PIPELINE)
    return written("log.csv", CSV)


@pytest.mark.requirement("U12")
def test_the_engine_lives_the_cases_anew(voronka: Voronka, sales: Path) -> None:
    found = conform(voronka)
    assert found["by"] == "engine"
    # by the graph: what the fields lack, how long, and the reason that is not for this stage
    graph = {(d["kind"], d["there"] or d["here"]): d["examples"] for d in found["deviations"]}
    assert graph == {("missing", "offer"): ["2"], ("reason_from", "refused"): ["4"]}
    engine = found["engine"]
    assert engine["through"] == 1
    assert engine["unread"] == {"amount": 1}
    refused = {
        tuple(r["examples"]): (r["stage"], r["reason"], [u["what"] for u in r["unmet"]]) for r in engine["refusals"]
    }
    assert refused[("2",)] == ("offer", "", ["field “Amount” is required"])
    # ten days without a word, and the rule has lost it
    assert refused[("3",)] == ("paid", "silent", [])
    assert refused[("4",)][0] == "refused"
    assert all(u["file_line"].startswith("sales.pipeline:") for r in engine["refusals"] for u in r["unmet"])


def test_the_graph_and_the_engine_agree_on_what_is_missing(voronka: Voronka, written: Written) -> None:
    written("shop.csv", shop())
    voronka("discover", "shop.csv", "-o", "shop.pipeline")
    text = shop().replace(",1040,", ",,").replace(",1100,", ",,")
    written("less.csv", text)
    found = json.loads(voronka("conform", "less.csv", "shop.pipeline", "--json").stdout)
    missing = {case for d in found["deviations"] if d["kind"] == "missing" for case in d["examples"]}
    refused = {
        case
        for r in found["engine"]["refusals"]
        if any("“amount” is required" in u["what"] for u in r["unmet"])
        for case in r["examples"]
    }
    assert missing == refused == {"D4", "D10"}


def test_a_draft_is_what_its_log_lives(voronka: Voronka, written: Written) -> None:
    written("log.csv", CSV.replace("2026-03-22", "2026-03-02").replace("lots", ""))
    voronka("discover", "log.csv", "--lost", "Too dear", "-o", "sales.pipeline")
    found = conform(voronka, "--by", "engine")
    assert (found["fitness"], found["engine"]["through"]) == (1.0, 4)


def test_names_are_matched_by_words_and_likeness_and_said(voronka: Voronka, written: Written) -> None:
    written("sales.pipeline", PIPELINE)
    written(
        "log.csv", "case,stage,time\n1,NEW,2026-03-01\n1,Offer snet,2026-03-02\n1,won,2026-03-03\n1,tea,2026-03-04\n"
    )
    ran = voronka("conform", "log.csv", "sales.pipeline")
    assert "· “Offer snet” is “Offer sent”: it looks alike" in ran.stderr
    assert "not in the pipeline: “tea”" in ran.stdout
    found = conform(voronka, "--map", "tea=-", "--map", "NEW=qualified")
    assert [(m["activity"], m["name"], m["how"]) for m in found["matched"]] == [
        ("NEW", "qualified", "given"),
        ("Offer snet", "offer", "alike"),
        ("won", "paid", "name"),
    ]
    assert (found["ignored"], found["unmatched"]) == (1, [])


def test_words_in_other_forms_are_the_same() -> None:
    text = """pipeline p "П" {
  timezone "UTC"
  stage sent "Отправлено КП"
  won   paid "Счёт оплачен"
  lost no "Отказ" { reason r "Дорого" }
}
"""
    definition = check_text("p.pipeline", text, library()).definition
    assert definition is not None
    found = match(["КП отправлено", "Счет оплачен", "Дорога"], declared(definition.pipelines["p"]))
    assert found[0] == Target(STAGE, "sent", "words")
    assert found[1] == Target(STAGE, "paid", "name")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("log.csv", "none.pipeline"), 2, "none.pipeline: there is no such file"),
        (("sales.pipeline", "log.csv"), 2, "the last one is the definition, a .pipeline file"),
        (("log.csv", "sales.pipeline", "--pipeline", "salez"), 2, "there is no pipeline “salez”; did you mean sales?"),
        (("log.csv", "sales.pipeline", "--map", "tea=new"), 2, "--map: the log has no “tea”"),
        (
            ("log.csv", "sales.pipeline", "--map", "New=nwe"),
            2,
            "--map New: no stage or reason “nwe”; did you mean new?",
        ),
        (("log.csv", "sales.pipeline", "--field", "amount=cost"), 2, "--field amount: no field “cost”"),
        (("other.csv", "sales.pipeline"), 1, "no activity of the log is a stage of sales"),
        (("log.csv", "broken.pipeline"), 1, "broken.pipeline: it has errors"),
        (("sales.pipeline",), 2, "there is no store"),
        (
            ("log.csv", "sales.pipeline", "--timezone", "Moscow"),
            2,
            "there is no zone Moscow: did you mean Europe/Moscow?",
        ),
    ],
)
def test_mistakes_are_told(
    voronka: Voronka, written: Written, sales: Path, args: tuple[str, ...], code: int, said: str
) -> None:
    written("other.csv", "case,stage,time\n1,a,2026-03-01\n1,b,2026-03-02\n")
    written("broken.pipeline", "pipeline {")
    written("voronka.toml", "")
    ran = voronka("conform", *args)
    assert ran.exit_code == code
    assert said in ran.stderr


def test_exit_code_and_people_s_numbers(voronka: Voronka, written: Written) -> None:
    written("sales.pipeline", PIPELINE)
    written(
        "log.csv", "case,stage,time\n+7 999 000-11-22,New,2026-03-01 10:00\n+7 999 000-11-22,Paid,2026-03-01 10:30\n"
    )
    ran = voronka("conform", "log.csv", "sales.pipeline", "--exit-code")
    assert ran.exit_code == 1
    assert "line 2" in ran.stdout
    assert "+7 999" not in ran.stdout + ran.stderr
    written("log.csv", "case,stage,time\n1,New,2026-03-01 10:00\n1,Refused,2026-03-01 10:30\n")
    assert voronka("conform", "log.csv", "sales.pipeline", "--exit-code").exit_code == 0


def test_a_rule_that_was_faster_is_no_refusal() -> None:
    made, program = programs()
    log = log_of([["New", "Offer sent"]], gap=31 * 86_400_000)
    targets = dict(match(log.activities, declared(program.pipeline)))

    amount = Column("amount")
    amount.codes.extend([amount.code("5"), 0])
    log.columns["amount"] = amount  # type: ignore[index]  # a log of the test's own
    found = live(log, made, program, targets, {"amount": "amount"})
    assert (found.through, found.moved, found.refusals) == (1, 1, [])


def test_the_store_s_own_moves(voronka: Voronka, written: Written) -> None:
    written("voronka.toml", 'store = "voronka.db"\n')
    pipelines = written("x", b"").parent / "pipelines"
    pipelines.mkdir()
    path = pipelines / "sales.pipeline"
    path.write_text(PIPELINE, encoding="utf-8")
    for args in (["new", "sales"], ["move", "1", "paid"], ["new", "sales"], ["lose", "2", "rival"]):
        assert voronka("deal", *args, "-q").exit_code == 0
    # renamed since: the old moves are told under the present name
    path.write_text(PIPELINE.replace('won paid "Paid"', 'won bought "Bought" was paid'), encoding="utf-8")
    found = json.loads(voronka("conform", str(path), "--json").stdout)
    assert [(d["kind"], d["there"], d["examples"]) for d in found["deviations"]] == [("skip", "bought", ["№ 1"])]
    assert (found["cases"], found["steps"], found["unmatched"]) == (2, 4, [])


def test_the_report_in_both_languages(voronka: Voronka, sales: Path) -> None:
    for lang, name in (("en", "conform.en.txt"), ("ru", "conform.ru.txt")):
        ran = voronka("conform", "log.csv", "sales.pipeline", "--lang", lang)
        golden = Path(__file__).parent / "golden" / name
        assert "\n".join(line.rstrip() for line in ran.stdout.splitlines()) + "\n" == golden.read_text(encoding="utf-8")


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.sampled_from(
                ["New", "Needs are known", "Offer sent", "Paid", "Refused", "Too dear", "Another supplier", "tea"]
            ),
            st.integers(0, 60),
            st.sampled_from(["", "5", "lots"]),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_every_case_is_lived_to_its_end_or_to_a_refusal(events: list[tuple[int, str, int, str]]) -> None:
    builder = Builder()
    builder.plain = False
    for line, (case, act, day, amount) in enumerate(events):
        builder.add(str(case), act, 1_772_442_000_000 + day * 86_400_000, "", {"amount": amount}, line)
    log = builder.finish("any.csv")
    made, program = programs()
    targets = dict(match(log.activities, declared(program.pipeline)))
    found = live(log, made, program, targets, {"amount": "amount"})
    assert found.failed == 0
    assert found.through + sum(one.cases for one in found.refusals) == found.cases == len(log.cases)


def test_of_many_cases_every_so_many_is_taken() -> None:
    made, program = programs()
    log = log_of([["New", "Needs are known"]] * 10)
    targets = dict(match(log.activities, declared(program.pipeline)))
    for most, cases in ((0, 10), (10, 10), (9, 5), (4, 4), (1, 1)):
        found = live(log, made, program, targets, {}, most=most)
        assert (found.cases, found.through, found.events) == (cases, cases, 2 * cases)


def test_a_loss_without_a_reason_is_given_one_that_asks_for_nothing() -> None:
    made, program = programs()
    # `price` comes first, and may only be given in `offer`
    log = log_of([["New", "Refused"]])
    found = live(log, made, program, dict(match(log.activities, declared(program.pipeline))), {})
    assert (found.through, found.refusals) == (1, [])
