"""Runs the ```console blocks of the docs and compares what they print. With --write [PAGE…] it puts in what they print.

A block's lines that begin with ``$ `` are commands, run one after another in a folder of the document's own, lines that
begin with ``> `` go on with them; what follows is what they print, stdout and stderr as a terminal mixes them. A line
``…`` stands for any lines. A command that stays is followed by what is done meanwhile in another terminal, behind
``$$ ``, each with what the first one then prints, and ended by ``^C``.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
ANY = "…"
STOP = "^C"
QUIET, STAYS = 8.0, 90.0  # seconds: how long a command that stays may be silent, and how long it is waited for at all


def documents() -> list[Path]:
    """README and the pages that have such blocks."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [page for page in pages if page.exists() and "```console\n" in page.read_text(encoding="utf-8")]


@dataclass
class Session:
    """A command with what the page says it prints; ``parts``: what is done meanwhile, and what is then printed."""

    command: str
    lines: list[str] = field(default_factory=list)
    parts: list[tuple[str, list[str]]] = field(default_factory=list)

    @property
    def stays(self) -> bool:
        return bool(self.parts)


def sessions(block: str) -> list[Session]:
    """The commands of a block."""
    found: list[Session] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Session(line[2:]))
        elif (line == ">" or line.startswith("> ")) and found and not found[-1].lines:
            found[-1].command += f"\n{line[2:]}"
        elif line == STOP or line.startswith("$$ "):
            found[-1].parts.append((line.removeprefix("$$ "), []))
        elif found:
            (found[-1].parts[-1][1] if found[-1].stays else found[-1].lines).append(line)
    return found


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
        if command.startswith("export "):
            name, _, value = command[7:].partition("=")
            self.env[name] = value.strip()
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
        return self._shown(ran.stdout)

    def _shown(self, printed: str) -> str:
        lines = [line.rstrip() for line in printed.replace(str(self.folder), ".").splitlines()]
        return "\n".join(lines).strip("\n")

    def stay(self, session: Session) -> list[str]:
        """What a command that stays prints: at first, and after each thing that is done meanwhile."""
        with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
            running = subprocess.Popen(
                ["bash", "-c", f"exec {session.command}"],
                cwd=self.folder,
                env=self.env,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            told: list[str] = []
            try:
                since, told = 0, []
                for do, lines in [("", session.lines), *session.parts]:
                    if do == STOP:
                        os.killpg(running.pid, signal.SIGINT)
                        running.wait(STAYS)
                    elif do:
                        self.run(do)
                    whole = self._until(out.fileno(), since, "\n".join(lines), ended=do == STOP)
                    told.append(self._shown(whole[since:].decode("utf-8")))
                    since = len(whole)
            finally:
                running.kill()
                running.wait()
        return told

    def _until(self, out: int, since: int, expected: str, ended: bool) -> bytes:
        """Everything printed so far, once it is what was expected, or once nothing more has come for a while."""
        before, changed, start = b"", time.monotonic(), time.monotonic()
        while True:
            now = os.pread(out, os.fstat(out).st_size, 0)
            if ended or (len(now) > since and matches(expected, self._shown(now[since:].decode("utf-8", "replace")))):
                return now
            if now != before:
                before, changed = now, time.monotonic()
            quiet = time.monotonic() - changed
            if (len(now) > since and quiet > QUIET) or time.monotonic() - start > STAYS:
                return now
            time.sleep(0.1)


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
            for one in sessions(block):
                expected = ["\n".join(lines) for lines in (one.lines, *(lines for _, lines in one.parts))]
                printed = shell.stay(one) if one.stays else [shell.run(one.command)]
                for said, told in zip(expected, printed, strict=True):
                    if not matches(said, told):
                        wrong.append(f"{page.name}: $ {one.command}\n--- the page\n{said}\n--- printed\n{told}\n")
    return wrong


def rewritten(page: Path) -> str:
    """The page with what its commands print now; what has a ``…`` is left as it is, and told if it is wrong."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="voronka-docs-") as folder:
        shell = Shell(Path(folder))

        def again(match: re.Match[str]) -> str:
            out = []
            for one in sessions(match.group(1)):
                printed = shell.stay(one) if one.stays else [shell.run(one.command)]
                first, *others = one.command.split("\n")
                out += [f"$ {first}", *(f"> {line}".rstrip() for line in others)]
                for (do, lines), told in zip([("", one.lines), *one.parts], printed, strict=True):
                    if do:
                        out.append(do if do == STOP else f"$$ {do}")
                    kept = ANY in (line.strip() for line in lines)
                    out += lines if kept else told.splitlines()
                    if kept and not matches("\n".join(lines), told):
                        sys.stderr.write(f"{page.name}: $ {one.command}\nprints otherwise now:\n{told}\n")
            return "```console\n" + "\n".join(out) + "\n```"

        return BLOCK.sub(again, text)


def main() -> int:
    if "--write" in sys.argv:
        chosen = [Path(name).resolve() for name in sys.argv[1:] if name != "--write"]
        for page in chosen or documents():
            page.write_text(rewritten(page), encoding="utf-8")
        return 0
    wrong = [text for page in documents() for text in differences(page)]
    sys.stdout.write("\n".join(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
