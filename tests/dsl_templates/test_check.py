"""What the check says of templates, and where (R46, R49, R50, U1)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.dsl_templates import shop
from voronka.dsl.check.templates import reads_of, uses_of
from voronka.dsl.definition.actions import AddTask, After, If, Message, Notify, SetField, Wait
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Limit
from voronka.dsl.definition.types import BOOL, INTEGER, NUMBER, TEXT, Type


def said(text: str, **more: object) -> list[str]:
    """Findings in a mail's body as ``V604 line:column marked text``; of unset values only where asked for."""
    deals, templates = shop.mailing(text, **more)
    return [
        f"{found.code.id} {found.span.line - 2}:{found.span.column} {found.span.text}"
        for found in shop.findings(deals, templates)
        if found.is_error
    ]


GOOD = [
    "Просто текст: 100% {скобки} # и решётка",
    "{{ name }}, {{ amount }}, {{ nps.score }}, {{ сумма }}",
    "{{ client.name }} {{ client.stage }} {{ client.owner.title }} {{ client.number }}",
    "{{ owner }} {{ owner.title }} {{ owner.role }} {{ supervisor }} {{ seller.name }}",
    "{{ deal.number }} {{ deal.title }} {{ deal.amount }} {{ stage }} {{ stage.title }} {{ pipeline.title }}",
    "{{ today }} {{ now }} {{ creation }} {{ entry }} {{ last_contact | default('никогда') }}",
    "{{ amount * 30 / 100 }} {{ amount - prepaid }} {{ amount * discount }} {{ amount / prepaid }} {{ -amount }}",
    "{{ guests + 1 }} {{ (guests + 2) * hours }} {{ discount + discount }}",
    "{{ name ~ ' и ' ~ amount }}",
    "{% if vip %}да{% elif amount > 1000 and not vip %}{% else %}нет{% endif %}",
    "{% if goods %}{% for g in goods %}{{ loop.index }}/{{ loop.length }} {{ g.title }}{% endfor %}{% endif %}",
    "{% for g in goods if g.n > 1 %}{{ g.stage }}{% else %}пусто{% endfor %}",
    "{% for s in services %}{{ s }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% for t in tasks if t.overdue %}{{ t.title }} {{ t.due }} {{ t.assignee }}{% endfor %}",
    "{% for t in deal.tasks %}{% for g in goods %}{{ t.name }}{{ g.title }}{% endfor %}{% endfor %}",
    "{{ need if need is set else 'не указано' }} {{ vip if vip is set }}",
    "{% if heat == 'hot' %}!{% endif %}{% if 'hot' != heat %}{% endif %}{% if stage != 'won' %}{% endif %}",
    "{% if 'music' in services and 'photo' not in services %}{% endif %}",
    "{% if nps.score == 'promoter' or nps.score >= 7 %}{% endif %}",
    "{% if event_on > today %}{% endif %}{% if starts_at < now %}{% endif %}{% if need == 'сайт' %}{% endif %}",
    "{% if owner == 'anna' %}{% endif %}{% if owner == seller %}{% endif %}{% if vip == true %}{% endif %}",
    "{{ name | upper }} {{ name | lower }} {{ heat | title }} {{ name | title | upper }}",
    "{{ event_on | date }} {{ starts_at | date('short') }} {{ starts_at | time }} {{ now | time }}",
    "{{ amount | money }} {{ hours | round(2) }} {{ hours | round }} {{ amount | round }} {{ phone | phone }}",
    "{{ guests | plural('гость', 'гостя', 'гостей') }} {{ guests | plural('guest', 'guests') }}",
    "{{ services | join(' и ') }} {{ services | length }} {{ goods | count }} {{ name | length }}",
    "{{ need | default('—') | upper }} {{ amount | default(0) * 2 }} {{ need | json }} {{ amount | json }}",
    "{# комментарий {{ unknown }} #}{% raw %}{{ unknown }}{% endraw %}",
    "{{ deal.goods | length }} {{ lasts }} {{ reason | default('') }}",
]


@pytest.mark.requirement("R46", "R49", "R50")
@pytest.mark.parametrize("text", GOOD)
def test_what_templates_may_say(text: str) -> None:
    assert said(text) == []


