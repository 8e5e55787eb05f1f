"""The socket: whatever is sent, the daemon answers or hangs up, and goes on; many clients are served together."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.daemon.place import Running, verified, workspace
from voronka.engine.daemon.client import DaemonError, Line
from voronka.engine.daemon.wire import LONGEST, MOST, socket_path
from voronka.engine.host.commands import Command


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Running(workspace(tmp_path_factory.mktemp("door") / "w")) as one:
        yield one
        assert one.stop() == 0
        verified(one.store).close()
        assert "Traceback" not in one.logged()


def said(running: Running, line: bytes) -> Any:
    """What a line of any bytes is answered with; None where the daemon hangs up."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(30)
        client.connect(str(socket_path(running.store)))
        client.sendall(line)
        client.shutdown(socket.SHUT_WR)
        answer = client.makefile("rb").readline()
        return json.loads(answer) if answer else None


def asked(**data: Any) -> bytes:
    return json.dumps({"v": 1, **data}).encode() + b"\n"


def submitted(*commands: Any) -> bytes:
    return asked(op="submit", commands=list(commands))


BAD: list[tuple[bytes, str]] = [
    (b"\n", "no line of JSON"),
    (b"\xff\xfe\n", "no line of JSON"),
    (b"[" * 100_000 + b"\n", "no line of JSON"),
    (b"[1]\n", "one JSON object"),
    (b'{"op":"ping"}\n', "version None of the protocol"),
    (b'{"v":99,"op":"ping"}\n', "version 99 of the protocol"),
    (asked(), "no such request: None"),
    (asked(op="shutdown"), "no such request: 'shutdown'"),
    (asked(op="submit"), "commands is a list"),
    (asked(op="submit", commands=[{}] * (MOST + 1)), "commands is a list of at most"),
    (submitted(7), "a command is an object"),
    (submitted({"kind": "note"}), "a command is an object"),
    (submitted({"kind": 5, "data": {}}), "no such kind"),
    (submitted({"kind": "note", "data": {}, "root": True}), "no such root"),
    (submitted({"kind": "note", "data": {}, "deal": 2**70}), "deal is out of range"),
    (submitted({"kind": "note", "data": {"text": ["n", "12.x"]}}), "a value that is none"),
    (submitted({"kind": "note", "data": {"text": ["?", 1]}}), "unknown encoding"),
    (submitted({"kind": "note", "data": {}, "imported": True}), "an import takes the store for itself"),
    (submitted({"kind": "note", "data": {}, "follows": True}), "the first command follows none"),
]


@pytest.mark.parametrize(("line", "why"), BAD, ids=[why for _, why in BAD])
def test_what_is_no_request_is_refused_and_changes_nothing(running: Running, line: bytes, why: str) -> None:
    answer = said(running, line)
    assert why in answer["error"]["en"], answer
    assert set(answer) == {"v", "error"}


def test_half_a_line_is_no_request(running: Running) -> None:
    before = said(running, asked(op="status"))["commands"]
    half = submitted({"kind": "create", "data": {"fields": {}}, "pipeline": "sales"})[:-1]
    assert said(running, half) is None
    assert said(running, asked(op="status"))["commands"] == before


def test_a_line_without_end_is_hung_up_on(running: Running) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(60)
        client.connect(str(socket_path(running.store)))
        endless = b" " * (2 * LONGEST)
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            client.sendall(endless)
    assert said(running, asked(op="ping"))["pid"] == running.process.pid


def test_values_that_no_deal_can_have_are_refused_by_the_host(running: Running) -> None:
    for data, status in (
        ({"fields": {"amount": "much"}}, "refused"),
        ({"fields": 5}, "error"),
        ({"fields": {"number": "\ud800"}}, "error"),
    ):
        answer = said(running, submitted({"kind": "create", "data": data, "pipeline": "sales"}))
        assert answer["replies"][0]["status"] == status


def test_a_group_of_one_request_stands_or_falls_by_itself(running: Running) -> None:
    with running.line() as line:
        first = Command("create", {"fields": {"number": "G"}}, pipeline="sales")
        replies = line.submit_many(
            [
                first,
                Command("move", {"stage": "nowhere"}, deal=10**6),
                Command("note", {"text": "after a refusal"}, deal=10**6, follows=True),
                first,
            ]
        )
        assert [reply.status for reply in replies] == ["done", "refused", "skipped", "done"]
        assert line.submit_many([]) == []


def test_clients_at_the_same_time_are_each_answered_with_their_own(running: Running) -> None:
    """64 at a time; each creates deals and reads in its own replies what it asked for (Meaning: later see earlier)."""
    found: list[tuple[str, str, int | None]] = []

    def client(name: int) -> None:
        line = Line.to(socket_path(running.store))
        assert line is not None
        with line:
            for number in range(5):
                wanted = f"C-{name}-{number}"
                (reply,) = line.submit_many([Command("create", {"fields": {"number": wanted}}, pipeline="sales")])
                changes = {change[1]: change[2] for change in reply.changes if change[0] == "set"}
                found.append((wanted, str(changes.get("number")), reply.deal))

    threads = [threading.Thread(target=client, args=(name,)) for name in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(found) == 320
    assert all(wanted == got for wanted, got, _ in found)
    assert len({deal for _, _, deal in found}) == 320


def test_the_store_is_lent_and_taken_back(running: Running) -> None:
    """An import is its own host; commands of others wait until it is done, and see what it did."""
    from voronka.engine.store.files import open_store
    from voronka.engine.store.store import Store

    with running.line() as borrower:
        assert borrower.ask("lend")["lent"] is True
        store = open_store(running.store)
        assert isinstance(store, Store), store
        answers: list[str] = []
        waiting = threading.Thread(
            target=lambda: answers.append(running.submit("create", {"fields": {}}, pipeline="sales").status)
        )
        waiting.start()
        # status is answered all the same
        assert said(running, asked(op="ping"))["pid"] == running.process.pid
        assert answers == []
        store.close()
    waiting.join(60)
    assert answers == ["done"]


def test_a_borrower_that_dies_gives_the_store_back(running: Running) -> None:
    borrower = running.line()
    borrower.ask("lend")
    borrower.close()
    assert running.submit("create", {"fields": {}}, pipeline="sales").status == "done"


def test_it_ends_when_asked_though_its_store_is_lent(tmp_path: Path) -> None:
    from voronka.engine.store.files import open_store
    from voronka.engine.store.store import Store

    with Running(workspace(tmp_path / "w")) as lender, lender.line() as borrower:
        borrower.ask("lend")
        store = open_store(lender.store)
        assert isinstance(store, Store), store
        assert lender.stop() == 0
        store.close()


def test_no_daemon_is_no_line(tmp_path: Path) -> None:
    assert Line.to(tmp_path / "voronka.sock") is None
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        line = Line.to(tmp_path / "s")
        assert line is not None
        accepted, _ = listener.accept()
        accepted.close()
        with line, pytest.raises(DaemonError):
            line.ask("ping")
