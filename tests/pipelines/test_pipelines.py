"""The standard modules and the ready pipelines: every file parses, keeps one style, and shows what it promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pipelines.ready import ROOT, loaded
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.parser import parse
from voronka.dsl.text.source import Source

MODULES = sorted((ROOT / "stdlib").glob("*.pipeline"))
PIPELINES = sorted((ROOT / "pipelines").glob("*.pipeline"))
SCENARIOS = sorted((ROOT / "pipelines" / "scenarios").glob("*.pipeline"))
SYSTEMS = ("amocrm", "bitrix24", "crm_academy", "leads", "tobiz")
LONGEST = 120


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> nodes.File:
    parsed = parse(Source(name(path), path.read_text(encoding="utf-8")))
    assert [str(found) for found in parsed.diagnostics] == []
    return parsed.file


def code_of(line: str) -> str:
    """A line without its texts and its comment."""
    return re.sub(r"#.*", "", re.sub(r'"([^"\\]|\\.)*"', '""', line)).strip()


@pytest.mark.parametrize("path", [*MODULES, *PIPELINES, *SCENARIOS], ids=name)
def test_every_file_is_written_in_one_style(path: Path) -> None:
    depth = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{name(path)}:{number}: {line}"
        assert line == line.rstrip(), f"stray white space, {where}"
        assert "\t" not in line, f"a tab, {where}"
        assert len(line) <= LONGEST + len(" # R00 R00 R00"), f"too long, {where}"
        code = code_of(line)
        inner = depth - (len(code) - len(code.lstrip("} ")) if code.startswith("}") else 0)
        indent = len(line) - len(line.lstrip())
        if code:
            # a sentence stands two spaces in for every open brace; what continues one stands further in
            assert indent == 2 * inner or (indent > 2 * inner and indent % 2 == 0), f"indented by {indent}, {where}"
        depth += code.count("{") - code.count("}")
        assert depth >= 0, where
    assert depth == 0


@pytest.mark.requirement("R9")
@pytest.mark.parametrize("path", [ROOT / "pipelines", *PIPELINES, *MODULES], ids=name)
def test_everything_checks_without_a_finding(path: Path) -> None:
    """Together and one by one: no error, no warning, no note."""
    assert [f"{found.span}: {found.message()}" for found in loaded(path).diagnostics] == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_says_what_it_adds_and_how_to_use_it(path: Path) -> None:
    modules = [node for node in tree(path).body if isinstance(node, nodes.Module)]
    assert [module.name.name for module in modules] == [path.stem]
    head = path.read_text(encoding="utf-8").split("\nlanguage")[0]
    assert head.startswith(f"# std.{path.stem}: ")
    assert "# Adds " in head
    assert f"use std.{path.stem}" in head
    assert f"include {path.stem}" in head
    assert re.search("[а-яё]", head), "no Russian summary"


@pytest.mark.parametrize("path", [*MODULES, *PIPELINES], ids=name)
def test_every_title_is_in_both_languages(path: Path) -> None:
    missing = [
        text.span.text
        for node in nodes.walk(tree(path))
        if isinstance(text := getattr(node, "title", None) or getattr(node, "text", None), nodes.Text)
        and len(text.parts) != 2
    ]
    assert missing == []


@pytest.mark.requirement("R9")
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_has_its_scenarios(system: str) -> None:
    scenarios = [
        node
        for node in tree(ROOT / "pipelines" / "scenarios" / f"{system}.pipeline").body
        if isinstance(node, nodes.Scenario)
    ]
    assert len(scenarios) >= 3
    assert any(isinstance(step, nodes.ExpectBlocked) for node in scenarios for step in nodes.walk(node)), (
        "no blocked move"
    )


@pytest.mark.requirement("R3", "R6", "R7", "R67")
@pytest.mark.parametrize("path", [path for path in PIPELINES if path.stem in SYSTEMS], ids=name)
def test_every_open_stage_says_what_it_means_and_what_type_it_is(path: Path) -> None:
    for pipeline in (node for node in tree(path).body if isinstance(node, nodes.Pipeline)):
        stages = [node for node in pipeline.body if isinstance(node, nodes.Stage)]
        assert {"won", "lost"} <= {stage.kind for stage in stages}
        if any(stage.when for stage in stages) or pipeline.name.name == "goods":
            continue  # an order is where its goods are: nobody works a stage of theirs
        for stage in stages:
            kinds = {type(node) for node in stage.body}
            wanted = {nodes.Means, nodes.StageType} if stage.kind == "stage" else set()
            assert wanted <= kinds, f"{pipeline.name.name}.{stage.name.name}"
            assert stage.kind != "lost" or any(isinstance(n, nodes.Reason | nodes.Include) for n in stage.body)
