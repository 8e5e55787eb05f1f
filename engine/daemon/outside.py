"""What connects the daemon with the outside: the outbox's delivery, webhooks in, the drop folder; by voronka.toml."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voronka.engine.daemon.problems import DaemonProblem
from voronka.engine.daemon.service import Service
from voronka.engine.outbox.channels import open_channels
from voronka.engine.outbox.deliver import Deliverer
from voronka.engine.outbox.secrets import Vault
from voronka.engine.outbox.settings import BadSettings, intake_of, load

if TYPE_CHECKING:
    from voronka.engine.daemon.daemon import Daemon
    from voronka.engine.intake.events_http import EventsHttp

MAPS = "maps"  # the workspace's folder of mapping files


def connect(daemon: Daemon, settings: Mapping[str, Any], root: Path, clock: Callable[[], int]) -> Deliverer:
    """Add the services that the settings ask for. Raises DaemonProblem for settings that cannot be used."""
    try:
        wanted, intake = load(settings), intake_of(settings)
    except BadSettings as bad:
        raise DaemonProblem("settings", f"voronka.toml: {bad.text.en}", f"voronka.toml: {bad.text.ru}") from bad
    vault = Vault()
    deliverer = Deliverer(daemon, wanted, open_channels(wanted, vault), clock, vault)
    daemon.committed.append(lambda commit: deliverer.wake())
    daemon.add(deliverer)
    daemon.add(
        *_intake(daemon, intake.port, intake.host, root / intake.drop if intake.drop else None, root, clock, vault)
    )
    return deliverer


def _intake(
    daemon: Daemon, port: int, host: str, drop: Path | None, root: Path, clock: Callable[[], int], vault: Vault
) -> list[Service]:
    if not (root / MAPS).is_dir():
        return []
    from voronka.engine.intake.events_drop import Drop
    from voronka.engine.intake.events_http import EventsHttp
    from voronka.engine.intake.events_in import Intake
    from voronka.engine.intake.events_map import BadMapping, load_maps

    try:
        maps = load_maps(root / MAPS)
    except BadMapping as bad:
        raise DaemonProblem("mapping", f"{MAPS}/{bad.text.en}", f"{MAPS}/{bad.text.ru}") from bad
    if not maps:
        return []
    intake = Intake(daemon, maps, clock)
    services: list[Service] = [_Listener(EventsHttp(intake, vault, clock, port, host))]
    if drop is not None:
        services.append(Drop(intake, drop, clock))
    return services


class _Listener:
    """Webhooks in, whose failure to start the daemon understands."""

    name = "intake"

    def __init__(self, events: EventsHttp) -> None:
        self.events = events

    async def start(self) -> None:
        """Listen. Raises DaemonProblem."""
        try:
            await self.events.start()
        except OSError as error:
            where = f"{self.events.host}:{self.events.port}"
            busy = error.errno == errno.EADDRINUSE
            why = "it is in use" if busy else error.strerror or str(error)
            ru = "он занят" if busy else error.strerror or str(error)
            raise DaemonProblem(
                "port",
                f"webhooks in cannot listen on {where}: {why}; choose another port in [intake] of voronka.toml",
                f"для входящих вебхуков порт {where} недоступен: {ru}; выберите другой в [intake] в voronka.toml",
            ) from error

    async def stop(self) -> None:
        await self.events.stop()

    def health(self) -> str:
        return self.events.health()
