"""Fixes in rounds: those that do not touch each other at once, the text checked anew, what would break it left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from voronka.dsl.check.expressions.table import HANDLERS
from voronka.dsl.check.files import Disk
from voronka.dsl.check.library import LibraryProtocol
from voronka.dsl.check.workspace import Checked, check_into
from voronka.dsl.check.world import World
from voronka.dsl.format.format import Unfaithful, format_source
from voronka.dsl.lint.lived import LivedStages
from voronka.dsl.lint.rule import Rule
from voronka.dsl.lint.run import Linted, lint
from voronka.dsl.lint.settings import Settings
from voronka.dsl.text.diagnostic import Diagnostic, Edit
from voronka.dsl.text.source import Source

MOST_ROUNDS = 10
"""A fix that made work for another one, and that for the first, would never end."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """``texts`` are the changed files by path; ``fixed`` what was repaired; ``refused`` what no fix may be made for."""

    linted: Linted
    texts: Mapping[Path, str] = field(default_factory=dict)
    fixed: tuple[Diagnostic, ...] = ()
    refused: tuple[Diagnostic, ...] = ()


class _Edited(Disk):
    """A disk with some files as they would be."""

    def __init__(self, root: Path | None, texts: Mapping[str, str]) -> None:
        super().__init__(root)
        self.texts = texts

    def load(self, key: str) -> Source | Diagnostic:
        if key in self.texts:
            return Source(self.shown(key), self.texts[key])
        return super().load(key)


class _Bench:
    """The files of one run, as they are by now."""

    def __init__(
        self, paths: Sequence[Path], library: LibraryProtocol, settings: Settings, root: Path | None = None
    ) -> None:
        self.keys = [str(path.resolve()) for path in paths]
        self.library, self.settings, self.root = library, settings, root
        self.texts: dict[str, str] = {}
        self.laid_out: dict[str, bool] = {}

    def check(self, texts: Mapping[str, str]) -> tuple[Checked, dict[str, str]]:
        """The workspace with these texts in it, and its files' keys by their displayed names."""
        world = World(self.library, _Edited(self.root, texts), HANDLERS)
        checked = check_into(self.keys, world)
        return checked, {unit.name: unit.key for unit in world.units.values() if not unit.library}

    def tried(
        self, found: Iterable[Diagnostic], keys: Mapping[str, str], sources: Mapping[str, Source]
    ) -> dict[str, str]:
        """The texts with these fixes made; a file that was in the one style stays in it."""
        by_key: dict[str, list[Edit]] = {}
        for one in found:
            for edit in one.fix.edits if one.fix else ():
                by_key.setdefault(edit.span.source.name, []).append(edit)
        made = dict(self.texts)
        for name, edits in by_key.items():
            key, source = keys[name], sources[name]
            if key not in self.laid_out:
                self.laid_out[key] = format_source(source).text == source.text
            text = edited(source.text, edits)
            made[key] = _laid_out(name, text) if self.laid_out[key] else text
        return made


def repair(
    paths: Sequence[Path],
    library: LibraryProtocol,
    settings: Settings,
    *,
    unsafe: bool = False,
    root: Path | None = None,
    rules: Sequence[Rule] | None = None,
    lived: LivedStages | None = None,
) -> Repaired:
    """Lint files and repair what can be repaired, in memory: writing is the caller's. Never raises for what they hold.

    Safe fixes only, unless ``unsafe``; ``rules`` and ``lived`` as for ``lint``. A fix after which the files would not
    check is not made, and told.
    """
    bench = _Bench(paths, library, settings, root)
    fixed: list[Diagnostic] = []
    refused: dict[tuple[str, str, str], Diagnostic] = {}
    checked, keys = bench.check({})
    for _ in range(MOST_ROUNDS):
        linted = lint(checked, library, settings, rules, lived)
        wanted = [
            one
            for one in linted.findings
            if one.fix and (one.fix.safe or unsafe) and _same(one) not in refused and _reachable(one, keys)
        ]
        chosen = apart(wanted)
        if not chosen:
            break
        texts = bench.tried(chosen, keys, checked.sources)
        again, new_keys = bench.check(texts)
        if again.definition is None and checked.definition is not None:
            breaking = [one for one in chosen if _breaks(bench, one, keys, checked.sources)]
            # none alone does: then it is two together, and the first one is enough for this round
            for one in breaking or chosen[1:]:
                refused[_same(one)] = one
            continue
        bench.texts, checked, keys = texts, again, new_keys
        fixed += chosen
    changed = {Path(key): text for key, text in bench.texts.items()}
    return Repaired(lint(checked, library, settings, rules, lived), changed, tuple(fixed), tuple(refused.values()))


def apart(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Those findings, in their order, whose fixes touch nothing that an earlier one changes."""
    taken: list[tuple[str, int, int]] = []
    kept = []
    for one in found:
        spans = [(e.span.source.name, e.span.start, e.span.end) for e in one.fix.edits] if one.fix else []
        clash = any(a == b and s < to + 1 and start < e + 1 for a, s, e in spans for b, start, to in taken)
        if spans and not clash:
            taken += spans
            kept.append(one)
    return kept


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits made that do not overlap."""
    for edit in sorted(edits, key=lambda one: one.span.start, reverse=True):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text


def _breaks(bench: _Bench, one: Diagnostic, keys: Mapping[str, str], sources: Mapping[str, Source]) -> bool:
    return bench.check(bench.tried([one], keys, sources))[0].definition is None


def _reachable(one: Diagnostic, keys: Mapping[str, str]) -> bool:
    return all(edit.span.source.name in keys for edit in (one.fix.edits if one.fix else ()))


def _same(one: Diagnostic) -> tuple[str, str, str]:
    """What makes a finding the same one in another round, wherever it stands by then."""
    return one.code.id, one.span.source.name, one.message()


def _laid_out(name: str, text: str) -> str:
    try:
        return format_source(Source(name, text)).text or text
    except Unfaithful:
        return text  # the fix is right all the same; `voronka fmt` tells what it stumbles over
