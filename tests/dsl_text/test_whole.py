"""The findings that no example of a few lines can show, whole, in both languages: sizes, Word documents, the disk.

Every other code is shown whole by its page: docs/codes.md and docs/codes.ru.md hold what is said of its example, and
are made anew by tests/docs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from voronka.dsl.check import check, check_text
from voronka.dsl.docs.pages import firing, written
from voronka.dsl.text.codes import ALL
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.render import render
from voronka.dsl.text.source import MAX_BYTES, load_source
from voronka.stdlib.library import library

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GOLDEN = HERE / "golden" / "whole.txt"
NOBODY = 65_534

DEALS = """\
pipeline deals "Deals" {{
  field offer "Offer" document using "offer"
  field a     "A"     number
  field sum   "Sum"   number is {formula}
  stage new "New" {{ {does} }}
  won  done "Done"
  lost gone "Gone" {{ reason other "Other" }}
}}
"""


def of_text(text: str, **files: str) -> list[Diagnostic]:
    return list(check_text("deals.pipeline", text, library(), {"deals.pipeline": text, **files}).diagnostics)


def of_disk(folder: Path) -> list[Diagnostic]:
    return list(check([folder / "deals.pipeline"], library(), display_root=folder).diagnostics)


def too_deep(_: Path) -> list[Diagnostic]:
    return of_text("pipeline deals {\n  stage new {\n" + "    if a is set {\n" * 200 + "    }\n" * 200 + "  }\n}\n")


def too_long(_: Path) -> list[Diagnostic]:
    text = DEALS.format(formula="a" + "\n    + a" * 150, does="render offer")
    return of_text(text, **{"templates/offer.html": "<p>{{ a }}</p>"})[:1]


def too_many(_: Path) -> list[Diagnostic]:
    found = of_text("pipeline deals {\n" + "  stge new\n" * 300 + "}\n")
    assert len(found) == 101
    return found[-1:]


def not_understood(_: Path) -> list[Diagnostic]:
    found = of_text("stage\n" * 5000)
    assert found[-1].code.id == "V132"
    return found[-1:]


def no_files(folder: Path) -> list[Diagnostic]:
    return list(check([folder], library(), display_root=folder.parent).diagnostics)


def large_template(_: Path) -> list[Diagnostic]:
    text = DEALS.format(formula="a", does="render offer")
    return of_text(text, **{"templates/offer.html": "<p>{{ a }}</p>\n" + "word " * 100_000})


def no_word(folder: Path) -> list[Diagnostic]:
    (folder / "templates").mkdir()
    (folder / "templates" / "offer.docx").write_bytes(b"not a document")
    (folder / "deals.pipeline").write_text(DEALS.format(formula="a", does="render offer"))
    return of_disk(folder)


def used(folder: Path) -> list[Diagnostic]:
    """A folder where a file is named."""
    (folder / "common").mkdir()
    (folder / "deals.pipeline").write_text('use "./common"\n' + "pipeline p { stage a  won w  lost l }\n")
    return of_disk(folder)


def unreadable(folder: Path) -> list[Diagnostic]:
    (folder / "deals.pipeline").symlink_to("deals.pipeline")
    return of_disk(folder)


def too_large(folder: Path) -> list[Diagnostic]:
    with (folder / "deals.pipeline").open("wb") as file:
        file.truncate(MAX_BYTES + 500_000)
    return of_disk(folder)


def not_utf8(folder: Path) -> list[Diagnostic]:
    (folder / "deals.pipeline").write_bytes('pipeline p "П" {\n  stage a "Новая" {'.encode("cp1251"))
    return of_disk(folder)


SHOWN: dict[str, Callable[[Path], list[Diagnostic]]] = {
    "V127": too_deep,
    "V128": too_long,
    "V129": too_many,
    "V132": not_understood,
    "V220": no_files,
    "V611": large_template,
    "V616": no_word,
    "V701": of_disk,
    "V702": used,
    "V704": unreadable,
    "V705": too_large,
    "V706": not_utf8,
}


def section(code: str) -> str:
    parts = GOLDEN.read_text(encoding="utf-8").split("=== ")
    return next(part.partition("\n")[2] for part in parts if part.startswith(code)).strip("\n")


@pytest.mark.requirement("U1")
@pytest.mark.parametrize("code", list(SHOWN))
def test_the_finding_is_told_whole_and_alone(code: str, tmp_path: Path) -> None:
    """With carets, in English and in Russian; nothing is said that follows from it."""
    folder = tmp_path / "sales"
    folder.mkdir()
    found = SHOWN[code](folder)
    assert [one.code.id for one in found] == [code]
    assert "\n\n".join(render(found[0], lang) for lang in ("en", "ru")) == section(code)


@pytest.fixture
def as_somebody() -> Iterator[None]:
    """Root may read everything."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    yield
    os.seteuid(user)


@pytest.mark.requirement("U1")
def test_a_file_that_may_not_be_read(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / "deals.pipeline"
    path.write_text("pipeline p { }\n")
    path.chmod(0)
    request.getfixturevalue("as_somebody")
    found = load_source(path, "deals.pipeline")
    assert isinstance(found, Diagnostic)
    assert "\n\n".join(render(found, lang) for lang in ("en", "ru")) == section("V703")


def test_every_code_is_shown_whole() -> None:
    """By its page, or here: none is without."""
    by_page = {code for code, one in written().items() if one.files}
    assert set(ALL) - by_page == {*SHOWN, "V703"}


@pytest.mark.parametrize(("page", "lang"), [("codes.md", "en"), ("codes.ru.md", "ru")])
def test_the_pages_hold_what_is_said(page: str, lang: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for code, one in written().items():
        if one.files and code in ALL:
            said = firing(ALL[code], lang, library())
            assert f"```text\n{said}\n```" in text, code
            assert "\n  |" in said or "\n   |" in said, code
