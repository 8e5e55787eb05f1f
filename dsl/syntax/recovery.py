"""What to do about a token that does not fit: say why, and go on as if it did.

A repair leaves out some tokens of the line, or puts one in, or both, so that the text after it fits again; the cheapest
wins. Where none helps, the sentence is given up and the next one is looked for. Braces are never touched here: they
match, or ``braces`` has made them match.
"""

from __future__ import annotations

from voronka.dsl.syntax.braces import missing, unclosed, unopened
from voronka.dsl.syntax.expected import (
    Accepted,
    accepted,
    context,
    expected,
    keyword,
    starters,
)
from voronka.dsl.syntax.explain import (
    NOTHING,
    Repair,
    asks,
    begins,
    explain,
    found,
    misspelt,
    quoted,
    replace,
    report,
    word_at,
)
from voronka.dsl.syntax.keywords import BY_MEANING, CURRENCY_WORDS, NEVER_NAMES, UNITS
from voronka.dsl.syntax.lexer import words
from voronka.dsl.syntax.machine import Machine
from voronka.dsl.syntax.nodes import NumberLit
from voronka.dsl.text.codes import syntax as codes
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Edit, Fix, Label
from voronka.dsl.text.span import Span
from voronka.dsl.text.suggest import closest

_LOOK = 5  # tokens that must fit after a good repair
_LEAST = 3  # and after a poor one
_SURE = 2  # and after a word that is surely misspelt
_SKIP = 14  # tokens a repair may leave out
_LISTED = 20  # tokens behind a comma at the end of a line, where the next sentence may have been taken for its list
_TRIES = 400  # words to look at for the next sentence


def recover(m: Machine) -> None:
    """Report the token that the machine stands on, and change tokens and stacks so that it can go on."""
    if (
        _torn_text(m)
        or _equals(m)
        or _brace(m)
        or _unclosed(m)
        or _soft(m)
        or _misspelt_before(m)
        or _never_name(m)
        or _split_number(m)
    ):
        return
    repair = _search(m)
    explain(m, repair, accepted(m.states))
    if repair is None:
        _panic(m)
    else:
        _apply(m, repair)


# What is surely meant


def _torn_text(m: Machine) -> bool:
    """`"A / "B"`: a quote that is missing turns the quotes of its line about. That it is missing is told already."""
    tokens, at = m.tokens, m.at
    if not at or tokens.kinds[at - 1] != "STRING" or tokens.ends[at - 1] != tokens.starts[at]:
        return False
    end = m.source.text.find("\n", tokens.starts[at])
    last = at
    while tokens.kinds[last] != "$END" and (end < 0 or tokens.starts[last] < end):
        last += 1
    torn = (i for i in range(at, last) if tokens.kinds[i] == "STRING" and tokens.starts[i] in tokens.meant)
    if not any(tokens.ends[i] - tokens.starts[i] == 1 or m.source.text[tokens.ends[i] - 1] != '"' for i in torn):
        return False
    tokens.remove(at, last - at)
    return True


def _equals(m: Machine) -> bool:
    """`source = site` in a condition."""
    tokens, at = m.tokens, m.at
    if tokens.kinds[at] != "EQUAL" or not m.tables.accepts(m.states, "_ASKS"):
        return False
    span = Span(m.source, tokens.starts[at], tokens.ends[at])
    report(m, codes.FOREIGN_OPERATOR, span, fix=replace(span, "is"), found="=", instead="is")
    tokens.kinds[at] = "_ASKS"
    return True


# Finding a repair


def _search(m: Machine) -> Repair | None:
    tokens = m.tokens
    fits = accepted(m.states)
    inserts = [
        (cost, name)
        for name in sorted(fits.all - starters(context(m.states)))
        if (cost := _insert_cost(name, name in fits.direct)) is not None
    ]
    best: Repair | None = None
    poor: Repair | None = None

    def offer(repair: Repair, states: list[int]) -> None:
        nonlocal best, poor
        if best is not None and best.cost <= repair.cost:
            return
        count = m.ahead(states, m.at + repair.skip, _LOOK)
        if count >= _LOOK:
            best = repair
        elif count >= _LEAST and (poor is None or repair.cost < poor.cost):
            poor = repair

    meant = _meant(m, fits)
    if meant is not None:
        repair = Repair(0.2, 1, *meant)
        if m.ahead(_inserted(m, meant[0]), m.at + 1, _SURE) >= _SURE:
            return repair
    if tokens.kinds[m.at] == "STRING" and "ELSE" in fits.all and m.ahead(_inserted(m, "ELSE"), m.at, _LOOK) >= _LOOK:
        return Repair(0.9, 0, "ELSE")  # rather than leave the text out and divide by its translation
    line = m.source.position(tokens.starts[m.at])[0]
    for skip in range(_SKIP):
        at = m.at + skip
        if best is not None and best.cost <= skip:
            break
        if skip:
            offer(Repair(float(skip), skip, None), m.states)
        for cost, name in inserts:
            if best is None or skip + cost < best.cost:
                offer(Repair(skip + cost, skip, name), _inserted(m, name))
        if tokens.kinds[at] in ("LBRACE", "RBRACE", "$END") or m.source.position(tokens.starts[at])[0] != line:
            break
    if best is not None and poor is not None and best.cost > poor.cost + 6:
        return poor  # a second mistake follows soon: rather meet it than leave out so much
    return best or poor


