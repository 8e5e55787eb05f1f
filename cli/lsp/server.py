"""The server: texts in, checks in a thread of their own, findings out; what is out of date is never sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path

from voronka.cli.lsp import convert
from voronka.cli.lsp.clock import ExampleClock
from voronka.cli.lsp.positions import UTF16, Positions
from voronka.cli.lsp.project import Project, State, facts
from voronka.cli.lsp.protocol import Protocol
from voronka.dsl.ide.cursor import Tracker
from voronka.dsl.ide.view import View
from voronka.dsl.text.diagnostic import Edit
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span
from voronka.engine.version import engine_version

T = TypeVar("T")
DEBOUNCE = 0.2
"""Seconds of silence after an edit before a check that nobody asked for."""

log = logging.getLogger("voronka.lsp")


class Outdated(JsonRpcException):
    """The text changed while the answer was made; the editor asks again (LSP 3.17, ContentModified)."""

    CODE = lsp.LSPErrorCodes.ContentModified
    MESSAGE = "the text has changed"


class Failed(JsonRpcException):
    """A request that cannot be done, with the reason for the person (LSP 3.17, RequestFailed)."""

    CODE = lsp.LSPErrorCodes.RequestFailed
    MESSAGE = "it cannot be done"


@dataclass(eq=False)
class Document:
    """A text that is open in the editor."""

    uri: str
    key: str
    version: int
    text: str
    tracker: Tracker = field(default_factory=Tracker)


@dataclass(eq=False)
class Answer:
    """What a request is answered from: the checked state, the file's view, and the way to positions."""

    state: State
    view: View
    place: Callable[[Span], lsp.Location]
    positions: Positions


