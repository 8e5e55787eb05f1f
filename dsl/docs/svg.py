"""The scheme as SVG, laid out here: stages from top to bottom, other ways at the left, notes at the right."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from voronka.dsl.docs.scheme import MARKS, Box, Note, Scheme, Way, merged
from voronka.dsl.docs.terminal import clean, wrap

# pixels
_CELL = 7.2  # a cell of text at the size below, rather too wide than too narrow
_SIZE, _LINE = 12, 17
_BOX, _PAD, _GAP, _LANE, _EDGE = 250, 10, 34, 14, 24
_NOTE_CELLS = 92

_COLORS = {
    "open": ("#eef4fb", "#3b6ea5"),
    "won": ("#e9f6ec", "#2e7d4f"),
    "lost": ("#fbeeee", "#a94442"),
}
_WAYS = {"move": "#3b6ea5", "lose": "#a94442", "return": "#8a6d3b"}


@dataclass
class _Page:
    """A drawing as it grows downwards."""

    parts: list[str] = field(default_factory=list)
    y: int = _EDGE
    cells: int = _NOTE_CELLS  # of a note

    def text(self, x: float, y: float, line: str, more: str = "") -> None:
        self.parts.append(f'<text x="{x:g}" y="{y:g}"{more}>{_xml(line)}</text>')


def svg(schemes: tuple[Scheme, ...], cells: int = _NOTE_CELLS) -> str:
    """A document of its own: no script, no font, no address but the name space; ends with a line end.

    ``cells``: the width of the notes beside the stages; a scheme without a title has no heading.
    """
    page = _Page(cells=cells)
    left = _EDGE + _LANE * (1 + max((len(_lanes(scheme)) for scheme in schemes), default=0))
    for scheme in schemes:
        _draw(scheme, page, left)
    width, height = left + _BOX + _GAP + round(cells * _CELL) + _EDGE, page.y
    title = ", ".join(scheme.title for scheme in schemes)
    lang = schemes[0].lang if schemes else "en"
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    look = f'font-family="sans-serif" font-size="{_SIZE}" fill="#222222" xml:lang="{lang}"'
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {look}>',
        f"<title>{_xml(title)}</title>",
        "<defs>",
        *(_arrow(kind, color) for kind, color in {"next": "#555555", **_WAYS}.items()),
        "</defs>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    return "\n".join([*head, *page.parts, "</svg>"]) + "\n"


def _arrow(kind: str, color: str) -> str:
    return (
        f'<marker id="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{color}"/></marker>'
    )


def _draw(scheme: Scheme, page: _Page, left: int) -> None:
    if scheme.title:
        page.text(left, page.y + 14, scheme.title, ' font-size="18" font-weight="bold"')
        page.y += _GAP
    page.y = _notes(page, left, page.y, scheme.notes) + (_LINE if scheme.notes else 0)
    rows: dict[str, tuple[int, int]] = {}
    for box in scheme.boxes:
        rows[box.name] = _box(box, scheme, page, left)
    middle = left + _BOX // 2
    ways = merged(scheme)
    for way in ways:
        if _straight(way, scheme):
            top, bottom = rows[way.source][1], rows[way.target][0]
            kind = "move" if way.kind == "move" else "next"
            _line(page, f"M{middle} {top} L{middle} {bottom - 1}", kind, way.label)
    for lane, (kind, target, sources) in enumerate(_lanes(scheme)):
        x = left - _LANE * (lane + 1)
        end = rows[target][0] + 12 + 4 * (lane % 4)
        for source in sources:
            start = rows[source][1] - 8 - 4 * (lane % 4)
            label = next(way.label for way in ways if (way.kind, way.source, way.target) == (kind, source, target))
            _line(page, f"M{left} {start} H{x} V{end} H{left - 1}", kind, label)
    page.y += _EDGE


def _straight(way: Way, scheme: Scheme) -> bool:
    """Whether it leads to the stage right below."""
    names = [box.name for box in scheme.boxes]
    adjacent = way.source in names and names.index(way.source) + 1 < len(names)
    return way.kind in ("next", "move") and adjacent and names[names.index(way.source) + 1] == way.target


def _lanes(scheme: Scheme) -> list[tuple[str, str, list[str]]]:
    """The lines at the left: (kind, target, sources), one for all ways of a kind into a stage."""
    found: dict[tuple[str, str], list[str]] = {}
    for way in merged(scheme):
        if way.kind != "tunnel" and not _straight(way, scheme):
            kind = "move" if way.kind == "next" else way.kind
            if way.source:
                found.setdefault((kind, way.target), []).append(way.source)
    return [(kind, target, sources) for (kind, target), sources in found.items()]


def _line(page: _Page, path: str, kind: str, label: str) -> None:
    color = _WAYS.get(kind, "#555555")
    dashed = ' stroke-dasharray="5 3"' if kind == "return" else ""
    told = f"<title>{_xml(label.replace(chr(10), '; '))}</title>"
    look = f'fill="none" stroke="{color}" stroke-width="1.5"{dashed} marker-end="url(#{kind})"'
    page.parts.append(f'<path d="{path}" {look}>{told}</path>')


def _box(box: Box, scheme: Scheme, page: _Page, left: int) -> tuple[int, int]:
    """Draw a stage and its notes; returns its upper and lower edge, and leaves room below."""
    cells = int((_BOX - 2 * _PAD) / (_CELL * 1.1))
    title = _lines(box.title, cells)
    badges = wrap(" · ".join(box.badges), "", "", cells) if box.badges else []
    height = 2 * _PAD + _LINE * (len(title) + len(badges))
    top = page.y
    fill, color = _COLORS[box.kind]
    page.parts.append(
        f'<rect x="{left}" y="{top}" width="{_BOX}" height="{max(height, 40)}" rx="6" fill="{fill}" stroke="{color}"/>'
    )
    for at, line in enumerate(title):
        page.text(left + _PAD, top + _PAD + 12 + at * _LINE, line, ' font-weight="bold"')
    for at, line in enumerate(badges, len(title)):
        page.text(left + _PAD, top + _PAD + 12 + at * _LINE, line, f' fill="{color}"')
    aside = left + _BOX + _GAP
    y = _notes(page, aside, top, box.notes)
    y = _tunnels(page, aside, y, box, scheme)
    page.y = max(top + max(height, 40), y) + _GAP
    return top, top + max(height, 40)


def _notes(page: _Page, x: int, y: int, notes: tuple[Note, ...]) -> int:
    """Lines of text from ``y`` down; returns where they end."""
    for note in notes:
        shift = x + (18 if note.under else 0)
        for at, line in enumerate(_lines(note.text, page.cells - 6)):
            if at == 0:
                page.text(shift, y + 12, MARKS[note.kind], ' fill="#777777"')
            page.text(shift + 18, y + 12, line, ' fill="#777777"' if note.kind == "means" else "")
            y += _LINE
    return y


def _tunnels(page: _Page, x: int, y: int, box: Box, scheme: Scheme) -> int:
    titles = dict(scheme.tunnels)
    ways = [way for way in merged(scheme) if way.kind == "tunnel" and way.source == box.name]
    for way in ways:
        page.parts.append(
            f'<rect x="{x}" y="{y + 4}" width="{_BOX}" height="{_LINE + 8}" rx="12" fill="none" stroke="#666666" '
            f'stroke-dasharray="4 3"><title>{_xml(way.label)}</title></rect>'
        )
        page.text(x + _PAD, y + _LINE + 4, f"⇒ {titles[way.target]}")
        y += _LINE + 16
    return y


def _lines(text: str, cells: int) -> list[str]:
    """Wrapped, and words longer than a line are broken: nothing sticks out of its place."""
    from rich.cells import chop_cells

    return [part for line in wrap(text, "", "", cells) for part in (chop_cells(line, cells) or [""])]


def _xml(text: str) -> str:
    return escape(clean(text), quote=True)
