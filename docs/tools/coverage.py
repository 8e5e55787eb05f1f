"""Writes docs/coverage.md: which requirement is shown by which tests and sentences.

Run ``python docs/tools/coverage.py``; with ``--check`` it only says whether the page is up to date.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "coverage.md"
CITED = re.compile(r"#(?P<rest>[^\"]*?\bR\d+.*)$")
NUMBER = re.compile(r"\bR(\d+)\b")


def requirements() -> list[tuple[str, str, str]]:
    lines = (ROOT / "docs" / "requirements.tsv").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines]  # type: ignore[misc]


def marked_tests() -> dict[str, list[str]]:
    """Tests by the numbers their ``requirement`` marker cites; parametrised cases count for their test."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        where = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for number in _cited(node):
                    found[number].append(f"{where}::{node.name}")
        for number in (n for node in tree.body if isinstance(node, ast.Assign) for n in _cited(node)):
            found[number].append(where)
    return found


def _cited(node: ast.AST) -> list[str]:
    numbers = []
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr == "requirement":
            numbers += [a.value for a in part.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return list(dict.fromkeys(numbers))


def scenarios() -> dict[str, list[str]]:
    """Scenarios by the numbers in the comments of their lines; the tests run every one of them."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted([*(ROOT / "pipelines").rglob("*.pipeline"), *(ROOT / "tests").rglob("*.pipeline")]):
        title = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("scenario "):
                title = line.split('"')[1]
            if line.startswith("}"):
                title = ""
            for number in _numbers(line) if title else ():
                entry = f"{path.relative_to(ROOT).as_posix()} «{title}»"
                if entry not in found[number]:
                    found[number].append(entry)
    return found


def sentences() -> dict[str, list[str]]:
    """Sentences of definitions that say they realise a requirement."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in ("pipelines", "stdlib"):
        for path in sorted((ROOT / folder).glob("*.pipeline")):
            for place, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                for number in _numbers(line):
                    found[number].append(f"{path.relative_to(ROOT).as_posix()}:{place}")
    return found


def _numbers(line: str) -> list[str]:
    cited = CITED.search(line)
    return [f"R{n}" for n in NUMBER.findall(cited["rest"])] if cited else []


def page() -> str:
    tests, played, written = marked_tests(), scenarios(), sentences()
    rows = []
    shown = declared = 0
    for number, what, when in requirements():
        proofs = [f"`{name}`" for name in [*played.get(number, []), *tests.get(number, [])]]
        lines = written.get(number, [])
        if proofs:
            shown += 1
            state = "shown"
        elif when != "core":
            state = f"open ({when})"
        else:
            declared += bool(lines)
            state = "declared, not shown" if lines else "**missing**"
        more = f" and {len(proofs) - 4} more" if len(proofs) > 4 else ""
        where = ", ".join(lines[:2]) + (f" and {len(lines) - 2} more" if len(lines) > 2 else "")
        rows.append(f"| {number} | {what} | {state} | {'<br>'.join(proofs[:4])}{more} | {where} |")
    head = f"""# What shows each requirement

Made by `python docs/tools/coverage.py` from the `requirement` markers of the tests and from the numbers in comments of
definitions and scenarios; the tests fail when this page is out of date. *Shown*: a scenario or test that fails when the
behaviour is taken out. *Open*: the work of a later room (daemon, language tools, insight).

{shown} of {len(rows)} shown.

| | requirement | state | shown by | written in |
|---|---|---|---|---|
"""
    return head + "\n".join(rows) + "\n"


def main() -> int:
    text = page()
    if "--check" in sys.argv:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
