"""The extension for VS Code: made from the language's tables, packaged whole, colouring as the parser reads."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from voronka.dsl.format.format import format_source
from voronka.dsl.syntax.keywords import KEYWORDS
from voronka.dsl.syntax.lexer import lex
from voronka.dsl.syntax.parser import parse
from voronka.dsl.text.diagnostic import Diagnostics
from voronka.dsl.text.source import Source

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "editors" / "vscode"


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("editors", ROOT / "docs" / "tools" / "editors.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.drift
def test_the_grammar_the_snippets_and_the_page_are_those_of_the_language() -> None:
    for path, text in tool().made().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: python docs/tools/editors.py"


def test_every_keyword_is_in_the_grammar() -> None:
    matches = [one["match"] for one in tool().grammar()["patterns"] if "match" in one]
    missing = [word for word in KEYWORDS if not any(re.search(rf"[|:(]{word}[|)]", one) for one in matches)]
    assert missing == []


AROUND = {
    "top": "%s",
    "pipeline": 'pipeline p "P" {\n%s\n}',
    "stage": 'pipeline p "P" {\nstage s "S" {\n%s\n}\n}',
    "lost": 'pipeline p "P" {\nlost l "L" {\n%s\n}\n}',
    "actions": 'pipeline p "P" {\nstage s "S" {\non entry {\n%s\n}\n}\n}',
}


def test_snippets_are_sentences_in_the_one_style() -> None:
    """What a snippet proposes parses where it stands, and the formatter leaves it alone."""
    editors = tool()
    for form in editors.forms():
        text = AROUND[form.where] % editors.filled(form.text)
        found = parse(Source(form.prefix, text))
        assert found.complete, (form.prefix, [one.message() for one in found.diagnostics])
        laid = format_source(Source(form.prefix, text)).text
        assert laid is not None
        assert words(laid) == words(text), form.prefix


def words(text: str) -> list[list[str]]:
    return [line.split() for line in text.split("\n") if line.strip()]


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension with its packages, in a folder of its own; skipped where npm reaches no registry."""
    folder = tmp_path_factory.mktemp("vscode") / "voronka"
    shutil.copytree(EXTENSION, folder, ignore=shutil.ignore_patterns("node_modules", "*.vsix"))
    done = subprocess.run(["npm", "ci"], cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        if os.environ.get("CI") == "true":
            pytest.fail(f"npm ci: {done.stderr[-500:]}; CI must have it", pytrace=False)
        pytest.skip("npm reaches no registry")
    return folder


@pytest.mark.component("npm")
def test_the_package_holds_what_it_names(extension: Path) -> None:
    """Every file that package.json names is in the .vsix, the client too; nothing that is only for tests."""
    run("npm", "run", "--silent", "package", cwd=extension)
    with zipfile.ZipFile(extension / "voronka.vsix") as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        manifest = json.loads(archive.read("extension/package.json"))
        identity = ElementTree.fromstring(archive.read("extension.vsixmanifest")).find(".//{*}Identity")
        icon = archive.read("extension/" + manifest["icon"])
    assert identity is not None
    assert (identity.get("Id"), identity.get("Version")) == ("voronka", manifest["version"])
    contributes = manifest["contributes"]
    named = [manifest["main"], manifest["icon"], contributes["languages"][0]["configuration"]]
    named += [contributes["languages"][0]["icon"]["light"], contributes["grammars"][0]["path"]]
    named += [one["path"] for one in contributes["snippets"]]
    assert [one for one in named if "extension/" + one.removeprefix("./") not in names] == []
    assert "extension/node_modules/vscode-languageclient/node.js" in names
    assert not [one for one in names if "/test/" in one or "oniguruma" in one or one.endswith("package-lock.json")]
    assert icon.startswith(b"\x89PNG")


@pytest.mark.component("npm")
def test_the_extension_is_javascript_that_loads(extension: Path) -> None:
    run("node", "--check", "extension.js", cwd=extension)


@pytest.mark.component("npm")
def test_shipped_pipelines_are_coloured_as_they_are_read(extension: Path) -> None:
    """Texts, comments and numbers are the lexer's own; the rest is as the table below says."""
    files = sorted((ROOT / "pipelines").rglob("*.pipeline"))
    scopes = json.loads(run("node", "test/tokens.js", *map(str, files), cwd=extension))
    for file in files:
        text = file.read_text(encoding="utf-8")
        source = Source(file.name, text)
        tokens = lex(source, Diagnostics())
        starts = source.line_starts
        got = {
            kind: _joined(
                [(starts[line] + a, starts[line] + b) for line, a, b, s in scopes[str(file)] if s.startswith(kind)]
            )
            for kind in ("comment", "string")
        }
        # offsets of VS Code are UTF-16 units; the shipped files hold nothing beyond the first plane
        assert max(map(ord, text)) < 0x10000
        assert got["comment"] == tokens.comments, file.name
        strings = zip(tokens.kinds, tokens.starts, tokens.ends, strict=True)
        assert got["string"] == [(a, b) for kind, a, b in strings if kind == "STRING"], file.name


def _joined(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for start, end in pieces:
        if made and made[-1][1] == start:
            made[-1] = (made[-1][0], end)
        else:
            made.append((start, end))
    return made


SCOPES = {
    'field amount "Сумма" / "Amount" money': {
        "field": "keyword.other.declaration",
        "amount": "variable.other.property",
        '"Сумма"': "string.quoted.double",
        "money": "support.type",
    },
    'stage offered "КП" {': {"stage": "keyword.other.declaration", "offered": "entity.name.type.stage"},
    "  limit 10 workdays  # срок": {
        "limit": "keyword.other.stage",
        "10": "constant.numeric",
        "workdays": "keyword.other.unit",
        "# срок": "comment.line.number-sign",
    },
    "  enter when amount > 5_000 RUB and heat is hot": {
        "when": "keyword.control.joint",
        "amount": "variable.other",
        "5_000": "constant.numeric",
        "RUB": "keyword.other.unit.currency",
        "and": "keyword.operator.word",
        "hot": "variable.other",
    },
    "  due 1 workday after entry at 10:00": {
        "due": "keyword.other.task",
        "after": "keyword.control.action",
        "entry": "variable.language",
        "10:00": "constant.numeric.time",
    },
    '  send email to client.email using "x {{ name }}"': {"send": "keyword.control.action", "client": "variable.other"},
}


@pytest.mark.component("npm")
def test_scopes(extension: Path, tmp_path: Path) -> None:
    file = tmp_path / "lines.pipeline"
    file.write_text("\n".join(SCOPES), encoding="utf-8")
    tokens = json.loads(run("node", "test/tokens.js", str(file), cwd=extension))[str(file)]
    for number, (line, wanted) in enumerate(SCOPES.items()):
        got = {line[a:b].strip(): scope.removesuffix(".voronka") for at, a, b, scope in tokens if at == number}
        whole = {line[start:end]: scope for start, end, scope in _runs(tokens, number)}
        for word, scope in wanted.items():
            assert {**got, **whole}.get(word, "").removesuffix(".voronka") == scope, (line, word)


def _runs(tokens: list[list[int | str]], number: int) -> list[tuple[int, int, str]]:
    """Neighbouring tokens of one scope as one: a text is three of them."""
    made: list[tuple[int, int, str]] = []
    for at, start, end, scope in tokens:
        if at != number:
            continue
        if made and made[-1][1] == start and made[-1][2] == scope:
            made[-1] = (made[-1][0], int(end), str(scope))
        else:
            made.append((int(start), int(end), str(scope)))
    return made
