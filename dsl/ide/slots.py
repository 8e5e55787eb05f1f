"""Which names fit where: by the words of the sentence that stand before the cursor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from voronka.dsl.check.expressions.names import BUILT_IN, TASK_STATES
from voronka.dsl.check.lower.stages import STAGE_TYPES
from voronka.dsl.check.symbols import UNKNOWN, StageSym, Table, TaskSym
from voronka.dsl.check.words import type_name
from voronka.dsl.check.world import visible
from voronka.dsl.definition.types import BOOL, USER, Type
from voronka.dsl.ide.items import (
    Item,
    all_fields,
    all_titles,
    fields_of,
    of_field,
    of_options,
    of_sym,
    own_names,
    said,
    shown_title,
    shown_type,
)
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.expected import keyword
from voronka.dsl.text.codes.base import Both

if TYPE_CHECKING:
    from voronka.dsl.ide.completion import Asked

TYPES = (
    *("text", "number", "integer", "percent", "money", "bool", "date", "datetime", "time", "duration", "email"),
    *("phone", "url", "address", "file", "user", "choice", "choices", "rating", "link", "links", "resource"),
    "document",
)
_PAYLOAD = (*TYPES[:8], "email", "phone", "url", "address", "file")
_DATED = frozenset({"date", "datetime"})
_WHO = ("owner", "supervisor", "deputy", "assignee")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_JOINTS = frozenset(
    ("_ASKS", "COMPARE", "EQUAL", "LPAR", "DOT", "PLUS", "MINUS", "STAR", "SLASH", "QUANTIFIER", "VBAR")
)
HAPPENINGS: dict[str, Both] = {
    "entry": Both("the deal comes into the stage", "сделка вошла в этап"),
    "exit": Both("the deal leaves the stage", "сделка вышла из этапа"),
    "creation": Both("the deal is created", "сделка создана"),
    "closing": Both("the deal is closed", "сделка закрыта"),
    "overdue": Both("a deadline has passed", "срок прошёл"),
    "done": Both("the task is done", "задача выполнена"),
    "away": Both("a person becomes absent", "сотрудник отсутствует"),
    "dismissed": Both("a person leaves the firm", "сотрудник уволен"),
    "approved": Both("the approval is given", "согласовано"),
    "rejected": Both("the approval is refused", "отклонено"),
    "request": Both("the approval is asked for", "запрошено согласование"),
}


class Anchor(NamedTuple):
    """The word of the sentence that decides: the word, the one before it, what stands after it, its index."""

    word: str
    before: str
    after: tuple[str, ...]
    at: int


def anchor(symbols: list[str], low: int) -> Anchor:
    """The last keyword or operator of the sentence at hand, which begins at ``low``."""
    for at in range(len(symbols) - 1, low - 1, -1):
        if symbols[at] in _JOINTS or keyword(symbols[at]) is not None:
            before = symbols[at - 1] if at > low and keyword(symbols[at - 1]) is not None else ""
            return Anchor(symbols[at], before, tuple(symbols[at + 1 :]), at)
    return Anchor("", "", tuple(symbols[low:]), low)


def _bottom(symbols: list[str]) -> int:
    """Where the sentence at hand begins on the stack: after the innermost open brace."""
    closed = 0
    for at in range(len(symbols) - 1, -1, -1):
        if symbols[at] == "RBRACE":
            closed += 1
        elif symbols[at] == "LBRACE":
            if not closed:
                return at + 1
            closed -= 1
    return 1


def quoted(asked: Asked) -> list[Item]:
    """Inside of a text in quotes: templates, files, time zones."""
    at = asked.at.reduced("STRING")
    word = anchor(at.symbols, _bottom(at.symbols)).word
    typed = asked.at.text[asked.at.offset + 1 : asked.at.offset + len(asked.at.word)]
    if word == "USING" and asked.unit is not None:
        files = asked.names.world.files
        found = {name for folder in files.templates(asked.unit.key) for name in files.names(folder)}
        return [Item(name, "template", rank=0) for name in sorted(found | set(asked.names.world.templates))]
    if word == "TIMEZONE":
        return [Item(zone, "value", rank=0) for zone in asked.names.world.library.zones_like(typed or "Europe/Moscow")]
    if word == "USE" and asked.unit is not None:
        from voronka.dsl.check.world import relative

        units = asked.names.world.units.values()
        return [
            Item(relative(asked.unit.name, unit.name), "file", rank=0)
            for unit in units
            if unit is not asked.unit and not unit.library
        ]
    return []


def names(asked: Asked) -> list[Item]:
    """Names that fit at the cursor; none where a new name is given."""
    from dataclasses import replace

    from voronka.dsl.ide.completion import takes_expression

    asked = replace(asked, at=asked.at.reduced("NAME"))
    at = asked.at
    low = _bottom(at.symbols)
    here = anchor(at.symbols, low)
    if here.word == "DOT":
        return _behind(asked, here)
    block = at.block
    if takes_expression(at):
        return _expression(asked, here, low)
    if here.word == "" and block in _BLOCKS:
        return _BLOCKS[block](asked, here)
    slot = _SLOTS.get((here.before, here.word)) or _SLOTS.get(("", here.word))
    return slot(asked, here) if slot is not None else []


# Kinds of names


def _fields(asked: Asked, here: Anchor) -> list[Item]:
    return all_fields(asked.env, asked.lang) if asked.env is not None else []


def _dated(asked: Asked, here: Anchor) -> list[Item]:
    if asked.env is None:
        return []
    return [item for item in all_fields(asked.env, asked.lang, kinds=_DATED) if item.rank == 0 or item.kind == "param"]


def _happenings(asked: Asked, here: Anchor) -> list[Item]:
    known = [Item(name, "builtin", said(text, asked.lang), rank=0) for name, text in HAPPENINGS.items()]
    if here.word != "ON":
        known += [Item(name, "builtin", rank=1) for name in ("now", "last_contact")]
    return known + _dated(asked, here)


def _table(kind: str, which: str) -> Slot:
    def slot(asked: Asked, here: Anchor) -> list[Item]:
        if asked.env is None:
            return []
        known = getattr(asked.env.table, which)
        found = [of_sym(kind, sym, name, asked.lang) for name, sym in own_names(asked.env, known) if "$" not in name]
        wanted = {"stage": "stage", "reason": "reason"}.get(kind)
        found += [
            Item(name, "param", param.node.type.name.name, rank=0)
            for name, param in asked.env.params.items()
            if wanted is not None and param.node.type.name.name == wanted
        ]
        return found

    return slot


def _reasons(asked: Asked, here: Anchor) -> list[Item]:
    if asked.env is None:
        return []
    found = [of_sym("reason", sym, name, asked.lang) for name, sym in asked.env.table.reasons.items()]
    return found + [i for i in _table("reason", "events")(asked, here) if i.kind == "param"]


def _tasks(asked: Asked, here: Anchor) -> list[Item]:
    if here.after and here.after[-1] == "NAME":
        return _outcomes(asked, asked.at.part(-1))
    return _table("task", "tasks")(asked, here)


def _done(asked: Asked, here: Anchor) -> list[Item]:
    return _table("task", "tasks")(asked, here) + _table("approval", "approvals")(asked, here)


def _done_as(asked: Asked, here: Anchor) -> list[Item]:
    return _outcomes(asked, asked.at.part(here.at - 1), states=False)


def _outcomes(asked: Asked, task: str, *, states: bool = True) -> list[Item]:
    env = asked.env
    if env is None:
        return []
    sym = env.table.tasks.get(env.full(task))
    found = []
    if isinstance(sym, TaskSym):
        for name, node in sym.outcomes.items():
            title = shown_title(node, sym.env, asked.lang)
            found.append(Item(name, "outcome", title, "", 0, title, all_titles(node)))
    elif env.full(task) in env.table.approvals:
        found = [Item(name, "value", rank=0) for name in ("approved", "rejected")]
    return found + ([Item(name, "value", rank=1) for name in TASK_STATES] if states else [])


def _who(asked: Asked, here: Anchor) -> list[Item]:
    found = [Item(name, "builtin", rank=0) for name in _WHO]
    found += _table("role", "roles")(asked, here) + _people(asked, here)
    if asked.env is not None:
        found += [item for item in all_fields(asked.env, asked.lang, USER) if item.rank == 0 or item.kind == "param"]
    return found


def _people(asked: Asked, here: Anchor) -> list[Item]:
    return _tops("person")(asked, here)


def _by(asked: Asked, here: Anchor) -> list[Item]:
    if "who" in asked.at.symbols[-2:] or asked.at.symbols[here.at - 1] == "path":
        return []
    return (
        [Item(name, "builtin", rank=0) for name in _WHO] + _people(asked, here) + _table("role", "roles")(asked, here)
    )


def _tops(group: str) -> Slot:
    def slot(asked: Asked, here: Anchor) -> list[Item]:
        if asked.unit is None:
            return []
        found = visible(asked.unit, group)
        lang = asked.lang
        return [
            Item(name, group, title := shown_title(top.node, asked.env, lang), "", 0, title)
            for name, top in found.items()
        ]

    return slot


def _roles(asked: Asked, here: Anchor) -> list[Item]:
    found = {name: sym for table in asked.names.world.tables.values() for name, sym in table.roles.items()}
    return [of_sym("role", sym, name, asked.lang) for name, sym in found.items()]


def _reports(asked: Asked, here: Anchor) -> list[Item]:
    return _roles(asked, here) + _people(asked, here)


def _modules(asked: Asked, here: Anchor) -> list[Item]:
    """Modules that may be included; those of the library that are not used yet bring their ``use`` along."""
    found = [item for item in _tops("module")(asked, here) if "." not in item.label]
    known = {item.label for item in found}
    uses = [match.end() for match in re.finditer(r"^use [^\n]*\n", asked.at.text, re.MULTILINE)]
    for name in asked.names.world.library.modules:
        if name not in known:
            top = max(uses, default=0)
            found.append(Item(name, "module", f"use std.{name}", rank=1, extra=(top, f"use std.{name}\n")))
    return found


def _use(asked: Asked, here: Anchor) -> list[Item]:
    return [Item(f"std.{name}", "module", rank=0) for name in asked.names.world.library.modules]


def _fixed(kind: str, *words: str) -> Slot:
    return lambda asked, here: [Item(word, kind, rank=0) for word in words]


def _types(asked: Asked, here: Anchor) -> list[Item]:
    if here.word == "FIELD" and (here.before == "RETIRE" or not here.after):
        return _fields(asked, here) if here.before == "RETIRE" else []
    if here.word == "PARAM" and not here.after:
        return []
    extra = ["stage", "reason"] if here.word == "PARAM" else []
    return [Item(name, "type", said(type_name(name), asked.lang), rank=0) for name in [*TYPES, *extra]]


def _channels(asked: Asked, here: Anchor) -> list[Item]:
    return [Item(name, "value", rank=0) for name in asked.names.world.library.channels]


def _destination(asked: Asked, here: Anchor) -> list[Item]:
    channel = asked.names.world.library.channels.get(asked.at.part(here.at - 1))
    kinds = channel.kinds if channel is not None else frozenset()
    return all_fields(asked.env, asked.lang, kinds=kinds) if asked.env is not None else []


def _retired(slot: Slot) -> Slot:
    return lambda asked, here: slot(asked, here) if here.before == "RETIRE" else []


def _to(asked: Asked, here: Anchor) -> list[Item]:
    symbols = asked.at.symbols
    if "SEND" in symbols[here.at - 3 : here.at]:
        return _destination(asked, here)
    if "FIELD" in symbols[here.at - 3 : here.at]:
        return _tops("pipeline")(asked, here)
    return []


def _as(asked: Asked, here: Anchor) -> list[Item]:
    symbols = asked.at.symbols
    before = symbols[max(0, here.at - 3) : here.at]
    if "LOSE" in before or "REASON" in before:
        return _reasons(asked, here)
    if "DONE" in before:
        return _done_as(asked, here)
    if "COPY" in before:
        other = _tunnel(asked)
        return fields_of(other, asked.lang) if other is not None else []
    return []


def _of(asked: Asked, here: Anchor) -> list[Item]:
    return _tops("resource")(asked, here)


def _tunnel(asked: Asked) -> Table | None:
    """The pipeline that a tunnel leads to."""
    symbols = asked.at.symbols
    for at in range(len(symbols) - 1, 1, -1):
        if symbols[at - 1 : at + 1] == ["TUNNEL", "TO"] and at + 1 < len(symbols):
            return asked.names.world.tables.get(asked.at.part(at + 1))
    return None


def _of_tunnel(kind: str) -> Slot:
    def slot(asked: Asked, here: Anchor) -> list[Item]:
        other = _tunnel(asked)
        if other is None:
            return []
        if kind == "stage":
            return [of_sym("stage", sym, name, asked.lang) for name, sym in other.stages.items()]
        return fields_of(other, asked.lang)

    return slot


def _declared(slot: Slot) -> Slot:
    """Where the sentence is more than the one word: at its beginning the word declares a new name."""
    return lambda asked, here: slot(asked, here) if here.before else []


def _events(asked: Asked, here: Anchor) -> list[Item]:
    if not here.before and asked.at.block != "scenario_body":
        return []
    return _table("event", "events")(asked, here)


def _aliases(asked: Asked, here: Anchor) -> list[Item]:
    text = asked.at.text[asked.at.text.rfind("\nscenario", 0, asked.at.offset) + 1 : asked.at.offset]
    made = re.findall(r"\bdeal\s+[^\W\d]\w*\s+as\s+([^\W\d]\w*)", text)
    return [Item(name, "alias", rank=0) for name in dict.fromkeys(made)] + _tops("pipeline")(asked, here)


def _segments(asked: Asked, here: Anchor) -> list[Item]:
    return _table("segment", "segments")(asked, here) + _tops("segment")(asked, here)


def _checklists(asked: Asked, here: Anchor) -> list[Item]:
    return _table("checklist", "checklists")(asked, here)


# Blocks that hold nothing but names


def _values(asked: Asked, here: Anchor) -> list[Item]:
    """The names before ``=`` in a block of values: parameters, fields, what an event carries."""
    symbols, at = asked.at.symbols, asked.at
    head = symbols[: here.at - 1]
    opening = ("INCLUDE", "EVENT", "PRIORITY", "RUN", "DEAL", "DONE")
    start = next((i for i in range(len(head) - 1, _bottom(head) - 1, -1) if head[i] in opening), len(head) - 1)
    word = Anchor(head[start], "", tuple(head[start + 1 :]), start)
    if word.word == "INCLUDE":
        top = visible(asked.unit, "module").get(at.part(word.at + 1)) if asked.unit is not None else None
        params = (
            [p for p in top.node.body if isinstance(p, nodes.Param)]
            if top and isinstance(top.node, nodes.Module)
            else []
        )
        return [Item(p.name.name, "param", p.type.name.name, shown_title(p, None, asked.lang), 0) for p in params]
    if word.word == "EVENT":
        return _payload(asked, at.part(word.at + 1))
    if word.word == "PRIORITY" and asked.env is not None:
        sym = asked.env.table.fields.get(asked.env.full(at.part(word.at + 2)))
        return of_options(sym.type.options, asked.lang) if sym is not None else []
    if word.word == "RUN":
        return []
    return _fields(asked, here)


def _payload(asked: Asked, event: str = "") -> list[Item]:
    if asked.env is None:
        return []
    known = [sym for name, sym in own_names(asked.env, asked.env.table.events) if not event or name == event]
    return [
        Item(p.name.name, "payload", p.type.name, shown_title(p, asked.env, asked.lang), 0)
        for sym in known
        for p in getattr(sym.node, "payload", ())
    ]


def _payload_type(asked: Asked, here: Anchor) -> list[Item]:
    if not here.after or here.after[-1] not in ("NAME", "text"):
        return []
    return [Item(name, "type", said(type_name(name), asked.lang), rank=0) for name in _PAYLOAD]


# Expressions


def _expression(asked: Asked, here: Anchor, low: int) -> list[Item]:
    """Names in a condition or a value: by the type of the other side, where there is one."""
    env, lang, symbols = asked.env, asked.lang, asked.at.symbols
    if here.word in ("TASK", "CHECKLIST", "APPROVAL"):
        which = {"TASK": _table("task", "tasks"), "CHECKLIST": _checklists, "APPROVAL": _table("approval", "approvals")}
        return which[here.word](asked, here)
    if env is None:
        return []
    inner = _item_table(asked, low)
    if inner is not None and here.word == "LPAR":
        return [*fields_of(inner, lang), Item("stage", "builtin", rank=0)]
    want = _wanted(asked, here, low)
    fitting = _of_type(asked, want) if want is not None else []
    if want is not None and want.kind in ("choice", "choices", "rating", "resource", "stage", "task", "approval"):
        return fitting
    found = fitting + all_fields(
        env,
        lang,
        want,
        frozenset({"number", "integer", "money", "percent"})
        if here.word in ("COMPARE", "PLUS", "MINUS", "STAR", "SLASH") and want is None
        else frozenset(),
    )
    if symbols[-1] == "QUANTIFIER":
        return [i for i in all_fields(env, lang, Type("links")) if i.rank == 0] + [Item("tasks", "builtin", rank=0)]
    found += [Item(name, "builtin", shown_type(kind, lang), rank=2) for name, kind in BUILT_IN.items()]
    found.append(Item("stage", "builtin", said(type_name("stage"), lang), rank=2))
    found += [
        Item(name, "function", sign, said(doc, lang), 2, insert=f"{name}(")
        for name, (sign, doc) in asked.facts.functions.items()
    ]
    return found


def _item_table(asked: Asked, low: int) -> Table | None:
    """The pipeline whose deals a quantifier with a condition looks at."""
    symbols = asked.at.symbols
    for at in range(len(symbols) - 1, low, -1):
        if symbols[at] == "LPAR" and symbols[at - 1] == "WITH" and symbols[at - 3 : at - 2] == ["QUANTIFIER"]:
            return _links_target(asked, asked.at.part(at - 2))
    return None


def _links_target(asked: Asked, name: str) -> Table | None:
    if asked.env is None:
        return None
    sym = asked.env.table.fields.get(asked.env.full(name))
    return asked.names.world.tables.get(sym.type.target) if sym is not None else None


def _wanted(asked: Asked, here: Anchor, low: int) -> Type | None:
    """The type that the other side asks for."""
    at, env = asked.at, asked.env
    assert env is not None
    symbols = at.symbols
    index = here.at
    if here.word == "LPAR" and "IN" in symbols[index - 2 : index]:
        index = next((i for i in range(index, low, -1) if symbols[i] == "_ASKS"), index)
    if symbols[index] == "NOT" and symbols[index - 1] == "_ASKS":
        index -= 1
    if symbols[index] in ("_ASKS", "HAS", "COMPARE"):
        if symbols[index - 2 : index - 1] == ["QUANTIFIER"]:
            table = _links_target(asked, at.part(index - 1))
            return Type("stage", target=table.name) if table is not None else Type("task")
        left = asked.names.typed(at.part(index - 1), env)
        return None if left is UNKNOWN else left
    if symbols[index] == "EQUAL":
        return _assigned(asked, at.part(index - 1), index)
    return None


def _assigned(asked: Asked, name: str, index: int) -> Type | None:
    env = asked.env
    assert env is not None
    symbols = asked.at.symbols
    if symbols[index - 1] not in ("path", "dotted", "NAME"):
        return None
    other = _tunnel(asked)
    table = other if other is not None and asked.at.block == "tunnel_body" else env.table
    sym = table.fields.get(name if table is other else env.full(name))
    return sym.type if sym is not None and sym.type is not UNKNOWN else None


def _of_type(asked: Asked, want: Type) -> list[Item]:
    """The values of a type that have names."""
    lang = asked.lang
    if want.options:
        return of_options(want.options, lang)
    if want.kind == "stage":
        table = asked.names.world.tables.get(want.target)
        stages: Iterable[tuple[str, StageSym]] = table.stages.items() if table is not None else ()
        return [of_sym("stage", sym, name, lang) for name, sym in stages if "$" not in name]
    if want == BOOL:
        return [Item(word, "value", rank=0) for word in ("yes", "no")]
    if want.kind == "user":
        return _people(asked, Anchor("", "", (), 0))
    if want.kind == "task":
        return _outcomes(asked, want.target)
    if want.kind == "approval":
        return [Item(word, "value", rank=0) for word in ("asked", "approved", "rejected")]
    if want.kind == "checklist":
        return [Item("done", "value", rank=0)]
    return []


def _behind(asked: Asked, here: Anchor) -> list[Item]:
    """After a dot: what an include, a link or an event holds."""
    at, env, lang = asked.at, asked.env, asked.lang
    first = here.at - 1
    while first > 0 and at.symbols[first - 1] in ("DOT", "NAME", "path", "dotted"):
        first -= 1
    base = at.text[at.starts[first] : at.starts[here.at]].strip()
    before = at.symbols[first - 1]
    if base == "std" or before == "USE":
        return [Item(name, "module", rank=0) for name in asked.names.world.library.modules]
    if env is None:
        return []
    if base == "event":
        return _payload(asked)
    prefix = env.full(base + ".")
    found: list[Item] = []
    if any(one.prefix == prefix for one in env.table.envs):
        groups = _SPACES.get(before, ("fields",))
        for group in groups:
            for name, sym in getattr(env.table, group).items():
                if name.startswith(prefix) and "." not in name[len(prefix) :]:
                    short = name[len(prefix) :]
                    kind = group.removesuffix("s")
                    found.append(of_field(sym, short, lang, 0) if group == "fields" else of_sym(kind, sym, short, lang))
        return found
    if before in ("CHECKLIST", "TICK") or (sym_ := env.table.checklists.get(env.full(base))) is not None:
        sym_ = env.table.checklists.get(env.full(base))
        return [Item(name, "point", rank=0) for name in sym_.points] if sym_ is not None else []
    field = env.table.fields.get(env.full(base))
    target = asked.names.world.tables.get(field.type.target) if field is not None else None
    if field is not None and target is not None and field.type.kind in ("link", "links"):
        return [*fields_of(target, lang), Item("owner", "builtin"), Item("stage", "builtin")]
    return found


_SPACES: dict[str, tuple[str, ...]] = {
    "TASK": ("tasks",),
    "DONE": ("tasks", "approvals"),
    "RESCHEDULE": ("tasks",),
    "EVENT": ("events",),
    "TICK": ("checklists",),
}

Slot = Callable[["Asked", Anchor], list[Item]]

_BLOCKS: dict[str, Slot] = {"values_body": _values, "payload_body": _payload_type}

_SLOTS: dict[tuple[str, str], Slot] = {
    **dict.fromkeys(
        [("", word) for word in ("REQUIRE", "CLEAR", "RENDER", "UNIQUE", "COVERS", "CHANGE", "ATTACH")], _fields
    ),
    **dict.fromkeys([("", word) for word in ("COPY", "SET", "WITH")], _fields),
    ("MOVE", "TO"): _table("stage", "stages"),
    ("RETURN", "TO"): _table("stage", "stages"),
    ("", "FROM"): _table("stage", "stages"),
    ("RETIRE", "STAGE"): _table("stage", "stages"),
    ("RETIRE", "REASON"): _reasons,
    ("START", "AT"): _of_tunnel("stage"),
    ("", "LINK"): _of_tunnel("field"),
    ("", "AS"): _as,
    ("LOSE", "AS"): _reasons,
    ("", "ON"): _happenings,
    ("HOURS", "ON"): _fixed("value", *_DAYS),
    ("BASED", "ON"): _fixed("value", "ru", "de", "kz", "by", "us", "gb", "fr", "uz"),
    ("", "AFTER"): _happenings,
    ("", "BEFORE"): _happenings,
    ("", "EVENT"): _events,
    ("", "TASK"): _declared(_tasks),
    ("", "CHECKLIST"): _declared(_checklists),
    ("", "APPROVAL"): _declared(_table("approval", "approvals")),
    ("", "ASSIGN"): _who,
    ("", "NOTIFY"): _who,
    ("", "DIGEST"): _who,
    ("OWNER", "IS"): _who,
    ("OVER", "TO"): _who,
    ("TASKS", "TO"): _who,
    ("", "IS"): _roles,
    ("REPORTS", "TO"): _reports,
    ("", "DEPUTY"): _people,
    ("TUNNEL", "TO"): _tops("pipeline"),
    ("", "TO"): _to,
    ("", "BY"): _by,
    ("PRIORITY", "BY"): _fields,
    ("", "UNTIL"): _dated,
    ("", "TYPE"): _fixed("value", *STAGE_TYPES),
    ("", "INCLUDE"): _modules,
    ("", "USE"): _use,
    ("", "SEND"): _channels,
    ("", "SENT"): _channels,
    ("", "CALENDAR"): lambda asked, here: [Item("ru", "value", rank=0), *_tops("calendar")(asked, here)],
    ("", "LANGUAGE"): _fixed("value", "ru", "en"),
    ("", "FIELD"): _types,
    ("", "PARAM"): _types,
    ("", "OF"): _of,
    ("", "DEAL"): _tops("pipeline"),
    ("", "FOR"): _aliases,
    ("", "DONE"): _done,
    ("", "RESCHEDULE"): _table("task", "tasks"),
    ("", "TICK"): _checklists,
    ("", "AWAY"): _people,
    ("", "SEGMENT"): _segments,
}
