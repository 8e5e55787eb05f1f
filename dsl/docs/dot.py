"""The scheme as a DOT graph for Graphviz."""

from __future__ import annotations

from voronka.dsl.docs.scheme import MARKS, Box, Note, Scheme, merged, short
from voronka.dsl.docs.terminal import clean, wrap

_CELLS = 56  # of a line in a box
_STYLES = {
    "next": "",
    "move": "penwidth=2",
    "lose": 'style=dashed color="#a94442"',
    "return": 'style=dashed constraint=false color="#3b6ea5"',
    "tunnel": "style=dotted",
}
_FILLS = {
    "open": 'fillcolor="#eef4fb" color="#3b6ea5"',
    "won": 'fillcolor="#e9f6ec" color="#2e7d4f"',
    "lost": 'fillcolor="#fbeeee" color="#a94442"',
}


def dot(schemes: tuple[Scheme, ...]) -> str:
    """One directed graph, a cluster a pipeline; ends with a line end."""
    out = ["digraph voronka {", "  rankdir=TB", '  node [shape=box style="rounded,filled" fontname="sans-serif"]']
    out.append('  edge [fontname="sans-serif" fontsize=10]')
    for number, scheme in enumerate(schemes, 1):
        ids = {box.name: f"p{number}s{at}" for at, box in enumerate(scheme.boxes, 1)}
        ids |= {f"⇒{name}": f"p{number}t{at}" for at, (name, _) in enumerate(scheme.tunnels, 1)}
        out += [f"  subgraph cluster_p{number} {{", f"    label={quote([scheme.title], end='')}"]
        if lines := _notes(scheme.notes):
            out.append(f'    p{number}n [label={quote(lines)} shape=note style="" fontsize=10]')
        out += [f"    {ids[box.name]} [label={quote(_label(box))} {_FILLS[box.kind]}]" for box in scheme.boxes]
        out.append("  }")
        out += [f"  {ids[f'⇒{name}']} [label={quote([title], end='')} style=dashed]" for name, title in scheme.tunnels]
        for way in merged(scheme):
            target = ids[f"⇒{way.target}" if way.kind == "tunnel" else way.target]
            label = f"label={quote(way.label.split(chr(10)))}" if way.label else ""
            told = " ".join(filter(None, (label, _STYLES[way.kind])))
            out.append(f"  {ids[way.source]} -> {target}" + (f" [{told}]" if told else ""))
    return "\n".join([*out, "}"]) + "\n"


def quote(lines: list[str], end: str = "\\l") -> str:
    """A quoted string of left-aligned lines; Graphviz reads entities and backslashes inside of it."""
    plain = (clean(line).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "".join(f"{line}{end}" for line in plain) + '"'


def _label(box: Box) -> list[str]:
    return [box.title + (f" ({' · '.join(box.badges)})" if box.badges else ""), *_notes(box.notes)]


def _notes(notes: tuple[Note, ...]) -> list[str]:
    return [line for note in short(notes) for line in wrap(note.text, f"{MARKS[note.kind]} ", "   ", _CELLS)]
