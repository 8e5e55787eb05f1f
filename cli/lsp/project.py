"""One folder of the workspace: its files, what the editor has of them, and what the last check found. No protocol."""

from __future__ import annotations

import os
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from voronka.dsl.check.files import Disk
from voronka.dsl.check.incremental import Rechecked, Workspace
from voronka.dsl.check.workspace import Checked
from voronka.dsl.ide.build import build
from voronka.dsl.ide.index import Index
from voronka.dsl.ide.items import Facts
from voronka.dsl.ide.names import Parsed, learn
from voronka.dsl.text.codes.base import Both, Severity
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.source import Source
from voronka.engine.workspace import pipeline_files
from voronka.stdlib.library import library

if TYPE_CHECKING:
    from voronka.engine.program.build import Programs


@dataclass(eq=False)
class State:
    """What is known of one generation of the texts."""

    generation: int
    checked: Rechecked
    index: Index
    keys: Mapping[str, str]  # displayed name -> the file's path
    linted: tuple[Diagnostic, ...] = ()  # once the rules were asked

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Findings as ``voronka check`` prints them, then those of ``voronka lint``."""
        found = (*self.checked.diagnostics, *self.linted)
        return tuple(one for one in found if one.severity is not Severity.NOTE)

    def source(self, key: str) -> Source | None:
        """The text of a file, a template too, as it was checked."""
        return next((self.index.names.world.sources[name] for name, path in self.keys.items() if path == key), None)

    @cached_property
    def programs(self) -> Programs | None:
        """What runs scenarios; None where the files have errors. To be asked before the next check."""
        from voronka.engine.program.build import Programs

        definition = self.checked.definition
        return Programs(definition) if definition is not None else None


class Project:
    """Texts come in from any thread; ``refresh`` is for one thread at a time."""

    def __init__(self, folder: Path, only: Path | None = None) -> None:
        self.folder = folder
        self.only = only  # a single file, opened by itself
        self.generation = 1
        self.state: State | None = None
        self._texts: dict[str, str] = {}
        self._lock = threading.Lock()
        self._checking = threading.Lock()
        self._workspace = Workspace(Disk(folder), library())
        self._parsed = Parsed()

    @property
    def top(self) -> Path:
        """Where the definitions of ``voronka check`` without arguments lie."""
        inner = self.folder / "pipelines"
        return inner if (self.folder / "voronka.toml").is_file() and inner.is_dir() else self.folder

    def holds(self, key: str) -> bool:
        """Whether a file of this path is checked here."""
        path = Path(key)
        if self.only is not None:
            return str(self.only) == key
        if path.suffix != ".pipeline":
            return path.is_relative_to(self.folder)
        hidden = any(part.startswith(".") for part in path.relative_to(self.top).parts) if self._inside(path) else True
        return not hidden

    def _inside(self, path: Path) -> bool:
        return path.is_relative_to(self.top)

    def edit(self, key: str, text: str) -> None:
        """The editor's text of a file."""
        with self._lock:
            self._texts[key] = text
            self.generation += 1

    def close(self, key: str) -> None:
        """The file itself counts again."""
        with self._lock:
            self._texts.pop(key, None)
            self.generation += 1

    def touched(self) -> None:
        """Files were changed by somebody else."""
        with self._lock:
            self.generation += 1

    def refresh(self) -> State:
        """Check the texts as they are now. Blocks; the answer of a generation that is known is given at once."""
        with self._checking:
            with self._lock:
                generation, texts = self.generation, dict(self._texts)
            if self.state is not None and self.state.generation == generation:
                return self.state
            self.state = self._check(generation, texts)
            return self.state

    def lint(self, state: State) -> bool:
        """Ask the rules of the sales method, where ``[lint]`` of voronka.toml wants them; whether anything was found.

        Of a state that a newer one has replaced nothing is asked.
        """
        from voronka.dsl.lint.run import lint
        from voronka.dsl.lint.settings import Unusable, settings

        with self._checking:
            if self.state is not state or self.only is not None or not state.checked.ok:
                return False
            try:
                table = tomllib.loads((self.folder / "voronka.toml").read_text(encoding="utf-8")).get("lint")
                if not isinstance(table, dict):
                    return False
                chosen = settings("", table)
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, Unusable):
                return False  # `voronka lint` says what is wrong with the settings
            checked = Checked(state.checked.definition, state.checked.diagnostics, state.checked.sources)
            state.linted = lint(checked, self._workspace.library, chosen).findings
            return bool(state.linted)

    def _check(self, generation: int, texts: Mapping[str, str]) -> State:
        if self.only is not None:
            keys = [str(self.only)]
        else:
            keys = [os.path.realpath(path) for path in pipeline_files([self.top])]
            new = [key for key in texts if key.endswith(".pipeline") and key not in keys and self.holds(key)]
            keys = sorted([*keys, *new], key=lambda key: Path(key).parts) if new else keys
        work = self._workspace
        for gone in set(work.files.texts) - set(texts):
            work.close(gone)
        for key, text in texts.items():
            work.update(key, text)
        work.keys = keys
        checked = work.check()
        names = learn(work.files, work.library, keys, self._parsed)
        return State(generation, checked, build(names), self._paths(names.world.sources))

    def _paths(self, sources: Mapping[str, Source]) -> dict[str, str]:
        """The file behind each displayed name."""
        import voronka.stdlib

        standard = Path(str(voronka.stdlib.__path__[0]))
        found = {}
        for name in sources:
            path = self.folder / name
            if name.startswith("std/") and not path.exists():
                short = name.removeprefix("std/")
                inner = short if short.endswith(".pipeline") else f"templates/{short}"
                path = standard / inner
            found[name] = os.path.realpath(path)
        return found


def facts() -> Facts:
    """What the standard library says of its functions."""
    from voronka.stdlib.functions import FUNCTIONS

    return Facts({name: (one.signature, Both(one.doc_en, one.doc_ru)) for name, one in FUNCTIONS.items()})
