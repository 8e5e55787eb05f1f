"""A mail, an invoice and a digest as people get them: templates and results lie side by side in golden/."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dsl_templates import shop
from tests.engine_templates.deals import NOW, a_deal, an_env
from voronka.engine.templates import Rendered, Templates, compile_templates

GOLDEN = Path(__file__).parent / "golden"
TEMPLATES = {name: (GOLDEN / name).read_text(encoding="utf-8") for name in ("offer.txt", "invoice.html", "overdue.txt")}


def templates() -> Templates:
    digest = shop.on("entry", shop.notify("", path="new/r/#1", digest=True, template="overdue"))
    new = shop.stage("new", "Новая", "New", entry=(shop.send("offer"),), tasks=(shop.task(),), robots=(digest,))
    deals = shop.pipeline(stages={"new": new})
    definition = shop.workspace(deals, TEMPLATES)
    assert [found for found in shop.check_templates(definition, {}) if found.is_error] == []
    return compile_templates(definition)


def written(rendered: Rendered) -> str:
    """As the golden files have it; spaces that do not break are shown as ~."""
    headers = (("subject", rendered.subject), *rendered.headers)
    head = "".join(f"{name}: {value}\n" for name, value in headers if value is not None)
    return f"{head}\n{rendered.body}\n".replace("\u00a0", "~").lstrip("\n")


def compare(name: str, rendered: Rendered) -> None:
    assert written(rendered) == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.requirement("R46", "R49")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_mail_in_both_languages(language: str) -> None:
    rendered = templates().render(a_deal(), "new/#1", an_env(language=language))
    assert not rendered.html
    compare(f"offer.{language}.out", rendered)


@pytest.mark.requirement("R28", "R50")
def test_an_invoice_in_html() -> None:
    rendered = templates().render_document(a_deal(), "bill", an_env())
    assert rendered.html
    compare("invoice.out", rendered)


@pytest.mark.requirement("R35")
def test_a_digest_of_three_deals_one_of_them_nearly_empty() -> None:
    bare = a_deal(18, client=None, amount=None)
    bare.cards, bare.tasks = {}, {}
    rendered = templates().render_digest("shop", "new/r/#1", [a_deal(), bare, a_deal(19)], an_env())
    compare("overdue.out", rendered)


def test_the_same_input_gives_the_same_bytes() -> None:
    one, other = templates(), templates()
    first = one.render(a_deal(), "new/#1", an_env(now=NOW))
    assert one.render(a_deal(), "new/#1", an_env(now=NOW)) == first
    assert other.render(a_deal(), "new/#1", an_env(now=NOW)) == first
