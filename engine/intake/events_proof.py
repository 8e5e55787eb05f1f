"""Whether a request from outside is from whom it says, and new: signatures and the replay window."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from voronka.engine.intake.events_map import Signature
from voronka.engine.outbox.channels.webhook import key_of, sign
from voronka.engine.outbox.secrets import Vault

LONGEST = 4_096  # characters of a signature header


def wrong(signature: Signature, headers: Mapping[str, str], body: bytes, now: int, vault: Vault) -> str:
    """Why a request is not believed, in a few words; "" where it is. ``now``: ms. Names in ``headers`` are lower case.

    Raises Trouble where our own secret is missing.
    """
    if signature.scheme == "none" or signature.secret is None:
        return ""
    key = key_of(vault.reveal(signature.secret))
    if signature.scheme == "standard":
        identity, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        given = headers.get("webhook-signature", "")
        if not identity or not stamp or not given or len(given) > LONGEST:
            return "webhook-id, webhook-timestamp and webhook-signature are needed"
        if late := _late(stamp, signature.window, now):
            return late
        expected = sign(key, identity, stamp, body)
        # keys are changed by sending several signatures for a while
        known = any(hmac.compare_digest(expected.encode(), one.encode()) for one in given.split(" "))
        return "" if known else "the signature is wrong"
    given = headers.get(signature.header, "")
    if not given or len(given) > LONGEST or not given.startswith(signature.prefix):
        return f"{signature.header} is needed"
    signed = body
    if signature.timestamp:
        stamp = headers.get(signature.timestamp, "")
        if late := _late(stamp, signature.window, now):
            return late
        signed = f"{stamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    expected = digest.hex() if signature.scheme == "hmac-hex" else base64.b64encode(digest).decode()
    text = given.removeprefix(signature.prefix).strip()
    if signature.scheme == "hmac-hex":
        text = text.lower()
    return "" if hmac.compare_digest(expected.encode(), text.encode()) else "the signature is wrong"


def _late(stamp: str, window: int, now: int) -> str:
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 16):
        return "the timestamp cannot be read"
    return "" if abs(now // 1000 - int(stamp)) <= window else "the timestamp is too old or ahead"
