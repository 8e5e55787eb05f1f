"""The drop folder: files become events once, whole ones move to processed/, spoilt ones to failed/ with the reason."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.engine_host.office import Office
from tests.intake_events.sources import an_intake
from voronka.engine.host import queries
from voronka.engine.intake.events_drop import Drop


class Dropping:
    """A drop folder of one office."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.folder = folder / "drop"
        (self.folder / "site").mkdir(parents=True)
        self.drop = Drop(an_intake(office, folder), self.folder, lambda: office.now)

    def put(self, name: str, text: str | bytes) -> None:
        data = text.encode() if isinstance(text, str) else text
        (self.folder / "site" / name).write_bytes(data)

    def looks(self, times: int = 2) -> int:
        async def run() -> int:
            return sum([await self.drop.look() for _ in range(times)])

        return asyncio.run(run())

    def there(self) -> list[str]:
        base = self.folder / "site"
        return sorted(str(path.relative_to(base)) for path in base.rglob("*") if path.is_file())


CSV = 'phone;city\r\n+7 999 123-45-67;"Тверь; центр"\r\n8 999 765-43-21;Псков\r\n'


def test_rows_and_records_become_events(tmp_path: Path) -> None:
    with Office() as office:
        folder = Dropping(office, tmp_path)
        folder.put("leads.csv", CSV)
        folder.put("one.json", '{"phone": "+7 999 111-11-11", "city": "Омск"}')
        folder.put("many.json", '[{"phone": "+7 999 222-22-22"}, {"phone": "+7 999 333-33-33"}]')
        assert folder.looks(1) == 0  # somebody may still be writing
        assert folder.looks(1) == 3
        assert folder.there() == ["processed/leads.csv", "processed/many.json", "processed/one.json"]
        cities = [office.deal(row.id).f["city"] for row in queries.list_deals(office.store, pipeline="sales")]
        assert cities == ["Тверь; центр", "Псков", None, None, "Омск"]
        assert folder.looks() == 0


def test_a_file_that_grows_is_left_until_it_stands(tmp_path: Path) -> None:
    with Office() as office:
        folder = Dropping(office, tmp_path)
        for part in ("[", '[{"phone": "+7 999 111-11-11"}', '[{"phone": "+7 999 111-11-11"}]'):
            folder.put("slow.json", part)
            assert folder.looks(1) == 0
        assert folder.looks(1) == 1
        assert folder.there() == ["processed/slow.json"]


def test_a_file_taken_again_after_a_crash_changes_nothing_twice(tmp_path: Path) -> None:
    with Office() as office:
        folder = Dropping(office, tmp_path)
        folder.put("leads.csv", CSV)
        folder.looks()
        (folder.folder / "site/processed/leads.csv").rename(folder.folder / "site/leads.csv")
        folder.looks()
        assert folder.there() == ["processed/leads.csv"]
        assert len(list(queries.list_deals(office.store, pipeline="sales"))) == 2
        assert list(queries.list_kept(office.store)) == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", "{", "this is no JSON: line 1"),
        ("a.csv", "phone,phone\n1,2\n", "each once"),
        ("a.csv", "phone,city\n1\n", "line 2: 1 cells, the head has 2"),
        ("a.csv", b"phone\n\xff\n", "no UTF-8: byte 6"),
        ("a.csv", "", "the first line must name the columns"),
        ("a.csv", 'phone\n"open', "this is no CSV"),
        ("a.csv", "phone,city\nnot a phone,Омск\n+79991111111,Омск\n", "record 1: type phone"),
    ],
)
def test_what_cannot_be_taken_moves_to_failed_with_its_reason(
    tmp_path: Path, name: str, text: str | bytes, said: str
) -> None:
    with Office() as office:
        folder = Dropping(office, tmp_path)
        folder.put(name, text)
        assert folder.looks() == 1
        assert folder.there() == [f"failed/{name}", f"failed/{name}.why.txt"]
        assert said in (folder.folder / f"site/failed/{name}.why.txt").read_text(encoding="utf-8")


def test_what_is_no_file_of_ours_is_left_alone(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps({"phone": "+79991111111"}))
    with Office() as office:
        folder = Dropping(office, tmp_path)
        (folder.folder / "site/link.json").symlink_to(secret)
        (folder.folder / "site/folder.json").mkdir()
        for name in (".hidden.json", "half.json.part", "notes.txt"):
            folder.put(name, "{}")
        assert folder.looks() == 0
        assert secret.exists()


def test_names_in_processed_are_never_overwritten(tmp_path: Path) -> None:
    with Office() as office:
        folder = Dropping(office, tmp_path)
        for city in ("Омск", "Псков"):
            folder.put("lead.json", json.dumps({"phone": "+79991111111", "city": city}))
            folder.looks()
        assert folder.there() == [f"processed/lead.{office.now}.1.json", "processed/lead.json"]


def test_a_folder_that_goes_away_is_said_and_found_again(tmp_path: Path) -> None:
    with Office() as office:
        folder = Dropping(office, tmp_path)
        folder.folder.rename(tmp_path / "away")
        folder.looks()
        assert "is gone" in folder.drop.health()
        (tmp_path / "away").rename(folder.folder)
        folder.put("one.json", '{"phone": "+7 999 111-11-11"}')
        assert folder.looks() == 1
        assert folder.drop.health() == ""
