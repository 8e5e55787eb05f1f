"""What a shell may complete: names that the store and the files know. Never raises, never compiles anything."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import click

_DECLARED = re.compile(r"^\s*(?:pipeline|record)\s+([^\W\d]\w*)", re.MULTILINE)
_LARGEST = 1_000_000  # bytes of a file that is looked into


def pipelines(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Pipelines and records that the workspace's files declare."""
    return [name for name in sorted(_declared()) if name.startswith(incomplete)]


def stages(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Stages of the deal or pipeline named before, else of all."""
    return _titled(ctx, "stage", incomplete)


def reasons(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Reasons, likewise."""
    return _titled(ctx, "reason", incomplete)


def _declared() -> set[str]:
    from voronka.cli.app import workspace_root
    from voronka.engine.workspace import pipeline_files

    found: set[str] = set()
    root = workspace_root(Path.cwd())
    with contextlib.suppress(OSError):
        for file in pipeline_files([root / "pipelines"]) if root else ():
            if file.stat().st_size < _LARGEST:
                found |= set(_DECLARED.findall(file.read_text(encoding="utf-8", errors="replace")))
    return found


def _titled(ctx: click.Context, kind: str, incomplete: str) -> list[str]:
    with contextlib.suppress(Exception):
        return [name for name in _stored(ctx, kind) if name.startswith(incomplete)]
    return []


def _stored(ctx: click.Context, kind: str) -> Iterator[str]:
    """The store keeps the titles of the definition in force, so nothing has to be checked here."""
    from voronka.cli.app import App, workspace_settings
    from voronka.cli.session import store_path
    from voronka.engine.store.files import open_store
    from voronka.engine.store.problems import StoreProblem

    app = App(store=ctx.params.get("store"), settings=workspace_settings(Path.cwd()))
    opened = open_store(store_path(app), write=False)
    if isinstance(opened, StoreProblem):
        return
    number = re.sub(r"\D", "", str(ctx.params.get("number") or ""))
    with opened as store:
        row = store.db.execute("SELECT pipeline FROM deals WHERE id = ?", (int(number or 0),)).fetchone()
        pipeline = row[0] if row else ctx.params.get("pipeline")
        sql = """SELECT DISTINCT name FROM titles WHERE definition = ?1 AND kind = ?2 AND (?3 IS NULL OR pipeline = ?3)
            ORDER BY name"""
        yield from (name for (name,) in store.db.execute(sql, (store.definition, kind, pipeline)))
