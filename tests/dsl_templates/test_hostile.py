"""No text gets out of its box: each is refused with a code of its own, and nothing but findings ever comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dsl_templates import shop
from tests.dsl_templates.hostile import HOSTILE
from voronka.dsl.text.codes import ALL


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_templates_are_refused(text: str, code: str) -> None:
    deals, templates = shop.mailing(text)
    found = [one for one in shop.findings(deals, templates) if one.is_error]
    assert code in {one.code.id for one in found}


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_in_sentences_are_refused(text: str, code: str) -> None:
    deals = shop.pipeline(stages={"new": shop.stage("new", "Новая", entry=(shop.notify(text),))})
    assert code in {one.code.id for one in shop.findings(deals)}


PIECES = st.sampled_from(
    [
        *("{{ ", " }}", "{% ", " %}", "{#", "#}", "{{-", "-%}", "{% raw %}", "{% endraw %}"),
        *("for x in ", "goods", "tasks", "services", "endfor", "if ", "elif ", "else", "endif", "recursive"),
        *("name", "amount", "vip", "x", "loop", "deal", "client", "stage", "nps", "score", "event", "сумма"),
        *(".", ".title", ".name", "[0]", "(", ")", " ~ ", " + ", " * ", " / ", " - ", " ** ", " == ", " < ", " in "),
        *(" is set", " is not set", " not ", " and ", " or ", " | ", "upper", "default('x')", "round(2)", "money"),
        *("'hot'", '"', "'", "\\", "1", "1.5", "99999999999", "true", "none", ", ", "\n", "\r\n", "\r", " ", "текст"),
        *("set ", "macro m()", "include 'a'", "block b", "with ", "self", "range(9)", "__class__", "\x00", "\u2028"),
    ]
)


@given(st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=200)))
def test_any_text_gives_findings_and_never_an_exception(text: str) -> None:
    deals, templates = shop.mailing(text)
    templates["bare.txt"] = text
    for found in shop.findings(deals, templates):
        assert found.code.id in ALL
        assert found.message("ru")
        assert 0 <= found.span.start <= found.span.end <= len(found.span.source.text)
