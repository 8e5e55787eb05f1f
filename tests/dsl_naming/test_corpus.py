"""The corpus is what docs/lint-naming.md says it is: real names, each with its source, a third of them frozen."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.dsl_naming.corpus import FROZEN, LABELS, OPEN, parts, read
from voronka.dsl.lint.naming.kinds import language


def test_there_are_enough_names_of_both_languages() -> None:
    counted = Counter(name.language for part in (OPEN, FROZEN) for name in read(part))
    assert counted.keys() == {"ru", "en"}
    assert min(counted.values()) >= 200
    assert counted.total() >= 500


def test_the_hash_alone_decides_what_is_frozen() -> None:
    assert all(name.is_frozen for name in read(FROZEN))
    assert not any(name.is_frozen for name in read(OPEN))
    assert 0.25 < len(read(FROZEN)) / (len(read(FROZEN)) + len(read(OPEN))) < 0.42


@pytest.mark.parametrize("part", parts())
def test_every_name_has_a_label_and_a_source(part: str) -> None:
    for name in read(part):
        assert name.label in LABELS, name
        assert name.source, name
        assert name.text == name.text.strip(), name
        assert language(name.text) in (name.language, ""), name


def test_no_name_stands_twice() -> None:
    counted = Counter((name.language, name.key) for part in parts() for name in read(part))
    assert [key for key, times in counted.items() if times > 1] == []
