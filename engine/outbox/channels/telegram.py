"""Messages by a Telegram bot: to a chat's number or a channel's @name, as plain text."""

from __future__ import annotations

import json
from typing import Any

from voronka.engine.outbox.channels.gateway import post
from voronka.engine.outbox.parcel import Parcel
from voronka.engine.outbox.secrets import Vault
from voronka.engine.outbox.settings import Telegram
from voronka.engine.outbox.trouble import final, passing

LONGEST = 4_096  # characters, Telegram's limit


class TelegramChannel:
    """Speaks to the Bot API. Telegram knows no idempotency key, so a message may come twice after a crash."""

    def __init__(self, settings: Telegram, vault: Vault) -> None:
        self.settings = settings
        self.vault = vault

    async def send(self, parcel: Parcel) -> None:
        """Taken means answered ``ok``. Raises Trouble."""
        text = f"{parcel.subject}\n\n{parcel.body}" if parcel.subject else parcel.body
        if len(text) > LONGEST:
            raise final(f"the text is longer than {LONGEST} characters", f"текст длиннее {LONGEST} знаков")
        # the text comes last: once it is there, everything is
        for one in parcel.attachments:
            await self._call(
                "sendDocument", data={"chat_id": parcel.to}, files={"document": (one.name, one.content, one.media)}
            )
        await self._call("sendMessage", json={"chat_id": parcel.to, "text": text})

    async def _call(self, method: str, **content: Any) -> None:
        url = f"{self.settings.url}/bot{self.vault.reveal(self.settings.token)}/{method}"
        _judge(*await post("Telegram", url, self.settings.timeout, {}, **content))

    async def close(self) -> None:
        """Nothing is kept open."""


def _judge(code: int, answer: bytes) -> None:
    try:
        said: Any = json.loads(answer)
        pause = said.get("parameters", {}).get("retry_after")
        why, taken = str(said.get("description", ""))[:200], said.get("ok") is True
    except (ValueError, AttributeError):
        pause, why, taken = None, "", False
    if code == 200 and taken:
        return
    # 401 and 404 speak of the token: the settings are at fault, not the message; 200 without ok is no Telegram
    if code == 200 or code >= 500 or code in (401, 404, 429):
        wait = pause * 1000 if isinstance(pause, int) and 0 < pause < 86_400 else None
        raise passing(f"Telegram answered {code} {why}", f"Telegram ответил {code} {why}", wait)
    raise final(f"Telegram refused: {code} {why}", f"Telegram отказал: {code} {why}")
