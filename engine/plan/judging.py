"""Whether edited files may be taken over by themselves while deals run: by what they would do, not by what they say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from voronka.dsl.text.codes.base import Both
from voronka.engine.host import versions
from voronka.engine.plan.plan import Plan, make
from voronka.engine.plan.words import dangers
from voronka.engine.program.build import Programs
from voronka.engine.store.files import open_store
from voronka.engine.store.problems import StoreProblem


class Judge:
    """Plans a reload beside whoever writes to the store. ``waiting`` is the plan that was refused last, till it is not.

    ``mode`` safe: what strands no deal and loses nothing is taken over; plan: only ``apply`` takes over.
    """

    def __init__(self, path: Path, mode: str, clock: Callable[[], int]) -> None:
        self.path = path
        self.mode = mode
        self.clock = clock
        self.waiting: Plan | None = None

    def objects(self, running: Programs, edited: Programs) -> Both | None:
        """Why the edited files have to wait, or None. ``running``: what is in force, as far as it is known."""
        self.waiting = None
        opened = open_store(self.path, write=False)
        if isinstance(opened, StoreProblem):
            return Both(opened.text("en"), opened.text("ru"))
        with opened as store:
            plan = make(store, edited, self.clock(), old=running, told=False)
            gone = edited.hash in versions.left(store)
            if plan.way is None or (self.mode == "safe" and not plan.unsafe and not gone):
                return None
            return self.why(make(store, edited, self.clock(), old=running), gone)

    def why(self, plan: Plan, gone: bool = False) -> Both:
        """Why a plan has to wait, in a sentence. ``gone``: it is of what was rolled back from."""
        self.waiting = plan
        if plan.unsafe:
            return Both(
                f"unsafe: {dangers(plan.unsafe, plan, 'en')}; see voronka plan",
                f"опасно: {dangers(plan.unsafe, plan, 'ru')}; смотрите voronka plan",
            )
        if gone:
            return Both(
                f"the files say what was rolled back: they wait for an edit, or `voronka apply --plan {plan.hash}`",
                f"в файлах то, от чего откатились; они ждут правки или `voronka apply --plan {plan.hash}`",
            )
        return Both(
            f"the files wait for `voronka apply --plan {plan.hash}`", f"файлы ждут `voronka apply --plan {plan.hash}`"
        )