NAMES = [
    ("{{ amout }}", ["V604 1:4 amout"]),
    ("текст\n  {{ nmae }}\n", ["V604 2:6 nmae"]),
    ("{{ client.nmae }}", ["V605 1:11 nmae"]),
    ("{{ nps.scor }}", ["V605 1:8 scor"]),
    ("{{ amount.cents }}", ["V605 1:11 cents"]),
    ("{{ client.name.first }}", ["V605 1:16 first"]),
    ("{{ deal.amuont }}", ["V605 1:9 amuont"]),
    ("{% for g in goods %}{{ g.prise }}{% endfor %}", ["V605 1:26 prise"]),
    ("{% for g in goods %}{{ g.order.total }}{% endfor %}", ["V605 1:26 order"]),
    ("{% for g in goods %}{% endfor %}{{ g.price }}", ["V604 1:36 g"]),
    ("{{ loop.index }}", ["V604 1:4 loop"]),
    ("{% for g in goods if loop.first %}{% endfor %}", ["V604 1:22 loop"]),
    ("{% for g in goods %}{% for t in tasks if loop.first %}{% endfor %}{% endfor %}", ["V604 1:42 loop"]),
    ("{{ name | uper }}", ["V606 1:11 uper"]),
    ("{% if name is odd %}{% endif %}", ["V607 1:15 odd"]),
    ("{% if heat == 'warm' %}{% endif %}", ["V615 1:15 'warm'"]),
    ("{% if 'musik' in services %}{% endif %}", ["V615 1:7 'musik'"]),
    ("{% if stage == 'one' %}{% endif %}", ["V615 1:16 'one'"]),
    ("{{ event.amount }}", ["V614 1:4 event"]),
    ("{{ task.title }} {{ assignee }}", ["V614 1:4 task", "V614 1:21 assignee"]),
    ("{{ approval.title }}", ["V614 1:4 approval"]),
    ("{{ recipient }}", ["V614 1:4 recipient"]),
    ("{% for d in deals %}{% endfor %}", ["V614 1:13 deals"]),
    ("{{ a }}\r\n{{ name }} {{ b }}\r\n", ["V604 1:4 a", "V604 2:15 b"]),
]


@pytest.mark.requirement("U1")
@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_unknown_names_are_found_where_they_stand(text: str, expected: list[str]) -> None:
    assert said(text) == expected


TYPES = [
    ("{{ amount + guests }}", ["V609 1:4 amount"]),
    ("{{ amount + price_eur }}", ["V609 1:4 amount"]),
    ("{{ amount - discount }}", ["V609 1:4 amount"]),
    ("{{ amount * prepaid }}", ["V609 1:4 amount"]),
    ("{{ guests / amount }}", ["V609 1:4 guests"]),
    ("{{ name + need }}", ["V609 1:4 name", "V609 1:11 need"]),
    ("{{ event_on + 1 }}", ["V609 1:4 event_on"]),
    ("{{ -name }}", ["V609 1:4 -"]),
    ("{% if name %}{% endif %}", ["V609 1:7 name"]),
    ("{% if amount %}{% endif %}", ["V609 1:7 amount"]),
    ("{% if not amount %}{% endif %}", ["V609 1:11 amount"]),
    ("{% if amount > name %}{% endif %}", ["V609 1:7 amount"]),
    ("{% if amount > price_eur %}{% endif %}", ["V609 1:7 amount"]),
    ("{% if name > need %}{% endif %}", ["V609 1:7 name"]),
    ("{% if event_on > now %}{% endif %}", ["V609 1:7 event_on"]),
    ("{% if 1 < guests < 5 %}{% endif %}", ["V609 1:7 1"]),
    ("{% if 'a' in name %}{% endif %}", ["V609 1:7 'a'"]),
    ("{% if goods == 3 %}{% endif %}", ["V609 1:7 goods"]),
    ("{% if goods is set %}{% endif %}", ["V609 1:7 goods"]),
    ("{{ goods }}", ["V609 1:4 goods"]),
    ("{{ deal }} {{ pipeline }}", ["V609 1:4 deal", "V609 1:15 pipeline"]),
    ("{{ none }}", ["V609 1:4 none"]),
    ("{{ name | date }}", ["V609 1:11 date"]),
    ("{{ name | money }}", ["V609 1:11 money"]),
    ("{{ heat | round }}", ["V609 1:11 round"]),
    ("{{ deal | default('x') }}", ["V609 1:11 default"]),
    ("{% for x in name %}{{ x.y }}{% endfor %}", ["V608 1:13 name"]),
    ("{% for x in 'abc' %}{{ x }}{% endfor %}", ["V608 1:13 'abc'"]),
    ("{% for x in unknown %}{{ x.y }}{% endfor %}", ["V604 1:13 unknown"]),
    ("{{ need | default }}", ["V613 1:11 default"]),
    ("{{ hours | round(7) }}", ["V613 1:12 round"]),
    ("{{ hours | round(guests) }}", ["V613 1:12 round"]),
    ("{{ event_on | date('%Y') }}", ["V613 1:15 date"]),
    ("{{ guests | plural('гость') }}", ["V613 1:13 plural"]),
    ("{{ name | upper(1) }}", ["V613 1:11 upper"]),
    ("{{ services | join(sep=', ') }}", ["V613 1:15 join"]),
]


