"""Personal values are put back into a state's text exactly where they would be put back into its data."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voronka.dsl.definition.values import canonical
from voronka.engine.store.seal import MARK, unseal, unseal_text

KNOWN, OTHER, FORGOTTEN = "a" * 32, "b" * 32, "c" * 32
VALUES = {KNOWN: "+7 999 123-45-67", OTHER: f'кавычка " и \\ и {MARK}{KNOWN}'}

texts = st.one_of(
    st.text(max_size=8),
    st.sampled_from([KNOWN, OTHER, FORGOTTEN]).map(lambda digest: MARK + digest),
    st.sampled_from([f'"{MARK}{KNOWN}"', f'{MARK}{KNOWN}"', f',"{MARK}{KNOWN}",', f"{MARK}{KNOWN[:-1]}", "\\", '"']),
)
trees = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), texts),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(trees)
def test_text_and_data_are_unsealed_alike(data: Any) -> None:
    state = {"f": data}  # what is sealed is always inside of something
    assert json.loads(unseal_text(canonical(state), VALUES)) == unseal(state, VALUES)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({"f": {"phone": MARK + KNOWN}}, {"f": {"phone": VALUES[KNOWN]}}),
        ([MARK + OTHER, MARK + KNOWN], [VALUES[OTHER], VALUES[KNOWN]]),
        ({"phone": MARK + FORGOTTEN}, {"phone": MARK + FORGOTTEN}),
        ({MARK + KNOWN: 1}, {MARK + KNOWN: 1}),
        ({"note": f'пишет: "{MARK}{KNOWN}"'}, {"note": f'пишет: "{MARK}{KNOWN}"'}),
    ],
)
def test_only_a_whole_text_stands_for_a_value(data: Any, wanted: Any) -> None:
    assert json.loads(unseal_text(canonical(data), VALUES)) == wanted
