"""``voronka init``: a workspace that runs as it is."""

from __future__ import annotations

from pathlib import Path

import click

from voronka.cli.app import USAGE, App, common
from voronka.cli.starter import TEMPLATES


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--template", type=click.Choice(TEMPLATES), default=TEMPLATES[0], show_default=True, help="Which funnel.")
@common
def command(app: App, folder: Path, template: str) -> None:
    """Make a workspace in DIR, a new or an empty folder: voronka.toml, pipelines/, templates/, a scenario.

    With --json: {"workspace": path, "template": name, "pipeline": name, "files": [paths]}.
    """
    from voronka.cli.starter import starter

    _refuse_unfit(app, folder)
    made = starter(template, app.lang)
    _write(app, folder, made.texts)
    if app.as_json:
        app.dump(
            {
                "workspace": str(folder),
                "template": template,
                "pipeline": made.pipeline,
                "files": sorted(made.texts),
            }
        )
        return
    app.say(
        f"{folder}: a workspace with the pipeline “{made.title}”\n\nTry it:",
        f"{folder}: рабочая папка с воронкой «{made.title}»\n\nПопробуйте:",
    )
    for line in (
        f"cd {folder}",
        "voronka check",
        f"voronka dry-run {made.file}",
        f"voronka deal new {made.pipeline}",
    ):
        app.say(f"  {line}", f"  {line}")


def _refuse_unfit(app: App, folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise app.fail(f"{folder} is a file; name a folder", f"{folder} — это файл; укажите папку", USAGE)
    try:
        there = next(iter(sorted(folder.iterdir())), None) if folder.is_dir() else None
    except OSError as error:
        raise app.fail(f"{folder}: {error.strerror}", f"{folder}: {error.strerror}", USAGE) from error
    if there is not None:
        raise app.fail(
            f"{folder} is not empty ({there.name} is there); name a new or an empty folder",
            f"{folder} не пуста (в ней уже есть {there.name}); укажите новую или пустую папку",
            USAGE,
        )


def _write(app: App, folder: Path, texts: dict[str, str]) -> None:
    """All files or none."""
    made: list[Path] = []
    try:
        for name in ("", *sorted(texts)):
            path = folder / name
            for parent in reversed([path, *path.parents] if not name else list(path.parents)):
                if not parent.exists():
                    parent.mkdir()
                    made.append(parent)
            if name:
                made.append(path)
                path.write_text(texts[name], encoding="utf-8", newline="\n")
    except OSError as error:
        for path in reversed(made):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
        where = error.filename or folder
        raise app.fail(
            f"{where}: {error.strerror}; nothing was made", f"{where}: {error.strerror}; ничего не создано", USAGE
        ) from error
