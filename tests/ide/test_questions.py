"""Hover, references, renaming, symbols, colours, hints, folding: asked without a server (issue 4, 6)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.ide.shop import CLIENTS, SALES, TESTS, TEXTS, names_of, offset, view_of
from voronka.cli.lsp.project import facts
from voronka.dsl.check.expressions.table import HANDLERS
from voronka.dsl.check.files import Memory
from voronka.dsl.check.workspace import check_into
from voronka.dsl.check.world import World
from voronka.dsl.ide.build import build
from voronka.dsl.ide.hover import hover
from voronka.dsl.ide.inlay import hints
from voronka.dsl.ide.outline import Entry, folds, outline, search
from voronka.dsl.ide.rename import Refused, renamable, rename
from voronka.dsl.ide.tokens import colours
from voronka.dsl.ide.view import View
from voronka.dsl.text.diagnostic import Edit
from voronka.dsl.text.source import Source
from voronka.stdlib.library import library

HOVERS = [
    (SALES, "|due 1 workday", "if that happens now (Mon 23 Nov, 09:40): **Tue 24 Nov, 09:40**"),
    (SALES, "limit 2 wor|kdays", "if that happens now (Mon 23 Nov, 09:40): **Wed 25 Nov, 09:40**"),
    (SALES, "again in 2 ho|urs", "**Mon 23 Nov, 11:40**"),
    (SALES, "move to off|ered", "**stage** `offered` — Offer sent"),
    (SALES, "task ca|ll", "`due 1 workday after entry` → Tue 24 Nov, 09:40"),
    (SALES, "stage n|ew", "The client wrote"),
    (SALES, "stage n|ew", "`limit 2 workdays` → Wed 25 Nov, 09:40"),
    (SALES, "when heat is h|ot", "**option** `hot` — Hot"),
    (SALES, "event.su|m", "**value of an event** `sum` — Sum"),
    (SALES, "include dis|cipline", "- `grace` a length of time = `4 workhours`"),
    (SALES, 'using "let|ter"', "{{ amount | money }}"),
    (SALES, "link to cl|ient", "**record** `client` — Client"),
    (SALES, "reports to he|ad", "**role** `head` — Head"),
    (SALES, "pro|bability", "how probable the win is"),
    (SALES, "document us|ing", "by which template"),
    (SALES, "choi|ce {", "one of a list"),
    (TESTS, "done call as rea|ched", "**outcome** `reached` — Reached"),
    (TESTS, "expect stage is pa|id", "**stage** `paid` — Paid"),
    (TESTS, "lose as w|hy", "column of examples"),
    (CLIENTS, "is man|ager", "**role** `manager`"),
]


@pytest.mark.parametrize(("name", "words", "wanted"), HOVERS)
def test_hover(name: str, words: str, wanted: str) -> None:
    found = hover(view_of(name), offset(TEXTS[name], words))
    assert found is not None
    assert wanted in found.text


def test_hover_in_russian() -> None:
    found = hover(view_of(SALES, lang="ru"), offset(TEXTS[SALES], "|due 1 workday"))
    assert found is not None
    assert "если это случится сейчас (Пн 23 ноября, 09:40): **Вт 24 ноября, 09:40**" in found.text


def test_hover_over_a_function() -> None:
    text = TEXTS[SALES].replace("amount > 0 RUB", "round(amount) > 0 RUB")
    found = hover(view_of(SALES, {**TEXTS, SALES: text}), offset(text, "rou|nd("))
    assert found is not None
    assert f"`{facts().functions['round'][0]}`" in found.text


REFERENCES = [
    (SALES, "reason sil|ent", {(SALES, "lose as |silent"), (SALES, "reason |silent"), (TESTS, "| |silent |")}),
    (
        SALES,
        "field he|at",
        {(SALES, "field |heat"), (SALES, "when |heat is hot"), (TESTS, 'test"  |heat = hot')},
    ),
    (SALES, "  |hot ", {(SALES, "  |hot "), (SALES, "heat is |hot"), (TESTS, "heat = |hot")}),
    (SALES, "task ca|ll", {(SALES, "task |call"), (TESTS, "done |call")}),
    (SALES, "event pay|ment", {(SALES, "event |payment"), (SALES, "on event |payment"), (TESTS, "\n  event |payment")}),
]


@pytest.mark.parametrize(("name", "words", "wanted"), REFERENCES)
def test_references(name: str, words: str, wanted: set[tuple[str, str]]) -> None:
    view = view_of(name)
    found = view.index.at(name, offset(TEXTS[name], words))
    assert found is not None
    spans = view.index.of(found[0])
    here = {(span.source.name, span.start) for span in spans}
    assert here == {(where, _after_first_bar(where, text)) for where, text in wanted}


def _after_first_bar(name: str, words: str) -> int:
    bar = words.rindex("|", 0, words.rindex("|") or None) if words.count("|") == 3 else words.index("|")
    plain = words[:bar] + words[bar + 1 :]
    return TEXTS[name].index(plain) + bar


def plain(text: str) -> str:
    """A text without the white space that aligns its columns."""
    return re.sub(" +", " ", text)


def applied(texts: dict[str, str], edits: Iterable[Edit]) -> dict[str, str]:
    """The texts after edits, which must not overlap."""
    made = dict(texts)
    last: dict[str, int] = {}
    for edit in sorted(edits, key=lambda one: (one.span.source.name, -one.span.start, -one.span.end)):
        name = edit.span.source.name
        assert edit.span.end <= last.get(name, len(made[name]) + 1)
        last[name] = edit.span.start
        made[name] = made[name][: edit.span.start] + edit.replacement + made[name][edit.span.end :]
    return made


def findings(texts: dict[str, str]) -> list[tuple[str, str]]:
    keys = [name for name in texts if name.endswith(".pipeline")]
    checked = check_into(keys, World(library(), Memory(texts), HANDLERS))
    return sorted((one.code.id, one.span.source.name) for one in checked.diagnostics)


RENAMED = [
    (SALES, "field am|ount", "price", 'field price "Сумма" / "Amount" was amount'),
    (SALES, "field em|ail", "mail_address", 'field mail_address "Почта" / "E-mail" was email'),
    (SALES, "stage off|ered", "sent_out", 'stage sent_out "КП отправлено" / "Offer sent" was offered {'),
    (SALES, "won pa|id", "bought", 'won bought "Оплачено" / "Paid" was paid'),
    (SALES, "task ca|ll", "phone_call", 'task phone_call "Позвонить" / "Call" was call {'),
    (SALES, "outcome rea|ched", "talked", 'outcome talked "Дозвонились" / "Reached" was reached {'),
    (SALES, "  ho|t ", "burning", 'burning "Горячий" / "Hot" was hot'),
    (SALES, "reason sil|ent", "quiet", 'reason quiet "Не отвечает" / "Silent" was silent'),
    (SALES, "event pay|ment", "money_came", 'event money_came "Оплата" / "Payment" was payment by email {'),
    (SALES, "role man|ager", "seller", 'role seller "Менеджер" / "Manager" was manager reports to head'),
    (SALES, "pipeline sa|les", "shop_sales", 'pipeline shop_sales "Продажи" / "Sales" was sales {'),
    (SALES, "    su|m", "total", 'total "Сумма" / "Sum" money'),
    (CLIENTS, "record cl|ient", "buyer", 'record buyer "Клиент" / "Client" was client {'),
    (TESTS, "w|hy    |", "cause", "cause"),
]


@pytest.mark.parametrize(("name", "words", "new", "declared"), RENAMED)
def test_renaming_changes_every_file_and_nothing_that_is_found(name: str, words: str, new: str, declared: str) -> None:
    """After it the workspace has the findings that it had; what live deals hold keeps its former name (was)."""
    edits = rename(view_of(name), offset(TEXTS[name], words), new)
    texts = applied(TEXTS, edits)
    assert declared in plain(texts[name])
    assert findings(texts) == findings(TEXTS)


SHIPPED = Path(__file__).parents[2] / "pipelines"
EVERY = {
    path.relative_to(SHIPPED).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(SHIPPED.rglob("*"))
    if path.is_file() and path.suffix in (".pipeline", ".txt", ".md", ".html", ".json")
}


def test_shipped_pipelines_stay_clean_whatever_is_renamed() -> None:
    """Renamed at random, or refused with the place that would break; every question is answered everywhere."""
    index = build(names_of(EVERY))
    rng = random.Random(20261122)
    own = [one for one in index.symbols.values() if not one.span.source.name.startswith("std/")]
    before, refused = findings(EVERY), []
    for symbol in rng.sample(own, 16):
        view = View(index, index.names.world.sources[symbol.span.source.name])
        try:
            edits = rename(view, symbol.span.start, f"{symbol.name}_renamed")
        except Refused as why:
            refused.append(str(why))
            continue
        assert findings(applied(EVERY, edits)) == before, (symbol.kind, symbol.name)
    assert len(refused) < 4
    assert all(why.startswith("it would break ") for why in refused)


def test_what_a_tunnel_copies_keeps_both_names() -> None:
    view = View(build(names_of(EVERY)), Source("", ""))
    index = view.index
    symbol = next(one for one in index.symbols.values() if (one.home, one.name) == ("after_sale", "phone"))
    view = View(index, index.names.world.sources[symbol.span.source.name])
    made = applied(EVERY, rename(view, symbol.span.start, "mobile"))["amocrm.pipeline"]
    assert "phone as mobile" in made


def test_a_field_is_renamed_inside_templates() -> None:
    texts = applied(TEXTS, rename(view_of(SALES), offset(TEXTS[SALES], "field am|ount"), "price"))
    assert "{{ price | money }}.{% if price is set %}" in texts["templates/letter.txt"]


def test_renaming_back_lets_the_names_change_places() -> None:
    text = re.sub(r'(field amount +"Сумма" +/ "Amount")', r"\1 was price", TEXTS[SALES])
    edits = rename(view_of(SALES, {**TEXTS, SALES: text}), offset(text, "field am|ount"), "price")
    made = applied({**TEXTS, SALES: text}, edits)[SALES]
    assert 'field price "Сумма" / "Amount" was amount money' in plain(made)


@pytest.mark.parametrize(
    ("words", "new", "why"),
    [
        ("stage off|ered", "when", "`when` is a word of the language"),
        ("stage off|ered", "task", "`task` is a word of the language"),
        ("stage off|ered", "new", "`new` is declared already: sales.pipeline:31"),
        ("field am|ount", "email", "`email` is declared already"),
        ("stage off|ered", "two words", "`two words` is no name"),
        ("stage off|ered", "5th", "`5th` is no name"),
        ("include disci|pline", "x", "the standard library declares this"),
        ("curr|ency RUB", "x", "only what a file declares can be renamed"),
    ],
)
def test_renaming_that_is_refused(words: str, new: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        rename(view_of(SALES), offset(TEXTS[SALES], words), new)
    assert why in str(refused.value)


def test_the_word_that_would_be_renamed() -> None:
    assert renamable(view_of(SALES), offset(TEXTS[SALES], "move to off|ered")).text == "offered"


def shape(entries: Iterable[Entry], depth: int = 0) -> Iterable[str]:
    for one in entries:
        yield f"{'  ' * depth}{one.kind} {one.name} · {one.detail}"
        yield from shape(one.children, depth + 1)


def test_outline() -> None:
    assert list(shape(outline(view_of(SALES))))[7:19] == [
        "  field offer · Offer",
        "  event payment · Payment",
        "  stage new · New",
        "    task call · Call",
        "      outcome reached · Reached",
        "      outcome missed · Missed",
        "    task note · Note the interest",
        "  stage offered · Offer sent",
        "  won paid · Paid".replace("won", "stage"),
        "  lost refused · Refused".replace("lost", "stage"),
        "    reason silent · Silent",
        "    reason price · Price",
    ]


@pytest.mark.parametrize(
    ("query", "first"), [("offer", "offer"), ("КП отпр", "offered"), ("ofrd", "offered"), ("hot", "hot")]
)
def test_workspace_symbols(query: str, first: str) -> None:
    assert search(view_of(SALES).index, query)[0].name == first


def test_hints() -> None:
    view = view_of(SALES)
    text = TEXTS[SALES]
    shown = [(text[text.rfind("\n", 0, one.offset) + 1 : one.offset].strip(), one.text) for one in hints(view, 0, 9999)]
    assert shown == [
        ("include discipline", "grace = 4 workhours"),
        ("limit 2 workdays", "→ Wed 25 Nov, 09:40"),
        ("due 1 workday after entry", "→ Tue 24 Nov, 09:40"),
        ('task note "Записать интерес" / "Note the interest"', "→ owner"),
    ]


def test_folding() -> None:
    lines = TEXTS[SALES].split("\n")
    shown = [plain(lines[one.first - 1].strip()) for one in folds(view_of(SALES).source)]
    assert shown == [
        'pipeline sales "Продажи" / "Sales" {',
        'field heat "Интерес" / "Interest" choice {',
        'event payment "Оплата" / "Payment" by email {',
        'stage new "Новая 🆕" / "New" {',
        'task call "Позвонить" / "Call" {',
        'stage offered "КП отправлено" / "Offer sent" {',
        "on event payment {",
        'lost refused "Отказ" / "Refused" {',
    ]


def coloured(view: View, line: str) -> list[tuple[str, str]]:
    text = view.source.text
    start = text.index(line)
    return [(text[c.start : c.end], c.type) for c in colours(view) if start <= c.start < start + len(line)]


def test_colours() -> None:
    """A word is a keyword where the parser takes it so: `call` is a task here, `task` a keyword, `money` a type."""
    view = view_of(SALES)
    line = next(one for one in TEXTS[SALES].split("\n") if one.startswith("  field amount"))
    assert coloured(view, line)[:2] == [("field", "keyword"), ("amount", "property")]
    assert coloured(view, line)[-1] == ("money", "type")
    assert coloured(view, "task call ") == [("task", "keyword"), ("call", "function")]
    assert coloured(view, "enter when amount > 0 RUB else") == [
        ("enter", "keyword"),
        ("when", "keyword"),
        ("amount", "property"),
        (">", "operator"),
        ("0", "number"),
        ("RUB", "number"),
        ("else", "keyword"),
    ]
    assert coloured(view, "again in 2 hours at most 3 times else { lose as silent }")[-2:] == [
        ("as", "keyword"),
        ("silent", "enumMember"),
    ]


def test_every_word_of_a_file_has_one_colour() -> None:
    for name in (SALES, TESTS, CLIENTS):
        view = view_of(name)
        end = 0
        for one in colours(view):
            assert one.start >= end, view.source.text[one.start : one.end]
            end = one.end


def test_a_broken_workspace_still_answers() -> None:
    """Whatever is cut out of a file, no question fails."""
    text = TEXTS[SALES]
    for cut in range(0, len(text), 211):
        texts = {**TEXTS, SALES: text[:cut] + text[cut + 41 :]}
        names = names_of(texts)
        view = view_of(SALES, texts)
        assert names.unit(SALES) is not None
        outline(view)
        colours(view)
        hints(view, 0, len(text))
        for at in range(0, len(texts[SALES]), 331):
            hover(view, at)
