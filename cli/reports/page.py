"""A report as one HTML page: nothing is loaded from anywhere, nothing runs in it, every text is escaped."""

from __future__ import annotations

from collections.abc import Sequence

from voronka.cli.reports.cells import NUMERIC, Local, shown
from voronka.cli.reports.picture import drawn
from voronka.engine.reports.table import Report, Table

_PAGE = """<!DOCTYPE html>
<html lang="{{ lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{ title }}</title>
<style>
body { font: 15px/1.45 system-ui, "DejaVu Sans", Arial, sans-serif; color: #222;
       max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }
.about, .notes { color: #555 } .notes { padding-left: 1.2rem }
.wide { overflow-x: auto } svg { max-width: 100%; height: auto }
table { border-collapse: collapse } th, td { padding: .25rem .7rem; text-align: left; border-bottom: 1px solid #ddd }
th { color: #555; font-weight: 600 } .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
tfoot td { font-weight: 600; border-bottom: 0 }
</style>
</head>
<body>
<h1>{{ title }}</h1>
<p class="about">{{ about | join(" · ") }}</p>
{% for table in tables %}
<section>
<h2>{{ table.title }}</h2>
{% if table.picture %}<div class="wide">{{ table.picture }}</div>{% endif %}
{% if table.rows %}
<div class="wide"><table>
<thead><tr>
{% for name, kind in table.head %}<th{% if kind %} class="n"{% endif %}>{{ name }}</th>{% endfor %}
</tr></thead>
<tbody>
{% for row in table.rows %}
<tr>{% for text, kind in row %}<td{% if kind %} class="n"{% endif %}>{{ text }}</td>{% endfor %}</tr>
{% endfor %}
</tbody>
{% if table.totals %}
<tfoot><tr>
{% for text, kind in table.totals %}<td{% if kind %} class="n"{% endif %}>{{ text }}</td>{% endfor %}
</tr></tfoot>
{% endif %}
</table></div>
{% else %}<p>{{ table.empty }}</p>{% endif %}
</section>
{% endfor %}
{% if notes %}<ul class="notes">{% for note in notes %}<li>{{ note }}</li>{% endfor %}</ul>{% endif %}
</body>
</html>
"""


def html(report: Report, tables: Sequence[Table], lang: str, local: Local) -> str:
    """The page."""
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)

    def row_of(table: Table, row: Sequence[object]) -> list[tuple[str, bool]]:
        return [
            (shown(column, cell, lang, local), column.kind in NUMERIC)  # type: ignore[arg-type]  # its cells
            for column, cell in zip(table.columns, row, strict=True)
        ]

    return environment.from_string(_PAGE).render(
        lang=lang,
        title=report.title.in_(lang),
        about=[one.in_(lang) for one in report.about],
        notes=[one.in_(lang) for one in report.notes],
        tables=[
            {
                "title": table.title.in_(lang),
                "head": [(column.title.in_(lang), column.kind in NUMERIC) for column in table.columns],
                "rows": [row_of(table, row) for row in table.rows],
                "totals": [
                    ("" if cell is None else text, kind)
                    for cell, (text, kind) in zip(table.totals, row_of(table, table.totals), strict=True)
                ]
                if table.totals
                else [],
                "empty": table.empty.in_(lang),
                # the picture escapes its texts itself
                "picture": Markup("\n".join(drawn(report.title.in_(lang), table, lang, local)))
                if table.chart is not None and table.rows
                else "",
            }
            for table in tables
        ],
    )
