"""People: who there is, who is away, whose turn it is; an entity with a log of its own (R37, R63, Meaning 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.model import Definition
from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.protocol import Unmet
from voronka.engine.store.codec import PEOPLE

if TYPE_CHECKING:
    from voronka.engine.host.work import Work

ENTITY = "people"
_FACTS = ("role", "title", "reports_to", "deputy", "team")


class People:
    """The definition's people and what is known of them since; ``state`` is the fold of their log.

    Facts of a person: role, title, reports_to, deputy, team; ``away``: until when (ms), ``stand_in``: whom that absence
    named; ``gone``: since when.
    """

    def __init__(self, definition: Definition, state: dict[str, dict[str, Any]]) -> None:
        self.definition = definition
        self._facts: dict[str, dict[str, Any]] = {}
        for name, person in definition.people.items():
            facts = {key: getattr(person, key) for key in _FACTS if key != "title"}
            self._facts[name] = {**facts, "title": person.title.in_(definition.languages[0]), **state.get(name, {})}
        for name, known in state.items():
            if name not in self._facts and "role" in known:
                self._facts[name] = dict(known)
        self._roles: dict[str, list[str]] = {}
        for name, facts in self._facts.items():
            if not facts.get("gone"):
                self._roles.setdefault(facts.get("role", ""), []).append(name)

    @property
    def names(self) -> list[str]:
        """Everybody who ever was, those of the definition first, in its order."""
        return list(self._facts)

    def facts(self, name: str) -> dict[str, Any] | None:
        """What is known of a person; None for an unknown one."""
        return self._facts.get(name)

    def present(self, name: str, now: int) -> bool:
        facts = self._facts.get(name)
        return facts is not None and not facts.get("gone") and facts.get("away", 0) <= now

    def roster(self, role: str) -> list[str]:
        """All members of a role, away or not, in order."""
        return self._roles.get(role, [])

    def members(self, role: str, now: int) -> list[str]:
        """Those who are present."""
        return [name for name in self.roster(role) if self.present(name, now)]

    def deputy(self, name: str, now: int) -> str | None:
        """Who stands in: the absence's own stand-in, else the deputy, else theirs; nobody if all are away."""
        seen = {name}
        facts = self._facts.get(name)
        while facts is not None:
            following = facts.get("stand_in") or facts.get("deputy") or ""
            if not following or following in seen:
                return None
            if self.present(following, now):
                return str(following)
            seen.add(following)
            facts = self._facts.get(following)
        return None

    def supervisor(self, pipeline: str, name: str, now: int) -> str | None:
        """Whom a person (or ``@role``) reports to, else the role's chief; if absent, the deputy (Meaning 13)."""
        facts = {"role": name[1:]} if name.startswith("@") else self._facts.get(name)
        if facts is None:
            return None
        above = facts.get("reports_to")
        if above:
            found = str(above) if self.present(above, now) else self.deputy(above, now)
            if found is not None:
                return found
        return self._chief(pipeline, facts.get("role", ""), name, now)

    def _chief(self, pipeline: str, role: str, name: str, now: int) -> str | None:
        declared = self.definition.pipelines.get(pipeline)
        known = declared.roles.get(role) if declared is not None else None
        above = known.reports_to if known is not None else ""
        for chief in self.roster(above) if above else ():
            if chief != name and self.present(chief, now):
                return chief
        for chief in self.roster(above) if above else ():
            found = self.deputy(chief, now)
            if found is not None and found != name:
                return found
        return None

    def turn(self, role: str, last: dict[str, Any], now: int) -> tuple[str, int] | None:
        """Whose turn it is after the last one, and their place; the absent are passed over, None if all are away."""
        roster = self.roster(role)
        # where whoever had the last turn is no member any more, go on from that place
        start = roster.index(last["last"]) + 1 if last.get("last") in roster else last.get("place", 0)
        for step in range(len(roster)):
            place = (start + step) % len(roster)
            if self.present(roster[place], now):
                return roster[place], place
        return None


# --- commands --------------------------------------------------------------------------------------------------------


def command(work: Work, data: dict[str, Any], at: int, actor: str, key: str | None) -> tuple[list[Unmet], Both | None]:
    """``person add|absent|leave|back``. Returns what forbids it, or an error's text where the command is none."""
    people = work.host.people
    what, name = data.get("do"), data.get("name")
    if not isinstance(name, str) or not name.strip():
        return [], Both("a person needs a name", "у сотрудника должно быть имя")
    facts = people.facts(name)
    if what == "add":
        return _add(work, people, name, data, at, actor, key), None
    if facts is None:
        return [Unmet("unknown", name, args={"what": "person", "known": people.names})], None
    if facts.get("gone"):
        return [Unmet("state", name, args={"why": "gone"})], None
    match what:
        case "absent":
            until, deputy = data.get("until"), data.get("deputy")
            if not isinstance(until, int) or until <= at:
                return [Unmet("state", name, args={"why": "past"})], None
            if deputy and people.facts(deputy) is None:
                return [Unmet("unknown", deputy, args={"what": "person", "known": people.names})], None
            _change(work, "absent", name, {"away": int(until), "stand_in": deputy}, "away", at, actor, key)
        case "back":
            if not facts.get("away"):
                return [Unmet("state", name, args={"why": "present"})], None
            back(work, name, at, actor, key)
        case "leave":
            _change(work, "leave", name, {"gone": at, "away": None, "stand_in": None}, "dismissed", at, actor, key)
        case _:
            text = f"there is nothing to do with a person called {what!r}"
            return [], Both(text, f"с сотрудником нельзя сделать {what!r}")
    return [], None


def back(work: Work, name: str, at: int, actor: str = "", key: str | None = None) -> None:
    """An absence ends, by its timer or by hand."""
    _change(work, "back", name, {"away": None, "stand_in": None}, "back", at, actor, key)


def _add(
    work: Work, people: People, name: str, data: dict[str, Any], at: int, actor: str, key: str | None
) -> list[Unmet]:
    facts = people.facts(name)
    if facts is not None and not facts.get("gone"):
        return [Unmet("state", name, args={"why": "exists"})]
    roles = sorted({role for pipeline in people.definition.pipelines.values() for role in pipeline.roles})
    if data.get("role") not in roles:
        return [Unmet("unknown", str(data.get("role") or ""), args={"what": "role", "known": roles})]
    for other in (data.get("reports_to"), data.get("deputy")):
        if other and people.facts(other) is None:
            return [Unmet("unknown", other, args={"what": "person", "known": people.names})]
    known = {key: data[key] for key in _FACTS if data.get(key)}
    _change(work, "add", name, {"title": name, **known, "gone": None}, "", at, actor, key)
    return []


def _change(
    work: Work, what: str, name: str, facts: dict[str, Any], happening: str, at: int, actor: str, key: str | None
) -> None:
    changes: list[list[Any]] = [["person", name, facts]]
    if happening:
        deputy = facts.get("stand_in") or (work.host.people.facts(name) or {}).get("deputy") or None
        changes.append(["message", {"kind": "people", "happening": happening, "person": name, "deputy": deputy}])
    _, row = work.writer.entity(PEOPLE, ENTITY, what, {"name": name}, changes, at, actor, key)
    work.host.forget_people()
    if happening:
        work.post(row.id, 1, 0)
