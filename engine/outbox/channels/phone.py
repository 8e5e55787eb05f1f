"""Words to phones by an HTTP gateway (sms, whatsapp, call): settings say what it calls things, none is built in."""

from __future__ import annotations

import json
from typing import Any

from voronka.engine.outbox.channels.gateway import post
from voronka.engine.outbox.parcel import Parcel
from voronka.engine.outbox.secrets import Vault
from voronka.engine.outbox.settings import Gateway
from voronka.engine.outbox.trouble import final, passing

AGAIN = (401, 403, 408, 425, 429)  # the key or the moment is to blame, not the message


class PhoneChannel:
    """Hands short texts to one gateway. ``name``: as sentences call the channel."""

    def __init__(self, name: str, settings: Gateway, vault: Vault) -> None:
        self.name = name
        self.settings = settings
        self.vault = vault

    async def send(self, parcel: Parcel) -> None:
        """Taken means 2xx, and the answer that the settings wait for. Raises Trouble."""
        s = self.settings
        text = parcel.body.strip()
        if not text or len(text) > s.longest:
            raise final(
                f"{self.name}: texts have 1 to {s.longest} characters",
                f"{self.name}: в тексте от 1 до {s.longest} знаков",
            )
        to, body, identity = s.names
        message = {**s.extra, to: parcel.to, body: text} | ({identity: parcel.id} if identity else {})
        headers = {"user-agent": "voronka", "idempotency-key": parcel.id}
        if s.key is not None:
            headers[s.header] = s.prefix + self.vault.reveal(s.key)
        content: dict[str, Any] = {"json": message} if s.encoding == "json" else {"data": message}
        code, said = await post(f"{self.name} gateway", s.url, s.timeout, headers, **content)
        if code >= 500 or code in AGAIN:
            raise passing(f"the {self.name} gateway answered {code}", f"шлюз {self.name} ответил {code}")
        if not 200 <= code < 300:
            raise final(f"the {self.name} gateway refused with {code}", f"шлюз {self.name} отказал: {code}")
        if s.answer is not None and _found(said, s.answer[0]) != s.answer[1]:
            path, wanted = s.answer
            raise final(
                f"the {self.name} gateway did not answer {path} = {wanted}",
                f"шлюз {self.name} не ответил {path} = {wanted}",
            )

    async def close(self) -> None:
        """Nothing is kept open."""


def _found(said: bytes, path: str) -> str | None:
    """What stands at ``result.0.status`` of an answer, as text."""
    try:
        value: Any = json.loads(said)
        for step in path.split("."):
            value = value[int(step)] if isinstance(value, list) else value[step]
    except (ValueError, KeyError, IndexError, TypeError):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else None
