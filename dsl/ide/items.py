"""What completion offers: one item a name or a word, with what is known about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from voronka.dsl.check.symbols import Env, FieldSym, Sym, Table
from voronka.dsl.check.words import type_name
from voronka.dsl.definition.types import Option, Type
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.keywords import KEYWORDS
from voronka.dsl.text.codes.base import Both


@dataclass(frozen=True, slots=True)
class Item:
    """``kind`` is a symbol's (field, stage …), keyword, function, unit, value, module, template, type or builtin.

    ``rank`` orders: 0 fits best. ``also`` is the title, ``titles`` are those of all languages: they may be typed
    instead of the name. ``extra`` is a line to put in at the top of the file, with its offset.
    """

    label: str
    kind: str
    detail: str = ""
    doc: str = ""
    rank: int = 1
    also: str = ""
    titles: str = ""
    insert: str = ""
    extra: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the floors above know: functions (signature, what they give) by name."""

    functions: Mapping[str, tuple[str, Both]] = field(default_factory=dict)


def said(both: Both, lang: str) -> str:
    """A text in the person's language."""
    return both.ru if lang == "ru" else both.en


def shown_title(node: nodes.Node, env: Env | None, lang: str) -> str:
    """The title of something declared, in the person's language if it has one in it."""
    text = getattr(node, "title", None)
    if not isinstance(text, nodes.Text):
        return ""
    languages = env.unit.languages if env is not None else ("ru", "en")
    parts = dict(zip(languages, (part.value for part in text.parts), strict=False))
    return parts.get(lang, text.parts[0].value if text.parts else "")


def shown_type(kind: Type, lang: str) -> str:
    """A type in a few words: ``one of: hot, warm``, ``a link → client``."""
    name = said(type_name(kind), lang)
    if kind.options:
        names = ", ".join(option.name for option in kind.options[:6])
        return f"{name}: {names}{' …' if len(kind.options) > 6 else ''}"
    if kind.kind in ("link", "links") and kind.target:
        return f"{name} → {kind.target}"
    return name


def all_titles(node: nodes.Node) -> str:
    """The titles of something declared, in all languages."""
    text = getattr(node, "title", None)
    return " ".join(part.value for part in text.parts) if isinstance(text, nodes.Text) else ""


def of_field(sym: FieldSym, name: str, lang: str, rank: int = 1) -> Item:
    title = shown_title(sym.node, sym.env, lang)
    return Item(name, "field", shown_type(sym.type, lang), title, rank, title, all_titles(sym.node))


def of_sym(kind: str, sym: Sym, name: str, lang: str, rank: int = 0) -> Item:
    title = shown_title(sym.node, sym.env, lang)
    return Item(name, kind, title, "", rank, title, all_titles(sym.node))


def of_options(options: Iterable[Option], lang: str) -> list[Item]:
    return [
        Item(one.name, "option", title := one.title.in_(lang), "", 0, title, " ".join(t for _, t in one.title.texts))
        for one in options
    ]


def of_keyword(word: str, lang: str, rank: int) -> Item:
    known = KEYWORDS.get(word)
    line = "" if known is None else known.ru if lang == "ru" else known.en
    return Item(word, "keyword", line, "", rank)


def own_names(env: Env, known: Mapping[str, Sym]) -> list[tuple[str, Sym]]:
    """Names as they are written in ``env``, with what they stand for."""
    prefix = env.prefix
    return [(name.removeprefix(prefix), sym) for name, sym in known.items() if name.startswith(prefix)]


def all_fields(env: Env, lang: str, want: Type | None = None, kinds: frozenset[str] = frozenset()) -> list[Item]:
    """The fields that are seen; those of the wanted type or kinds come first."""
    found = []
    for name, sym in own_names(env, env.table.fields):
        assert isinstance(sym, FieldSym)
        fits = (want is not None and sym.type.kind == want.kind) or sym.type.kind in kinds
        found.append(of_field(sym, name, lang, 0 if fits else 1))
    for name, param in env.params.items():
        found.append(Item(name, "param", param.node.type.name.name, shown_title(param.node, env, lang), 1))
    return found


def fields_of(table: Table, lang: str) -> list[Item]:
    """The fields of another pipeline or record, as they are seen behind a link."""
    return [of_field(sym, name, lang) for name, sym in table.fields.items()]
