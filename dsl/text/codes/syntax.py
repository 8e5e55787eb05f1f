"""V1xx: text that is not a sentence of the language."""

from voronka.dsl.text.codes.base import Code, Severity

UNEXPECTED = Code(
    "V101",
    "unexpected-token",
    Severity.ERROR,
    "unexpected {found}; expected {expected}",
    "неожиданно: {found}; ожидается {expected}",
)
