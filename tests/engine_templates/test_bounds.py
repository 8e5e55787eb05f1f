"""Nothing that a template says can run for long, grow without end, or reach an object: also where no check was run."""

from __future__ import annotations

import re
from types import CodeType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dsl_templates.hostile import HOSTILE
from tests.dsl_templates.test_hostile import PIECES
from tests.engine_templates.deals import a_deal, an_env, definition, mail
from voronka.dsl.check.templates.limits import MAX_TEXT
from voronka.engine.deal.state import Deal, TaskState
from voronka.engine.templates import MAX_OUTPUT, RenderError, compile_templates
from voronka.engine.templates.lower import _environment, compile_block
from voronka.engine.templates.operations import OPERATIONS
from voronka.engine.templates.run import MAX_WORK


def many_tasks(n: int) -> Deal:
    deal = a_deal()
    deal.tasks = {number: TaskState(number, "call", "new/call", 1, 0) for number in range(1, n + 1)}
    return deal


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_templates_are_refused_when_rendered(text: str, code: str) -> None:
    with pytest.raises(RenderError) as caught:
        mail(text)
    assert caught.value.file == "templates/offer.txt"
    assert caught.value.line >= 3


LOOPS = "{% for a in tasks %}{% for b in tasks %}{% for c in tasks %}BODY{% endfor %}{% endfor %}{% endfor %}"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{% if vip %}{% endif %}",
        "{% if a.title == b.title and c.open %}{% endif %}",
        "{% if (amount * 2 + prepaid) / 3 > 0 %}{% endif %}",
        "{% if name ~ name ~ name == name %}{% endif %}",
        "{% if guests | plural('a', 'b') | upper | length > 3 %}{% endif %}",
        "{% if 'music' in services %}{% endif %}",
    ],
)
def test_loops_in_loops_end_when_the_budget_is_spent(body: str) -> None:
    text = LOOPS.replace("BODY", body)
    mail(text, many_tasks(10))
    with pytest.raises(RenderError, match="takes too long"):
        mail(text, many_tasks(100))


def test_an_unspent_budget_is_the_same_for_headers_and_body_together() -> None:
    """A text has one budget, however many headers it is spread over."""
    turns = int((MAX_WORK * 0.6) ** 0.5)
    loop = "{% for a in tasks %}{% for b in tasks %}{% endfor %}{% endfor %}"
    assert mail(loop, many_tasks(turns)) == ""
    with pytest.raises(RenderError, match="takes too long"):
        mail(loop + loop, many_tasks(turns))


def test_output_stops_at_the_cap_while_it_comes() -> None:
    pieces: list[int] = []

    class Counted(str):
        def encode(self, *args: Any) -> bytes:
            pieces.append(len(self))
            return super().encode(*args)

    deal = many_tasks(2_000)
    deal.f["name"] = Counted("я" * 1_000)
    with pytest.raises(RenderError, match="the text is larger than 200 KB"):
        mail("{% for a in tasks %}{{ name }}{% endfor %}", deal)
    assert sum(pieces) <= MAX_OUTPUT


def test_the_cap_counts_bytes_after_escaping() -> None:
    fits = "&" * (MAX_OUTPUT // 5)
    assert len(mail("{{ name }}", a_deal(name=fits), name="page.html")) == MAX_OUTPUT
    with pytest.raises(RenderError, match="larger than"):
        mail("{{ name }}!", a_deal(name=fits), name="page.html")
    assert mail("{{ name }}!", a_deal(name=fits)).endswith("&!")


@pytest.mark.parametrize(
    "text",
    [
        "{{ name" + " ~ name" * 30 + " }}",
        "{{ name" + " | upper" * 30 + " }}",
        "{% if name ~ name ~ name ~ name == '' %}{% endif %}" * 20,
        "{{ name | json }}{{ name | title }}{{ name | length }}" * 20,
    ],
)
def test_large_values_are_paid_by_their_size(text: str) -> None:
    with pytest.raises(RenderError, match=r"takes too long|larger than"):
        mail(text, a_deal(name="ж" * 3_000_000))


def test_what_is_as_large_as_may_be_still_compiles() -> None:
    assert len(mail("x" * (MAX_TEXT - 1))) == MAX_TEXT - 1
    branches = (
        "{% if guests == 0 %}0" + "".join(f"{{% elif guests == {n} %}}{n}" for n in range(1, 100)) + "{% endif %}"
    )
    assert mail(branches) == "21"
    nested = "{% if vip %}" * 8 + "x" + "{% endif %}" * 8
    assert mail(nested) == "x"
    assert mail("{{ guests" + " + 1" * 30 + " }}") == "51"
    assert mail("{{ " + "(" * 30 + "guests" + ")" * 30 + " }}") == "21"
    assert mail("{{ name }}" * 1_500) == "Мария" * 1_500


@given(st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=200)))
def test_any_text_is_rendered_or_refused_within_its_bounds(text: str) -> None:
    deal, env = a_deal(), an_env()
    for name in ("offer.txt", "offer.html"):
        templates = compile_templates(definition(text, name))
        try:
            rendered = templates.render(deal, "new/#1", env)
        except RenderError:
            continue
        assert len(rendered.body.encode()) <= MAX_OUTPUT
        assert templates.render(deal, "new/#1", env) == rendered


