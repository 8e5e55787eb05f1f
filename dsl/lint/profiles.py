"""The named profiles: which method a team follows, as severities and limits of rules.

The sources of the method disagree: “Отправлено КП” is a good name to one and a bad one to another, and the nine stages
of one break the five to eight of another. So what only one of them demands is off, or a note, until its profile is on.
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


def _warn(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "warning")


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        # nine stages; guidance on each, a qualifying checklist, feedback, lost clients in a segment
        "amocrm": Profile(
            Both(
                "nine stages from the request to success and refusal, each with its guidance",
                "девять этапов от заявки до успеха и отказа, у каждого подсказка",
            ),
            _warn("stage-without-guide", "no-qualification", "lost-and-forgotten", "success-ends-here"),
            {"stages-at-most": 9},
        ),
        # rules 5 to 10 of the book: tasks, chiefs, overdue tasks, fields, NPS and a tunnel on success
        "bitrix24": Profile(
            Both(
                "discipline: a deadline for everything, overdue tasks moved with a reason, NPS and a tunnel on success",
                "дисциплина: срок у всего, перенос просроченного с причиной, NPS и туннель при успехе",
            ),
            _warn("reschedule-without-reason", "no-badge-for-idle-deals", "no-overdue-sweep", "no-nps-on-success")
            | _warn("success-ends-here"),
        ),
        # completed actions, segmented losses, the hot ones first
        "crm-academy": Profile(
            Both(
                "completed actions as stages, losses in segments, the next step and the hot clients first",
                "этапы — завершённые действия, сегменты отказов, следующий шаг и приоритет горячих",
            ),
            _warn("no-priority", "lost-and-forgotten", "no-badge-for-idle-deals", "name-not-done"),
            {"reasons-at-least": 5},
        ),
        # five to seven statuses that say what is expected, of standard types; reasons tied to stages
        "bluesales": Profile(
            Both(
                "five to seven statuses of standard types; no progress by calls and letters; reasons tied to stages",
                "пять–семь статусов стандартных типов; звонки и письма — не продвижение; причины привязаны к этапам",
            ),
            _warn("stage-without-type", "letter-moves-on", "reasons-without-stages", "nobody-is-missed", "mixed-names")
            | {"swamp-name": "off"},  # “В обработке” is one of its own statuses
            {"stages-at-most": 7},
        ),
        "strict": Profile(
            Both("every rule that no other rule contradicts", "все правила, которые не противоречат друг другу"),
            _warn("stage-without-type", "stage-without-guide", "no-qualification", "letter-moves-on")
            | _warn("reschedule-without-reason", "no-badge-for-idle-deals", "no-overdue-sweep")
            | _warn("reasons-without-stages", "lost-and-forgotten")
            | _warn("no-nps-on-success", "success-ends-here")
            | _warn("no-priority", "nobody-is-missed", "dead-field", "name-not-done", "cut-words"),
            {"reasons-at-least": 5},
        ),
    }
)
"""By name, as ``--profile`` takes them."""
