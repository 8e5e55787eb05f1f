"""Every mail and document of the scenarios, as the client first sees it.

``python -m tests.pipelines.texts`` writes them anew; read the difference before you commit it.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.pipelines.ready import PIPELINES, outcomes

GOLDEN = Path(__file__).parent / "golden" / "texts.txt"


def first_texts() -> dict[str, str]:
    """Template -> kind, subject and text of its first use in the scenarios of ``pipelines/``."""
    found: dict[str, str] = {}
    for outcome in outcomes(PIPELINES):
        for done in outcome.journal:
            for place, text in sorted(done.texts.items()):
                effect = done.changes[place][1]
                if effect.get("template") and text.body and effect["template"] not in found:
                    subject = [f"subject: {text.body['subject']}"] if text.body["subject"] else []
                    lines = [f"=== {effect['template']} · {effect['kind']}", *subject, plain(text.body["body"])]
                    found[effect["template"]] = "\n".join(lines)
    return found


def plain(body: str) -> str:
    """A text without its tags, its style, and what tells one space from another."""
    body = re.sub(r"(?s)<(style|title)>.*?</\1>", "", body)
    body = re.sub(r"</t[dh]><t[dh][^>]*>", " | ", body)
    body = re.sub(r"<[^>]+>", "", body).replace("\xa0", " ")
    return "\n".join(line.strip() for line in body.splitlines() if line.strip())


def written() -> str:
    texts = first_texts()
    return "\n\n".join(texts[name] for name in sorted(texts)) + "\n"


if __name__ == "__main__":
    GOLDEN.write_text(written(), encoding="utf-8")