@pytest.mark.parametrize(("text", "expected"), TYPES)
def test_what_makes_no_sense_is_found_where_it_stands(text: str, expected: list[str]) -> None:
    assert said(text) == expected


SYNTAX = [
    ("{{ name", "V602 1:4 name"),
    ("строка\n{{ name name }}", "V602 2:9 name"),
    ("{% if vip %}", "V602 1:11 %"),
    ("{% nonsense %}", "V602 1:4 nonsense"),
    ("{{ name | }}", "V602 1:11 }"),
    ("{{ 'a }}", "V602 1:4 '"),
    ("{# без конца", "V602 1:3"),
    ("{{ 'a\\d' }}", "V602 1:4 'a\\d'"),
    ("{{ 1e400 }}", "V602 1:4 1e400"),
    ("{{ name ! }}", "V602 1:9 !"),
]


@pytest.mark.parametrize(("text", "expected"), SYNTAX)
def test_what_jinja_cannot_read_is_placed_and_said_in_both_languages(text: str, expected: str) -> None:
    deals, templates = shop.mailing(text)
    (found,) = (one for one in shop.findings(deals, templates) if one.is_error)
    assert f"{found.code.id} {found.span.line - 2}:{found.span.column} {found.span.text}"[: len(expected)] == expected
    assert found.message("en") != found.message("ru")
    # Jinja's own words end in the Russian message only where they have no translation.
    assert found.message("en").partition(": ")[2] not in found.message("ru")


@pytest.mark.requirement("U1")
def test_a_finding_proposes_what_was_meant_and_says_where_the_template_is_used() -> None:
    deals, templates = shop.mailing("{{ amout }}")
    (found,) = shop.findings(deals, templates, "pipeline shop {\n")
    assert found.message("en") == "there is no “amout” in “shop”; did you mean “amount”?"
    assert found.message("ru") == "«amout» нет: воронка «shop»; может быть, «amount»?"
    assert str(found.span) == "templates/offer.txt:3"
    assert found.fix is not None
    assert [(edit.span, edit.replacement) for edit in found.fix.edits] == [(found.span, "amount")]
    assert [(str(label.span), label.text.en) for label in found.labels] == [("shop.pipeline:1", "it is used here")]


def test_a_fix_keeps_the_quotes_of_a_choice() -> None:
    deals, templates = shop.mailing("{% if heat == 'hott' %}{% endif %}")
    (found,) = shop.findings(deals, templates)
    assert found.fix is not None
    assert found.fix.edits[0].replacement == "'hot'"


def test_one_mistake_is_one_finding_however_often_the_template_is_used() -> None:
    places = [Loc("shop.pipeline", line) for line in range(1, 7)]
    sends = tuple(replace(shop.send("offer", f"new/#{at.line}"), loc=at) for at in places)
    deals = shop.pipeline(stages={"new": shop.stage("new", "Новая", entry=sends)})
    (found,) = shop.findings(deals, {"offer.txt": "subject: x\n\n{{ amout }}"}, "\n" * 9)
    assert [label.span.line for label in found.labels] == [1, 2, 3]
    assert found.notes[0].en == "and in 3 more places"


