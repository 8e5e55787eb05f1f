"""Words for people who have never seen the language: conditions as clauses, actions as what they do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from voronka.dsl.definition.actions import (
    Action,
    CancelTask,
    Lose,
    Message,
    Move,
    Notify,
    Render,
    Send,
    SetField,
    Tunnel,
)
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.moments import DueRule, WhoRule
from voronka.dsl.docs.clauses import flag, is_flag, said
from voronka.dsl.docs.words import Words


@dataclass(frozen=True, slots=True)
class Plain(Words):
    """Words without a word of the language: every operator, field, state and action as one would say it."""

    def expr(self, expr: Expr | None) -> str:
        if expr is None:
            return ""
        return flag(self, expr, True) if is_flag(expr) else said(self, expr)

    def when(self, condition: Expr | None) -> str:
        return f" ({self.say('if', 'если')} {self.expr(condition)})" if condition is not None else ""

    def due(self, rules: tuple[DueRule, ...]) -> str:
        return self._first(self.moment(rule.moment) + self.when(rule.when) for rule in rules)

    def rules(self, rules: tuple[WhoRule, ...]) -> str:
        return self._first(self.who(rule.who) + self.when(rule.when) for rule in rules)

    def _first(self, said: Iterable[str]) -> str:
        """Of several the first that holds is meant."""
        return self.say("; otherwise ", "; иначе ").join(dict.fromkeys(said))

    def _plain(self, action: Action) -> str:
        told = _ACTIONS.get(type(action))
        return told(self, action) if told else Words._plain(self, action)

    def message(self, message: Message) -> str:
        """What a message is about: its subject, or its text; whatever a template would put in is an ellipsis."""
        template = self.definition.templates.get(message.template)
        if template is not None:
            text = dict(template.headers).get("subject", "")
        else:
            text = message.texts.in_(self.lang) or message.text
        short = " ".join(_COMMAND.sub("", _BLANK.sub("…", text)).split())
        return short if len(short) <= _LONGEST else short[: _LONGEST - 1].rstrip() + "…"


_BLANK, _COMMAND = re.compile(r"\{\{.*?\}\}", re.DOTALL), re.compile(r"\{[%#].*?[%#]\}", re.DOTALL)
_LONGEST = 120  # characters of a message that is told
_CHANNELS = {
    "mail": ("mail to", "письмо на"),
    "email": ("mail to", "письмо на"),
    "sms": ("SMS to", "SMS на"),
    "telegram": ("Telegram message to", "сообщение в Telegram:"),
    "webhook": ("a call of", "вызов"),
}


def _send(words: Plain, action: Send) -> str:
    en, ru = _CHANNELS.get(action.channel, (f"{action.channel} to", f"{action.channel}:"))
    text = words.say(en, ru) + " " + words.expr(action.to)
    if about := words.message(action.message):
        text += f": {words.quoted(about)}"
    if action.attach:
        papers = ", ".join(words.quoted(words.field(name)) for name in action.attach)
        text += words.say(f", with {papers}", f", вложение: {papers}")
    return text


def _notify(words: Plain, action: Notify) -> str:
    text = words.say("notify ", "сообщить: ") + words.who(action.who)
    if about := words.message(action.message):
        text += words.say(": ", " — ") + words.quoted(about)
    return text + (words.say(", all in one message", ", всё одним сообщением") if action.digest else "")


def _write(words: Plain, action: SetField) -> str:
    field = words.quoted(words.field(action.field))
    if action.expr is None:
        return words.say(f"empty {field}", f"очистить {field}")
    expr = action.expr
    if expr.op == "add" and expr.args[0].op == "field" and expr.args[0].value == action.field:
        more = said(words, expr.args[1])
        return words.say(f"add {more} to {field}", f"прибавить {more} к {field}")
    return words.say(f"write into {field}: ", f"записать в {field}: ") + said(words, expr)


def _render(words: Plain, action: Render) -> str:
    return words.say("make the document ", "составить документ ") + words.quoted(words.field(action.field))


def _move(words: Plain, action: Move) -> str:
    return words.say("the deal moves to ", "сделка переходит в ") + words.quoted(words.stage(action.stage))


def _lose(words: Plain, action: Lose) -> str:
    return words.say("the deal is lost: ", "сделка проиграна: ") + words.quoted(words.reason(action.reason))


def _tunnel(words: Plain, action: Tunnel) -> str:
    return words.say("a deal appears in ", "появляется сделка в ") + words.quoted(words.other(action.pipeline))


def _cancel(words: Plain, action: CancelTask) -> str:
    return words.say("cancel the task ", "отменить задачу ") + words.quoted(words.task(action.task))


_ACTIONS: Mapping[type, Callable[[Plain, Any], str]] = MappingProxyType(
    {
        Send: _send,
        Notify: _notify,
        SetField: _write,
        Render: _render,
        Move: _move,
        Lose: _lose,
        Tunnel: _tunnel,
        CancelTask: _cancel,
    }
)
