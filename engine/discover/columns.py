"""Which column of a table is the case, which the activity, which the time: by name and by shape, said aloud."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from voronka.dsl.text.codes.base import Both
from voronka.engine.discover.stamps import called, forms_of

CASE, ACTIVITY, TIME, RESOURCE = "case", "activity", "time", "resource"
_EXACT = {
    CASE: "case caseid casekey dealid deal leadid lead ticketid ticket orderid order traceid trace caseconceptname "
    "opportunityid opportunity incidentid сделка idсделки номерсделки лид idлида заявка номерзаявки обращение кейс",
    ACTIVITY: "activity activityid activityname conceptname event eventname stage stagename status step action "
    "activityinstance newstage tostage этап стадия статус событие активность действие шаг операция",
    TIME: "timestamp timetimestamp time datetime date completetimestamp completetime endtime when at occurredat "
    "eventtime createdat changedat дата время датаивремя датасобытия когда",
    RESOURCE: "resource orgresource user agent manager assignee employee actor performer sdr salesrep "
    "ответственный менеджер исполнитель сотрудник пользователь",
}
_WORDS = {
    CASE: re.compile(r"(case|deal|lead|ticket|order|trace|сделк|лид|заявк|mql|opportunit).*(id|no|number|номер)|_id$"),
    ACTIVITY: re.compile(r"activ|stage|status|этап|стади|статус"),
    TIME: re.compile(r"time|date|дата|время|_at$"),
    RESOURCE: re.compile(r"resource|assignee|менеджер|исполнит"),
}
_NAMED = {
    CASE: ("case", "случай"),
    ACTIVITY: ("activity", "действие"),
    TIME: ("time", "время"),
    RESOURCE: ("resource", "исполнитель"),
}
_SURE = Both("by its name and what is in it", "по названию и содержимому")
_LIKELY = Both("a guess from what is in it", "догадка по содержимому")
_GIVEN = Both("as given", "как указано")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a sample of a column looks like. ``forms``: the forms of time that its texts have."""

    name: str
    filled: int
    distinct: int
    forms: tuple[str, ...]
    numeric: bool


@dataclass(frozen=True, slots=True)
class Roles:
    """Columns by their places; -1 where there is none. ``wide``: a row is a case, each of ``times`` an activity."""

    case: int
    activity: int
    times: tuple[tuple[int, str], ...]  # (place, form)
    resource: int
    wide: bool
    notes: tuple[Both, ...]


class Unclear(Exception):
    """The columns cannot be told apart; the argument says what to do."""

    def __init__(self, said: Both) -> None:
        self.said = said
        super().__init__(said.en)


def shapes(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Shape]:
    """Every column as the sample shows it."""
    found = []
    for place, name in enumerate(header):
        texts = [row[place].strip() for row in rows if row[place].strip()]
        numeric = bool(texts) and all(re.fullmatch(r"-?\d+(?:[.,]\d+)?", text) for text in texts)
        # a name that says so is believed, even where many of its texts are bad
        forms = tuple(forms_of(texts, 0.5 if _rank(TIME, name) > 1 else 0.9))
        found.append(Shape(name, len(texts), len(set(texts)), forms, numeric))
    return found


def plain(name: str) -> str:
    """A column's name as it is compared: letters and digits alone, small."""
    return re.sub(r"[\W_]+", "", name.casefold().replace("ё", "е"))


