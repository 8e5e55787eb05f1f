"""The server as an editor meets it, over a pipe: every feature, unsaved texts, folders, faults (issue 4, 6)."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from voronka.cli.lsp.positions import Positions

SALES, TESTS, LETTER = "pipelines/sales.pipeline", "pipelines/tests.pipeline", "pipelines/templates/letter.txt"


def document(editor: Any, name: str) -> lsp.TextDocumentIdentifier:
    return lsp.TextDocumentIdentifier(editor.uri(name))


def codes(found: list[lsp.Diagnostic]) -> list[tuple[str, int]]:
    return [(str(one.code), one.range.start.line + 1) for one in found]


def checked(folder: Path, lang: str = "en") -> list[tuple[str, str, int, str]]:
    """What ``voronka check`` says of a folder."""
    program = "from voronka.cli.main import main; main()"
    command = [sys.executable, "-c", program, "check", "--json", "--lang", lang]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return sorted((d["file"], d["code"], d["start"]["line"], d["message"]) for d in json.loads(done.stdout)["findings"])


def published(editor: Any) -> list[tuple[str, str, int, str]]:
    """What the server has said, in the same form."""
    top = editor.uri(".").rstrip("/") + "/"
    return sorted(
        (uri.removeprefix(top), str(one.code), one.range.start.line + 1, one.message.split("\n")[0])
        for uri, found in editor.client.diagnostics.items()
        for one in found
    )


@pytest.mark.asyncio
async def test_findings_are_those_of_voronka_check(start: Any, shop: Path) -> None:
    editor = await start(shop)
    editor.open(SALES)
    await editor.settled(SALES)
    assert published(editor) == checked(shop)
    assert ("V343", 41) in codes(editor.found(SALES))
    assert "didChangeWatchedFiles" in editor.registered[0]


@pytest.mark.asyncio
async def test_what_is_typed_counts_not_what_is_saved(start: Any, shop: Path) -> None:
    """An unsaved text stands in front of its file; closed without saving, the file counts again."""
    editor = await start(shop, lang="ru")
    text = (shop / SALES).read_text(encoding="utf-8")
    editor.open(SALES, text.replace("require email", "requre email"))
    found = await editor.settled(SALES)
    assert ("V105", 44) in codes(found)
    assert "`requre`" in found[-1].message
    editor.type_over(SALES, text)
    assert "V105" not in dict(codes(await editor.settled(SALES)))
    editor.type_over(SALES, text.replace("link to client", "link to nobody"))
    assert any("`nobody`" in one.message for one in await editor.settled(SALES))
    editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(document(editor, SALES)))
    await editor.client.workspace_symbol_async(lsp.WorkspaceSymbolParams("sales"))
    assert published(editor) == checked(shop, "ru")


@pytest.mark.asyncio
async def test_rules_of_the_method_where_the_workspace_wants_them(start: Any, shop: Path) -> None:
    """With ``[lint]`` in voronka.toml its findings come after those of the check, with their fixes."""
    (shop / "voronka.toml").write_text('[lint]\nprofile = "amocrm"\n', encoding="utf-8")
    editor = await start(shop)
    which = editor.open(SALES)
    await editor.settled(SALES)
    program = "from voronka.cli.main import main; main()"
    command = [sys.executable, "-c", program, "lint", "--json", "--lang", "en"]
    done = subprocess.run(command, cwd=shop, capture_output=True, text=True, check=False)
    wanted = {one["code"] for one in json.loads(done.stdout)["findings"] if one["file"] == SALES}
    assert wanted
    while not wanted <= {str(one.code) for one in editor.found(SALES)}:
        await editor.client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    editor.type_over(SALES, "pipeline {")
    assert not wanted & {str(one.code) for one in await editor.settled(SALES)}
    assert which.uri == editor.uri(SALES)


@pytest.mark.asyncio
async def test_findings_inside_templates(start: Any, shop: Path) -> None:
    """A misspelt field in a letter is marked in the letter, with the place that uses it, while it is typed."""
    editor = await start(shop)
    editor.open(SALES)
    text = (shop / LETTER).read_text(encoding="utf-8")
    editor.open(LETTER, text.replace("amount | money", "amuont | money"))
    await editor.settled(SALES)
    found = [one for one in editor.found(LETTER) if "amuont" in one.message]
    assert [one.range.start for one in found] == [editor.place(LETTER, "|amuont")]
    related = found[0].related_information
    assert related is not None
    assert related[0].location.uri == editor.uri(SALES)


@pytest.mark.asyncio
async def test_hover_definition_references(start: Any, shop: Path) -> None:
    editor = await start(shop)
    editor.open(SALES)
    editor.open(TESTS)
    client = editor.client
    found = await client.text_document_hover_async(lsp.HoverParams(**editor.at(SALES, "|due 1 workday")))
    assert "if that happens now (Mon 23 Nov, 09:40): **Tue 24 Nov, 09:40**" in found.contents.value
    places = await client.text_document_definition_async(lsp.DefinitionParams(**editor.at(TESTS, "stage is pa|id")))
    assert [(one.uri, one.range.start) for one in places] == [
        (editor.uri(SALES), editor.place(SALES, "won |paid")),
    ]
    places = await client.text_document_definition_async(lsp.DefinitionParams(**editor.at(SALES, 'using "le|tter"')))
    assert [one.uri for one in places] == [editor.uri(LETTER)]
    context = lsp.ReferenceContext(include_declaration=True)
    places = await client.text_document_references_async(
        lsp.ReferenceParams(context=context, **editor.at(SALES, "reason sil|ent"))
    )
    assert sorted((one.uri.rsplit("/", 1)[1], one.range.start.line) for one in places) == [
        ("sales.pipeline", 38),
        ("sales.pipeline", 53),
        ("tests.pipeline", 22),
    ]
    marks = await client.text_document_document_highlight_async(
        lsp.DocumentHighlightParams(**editor.at(SALES, "field am|ount"))
    )
    assert len(marks) == 3
    links = await client.text_document_document_link_async(lsp.DocumentLinkParams(document(editor, SALES)))
    assert editor.uri("pipelines/clients.pipeline") in [one.target for one in links]


@pytest.mark.asyncio
async def test_columns_are_utf16_units(start: Any, shop: Path) -> None:
    """Behind an emoji and Cyrillic letters the word is where the editor shows it."""
    editor = await start(shop)
    text = (shop / SALES).read_text(encoding="utf-8")
    editor.open(SALES, text.replace('means "Клиент написал"', 'means "🛒🛒 Клиент" / "🛒" limit 3 wrkdays #'))
    found = next(one for one in await editor.settled(SALES) if "wrkdays" in one.message)
    place = editor.place(SALES, "|wrkdays")
    assert (found.range.start, found.range.end.character - place.character) == (place, len("wrkdays"))
    at = editor.at(SALES, '"🛒" lim|it 3')
    hover = await editor.client.text_document_hover_async(lsp.HoverParams(**at))
    assert "`limit 3 wrkdays`" in hover.contents.value
    assert hover.range.start == editor.place(SALES, '"🛒" |limit 3')


@pytest.mark.asyncio
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_the_encoding_that_was_agreed_on(start: Any, shop: Path, encoding: str) -> None:
    editor = await start(shop, encodings=[encoding, "utf-16"])
    editor.open(SALES)
    await editor.settled(SALES)
    text = editor.texts[SALES]
    at = text.index("🆕")
    line = text[text.rfind("\n", 0, at) + 1 : at + 1]
    column = {"utf-8": len(line.encode()), "utf-16": len(line.encode("utf-16-le")) // 2, "utf-32": len(line)}[encoding]
    position = lsp.Position(text.count("\n", 0, at), column)
    change = lsp.TextDocumentContentChangePartial(lsp.Range(position, position), '" wrong "')
    editor.change(SALES, change)
    found = next(one for one in await editor.settled(SALES) if "wrong" in one.message)
    assert (found.range.start.line, found.range.start.character) == (position.line, column + 2)


@pytest.mark.asyncio
async def test_completion_while_typing(start: Any, shop: Path) -> None:
    editor = await start(shop)
    editor.open(SALES)
    await editor.settled(SALES)
    text = editor.texts[SALES].replace("    require email\n", "    require email\n    move to КП\n")
    editor.type_over(SALES, text)
    found = await editor.client.text_document_completion_async(lsp.CompletionParams(**editor.at(SALES, "move to КП|")))
    offered = next(one for one in found if one.label == "offered")
    assert offered.filter_text == "offered КП отправлено Offer sent"
    assert offered.text_edit.new_text == "offered"
    assert offered.text_edit.range.start == editor.place(SALES, "move to |КП")
    space = lsp.CompletionContext(lsp.CompletionTriggerKind.TriggerCharacter, " ")
    found = await editor.client.text_document_completion_async(
        lsp.CompletionParams(context=space, **editor.at(SALES, "move to |КП"))
    )
    assert [one.label for one in found] == ["new", "offered", "paid", "refused"]


@pytest.mark.asyncio
async def test_completion_inside_a_letter(start: Any, shop: Path) -> None:
    """The fields of the pipeline that sends it, what lies behind a link, filters; nothing outside of the braces."""
    editor = await start(shop)
    editor.open(SALES)
    await editor.settled(SALES)
    editor.open(LETTER, "Subject: x\n\nЗдравствуйте {{ who.na }} {{ am }} {{ amount | mo }} am\n")

    async def offered(words: str) -> list[str]:
        params = lsp.CompletionParams(**editor.at(LETTER, words))
        return [one.label for one in await editor.client.text_document_completion_async(params)]

    assert (await offered("{{ am|"))[:5] == ["amount", "heat", "who", "email", "offer"]
    assert (await offered("who.na|"))[:2] == ["name", "telegram"]
    assert "money" in await offered("mo| }}")
    assert await offered("}} am|\n") == []


@pytest.mark.asyncio
async def test_symbols_colours_hints_folds(start: Any, shop: Path) -> None:
    editor = await start(shop)
    which = editor.open(SALES)
    client = editor.client
    symbols = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(which))
    stages = [(one.name, one.detail) for one in symbols[0].children if one.kind == lsp.SymbolKind.Enum]
    assert stages == [("new", "New"), ("offered", "Offer sent"), ("paid", "Paid"), ("refused", "Refused")]
    found = await client.workspace_symbol_async(lsp.WorkspaceSymbolParams("КП отправлено"))
    assert [(one.name, one.location.uri) for one in found] == [("offered", editor.uri(SALES))]
    tokens = await client.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(which))
    assert len(tokens.data) % 5 == 0
    assert len(tokens.data) > 500
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(200, 0))
    hints = await client.text_document_inlay_hint_async(lsp.InlayHintParams(which, whole))
    assert [one.label for one in hints] == [
        "grace = 4 workhours",
        "→ Wed 25 Nov, 09:40",
        "→ Tue 24 Nov, 09:40",
        "→ owner",
    ]
    folds = await client.text_document_folding_range_async(lsp.FoldingRangeParams(which))
    assert len(folds) == 8


@pytest.mark.asyncio
async def test_renaming_over_files_and_templates(start: Any, shop: Path) -> None:
    editor = await start(shop)
    editor.open(SALES)
    client = editor.client
    at = editor.at(SALES, "field am|ount")
    where = await client.text_document_prepare_rename_async(lsp.PrepareRenameParams(**at))
    assert where.start == editor.place(SALES, "field |amount")
    made = await client.text_document_rename_async(lsp.RenameParams(new_name="price_", **at))
    files = {one.text_document.uri.rsplit("/", 1)[1]: one for one in made.document_changes}
    assert set(files) == {"sales.pipeline", "tests.pipeline", "letter.txt", "offer.txt"}
    assert files["sales.pipeline"].text_document.version == 1
    assert " was amount" in [edit.new_text for edit in files["sales.pipeline"].edits]
    with pytest.raises(Exception, match="`when` is a word of the language"):
        await client.text_document_rename_async(lsp.RenameParams(new_name="when", **at))


@pytest.mark.asyncio
async def test_formatting_and_fixes(start: Any, shop: Path) -> None:
    editor = await start(shop)
    text = (shop / SALES).read_text(encoding="utf-8")
    which = editor.open(SALES, text.replace("  won paid", "  won    paid"))
    options = lsp.FormattingOptions(2, True)
    edits = await editor.client.text_document_formatting_async(lsp.DocumentFormattingParams(which, options))
    assert len(edits) == 1
    assert edits[0].new_text == ""
    assert edits[0].range.start.line == edits[0].range.end.line
    editor.type_over(SALES, text.replace("require email", "requre email"))
    found = next(one for one in await editor.settled(SALES) if one.code == "V105")
    context = lsp.CodeActionContext([found])
    actions = await editor.client.text_document_code_action_async(lsp.CodeActionParams(which, found.range, context))
    assert [(one.title, str(one.kind)) for one in actions] == [
        ("write `require`", "quickfix"),
        ("Fix everything that is safe to fix", "source.fixAll"),
    ]
    edit = actions[0].edit.document_changes[0]
    assert (edit.text_document.version, edit.edits[0].new_text) == (2, "require")


@pytest.mark.asyncio
async def test_the_lens_runs_the_scenario_under_it(start: Any, shop: Path) -> None:
    editor = await start(shop)
    which = editor.open(TESTS)
    client = editor.client
    lenses = await client.text_document_code_lens_async(lsp.CodeLensParams(which))
    assert [one.command.title for one in lenses] == ["▶ dry-run"] * 3
    went = []
    for lens in lenses:
        params = lsp.ExecuteCommandParams(lens.command.command, lens.command.arguments)
        went.append(await client.workspace_execute_command_async(params))
    assert [(one["ok"], one["title"]) for one in went] == [
        (True, "A deal is paid"),
        (False, "Not as it is written"),
        (True, "Each reason"),
    ]
    assert went[1]["text"].endswith("expected: stage is offered\nfound: stage is new")
    assert "task “Call” → Анна, by tomorrow, 10:00" in went[1]["text"]
    assert [one.message.split("\n")[0] for one in client.messages] == [
        "✓ A deal is paid",
        "✗ Not as it is written",
        "✓ Each reason",
    ]
    lenses = await client.text_document_code_lens_async(lsp.CodeLensParams(which))
    assert [one.command.title for one in lenses] == ["✓ dry-run", "✗ dry-run", "✓ dry-run"]
    editor.open(SALES, (shop / SALES).read_text(encoding="utf-8") + "\npipeline {")
    params = lsp.ExecuteCommandParams("voronka.runScenario", [editor.uri(TESTS), 4])
    broken = await client.workspace_execute_command_async(params)
    assert broken["text"].startswith("the files have errors")


@pytest.mark.asyncio
async def test_two_folders_do_not_see_each_other(start: Any, shop: Path, tmp_path_factory: Any) -> None:
    """The same names in two folders are no clash; a folder that is removed takes its findings along."""
    other = tmp_path_factory.mktemp("other")
    (other / "sales.pipeline").write_text('pipeline sales "S" {\n  timezone "Europe/Moscow"\n}\n', encoding="utf-8")
    editor = await start(shop, other)
    editor.open(SALES)
    await editor.client.workspace_symbol_async(lsp.WorkspaceSymbolParams("sales"))
    uri = next(uri for uri in editor.client.diagnostics if "/other" in uri)
    assert "sales" in str(editor.client.diagnostics[uri])
    assert not [one for one in editor.found(SALES) if one.severity == lsp.DiagnosticSeverity.Error]
    folder = lsp.WorkspaceFolder(uri.rsplit("/", 1)[0], "other")
    change = lsp.WorkspaceFoldersChangeEvent(added=[], removed=[folder])
    editor.client.workspace_did_change_workspace_folders(lsp.DidChangeWorkspaceFoldersParams(change))
    await editor.settled(SALES)
    assert not editor.client.diagnostics[uri]


@pytest.mark.asyncio
async def test_files_that_somebody_else_changes(start: Any, shop: Path) -> None:
    editor = await start(shop)
    editor.open(TESTS)
    assert not await editor.settled(TESTS)
    path = shop / SALES
    path.write_text(path.read_text(encoding="utf-8").replace("stage offered", "stage proposed"), encoding="utf-8")
    event = lsp.FileEvent(editor.uri(SALES), lsp.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))
    assert [one.range.start.line for one in await editor.settled(TESTS)] == [8, 16]


@pytest.mark.asyncio
async def test_a_file_that_is_not_there_yet(start: Any, shop: Path) -> None:
    editor = await start(shop)
    name = "pipelines/fresh.pipeline"
    editor.open(name, 'use "./sales.pipeline"\nscenario "x" {\n  deal sales { }\n  move to offerd\n}\n')
    found = await editor.settled(name)
    assert "did you mean `offered`?" in found[0].message


@pytest.mark.asyncio
async def test_a_fault_of_one_question_is_an_error_and_a_line_in_the_log(start: Any, shop: Path) -> None:
    """The server lives on: the next question is answered."""
    code = (
        "import voronka.dsl.ide.hover as h\n"
        "def boom(view, offset): raise RuntimeError('boom')\n"
        "h.hover = boom\n"
        "from voronka.cli.main import main; main()"
    )
    editor = await start(shop, code=code)
    editor.open(SALES)
    with pytest.raises(Exception, match="boom"):
        await editor.client.text_document_hover_async(lsp.HoverParams(**editor.at(SALES, "task ca|ll")))
    places = await editor.client.text_document_definition_async(
        lsp.DefinitionParams(**editor.at(SALES, "move to off|ered"))
    )
    assert places[0].range.start == editor.place(SALES, "stage |offered")


@pytest.mark.asyncio
async def test_a_question_that_is_cancelled(start: Any, shop: Path) -> None:
    """It is answered as cancelled at once, and the next one as ever."""
    code = (
        "import time, voronka.dsl.ide.hover as h\n"
        "def slow(view, offset): time.sleep(2)\n"
        "h.hover = slow\n"
        "from voronka.cli.main import main; main()"
    )
    editor = await start(shop, code=code)
    editor.open(SALES)
    await editor.settled(SALES)
    params = lsp.HoverParams(**editor.at(SALES, "task ca|ll"))
    hover = editor.client.protocol.send_request_async(lsp.TEXT_DOCUMENT_HOVER, params, msg_id="slow")
    asking = asyncio.ensure_future(hover)
    await asyncio.sleep(0.2)
    editor.client.cancel_request(lsp.CancelParams("slow"))
    with pytest.raises(Exception, match="cancel"):
        await asking
    assert await editor.settled(SALES)


@pytest.mark.asyncio
async def test_answers_for_a_text_that_has_changed_are_not_sent(start: Any, shop: Path) -> None:
    """A question overtaken by an edit is told so (ContentModified), or answered for the new text; never for the old."""
    editor = await start(shop)
    editor.open(SALES)
    await editor.settled(SALES)
    text = editor.texts[SALES]
    refused: list[str] = []
    for round_ in range(8):
        editor.type_over(SALES, "\n" * (round_ + 1) + text)
        asking = asyncio.ensure_future(
            editor.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document(editor, SALES)))
        )
        await asyncio.sleep(0)
        editor.type_over(SALES, "\n" * (round_ + 2) + text)
        symbols = (await asyncio.gather(asking, return_exceptions=True))[0]
        if isinstance(symbols, BaseException):
            refused.append(str(symbols))
        else:
            assert symbols[0].range.start.line in (6 + round_ + 1, 6 + round_ + 2)
    assert all("the text has changed" in one for one in refused)
    found = await editor.settled(SALES)
    assert found[0].range.start.line == 40 + 9


@pytest.mark.asyncio
async def test_the_servers_text_is_the_editors_whatever_is_typed(start: Any, shop: Path) -> None:
    """Random edits with emoji, CR LF and lone CR: the formatter's and the check's view of the text is the editor's."""
    editor = await start(shop)
    editor.open(SALES)
    rng = random.Random(20261122)
    pieces = ["🛒", "ю", "\r\n", "\n", "\r", "{", "}", ' "а" ', "stage x\n", "", "\u2028", "# 🆕\n", "a" * 30]
    text = editor.texts[SALES]
    for _ in range(6):
        changes: list[lsp.TextDocumentContentChangeEvent] = []
        for _ in range(rng.randrange(1, 12)):
            positions = Positions(text)
            start_at = rng.randrange(len(text) + 1)
            end_at = min(len(text), start_at + rng.choice([0, 0, 0, 1, 2, 15]))
            if "\r\n" in (text[start_at - 1 : start_at + 1], text[end_at - 1 : end_at + 1]):
                continue  # no editor can put its cursor between the two
            piece = rng.choice(pieces)
            changes.append(lsp.TextDocumentContentChangePartial(positions.range(start_at, end_at), piece))
            text = text[:start_at] + piece + text[end_at:]
        editor.change(SALES, *changes)
        await editor.settled(SALES)
        (shop / SALES).write_bytes(text.encode("utf-8"))
        mine = [(f, code, message) for f, code, _, message in published(editor)]
        assert mine == [(f, code, message) for f, code, _, message in checked(shop)]


def test_without_the_extra_a_sentence_says_what_to_install() -> None:
    program = "import sys; sys.modules['pygls'] = None; from voronka.cli.main import main; main()"
    command = [sys.executable, "-c", program, "lsp"]
    done = subprocess.run([*command, "--lang", "en"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'voronka[lsp]'" in done.stderr
    assert "Traceback" not in done.stderr
