"""Fuzz targets of what arrives: values that people type, tables, mapping files, webhooks, lines of the socket."""

from __future__ import annotations

import asyncio
import functools
import json
import re
import tempfile
from itertools import pairwise
from pathlib import Path

from tests.dsl_templates import shop
from tests.engine_compile import trees
from tests.engine_host.office import Office
from tests.engine_intake import desk
from tests.intake_events import sources
from voronka.dsl.definition.types import Type
from voronka.dsl.definition.values import decode, encode
from voronka.dsl.syntax.keywords import UNITS
from voronka.engine.daemon.wire import command_data, command_of, packed, reply_data, reply_of, unpacked
from voronka.engine.host.commands import Command
from voronka.engine.inputs import InputError, parse_value, show_value, stored_value
from voronka.engine.intake import events_map, mapping
from voronka.engine.intake.events_drop import Unfit, read_records
from voronka.engine.intake.events_in import NotJson, digest_of, parse_json
from voronka.engine.intake.plan import make_plan
from voronka.engine.intake.problems import Unreadable
from voronka.engine.intake.table import read_table

ROOT = Path(__file__).resolve().parents[2]
SPLIT = b"\n=====\n"  # between the files of one input
STATUSES = {"done", "refused", "duplicate", "kept", "skipped", "unrouted", "error"}
JSON_WORDS = (
    *("{}", "[]", "[[", "]]", "null", "true", "1e400", "-0", "NaN", "1" * 40, "0.1", '"\\ud800"', '"\\u0000"', '""'),
    *('{"$": 1}', '["*"]', '{"d": "1"}', "[1, [2, [3]]]", "9223372036854775808", "-1", "1.0", "\ufeff", '"a":', ","),
)
_KINDS: tuple[Type, ...] = (
    *shop.KINDS.values(), Type("address"), Type("url"), Type("time"), Type("file"), trees.RATING,
)  # fmt: skip


def words_of(seeds: list[bytes], pattern: str) -> set[str]:
    return {word for seed in seeds for word in re.findall(pattern, seed.decode("utf-8", "replace"))}


# --- values ----------------------------------------------------------------------------------------------------------


def given_value(data: bytes) -> None:
    """What somebody writes into a field: a value that is stored, shown, read. The first byte chooses type, language."""
    kind = _KINDS[data[0] % len(_KINDS)] if data else _KINDS[0]
    language, calendar = ("en", "ru")[data[:1] > b"\x7f"], trees.CALENDAR if len(data) % 2 else None
    try:
        made = parse_value(
            kind, data[1:].decode("utf-8", "replace"), language=language, calendar=calendar, now=trees.NOW
        )
    except InputError as error:
        assert error.message("en")
        assert error.message("ru")
        return
    assert decode(json.loads(json.dumps(encode(made)))) == made
    assert isinstance(show_value(kind, stored_value(kind, made), language, calendar), str)


def value_seeds() -> list[bytes]:
    given = [
        *("120 000,50 ₽", "1e5", "15%", "-0.001", "+7 999 123-45-67", "8 (999) 1234567", "anna@example.test", "да"),
        *("2026-11-23", "23.11.2026", "31 февраля 2026", "tomorrow", "завтра в 10:00", "2026-11-23 09:40", "25:61"),
        *("3 workdays", "3 рабочих дня", "1.5 часа", "https://example.test/a?b=1", "hot", "Горячий", "music, Декор"),
        *("№ 17", "#7", "1,234.56", "1.234,56", "٣", "½", "∞", "NaN", "0x10", "1_000", "9" * 60, "Ы" * 300, " \u00a0 "),
        *("23 ноября", "next monday", "29.02.2027", "24:00", "12:60", "2026-03-29 02:30", "9999-12-31 23:59", "no"),
    ]
    return [bytes([number]) + text.encode() for text in given for number in (*range(0, len(_KINDS), 3), 200)]


