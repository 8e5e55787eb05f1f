"""The docs say what is: every command of every page is run, and the coverage page is up to date."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "docs" / "tools"


def pages() -> list[str]:
    found = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [str(page.relative_to(ROOT)) for page in found if "```console\n" in page.read_text(encoding="utf-8")]


def tool(code: str, page: Path) -> subprocess.CompletedProcess[str]:
    """Run a line with the docs' own tool, which is no part of the package."""
    head = f"import sys; sys.path.insert(0, {str(TOOLS)!r}); import console; from pathlib import Path"
    whole = f"{head}; page = Path({str(page)!r}); {code}"
    return subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("page", pages())
def test_every_command_prints_what_the_page_says(page: str) -> None:
    code = "wrong = console.differences(page); print(chr(10).join(wrong)); sys.exit(bool(wrong))"
    ran = tool(code, ROOT / page)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_wrong_page_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo one\ntwo\n$ printf 'a\\nb\\nc\\n'\na\n…\n```\n", encoding="utf-8")
    ran = tool("print(len(console.differences(page)))", page)
    assert ran.stdout.strip() == "1"


@pytest.mark.parametrize(
    "page", sorted(str(page.relative_to(ROOT)) for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
)
def test_every_link_leads_somewhere(page: str) -> None:
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    files = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in files if not ((ROOT / page).parent / link).exists()] == []


def test_the_readme_leads_to_every_page() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in sorted((ROOT / "docs").glob("*.md")) if f"(docs/{page.name})" not in text] == []


@pytest.mark.drift
def test_the_picture_shows_what_the_command_prints() -> None:
    ran = subprocess.run([sys.executable, str(TOOLS / "screen.py"), "--check"], check=False)
    assert ran.returncode == 0, "run: python docs/tools/screen.py"


@pytest.mark.drift
def test_the_coverage_page_is_up_to_date() -> None:
    ran = subprocess.run([sys.executable, str(TOOLS / "coverage.py"), "--check"], check=False)
    assert ran.returncode == 0, "run: python docs/tools/coverage.py"
