"""What unblock prints lets the deal in, when it is really done, and no part of it would do (U5)."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine_why.wander import START, WAYS, acts, live, shipped
from voronka.dsl.check.workspace import check_text
from voronka.engine.program.build import Programs
from voronka.engine.sandbox import Sandbox
from voronka.engine.why.attempt import Attempt
from voronka.engine.why.edits import Edit, Known, of_field, reads_of
from voronka.engine.why.unblock import suffices, unblock
from voronka.stdlib.library import library

FEW = 6  # edits whose every part is tried


@pytest.mark.requirement("U5")
@pytest.mark.parametrize(("file", "pipeline"), WAYS)
@settings(max_examples=12)
@given(data=st.data())
def test_what_is_printed_lets_the_deal_in_and_no_part_of_it_does(file: str, pipeline: str, data: st.DataObject) -> None:
    """U5: the edits are applied by the host that live deals have; every proper part is tried as well."""
    programs = shipped(file)
    with Sandbox(programs, START) as box:
        deal = live(box, pipeline, data.draw(acts()))
        stages = list(programs.definition.pipelines[pipeline].stages)
        target = data.draw(st.sampled_from(stages))
        attempt = Attempt(box.store, programs, box.now)
        way = unblock(attempt, deal, target)
        if way.edits is None:
            assert way.unmet
            return
        if len(way.edits) <= FEW:
            for size in range(len(way.edits)):
                for part in combinations(way.edits, size):
                    assert not suffices(attempt, deal, target, part), f"{part} would do"
        for doing in way.doings:
            reply = box.submit(doing.kind, doing.data, deal.id)
            assert reply.status == "done", (doing, reply.unmet, reply.message)
        entered = [
            change[1] for done in box.journal if done.deal == deal.id for change in done.changes if change[0] == "stage"
        ]
        assert target in entered


CHOICES = """
language ru
pipeline p "П" {
  currency RUB
  role boss "Босс"
  owner is boss
  field a "А" text
  field b "Б" text
  field c "В" text
  field sum "Сумма" money
  field rate "Скидка" percent
  field paid "Оплачено" bool
  field total "Итого" money is sum - sum * rate
  check sum > 0 RUB else "Больше нуля"
  stage first "Первый" {
    checklist list "Список" { one "Раз"  two "Два" }
    leave when (a is set and b is set) or c is set else "Нужно А и Б, или В"
    task call "Позвонить" { assign owner  due 1 day after entry  outcome yes "Да" { set paid = yes }  outcome no "Нет" }
  }
  stage second "Второй" {
    require a when paid is yes
    enter when total >= 1_000 RUB and rate <= 10% else "Итого от тысячи, скидка до десяти"
  }
  stage third "Третий" { enter when checklist list is done and task call is yes }
  stage fourth "Четвёртый" { enter when today > 2026-12-31 else "Только в новом году" }
  won done "Успех" { }
  lost lost "Отказ" { reason dear "Дорого" }
}
"""


def choices(text: str = CHOICES) -> Programs:
    checked = check_text("p.pipeline", text, library())
    assert checked.definition is not None, [d.message("en") for d in checked.diagnostics]
    return Programs(checked.definition)


def found(box: Sandbox, number: int, target: str) -> tuple[Edit, ...] | None:
    return unblock(Attempt(box.store, box.programs, box.now), box.deal(number), target).edits


def names(edits: tuple[Edit, ...] | None) -> set[tuple[str, str]]:
    return {edit.slot for edit in edits or ()}


def test_of_two_ways_the_shorter_one_is_taken() -> None:
    with Sandbox(choices(), START) as box:
        number = box.submit("create", {"fields": {}}, pipeline="p").deal or 0
        assert names(found(box, number, "done")) == {("set", "c")}
        box.submit("set", {"fields": {"a": "есть"}}, number)
        assert len(found(box, number, "done") or ()) == 1


def test_values_are_chosen_so_that_formulas_of_them_satisfy_the_gate() -> None:
    with Sandbox(choices(), START) as box:
        number = box.submit("create", {"fields": {"c": "есть"}}, pipeline="p").deal or 0
        edits = found(box, number, "second")
        assert names(edits) == {("set", "sum"), ("set", "rate")}
        box.submit("set", {"fields": {edit.name: edit.value for edit in edits or ()}}, number)
        assert box.submit("move", {"stage": "second"}, number).status == "done"


def test_ticks_and_answers_are_edits_too() -> None:
    with Sandbox(choices(), START) as box:
        number = box.submit("create", {"fields": {"c": "есть"}}, pipeline="p").deal or 0
        edits = found(box, number, "third")
        assert names(edits) == {("tick", "list.one"), ("tick", "list.two"), ("done", "1")}
        assert next(edit.value for edit in edits or () if edit.kind == "done") == "yes"


@pytest.mark.parametrize("target", ["fourth", "first", "lost"])
def test_where_no_edit_helps_that_is_said_with_what_it_hangs_on(target: str) -> None:
    """Time, the stage it is in, a loss that needs its reason."""
    with Sandbox(choices(), START) as box:
        number = box.submit("create", {"fields": {"c": "есть"}}, pipeline="p").deal or 0
        way = unblock(Attempt(box.store, box.programs, box.now), box.deal(number), target)
        assert way.edits is None
        assert not way.given_up
        assert way.stuck


def test_a_closed_deal_is_opened_again_through_the_gates_of_where_it_goes() -> None:
    with Sandbox(choices(), START) as box:
        number = box.submit("create", {"fields": {}}, pipeline="p").deal or 0
        box.submit("lose", {"reason": "dear", "comment": "так"}, number)
        way = unblock(Attempt(box.store, box.programs, box.now), box.deal(number), "second")
        assert names(way.edits) == {("set", "sum"), ("set", "rate")}
        assert [doing.kind for doing in way.doings] == ["set", "reopen"]
        assert [box.submit(d.kind, d.data, number).status for d in way.doings] == ["done", "done"]


def test_nothing_is_written_by_looking() -> None:
    with Sandbox(choices(), START) as box:
        number = box.submit("create", {"fields": {}}, pipeline="p").deal or 0
        before = list(box.store.db.iterdump())
        found(box, number, "second")
        assert list(box.store.db.iterdump()) == before


@settings(max_examples=10)
@given(
    given_fields=st.fixed_dictionaries({}, optional={name: st.just("есть") for name in "ab"} | {"paid": st.booleans()}),
    target=st.sampled_from(["second", "third", "done"]),
)
def test_no_smaller_set_of_edits_exists(given_fields: dict[str, object], target: str) -> None:
    """Against all sets of up to two edits that a person could make, whether or not they seem to matter."""
    with Sandbox(choices(), START) as box:
        number = box.submit("create", {"fields": given_fields}, pipeline="p").deal or 0
        deal, attempt = box.deal(number), Attempt(box.store, box.programs, box.now)
        step = attempt.step(deal)
        known = Known(reads_of(deal, box.programs.pipelines["p"], target), attempt.cards)
        everything: dict[Edit, None] = {}
        for name in ("a", "b", "c", "sum", "rate", "paid"):
            everything.update(dict.fromkeys(of_field(name, step, known)))
        everything.update({Edit("tick", f"list.{point}", True): None for point in ("one", "two")})
        everything.update({Edit("done", "1", outcome): None for outcome in ("yes", "no")})
        smallest = len(found(box, number, target) or ())
        for size in range(min(smallest, 3)):
            for chosen in combinations(everything, size):
                if len({edit.slot for edit in chosen}) == size:
                    assert not suffices(attempt, deal, target, chosen), f"{chosen} would do; {smallest} were named"
