"""The command line's entry: a group that imports a command only when it is called."""

from __future__ import annotations

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
    """Run the command line. ``--version``, and a ``check`` of what has not changed, are answered before imports."""
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
