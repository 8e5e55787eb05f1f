"""A shop that really sells: its deals go through the host, by a seeded hand, and the store holds what came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

from tests.engine_host.office import HOUR, Office
from tests.engine_host.office import START as NOON

SHOP = """\
language ru, en
pipeline sales "Продажи" / "Sales" {
  timezone "Europe/Moscow"
  currency RUB
  field amount "Сумма" / "Amount"  money
  field bonus  "Бонус" / "Bonus"   money
  stage new     "Новая" / "New"           { probability 10% }
  stage offered "Предложено" / "Offered"  { probability 60% }
  stage waiting "Ждём ответа" / "Waiting"
  won  paid "Оплачено" / "Paid"
  lost gone "Потеряно" / "Lost" { reason other "Другое" / "Other" }
}
"""


def played(days: int, seed: int = 0, path: str | Path = ":memory:", office: Office | None = None) -> Office:
    """So many days of two new deals each, worked on by a team that wins about every fifth of them."""
    office = office or Office(path, SHOP)
    random = Random(seed)
    for _ in range(days):
        for _ in range(2):
            office.create(amount=Decimal(random.randrange(1, 50) * 1000) if random.random() < 0.7 else None)
        open_deals = office.store.db.execute("SELECT id, stage FROM deals WHERE closed IS NULL ORDER BY id").fetchall()
        for number, stage in open_deals:
            if random.random() < 0.08:
                step(office, number, stage, random)
        office.wait(24 * HOUR)
    return office


def step(office: Office, number: int, stage: str, random: Random) -> None:
    """One act on a deal: on, back or out."""
    if random.random() < 0.35:
        assert office.submit("lose", {"reason": "other"}, deal=number).status == "done"
        return
    to = {
        "new": "offered",
        "offered": random.choice(("waiting", "paid")),
        "waiting": random.choice(("offered", "paid")),
    }
    if stage == "offered" and random.random() < 0.3:
        office.submit("set", {"fields": {"amount": Decimal(random.randrange(1, 90) * 500)}}, deal=number)
    assert office.submit("move", {"stage": to[stage]}, deal=number).status == "done"


def day(days: int) -> int:
    """The last instant of a day in Moscow, so many days after the shop opened."""
    opened = datetime.fromtimestamp(NOON / 1000, UTC).date().toordinal()
    midnight = datetime.fromordinal(opened + days + 1).replace(tzinfo=UTC)
    return int(midnight.timestamp() * 1000) - 3 * HOUR - 1
