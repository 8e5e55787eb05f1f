"""Checking every text of a workspace against the pipelines that use it (R46, R49, R50, U1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from voronka.dsl.check.places import span_of
from voronka.dsl.check.templates.form import DOCUMENTS
from voronka.dsl.check.templates.prepare import Piece, Prepare, header_problems
from voronka.dsl.check.templates.syntax import Problem
from voronka.dsl.check.templates.uses import Use, uses_of
from voronka.dsl.definition.model import Definition, Pipeline, Template
from voronka.dsl.text.codes import templates as codes
from voronka.dsl.text.codes.base import Both, Code
from voronka.dsl.text.diagnostic import Diagnostic, Diagnostics, Edit, Fix, Label
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

MAX_LABELS = 3  # places named where one template is used in many


class _Key(NamedTuple):
    code: str
    source: str
    start: int
    end: int


class Note(NamedTuple):
    """Something wrong with a text. ``use``: where it is used, if the text is a template."""

    problem: Problem
    span: Span
    use: Use | None = None


class Texts(NamedTuple):
    """The texts of one pipeline: names of the templates it uses (and ``""``), and what is wrong."""

    used: frozenset[str]
    notes: tuple[Note, ...]


def check_templates(
    definition: Definition,
    sources: Mapping[str, Source],
    kept: Callable[[Pipeline, Callable[[Pipeline], Texts]], Texts] | None = None,
) -> tuple[Diagnostic, ...]:
    """All findings of all templates and texts, by file and place; one mistake is one finding, however often it is used.

    A template that does not exist is the finding of whoever reads the files, and nothing is said of it here.
    ``sources`` are the ``.pipeline`` files by displayed name. Spans of a template lie in a source of its own text.
    ``kept`` may know what there is to say of a pipeline's texts; else it calls the function that it is given.
    """
    check = _Check(definition, sources)
    return check.run(check.texts if kept is None else lambda pipeline: kept(pipeline, check.texts))


class _Check:
    def __init__(self, definition: Definition, sources: Mapping[str, Source]) -> None:
        self.definition = definition
        self.sources = sources
        self.prepare = Prepare(definition)
        self.files: dict[str, Source] = {}
        self.found: dict[_Key, tuple[Code, Span, dict[str, object], list[Use]]] = {}

    def run(self, texts_of: Callable[[Pipeline], Texts]) -> tuple[Diagnostic, ...]:
        for template in self.definition.templates.values():
            for problem in header_problems(self.prepare.form(template)):
                self.note(Note(problem, self.in_template(template, 0, problem)))
        every = [texts_of(pipeline) for pipeline in self.definition.pipelines.values()]
        for texts in every:
            for one in texts.notes:
                self.note(one)
        used = frozenset().union(*(texts.used for texts in every))
        for template in self.definition.templates.values():
            if template.name not in used:
                self.unused(template)
        return Diagnostics(self.diagnostics()).sorted()

    def texts(self, pipeline: Pipeline) -> Texts:
        """What there is to say of the texts of one pipeline."""
        used: set[str] = set()
        notes: list[Note] = []
        for use in uses_of(pipeline):
            used.add(use.message.template)
            notes += self.use(use)
        return Texts(frozenset(used), tuple(notes))

    def use(self, use: Use) -> Iterator[Note]:
        pieces = self.prepare.pieces(use)
        for piece in pieces:
            for problem in piece.analysed.problems:
                if piece.template is not None:
                    yield Note(problem, self.in_template(piece.template, piece.part.offset, problem), use)
                else:
                    yield Note(problem, self.in_sentence(use, piece, problem))
        template = self.definition.templates.get(use.message.template)
        if template is not None and template.markup in DOCUMENTS and use.scope.kind != "document":
            problem = Problem(codes.PRINT_FORM, 0, 0, {"name": template.name})
            yield Note(problem, span_of(use.loc, self.sources))
            return
        if use.channel == "email" and template and not any(piece.part.name == "subject" for piece in pieces):
            problem = Problem(codes.NO_SUBJECT, 0, 0, {"name": template.name})
            yield Note(problem, self.in_template(template, 0, problem), use)

    def unused(self, template: Template) -> None:
        """Without a pipeline the names mean nothing, but a text that cannot be read is wrong anyhow."""
        form = self.prepare.form(template)
        for part in (*form.headers, form.body):
            if (problem := self.prepare.reading(part.text).refused) is not None:
                self.note(Note(problem, self.in_template(template, part.offset, problem)))

    # Places

    def source(self, template: Template) -> Source:
        if template.name not in self.files:
            given = self.sources.get(template.path)
            same = given is not None and given.text == template.text
            self.files[template.name] = given if given is not None and same else Source(template.path, template.text)
        return self.files[template.name]

    def in_template(self, template: Template, offset: int, problem: Problem) -> Span:
        start = offset + problem.at
        return Span(self.source(template), start, start + problem.length)

    def quoted(self, use: Use, text: str) -> Span:
        """The text in quotes as the sentence has it, else the sentence."""
        span = span_of(use.loc, self.sources)
        at = span.source.text.find(f'"{text}"', span.start)
        return Span(span.source, at, at + len(text) + 2) if at >= 0 else span

    def in_sentence(self, use: Use, piece: Piece, problem: Problem) -> Span:
        span = self.quoted(use, piece.part.text)
        if span.text != f'"{piece.part.text}"':  # escapes: the place inside cannot be told
            return span
        start = span.start + 1 + problem.at
        return Span(span.source, start, start + problem.length)

    # Findings

    def note(self, note: Note) -> None:
        problem, span, use = note
        key = _Key(problem.code.id, span.source.name, span.start, span.end)
        uses = self.found.setdefault(key, (problem.code, span, problem.args, []))[3]
        if use is not None:
            uses.append(use)

    def diagnostics(self) -> Iterator[Diagnostic]:
        for code, span, args, uses in self.found.values():
            labels = tuple(self.labels(uses))
            more = len({use.loc for use in uses}) - len(labels)
            notes = (Both(f"and in {more} more places", f"и ещё в {more} местах"),) if more > 0 else ()
            yield Diagnostic(code, span, args, labels, notes, _fix(span, args))

    def labels(self, uses: list[Use]) -> Iterator[Label]:
        for loc in list(dict.fromkeys(use.loc for use in uses))[:MAX_LABELS]:
            yield Label(span_of(loc, self.sources), Both("it is used here", "используется здесь"))


def _fix(span: Span, args: Mapping[str, object]) -> Fix | None:
    """Write what was meant in place of the misspelt name, quotes kept."""
    meant = args.get("meant")
    if not meant or not span.text or span.source.name.endswith(".docx"):  # an edit of its text is none of the file
        return None
    quote = span.text[0] if span.text[0] in "\"'" else ""
    edit = Edit(span, f"{quote}{meant}{quote}")
    return Fix(Both(f"write “{meant}”", f"напишите «{meant}»"), (edit,))
