"""Robots and the actions they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voronka.dsl.syntax.nodes.base import Node, node
from voronka.dsl.text.span import Span

if TYPE_CHECKING:
    from voronka.dsl.syntax.nodes import (
        Action,
        Duration,
        Expr,
        Ident,
        Path,
        StringLit,
        Text,
        Trigger,
        TunnelStatement,
        Value,
        Who,
    )


@node
class Robot(Node):
    """``robot r "T" [from next entry] { TRIGGER+ actions }``; ``begins``: now, next entry, or nothing is said."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    begins: str | None
    triggers: tuple[Trigger, ...]
    actions: tuple[Action, ...]
    span: Span


@node
class Send(Node):
    """``send email to email using "offer" [attach offer] [when C]``."""

    channel: Ident
    to: Path | StringLit
    template: StringLit
    attach: tuple[Ident, ...]
    when: Expr | None
    span: Span


@node
class Notify(Node):
    """``notify WHO ["text" | using "tpl"] [when C]``."""

    who: Who
    text: Text | None
    template: StringLit | None
    when: Expr | None
    span: Span


@node
class Digest(Node):
    """``digest WHO using "tpl" [when C]``."""

    who: Who
    template: StringLit
    when: Expr | None
    span: Span


@node
class Set(Node):
    """``set f = e [when C]``, as an action, in a tunnel and in a scenario."""

    target: Path
    value: Expr
    when: Expr | None
    span: Span


@node
class Clear(Node):
    """``clear f, g [when C]``."""

    fields: tuple[Ident, ...]
    when: Expr | None
    span: Span


@node
class Render(Node):
    """``render contract, bill [when C]``."""

    fields: tuple[Ident, ...]
    when: Expr | None
    span: Span


@node
class Run(Node):
    """``run sap.book_order [when C] { number = order_no }``."""

    action: Path
    when: Expr | None
    values: tuple[Value, ...]
    span: Span


@node
class HandOver(Node):
    """``hand over [tasks] to WHO [when C]``."""

    tasks: bool
    who: Who
    when: Expr | None
    span: Span


@node
class CancelTask(Node):
    """``cancel task t [when C]``."""

    task: Ident
    when: Expr | None
    span: Span


@node
class Tunnel(Node):
    """``tunnel to p [when C] { }``."""

    target: Path
    when: Expr | None
    body: tuple[TunnelStatement, ...]
    span: Span


@node
class Copy(Node):
    """``copy phone, need as history``."""

    items: tuple[Copied, ...]
    span: Span


@node
class Copied(Node):
    """One field of a ``copy``; ``target`` None: under the same name."""

    source: Ident
    target: Ident | None
    span: Span


@node
class StartAt(Node):
    """``start at welcome``."""

    stage: Ident
    span: Span


@node
class BackLink(Node):
    """``link deal``: the new deal's field that points back."""

    field: Ident
    span: Span


@node
class If(Node):
    """``if C { } [else { }]``; ``else if`` is an ``otherwise`` that holds one ``If``."""

    condition: Expr
    then: tuple[Action, ...]
    otherwise: tuple[Action, ...] | None
    span: Span


@node
class After(Node):
    """``after D { }``."""

    duration: Duration
    actions: tuple[Action, ...]
    span: Span


@node
class Wait(Node):
    """``wait D for event e|task t { } else { }``: one of event and task is there."""

    duration: Duration
    event: Ident | None
    task: Ident | None
    then: tuple[Action, ...]
    otherwise: tuple[Action, ...]
    span: Span
