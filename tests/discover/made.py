"""A made-up log: a small shop's deals, the same at every call, with known figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from voronka.engine.discover.log import Builder, EventLog

START = datetime(2026, 3, 2, 9, 0)  # a Monday


def log_of(courses: Iterable[Sequence[str]], gap: int = 3_600_000) -> EventLog:
    """A log of these courses, one case each, events an hour apart."""
    builder = Builder()
    builder.plain = False
    for number, course in enumerate(courses):
        at = int(START.replace(tzinfo=UTC).timestamp() * 1000)
        for place, activity in enumerate(course):
            builder.add(f"c{number}", activity, at + place * gap, "", {}, place + 2)
    return builder.finish("made.csv")


def shop(cases: int = 60) -> str:
    """CSV: leads that are qualified, get an offer and are paid or refused; in working hours.

    Every fourth goes back once from the offer to the needs; every third is refused, for one of two reasons; the amount
    is known from the offer on; every tenth asks for samples on the way.
    """
    lines = ["deal_id,stage,changed_at,manager,amount,source,reason,phone"]
    for n in range(cases):
        at = START + timedelta(days=7 * (n // 5), hours=n % 5)
        steps: list[tuple[str, str, str]] = [("Заявка получена", "", ""), ("Потребность выявлена", "", "")]
        if n % 10 == 0:
            steps.append(("Образцы отправлены", "", ""))
        amount = str(1000 + 10 * n)
        steps.append(("КП отправлено", amount, ""))
        if n % 4 == 0:
            steps += [("Потребность выявлена", amount, ""), ("КП отправлено", amount, "")]
        if n % 3 == 2:
            steps.append(("Отказ клиента", "", "дорого" if n % 2 else "купили у других"))
        else:
            steps.append(("Оплачено", amount, ""))
        for place, (stage, money, why) in enumerate(steps):
            when = at + timedelta(hours=3 * (place % 2), days=place // 2)
            row = [f"D{n}", stage, f"{when:%d.%m.%Y %H:%M}", f"m{n % 3}", money, "site" if n % 2 else "call", why, ""]
            row[7] = f"+7 999 {n:03d}-00-11"
            lines.append(",".join(row))
    return "\n".join(lines) + "\n"
