"""Parsing: from text to a tree of nodes with their places, beside stock Lark with a Transformer, and python-hcl2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from measures import texts
from measures.harness import Act, Line, by_turns
from voronka.dsl.syntax import build, parser
from voronka.dsl.text.source import Source

LINES = 2_000
BARE = "stock Lark with a Transformer inside, no places"
LARK, HCL = "stock Lark with a Transformer", "python-hcl2, text of the same size"
LEAST_LARK, LEAST_HCL = 1.25, 9.0


@dataclass(slots=True)
class Node:
    """What the Transformer makes of a rule."""

    rule: str
    children: list[Any]
    start: int
    end: int


def lines(quick: bool) -> list[Line]:
    """How many times as fast our parser is; each reads the same number of characters, without an error."""
    import hcl2

    text = texts.text_of(LINES)
    source = Source("big.pipeline", text)
    placed, bare = _stock(True), _stock(False)
    other = _hcl(len(text))

    def ours() -> None:
        if not parser.parse(source).complete:
            raise AssertionError("the measured text has errors")

    acts = {"parse": ours, LARK: placed, BARE: bare, HCL: lambda: hcl2.loads(other)}
    for act in acts.values():
        act()
    times = by_turns(acts, 3 if quick else 9)
    note = f"{len(text) / times.medians['parse'] / 1e6:.2f} million characters a second"
    label = f"{text.count(chr(10)):,} lines: times as fast"
    base = times.medians["parse"]
    return [
        Line(label, beside, times.medians[beside] / base, base, base / times.loop, least, True, note)
        for beside, least in ((LARK, LEAST_LARK), (BARE, None), (HCL, LEAST_HCL))
    ]


def _stock(places: bool) -> Act:
    """Stock Lark and a Transformer that makes a node of each rule, as its documentation has it.

    With ``places`` in two steps, for the one in the parser cannot have them; ours has them always.
    """
    from lark import Lark, Transformer, v_args

    grammar = build.GRAMMAR.read_text(encoding="utf-8")
    bare = Lark(grammar, parser="lalr", lexer="contextual", start="file", propagate_positions=places)
    names = {rule.alias or rule.origin.name for rule in bare.rules}
    make = _placed if places else _made
    made = {name: make(name) for name in names if not name.startswith("_")}
    kind = type("Build", (Transformer,), made)
    text = texts.for_lark(bare, texts.text_of(LINES))
    if places:
        transformer = v_args(meta=True)(kind)()
        return lambda: transformer.transform(bare.parse(text))
    inside = Lark(grammar, parser="lalr", lexer="contextual", start="file", transformer=kind())
    return lambda: inside.parse(text)


def _placed(name: str) -> Any:
    def make(_: Any, meta: Any, children: list[Any]) -> Node:
        return Node(name, children, 0 if meta.empty else meta.start_pos, 0 if meta.empty else meta.end_pos)

    return make


def _made(name: str) -> Any:
    def make(_: Any, children: list[Any]) -> Node:
        return Node(name, children, 0, 0)

    return make


_BLOCK = """resource "crm_stage" "stage_{n}" {{
  title       = "Проверка заявки и первый звонок клиенту"
  position    = {n}
  probability = 0.25
  required    = ["name", "phone", "email", "source"]
  enabled     = var.enabled && length(var.managers) > 0

  task "call" {{
    title    = "Позвонить клиенту"
    due_days = 3
    assignee = var.owner
  }}

  # what goes out when a deal comes here
  message {{
    to      = "client"
    subject = "Заявка ${{var.number}} принята"
  }}
}}

"""


def _hcl(size: int) -> str:
    """Blocks with attributes, nested blocks and comments, as long as the text in our language."""
    blocks: list[str] = []
    length = 0
    while length < size:
        blocks.append(_BLOCK.format(n=len(blocks) + 1))
        length += len(blocks[-1])
    return "".join(blocks)
