"""Completed actions in English: “Send proposal” → “Proposal sent”, “Negotiation” → “Terms agreed”."""

from __future__ import annotations

from voronka.dsl.lint.naming import english_words as known
from voronka.dsl.lint.naming.english import judge
from voronka.dsl.lint.naming.kinds import Kind, listed, words

_DOUBLED = listed("chat commit plan refer ship stop submit tag transfer")
_SKIPPED = listed("a an the")
_BEHIND = listed("to for with from on in at by back again up out off")


def propose(name: str) -> str:
    """An empty text where no proposal is sure: verbs without an object, objects with a preposition first."""
    if any(letter in name for letter in "()/,;:—–&"):
        return ""
    if found := known.RESULTS.get(" ".join(words(name))):
        return found
    said = name.split()
    if len(said) < 2 or said[0].lower() not in known.VERBS or judge(name) is not Kind.ACTION:
        return ""
    rest = [word for word in said[1:] if word.lower() not in _SKIPPED]
    if not rest or rest[0].lower() in _BEHIND or rest[-1].lower() in known.PERSONS:
        return ""
    thing = " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in rest)
    return f"{thing[:1].upper()}{thing[1:]} {past(said[0].lower())}"


def past(verb: str) -> str:
    """The past participle."""
    if verb in known.IRREGULAR:
        return known.IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + verb[-1] + "ed" if verb in _DOUBLED else verb + "ed"
