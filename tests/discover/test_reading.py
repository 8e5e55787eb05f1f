"""Logs as they come: dialects, encodings, times, XES, and everything that is wrong with them (U12)."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.discover.conftest import Written
from voronka.engine.discover.log import EventLog
from voronka.engine.discover.reading import Choices, read_log
from voronka.engine.discover.stamps import Stamps, forms_of
from voronka.engine.intake.problems import Unreadable
from voronka.stdlib.zones import zone

HOUR = 3_600_000
UTC = zone("UTC")
PLAIN = "case,activity,time\n1,new,2026-03-02 09:00\n1,won,2026-03-02 10:00\n2,new,2026-03-02 09:30\n"


def read(*paths: Path, **choices: Any) -> EventLog:
    log, found = read_log(paths, Choices(**choices))
    assert not found.problems
    return log


def rows(log: EventLog) -> list[tuple[str, str, int]]:
    return [(log.cases[c], log.activities[a], at) for c, a, at in zip(log.case, log.act, log.at, strict=True)]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("\n", "\r\n"),
        "\ufeff" + PLAIN,
        PLAIN.encode("utf-16"),
        gzip.compress(PLAIN.encode()),
        PLAIN.replace("new", '"new"').replace("\n1,", "\n\n1,"),
        PLAIN.replace("2026-03-02 09:30", "2026-03-02T09:30:00"),
    ],
    ids=["comma", "semicolon", "tab", "crlf", "mark", "utf-16", "gzip", "quotes and blank lines", "T"],
)
def test_one_log_however_it_is_written(written: Written, content: str | bytes) -> None:
    log = read(written("log.csv", content))
    start = log.first
    assert rows(log) == [("1", "new", start), ("1", "won", start + HOUR), ("2", "new", start + HOUR // 2)]


def test_cp1251_is_found_out_and_said(written: Written) -> None:
    path = written("log.csv", "Сделка;Этап;Дата\n1;Новая;02.03.2026\n1;Оплачено;05.03.2026\n".encode("cp1251"))
    log = read(path)
    assert log.activities == ["Новая", "Оплачено"]
    assert "read as cp1251, as it is not UTF-8" in [note.en for note in log.notes]
    assert log.plain


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["2026-03-02T09:00:00+03:00", "2026-03-02T09:00:00Z"], "iso"),
        (["2026/3/2 9:00", "2026/12/31 23:59:59.5"], "ymd"),
        (["02.03.2026 09:00", "31.12.2026"], "dmy"),
        (["03/02/2026 9:00 AM", "12/31/2026 11:00 pm"], "mdy"),
        (["1772442000", "1772445600.5"], "seconds"),
        (["1772442000000", "1772445600000"], "milliseconds"),
    ],
)
def test_forms_of_times(texts: list[str], form: str) -> None:
    assert forms_of(texts)[0] == form


@pytest.mark.parametrize(
    ("form", "text", "same"),
    [
        ("dmy", "02.03.2026 09:00", "2026-03-02T09:00:00+00:00"),
        ("mdy", "03/02/2026 12:30 AM", "2026-03-02T00:30:00+00:00"),
        ("mdy", "03/02/2026 12:30 PM", "2026-03-02T12:30:00+00:00"),
        ("ymd", "2026/03/02 09:00+0300", "2026-03-02T06:00:00+00:00"),
        ("seconds", "1772442000", "2026-03-02T09:00:00+00:00"),
        ("%d %b %Y", "02 Mar 2026", "2026-03-02T00:00:00+00:00"),
        ("dmy", "02.03.26", "2026-03-02T00:00:00+00:00"),
    ],
)
def test_times_are_instants(form: str, text: str, same: str) -> None:
    assert Stamps(form, UTC).read(text) == Stamps("iso", UTC).read(same)


def test_times_without_an_offset_are_told_in_the_zone(written: Written) -> None:
    path = written("log.csv", PLAIN)
    assert read(path).first - read(path, zone=zone("Europe/Moscow")).first == 3 * HOUR
    # in a gap the clock shows a time as much later (Meaning 6)
    berlin = Stamps("iso", zone("Europe/Berlin"))
    assert berlin.read("2026-03-29 02:30") == berlin.read("2026-03-29 03:30")


def test_as_what_times_without_an_offset_were_read_is_said(written: Written) -> None:
    """Never a silent guess: where only some times say their zone, too."""
    mixed = "case,activity,time\n1,new,2026-03-02T09:00:00+03:00\n1,won,2026-03-02 10:00\n2,new,2026-03-02 09:30\n"
    said = [note.en for note in read(written("log.csv", mixed), zone=zone("Europe/Moscow")).notes]
    assert "times without an offset: 2; read as Europe/Moscow (--timezone), the others by their own" in said
    every = PLAIN.replace(":00\n", ":00Z\n").replace(":30\n", ":30Z\n")
    assert not [note for note in read(written("all.csv", every)).notes if "offset" in note.en]
    event = (
        '<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2026-03-02T09:00:00"/></event>'
    )
    xes = f'<log><trace><string key="concept:name" value="1"/>{event}</trace></log>'
    assert "times have no offset: read as UTC (--timezone)" in [n.en for n in read(written("log.xes", xes)).notes]


@pytest.mark.parametrize("text", ["", "soon", "32.01.2026", "1826-01-01", "20260302", "2026-13-01", "9" * 40])
def test_no_time(text: str) -> None:
    assert forms_of([text], 1.0) == []


def test_equal_instants_keep_the_order_of_the_file_and_duplicates_go(written: Written) -> None:
    text = "case,activity,time\n1,b,2026-03-02\n1,a,2026-03-02\n1,b,2026-03-02\n1,z,2026-03-01\n2,b,2026-03-02\n"
    log = read(written("log.csv", text))
    assert [row[:2] for row in rows(log)] == [("1", "z"), ("1", "b"), ("1", "a"), ("2", "b")]
    assert (log.tied, log.duplicates) == (1, 1)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 4)), min_size=1, max_size=30))
def test_sorting_is_stable_whatever_comes(events: list[tuple[int, int, int]]) -> None:
    from voronka.engine.discover.log import Builder

    builder = Builder()
    for line, (case, act, at) in enumerate(events):
        builder.add(str(case), str(act), at, "", {}, line)
    log = builder.finish("made")
    # said anew: order by case as it first came, by time, by place; the first of equal ones stays
    first = list(dict.fromkeys(case for case, _, _ in events))
    wanted = sorted(dict.fromkeys(events), key=lambda e: (first.index(e[0]), e[2], events.index(e)))
    got = [(int(case), int(act), at) for case, act, at in rows(log)]
    assert got == wanted
    assert log.duplicates == len(events) - len(set(events))
    assert [log.case[log.starts[c]] for c in range(len(log.cases))] == list(range(len(log.cases)))


def test_columns_are_found_by_name_and_by_shape(written: Written) -> None:
    by_shape = "№,x,y\nA1,new,2026-03-01\nA1,won,2026-03-02\nA2,new,2026-03-03\nA2,lost,2026-03-05\nA3,new,2026-03-05\n"
    log = read(written("log.csv", by_shape), activity="x")
    assert log.cases == ["A1", "A2", "A3"]
    assert "case: column “№” (a guess from what is in it)" in [note.en for note in log.notes]


def test_a_row_may_be_a_case_with_dates(written: Written) -> None:
    leads = written("leads.csv", "lead_id,created_at,origin\nL1,2026-03-01,site\nL2,2026-03-02,call\nL3,2026-03-02,\n")
    wins = written("wins.csv", "lead_id,won_date\nL1,05.03.2026\n")
    log = read(leads, wins)
    assert log.activities == ["created", "won"]
    assert len(log) == 4
    assert log.columns["origin"].values == ["site", "call"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        ("case,activity,time\n", "there is no event"),
        ("a,b\n1,2\n3,4\n", "which column is the case, activity, time? Say it with --case … --activity … --time …"),
        ("case,case,time\n1,2,3\n", "two columns are called “case”"),
        (b"PK\x03\x04zip", "this is a spreadsheet or a zip"),
        (gzip.compress(PLAIN.encode())[:-9], "the packed file is broken"),
        ("case,activity,time\n" + "x" * (2 << 20), "a line of more than 1,048,576 characters"),
    ],
    ids=["empty", "header only", "no names", "same names", "zip", "broken gzip", "long line"],
)
def test_files_that_are_no_log(written: Written, content: str | bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(said)):
        read_log([written("log.csv", content)], Choices())


def test_bad_rows_are_told_with_their_lines(written: Written) -> None:
    text = (
        "case,activity,time\n1,new,2026-03-01\n,new,2026-03-01\n1,,2026-03-01\n1,new,\n1,new,soon\n1,new\n"
        f'1,{"x" * 201},2026-03-01\n"multi\nline",ok,2026-03-01\n1,"open'
    )
    log, found = read_log([written("log.csv", text)], Choices())
    assert len(log) == 2
    assert [(p.line, p.message.en) for p in found.problems] == [
        (3, "the case is missing"),
        (4, "the activity is missing"),
        (5, "the time is missing"),
        (6, "“soon” is no time (ISO 8601)"),
        (7, "2 cells where the first row has 3 columns"),
        (8, "the activity has more than 200 characters"),
        (11, "a quote that opens here is never closed"),
    ]


def test_too_many_activities_are_no_activities(written: Written) -> None:
    text = "case,activity,time\n" + "".join(f"1,a{n},2026-03-01\n" for n in range(2_001))
    with pytest.raises(Unreadable, match="name another one with --activity"):
        read_log([written("log.csv", text)], Choices())


XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="x"/>
  <global scope="event"><string key="concept:name" value="none"/></global>
  <string key="concept:name" value="a log"/>
  <trace>
    <string key="concept:name" value="case 1"/>
    <string key="channel" value="site"/>
    <event>
      <string key="concept:name" value="New"/>
      <date key="time:timestamp" value="2026-03-02T09:00:00.000+03:00"/>
      <string key="org:resource" value="anna"/>
      <string key="lifecycle:transition" value="complete"/>
      <list key="goods"><values><string key="concept:name" value="no name"/></values></list>
    </event>
    <event>
      <string key="concept:name" value="Paid"/>
      <date key="time:timestamp" value="2026-03-02T09:00:00+00:00"/>
      <string key="lifecycle:transition" value="complete"/>
    </event>
    <event>
      <string key="concept:name" value="Paid"/>
      <date key="time:timestamp" value="2026-03-02T08:00:00+00:00"/>
      <string key="lifecycle:transition" value="start"/>
    </event>
  </trace>
  <trace><event><string key="concept:name" value="New"/></event></trace>
</log>
"""