def value_words() -> list[str]:
    months = [
        "января",
        "May",
        "дек",
        "вчера",
        "послезавтра",
        "через 2 дня",
        "in 2 days",
        "min",
        "минут",
        "monday",
        "пн",
    ]
    odd = ["\u00a0", "\u202f", "\u2212", "\x00", "\u200b", "T", "Z", "+03:00", "²", "Ⅷ"]
    return sorted({*words_of(value_seeds(), r"\w+|[^\w\s]"), *months, *UNITS, *odd})


# --- tables and mapping files ----------------------------------------------------------------------------------------


@functools.cache
def _folder() -> Path:
    """A folder of this process for what is read from disk only."""
    return Path(tempfile.mkdtemp(prefix="voronka-fuzz-"))


_USUAL = {"map.toml": desk.MAP.encode(), "leads.csv": desk.LEADS.encode(), "wins.csv": desk.WINS.encode()}


def import_table(data: bytes) -> None:
    """A mapping, then two CSV files: a plan whose every row is typed, or all that is wrong with them."""
    given, folder = data.split(SPLIT), _folder()
    for number, (name, usual) in enumerate(_USUAL.items()):
        (folder / name).write_bytes(given[number] if number < len(given) else usual)
    try:
        rules = mapping.load_map(folder / "map.toml")
        tables = {"deals": read_table(folder / "leads.csv", rules.encoding, rules.delimiter)}
        for rows in rules.then:
            own = rows.same or rows.name == "deals"
            tables[rows.name] = tables["deals"] if own else read_table(folder / "wins.csv", rules.encoding)
        plan = make_plan(desk.programs(), rules, "leads", tables, desk.NOW, lambda key: None)
        problems = plan.problems
        assert all(earlier.at <= later.at for earlier, later in pairwise(plan.deeds))
    except Unreadable as error:
        assert error.problems
        problems = list(error.problems)
    for problem in problems:
        assert problem.text("en")
        assert problem.text("ru")


def table_seeds() -> list[bytes]:
    maps = [path.read_bytes() for path in sorted((ROOT / "pipelines/maps").glob("*.toml"))]
    first, *rest = _USUAL.values()
    return [SPLIT.join((first, *rest)), SPLIT.join((b'encoding = "utf-16"\n' + first, *rest)), *maps]


def table_words() -> list[str]:
    encodings = ["utf-16", "utf-7", "idna", "punycode", "rot13", "hex", "cp1251", "utf-8-sig", "unicode_escape", "mbcs"]
    formats = ["%d", "%s", "%Z", "%z", "%%", "%j", "%U %Y", "%c", "%", "%-d", "%G-W%V-%u"]
    keys = ["encoding = ", "delimiter = ", "timezone = ", "language = ", "format = ", "same_file = true", "[[then]]"]
    values = ['""', '"\\t"', "[]", "{}", "1979-05-27", "0x10", "inf", "nan", '"""', '"\\u0000"', "Europe/Moscow", ".."]
    return sorted({*encodings, *formats, *keys, *values, *words_of(table_seeds(), r"[\w.%]+|[^\w\s]+")})


def event_mapping(data: bytes) -> None:
    """A mapping file of events, and after it the payload of a drop folder, as JSON and as CSV."""
    given, _, payload = data.partition(SPLIT)
    folder = _folder()
    (folder / "source.toml").write_bytes(given)
    known = None
    try:
        known = events_map.load_map(folder / "source.toml")
    except events_map.BadMapping as error:
        assert error.text.ru
    for name in ("drop.json", "drop.csv"):
        (folder / name).write_bytes(payload or given)
        try:
            records = read_records(folder / name)
        except Unfit as unfit:
            assert str(unfit)
            continue
        for _, record in records[:20]:
            assert digest_of(record)
            if known is not None:
                assert known.map(record).name in {"", *(rule.name for rule in known.rules)}
                assert isinstance(known.key_of(record) + known.answered(record), str)


def event_mapping_seeds() -> list[bytes]:
    payload = json.dumps(sources.payment()).encode()
    maps = [text.encode() for text in (sources.BANK, sources.SITE, sources.CRM)]
    return [SPLIT.join((text, payload)) for text in maps] + [SPLIT.join((maps[1], b"phone,city\n89991234567,Tver\n"))]


