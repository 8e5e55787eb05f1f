"""Coverage as a table with its gaps, as JSON, and as one HTML page with the sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import App
from voronka.cli.tables import Row, bold, table
from voronka.engine.words.dates import count

if TYPE_CHECKING:
    from voronka.engine.scenario.coverage import Coverage, Gap, Share

# kind -> its column in a table, in Russian and English
_HEADS = {
    "stage": ("этапы", "stages"),
    "gate": ("условия", "gates"),
    "require": ("поля", "fields"),
    "robot": ("роботы", "robots"),
    "branch": ("ветви", "branches"),
    "deadline": ("сроки", "deadlines"),
    "outcome": ("исходы", "outcomes"),
    "approval": ("согласования", "approvals"),
    "wait": ("ожидания", "waits"),
    "limit": ("пределы", "limits"),
    "event": ("события", "events"),
    "reason": ("причины", "reasons"),
}
# kind -> what stands before its name
_WORDS = {
    "stage": ("этап", "stage"),
    "gate": ("", ""),
    "require": ("поле", "require"),
    "robot": ("робот", "robot"),
    "branch": ("условие", "condition"),
    "deadline": ("задача", "task"),
    "outcome": ("исход", "outcome"),
    "approval": ("согласование", "approval"),
    "wait": ("ожидание", "wait for"),
    "limit": ("предел этапа", "limit of"),
    "event": ("событие", "event"),
    "reason": ("причина", "reason"),
}
# (kind, side) -> what did not happen
_NEVER = {
    ("stage", "entered"): ("ни одна сделка не вошла", "no deal came in"),
    ("gate", "passed"): ("ни разу не выполнено", "never let a deal through"),
    ("gate", "failed"): ("ни разу не остановило", "never stopped a deal"),
    ("require", "missing"): ("всегда было заполнено", "never missing"),
    ("robot", "fired"): ("ни разу не сработал", "never fired"),
    ("branch", "true"): ("ни разу не верно", "never true"),
    ("branch", "false"): ("ни разу не неверно", "never false"),
    ("deadline", "kept"): ("ни разу не сделана в срок", "never done in time"),
    ("deadline", "missed"): ("ни разу не просрочена", "never overdue"),
    ("outcome", "given"): ("ни разу не выбран", "never given"),
    ("approval", "approved"): ("ни разу не дано", "never approved"),
    ("approval", "rejected"): ("ни разу не отклонено", "never rejected"),
    ("wait", "came"): ("ни разу не дождались", "never came"),
    ("wait", "ran out"): ("ни разу не истекло", "never ran out"),
    ("limit", "exceeded"): ("ни разу не превышен", "never exceeded"),
    ("event", "came"): ("ни разу не пришло", "never came"),
    ("reason", "used"): ("ни разу не использована", "never used"),
}


def _say(app: App, pair: tuple[str, str]) -> str:
    return pair[0] if app.lang == "ru" else pair[1]


def words(app: App, gap: Gap) -> str:
    """``task call: never overdue``."""
    name = " ".join(part for part in (_say(app, _WORDS[gap.point.kind]), gap.point.name) if part)
    return f"{name}: {', '.join(_say(app, _NEVER[gap.point.kind, side]) for side in gap.sides)}"


def percent(share: Share) -> str:
    """Rounded down: only what is whole is 100 %."""
    return f"{int(share.percent)} %"


def show(app: App, coverage: Coverage) -> None:
    """A table of pipelines by kinds of points, then every gap with its place."""
    kinds = [kind for kind, _ in coverage.kinds()]
    app.out()
    head = [_say(app, ("Покрытие", "Coverage")), "", *(_say(app, _HEADS[kind]) for kind in kinds)]
    rows: list[Row] = [_row(name, coverage, name, kinds) for name in coverage.pipelines]
    if len(rows) > 1:
        rows.append([bold(str(cell)) for cell in _row(_say(app, ("всё", "all")), coverage, None, kinds)])
    table(app, head, rows, right=range(1, len(head)))
    gaps = coverage.gaps()
    if not gaps or app.quiet:
        return
    ru = count(len(gaps), "ru", ("место", "места", "мест"), ("", ""))
    app.out(f"\n{_say(app, (f'Не пройдено: {ru}', f'Not gone through: {len(gaps)}'))}")
    for gap in gaps:
        app.out(f"  {click.style(str(gap.point.loc), fg='cyan')}  {words(app, gap)}")


def _row(title: str, coverage: Coverage, pipeline: str | None, kinds: list[str]) -> list[str]:
    shares = (coverage.share(pipeline, kind) for kind in kinds)
    return [title, percent(coverage.share(pipeline)), *(f"{s.hit}/{s.all}" if s.all else "" for s in shares)]


def data(coverage: Coverage) -> dict[str, Any]:
    """``{"percent", "hit", "all", "pipelines": [{…, "kinds": {kind: {…}}}], "gaps": […]}``."""
    return {
        **_share(coverage.share()),
        "pipelines": [
            {
                "name": name,
                **_share(coverage.share(name)),
                "kinds": {kind: _share(share) for kind, share in coverage.kinds(name)},
            }
            for name in coverage.pipelines
        ],
        "gaps": [
            {
                "pipeline": gap.point.pipeline,
                "kind": gap.point.kind,
                "name": gap.point.name,
                "missing": list(gap.sides),
                "file": gap.point.loc.file,
                "line": gap.point.loc.line,
                "column": gap.point.loc.column,
            }
            for gap in coverage.gaps()
        ],
    }


def _share(share: Share) -> dict[str, Any]:
    return {"percent": round(share.percent, 2), "hit": share.hit, "all": share.all}


# --- a page ----------------------------------------------------------------------------------------------------------

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --hit: #2a94; --part: #ca04; --miss: #d334; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 104rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0 2rem; }
th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
.code { font: 13px/1.5 ui-monospace, monospace; width: 100%; table-layout: auto; }
.code td { border: 0; text-align: left; white-space: pre-wrap; padding: 0 .6rem; vertical-align: top; }
.code td:first-child { text-align: right; opacity: .5; white-space: nowrap; width: 1%; }
.code td:last-child { white-space: normal; width: 26%; }
.hit td:nth-child(2) { background: var(--hit); }
.part td:nth-child(2) { background: var(--part); }
.miss td:nth-child(2) { background: var(--miss); }
"""


