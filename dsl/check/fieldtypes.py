"""Types as they are written: of fields, of parameters, of what events carry."""

from __future__ import annotations

from decimal import Decimal

from voronka.dsl.check.currencies import CURRENCIES
from voronka.dsl.check.params import Param
from voronka.dsl.check.place import declared, home, included, wrong_type
from voronka.dsl.check.symbols import UNKNOWN, Env, Top, Unit
from voronka.dsl.check.words import listed, quoted
from voronka.dsl.check.world import World, title, visible
from voronka.dsl.definition import types as t
from voronka.dsl.definition.types import Option, Type
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names, types
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Label
from voronka.dsl.text.span import Span

PLAIN: dict[str, Type] = {
    "text": t.TEXT,
    "number": t.NUMBER,
    "integer": t.INTEGER,
    "percent": t.PERCENT,
    "bool": t.BOOL,
    "date": t.DATE,
    "datetime": t.DATETIME,
    "time": t.TIME,
    "duration": t.DURATION,
    "user": t.USER,
    **{kind: Type(kind) for kind in ("email", "phone", "url", "address", "file")},
}
LIST = ("choice", "choices")
OTHER = ("rating", "link", "links", "resource", "document")
ONLY_PARAMS = {"stage": Type("stage"), "reason": Type("reason")}
_WIDEST = 1000  # of a rating's scale


def check_currency(code: str, span: Span, world: World) -> bool:
    """Whether a code is of a currency; reports one that is not."""
    if code in CURRENCIES:
        return True
    at = Span(span.source, span.end - len(code), span.end)
    world.unknown(names.UNKNOWN_CURRENCY, at if at.text == code else span, code, CURRENCIES)
    return False


def number_text(value: Decimal) -> str:
    """A number as one would write it."""
    return f"{value.normalize():f}"


def plain_type(name: nodes.Ident, env: Env, *, param: bool = False) -> Type:
    """A type that is one word. ``param``: of a module's parameter, which may be a stage or a reason."""
    if found := PLAIN.get(name.name):
        return found
    if param and name.name in ONLY_PARAMS:
        return ONLY_PARAMS[name.name]
    if name.name == "money":
        return Type("money", currency=env.table.currency)
    known = (*PLAIN, "money", *LIST, *OTHER, *(ONLY_PARAMS if param else ()))
    what = Both("types", "типы")
    env.world.unknown(names.UNKNOWN_TYPE, name.span, name.name, known, what, labels=included(env))
    return UNKNOWN


def written_type(node: nodes.FieldType, env: Env, *, param: bool = False) -> Type:
    """The type of a field or parameter. Reports what is wrong with it and is unknown then."""
    match node:
        case nodes.PlainType():
            return _plain(node, env, param)
        case nodes.RangeType():
            return _rating(node, env)
        case nodes.LinkType():
            return _link(node, env)
        case nodes.ResourceType():
            return _resource(node, env)
        case _:
            return _document(node, env)


def _plain(node: nodes.PlainType, env: Env, param: bool) -> Type:
    word = node.name.name
    if word in LIST:
        if not node.options:
            env.world.report(types.NO_OPTIONS, node.span, type=word)
            return UNKNOWN
        return Type(word, options=options(node.options, env.unit, env.world))
    if word in OTHER and node.options is None:
        forms = {
            "rating": "rating 0..10",
            "link": "link to client",
            "links": "links to goods.order",
            "resource": "resource of halls from starts_at for 2 hours",
            "document": 'document using "offer"',
        }
        what = Both(f"`{word}` needs more: `{forms[word]}`", f"`{word}` нужно продолжение: `{forms[word]}`")
        env.world.report(types.BAD_TYPE, node.span, what=what)
        return UNKNOWN
    found = plain_type(node.name, env, param=param)
    if node.options is not None and found is not UNKNOWN:
        what = Both(
            f"`{word}` has no options; lists are `choice` or `choices`",
            f"у `{word}` нет вариантов; списки — это `choice` или `choices`",
        )
        env.world.report(types.BAD_TYPE, node.name.span, what=what)
        return UNKNOWN
    return found


