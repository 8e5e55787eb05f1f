"""Channels: each way out in a file of its own, imported when settings name it."""

from __future__ import annotations

from voronka.engine.outbox.parcel import Channel
from voronka.engine.outbox.secrets import Vault
from voronka.engine.outbox.settings import Settings


def open_channels(settings: Settings, vault: Vault) -> dict[str, Channel]:
    """The channels that the settings set up, by name; webhooks, documents and plugins need no settings."""
    from voronka.engine.outbox.channels.document import DocumentChannel
    from voronka.engine.outbox.channels.plugins import PluginChannel
    from voronka.engine.outbox.channels.webhook import WebhookChannel

    _hush()
    channels: dict[str, Channel] = {
        "webhook": WebhookChannel(settings.webhook, vault),
        "run": PluginChannel(settings.plugin_timeout),
        "document": DocumentChannel(settings.document),
    }
    if settings.email is not None:
        from voronka.engine.outbox.channels.email import EmailChannel

        channels["email"] = EmailChannel(settings.email, vault)
    if settings.telegram is not None:
        from voronka.engine.outbox.channels.telegram import TelegramChannel

        channels["telegram"] = TelegramChannel(settings.telegram, vault)
    for name, gateway in settings.gateways.items():
        from voronka.engine.outbox.channels.phone import PhoneChannel

        channels[name] = PhoneChannel(name, gateway, vault)
    return channels


def _hush() -> None:
    """Libraries log the URLs they call, and in some of them a secret stands."""
    import logging

    for name in ("httpx2", "httpcore2", "aiosmtplib"):
        logging.getLogger(name).setLevel(logging.WARNING)
