"""Why an effect did not go out: for now or for good, in words that hold neither secrets nor addresses."""

from __future__ import annotations

from voronka.dsl.text.codes.base import Both


class Trouble(Exception):
    """An attempt failed. ``final``: trying again would not help. ``after``: the other side asked for so many ms.

    ``kind`` is the incident's: delivery (the other side, or the way to it) · consent (the client has not agreed) ·
    plugin (it raised, hung, or answered nonsense) · document (its form cannot be set).
    """

    def __init__(self, text: Both, *, final: bool = False, kind: str = "delivery", after: int | None = None) -> None:
        self.text = text
        self.final = final
        self.kind = kind
        self.after = after
        super().__init__(text.en)


def final(en: str, ru: str, kind: str = "delivery") -> Trouble:
    """Trying again would not help."""
    return Trouble(Both(en, ru), final=True, kind=kind)


def passing(en: str, ru: str, after: int | None = None) -> Trouble:
    """It may work later."""
    return Trouble(Both(en, ru), after=after)