def roles(header: Sequence[str], rows: Sequence[Sequence[str]], given: dict[str, str]) -> Roles:
    """Find the roles of columns; ``given`` names some of them. Raises Unclear."""
    known = shapes(header, rows)
    notes: list[Both] = []
    places = {role: _place(header, role, name) for role, name in given.items() if name}
    for role, place in places.items():
        notes.append(_note(role, header[place], _GIVEN))
    taken = set(places.values())

    def choose(role: str, fits: list[int], required: bool) -> int:
        if role in places:
            return places[role]
        ranked = sorted((-_rank(role, known[i].name), i) for i in fits if i not in taken)
        named = [i for rank, i in ranked if rank < 0]
        if named:
            best = named[0]
        elif required and len(ranked) == 1:
            best = ranked[0][1]
        else:
            return -1
        taken.add(best)
        notes.append(_note(role, header[best], _SURE if named else _LIKELY))
        return best

    everything = range(len(header))
    dated = [i for i in everything if known[i].forms]
    time = choose(TIME, [i for i in dated if not known[i].numeric or _rank(TIME, known[i].name)], True)
    rest = [i for i in everything if i != time and known[i].filled]
    undated = [i for i in rest if i not in dated or known[i].numeric]
    case = choose(CASE, undated, False)
    if case < 0:
        # without a name that tells: the one whose values come again, and are many
        several = [i for i in undated if i not in taken and 1 < known[i].distinct < known[i].filled]
        several.sort(key=lambda i: -known[i].distinct)
        if len(several) > 1 or (several and ACTIVITY in places):
            case = several[0]
            taken.add(case)
            notes.append(_note(CASE, header[case], _LIKELY))
    unique = case >= 0 and len(rows) > 1 and known[case].distinct == known[case].filled
    few = [
        i for i in undated if known[i].distinct <= max(30, known[i].filled // 3) or _rank(ACTIVITY, known[i].name) > 1
    ]
    activity = choose(ACTIVITY, few, not unique)
    resource = choose(RESOURCE, undated, False)
    if activity < 0 and case >= 0 and dated and (unique or len(rows) == 1) and TIME not in places:
        times = tuple((i, known[i].forms[0]) for i in dated if i != case and not known[i].numeric)
        if times:
            listed = ", ".join(header[i] for i, _ in times)
            wide = Both(
                f"a row is a case; each date is something that happened: {listed}",
                f"строка — это случай; каждая дата — событие: {listed}",
            )
            kept = [note for note in notes if not note.en.startswith(f"{_NAMED[TIME][0]}:")]
            return Roles(case, -1, times, resource, True, (*kept, wide))
    missing = [role for role, place in ((CASE, case), (ACTIVITY, activity), (TIME, time)) if place < 0]
    if missing:
        raise Unclear(_unclear(missing, header))
    form = known[time].forms[0] if known[time].forms else "iso"
    return Roles(case, activity, ((time, form),), resource, False, (*notes, *_form_notes(known[time], form)))


def _form_notes(shape: Shape, form: str) -> list[Both]:
    notes = [Both(f"times: {called(form).en}", f"форма времени: {called(form).ru}")]
    if {"dmy", "mdy"} <= set(shape.forms) and form in ("dmy", "mdy"):
        notes.append(
            Both(
                "day or month first cannot be told from the sample; day first is assumed (or give --time-format)",
                "по образцу не понять, что первым, день или месяц; принят день (иначе: --time-format)",
            )
        )
    return notes


def _rank(role: str, name: str) -> int:
    bare = plain(name)
    exact = _EXACT[role].split()
    if bare in exact:
        return 1000 - exact.index(bare)
    return 1 if _WORDS[role].search(name.casefold()) else 0


def _place(header: Sequence[str], role: str, name: str) -> int:
    if name in header:
        return header.index(name)
    alike = [i for i, one in enumerate(header) if plain(one) == plain(name)]
    if len(alike) == 1:
        return alike[0]
    listed = ", ".join(header)
    raise Unclear(
        Both(f"--{role}: no column “{name}”; there are: {listed}", f"--{role}: нет столбца «{name}»; есть: {listed}")
    )


def _note(role: str, name: str, how: Both) -> Both:
    en, ru = _NAMED[role]
    return Both(f"{en}: column “{name}” ({how.en})", f"{ru}: столбец «{name}» ({how.ru})")


def _unclear(missing: list[str], header: Sequence[str]) -> Both:
    options = " ".join(f"--{role} …" for role in missing)
    listed = ", ".join(header)
    en = ", ".join(_NAMED[role][0] for role in missing)
    ru = ", ".join(_NAMED[role][1] for role in missing)
    return Both(
        f"which column is the {en}? Say it with {options}; there are: {listed}",
        f"не понять, какой столбец — {ru}; укажите: {options}; есть: {listed}",
    )
