"""Search over fields, notes, answers and mails (R75, R76): words in any form; nothing personal; a cache at any time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine_host.office import OFFICE, TEMPLATES
from voronka.dsl.check.workspace import check_text
from voronka.engine.host.commands import Command
from voronka.engine.host.host import Host
from voronka.engine.host.live import live_host
from voronka.engine.program.build import Programs
from voronka.engine.search.index import Hit, beside, find, forget
from voronka.engine.search.texts import masked
from voronka.engine.search.words import stem
from voronka.engine.store.files import open_store
from voronka.engine.store.store import Store
from voronka.stdlib.library import library

NOW = 1_795_416_000_000


@pytest.mark.parametrize(
    "forms",
    [
        "скидка скидку скидки скидкой скидкам",
        "договор договора договоры договором договорах",
        "красивый красивая красивого красивыми",
        "подумать подумал подумала подумали",
        "мебель мебели мебелью",
        "счёт счета счетов счетом",
        "клиент клиенты клиентов клиентами",
        "discount discounts",
        "company companies",
    ],
)
def test_forms_of_a_word_are_one(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


def test_words_that_only_look_alike_are_not_one() -> None:
    assert stem("стол") != stem("сто")
    assert stem("2026") != stem("202")


def test_phones_and_mails_are_no_words() -> None:
    text = (
        "Звоните +7 (999) 123-45-67, 8 999 1234567 или a.b@mail.example; живёт на Лесной, 5; заказ 12345, счёт 2026-11"
    )
    assert masked(text, ["Лесной, 5"]) == "Звоните …, … или …; живёт на …; заказ 12345, счёт 2026-11"


class Shop:
    """A store on disk with its host."""

    def __init__(self, path: Path) -> None:
        checked = check_text("office.pipeline", OFFICE, library(), TEMPLATES)
        assert checked.definition is not None
        self.programs = Programs(checked.definition)
        opened = open_store(path, create=True)
        assert isinstance(opened, Store)
        self.store, self.path = opened, path
        self.host: Host = live_host(opened, self.programs, lambda: NOW)

    def do(self, kind: str, data: dict[str, object], deal: int | None = None) -> int:
        reply = self.host.submit(Command(kind, data, deal, "sales" if deal is None else None, NOW, "anna"))
        assert reply.status == "done", (reply.unmet, reply.message)
        return reply.deal or 0

    def find(self, text: str) -> list[Hit]:
        return find(self.store, self.programs, text)

    def kinds(self, text: str) -> list[tuple[int, str]]:
        return sorted((hit.deal, hit.kind) for hit in self.find(text))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "voronka.db")


def deal(shop: Shop) -> int:
    fields = {"number": "17/А", "phone": "+79991234567", "email": "anna@mail.example", "city": "Тверь"}
    return shop.do("create", {"fields": fields})


@pytest.mark.requirement("R75", "R76")
def test_every_kind_of_text_is_found_in_any_form(shop: Shop) -> None:
    number = deal(shop)
    shop.do("note", {"text": "Просили скидку на столы"}, number)
    shop.do("done", {"task": 1, "comment": "договорились о встрече"}, number)
    shop.do("set", {"fields": {"amount": 5000}}, number)
    shop.do("move", {"stage": "offered"}, number)  # sends a mail: «Предложение … Цена … Город»
    shop.do("lose", {"reason": "price", "comment": "ушли к соседям"}, number)
    assert shop.kinds("скидки столов") == [(number, "note")]
    assert shop.kinds("договор") == [(number, "task")]  # a word's beginning
    assert shop.kinds("цены") == [(number, "mail")]
    assert shop.kinds("сосед") == [(number, "loss")]
    assert (number, "fields") in shop.kinds("твери")
    assert shop.kinds("скидки соседям") == []  # every word, in one text
    (hit,) = shop.find("столам")
    assert hit.excerpt == "Просили скидку на столы"
    assert hit.version == 2


def test_what_is_odd_finds_nothing_and_breaks_nothing(shop: Shop) -> None:
    deal(shop)
    for text in ("", "   ", "!!!", '"', "*", "NEAR(", "a AND", "-x", "'; DROP TABLE texts", "ё" * 5000, "\x00"):
        assert shop.find(text) == []


def test_personal_values_are_not_in_the_index(shop: Shop) -> None:
    number = deal(shop)
    shop.do("note", {"text": "Её телефон +7 999 123-45-67, почта anna@mail.example, просила перезвонить"}, number)
    assert shop.kinds("перезвонить") == [(number, "note")]
    assert shop.find("anna@mail.example") == []
    assert shop.find("1234567") == []
    raw = beside(shop.path).read_bytes()
    for said in ("9991234567", "123-45-67", "anna@mail", "+7 999"):
        assert said.encode() not in raw
    assert "перезвонить".encode() in raw


def test_it_keeps_up_and_is_the_same_when_made_anew(shop: Shop) -> None:
    number = deal(shop)
    shop.do("note", {"text": "первое слово"}, number)
    assert shop.kinds("слово") == [(number, "note")]
    shop.do("note", {"text": "второе слово"}, number)
    shop.do("set", {"fields": {"city": "Псков"}}, number)
    kept = sorted(shop.find("слово"), key=repr), shop.kinds("псков"), shop.kinds("тверь")
    assert kept[2] == []
    forget(shop.path)
    assert (sorted(shop.find("слово"), key=repr), shop.kinds("псков"), shop.kinds("тверь")) == kept


def test_a_spoilt_index_is_made_anew(shop: Shop) -> None:
    number = deal(shop)
    beside(shop.path).write_bytes(b"SQLite format 3\x00" + b"nonsense" * 500)
    assert shop.kinds("тверь") == [(number, "fields")]
    beside(shop.path).write_bytes(b"no database at all, only text" * 50)
    assert shop.kinds("тверь") == [(number, "fields")]


def test_another_store_at_the_same_place_is_not_mistaken(shop: Shop, tmp_path: Path) -> None:
    """After a restore the log may be shorter, and other: its commits tell."""
    number = deal(shop)
    shop.do("note", {"text": "старое"}, number)
    assert shop.find("старое")
    other = Shop(tmp_path / "other.db")
    deal(other)
    other.do("note", {"text": "новое"}, 1)
    beside(other.path).write_bytes(beside(shop.path).read_bytes())
    assert other.find("старое") == []
    assert other.kinds("новое") == [(1, "note")]


def test_who_is_forgotten_is_found_no_more(shop: Shop) -> None:
    """R63's other side: with the person go the words about them, in the index and in its file."""
    number = deal(shop)
    shop.do("note", {"text": "Любит жаворонков"}, number)
    assert shop.kinds("жаворонки") == [(number, "note")]
    reply = shop.host.submit(Command("forget", {"deals": [number]}, None, None, NOW, "anna"))
    assert reply.status == "done", reply.message
    assert not beside(shop.path).exists()
    assert shop.find("жаворонки") == []
    assert "жаворон".encode() not in beside(shop.path).read_bytes()


def test_the_index_is_the_readers_own_and_no_part_of_what_is_verified(shop: Shop) -> None:
    from voronka.engine.store.verify import verify

    deal(shop)
    before = list(shop.store.db.iterdump())
    shop.find("тверь")
    assert list(shop.store.db.iterdump()) == before
    assert verify(shop.store).problems == ()
    assert beside(shop.path).stat().st_mode & 0o077 == 0
