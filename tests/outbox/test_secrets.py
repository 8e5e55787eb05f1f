"""Canaries: secrets are planted everywhere they may stand, and no output, log or file holds one afterwards."""

from __future__ import annotations

import base64
import logging
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from tests.outbox.peers import BOT_API, Mailbox, Receiver, http, smtp
from tests.outbox.post import Post, hooks, mail
from voronka.engine.host import queries
from voronka.engine.outbox.secrets import Secret, Vault
from voronka.engine.outbox.trouble import Trouble

PASSWORD, KEY, TOKEN, SMS_KEY = "canary-p4ssword", "canary-hook-key", "110201543:canary-token", "canary-sms-key"
CANARIES = (PASSWORD, KEY, TOKEN, SMS_KEY)


class Echoing(Mailbox):
    """A rude server: it repeats the password when it refuses it."""

    def __init__(self, opens: bool) -> None:
        super().__init__()
        self.opens = opens

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        shown = base64.b64encode(data.password).decode()
        message = None if self.opens else f"535 {data.password.decode()} ({shown}) is wrong"
        return AuthResult(success=self.opens, handled=self.opens, message=message)


def test_secrets_are_used_and_appear_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, logger="mail.log")  # the peer's own log, not ours
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "SMTP_PASSWORD").write_text(PASSWORD + "\n")
    environ = {"CREDENTIALS_DIRECTORY": str(credentials), "HOOK_KEY": KEY, "BOT": TOKEN, "SMTP_PASSWORD": "stale"}
    environ |= {"SMS_KEY": SMS_KEY}
    work = tmp_path / "work"
    work.mkdir()
    said: list[str] = []
    for opens in (True, False):
        mailbox, receiver = Echoing(opens), Receiver([200, 500])
        auth = {"authenticator": mailbox.authenticate, "auth_require_tls": False}
        gateway, bot = Receiver([200]), Receiver([500], BOT_API)
        with smtp(mailbox, **auth) as port, http(receiver) as web, http(gateway) as gate, http(bot) as api:
            settings = mail(port, 'user = "shop"\npassword = { secret = "SMTP_PASSWORD" }\n')
            settings += hooks('secret = { secret = "HOOK_KEY" }')
            settings += f'[channels.telegram]\ntoken = {{ secret = "BOT" }}\nurl = "http://127.0.0.1:{api}"\n'
            settings += f'[channels.sms]\nkey = {{ secret = "SMS_KEY" }}\nurl = "http://127.0.0.1:{gate}/"\n'
            settings += "[delivery]\nattempts = 1\n"
            hook = f"http://127.0.0.1:{web}/"
            with Post(settings, hook=hook, environ=environ, path=work / f"{opens}.db") as post:
                post.greet()
                post.greet("hooked")
                post.deliver()
                post.greet("texted", chat="12345")
                post.greet("rung", phone="+79991234567")
                post.deliver()
                said += [str(queries.info(post.store)), repr(post.settings), repr(post.deliverer.troubles)]
                said += [str(row) for row in (*post.effects(), *queries.list_incidents(post.store))]
                assert gateway.requests[0][1]["authorization"] == f"Bearer {SMS_KEY}"
                assert post.statuses() == ["sent" if opens else "dead", "sent", "dead", "sent"]
                if not opens:
                    assert "<SMTP_PASSWORD>" in str(post.effects()[0].error)
    said += [caplog.text]
    said += [path.read_bytes().decode("latin-1") for path in work.rglob("*") if path.is_file()]
    for canary in CANARIES:
        for form in (canary, base64.b64encode(canary.encode()).decode()):
            assert all(form not in text for text in said)


@pytest.mark.parametrize("environ", [{}, {"SMTP_PASSWORD": ""}, {"CREDENTIALS_DIRECTORY": "/nowhere"}])
def test_a_secret_that_is_missing_delays_and_is_named(environ: dict[str, str]) -> None:
    settings = mail(1, 'user = "shop"\npassword = { secret = "SMTP_PASSWORD" }\n')
    with Post(settings, environ=environ) as post:
        post.greet()
        post.deliver()
        (effect,) = post.effects()
        assert effect.status == "pending"
        assert "SMTP_PASSWORD" in str(effect.error)


def test_a_secrets_name_reaches_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("not for you")
    inside = tmp_path / "credentials"
    inside.mkdir()
    with pytest.raises(Trouble):
        Vault({"CREDENTIALS_DIRECTORY": str(inside)}).reveal(Secret("../other"))
