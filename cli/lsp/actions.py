"""Fixes of findings, and the dry run of the scenario under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from lsprotocol import types as lsp

from voronka.cli.app import App
from voronka.cli.lsp import convert
from voronka.cli.lsp.positions import Positions
from voronka.dsl.text.diagnostic import Diagnostic, Edit

if TYPE_CHECKING:
    from voronka.cli.lsp.server import Answer, Server
    from voronka.engine.program.build import Programs
    from voronka.engine.scenario import Outcome


def code_actions(server: Server, answer: Answer, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """A fix for each finding in the range that has one, and all safe ones of the file together."""
    lang, name = server.lang, answer.view.source.name
    start, end = answer.positions.offset(params.range.start), answer.positions.offset(params.range.end)
    only = params.context.only
    found: list[lsp.CodeAction] = []
    safe: list[Diagnostic] = []
    for one in answer.state.diagnostics:
        if one.fix is None or one.span.source.name != name:
            continue
        if one.fix.safe:
            safe.append(one)
        if one.span.start <= end and start <= one.span.end and _wanted(lsp.CodeActionKind.QuickFix, only):
            title = one.fix.title.ru if lang == "ru" else one.fix.title.en
            found.append(
                lsp.CodeAction(
                    title,
                    kind=lsp.CodeActionKind.QuickFix,
                    diagnostics=[convert.diagnostic(one, answer.place, lang)],
                    is_preferred=one.fix.safe,
                    edit=server.workspace_edit(answer, list(one.fix.edits)),
                )
            )
    if safe and _wanted(lsp.CodeActionKind.SourceFixAll, only):
        edits = _apart([edit for one in safe if one.fix is not None for edit in one.fix.edits])
        title = answer.view.say("Fix everything that is safe to fix", "Исправить всё, что исправляется наверняка")
        edit = server.workspace_edit(answer, edits)
        found.append(lsp.CodeAction(title, kind=lsp.CodeActionKind.SourceFixAll, edit=edit))
    return found


def _wanted(kind: str, only: Any) -> bool:
    return not only or any(kind == one or kind.startswith(f"{one}.") for one in only)


def _apart(edits: list[Edit]) -> list[Edit]:
    """The first of those that overlap; the others come after the next check."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda one: (one.span.source.name, one.span.start)):
        last = kept[-1].span if kept else None
        if last is None or last.source is not edit.span.source or last.end <= edit.span.start:
            kept.append(edit)
    return kept


async def run_scenario(server: Server, uri: str, line: int) -> dict[str, Any]:
    """Run the scenario whose first line this is, every row of its examples; tell how it went, and why not."""
    document = server.documents.get(uri)
    key = document.key if document is not None else convert.path_of(uri)
    project = server.project_of(key)

    def work() -> dict[str, Any]:
        from voronka.engine.scenario import run_scenario as run

        state = project.refresh()
        if state.programs is None:
            errors = sum(one.is_error for one in state.diagnostics)
            said = _say(server, f"the files have errors ({errors})", f"в файлах есть ошибки ({errors})")
            return {"ok": False, "title": "", "text": said}
        source = state.source(key)
        name = source.name if source is not None else ""
        cases = [case for case in state.programs.definition.scenarios if case.loc.file == name]
        start = Positions(source.text, server.encoding).starts if source is not None else [0]
        here = [case for case in cases if source is not None and _line(source.text, start, case.loc.line) == line]
        if not here:
            return {"ok": False, "title": "", "text": _say(server, "no scenario begins here", "здесь нет сценария")}
        outcomes = [run(state.programs, case) for case in here]
        failed = [one for one in outcomes if one.failure is not None]
        title = here[0].title.in_(server.lang)
        lines = [text for one in failed for text in _told(server, state.programs, one)]
        good = len(outcomes) - len(failed)
        rows = f" ({good}/{len(outcomes)})" if len(outcomes) > 1 else ""
        return {"ok": not failed, "title": title, "text": "\n".join(lines), "rows": rows}

    result = await server.in_check_thread(work)
    sign = "✓" if result["ok"] else "✗"
    if result["title"]:
        server.ran[uri, result["title"]] = f"{sign} {_say(server, 'dry-run', 'проиграть')}{result.get('rows', '')}"
    kind = lsp.MessageType.Info if result["ok"] else lsp.MessageType.Warning
    last = result["text"].splitlines()[-3:]
    message = f"{sign} {result['title']}{result.get('rows', '')}" + ("\n" + "\n".join(last) if last else "")
    server.window_show_message(lsp.ShowMessageParams(kind, message))
    lens = server.client_capabilities.workspace and server.client_capabilities.workspace.code_lens
    if lens and lens.refresh_support:
        server.workspace_code_lens_refresh(None)
    return result


def _line(text: str, starts: list[int], line: int) -> int:
    """The protocol's number (from 0) of one of our lines (from 1): a lone CR ends a line there, too."""
    from bisect import bisect_right

    offset = -1
    for _ in range(line - 1):
        offset = text.find("\n", offset + 1)
    return bisect_right(starts, offset + 1) - 1


def _say(server: Server, en: str, ru: str) -> str:
    return ru if server.lang == "ru" else en


class _Lines(App):
    """Gathers what would be printed."""

    def __init__(self, lang: str) -> None:
        super().__init__(lang=lang)
        self.lines: list[str] = []

    def out(self, text: str = "") -> None:
        self.lines.append(click.unstyle(text))


def _told(server: Server, programs: Programs, outcome: Outcome) -> list[str]:
    """The timeline of a case that failed, what was expected and what is."""
    from voronka.cli.timeline import Printer
    from voronka.engine.words.story import Story

    failure = outcome.failure
    assert failure is not None
    app = _Lines(server.lang)
    story = Story(programs, server.lang, outcome.sandbox.title_of)
    printer: Printer | None = None
    for done in outcome.journal:
        program = programs.pipelines[done.pipeline]
        printer = printer or Printer(app, program.calendar)
        title = f"{done.pipeline} {done.deal}" if done.deal else done.pipeline
        if done.unmet or done.after is None:
            lines = [story.refusal(program, done.event, done.unmet)]
        else:
            lines = story.lines(program, done.event, done.changes, done.after)
        printer.done(done, lines, title)
    if printer is not None:
        printer.flush()
    expected, found = failure.said(server.lang)
    row = f" [{outcome.scenario.row}]" if outcome.scenario.row else ""
    return [
        *app.lines,
        f"{failure.loc}{row}",
        f"{_say(server, 'expected', 'ожидалось')}: {expected}",
        f"{_say(server, 'found', 'на деле')}: {found}",
    ]
