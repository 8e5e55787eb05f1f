"""Canaries: secrets and personal values are planted, every command is run, and no output, log or file says them.

Secrets come from the environment and from systemd's credentials; peers refuse, echo and break off. Personal values may
stand where a person asked to see them, and in the tables made for them, but never in the log's rows, the daemon's log,
its metrics or its status.
"""

from __future__ import annotations

import json
import socket
import sqlite3
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import AuthResult

from tests.daemon.place import Running, voronka, workspace
from tests.engine_care.conftest import HELLO, MAIL, PHONE, SHOP
from tests.outbox.peers import Mailbox, Receiver, http, smtp
from tests.outbox.test_daemon import eventually

FROM_ENVIRONMENT, FROM_CREDENTIALS = "canary-hook-7f3a91", "canary-smtp-51c2e0"
SECRETS = (FROM_ENVIRONMENT, FROM_CREDENTIALS)
PERSONAL = (PHONE, "912 345-67-89", MAIL, "Lenina 5")
COMMANDS = (
    ("check",),
    ("graph", "pipelines/sales.pipeline"),
    ("status",),
    ("plan",),
    ("deal", "list"),
    ("deal", "show", "1"),
    ("deal", "find", "A-1"),
    ("deal", "export", "1"),
    ("deal", "forget", "1"),
    ("task", "list"),
    ("event", "list"),
    ("person", "list"),
    ("robot", "list"),
    ("incident", "list"),
    ("notice", "list"),
    ("store", "info"),
    ("store", "verify"),
    ("store", "backup"),
    ("store", "resume", "--dry-run"),
    ("doctor",),
    ("incident", "retry", "1"),
    ("incident", "resolve", "99"),
    ("rollback",),
    ("dry-run", "pipelines/sales.pipeline", "--until", "1 day"),
    ("test",),
    ("deal", "move", "1", "nowhere"),
    ("run",),
)


class Echoing(Mailbox):
    """A rude server: it repeats the password that it refuses."""

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=False, handled=False, message=f"535 {data.password.decode()} is wrong")


def settings(shop: Path, mail: int, hook: int) -> None:
    """Both kinds of secrets, and one that is not there."""
    (shop / "voronka.toml").write_text(
        f"""language = "en"
[channels.email]
host = "127.0.0.1"
port = {mail}
from = "a@example.org"
security = "none"
user = "shop"
password = {{ secret = "SMTP_PASSWORD" }}
[channels.webhook]
secret = {{ secret = "HOOK_KEY" }}
allow = ["127.0.0.1"]
[delivery]
attempts = 1
""",
        encoding="utf-8",
    )
    path = shop / "pipelines" / "sales.pipeline"
    text = SHOP.replace(
        "send email to email", f'send webhook to "http://127.0.0.1:{hook}/" using "hello"\n    send email to email'
    )
    path.write_text(text, encoding="utf-8")


def test_no_secret_and_no_personal_value_is_said(tmp_path: Path) -> None:
    shop = workspace(tmp_path / "shop", SHOP)
    (shop / "templates").mkdir()
    (shop / "templates" / "hello.txt").write_text(HELLO, encoding="utf-8")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "SMTP_PASSWORD").write_text(FROM_CREDENTIALS + "\n", encoding="utf-8")
    secrets = {"HOOK_KEY": FROM_ENVIRONMENT, "CREDENTIALS_DIRECTORY": str(credentials)}
    said: dict[str, str] = {}
    machine: dict[str, str] = {}  # what is kept and read by machines: no personal value belongs there

    def say(*args: str) -> None:
        for more in (("--json",),) if len(said) % 2 else ((), ("-v", "--lang", "ru")):
            done = voronka(shop, *args, *more, **secrets)
            said[" ".join((*args, *more))] = done.stdout + done.stderr

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mailbox = Echoing()
    auth = {"authenticator": mailbox.authenticate, "auth_require_tls": False}
    with smtp(mailbox, **auth) as mail, http(Receiver([500])) as hook:
        settings(shop, mail, hook)
        with Running(shop, "--port", str(port), "-v", **secrets) as running:
            fields = {"number": "A-1", "phone": f"+7{PHONE}", "email": MAIL, "place": "Lenina 5", "amount": 10}
            assert running.submit("create", {"fields": fields}, pipeline="sales").deal == 1
            card = {"name": "Petr", "phone": f"+7{PHONE}", "email": MAIL}
            assert running.submit("create", {"fields": card}, pipeline="client").deal == 2
            running.submit("set", {"fields": {"client": 2}}, deal=1)
            running.submit("note", {"text": f"writes from {MAIL}"}, deal=1)
            assert running.submit("move", {"stage": "offered"}, deal=1).status == "done"
            # the mail server refuses, the receiver breaks down
            eventually(lambda: voronka(shop, "incident", "list", "--json").stdout.count('"kind": "delivery"') == 2)
            for args in COMMANDS:
                say(*args)
            said["incidents at last"] = voronka(shop, "incident", "list", "--all", "--json", **secrets).stdout
            with running.line() as line:
                machine["status on the socket"] = json.dumps(line.ask("status"))
            for page in ("metrics", "readyz", "healthz"):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}") as answer:
                        machine[page] = answer.read().decode()
                except urllib.error.HTTPError as error:
                    machine[page] = error.read().decode()
            running.process.kill()
            running.process.wait()
            machine["the daemon's log"] = running.logged()
    for args in (("status",), ("deal", "show", "1")):
        say(*args)
    said |= machine
    assert {name for name, text in said.items() if any(secret in text for secret in SECRETS)} == set()
    holding = {
        path.relative_to(shop).as_posix()
        for path in shop.rglob("*")
        if path.is_file() and any(secret.encode() in path.read_bytes() for secret in SECRETS)
    }
    assert holding == set()
    assert {name for name, text in machine.items() if any(value in text for value in PERSONAL)} == set()
    db = sqlite3.connect(shop / "voronka.db")
    try:
        rows = [event + changes for event, changes in db.execute("SELECT event, changes FROM log")]
    finally:
        db.close()
    assert rows
    assert [row for row in rows if any(value in row for value in PERSONAL)] == []
    # the canaries sing where they should: what was planted was really used
    assert MAIL in "".join(said.values())
    assert "535 <SMTP_PASSWORD> is wrong" in said["incidents at last"]
