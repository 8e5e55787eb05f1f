"""A deal meets an edited definition: what is declared now applies to it, without firing the past (Meaning 4, 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voronka.dsl.definition.actions import Move
from voronka.engine.decide import deadlines, loop, people, timers

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step


def adopt(s: Step) -> None:
    """Bring formulas, mirrored values, deadlines and timers in line with the definition that decides from now on.

    A dated robot whose moment lay before this event, and which had no timer for it, has come too late: it does not
    fire. A deal that has long been over an edited limit turns red, and the limit's actions do not run.
    """
    s.adopting = True
    for link in s.p.link_fields:
        people.mirror_card(s, link, s.d.f.get(link))
    for field, names in s.p.items.items():
        for number, known in s.d.items.get(field, {}).items():
            values = s.ask("card", number, sorted(names))
            if values is not None and values != known:
                s.emit("item", field, number, values)
                s.touch(f"items:{field}")
    for formula in s.p.formulas:
        s.set(formula.name, formula.value(s.d, s))
    for path, data in list(s.d.pending.items()):
        rule = s.p.moves.get(path)
        if rule is None or data["name"] != (rule.stage if isinstance(rule, Move) else rule.reason):
            s.unpend(path)
    deadlines.follow(s, s.dirty)
    _pass_over(s)
    timers.resync(s)
    s.adopting = False


def _pass_over(s: Step) -> None:
    """Remember moments that are past as passed over, and limits as exceeded."""
    for scope, robot, trigger in timers.timed(s):
        if trigger.trigger.kind in ("every", "cron"):
            continue
        due = timers.instant(s, robot, trigger)
        if due is None or due == s.d.counts.get(timers.mark(trigger, scope, "last")):
            continue
        if _too_late(s, f"{scope}:robot:{trigger.key}", due):
            s.emit("count", timers.mark(trigger, scope, "past"), due)
    for path, due in timers.returns(s):
        if _too_late(s, f"v:return:{path}", due) and s.d.counts.get(f"{path}:last@") != due:
            s.emit("count", f"{path}:past@", due)
    limit = timers.limit_of(s)
    if limit is not None and "limit@" not in s.d.counts and _too_late(s, "v:limit", limit):
        loop.exceed(s)


def _too_late(s: Step, key: str, due: int) -> bool:
    timer = s.d.timers.get(key)
    return due <= s.now and (timer is None or timer[0] != due)
