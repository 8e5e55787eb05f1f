"""What people type: numbers of deals and tasks, names or titles, field=value, moments; every mistake told in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from voronka.cli.app import FINDINGS, App, Failure

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.dsl.definition.model import EventDecl, Pipeline
    from voronka.dsl.definition.types import Title, Type
    from voronka.engine.deal.state import Deal, TaskState
    from voronka.engine.program.build import Program

_NUMBER = re.compile(r"(?:deal|сделка)?\s*[#№]?\s*0*([1-9][0-9]{0,17})", re.IGNORECASE)
_TASK = re.compile(r"(.+?)[./]\s*([1-9][0-9]{0,8})")


def deal_number(app: App, text: str) -> int:
    """``12``, ``#12``, ``№ 12``. Raises Failure."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise app.fail(
            f"“{text}” is no number of a deal; `voronka deal find` looks for one",
            f"«{text}» — не номер сделки; найти её поможет `voronka deal find`",
        )
    return int(found[1])


def named(text: str, known: Mapping[str, Title]) -> str | None:
    """The name that a text means: the name itself, whatever the case, or a title in any language; None if none does."""
    if text in known:
        return text
    wanted = _folded(text)
    matches = {name for name in known if name.casefold() == wanted}
    matches = matches or {
        name for name, title in known.items() if any(_folded(said) == wanted for _, said in title.texts)
    }
    return matches.pop() if len(matches) == 1 else None


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split()).strip("«»“”\"'")


def nearest(app: App, text: str, known: Iterable[str]) -> str:
    """``; did you mean amount?``, or what there is, or nothing."""
    from voronka.dsl.text.suggest import closest

    names = sorted(known)
    close = closest(text, names)
    ru = app.lang == "ru"
    if close:
        return f"; может быть, {close}?" if ru else f"; did you mean {close}?"
    if not names:
        return ""
    listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"; есть: {listed}" if ru else f"; there are: {listed}"


def pipeline(session: Session, text: str) -> Program:
    """A pipeline or record by name or title. Raises Failure."""
    known = {p.name: p.title for p in session.programs.definition.pipelines.values()}
    name = named(text, known)
    if name is None:
        near = nearest(session.app, text, known)
        raise session.app.fail(f"there is no pipeline “{text}”{near}", f"нет воронки «{text}»{near}")
    return session.programs.pipelines[name]


def stage(program: Program, text: str) -> str:
    """A stage's name; a text that means none is returned as it is, for the decision to refuse."""
    return named(text, {s.name: s.title for s in program.pipeline.stages.values()}) or text


def reason(program: Program, text: str) -> str:
    """A reason's name, likewise."""
    return named(text, {r.name: r.title for r in program.pipeline.reasons.values()}) or text


def person(session: Session, text: str) -> str:
    """Somebody by name or title. Raises Failure."""
    people = session.people
    if people.facts(text) is not None:
        return text
    wanted = _folded(text)
    titles = {name: _titles(session, name) for name in people.names}
    matches = [name for name, known in titles.items() if wanted in (name.casefold(), *known)]
    matches = matches or [name for name, known in titles.items() if any(wanted in title.split() for title in known)]
    if len(matches) > 1:
        several = ", ".join(matches)
        raise session.app.fail(f"“{text}” may be {several}", f"«{text}» — это может быть {several}")
    if not matches:
        near = nearest(session.app, text, people.names)
        raise session.app.fail(f"there is nobody called “{text}”{near}", f"нет сотрудника «{text}»{near}")
    return matches[0]


def _titles(session: Session, name: str) -> set[str]:
    """How a person is called, in every language."""
    declared = session.programs.definition.people.get(name)
    texts = [text for _, text in declared.title.texts] if declared is not None else []
    return {_folded(text) for text in (*texts, str((session.people.facts(name) or {}).get("title") or ""))} - {""}


def task(session: Session, text: str, number: str | None) -> tuple[Deal, TaskState]:
    """A task: ``12.3``; ``12``, if one is open there; with ``--deal`` its name, title or number. Raises Failure."""
    app = session.app
    if number is None:
        found = _TASK.fullmatch(text.strip())
        if found is not None:
            deal = session.deal(deal_number(app, found[1]))
            return deal, _of(session, deal, found[2])
        deal = session.deal(deal_number(app, text))
        if len(deal.open_tasks) == 1:
            return deal, deal.open_tasks[0]
        raise _which(session, deal, text)
    deal = session.deal(deal_number(app, number))
    return deal, _of(session, deal, text)


