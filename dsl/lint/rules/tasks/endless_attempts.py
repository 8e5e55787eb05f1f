"""L305 endless-attempts."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.rule import Page, Rule
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic

CODE = Code(
    "L305",
    "endless-attempts",
    Severity.WARNING,
    "a client who does not answer is tried for ever",
    "клиенту, который не отвечает, будут звонить вечно",
    "say how often, and what then: `again in … at most 5 times else {{ lose as no_answer }}`",
    "скажите, сколько раз и что потом: `again in … at most 5 times else {{ lose as no_answer }}`",
)

PAGE = Page(
    Both(
        "An outcome that does not count as contact, beside others that do, and that only says `again in …`, has"
        " an `at most`; or the stage has an end by the clock.",
        "Исход без контакта рядом с исходами, которые контактом считаются, если в нём только `again in …`, "
        "ограничен через `at most`; или у этапа есть конец по времени.",
    ),
    Both(
        "Calling the eleventh time costs as much as the first call of a new client, and is worth nothing. The "
        "deal still counts as open.",
        "Одиннадцатый звонок стоит столько же, сколько первый новому клиенту, и не даёт ничего. А сделка всё "
        "числится открытой.",
    ),
    """\
pipeline deals "Продажи" {
  stage new "Новая" {
    task call "Позвонить" {
      assign owner
      due 1 workday after entry
      outcome reached   "Поговорили" { counts as contact }
      outcome no_answer "Не ответил" { again in 2 workhours }
    }
  }
  lost refused "Отказ" { reason other "Другое" }
}
""",
    """\
pipeline deals "Продажи" {
  stage new "Новая" {
    task call "Позвонить" {
      assign owner
      due 1 workday after entry
      outcome reached   "Поговорили" { counts as contact }
      outcome no_answer "Не ответил" { again in 2 workhours at most 5 times else { lose as silent } }
    }
  }
  lost refused "Отказ" { reason silent "Не дозвонились" }
}
""",
)


def run(ctx: Context) -> Iterator[Diagnostic]:
    for pipeline in ctx.everything:
        for task in pipeline.every_task():
            if not any(outcome.contact for outcome in task.outcomes):
                continue  # not a task of reaching somebody
            stage = next((s for s in pipeline.stages.values() if any(t.path == task.path for t in s.tasks)), None)
            ends = stage is not None and any(rule.moment is not None for rule in stage.standing)
            for outcome in task.outcomes:
                again = outcome.again
                if again is None or again.at_most or outcome.contact or again.moment.offset is None or ends:
                    continue
                asks = outcome.requires or outcome.comment_required or outcome.next_required
                if not asks and ctx.is_own(outcome.loc):
                    yield ctx.finding(CODE, outcome.loc)


RULE = Rule(CODE, "tasks", PAGE, run, ("R22", "R41"))
