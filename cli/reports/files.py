"""Where a report goes: files as they were asked for, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from voronka.cli.app import App
from voronka.cli.reports.cells import Local
from voronka.engine.reports.table import Report, Table

FORMATS = ("csv", "xlsx", "html", "svg", "png")


def chosen(app: App, report: Report, name: str | None) -> Report:
    """The report with one of its tables alone, where one is asked for. Raises Failure for one that it has not."""
    from dataclasses import replace

    from voronka.cli.given import nearest

    if name is None:
        return report
    found = tuple(table for table in report.tables if table.name == name)
    if not found:
        near = nearest(app, name, [table.name for table in report.tables])
        raise app.fail(f"this report has no table “{name}”{near}", f"в этом отчёте нет таблицы «{name}»{near}")
    return replace(report, tables=found)


def write(app: App, report: Report, asked: dict[str, Any], local: Local) -> bool:
    """Write the files that were asked for, and say so; whether there were any. Raises Failure."""
    wanted = [(kind, str(asked[kind])) for kind in FORMATS if asked.get(kind)]
    for kind, target in wanted:
        _WRITERS[kind](app, report, target, local)
        if target != "-":
            app.say(f"written: {target}", f"записано: {target}")
    return bool(wanted)


def _single(app: App, report: Report, kind: str, drawn: bool = False) -> Table:
    """A format that holds one table takes the first, or the first with a chart; the others are named."""
    tables = [table for table in report.tables if table.chart is not None] if drawn else list(report.tables)
    if not tables:
        raise app.fail(
            "this table has no chart; choose another --table", "у этой таблицы нет диаграммы; выберите --table"
        )
    if len(tables) > 1:
        others = ", ".join(table.name for table in tables[1:])
        app.say(
            f"{kind} holds one table, {tables[0].name}; --table has others: {others}",
            f"в {kind} входит одна таблица, {tables[0].name}; другие даст --table: {others}",
        )
    return tables[0]


def _csv(app: App, report: Report, target: str, local: Local) -> None:
    from voronka.cli.reports.tables import as_csv

    text = as_csv(_single(app, report, "CSV"), app.lang)
    if target == "-":
        import sys

        sys.stdout.write(text.replace("\r\n", "\n"))
        return
    _whole(app, target, lambda path: path.write_bytes(text.encode()))


def _xlsx(app: App, report: Report, target: str, local: Local) -> None:
    from voronka.cli.reports.tables import write_xlsx

    try:
        _whole(app, target, lambda path: write_xlsx(report, report.tables, path, app.lang, local))
    except ImportError as missing:
        raise _extra(app, "XLSX", "xlsx") from missing


def _html(app: App, report: Report, target: str, local: Local) -> None:
    from voronka.cli.reports.page import html

    text = html(report, report.tables, app.lang, local)
    _whole(app, target, lambda path: path.write_text(text, encoding="utf-8"))


def _svg(app: App, report: Report, target: str, local: Local) -> None:
    from voronka.cli.reports.picture import svg

    text = svg(report, _single(app, report, "SVG", True), app.lang, local)
    _whole(app, target, lambda path: path.write_text(text, encoding="utf-8"))


def _png(app: App, report: Report, target: str, local: Local) -> None:
    from voronka.cli.reports.picture import png, svg

    try:
        made = png(svg(report, _single(app, report, "PNG", True), app.lang, local))
    except ImportError as missing:
        raise _extra(app, "PNG", "pdf") from missing
    _whole(app, target, lambda path: path.write_bytes(made))


_WRITERS = {"csv": _csv, "xlsx": _xlsx, "html": _html, "svg": _svg, "png": _png}


def _extra(app: App, kind: str, extra: str) -> Exception:
    return app.fail(
        f"{kind} needs the extra: pip install 'voronka[{extra}]'", f"для {kind} нужно: pip install 'voronka[{extra}]'"
    )


def _whole(app: App, target: str, write: Callable[[Path], object]) -> None:
    """Write beside the file and put it in its place, so that half of one is never seen. Raises Failure."""
    goal = Path(target)
    try:
        with tempfile.TemporaryDirectory(prefix=".voronka-", dir=goal.absolute().parent) as folder:
            part = Path(folder) / f"report{goal.suffix}"
            write(part)
            part.chmod(0o666 & ~_mask())
            part.replace(goal)
    except OSError as error:
        why = error.strerror or str(error)
        raise app.fail(f"{target} cannot be written: {why}", f"{target} не записать: {why}") from error


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
