"""What a word means: its declaration in a few lines, and when a deadline would be."""

from __future__ import annotations

from typing import NamedTuple

from voronka.dsl.check.expressions.names import BUILT_IN
from voronka.dsl.check.symbols import Env
from voronka.dsl.check.words import type_name
from voronka.dsl.ide.index import Symbol
from voronka.dsl.ide.items import said, shown_title, shown_type
from voronka.dsl.ide.slots import HAPPENINGS, TYPES
from voronka.dsl.ide.view import View, deadlines
from voronka.dsl.syntax import nodes as n
from voronka.dsl.syntax.keywords import KEYWORDS
from voronka.dsl.syntax.lexer import lex
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Diagnostics
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span


class Hover(NamedTuple):
    """Markdown, and the words that it is about."""

    text: str
    span: Span


KINDS = {
    "pipeline": Both("pipeline", "воронка"),
    "record": Both("record", "карточка"),
    "module": Both("module", "модуль"),
    "calendar": Both("calendar", "календарь"),
    "resource": Both("resource", "ресурс"),
    "team": Both("team", "команда"),
    "person": Both("person", "сотрудник"),
    "segment": Both("segment", "сегмент"),
    "field": Both("field", "поле"),
    "event": Both("event", "событие"),
    "stage": Both("stage", "этап"),
    "task": Both("task", "задача"),
    "reason": Both("reason of loss", "причина отказа"),
    "role": Both("role", "роль"),
    "checklist": Both("checklist", "чек-лист"),
    "approval": Both("approval", "согласование"),
    "robot": Both("robot", "робот"),
    "outcome": Both("outcome", "исход"),
    "point": Both("point of a checklist", "пункт чек-листа"),
    "option": Both("option", "вариант"),
    "payload": Both("value of an event", "значение события"),
    "param": Both("parameter", "параметр"),
    "include": Both("include", "включение модуля"),
    "alias": Both("deal of the scenario", "сделка сценария"),
    "column": Both("column of examples", "столбец примеров"),
}


def hover(view: View, offset: int) -> Hover | None:
    """What to show at an offset; None where there is nothing to say."""
    path = view.path_to(offset)
    timed = _deadline(view, path, offset)
    found = view.index.at(view.source.name, offset)
    if found is not None:
        symbol, span = found
        return Hover(about(view, symbol), span)
    if timed is not None:
        return timed
    if (file := view.index.file_at(view.source.name, offset)) is not None and file.kind == "template":
        return _template(view, file.name, file.span)
    return _word(view, offset)


def about(view: View, symbol: Symbol) -> str:
    """A declaration in a few lines of Markdown."""
    node, lang = symbol.node, view.lang
    title = shown_title(node, symbol.env, lang)
    kind = said(KINDS[symbol.kind], lang)
    head = f"**{kind}** `{symbol.name}`" + (f" — {title}" if title else "")
    lines = [head]
    if symbol.type is not None:
        lines.append(shown_type(symbol.type, lang))
    match node:
        case n.Param():
            lines.append(said(type_name(node.type.name.name), lang))
            if node.default is not None:
                lines.append(view.say("by default ", "по умолчанию ") + f"`{node.default.span.text}`")
        case n.Field(formula=n.Node() as formula):
            lines.append(f"= `{formula.span.text}`")
        case n.Module():
            lines += [
                f"- `{p.name.name}` {said(type_name(p.type.name.name), lang)}"
                + (f" = `{p.default.span.text}`" if p.default is not None else view.say(" (required)", " (нужен)"))
                for p in node.body
                if isinstance(p, n.Param)
            ]
        case n.Payload():
            lines.append(said(type_name(node.type.name), lang))
        case n.Role(reports_to=n.Ident() as chief):
            lines.append(view.say("reports to ", "руководитель: ") + f"`{chief.name}`")
        case n.Person():
            lines.append(view.say("role ", "роль ") + f"`{node.role.name}`")
        case n.DealStep():
            lines.append(f"`deal {node.pipeline.name}`")
        case n.Stage() | n.Task():
            lines += _body(view, node, symbol.env)
    if was := getattr(node, "was", ()):
        lines.append(view.say("formerly ", "раньше ") + ", ".join(f"`{one.name}`" for one in was))
    if symbol.home:
        lines.append(f"*{symbol.home}* · {symbol.span.source.name}:{symbol.span.line}")
    return "\n\n".join(lines)


