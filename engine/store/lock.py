"""One door: the lock that a store's only writer holds, in a file beside the store."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lock:
    """A held lock; the operating system lets go of it when the process ends, however it ends."""

    descriptor: int
    path: str

    def release(self) -> None:
        """Let the next writer in. The file stays, because deleting it could split two waiting writers."""
        os.close(self.descriptor)


def acquire(store: str) -> Lock | str:
    """The writer's lock of the store at this path, or who has it ("pid 4711"). Raises OSError if it cannot be made."""
    path = f"{store}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 64).decode("utf-8", "replace").strip()
        os.close(descriptor)
        return f"pid {holder}" if holder else "pid ?"
    except OSError:
        os.close(descriptor)
        raise
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except OSError:  # a full disk: whoever cannot be named does not keep others out
        os.close(descriptor)
        raise
    return Lock(descriptor, path)
