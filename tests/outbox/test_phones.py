"""Telegram against a server that speaks its API, SMS against a gateway like those that are sold: both by settings."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from tests.outbox.peers import BOT_API, Receiver, http
from tests.outbox.post import Post
from voronka.engine.host import queries
from voronka.engine.outbox.settings import GATEWAYS


def bot(port: int) -> str:
    return f'[channels.telegram]\ntoken = {{ secret = "BOT" }}\nurl = "http://127.0.0.1:{port}"\ntimeout = "500 ms"\n'


def gateway(port: int, more: str = "") -> str:
    return f'[channels.sms]\nurl = "http://127.0.0.1:{port}/send"\ntimeout = "500 ms"\n{more}\n'


@pytest.mark.requirement("R49")
def test_a_message_reaches_a_chat() -> None:
    receiver = Receiver([], BOT_API)
    with http(receiver) as port, Post(bot(port), environ={"BOT": "1:t"}) as post:
        post.greet("texted", chat="@ira")
        post.deliver()
        assert post.statuses() == ["sent"]
        ((path, _, _),) = receiver.requests
        assert path == "/bot1:t/sendMessage"
        assert receiver.data(0) == {"chat_id": "@ira", "text": "Здравствуйте, Ира\n\nРады вам, Ира!"}


@pytest.mark.requirement("R50")
def test_documents_go_to_a_chat_before_the_words() -> None:
    pytest.importorskip("typst", reason="the extra pdf is not installed")
    receiver = Receiver([], BOT_API)
    with http(receiver) as port, Post(bot(port), environ={"BOT": "1:t"}) as post:
        post.greet("chatted", chat="77")
        post.deliver()
        post.now += 1_000
        post.deliver()
        assert post.statuses() == ["sent", "sent"]
        assert [path for path, _, _ in receiver.requests] == ["/bot1:t/sendDocument", "/bot1:t/sendMessage"]
        sent = receiver.requests[0][2]
        assert b'name="chat_id"\r\n\r\n77' in sent
        assert b"%PDF-" in sent
        assert "Счёт.pdf".encode() in sent


@pytest.mark.parametrize(
    ("behaviour", "status", "said"),
    [
        (400, "dead", "chat not found"),
        (403, "dead", "bot was blocked by the user"),
        (401, "pending", "401"),
        (429, "pending", "Too Many Requests"),
        (500, "pending", "500"),
        (204, "dead", "204"),
        ("hang", "pending", "вовремя"),
        ("drop", "pending", "не достучаться"),
        ("redirect", "dead", "302"),
    ],
)
def test_what_telegram_answers_decides(behaviour: int | str, status: str, said: str) -> None:
    receiver = Receiver([behaviour], BOT_API)
    with http(receiver) as port, Post(bot(port), environ={"BOT": "1:t"}) as post:
        post.greet("texted", chat="77")
        post.deliver()
        (effect,) = post.effects()
        assert (effect.status, effect.attempts) == (status, 1)
        assert said in str(effect.error)
        assert "1:t" not in str(effect.error)
        if behaviour == 429:
            assert effect.not_before == post.now + 35_000


def test_an_answer_without_ok_is_no_telegram() -> None:
    with http(Receiver([], {200: {"hello": 1}})) as port, Post(bot(port), environ={"BOT": "1:t"}) as post:
        post.greet("texted", chat="77")
        post.deliver()
        assert post.statuses() == ["pending"]


def test_an_sms_goes_to_whatever_gateway_the_settings_describe() -> None:
    more = """encoding = "form"
to = "phones"
text = "mes"
id = "ref"
extra = { sender = "SHOP", fmt = "3" }
answer = { path = "result.0.status", is = "accepted" }
key = { secret = "SMS_KEY" }
header = "X-Api-Key"
"""
    receiver = Receiver([], {200: {"result": [{"status": "accepted"}]}})
    with http(receiver) as port, Post(gateway(port, more), environ={"SMS_KEY": "k3y"}) as post:
        number = post.greet("rung", phone="8 999 123-45-67")
        post.deliver()
        (effect,) = post.effects()
        assert (effect.channel, effect.status, effect.error) == ("sms", "sent", None)
        path, headers, body = receiver.requests[0]
        identity = f"office.1.{number}.{effect.version}.{effect.part}"
        assert (path, headers["x-api-key"], headers["idempotency-key"]) == ("/send", "k3y", identity)
        assert parse_qs(body.decode()) == {
            "phones": ["+79991234567"],
            "mes": ["Ждём вас, Ира!"],
            "ref": [identity],
            "sender": ["SHOP"],
            "fmt": ["3"],
        }


def test_an_sms_as_json_with_nothing_set() -> None:
    receiver = Receiver()
    with http(receiver) as port, Post(gateway(port)) as post:
        post.greet("rung", phone="+79991234567")
        post.deliver()
        assert post.statuses() == ["sent"]
        assert json.loads(receiver.requests[0][2]) == {"to": "+79991234567", "text": "Ждём вас, Ира!"}


@pytest.mark.parametrize(
    ("behaviour", "answer", "status"),
    [
        (200, {"status": "OK"}, "sent"),
        (200, {"status": "ERROR"}, "dead"),
        (200, ["nonsense"], "dead"),
        (400, {}, "dead"),
        (401, {}, "pending"),
        (429, {}, "pending"),
        (503, {}, "pending"),
        ("hang", {}, "pending"),
        ("drop", {}, "pending"),
        ("flood", {}, "dead"),
        ("redirect", {}, "dead"),
    ],
)
def test_what_a_gateway_answers_decides(behaviour: int | str, answer: object, status: str) -> None:
    receiver = Receiver([behaviour], {200: answer})
    more = 'answer = { path = "status", is = "OK" }'
    with http(receiver) as port, Post(gateway(port, more)) as post:
        post.greet("rung", phone="+79991234567")
        post.deliver()
        (effect,) = post.effects()
        assert (effect.status, effect.attempts) == (status, 1)
        assert "+79991234567" not in str(list(queries.list_incidents(post.store)))


def test_an_sms_that_is_too_long_is_not_sent() -> None:
    receiver = Receiver()
    with http(receiver) as port, Post(gateway(port, "longest = 5")) as post:
        post.greet("rung", phone="+79991234567")
        post.deliver()
        (incident,) = queries.list_incidents(post.store)
        assert (post.statuses(), receiver.asked) == (["dead"], 0)
        assert "sms: в тексте от 1 до 5 знаков" in incident.data["error"]


@pytest.mark.parametrize("channel", GATEWAYS)
def test_every_channel_to_phones_has_a_gateway_of_its_own(channel: str) -> None:
    receiver = Receiver()
    stage = {"sms": "rung", "whatsapp": "phoned", "call": "called"}[channel]
    with http(receiver) as port, Post(gateway(port).replace("channels.sms", f"channels.{channel}")) as post:
        post.greet(stage, phone="+79991234567")
        post.deliver()
        assert [(e.channel, e.status) for e in post.effects()] == [(channel, "sent")]