def _body(view: View, node: n.Stage | n.Task, env: Env | None) -> list[str]:
    lines = []
    for part in node.body:
        match part:
            case n.Means() | n.Guide():
                texts = [one.value for one in part.text.parts]
                languages = env.unit.languages if env is not None else ("ru", "en")
                by_language = dict(zip(languages, texts, strict=False))
                lines.append(by_language.get(view.lang, texts[0]))
            case n.Probability():
                lines.append(view.say("probability ", "вероятность ") + part.span.text.split(None, 1)[1])
            case n.Assign():
                lines.append(f"`{part.span.text}`")
            case n.Due() | n.Limit():
                table = env.table if env is not None else None
                said_ = None
                for _, length, sign, times, _ in deadlines(part):
                    resolved = view.resolve(table, length, sign, times)
                    if resolved is not None and view.clock is not None:
                        said_ = f"`{_first(part)}` → {view.clock.said(resolved.then, view.lang)}"
                    break
                lines.append(said_ or f"`{_first(part)}`")
    return lines


def _first(node: n.Node) -> str:
    """A sentence without its block."""
    return node.span.text.split("{", 1)[0].strip()


def _deadline(view: View, path: list[n.Node], offset: int) -> Hover | None:
    """ "due 1 workday after X → at the moment: Tue 24 Nov, 09:40"."""
    table = view.table_at(path)
    for node in reversed(path):
        for sentence, length, sign, times, words in deadlines(node):
            if sentence is not node:
                break
            if not node.span.start <= offset <= words.end:
                break
            resolved = view.resolve(table, length, sign, times)
            if resolved is None or view.clock is None or table is None:
                return None
            now, then = (view.clock.said(one, view.lang) for one in resolved)
            text = view.say(
                f"`{_first(node)}`\n\nif that happens now ({now}): **{then}**",
                f"`{_first(node)}`\n\nесли это случится сейчас ({now}): **{then}**",
            )
            place = f"{table.zone} · " + view.say("calendar ", "календарь ") + table.calendar_name
            return Hover(f"{text}\n\n{place}", Span(node.span.source, node.span.start, words.end))
    return None


def _template(view: View, name: str, span: Span) -> Hover | None:
    source = next((one for key, one in view.names.world.sources.items() if f"/{name}." in f"/{key}"), None)
    if source is None:
        return None
    text = source.text if len(source.text) <= 600 else source.text[:600] + "…"
    return Hover(f"**{view.say('template', 'шаблон')}** {source.name}\n\n```\n{text}\n```", span)


def word_at(source: Source, offset: int) -> Span | None:
    """The word around an offset, outside of texts and comments."""
    tokens = lex(source, Diagnostics())
    for kind, start, end in zip(tokens.kinds, tokens.starts, tokens.ends, strict=True):
        if start <= offset <= end and kind in ("NAME", "WORD"):
            return Span(source, start, end)
        if start > offset:
            break
    return None


def _word(view: View, offset: int) -> Hover | None:
    """A keyword, a type, a function or a name that is always there."""
    span = word_at(view.source, offset)
    if span is None:
        return None
    word, lang = span.text, view.lang
    if (function := view.facts.functions.get(word)) is not None and view.source.text[span.end : span.end + 1] == "(":
        return Hover(f"**{view.say('function', 'функция')}** `{function[0]}`\n\n{said(function[1], lang)}", span)
    if (known := KEYWORDS.get(word)) is not None:
        return Hover(f"**{word}** — {known.ru if lang == 'ru' else known.en}", span)
    if word in HAPPENINGS:
        return Hover(f"`{word}` — {said(HAPPENINGS[word], lang)}", span)
    if word in BUILT_IN:
        return Hover(f"`{word}` — {said(type_name(BUILT_IN[word]), lang)}", span)
    if word in TYPES:
        return Hover(f"**{view.say('type', 'тип')}** `{word}` — {said(type_name(word), lang)}", span)
    return None
