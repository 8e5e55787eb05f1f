"""Russian names by morphology: short participle = done, infinitive = action, «в/на» + noun or present tense = swamp."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from voronka.dsl.lint.naming import russian_words as known
from voronka.dsl.lint.naming.kinds import Kind, clauses

if TYPE_CHECKING:
    from collections.abc import Sequence

Parse = Any  # pymorphy3 has no types

_UNLIKELY = 0.05
"""Readings below this score are left out: «стали» is steel in a stage's name as often as it is a verb."""


@cache
def _analyzer() -> Any:
    from pymorphy3 import MorphAnalyzer  # type: ignore[import-untyped]

    return MorphAnalyzer(lang="ru")


@cache
def parses(word: str) -> tuple[Parse, ...]:
    """The likely readings of a word, best first."""
    found = tuple(_analyzer().parse(word))
    return tuple(one for one in found if one.score >= _UNLIKELY) or found[:1]


def plain(word: str) -> str:
    """With е for ё."""
    return word.replace("ё", "е")


def lemma(word: str) -> str:
    """The dictionary form of the best reading, with е for ё."""
    return plain(str(parses(word)[0].normal_form))


def judge(name: str) -> Kind | None:
    """What a Russian name says, or None where that is not sure: parts that disagree, words that are not known."""
    found = [_clause(part) for part in clauses(name)]
    kinds = set(found)
    if len(kinds) == 1:
        return found[0]
    # «Квалификация / Встреча» is a phase in every part; a part nobody understands makes the rest unsure, too
    return None


def _clause(words: Sequence[str]) -> Kind | None:
    if _is_action(words):
        return Kind.ACTION
    if _is_swamp(words):
        return Kind.SWAMP
    if _is_done(words):
        return Kind.DONE
    return Kind.NOUN if _is_noun(words) else None


# --- the parts of speech


def _reads(word: str, *grammemes: str) -> bool:
    """Whether the best reading has all the grammemes."""
    return all(one in parses(word)[0].tag for one in grammemes)


def _may_be(word: str, *grammemes: str) -> bool:
    return any(all(one in reading.tag for one in grammemes) for reading in parses(word))


def _negated(words: Sequence[str], at: int) -> bool:
    return at > 0 and words[at - 1] in ("не", "ни", "нет")


def _finite(word: str) -> bool:
    """A short participle or a verb in the past; «замер» and «начала» are nouns, «ожидаем» goes on."""
    return _may_be(word, "PRTS", "past") or (_may_be(word, "VERB", "past") and not _may_be(word, "NOUN"))


# --- the kinds


def _is_action(words: Sequence[str]) -> bool:
    first = words[0]
    if any(_finite(word) for word in words):
        return False
    if first in known.NEED:
        return len(words) > 1 and _reads(words[1], "INFN")
    if _reads(first, "INFN") and not _may_be(first, "NOUN") and first != "есть":
        return True
    return len(words) > 1 and _reads(first, "VERB", "impr") and not _may_be(first, "NOUN")


def _is_swamp(words: Sequence[str]) -> bool:
    if any(_parked(word) for word in words):
        return True
    if any(_finite(word) and not _negated(words, at) for at, word in enumerate(words)):
        return False
    return _in_something(words) or _present(words) or _standstill(words)


def _parked(word: str) -> bool:
    """«отложена», «отложенный»: its verb puts things off."""
    return any(
        plain(reading.normal_form) in known.PARKED and ("PRTS" in reading.tag or "PRTF" in reading.tag)
        for reading in parses(word)
    )


def _in_something(words: Sequence[str]) -> bool:
    """«В работе», «На повторном согласовании», «Договор на подписании»."""
    for at, word in enumerate(words[:-1]):
        if word not in ("в", "во", "на"):
            continue
        noun = next((one for one in words[at + 1 : at + 3] if _may_be(one, "NOUN")), "")
        if not noun or not _may_be(noun, "NOUN", "loct"):
            continue
        lemmas = {plain(reading.normal_form) for reading in parses(noun) if "loct" in reading.tag}
        if at == 0:
            return not lemmas & known.RESTING
        return noun == words[-1] and bool(lemmas & known.GOING_ON) and _may_be(words[0], "NOUN", "nomn")
    return False


def _present(words: Sequence[str]) -> bool:
    """«Думает», «Ждём оплату», «КП готовится»."""
    for at, word in enumerate(words):
        best = parses(word)[0]
        if "VERB" not in best.tag or "pres" not in best.tag or "impf" not in best.tag or _may_be(word, "NOUN"):
            continue
        lasting = "3per" in best.tag or ("1per" in best.tag and "plur" in best.tag)
        if lasting and not _negated(words, at) and plain(best.normal_form) not in known.STATIC:
            return True
    return False


def _standstill(words: Sequence[str]) -> bool:
    """«Ожидание оплаты», «Пауза», «Без движения», «Нужны изменения»."""
    if _reads(words[0], "NOUN", "nomn") and lemma(words[0]) in known.STANDSTILL:
        return True
    if words[0] in ("нужен", "нужна", "нужно", "нужны") and len(words) > 1 and _may_be(words[-1], "NOUN"):
        return True
    return list(words[:2]) in (["без", "движения"], ["без", "изменений"], ["без", "активности"])


def _is_done(words: Sequence[str]) -> bool:
    for at, word in enumerate(words):
        if _negated(words, at):
            continue
        if _finite(word) or (_may_be(word, "ADJS") and not _may_be(word, "NOUN")):
            return True
    return False


def _is_noun(words: Sequence[str]) -> bool:
    """A phase in the nominative, with adjectives before it and whatever hangs on it behind."""
    for word in (one for one in words if plain(one) not in known.PHASES):
        best = parses(word)[0]
        if any(one in best.tag for one in ("INFN", "VERB", "PRTS", "GRND", "ADVB", "PRED", "PRCL", "NUMR")):
            return False
    if any(word in ("в", "на") and _may_be(words[at + 1], "NOUN", "loct") for at, word in enumerate(words[:-1])):
        return False  # a place or a state: «Документы в кабинете»
    for word in words:
        best = parses(word)[0]
        if "ADJF" in best.tag or "PRTF" in best.tag:
            if lemma(word) in known.ENTRY:
                return False
            continue
        named = plain(word) in known.PHASES or word in known.ABBREVIATIONS
        return named or ("NOUN" in best.tag and _may_be(word, "nomn") and phase(word))
    return False


def phase(word: str) -> bool:
    """Whether a noun names a phase, an event or a document."""
    base = lemma(word)
    if base in known.NOT_PHASES:
        return False
    return base in known.PHASES or (base.endswith(known.DEVERBAL) and len(base) > 5)


def exists(word: str) -> bool:
    """Whether the dictionary has a word."""
    return bool(_analyzer().word_is_known(word))
