"""Rendering: a use of a text, a deal and its surroundings become a mail, a message, a digest or a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from voronka.dsl.check.templates import Prepare, Scope, Use, document_use, uses_of
from voronka.dsl.check.templates.prepare import Piece, header_problems, inline
from voronka.dsl.check.templates.syntax import Problem
from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.model import Definition, Pipeline
from voronka.dsl.definition.types import Title
from voronka.dsl.text.codes.base import Both, Severity
from voronka.dsl.text.source import Source
from voronka.engine.deal.state import Deal
from voronka.engine.templates.errors import RenderError
from voronka.engine.templates.lower import Compiled, compile_block
from voronka.engine.templates.notices import text_for
from voronka.engine.templates.run import Env, Run

MAX_OUTPUT = 200 * 1024
"""The largest text, in bytes of UTF-8, escaping included."""
MAX_WORD_OUTPUT = 4 * 1024 * 1024
"""The same of a Word document, most of which are its looks."""
MAX_HEADER = 1_000
"""The longest header, in characters."""

Fail: TypeAlias = "Callable[[Both, int, str], RenderError]"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished text. ``headers`` are those beside the subject, in the file's order; ``markup`` as its template's."""

    subject: str | None
    headers: tuple[tuple[str, str], ...]
    body: str
    markup: str = ""

    @property
    def html(self) -> bool:
        return self.markup == "html"


@dataclass(frozen=True, slots=True)
class _Part:
    """A header (or the body: name ``""``), compiled; ``fail`` makes an error that points into it."""

    name: str
    compiled: Compiled
    fail: Fail
    most: int = MAX_OUTPUT


@dataclass(frozen=True, slots=True)
class _Plan:
    parts: tuple[_Part, ...]
    markup: str


class Templates:
    """The texts of one definition. Each is compiled when it is first needed, and kept."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._prepare = Prepare(definition)
        self._uses: dict[str, dict[str, Use]] = {}
        self._titles: dict[str, dict[str, Title]] = {}
        self._files: dict[tuple[Scope, str], _Plan] = {}
        self._plans: dict[tuple[str, str, str, str], _Plan] = {}

    def render(self, deal: Deal, path: str, env: Env) -> Rendered:
        """The text of the ``send``, ``notify`` or ``render`` sentence at ``path`` of the deal's pipeline.

        Raises RenderError: for an unset value that is printed, for a text too large, for a template with errors.
        """
        use = self._use(deal.pipeline, path)
        return self._run(use, (deal,) if use.scope.kind == "digest" else deal, env)

    def render_digest(self, pipeline: str, path: str, deals: Sequence[Deal], env: Env) -> Rendered:
        """The text of the ``digest`` sentence at ``path``, for one person: several deals in the order given."""
        use = self._use(pipeline, path)
        if use.scope.kind != "digest":
            raise RenderError(Both(f"{path} is no digest", f"{path} — не сводка"), *_place(use.loc))
        return self._run(use, tuple(deals), env)

    def render_document(self, deal: Deal, field: str, env: Env) -> Rendered:
        """A document field's text, asked for by hand (R50). Raises RenderError as ``render`` does."""
        declared = self.definition.pipelines[deal.pipeline].fields.get(field)
        if declared is None or declared.type.kind != "document":
            raise RenderError(Both(f"there is no document “{field}”", f"документа «{field}» нет"), name=field)
        return self._run(document_use(self.definition.pipelines[deal.pipeline], declared), deal, env)

    def _use(self, pipeline: str, path: str) -> Use:
        if pipeline not in self._uses:
            declared = self.definition.pipelines[pipeline]
            self._uses[pipeline] = {use.path: use for use in uses_of(declared) if use.path}
        use = self._uses[pipeline].get(path)
        if use is None:
            raise RenderError(Both(f"no sentence at {path} sends a text", f"в {path} никакой текст не отправляется"))
        return use

    def _run(self, use: Use, root: Deal | Sequence[Deal], env: Env) -> Rendered:
        plan = self._plan(use, env.language)
        pipeline = self.definition.pipelines[use.scope.pipeline]
        run = Run(self.definition, pipeline, root, env, self._titled(pipeline))
        headers: list[tuple[str, str]] = []
        body = ""
        for part in plan.parts:
            text = _text(part, run)
            if part.name:
                headers.append((part.name, _header(part, text)))
            else:
                body = text.strip("\r\n").rstrip()
        subject = dict(headers).get("subject")
        return Rendered(subject, tuple(h for h in headers if h[0] != "subject"), body, plan.markup)

    def _plan(self, use: Use, language: str) -> _Plan:
        """The compiled text of a use. What stands in a file is compiled once for all uses of equal scope."""
        key = (use.scope.pipeline, use.path, use.field, language)
        plan = self._plans.get(key)
        if plan is None:
            message = use.message
            if message.template:
                file = (use.scope, message.template)
                if file not in self._files:
                    self._files[file] = self._compile(replace(use, sure=None))
                plan = self._files[file]
            else:
                texts = dict(inline(message))
                text = texts.get(language, next(iter(texts.values()), "")) or text_for(use.scope, language)
                plan = self._compile(replace(use, message=replace(message, text=text, texts=Title()), sure=None))
            self._plans[key] = plan
        return plan

    def _compile(self, use: Use) -> _Plan:
        """Everything the check would refuse is refused here too, so nothing depends on the check having been run."""
        pieces = self._prepare.pieces(use)
        if not pieces:
            name = use.message.template
            raise RenderError(Both(f"there is no template “{name}”", f"шаблона «{name}» нет"), *_place(use.loc))
        template = pieces[0].template
        if template is not None:
            _refuse(
                header_problems(self._prepare.form(template)), _points_into(Source(template.path, template.text), 0)
            )
        parts = []
        for piece in pieces:
            fail = _fail(piece, use.loc)
            _refuse(piece.analysed.problems, fail)
            most = MAX_WORD_OUTPUT if template is not None and template.markup == "docx" else MAX_OUTPUT
            markup = template.markup if template is not None and not piece.part.name else ""
            back = self._prepare.reading(piece.part.text).text.back
            parts.append(_Part(piece.part.name, compile_block(piece.analysed.block, markup), _mapped(fail, back), most))
        return _Plan(tuple(parts), template.markup if template is not None else "")

    def _titled(self, pipeline: Pipeline) -> Mapping[str, Title]:
        if pipeline.name not in self._titles:
            titles: dict[str, Title] = {}
            for task in pipeline.every_task():
                titles[task.path] = task.title
                titles.update({f"{task.path}/{outcome.name}": outcome.title for outcome in task.outcomes})
            stages = [approval for stage in pipeline.stages.values() for approval in stage.approvals]
            titles.update({approval.path: approval.title for approval in (*pipeline.approvals, *stages)})
            self._titles[pipeline.name] = titles
        return self._titles[pipeline.name]


