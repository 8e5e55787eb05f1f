"""The store's own log as an event log: each visit of a deal to a stage is an event, each loss one by its reason."""

from __future__ import annotations

import json

from voronka.dsl.definition.model import Pipeline
from voronka.engine.discover.log import Builder, EventLog
from voronka.engine.discover.matching import REASON, STAGE, Target
from voronka.engine.store.store import Store


def own_log(store: Store, pipeline: Pipeline) -> tuple[EventLog, dict[int, Target | None]]:
    """All visits of a pipeline's deals, and what each of them is in ``pipeline``; a former name is the present one."""
    stages: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for one in pipeline.stages.values():
        stages.update(dict.fromkeys((one.name, *one.was), one.name))
    for cause in pipeline.reasons.values():
        reasons.update(dict.fromkeys((cause.name, *cause.was), cause.name))
    lost = pipeline.lost.name if pipeline.lost else ""
    builder = Builder()
    builder.plain = False
    rows = store.db.execute(
        "SELECT deal, stage, entered, actor, reason FROM visits WHERE pipeline IN (SELECT value FROM json_each(?))"
        " ORDER BY deal, visit",
        (json.dumps([pipeline.name, *pipeline.was]),),
    )
    for deal, stage, entered, actor, reason in rows:
        said = f"{stage}: {reason}" if reason else stage
        builder.add(str(deal), said, entered, actor, {}, deal)
    log = builder.finish(str(store.path))
    targets: dict[int, Target | None] = {}
    for number, said in enumerate(log.activities):
        stage, _, reason = said.partition(": ")
        if reason and stages.get(stage) == lost and reason in reasons:
            targets[number] = Target(REASON, reasons[reason], "name")
        elif stage in stages:
            targets[number] = Target(STAGE, stages[stage], "name")
    return log, targets
