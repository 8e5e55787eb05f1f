"""What is fuzzed: each target takes any bytes, and only a bug raises.

Its seeds are what the fuzzer starts from; its words are what the mutator puts together. ``share`` says how many of a
hundred executions it gets, ``time`` how many of a hundred minutes: some take a thousand times longer than others.
``longest`` is how many bytes an input has at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.fuzz import arriving, language, messages


@dataclass(frozen=True, slots=True)
class Target:
    """``run`` raises for a bug and for nothing else."""

    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    words: Callable[[], Iterable[str]]
    share: int
    time: int
    longest: int = 2_000


TARGETS: dict[str, Target] = {
    "definition": Target(language.checked_text, language.text_seeds, language.text_words, 5, 18, 800),
    "sentence": Target(language.sentence, language.sentence_seeds, language.sentence_words, 1, 14, 400),
    "format": Target(language.formatted_text, language.text_seeds, language.text_words, 6, 12, 800),
    "expression": Target(language.expression, language.expression_seeds, language.expression_words, 2, 14, 150),
    "template": Target(messages.template, messages.template_seeds, messages.template_words, 8, 12, 500),
    "word": Target(messages.word_document, messages.word_seeds, messages.word_words, 3, 2, 60_000),
    "value": Target(arriving.given_value, arriving.value_seeds, arriving.value_words, 40, 4, 200),
    "table": Target(arriving.import_table, arriving.table_seeds, arriving.table_words, 10, 6),
    "mapping": Target(arriving.event_mapping, arriving.event_mapping_seeds, arriving.event_mapping_words, 16, 5),
    "webhook": Target(arriving.webhook, arriving.webhook_seeds, arriving.webhook_words, 5, 5),
    "socket": Target(arriving.socket_line, arriving.socket_seeds, arriving.socket_words, 4, 8),
}
