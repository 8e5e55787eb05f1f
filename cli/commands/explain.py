"""``voronka explain``: what a finding means, by its code or name."""

from __future__ import annotations

import click

from voronka.cli.app import USAGE, App, common


@click.command("explain")
@click.argument("code", required=False)
@common
def command(app: App, code: str | None) -> None:
    """Explain a CODE: an id (V301, L101) or a name (unknown-name, stage-count). Without it, list all of them.

    With --json: {"code", "name", "severity", "message", "help", "why", "example": {file: text}, "said", "instead":
    {file: text}}, of lint rules with "page" (what they look for) as well; the list has the first four.
    """
    from voronka.dsl.lint import codes as of_lint
    from voronka.dsl.text.codes import find

    if code is None:
        _list(app)
        return
    found = find(code) or of_lint.find(code)
    if found is None:
        _explain_rule(app, code)
        return
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
                "why": made.why,
                "example": dict(made.files),
                "said": made.said,
                "instead": dict(made.instead),
            }
        )
    else:
        app.out(printed(made))


def _explain_rule(app: App, code: str) -> None:
    from voronka.dsl.lint.pages import EXAMPLE, printed, said
    from voronka.dsl.lint.registry import find
    from voronka.stdlib.library import library

    rule = find(code)
    if rule is None:
        raise _unknown(app, code)
    if not app.as_json:
        app.out(printed(rule, app.lang, library()))
        return
    from voronka.dsl.docs.pages import advice, title

    app.dump(
        {
            "code": rule.code.id,
            "name": rule.name,
            "severity": rule.code.severity.value,
            "message": title(rule.code, app.lang),
            "help": advice(rule.code, app.lang),
            "page": rule.page.what.in_(app.lang),
            "why": rule.page.why.in_(app.lang),
            "example": {EXAMPLE: rule.page.example},
            "said": said(rule, app.lang, library()),
            "instead": {EXAMPLE: rule.page.instead},
        }
    )


def _list(app: App) -> None:
    from voronka.dsl.docs.pages import groups, severity, title
    from voronka.dsl.lint import codes as of_lint
    from voronka.dsl.lint.pages import groups as rule_groups
    from voronka.dsl.lint.pages import weight
    from voronka.dsl.text.codes.base import Code

    listed: list[tuple[str, list[tuple[Code, str]]]] = [
        (heading, [(one, severity(one, app.lang)) for one in codes]) for heading, codes in groups(app.lang)
    ]
    for heading, rules in rule_groups(app.lang):
        listed.append((f"lint: {heading}", [(rule.code, weight(rule, app.lang)) for rule in rules]))
    listed.append(("lint", [(one, severity(one, app.lang)) for one in of_lint.ALL]))
    if app.as_json:
        app.dump(
            [
                {"code": c.id, "name": c.name, "severity": c.severity.value, "message": title(c, app.lang)}
                for _, codes in listed
                for c, _ in codes
            ]
        )
        return
    for number, (heading, codes) in enumerate(listed):
        app.out(("\n" if number else "") + click.style(heading, bold=True))
        for one, weighs in codes:
            app.out(f"  {one.id}  {one.name}  ({weighs})\n        {title(one, app.lang)}")


def _unknown(app: App, code: str) -> click.ClickException:
    from voronka.dsl.lint.registry import rules
    from voronka.dsl.text.codes import ALL
    from voronka.dsl.text.suggest import closest

    known = [*ALL.values(), *(rule.code for rule in rules())]
    near = closest(code, [name for one in known for name in (one.name, one.id)])
    en = f"; did you mean {near}?" if near else "; `voronka explain` lists all of them"
    ru = f"; может быть, {near}?" if near else "; `voronka explain` перечислит все"
    return app.fail(f"there is no code “{code}”{en}", f"нет кода «{code}»{ru}", USAGE)
