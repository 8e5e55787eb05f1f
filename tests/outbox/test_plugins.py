"""Plugins that work, raise, hang, answer nonsense: everything but work ends as an incident."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.outbox.post import Post
from voronka.engine.host import queries
from voronka.engine.outbox.channels.plugins import PluginChannel

Action = Callable[[dict[str, Any], Mapping[str, Any]], Any]


def calling(action: Action | None, settings: str = "") -> Post:
    actions = {"label": action} if action is not None else {}
    return Post(settings, channels={"run": PluginChannel(200, {"shop": lambda: actions})})


def test_an_action_is_called_with_its_values_and_a_key_that_stays() -> None:
    seen: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def label(args: dict[str, Any], context: Mapping[str, Any]) -> dict[str, str]:
        seen.append((args, dict(context)))
        if len(seen) == 1:
            raise ConnectionError("anna@example.org is not known")
        return {"printed": "yes"}

    with calling(label) as post:
        number = post.greet("run")
        post.deliver()
        (effect,) = post.effects()
        assert (effect.status, effect.error) == ("pending", "расширение shop.label упало: ConnectionError")
        post.now = effect.not_before
        post.deliver()
        assert post.statuses() == ["sent"]
    assert [args for args, _ in seen] == [{"name": "Ира"}] * 2
    assert seen[0][1] == seen[1][1]
    assert (seen[0][1]["deal"], seen[0][1]["pipeline"]) == (number, "sales")


def nonsense(args: dict[str, Any], context: Mapping[str, Any]) -> Any:
    return object()


def leave(args: dict[str, Any], context: Mapping[str, Any]) -> Any:
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("action", "said"),
    [(nonsense, "«object»"), (leave, "SystemExit"), (None, "нет действия label")],
)
def test_what_a_plugin_does_wrong_is_an_incident(action: Action | None, said: str) -> None:
    with calling(action, "[delivery]\nattempts = 1\n") as post:
        number = post.greet("run")
        post.deliver()
        (incident,) = queries.list_incidents(post.store)
        assert (incident.kind, incident.deal) == ("plugin", number)
        assert said in incident.data["error"]
        assert post.statuses() == ["dead"]


def test_a_plugin_that_hangs_is_an_incident_at_once_and_holds_up_nobody() -> None:
    release = threading.Event()

    def hang(args: dict[str, Any], context: Mapping[str, Any]) -> None:
        if args["name"] == "Ира":
            release.wait()

    with calling(hang) as post:
        post.greet("run")
        post.greet("run", name="Оля")
        post.deliver()
        assert post.statuses() == ["dead", "sent"]
        (incident,) = queries.list_incidents(post.store)
        assert "не завершилось" in incident.data["error"]
    release.set()


def test_a_plugin_that_is_not_installed() -> None:
    with Post(channels={"run": PluginChannel(200)}) as post:
        post.greet("run")
        post.deliver()
        (incident,) = queries.list_incidents(post.store)
        assert "расширение shop не установлено" in incident.data["error"]
