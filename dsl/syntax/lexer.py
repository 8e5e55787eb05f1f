"""Splits a text into tokens, all at once; what a word is, the parser decides.

A keyword is a keyword only where the parser can take it as one, so a token of a word carries its possible readings.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time
from functools import cache
from typing import NamedTuple

from voronka.dsl.syntax.keywords import ASKING, CURRENCY_SIGNS, JOINED, KEYWORDS, NEVER_NAMES, UNITS
from voronka.dsl.syntax.tables import tables
from voronka.dsl.text.codes import syntax as codes
from voronka.dsl.text.codes.base import Both, Code
from voronka.dsl.text.diagnostic import Diagnostic, Diagnostics, Edit, Fix
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

MAX_NESTING = 64
"""How deep braces and parentheses may be nested."""

MAX_ERRORS = 100
"""After so many errors the rest of a file is not read."""

Reading = tuple[str, int]
"""A terminal, and how many tokens it takes."""


class Comment(NamedTuple):
    """A comment from its ``#`` to the end of the line."""

    text: str
    span: Span


class Tokens:
    """Parallel lists, one entry a token, ``$END`` last."""

    def __init__(self) -> None:
        self.kinds: list[str] = []  # the terminal, or "WORD" where readings decide
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.readings: list[tuple[Reading, ...]] = []
        self.meant: dict[int, str] = {}  # by start: what a token that is written wrongly surely means
        self.comments: list[tuple[int, int]] = []
        self.lost: list[Diagnostic | None] = []  # what braces.balance found, unless the parser knew better
        self.stopped = False  # the rest of the text was not read

    def add(self, kind: str, start: int, end: int, readings: tuple[Reading, ...] = ()) -> None:
        """Append a token."""
        self.kinds.append(kind)
        self.starts.append(start)
        self.ends.append(end)
        self.readings.append(readings)

    def insert(self, at: int, kind: str, offset: int) -> None:
        """Put in a token that is not in the text."""
        self.kinds.insert(at, kind)
        self.starts.insert(at, offset)
        self.ends.insert(at, offset)
        self.readings.insert(at, ())

    def remove(self, at: int, count: int = 1) -> None:
        """Take tokens out."""
        for column in (self.kinds, self.starts, self.ends, self.readings):
            del column[at : at + count]


_PUNCTUATION = {
    "{": "LBRACE", "}": "RBRACE", "(": "LPAR", ")": "RPAR", ",": "COMMA", ".": "DOT", "/": "SLASH", "|": "VBAR",
    "=": "EQUAL", "+": "PLUS", "-": "MINUS", "*": "STAR", "%": "PERCENT", "..": "_RANGE",
    "<": "COMPARE", "<=": "COMPARE", ">": "COMPARE", ">=": "COMPARE",
}  # fmt: skip
PUNCTUATION = {kind: text for text, kind in _PUNCTUATION.items() if kind != "COMPARE"}

