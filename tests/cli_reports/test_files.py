"""Reports as files, read back by other programs: CSV, XLSX, HTML, SVG, PNG; and by whatever reads the views."""

from __future__ import annotations

import csv
import io
import sqlite3
import struct
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from voronka.cli.reports.tables import as_csv, write_xlsx
from voronka.dsl.text.codes.base import Both
from voronka.engine.reports.table import DEALS, Column, Report, Table

Voronka = Callable[..., Result]
FORMULAS = ("=1+1", "+7 999", "-2", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://example.test")', "＝1+1")
HOSTILE = "<script>alert(1)</script>&\"'{{ 7*7 }}"


def report(*texts: str) -> Report:
    title = Both("Texts", "Тексты")
    rows = tuple((text, number) for number, text in enumerate(texts))
    return Report("texts", title, (), (Table("texts", title, (Column("text", title), DEALS), rows),))


def test_no_text_in_a_csv_can_become_a_formula() -> None:
    found = list(csv.reader(io.StringIO(as_csv(report(*FORMULAS, "plain").tables[0], "en"), newline="")))
    assert found[0] == ["text", "deals"]
    assert [row[0] for row in found[1:]] == [*(f"'{text}" for text in FORMULAS), "plain"]
    assert [row[1] for row in found[1:]] == [str(n) for n in range(len(FORMULAS) + 1)]


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_every_text_comes_back_out_of_a_csv(texts: list[str]) -> None:
    found = list(csv.reader(io.StringIO(as_csv(report(*texts).tables[0], "en"), newline="")))[1:]
    for (read, _), text in zip(found, texts, strict=True):
        assert read in (text, f"'{text}")
        assert read[:1] not in set("=+-@\t\r")


def test_no_text_in_a_workbook_is_a_formula(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    path = tmp_path / "texts.xlsx"
    made = report(*FORMULAS)
    write_xlsx(made, made.tables, path, "ru", lambda ms: datetime.fromtimestamp(ms / 1000, UTC))
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    cells = [row[0] for row in sheet.iter_rows(min_row=2, max_col=1)]
    assert [cell.data_type for cell in cells] == ["s"] * len(FORMULAS)
    assert [cell.hyperlink for cell in cells] == [None] * len(FORMULAS)
    # OOXML writes a carriage return as _x000D_ (ECMA-376, 22.9.2.19)
    assert [str(cell.value).replace("_x000D_", "\r").strip() for cell in cells] == [text.strip() for text in FORMULAS]


def test_a_workbook_has_a_sheet_for_each_table(voronka: Voronka, season: Path, tmp_path: Path) -> None:
    path = tmp_path / "loss.xlsx"
    ran = voronka("report", "loss", "--by", "source", "--xlsx", str(path), "--lang", "ru", folder=season)
    assert (ran.exit_code, ran.stdout) == (0, ""), ran.output
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Почему", "С какого этапа", "Продажи отказы (Источник)"]
    sheet = book["Почему"]
    head = [cell.value for cell in sheet[1]]
    assert head[:3] == ["Причина", "Отказов", "Доля"]
    shares = [row[2].value for row in sheet.iter_rows(min_row=2)]
    assert sum(float(str(share)) for share in shares) == pytest.approx(1)
    assert sheet["C2"].number_format == "0.0%"
    assert len(sheet._charts) == 1


class Page(HTMLParser):
    """What a page loads or runs."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def test_a_page_stands_alone_and_escapes_what_it_tells(voronka: Voronka, shop: Path, tmp_path: Path) -> None:
    source = shop / "pipelines" / "office.pipeline"
    titled = source.read_text(encoding="utf-8").replace('"Request received"', f'"{HOSTILE.replace(chr(34), "")}"')
    source.write_text(titled, encoding="utf-8")
    path, picture = tmp_path / "funnel.html", tmp_path / "funnel.svg"
    db = shop / "voronka.db"
    db.unlink()
    assert voronka("deal", "new", "sales", "--set", "phone=+79991234567", "-q", folder=shop).exit_code == 0
    ran = voronka("report", "funnel", "--html", str(path), "--svg", str(picture), folder=shop)
    assert ran.exit_code == 0, ran.output
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    names = {name for name, _ in page.tags}
    assert names.isdisjoint({"script", "link", "img", "iframe", "object", "form"})
    assert [a for _, attrs in page.tags for a in attrs if a in ("src", "href") or a.startswith("on")] == []
    assert any("<script>alert(1)</script>" in text for text in page.texts), "told as text"
    drawn = ElementTree.fromstring(picture.read_text(encoding="utf-8"))
    assert any("<script>" in (node.text or "") for node in drawn.iter())
    assert not [node for node in drawn.iter() if node.tag.endswith("script")]


def test_a_chart_has_a_bar_for_each_part(voronka: Voronka, season: Path, tmp_path: Path) -> None:
    path = tmp_path / "won.svg"
    assert voronka("report", "won", "--svg", str(path), "--lang", "ru", folder=season).exit_code == 0
    drawn = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    texts = [node.text for node in drawn.iter() if node.tag.endswith("text")]
    assert {"Успех", "Отказ", "2026-02", "2026-03"} <= set(texts)
    bars = [node for node in drawn.iter() if node.tag.endswith("rect") and node.get("height") == "16"]
    assert 3 <= len(bars) <= 4


@pytest.mark.skipif(sys.platform != "linux", reason="the wheel of Typst here is Linux's")
def test_a_png_is_a_picture(voronka: Voronka, season: Path, tmp_path: Path) -> None:
    path = tmp_path / "funnel.png"
    ran = voronka("report", "funnel", "--png", str(path), folder=season)
    assert ran.exit_code == 0, ran.output
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    assert width > 600
    assert height > 200


@pytest.mark.skipif(sys.platform != "linux", reason="the wheel of Typst here is Linux's")
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_png_has_three_pixels_for_two_of_its_chart(voronka: Voronka, season: Path, tmp_path: Path, lang: str) -> None:
    """Never broken ones, where a line of pixels is left out and letters lose their feet."""
    for name in ("funnel", "won", "loss", "time", "red", "discipline"):
        drawn, made = tmp_path / f"{name}.svg", tmp_path / f"{name}.png"
        ran = voronka("report", name, "--svg", str(drawn), "--png", str(made), "--lang", lang, folder=season)
        assert ran.exit_code == 0, ran.output
        svg = ElementTree.fromstring(drawn.read_text(encoding="utf-8"))
        size = struct.unpack(">II", made.read_bytes()[16:24])
        assert size == tuple(1.5 * int(svg.attrib[side]) for side in ("width", "height")), name


def test_a_file_that_cannot_be_written_is_said(voronka: Voronka, season: Path, tmp_path: Path) -> None:
    for option in ("--csv", "--xlsx", "--html", "--svg", "--png"):
        ran = voronka("report", "funnel", option, str(tmp_path / "nowhere" / "x"), folder=season)
        assert ran.exit_code == 2
        assert "cannot be written" in ran.stderr
    assert list(tmp_path.iterdir()) == []


# --- the views, by other programs ------------------------------------------------------------------------------------

STAYS = 'SELECT stage, count(*), sum(seconds) FROM v_visits WHERE "left" IS NOT NULL GROUP BY 1 ORDER BY 1'


def reported(voronka: Voronka, season: Path) -> dict[str, int]:
    import json

    (table,) = json.loads(voronka("report", "funnel", "--json", folder=season).stdout)["tables"]
    return {row["stage"]: row["deals"] for row in table["rows"]}


@pytest.mark.requirement("R68")
def test_views_read_only(voronka: Voronka, season: Path) -> None:
    """As Datasette opens a database: read-only, in immutable mode, without anything of ours."""
    titles = dict(
        _views(f"file:{season}/voronka.db?mode=ro&immutable=1", "SELECT stage_title, count(*) FROM v_deals GROUP BY 1")
    )
    known = reported(voronka, season)
    russian = {"Заявка получена": "Request received", "Предложение отправлено": "Offer sent", "Оплачена": "Paid"}
    assert {known[english] for english in russian.values()} == {titles[name] for name in russian}


def _views(uri: str, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(uri, uri=True) as db:
        return db.execute(sql).fetchall()
