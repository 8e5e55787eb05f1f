"""Which rules speak, how loudly, and with which limits: defaults, then a profile, then ``[lint]`` of voronka.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voronka.dsl.lint.profiles import PROFILES
from voronka.dsl.lint.registry import by_name, find
from voronka.dsl.lint.rule import Rule
from voronka.dsl.text.codes.base import Both, Severity
from voronka.dsl.text.suggest import closest

OFF = "off"
SEVERITIES = (*(one.value for one in Severity), OFF)


class Unusable(Exception):
    """Settings that cannot be meant; the argument says why, in both languages."""

    def __init__(self, why: Both) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, slots=True)
class Settings:
    """What is in force. ``severities`` by rule name, None for a rule that is silent; ``limits`` by name."""

    profile: str = ""
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)

    def severity(self, rule: Rule) -> Severity | None:
        """How loudly a rule speaks here; None if not at all."""
        if rule.name in self.severities:
            return self.severities[rule.name]
        return None if rule.off else rule.code.severity


def settings(profile: str = "", table: Mapping[str, Any] | None = None) -> Settings:
    """From a profile's name (``--profile``; else the table's own) and the ``[lint]`` table of voronka.toml.

    Raises Unusable for profiles, rules, severities and limits that do not exist.
    """
    table = dict(table or {})
    chosen = profile or table.pop("profile", "")
    table.pop("profile", None)
    own_rules, own_limits = table.pop("rules", {}), table.pop("limits", {})
    for key in table:
        raise Unusable(_unknown(Both("setting in [lint]", "настройка в [lint]"), key, ("profile", "rules", "limits")))
    if chosen and chosen not in PROFILES:
        raise Unusable(_unknown(Both("profile", "профиль"), str(chosen), tuple(PROFILES)))
    severities: dict[str, Severity | None] = {}
    limits = {name: value for rule in by_name().values() for name, value in rule.limits.items()}
    if chosen:
        preset = PROFILES[chosen]
        severities |= {name: _severity(name, value) for name, value in preset.rules.items()}
        limits |= preset.limits
    for key, what in ((own_rules, "rules"), (own_limits, "limits")):
        if not isinstance(key, Mapping):
            raise Unusable(Both(f"[lint] {what} must be a table", f"[lint] {what}: нужна таблица"))
    for name, value in own_rules.items():
        severities[_rule(name)] = _severity(name, value)
    for name, value in own_limits.items():
        if name not in limits:
            raise Unusable(_unknown(Both("limit", "граница"), name, tuple(limits)))
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise Unusable(
                Both(f"[lint.limits] {name} must be a whole number", f"[lint.limits] {name}: нужно целое число")
            )
        limits[name] = value
    return Settings(str(chosen), severities, limits)


def _rule(name: str) -> str:
    rule = find(name)
    if rule is None:
        raise Unusable(_unknown(Both("lint rule", "правило"), name, tuple(by_name())))
    return rule.name


def _severity(name: str, value: object) -> Severity | None:
    if value not in SEVERITIES:
        listed = ", ".join(SEVERITIES)
        raise Unusable(
            Both(
                f"[lint.rules] {name}: {value!r} is none of {listed}",
                f"[lint.rules] {name}: {value!r} — не из {listed}",
            )
        )
    return None if value == OFF else Severity(str(value))


def _unknown(what: Both, name: str, known: tuple[str, ...]) -> Both:
    near = closest(name, known)
    listed = ", ".join(known) if len(known) <= 12 else ""
    en = f"; did you mean {near}?" if near else (f"; there are {listed}" if listed else "")
    ru = f"; может быть, {near}?" if near else (f"; есть {listed}" if listed else "")
    return Both(f"there is no {what.en} “{name}”{en}", f"{what.ru}: нет «{name}»{ru}")
