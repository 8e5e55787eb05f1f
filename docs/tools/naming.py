"""Writes the tables of docs/lint-naming.md: how often the naming rules are right about real stage names.

Run ``python docs/tools/naming.py``; with ``--check`` it only says whether the page is up to date, with ``--wrong`` it
prints the names of the open part that the analysis judges otherwise than the hand did (of no other part).
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from voronka.dsl.lint.naming.judge import judge, proposal

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "lint-naming.md"
CORPUS = ROOT / "tests" / "dsl_naming" / "corpus"
START, END = "<!-- measured: python docs/tools/naming.py -->", "<!-- end -->"
PARTS = {
    "stage_names.tsv": "open two thirds",
    "stage_names_frozen.tsv": "frozen third",
    "stage_names_fresh.tsv": "fresh",
    "stage_names_later.tsv": "later",
    "stage_names_unseen.tsv": "unseen",
}
LANGUAGES = {"ru": "Russian", "en": "English"}
# rule: the kind that it reports, the labels for which that is right, and the label it is there to find
RULES = {
    "swamp-name": ("swamp", {"swamp"}),
    "action-as-stage": ("action", {"action"}),
    "name-not-done": ("noun", {"noun", "swamp", "action"}),
}


@dataclass(frozen=True, slots=True)
class Name:
    """One row of the corpus, with what the analysis makes of it."""

    text: str
    language: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Of ``reported`` names ``right`` were; of ``meant`` ones ``found`` were."""

    rule: str
    language: str
    right: int
    reported: int
    found: int
    meant: int


def names(part: str) -> list[Name]:
    with (CORPUS / part).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Name(row["name"], row["language"], row["label"], judge(row["name"]) or "") for row in rows]


def measure(part: str) -> Iterator[Measured]:
    """Every rule in every language on a part of the corpus."""
    corpus = names(part)
    for rule, (kind, allowed) in RULES.items():
        for language in LANGUAGES:
            rows = [one for one in corpus if one.language == language]
            reported = [one for one in rows if one.kind == kind]
            meant = [one for one in rows if one.label == kind]
            right = sum(one.label in allowed for one in reported)
            yield Measured(rule, language, right, len(reported), sum(one.kind == kind for one in meant), len(meant))


def wilson(right: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); everything where nothing was counted."""
    if not of:
        return 0.0, 1.0
    share, square = right / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(right: int, of: int) -> str:
    if not of:
        return "—"
    low, high = wilson(right, of)
    return f"{right / of:.3f} [{low:.3f}, {high:.3f}] {right}/{of}"


def tables() -> str:
    lines: list[str] = []
    for part, title in PARTS.items():
        corpus = names(part)
        counted = ", ".join(f"{sum(n.language == key for n in corpus)} {name}" for key, name in LANGUAGES.items())
        lines += [f"**{title.capitalize()}** ({counted} names)", ""]
        lines += ["| rule | language | precision | recall |", "| --- | --- | --- | --- |"]
        lines += [
            f"| `{m.rule}` | {LANGUAGES[m.language]} | {share(m.right, m.reported)} | {share(m.found, m.meant)} |"
            for m in measure(part)
        ]
        lines.append("")
    return "\n".join([*lines, proposed(), ""])


def proposed() -> str:
    """For how many of the names found there is a proposal."""
    found = [one.text for part in PARTS for one in names(part) if one.kind in ("swamp", "action", "noun")]
    with_proposal = sum(bool(proposal(text)) for text in found)
    return f"A completed action is proposed for {with_proposal} of the {len(found)} names found in all parts."


def page() -> str:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(START, 1)
    after = rest.split(END, 1)[1]
    return f"{before}{START}\n\n{tables()}\n{END}{after}"


def main() -> int:
    if "--wrong" in sys.argv[1:]:
        for one in sorted(names("stage_names.tsv"), key=lambda n: (n.language, n.label, n.kind)):
            if one.kind != one.label and not (one.label == "other" and one.kind in ("", "done")):
                print(one.language, one.label, one.kind or "-", one.text, sep="\t")
        return 0
    text = page()
    if "--check" in sys.argv[1:]:
        return int(PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