def options(written: tuple[nodes.Option, ...], unit: Unit, world: World) -> tuple[Option, ...]:
    """Options of a list, each name once."""
    found: dict[str, Option] = {}
    places: dict[str, Span] = {}
    kind = Both("option", "вариант")
    for option in written:
        name = option.name.name
        if name in found:
            label = Label(places[name], Both("first here", "впервые здесь"))
            world.report(names.REDECLARED, option.name.span, labels=(label,), name=name, kind=kind)
            continue
        places[name] = option.name.span
        found[name] = Option(name, title(option.title, unit, world), tuple(old.name for old in option.was))
        if option.range is not None:
            what = Both("only options of a rating have ranges", "границы бывают только у вариантов оценки (rating)")
            world.report(types.BAD_TYPE, option.range.span, what=what)
    for option in written:
        for old in option.was:
            if old.name in found:
                why = Both("there is such an option now", "такой вариант есть и сейчас")
                world.report(names.WAS_TAKEN, old.span, name=old.name, kind=kind, why=why)
    return tuple(found.values())


def resource_options(top: Top, world: World) -> tuple[Option, ...]:
    """The things of a resource that can be booked."""
    if (found := world.resources.get(top.name)) is None:
        assert isinstance(top.node, nodes.Resource)
        found = world.resources[top.name] = options(top.node.options, top.unit, world)
    return found


def _rating(node: nodes.RangeType, env: Env) -> Type:
    if node.name.name != "rating":
        world = env.world
        if node.name.name in PLAIN or node.name.name in ("money", *LIST, *OTHER):
            what = Both("only a rating has a range", "границы бывают только у оценки (rating)")
            world.report(types.BAD_TYPE, node.range.span, what=what)
        else:
            plain_type(node.name, env)
        return UNKNOWN
    bounds = _range(node.range, env)
    if bounds is None:
        return UNKNOWN
    low, high = bounds
    classes: dict[str, Option] = {}
    for option in node.options or ():
        name = option.name.name
        if name in classes:
            kind = Both("class", "класс оценок")
            env.world.report(names.REDECLARED, option.name.span, name=name, kind=kind)
            continue
        if option.range is None:
            what = Both(f"`{name}` needs its range: `{name} = 9..10`", f"у `{name}` нет границ: `{name} = 9..10`")
            env.world.report(types.BAD_TYPE, option.span, what=what)
            continue
        part = _range(option.range, env)
        if part is None:
            continue
        if part[0] < low or part[1] > high:
            what = Both(
                f"{part[0]}..{part[1]} is not within {low}..{high}",
                f"{part[0]}..{part[1]} выходит за пределы {low}..{high}",
            )
            env.world.report(types.BAD_TYPE, option.range.span, what=what, labels=included(env))
            continue
        if other := next((o for o in classes.values() if part[0] <= (o.high or 0) and (o.low or 0) <= part[1]), None):
            what = Both(
                f"{part[0]}..{part[1]} overlaps `{other.name}` ({other.low}..{other.high})",
                f"{part[0]}..{part[1]} пересекается с `{other.name}` ({other.low}..{other.high})",
            )
            env.world.report(types.BAD_TYPE, option.range.span, what=what, labels=included(env))
            continue
        was = tuple(old.name for old in option.was)
        classes[name] = Option(name, title(option.title, env.unit, env.world), was, part[0], part[1])
    return Type("rating", options=tuple(classes.values()), low=low, high=high)


def _range(node: nodes.Range, env: Env) -> tuple[int, int] | None:
    low, high = _bound(node.low, env), _bound(node.high, env)
    if low is None or high is None:
        return None
    if low >= high and not (low == high and node.low is not node.high):
        what = Both(f"{low}..{high} goes the wrong way", f"{low}..{high}: границы перепутаны")
        env.world.report(types.BAD_TYPE, node.span, what=what, labels=included(env))
        return None
    if high - low > _WIDEST:
        what = Both(f"{low}..{high} is too wide for a rating", f"{low}..{high} — слишком широко для оценки")
        env.world.report(types.BAD_TYPE, node.span, what=what, labels=included(env))
        return None
    return low, high


def _bound(node: nodes.NumberLit | nodes.Ident, env: Env) -> int | None:
    what = Both("the bound of a rating", "граница оценки")
    if isinstance(node, nodes.NumberLit):
        return _whole(node.value, node.span, what, env)
    param = env.params.get(node.name)
    if param is None:
        env.world.unknown(names.UNKNOWN_NAME, node.span, node.name, env.params, home=home(env), labels=included(env))
        return None
    value = constant_number(param)
    if value is None:
        if param.value is not None:
            env.world.report(types.NOT_CONSTANT, param.value.span, what=what, labels=_declared(param))
        return None
    return _whole(value, param.value.span if param.value is not None else node.span, what, env)


