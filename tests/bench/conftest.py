"""The measures of bench/ are a package beside the script that runs them, as for ``python bench/run.py``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
