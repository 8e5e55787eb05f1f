"""What stands at the top of files: calendars, teams, resources, segments."""

from __future__ import annotations

from voronka.dsl.check.fieldtypes import resource_options
from voronka.dsl.check.lower.chiefs import circles
from voronka.dsl.check.places import loc_of
from voronka.dsl.check.symbols import Top, Unit
from voronka.dsl.check.words import close
from voronka.dsl.check.world import World, title, visible
from voronka.dsl.definition.expr import NOWHERE
from voronka.dsl.definition.model import CalendarSpec, Person, Resource
from voronka.dsl.definition.types import Title
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names
from voronka.dsl.text.codes.base import Both

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
STANDARD = (("09:00", "18:00", ()),)
DEFAULT = CalendarSpec("default", Title(), "", NOWHERE, STANDARD)
"""Monday to Friday, nine to six, no holidays: for pipelines that name no calendar."""


def calendar(top: Top, world: World) -> CalendarSpec:
    """A calendar as declared."""
    node = top.node
    assert isinstance(node, nodes.Calendar)
    base = ""
    hours: list[tuple[str, str, tuple[str, ...]]] = []
    off: list[tuple[str, str]] = []
    working: list[tuple[str, str]] = []
    for part in node.body:
        match part:
            case nodes.CalendarBase():
                if base:
                    world.report(names.SAID_TWICE, part.span, what="based on")
                base = part.base.name
                if not world.library.country(base):
                    unknown_country(part.base, base, (), world)
            case nodes.CalendarHours():
                start, end = f"{part.start.value:%H:%M}", f"{part.end.value:%H:%M}"
                if start >= end and end != "00:00":
                    world.report(names.BAD_HOURS, part.span, start=start, end=end)
                hours.append((start, "24:00" if end == "00:00" else end, _weekdays(part, world)))
            case nodes.CalendarOff() | nodes.CalendarWorking():
                last = part.last or part.first
                if last.value < part.first.value:
                    world.report(names.BAD_DATES, part.span, first=part.first.value, last=last.value)
                dates = (part.first.value.isoformat(), last.value.isoformat())
                (off if isinstance(part, nodes.CalendarOff) else working).append(dates)
    return CalendarSpec(
        node.name.name,
        title(node.title, top.unit, world),
        base,
        loc_of(node.span),
        tuple(hours) or STANDARD,
        tuple(off),
        tuple(working),
    )


def _weekdays(part: nodes.CalendarHours, world: World) -> tuple[str, ...]:
    found = []
    for day in part.days:
        if day.name in WEEKDAYS:
            found.append(day.name)
        else:
            what = Both("days", "дни")
            world.unknown(names.UNKNOWN_WEEKDAY, day.span, day.name, WEEKDAYS, what)
    return tuple(found)


def unknown_country(ident: nodes.Ident, name: str, calendars: tuple[str, ...], world: World) -> None:
    """Report what is neither a calendar nor a country."""
    near = [*close(name, calendars), *world.library.countries_like(name)]
    world.misspelt(names.UNKNOWN_CALENDAR, ident.span, name, near)


def used_calendar(node: nodes.UseCalendar | None, unit: Unit, world: World) -> tuple[str, CalendarSpec]:
    """The calendar a pipeline keeps: a declared one, a country's, or the standard week."""
    if node is None:
        return "default", DEFAULT
    name, seen = node.calendar.name, visible(unit, "calendar")
    if (top := seen.get(name)) is not None:
        return top.name, world.calendars[top.name]
    if name in world.tops.get("calendar", {}):
        world.find(unit, "calendar", name, node.calendar.span, names.UNKNOWN_CALENDAR)
        return "default", DEFAULT
    if world.library.country(name):
        return name, CalendarSpec(name, Title(), name, loc_of(node.span), STANDARD)
    unknown_country(node.calendar, name, tuple(seen), world)
    return "default", DEFAULT


def people(world: World) -> dict[str, Person]:
    """Everybody in the teams. Chiefs and deputies must be people, too; roles are those of the pipelines."""
    roles = {role for table in world.tables.values() for role in table.roles}
    teams = {
        person: node.name.name
        for unit in world.units.values()
        for node in unit.file.body
        if isinstance(node, nodes.Team)
        for person in node.people
    }
    found = {}
    for top in world.tops.get("person", {}).values():
        node = top.node
        assert isinstance(node, nodes.Person)
        seen = visible(top.unit, "person")
        if roles and node.role.name not in roles:  # a file of teams alone may be checked, too
            what = Both("roles", "роли")
            world.unknown(names.UNKNOWN_ROLE, node.role.span, node.role.name, roles, what)
        chief, deputy = _person(node.reports_to, seen, top.unit, world), _person(node.deputy, seen, top.unit, world)
        found[top.name] = Person(
            top.name, title(node.title, top.unit, world), node.role.name, loc_of(node.span), chief, deputy, teams[node]
        )
    _no_circles(found, world)
    return found


def _person(ident: nodes.Ident | None, seen: dict[str, Top], unit: Unit, world: World) -> str:
    if ident is None:
        return ""
    if ident.name not in seen:
        world.find(unit, "person", ident.name, ident.span, names.UNKNOWN_PERSON)
        return ""
    return ident.name


def _no_circles(found: dict[str, Person], world: World) -> None:
    """Nobody reports to themselves, however many chiefs are in between."""
    for circle in circles({name: person.reports_to for name, person in found.items()}):
        node = world.tops["person"][circle[0]].node
        assert isinstance(node, nodes.Person)
        assert node.reports_to is not None
        world.report(names.REPORTS_IN_CIRCLE, node.reports_to.span, path=" → ".join(circle))


def resources(world: World) -> dict[str, Resource]:
    """Everything that can be booked."""
    found = {}
    for top in world.tops.get("resource", {}).values():
        assert isinstance(top.node, nodes.Resource)
        name = title(top.node.title, top.unit, world)
        found[top.name] = Resource(top.name, name, resource_options(top, world), loc_of(top.node.span))
    return found


def segments(world: World) -> dict[str, Title]:
    """Segments of the workspace."""
    found = {}
    for top in world.tops.get("segment", {}).values():
        assert isinstance(top.node, nodes.Segment)
        found[top.name] = title(top.node.title, top.unit, world)
    return found
