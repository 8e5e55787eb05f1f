"""English names by their words: participle = done, base form first = to-do, “in progress” = swamp, noun of a phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voronka.dsl.lint.naming import english_words as known
from voronka.dsl.lint.naming.kinds import Kind, clauses

if TYPE_CHECKING:
    from collections.abc import Sequence


def judge(name: str) -> Kind | None:
    """What an English name says, or None where that is not sure: parts that disagree, words that are not known."""
    found = {_clause(part) for part in clauses(name)}
    return found.pop() if len(found) == 1 else None


def _clause(words: Sequence[str]) -> Kind | None:
    if "not" in words or words[0] in ("no", "do", "don't", "un", "ready"):
        return None
    if words[0] in ("need", "needs") and words[1:2] == ["to"]:
        return Kind.ACTION if len(words) > 2 else None
    if _is_swamp(words):
        return Kind.SWAMP
    if any(participle(word) for word in words) or words[0] in known.PAST or words[-1] in known.FINISHED:
        return Kind.DONE
    if _is_action(words):
        return Kind.ACTION
    return Kind.NOUN if _is_noun(words) else None


def participle(word: str) -> bool:
    """Whether a word says that something has happened: “sent”, “qualified”, “bought-in”."""
    first = word.split("-")[0] if word.split("-")[-1] in ("in", "off", "up", "out", "back") else word.split("-")[-1]
    if first in known.PARTICIPLES:
        return True
    if first in known.NOT_PARTICIPLES | known.STANDSTILL or first.startswith("un"):
        return False
    return first in known.AGREED or (first.endswith("ed") and len(first) > 4 and not first.endswith("eed"))


def _is_swamp(words: Sequence[str]) -> bool:
    if words[0] == "recently":
        return False
    if any(word in known.STANDSTILL for word in (words[0], words[-1])):
        return True
    if "being" not in words and any(participle(word) for word in words):
        return False
    if "being" in words or words[0] in known.ONGOING or words[-1] in ("pending", "preparing", "processing", "ongoing"):
        return True
    if words[0] in ("actively", "still") or list(words[:2]) == ["out", "for"]:
        return True
    if (words[-1] in known.WANTED and len(words) > 1) or words[-1] == "hold":
        return True
    return any(
        word in ("in", "under", "on", "for") and words[at + 1] in known.STATES and (at == 0 or at + 2 == len(words))
        for at, word in enumerate(words[:-1])
    )


def _is_action(words: Sequence[str]) -> bool:
    first = words[0]
    if first == "to":
        return len(words) > 1 and words[1] in known.VERBS
    if first == "id" and len(words) > 1:
        return True
    if list(words) in (["follow", "up"], ["reach", "out"], ["check", "in"]):
        return True
    if first not in known.VERBS or (words[-1] in known.QUALITIES and len(words) > 1):
        return False
    if first in known.NOUN_VERBS:
        held = len(words) > 1 and words[-1] in known.EVENTS and first not in known.DATED
        return len(words) > 1 and words[1] in known.OBJECTS and not held
    return True


def _is_noun(words: Sequence[str]) -> bool:
    """A noun phrase that ends in the noun of a phase, or has it before “with” or “for”."""
    if words[0] in known.SORTS | known.PREPOSITIONS or words[-1] in known.PERSONS - {"contact"}:
        return False
    if any(word in ("of", "to") for word in words) or _is_in_need(words):
        return False
    head = next((words[at - 1] for at, word in enumerate(words) if word in ("with", "for") and at), words[-1])
    if head.endswith("ing"):
        return head not in known.NOT_GERUNDS
    return not {head, head.removesuffix("s")}.isdisjoint(known.PHASES) or (
        head.removesuffix("s").endswith(known.NOUN_ENDINGS) and len(head) > 6
    )


def _is_in_need(words: Sequence[str]) -> bool:
    """“Needs attention”, “Client needs a call”: somebody lacks something; “Needs analysis” is a phase."""
    at = next((at for at, word in enumerate(words) if word in ("need", "needs", "wants")), None)
    return at is not None and (at > 0 or words[-1] not in known.OF_NEEDS)
