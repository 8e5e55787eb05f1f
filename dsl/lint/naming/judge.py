"""What a name says and what it could say instead, in whichever of the two languages it is."""

from __future__ import annotations

from functools import lru_cache

from voronka.dsl.lint.naming.kinds import Kind, language


@lru_cache(maxsize=4096)
def judge(name: str) -> Kind | None:
    """The kind of a name; None for other languages and where the analysis is not sure."""
    match language(name):
        case "ru":
            from voronka.dsl.lint.naming import russian

            return russian.judge(name)
        case "en":
            from voronka.dsl.lint.naming import english

            return english.judge(name)
        case _:
            return None


@lru_cache(maxsize=4096)
def proposal(name: str) -> str:
    """A completed action in place of a name that is none, or an empty text where none is sure.

    What is proposed is judged as well: it must say that something is done.
    """
    match language(name):
        case "ru":
            from voronka.dsl.lint.naming.russian_proposals import propose
        case "en":
            from voronka.dsl.lint.naming.english_proposals import propose
        case _:
            return ""
    found = propose(name.strip())
    return found if found and found != name and judge(found) is Kind.DONE else ""
