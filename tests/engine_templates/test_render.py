"""What texts become: values by type and language, unset values, events, tasks, includes, headers."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.dsl_templates import shop
from tests.engine_templates.deals import NOW, a_deal, an_env, at, definition, mail
from voronka.dsl.definition.actions import Message, Notify
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.model import Limit
from voronka.dsl.definition.types import NUMBER, TEXT, Type
from voronka.dsl.definition.values import Duration
from voronka.engine.deal.state import TaskState
from voronka.engine.program.wiring import wire
from voronka.engine.templates import RenderError, compile_templates


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


VALUES = [
    ("{{ amount }}", "120 000,50 ₽", "120,000.50 ₽"),
    ("{{ prepaid }} {{ prepaid | money }}", "36 000 ₽ 36 000,00 ₽", "36,000 ₽ 36,000.00 ₽"),
    ("{{ price_eur }}", "1 200,50 €", "€1,200.50"),
    ("{{ -price_eur }}", "-1 200,50 €", "-€1,200.50"),
    ("{{ guests | money }}", "21,00 ₽", "21.00 ₽"),
    ("{{ discount }}", "15 %", "15%"),
    ("{{ hours }} {{ hours * 1000 }} {{ hours * 10000000 }}", "4,25 4250 42 500 000", "4.25 4,250 42,500,000"),
    ("{{ hours | round }} {{ hours | round(1) }}", "4 4,3", "4 4.3"),
    ("{{ vip }}", "да", "yes"),
    ("{{ heat }} {{ heat.name }} {{ heat.title }}", "Горячий hot Горячий", "Hot hot Hot"),
    ("{{ services }}", "Музыка, Декор", "Music, Decor"),
    ("{{ services | join(' + ') }} {{ services | length }}", "Музыка + Декор 2", "Music + Decor 2"),
    ("{{ event_on }}", "5 декабря 2026 г.", "5 December 2026"),
    ("{{ event_on | date('day') }}", "5 декабря", "5 December"),
    ("{{ event_on | date('weekday') }}", "суббота, 5 декабря", "Saturday, 5 December"),
    ("{{ event_on | date('short') }} {{ starts_at | date('iso') }}", "05.12.2026 2026-12-05", "5 Dec 2026 2026-12-05"),
    ("{{ starts_at }}", "5 декабря 2026 г., 18:30", "5 December 2026, 18:30"),
    (
        "{{ starts_at | time }} {{ now | time }} {{ today }}",
        "18:30 09:40 23 ноября 2026 г.",
        "18:30 09:40 23 November 2026",
    ),
    ("{{ lasts }}", "3 рабочих дня", "3 working days"),
    ("{{ phone }}", "+7 999 123-45-67", "+7 999 123-45-67"),
    ("{{ owner }} {{ owner.name }} {{ owner.role }}", "Анна Котова anna Менеджер", "Anna Kotova anna Manager"),
    ("{{ supervisor }}, {{ seller }}", "Ольга Вайс, Ольга Вайс", "Olga Weiss, Olga Weiss"),
    ("{{ stage }} {{ deal.stage.name }}", "Новая new", "New new"),
    ("{{ client }} {{ client.number }} {{ client.owner }}", "№ 7 7 Ольга Вайс", "№ 7 7 Olga Weiss"),
    ("{{ deal.title }} № {{ deal.number }}", "Продажи № 17", "Sales № 17"),
    ("{{ creation }}", "20 ноября 2026 г., 12:00", "20 November 2026, 12:00"),
    ("{{ nps.score }} {{ nps.score * 2 }}", "9 18", "9 18"),
    (
        "{{ amount * discount }} {{ amount / prepaid }}",
        "18 000,08 ₽ 3,333347",
        "18,000.08 ₽ 3.333347",
    ),
    ("{{ guests + 1 }} {{ guests * guests }} {{ -guests }}", "22 441 -21", "22 441 -21"),
    ("{{ name | upper }} {{ 'ооо «ромашка»' | title }}", "МАРИЯ Ооо «ромашка»", "МАРИЯ Ооо «ромашка»"),
    ("{{ 'иван петров' | title }} {{ name ~ ', ' ~ guests }}", "Иван Петров Мария, 21", "Иван Петров Мария, 21"),
    ("{{ '100%' }} {{ 1.5 }} {{ true }}", "100% 1,5 да", "100% 1.5 yes"),
]


@pytest.mark.requirement("R28", "R46")
@pytest.mark.parametrize(("text", "russian", "english"), VALUES)
def test_values_are_printed_by_type_and_language(text: str, russian: str, english: str) -> None:
    assert plain(mail(text)) == russian
    assert plain(mail(text, env=an_env(language="en"))) == english


@pytest.mark.parametrize(
    ("n", "russian"),
    [
        (0, "дней"),
        (1, "день"),
        (2, "дня"),
        (5, "дней"),
        (11, "дней"),
        (12, "дней"),
        (21, "день"),
        (22, "дня"),
        (111, "дней"),
        (-1, "день"),
        (Decimal("1.5"), "дня"),
    ],
)
def test_russian_plural_forms(n: Any, russian: str) -> None:
    assert mail('{{ hours | plural("день", "дня", "дней") }}', a_deal(hours=Decimal(n))) == russian
    english = "day" if n == 1 else "days"
    assert mail('{{ hours | plural("day", "days") }}', a_deal(hours=Decimal(n))) == english


@pytest.mark.parametrize(
    ("length", "russian"),
    [
        (Duration(Decimal(1), "hour"), "1 час"),
        (Duration(Decimal(5), "week"), "5 недель"),
        (Duration(Decimal(2), "year"), "2 года"),
        (Duration(Decimal("1.5"), "month"), "1,5 месяца"),
        (Duration(Decimal(30), "min"), "30 минут"),
        (Duration(Decimal(21), "workhour"), "21 рабочий час"),
    ],
)
def test_lengths_of_time(length: Duration, russian: str) -> None:
    assert mail("{{ lasts }}", a_deal(lasts=length)) == russian


def test_a_number_as_large_as_there_are_is_printed() -> None:
    large = Decimal("9" * 99)
    assert plain(mail("{{ amount }}", a_deal(amount=large))) == " ".join(["999"] * 33) + " ₽"


def test_json_for_webhooks_escapes_texts_and_knows_null() -> None:
    text = '{"n": {{ name | json }}, "a": {{ amount | json }}, "v": {{ vip | json }}, "x": {{ need | json }}, '
    text += (
        '"d": {{ event_on | json }}, "t": {{ starts_at | json }}, "s": {{ services | json }}, "h": {{ heat | json }}}'
    )
    deal = a_deal(name='Мария "М"\n</script>')
    assert mail(text, deal, name="hook.json") == (
        '{"n": "Мария \\"М\\"\\n</script>", "a": 120000.5, "v": true, "x": null, '
        '"d": "2026-12-05", "t": "2026-12-05T18:30:00+03:00", "s": ["music", "decor"], "h": "hot"}'
    )


LOGIC = [
    ("vip", "yes"),
    ("not vip", "no"),
    ("need is set", "no"),
    ("need is not set", "yes"),
    ("amount > 100000", "yes"),
    ("100000 < amount", "yes"),
    ("amount >= prepaid and guests == 21", "yes"),
    ("heat == 'hot'", "yes"),
    ("heat != 'hot'", "no"),
    ("'music' in services", "yes"),
    ("'photo' in services", "no"),
    ("'photo' not in services", "yes"),
    ("nps.score == 'promoter'", "yes"),
    ("nps.score != 'promoter'", "no"),
    ("event_on > today", "yes"),
    ("starts_at < now", "no"),
    ("owner == 'anna' and owner != seller", "yes"),
    ("stage == 'new'", "yes"),
    ("goods", "yes"),
    ("services", "yes"),
    ("client.telegram is set", "no"),
    # unset is unknown: neither it nor its opposite holds (Meaning 7)
    ("nps.why == 'цена'", "no"),
    ("not (nps.why == 'цена')", "no"),
    ("nps.why != 'цена'", "no"),
    ("hours > 5 or vip", "yes"),
    ("hours > 5 and vip", "no"),
    ("not (hours > 5 and not vip)", "yes"),
    ("not (hours > 5 or not vip)", "no"),
    ("hours + 1 > 0", "no"),
    ("(amount / discount) is set", "no"),
]


@pytest.mark.parametrize(("condition", "expected"), LOGIC)
def test_conditions_mean_what_they_mean_in_the_language(condition: str, expected: str) -> None:
    deal = a_deal(hours=None, discount=Decimal(0))
    assert mail("{% if " + condition + " %}yes{% else %}no{% endif %}", deal) == expected
    assert mail("{{ 'yes' if " + condition + " else 'no' }}", deal) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ need | default('нет') }}", "нет"),
        ("{{ need | upper | default('нет') }}", "нет"),
        ("{{ bill | default(name) }}", "Мария"),
        ("{{ (hours * 2) | default(0) }}", "0"),
        ("{{ need if need is set else amount }}", "120 000,50 ₽"),
        ("{{ 'есть' if need is set }}", ""),
        ("{% for t in tasks if t.done %}x{% else %}пусто{% endfor %}", "пусто"),
        ("{% for g in goods if g.n > 5 %}{{ g.title }}{% endfor %}", "Шары & ленты"),
        (
            "{% for g in goods %}{% for s in services %}{{ loop.index }}{% endfor %}{{ loop.index }} {% endfor %}",
            "121 122",
        ),
        ("{% for g in goods %}{% for t in tasks if vip %}{% endfor %}{{ loop.last }} {% endfor %}", "нет да"),
        (
            "{% for g in goods %}{% for t in tasks if t.done %}{% else %}{{ loop.index }}{% endfor %}{% endfor %}",
            "12",
        ),
        (
            "{% for t in tasks %}{{ t.title }}:{{ t.open }}:{{ t.overdue }}:{{ t.assignee }} {% endfor %}",
            "Позвонить:да:да:Анна Котова unknown:да:нет:Менеджер",
        ),
        ("{% for g in goods %}{{ g.number }}={{ g.stage }} {% endfor %}", "30=Успех 31=Новая"),
    ],
)
def test_guards_loops_and_choices(text: str, expected: str) -> None:
    assert plain(mail(text, a_deal(hours=None))) == expected


UNSET = [
    ("{{ need }}", "need", "3:4", "“need” is unset"),
    ("текст\r\nещё {{ name }}{{ need }}", "need", "4:18", "“need” is unset"),
    ("{{ need | upper }}", "need", "3:4", "“need” is unset"),
    ("{{ client.telegram }}", "client.telegram", "3:4", "“client.telegram” is unset"),
    ("{{ name ~ need }}", "name, need", "3:4", "something of this is unset: name, need"),
    ("{{ hours / discount }}", "hours, discount", "3:4", "something of this is unset: hours, discount"),
    ("{{ last_contact }}", "last_contact", "3:4", "“last_contact” is unset"),
    ("{{ nps.why }}", "nps.why", "3:4", "“nps.why” is unset"),
    ("{{ deal.need }}", "deal.need", "3:4", "“deal.need” is unset"),
    ("{{ deal.reason.title }}", "deal.reason.title", "3:4", "“deal.reason.title” is unset"),
    ("{{ vip and need == 'x' }}", "vip, need", "3:4", "something of this is unset: vip, need"),
]


@pytest.mark.parametrize(("text", "name", "place", "said"), UNSET)
def test_printing_an_unset_value_is_an_error_that_names_it(text: str, name: str, place: str, said: str) -> None:
    with pytest.raises(RenderError) as caught:
        mail(text, a_deal(discount=Decimal(0)))
    assert str(caught.value) == f"templates/offer.txt:{place}: {said}"
    assert caught.value.name == name
    assert "Мария" not in str(caught.value)
    assert caught.value.message("ru").endswith("заполнено" if ", " not in name else f"заполнено: {name}")


def notices(*actions: Any, **more: Any) -> shop.Pipeline:
    return shop.pipeline(stages={"new": shop.stage("new", "Новая", "New", entry=actions, **more)})


def test_an_error_in_a_sentence_points_at_the_sentence() -> None:
    notice = replace(shop.notify("Нужно: {{ need }}"), loc=shop.Loc("shop.pipeline", 12, 5))
    templates = compile_templates(shop.workspace(notices(notice)))
    with pytest.raises(RenderError) as caught:
        templates.render(a_deal(), "new/#2", an_env())
    assert caught.value.message("ru") == "shop.pipeline:12:5: «need» не заполнено"


def test_the_event_being_handled_is_at_hand() -> None:
    robot = shop.on("event", shop.notify("Оплачено: {{ event.amount }}", "new/r/#1"), name="payment")
    templates = compile_templates(shop.workspace(notices(robots=(robot,))))
    rendered = templates.render(a_deal(), "new/r/#1", an_env(event={"amount": Decimal(5000)}))
    assert plain(rendered.body) == "Оплачено: 5 000 ₽"
    with pytest.raises(RenderError, match=r"“event\.amount” is unset"):
        templates.render(a_deal(), "new/r/#1", an_env())


def test_a_task_an_outcome_and_a_role_are_called_by_their_titles() -> None:
    said = "{{ task.title }} {{ task.outcome | default('–') }} {{ assignee }} {{ task.attempts }} {{ task.comment }}"
    task = shop.task(outcomes=(shop.outcome("reached", shop.notify(said, "new/call/x")),))
    templates = compile_templates(shop.workspace(notices(tasks=(task,))))
    state = TaskState(5, "call", "new/call", 1, 0, "done", "@manager", outcome="reached", comment="ок", attempts=2)
    assert templates.render(a_deal(), "new/call/x", an_env(task=state)).body == "Позвонить Дозвонились Менеджер 2 ок"


def test_people_known_to_the_host_come_before_the_definitions_own() -> None:
    env = an_env(person=lambda name: {"title": "Анна К.", "role": "head"} if name == "anna" else None)
    assert mail("{{ owner }} {{ seller }}", a_deal(), env) == "Анна К. Ольга Вайс"
    assert mail("{{ owner.role }}", a_deal(), env) == "head"
    renamed = an_env(person=lambda name: {"role": "manager"})
    assert mail("{{ owner }}, {{ seller.role }}", a_deal(), renamed) == "Анна Котова, Менеджер"
    stranger = a_deal(seller="ivan")
    assert mail("{{ seller }}{% if seller.role is set %}!{% endif %}", stranger, env) == "ivan"


@pytest.mark.requirement("R46")
def test_a_modules_template_speaks_of_its_own_fields_and_parameters() -> None:
    params = (
        ("high", Expr("const", NUMBER, Decimal(10))),
        ("to", shop.read("email", shop.EMAIL)),
        ("who", Expr("via", TEXT, ("client", "name"))),
        ("next", Expr("const", Type("stage"), "won")),
    )
    deals = notices(shop.send("std/why", scope="nps.", params=params))
    deals = replace(deals, stages={**deals.stages, "won": shop.stage("won", "Успех", kind="won")})
    text = "subject: {{ who }}\n\n{{ score }} из {{ high }}, {{ to }}, {{ name }}, {{ next }}"
    rendered = compile_templates(shop.workspace(deals, {"std/why.txt": text})).render(a_deal(), "new/#1", an_env())
    assert rendered.subject == "ООО «Ромашка»"
    assert rendered.body == "9 из 10, maria@example.test, Мария, Успех"


def test_a_text_in_several_languages_is_taken_in_the_readers() -> None:
    message = Message("Привет, {{ name }}", texts=shop.both("Привет, {{ name }}", "Hello {{ name }}"))
    templates = compile_templates(shop.workspace(notices(Notify(shop.OWNER, message, False, None, "n", shop.HERE))))
    said = [templates.render(a_deal(), "n", an_env(language=language)).body for language in ("en", "ru", "de")]
    assert said == ["Hello Мария", "Привет, Мария", "Привет, Мария"]


DEFAULT = [
    (notices(shop.notify("", "p")), "Продажи № 17: этап «Новая»", "Sales № 17: stage “New”"),
    (
        notices(limit=Limit(Expr("const", NUMBER), (shop.notify("", "p"),), "l", shop.HERE)),
        "Слишком долго на этапе «Новая»: Продажи № 17",
        "Too long in the stage “New”: Sales № 17",
    ),
    (
        notices(tasks=(shop.task(shop.on("overdue", shop.notify("", "p"))),)),
        "Просрочена задача «Позвонить», срок 21 ноября 2026 г., 10:00. Продажи № 17, этап «Новая»",
        "Overdue: “Call”, due 21 November 2026, 10:00. Sales № 17, stage “New”",
    ),
    (
        notices(tasks=(shop.task(outcomes=(shop.outcome("reached", shop.notify("", "p")),)),)),
        "Задача «Позвонить», срок 21 ноября 2026 г., 10:00. Продажи № 17, этап «Новая»",
        "Task “Call”, due 21 November 2026, 10:00. Sales № 17, stage “New”",
    ),
    (
        notices(approvals=(shop.approval(shop.on("rejected", shop.notify("", "p"))),)),
        "Отклонено: «Скидка». Продажи № 17, этап «Новая»",
        "Rejected: “Discount”. Sales № 17, stage “New”",
    ),
    (
        notices(approvals=(shop.approval(shop.on("overdue", shop.notify("", "p"))),)),
        "Нет ответа по согласованию «Скидка», срок 21 ноября 2026 г., 10:00. Продажи № 17, этап «Новая»",
        "No answer to the approval “Discount”, due 21 November 2026, 10:00. Sales № 17, stage “New”",
    ),
]


@pytest.mark.requirement("R48")
@pytest.mark.parametrize(("deals", "russian", "english"), DEFAULT)
def test_a_notice_without_a_text_says_what_happened(deals: shop.Pipeline, russian: str, english: str) -> None:
    templates = compile_templates(shop.workspace(deals))
    path = "new/discount" if deals.stages["new"].approvals else "new/call"
    task = replace_path(a_deal().tasks[1], path)
    for language, expected in (("ru", russian), ("en", english)):
        rendered = templates.render(a_deal(), "p", an_env(task=task, language=language))
        assert plain(rendered.body) == expected


def replace_path(task: TaskState, path: str) -> TaskState:
    twin = task.copy()
    twin.path = path
    return twin


def test_a_digest_of_one_deal_is_a_digest_still() -> None:
    robot = shop.on("entry", shop.notify("", path="new/r/#1", digest=True, template="d"))
    text = "{{ deals | length }}:{% for d in deals %}{{ d.number }} {{ d.owner }}{% endfor %}"
    templates = compile_templates(shop.workspace(notices(robots=(robot,)), {"d.txt": text}))
    assert templates.render_digest("shop", "new/r/#1", [a_deal()], an_env()).body == "1:17 Анна Котова"
    assert templates.render_digest("shop", "new/r/#1", [], an_env()).body == "0:"
    assert templates.render(a_deal(), "new/r/#1", an_env()).body == "1:17 Анна Котова"
    alone = compile_templates(definition("{{ name }}"))
    with pytest.raises(RenderError, match="new/#1 is no digest"):
        alone.render_digest("shop", "new/#1", [a_deal()], an_env())


def test_equal_texts_of_two_sentences_err_each_in_its_own_place() -> None:
    lines = [replace(shop.notify("{{ need }}", f"n{line}"), loc=shop.Loc("shop.pipeline", line)) for line in (3, 8)]
    templates = compile_templates(shop.workspace(notices(*lines)))
    for line in (3, 8):
        with pytest.raises(RenderError) as caught:
            templates.render(a_deal(), f"n{line}", an_env())
        assert caught.value.line == line


# Headers and markup


def test_headers_are_one_line_whatever_the_values_hold() -> None:
    text = "subject: Для {{ name }}\ncc: {{ email }}\n\nтекст"
    deals, _ = shop.mailing("")
    templates = compile_templates(shop.workspace(deals, {"offer.txt": text}))
    evil = a_deal(name="Мария\r\nBcc: all@example.test\u2028x\x00\x1by", email="a@b.test\nbcc: c@d.test")
    rendered = templates.render(evil, "new/#1", an_env())
    assert rendered.subject == "Для Мария Bcc: all@example.test x y"
    assert rendered.headers == (("cc", "a@b.test bcc: c@d.test"),)
    with pytest.raises(RenderError, match="“subject” is longer than 1000 characters"):
        templates.render(a_deal(name="я" * 1_000), "new/#1", an_env())


def test_html_escapes_values_and_plain_text_does_not() -> None:
    evil = a_deal(name="<script>alert('x')</script> & Co")
    text = "<b>{{ name }}</b> {{ name ~ '!' }} {{ name | upper }} {{ '<i>' }} {{ need | default('<u>') }}"
    html = mail(text, evil, name="page.html")
    assert html.startswith("<b>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; Co</b> &lt;script&gt;")
    assert html.count("<") == 2
    assert mail("<b>{{ name }}</b>", evil) == "<b><script>alert('x')</script> & Co</b>"


def test_a_subject_of_an_html_mail_is_plain_text() -> None:
    deals, _ = shop.mailing("", "offer.html")
    templates = compile_templates(shop.workspace(deals, {"offer.html": "subject: {{ name }}\n\n<p>{{ name }}</p>"}))
    rendered = templates.render(a_deal(name="A & B"), "new/#1", an_env())
    assert (rendered.subject, rendered.body) == ("A & B", "<p>A &amp; B</p>")


def test_values_are_never_read_as_templates() -> None:
    evil = a_deal(name="{{ amount }}{% for t in tasks %}", need="{{ need }}")
    assert mail("{{ name }} {{ need }}", evil) == "{{ amount }}{% for t in tasks %} {{ need }}"


# Compiling


def test_what_texts_read_of_other_deals_is_mirrored() -> None:
    text = "{{ client.name | default('') }}{% for g in goods %}{{ g.title }}{% endfor %}"
    wiring = wire(definition(text))
    assert wiring.cards["shop"]["client"] == {"name", "stage"}
    assert wiring.items["shop"]["goods"] == {"title", "stage"}


def test_what_does_not_exist_is_said() -> None:
    templates = compile_templates(definition("x"))
    with pytest.raises(RenderError, match="no sentence at new/#9 sends a text"):
        templates.render(a_deal(), "new/#9", an_env())
    with pytest.raises(RenderError, match="there is no document “amount”"):
        templates.render_document(a_deal(), "amount", an_env())
    missing = compile_templates(shop.workspace(notices(shop.send("nowhere"))))
    with pytest.raises(RenderError, match=r"shop\.pipeline:1:1: there is no template “nowhere”"):
        missing.render(a_deal(), "new/#1", an_env())


def test_a_template_with_errors_is_refused_when_it_is_rendered_too() -> None:
    with pytest.raises(RenderError) as caught:
        mail("текст\n{{ amout }}")
    assert str(caught.value) == ("templates/offer.txt:4:4: there is no “amout” in “shop”; did you mean “amount”?")
    bad_header = compile_templates(shop.workspace(shop.mailing("")[0], {"offer.txt": "subjekt: x\n\nтекст"}))
    with pytest.raises(RenderError, match=r"templates/offer\.txt:1:10: there is no header “subjekt”"):
        bad_header.render(a_deal(), "new/#1", an_env())


def test_jinja_is_imported_with_the_first_text_and_not_before() -> None:
    code = "import sys, voronka.engine.templates, voronka.dsl.check.templates\nprint('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_time_is_the_pipelines_and_comes_from_the_caller() -> None:
    midnight = at("2026-12-31 23:59")
    assert mail("{{ today | date('iso') }} {{ now | time }}", env=an_env(now=midnight)) == "2026-12-31 23:59"
    assert mail("{{ today | date('iso') }}", env=an_env(now=midnight + 60_000)) == "2027-01-01"
    assert mail("{% if event_on > today %}скоро{% endif %}", env=an_env(now=NOW)) == "скоро"
