"""What fuzzing has found, each input as small as it could be made; and that the targets run without the fuzzer."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from tests.engine_intake import desk
from tests.fuzz import language
from tests.fuzz.mutate import mutated
from tests.fuzz.targets import TARGETS

W = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEADER = b'<w:hdr xmlns:w="' + W + b'"><w:p/></w:hdr>'


def _newer_zip() -> bytes:
    """A zip file whose entry asks for version 8.4 of what unpacks it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", "")
    made = bytearray(out.getvalue())
    made[made.index(b"PK\x01\x02") + 6] = 84
    return bytes(made)


# what was wrong -> (target, input)
FOUND: dict[str, tuple[str, bytes]] = {
    "a format of dates that names a part twice raised an error of a pattern": (
        "table",
        desk.MAP.replace('"%d.%m.%Y"]', '"%M %M"]').encode(),
    ),
    "a Word document whose text is a header": ("word", b"\xff" + HEADER),
    "a mapping nested too deep for its reader": ("table", b"x = " + b"[" * 5_000),
    "a mapping of events nested too deep for its reader": ("mapping", b"x = " + b"{a=" * 5_000),
    "a Word document packed by a version of zip that is to come": ("word", b"\0" + _newer_zip()),
}


@pytest.mark.parametrize(("target", "data"), FOUND.values(), ids=FOUND)
def test_found_once_and_never_again(target: str, data: bytes) -> None:
    TARGETS[target].run(data)


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_and_their_neighbours(target: str) -> None:
    """A small part of ``make fuzz``, for who has no fuzzer."""
    chance = random.Random(target)
    one = TARGETS[target]
    seeds = list(one.seeds())
    words = [word.encode("utf-8", "surrogatepass") for word in one.words()] or [b"PK"]
    for seed in chance.sample(seeds, min(8, len(seeds))):
        one.run(seed)
        one.run(mutated(seed, words, seeds, one.longest, chance))


def test_every_share_of_a_run_is_given() -> None:
    assert sum(target.share for target in TARGETS.values()) == 100
    assert sum(target.time for target in TARGETS.values()) == 100


@pytest.mark.parametrize("seed", language.expression_seeds(), ids=lambda seed: seed[1:].decode())
def test_expressions_begin_with_what_can_be_evaluated(seed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a definition nothing is evaluated: a target that never comes so far finds nothing."""
    seen = []
    for name in ("agreed_condition", "agreed_value"):
        whole = getattr(language, name)
        monkeypatch.setattr(language, name, lambda expr, chance, whole=whole: (seen.append(expr), whole(expr, chance)))
    TARGETS["expression"].run(seed)
    assert len(seen) == 1
