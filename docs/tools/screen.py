"""Writes docs/first-minute.svg: what a dry run prints on a terminal, colours and all, as a picture for the README.

Run ``python docs/tools/screen.py``; with ``--check`` it only says whether the picture is what the command prints now.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from console import Shell
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

PICTURE = Path(__file__).resolve().parents[1] / "first-minute.svg"
COMMAND = (
    "voronka dry-run pipelines/amocrm.pipeline \\\n"
    '    --at "2026-11-23 09:40" --set phone="+7 999 123-45-67" --until "2 days"'
)
# Rich's own frame, without the fonts that it would fetch.
FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def picture() -> str:
    """The drawing of what the command prints in a fresh workspace."""
    with tempfile.TemporaryDirectory(prefix="voronka-docs-") as folder:
        shell = Shell(Path(folder))
        shell.run("voronka init shop --template amocrm")
        shell.run("cd shop")
        printed = shell.run(f"{COMMAND} --color always")
    screen = Console(
        record=True, width=112, color_system="truecolor", no_color=False, force_terminal=True, file=io.StringIO()
    )
    screen.print(Text.assemble(("$ ", "bold green"), COMMAND), soft_wrap=False)
    screen.print(Text.from_ansi(printed), soft_wrap=False)
    drawn = screen.export_svg(title="voronka", theme=SVG_EXPORT_THEME, code_format=FRAME, unique_id="voronka")
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def main() -> int:
    text = picture()
    if "--check" in sys.argv[1:]:
        return int(not PICTURE.exists() or PICTURE.read_text(encoding="utf-8") != text)
    PICTURE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
