"""``voronka graph``: a pipeline on one page (R14)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voronka.cli import findings
from voronka.cli.app import FINDINGS, USAGE, App, common

if TYPE_CHECKING:
    from voronka.dsl.definition.model import Definition


@click.command("graph")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--pipeline", metavar="P", help="Only this one (default: all pipelines of the file).")
@click.option(
    "--format", "form", type=click.Choice(["text", "mermaid", "dot", "svg"]), default="text", help="What to write."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file to write instead of the screen.")
@common
def command(app: App, file: Path, pipeline: str | None, form: str, output: Path | None) -> None:
    """Draw FILE on one page: stages, gates, tasks with deadlines, robots, losses, tunnels.

    The titles are in the language of --lang. With --json: {"format": ..., "pipelines": [...], "graph": "..."}.
    """
    definition = defined(app, file)
    names = chosen_of(app, definition, file, pipeline)
    text = _drawn(definition, names, form, app.lang)
    if output:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise app.fail(f"{output}: {error.strerror}", f"{output}: {error.strerror}", USAGE) from error
        app.say(f"✓ {output} is written", f"✓ записано: {output}")
    if app.as_json:
        app.dump({"format": form, "pipelines": names, "graph": text})
    elif not output:
        app.out(text.removesuffix("\n"))


def defined(app: App, file: Path) -> Definition:
    """What a file defines; a file that is not there or has errors ends the command."""
    from voronka.engine.workspace import load

    if not file.is_file():
        raise app.fail(f"{file}: there is no such file", f"{file}: нет такого файла", USAGE)
    loaded = load([file])
    if loaded.programs is None:
        findings.show(app, loaded.errors, to_stdout=False)
        raise app.fail(
            f"{file}: nothing is made of a file with errors", f"{file}: в файле ошибки, сначала исправьте их", FINDINGS
        )
    return loaded.programs.definition


def chosen_of(app: App, definition: Definition, file: Path, pipeline: str | None) -> list[str]:
    """The pipeline that was asked for, or all that the file holds."""
    names = [_known(app, definition, pipeline)] if pipeline else _here(definition, file)
    if not names:
        raise app.fail(f"{file}: there is no pipeline in it", f"{file}: в нём нет воронок", USAGE)
    return names


def _here(definition: Definition, file: Path) -> list[str]:
    from voronka.dsl.docs.scheme import chosen

    shown = {p.loc.file for p in definition.pipelines.values() if Path(p.loc.file).resolve() == file.resolve()}
    return [name for where in sorted(shown) for name in chosen(definition, where)]


def _known(app: App, definition: Definition, name: str) -> str:
    if name in definition.pipelines:
        return name
    from voronka.dsl.text.suggest import closest

    near = closest(name, definition.pipelines)
    raise app.fail(
        f"there is no pipeline “{name}”" + (f"; did you mean {near}?" if near else ""),
        f"нет воронки «{name}»" + (f"; может быть, {near}?" if near else ""),
        USAGE,
    )


def _drawn(definition: Definition, names: list[str], form: str, lang: str) -> str:
    from voronka.dsl.docs.scheme import scheme

    schemes = tuple(scheme(definition, name, lang) for name in names)
    if form == "mermaid":
        from voronka.dsl.docs.mermaid import mermaid

        return mermaid(schemes)
    if form == "dot":
        from voronka.dsl.docs.dot import dot

        return dot(schemes)
    if form == "svg":
        from voronka.dsl.docs.svg import svg

        return svg(schemes)
    from voronka.dsl.docs.terminal import terminal

    return terminal(schemes)
