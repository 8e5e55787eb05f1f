"""Blocks as lines: sentences under each other, blank lines between them, columns across them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voronka.dsl.format.columns import align, align_comments, align_table, like
from voronka.dsl.format.lines import STEP, Laid, Line, lay
from voronka.dsl.format.tree import Atom, Note, Sentence
from voronka.dsl.syntax import nodes as n


def page(items: Sequence[Sentence | Note]) -> str:
    """The text of a file."""
    lines = list(_block(items, 0))
    align_comments(lines)
    out: list[str] = []
    for line in lines:
        if line.blank and out:
            out.append("")
        out.append(str(line))
    return "".join(f"{line}\n" for line in out)


def _block(items: Sequence[Sentence | Note], indent: int) -> Iterator[Line]:
    laid = [item if isinstance(item, Note) else _lay(item, indent) for item in items]
    _align(laid, indent)
    first = True
    for item, one in zip(items, laid, strict=True):
        blank = item.blank and not first
        first = False
        if isinstance(one, Note):
            yield Line(indent, comment=one.text, blank=blank)
            continue
        one.head.blank = blank
        for part in one.parts:
            if isinstance(part, Line):
                yield part
            else:
                yield from _block(part.items, indent + STEP)


def _lay(sentence: Sentence, indent: int) -> Laid:
    if isinstance(sentence.node, n.Row):
        atoms = [part for part in sentence.parts if isinstance(part, Atom)]
        if len(atoms) == len(sentence.parts):  # else a comment stands inside it
            return Laid(sentence, [Line(indent, atoms, sentence.trailing)], broken=False)
    return lay(sentence, indent)


def _align(laid: list[Laid | Note], indent: int) -> None:
    """Align the runs of like sentences; those that get too long by it are laid out anew in ``laid``."""
    at = 0
    while at < len(laid):
        one = laid[at]
        if isinstance(one, Note):
            at += 1
            continue
        kind, end = like(one), at + 1
        while kind and end < len(laid):
            following = laid[end]
            if isinstance(following, Note):
                if following.blank:
                    break
            elif following.sentence.blank or like(following) != kind:
                break
            end += 1
        again = _align_run(laid, at, end, indent) if kind else False
        at = at if again else end


def _align_run(laid: list[Laid | Note], at: int, end: int, indent: int) -> bool:
    """Whether a sentence of the run had to be laid out anew: then the run is another."""
    run = {place: one for place in range(at, end) if isinstance(one := laid[place], Laid)}
    if isinstance(run[at].sentence.node, n.Row):
        align_table([one.head for one in run.values() if len(one.parts) == 1])
        return False
    crowded = align(list(run.values()))
    for place, one in run.items():
        if any(one is other for other in crowded):
            laid[place] = lay(one.sentence, indent, broken=True)
    return bool(crowded)
