"""Which version of voronka runs, found out in a moment: importlib.metadata takes longer than a whole command."""

from __future__ import annotations

import os
import sys
from functools import lru_cache

_BEFORE, _AFTER = "voronka-", ".dist-info"


@lru_cache(maxsize=1)
def engine_version() -> str:
    """The version of voronka that runs, as rows name it; "0" where it is not installed."""
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208  # pathlib alone would take as long
        except OSError:  # an archive, or a folder that is not there
            continue
        for name in names:
            if name.startswith(_BEFORE) and name.endswith(_AFTER):
                return name[len(_BEFORE) : -len(_AFTER)]
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("voronka")
    except PackageNotFoundError:
        return "0"
