"""One request to a service that the settings name: in time, no redirects, no proxies, of its answer only so much."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from voronka.engine.outbox.trouble import passing

ANSWER = 64 * 1024  # bytes of an answer that are read


async def post(service: str, url: str, timeout: int, headers: Mapping[str, str], **content: Any) -> tuple[int, bytes]:
    """(status, the answer's beginning). ``timeout``: ms, of all of it. Raises Trouble (passing), with no URL in it."""
    import httpx2

    seconds = timeout / 1000
    try:
        async with (
            asyncio.timeout(seconds),
            httpx2.AsyncClient(follow_redirects=False, trust_env=False, timeout=seconds) as client,
            client.stream("POST", url, headers=dict(headers), **content) as answer,
        ):
            said = bytearray()
            async for chunk in answer.aiter_bytes():
                said += chunk
                if len(said) >= ANSWER:
                    break
            return answer.status_code, bytes(said[:ANSWER])
    except (TimeoutError, httpx2.TimeoutException) as error:
        raise passing(f"{service} did not answer in time", f"{service}: нет ответа вовремя") from error
    except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, OSError) as error:
        name = type(error).__name__
        raise passing(f"{service} cannot be reached: {name}", f"до {service} не достучаться: {name}") from error
