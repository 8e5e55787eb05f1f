"""Every sentence form and what it becomes: forms/*.txt hold the sentences and their trees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dsl_syntax.golden import settle
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.dump import dump
from voronka.dsl.syntax.parser import parse
from voronka.dsl.text.source import Source

FORMS = sorted((Path(__file__).parent / "forms").glob("*.txt"))


def tree(around: str, sentence: str) -> str:
    """The dump of the node, or nodes, that a sentence becomes."""
    start = around.index("…")
    result = parse(Source("form.pipeline", around.replace("…", sentence)))
    assert [found.message() for found in result.diagnostics] == []
    assert result.complete
    out: list[str] = []
    stack: list[nodes.Node] = [result.file]
    while stack:
        node = stack.pop()
        if not isinstance(node, nodes.File) and start <= node.span.start and node.span.end <= start + len(sentence):
            out.append(dump(node))
        else:
            stack.extend(reversed(list(nodes.children(node))))
    return "\n".join(out)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_forms(path: Path) -> None:
    head, *cases = path.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    around = head.removeprefix("in: ")
    out = [head]
    for case in cases:
        lines = [line.removeprefix("> ") for line in case.splitlines() if line.startswith(">")]
        sentence = "\n".join(lines)
        out.append("\n".join(f"> {line}" for line in lines) + "\n" + tree(around, sentence))
    settle(path, "\n\n".join(out) + "\n")
