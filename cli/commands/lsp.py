"""``voronka lsp``: the language server, on standard input and output."""

from __future__ import annotations

import logging
import sys

import click

from voronka.cli.app import USAGE, App, common


@click.command("lsp")
@click.option("--stdio", is_flag=True, help="Speak over standard input and output (it always does; editors pass this).")
@common
def command(app: App, stdio: bool) -> None:
    """The language server that editors start: findings, completion, hover, renaming, formatting, dry runs.

    It speaks the Language Server Protocol 3.17 over standard input and output and logs to standard error (-v: more).
    Exit code 0: the editor said goodbye, 1: it went away without a word, 2: the extra `lsp` is not installed. How to
    set editors up: docs/editors.md.
    """
    try:
        import pygls.lsp.server  # noqa: F401
    except ModuleNotFoundError as error:
        raise app.fail(
            f"the language server needs the extra lsp: pip install 'voronka[lsp]' (there is no {error.name})",
            f"языковому серверу нужен набор lsp: pip install 'voronka[lsp]' (нет модуля {error.name})",
            USAGE,
        ) from None
    from voronka.cli.lsp.features import make

    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(app.verbose, 2)]
    logging.basicConfig(stream=sys.stderr, level=level, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_no_traces_of_refusals)
    sys.setswitchinterval(0.001)  # a check runs beside questions: they must not wait five milliseconds a turn for it
    make(app.lang).start_io()


def _no_traces_of_refusals(record: logging.LogRecord) -> bool:
    """A request that is refused with a reason is an answer, not a fault of the server."""
    from voronka.cli.lsp.server import Failed, Outdated

    return not (record.exc_info and isinstance(record.exc_info[1], Failed | Outdated))
