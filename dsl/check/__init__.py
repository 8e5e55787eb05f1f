"""From syntax trees to a frozen definition: files joined, names resolved, types found, everything lowered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voronka.dsl.check.files import Disk
    from voronka.dsl.check.library import LibraryProtocol
    from voronka.dsl.check.workspace import Checked

__all__ = ["check", "check_text"]

# The rooms inside this one are imported by everybody, the checker itself only by who checks.


def check(
    paths: Sequence[Path], library: LibraryProtocol, *, display_root: Path | None = None, files: Disk | None = None
) -> Checked:
    """Check files, and folders for all their ``.pipeline`` files, as one workspace. Never raises for what they hold.

    ``files``: who reads them, if it is not to be a plain :class:`Disk` with this root.
    """
    from voronka.dsl.check import workspace

    return workspace.check(paths, library, display_root=display_root, files=files)


def check_text(name: str, text: str, library: LibraryProtocol, extra: Mapping[str, str] | None = None) -> Checked:
    """Check one text; ``extra`` holds the other files it may use, templates too, by their names."""
    from voronka.dsl.check import workspace

    return workspace.check_text(name, text, library, extra)
