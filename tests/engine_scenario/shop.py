"""A small pipeline with one of everything that scenarios can go through, and scenarios that leave some of it out."""

from __future__ import annotations

from voronka.dsl.check import check_text
from voronka.engine.program.build import Programs
from voronka.stdlib.library import library

SHOP = """\
pipeline deals "Deals" {
  timezone "Europe/Moscow"
  currency RUB

  role manager "Manager" reports to head
  role head    "Head"
  owner is manager by round robin

  field need   "Need"   text
  field amount "Amount" money
  field email  "E-mail" email
  field paid   "Paid"   bool

  check amount > 0 RUB else "The amount must be above zero"
  event payment "Payment" { amount "Amount" money }

  stage new "New" {
    limit 2 days { notify owner "It lies" }
    task call "Call" {
      assign owner
      due 30 min after entry
      outcome reached "Reached" { move to offered }
      outcome nobody  "Nobody"  { again in 2 hours at most 2 times else { lose as silent } }
      on overdue { notify supervisor "Late" }
    }
  }
  stage offered "Offer sent" {
    require need
    enter when amount >= 100 RUB else "Too small"
    approval cheap "Cheap" when amount < 200 RUB { assign head  due 1 day after request }
    if amount > 500 RUB { set paid = no } else { notify owner "Small" }
    wait 3 days for event payment { set paid = yes } else { notify owner "No money" }
    move to success when paid is yes
  }
  won success "Success"
  lost failed "Failed" {
    reason silent "Silent"
    reason rival  "Rival" { comment required }
  }
}
"""

SCENARIOS = """\

scenario "A large one is paid" {
  deal deals { need = "Site"  amount = 600 RUB }
  expect task call due in 30 min
  done call as reached
  expect stage is offered
  event payment { amount = 600 RUB }
  expect stage is success
}

scenario "A small one is not let in" {
  deal deals { need = "Site"  amount = 50 RUB }
  try move to offered
  expect blocked only by "Too small"
}

scenario "Nobody answers" {
  deal deals {}
  wait 1 hours
  expect task call is overdue
  done call as nobody
  done call as nobody
  done call as nobody
  expect stage is failed
}
"""


def programs(text: str) -> Programs:
    """What is written, ready to run."""
    checked = check_text("shop.pipeline", text, library())
    assert checked.definition is not None, [f"{d.span}: {d.message()}" for d in checked.diagnostics]
    return Programs(checked.definition)