# The quantifiers are bounded wherever two could take the same characters, so that no input costs more than its length.
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<WORD>[^\W\d]\w*)
  | (?P<STRING>"(?:[^"\\\n]|\\[^\n])*")
  | (?P<FOREIGN>==|!=|<>|&&|\|\||:=|=>|->|;|//[^\n]*|/\*[^\n]*)
  | (?P<PUNCT><=|>=|\.\.|[{}(),./|=+\-*%<>])
  | (?P<DATE>\d{4}-\d\d-\d\d(?![\w-]))
  | (?P<ISO>\d{4}-\d\d-\d\dT[\w:.+]*)
  | (?P<TIME>\d\d:\d\d(?![\w:]))
  | (?P<NUMBER>\d+(?:_\d+)*(?:\.\d+)?(?![\w]|[.:]\d))
  | (?P<ODD>\d\w*(?:[.:]\w+)*)
  | (?P<SIGN>[₽$€£¥₸])
  | (?P<COMMENT>\#[^\n]*)
  | (?P<UNCLOSED>"[^"\n]*?(?=[ \t]{0,9}[{}][ \t{}]{0,20}(?:\#[^\n]*)?(?:\n|\Z))|"[^\n]*)
  | (?P<QUOTED>«[^»\n]*»|“[^”\n]*”|„[^“”\n]*[“”]|'[^'\n]*'|‘[^’\n]*’)
  | (?P<BAD>[^\s\w"\#{}(),./|=+\-*%<>₽$€£¥₸«“„'‘;&!:]+|\S)
  )""",
    re.VERBOSE,
)


_CODE: tuple[Reading, ...] = (("CURRENCY_CODE", 1), ("NAME", 1))
_NAME: tuple[Reading, ...] = (("NAME", 1),)


@cache
def words() -> dict[str, tuple[Reading, ...]]:
    """Every word of the language with its readings, the likelier first."""
    terminals = tables().words
    found: dict[str, list[Reading]] = {word: [(terminals[word], 1)] for word in KEYWORDS}
    for word in ASKING:
        found.setdefault(word, []).append(("_ASKS", 1))
    for word in UNITS:
        found.setdefault(word, []).append(("UNIT", 1))
    return {word: tuple(some) if word in NEVER_NAMES else (*some, *_NAME) for word, some in found.items()}


def lex(source: Source, found: Diagnostics) -> Tokens:
    """The tokens of a source. What is no token is reported and left out, or read as what was surely meant."""
    return _Lexer(source, found).run()


class _Lexer:
    def __init__(self, source: Source, found: Diagnostics) -> None:
        self.source = source
        self.text = source.text
        self.found = found
        self.tokens = Tokens()

    def run(self) -> Tokens:
        text, tokens = self.text, self.tokens
        table = words()
        kinds, starts, ends, readings = tokens.kinds, tokens.starts, tokens.ends, tokens.readings
        depth = 0
        # Without the white space at the end: a run of it that no token follows would be tried from each of its places.
        for match in _TOKEN.finditer(text, 1 if text.startswith("\ufeff") else 0, len(text.rstrip())):
            kind = match.lastgroup
            start, end = match.span(kind)  # type: ignore[arg-type]
            options: tuple[Reading, ...] = ()
            if kind == "WORD":
                word = text[start:end]
                known = table.get(word)
                if known is not None:
                    options = known
                elif end - start == 3 and word.isupper() and word.isascii():
                    options = _CODE
                else:
                    kind = "NAME"
            elif kind == "PUNCT":
                char = text[start:end]
                kind = _PUNCTUATION[char]
                if char in "{(":
                    depth += 1
                    if depth > MAX_NESTING:
                        self.report(codes.TOO_DEEP, start, end, limit=MAX_NESTING)
                        tokens.stopped = True
                        break
                elif char in "})":
                    depth -= depth > 0
            elif kind == "SIGN":
                kind = "CURRENCY_CODE"
            elif kind == "COMMENT":
                tokens.comments.append((start, end))
                continue
            elif kind not in ("STRING", "NUMBER", "DATE", "TIME"):
                self.odd(kind or "BAD", start, end)
                if len(self.found) >= MAX_ERRORS:
                    self.report(codes.TOO_MANY, start, end, limit=MAX_ERRORS)
                    tokens.stopped = True
                    break
                continue
            kinds.append(kind or "")
            starts.append(start)
            ends.append(end)
            readings.append(options)
        tokens.add("$END", len(text), len(text))
        self.join()
        return tokens

    def join(self) -> None:
        """Add the readings that look at the next token: joined words, and units that are names before ``=``."""
        tokens, text = self.tokens, self.text
        firsts = {first for first, _ in JOINED}
        longest = max(map(len, firsts))
        for i in range(len(tokens.kinds) - 1):
            if tokens.kinds[i] == "NAME":
                if tokens.ends[i] - tokens.starts[i] > longest or text[tokens.starts[i] : tokens.ends[i]] not in firsts:
                    continue
            elif tokens.kinds[i] != "WORD":
                continue
            word = text[tokens.starts[i] : tokens.ends[i]]
            follower = text[tokens.starts[i + 1] : tokens.ends[i + 1]]
            if word in firsts and (word, follower) in JOINED:
                tokens.kinds[i] = "WORD"
                tokens.readings[i] = ((JOINED[word, follower], 2), *(tokens.readings[i] or _NAME))
            elif follower == "=" and tokens.readings[i][:1] and tokens.readings[i][0][0] in ("UNIT", "CURRENCY_CODE"):
                # `{ price = 5  days = 3 }`: after a number the unit would win, and a unit stands before `=` only in the
                # type of a booking: `hall of halls from begins for 3 hours = …`.
                booked = i > 1 and tokens.kinds[i - 1] == "NUMBER" and self.text.startswith("for", tokens.starts[i - 2])
                tokens.readings[i] = tokens.readings[i] if booked else _NAME

    def report(self, code: Code, start: int, end: int, fix: Fix | None = None, **args: object) -> None:
        self.found.add(Diagnostic(code, Span(self.source, start, end), args, fix=fix))

    def fix(self, start: int, end: int, replacement: str) -> Fix:
        title = Both(f"write `{replacement}`", f"напишите `{replacement}`")
        if not replacement:
            title = Both("remove it", "уберите")
        elif replacement == " ":
            title = Both("put a space", "поставьте пробел")
        return Fix(title, (Edit(Span(self.source, start, end), replacement),), safe=True)

    def odd(self, kind: str, start: int, end: int) -> None:
        text = self.text[start:end]
        add = self.tokens.add
        if kind == "UNCLOSED":
            stripped = text.rstrip()
            end = start + len(stripped)
            self.report(codes.UNCLOSED_TEXT, start, end)
            self.tokens.meant[start] = stripped[1:]
            add("STRING", start, end)
        elif kind == "QUOTED":
            inner = text[1:-1].replace("\\", "\\\\").replace('"', '\\"')
            self.report(codes.WRONG_QUOTES, start, end, self.fix(start, end, f'"{inner}"'), quotes=text[0] + text[-1])
            self.tokens.meant[start] = text[1:-1]
            add("STRING", start, end)
        elif kind == "FOREIGN":
            self.foreign(text, start, end)
        elif kind in ("ODD", "ISO"):
            self.odd_number(text, start, end)
        else:
            self.report(codes.BAD_CHARACTER, start, end, what=_describe(text))

    def foreign(self, text: str, start: int, end: int) -> None:
        add = self.tokens.add
        if text == "||" and self.text[self.text.rfind("\n", 0, start) + 1 : start].lstrip().startswith("|"):
            add("VBAR", start, start + 1)  # two bars of a table
            add("VBAR", start + 1, end)
            return
        if text.startswith("/"):
            self.report(codes.WRONG_COMMENT, start, start + 2, self.fix(start, start + 2, "#"), found=text[:2])
            return
        if text == ";":
            self.report(codes.SEMICOLON, start, end, self.fix(start, end, ""))
            return
        instead = {"==": "is", "!=": "is not", "<>": "is not", "&&": "and", "||": "or", ":=": "="}.get(text)
        if instead is None:
            self.report(codes.BAD_CHARACTER, start, end, what=_describe(text))
            return
        self.report(codes.FOREIGN_OPERATOR, start, end, self.fix(start, end, instead), found=text, instead=instead)
        for word in instead.split():
            add({"is": "_ASKS", "not": "NOT", "and": "AND", "or": "OR", "=": "EQUAL"}[word], start, end)

    def odd_number(self, text: str, start: int, end: int) -> None:
        add = self.tokens.add
        if match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
            day, month, year = (int(part) for part in match.groups())
            proper = f"{year:04}-{month:02}-{day:02}"
            if safe_date(year, month, day):  # else that is told when the date is read
                self.report(codes.DATE_FORMAT, start, end, self.fix(start, end, proper), found=text, proper=proper)
            self.tokens.meant[start] = proper
            add("DATE", start, end)
        elif match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)?.*", text):
            proper = f"{text[:10]} {match[4] or '00:00'}"
            self.report(codes.DATE_FORMAT, start, end, self.fix(start, end, proper), found=text, proper=proper)
            self.tokens.meant[start + 10] = proper[11:]
            add("DATE", start, start + 10)
            add("TIME", start + 10, end)
        elif match := re.fullmatch(r"(\d{1,2}):(\d{1,2})(:\d{1,2})?", text):
            proper = f"{int(match[1]):02}:{int(match[2]):02}"
            self.report(codes.TIME_FORMAT, start, end, self.fix(start, end, proper), found=text, proper=proper)
            self.tokens.meant[start] = proper
            add("TIME", start, end)
        elif (match := re.fullmatch(r"(\d+(?:_\d+)*(?:\.\d+)?)([^\W\d]\w*)", text)) and match[2] in words():
            split = start + len(match[1])
            self.report(codes.GLUED_NUMBER, start, end, self.fix(split, split, " "), number=match[1], word=match[2])
            add("NUMBER", start, split)
            add("WORD", split, end, words()[match[2]])
        else:
            self.report(codes.BAD_NUMBER, start, end, found=text if len(text) <= 40 else text[:40] + "…")
            self.tokens.meant[start] = "0"
            add("NUMBER", start, end)


def safe_date(year: int, month: int, day: int) -> date | None:
    """The date, or None if there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def safe_time(text: str) -> time | None:
    """The time of ``HH:MM``, or None if there is none."""
    try:
        return time(int(text[:2]), int(text[3:5]))
    except ValueError:
        return None


def sign_or_code(text: str) -> str:
    """The ISO code of a currency written as a sign or a code."""
    return CURRENCY_SIGNS.get(text, text)


def _describe(text: str) -> Both:
    char = text[0]
    name = unicodedata.name(char, "")
    if len(text) == 1 and (not char.isprintable() or unicodedata.category(char) in ("Cf", "Cc", "Mn")):
        code = f"U+{ord(char):04X}" + (f" {name}" if name else "")
        return Both(f"an invisible character ({code})", f"невидимый знак ({code})")
    shown = text if len(text) <= 12 else text[:12] + "…"
    return Both(f"`{shown}`", f"`{shown}`")
