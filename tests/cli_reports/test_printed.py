"""Reports as they are printed: text in both languages, JSON and CSV, as files a person can read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Voronka = Callable[..., Result]
GOLDEN = Path(__file__).parent / "golden"
CALLS = {
    "funnel": ("funnel",),
    "cumulative": ("cumulative", "--by", "month"),
    "won": ("won",),
    "time": ("time",),
    "time_work": ("time", "--work", "--from", "2026-02-15"),
    "loss": ("loss", "--by", "source"),
    "nps": ("nps", "--by", "owner"),
    "discipline": ("discipline",),
    "team": ("team", "--from", "2026-02-10", "--to", "2026-03-01"),
    "priority": ("priority",),
    "red": ("red", "--limit", "5"),
}


def same(name: str, printed: str) -> None:
    """As in the golden file; to make it anew, delete it and run the test."""
    path = GOLDEN / name
    text = "\n".join(line.rstrip() for line in printed.splitlines()) + "\n"
    if not path.exists():
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{name} was not there; it is written now: read it, then run again")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("name", CALLS)
def test_text(voronka: Voronka, season: Path, name: str, lang: str) -> None:
    ran = voronka("report", *CALLS[name], "--lang", lang, folder=season)
    assert ran.exit_code == 0, ran.output
    same(f"{name}.{lang}.txt", ran.stdout)


@pytest.mark.parametrize("name", ["cumulative", "won", "loss", "time"])
def test_json_and_csv(voronka: Voronka, season: Path, name: str) -> None:
    data = json.loads(voronka("report", *CALLS[name], "--json", folder=season).stdout)
    same(f"{name}.json", json.dumps(data, ensure_ascii=False, indent=1))
    ran = voronka("report", *CALLS[name], "--csv", "-", "-q", folder=season)
    same(f"{name}.csv", ran.stdout)
    head, *lines = ran.stdout.splitlines()
    table = data["tables"][0]
    assert len(lines) == len(table["rows"])
    assert [name.removesuffix("_RUB").removesuffix("_seconds") for name in head.split(",")] == [
        column["name"] for column in table["columns"]
    ]


def test_colours_only_where_asked_for(voronka: Voronka, season: Path) -> None:
    plain = voronka("report", "funnel", folder=season).stdout
    assert "\x1b[" not in plain
    coloured = voronka("report", "funnel", "--color", "always", folder=season).stdout
    assert "\x1b[36m█" in coloured


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_columns_stand_one_below_another(voronka: Voronka, season: Path, lang: str) -> None:
    """However wide the letters: the bars of every row begin where the first one's do."""
    lines = voronka("report", "loss", "--table", "reasons", "--lang", lang, folder=season).stdout.splitlines()
    starts = {
        line.index(next(sign for sign in line if sign in "█▏▎▍▌▋▊▉")) for line in lines if set(line) & set("█▏▎▍▌▋▊▉")
    }
    assert len(starts) == 1


def test_no_personal_value_is_anywhere(voronka: Voronka, season: Path) -> None:
    import sqlite3

    with sqlite3.connect(f"file:{season}/voronka.db?mode=ro", uri=True) as db:
        values = {
            value for (value,) in db.execute("SELECT value FROM personal WHERE value IS NOT NULL") if len(value) > 5
        }
    assert values
    for name, call in CALLS.items():
        printed = (
            voronka("report", *call, "--json", folder=season).stdout + voronka("report", *call, folder=season).stdout
        )
        assert not [value for value in values if value in printed], name


@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_narrow_terminal_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, voronka: Voronka, season: Path, lang: str, columns: int
) -> None:
    """No line is wider than the terminal; every word and figure is there, uncut; bars are shorter or absent."""
    bars = dict.fromkeys(map(ord, "█▏▎▍▌▋▊▉▒░▓├─●┤"))
    for name, call in CALLS.items():
        args = ("report", *call, "--lang", lang, "--color", "never", "-q")
        wide = voronka(*args, folder=season).stdout
        with monkeypatch.context() as terminal:
            terminal.setattr("click.testing._NamedTextIOWrapper.isatty", lambda self: True, raising=False)
            terminal.setenv("COLUMNS", str(columns))
            narrow = voronka(*args, folder=season).stdout
        assert max(map(len, narrow.splitlines())) <= columns, name
        assert narrow.count("…") == wide.count("…"), name
        said = narrow.translate(bars).split()
        for word in {*wide.translate(bars).split()}:
            assert said.count(word) >= wide.translate(bars).split().count(word), (name, word)


def test_bars_of_a_narrow_terminal_keep_their_proportion(
    monkeypatch: pytest.MonkeyPatch, voronka: Voronka, season: Path
) -> None:
    args = ("report", "loss", "--table", "stages", "--color", "never")
    rows = json.loads(voronka(*args, "--json", folder=season).stdout)["tables"][0]["rows"]
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda self: True, raising=False)
    monkeypatch.setenv("COLUMNS", "90")
    printed = voronka(*args, "-q", folder=season).stdout.splitlines()
    bars = [sum("▏▎▍▌▋▊▉█".index(sign) + 1 for sign in line if sign in "▏▎▍▌▋▊▉█") for line in printed]
    bars = [bar for bar in bars if bar]
    counts = [row["losses"] for row in rows if row["losses"]]
    assert len(bars) == len(counts)
    assert 8 * 8 <= max(bars) < 30 * 8
    assert all(abs(bar / max(bars) - count / max(counts)) < 0.05 for bar, count in zip(bars, counts, strict=True))
