"""Word documents as print forms: typed like any template, filled, kept, sent; what cannot be filled is a finding."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.engine_host.office import Office
from voronka.dsl.check.expressions.table import HANDLERS
from voronka.dsl.check.files import Disk
from voronka.dsl.check.workspace import Checked, check_into, check_text
from voronka.dsl.check.world import World
from voronka.engine.host import queries
from voronka.engine.host.host import Host
from voronka.engine.host.render import DOCX, renderer
from voronka.engine.program.build import Programs
from voronka.engine.store.read import history
from voronka.stdlib.library import library

docx = pytest.importorskip("docx", reason="the extra docx is not installed")

SHOP = """
language ru
team shop "Магазин" { person anna "Анна" is manager }
pipeline p "П" {
  timezone "Europe/Moscow"
  currency RUB
  role manager "Менеджер"
  owner is manager by round robin
  field name  "Имя"     text
  field price "Цена"    money
  field offer "Договор" document using "contract"
  stage new "Новая" {
    task call "Позвонить" { assign owner  due 1 day after entry }
    task mail "Написать" { assign owner  due 2 days after entry }
  }
  stage signed "Договор" { render offer }
  won done "Всё" { }
}
"""


def contract(*paragraphs: str, header: str = "", table: tuple[str, ...] = ()) -> bytes:
    """A document as Word would have saved it: what is typed is broken into runs."""
    document = docx.Document()
    for text in paragraphs:
        paragraph = document.add_paragraph()
        middle = len(text) // 2
        for piece in (text[:middle], text[middle:]):
            paragraph.add_run(piece).bold = piece is not text
    if table:
        rows = document.add_table(rows=len(table), cols=1).rows
        for row, text in zip(rows, table, strict=True):
            row.cells[0].text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


class Contracts(Office):
    """An office whose contract is a Word document."""

    def __init__(self, folder: Path, form: bytes) -> None:
        checked = checked_with(folder, form)
        assert checked.definition is not None, [d.message() for d in checked.diagnostics]
        super().__init__()
        self.programs = Programs(checked.definition)
        self.host = Host(self.store, self.programs, lambda: self.now)
        self.host.render = renderer(self.programs, "ru", lambda name: None)

    def signed(self, **fields: Any) -> int:
        number = self.create("p", **fields)
        assert self.submit("move", {"stage": "signed"}, deal=number).status == "done"
        return number

    def document(self, number: int) -> tuple[str, bytes | None]:
        found = queries.document(self.store, number, self.deal(number).f["offer"])
        assert found is not None
        return found

    def words(self, number: int) -> list[str]:
        content = self.document(number)[1]
        assert content is not None
        document = docx.Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return (
            [p.text for p in document.paragraphs if p.text] + cells + [document.sections[0].header.paragraphs[0].text]
        )


def checked_with(folder: Path, form: bytes, text: str = SHOP) -> Checked:
    (folder / "templates").mkdir(parents=True)
    (folder / "templates/contract.docx").write_bytes(form)
    (folder / "p.pipeline").write_text(text, encoding="utf-8")
    return checked_in(folder)


def checked_in(folder: Path) -> Checked:
    return check_into([str(folder.resolve() / "p.pipeline")], World(library(), Disk(folder), HANDLERS))


@pytest.mark.requirement("R50")
def test_a_contract_is_filled_from_the_deals_fields(tmp_path: Path) -> None:
    form = contract(
        "Договор № {{ deal.number }}",
        "Заказчик: {{ name }}, цена {{ price | money }}",
        "{%p if price > 1000 %}",
        "Оплата в два приёма.",
        "{%p endif %}",
        header="Для {{ name }}",
        table=("Что сделать", "{%tr for task in tasks %}", "{{ task.title }}", "{%tr endfor %}"),
    )
    with Contracts(tmp_path, form) as office:
        number = office.signed(name="ООО «Ёлка» <&> 'Ко'", price=1200)
        assert office.document(number)[0] == DOCX
        assert office.words(number) == [
            "Договор № 1",
            "Заказчик: ООО «Ёлка» <&> 'Ко', цена 1\u00a0200,00\u00a0₽",
            "Оплата в два приёма.",
            "Что сделать",
            "Позвонить",
            "Написать",
            "Для ООО «Ёлка» <&> 'Ко'",
        ]
        assert office.words(office.signed(name="Ира", price=500))[2] == "Что сделать"


def test_a_document_reads_in_a_terminal_as_in_word(tmp_path: Path) -> None:
    """In a dry run, where nobody opens files."""
    with Contracts(tmp_path, contract("Договор с {{ name }}", table=("{{ price }}",))) as office:
        assert office.host.render is not None
        number = office.signed(name="ООО «Ёлка» & Ко", price=5)
        text = office.host.render(office.deal(number), _rendering(office, number), office.now)
        assert text.body["body"] == "Договор с ООО «Ёлка» & Ко\n5\u00a0₽"


def _rendering(office: Office, number: int) -> dict[str, Any]:
    """The effect that rendered the deal's document."""
    changes = [change for entry in history(office.store, number) for change in entry.changes]
    (intent,) = (change[1] for change in changes if change[0] == "effect")
    return dict(intent)