def test_a_template_is_checked_against_every_pipeline_that_uses_it() -> None:
    other = shop.pipeline("other", {"email": shop.field("email", shop.EMAIL)})
    other = replace(other, stages={"a": shop.stage("a", "А", entry=(shop.send("offer"),))})
    deals, templates = shop.mailing("{{ amount | default(0) }}")
    definition = shop.workspace(deals, templates)
    definition = replace(definition, pipelines={**definition.pipelines, "other": other})
    (found,) = shop.check_templates(definition, {})
    assert found.message("en") == "there is no “amount” in “other”"


def test_a_text_in_a_sentence_is_marked_inside_its_quotes() -> None:
    source = 'stage new {\n  notify owner "Оплачено: {{ amout }}"\n}\n'
    notice = shop.notify("Оплачено: {{ amout }}", loc=Loc("shop.pipeline", 2, 3, 2, 40))
    deals = shop.pipeline(stages={"new": shop.stage("new", "Новая", entry=(notice,))})
    (found,) = shop.findings(deals, source=source)
    assert (found.span.line, found.span.column, found.span.text) == (2, 30, "amout")


def test_a_text_in_two_languages_is_checked_in_both() -> None:
    notice = Notify(
        shop.OWNER,
        Message("Сумма {{ amount }}", texts=shop.both("Сумма {{ amount }}", "Sum {{ amuont }}")),
        False,
        shop.condition("set", shop.read("amount")),
        "new/#1",
        shop.HERE,
    )
    source = 'notify owner "Сумма {{ amount }}" / "Sum {{ amuont }}" when amount is set'
    deals = shop.pipeline(stages={"new": shop.stage("new", "Новая", entry=(notice,))})
    (found,) = shop.findings(deals, source=source)
    assert (found.code.id, found.span.text, found.span.column) == ("V604", "amuont", 45)


HEADERS = [
    ("subject: Тема\n\nтекст", []),
    ("Subject: Тема\nreply-to: {{ email }}\ncc: boss@example.test\n\nтекст", []),
    ("subject: Тема {{ amout }}\n\nтекст", ["V604 1:18 amout"]),
    ("subjekt: Тема\n\nтекст", ["V612 1:10 Тема"]),
    ("subject: a\nпросто строка\n\nтекст", ["V612 2:1 просто строка"]),
    ("subject: a\nsubject: b\n\nтекст", ["V612 2:10 b"]),
    ("cc: {{ name }}\n\nтекст", ["V609 1:8 name"]),
    ("\nWarning: это не заголовок", []),
    ("Внимание: это не заголовок", []),
    ('{"amount": 1}', []),
    ("subject: только заголовок", []),
    ("subject: {{ name\n\nтекст", ["V602 1:13 name"]),
]


@pytest.mark.parametrize(("text", "expected"), HEADERS)
def test_headers_of_a_mail(text: str, expected: list[str]) -> None:
    deals, _ = shop.mailing("")
    found = [one for one in shop.findings(deals, {"offer.txt": text}) if one.is_error]
    assert [f"{f.code.id} {f.span.line}:{f.span.column} {f.span.text}" for f in found] == expected


def test_a_mail_without_a_subject_is_a_warning_and_other_channels_need_none() -> None:
    for channel, expected in (("email", ["V601"]), ("telegram", [])):
        sending = shop.stage("new", "Новая", entry=(shop.send("offer", channel=channel),))
        found = shop.findings(shop.pipeline(stages={"new": sending}), {"offer.txt": "текст"})
        assert [one.code.id for one in found] == expected


def test_a_template_that_nobody_uses_is_read_all_the_same() -> None:
    found = shop.findings(shop.pipeline(), {"old.txt": "{{ whatever }}", "broken.txt": "{% if %}"})
    assert [(one.code.id, str(one.span)) for one in found if one.span.source.name != "shop.pipeline"] == [
        ("V602", "templates/broken.txt:1")
    ]


# Where things may be spoken of


