"""Print forms as PDF: set in a process of their own, kept beside the deal, sent along; what explodes is an incident.

What a form looks like is asked of Typst itself, which also draws pictures and tells what text it has set.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.outbox.peers import Mailbox, smtp
from tests.outbox.post import Post, mail, shop
from voronka.engine.care.person import write
from voronka.engine.host import queries
from voronka.engine.host.render import renderer
from voronka.engine.outbox.channels.document import DocumentChannel, line_of
from voronka.engine.outbox.parcel import Parcel
from voronka.engine.outbox.settings import Document
from voronka.engine.store import erase
from voronka.engine.store.verify import verify
from voronka.engine.store.writer import Writer

pytest.importorskip("typst", reason="the extra pdf is not installed")


def made(post: Post, number: int) -> tuple[str, bytes | None] | None:
    return queries.document(post.store, number, post.deal(number).f["bill"])


@pytest.mark.requirement("R50")
def test_a_form_is_set_as_pdf_and_goes_along_with_the_letter_that_waited_for_it() -> None:
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(mail(port)) as post:
        number = post.greet("billed")
        assert made(post, number) == ("application/pdf", None)
        post.deliver()
        assert [(e.channel, e.status, e.attempts) for e in post.effects()] == [
            ("document", "sent", 1),
            ("email", "pending", 0),
        ]
        post.now += 1_000
        post.deliver()
        assert post.statuses() == ["sent", "sent"]
        (letter,) = mailbox.letters
        (paper,) = letter.iter_attachments()
        assert (paper.get_filename(), paper.get_content_type()) == ("Счёт.pdf", "application/pdf")
        assert post.effects()[0].body is None
        kept = made(post, number)
        assert kept is not None
        assert paper.get_content() == kept[1]
        assert str(kept[1])[2:7] == "%PDF-"
        assert verify(post.store).ok


def test_the_same_form_of_the_same_moment_has_the_same_bytes() -> None:
    twice = []
    for _ in range(2):
        with Post() as post:
            number = post.greet("billed", email=None)
            post.deliver()
            twice.append(made(post, number))
    assert twice[0] == twice[1]
    assert twice[0] is not None
    assert twice[0][1]


HOSTILE = (
    '#read("/etc/passwd")',
    '"] #panic() [',
    "= heading\n- item\n/ term: x\n// gone /* gone",
    "$ x^2 $ `raw` *bold* _it_ @ref <label> https://example.org ~ -- ... \\ 1. one + two",
    "ООО «Ёлка» № 5 — 1\u00a0200\u202f₽ 'so' \"so\"",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_value_is_text_in_a_form_whatever_it_says(name: str) -> None:
    """In text and in a string alike: what Typst has set is, letter for letter, what the field holds."""
    form = '#metadata("{{ name }}") <string>\n#let shown = [{{ name }}]\n#metadata(shown) <text>\n#shown\n'
    with Post(bill=form) as post:
        post.greet("billed", email=None, name=name)
        (waiting,) = (e for e in post.effects() if e.channel == "document")
        source = waiting.body["body"].encode()
        assert _values(source, "<string>") == [name]
        assert "".join(_texts(_values(source, "<text>")[0])) == name
        post.deliver()
        assert {e.status for e in post.effects() if e.channel == "document"} == {"sent"}


def _values(source: bytes, selector: str) -> list[object]:
    import json

    import typst

    found: list[object] = json.loads(typst.query(source, selector, field="value", format="json"))
    return found


def _texts(node: object) -> list[str]:
    """All texts in a piece of content."""
    if isinstance(node, dict):
        if node.get("func") == "space":
            return [" "]
        return [t for key, value in node.items() if key != "func" for t in _texts(value)]
    if isinstance(node, list):
        return [text for one in node for text in _texts(one)]
    return [node] if isinstance(node, str) else []


BROKEN = "= Счёт\n{% for task in tasks %}\n{{ task.title }}\n{% endfor %}\n\n#let n = 1\n#nonsense(n)\n"
LEAKING = "= Счёт\n#let x = a{{ name }}\n"
FETCHING = '= Счёт\n#import "@preview/cetz:0.2.2"\n'
READING = '= Счёт\n\n#read("/etc/passwd")\n'
ENDLESS = "#let n = 0\n#while n < 10 { n = calc.rem(n + 1, 5) }\n"
SLOW = "#let f(n) = { let s = 0\n for i in range(30000000) { s += calc.rem(i, 7) }\n s }\n#f({{ deal.number }})\n"
HUNGRY = '#let s = "0123456789abcdef" * 1000000\n#let all = range(2000).map(i => s + str(i))\n#all.len()\n'


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (BROKEN, r"templates/bill\.typ:7: unknown variable: nonsense"),
        (LEAKING, r"templates/bill\.typ:2: unknown variable: …"),
        (FETCHING, r"templates/bill\.typ:2: failed to download package"),
        (READING, r"templates/bill\.typ:3: file not found"),
        (ENDLESS, r"templates/bill\.typ(:\d+)?: .*(не свёрстан за|слишком много|infinite)"),
        (SLOW, r"templates/bill\.typ: бланк (не свёрстан за 2 с|требует слишком много)"),
        (HUNGRY, r"templates/bill\.typ: бланк (не свёрстан за 2 с|требует слишком много памяти)"),
    ],
    ids=["broken", "leaking", "fetching", "reading", "endless", "slow", "hungry"],
)
def test_a_form_that_explodes_is_an_incident_and_holds_up_nobody(form: str, said: str) -> None:
    mailbox = Mailbox()
    settings = '[channels.document]\ntimeout = "2 s"\n'
    with smtp(mailbox) as port, Post(mail(port) + settings, bill=form) as post:
        number = post.greet("billed")
        post.greet("greeted")
        post.deliver()
        post.now += 1_000
        post.deliver()
        assert post.statuses() == ["dead", "dead", "sent"]
        paper, letter = queries.list_incidents(post.store)
        assert (paper.kind, paper.deal, paper.data["channel"]) == ("document", number, "document")
        assert re.match(said, paper.data["error"]), paper.data["error"]
        assert "Ира" not in paper.data["error"]
        assert "сначала повторите его" in letter.data["error"]
        assert verify(post.store).ok


def test_a_retried_form_brings_its_letter_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra an incident says what to install; once it is there, both go out."""
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(mail(port)) as post:
        post.greet("billed")
        with monkeypatch.context() as without:
            without.setattr(sys, "executable", _bare_python())
            post.deliver()
        post.now += 1_000
        post.deliver()
        paper, letter = queries.list_incidents(post.store)
        assert "pip install 'voronka[pdf]'" in paper.data["error"]
        for incident in (paper, letter):
            assert post.submit("incident", {"do": "retry", "id": incident.id}).status == "done"
        post.deliver()
        post.now += 1_000
        post.deliver()
        assert post.statuses() == ["sent", "sent"]
        assert len(list(mailbox.letters[0].iter_attachments())) == 1


