"""Which definition files a command is about: those named, or the workspace's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from voronka.cli.app import USAGE, App

if TYPE_CHECKING:
    from voronka.cli.noted import Noted


def chosen_files(app: App, paths: Sequence[Path], noted: Noted | None = None) -> list[Path]:
    """The files, and those below the folders; without any, the workspace's. Raises ``Failure`` where there is none.

    ``noted`` is told where was looked.
    """
    from voronka.engine.workspace import pipeline_files

    root = app.settings.get("root")
    chosen = list(paths) or [Path(root) / "pipelines" if root and (Path(root) / "pipelines").is_dir() else Path()]
    if noted is not None:
        for folder in (here := Path.cwd(), *here.parents):
            noted.note("there", str(folder / "voronka.toml"))
        if root:
            noted.note("bytes", str(Path(root) / "voronka.toml"))
            noted.note("there", str(Path(root) / "pipelines"))
        noted.searched(chosen)
    for path in chosen:
        if not path.exists():
            raise app.fail(f"{path}: there is no such file or folder", f"{path}: нет такого файла или папки", USAGE)
    files = pipeline_files(chosen)
    if not files:
        where = ", ".join(map(str, chosen))
        raise app.fail(f"{where}: no *.pipeline file here", f"{where}: здесь нет файлов *.pipeline", USAGE)
    return files