def _whole(value: Decimal, span: Span, what: Both, env: Env) -> int | None:
    if value != value.to_integral_value() or abs(value) > 10**6:
        env.world.report(types.OUT_OF_RANGE, span, what=what, low=0, high=1000)
        return None
    return int(value)


def constant_number(param: Param) -> Decimal | None:
    """The plain number that a parameter stands for, through the parameters of outer modules; None if it is none."""
    for _ in range(50):
        value = param.value
        if isinstance(value, nodes.NumberLit):
            return value.value
        if isinstance(value, nodes.Path) and len(value.parts) == 1:
            outer = param.value_env.params.get(value.name)
            if outer is None or outer is param:
                return None
            param = outer
            continue
        return None
    return None


def _declared(param: Param) -> tuple[Label, ...]:
    return (Label(param.node.span, Both("the parameter", "параметр")),)


def _link(node: nodes.LinkType, env: Env) -> Type:
    word, world = node.name.name, env.world
    if word not in ("link", "links"):
        world.unknown(names.UNKNOWN_TYPE, node.name.span, word, ("link", "links"))
        return UNKNOWN
    if word == "link":
        top = world.find(env.unit, "pipeline", node.target.name, node.target.span, names.UNKNOWN_PIPELINE)
        return Type("link", target=top.name) if top else UNKNOWN
    if len(node.target.parts) < 2:
        what = Both(
            "`links` names the field that points back: `links to goods.order`",
            "`links` называет поле, которое ведёт обратно: `links to goods.order`",
        )
        world.report(types.BAD_TYPE, node.target.span, what=what)
        return UNKNOWN
    parts = node.target.parts
    seen = visible(env.unit, "pipeline")
    # goods.order, or x.goods.order through the alias of a file
    cut = next((n for n in range(1, len(parts)) if ".".join(p.name for p in parts[:n]) in seen), 1)
    name = ".".join(part.name for part in parts[:cut])
    span = Span(node.span.source, parts[0].span.start, parts[cut - 1].span.end)
    top = world.find(env.unit, "pipeline", name, span, names.UNKNOWN_PIPELINE)
    if top is None:
        return UNKNOWN
    via = ".".join(part.name for part in parts[cut:])
    return _links(env, top.name, via, Span(span.source, parts[cut].span.start, parts[-1].span.end))


def _links(env: Env, target: str, via: str, span: Span) -> Type:
    """``links to goods.order``: the field of the items must be a link. Whose, is checked when the field is lowered."""
    world, table = env.world, env.world.tables.get(target)
    if table is None:
        return UNKNOWN
    back = table.fields.get(via)
    if back is None:
        world.unknown(names.UNKNOWN_FIELD, span, via, table.fields, Both("fields", "поля"), home=target)
        return UNKNOWN
    written = back.node.type
    if isinstance(written, nodes.LinkType) and written.name.name == "link":
        return Type("links", target=target, via=via)
    wanted = Both(f"a link to `{env.table.name}`", f"связь с `{env.table.name}`")
    wrong_type(env, span, quoted(via), wanted, written.name.name, labels=(declared(back),))
    return UNKNOWN


def _resource(node: nodes.ResourceType, env: Env) -> Type:
    """Fields it counts from are checked when the field is lowered; here only their names are taken."""
    world = env.world
    top = world.find(env.unit, "resource", node.resource.name, node.resource.span, names.UNKNOWN_RESOURCE)
    if top is None:
        return UNKNOWN
    assert isinstance(top.node, nodes.Resource)
    lasts, length = "", None
    if isinstance(node.duration, nodes.Path):
        lasts = env.full(node.duration.name)
    elif node.duration is not None:
        length = (number_text(node.duration.amount), node.duration.unit)
    return Type(
        "resource",
        options=resource_options(top, world),
        target=top.name,
        start=env.full(node.start.name),
        until=env.full(node.end.name) if node.end is not None else "",
        lasts=lasts,
        length=length,
    )


def _document(node: nodes.DocumentType, env: Env) -> Type:
    if node.name.name != "document":
        env.world.unknown(names.UNKNOWN_TYPE, node.name.span, node.name.name, ("document",))
        return UNKNOWN
    env.world.use_template(node.template, env.unit)
    return Type("document", target=node.template.value)


def list_hint(type: Type) -> Both:
    """The options of a type, for a message."""
    names_ = listed(option.name for option in type.options)
    return Both(f"options: {names_}", f"варианты: {names_}") if names_ else Both("", "")
