"""What all commands share: lazy loading, the common options, output on stdout, messages on stderr, exit codes 0 /
1 / 2."""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import locale
import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from voronka.cli.main import COMMANDS

F = TypeVar("F", bound=Callable[..., Any])
FINDINGS, USAGE = 1, 2
INTERRUPTED = 130  # by Ctrl-C: 128 and the number of the signal
_GIVEN = "voronka.cli.given"  # all words of a call, for errors that are told before any of them is read


class Lazy(click.Group):
    """A group whose commands live in modules that are imported when called; help needs none of them.

    ``commands``: name -> (module under voronka.cli.commands, or ``module:attribute``, one line of help).
    """

    def __init__(self, *args: Any, commands: Mapping[str, tuple[str, str]] = COMMANDS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.table:
            return None
        name, _, attribute = self.table[cmd_name][0].partition(":")
        module = importlib.import_module(f"voronka.cli.commands.{name}")
        command: click.Command = getattr(module, attribute or "command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.table.items()])

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        given = list(args)
        try:
            made = super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            raise self._spoken(error, given if parent is None else parent.meta[_GIVEN]) from error
        made.meta.setdefault(_GIVEN, given)
        return made

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise self._spoken(error, ctx.meta[_GIVEN]) from error
        except KeyboardInterrupt:
            click.echo(err=True)  # behind the terminal's ^C
            raise click.exceptions.Exit(INTERRUPTED) from None

    def _spoken(self, error: click.UsageError, given: list[str]) -> click.UsageError:
        from voronka.cli.usage import spoken

        try:
            settings = workspace_settings(Path.cwd())
        except (click.UsageError, OSError):
            settings = {}
        return spoken(error, given, settings)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from voronka.dsl.text.suggest import closest

            close = closest(args[0], self.table) if args else None
            if close:
                raise click.UsageError(f"{error.message} Did you mean '{close}'?", ctx) from error
            raise


@dataclass
class App:
    """The common options of one call, resolved: flag over environment over voronka.toml over default."""

    actor: str = ""
    store: str | None = None
    as_json: bool = False
    lang: str = "en"
    color: bool = False
    quiet: bool = False
    verbose: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    printed: list[tuple[int, str]] | None = None  # where somebody wants it: what was printed, 1 to stdout, 2 to stderr

    def _print(self, text: str, to: int, color: bool) -> None:
        click.echo(text, err=to == 2, color=color)
        if self.printed is not None:
            self.printed.append((to, f"{text if color else click.unstyle(text)}\n"))

    def out(self, text: str = "") -> None:
        """Data, to stdout."""
        self._print(text, 1, self.color)

    def say(self, en: str, ru: str) -> None:
        """A word to the person, to stderr; silent with -q."""
        if not self.quiet:
            self._print(ru if self.lang == "ru" else en, 2, self.color)

    def warn(self, text: str = "") -> None:
        """What keeps a command from being done, to stderr; -q does not silence it."""
        self._print(text, 2, self.color)

    def dump(self, data: Any) -> None:
        """Data as JSON, to stdout."""
        self._print(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=False), 1, False)

    def fail(self, en: str, ru: str, code: int = USAGE) -> Failure:
        """An error to raise: ``raise app.fail(…)``."""
        return Failure(ru if self.lang == "ru" else en, code, self)


class Failure(click.ClickException):
    """An error a person can act on; never a traceback."""

    def __init__(self, message: str, code: int, app: App) -> None:
        super().__init__(message)
        self.exit_code = code  # type: ignore[misc]  # click reads it from the instance
        self.app = app

    def show(self, file: Any = None) -> None:
        if self.app.as_json:
            click.echo(json.dumps({"error": self.message}, ensure_ascii=False))
        word = "ошибка" if self.app.lang == "ru" else "error"
        click.echo(f"{click.style(word, fg='red', bold=True)}: {self.message}", err=True, color=self.app.color)


def language(given: str | None, settings: Mapping[str, Any]) -> str:
    """``--lang``, else VORONKA_LANG, else voronka.toml, else the locale (Meaning 18)."""
    for wanted in (given, os.environ.get("VORONKA_LANG"), settings.get("language")):
        if wanted in ("en", "ru"):
            return str(wanted)
    name = (
        os.environ.get("LC_ALL")
        or os.environ.get("LC_MESSAGES")
        or os.environ.get("LANG")
        or (locale.getlocale()[0] or "")
    )
    return "ru" if name.lower().startswith("ru") else "en"


def colored(when: str) -> bool:
    """NO_COLOR wins over a terminal, ``--color always`` over both."""
    if when == "always":
        return True
    return (
        when == "auto" and sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def common(command: F) -> F:
    """Give a command the options that stand everywhere, and an :class:`App` as its first argument."""

    @click.option("--as", "actor", metavar="PERSON", envvar="VORONKA_AS", default="", help="Who does it.")
    @click.option(
        "--store", metavar="URL", envvar="VORONKA_STORE", help="The store (default: voronka.db in the workspace)."
    )
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @click.option("--lang", type=click.Choice(["en", "ru"]), help="Language of messages (default: the locale).")
    @click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours.")
    @click.option("-q", "--quiet", is_flag=True, help="Say less.")
    @click.option("-v", "--verbose", count=True, help="Say more.")
    @functools.wraps(command)
    def wrapped(
        *args: Any,
        actor: str,
        store: str | None,
        as_json: bool,
        lang: str | None,
        color: str,
        quiet: bool,
        verbose: int,
        **kwargs: Any,
    ) -> Any:
        if not verbose:
            # what goes wrong is said in the command's own words; -v shows the log
            logging.getLogger("voronka").addHandler(logging.NullHandler())
        settings = workspace_settings(Path.cwd())
        app = App(actor, store, as_json, language(lang, settings), colored(color), quiet, verbose, settings)
        return command(app, *args, **kwargs)

    return wrapped  # type: ignore[return-value]


def workspace_root(start: Path) -> Path | None:
    """The nearest folder upwards that holds a ``voronka.toml``."""
    for folder in (start, *start.parents):
        with contextlib.suppress(PermissionError):  # a folder above may be one that this user cannot look into
            if (folder / "voronka.toml").is_file():
                return folder
    return None


def workspace_settings(start: Path) -> dict[str, Any]:
    """``voronka.toml`` as read, with ``root``; empty outside of a workspace. A broken file is an error of usage."""
    root = workspace_root(start)
    if root is None:
        return {}
    import tomllib

    try:
        settings = tomllib.loads((root / "voronka.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise click.UsageError(f"{root / 'voronka.toml'}: {error}") from error
    return {**settings, "root": root}


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="voronka", message="voronka %(version)s")
def cli() -> None:
    """Sales process as code: pipelines are text, deals run through them."""
