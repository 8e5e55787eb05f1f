"""Places: a pipeline's stages as numbers inside of SQL, in their order, whatever they were called at the time."""

from __future__ import annotations

from voronka.engine.reports.names import Names
from voronka.engine.reports.scope import Scope


class Places:
    """The stages of one pipeline: ``stages`` in order, ``former`` all names that the pipeline ever had."""

    def __init__(self, scope: Scope, names: Names, pipeline: str) -> None:
        self.pipeline = scope.program(pipeline).pipeline
        self.stages = tuple(self.pipeline.stages.values())
        self.rank = {stage.name: rank for rank, stage in enumerate(self.stages)}
        self._names = [(place, self.rank[to[1]]) for place, to in names.stages.items() if to[0] == pipeline]
        self.former = tuple(dict.fromkeys(place[0] for place, _ in self._names))

    def lost(self) -> tuple[str, ...]:
        """All names that its lost stages ever had."""
        return tuple(dict.fromkeys(place[1] for place, rank in self._names if self.stages[rank].kind == "lost"))

    def sql(self, alias: str = "v", column: str = "stage", *, path: bool = False) -> tuple[str, list[str]]:
        """The rank of a visit's stage, NULL for one that is no more. ``path``: NULL for lost ones too."""
        known = [(place, rank) for place, rank in self._names if not (path and self.stages[rank].kind == "lost")]
        one_name = len(self.former) == 1
        parts, values = [], []
        for (pipeline, stage), rank in known:
            if one_name:
                parts.append(f"WHEN ? THEN {rank:d}")
                values.append(stage)
            else:
                parts.append(f"WHEN {alias}.{column} = ? AND {alias}.pipeline = ? THEN {rank:d}")
                values += [stage, pipeline]
        head = f"{alias}.{column} " if one_name else ""
        return f"CASE {head}{' '.join(parts)} END", values
