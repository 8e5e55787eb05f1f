"""Net Promoter Score: ratings by class, the score, the causes that clients name (R60, R61, R62).

NPS = share of promoters − share of detractors, in points (Reichheld, F. F., The One Number You Need to Grow, Harvard
Business Review, December 2003). Classes are those that the rating declares: the one with the scale's upper end are
promoters, the one with its lower end detractors, whatever lies between is passive. A scale from 0 to 10 without classes
has the classes of the method: 9–10, 7–8, 0–6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from voronka.dsl.definition.model import Field, Pipeline
from voronka.dsl.definition.types import Type
from voronka.dsl.text.codes.base import Both
from voronka.engine.reports.amounts import field_path
from voronka.engine.reports.scope import NoReport, Scope, Where, about
from voronka.engine.reports.split import arranged, called, column_of, split_of
from voronka.engine.reports.table import PIPELINE, SHARE, Cell, Chart, Column, Report, Table, both, share

PROMOTER, PASSIVE, DETRACTOR = 2, 1, 0
_CLASSES = {
    PROMOTER: Both("Promoters", "Сторонники"),
    PASSIVE: Both("Passives", "Нейтральные"),
    DETRACTOR: Both("Detractors", "Критики"),
}
_SURVEY = Column("survey", Both("Question", "Вопрос"))
_ANSWERS = Column("answers", Both("Answers", "Ответов"), "count")
_SCORE = Column("nps", Both("NPS", "NPS"), "number")
_MEAN = Column("mean", Both("Mean", "Среднее"), "number")
_CLASS = Column("class", Both("Class", "Кто"))
_SCORES = Column("scores", Both("Scores", "Оценки"))
_CAUSE = Column("cause", Both("Cause", "Причина"))


@dataclass(frozen=True, slots=True)
class Survey:
    """A rating of a pipeline, with the field beside it that says why."""

    pipeline: Pipeline
    field: Field
    cause: Field | None

    def class_of(self, score: int) -> int | None:
        """Promoter, passive, detractor; None where the scale has no classes."""
        bounds = bounds_of(self.field.type)
        if bounds is None:
            return None
        below, above = bounds
        return DETRACTOR if score <= below else PROMOTER if score >= above else PASSIVE


def bounds_of(kind: Type) -> tuple[int, int] | None:
    """The highest score of detractors and the lowest one of promoters; None for a scale without classes."""
    low = next((one for one in kind.options if (kind.low if one.low is None else one.low) <= kind.low), None)
    high = next((one for one in kind.options if (kind.high if one.high is None else one.high) >= kind.high), None)
    if low is not None and high is not None and low is not high:
        below = kind.high if low.high is None else low.high
        above = kind.low if high.low is None else high.low
        return below, above
    return (6, 9) if not kind.options and (kind.low, kind.high) == (0, 10) else None


def surveys(scope: Scope) -> list[Survey]:
    """Every rating of the scope's pipelines."""
    found: list[Survey] = []
    for name in scope.pipelines:
        pipeline = scope.program(name).pipeline
        hidden = scope.store.facets.of(name).personal
        ratings = [field for field in pipeline.fields.values() if field.type.kind == "rating"]
        found += [Survey(pipeline, field, _cause(pipeline, field, hidden)) for field in ratings]
    return found


def _cause(pipeline: Pipeline, rating: Field, hidden: frozenset[str]) -> Field | None:
    """The text or choice of the same module that says why: one called ``why``, else the first after the rating."""
    home = rating.name.rpartition(".")[0]
    names = list(pipeline.fields)
    beside = [
        pipeline.fields[name]
        for name in names[names.index(rating.name) + 1 :]
        if name.rpartition(".")[0] == home
        and pipeline.fields[name].type.kind in ("text", "choice")
        and name not in hidden
    ]
    called_so = next((field for field in beside if field.name.rpartition(".")[2] == "why"), None)
    return called_so or (beside[0] if home and beside else None)


def nps(scope: Scope) -> Report:
    """Ratings of the deals in the scope; a period chooses deals that were created in it."""
    known = surveys(scope)
    if not known:
        raise NoReport(
            "no pipeline here asks for a rating: a field of the type rating, such as std.nps adds",
            "ни одна из этих воронок не спрашивает оценку: нужно поле типа rating, какое добавляет std.nps",
        )
    scores: list[tuple[Cell, ...]] = []
    classes: list[tuple[Cell, ...]] = []
    causes: list[tuple[Cell, ...]] = []
    notes: list[Both] = []
    splits: list[Table] = []
    for survey in known:
        counts = _counts(scope, survey)
        pipeline, title = scope.pipeline(survey.pipeline.name), both(survey.field.title, survey.field.name)
        answers = sum(counts.values())
        if not answers:
            continue
        mean = sum(score * n for score, n in counts.items()) / answers
        scores.append((pipeline, title, answers, mean, _net(survey, counts)))
        bounds = bounds_of(survey.field.type)
        if bounds is None:
            notes.append(
                Both(
                    f"“{title.en}” declares no classes of its scale, so it has a mean but no NPS.",
                    f"У «{title.ru}» не объявлены классы шкалы: есть среднее, но нет NPS.",
                )
            )
        else:
            by_class = Counter[int]()
            for score, n in counts.items():
                by_class[_class(survey, score)] += n
            classes += [
                (pipeline, title, name, _range(survey, kind), by_class[kind], share(by_class[kind], answers))
                for kind, name in _CLASSES.items()
            ]
        causes += [(pipeline, title, *row) for row in _causes(scope, survey)]
        if scope.by is not None:
            splits.append(_split(scope, survey, scope.by, len(known) > 1))
    first = (0, 1) if scope.several else (1,) if len(known) > 1 else ()

    def cut(row: tuple[Any, ...], since: int = 2) -> tuple[Any, ...]:
        return (*(row[place] for place in first), *row[since:])

    head = (PIPELINE, _SURVEY)
    tables = (
        Table(
            "scores", Both("Score", "Счёт"), cut((*head, _ANSWERS, _MEAN, _SCORE)), tuple(map(cut, scores)), empty=_NONE
        ),
        Table(
            "classes",
            Both("Classes", "Классы"),
            cut((*head, _CLASS, _SCORES, _ANSWERS, SHARE)),
            tuple(map(cut, classes)),
            chart=Chart("class", ("answers",)),
            empty=_NONE,
        ),
        Table(
            "causes",
            Both("Causes they name", "Причины, которые называют"),
            cut((*head, _CLASS, _CAUSE, _ANSWERS)),
            tuple(map(cut, causes)),
            chart=Chart("cause", ("answers",)),
            empty=Both("nobody has named a cause", "причин никто не назвал"),
        ),
    )
    return Report(
        "nps",
        Both("Net Promoter Score", "Индекс лояльности (NPS)"),
        about(scope, Both("deals created", "сделки, созданные")),
        (*tables, *splits),
        (
            Both(
                "NPS: per cent of promoters minus per cent of detractors, from −100 to 100.",
                "NPS: процент сторонников минус процент критиков, от −100 до 100.",
            ),
            *notes,
        ),
    )


