"""Settings of delivery in voronka.toml: read whole, every mistake said by its key, secrets only by name."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import getaddresses
from typing import Any
from urllib.parse import urlsplit

from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.suggest import closest
from voronka.engine.outbox.secrets import NAME, Secret

SECOND = 1_000
BOT_API = "https://api.telegram.org"
GATEWAYS = ("sms", "whatsapp", "call")  # channels to phones: what is behind them is the gateway's matter
_UNSUBSCRIBE = re.compile(r"(mailto:|https://)[!#-;=?-~]+")
_HERE = ("localhost", "127.0.0.1", "::1")
_LENGTH = re.compile(r"(\d{1,6})\s*(ms|s|sec|min|h|hours?|days?)")
_UNITS = {"ms": 1, "s": SECOND, "sec": SECOND, "min": 60 * SECOND, "h": 3_600 * SECOND}
_UNITS |= {"hour": 3_600 * SECOND, "hours": 3_600 * SECOND, "day": 86_400 * SECOND, "days": 86_400 * SECOND}
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–—]\s*([01]\d|2[0-3]):([0-5]\d)")


class BadSettings(Exception):
    """What is wrong, with the key it is about: ``channels.email.prot: …``."""

    def __init__(self, key: str, text: Both) -> None:
        self.key = key
        self.text = Both(f"{key}: {text.en}", f"{key}: {text.ru}")
        super().__init__(self.text.en)


@dataclass(frozen=True, slots=True)
class Email:
    """``[channels.email]``. ``security``: tls (from the first byte) starttls none.

    ``unsubscribe``: an address or a page that letters to clients name (RFC 2369, List-Unsubscribe).
    """

    host: str
    sender: str
    port: int = 0
    security: str = "starttls"
    user: str = ""
    password: Secret | None = None
    timeout: int = 30 * SECOND
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class Webhook:
    """``[channels.webhook]``. ``allow``: hosts, addresses or networks that may be reached though not public."""

    secret: Secret | None = None
    allow: tuple[str, ...] = ()
    timeout: int = 15 * SECOND


@dataclass(frozen=True, slots=True)
class Telegram:
    """``[channels.telegram]``. ``url``: of the Bot API, for those who run their own server."""

    token: Secret
    url: str = BOT_API
    timeout: int = 15 * SECOND


@dataclass(frozen=True, slots=True)
class Gateway:
    """``[channels.sms]``, ``whatsapp``, ``call``: an HTTP gateway, whichever.

    ``names``: what it calls a message's to, text and id. ``extra`` goes along with every message. ``answer``: (path,
    value) that its JSON must have beside the status 2xx. The key goes into ``header``, after ``prefix`` (Bearer where
    the header is Authorization).
    """

    url: str
    encoding: str = "json"
    names: tuple[str, str, str] = ("to", "text", "")
    extra: Mapping[str, str] = field(default_factory=dict)
    answer: tuple[str, str] | None = None
    key: Secret | None = None
    header: str = "Authorization"
    prefix: str = "Bearer "
    longest: int = 670
    timeout: int = 15 * SECOND


@dataclass(frozen=True, slots=True)
class Document:
    """``[channels.document]``. ``timeout``: of setting one PDF."""

    timeout: int = 10 * SECOND


@dataclass(frozen=True, slots=True)
class Settings:
    """``gateways``: by channel. ``people``: person -> mail address. ``quiet``: (from, to) as "HH:MM".

    ``consent``: name of a yes-or-no field.
    ``attempts`` at most; ``first`` and ``longest`` wait between them, ms.
    """

    email: Email | None = None
    webhook: Webhook = field(default_factory=Webhook)
    telegram: Telegram | None = None
    gateways: Mapping[str, Gateway] = field(default_factory=dict)
    document: Document = field(default_factory=Document)
    plugin_timeout: int = 30 * SECOND
    people: Mapping[str, str] = field(default_factory=dict)
    quiet: tuple[str, str] | None = None
    consent: str = ""
    attempts: int = 20
    first: int = 10 * SECOND
    longest: int = 3_600 * SECOND


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """``[intake]``: where webhooks come in, and the drop folder below the workspace ("" for none)."""

    port: int = 9465
    host: str = "127.0.0.1"
    drop: str = ""


class _Table:
    """A table of the file; what nobody asked for is a mistake."""

    def __init__(self, key: str, data: Any) -> None:
        if not isinstance(data, dict):
            raise BadSettings(key, Both("a table belongs here", "здесь должна быть таблица"))
        self.key = key
        self.data = data
        self.asked: set[str] = set()

    def _at(self, name: str) -> str:
        return f"{self.key}.{name}" if self.key else name

    def _get(self, name: str) -> Any:
        self.asked.add(name)
        return self.data.get(name)

    def bad(self, name: str, en: str, ru: str) -> BadSettings:
        return BadSettings(self._at(name), Both(en, ru))

    def text(self, name: str, default: str | None = None) -> str:
        value = self._get(name)
        if value is None and default is not None:
            return default
        if isinstance(value, dict) and "secret" in value:
            raise self.bad(
                name, "only passwords, tokens and keys may be secrets", "секретом может быть только пароль или ключ"
            )
        if not isinstance(value, str) or not value.strip() or any(c in value for c in "\r\n\0"):
            raise self.bad(name, "a text of one line belongs here", "здесь должен быть текст в одну строку")
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self._get(name)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.bad(name, f"a number from {low} to {high} belongs here", f"здесь нужно число от {low} до {high}")
        return value

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self._get(name)
        if value is None:
            return default
        if value not in choices:
            listed = ", ".join(choices)
            raise self.bad(name, f"one of {listed} belongs here", f"здесь нужно одно из: {listed}")
        return str(value)

    def length(self, name: str, default: int) -> int:
        value = self._get(name)
        if value is None:
            return default
        found = _LENGTH.fullmatch(value) if isinstance(value, str) else None
        if found is None or int(found[1]) == 0:
            raise self.bad(
                name, 'a length such as "30 s" or "2 min" belongs here', 'здесь нужна длительность: "30 s", "2 min"'
            )
        return int(found[1]) * _UNITS[found[2]]

    def secret(self, name: str) -> Secret | None:
        value = self._get(name)
        if value is None:
            return None
        if not isinstance(value, dict) or set(value) != {"secret"} or not isinstance(value["secret"], str):
            raise self.bad(
                name,
                'write { secret = "NAME" }: the value itself stands in the environment or in systemd\'s credentials',
                'напишите { secret = "ИМЯ" }: само значение берётся из окружения или credentials systemd, не отсюда',
            )
        if not NAME.fullmatch(value["secret"]):
            raise self.bad(name, "a secret's name has letters, digits and _", "имя секрета — буквы, цифры и _")
        return Secret(value["secret"])

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.bad(name, "a list of texts belongs here", "здесь нужен список текстов")
        return tuple(value)

    def table(self, name: str) -> _Table | None:
        value = self._get(name)
        return None if value is None else _Table(self._at(name), value)

    def done(self) -> None:
        for name in self.data:
            if name not in self.asked:
                close = closest(name, self.asked)
                en = f"; did you mean {close}?" if close else f"; there are: {', '.join(sorted(self.asked))}"
                ru = f"; может быть, {close}?" if close else f"; есть: {', '.join(sorted(self.asked))}"
                raise self.bad(name, f"there is no such setting{en}", f"такой настройки нет{ru}")


def load(data: Mapping[str, Any]) -> Settings:
    """The settings of delivery in a parsed voronka.toml; its other tables are not looked at. Raises BadSettings."""
    top = _Table("", dict(data))
    found: dict[str, Any] = {}
    if (channels := top.table("channels")) is not None:
        found |= _channels(channels)
    if (people := top.table("people")) is not None:
        found["people"] = _people(people)
    if (quiet := top.table("quiet")) is not None:
        hours = _HOURS.fullmatch(quiet.text("hours"))
        if hours is None or hours.group(1, 2) == hours.group(3, 4):
            raise quiet.bad("hours", 'hours such as "21:00-09:00" belong here', 'здесь нужны часы: "21:00-09:00"')
        found["quiet"] = (f"{hours[1]}:{hours[2]}", f"{hours[3]}:{hours[4]}")
        quiet.done()
    if (consent := top.table("consent")) is not None:
        found["consent"] = consent.text("field")
        consent.done()
    if (delivery := top.table("delivery")) is not None:
        found["attempts"] = delivery.number("attempts", 20, 1, 1_000)
        found["first"] = delivery.length("first", 10 * SECOND)
        found["longest"] = delivery.length("longest", 3_600 * SECOND)
        delivery.done()
    return Settings(**found)


def intake_of(data: Mapping[str, Any]) -> IntakeSettings:
    """The settings of events in, in a parsed voronka.toml. Raises BadSettings."""
    table = _Table("", dict(data)).table("intake")
    if table is None:
        return IntakeSettings()
    found = IntakeSettings(
        table.number("port", 9465, 0, 65_535), table.text("host", "127.0.0.1"), table.text("drop", "")
    )
    try:
        ipaddress.ip_address(found.host)
    except ValueError as error:
        raise table.bad("host", "an address of this machine belongs here", "здесь нужен адрес этой машины") from error
    table.done()
    return found


def _channels(channels: _Table) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if (t := channels.table("email")) is not None:
        security = t.choice("security", "starttls", ("tls", "starttls", "none"))
        port = t.number("port", {"tls": 465, "starttls": 587, "none": 25}[security], 1, 65_535)
        user, password = t.text("user", ""), t.secret("password")
        if bool(user) != (password is not None):
            raise t.bad("user", "user and password go together", "user и password нужны вместе")
        host, sender = t.text("host"), t.text("from")
        if password is not None and security == "none" and host not in _HERE:
            raise t.bad("security", "a password needs tls or starttls", "с паролем нужен tls или starttls")
        known = getaddresses([sender])
        if len(known) != 1 or known[0][1].count("@") != 1:
            raise t.bad(
                "from", 'one address, as in "Shop <shop@example.org>"', 'один адрес: "Магазин <shop@example.org>"'
            )
        timeout, unsubscribe = t.length("timeout", 30 * SECOND), t.text("unsubscribe", "")
        if unsubscribe and not _UNSUBSCRIBE.fullmatch(unsubscribe):
            raise t.bad("unsubscribe", "write mailto:… or https://…", "напишите mailto:… или https://…")
        found["email"] = Email(host, sender, port, security, user, password, timeout, unsubscribe)
        t.done()
    if (t := channels.table("webhook")) is not None:
        found["webhook"] = Webhook(t.secret("secret"), t.texts("allow"), t.length("timeout", 15 * SECOND))
        t.done()
    if (t := channels.table("telegram")) is not None:
        token = t.secret("token")
        if token is None:
            raise t.bad("token", "a bot's token belongs here", "здесь нужен токен бота")
        url = t.text("url", BOT_API)
        found["telegram"] = Telegram(token, url.rstrip("/"), t.length("timeout", 15 * SECOND))
        t.done()
    gateways: dict[str, Gateway] = {}
    for name in GATEWAYS:
        if (t := channels.table(name)) is not None:
            gateways[name] = _gateway(t)
            t.done()
    found["gateways"] = gateways
    if (t := channels.table("document")) is not None:
        found["document"] = Document(t.length("timeout", 10 * SECOND))
        t.done()
    if (t := channels.table("run")) is not None:
        found["plugin_timeout"] = t.length("timeout", 30 * SECOND)
        t.done()
    channels.done()
    return found


def _gateway(t: _Table) -> Gateway:
    url, key = t.text("url"), t.secret("key")
    try:
        parts = urlsplit(url)
        host, known = parts.hostname, parts.scheme in ("http", "https")
    except ValueError:
        host, known = None, False
    if not host or not known:
        raise t.bad("url", "an https address belongs here", "здесь нужен адрес https")
    if parts.scheme == "http" and host not in _HERE:
        raise t.bad("url", "phones and keys need https", "номерам и ключам нужен https")
    header = t.text("header", "Authorization")
    extra = t.table("extra")
    answer = t.table("answer")
    wanted = (answer.text("path"), answer.text("is")) if answer is not None else None
    if answer is not None:
        answer.done()
    return Gateway(
        url,
        t.choice("encoding", "json", ("json", "form")),
        (t.text("to", "to"), t.text("text", "text"), t.text("id", "")),
        {name: extra.text(name) for name in extra.data} if extra is not None else {},
        wanted,
        key,
        header,
        t.text("prefix", "Bearer " if header == "Authorization" else ""),
        t.number("longest", 670, 1, 10_000),
        t.length("timeout", 15 * SECOND),
    )


def _people(people: _Table) -> dict[str, str]:
    addresses = {}
    for name in people.data:
        person = people.table(name)
        assert person is not None
        addresses[name] = person.text("email")
        if addresses[name].count("@") != 1:
            raise person.bad("email", "a mail address belongs here", "здесь нужен адрес почты")
        person.done()
    return addresses