def page(app: App, coverage: Coverage, sources: Mapping[str, str]) -> str:
    """One page that needs nothing else: the table, then every file with what was and what was not gone through."""
    kinds = [kind for kind, _ in coverage.kinds()]
    name = _say(app, ("Покрытие сценариями", "Coverage by scenarios"))
    head = ["", "", *(_say(app, _HEADS[kind]) for kind in kinds)]
    rows = [_row(pipeline, coverage, pipeline, kinds) for pipeline in coverage.pipelines]
    rows.append(_row(_say(app, ("всё", "all")), coverage, None, kinds))
    parts = [
        f'<!doctype html>\n<html lang="{app.lang}">\n<meta charset="utf-8">',
        f'<meta name="viewport" content="width=device-width">\n<title>{name}</title>\n<style>{_STYLE}</style>',
        f"<h1>{name}: {percent(coverage.share())}</h1>\n<table>",
        "<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>",
        *("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows),
        "</table>",
        *_files(app, coverage, sources),
    ]
    return "\n".join(parts) + "\n</html>\n"


def _files(app: App, coverage: Coverage, sources: Mapping[str, str]) -> list[str]:
    missed: dict[tuple[str, int], list[Gap]] = defaultdict(list)
    for gap in coverage.gaps():
        missed[gap.point.loc.file, gap.point.loc.line].append(gap)
    sides: dict[tuple[str, int], int] = defaultdict(int)
    for _, point in coverage.counted():
        sides[point.loc.file, point.loc.line] += len(point.sides)
    lines = []
    for file in dict.fromkeys(file for file, _ in sides):
        lines.append(f'<h2>{escape(file)}</h2>\n<table class="code">')
        for number, text in enumerate(sources.get(file, "").splitlines(), 1):
            here = (file, number)
            gone = sides[here] - sum(len(gap.sides) for gap in missed[here])
            kind = "" if not sides[here] else "hit" if gone == sides[here] else "part" if gone else "miss"
            notes = "<br>".join(escape(words(app, gap)) for gap in missed[here])
            lines.append(f'<tr class="{kind}"><td>{number}</td><td>{escape(text) or " "}</td><td>{notes}</td></tr>')
        lines.append("</table>")
    return lines


def least(app: App, coverage: Coverage, wanted: float) -> bool:
    """Whether as much was gone through as is asked for; says so where not."""
    share = coverage.share()
    if share.percent >= wanted:
        return True
    app.warn(
        _say(
            app,
            (
                f"покрытие {share.percent:.1f} %, а нужно {wanted:g} %",
                f"coverage is {share.percent:.1f} %, not {wanted:g} %",
            ),
        )
    )
    return False
