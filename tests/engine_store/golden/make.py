"""Writes the golden store of the present format: `python -m tests.engine_store.golden.make`.

Run it once for each new format, and never again: what a release wrote must stay as it was.
"""

from __future__ import annotations

from pathlib import Path

from tests.engine_store.test_verify import full
from voronka.engine.store.codec import FORMAT
from voronka.engine.store.schema import APPLICATION

HERE = Path(__file__).parent


def text_of() -> str:
    """A store with something in every table, as SQL that anybody can read."""
    with full(":memory:") as store:
        version = store.db.execute("PRAGMA user_version").fetchone()[0]
        lines = [f"PRAGMA application_id = {APPLICATION};", f"PRAGMA user_version = {version};", *store.db.iterdump()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    path = HERE / f"format-{FORMAT}.sql"
    if path.exists():
        raise SystemExit(f"{path} is there already, and stays as it is")
    path.write_text(text_of(), encoding="utf-8")
