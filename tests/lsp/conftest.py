"""A real client on the other side of a pipe: pytest-lsp starts ``voronka lsp`` for each test."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types as lsp
from pygls.uris import from_fs_path
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

SALES = Path(__file__).with_name("shop")
NOW = "2026-11-23T09:40"


class Editor:
    """An editor with one workspace: opens, types, asks, and keeps what it was told."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.registered: list[str] = []
        self.refreshed = 0

    def uri(self, name: str) -> str:
        uri = from_fs_path(str((self.folder / name).resolve()))
        assert uri is not None
        return uri

    def open(self, name: str, text: str | None = None) -> lsp.TextDocumentIdentifier:
        given = text if text is not None else (self.folder / name).read_bytes().decode()
        uri = self.uri(name)
        self.texts[name], self.versions[name] = given, 1
        self.client.text_document_did_open(
            lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "voronka", 1, given))
        )
        return lsp.TextDocumentIdentifier(uri)

    def change(self, name: str, *changes: lsp.TextDocumentContentChangeEvent) -> None:
        self.versions[name] += 1
        document = lsp.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, list(changes)))

    def type_over(self, name: str, text: str) -> None:
        """Replace the whole text."""
        self.texts[name] = text
        self.change(name, lsp.TextDocumentContentChangeWholeDocument(text))

    def place(self, name: str, words: str, skip: int = 0) -> lsp.Position:
        """The position of the ``|`` in some words of the text, in UTF-16 units."""
        at = words.index("|")
        text = self.texts[name]
        start = -1
        for _ in range(skip + 1):
            start = text.index(words.replace("|", ""), start + 1)
        before = text[: start + at]
        line = before.count("\n")
        return lsp.Position(line, len(before[before.rfind("\n") + 1 :].encode("utf-16-le")) // 2)

    def at(self, name: str, words: str, skip: int = 0) -> dict[str, Any]:
        return {"text_document": lsp.TextDocumentIdentifier(self.uri(name)), "position": self.place(name, words, skip)}

    def found(self, name: str) -> list[lsp.Diagnostic]:
        return list(self.client.diagnostics.get(self.uri(name), []))

    async def settled(self, name: str) -> list[lsp.Diagnostic]:
        """The findings for the text as it is now: published for its version."""
        symbols = lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(self.uri(name)))
        await self.client.text_document_document_symbol_async(symbols)
        return self.found(name)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A workspace of one's own, as ``voronka init`` makes it, only smaller."""
    for path in sorted(SALES.rglob("*")):
        if path.is_file():
            target = tmp_path / path.relative_to(SALES)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return tmp_path


Start = Callable[..., Any]


@pytest_asyncio.fixture
async def start() -> AsyncIterator[Start]:
    """Start servers; all of them are told goodbye at the end."""
    clients: list[LanguageClient] = []

    async def begin(
        folder: Path, *more: Path, lang: str = "en", encodings: list[str] | None = None, code: str = ""
    ) -> Editor:
        client = make_test_lsp_client()
        command = [sys.executable, "-c", code or "from voronka.cli.main import main; main()", "lsp", "--lang", lang]
        environment = {**os.environ, "PYTHONUTF8": "1"}

        @client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
        def register(params: lsp.RegistrationParams) -> None:
            editor.registered += [one.method for one in params.registrations]

        @client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)
        def refreshed(params: None) -> None:
            editor.refreshed += 1

        editor = Editor(client, folder)
        await client.start_io(*command, env=environment, cwd=str(folder))
        clients.append(client)
        capabilities = client_capabilities("visual-studio-code")
        if encodings is not None:
            assert capabilities.general is not None
            capabilities.general.position_encodings = [lsp.PositionEncodingKind(one) for one in encodings]
        params = lsp.InitializeParams(
            capabilities=capabilities,
            initialization_options={"now": NOW, "language": lang},
            workspace_folders=[
                lsp.WorkspaceFolder(from_fs_path(str(one.resolve())) or "", one.name) for one in (folder, *more)
            ],
        )
        await client.initialize_session(params)
        return editor

    yield begin
    for client in clients:
        await client.shutdown_session()
