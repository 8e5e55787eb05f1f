"""Completed actions in Russian: «Отправить КП» → «КП отправлено», in the gender and number of what is acted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voronka.dsl.lint.naming import russian_words as known
from voronka.dsl.lint.naming.kinds import words
from voronka.dsl.lint.naming.russian import judge, parses, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from voronka.dsl.lint.naming.russian import Parse


def propose(name: str) -> str:
    """An empty text where no proposal is sure: intransitive verbs, objects behind other words, unknown forms."""
    if any(letter in name for letter in "()/,;:—–"):
        return ""
    if found := known.RESULTS.get(plain(" ".join(words(name)))):
        return found
    said = name.split()
    if "и" in said or "или" in said:
        return ""
    return _from_action(said) or _from_noun(said) or _from_swamp(said)


def _from_action(said: Sequence[str]) -> str:
    """«Подготовить смету» → «Смета подготовлена»; «Взять в работу» → «Взято в работу»."""
    start = 1 if said[0].lower() in known.NEED else 0
    if len(said) <= start:
        return ""
    verb = _verb(said[start].lower())
    if verb is None:
        return ""
    rest = said[start + 1 :]
    if rest and plain(rest[0].lower()) in _BEHIND:
        if plain(said[start].lower()) not in _HANDED:
            return ""
        done = _short(verb, {"neut", "sing"})
        return f"{_capital(done)} {' '.join(rest)}" if done else ""
    phrase = _object(rest, "accs")
    return _together(phrase, verb) if phrase else ""


def _from_noun(said: Sequence[str]) -> str:
    """«Выставление счёта» → «Счёт выставлен»."""
    head = plain(said[0].lower())
    if len(said) < 2 or head not in known.VERBS:
        return ""
    verb = _verb(known.VERBS[head])
    phrase = _object(said[1:], "gent")
    return _together(phrase, verb) if phrase and verb is not None else ""


def _from_swamp(said: Sequence[str]) -> str:
    """«Договор на согласовании» → «Договор отправлен на согласование»: the same moment, said as a deed."""
    if len(said) != 3 or said[1].lower() != "на" or plain(said[2].lower()) not in _SENT_FOR:
        return ""
    gender = _gender(said[0])
    verb = _verb("отправить")
    done = _short(verb, gender) if verb is not None and gender else ""
    return f"{_capital(said[0])} {done} на {_SENT_FOR[plain(said[2].lower())]}" if done else ""


_BEHIND = ("в", "на", "к", "из", "с", "до", "от", "по", "о", "об", "для", "за", "у")
# What may be done with a deal itself, named without an object: «Взять в работу».
_HANDED = ("взять", "вернуть", "направить", "отправить", "перевести", "передать", "принять")
_SENT_FOR = {
    "согласовании": "согласование",
    "рассмотрении": "рассмотрение",
    "подписании": "подписание",
    "подписи": "подпись",
    "проверке": "проверку",
    "утверждении": "утверждение",
}


# --- forms


def _verb(word: str) -> Parse | None:
    """A perfective transitive infinitive, whose short participle says that it is done."""
    for reading in parses(word):
        if all(one in reading.tag for one in ("INFN", "perf", "tran")):
            return reading
    return None


def _short(verb: Parse, grammemes: Iterable[str]) -> str:
    """The short passive participle of a verb: «отправлено»."""
    wanted = {"PRTS", "past", "pssv", *grammemes}
    for form in verb.lexeme:
        if all(one in form.tag for one in wanted):
            return str(form.word)
    return ""


def _object(said: Sequence[str], case: str) -> tuple[str, set[str]] | None:
    """The object in the nominative with its gender and number: ``«предв. чертежи»`` is not sure, ``«смету»`` is.

    Adjectives before the noun change with it; what hangs on it behind stays as it is.
    """
    changed: list[str] = []
    for at, word in enumerate(said):
        low = word.lower()
        if low in known.ABBREVIATIONS:
            return " ".join([*changed, word, *said[at + 1 :]]), {known.ABBREVIATIONS[low], "sing"}
        noun = _first(low, "NOUN", case)
        if noun is not None:
            nominative = noun.inflect({"nomn"})
            if case == "gent" and "anim" in noun.tag:
                return None  # who does it, not to whom: «Проверка администратора»
            if nominative is None or (noun.tag.gender is None and "plur" not in noun.tag):
                return None
            grammemes = {"plur"} if "plur" in noun.tag else {str(noun.tag.gender), "sing"}
            adjectives = _adjectives(changed, grammemes)
            if adjectives is None:
                return None
            return " ".join([*adjectives, _cased(word, nominative.word), *said[at + 1 :]]), grammemes
        if _first(low, "ADJF", case) is None:
            return None
        changed.append(word)
    return None


def _adjectives(said: Sequence[str], grammemes: set[str]) -> list[str] | None:
    found = []
    for word in said:
        reading = _first(word.lower(), "ADJF")
        form = reading.inflect({"nomn", *grammemes}) if reading is not None else None
        if form is None:
            return None
        found.append(_cased(word, form.word))
    return found


def _gender(word: str) -> set[str] | None:
    low = word.lower()
    if low in known.ABBREVIATIONS:
        return {known.ABBREVIATIONS[low], "sing"}
    noun = _first(low, "NOUN", "nomn")
    if noun is None:
        return None
    return {"plur"} if "plur" in noun.tag else {str(noun.tag.gender), "sing"}


def _first(word: str, *grammemes: str) -> Any:
    """The best reading that has all the grammemes."""
    return next((one for one in parses(word) if all(each in one.tag for each in grammemes)), None)


def _together(phrase: tuple[str, set[str]], verb: Parse) -> str:
    text, grammemes = phrase
    done = _short(verb, grammemes)
    return f"{_capital(text)} {done}" if done and judge(f"{text} {done}") else ""


def _cased(like: str, word: str) -> str:
    """As the writer has it: capitals, and е where he writes no ё."""
    if plain(word) == plain(like.lower()):
        return like
    return word.upper() if like.isupper() and len(like) > 1 else word


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
