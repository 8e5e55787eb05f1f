"""Checking again after an edit gives what checking from scratch gives: findings, places, definitions (issue 4)."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voronka.dsl.check import workspace
from voronka.dsl.check.expressions.table import HANDLERS
from voronka.dsl.check.files import Memory
from voronka.dsl.check.incremental import Rechecked, Workspace
from voronka.dsl.check.workspace import Checked
from voronka.dsl.check.world import World
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.render import render
from voronka.stdlib.library import Library

SHIPPED = Path(__file__).parents[2] / "pipelines"
EVERY = {
    path.relative_to(SHIPPED).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(SHIPPED.rglob("*"))
    if path.is_file() and path.suffix in (".pipeline", ".txt", ".md", ".html", ".json")
}
SMALL = {
    "teams.pipeline": 'team sales { person anna "Anna" is seller }\ncalendar shop { hours 10:00-20:00 }\n',
    "clients.pipeline": 'record client {\n  field name text\n  field mail email\n}\n',
    "order.pipeline": (
        'language en, ru\nuse "./clients.pipeline"\nuse "./teams.pipeline"\nuse std.nps\n\n'
        'module calls {\n  param after_days integer = 3\n  field called date\n'
        '  task call "Call" {\n    assign owner\n    due 3 days after entry\n  }\n}\n\n'
        'segment vip "VIP"\n\n'
        'record goods {\n  field title text\n  field order link to order\n  field price money\n}\n\n'
        'pipeline order "Orders" {\n  timezone "Europe/Moscow"\n  calendar shop\n  currency RUB\n'
        '  role seller "Seller"\n  field buyer link to client\n  field sum money\n'
        '  field goods links to goods.order\n  field total money is sum(goods.price)\n\n'
        '  stage new "New" {\n    require buyer, sum\n    notify owner "{{ buyer.name }} wants {{ sum }}"\n  }\n\n'
        '  stage sent "Sent" {\n    enter when sum > 100 RUB else "too little"\n'
        '    after 3 days { send email to buyer.mail using "thanks" }\n  }\n\n'
        '  won paid "Paid" { }\n  lost lost "Lost" { reason price "Price" }\n}\n\n'
        'pipeline support "Support" {\n  currency RUB\n  role seller "Seller"\n  field of link to order\n'
        '  stage open "Open" {\n    on entry { tunnel to order { start at sent set sum = 500 RUB } }\n  }\n'
        '  won closed "Closed" { }\n  lost gone "Gone" { reason other "Other" }\n}\n\n'
        'scenario "an order is paid" {\n  deal order { sum = 500 RUB }\n  expect stage is new\n}\n'
    ),
    "templates/thanks.txt": "subject: Thanks\n\nThank you, {{ buyer.name }}\n",
}  # fmt: skip
WORDS = [
    "sum", "total", "buyer", "name", "price", "client", "goods", "order", "stage", "field", "new", "sent", "paid",
    "{", "}", '"', "when", "else", "3", "days", "RUB", "USD", "money", "text", "link to", "is", "=", "module", "use",
    "pipeline", "record", "scenario", "# a word", "include calls", "include std.nps", "currency", "nobody",
]  # fmt: skip


def from_scratch(texts: dict[str, str], keys: list[str]) -> Checked:
    return workspace.check_into(keys, World(Library(), Memory(texts), HANDLERS))


def shown(found: Iterable[Diagnostic]) -> list[str]:
    """All that a person and an editor see of findings, fixes and places included."""
    return [
        f"{render(one, 'en')}{render(one, 'ru')}"
        + "".join(f" {e.span.source.name} {e.span.start} {e.span.end} {e.replacement}" for e in one.fix.edits)
        if one.fix
        else render(one, "en") + render(one, "ru")
        for one in found
    ]


def same(again: Rechecked, whole: Checked) -> None:
    assert shown(again.diagnostics) == shown(whole.diagnostics)
    assert [one.sort_key for one in again.diagnostics] == [one.sort_key for one in whole.diagnostics]
    assert again.ok == whole.ok
    assert {n: s.text for n, s in again.sources.items()} == {n: s.text for n, s in whole.sources.items()}
    # the repr has every place, which expressions are compared without
    assert repr(again.definition) == repr(whole.definition)


def edited(draw: random.Random, text: str) -> str:
    """One edit as people make them: a line away, twice, elsewhere; a word for another; a few characters."""
    lines = text.split("\n")
    at = draw.randrange(len(lines))
    match draw.randrange(8):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[draw.randrange(len(lines))])
        case 2:
            lines.insert(at, "")
        case 3 | 4:
            words = lines[at].split(" ")
            words[draw.randrange(len(words))] = draw.choice(WORDS)
            lines[at] = " ".join(words)
        case 5:
            lines[at] += f"  # {draw.randrange(100)}"
        case 6:
            first, last = sorted((at, draw.randrange(len(lines))))
            block = lines[first : min(last, first + 12)]
            del lines[first : first + len(block)]
            place = draw.randrange(len(lines) + 1)
            lines[place:place] = block
        case _:
            place = draw.randrange(len(text) + 1)
            return text[:place] + draw.choice(["x", "1", " ", "\n", "{", "}", '"', ""]) + text[place + 1 :]
    return "\n".join(lines)


def play(texts: dict[str, str], seed: int, edits: int) -> None:
    """Edits one after another, now and then taken back, each compared with a check from scratch."""
    draw = random.Random(seed)
    texts = dict(texts)
    keys = [name for name in texts if name.endswith(".pipeline")]
    watched = Workspace(Memory(texts), Library(), keys)
    same(watched.check(), from_scratch(texts, keys))
    for _ in range(edits):
        name = draw.choice([*keys, *texts])
        before = texts[name]
        texts[name] = edited(draw, before)
        watched.update(name, texts[name])
        whole = from_scratch(texts, keys)
        same(watched.check(), whole)
        if not whole.ok and draw.random() < 0.7:
            texts[name] = before
            watched.update(name, before)
            same(watched.check(), from_scratch(texts, keys))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_edits_of_a_small_workspace(seed: int) -> None:
    play(SMALL, seed, 12)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_edits_of_the_shipped_pipelines(seed: int) -> None:
    play(EVERY, seed, 4)


def test_a_label_at_a_name_that_is_only_pointed_at() -> None:
    texts = {**SMALL, "order.pipeline": SMALL["order.pipeline"].replace('use "./clients.pipeline"\n', "")}
    keys = [name for name in texts if name.endswith(".pipeline")]
    watched = Workspace(Memory(texts), Library(), keys)
    same(watched.check(), from_scratch(texts, keys))
    texts["clients.pipeline"] = SMALL["clients.pipeline"].replace("record", "record ")
    watched.update("clients.pipeline", texts["clients.pipeline"])
    same(watched.check(), from_scratch(texts, keys))


def test_what_did_not_change_stays_the_same_object() -> None:
    texts = dict(EVERY)
    keys = [name for name in texts if name.endswith(".pipeline")]
    watched = Workspace(Memory(texts), Library(), keys)
    first = watched.check().definition
    assert first is not None
    watched.update("tobiz.pipeline", texts["tobiz.pipeline"].replace("stage ", "# moved by a line\n  stage ", 1))
    second = watched.check().definition
    assert second is not None
    changed = {name for name in second.pipelines if second.pipelines[name] is not first.pipelines[name]}
    assert changed == {name for name, one in second.pipelines.items() if one.loc.file == "tobiz.pipeline"}


@pytest.mark.parametrize("name", sorted(name for name in EVERY if name.endswith(".pipeline")))
def test_lines_put_on_top_move_everything_below(name: str) -> None:
    keys = [one for one in EVERY if one.endswith(".pipeline")]
    watched = Workspace(Memory(EVERY), Library(), keys)
    watched.check()
    texts = {**EVERY, name: "# one\n# two\n" + EVERY[name]}
    watched.update(name, texts[name])
    same(watched.check(), from_scratch(texts, keys))
