"""What the server answers: one function a request of the protocol."""

from __future__ import annotations

import functools
from typing import Any

from lsprotocol import types as lsp

from voronka.cli.lsp import convert
from voronka.cli.lsp.actions import code_actions, run_scenario
from voronka.cli.lsp.positions import Positions
from voronka.cli.lsp.server import Answer, Document, Failed, Server
from voronka.dsl.ide import completion as completing
from voronka.dsl.ide import hover as hovering
from voronka.dsl.ide import inlay, letters, outline, tokens
from voronka.dsl.ide import rename as renaming
from voronka.dsl.text.source import Source

RUN_SCENARIO = "voronka.runScenario"


def make(lang: str) -> Server:
    """A server with everything registered."""
    server = Server(lang)
    _texts(server)
    _reading(server)
    _showing(server)
    _changing(server)
    return server


def _texts(server: Server) -> None:
    """Opening, editing, folders, files."""

    @server.feature(lsp.INITIALIZE)
    def initialize(ls: Server, params: lsp.InitializeParams) -> None:
        locale = (params.locale or "").lower()
        if locale:
            ls.lang = "ru" if locale.startswith("ru") else ls.lang
        ls.configure(params.initialization_options)

    @server.feature(lsp.INITIALIZED)
    def initialized(ls: Server, params: lsp.InitializedParams) -> None:
        for uri in ls.workspace.folders or {}:
            ls.open_folder(uri)
        watching = ls.client_capabilities.workspace and ls.client_capabilities.workspace.did_change_watched_files
        if watching and watching.dynamic_registration:
            watchers = [lsp.FileSystemWatcher("**/*.pipeline"), lsp.FileSystemWatcher("**/templates/**")]
            options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
            method = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
            ls.client_register_capability(lsp.RegistrationParams([lsp.Registration("files", method, options)]))

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(ls: Server, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.removed:
            ls.close_folder(folder.uri)
        for folder in params.event.added:
            ls.open_folder(folder.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(ls: Server, params: lsp.DidOpenTextDocumentParams) -> None:
        one = params.text_document
        ls.put(Document(one.uri, convert.path_of(one.uri), one.version, one.text))

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(ls: Server, params: lsp.DidChangeTextDocumentParams) -> None:
        known = ls.documents.get(params.text_document.uri)
        if known is None:
            return
        for change in params.content_changes:
            known.text = Positions(known.text, ls.encoding).changed(change)
        known.version = params.text_document.version
        ls.put(known)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(ls: Server, params: lsp.DidCloseTextDocumentParams) -> None:
        ls.drop(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(ls: Server, params: lsp.DidSaveTextDocumentParams) -> None:
        ls.changed_outside()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(ls: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
        ls.changed_outside()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configuration(ls: Server, params: lsp.DidChangeConfigurationParams) -> None:
        settings: Any = params.settings
        if isinstance(settings, dict):
            ls.configure(settings.get("voronka", settings))
            ls.changed_outside()

    @server.feature(lsp.SHUTDOWN)
    def shutdown(ls: Server, params: None) -> None:
        ls.close()


def _reading(server: Server) -> None:
    """Completion, hover, definitions, references."""

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[".", '"', " "]))
    async def completion(ls: Server, params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        document = ls.documents.get(params.text_document.uri)
        if document is None:
            return []
        if not document.key.endswith(".pipeline"):
            return await _in_template(ls, document, params.position)
        project = ls.project_of(document.key)
        # the text at the cursor is read as it is now; names may be those of a moment ago
        state = project.state or await ls.current(project)
        text = document.text
        by_space = params.context is not None and params.context.trigger_character == " "

        def find() -> list[lsp.CompletionItem]:
            positions = Positions(text, ls.encoding)
            cursor = positions.offset(params.position)
            at = document.tracker.position(text, cursor)
            name = next((name for name, path in state.keys.items() if path == document.key), "")
            items = completing.complete(at, state.index.names, name, ls.lang, ls.facts)
            if by_space:
                items = [item for item in items if item.rank == 0 and item.kind != "keyword"]
            return convert.completion(items, at, cursor, positions)

        return await ls.in_query_thread(find)

    async def _in_template(ls: Server, document: Document, position: lsp.Position) -> list[lsp.CompletionItem]:
        project = next((one for one in ls.projects if one.holds(document.key)), None)
        if project is None:
            return []
        state = project.state or await ls.current(project)
        positions = Positions(document.text, ls.encoding)
        cursor = positions.offset(position)
        name = document.key.rpartition("/templates/")[2].rsplit(".", 1)[0]
        names = state.index.names
        find = functools.partial(letters.complete, document.text, cursor, name, names, ls.lang)
        start, items = await ls.in_query_thread(find)
        return convert.items_at(items, positions.range(start, cursor), positions)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hover(ls: Server, params: lsp.HoverParams) -> lsp.Hover | None:
        def find(answer: Answer) -> lsp.Hover | None:
            found = hovering.hover(answer.view, answer.positions.offset(params.position))
            if found is None:
                return None
            content = lsp.MarkupContent(lsp.MarkupKind.Markdown, found.text)
            return lsp.Hover(content, answer.place(found.span).range)

        return await ls.ask(params.text_document.uri, find, other=None)

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def definition(ls: Server, params: lsp.DefinitionParams) -> list[lsp.Location] | None:
        def find(answer: Answer) -> list[lsp.Location] | None:
            offset = answer.positions.offset(params.position)
            found = answer.view.index.at(answer.view.source.name, offset)
            if found is not None:
                return [answer.place(found[0].span)]
            return _file_place(answer, offset)

        return await ls.ask(params.text_document.uri, find, other=None)

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    async def references(ls: Server, params: lsp.ReferenceParams) -> list[lsp.Location]:
        def find(answer: Answer) -> list[lsp.Location]:
            index = answer.view.index
            found = index.at(answer.view.source.name, answer.positions.offset(params.position))
            if found is None:
                return []
            return [answer.place(span) for span in index.of(found[0], declaration=params.context.include_declaration)]

        return await ls.ask(params.text_document.uri, find, other=[])

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def highlight(ls: Server, params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight]:
        def find(answer: Answer) -> list[lsp.DocumentHighlight]:
            index, source = answer.view.index, answer.view.source
            found = index.at(source.name, answer.positions.offset(params.position))
            spans = index.of(found[0]) if found is not None else []
            return [
                lsp.DocumentHighlight(answer.positions.range(span.start, span.end))
                for span in spans
                if span.source.name == source.name
            ]

        return await ls.ask(params.text_document.uri, find, other=[])

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def links(ls: Server, params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink]:
        def find(answer: Answer) -> list[lsp.DocumentLink]:
            made = []
            for one in answer.view.index.files.get(answer.view.source.name, ()):
                there = _file_place(answer, one.span.start)
                if there:
                    where = answer.positions.range(one.span.start, one.span.end)
                    made.append(lsp.DocumentLink(where, there[0].uri))
            return made

        return await ls.ask(params.text_document.uri, find, other=[])


def _file_place(answer: Answer, offset: int) -> list[lsp.Location] | None:
    """The file, the module of the library or the template that a quoted name means."""
    from voronka.dsl.text.span import Span

    index, source = answer.view.index, answer.view.source
    found = index.file_at(source.name, offset)
    if found is None:
        return None
    sources = index.names.world.sources
    unit = answer.view.unit
    wanted: Source | None = None
    if found.kind == "file" and unit is not None:
        used = next((use.unit for use in unit.uses if use.span.start <= found.span.start <= use.span.end), None)
        wanted = used.span.source if used is not None else None
    elif found.kind == "module":
        wanted = sources.get(f"std/{found.name.removeprefix('std.')}.pipeline")
    else:
        stems = (f"/{found.name}.", f"/templates/{found.name}.")
        wanted = next((one for name, one in sources.items() if any(stem in f"/{name}" for stem in stems)), None)
    return [answer.place(Span(wanted, 0, 0))] if wanted is not None else None


def _showing(server: Server) -> None:
    """Symbols, colours, hints, folding."""

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def symbols(ls: Server, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        def find(answer: Answer) -> list[lsp.DocumentSymbol]:
            return [convert.entry(one, answer.positions) for one in outline.outline(answer.view)]

        return await ls.ask(params.text_document.uri, find, other=[])

    @server.feature(lsp.WORKSPACE_SYMBOL)
    async def workspace_symbols(ls: Server, params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol]:
        found: dict[tuple[str, int], lsp.WorkspaceSymbol] = {}
        for project in list(ls.projects):
            state = await ls.current(project)
            place = ls.placer(state)
            for symbol in outline.search(state.index, params.query):
                if symbol.span.source.name.startswith("std/"):
                    continue
                where = place(symbol.span)
                key = (where.uri, symbol.span.start)
                kind = convert.SYMBOLS[symbol.kind]
                found[key] = lsp.WorkspaceSymbol(where, symbol.name, kind, container_name=symbol.home)
        return list(found.values())

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, convert.LEGEND)
    async def semantic(ls: Server, params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
        def find(answer: Answer) -> lsp.SemanticTokens:
            return lsp.SemanticTokens(convert.semantic(tokens.colours(answer.view), answer.positions))

        return await ls.ask(params.text_document.uri, find, other=lsp.SemanticTokens([]))

    @server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
    async def inlay_hints(ls: Server, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        def find(answer: Answer) -> list[lsp.InlayHint]:
            start, end = answer.positions.offset(params.range.start), answer.positions.offset(params.range.end)
            return [
                lsp.InlayHint(answer.positions.position(one.offset), one.text, tooltip=one.tooltip, padding_left=True)
                for one in inlay.hints(answer.view, start, end)
            ]

        return await ls.ask(params.text_document.uri, find, other=[])

    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    async def folding(ls: Server, params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
        document = ls.documents.get(params.text_document.uri)
        if document is None:
            return []
        found = outline.folds(Source(document.uri, document.text))
        kinds = {"comment": lsp.FoldingRangeKind.Comment, "block": lsp.FoldingRangeKind.Region}
        return [lsp.FoldingRange(one.first - 1, one.last - 1, kind=kinds[one.kind]) for one in found]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    async def lenses(ls: Server, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        uri = params.text_document.uri

        def find(answer: Answer) -> list[lsp.CodeLens]:
            made = []
            for span, title in outline.scenarios(answer.view):
                where = answer.positions.range(span.start, span.end)
                went = ls.ran.get((uri, title))
                shown = went or answer.view.say("▶ dry-run", "▶ проиграть")
                made.append(lsp.CodeLens(where, lsp.Command(shown, RUN_SCENARIO, arguments=[uri, where.start.line])))
            return made

        return await ls.ask(uri, find, other=[])


def _changing(server: Server) -> None:
    """Renaming, formatting, fixes, scenarios."""

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare(ls: Server, params: lsp.PrepareRenameParams) -> lsp.Range | None:
        def find(answer: Answer) -> lsp.Range:
            try:
                span = renaming.renamable(answer.view, answer.positions.offset(params.position))
            except renaming.Refused as refused:
                raise Failed(str(refused)) from refused
            return answer.place(span).range

        return await ls.ask(params.text_document.uri, find, other=None)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    async def rename(ls: Server, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        def find(answer: Answer) -> lsp.WorkspaceEdit:
            try:
                edits = renaming.rename(answer.view, answer.positions.offset(params.position), params.new_name)
            except renaming.Refused as refused:
                raise Failed(str(refused)) from refused
            return ls.workspace_edit(answer, edits)

        return await ls.ask(params.text_document.uri, find, other=None)

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    async def formatting(ls: Server, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        document = ls.documents.get(params.text_document.uri)
        if document is None or not document.key.endswith(".pipeline"):
            return []
        text = document.text

        def lay_out() -> list[lsp.TextEdit]:
            from voronka.dsl.format.format import format_source

            made = format_source(Source(document.uri, text)).text
            if made is None or made == text:
                return []
            start, end, new = convert.minimal(text, made)
            return [lsp.TextEdit(Positions(text, ls.encoding).range(start, end), new)]

        return await ls.in_query_thread(lay_out)

    options = lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.SourceFixAll])

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, options)
    async def actions(ls: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        return await ls.ask(params.text_document.uri, lambda answer: code_actions(ls, answer, params), other=[])

    @server.command(RUN_SCENARIO)
    async def run(ls: Server, uri: str, line: int) -> dict[str, Any]:
        return await run_scenario(ls, uri, int(line))
