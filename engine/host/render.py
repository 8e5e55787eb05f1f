"""Texts of effects for the host: the templates' room, asked with what the host knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from voronka.dsl.definition.model import Template
from voronka.engine.deal.state import Deal
from voronka.engine.program.build import Programs
from voronka.engine.store.writer import SET, Text
from voronka.engine.templates import Env, RenderError

KINDS = frozenset({"send", "notify", "document"})
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {"text/html": ".html", "text/plain": ".txt", SET: ".pdf", DOCX: ".docx"}
"""What a document's file is called at its end, by its media type."""
_MEDIA = {"html": "text/html", "typst": SET}


def renderer(
    programs: Programs,
    language: str,
    person: Callable[[str], Mapping[str, str] | None],
    supervisor: Callable[[str, str], str | None] = lambda pipeline, person: None,
) -> Callable[[Deal, dict[str, Any], int], Text]:
    """``render`` for a host: texts in one language; a text that cannot be made is an error of that effect alone.

    ``person`` knows people (title, role), ``supervisor`` (pipeline, person) whom one reports to. Digests are put
    together when they go out, one a person, so they have no text here.
    """
    templates = programs.templates

    def render(deal: Deal, intent: dict[str, Any], now: int) -> Text:
        if intent["kind"] not in KINDS:
            return Text()
        program = programs.pipelines[deal.pipeline]
        task = deal.tasks.get(intent.get("task", 0))
        whose = task.assignee if task is not None and task.assignee else deal.owner
        env = Env(
            now,
            program.calendar,
            language,
            intent.get("event"),
            task,
            supervisor(deal.pipeline, whose) if whose else None,
            recipient=intent.get("to", {}).get("person") if intent["kind"] == "notify" else None,
            person=person,
        )
        try:
            rendered = templates.render(deal, intent["path"], env)
        except RenderError as error:
            return Text(error=error.message(language))
        body = {"subject": rendered.subject, "headers": [list(h) for h in rendered.headers], "body": rendered.body}
        if rendered.markup == "docx":
            return _word(programs.definition.templates[intent["template"]], rendered.body, language)
        media = _MEDIA.get(rendered.markup, "text/plain")
        content = None
        if intent["kind"] == "document" and media != SET:  # a PDF is set when it goes through the outbox
            content = rendered.body.encode()
        return Text({**body, "html": rendered.html}, media, content)

    return render


def _word(template: Template, text: str, language: str) -> Text:
    """A Word document, filled; its words for those who look at it here."""
    from voronka.engine.templates.word import fill, words

    try:
        content = fill(template.text, text, template.path)
    except RenderError as error:
        return Text(error=error.message(language))
    return Text({"subject": None, "headers": [], "body": words(text), "html": False}, DOCX, content)
