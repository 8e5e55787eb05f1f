"""The scheme as a Mermaid flowchart."""

from __future__ import annotations

import re

from voronka.dsl.docs.scheme import MARKS, Box, Note, Scheme, merged, short
from voronka.dsl.docs.terminal import clean, wrap

_CELLS = 56  # of a line in a box
_WIDE = '%%{init: {"flowchart": {"wrappingWidth": 460}}}%%'  # pixels: lines are wrapped here, not once more by Mermaid
_ARROWS = {"next": "-->", "move": "==>", "lose": "-.->", "return": "-.->", "tunnel": "-.->"}
_SPECIAL = re.compile(r'[#${}&<>"`*_~|\\]|^[-+=](?=\s)')
_LISTED = re.compile(r"^(\d+)\.")


def mermaid(schemes: tuple[Scheme, ...]) -> str:
    """One flowchart, a subgraph for each pipeline that has a title; ends with a line end."""
    out = ["flowchart TB", _WIDE]
    for number, scheme in enumerate(schemes, 1):
        ids = {box.name: f"p{number}s{at}" for at, box in enumerate(scheme.boxes, 1)}
        ids |= {f"⇒{name}": f"p{number}t{at}" for at, (name, _) in enumerate(scheme.tunnels, 1)}
        if scheme.title:
            out.append(f'  subgraph p{number}["{escape(scheme.title)}"]')
            out.append("    direction TB")
        if notes := _notes(scheme.notes):
            out.append(f'    p{number}n["{notes}"]:::note')
        out += [f'    {ids[box.name]}["{_label(box)}"]:::{box.kind}' for box in scheme.boxes]
        if scheme.title:
            out += ["  end", f"  style p{number} fill:#ffffff,stroke:#bbbbbb"]
        out += [f'  {ids[f"⇒{name}"]}[["{escape(title)}"]]:::tunnel' for name, title in scheme.tunnels]
        for way in merged(scheme):
            target = ids[f"⇒{way.target}" if way.kind == "tunnel" else way.target]
            label = "<br>".join(escape(line) for line in way.label.split("\n"))
            out.append(f"  {ids[way.source]} {_ARROWS[way.kind]}" + (f'|"{label}"| ' if label else " ") + target)
    return "\n".join(out + _CLASSES) + "\n"


_CLASSES = [
    "  classDef open fill:#eef4fb,stroke:#3b6ea5,text-align:left",
    "  classDef won fill:#e9f6ec,stroke:#2e7d4f,text-align:left",
    "  classDef lost fill:#fbeeee,stroke:#a94442,text-align:left",
    "  classDef note fill:#ffffff,stroke:#999999,text-align:left",
    "  classDef tunnel fill:#ffffff,stroke:#666666,stroke-dasharray:4 3",
]


def escape(text: str) -> str:
    """Text inside of quotes: what Mermaid, HTML or Markdown would read as its own becomes an entity."""
    plain = _SPECIAL.sub(lambda found: f"#{ord(found.group())};", clean(text))
    return _LISTED.sub(r"\1#46;", plain)


def _label(box: Box) -> str:
    head = f"<b>{escape(box.title)}</b>" + (f" ({escape(' · '.join(box.badges))})" if box.badges else "")
    notes = _notes(box.notes)
    return f"{head}<br>{notes}" if notes else head


def _notes(notes: tuple[Note, ...]) -> str:
    lines = [line for note in short(notes) for line in wrap(note.text, f"{MARKS[note.kind]} ", "", _CELLS)]
    return "<br>".join(escape(line) for line in lines)
