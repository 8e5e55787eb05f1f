"""The command line's entry: a group that imports a command only when it is called."""

from __future__ import annotations

import os
import sys

# name -> (module under voronka.cli.commands, one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Make a workspace that runs as it is."),
    "check": ("check", "Prove what can be proved before anything runs."),
    "fmt": ("fmt", "Lay definition files out in the one style."),
    "lint": ("lint", "What works but should not stay so, by sales method."),
    "dry-run": ("dry_run", "Walk one deal through a pipeline on a virtual clock; writes nothing."),
    "graph": ("graph", "A pipeline on one page: text, Mermaid, DOT or SVG."),
    "docs": ("docs", "A handbook of a pipeline for the sales team: HTML or Markdown."),
    "test": ("test", "Run the scenarios of definition files."),
    "run": ("run", "Run the workspace: timers, and one door for everybody."),
    "status": ("status", "What runs, what comes next, what needs somebody."),
    "plan": ("plan", "What the edited files do to every live deal, before they do it."),
    "apply": ("apply", "Put the edited files in force; every deal follows."),
    "backtest": ("backtest", "Recorded history under edited files: what would have gone otherwise."),
    "rollback": ("rollback", "Back to a version that was in force before."),
    "deal": ("deal", "Create, show, find and change deals."),
    "task": ("task", "List, answer and reschedule tasks."),
    "person": ("person", "Who works here, who is absent, who left."),
    "robot": ("robot", "Every robot, what starts it, and its switch."),
    "event": ("event", "Send events in, list what was kept."),
    "incident": ("incident", "What somebody has to look at: list, retry, skip, resolve."),
    "notice": ("notice", "Words to colleagues who have no mail address here."),
    "import": ("import_", "Bring deals in from a file."),
    "report": ("report", "Figures over all deals: funnel, time, losses, discipline and more."),
    "discover": ("discover", "Draft a pipeline from an event log."),
    "conform": ("conform", "Where the lived process leaves the declared one."),
    "store": ("store", "Look at the store, verify, back up, restore and compact it."),
    "doctor": ("doctor", "Whether this machine and these settings can be relied on."),
    "lsp": ("lsp", "The language server that editors start."),
    "explain": ("explain", "What a finding means, by its code or name."),
    "completion": ("completion", "Print the completion script of your shell."),
    "demo": ("demo", "A minute with real deals: a store full of them and a timeline."),
}


def main() -> None:
    """Run the command line. What the outside refuses, a full disk above all, is told in a line: never a traceback."""
    _open_streams()
    try:
        try:
            _run()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # nobody reads on
        _discard()
        sys.exit(1)
    except OSError as error:
        _discard()
        _tell(error)
        sys.exit(2)


def _open_streams() -> None:
    """A stream that was closed gives way to the null device: else the next file that is opened takes its number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _discard() -> None:
    """Let go of what is left in the buffer, which Python would try to write on its way out."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.close(null)


def _tell(error: OSError) -> None:
    from voronka.cli.app import language

    russian = language(None, {}) == "ru"
    where = error.filename or ("вывод" if russian else "the output")
    why = error.strerror or str(error)
    try:
        sys.stderr.write(f"ошибка: {where}: {why}\n" if russian else f"error: {where}: {why}\n")
        sys.stderr.flush()
    except OSError:  # nor can that be written; the exit code says it
        os.dup2(1, 2)


def _run() -> None:
    """``--version``, and a ``check`` of what has not changed, are answered before imports."""
    if sys.argv[1:] == ["--version"]:
        from voronka.engine.version import engine_version

        sys.stdout.write(f"voronka {engine_version()}\n")
        return
    asked = ""
    if sys.argv[1:2] == ["check"]:
        from voronka.cli import replay

        asked = replay.key(sys.argv)
        if (code := replay.again(asked)) is not None:
            sys.exit(code)
    from voronka.cli.app import cli

    cli(prog_name="voronka", obj=asked)
