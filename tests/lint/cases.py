"""Cases of lint rules as a person reads them: a file each, texts with what is said of them in both languages.

    === fails: what is wrong with it          === passes: what is right with it      === fixed: what is repaired
    (a definition, templates behind -- name --)   (a definition)                       (a definition)
    --- en                                                                             --- becomes
    --- ru                                                                             (a definition)

Lines of settings may stand before a text: ``@ profile strict``, ``@ limit stages-at-most 2``, ``@ unsafe``,
``@ lived deals.offered 0.31 0.25 0.37 214``. A rule is
asked with its own severity, off by default or not. ``python -m tests.lint.cases`` writes down anew what is said and
what becomes of the texts; read the difference before you commit it.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from voronka.dsl.check import check_text
from voronka.dsl.lint.fix import repair
from voronka.dsl.lint.lived import Lived
from voronka.dsl.lint.pages import EXAMPLE, files
from voronka.dsl.lint.registry import by_name
from voronka.dsl.lint.rule import Rule
from voronka.dsl.lint.run import lint
from voronka.dsl.lint.settings import Settings, settings
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.render import render
from voronka.stdlib.library import library

FOLDER = Path(__file__).parent / "cases"


@dataclass
class Case:
    """One text. ``kind`` fails passes fixed; ``told`` by language, or ``becomes``."""

    rule: str
    kind: str
    title: str
    options: list[str]
    text: str
    told: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule}-{self.title.replace(' ', '_')}"

    @property
    def settings(self) -> Settings:
        """As the options say; the rule itself always speaks."""
        rule = by_name()[self.rule]
        words = [option.split() for option in self.options]
        profile = next((one[1] for one in words if one[0] == "profile"), "")
        table = {"limits": {one[1]: int(one[2]) for one in words if one[0] == "limit"}}
        made = settings(profile, table)
        return replace(made, severities={**made.severities, rule.name: rule.code.severity})

    @property
    def lived(self) -> dict[tuple[str, str], Lived]:
        """What deals have shown: ``lived PIPELINE.STAGE share low high ended``."""
        words = [option.split() for option in self.options if option.startswith("lived ")]
        return {
            tuple(place.split(".")): Lived(float(share), float(low), float(high), int(ended))  # type: ignore[misc]
            for _, place, share, low, high, ended in words
        }

    def findings(self) -> list[Diagnostic]:
        """What the rule alone says of the text, which must check."""
        texts = files(self.text)
        checked = check_text(EXAMPLE, texts[EXAMPLE], library(), texts)
        assert checked.definition is not None, [one.message() for one in checked.diagnostics]
        return list(lint(checked, library(), self.settings, [by_name()[self.rule]], self.lived).findings)

    def said(self, lang: str) -> str:
        return "\n\n".join(render(one, lang) for one in self.findings())

    def repaired(self) -> str:
        """The definition after the fixes of all rules, of which only this one speaks."""
        others = {name: None for name in by_name() if name != self.rule}
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made).resolve()
            for name, text in files(self.text).items():
                path = folder / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
            chosen = replace(self.settings, severities={**others, self.rule: by_name()[self.rule].code.severity})
            done = repair(
                [folder / EXAMPLE], library(), chosen, unsafe="unsafe" in self.options, root=folder, lived=self.lived
            )
            return done.texts.get(folder / EXAMPLE, files(self.text)[EXAMPLE])


def read(path: Path) -> list[Case]:
    """The cases of one file, in order."""
    parts = re.split(r"(?m)^=== (fails|passes|fixed): (.+)\n", path.read_text(encoding="utf-8"))
    rule = path.stem.replace("_", "-")
    return [_case(rule, *parts[at : at + 3]) for at in range(1, len(parts), 3)]


def _case(rule: str, kind: str, title: str, body: str) -> Case:
    text, *told = re.split(r"(?m)^--- (en|ru|becomes)\n", body)
    options = re.findall(r"(?m)^@ (.+)\n", text)
    text = re.sub(r"(?m)^@ .+\n", "", text).strip("\n") + "\n"
    pairs = zip(told[::2], told[1::2], strict=True)
    return Case(rule, kind, title.strip(), options, text, {key: value.strip("\n") for key, value in pairs})


def every() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.txt")):
        yield from read(path)


def own_rules() -> list[Rule]:
    """The rules that have their cases here; those about names are measured on labelled names instead."""
    return [rule for rule in by_name().values() if rule.category != "naming"]


def written(cases: list[Case]) -> str:
    """The file anew, with what is said now."""
    return "\n".join(_written(case) for case in cases)


def _written(case: Case) -> str:
    out = [f"=== {case.kind}: {case.title}", *(f"@ {option}" for option in case.options), case.text]
    if case.kind == "fails":
        for lang in ("en", "ru"):
            out += [f"--- {lang}", case.said(lang), ""]
    elif case.kind == "fixed":
        out += ["--- becomes", case.repaired()]
    return "\n".join(out)


if __name__ == "__main__":
    for path in sorted(FOLDER.glob("*.txt")):
        path.write_text(written(read(path)), encoding="utf-8")
        sys.stdout.write(f"{path.name}\n")
