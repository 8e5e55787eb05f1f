"""What a log calls things and what a pipeline calls them: by name, by the same words, by likeness, each said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from voronka.dsl.definition.model import Pipeline
from voronka.dsl.definition.types import Title
from voronka.dsl.lint.naming.similar import key
from voronka.engine.discover.columns import plain

ALIKE = 88.0  # of 100: rapidfuzz's ratio from which two names are taken for one
_SHORTEST = 5  # letters, before likeness counts
STAGE, REASON = "stage", "reason"


@dataclass(frozen=True, slots=True)
class Target:
    """What an activity is in the pipeline: a stage, or a loss for a reason. ``how``: given name words alike."""

    kind: str
    name: str
    how: str


@dataclass(frozen=True, slots=True)
class Known:
    """Something declared, by all its names."""

    kind: str
    name: str
    texts: tuple[str, ...]


def declared(pipeline: Pipeline) -> list[Known]:
    """Everything that an activity may mean: stages, reasons, by names, former names and titles; `won` and `lost` are
    also called so."""
    found = []
    for one in pipeline.stages.values():
        kind = () if one.kind == "open" else (one.kind,)
        found.append(Known(STAGE, one.name, (*_texts(one.name, one.title, one.was), *kind)))
    found += [Known(REASON, one.name, _texts(one.name, one.title, one.was)) for one in pipeline.reasons.values()]
    return found


def _texts(name: str, title: Title, was: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((name, *was, *(text for _, text in title.texts))))


def match(texts: Sequence[str], known: Sequence[Known]) -> dict[int, Target]:
    """Which of the texts mean what; a text that could mean two things means none."""
    found: dict[int, Target] = {}
    by_name = _unique((plain(text), one) for one in known for text in one.texts)
    by_words = _unique((key(text), one) for one in known for text in one.texts if key(text))
    for number, text in enumerate(texts):
        for how, one in (("name", by_name.get(plain(text))), ("words", by_words.get(key(text)))):
            if one is not None:
                found[number] = Target(one.kind, one.name, how)
                break
        else:
            near = nearest(text, known)
            if near is not None:
                found[number] = Target(near.kind, near.name, "alike")
    return found


def _unique(pairs: Iterable[tuple[object, Known]]) -> Mapping[object, Known]:
    """By key; a stage stands before a reason of the same name, else what several have in common means none of them."""
    found: dict[object, Known | None] = {}
    for word, one in pairs:
        before = found.get(word)
        if word not in found or before is one or (before is not None and before.kind != one.kind):
            found.setdefault(word, one)
        else:
            found[word] = None
    return {word: one for word, one in found.items() if one is not None}


def nearest(text: str, known: Sequence[Known], least: float = ALIKE) -> Known | None:
    """What is called most alike, if it is alike enough and nothing else is as much so."""
    bare = plain(text)
    if len(bare) < _SHORTEST:
        return None
    scored = sorted(
        ((max(fuzz.ratio(bare, plain(said)) for said in one.texts), -n) for n, one in enumerate(known)), reverse=True
    )
    if not scored or scored[0][0] < least or (len(scored) > 1 and scored[1][0] == scored[0][0]):
        return None
    return known[-scored[0][1]]
