"""Inputs changed word by word: a mutator of words says at once what a fuzzer of bytes needs an hour to put together."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

WORD = re.compile(rb"[\w.\x80-\xff]+|\s+|[^\w\s]")
_MOST = 400  # words that are looked at; what comes behind them stays


def mutated(data: bytes, words: Sequence[bytes], seeds: Sequence[bytes], most: int, chance: random.Random) -> bytes:
    """A neighbour of ``data``: words dropped, doubled, swapped, taken from the language or from a seed, or nested."""
    parts = WORD.findall(data)[:_MOST]
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        at = chance.randrange(len(parts) + 1)
        end = min(len(parts), at + chance.choice((1, 1, 2, 4, 12)))
        match chance.randrange(9):
            case 0:
                del parts[at:end]
            case 1:
                parts[at:at] = parts[at:end]
            case 2 if parts:
                other = chance.randrange(len(parts))
                at = min(at, len(parts) - 1)
                parts[at], parts[other] = parts[other], parts[at]
            case 3 | 4:
                parts[at:end] = [chance.choice(words)]
            case 5:
                parts[at:at] = [b" ", chance.choice(words), b" "]
            case 6:
                other_parts = WORD.findall(chance.choice(seeds))
                start = chance.randrange(len(other_parts) + 1)
                parts[at:end] = other_parts[start : start + chance.choice((2, 8, 40))]
            case 7:
                piece = parts[at:end] or [b"("]
                parts[at:at] = piece * chance.choice((2, 5, 30, 200))
            case 8:
                parts = WORD.findall(chance.choice(seeds))
    return b"".join(parts)[:most]