def compile_templates(definition: Definition) -> Templates:
    """The texts of a definition, ready to render. Costs nothing: Jinja2 is imported with the first text."""
    return Templates(definition)


def _text(part: _Part, run: Run) -> str:
    """Run one part, stopping as soon as it gets too large."""
    run.sites, run.pool, run.fail = part.compiled.sites, part.compiled.pool, part.fail
    template = part.compiled.template
    pieces: list[str] = []
    size = 0
    for piece in template.root_render_func(template.new_context({"rt": run})):
        size += len(piece.encode("utf-8", "surrogatepass"))
        if size > part.most:
            limit = part.most // 1024
            raise part.fail(Both(f"the text is larger than {limit} KB", f"текст больше {limit} КБ"), 0, "")
        pieces.append(piece)
    return "".join(pieces)


def _header(part: _Part, text: str) -> str:
    """One line, whatever the values hold: a line break in a header would begin another header."""
    text = " ".join(_CONTROL.sub(" ", text).split())
    if len(text) > MAX_HEADER:
        what = Both(
            f"“{part.name}” is longer than {MAX_HEADER} characters", f"«{part.name}» длиннее {MAX_HEADER} знаков"
        )
        raise part.fail(what, 0, "")
    return text


def _refuse(problems: Iterable[Problem], fail: Fail) -> None:
    for problem in problems:
        if problem.code.severity is Severity.ERROR:
            message = Both(problem.code.message(problem.args), problem.code.message(problem.args, "ru"))
            raise fail(message, problem.at, "")


def _fail(piece: Piece, loc: Loc) -> Fail:
    if piece.template is None:
        return lambda what, at, name: RenderError(what, *_place(loc), name)
    return _points_into(Source(piece.template.path, piece.template.text), piece.part.offset)


def _points_into(source: Source, offset: int) -> Fail:
    return lambda what, at, name: RenderError(what, source.name, *source.position(offset + at), name)


def _mapped(fail: Fail, back: Callable[[int], int]) -> Fail:
    """For places that a compiled template knows: it counts line ends as one character."""
    return lambda what, at, name: fail(what, back(at), name)


def _place(loc: Loc) -> tuple[str, int, int]:
    return loc.file, loc.line, loc.column