def _inserted(m: Machine, name: str) -> list[int]:
    states = m.states.copy()
    m.tables.shift(states, name)
    return states


def _insert_cost(name: str, direct: bool) -> float | None:
    """What it costs to put a terminal in; None: it is never put in."""
    if name == "COMMA":
        return 0.9
    if name == "RPAR":
        return 0.95
    if name in ("NAME", "STRING", "NUMBER", "DATE", "TIME", "UNIT", "CURRENCY_CODE", "STRATEGY"):
        return 1.3 if direct else None
    word = keyword(name)
    if word is not None:
        return None if word == "was" else 1.1 if direct else 1.2
    return 3.0 if name in ("EQUAL", "_ASKS", "PERCENT") else None


def _meant(m: Machine, fits: Accepted) -> tuple[str, str] | None:
    """The terminal and the word that a misspelt word surely stands for."""
    at = m.at
    if m.tokens.kinds[at] not in ("NAME", "WORD"):
        return None
    return _guess(word_at(m, at), fits)


def _guess(word: str, fits: Accepted) -> tuple[str, str] | None:
    known = words()
    fitting = {w: options[0][0] for w, options in known.items() if options[0][0] in fits.all}
    fitting.update({unit: "UNIT" for unit in UNITS if "UNIT" in fits.direct})
    if "CURRENCY_CODE" in fits.direct:
        fitting.update(dict.fromkeys(CURRENCY_WORDS.values(), "CURRENCY_CODE"))
    for guess in (BY_MEANING.get(word.lower()), CURRENCY_WORDS.get(word.lower()), closest(word, fitting)):
        if guess is not None and guess in fitting:
            return fitting[guess], guess
    return None


def _split_number(m: Machine) -> bool:
    """`1 000` and `1,5`: told as one number that is written wrongly."""
    tokens, at = m.tokens, m.at
    if not at or tokens.kinds[at - 1] != "NUMBER":
        return False
    start = tokens.starts[at - 1]
    if tokens.kinds[at] == "NUMBER" and tokens.ends[at] - tokens.starts[at] == 3:
        last, joint = at, "_"
    elif tokens.kinds[at : at + 2] == ["COMMA", "NUMBER"] and tokens.ends[at] == tokens.starts[at + 1]:
        last, joint = at + 1, "."
    else:
        return False
    while joint == "_" and tokens.kinds[last + 1] == "NUMBER" and tokens.ends[last + 1] - tokens.starts[last + 1] == 3:
        last += 1
    span = Span(m.source, start, tokens.ends[last])
    digits = [word_at(m, i) for i in range(at - 1, last + 1) if tokens.kinds[i] == "NUMBER"]
    if not all(some.replace("_", "").isdigit() for some in digits):
        return False  # `1.5,5`, `5x 000`: which number was meant is not sure
    report(m, codes.BAD_NUMBER, span, fix=replace(span, joint.join(digits)), found=span.text)
    if isinstance(m.values[-1], NumberLit):
        m.values[-1] = NumberLit(m.number(joint.join(digits), span), span)  # what is said of it is said of all of it
    tokens.remove(at, last - at + 1)
    return True


# Braces: the only place where they are put in or left out


def _brace(m: Machine) -> bool:
    """A brace too many, or a missing one that a brace too many later on the line betrays."""
    tokens, at = m.tokens, m.at
    kind = tokens.kinds[at]
    span = Span(m.source, tokens.starts[at], tokens.ends[at])
    if kind == "EXTRA":
        report(m, codes.EXTRA_BRACE, span)
        tokens.remove(at)
        return True
    if kind == "LBRACE":
        # One too many: then the closing one that was put in for it goes too.
        for i in range(at + 1, len(tokens.kinds)):
            if tokens.kinds[i] == "RBRACE" and tokens.readings[i]:
                tokens.lost[tokens.readings[i][0][1]] = None
                tokens.remove(i)
                report(m, codes.UNEXPECTED, span, expected=expected(m.states), found=found(m, at), hint=NOTHING)
                tokens.remove(at)
                return True
        return False
    if at and m.tables.accepts(m.states, "LBRACE"):
        line = m.source.position(tokens.starts[at])[0]
        extra = next((i for i in range(at, len(tokens.kinds)) if tokens.kinds[i] == "EXTRA"), None)
        same = extra is not None and m.source.position(tokens.starts[extra])[0] == line
        if extra is not None and same and m.ahead(_inserted(m, "LBRACE"), at, _LEAST) >= _LEAST:
            m.found.add(unopened(m.source, tokens, at - 1, extra))
            tokens.kinds[extra] = "RBRACE"
            tokens.insert(at, "LBRACE", tokens.ends[at - 1])
            return True
    return False


