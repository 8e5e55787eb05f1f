"""What one run of the checker knows: its files, its library, what it found wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from voronka.dsl.check.files import Files
from voronka.dsl.check.library import LibraryProtocol
from voronka.dsl.check.symbols import Table, Top, Unit
from voronka.dsl.check.words import THERE_ARE, close, listing, meant
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.model import CalendarSpec
from voronka.dsl.definition.types import Option, Title, Type
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.parser import ParseResult, parse
from voronka.dsl.text.codes import modules
from voronka.dsl.text.codes.base import Both, Code
from voronka.dsl.text.diagnostic import Diagnostic, Diagnostics, Edit, Fix, Label
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span
from voronka.dsl.text.suggest import alike

if TYPE_CHECKING:
    from voronka.dsl.check.place import Place

MOST_COMPARED = 20_000
"""Names that are compared with misspelt ones in one run; later findings propose nothing, so that a run has an end."""

Handler = Callable[[nodes.Expr, "Place", "Type | None"], Expr]

# Names that a sentence declared which the parser had to skip: whoever uses them is not to blame. A quote or a digit
# before a name may be what kept it from being read.
_DECLARED = re.compile(
    r"\b(?:pipeline|record|module|param|resource|segment|calendar|team|person|role|field|event|stage|won|lost|task"
    r"|approval|reason|outcome|checklist|robot|include|as)\s+[\"'«“\d]*([^\W\d]\w*)"
)
# The same without a name: what uses it by the name it should have is not to blame either.
_NAMELESS = re.compile(r"^[ \t]*(stage|won|lost|field|event|role|task|reason)\s+[\"'«“]", re.MULTILINE)
_BY_NAME = {
    "stage": "V303",
    "won": "V303",
    "lost": "V303",
    "field": "V302",
    "event": "V308",
    "role": "V307",
    "task": "V304",
    "reason": "V306",
}


@dataclass(slots=True, eq=False)
class World:
    """The state of one check. ``lost_names``: declared in sentences that did not parse."""

    library: LibraryProtocol
    files: Files
    handlers: Mapping[type, Handler]
    parse: Callable[[Source], ParseResult] = parse
    diags: Diagnostics = field(default_factory=Diagnostics)
    sources: dict[str, Source] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    tops: dict[str, dict[str, Top]] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    lost_names: set[str] = field(default_factory=set)
    lost_codes: set[str] = field(default_factory=set)  # what is said of names whose declaration has none
    lost_reasons: bool = False  # an unknown module was included: its reasons are unknown, too
    broken: bool = False  # some file has errors of syntax: what is missing may only be unread
    compared: int = 0  # names, for what may have been meant
    templates: dict[str, list[tuple[Span, Unit]]] = field(default_factory=dict)
    resources: dict[str, tuple[Option, ...]] = field(default_factory=dict)
    calendars: dict[str, CalendarSpec] = field(default_factory=dict)  # as declared
    used_calendars: dict[str, CalendarSpec] = field(default_factory=dict)  # and those of countries

    def remember_lost(self, source: Source) -> None:
        """Take note of a file with errors of syntax."""
        self.broken = True
        self.lost_names.update(_DECLARED.findall(source.text))
        self.lost_codes.update(_BY_NAME[word] for word in _NAMELESS.findall(source.text))

    def report(
        self,
        code: Code,
        span: Span,
        *,
        labels: tuple[Label, ...] = (),
        notes: tuple[Both, ...] = (),
        fix: Fix | None = None,
        **args: object,
    ) -> None:
        """Keep a finding."""
        self.diags.add(Diagnostic(code, span, args, labels, notes, fix))

    def unknown(
        self,
        code: Code,
        span: Span,
        name: str,
        names: Iterable[str],
        what: Both | None = None,
        *,
        labels: tuple[Label, ...] = (),
        **args: object,
    ) -> None:
        """Report a name that is not known, with what it may have meant; silent where its declaration did not parse."""
        if name.rsplit(".", 1)[-1] in self.lost_names or name.split(".", 1)[0] in self.lost_names:
            return
        every = list(names)
        self.compared += len(every)
        near = close(name, every) if self.compared <= MOST_COMPARED else []
        if not near and code.id in self.lost_codes:
            return
        found = {"name": name, "hint": meant(near) if near else listing(every, what), **args}
        notes = alike(name, near[0]) if near else ()
        self.diags.add(Diagnostic(code, span, found, labels, notes, _rename(span, name, near)))

    def misspelt(self, code: Code, span: Span, name: str, near: Sequence[str]) -> None:
        """Report a name for which the library has proposals."""
        self.diags.add(Diagnostic(code, span, {"name": name, "hint": meant(near)}, fix=_rename(span, name, near)))

    def use_template(self, name: nodes.StringLit, unit: Unit) -> None:
        """Take note that a template is used; it is looked for when everything else is known."""
        self.templates.setdefault(name.value, []).append((name.span, unit))

    def find(self, unit: Unit, group: str, name: str, span: Span, code: Code, home: str = "") -> Top | None:
        """A name of the top level as ``unit`` sees it: its own, or of a file that it uses; else a finding."""
        seen = visible(unit, group)
        if top := seen.get(name):
            return top
        elsewhere = self.tops.get(group, {}).get(name)
        if elsewhere is not None and not any(one.endswith(f".{name}") for one in seen):
            top = elsewhere
            label = Label(top.span, Both("declared here", "объявлено здесь"))
            self.report(
                modules.NOT_VISIBLE,
                span,
                labels=(label,),
                name=name,
                file=top.unit.name,
                use=f'"{relative(unit.name, top.unit.name)}"',
            )
            return None
        self.unknown(code, span, name, seen, THERE_ARE, home=home)
        return None


def _rename(span: Span, name: str, near: Sequence[str]) -> Fix | None:
    """A fix where only one name can be meant and the span is the name itself."""
    if len(near) != 1 or span.text != name:
        return None
    return Fix(Both(f"write `{near[0]}`", f"напишите `{near[0]}`"), (Edit(span, near[0]),))


def inside(text: nodes.StringLit) -> Span:
    """A quoted text without its quotes; all of it where a quote alone stands at the end of a file."""
    if len(text.span.text) < 2:
        return text.span
    return Span(text.span.source, text.span.start + 1, text.span.end - 1)


def visible(unit: Unit, group: str) -> dict[str, Top]:
    """Names of a group that a file sees: its own and those of the files it uses, with their alias."""
    if (known := unit.seen.get(group)) is not None:
        return known
    seen: dict[str, Top] = {}
    for use in unit.uses:
        for name, top in use.unit.tops.get(group, {}).items():
            if use.alias:
                seen.setdefault(f"{use.alias}.{name}", top)
                if use.unit.library and name == use.name:
                    seen.setdefault(use.alias, top)
            else:
                seen.setdefault(name, top)
                if use.unit.library:
                    seen.setdefault(f"std.{name}", top)
    seen.update(unit.tops.get(group, {}))
    unit.seen[group] = seen
    return seen


def relative(from_file: str, to_file: str) -> str:
    """How one displayed file calls another in ``use``."""
    from posixpath import dirname, relpath

    path = relpath(to_file, dirname(from_file) or ".")
    return path if path.startswith(".") else f"./{path}"


def title(text: nodes.Text | None, unit: Unit, world: World) -> Title:
    """A text in the languages of its file. More texts than languages are reported."""
    from voronka.dsl.text.codes import names

    if text is None:
        return Title()
    if len(text.parts) > len(unit.languages):
        world.report(names.TOO_MANY_TEXTS, text.span, count=len(text.parts), languages=", ".join(unit.languages))
    return Title(tuple((lang, part.value) for lang, part in zip(unit.languages, text.parts, strict=False)))