def _of(session: Session, deal: Deal, text: str) -> TaskState:
    if text.isdecimal() and int(text) in deal.tasks:
        return deal.tasks[int(text)]
    program = session.program(deal)
    wanted = _folded(text)
    for tasks in (deal.open_tasks, list(deal.tasks.values())):
        for found in reversed(tasks):
            if wanted in (found.name.casefold(), _folded(session.story.task_title(program, found))):
                return found
            declared = program.tasks_by_path.get(found.path)
            if declared and any(_folded(said) == wanted for _, said in declared.task.title.texts):
                return found
    raise _which(session, deal, text)


def _which(session: Session, deal: Deal, text: str) -> Failure:
    program = session.program(deal)
    listed = "".join(f"\n  {deal.id}.{t.id}  {session.story.task_title(program, t)}" for t in deal.open_tasks)
    if not listed:
        return session.app.fail(f"deal {deal.id} has no open task", f"у сделки {deal.id} нет открытых задач", FINDINGS)
    return session.app.fail(
        f"“{text}” does not say which task; open ones of deal {deal.id}:{listed}",
        f"из «{text}» не понять, какая задача; открытые у сделки {deal.id}:{listed}",
    )


# --- values ----------------------------------------------------------------------------------------------------------


def pairs(app: App, texts: Iterable[str], option: str = "") -> dict[str, str]:
    """``k=v`` texts, in order. Raises Failure for one without ``=`` and for a name given twice."""
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        name = name.strip()
        if not sign or not name:
            said = f"{option} {text}".strip()
            raise app.fail(f"{said}: write field=value", f"{said}: нужно поле=значение")
        if name in found:
            raise app.fail(f"{name} is given twice", f"{name} указано дважды")
        found[name] = value
    return found


def fields(session: Session, program: Program, given: Mapping[str, str]) -> dict[str, Any]:
    """Typed values of fields, by name or title; an empty text clears. Raises Failure with all that is wrong."""
    declared = program.pipeline.fields
    types = {name: (field.type, field.title) for name, field in declared.items()}
    return _typed(session, program, given, types)


def payload(session: Session, program: Program, event: EventDecl, given: Mapping[str, str]) -> dict[str, Any]:
    """Typed values of an event's payload and of the fields it is routed by, likewise."""
    declared = program.pipeline.fields
    types = {name: (declared[name].type, declared[name].title) for name in event.by if name in declared}
    types |= {name: (kind, title) for name, kind, title in event.payload}
    return _typed(session, program, given, types)


def _typed(
    session: Session, program: Program, given: Mapping[str, str], types: Mapping[str, tuple[Type, Title]]
) -> dict[str, Any]:
    from voronka.engine.inputs import InputError, parse_value, stored_value

    app = session.app
    titles = {name: title for name, (_, title) in types.items()}
    values: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for text, value in given.items():
        name = named(text, titles)
        if name is None:
            near = nearest(app, text, types)
            wrong.append((f"there is no field “{text}”{near}", f"нет поля «{text}»{near}"))
            continue
        kind = types[name][0]
        try:
            parsed = parse_value(kind, value, language=app.lang, calendar=program.calendar, now=session.now)
        except InputError as error:
            wrong.append((f"{name}: {error.message('en')}", f"{name}: {error.message('ru')}"))
            continue
        values[name] = stored_value(kind, parsed)
    if wrong:
        raise app.fail("\n  ".join(en for en, _ in wrong), "\n  ".join(ru for _, ru in wrong))
    return values


def moment(session: Session, program: Program, text: str, option: str) -> int:
    """A deadline: a date with a time; a date, lasting until work ends; a length of time from now. Raises Failure."""
    from voronka.dsl.definition.types import DATE, DATETIME, DURATION
    from voronka.engine.inputs import InputError, parse_value

    calendar, lang = program.calendar, session.app.lang
    first: InputError | None = None
    for kind in (DATETIME, DATE, DURATION):
        said = text.strip().removeprefix("+") if kind is DURATION else text
        try:
            value: Any = parse_value(kind, said, language=lang, calendar=calendar, now=session.now)
        except InputError as error:
            first = first or error
            continue
        if value is None:
            break
        if kind is DATE:
            return int(calendar.close_of(value))
        return int(value) if kind is DATETIME else int(calendar.add(session.now, value))
    en = first.message("en") if first else "no time is given"
    ru = first.message("ru") if first else "не указано время"
    raise session.app.fail(f"{option}: {en}", f"{option}: {ru}")


def any_pipeline(session: Session) -> Pipeline:
    """Some pipeline, for what belongs to none: dates of people are told in its zone."""
    return next(iter(session.programs.definition.pipelines.values()))
