"""What mistakes are told, and that each is told once: recovery/*.txt hold texts and the messages about them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.dsl_syntax.golden import settle
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.parser import ParseResult, parse
from voronka.dsl.text.render import render
from voronka.dsl.text.source import Source

CASES = sorted((Path(__file__).parent / "recovery").glob("*.txt"))


def parsed(text: str) -> ParseResult:
    return parse(Source("deals.pipeline", text))


def codes(text: str) -> list[str]:
    return [found.code.name for found in parsed(text).diagnostics]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_messages(path: Path) -> None:
    out = []
    for case in path.read_text(encoding="utf-8").split("===== ")[1:]:
        name, _, rest = case.partition("\n")
        text = rest.partition("----- en\n")[0]
        result = parsed(text)
        shown = [f"===== {name}\n{text}"]
        for lang in ("en", "ru"):
            messages = "\n\n".join(render(found, lang) for found in result.diagnostics)
            shown.append(f"----- {lang}\n{messages}\n")
        out.append("".join(shown))
    settle(path, "\n".join(out))


# One mistake each; every one is put into a stage of its own.
MISTAKES = (
    "require phone need",
    "probability",
    "probability 40",
    "limit 3 dayz",
    "means Новая заявка",
    'means "Новая заявка',
    "task call { assign  due 3 days after entry }",
    "task call { asign owner }",
    "task call { assign owner  due 3 days after }",
    "task call { outcome reached { counts contact } }",
    "task call { due on 2026-02-31 }",
    "task call { due on entry at 9:00 }",
    "enter when (amount > 5 RUB and vip",
    "enter amount > 5 RUB",
    "enter when amount == 5 RUB",
    "enter when 1 < amount < 5",
    "enter when amount > 1 000 RUB",
    "enter when amount > 1e400",
    "leave when",
    "move to",
    "move to next",
    "lose silent when vip",
    "send email email using offer",
    'send email to email "offer"',
    "wait 3 days for event signed { }",
    "stage inner { }",
    "outcome reached",
    "reqire phone",
    "requrie phone, need",
    "checklist event { }",
    "robot remind { notify owner }",
    "set = 5",
    "set amount 5",
    "🙂",
    "guide «Текст»",
    "every day at noon { }",
    "hand to head",
    "if { }",
    "notify owner;",
    "// note",
)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_is_one_message_and_loses_nothing_else(mistake: str) -> None:
    text = f'pipeline p "P" {{\n  unique phone\n  stage a {{\n    {mistake}\n  }}\n  stage b {{ means "B" }}\n}}\n'
    result = parsed(text)
    assert len(result.diagnostics) == 1, [found.message() for found in result.diagnostics]
    assert result.diagnostics[0].span.line == 4
    assert not result.complete
    (pipeline,) = result.file.body
    assert isinstance(pipeline, nodes.Pipeline)
    stages = [one.name.name for one in pipeline.body if isinstance(one, nodes.Stage)]
    assert stages == ["a", "b"]


@pytest.mark.parametrize("seed", range(30))
def test_n_mistakes_are_n_messages(seed: int) -> None:
    chosen = random.Random(seed).sample(MISTAKES, 8)
    text = 'pipeline p "P" {\n'
    for number, mistake in enumerate(chosen):
        text += f'  stage s{number} "S" {{\n    means "ok"\n    {mistake}\n    type working\n  }}\n'
    result = parsed(text + "}\n")
    found = [(one.span.line - 4) // 5 for one in result.diagnostics]
    assert found == list(range(8)), [(one.span.line, one.message()) for one in result.diagnostics]


def test_a_sentence_with_a_hole_is_left_out_and_its_neighbours_stay() -> None:
    result = parsed('pipeline p { stage s {\n require a\n limit 3\n means "x"\n } }')
    (pipeline,) = result.file.body
    assert isinstance(pipeline, nodes.Pipeline)
    (stage,) = pipeline.body
    assert isinstance(stage, nodes.Stage)
    assert [type(one).__name__ for one in stage.body] == ["Require", "Means"]


@pytest.mark.parametrize("number", ["1.5,5", "1,5.5", "0.5 000", "50 1.5", "1_0,5", "5x 000", "1a,5"])
def test_numbers_that_run_together_are_told_and_never_raise(number: str) -> None:
    result = parsed(f"pipeline p {{ stage a {{ enter when amount > {number} }} }}")
    assert result.diagnostics
    edits = [edit.replacement for found in result.diagnostics if found.fix for edit in found.fix.edits]
    assert all(edit.count(".") < 2 for edit in edits)


def test_what_stands_in_a_block_with_a_bad_head_is_still_checked() -> None:
    assert codes('pipeline p {\n  stage 5 "x" {\n    means\n  }\n}\n') == ["unexpected-token", "missing-part"]


def test_the_hint_names_the_closest_word_of_this_place() -> None:
    assert codes("воронка p { этап new { } }") == ["misspelt-keyword"] * 2
    assert codes("pipeline p { ыефпу new { } }") == ["misspelt-keyword"]


def test_fixes_repair_what_they_are_sure_of() -> None:
    text = "pipeline p {\n  stge a {\n    require x, limit 3days;\n    enter when a == 1 000 && b > 1,5\n"
    text += "    due on 1.2.2026 at 9:00 { }\n  }\n}\n"
    edits = [edit for found in parsed(text).diagnostics if found.fix for edit in found.fix.edits]
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    assert parsed(text).diagnostics == ()
    assert "limit 3 days\n" in text


def test_braces_are_not_guessed_twice() -> None:
    """A lost brace is found by indentation, so the rest of the file is read as it was meant."""
    text = "pipeline p {\n  stage a {\n    task t {\n      assign owner\n  }\n  stage b { }\n}\n"
    result = parsed(text)
    assert [(found.code.name, found.span.line) for found in result.diagnostics] == [("unclosed-brace", 3)]
    (pipeline,) = result.file.body
    assert isinstance(pipeline, nodes.Pipeline)
    assert len(pipeline.body) == 2


SHIPPED = Path(__file__).parents[2] / "pipelines" / "amocrm.pipeline"


def test_a_brace_lost_or_doubled_anywhere_in_a_real_file_is_one_message() -> None:
    """Heads of several lines stand deeper than what they open: only the first line's indentation counts."""
    text = SHIPPED.read_text(encoding="utf-8")
    lines = [(line, sum(map(len, text.splitlines(True)[:i]))) for i, line in enumerate(text.splitlines())]
    ends = [at + len(line) - 1 for line, at in lines if line.endswith("{")]
    own = [at + len(line) - 1 for line, at in lines if line.strip() == "}"]
    assert len(ends) > 15
    assert len(own) > 15
    broken = {at: text[:at] + text[at + 1 :] for at in ends + own}
    broken |= {-at: text[: at + 1] + "\n" + text[text.rfind("\n", 0, at) + 1 :] for at in own}
    found = {at: codes(one) for at, one in broken.items()}
    assert {at: said for at, said in found.items() if len(said) != 1} == {}