def _unclosed(m: Machine) -> bool:
    """A sentence, or the end, that fits once one or more open blocks are closed, where closing braces are missing."""
    tokens, at = m.tokens, m.at
    lacking = missing(tokens)
    if lacking <= 0 or not (tokens.kinds[at] == "$END" or (tokens.kinds[at] == "WORD" and m.begins_line(at))):
        return False
    ahead = m.states.copy()
    for count in range(1, lacking + 1):
        if not m.tables.shift(ahead, "RBRACE"):
            return False
        if not _goes(m, ahead, at, 2):
            continue
        for brace in _open_blocks(m)[:count]:
            m.found.add(unclosed(m.source, tokens, brace, at))
        for _ in range(count):
            tokens.insert(at, "RBRACE", tokens.ends[at - 1])
        return True
    return False


def _open_blocks(m: Machine) -> list[int]:
    """The braces that are open before the token at hand, the innermost first."""
    opened: list[int] = []
    for i in range(m.at):
        if m.tokens.kinds[i] == "LBRACE":
            opened.append(i)
        elif m.tokens.kinds[i] == "RBRACE" and opened:
            opened.pop()
    return opened[::-1]


# Two mistakes that show only later, at the token after a word that was taken for a name


def _soft(m: Machine) -> bool:
    """`require a, limit 3 days` and `assign due 3 days …`: the word before the error was meant as a keyword."""
    saved, tokens = m.soft, m.tokens
    if saved is None or saved.at >= m.at:
        return False
    listed = saved.at and tokens.kinds[saved.at - 1] == "COMMA" and m.begins_line(saved.at)
    if m.at - saved.at > (_LISTED if listed else 3):
        return False
    needed = m.at - saved.at + 2
    word = word_at(m, saved.at)
    if word == "set" and saved.at and asks(m, saved.at - 1):
        return False
    span = Span(m.source, tokens.starts[saved.at], tokens.ends[saved.at])
    if saved.at and tokens.kinds[saved.at - 1] == "COMMA":
        before = saved.states[:-1]
        if _keyword_goes(m, before, saved.at, needed):
            comma = Span(m.source, tokens.starts[saved.at - 1], tokens.ends[saved.at - 1])
            fix = Fix(Both("remove the comma", "уберите запятую"), (Edit(comma, ""),), safe=True)
            label = Label(span, Both("read as a name", "прочитано как имя"))
            report(m, codes.STRAY_COMMA, comma, labels=(label,), fix=fix, word=word)
            m.go_back(saved, len(before))
            return True
    ahead = saved.states.copy()
    m.tables.shift(ahead, "NAME")
    if _keyword_goes(m, ahead, saved.at, needed):
        end = tokens.ends[saved.at - 1] if saved.at else 0
        hint = Both(f"`{word}` was read as a name", f"`{word}` прочитано как имя")
        previous = quoted(m, saved.at - 1) if saved.at else NOTHING
        report(
            m, codes.MISSING, Span(m.source, end, end), expected=expected(saved.states), previous=previous, hint=hint
        )
        m.go_back(saved, len(saved.states))
        tokens.insert(m.at, "WORD", end)
        tokens.readings[m.at] = (("NAME", 1),)
        return True
    if m.begins_line(saved.at) and begins(m, saved.at):
        # `lose as x` where more must follow, and the next sentence was taken for it.
        height = _height(m, saved.states, saved.at, needed)
        if height is not None:
            end = tokens.ends[saved.at - 1]
            previous = quoted(m, saved.at - 1)
            wanted = expected(saved.states)
            report(m, codes.MISSING, Span(m.source, end, end), expected=wanted, previous=previous, hint=NOTHING)
            m.go_back(saved, height)
            return True
    return False


def _keyword_goes(m: Machine, states: list[int], at: int, needed: int) -> bool:
    name = m.tokens.readings[at][0][0]
    if keyword(name) is None or not m.tables.accepts(states, name):
        return False
    ahead = states.copy()
    m.tables.shift(ahead, name)
    return m.ahead(ahead, at + 1, needed) >= needed - 1


