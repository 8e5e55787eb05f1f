"""Runs the ```console blocks of the docs and compares what they print. With --write it puts in what they print.

A block's lines that begin with ``$ `` are commands, run one after another in a folder of the document's own; what
follows is what they print, stdout and stderr as a terminal mixes them. A line ``…`` stands for any lines.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
ANY = "…"


def documents() -> list[Path]:
    """README and the pages that have such blocks."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [page for page in pages if page.exists() and "```console\n" in page.read_text(encoding="utf-8")]


def sessions(block: str) -> list[tuple[str, str]]:
    """Commands of a block with what the page says they print."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return [(command, "\n".join(lines)) for command, lines in found]


class Shell:
    """A shell that keeps its folder between commands, with nothing of this machine in its settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        keep = {key: os.environ[key] for key in ("PATH", "HOME", "SYSTEMROOT") if key in os.environ}
        bin_ = str(Path(sys.executable).parent)
        self.env = {**keep, "PATH": f"{bin_}:{keep.get('PATH', '')}", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        self.env |= {"NO_COLOR": "1", "VORONKA_LANG": "en", "TZ": "UTC"}

    def run(self, command: str) -> str:
        if command.startswith("cd "):
            self.folder = (self.folder / command[3:].strip()).resolve()
            return ""
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        lines = [line.rstrip() for line in ran.stdout.replace(str(self.folder), ".").splitlines()]
        return "\n".join(lines).strip("\n")


def matches(expected: str, printed: str) -> bool:
    """Whether a page's text is what was printed, ``…`` lines standing for anything."""
    parts = [re.escape(part) for part in re.split(rf"(?:^|\n)[ ]*{ANY}[ ]*(?=\n|$)", expected.strip("\n"))]
    return (
        re.fullmatch(r"[\s\S]*?".join(parts), printed) is not None
        if len(parts) > 1
        else expected.strip("\n") == printed
    )


def differences(page: Path) -> list[str]:
    """What a page says otherwise than its commands print."""
    wrong = []
    with tempfile.TemporaryDirectory(prefix="voronka-docs-") as folder:
        shell = Shell(Path(folder))
        for block in BLOCK.findall(page.read_text(encoding="utf-8")):
            for command, expected in sessions(block):
                printed = shell.run(command)
                if not matches(expected, printed):
                    wrong.append(f"{page.name}: $ {command}\n--- the page\n{expected}\n--- printed\n{printed}\n")
    return wrong


def rewritten(page: Path) -> str:
    """The page with what its commands print now; blocks with ``…`` are left as they are."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="voronka-docs-") as folder:
        shell = Shell(Path(folder))

        def again(match: re.Match[str]) -> str:
            out = []
            for command, expected in sessions(match.group(1)):
                printed = shell.run(command)
                out.append(f"$ {command}")
                kept = expected if ANY in expected.splitlines() else printed
                out += kept.splitlines()
            return "```console\n" + "\n".join(out) + "\n```"

        return BLOCK.sub(again, text)


def main() -> int:
    if "--write" in sys.argv:
        for page in documents():
            page.write_text(rewritten(page), encoding="utf-8")
        return 0
    wrong = [text for page in documents() for text in differences(page)]
    sys.stdout.write("\n".join(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
