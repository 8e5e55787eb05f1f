"""Makes the parse tables from the grammar: ``python -m voronka.dsl.syntax.build``. Needs Lark; parsing does not.

Lark reads the grammar and computes the LALR(1) table in strict mode, so a conflict stops the build. What comes out is
numbered anew from the start state, so the same grammar always gives the same bytes. The commonest reduction of a state
becomes its default, taken on any token that the row does not name: that keeps the table small, and never shifts a wrong
token, for a stack that can shift is a viable prefix however it came about.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from voronka.dsl.syntax import keywords

HERE = Path(__file__).parent
GRAMMAR = HERE / "grammar.lark"
TABLES = HERE / "tables.json"

# Rules (and the alias, if it has one) whose NAME at this place declares something; "_head" stands in most of them.
_DECLARING = {
    ("_head", 0),
    ("param", 1),
    ("person", 1),
    ("option", 0),
    ("payload", 0),
    ("point", 0),
    ("task", 1),
    ("use_module", 3),
    ("use_file", 3),
    ("include", 3),
    ("deal_step", 3),
}


def build() -> str:
    """The text of ``tables.json``. Raises ``lark.exceptions.GrammarError`` on a conflict."""
    from lark import Lark

    grammar = Lark(
        GRAMMAR.read_text(encoding="utf-8"),
        parser="lalr",
        start="file",
        strict=True,
        maybe_placeholders=True,
        debug=True,
    )
    table = grammar.parser.parser._parse_table
    return _encode(grammar, table)


def _encode(grammar: Any, table: Any) -> str:
    literal = {t.name: t.pattern.value for t in grammar.terminals if type(t.pattern).__name__ == "PatternStr"}
    words = {value: name for name, value in literal.items() if re.fullmatch(r"[a-z]+", value)}
    if set(words) != set(keywords.KEYWORDS):
        odd = sorted(set(words) ^ set(keywords.KEYWORDS))
        raise ValueError(f"grammar.lark and keywords.py disagree about these words: {', '.join(odd)}")

    # A rule object appears once a reduction; number those the table uses, in a stable order.
    start, end = table.start_states["file"], table.end_states["file"]
    order = {start: 0}
    queue = [start]
    for state in queue:
        for name in sorted(table.states[state]):
            action, target = table.states[state][name]
            if str(action) == "Shift" and target not in order:
                order[target] = len(order)
                queue.append(target)
    rules = sorted({a for s in queue for act, a in table.states[s].values() if str(act) == "Reduce"}, key=_rule_key)
    number = {rule: i for i, rule in enumerate(rules)}

    rows = []
    defaults = []
    declaring = []
    for state in queue:
        reductions = Counter(~number[arg] for action, arg in table.states[state].values() if str(action) == "Reduce")
        default = min(reductions, key=lambda rule: (-reductions[rule], rule), default=0)
        row = {}
        for name in sorted(table.states[state]):
            action, arg = table.states[state][name]
            target = order[arg] if str(action) == "Shift" else ~number[arg]
            if target != default:
                row[name] = target
        rows.append(json.dumps(row, separators=(",", ":")))
        defaults.append(default)
        if any(_declares(pointer) for pointer in state):
            declaring.append(order[state])
    parts = {
        "words": json.dumps(dict(sorted(words.items()))),
        "end": str(order[end]),
        "declaring": json.dumps(declaring),
        "first": json.dumps(_first_sets(grammar.rules)),
        "rules": "[\n" + ",\n".join(json.dumps(_encode_rule(rule), separators=(",", ":")) for rule in rules) + "\n]",
        "defaults": json.dumps(defaults, separators=(",", ":")),
        "rows": "[\n" + ",\n".join(rows) + "\n]",
    }
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {value}" for key, value in parts.items()) + "\n}\n"


def _rule_key(rule: Any) -> tuple[str, str, list[str]]:
    return rule.origin.name, rule.alias or "", [symbol.name for symbol in rule.expansion]


def _declares(pointer: Any) -> bool:
    rule = pointer.rule
    if pointer.is_satisfied or pointer.next.name != "NAME":
        return False
    return bool({(rule.origin.name, pointer.index), (rule.alias, pointer.index)} & _DECLARING)


def _encode_rule(rule: Any) -> list[object]:
    """Origin, length, callback ("" to splice, None to pass the only child on), what is kept.

    A kept child is its index, or -1 for the None of a missing ``[ ]``, or an index + 1000 to splice a list.
    """
    name = str(rule.origin.name)
    gaps = list(rule.options.empty_indices)
    kept: list[int] = []
    at = 0
    for missing in gaps or [False] * len(rule.expansion):
        if missing:
            kept.append(-1)
            continue
        symbol = rule.expansion[at]
        if symbol.is_term:
            if not symbol.filter_out:
                kept.append(at)
        else:
            kept.append(at + 1000 if symbol.name.startswith("_") else at)
        at += 1
    if name.startswith("_"):
        return [name, len(rule.expansion), "", kept]
    if rule.alias is None and rule.options.expand1:
        if len(kept) != 1 or not 0 <= kept[0] < 1000:
            raise ValueError(f"rule ?{name} needs one child or an alias: {rule}")
        return [name, len(rule.expansion), None, kept]
    return [name, len(rule.expansion), rule.alias or name, kept]


def _first_sets(rules: Any) -> dict[str, list[str]]:
    first: dict[str, set[str]] = {rule.origin.name: set() for rule in rules}
    nullable: set[str] = set()
    before = -1
    while before != sum(map(len, first.values())) + len(nullable):
        before = sum(map(len, first.values())) + len(nullable)
        for rule in rules:
            for symbol in rule.expansion:
                first[rule.origin.name] |= {symbol.name} if symbol.is_term else first[symbol.name]
                if symbol.is_term or symbol.name not in nullable:
                    break
            else:
                nullable.add(rule.origin.name)
    return {name: sorted(terms) for name, terms in sorted(first.items()) if not name.startswith("__")}


def main() -> int:
    """Write the tables anew and say so."""
    text = build()
    TABLES.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{TABLES.name}: {len(text)} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