def _misspelt_before(m: Machine) -> bool:
    """`move to x wen a is set`: the name before the error was meant as a keyword."""
    tokens, at = m.tokens, m.at
    if not at or tokens.kinds[at - 1] != "NAME" or m.tables.symbols[m.states[-1]] != "NAME":
        return False
    before, word = m.states[:-1], word_at(m, at - 1)
    fits = accepted(before)
    guess = _guess(word, fits)
    if guess is None:
        return False
    ahead = before.copy()
    m.tables.shift(ahead, guess[0])
    if m.ahead(ahead, at, _LEAST) < _LEAST:
        return False
    span = Span(m.source, tokens.starts[at - 1], tokens.ends[at - 1])
    misspelt(m, span, word, guess[1])
    del m.states[-1], m.values[-1], m.starts[-1]
    m.at = at - 1
    _apply(m, Repair(0.0, 1, *guess))
    return True


def _never_name(m: Machine) -> bool:
    """``field has "…"``: a word that is never a name where a name is wanted."""
    at, tokens = m.at, m.tokens
    if tokens.kinds[at] != "WORD" or word_at(m, at) not in NEVER_NAMES:
        return False
    if m.tables.landing(m.states, "NAME") not in m.tables.declaring:
        return False
    ahead = m.states.copy()
    m.tables.shift(ahead, "NAME")
    if m.ahead(ahead, at + 1, 2) < 2:
        return False
    span = Span(m.source, tokens.starts[at], tokens.ends[at])
    report(m, codes.RESERVED_NAME, span, word=word_at(m, at))
    tokens.kinds[at] = "NAME"
    return True


# Going on


def _apply(m: Machine, repair: Repair) -> None:
    tokens, at = m.tokens, m.at
    if repair.word is not None:
        tokens.kinds[at] = "WORD"
        tokens.readings[at] = ((repair.insert or "", 1),)
        tokens.meant[tokens.starts[at]] = repair.word
        return
    offset = tokens.starts[at]
    _leave_out(m, repair.skip)
    if repair.insert is not None:
        tokens.insert(at, "WORD", offset)
        tokens.readings[at] = ((repair.insert, 1),)


def _leave_out(m: Machine, count: int) -> None:
    """Take tokens out from the one at hand on. A brace too many among them is still told."""
    tokens = m.tokens
    for i in range(m.at, m.at + count):
        if tokens.kinds[i] == "EXTRA":
            report(m, codes.EXTRA_BRACE, Span(m.source, tokens.starts[i], tokens.ends[i]))
    tokens.remove(m.at, count)


def _panic(m: Machine) -> None:
    """Give the sentence up: leave out what stands before the next one, and what is on the stack of this one."""
    tokens = m.tokens
    top, depth, at, tries = len(m.states), 0, m.at, 0
    while True:
        kind = tokens.kinds[at]
        if kind == "WORD":
            tries += 1
            if tries > _TRIES:
                # Whatever this is, it is not the language: the rest is left out.
                span = Span(m.source, tokens.starts[at], tokens.ends[at])
                report(m, codes.NOT_READ, span)
                at = len(tokens.kinds) - 1
                kind = "$END"
        if kind == "$END" or (depth == 0 and kind in ("WORD", "RBRACE")):
            height = _height(m, m.states[:top], at, 2)
            if height is None and kind == "RBRACE":
                # A block that cannot be closed as it is (a robot without a trigger): its sentence goes too.
                top = max(_bottom(m, m.states[:top]), 1)
                at += 1
                continue
            if height is None and kind == "$END":
                height = 1  # nothing fits the end: the file is left empty
            if height is not None:
                del m.states[height:], m.values[height - 1 :], m.starts[height - 1 :]
                _leave_out(m, at - m.at)
                return
        depth += (kind == "LBRACE") - (kind == "RBRACE")
        at += 1


def _height(m: Machine, states: list[int], at: int, least: int) -> int | None:
    """How much of a stack to keep, within the open block, so that the tokens from ``at`` on fit; the most possible.

    A word must fit as the keyword it is: as a name it would go on with the sentence that is given up.
    """
    closed = 0  # never cut inside of a block that is complete
    for height in range(len(states), _bottom(m, states), -1):
        if not closed and _goes(m, states[:height], at, least):
            return height
        symbol = m.tables.symbols[states[height - 1]]
        closed += (symbol == "RBRACE") - (symbol == "LBRACE")
    return None


def _goes(m: Machine, states: list[int], at: int, least: int) -> bool:
    if m.tokens.kinds[at] == "WORD" and (m.resolve(states, at) or ("NAME", 1))[0] == "NAME":
        return False
    return m.ahead(states, at, least) >= least


def _bottom(m: Machine, states: list[int]) -> int:
    """Where the innermost open block begins on a stack."""
    closed = 0
    for i in range(len(states) - 1, -1, -1):
        symbol = m.tables.symbols[states[i]]
        if symbol == "RBRACE":
            closed += 1
        elif symbol == "LBRACE":
            if not closed:
                return i
            closed -= 1
    return 0
