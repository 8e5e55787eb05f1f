"""Plugins: Python functions of other packages, found by entry point, called with a time limit (`run plugin.action`).

A package says ``[project.entry-points."voronka.plugins"]  sms = "my_package:actions"``; ``actions`` is a module, an
object or a mapping with a callable for every action. It is called as ``action(args, context)``, in a thread of its own,
and answers None or a mapping. What an action takes is declared beside it (engine/program/declared.py).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.outbox.parcel import Parcel
from voronka.engine.outbox.trouble import Trouble, final, passing
from voronka.engine.program.declared import GROUP, wrong

STUCK = 8  # calls that never came back; then nothing more is called until the process is started anew


def installed() -> dict[str, Callable[[], Any]]:
    """Plugins by name -> what loads them."""
    from importlib.metadata import entry_points

    return {entry.name: entry.load for entry in entry_points(group=GROUP)}


class PluginChannel:
    """Calls plugins. ``timeout``: ms one call may take."""

    def __init__(self, timeout: int, plugins: Mapping[str, Callable[[], Any]] | None = None) -> None:
        self.timeout = timeout
        self.plugins = plugins
        self.stuck = 0

    async def send(self, parcel: Parcel) -> None:
        """Done means that the action returned None or a mapping in time. Raises Trouble."""
        if self.stuck >= STUCK:
            raise passing(
                f"{STUCK} calls of plugins hang; start anew", f"зависло {STUCK} вызовов расширений; перезапустите"
            )
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[Any] = loop.create_future()

        def tell(answer: Any, error: BaseException | None) -> None:
            if ended.cancelled():
                self.stuck -= 1  # it did come back, only too late for anybody to care
            elif error is not None:
                ended.set_exception(_Raised(type(error).__name__))
            else:
                ended.set_result(answer)

        def call() -> None:
            answer, raised = None, None
            try:
                action = self._action(parcel.to, parcel.args)
                context = {"id": parcel.id, "deal": parcel.deal, "pipeline": parcel.pipeline, "at": parcel.at}
                answer = action(dict(parcel.args), MappingProxyType(context))
            except Trouble as trouble:
                answer = trouble
            except BaseException as error:  # whatever a plugin raises, SystemExit too, is its own trouble
                raised = error
            # a loop that is closed has nobody left to tell
            try:
                loop.call_soon_threadsafe(tell, answer, raised)
            except RuntimeError:
                return

        # a thread of its own, because a hanging call would hold a pool's for ever, and the process's end too
        threading.Thread(target=call, name=f"plugin {parcel.to}", daemon=True).start()
        try:
            answer = await asyncio.wait_for(ended, self.timeout / 1000)
        except TimeoutError as error:
            self.stuck += 1
            # it may still be at work, so calling it again might do it twice
            seconds = self.timeout / 1000
            raise final(
                f"plugin {parcel.to} did not return within {seconds:g} s",
                f"расширение {parcel.to} не завершилось за {seconds:g} с",
                "plugin",
            ) from error
        except _Raised as error:
            text = Both(f"plugin {parcel.to} raised {error}", f"расширение {parcel.to} упало: {error}")
            raise Trouble(text, kind="plugin") from error
        if isinstance(answer, Trouble):
            raise answer
        if answer is not None and not isinstance(answer, Mapping):
            kind = type(answer).__name__
            raise final(
                f"plugin {parcel.to} answered with a {kind}; None or a mapping was expected",
                f"расширение {parcel.to} ответило «{kind}», а ожидалось None или словарь",
                "plugin",
            )

    def _action(self, name: str, args: Mapping[str, Any]) -> Callable[[dict[str, Any], Mapping[str, Any]], Any]:
        known = installed() if self.plugins is None else self.plugins
        plugin, _, action = name.partition(".")
        if plugin not in known:
            raise final(f"no plugin {plugin} is installed", f"расширение {plugin} не установлено", "plugin")
        if (why := wrong(plugin, action, args)) is not None:
            raise Trouble(why, final=True, kind="plugin")
        loaded = known[plugin]()
        found = loaded.get(action) if isinstance(loaded, Mapping) else getattr(loaded, action, None)
        if not callable(found) or action.startswith("_"):
            raise final(
                f"plugin {plugin} has no action {action}", f"в расширении {plugin} нет действия {action}", "plugin"
            )
        return found  # type: ignore[no-any-return]

    async def close(self) -> None:
        """Threads that hang end with the process."""


class _Raised(Exception):
    """Carries the name of what a plugin raised: its text may hold anything."""
