"""When a failed effect is tried again: ever later, spread by its own key, so that a replay waits the same."""

from __future__ import annotations

import hashlib


def wait(identity: str, attempt: int, first: int, longest: int) -> int:
    """Milliseconds until the next attempt; ``attempt`` counts those that failed, from 1.

    Doubles from ``first`` up to ``longest``; of that, half to all is waited, as the parcel's identity has it.
    """
    full = min(longest, first << min(attempt - 1, 40))
    drawn = hashlib.sha256(f"{identity}/{attempt}".encode()).digest()
    share = int.from_bytes(drawn[:4], "big") / 2**32
    return int(full * (0.5 + share / 2))
