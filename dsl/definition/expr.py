"""Typed expression trees: what the checker makes of conditions and formulas, and the engine compiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from voronka.dsl.definition.types import Type


@dataclass(frozen=True, slots=True)
class Loc:
    """A place in a definition file, 1-based; ``file`` is the path as displayed."""

    file: str
    line: int
    column: int = 1
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


NOWHERE = Loc("", 0)


@dataclass(frozen=True, slots=True)
class Expr:
    """One node. ``op`` says which; ``value`` and ``args`` are, by op:

    ======================= ===================== =====================================================================
    op                      value                 args and meaning
    ======================= ===================== =====================================================================
    const                   a Value               a literal (money is checked: its currency is in ``type``)
    field                   field name            a field of this deal (modules: ``nps.score``)
    via                     (link, name)          a field of the linked card, mirrored: ``client.telegram``;
                                                  name may also be ``owner`` or ``stage``
    payload                 name                  ``event.x`` of the event being handled
    now today               –                     the moment of the decision; its date in the pipeline's zone
    owner supervisor        –                     persons (text ids)
    stage                   –                     the stage's name (compared with constants of kind ``stage``)
    creation closing entry  –                     instants: deal created / closed / current stage entered
    last_contact            –                     instant of the last contact, or unset
    item                    name                  a field of the item under ``quant`` / ``agg`` (``stage`` too)
    add sub mul div         –                     two args; types are already reconciled (money*number, date+duration …)
    neg                     –                     one arg
    lt le gt ge             –                     two args of one type
    eq ne                   –                     two args; ``choice`` against a const of its option; rating
                                                  against a class is lowered to range comparisons
    in not_in               –                     first arg, then the list
    set unset               –                     ``x is set`` / ``is not set``: never unknown
    has                     –                     choices has const option
    older not_older         –                     (instant or date, duration): true from x + d on; a date lasts to the
                                                  end of its day, so that this equals ``today - x > d``
    within not_within       –                     (instant or date, duration): from x - d on until it is older
    and or                  –                     two or more args
    not                     –                     one arg
    all any none            source name           args[0] a predicate over ``item``; over a ``links`` field, or
                                                  over ``tasks``: those of the present visit and of the deal
                                                  itself (item fields then: ``open overdue done cancelled
                                                  waiting planned`` bools)
    sum min max             source name           two args: the item expression, the item condition
    count share             source name           one arg: the item condition; share = count(cond) / count(all).
                                                  A condition that is not written is the const True
    task                    (task, state)         ``task t is done``: state ∈ done open overdue cancelled waiting
                                                  planned, or an outcome's name; the latest task of that name in
                                                  the present visit (pipeline tasks: in the deal)
    check                   (list, point)         one point of a checklist, present visit; ``checklist c is done`` has
                                                  point "" and one such node for each point of the list as args
    approval                (name, state)         state ∈ asked approved rejected (a state's absence is false)
    call                    function name         typed function of the standard library; unset in → unset out
                                                  unless it says so
    ======================= ===================== =====================================================================
    """

    op: str
    type: Type
    value: Any = None
    args: tuple[Expr, ...] = ()
    loc: Loc = field(default=NOWHERE, compare=False)
    text: str = field(default="", compare=False)  # as written, for messages: "amount > 0 RUB"

    def walk(self) -> Iterator[Expr]:
        """This node and every one below it, parents first."""
        yield self
        for arg in self.args:
            yield from arg.walk()
