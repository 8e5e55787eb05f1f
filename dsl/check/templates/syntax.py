"""Reading a template with Jinja2's own parser, every node knowing its offset.

Jinja2's nodes know their line only. Here the line numbers that its lexer hands out carry the offset along, so that
nodes and syntax errors alike say where they are. Nothing is compiled and nothing runs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from voronka.dsl.check.templates.limits import MAX_DIGITS, MAX_TEXT, MAX_WORD
from voronka.dsl.text.codes import templates as codes
from voronka.dsl.text.codes.base import Both, Code

if TYPE_CHECKING:
    from jinja2 import nodes


_TOKEN = re.compile(r"""\w+|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\S?""")


class Problem(NamedTuple):
    """A finding inside one part: where (offset and length in its text) and what."""

    code: Code
    at: int
    length: int
    args: dict[str, object]


class Refused(Exception):
    """The text is no template. ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.code.message(problem.args))


class At(int):
    """A line number that knows its offset in the text."""

    offset: int


def offset_of(line: int) -> int:
    """The offset that a node's ``lineno`` carries."""
    return getattr(line, "offset", 0)


class Text:
    """A part's text as Jinja2 reads it (line ends are LF), and the way back to offsets in the original."""

    def __init__(self, original: str) -> None:
        self.original = original
        # A lone CR is a line end for Jinja2; replaced one for one it moves nothing.
        self.text = original.replace("\r\n", "\n").replace("\r", "\n")
        self._gone = [found.start() - n for n, found in enumerate(re.finditer("\r\n", original))]

    def back(self, offset: int) -> int:
        """The original offset of one in ``text``."""
        return offset + bisect_right(self._gone, offset - 1)

    def token(self, offset: int) -> int:
        """Length of the word or the quoted text, or else of the single sign, that stands there."""
        found = _TOKEN.match(self.text, offset)
        return len(found.group()) if found else 0


class Reading(NamedTuple):
    """A text and its tree, or why it has none."""

    text: Text
    tree: nodes.Template | None
    refused: Problem | None


@lru_cache(maxsize=512)  # a text is read when it is checked, when it is compiled, and when the next edit is
def read(original: str, most: int = MAX_TEXT) -> Reading:
    """Parse a text of at most so many characters; never raises."""
    text = Text(original)
    try:
        return Reading(text, parse(text, most), None)
    except Refused as refused:
        return Reading(text, None, refused.problem)


def parse(text: Text, most: int = MAX_TEXT) -> nodes.Template:
    """The tree of a template's text. Raises Refused for what Jinja2 does not read and for what is too large."""
    if len(text.text) > most:
        raise Refused(_too_large(Both(f"more than {most} characters", f"больше {most} знаков")))
    from jinja2 import TemplateSyntaxError

    parser = _positioned()()
    try:
        tree: nodes.Template = parser.parse(text.text)
        return tree
    except TemplateSyntaxError as error:
        at = getattr(error.lineno, "offset", parser.seen)
        raise Refused(Problem(codes.SYNTAX, at, text.token(at), {"what": _translated(error.message or "")})) from None
    except RecursionError:
        raise Refused(_too_large(Both("nested too deep", "слишком глубокая вложенность"))) from None


def _too_large(what: Both) -> Problem:
    return Problem(codes.TOO_LARGE, 0, 0, {"what": what})


@cache
def _positioned() -> Any:
    """The class of the parsing environment. Jinja2 is imported here and not before: it takes its time."""
    from jinja2 import Environment, TemplateSyntaxError
    from jinja2.lexer import TokenStream

    class Positioned(Environment):
        """Hands out line numbers with offsets; refuses literals that cost more than they say. Serves one parse."""

        def __init__(self) -> None:
            super().__init__(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
            self.seen = 0  # end of the last token: where it went wrong if the lexer gives up

        def _tokenize(
            self, source: str, name: str | None, filename: str | None = None, state: str | None = None
        ) -> TokenStream:
            return TokenStream(self.lexer.wrap(self.positions(source), name, filename), name, filename)

        def positions(self, source: str) -> Iterator[tuple[int, str, str]]:
            for line, token, value in self.lexer.tokeniter(source, None):
                # What lies between two tokens is white space that Jinja2 has stripped.
                start = source.find(value, self.seen)
                at = At(line)
                at.offset = start
                if why := _bad_literal(token, value):
                    raise TemplateSyntaxError(why, at)
                self.seen = start + len(value)
                yield at, token, value

    return Positioned


def _bad_literal(token: str, value: str) -> str:
    if token == "string":
        if len(value) > MAX_WORD:
            return f"a text in quotes longer than {MAX_WORD} characters"
        if re.search(r"\\(?:\\\\)*[^\\\\\"'nt]", value.replace("\\\\", "")):
            return "unknown escape; there are \\\\, \\\", \\', \\n and \\t"
    if token in ("integer", "float") and (len(value) > MAX_DIGITS or not re.fullmatch(r"[\d_]+(\.\d+)?", value)):
        return f"a number is at most {MAX_DIGITS} plain digits"
    return ""


_RUSSIAN = (
    (r"expected token '(.*)', got '(.*)'", r"ожидалось «\1», а стоит «\2»"),
    (r"unexpected char (.*) at \d+", r"неожиданный знак \1"),
    (r"unexpected '(.*)', expected '(.*)'", r"неожиданно «\1», ожидалось «\2»"),
    (r"unexpected '(.*)'", r"неожиданно «\1»"),
    (r"Encountered unknown tag '(.*?)'.*innermost block.*'(.*)'.*", r"тега «\1» нет или он не здесь: не закрыт «\2»"),
    (r"Encountered unknown tag '(.*?)'.*", r"тега «\1» нет"),
    (r"Unexpected end of template.*innermost block.*'(.*)'.*", r"текст кончился, а «\1» не закрыт"),
    (r"unexpected end of template.*", r"текст кончился раньше времени"),
    (r"Expected an expression, got '(.*)'", r"здесь нужно выражение, а стоит «\1»"),
    (r"Missing end of comment tag", r"комментарий не закрыт"),
    (r"Missing end of raw directive", r"«raw» не закрыт"),
    (r"tag name expected", r"ожидалось имя тега"),
    (r"a text in quotes longer than (\d+) characters", r"текст в кавычках длиннее \1 знаков"),
    (r"unknown escape; there are (.*) and (.*)", r"такой замены нет; есть \1 и \2"),
    (r"a number is at most (\d+) plain digits", r"число — не больше \1 простых цифр"),
)


def _translated(message: str) -> Both:
    for pattern, russian in _RUSSIAN:
        if found := re.fullmatch(pattern, message, re.DOTALL | re.IGNORECASE):
            return Both(message, found.expand(russian))
    return Both(message, message)
