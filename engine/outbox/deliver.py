"""The deliverer: takes what may go out, sends it beside everything else that is under way, and writes down the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from voronka.engine.host.door import Door
from voronka.engine.host.host import Host
from voronka.engine.outbox import backoff, ledger, packing
from voronka.engine.outbox.parcel import Channel, Parcel
from voronka.engine.outbox.secrets import Vault
from voronka.engine.outbox.settings import Settings
from voronka.engine.outbox.trouble import Trouble, final, passing
from voronka.engine.store import outbox
from voronka.engine.store.outbox import Waiting
from voronka.engine.store.problems import StoreFailed
from voronka.engine.templates import Templates, compile_templates

AT_ONCE = 16  # parcels under way
PER_CHANNEL = 4  # of them by one channel, so that a peer that hangs holds up nobody else
LOOK = 1.0  # seconds between looks when nothing wakes it: timers and other processes queue too
MENDING = 30_000  # ms until an effect whose end could not be written down is looked at again
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Load:
    """What was claimed together: one effect, or all of a digest; a parcel, or why there is none."""

    rows: tuple[Waiting, ...]
    parcel: Parcel | None = None
    wait: int | None = None
    trouble: Trouble | None = None


class Deliverer:
    """Delivers a store's outbox. ``clock``: now, ms since the epoch. ``channels``: by the name effects know them by.

    At least once outside: a crash between sending and writing it down sends again, under the same id. Of one deal and
    channel one effect is under way at a time, in order (architecture.md, the outbox).
    """

    def __init__(
        self,
        door: Door,
        settings: Settings,
        channels: Mapping[str, Channel],
        clock: Callable[[], int],
        vault: Vault | None = None,
        *,
        at_once: int = AT_ONCE,
        per_channel: int = PER_CHANNEL,
    ) -> None:
        self.door = door
        self.settings = settings
        self.channels = dict(channels)
        self.clock = clock
        self.vault = vault or Vault()
        self.at_once = at_once
        self.per_channel = per_channel
        self.troubles: dict[str, str] = {}  # channel -> what it last failed with; gone when it works again
        self._busy: set[tuple[int, str]] = set()
        self._load: Counter[str] = Counter()
        self._unwritten: dict[tuple[int, str], int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._stopping = False
        self._running: asyncio.Task[None] | None = None
        self._templates: tuple[str, Templates] | None = None

    # --- the service

    name = "delivery"

    async def start(self) -> None:
        """Begin to run, beside whoever started it."""
        self._running = asyncio.get_running_loop().create_task(self.run())

    def health(self) -> str:
        """Empty while it runs; what single channels suffer from is in ``troubles``."""
        return "" if self._running is not None and not self._running.done() else "it does not run"

    async def run(self) -> None:
        """Deliver until :meth:`stop`. A store that cannot be read is tried again; nothing ends this but stopping."""
        while not self._stopping:
            self._woken.clear()
            try:
                started = await self._start()
            except StoreFailed as failed:
                _log.error("the outbox cannot be read: %s", failed.problem.message.en)
                started = 0
            if not started:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), LOOK)

    def exchange(self, settings: Settings, channels: Mapping[str, Channel]) -> None:
        """Go on with other settings and channels; what is under way ends with those it began with."""
        old, under_way = self.channels, set(self._tasks)
        self.settings, self.channels = settings, dict(channels)
        self.troubles.clear()

        async def close() -> None:
            if under_way:
                await asyncio.wait(under_way)
            for channel in old.values():
                await channel.close()

        task = asyncio.get_running_loop().create_task(close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        self._woken.set()

    def wake(self) -> None:
        """Something was queued: look now."""
        self._woken.set()

    async def stop(self, grace: float = 10.0) -> None:
        """Start nothing more; wait so many seconds for what is under way, then let it go: it stays pending."""
        self._stopping = True
        self._woken.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._running is not None:
            await self._running
        await asyncio.gather(*self._closing, return_exceptions=True)
        for channel in self.channels.values():
            await channel.close()

    async def round(self) -> int:
        """Deliver all that is due now, each effect tried once; returns how many parcels were started."""
        count = 0
        while started := await self._start():
            count += started
            while self._tasks:
                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
                count += await self._start()
        return count

    async def next_due(self) -> int | None:
        """When something may go out next, ms since the epoch; None: nothing waits."""
        return await self.door.using(lambda host: outbox.next_due(host.store))

    # --- starting

    async def _start(self) -> int:
        free = self.at_once - len(self._tasks)
        if self._stopping or free <= 0:
            return 0
        loads = await self.door.using(lambda host: self._claim(host, free))
        for load in loads:
            task = asyncio.get_running_loop().create_task(self._deliver(load))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(loads)

    def _claim(self, host: Host, free: int) -> list[_Load]:
        if outbox.on_hold(host.store):
            return []
        now = self.clock()
        claimed: Counter[str] = Counter()

        def busy(deal: int, channel: str) -> bool:
            if (deal, channel) in self._busy or self._unwritten.get((deal, channel), 0) > now:
                return True
            if self._load[channel] + claimed[channel] >= self.per_channel:
                return True
            claimed[channel] += 1
            return False

        loads: list[_Load] = []
        for row in outbox.claim(host.store, now, free, busy):
            if (row.key.deal, row.channel) in self._busy:
                continue  # a digest claimed a moment ago has taken it along
            load = self._pack(host, row, now)
            if load is None:
                continue
            loads.append(load)
            self._busy.update((part.key.deal, part.channel) for part in load.rows)
            self._load[row.channel] += 1
        return loads

    def _pack(self, host: Host, row: Waiting, now: int) -> _Load | None:
        rows: tuple[Waiting, ...] = (row,)
        try:
            if row.intent["kind"] == "digest":
                due = host.next_due()
                if due is not None and due <= min(row.intent.get("at", row.at), now):
                    return None  # the firing it belongs to is not over yet
                rows = tuple(outbox.digest_of(host.store, row))
                return _Load(rows, packing.pack_digest(host, self.settings, self._texts(host), rows, now))
            packed = packing.pack(host, self.settings, row, now)
        except Trouble as trouble:
            return _Load(rows, trouble=trouble)
        if isinstance(packed, packing.Wait):
            return _Load(rows, wait=packed.until)
        return _Load(rows, packed)

    def _texts(self, host: Host) -> Templates:
        if self._templates is None or self._templates[0] != host.programs.hash:
            self._templates = (host.programs.hash, compile_templates(host.programs.definition))
        return self._templates[1]

    # --- one parcel

    async def _deliver(self, load: _Load) -> None:
        row = load.rows[0]
        pair = (row.key.deal, row.channel)
        try:
            trouble, made = load.trouble, None
            if load.parcel is not None:
                trouble, made = await self._send(load.parcel)
            await self.door.using(lambda host: self._settle(host, load, trouble, made))
            self._unwritten.pop(pair, None)
        except StoreFailed as failed:
            # it may be out and the store does not know: it goes out again, under the same id
            _log.error("the end of effect %s cannot be written down: %s", row.key, failed.problem.message.en)
            self._unwritten[pair] = self.clock() + MENDING
        finally:
            self._busy.difference_update((part.key.deal, part.channel) for part in load.rows)
            self._load[row.channel] -= 1
            self._woken.set()

    async def _send(self, parcel: Parcel) -> tuple[Trouble | None, bytes | None]:
        if not parcel.carrier:
            return None, None
        channel = self.channels.get(parcel.carrier)
        if channel is None:
            name = parcel.carrier
            missing = final(
                f"the channel {name} is not set up: voronka.toml has no [channels.{name}]",
                f"канал {name} не настроен: в voronka.toml нет [channels.{name}]",
            )
            return missing, None
        try:
            made = await channel.send(parcel)
        except Trouble as trouble:
            self.troubles[parcel.carrier] = self._said(trouble.text.en, parcel)
            return trouble, None
        except Exception as error:
            name, where = type(error).__name__, traceback.extract_tb(error.__traceback__)[-1]
            # the error's own text may hold anything, secrets too
            _log.error("channel %s broke down: %s in %s:%s", parcel.carrier, name, where.filename, where.lineno)
            return passing(f"the channel broke down: {name}", f"канал сломался: {name}"), None
        self.troubles.pop(parcel.carrier, None)
        return None, made

    def _said(self, text: str, parcel: Parcel | None) -> str:
        """What may be written down of an error: no secrets, no addresses (architecture.md, Personal data)."""
        text = self.vault.scrub(text)
        if parcel is not None and parcel.to and parcel.carrier != "run":
            text = text.replace(parcel.to, "…")
        return " ".join(text.split())[:500]

    def _settle(self, host: Host, load: _Load, trouble: Trouble | None, made: bytes | None) -> None:
        now, rows = self.clock(), load.rows
        if load.wait is not None:
            ledger.later(host, rows, load.wait, None, now)
        elif trouble is not None:
            self._failed(host, load, trouble, now)
        elif load.parcel is not None and made is not None:
            ledger.made(host, load.parcel, made, now)
        elif load.parcel is not None and load.parcel.carrier:
            ledger.sent(host, load.parcel, now)
        elif load.parcel is not None:
            ledger.noticed(host, load.parcel, now)

    def _failed(self, host: Host, load: _Load, trouble: Trouble, now: int) -> None:
        rows, tried = load.rows, load.parcel is not None
        error = self._said(trouble.text.in_(host.language), load.parcel)
        attempt = max(row.attempts for row in rows) + 1
        if trouble.final or attempt >= self.settings.attempts:
            number = ledger.dead(host, rows, trouble.kind, error, tried, now)
            _log.warning("effect %s is given up after %d attempts: incident %d", rows[0].key, attempt, number)
            return
        wait = backoff.wait(".".join(map(str, rows[0].key)), attempt, self.settings.first, self.settings.longest)
        ledger.later(host, rows, now + max(wait, trouble.after or 0), error, now)