def test_the_same_values_give_the_same_bytes(tmp_path: Path) -> None:
    twice = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        with Contracts(
            folder, contract("{{ name }}") if not twice else (tmp_path / "a/templates/contract.docx").read_bytes()
        ) as office:
            twice.append(office.document(office.signed(name="Ира")))
    assert twice[0] == twice[1]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("</w:t></w:r></w:p><w:p>", "</w:t></w:r></w:p><w:p>"),
        ("{{ price }} {% if %}", "{{ price }} {% if %}"),
        ("<!--voronka:part rId1-->", "<!--voronka:part rId1-->"),
        ("первая\nвторая", "первая\nвторая"),
    ],
)
def test_a_value_is_text_in_a_document_whatever_it_says(name: str, shown: str, tmp_path: Path) -> None:
    with Contracts(tmp_path, contract("{{ name }}")) as office:
        assert office.words(office.signed(name=name))[0] == shown


def test_the_definition_holds_the_document_and_is_another_when_it_changes(tmp_path: Path) -> None:
    one = checked_with(tmp_path / "a", contract("{{ name }}")).definition
    other = checked_with(tmp_path / "b", contract("{{ name }}!")).definition
    assert one is not None
    assert other is not None
    assert Programs(one).hash != Programs(other).hash
    template = one.templates["contract"]
    again = check_text("p.pipeline", SHOP, library(), {"templates/contract.docx": template.text}).definition
    assert again is not None
    assert again.templates["contract"].text == template.text


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b" " * (40 << 20))
    return made.getvalue()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (contract("{{ nmae }}"), "V604 templates/contract.docx:1: there is no “nmae”"),
        (contract("раз", "два", "{{ name + 1 }}"), "V609 templates/contract.docx:3:"),
        (contract("{{ name.__class__ }}"), "V60"),
        (contract("{%p for x in range(9) %}", "{%p endfor %}"), "V60"),
        (b"no zip", "V616 templates/contract.docx:1: templates/contract.docx cannot be filled: it is no Word document"),
        (bomb(), "V616 templates/contract.docx:1: templates/contract.docx cannot be filled: too much is packed in it"),
        (
            b"x" * (2 << 20),
            "V616 templates/contract.docx:1: templates/contract.docx cannot be filled: it has more than",
        ),
    ],
    ids=["misspelt", "type", "inside", "loop", "no-zip", "bomb", "large"],
)
def test_mistakes_are_told_by_their_paragraph(form: bytes, said: str, tmp_path: Path) -> None:
    found = [
        f"{d.code.id} {d.span.source.name}:{d.span.source.position(d.span.start)[0]}: {d.message()}"
        for d in checked_with(tmp_path, form).diagnostics
        if d.is_error
    ]
    assert found
    assert found[0].startswith(said), found


def test_without_the_extra_the_check_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docxtpl", None)
    (found,) = (d for d in checked_with(tmp_path, contract("{{ name }}")).diagnostics if d.is_error)
    assert found.code.id == "V616"
    assert "pip install 'voronka[docx]'" in found.message("ru")


@pytest.mark.parametrize("ending", ["typ", "docx"])
def test_a_print_form_is_no_letter(ending: str, tmp_path: Path) -> None:
    text = SHOP.replace("render offer", 'render offer  notify owner using "contract"')
    (tmp_path / "templates").mkdir()
    form = b"{{ name }}" if ending == "typ" else contract("{{ name }}")
    (tmp_path / f"templates/contract.{ending}").write_bytes(form)
    (tmp_path / "p.pipeline").write_text(text, encoding="utf-8")
    found = [d.code.id for d in checked_in(tmp_path).diagnostics]
    assert "V617" in found
