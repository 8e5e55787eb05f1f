"""``voronka docs``: a pipeline as a handbook for those who sell by it (R3, R67)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voronka.cli.app import USAGE, App, common
from voronka.cli.commands.graph import chosen_of, defined

if TYPE_CHECKING:
    from voronka.dsl.definition.model import Definition
    from voronka.dsl.docs.book import Handbook

_ENDINGS = {"html": ".html", "markdown": ".md"}


@click.command("docs")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--pipeline", metavar="P", help="Only this one (default: all pipelines of the file).")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_ENDINGS)),
    help="What to write (default: by the ending of the output, else html).",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A file, or a folder for a file of its own for each pipeline.",
)
@common
def command(app: App, file: Path, pipeline: str | None, form: str | None, output: Path | None) -> None:
    """Write the handbook of FILE: stages, what they ask for, tasks, deadlines, losses, the card, people.

    In the language of the pipeline's own titles; --lang says another. Without -o it is printed. HTML is one page that
    needs nothing else. With --json: {"format": ..., "pipelines": [...], "handbook": "..."}.
    """
    definition = defined(app, file)
    names = chosen_of(app, definition, file, pipeline)
    given = click.get_current_context().params.get("lang")
    if form is None:
        ending = output.suffix.lower() if output else ""
        form = "markdown" if ending in (".md", ".markdown") else "html"
    books = _books(definition, names, given)
    if output is not None and (output.is_dir() or (not output.suffix and not output.exists())):
        _into(app, output, books, form)
    elif output is not None:
        _write(app, output, _set(books, form))
    if app.as_json:
        app.dump({"format": form, "pipelines": names, "handbook": _set(books, form)})
    elif output is None:
        app.out(_set(books, form).removesuffix("\n"))


def _books(definition: Definition, names: list[str], lang: str | None) -> tuple[Handbook, ...]:
    from voronka.dsl.docs.handbook import handbook, language

    return tuple(handbook(definition, name, lang or language(definition, name)) for name in names)


def _set(books: tuple[Handbook, ...], form: str) -> str:
    if form == "markdown":
        from voronka.dsl.docs.handbook_markdown import markdown

        return markdown(books)
    from voronka.dsl.docs.handbook_html import html

    return html(books)


def _into(app: App, folder: Path, books: tuple[Handbook, ...], form: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise app.fail(f"{folder}: {error.strerror}", f"{folder}: {error.strerror}", USAGE) from error
    for book in books:
        _write(app, folder / f"{book.name}{_ENDINGS[form]}", _set((book,), form))


def _write(app: App, path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise app.fail(f"{path}: {error.strerror}", f"{path}: {error.strerror}", USAGE) from error
    app.say(f"✓ {path} is written", f"✓ записано: {path}")