def event_mapping_words() -> list[str]:
    return sorted({*words_of(event_mapping_seeds(), r"[\w.]+|[^\w\s]+"), *JSON_WORDS, "[[event]]", "[signature]"})


# --- events and commands ---------------------------------------------------------------------------------------------


def webhook(data: bytes) -> None:
    """The body of a webhook, for each of three sources: it is taken, kept or refused, and the store verifies."""
    try:
        payload = parse_json(data)
    except NotJson as error:
        assert str(error)
        return
    with Office() as office:
        office.create(number="A-1", phone="+79991234567")
        intake = sources.an_intake(office, _folder())
        for source in ("bank", "site", "crm"):
            taken = asyncio.run(intake.take(source, payload))
            assert taken.status in STATUSES - {"error"}, taken


def webhook_seeds() -> list[bytes]:
    bodies = [
        sources.payment(),
        sources.payment(5),
        {"phone": "89991234567", "city": "Тверь"},
        {"lead": {"phone": "1"}},
    ]
    return [json.dumps(body, ensure_ascii=False).encode() for body in bodies]


def webhook_words() -> list[str]:
    return sorted({*words_of(webhook_seeds(), r'"[^"]*"|[^\w\s"]'), *JSON_WORDS})


def socket_line(data: bytes) -> None:
    """Lines for the daemon's door: refused as none, or answered; what is answered can be sent, and the store verifies.

    An error is an answer, too: it says that a command is none.
    """
    with Office() as office:
        office.create(number="A-1", phone="+79991234567")
        for line in data.split(b"\n")[:8]:
            try:
                given = unpacked(line).get("commands")
                commands = [command_of(item) for item in given[:8]] if isinstance(given, list) else []
            except ValueError as error:
                assert str(error)
                continue
            for command in commands:
                sent = json.loads(packed({"command": command_data(command)}))
                assert command_of(sent["command"]) == command
            if commands and not commands[0].follows and not any(command.imported for command in commands):
                for reply in office.host.submit_many(commands):
                    assert reply.status in STATUSES
                    sent = json.loads(packed(reply_data(reply)))
                    assert reply_of(sent).status == reply.status


def socket_seeds() -> list[bytes]:
    wishes = [
        Command("create", {"fields": {"number": "A-2", "phone": "89990000000"}}, pipeline="sales"),
        Command("set", {"fields": {"amount": 5, "city": "Тверь"}}, deal=1, key="k"),
        Command("move", {"stage": "offered"}, deal=1),
        Command("lose", {"reason": "price", "comment": "дорого"}, deal=1),
        Command("reopen", {"stage": "new"}, deal=1),
        Command("done", {"task": "call"}, deal=1),
        Command("reschedule", {"task": "call", "due": 1_795_700_000_000}, deal=1),
        Command("event", {"name": "payment", "payload": {"amount": 5}, "by": {"number": "A-1"}}, at=1_795_417_200_000),
        Command("person", {"do": "absent", "name": "anna", "until": 1_795_700_000_000}),
        Command("incident", {"do": "resolve", "id": 1}),
        Command("note", {"text": "да"}, deal=1, actor="anna"),
        Command("tick", {"point": "a.b", "on": True}, deal=1),
        Command("hand", {"to": "ivan"}, deal=1),
        Command("undo", {}, deal=1),
        Command("forget", {"deals": [1]}),
        Command("store", {"do": "resume"}),
    ]
    one_by_one = [[command_data(wish)] for wish in wishes]
    together = [command_data(wish) for wish in wishes[:6]]
    return [packed({"op": "submit", "commands": given}).rstrip() for given in (*one_by_one, together)]


def socket_words() -> list[str]:
    kinds = [
        '"approve"',
        '"ask"',
        '"attach"',
        '"switch"',
        '"client"',
        '"orders"',
        '"follows"',
        '"answers"',
        '"imported"',
    ]
    found = words_of(socket_seeds(), r'"[^"]*"|[^\w\s"]|\d+')
    return sorted({*found, *JSON_WORDS, *kinds, '"olga"', '"ivan"', "2", "99"})
