"""Drafted files: whatever the log, they check clean, are formatted, and are the same each time (U12)."""

from __future__ import annotations

import json
from datetime import UTC as TIME_UTC
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.discover.conftest import Voronka, Written
from tests.discover.made import log_of, shop
from voronka.dsl.check import check_text
from voronka.dsl.definition.model import Pipeline
from voronka.dsl.format.format import format_source
from voronka.dsl.syntax.keywords import KEYWORDS, RESERVED, UNITS
from voronka.dsl.text.source import Source
from voronka.engine.discover.draft import draft
from voronka.engine.discover.findings import understand
from voronka.engine.discover.log import Builder
from voronka.engine.discover.names import Names, quoted, share, slug
from voronka.stdlib.library import library
from voronka.stdlib.zones import zone

UTC = zone("UTC")
WORDS = st.sampled_from(
    [
        *KEYWORDS,
        *RESERVED,
        *UNITS,
        "Новая",
        "new",
        "won",
        "Отказ",
        "paid",
        "Счёт № 5",
        '"',
        "\\",
        "x\ny",
        "1",
        "…",
        "日本",
    ]
)
ODD = WORDS | st.text(min_size=1, max_size=12)


def checked(text: str) -> Pipeline:
    """The one pipeline of a text that nothing can be said against."""
    found = check_text("draft.pipeline", text, library())
    assert [one.message() for one in found.diagnostics] == []
    assert found.definition is not None
    assert format_source(Source("draft", text)).text == text
    (pipeline,) = found.definition.pipelines.values()
    return pipeline


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 8),
        ODD,
        st.integers(0, 10**7),
        st.sampled_from(["", "anna", "boris"]),
        st.dictionaries(
            ODD, WORDS | st.sampled_from(["5", "7.5", "2026-03-01", "a@b.example", "yes", "да"]), max_size=3
        ),
    ),
    min_size=1,
    max_size=40,
)


@pytest.mark.requirement("U12")
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(EVENTS, ODD, st.sampled_from(["en", "ru"]), st.sampled_from([0.0, 0.5]))
def test_a_draft_of_any_log_checks_clean(
    events: list[tuple[int, str, int, str, dict[str, str]]], name: str, lang: str, passed: float
) -> None:
    texts = []
    for _ in range(2):
        builder = Builder()
        for line, (case, activity, at, who, values) in enumerate(events):
            # often enough for limits and gates to be found
            for copy in range(25):
                builder.add(f"{case}.{copy}", activity, at * 1000 + copy, who, values, line)
        found = understand(builder.finish("any.csv"), UTC, passed=passed)
        texts.append(draft(found, name, lang))
    assert texts[0] == texts[1]
    pipeline = checked(texts[0])
    assert pipeline.won is not None
    assert pipeline.reasons


@given(st.lists(ODD, max_size=12))
def test_names_are_names_and_all_different(texts: list[str]) -> None:
    names = Names()
    found = [names.of(text) for text in texts]
    assert len(set(found)) == len(found)
    assert all(name.isascii() and name.isidentifier() and name not in RESERVED for name in found)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Счёт выставлен", "schet_vystavlen"),
        ("КП отправлено", "kp_otpravleno"),
        ("1", "n1"),
        ("task", "task_"),
        ("日本", "n"),
    ],
)
def test_slugs(text: str, name: str) -> None:
    assert slug(text) == name


def test_quotes() -> None:
    assert quoted('a "b"\n\\') == '"a \\"b\\" \\\\"'


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "0.0 %"), (1, 8000, "<0.1 %"), (8840, 8842, ">99.9 %"), (8842, 8842, "100.0 %"), (1, 3, "33.3 %")],
)
def test_shares_are_not_rounded_to_all_or_nothing(part: int, whole: int, text: str) -> None:
    assert share(part, whole, "en") == text


def test_the_shop_s_draft_reads_well(voronka: Voronka, written: Written) -> None:
    written("shop.csv", shop())
    ran = voronka("discover", "shop.csv", "-o", "shop.pipeline")
    assert ran.exit_code == 0
    text = written("x", b"").with_name("shop.pipeline").read_text(encoding="utf-8")
    pipeline = checked(text)
    assert list(pipeline.stages) == [
        "zayavka_poluchena",
        "potrebnost_vyyavlena",
        "kp_otpravleno",
        "oplacheno",
        "otkaz_klienta",
    ]
    offer = pipeline.stages["kp_otpravleno"]
    assert str(offer.probability) == "0.67"
    assert [one.field for one in offer.requires] == ["amount"]
    assert offer.limit is not None
    assert [reason.title.in_("ru") for reason in pipeline.reasons.values()] == ["дорого", "купили у других"]
    assert "+7 999" not in text  # values of personal columns are nowhere
    assert voronka("check", "shop.pipeline").exit_code == 0
    assert voronka("fmt", "--check", "shop.pipeline").exit_code == 0
    drawn = voronka("graph", "shop.pipeline").stdout
    assert "● КП отправлено  (67%)" in drawn


def test_limits_are_in_working_time_where_the_log_rests_on_weekends() -> None:
    builder = Builder()
    builder.plain = False
    for n in range(200):
        # weekdays, 10:00 and the next working day at 11:00
        day = 2 + 7 * (n % 20) + n % 4
        for place, (act, hour) in enumerate((("new", 10), ("won", 11))):
            moment = datetime(2026, 3, 1, hour, tzinfo=TIME_UTC).timestamp() + (day + place - 1) * 86_400
            builder.add(str(n), act, int(moment * 1000), "", {}, 0)
    text = draft(understand(builder.finish("made"), UTC), "made", "en")
    pipeline = checked(text)
    # from 10:00 to 11:00 on the next day, of days from 10:00 to 12:00
    assert "hours 10:00-12:00" in text
    limit = pipeline.stages["new"].limit
    assert limit is not None
    assert limit.length.text == "3 workhours"


def test_a_log_of_ends_alone_still_makes_a_pipeline() -> None:
    pipeline = checked(draft(understand(log_of([["won"], ["won"]]), UTC, won=[0]), "made", "en"))
    assert [stage.kind for stage in pipeline.stages.values()] == ["open", "won", "lost"]


def test_nine_of_ten_stays_keep_the_drafted_limit_as_the_engine_counts(voronka: Voronka, written: Written) -> None:
    written("shop.csv", shop())
    drafted = json.loads(voronka("discover", "shop.csv", "-o", "shop.pipeline", "--json").stdout)
    stays = {slug(one["title"]): one["stays"] for one in drafted["stages"]}
    found = json.loads(voronka("conform", "shop.csv", "shop.pipeline", "--json").stdout)
    late = {d["here"]: d["times"] for d in found["deviations"] if d["kind"] == "limit"}
    assert set(stays) == {"zayavka_poluchena", "potrebnost_vyyavlena", "kp_otpravleno"}
    assert all(late.get(name, 0) <= n / 10 for name, n in stays.items())
    assert late  # the rest is late: the limit is no larger than it must be
