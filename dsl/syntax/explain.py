"""Says why a token does not fit, in words for people."""

from __future__ import annotations

from typing import NamedTuple

from voronka.dsl.syntax.expected import (
    CONTEXTS,
    Accepted,
    alternatives,
    context,
    expected,
    homes,
    keyword,
    starters,
    terminal,
)
from voronka.dsl.syntax.machine import Machine
from voronka.dsl.text.codes import syntax as codes
from voronka.dsl.text.codes.base import Both, Code
from voronka.dsl.text.diagnostic import Diagnostic, Edit, Fix, Label
from voronka.dsl.text.span import Span
from voronka.dsl.text.suggest import alike, closest

NOTHING = Both("", "")


class Repair(NamedTuple):
    """Leave out so many tokens, then put one in that is not there."""

    cost: float
    skip: int
    insert: str | None
    word: str | None = None  # the keyword or unit that was surely meant


def explain(m: Machine, repair: Repair | None, fits: Accepted) -> None:
    """Report the token at hand; ``repair`` is what will make the text fit again, ``fits`` what would have fitted."""
    at, tokens, source = m.at, m.tokens, m.source
    kind = tokens.kinds[at]
    span = Span(source, tokens.starts[at], tokens.ends[at])
    is_word = kind in ("NAME", "WORD")
    word = word_at(m, at) if is_word else ""
    new_line = m.begins_line(at)

    if repair is not None and repair.word is not None:
        if repair.insert == "UNIT":
            hint = Both(f"; did you mean `{repair.word}`?", f"; может быть, `{repair.word}`?")
            report(m, codes.UNKNOWN_UNIT, span, fix=replace(span, repair.word), word=word, hint=hint)
        else:
            misspelt(m, span, word, repair.word)
    elif asks(m, at) and "AND" in fits.after and "COMPARE" not in fits.all:
        report(m, codes.CHAINED_COMPARISON, span)
    elif repair is not None and repair.insert == "RPAR":
        point = Span(source, tokens.ends[at - 1], tokens.ends[at - 1])
        label = Label(point, Both("expected `)` here", "здесь ожидается `)`"))
        report(m, codes.UNCLOSED_PARENTHESIS, _open_parenthesis(m) or span, labels=(label,))
    elif is_word and "STRING" in fits.direct and "NAME" not in fits.direct and not begins(m, at):
        end = at
        while tokens.kinds[end + 1] == "NAME" and not m.begins_line(end + 1):
            end += 1
        prose = Span(source, span.start, tokens.ends[end])
        report(m, codes.UNQUOTED_TEXT, prose, fix=replace(prose, f'"{prose.text}"', safe=False), text=prose.text)
    elif is_word and fits.can_end and _sentence(m, span, word, new_line, fits):
        pass
    elif not fits.can_end and at and (new_line or kind in ("RBRACE", "$END") or begins(m, at)):
        point = Span(source, tokens.ends[at - 1], tokens.ends[at - 1])
        fix = _added(m, repair)
        report(m, codes.MISSING, point, fix=fix, expected=expected(m.states), previous=quoted(m, at - 1), hint=NOTHING)
    else:
        fix = _added(m, repair)
        report(m, codes.UNEXPECTED, span, fix=fix, expected=expected(m.states), found=found(m, at), hint=NOTHING)


def _added(m: Machine, repair: Repair | None) -> Fix | None:
    """The fix that adds a sign or `else` where only it is missing."""
    sign = {"PERCENT": "%", "COMMA": ",", "ELSE": "else"}.get(
        (repair.insert if repair is not None and not repair.skip else "") or ""
    )
    if sign is None:
        return None
    end = m.tokens.ends[m.at - 1]
    return Fix(
        Both(f"add `{sign}`", f"добавьте `{sign}`"),
        (Edit(Span(m.source, end, end), f" {sign}" if sign == "else" else sign),),
    )


