"""A parcel: one effect made ready to go out, with everything its channel needs and nothing it has to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from voronka.engine.store.outbox import Key


@dataclass(frozen=True, slots=True)
class Attachment:
    """A rendered document or an attached file."""

    name: str
    media: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """``id`` is the same at every attempt (:class:`Key`, the store's id before it). ``keys``: the effects it carries.

    ``carrier``: the channel that carries it: email webhook telegram sms run document … or "" for a notice that stays
    in here. ``to`` is an address, an URL, a plugin's action or a document's reference. ``at``: when it was decided, ms
    since the epoch.
    """

    id: str
    keys: tuple[Key, ...]
    carrier: str
    pipeline: str
    at: int
    to: str = ""
    subject: str = ""
    body: str = ""
    html: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def deal(self) -> int:
        """The first deal it is about; a digest is about several."""
        return self.keys[0].deal


class Channel(Protocol):
    """A way out."""

    async def send(self, parcel: Parcel) -> bytes | None:
        """Hand a parcel over; returning means that the other side took it: a document's bytes. Raises Trouble."""

    async def close(self) -> None:
        """Let go of connections."""