def _bare_python() -> str:
    """A Python that has no packages: the one this environment was made from."""
    return str(getattr(sys, "_base_executable", sys.executable))


@pytest.mark.parametrize(
    ("line", "place"),
    [(1, 1), (2, 3), (3, 3), (4, 6), (5, None), (0, None)],
)
def test_a_line_of_the_output_is_found_in_the_form(line: int, place: int | None) -> None:
    form = "= {{ a }}\n{% for x in y %}\n- {{ x }} шт.\n{% endfor %}\n{{ b }}\nИтого: {{ c }} ₽\n"
    assert line_of(form, "= 1\n- 5 шт.\n- 6 шт.\nИтого: 7 ₽", line) == place


def test_what_was_forgotten_while_it_was_set_stays_forgotten() -> None:
    with Post() as post:
        number = post.greet("billed", email=None)

        class Slow(DocumentChannel):
            async def send(self, parcel: Parcel) -> bytes:
                content = await super().send(parcel)
                with Writer(post.store, post.now) as writer:
                    erase.erase(writer, erase.survey(post.store, [number]))
                return content

        post.channels["document"] = Slow(Document())
        post.deliverer = post.new_deliverer()
        post.deliver()
        assert made(post, number) == ("application/pdf", None)
        assert "sent" not in post.statuses()


def test_a_mended_form_is_what_a_retry_sets() -> None:
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(mail(port), bill=BROKEN) as post:
        number = post.greet("billed")
        post.deliver()
        post.now += 1_000
        post.deliver()
        (paper, letter) = queries.list_incidents(post.store)
        post.host.adopt(shop("https://example.org/hook", "= Счёт для {{ name }}\n"))
        post.host.render = renderer(post.host.programs, "ru", lambda name: None)
        post.submit("set", {"fields": {"name": "Оля"}}, deal=number)
        for incident in (paper, letter):
            assert post.submit("incident", {"do": "retry", "id": incident.id}).status == "done"
        for _ in range(2):
            post.deliver()
            post.now += 1_000
        assert post.statuses() == ["sent", "sent"]
        assert list(queries.list_incidents(post.store)) == []


def test_documents_come_out_of_the_store_as_files_that_open(tmp_path: Path) -> None:
    with Post() as post:
        number = post.greet("billed", email=None)
        assert post.submit("move", {"stage": "offered"}, deal=number).status == "done"
        post.deliver()
        names = {path.name.partition("@")[0]: path for path in write(post.store, [number], tmp_path / "out")}
        assert {name: path.suffix for name, path in names.items()} == {
            f"deal-{number}.json": ".json",
            f"{number}-bill": ".pdf",
            f"{number}-offer": ".html",
        }
        assert names[f"{number}-bill"].read_bytes()[:5] == b"%PDF-"
