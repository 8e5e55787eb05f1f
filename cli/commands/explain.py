"""``voronka explain``: what a finding means, by its code or name."""

from __future__ import annotations

import click

from voronka.cli.app import USAGE, App, common


@click.command("explain")
@click.argument("code", required=False)
@common
def command(app: App, code: str | None) -> None:
    """Explain a CODE: an id (V301) or a name (unknown-name). Without it, list all of them.

    With --json: {"code", "name", "severity", "message", "help", "page", "example": {file: text}, "said"}; the list
    has the first four.
    """
    from voronka.dsl.text.codes import find

    if code is None:
        _list(app)
        return
    found = find(code)
    if found is None:
        raise _unknown(app, code)
    from voronka.dsl.docs.pages import page, printed
    from voronka.stdlib.library import library

    made = page(found, app.lang, library())
    if app.as_json:
        app.dump(
            {
                "code": found.id,
                "name": found.name,
                "severity": found.severity.value,
                "message": made.message,
                "help": made.help,
                "page": made.text,
                "example": dict(made.files),
                "said": made.said,
            }
        )
    else:
        app.out(printed(made))


def _list(app: App) -> None:
    from voronka.dsl.docs.pages import groups, severity, title

    if app.as_json:
        app.dump(
            [
                {"code": c.id, "name": c.name, "severity": c.severity.value, "message": title(c, app.lang)}
                for _, codes in groups(app.lang)
                for c in codes
            ]
        )
        return
    for number, (heading, codes) in enumerate(groups(app.lang)):
        app.out(("\n" if number else "") + click.style(heading, bold=True))
        for one in codes:
            app.out(f"  {one.id}  {one.name}  ({severity(one, app.lang)})\n        {title(one, app.lang)}")


def _unknown(app: App, code: str) -> click.ClickException:
    from voronka.dsl.text.codes import ALL
    from voronka.dsl.text.suggest import closest

    near = closest(code, [*(one.name for one in ALL.values()), *ALL])
    en = f"; did you mean {near}?" if near else "; `voronka explain` lists all of them"
    ru = f"; может быть, {near}?" if near else "; `voronka explain` перечислит все"
    return app.fail(f"there is no code “{code}”{en}", f"нет кода «{code}»{ru}", USAGE)