class Server(LanguageServer):
    """One server for any number of folders and files."""

    def __init__(self, lang: str = "en") -> None:
        super().__init__("voronka", engine_version(), protocol_cls=Protocol)
        self.lang = lang
        self.clock = ExampleClock()
        self.facts = facts()
        self.documents: dict[str, Document] = {}
        self.projects: list[Project] = []
        self.ran: dict[tuple[str, str], str] = {}  # scenarios by file and title: how they went
        self._checks = ThreadPoolExecutor(1, "check")
        self._queries = ThreadPoolExecutor(1, "query")
        self._running: dict[Project, asyncio.Future[State]] = {}
        self._timers: dict[Project, asyncio.TimerHandle] = {}
        self._closed = False
        self._published: dict[Project, set[str]] = {}
        self._positions: dict[str, Positions] = {}

    @property
    def encoding(self) -> str:
        """How columns are counted, as agreed with the client."""
        agreed = self.workspace.position_encoding or UTF16
        return agreed.value if isinstance(agreed, lsp.PositionEncodingKind) else agreed

    # Folders and texts

    def configure(self, options: object) -> None:
        """``initializationOptions``: ``language`` (en or ru), ``now`` (an ISO moment for examples of deadlines)."""
        if not isinstance(options, dict):
            return
        if options.get("language") in ("en", "ru"):
            self.lang = options["language"]
        if isinstance(now := options.get("now"), str):
            try:
                self.clock = ExampleClock(datetime.fromisoformat(now).replace(tzinfo=None))
            except ValueError:
                log.warning("now: %r is no moment such as 2026-11-23T09:40", now)

    def open_folder(self, uri: str) -> None:
        """Check a folder from now on."""
        folder = Path(convert.path_of(uri))
        if folder.is_dir() and all(project.folder != folder or project.only for project in self.projects):
            self.projects.append(Project(folder))
            self.later(self.projects[-1])

    def close_folder(self, uri: str) -> None:
        """Forget a folder, and take its findings away."""
        folder = Path(convert.path_of(uri))
        for project in [one for one in self.projects if one.folder == folder and not one.only]:
            self.projects.remove(project)
            for old in self._published.pop(project, ()):
                self._send(old, [], None)

    def project_of(self, key: str) -> Project:
        """The innermost folder that checks a file; a file that none does is checked by itself."""
        holding = [project for project in self.projects if project.holds(key)]
        if holding:
            return max(holding, key=lambda project: (project.only is not None, len(project.folder.parts)))
        made = Project(Path(key).parent, Path(key))
        self.projects.append(made)
        return made

    def put(self, document: Document) -> None:
        """A document has a new text."""
        self.documents[document.uri] = document
        if not document.key.endswith(".pipeline"):
            for project in self.projects:
                if project.holds(document.key):
                    project.edit(document.key, document.text)
                    self.later(project)
            return
        project = self.project_of(document.key)
        project.edit(document.key, document.text)
        self.later(project)

    def drop(self, uri: str) -> None:
        """A document was closed: its file counts again."""
        document = self.documents.pop(uri, None)
        if document is None:
            return
        for project in list(self.projects):
            if project.only is not None and str(project.only) == document.key:
                self.projects.remove(project)
                for old in self._published.pop(project, ()):
                    self._send(old, [], None)
            elif project.holds(document.key):
                project.close(document.key)
                self.later(project)

    def changed_outside(self) -> None:
        """Files were made, changed or deleted by somebody else."""
        for project in self.projects:
            project.touched()
            self.later(project)

    # Checks

    def later(self, project: Project) -> None:
        """Check when nothing was typed for a moment."""
        if (timer := self._timers.pop(project, None)) is not None:
            timer.cancel()
        if self._closed:
            return
        loop = asyncio.get_running_loop()
        self._timers[project] = loop.call_later(DEBOUNCE, lambda: loop.create_task(self._check(project)))

    async def _check(self, project: Project) -> None:
        if self._closed:
            return
        try:
            await self.current(project)
        except Exception:
            log.exception("the check of %s failed", project.folder)

    async def current(self, project: Project) -> State:
        """The state of the texts as they are now, or newer. Requests that are cancelled leave the check running."""
        wanted = project.generation
        while project.state is None or project.state.generation < wanted:
            running = self._running.get(project)
            if running is None:
                loop = asyncio.get_running_loop()
                running = loop.run_in_executor(self._checks, project.refresh)
                self._running[project] = running
                running.add_done_callback(lambda done: self._checked(project, done))
            await asyncio.shield(running)
        return project.state

    def _checked(self, project: Project, done: asyncio.Future[State]) -> None:
        self._running.pop(project, None)
        if not done.cancelled() and done.exception() is None and project in self.projects:
            self.publish(project, done.result())
            self._read_ahead(project)
            if not self._closed:
                asyncio.get_running_loop().create_task(self._lint(project, done.result()))

    async def _lint(self, project: Project, state: State) -> None:
        """The rules come after the check, and are published with it."""
        try:
            if await self.in_check_thread(lambda: project.lint(state)):
                self.publish(project, state)
        except Exception:
            log.exception("the lint of %s failed", project.folder)

    def _read_ahead(self, project: Project) -> None:
        """Read open texts to their ends while nobody asks: completion is then at once wherever one types next."""
        for document in self.documents.values():
            if not self._closed and document.key.endswith(".pipeline") and project.holds(document.key):
                text = document.text
                self._queries.submit(document.tracker.position, text, len(text))

    def publish(self, project: Project, state: State) -> None:
        """Send findings, unless the texts have moved on: then a later check will."""
        if state.generation != project.generation:
            return
        place = self.placer(state)
        found: dict[str, list[lsp.Diagnostic]] = {}
        for one in state.diagnostics:
            found.setdefault(place(one.span).uri, []).append(convert.diagnostic(one, place, self.lang))
        for uri in self._published.get(project, set()) - set(found):
            self._send(uri, [], None)
        for uri, some in found.items():
            self._send(uri, some, self._version(uri))
        for document in self.documents.values():
            if document.uri not in found and state.source(document.key) is not None:
                self._send(document.uri, [], document.version)
        self._published[project] = set(found)

    def _version(self, uri: str) -> int | None:
        document = self.documents.get(uri)
        return document.version if document is not None else None

    def _send(self, uri: str, found: list[lsp.Diagnostic], version: int | None) -> None:
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, version))

    # Answers

    def uri_of(self, path: str) -> str:
        """The URI of a file, as the editor writes it where it is open there."""
        known = next((one.uri for one in self.documents.values() if one.key == path), None)
        return known or from_fs_path(path) or path

    def positions_of(self, source: Source) -> Positions:
        """The positions of a text; kept for as long as the text is the same."""
        kept = self._positions.get(source.name)
        if kept is None or kept.text != source.text or kept.encoding != self.encoding:
            kept = self._positions[source.name] = Positions(source.text, self.encoding)
        return kept

    def placer(self, state: State) -> Callable[[Span], lsp.Location]:
        """From spans to places of one state's files."""
        import os

        folder = next((project.folder for project in self.projects if project.state is state), Path())

        def place(span: Span) -> lsp.Location:
            name = span.source.name
            path = state.keys.get(name) or os.path.realpath(folder / name)
            return lsp.Location(self.uri_of(path), self.positions_of(span.source).range(span.start, span.end))

        return place

    async def ask(self, uri: str, query: Callable[[Answer], T], *, other: T) -> T:
        """Answer a request about a document from the state of its present text; ``other`` where it is not checked."""
        document = self.documents.get(uri)
        key = document.key if document is not None else convert.path_of(uri)
        version = document.version if document is not None else None
        state = await self.current(self.project_of(key))
        if document is not None and document.version != version:
            raise Outdated
        source = state.source(key)
        if source is None:
            return other
        view = View(state.index, source, self.lang, self.clock, self.facts)
        answer = Answer(state, view, self.placer(state), self.positions_of(source))
        result = await asyncio.get_running_loop().run_in_executor(self._queries, query, answer)
        if document is not None and document.version != version:
            raise Outdated
        return result

    def workspace_edit(self, answer: Answer, edits: list[Edit]) -> lsp.WorkspaceEdit:
        """Edits by file; of open documents only for the version that was asked about."""
        changes: dict[str, list[lsp.TextEdit]] = {}
        for edit in edits:
            where = answer.place(edit.span)
            changes.setdefault(where.uri, []).append(lsp.TextEdit(where.range, edit.replacement))
        capable = self.client_capabilities.workspace
        if capable and capable.workspace_edit and capable.workspace_edit.document_changes:
            return lsp.WorkspaceEdit(
                document_changes=[
                    lsp.TextDocumentEdit(lsp.OptionalVersionedTextDocumentIdentifier(uri, self._version(uri)), some)
                    for uri, some in changes.items()
                ]
            )
        return lsp.WorkspaceEdit(changes)

    async def in_check_thread(self, work: Callable[[], T]) -> T:
        """Do something that must not meet a check."""
        return await asyncio.get_running_loop().run_in_executor(self._checks, work)

    async def in_query_thread(self, work: Callable[[], T]) -> T:
        """Do something that only reads."""
        return await asyncio.get_running_loop().run_in_executor(self._queries, work)

    def close(self) -> None:
        """Stop the threads and the timers; what is asked afterwards is not checked."""
        self._closed = True
        for timer in self._timers.values():
            timer.cancel()
        self._checks.shutdown(wait=False, cancel_futures=True)
        self._queries.shutdown(wait=False, cancel_futures=True)
