"""The named profiles: which method a team follows, as severities and limits of rules.

The sources of the method disagree: “Отправлено КП” is a good name to one and a bad one to another, and the nine stages
of one break the five to eight of another. So nothing that only one of them demands speaks without its profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from voronka.dsl.text.codes.base import Both


@dataclass(frozen=True, slots=True)
class Profile:
    """``rules``: name → error, warning, note or off, where it differs from the rule's own; ``limits`` likewise."""

    title: Both
    rules: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "amocrm": Profile(
            Both("nine stages from the request to success and refusal", "девять этапов от заявки до успеха и отказа"),
            {},
            {"stages-at-most": 9},
        ),
        "bitrix24": Profile(Both("", "")),
        "crm-academy": Profile(Both("", "")),
        "bluesales": Profile(Both("", "")),
        "strict": Profile(Both("", "")),
    }
)
"""By name, as ``--profile`` takes them."""
