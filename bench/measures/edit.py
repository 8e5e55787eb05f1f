"""One block of a file of 20,000 lines edited: checking again beside checking all of it from scratch."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from measures import texts
from measures.harness import Line, by_turns
from voronka.dsl.check import check
from voronka.dsl.check.files import Disk
from voronka.dsl.check.incremental import Workspace
from voronka.stdlib.library import Library

LINES = 20_000
WHOLE = "a full check"
NAMES, FLOW = "syntax and names", "everything, flow and templates too"
_STAGE = re.compile(r"^  stage \w+.*\{\n", re.MULTILINE)


def lines(quick: bool) -> list[Line]:
    """A line added to a stage, now here and now there; the text goes in whole, what changed is found out each time."""
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as folder:
        root = Path(folder)
        path = texts.workspace(root, LINES)
        text = path.read_text(encoding="utf-8")
        edits = _edits(text)
        spaces = [Workspace(Disk(root), Library(), [str(path)]) for _ in range(2)]

        def again(space: Workspace, flow: bool) -> Iterator[Callable[[], None]]:
            while True:
                edited = next(edits)

                def act(edited: str = edited) -> None:
                    space.update(str(path), edited)
                    found = space.check(flow=flow)
                    if found.diagnostics:
                        raise AssertionError(found.diagnostics[0].message())

                yield act

        for space, flow in zip(spaces, (False, True), strict=True):
            space.check(flow=flow)
        acts = {
            NAMES: again(spaces[0], False),
            FLOW: again(spaces[1], True),
            WHOLE: lambda: check([path], Library(), display_root=root),
        }
        times = by_turns(acts, 3 if quick else 9)
    count = f"{text.count(chr(10)):,} lines"
    return [
        times.line(name, WHOLE, f"{count}, {name}", limit, note=f"1/{times.medians[WHOLE] / times.medians[name]:.0f}")
        for name, limit in ((NAMES, 1 / 25), (FLOW, 1 / 5))
    ]


def _edits(text: str) -> Iterator[str]:
    places = [match.end() for match in _STAGE.finditer(text)]
    number = 0
    while True:
        at = places[number * 37 % len(places)]
        number += 1
        yield f'{text[:at]}    leave when creation is set else "edit {number}"\n{text[at:]}'
