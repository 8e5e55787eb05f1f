"""The grammar has no conflict, and the tables are what it gives."""

from __future__ import annotations

import pytest

from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.build import GRAMMAR, TABLES, build
from voronka.dsl.syntax.builders import BUILDERS
from voronka.dsl.syntax.expected import CONTEXTS, accepted, expected, homes, starters
from voronka.dsl.syntax.tables import tables


@pytest.mark.drift
def test_the_tables_are_built_from_the_grammar_without_conflicts() -> None:
    """Strict mode raises on any conflict. After a change: python -m voronka.dsl.syntax.build"""
    assert TABLES.read_text(encoding="utf-8") == build()


def test_strict_mode_would_tell() -> None:
    from lark import Lark
    from lark.exceptions import GrammarError

    text = GRAMMAR.read_text(encoding="utf-8").replace('until: "until" (', 'until: "until" (NAME | ')
    with pytest.raises(GrammarError):
        Lark(text, parser="lalr", start="file", strict=True, maybe_placeholders=True)


def test_every_rule_has_a_builder_and_every_builder_a_rule() -> None:
    assert {rule.callback for rule in tables().rules if rule.callback} == set(BUILDERS)


def test_every_node_class_is_reachable_from_the_grammar() -> None:
    # The forms' trees name what they hold; helpers that never stand in a tree would be dead.
    from pathlib import Path

    shown = "".join(path.read_text(encoding="utf-8") for path in (Path(__file__).parent / "forms").glob("*.txt"))
    kinds = {name for name in nodes.__all__ if isinstance(getattr(nodes, name), type)} - {"Node", "File"}
    inline = {"Ident", "Path", "Text", "StringLit", "NumberLit", "DurationLit"}
    assert {kind for kind in kinds - inline if f"({kind}" not in shown} == set()


def test_every_block_has_a_name_for_people() -> None:
    rows = tables().rows
    after_brace = [state for state, symbol in enumerate(tables().symbols) if symbol == "LBRACE"]
    for state in after_brace:
        assert any(name in CONTEXTS for name in rows[state] if name), sorted(rows[state])[:5]


def test_what_is_expected_at_the_start() -> None:
    assert expected([0]).en == "a sentence that can stand at the top of a file"
    assert expected([0]).ru == "предложение, которое стоит на верхнем уровне файла"
    assert accepted([0]).can_end
    assert "PIPELINE" in starters("")
    assert homes("OUTCOME") == ["task_body"]


def test_accepting_is_exact() -> None:
    """What a state's row would shift after reductions is what can really be shifted, in every reachable stack."""
    t = tables()
    stack = [0]
    for terminal in ("PIPELINE", "NAME", "LBRACE", "UNIQUE", "NAME"):
        assert t.accepts(stack, terminal)
        assert t.shift(stack, terminal)
    fitting = {name for name in t.terminals if t.accepts(stack, name)}
    for name in t.terminals:
        copy = stack.copy()
        assert t.shift(copy, name) == (name in fitting)
    assert "COMMA" in fitting
    assert "ASSIGN" not in fitting  # it stands in tasks only
