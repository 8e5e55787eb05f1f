"""The words a handbook uses, for somebody on the first day: told where they occur."""

from __future__ import annotations

import re
from collections.abc import Iterator

# (what occurs in the text, the term, what it means), in both languages
_TERMS: tuple[tuple[tuple[str, str, str], tuple[str, str, str]], ...] = (
    (
        ("deal", "Deal", "one client's way to a purchase; it stands in one stage at a time"),
        ("сделк", "Сделка", "путь одного клиента к покупке; в каждый момент она на одном этапе"),
    ),
    (
        ("stage", "Stage", "what has been reached with the client so far"),
        ("этап", "Этап", "чего с клиентом уже достигли"),
    ),
    (
        ("to come in", "To come in", "what must be true before a deal is let into a stage, whoever moves it"),
        ("чтобы войти", "Чтобы войти", "что должно быть верно, чтобы сделку впустили на этап, кто бы её ни двигал"),
    ),
    (
        ("to go on", "To go on", "what must be true before a deal goes on to a later stage"),
        ("чтобы идти дальше", "Чтобы идти дальше", "что должно быть верно, чтобы сделка прошла на следующие этапы"),
    ),
    (
        ("task", "Task", "something one person has to do by a certain moment, with an answer at the end"),
        ("задач", "Задача", "что один человек должен сделать к сроку; в конце он отмечает ответ"),
    ),
    (
        ("due", "Due", "the moment by which a task is to be done; when what it hangs on moves, it moves along"),
        (
            "срок",
            "Срок",
            "момент, к которому задача должна быть сделана; сдвигается то, от чего он считается, — сдвинется и он",
        ),
    ),
    (
        ("overdue", "Overdue", "not done by its term; the supervisor learns of it"),
        ("просроч", "Просрочена", "не сделана к сроку"),
    ),
    (
        ("checklist", "Checklist", "points to tick, none of them skipped"),
        ("чек-лист", "Чек-лист", "пункты, которые отмечают, не пропуская ни одного"),
    ),
    (
        ("approval", "Approval", "somebody's yes that a deal waits for"),
        ("согласовани", "Согласование", "чьё-то «да», которого ждёт сделка"),
    ),
    (
        ("workday", "Workday", "a day on which the firm works by its calendar, holidays left out"),
        (
            "рабоч",
            "Рабочий день, рабочий час",
            "время, когда фирма работает по своему календарю; праздники не считаются",
        ),
    ),
    (
        ("owner", "Owner", "the person a deal belongs to"),
        ("ответственн", "Ответственный", "сотрудник, за которым закреплена сделка"),
    ),
    (
        ("supervisor", "Supervisor", "whoever the person in question reports to"),
        ("руководител", "Руководитель", "тот, кому подчиняется сотрудник, о котором речь"),
    ),
    (
        (
            "a deal appears in",
            "A deal appears in",
            "success here opens a deal in another process, with what is known already",
        ),
        (
            "появляется сделка в",
            "Появляется сделка в",
            "успех здесь открывает сделку в другом процессе, и известное переходит туда",
        ),
    ),
    (
        ("red\\b", "Red", "marked so that it is not overlooked"),
        ("красн", "Красная", "помечена, чтобы её не проглядели"),
    ),
)


def glossary(text: str, lang: str) -> Iterator[tuple[str, str]]:
    """(term, what it means) for every word that occurs in a text."""
    lowered = text.lower()
    for english, russian in _TERMS:
        occurs, term, meaning = russian if lang == "ru" else english
        if re.search(rf"\b{occurs}", lowered):
            yield term, meaning
