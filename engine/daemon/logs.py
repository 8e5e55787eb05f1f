"""Structured logs on stderr: what happened to which deal, by its number; never what a field holds."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

FORMATS = ("json", "console")
_FRAMES = 4


def log() -> FilteringBoundLogger:
    """The daemon's log."""
    import structlog

    found: FilteringBoundLogger = structlog.get_logger("voronka")
    return found


def _places(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """An exception as its type and where it came from: its text may quote a customer."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if info and info[0] is not None:
        frames = traceback.extract_tb(info[2])[-_FRAMES:]
        event["error"] = info[0].__name__
        event["at"] = [f"{frame.filename.rpartition('/voronka/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def set_up(style: str, verbose: int = 0) -> None:
    """Send the daemon's log and those of the rooms below it to stderr, as JSON lines or for a person's eyes."""
    import structlog

    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _places,
    ]
    if style == "json":
        final: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        final = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, final],
            foreign_pre_chain=[*shared],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    logging.getLogger("asyncio").setLevel(logging.WARNING)
