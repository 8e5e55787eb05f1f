"""Charts as pictures: bars in SVG, written by hand for being so few, and PNG made of it by Typst (extra ``pdf``)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from voronka.cli.reports.cells import Local, shown
from voronka.cli.reports.show import amount
from voronka.engine.reports.table import Report, Table

# told apart by most who do not see red or green (Okabe, Ito, Color Universal Design, 2008)
COLOURS = ("#0072b2", "#d55e00", "#e69f00", "#009e73")
_FONT = "DejaVu Sans, Liberation Sans, Arial, sans-serif"
_LETTER = 8.8  # px that the widest usual letters of 13 px take, Cyrillic ones in DejaVu Sans
_ROW, _BAR, _BARS, _GAP, _TOP = 26, 16, 420, 12, 64
_LONGEST = 48  # characters of a label


def svg(report: Report, table: Table, lang: str, local: Local) -> str:
    """A table's chart as a picture of its own; of a table without rows its title and that there is nothing."""
    lines = drawn(report.title.in_(lang), table, lang, local)
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *lines, ""])


def drawn(title: str, table: Table, lang: str, local: Local) -> list[str]:
    """The picture as lines of SVG, to stand alone or inside of a page."""
    from rich.cells import cell_len

    chart = table.chart
    rows = table.rows if chart is not None else ()
    labels = [_label(table, row, lang, local) for row in rows]
    values = [[max(0.0, amount(row[table.column(name)])) for name in chart.series] for row in rows] if chart else []
    left = round(max((cell_len(text) for text in labels), default=8) * _LETTER) + 16
    told = [_told(table, row, lang, local) for row in rows]
    right = round(max((cell_len(text) for text in told), default=0) * _LETTER) + 24
    length = max if chart is not None and chart.spread else sum
    most = max((length(parts) for parts in values), default=0.0) or 1.0
    head = f"{title}: {table.title.in_(lang)}"
    width = max(left + _BARS + right, round(len(head) * _LETTER * 1.4) + 24)
    width += width % 2  # a PNG has 3 pixels for 2: of a broken one the lowest line of a text was left out
    height = _TOP + max(1, len(rows)) * _ROW + _GAP
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{_FONT}" font-size="13">',
        f"<title>{escape(head)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="26" font-size="16" font-weight="bold" fill="#222222">{escape(head)}</text>',
    ]
    if not rows:
        lines.append(f'<text x="12" y="{_TOP + 10}" fill="#222222">{escape(table.empty.in_(lang))}</text>')
    elif chart is not None and len(chart.series) > 1 and not chart.spread:
        lines += _legend([table.columns[table.column(name)].title.in_(lang) for name in chart.series])
    for n, (label, parts, words) in enumerate(zip(labels, values, told, strict=True)):
        top = _TOP + n * _ROW
        base = top + _BAR - 3
        lines.append(f'<text x="{left - 8}" y="{base}" text-anchor="end" fill="#222222">{escape(label)}</text>')
        lines += (_spread if chart is not None and chart.spread else _bar)(parts, most, left, top)
        end = left + length(parts) / most * _BARS + 8
        lines.append(f'<text x="{end:.1f}" y="{base}" fill="#555555">{escape(words)}</text>')
    return [*lines, "</svg>"]


def _legend(names: Sequence[str]) -> list[str]:
    lines, x = [], 12.0
    for n, name in enumerate(names):
        lines.append(f'<rect x="{x:.0f}" y="38" width="11" height="11" fill="{COLOURS[n % len(COLOURS)]}"/>')
        lines.append(f'<text x="{x + 16:.0f}" y="48" fill="#555555">{escape(name)}</text>')
        x += 36 + len(name) * _LETTER
    return lines


def _bar(parts: Sequence[float], most: float, left: int, top: int) -> list[str]:
    lines, x = [], float(left)
    for n, part in enumerate(parts):
        width = part / most * _BARS
        if width > 0:
            fill = COLOURS[n % len(COLOURS)]
            lines.append(f'<rect x="{x:.1f}" y="{top}" width="{max(width, 1):.1f}" height="{_BAR}" fill="{fill}"/>')
        x += width
    return lines


def _spread(parts: Sequence[float], most: float, left: int, top: int) -> list[str]:
    """An interval: a line with ends, and a dot where its middle is."""
    low, middle, high = (left + part / most * _BARS for part in parts)
    y, dark = top + _BAR / 2, COLOURS[0]
    ends = "".join(f"M{x:.1f} {y - 5:.1f}V{y + 5:.1f}" for x in (low, high))
    return [
        f'<path d="M{low:.1f} {y:.1f}H{high:.1f}{ends}" stroke="{dark}" stroke-width="2" fill="none"/>',
        f'<circle cx="{middle:.1f}" cy="{y:.1f}" r="4.5" fill="{dark}"/>',
    ]


def _label(table: Table, row: Sequence[object], lang: str, local: Local) -> str:
    """What stands left of a bar: the row's texts up to its label."""
    assert table.chart is not None
    last = table.column(table.chart.label)
    parts = [shown(table.columns[n], row[n], lang, local) for n in range(last + 1)]  # type: ignore[arg-type]  # its cells
    text = " · ".join(parts)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _told(table: Table, row: Sequence[object], lang: str, local: Local) -> str:
    """What stands right of a bar: its figures in words."""
    assert table.chart is not None
    places = [table.column(name) for name in table.chart.series]
    return " / ".join(shown(table.columns[place], row[place], lang, local) for place in places)  # type: ignore[arg-type]


def png(picture: str) -> bytes:
    """The picture as PNG. Raises ImportError without Typst."""
    import typst

    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.picture), format: "svg")\n'
    made = typst.compile(source.encode(), format="png", ppi=144.0, sys_inputs={"picture": picture})
    assert isinstance(made, bytes)
    return made
