"""``voronka completion``: the script that teaches a shell our commands, options, pipelines and stages."""

from __future__ import annotations

import click

from voronka.cli.app import App, common

_WHERE = {
    "bash": "~/.bashrc",
    "zsh": "~/.zshrc",
    "fish": "~/.config/fish/completions/voronka.fish",
}


@click.command("completion")
@click.argument("shell", type=click.Choice(tuple(_WHERE)))
@common
def command(app: App, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  voronka completion bash >> ~/.bashrc
    zsh:   voronka completion zsh  >> ~/.zshrc
    fish:  voronka completion fish >  ~/.config/fish/completions/voronka.fish

    With --json: {"shell": name, "file": where it usually goes, "script": text}.
    """
    from click.shell_completion import ShellComplete, get_completion_class

    from voronka.cli.app import cli

    kind = get_completion_class(shell)
    assert kind is not None
    # of the base class: bash's own would run bash to look at its version
    script = ShellComplete.source(kind(cli, {}, "voronka", "_VORONKA_COMPLETE"))
    if app.as_json:
        app.dump({"shell": shell, "file": _WHERE[shell], "script": script})
    else:
        app.out(script)