@pytest.mark.parametrize("packed", [False, True])
def test_xes_is_read_as_a_stream(written: Written, packed: bool) -> None:
    content = XES.encode()
    log, found = read_log([written("log.xes", gzip.compress(content) if packed else content)], Choices())
    assert [(case, activity) for case, activity, _ in rows(log)] == [("case 1", "New"), ("case 1", "Paid")]
    assert log.at[1] - log.at[0] == 3 * HOUR
    assert log.people == ["anna"]
    assert log.columns["channel"].value(0) == "site"
    assert [(p.line, p.message.en) for p in found.problems] == [(27, "the time is missing")]
    assert any("lifecycle: 1 events" in note.en for note in log.notes)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<log><trace>", "log.xes:1:13: this is no well-formed XML: no element found"),
        ("<html></html>", "this is no XES log: it begins with <html>"),
        (
            '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><log><trace>&b;</trace></log>',
            "it declares entities, which are not read",
        ),
        ('<!DOCTYPE log [<!ENTITY a SYSTEM "file:///etc/hostname">]><log>&a;</log>', "it declares entities"),
        ("<log>" + "<list>" * 80 + "</list>" * 80 + "</log>", "elements are nested deeper than 64"),
        ("<log/>", "there is no event in it"),
    ],
    ids=["cut", "html", "entity bomb", "external entity", "deep", "empty"],
)
def test_xml_that_is_no_log(written: Written, content: str, said: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(said)):
        read_log([written("log.xes", content)], Choices())


@given(st.binary(max_size=300))
def test_any_bytes_are_a_log_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "log"
    path.write_bytes(content)
    read = 0
    try:
        read = len(read_log([path], Choices())[0])
    except Unreadable as error:
        said = [problem.text(lang) for problem in error.problems for lang in ("en", "ru")]
        read = len([text for text in said if text.startswith(str(path))])
    assert read > 0
