"""Near-duplicates among names: the same lemmas, synonyms of the field, a slip of the pen (R19)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from voronka.dsl.lint.naming.judge import judge
from voronka.dsl.lint.naming.kinds import Kind, language, listed, words

_GROUPS = """
уточнение выяснение прояснение / уточнить выяснить прояснить / информация деталь подробность сведение данные
отправить выслать направить послать / отправка высылка / договор контракт / счет инвойс / оплата платеж
оплатить проплатить / переговоры обсуждение / звонок созвон / клиент покупатель заказчик / цена стоимость
закрыть завершить закончить / согласие одобрение / согласовать одобрить / потребность нужда
конкурент соперник / телефон телефонный / комментарий примечание / почта e-mail email / отказ отклонение
proposal offer / send submit / client customer buyer / contract agreement / clarify specify detail
info information detail / call phone / payment money / price cost / comment note / finish complet / close end
"""
_STOP = listed("и the a an and")
_NUMBERS = re.compile(r"\d+")
_ENDINGS = re.compile(r"(?<=\w{4})(?:ations?|ions?|ings?|ed|es|s|e)$")
_SHORTEST_SLIP = 6
"""Letters a word needs before one wrong letter counts as a slip: КП and ТКП are two things."""


def near_duplicates(names: Sequence[str], *, numbered: bool = False) -> Iterator[tuple[int, int]]:
    """Pairs of positions, the later one second, whose names are hard to tell apart; equal names included.

    ``numbered``: whether names that differ only in a number count, too (stages yes, fields no). Names of different
    kinds are never duplicates: «Согласование договора» goes on, «Договор согласован» is over.
    """
    keys = [key(name, numbers=not numbered) for name in names]
    for later in range(len(names)):
        for earlier in range(later):
            if _alike(keys[earlier], keys[later]) and _one_kind(names[earlier], names[later]):
                yield earlier, later
                break


def _one_kind(one: str, other: str) -> bool:
    if language(one) != language(other):
        return False
    kinds = {judge(one), judge(other)}
    return len(kinds) == 1 or (Kind.DONE not in kinds and kinds != {Kind.NOUN, None})  # “Prospecting” is no “Prospect”


@lru_cache(maxsize=4096)
def key(name: str, *, numbers: bool = True) -> tuple[str, ...]:
    """The words that matter, as lemmas, synonyms as one, in alphabetical order."""
    found = [_canonical(_base(word)) for word in words(name) if word not in _STOP]
    if numbers or not found:
        found += _NUMBERS.findall(name)
    return tuple(sorted(found))


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if not one or len(one) != len(other):
        return False
    if one == other:
        return True
    left, right = [w for w in one if w not in other], [w for w in other if w not in one]
    return len(left) == len(right) == 1 and _slip(left[0], right[0])


def _slip(one: str, other: str) -> bool:
    """Whether one is the other with a wrong letter. Two words that exist are two words: contacted, contracted."""
    if min(len(one), len(other)) < _SHORTEST_SLIP or (_exists(one) and _exists(other)):
        return False
    from rapidfuzz.distance import OSA

    return OSA.distance(one, other) == 1


def _exists(word: str) -> bool:
    if language(word) == "ru":
        from voronka.dsl.lint.naming.russian import exists

        return exists(word)
    return word in _english()


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    from voronka.dsl.lint.naming import english_words as known

    every = known.PARTICIPLES | known.VERBS | known.PHASES | known.ONGOING | known.STATES | known.PERSONS
    return frozenset(_base(word) for word in every)


def _base(word: str) -> str:
    if language(word) == "ru":
        from voronka.dsl.lint.naming.russian import lemma

        return lemma(word)
    return _irregular().get(word) or _ENDINGS.sub("", word)


@lru_cache(maxsize=1)
def _irregular() -> dict[str, str]:
    from voronka.dsl.lint.naming.english_words import IRREGULAR

    return {participle: _ENDINGS.sub("", verb) for verb, participle in IRREGULAR.items() if " " not in verb}


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, str]:
    groups = (group.split() for line in _GROUPS.splitlines() for group in line.split("/"))
    return {_ENDINGS.sub("", word): group[0] for group in groups if group for word in group}


def _canonical(word: str) -> str:
    return _synonyms().get(word, word)