def found_in(deals: shop.Pipeline, **templates: str) -> list[str]:
    texts = {f"{name}.txt": f"subject: x\n\n{text}" for name, text in templates.items()}
    return [f"{one.code.id} {one.span.text}" for one in shop.findings(deals, texts)]


def with_robot(robot: shop.Robot) -> shop.Pipeline:
    return shop.pipeline(stages={"new": shop.stage("new", "Новая", robots=(robot,))})


def test_an_event_is_at_hand_in_its_robot_in_what_it_plans_and_in_what_waits_for_it() -> None:
    sending = shop.send("offer")
    ok = "{{ event.amount }}"
    assert found_in(with_robot(shop.on("event", sending, name="payment")), offer=ok) == []
    assert found_in(with_robot(shop.on("entry", sending)), offer=ok) == ["V614 event"]
    later = After(Expr("const", NUMBER), (sending,), "new/a", shop.HERE)
    assert found_in(with_robot(shop.on("event", later, name="payment")), offer=ok) == []
    wait = Wait(Expr("const", NUMBER), "payment", "", (sending,), (), "new/w", shop.HERE)
    assert found_in(with_robot(shop.on("entry", wait)), offer=ok) == []
    late = Wait(Expr("const", NUMBER), "payment", "", (), (sending,), "new/w", shop.HERE)
    assert found_in(with_robot(shop.on("entry", late)), offer=ok) == ["V614 event"]
    hook = shop.task(shop.on("overdue", sending))
    planned = AddTask(hook, "new/t", shop.HERE)
    assert found_in(with_robot(shop.on("event", planned, name="payment")), offer=ok) == []
    assert found_in(with_robot(shop.on("event", sending, name="payment")), offer="{{ event.amuont }}") == [
        "V605 amuont"
    ]


def test_a_task_and_an_approval_are_at_hand_in_their_own_hooks() -> None:
    text = "{{ task.title }}, {{ task.due }}, {{ assignee }}"
    hooked = shop.stage("new", "Новая", tasks=(shop.task(shop.on("overdue", shop.send("offer"))),))
    assert found_in(shop.pipeline(stages={"new": hooked}), offer=text) == []
    asked = shop.stage("new", "Новая", approvals=(shop.approval(shop.on("rejected", shop.send("offer"))),))
    assert found_in(shop.pipeline(stages={"new": asked}), offer="{{ approval.title }} {{ task.title }}") == []
    answered = shop.task(outcomes=(shop.outcome("reached", shop.send("offer")),))
    assert found_in(shop.pipeline(stages={"new": shop.stage("new", "Новая", tasks=(answered,))}), offer=text) == []


@pytest.mark.requirement("R35")
def test_a_digest_speaks_of_deals_and_not_of_one() -> None:
    def digest(text: str) -> list[str]:
        notice = shop.notify("", digest=True, template="offer")
        return found_in(with_robot(shop.on("entry", notice)), offer=text)

    good = "{{ recipient }} {{ deals | length }}{% for d in deals %}{{ d.number }} {{ d.stage }} {{ d.client.name }}"
    assert digest(good + "{% for t in d.tasks if t.overdue %}{{ t.title }}{% endfor %}{% endfor %}") == []
    assert digest("{{ amount }}") == ["V614 amount"]
    assert digest("{{ owner }}") == ["V614 owner"]
    assert digest("{% for d in deals %}{{ d.amuont }}{% endfor %}") == ["V605 amuont"]


def test_inside_an_include_its_own_names_come_first_and_its_parameters_are_known() -> None:
    params = (
        ("low", Expr("const", NUMBER, 1)),
        ("to", shop.read("email", shop.EMAIL)),
        ("who", Expr("via", TEXT, ("client", "name"))),
        ("next", Expr("const", Type("stage"), "won")),
        ("sum", Expr("add", INTEGER, None, (shop.read("guests"), shop.read("guests")))),
    )
    sending = shop.send("offer", scope="nps.", params=params)

    def inside(text: str) -> list[str]:
        return [line for line in found_in(with_robot(shop.on("entry", sending)), offer=text) if "V610" not in line]

    assert inside("{{ score }} {{ nps.score }} {{ low + 1 }} {{ to }} {{ who }} {{ next }} {{ amount }}") == []
    assert inside("{% if next == 'new' %}{% endif %}") == []
    assert inside("{{ scroe }}") == ["V604 scroe"]
    assert inside("{{ sum }}") == ["V614 sum"]
    assert found_in(with_robot(shop.on("entry", shop.send("offer"))), offer="{{ low }}") == ["V604 low"]


