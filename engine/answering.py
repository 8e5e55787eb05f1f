"""The end of one HTTP exchange: an answer is written, and the connection is told to close."""

from __future__ import annotations

import asyncio

import h11


async def answer(
    peer: h11.Connection, writer: asyncio.StreamWriter, status: int, kind: str, body: bytes, head: bool = False
) -> None:
    """Send a whole answer. ``kind``: its content type; ``head``: only the headers were asked for."""
    headers = [("content-type", kind), ("content-length", str(len(body))), ("connection", "close")]
    parts = [peer.send(h11.Response(status_code=status, headers=headers))]
    parts += [peer.send(h11.Data(data=b"" if head else body)), peer.send(h11.EndOfMessage())]
    writer.write(b"".join(part for part in parts if part))
    await writer.drain()
