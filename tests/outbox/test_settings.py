"""Settings of delivery: read whole, every mistake said by its key; secrets only by name."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from voronka.engine.outbox.channels import open_channels
from voronka.engine.outbox.secrets import Secret, Vault
from voronka.engine.outbox.settings import GATEWAYS, BadSettings, Gateway, intake_of, load
from voronka.stdlib.library import CHANNELS

GOOD = """
store = "voronka.db"
[channels.email]
host = "smtp.example.org"
from = "Магазин <shop@example.org>"
user = "shop"
password = { secret = "SMTP_PASSWORD" }
timeout = "2 min"
[channels.webhook]
allow = ["hooks.internal", "10.0.0.0/8"]
[channels.telegram]
token = { secret = "BOT" }
[people.anna]
email = "anna@example.org"
[quiet]
hours = "21:00 - 09:00"
[consent]
field = "agreed"
[delivery]
attempts = 5
first = "1 s"
longest = "2 hours"
"""


def test_everything_that_can_be_set() -> None:
    settings = load(tomllib.loads(GOOD))
    assert settings.email is not None
    assert settings.telegram is not None
    assert (settings.email.port, settings.email.security, settings.email.timeout) == (587, "starttls", 120_000)
    assert settings.email.password == Secret("SMTP_PASSWORD")
    assert settings.webhook.allow == ("hooks.internal", "10.0.0.0/8")
    assert settings.people == {"anna": "anna@example.org"}
    assert (settings.quiet, settings.consent) == (("21:00", "09:00"), "agreed")
    assert (settings.attempts, settings.first, settings.longest) == (5, 1_000, 7_200_000)


def test_nothing_has_to_be_set() -> None:
    settings = load({"store": "voronka.db"})
    assert (settings.email, settings.telegram, settings.quiet, settings.consent) == (None, None, None, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("channels = 3", "channels: a table belongs here"),
        ("[channels.emial]", "channels.emial: there is no such setting; did you mean email?"),
        ('[channels.email]\nfrom = "a@b.c"', "channels.email.host: a text of one line belongs here"),
        ('[channels.email]\nhost = "h"\nfrom = "a@b"\nprot = 25', "channels.email.prot: there is no such setting; did"),
        ('[channels.email]\nhost = "h"\nfrom = "a@b"\nport = 0', "channels.email.port: a number from 1 to 65535"),
        ('[channels.email]\nhost = "h"\nfrom = "a@b\\n"', "channels.email.from: a text of one line belongs here"),
        (
            '[channels.email]\nhost = "h"\nfrom = "Shop, wholesale <a@b>"',
            'channels.email.from: one address, as in "Shop',
        ),
        (
            '[channels.email]\nhost = "h"\nfrom = "a@b"\nunsubscribe = "stop"',
            "channels.email.unsubscribe: write mailto:",
        ),
        ('[channels.sms]\nurl = "http://sms.example.org/"', "channels.sms.url: phones and keys need https"),
        ('[channels.sms]\nurl = "sms.example.org"', "channels.sms.url: an https address"),
        ('[channels.sms]\nurl = "https://h/"\nkey = "k"', "channels.sms.key: write { secret ="),
        ('[channels.sms]\nurl = "https://h/"\nanswer = { path = "a" }', "channels.sms.answer.is: a text of one line"),
        ("[channels.document]\ntimeout = 3", "channels.document.timeout: a length such as"),
        ('[channels.email]\nhost = "h"\nfrom = "a@b"\nsecurity = "ssl"', "channels.email.security: one of tls, star"),
        ('[channels.email]\nhost = "h"\nfrom = "a@b"\nuser = "u"', "channels.email.user: user and password go togeth"),
        (
            '[channels.email]\nhost = "h"\nfrom = "a@b"\nuser = "u"\npassword = { secret = "P" }\nsecurity = "none"',
            "channels.email.security: a password needs tls or starttls",
        ),
        ('[channels.email]\nhost = "h"\nfrom = "a@b"\npassword = "x"', "channels.email.password: write { secret ="),
        ('[channels.email]\nhost = { secret = "H" }\nfrom = "a@b"', "channels.email.host: only passwords, tokens"),
        ('[channels.webhook]\nsecret = { secret = "../x" }', "channels.webhook.secret: a secret's name has letters"),
        ('[channels.webhook]\ntimeout = "soon"', 'channels.webhook.timeout: a length such as "30 s"'),
        ('[channels.webhook]\nallow = "all"', "channels.webhook.allow: a list of texts"),
        ("[channels.telegram]", "channels.telegram.token: a bot's token"),
        ('[people.anna]\nemail = "anna"', "people.anna.email: a mail address belongs here"),
        ('[quiet]\nhours = "21-9"', "quiet.hours: hours such as"),
        ('[quiet]\nhours = "09:00-09:00"', "quiet.hours: hours such as"),
        ("[delivery]\nattempts = true", "delivery.attempts: a number from 1"),
        ('[delivery]\nfirst = "0 s"', "delivery.first: a length"),
    ],
)
def test_mistakes_are_told_by_their_key(text: str, said: str) -> None:
    with pytest.raises(BadSettings) as raised:
        load(tomllib.loads(text))
    assert raised.value.text.en.startswith(said)
    assert raised.value.text.ru.split(":")[0] == raised.value.text.en.split(":")[0]


def test_the_settings_in_the_docs_can_be_used() -> None:
    page = (Path(__file__).parents[2] / "docs/delivery.md").read_text(encoding="utf-8")
    blocks = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", page, re.DOTALL)]
    (settings,) = (block for block in blocks if "channels" in block)
    loaded = load(settings)
    assert None not in (loaded.email, loaded.telegram, loaded.quiet)
    assert loaded.gateways["sms"] == Gateway(
        "https://sms.example.org/send",
        names=("phone", "text", "ref"),
        extra={"sender": "SHOP"},
        answer=("result.0.status", "accepted"),
        key=Secret("SMS_KEY"),
    )
    assert intake_of(settings).drop == "drop"
    named = {name for line in page.splitlines() for name in re.findall(r"`send (\w+)`", line) if line.startswith("|")}
    assert named == set(CHANNELS)
    opened = set(open_channels(loaded, Vault({}))) | set(GATEWAYS)
    assert opened == {*CHANNELS, "run", "document"}, "every channel of the language can be set up"
