"""A use's text, typed: its headers and body, whichever file or sentence they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from voronka.dsl.check.templates.analyse import Analysed, analyse
from voronka.dsl.check.templates.form import ADDRESSES, HEADERS, Form, Part, form_of
from voronka.dsl.check.templates.limits import MAX_WORD_TEXT
from voronka.dsl.check.templates.names import Names
from voronka.dsl.check.templates.syntax import Problem, Reading, read
from voronka.dsl.check.templates.tree import Choose, Each, terms
from voronka.dsl.check.templates.uses import Use, uses_of
from voronka.dsl.definition.actions import Message
from voronka.dsl.definition.model import Definition, Pipeline, Template
from voronka.dsl.text.codes import templates as codes
from voronka.dsl.text.codes.base import Both


class Piece(NamedTuple):
    """One part of a text (a header, or the body: name ``""``) with what the analysis made of it.

    ``template`` is None for a text written in the sentence itself; ``language`` is then the one it is in, if it has
    several. Offsets of problems count from ``part.offset``.
    """

    template: Template | None
    part: Part
    analysed: Analysed
    language: str = ""


class Prepare:
    """Prepares texts of one definition; every text is parsed once, however often it is used."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._readings: dict[str, Reading] = {}
        self._forms: dict[str, Form] = {}

    def reading(self, text: str) -> Reading:
        if text not in self._readings:
            self._readings[text] = read(text)
        return self._readings[text]

    def form(self, template: Template) -> Form:
        if template.name not in self._forms:
            form = self._forms[template.name] = form_of(template)
            if template.markup == "docx":
                self._readings[form.body.text] = read(form.body.text, MAX_WORD_TEXT)
        return self._forms[template.name]

    def pieces(self, use: Use) -> list[Piece]:
        """Headers and body of a use; empty where it has no text of its own or its template does not exist."""
        names = Names(self.definition, use.scope)
        if not use.message.template:
            return [
                Piece(None, Part("", text, 0), analyse(self.reading(text), names, use.sure), language)
                for language, text in inline(use.message)
            ]
        template = self.definition.templates.get(use.message.template)
        if template is None:
            return []
        form = self.form(template)
        return [
            Piece(template, part, analyse(self.reading(part.text), names, use.sure, part.name in ADDRESSES))
            for part in (*form.headers, form.body)
        ]


def inline(message: Message) -> tuple[tuple[str, str], ...]:
    """The text of a sentence, by language; with one text only the language is ``""``."""
    if len(message.texts.texts) > 1:
        return message.texts.texts
    return (("", message.text),) if message.text else ()


def header_problems(form: Form) -> Iterator[Problem]:
    """Lines before the first blank one that are no headers, or none that there are. Offsets count from the file's."""
    known = ", ".join(HEADERS)
    for at, line in form.bad:
        none = Both("this line is no header", "эта строка — не заголовок")
        yield Problem(codes.HEADER, at, len(line), {"what": none, "known": known})
    seen: set[str] = set()
    for part in form.headers:
        what: Both | None = None
        if part.name not in HEADERS:
            what = Both(f"there is no header “{part.name}”", f"заголовка «{part.name}» нет")
        elif part.name in seen:
            what = Both(f"the header “{part.name}” stands here twice", f"заголовок «{part.name}» стоит дважды")
        seen.add(part.name)
        if what is not None:
            yield Problem(codes.HEADER, part.offset, max(len(part.text), 1), {"what": what, "known": known})


class Reads(NamedTuple):
    """What a pipeline's texts read of other deals: (link, name) behind its links, (links field, name) of its items."""

    cards: frozenset[tuple[str, str]]
    items: frozenset[tuple[str, str]]


def reads_of(definition: Definition, pipeline: Pipeline, prepare: Prepare | None = None) -> Reads:
    """What must be mirrored so that a pipeline's texts can be rendered from the deal alone."""
    prepare = prepare or Prepare(definition)
    cards: set[tuple[str, str]] = set()
    items: set[tuple[str, str]] = set()
    for use in uses_of(pipeline):
        for piece in prepare.pieces(use):
            sources = dict(_loops(piece))
            for term in terms(piece.analysed.block):
                if term.op == "card":
                    cards.add(term.value)
                elif term.op == "item" and (source := sources.get(str(term.args[0].value))):
                    items.add((source, str(term.value)))
    return Reads(frozenset(cards), frozenset(items - {(source, "number") for source, _ in items}))


def _loops(piece: Piece) -> Iterator[tuple[str, str]]:
    """Loop variables over items, with the field they come from."""
    blocks = [piece.analysed.block]
    while blocks:
        for statement in blocks.pop():
            match statement:
                case Each(var, items, _, body, otherwise):
                    if items.op == "items":
                        yield var, str(items.value)
                    blocks += [body, otherwise]
                case Choose(branches, otherwise):
                    blocks += [*(body for _, body in branches), otherwise]