BODIES = st.recursive(
    st.sampled_from(
        [
            *(
                "текст ",
                "{{ name }}",
                "{{ amount | default(0) * 2 }}",
                "{{ goods | length }}",
                "{{ need | default('') }}",
            ),
            *("{{ vip and amount > 5 }}", "{{ name ~ guests ~ heat }}", "{{ guests | plural('a', 'b', 'c') }}"),
        ]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map("".join),
        inner.map(lambda body: "{% if amount > 5 %}" + body + "{% else %}-{% endif %}"),
        inner.map(lambda body: "{% for x in goods %}" + body + "{{ loop.index }}{% endfor %}"),
        inner.map(lambda body: "{% for y in tasks if y.open %}" + body + "{% else %}.{% endfor %}"),
        inner.map(lambda body: "{% for z in services %}{{ z }}" + body + "{% endfor %}"),
    ),
    max_leaves=12,
)


@given(BODIES, st.integers(0, 60))
def test_well_formed_texts_are_rendered_or_stop_at_a_bound(body: str, tasks: int) -> None:
    try:
        text = mail(body, many_tasks(tasks))
    except RenderError as error:
        text = str(error)
        if not re.search("takes too long|larger than|too large", text):
            raise
    assert len(text.encode()) <= MAX_OUTPUT


# What Jinja2's own code needs for filters, `if`, `for` and the counters of a loop.
NEEDED = frozenset(
    [
        "Undefined",
        "undefined",
        "resolve_or_missing",
        "missing",
        "environment",
        "getattr",
        "filters",
        "LoopContext",
        "str",
        "escape",
        "eval_ctx",
        "concat",
        "internalcode",
        "KeyError",
        "TemplateRuntimeError",
    ]
)


def called_in(code: CodeType) -> set[str]:
    """Every global and attribute that compiled code names, inner functions included."""
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    return set(code.co_names).union(*map(called_in, inner))


def test_compiled_templates_look_up_our_operations_and_nothing_else() -> None:
    """No name of a field, of a deal, or of Python beyond what Jinja2 writes itself."""
    text = "{{ client.name }}{% for g in goods if g.n > 1 %}{{ g.title }}{{ loop.index }}{% endfor %}{{ name ~ 'x' }}"
    templates = compile_templates(definition(text))
    templates.render(a_deal(), "new/#1", an_env())
    (plan,) = templates._plans.values()
    template = plan.parts[-1].compiled.template
    environment = template.environment
    assert (set(environment.filters), environment.globals, environment.tests) == (set(OPERATIONS), {}, {})
    assert called_in(template.root_render_func.__code__) <= NEEDED


def test_the_sandbox_stands_behind_the_check() -> None:
    """Were a tree to reach the compiler with an attribute of an object in it, the sandbox would refuse it."""
    from jinja2 import nodes
    from jinja2.exceptions import SecurityError

    environment = _environment(False)
    tree = nodes.Template([nodes.Output([nodes.Getattr(nodes.Name("rt", "load"), "__class__", "load")])])
    tree.set_lineno(1).set_environment(environment)
    assert "__class__" in str(environment.compile(tree, "x", "x", raw=True))
    template = environment.template_class.from_code(environment, environment.compile(tree, "x", "x"), {})
    with pytest.raises(SecurityError):
        template.render(rt=object())
    assert compile_block((), False).template.render(rt=None) == ""
