"""Mail under lock and key: STARTTLS and TLS with certificates made here and checked, logins, alternatives, headers."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult

from tests.outbox.peers import Mailbox, smtp
from tests.outbox.post import Post
from voronka.engine.host import queries


class Authority:
    """A certificate authority of this test, and a server's certificate of it."""

    def __init__(self, folder: Path, name: str = "localhost") -> None:
        authority = trustme.CA()
        self.file = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.file))
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(self.server)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """What this machine trusts besides: how a company has its own authority known (docs/delivery.md)."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


def served(security: str, server: ssl.SSLContext) -> dict[str, Any]:
    if security == "tls":
        return {"ssl_context": server, "auth_require_tls": False}  # aiosmtpd knows of STARTTLS only
    return {"tls_context": server, "require_starttls": True}


def sealed(port: int, security: str, more: str = "") -> str:
    return f"""
[channels.email]
host = "localhost"
port = {port}
security = "{security}"
from = "Магазин «Ромашка» <shop@example.org>"
timeout = "2 s"
{more}
[delivery]
attempts = 1
"""


def checks(password: str) -> Any:
    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"shop", password.encode()), handled=False)

    return authenticate


@pytest.mark.requirement("R46")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_letter_goes_through_tls_after_a_login(security: str, authority: Authority) -> None:
    mailbox = Mailbox()
    options = served(security, authority.server) | {"authenticator": checks("пароль")}
    login = 'user = "shop"\npassword = { secret = "SMTP_PASSWORD" }'
    with (
        smtp(mailbox, **options) as port,
        Post(sealed(port, security, login), environ={"SMTP_PASSWORD": "пароль"}) as post,
    ):
        post.greet()
        post.deliver()
        assert [(e.status, e.error) for e in post.effects()] == [("sent", None)]
        assert mailbox.letters[0]["Subject"] == "Здравствуйте, Ира"


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", ["stranger", "another name"])
def test_a_certificate_that_proves_nothing_is_an_incident_and_nothing_is_said(
    security: str, wrong: str, tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of an authority that nobody knows, and one of ours for somebody else."""
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other", "mail.example.org")
    if wrong == "another name":
        monkeypatch.setenv("SSL_CERT_FILE", str(other.file))
    mailbox = Mailbox()
    with smtp(mailbox, **served(security, other.server)) as port, Post(sealed(port, security)) as post:
        number = post.greet()
        post.deliver()
        (incident,) = queries.list_incidents(post.store)
        assert (incident.kind, incident.deal, post.statuses()) == ("delivery", number, ["dead"])
        assert "сертификат" in incident.data["error"]
        assert mailbox.tried == []


def test_a_server_without_starttls_gets_no_letter() -> None:
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(sealed(port, "starttls")) as post:
        post.greet()
        post.deliver()
        (incident,) = queries.list_incidents(post.store)
        assert "STARTTLS" in incident.data["error"]
        assert mailbox.tried == []


def test_a_server_that_speaks_no_tls_where_it_should() -> None:
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(sealed(port, "tls")) as post:
        post.greet()
        post.deliver()
        assert post.statuses() == ["dead"]
        assert mailbox.tried == []


@pytest.mark.parametrize(("password", "code"), [("wrong", "535")])
def test_a_refused_login_is_the_settings_fault(password: str, code: str, authority: Authority) -> None:
    mailbox = Mailbox()
    options = served("starttls", authority.server) | {"authenticator": checks("right")}
    login = 'user = "shop"\npassword = { secret = "SMTP_PASSWORD" }'
    settings = sealed(0, "starttls", login).replace("attempts = 1", "attempts = 2")
    with smtp(mailbox, **options) as port:
        vault = {"SMTP_PASSWORD": password}
        with Post(settings.replace("port = 0", f"port = {port}"), environ=vault) as post:
            post.greet()
            post.deliver()
            (effect,) = post.effects()
            assert (effect.status, effect.attempts) == ("pending", 1)
            assert code in str(effect.error)
            assert mailbox.tried == []
