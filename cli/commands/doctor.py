"""``voronka doctor``: whether this machine and these settings can be relied on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from voronka.cli.app import FINDINGS, App, common

if TYPE_CHECKING:
    from voronka.engine.care.doctor import Finding

_TOPICS = {
    "python": "Python",
    "sqlite": "SQLite",
    "time zones": "часовые пояса",
    "disk": "диск",
    "fsync": "запись",
    "permissions": "права",
    "daemon": "демон",
    "store": "хранилище",
    "clock": "часы",
    "ntp": "NTP",
    "outbox": "отправка",
    "settings": "настройки",
    "secrets": "секреты",
    "smtp": "почта",
}
_MARKS = {"ok": ("✓", "green"), "note": ("!", "yellow"), "trouble": ("✗", "red")}


@click.command("doctor")
@common
def command(app: App) -> None:
    """Look at the machine and the settings: what would fail, and what to do about it.

    SQLite and its WAL-reset bug, time zone data, the disk and how long a lasting write takes, rights, the clock,
    secrets (whether they are there, never their values), the mail server (greeted, logged in to, no mail sent). Nothing
    is changed. Exit code 1: there is trouble. With --json: {"ok", "findings": [{"topic", "level": ok|note|trouble,
    "text", "help", "data"}]}.
    """
    from voronka.cli.session import instant, store_path
    from voronka.engine.care.doctor import BAD, examine

    found = []
    for finding in examine(store_path(app).absolute(), app.settings, instant(app)):
        found.append(finding)
        if not app.as_json:
            _print(app, finding)
    troubles = sum(finding.level == BAD for finding in found)
    if app.as_json:
        app.dump({"ok": not troubles, "findings": [_data(app, finding) for finding in found]})
    elif troubles:
        app.say(f"troubles: {troubles}", f"неполадок: {troubles}")
    else:
        app.say("nothing is wrong", "всё в порядке")
    if troubles:
        raise SystemExit(FINDINGS)


def _print(app: App, finding: Finding) -> None:
    import textwrap

    from voronka.cli.tables import line_width

    mark, color = _MARKS[finding.level]
    topic = _TOPICS[finding.topic] if app.lang == "ru" else finding.topic
    room = line_width() - 18
    lines = textwrap.wrap(finding.text.in_(app.lang), room)
    app.out(f"{click.style(mark, fg=color)} {topic:<14}  {lines[0]}")
    for line in lines[1:]:
        app.out(" " * 18 + line)
    for line in textwrap.wrap(finding.help.in_(app.lang), room - 2):
        app.out(" " * 18 + click.style(f"→ {line}", fg="green"))


def _data(app: App, finding: Finding) -> dict[str, object]:
    return {
        "topic": finding.topic,
        "level": finding.level,
        "text": finding.text.in_(app.lang),
        "help": finding.help.in_(app.lang) or None,
        "data": dict(finding.data or {}),
    }