# Values that may be unset


def unset(deals: shop.Pipeline, text: str = "{{ amount }}") -> list[str]:
    return [line.split()[1] for line in found_in(deals, offer=text) if line.startswith("V610")]


def entering(*actions: shop.Action, **more: object) -> shop.Pipeline:
    return shop.pipeline(stages={"new": shop.stage("new", "Новая", entry=actions, **more)})


AMOUNT = shop.read("amount", shop.RUB)
POSITIVE = shop.condition("gt", AMOUNT, shop.rub(0))
IS_SET, IS_UNSET = shop.condition("set", AMOUNT), shop.condition("unset", AMOUNT)


def block(when: Expr, then: bool) -> If:
    action = (shop.send("offer"),)
    return If(when, action if then else (), () if then else action, "new/if", shop.HERE)


def required(name: str, when: Expr | None = None) -> shop.Pipeline:
    return entering(shop.send("offer"), requires=(shop.Require(name, when, shop.HERE),))


def declared(**more: object) -> shop.Pipeline:
    deals = entering(shop.send("offer"))
    return replace(deals, fields={**deals.fields, "amount": shop.field("amount", shop.RUB, **more)})


product = Expr("mul", shop.RUB, None, (shop.read("prepaid", shop.RUB), Expr("const", NUMBER, 2)))
setting = SetField("amount", shop.rub(1), None, "new/s", shop.HERE)
clearing = SetField("amount", None, None, "new/c", shop.HERE)

SURE = [
    (entering(shop.send("offer")), False),
    (required("amount"), True),
    (required("amount", IS_SET), False),
    (entering(shop.send("offer", when=IS_SET)), True),
    (entering(shop.send("offer", when=IS_UNSET)), False),
    (entering(shop.send("offer", when=POSITIVE)), True),
    (entering(shop.send("offer", when=shop.condition("not", POSITIVE))), True),
    (entering(shop.send("offer", when=shop.condition("and", POSITIVE, shop.read("vip", BOOL)))), True),
    (entering(shop.send("offer", when=shop.condition("or", POSITIVE, shop.read("vip", BOOL)))), False),
    (entering(shop.send("offer", when=shop.condition("or", POSITIVE, IS_SET))), True),
    (entering(block(POSITIVE, True)), True),
    (entering(block(POSITIVE, False)), False),  # `else` also runs where the amount is unset
    (entering(block(IS_UNSET, False)), True),
    (entering(block(shop.condition("or", IS_UNSET, shop.read("vip", BOOL)), False)), True),
    (declared(default=shop.rub(5)), True),
    (declared(formula=product), False),
    (entering(setting, shop.send("offer")), True),
    (entering(setting, clearing, shop.send("offer")), False),
    (entering(setting, After(Expr("const", NUMBER), (shop.send("offer"),), "new/a", shop.HERE)), False),
    (entering(setting, Wait(Expr("const", NUMBER), "payment", "", (shop.send("offer"),), (), "w", shop.HERE)), False),
    (entering(setting, Wait(Expr("const", NUMBER), "payment", "", (), (shop.send("offer"),), "w", shop.HERE)), False),
    (entering(robots=(shop.on("entry", shop.send("offer"), when=POSITIVE),)), True),
    (entering(robots=(shop.due(AMOUNT, shop.send("offer")),)), True),
    (entering(tasks=(shop.task(outcomes=(shop.outcome("ok", shop.send("offer"), requires=("amount",)),)),)), True),
    (entering(tasks=(shop.task(outcomes=(shop.outcome("ok", shop.send("offer")),), requires=("amount",)),)), True),
    (entering(tasks=(shop.task(shop.on("overdue", shop.send("offer")), requires=("amount",)),)), False),
    (entering(limit=Limit(Expr("const", NUMBER), (shop.send("offer"),), "new/l", shop.HERE)), False),
]


