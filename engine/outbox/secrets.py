"""Secrets: settings only name them; the values are read when something is sent, and scrubbed from all that is said."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voronka.engine.outbox.trouble import passing

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")
LARGEST = 64 * 1024  # bytes
_SHORTEST = 4  # shorter values are too common in any text to be taken out of it


@dataclass(frozen=True, slots=True)
class Secret:
    """The name of a secret, as ``{ secret = "SMTP_PASSWORD" }`` says it. Never holds the value."""

    name: str


class Vault:
    """Finds secrets: in systemd's credentials first, then in the environment.

    What was revealed is remembered only so that :meth:`scrub` can take it out of texts again.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        self._revealed: dict[str, str] = {}

    def reveal(self, secret: Secret) -> str:
        """The value of a secret. Raises Trouble where there is none."""
        value = self._credential(secret.name)
        if value is None:
            value = self._environ.get(secret.name)
        if not value:
            raise passing(
                f"the secret {secret.name} is neither in the environment nor among systemd's credentials",
                f"секрета {secret.name} нет ни в окружении, ни среди credentials systemd",
            )
        self._revealed[secret.name] = value
        return value

    def _credential(self, name: str) -> str | None:
        folder = self._environ.get("CREDENTIALS_DIRECTORY")
        if not folder or not NAME.fullmatch(name):
            return None
        try:
            with (Path(folder) / name).open("rb") as file:
                return file.read(LARGEST).decode("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            return None

    def scrub(self, text: str) -> str:
        """A text without the values of secrets, written plainly or in base64: other sides like to echo them."""
        for name, value in self._revealed.items():
            for form in (value, base64.b64encode(value.encode()).decode()):
                if len(form) >= _SHORTEST:
                    text = text.replace(form, f"<{name}>")
        return text