_NONE = Both("nobody has answered yet", "ответов ещё нет")


def _class(survey: Survey, score: int) -> int:
    found = survey.class_of(score)
    return PASSIVE if found is None else found


def _net(survey: Survey, counts: Counter[int]) -> float | None:
    answers = sum(counts.values())
    if bounds_of(survey.field.type) is None or not answers:
        return None
    net = sum({PROMOTER: n, DETRACTOR: -n}.get(_class(survey, score), 0) for score, n in counts.items())
    return 100 * net / answers


def _range(survey: Survey, kind: int) -> str | None:
    bounds = bounds_of(survey.field.type)
    assert bounds is not None
    below, above = bounds
    scale = survey.field.type
    low, high = {DETRACTOR: (scale.low, below), PASSIVE: (below + 1, above - 1), PROMOTER: (above, scale.high)}[kind]
    if low > high:
        return None
    return str(low) if low == high else f"{low}–{high}"


def _where(scope: Scope, survey: Survey) -> Where:
    return Where().of(scope, survey.pipeline.name).period("d.created", scope)


def _counts(scope: Scope, survey: Survey) -> Counter[int]:
    where = _where(scope, survey)
    sql = f"""SELECT score, count(*) FROM (
            SELECT json_extract(x.state, ?) AS score FROM deals d JOIN states x ON x.deal = d.id WHERE {where.sql})
        WHERE score IS NOT NULL GROUP BY 1"""  # noqa: S608  # texts of this room
    return Counter(dict(scope.store.db.execute(sql, [field_path(survey.field.name), *where.values]).fetchall()))


def _causes(scope: Scope, survey: Survey) -> list[tuple[Cell, ...]]:
    """(class, cause, answers), the most frequent first; texts that differ in case and blanks alone are one."""
    if survey.cause is None:
        return []
    where = _where(scope, survey)
    sql = f"""SELECT score, cause, count(*) FROM (
            SELECT json_extract(x.state, ?) AS score, json_extract(x.state, ?) AS cause
            FROM deals d JOIN states x ON x.deal = d.id WHERE {where.sql})
        WHERE score IS NOT NULL AND cause IS NOT NULL GROUP BY 1, 2"""  # noqa: S608  # texts of this room
    paths = [field_path(survey.field.name), field_path(survey.cause.name)]
    rows: Iterable[Any] = scope.store.db.execute(sql, [*paths, *where.values])
    counted: Counter[tuple[int, str]] = Counter()
    written: dict[str, str] = {}
    for score, cause, n in rows:
        text = " ".join(str(cause).split())
        written.setdefault(text.casefold(), text)
        counted[_class(survey, score), text.casefold()] += n
    graded = bounds_of(survey.field.type) is not None
    return [
        (_CLASSES[kind] if graded else None, _said(survey, written[text]), n)
        for (kind, text), n in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[: scope.top]
    ]


def _said(survey: Survey, cause: str) -> str | Both:
    assert survey.cause is not None
    option = survey.cause.type.option(cause)
    return both(option.title, option.name) if option is not None else cause


def _split(scope: Scope, survey: Survey, by: str, named: bool) -> Table:
    name = survey.pipeline.name
    split = split_of(scope, name, by)
    where = _where(scope, survey)
    sql = f"""SELECT value, score, count(*) FROM (
            SELECT {split.sql} AS value, json_extract(x.state, ?) AS score
            FROM deals d JOIN states x ON x.deal = d.id WHERE {where.sql})
        WHERE score IS NOT NULL GROUP BY 1, 2"""  # noqa: S608  # texts of this room
    path = field_path(survey.field.name)
    rows: Iterable[Any] = scope.store.db.execute(sql, [*split.values, path, *where.values])
    found: dict[Any, Counter[int]] = {}
    for value, score, n in rows:
        found.setdefault(value, Counter())[score] += n
    told = arranged(found, split.order, lambda one: sum(one.values()), lambda some: sum(some, Counter()), scope.top)
    title, column = both(survey.field.title, survey.field.name), column_of(scope, by)
    return Table(
        f"{name}_{survey.field.name}_by_{by}" if named else f"by_{by}",
        Both(f"{title.en} ({column.title.en})", f"{title.ru} ({column.title.ru})"),
        (column, _ANSWERS, _SCORE),
        tuple((called(split, value), sum(one.values()), _net(survey, one)) for value, one in told),
    )
