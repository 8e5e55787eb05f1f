"""A desk for tests of imports: a small pipeline, files beside it, a host whose clock stands."""

from __future__ import annotations

import functools
import re
from datetime import datetime
from pathlib import Path

from voronka.dsl.check import check_text
from voronka.engine.deal.state import Deal
from voronka.engine.host.host import Host
from voronka.engine.intake.mapping import load_map
from voronka.engine.intake.plan import Plan, make_plan
from voronka.engine.intake.problems import Unreadable
from voronka.engine.intake.run import Outcome, began, carry_out, known_deal
from voronka.engine.intake.table import read_table
from voronka.engine.program.build import Programs
from voronka.engine.store import read
from voronka.engine.store.files import open_store
from voronka.engine.store.store import Store
from voronka.stdlib.library import library

DESK = """
language en

team desk { person anna "Anna" is manager }

pipeline leads "Leads" {
  timezone "Europe/Moscow"
  currency RUB
  role manager "Manager"
  owner is manager by least busy

  field number "Number" text
  field name   "Name"   text
  field phone  "Phone"  phone
  field source "Source" choice { site "Website"  call "Call" }
  field price  "Price"  money
  field term   "Term"   date
  field vat    "VAT"    money is price * 20%
  field score  "Score"  rating 0..10

  unique number
  check price > 0 RUB else "The price must be above zero"
  event payment "Payment" by number { amount money }

  stage new "New" {
    task call "Call" {
      assign owner
      due 1 hour after entry
      outcome reached "Reached" { require name  move to offered }
      outcome silent  "Silent"  { lose as silent }
      on overdue { notify owner "Nobody called {{ name }}" }
    }
    lose as silent 30 days after entry
  }
  stage offered "Offered" {
    require price
    checklist terms "Terms" { told "Told" }
    move to won on event payment
  }
  won won "Won" { require term }
  lost lost "Lost" { reason silent "Never answered"  reason dear "Too dear" { comment required "What price?" } }
}
"""
MAP = """
pipeline = "leads"

[deals]
key = "id"
date = "came"

[deals.fields]
number = "id"
name = "name"
source = { column = "from", values = { web = "site", "" = "call" }, else = "call" }
phone = "phone"

[[then]]
name = "wins"
key = "id"
date = "won"
format = ["%d.%m.%Y %H:%M", "%d.%m.%Y"]

[[then.steps]]
done = "call"
outcome = "reached"
set = { price = { column = "sum", stand_in = "1" } }

[[then.steps]]
set = { term = { value = "today" } }

[[then.steps]]
move = "won"
"""
LEADS = """\
id,came,name,from,phone
a,2018-01-10,Anna,web,
b,2018-01-11,Boris,,+7 999 123-45-67
c,2018-01-12,,call,
d,2018-01-13,Dina,fair,
"""
WINS = """\
id,won,sum
a,11.01.2018 12:00,500
b,10.03.2018 12:00,700
c,13.01.2018 12:00,900
d,14.01.2018,
"""


@functools.cache
def programs(text: str = DESK) -> Programs:
    checked = check_text("desk.pipeline", text, library())
    assert checked.definition is not None, [d.message() for d in checked.diagnostics]
    return Programs(checked.definition)


def instant(text: str) -> int:
    """``2018-01-10 00:00`` on Moscow's clock, as ms."""
    return int(datetime.fromisoformat(f"{text}+03:00").timestamp() * 1000)


NOW = instant("2020-01-01 00:00")


class Desk:
    """Imports texts into one store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        store = open_store(folder / "desk.db", create=True, identity="desk")
        assert isinstance(store, Store), store
        self.store = store
        self.host = Host(store, programs(), lambda: NOW)

    def file(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def plan(self, leads: str = LEADS, wins: str | None = WINS, mapping: str = MAP) -> Plan:
        given = load_map(self.file("map.toml", mapping))
        tables = {"deals": read_table(self.file("leads.csv", leads), given.encoding, given.delimiter)}
        for rows in given.then:
            if rows.same:
                tables[rows.name] = tables["deals"]
            elif wins is not None:
                tables[rows.name] = read_table(self.file("wins.csv", wins))
        return make_plan(programs(), given, "leads", tables, NOW, lambda key: began(self.store, "leads", key))

    def bring(self, leads: str = LEADS, wins: str | None = WINS, mapping: str = MAP) -> Outcome:
        plan = self.plan(leads, wins, mapping)
        assert plan.last is not None
        return carry_out(self.host, plan, plan.last, "anna")

    def deal(self, key: str) -> Deal:
        number = known_deal(self.store, "leads", key)
        assert number is not None
        found = read.deal(self.store, number)
        assert found is not None
        return found

    def events(self, key: str) -> list[read.Entry]:
        return read.history(self.store, self.deal(key).id)


def problems(error: Unreadable | Plan) -> list[str]:
    """What is wrong, without the folder."""
    return [re.sub(r"/\S*/", "", problem.text("en")) for problem in error.problems]