@pytest.mark.parametrize(("deals", "sure"), SURE)
def test_a_printed_value_is_warned_of_unless_something_makes_it_sure(deals: shop.Pipeline, sure: bool) -> None:
    assert unset(deals) == ([] if sure else ["amount"])


def test_a_computed_value_is_blamed_on_what_it_is_computed_from() -> None:
    (found,) = shop.findings(declared(formula=product), {"offer.txt": "subject: x\n\n{{ amount }}"})
    assert "(it is computed from “prepaid”)" in found.message("en")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ amount | default('—') }}", []),
        ("{{ amount | default(prepaid) }}", ["prepaid"]),
        ("{% if amount is set %}{{ amount }}{% endif %}", []),
        ("{% if amount is set %}{% else %}{{ amount }}{% endif %}", ["amount"]),
        ("{% if amount is not set %}нет{% else %}{{ amount }}{% endif %}", []),
        ("{% if amount > 5 %}{{ amount }}{% elif vip %}{{ amount }}{% endif %}", ["amount"]),
        ("{% if amount is not set or vip %}нет{% else %}{{ amount }}{% endif %}", []),
        ("{% if not (amount is set and vip) %}{{ amount }}{% endif %}", ["amount"]),
        ("{% if not (amount > 5) %}{{ amount }}{% endif %}", []),
        ("{{ amount if amount is set else prepaid }}", ["prepaid"]),
        ("{{ amount ~ name }}", ["amount", "name"]),
        ("{{ (amount * 2) | round }} {{ amount | money }}", ["amount", "amount"]),
        ("{{ client.name }}", ["client"]),
        ("{% if client is set %}{{ client.name }}{% endif %}", []),
        ("{% if client.name is set %}{{ client.telegram }}{% endif %}", []),
        ("{{ email }} {{ stage }} {{ need | json }} {{ owner }}", []),
        ("{% for g in goods %}{{ g.price }}{% endfor %}", []),
    ],
)
def test_a_template_guards_its_own_values(text: str, expected: list[str]) -> None:
    assert unset(entering(shop.send("offer")), text) == expected


def test_a_document_is_judged_where_it_is_rendered() -> None:
    texts = {"invoice.txt": "{{ amount }}"}
    assert [one.code.id for one in shop.findings(entering(shop.render()), texts)] == ["V610"]
    assert [one.code.id for one in shop.findings(shop.pipeline(), texts)] == []  # by hand: nobody knows from where


def test_reads_name_what_must_be_mirrored() -> None:
    text = "{{ client.name }}{% for g in goods if g.n > 1 %}{{ g.title }}{{ g.number }}{% for t in tasks %}{% endfor %}"
    deals, templates = shop.mailing(text + "{{ client.owner.title }}{% endfor %}{% if goods %}{% endif %}")
    reads = reads_of(shop.workspace(deals, templates), deals)
    assert reads.cards == {("client", "name"), ("client", "owner")}
    assert reads.items == {("goods", "n"), ("goods", "title")}


def test_every_sentence_with_a_text_is_found_once() -> None:
    hooked = shop.task(
        shop.on("overdue", shop.notify("", "new/call/late")),
        outcomes=(shop.outcome("reached", shop.send("offer", "new/call/reached")),),
    )
    deals = shop.pipeline(
        stages={
            "new": shop.stage(
                "new",
                "Новая",
                entry=(AddTask(hooked, "new/call", shop.HERE), shop.send("offer", "new/#1")),
                tasks=(hooked,),
                robots=(shop.on("entry", shop.render(path="new/r/#1")),),
                approvals=(shop.approval(shop.on("rejected", shop.notify("", "new/a"))),),
                limit=Limit(Expr("const", NUMBER), (shop.notify("", "new/limit"),), "new/l", shop.HERE),
            )
        },
        robots=(shop.on("away", shop.notify("", "r/#1")),),
        tasks=(replace(hooked, path="call", hooks=(shop.on("overdue", shop.notify("", "call/late")),), outcomes=()),),
    )
    assert sorted(use.path for use in uses_of(deals) if use.path) == sorted(
        ["new/call/late", "new/call/reached", "new/#1", "new/r/#1", "new/a", "new/limit", "r/#1", "call/late"]
    )
