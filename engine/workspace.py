"""Loading a workspace: its files through the checker, with the standard library, into programs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.source import Source

if TYPE_CHECKING:
    from voronka.dsl.check.files import Disk
    from voronka.dsl.check.incremental import Workspace
    from voronka.engine.program.build import Programs


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading gave: ``programs`` (None when files have errors) and all findings of the run."""

    programs: Programs | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(diagnostic for diagnostic in self.diagnostics if diagnostic.is_error)


def pipeline_files(paths: Sequence[Path]) -> list[Path]:
    """Files as given; folders by all ``*.pipeline`` below them, sorted, hidden folders left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*.pipeline") if not any(part.startswith(".") for part in p.parts[1:]))
            found += sorted(inside)
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def load(paths: Sequence[Path], root: Path | None = None, files: Disk | None = None) -> Loaded:
    """Check these files and everything they use; never raises for bad input. ``files``: who reads them."""
    from voronka.dsl.check import check
    from voronka.engine.program.build import Programs
    from voronka.stdlib.library import library

    checked = check(pipeline_files(paths), library(), display_root=root, files=files)
    programs = Programs(checked.definition) if checked.definition is not None else None
    return Loaded(programs, checked.diagnostics, checked.sources)


class Loader:
    """Loads the same files again and again; what has not changed is neither checked nor compiled a second time.

    Every answer is that of :func:`load`. Threads take turns.
    """

    def __init__(self, paths: Sequence[Path], root: Path | None = None) -> None:
        self.paths = tuple(paths)
        self.root = root
        self._last: Programs | None = None
        self._workspace: Workspace | None = None
        self._turn = Lock()

    def load(self) -> Loaded:
        """The files as they are now; never raises for bad input."""
        with self._turn:
            return self._load()

    def _load(self) -> Loaded:
        from voronka.dsl.check.files import Disk
        from voronka.dsl.check.incremental import Workspace
        from voronka.engine.program.build import Programs
        from voronka.stdlib.library import library

        if self._workspace is None:
            self._workspace = Workspace(Disk(self.root), library())
        self._workspace.keys = list(dict.fromkeys(os.path.realpath(path) for path in pipeline_files(self.paths)))
        checked = self._workspace.check()
        if checked.definition is None:
            return Loaded(None, checked.diagnostics, checked.sources)
        self._last = Programs(checked.definition, self._last, checked.meanings)
        return Loaded(self._last, checked.diagnostics, checked.sources)
