"""Mail over SMTP (R46): one connection a letter, so that a stale one never loses any."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses, parseaddr
from typing import TYPE_CHECKING

from voronka.dsl.text.codes.base import Both
from voronka.engine.outbox.channels import headers
from voronka.engine.outbox.parcel import Parcel
from voronka.engine.outbox.plaintext import plain
from voronka.engine.outbox.secrets import Vault
from voronka.engine.outbox.settings import Email
from voronka.engine.outbox.trouble import Trouble, final, passing

if TYPE_CHECKING:
    from aiosmtplib import SMTP


class EmailChannel:
    """Hands letters to one SMTP server."""

    def __init__(self, settings: Email, vault: Vault) -> None:
        self.settings = settings
        self.vault = vault

    async def send(self, parcel: Parcel) -> None:
        """A letter is out when the server has answered 250 to its text. Raises Trouble."""
        letter, recipients = compose(parcel, self.settings.sender)

        async def hand_over(server: SMTP) -> None:
            await _hand_over(server, letter, recipients)

        await self._talk(hand_over)

    async def greet(self) -> Both:
        """Talk to the server as for a letter, and send none; what was agreed on. Raises Trouble."""
        s = self.settings
        await self._talk(None)
        sealed = {"tls": "TLS", "starttls": "STARTTLS", "none": ""}[s.security]
        en = [sealed or "not encrypted", f"logged in as {s.user}" if s.password is not None else "no login"]
        ru = [sealed or "без шифрования", f"вход как {s.user}" if s.password is not None else "без входа"]
        return Both(", ".join(en), ", ".join(ru))

    async def _talk(self, what: Callable[[SMTP], Awaitable[None]] | None) -> None:
        """Connect, encrypt, log in, do ``what``, leave. Raises Trouble."""
        import asyncio

        import aiosmtplib

        password = self.vault.reveal(self.settings.password) if self.settings.password is not None else None
        try:
            # aiosmtplib's timeout is of one step, this one is of all of them
            async with asyncio.timeout(self.settings.timeout / 1000):
                server = self._server()
                try:
                    await server.connect()
                    if password is not None:
                        await server.login(self.settings.user, password)
                    else:
                        await server.ehlo()
                    if what is not None:
                        await what(server)
                finally:
                    await _leave(server)
        except TimeoutError as error:
            raise passing("the mail server did not answer in time", "почтовый сервер не ответил вовремя") from error
        except aiosmtplib.SMTPException as error:
            raise _meaning(error) from error
        except ssl.SSLCertVerificationError as error:
            raise _unproved(error) from error
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise passing(
                f"the mail server cannot be reached: {why}", f"до почтового сервера не достучаться: {why}"
            ) from error

    def _server(self) -> SMTP:
        import aiosmtplib

        s = self.settings
        return aiosmtplib.SMTP(
            hostname=s.host,
            port=s.port,
            use_tls=s.security == "tls",
            start_tls=s.security == "starttls",
            timeout=s.timeout / 1000,
        )

    async def close(self) -> None:
        """Nothing is kept open."""


async def _hand_over(server: SMTP, letter: EmailMessage, recipients: list[str]) -> None:
    sender = parseaddr(str(letter["From"]))[1]
    if "".join([sender, *recipients]).isascii():
        await server.sendmail(sender, recipients, letter.as_bytes())
    elif server.supports_extension("smtputf8"):
        await server.sendmail(sender, recipients, letter.as_bytes(policy=headers.SMTPUTF8), mail_options=["SMTPUTF8"])
    else:
        raise final(
            "the mail server takes no addresses in other letters before the @",
            "почтовый сервер не принимает адреса не латиницей перед @",
        )


async def _leave(server: SMTP) -> None:
    """Say good-bye; what the server makes of that changes nothing any more."""
    import aiosmtplib

    if server.is_connected:
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await server.quit()
    server.close()


def _meaning(error: Exception) -> Trouble:
    """What the server said; whether the letter or only the moment is to blame."""
    import aiosmtplib

    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        answers = error.recipients
        code = max((answer.code for answer in answers), default=0)
        said = "; ".join(answer.message for answer in answers)
    elif isinstance(error, aiosmtplib.SMTPResponseException):
        code, said = error.code, error.message
    elif isinstance(cause := _cause(error), ssl.SSLCertVerificationError):
        return _unproved(cause)
    elif isinstance(error, aiosmtplib.SMTPConnectError):
        return passing(f"the mail server cannot be reached: {error}", f"до почтового сервера не достучаться: {error}")
    else:
        name = str(error) or type(error).__name__
        return passing(f"the mail server broke off: {name}", f"почтовый сервер оборвал разговор: {name}")
    text = f"{code} {said}"
    # a refused login is the settings' fault, never the letter's
    if 500 <= code < 600 and not isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return final(f"the mail server refused: {text}", f"почтовый сервер отказал: {text}")
    return passing(f"the mail server answered {text}", f"почтовый сервер ответил {text}")


def _cause(error: BaseException) -> BaseException:
    """What it all began with."""
    while (before := error.__cause__ or error.__context__) is not None:
        error = before
    return error


def _unproved(error: ssl.SSLCertVerificationError) -> Trouble:
    """Passing, because certificates are renewed; meanwhile nothing is said to whoever it is."""
    why = error.verify_message
    return passing(
        f"the mail server's certificate is not valid: {why}", f"сертификат почтового сервера не годится: {why}"
    )


_NAMES = {"cc": "Cc", "reply-to": "Reply-To", "list-unsubscribe": "List-Unsubscribe"}


def compose(parcel: Parcel, sender: str) -> tuple[EmailMessage, list[str]]:
    """The letter and everybody it goes to, blind copies included. Raises Trouble for what is no letter."""
    letter = EmailMessage(headers.SMTP)
    try:
        letter["From"] = sender
        letter["To"] = _plain(parcel.to)
        letter["Subject"] = parcel.subject
        letter["Date"] = format_datetime(datetime.fromtimestamp(parcel.at / 1000, UTC))
        letter["Message-ID"] = f"<{parcel.id}@{_domain(sender)}>"
        letter["Auto-Submitted"] = "auto-generated"
        hidden: list[str] = []
        for name, value in parcel.headers:
            if name == "bcc":
                hidden += [address for _, address in getaddresses([value]) if address]
            elif value:
                letter[_NAMES[name]] = value
        letter.set_content((plain(parcel.body) if parcel.html else parcel.body) + "\n", charset="utf-8")
        if parcel.html:
            letter.add_alternative(parcel.body + "\n", subtype="html", charset="utf-8")
        for attachment in parcel.attachments:
            main, _, sub = attachment.media.partition("/")
            letter.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)
            if main == "text":
                list(letter.iter_attachments())[-1].set_param("charset", "utf-8")
    except (ValueError, IndexError, KeyError, UnicodeError) as error:
        raise final("the letter's headers make no mail", "из заголовков не складывается письмо") from error
    open_ = [address for _, address in getaddresses([str(letter["To"]), str(letter.get("Cc", ""))]) if address]
    return letter, [_plain(address) for address in [*open_, *hidden]]


def _plain(address: str) -> str:
    """An address as it travels: a domain in other letters is written in ASCII."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or any(c in address for c in "\r\n\0,;<>") or " " in address.strip():
        raise final("the address is no mail address", "адрес не похож на почтовый")
    try:
        domain = domain.encode("idna").decode("ascii")
        return Address(username=local, domain=domain).addr_spec
    except (ValueError, IndexError, UnicodeError) as error:
        raise final("the address is no mail address", "адрес не похож на почтовый") from error


def _domain(sender: str) -> str:
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return domain.encode("idna").decode("ascii") if domain else "localhost"
