"""Messages by a Telegram bot: to a chat's number or a channel's @name, as plain text."""

from __future__ import annotations

import asyncio
from typing import Any

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
        import httpx2

        text = f"{parcel.subject}\n\n{parcel.body}" if parcel.subject else parcel.body
        if len(text) > LONGEST:
            raise final(f"the text is longer than {LONGEST} characters", f"текст длиннее {LONGEST} знаков")
        token = self.vault.reveal(self.settings.token)
        url = f"{self.settings.url}/bot{token}/sendMessage"
        seconds = self.settings.timeout / 1000
        try:
            async with (
                asyncio.timeout(seconds),
                httpx2.AsyncClient(follow_redirects=False, trust_env=False, timeout=seconds) as client,
            ):
                answer = await client.post(url, json={"chat_id": parcel.to, "text": text})
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise passing("Telegram did not answer in time", "Telegram не ответил вовремя") from error
        except (httpx2.HTTPError, OSError) as error:
            name = type(error).__name__
            raise passing(f"Telegram cannot be reached: {name}", f"до Telegram не достучаться: {name}") from error
        _judge(answer)

    async def close(self) -> None:
        """Nothing is kept open."""


def _judge(answer: Any) -> None:
    if answer.status_code == 200:
        return
    try:
        said = answer.json()
        pause = said.get("parameters", {}).get("retry_after")
        why = str(said.get("description", ""))[:200]
    except (ValueError, AttributeError):
        pause, why = None, ""
    code = answer.status_code
    # 401 and 404 speak of the token: the settings are at fault, not the message
    if code >= 500 or code in (401, 404, 429):
        wait = pause * 1000 if isinstance(pause, int) and 0 < pause < 86_400 else None
        raise passing(f"Telegram answered {code} {why}", f"Telegram ответил {code} {why}", wait)
    raise final(f"Telegram refused: {code} {why}", f"Telegram отказал: {code} {why}")
