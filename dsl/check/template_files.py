"""Template files: found beside the pipeline that uses them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from voronka.dsl.check.symbols import Unit
from voronka.dsl.check.templates.form import ENDINGS, read_template
from voronka.dsl.check.words import close, listed
from voronka.dsl.check.world import World
from voronka.dsl.definition.model import Template
from voronka.dsl.text.codes import modules
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Diagnostic, Edit, Fix, Label
from voronka.dsl.text.span import Span

_REST = ", ".join(ENDINGS[1:])
_MORE = Both(f" (or {_REST})", f" (или {_REST})")
_NAME = re.compile(r"[\w-]+(/[\w-]+)*")


def load_templates(world: World) -> dict[str, Template]:
    """Every template that is used, by its name. Missing and unreadable ones are reported where they are used."""
    found: dict[str, Template] = {}
    for name, uses in world.templates.items():
        made = _one(name, uses, world)
        if made is not None:
            found[name] = made
    return found


def _one(name: str, uses: Sequence[tuple[Span, Unit]], world: World) -> Template | None:
    span = uses[0][0]
    if not _NAME.fullmatch(name):
        world.report(modules.BAD_TEMPLATE_NAME, span, name=name)
        return None
    if name.startswith("std/"):
        return _standard(name, span, world)
    if uses[0][1].library:
        _missing(name, span, [], (), world)
        return None
    made: Template | None = None
    where = ""
    looked: dict[Unit, str | None] = {}
    for at, unit in uses:
        if unit in looked:
            continue
        key = looked[unit] = _find(name, at, unit, world)
        if key is None:
            continue
        if made is None:
            made, where = _load(name, key, at, world), key
        elif key != where:
            shown = world.files.shown
            world.report(modules.TWO_TEMPLATES, at, name=name, file=shown(key), other=shown(where))
    return made


def _standard(name: str, span: Span, world: World) -> Template | None:
    source = world.library.template(name)
    if source is None:
        _missing(name, span, ["std/"], (), world)
        return None
    world.sources[source.name] = source
    return read_template(name, source.name, source.text)


def _find(name: str, span: Span, unit: Unit, world: World) -> str | None:
    """The file of a template as one file sees it."""
    files = world.files
    folders = files.templates(unit.key)
    for folder in folders:
        there = [key for suffix in ENDINGS if files.exists(key := f"{folder}/{name}{suffix}")]
        if len(there) > 1:
            shown = listed(files.shown(key) for key in there)
            world.report(modules.AMBIGUOUS_TEMPLATE, span, name=name, files=shown)
            return None
        if there:
            return there[0]
    known = [one for folder in folders for one in files.names(folder)]
    _missing(name, span, [f"{files.shown(folder)}/{name}.txt" for folder in folders], known, world)
    return None


def _missing(name: str, span: Span, tried: Sequence[str], known: Sequence[str], world: World) -> None:
    near = close(name, known)
    fix, hint = None, Both("", "")
    if near:
        hint = Both(f"; did you mean `{near[0]}`?", f"; может быть, `{near[0]}`?")
        at = Span(span.source, span.start + 1, span.end - 1)
        fix = Fix(Both(f"write `{near[0]}`", f"напишите `{near[0]}`"), (Edit(at, near[0]),))
    more = _MORE if tried and tried[0] != "std/" else Both("", "")
    shown = listed(tried) or "`templates/`"
    both = Both(shown + more.en, shown + more.ru)
    world.report(modules.MISSING_TEMPLATE, span, fix=fix, name=name, tried=both, hint=hint)


def _load(name: str, key: str, span: Span, world: World) -> Template | None:
    loaded = world.files.load(key)
    if isinstance(loaded, Diagnostic):
        label = Label(span, Both("used here", "используется здесь"))
        world.diags.add(Diagnostic(loaded.code, loaded.span, loaded.args, (*loaded.labels, label)))
        return None
    world.sources[loaded.name] = loaded
    return read_template(name, loaded.name, loaded.text)
