"""Fields required before anything could have set them: of deals that events and tunnels create, of losses (U1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from voronka.dsl.check.flow.everywhere import Everywhere
from voronka.dsl.check.flow.facts import CREATION, Book, Fact
from voronka.dsl.check.flow.past import Past, past_of
from voronka.dsl.check.flow.reach import comes_in
from voronka.dsl.check.flow.report import Report, joined, places
from voronka.dsl.check.flow.solve import Truth
from voronka.dsl.check.flow.terms import key, sure
from voronka.dsl.check.flow.walk import Deed
from voronka.dsl.definition.actions import Lose, Tunnel
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.model import EventDecl, Stage, Standing
from voronka.dsl.text.codes import flow as codes
from voronka.dsl.text.codes.base import Both

_SHARED = frozenset({"const", "now", "today"})
_LEAF_FIELDS = frozenset({"field", "via"})


def analyse(book: Book, books: Mapping[str, Book], report: Report, seen: Everywhere) -> None:
    """Report what cannot be there yet when it is asked for."""
    for event in book.pipeline.events.values():
        if event.create:
            _created(book, event, report)
    for deed in book.deeds:
        if isinstance(deed.action, Tunnel):
            _tunnelled(book, books, deed, deed.action, report, seen)
        elif isinstance(deed.action, Lose | Standing) and deed.action.reason:
            _lost(book, deed, deed.action.reason, report, seen)


# --- new deals -------------------------------------------------------------------------------------------------------


def newborn(book: Book, given: Mapping[str, Expr | None], link: str = "") -> Past:
    """A deal as it is born with the given fields: None as value is one that may be anything."""
    past = Past(book)
    for name, declared in book.pipeline.fields.items():
        if name == link:
            past.values[name] = past.some(declared.type)
        elif name in given:
            value = given[name]
            if value is not None and declared.default is not None and not sure(value):
                past.forget(name)  # what is not given falls back to the default
            elif value is not None:
                past.put(name, value)
        elif declared.formula is None and declared.type.kind != "links":
            value = declared.default
            steady = value is not None and value.op == "const"
            if value is None or steady:
                past.values[name] = value or Expr("const", declared.type, None)
    return past


def _start_conflict(past: Past, stage: Stage, source: Sequence[Fact] = ()) -> tuple[Fact, ...]:
    book = past.book
    wanted = past.see([*book.checks, *book.entering(stage.name)])
    return book.conflict([*past.known, *source, *wanted], CREATION, checks=False)


def _missing(stage: Stage, past: Past, core: Iterable[Fact]) -> list[str]:
    """Required fields among the causes that the new deal does not have."""
    at = {fact.loc for fact in core}
    return [
        require.field
        for require in stage.requires
        if require.loc in at and (value := past.values.get(require.field)) is not None and value.value is None
    ]


def _created(book: Book, event: EventDecl, report: Report) -> None:
    """An event that opens deals brings all that the first stage asks for, or none is ever opened."""
    stage = book.pipeline.first
    if book.pipeline.derived or stage.retiring or not comes_in(book, stage, CREATION):
        return
    brought = {name for name, _, _ in event.payload} | set(event.by)
    past = newborn(book, dict.fromkeys(brought))
    core = _start_conflict(past, stage)
    if not core:
        return
    why = report.why(core)
    if missing := _missing(stage, past, core):
        names_en, names_ru = _quoted(missing)
        why = Both(
            f"{names_en} required, and the event does not bring it", f"требуется {names_ru}, а в событии этого нет"
        )
    report.say(
        codes.EVENT_CANNOT_CREATE, event.loc, {"event": event.name, "stage": stage.name, "why": why}, places(core)
    )


def _tunnelled(
    book: Book, books: Mapping[str, Book], deed: Deed, tunnel: Tunnel, report: Report, seen: Everywhere
) -> None:
    """What a tunnel copies and sets must let the new deal into the stage where it starts (Meaning 10)."""
    target = books.get(tunnel.pipeline)
    if target is None or target.pipeline.derived or target.pipeline.kind != "pipeline":
        return
    stage = target.pipeline.stages.get(tunnel.start) if tunnel.start else target.pipeline.first
    if stage is None or not comes_in(target, stage, CREATION):
        return
    here = past_of(book, deed)
    if book.clash(here.known, deed.home):
        return
    args: dict[str, object] = {"stage": stage.name, "pipeline": target.pipeline.name, "blocks_en": "", "blocks_ru": ""}
    if stage.retiring:
        what = Both("this tunnel", "этот туннель")
        say = partial(report.say, codes.INTO_RETIRING, tunnel.loc, {"what": what, "stage": stage.name})
        seen.note(codes.INTO_RETIRING, tunnel.loc, say)
        return
    given = {name: _outer(here.now(book.plain(expr))) for name, expr in tunnel.fields}
    past = newborn(target, given, tunnel.link)
    source = [replace(fact, expr=_outer(fact.expr)) for fact in [*here.known, *here.see(book.checks)]]
    core = _start_conflict(past, stage, source)
    if not core:
        seen.note(codes.TUNNEL_CANNOT_ENTER, tunnel.loc, None)
        return
    why = report.why(core)
    if missing := _missing(stage, past, core):
        names_en, names_ru = _quoted(missing)
        why = Both(
            f"{names_en} required, and the tunnel does not give it", f"требуется {names_ru}, а туннель этого не даёт"
        )
    home = None if deed.home is None else book.pipeline.stages[deed.home]
    if home is not None and tunnel in home.entry:
        args["blocks_en"] = f"until then nothing can enter {home.name}; "
        args["blocks_ru"] = f"до тех пор в {home.name} не войти; "
    say = partial(report.say, codes.TUNNEL_CANNOT_ENTER, tunnel.loc, {**args, "why": why}, places(core))
    seen.note(codes.TUNNEL_CANNOT_ENTER, tunnel.loc, say)


def _outer(expr: Expr) -> Expr:
    """A term of the deal a tunnel starts from, told apart from those of the deal that it creates."""
    if expr.op in _SHARED:
        return expr
    if expr.op in _LEAF_FIELDS:
        name = f"/{expr.value}" if expr.op == "field" else (f"/{expr.value[0]}", expr.value[1])
        return replace(expr, value=name)
    if expr.args and expr.op not in ("all", "any", "none", "sum", "min", "max", "count", "share"):
        return replace(expr, args=tuple(map(_outer, expr.args)))
    return Expr("unknown", expr.type, ("/", key(expr)), (), expr.loc, expr.text)


def _quoted(names: list[str]) -> tuple[str, str]:
    marked = [f"`{name}`" for name in names]
    return f"{joined(marked, 'and')} {'is' if len(marked) == 1 else 'are'}", joined(marked, "и")


# --- losses ----------------------------------------------------------------------------------------------------------


def _lost(book: Book, deed: Deed, name: str, report: Report, seen: Everywhere) -> None:
    """A rule that loses deals is held up by every field that the reason requires and nothing provides (Meaning 9)."""
    reason = book.pipeline.reasons.get(name)
    home = None if deed.home is None else book.pipeline.stages[deed.home]
    if reason is None or (
        home is not None and (home.kind != "open" or home.name not in (reason.from_ or (home.name,)))
    ):
        return  # `shut` says that it never happens
    past = past_of(book, deed)
    if book.clash(past.known, deed.home):
        return
    for require in reason.requires:
        wanted = book.require(require)
        lacking = replace(wanted, expr=past.now(wanted.expr), truth=Truth.NOT_TRUE)
        say = None
        if not book.clash([*past.known, lacking], deed.home):
            said = Both(f"{name} requires it", f"{name} его требует")
            labels = [(require.loc, said)]
            say = partial(report.say, codes.LOSS_NEEDS_FIELD, deed.loc, {"field": require.field}, labels)
        seen.note(codes.LOSS_NEEDS_FIELD, deed.loc, say, require.field)
