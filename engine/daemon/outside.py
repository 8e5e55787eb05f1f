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
from voronka.engine.outbox.settings import BadSettings, IntakeSettings, Settings, intake_of, load

if TYPE_CHECKING:
    from voronka.engine.daemon.daemon import Daemon
    from voronka.engine.intake.events_http import EventsHttp
    from voronka.engine.intake.events_in import Intake
    from voronka.engine.intake.events_map import EventMap

MAPS = "maps"  # the workspace's folder of mapping files


class Outside:
    """The services by settings and mapping files as they were last read."""

    def __init__(self, daemon: Daemon, settings: Mapping[str, Any], root: Path, clock: Callable[[], int]) -> None:
        self.daemon = daemon
        self.root = root
        self.clock = clock
        self.vault = Vault()
        wanted, self._intake_settings, maps = _read(settings, root)
        self.deliverer = Deliverer(daemon, wanted, open_channels(wanted, self.vault), clock, self.vault)
        self._intake, self._services = self._taking(self._intake_settings, maps)

    def services(self) -> tuple[Service, ...]:
        """To be added to the daemon, in this order."""
        return self.deliverer, *self._services

    def _taking(
        self, settings: IntakeSettings, maps: Mapping[str, EventMap]
    ) -> tuple[Intake | None, tuple[Service, ...]]:
        if not maps:
            return None, ()
        from voronka.engine.intake.events_drop import Drop
        from voronka.engine.intake.events_http import EventsHttp
        from voronka.engine.intake.events_in import Intake

        intake = Intake(self.daemon, maps, self.clock)
        listener = _Listener(EventsHttp(intake, self.vault, self.clock, settings.port, settings.host))
        if not settings.drop:
            return intake, (listener,)
        return intake, (listener, Drop(intake, self.root / settings.drop, self.clock))

    async def reread(self, settings: Mapping[str, Any]) -> None:
        """Go on with other settings and mapping files. Raises DaemonProblem, and then all is as before."""
        wanted, intake_settings, maps = _read(settings, self.root)
        channels = open_channels(wanted, self.vault)
        if self._intake is not None and maps and intake_settings == self._intake_settings:
            self._intake.maps = dict(maps)
        else:
            intake, services = self._taking(intake_settings, maps)
            await self.daemon.exchange(self._services, services)
            self._intake, self._services, self._intake_settings = intake, services, intake_settings
        self.deliverer.exchange(wanted, channels)


def _read(settings: Mapping[str, Any], root: Path) -> tuple[Settings, IntakeSettings, Mapping[str, EventMap]]:
    """Everything of the outside, checked. Raises DaemonProblem for what cannot be used."""
    from voronka.engine.intake.events_map import BadMapping, load_maps

    try:
        wanted, intake = load(settings), intake_of(settings)
    except BadSettings as bad:
        raise DaemonProblem("settings", f"voronka.toml: {bad.text.en}", f"voronka.toml: {bad.text.ru}") from bad
    try:
        return wanted, intake, load_maps(root / MAPS)
    except BadMapping as bad:
        raise DaemonProblem("mapping", f"{MAPS}/{bad.text.en}", f"{MAPS}/{bad.text.ru}") from bad


def connect(daemon: Daemon, settings: Mapping[str, Any], root: Path, clock: Callable[[], int]) -> Outside:
    """Add the services that the settings ask for. Raises DaemonProblem for settings that cannot be used."""
    outside = Outside(daemon, settings, root, clock)
    deliverer = outside.deliverer
    daemon.committed.append(lambda commit: deliverer.wake())
    daemon.troubles = lambda: dict(deliverer.troubles)
    daemon.add(*outside.services())
    return outside


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
