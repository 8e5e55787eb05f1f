"""A plugin as people have it: a package of its own that is built and installed, and goes wrong as it is told to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "shop-labels"
version = "1.0"
[project.entry-points."voronka.plugins"]
shop = "shop_labels.actions"
[tool.hatch.build.targets.wheel]
packages = ["shop_labels"]
"""
DECLARED = """
[label]
name = "text"
copies = "integer?"
"""
ACTIONS = '''
"""Prints labels; what the label says decides how it goes wrong."""
import sys
import threading
from pathlib import Path

DONE = Path(__file__).with_name("done.txt")


def label(args, context):
    name = args["name"]
    print("printing", name)
    print("and complaining", file=sys.stderr)
    if name == "raise":
        raise ValueError("secret of " + name)
    if name == "leave":
        sys.exit(7)
    if name == "hang":
        threading.Event().wait()
    if name == "nonsense":
        return 42
    if name == "recurse":
        return label(args, context)
    args["name"] = "changed"
    with DONE.open("a") as file:
        file.write(f"{context['id']} {name}\\n")
    return {"printed": name}
'''


def install(source: Path, target: Path) -> Path:
    """Build it in one folder and install it into another, by its own build system, without any package index."""
    (source / "shop_labels").mkdir(parents=True)
    (source / "pyproject.toml").write_text(PROJECT)
    (source / "shop_labels/__init__.py").write_text("")
    (source / "shop_labels/actions.py").write_text(ACTIONS)
    (source / "shop_labels/voronka.toml").write_text(DECLARED)
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--no-index", "--no-deps", "--no-build-isolation"]
    done = subprocess.run([*pip, "--target", target, source], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target