def _sentence(m: Machine, span: Span, word: str, new_line: bool, fits: Accepted) -> bool:
    """Report a word that seems to begin a sentence, but not here. False if it is something else."""
    block = context(m.states)
    where = CONTEXTS[block]
    readings = m.tokens.readings[m.at]
    places = homes(readings[0][0]) if readings and keyword(readings[0][0]) else []
    if places and block not in places:
        named = [CONTEXTS[place] for place in places[:3]]
        stands = alternatives(named)
        hint = Both(f"it stands {stands.en}", f"место этому слову {stands.ru}")
        report(m, codes.MISPLACED, span, word=word, where=where, hint=hint)
    elif new_line or starters(block) & fits.direct:
        guess = closest(word, (w for w in (keyword(name) for name in starters(block)) if w))
        hint = Both(f"did you mean `{guess}`?", f"может быть, `{guess}`?") if guess else _beginnings(block)
        report(m, codes.UNKNOWN_SENTENCE, span, word=word, where=where, hint=hint)
    else:
        return False
    return True


def _beginnings(block: str) -> Both:
    known = sorted(w for w in (keyword(name) for name in starters(block)) if w)
    if not known:
        return NOTHING
    shown = ", ".join(known[:24]) + (" …" if len(known) > 24 else "")
    return Both(f"sentences here begin with {shown}", f"предложения здесь начинаются с {shown}")


def _open_parenthesis(m: Machine) -> Span | None:
    closed = 0
    for i in range(m.at - 1, -1, -1):
        kind = m.tokens.kinds[i]
        if kind == "RPAR":
            closed += 1
        elif kind == "LPAR":
            if not closed:
                return Span(m.source, m.tokens.starts[i], m.tokens.ends[i])
            closed -= 1
    return None


def asks(m: Machine, at: int) -> bool:
    """Whether a token compares: ``<``, ``is`` …"""
    kind = m.tokens.kinds[at]
    return kind in ("COMPARE", "_ASKS") or (kind == "WORD" and any(t == "_ASKS" for t, _ in m.tokens.readings[at]))


def begins(m: Machine, at: int) -> bool:
    """Whether a word can begin a sentence of the block at hand."""
    return m.tokens.kinds[at] == "WORD" and m.tokens.readings[at][0][0] in starters(context(m.states))


def found(m: Machine, at: int) -> Both:
    """A token as it is found: ``the text "X"``."""
    if m.tokens.kinds[at] == "$END":
        return terminal("$END")
    shown = _shown(m, at)
    return Both(f"the text {shown}", f"текст {shown}") if m.tokens.kinds[at] == "STRING" else quoted(m, at)


def quoted(m: Machine, at: int) -> Both:
    """A token in backquotes, cut if it is long."""
    return Both(f"`{_shown(m, at)}`", f"`{_shown(m, at)}`")


def _shown(m: Machine, at: int) -> str:
    text = word_at(m, at)
    return text if len(text) <= 30 else text[:30] + "…"


def word_at(m: Machine, at: int) -> str:
    """The characters of a token."""
    return m.source.text[m.tokens.starts[at] : m.tokens.ends[at]]


def misspelt(m: Machine, span: Span, word: str, keyword: str) -> None:
    """Report a word that was surely meant as a keyword; where they look the same, which letters are wrong."""
    args = {"word": word, "keyword": keyword}
    m.found.add(Diagnostic(codes.MISSPELT, span, args, notes=alike(word, keyword), fix=replace(span, keyword)))


def replace(span: Span, text: str, *, safe: bool = True) -> Fix:
    """The fix that writes a text in place of a span."""
    title = Both(f"write `{text}`", f"напишите `{text}`")
    return Fix(title, (Edit(span, text),), safe=safe)


def report(
    m: Machine, code: Code, span: Span, *, labels: tuple[Label, ...] = (), fix: Fix | None = None, **args: object
) -> None:
    """Keep a diagnostic."""
    m.found.add(Diagnostic(code, span, args, labels, fix=fix))
