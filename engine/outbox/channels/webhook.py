"""Webhooks out: signed as Standard Webhooks says, and only to where the company means to send them.

A template or a field may name any host, so the name is resolved once, every address it has must be public (or
allowed), and the connection goes to the very address that was looked at. No redirects, no proxies.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import hashlib
import hmac
import ipaddress
import json
import socket
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from voronka.engine.outbox.parcel import Parcel
from voronka.engine.outbox.secrets import Vault
from voronka.engine.outbox.settings import Webhook
from voronka.engine.outbox.trouble import final, passing

ANSWER = 64 * 1024  # bytes of an answer that are read; what comes after is of no interest
AGAIN = (408, 425, 429)  # of 4xx: the moment is to blame, not the message
LONGEST_PAUSE = 24 * 3_600_000  # ms that a Retry-After may ask for

Resolve = Callable[[str, int], "Iterable[str]"]


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class WebhookChannel:
    """Posts JSON to URLs. ``names`` looks names up; ``clock`` is for the signature, seconds since the epoch."""

    def __init__(
        self,
        settings: Webhook,
        vault: Vault,
        names: Resolve = resolve,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self.vault = vault
        self.names = names
        self.clock = clock

    async def send(self, parcel: Parcel) -> None:
        """Taken means answered with 2xx in time. Raises Trouble."""
        import httpx2

        content = body(parcel)
        try:
            async with asyncio.timeout(self.settings.timeout / 1000):
                url, host, target = await self._target(parcel.to)
                headers = {"host": target, "content-type": "application/json", "user-agent": "voronka"}
                headers |= self._signed(parcel.id, content)
                timeout = httpx2.Timeout(self.settings.timeout / 1000)
                async with (
                    httpx2.AsyncClient(follow_redirects=False, trust_env=False, timeout=timeout) as client,
                    client.stream(
                        "POST", url, content=content, headers=headers, extensions={"sni_hostname": host}
                    ) as answer,
                ):
                    await _drain(answer)
                    _judge(answer.status_code, answer.headers.get("retry-after", ""))
        except TimeoutError as error:
            raise passing("the receiver did not answer in time", "получатель не ответил вовремя") from error
        except httpx2.TimeoutException as error:
            raise passing("the receiver did not answer in time", "получатель не ответил вовремя") from error
        except (httpx2.HTTPError, httpx2.StreamError, OSError, UnicodeError) as error:
            name = type(error).__name__
            raise passing(f"the receiver cannot be reached: {name}", f"до получателя не достучаться: {name}") from error

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _target(self, url: str) -> tuple[str, str, str]:
        """(URL with the address to connect to, host name for TLS, Host header). Raises Trouble for where not to go."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise final("the URL cannot be read", "URL не разобрать") from error
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            raise final(
                "only http and https URLs without a user are posted to",
                "отправлять можно только на http и https, без имени пользователя",
            )
        try:
            host = host.encode("idna").decode("ascii") if not host.isascii() else host
        except UnicodeError as error:
            raise final("the URL's host cannot be read", "имя сервера в URL не разобрать") from error
        port = port or (443 if parts.scheme == "https" else 80)
        try:
            found = await asyncio.get_running_loop().run_in_executor(None, lambda: list(self.names(host, port)))
        except OSError as error:
            raise passing("the receiver's name is not known", "имя получателя не находится") from error
        if not found or not all(allowed(host, address, self.settings.allow) for address in found):
            raise final(
                "the receiver is not on the public Internet; [channels.webhook] allow may name it",
                "получатель не в открытом интернете; его можно назвать в allow в [channels.webhook]",
            )
        address = f"[{found[0]}]" if ":" in found[0] else found[0]
        query = f"?{parts.query}" if parts.query else ""
        shown = f"[{host}]" if ":" in host else host
        target = shown if port == (443 if parts.scheme == "https" else 80) else f"{shown}:{port}"
        return f"{parts.scheme}://{address}:{port}{parts.path or '/'}{query}", host, target

    def _signed(self, identity: str, content: bytes) -> dict[str, str]:
        stamp = str(int(self.clock()))
        headers = {"webhook-id": identity, "webhook-timestamp": stamp, "idempotency-key": identity}
        if self.settings.secret is not None:
            key = key_of(self.vault.reveal(self.settings.secret))
            headers["webhook-signature"] = sign(key, identity, stamp, content)
        return headers


def key_of(secret: str) -> bytes:
    """The bytes of a Standard Webhooks secret: ``whsec_`` and base64; any other text is taken as it is."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except (binascii.Error, ValueError):
            return secret.encode()
    return secret.encode()


def sign(key: bytes, identity: str, stamp: str, content: bytes) -> str:
    """``v1,`` and the HMAC-SHA256 of id, seconds and body (Standard Webhooks)."""
    digest = hmac.new(key, f"{identity}.{stamp}.".encode() + content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def body(parcel: Parcel) -> bytes:
    """What is posted: what it is about, when, and the text: as data where the template made JSON."""
    message: Any = parcel.body
    with contextlib.suppress(ValueError):
        message = json.loads(parcel.body)
    data: dict[str, Any] = {key: parcel.args[key] for key in ("deal", "pipeline", "stage") if key in parcel.args}
    data["message"] = message
    stamp = datetime.fromtimestamp(parcel.at / 1000, UTC).isoformat(timespec="milliseconds")
    whole = {"type": parcel.args.get("event", ""), "timestamp": stamp.replace("+00:00", "Z"), "data": data}
    return json.dumps(whole, ensure_ascii=False).encode()


def allowed(host: str, address: str, allow: Iterable[str]) -> bool:
    """Whether an address may be connected to: a public one, or one that the settings name by host, address, network."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    for entry in allow:
        if entry.casefold() == host.casefold():
            return True
        try:
            if found in ipaddress.ip_network(entry, strict=False):
                return True
        except ValueError:
            continue
    tunnelled = isinstance(found, ipaddress.IPv6Address) and (found.sixtofour or found.teredo or found in _NAT64)
    return found.is_global and not found.is_multicast and not tunnelled


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


async def _drain(answer: Any) -> None:
    size = 0
    async for chunk in answer.aiter_raw():
        size += len(chunk)
        if size > ANSWER:
            return


def _judge(code: int, retry_after: str) -> None:
    if 200 <= code < 300:
        return
    pause = min(int(retry_after) * 1000, LONGEST_PAUSE) if retry_after.isascii() and retry_after.isdecimal() else None
    if code >= 500 or code in AGAIN:
        raise passing(f"the receiver answered {code}", f"получатель ответил {code}", pause)
    if 300 <= code < 400:
        raise final(
            f"the receiver answered {code}: redirects are not followed",
            f"получатель ответил {code}: по перенаправлениям не ходим",
        )
    raise final(f"the receiver refused with {code}", f"получатель отказал: {code}")
