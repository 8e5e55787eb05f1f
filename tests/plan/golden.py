"""Golden cases of plans: an edit as a diff, the plan in both languages, and what the deals are after it.

A case in ``golden/*.txt`` is a line that says what it shows, the edit, and below ``==`` lines what is found.
``python -m tests.plan.golden`` writes what is found anew; read the difference before you commit it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.engine_host.office import Office, programs
from tests.plan.shop import edited, shop, state
from voronka.engine.plan.applying import apply
from voronka.engine.plan.plan import make
from voronka.engine.plan.words import PlanWords, text

FOLDER = Path(__file__).parent / "golden"
DEALS = range(1, 8)


def parts(path: Path) -> tuple[str, str]:
    """The case as written by hand: what it shows, and the edit."""
    title, _, rest = path.read_text(encoding="utf-8").partition("\n")
    return title, rest.partition("\n==")[0].strip("\n")


def found(path: Path) -> str:
    """The whole case as it should stand in its file."""
    title, edit = parts(path)
    with shop() as office:
        after = programs(edited(edit))
        plan = make(office.store, after, office.now)
        shown = {lang: text(PlanWords(plan, lang).lines(), 100) for lang in ("ru", "en")}
        before = {number: state(office, number) for number in DEALS}
        verdict = "unsafe" if plan.unsafe else "safe"
        assert apply(office.host, after).outcome == ("unsafe" if plan.unsafe else "applied")
        apply(office.host, after, plan.hash)
        assert office.host.programs is after
        deals = "\n".join(line for number in DEALS for line in _differences(office, number, before[number]))
    blocks = {"plan: " + verdict: shown["ru"], "in English": shown["en"], "deals": deals or "as they were"}
    return f"{title}\n\n{edit}\n" + "".join(f"\n== {name}\n{body}\n" for name, body in blocks.items())


def _differences(office: Office, number: int, before: dict[str, Any]) -> list[str]:
    after = state(office, number)
    lines = []
    for key in after:
        if before[key] == after[key]:
            continue
        for name, old, new in _parts(before[key], after[key]):
            lines.append(f"{number}  {key}{name}  {_json(old)} → {_json(new)}")
    return lines


def _parts(old: Any, new: Any) -> list[tuple[str, Any, Any]]:
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(one, dict) for one in (*old, *new)):
        old, new = ({str(one["id"]): one for one in side} for side in (old, new))
        return [
            (f" {key}.{name}", a, b)
            for key in dict.fromkeys([*old, *new])
            for name, a, b in _fields(old.get(key, {}), new.get(key, {}))
        ]
    if isinstance(old, dict) and isinstance(new, dict):
        return [(f".{name}", a, b) for name, a, b in _fields(old, new)]
    return [("", old, new)]


def _fields(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(k, old.get(k), new.get(k)) for k in dict.fromkeys([*old, *new]) if old.get(k) != new.get(k)]


def _json(value: Any) -> str:
    if isinstance(value, dict) and "unmet" in value:
        value = {key: part for key, part in value.items() if key != "unmet"}
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    for one in sorted(FOLDER.glob("*.txt")):
        one.write_text(found(one), encoding="utf-8")
