"""The handbook of a pipeline for those who sell by it, as data in one language: what, who, by when, and what if not.

Nothing in it is a word of the language the pipeline is written in; ``handbook_html`` and ``handbook_markdown`` set it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from voronka.dsl.definition.actions import Action, AddTask, Approval, Outcome, Robot, Task
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.model import Definition, Gate, Pipeline, Reason, Stage, Standing
from voronka.dsl.definition.values import Duration
from voronka.dsl.docs.book import Block, Grid, Handbook, Line, Paragraph, Picture, Points, Section, texts
from voronka.dsl.docs.glossary import glossary
from voronka.dsl.docs.handbook_fields import field_rows
from voronka.dsl.docs.plain import Plain
from voronka.dsl.docs.scheme import badges, scheme, shared_hooks
from voronka.dsl.docs.words import duration, number

LANGUAGES = ("en", "ru")


def language(definition: Definition, name: str) -> str:
    """The pipeline's own: that of its title, else the first of its files."""
    told = [lang for lang, _ in definition.pipelines[name].title.texts] + list(definition.languages)
    return next((lang for lang in told if lang in LANGUAGES), "en")


def handbook(definition: Definition, name: str, lang: str) -> Handbook:
    """The handbook of a pipeline or record. Raises KeyError if there is none of this name."""
    pipeline = definition.pipelines[name]
    words = Plain(definition, pipeline, lang)
    card = pipeline.kind == "record"
    drawn = () if card else _scheme(definition, pipeline, words)
    found = [*drawn, *(() if card else _stages(pipeline, words)), *_chapters(definition, pipeline, words, card)]
    sections = tuple(one for one in found if one.blocks)
    said = f"{name}\n" + "\n".join(text for one in sections for text in texts(one))
    terms = tuple(Line(text, lead) for lead, text in glossary(said, lang))
    if terms and not card:
        sections += (Section("glossary", words.say("Glossary", "Словарь"), (Points("", terms),)),)
    return Handbook(name, words.title(pipeline.title, name), lang, _about(definition, pipeline, words), sections)


_COUNTRIES = {
    "default": ("Monday to Friday", "с понедельника по пятницу"),
    "ru": ("Russia", "РФ"),
    "by": ("Belarus", "Беларусь"),
    "kz": ("Kazakhstan", "Казахстан"),
    "ua": ("Ukraine", "Украина"),
    "us": ("the USA", "США"),
    "de": ("Germany", "Германия"),
    "gb": ("the United Kingdom", "Великобритания"),
}


def _about(definition: Definition, pipeline: Pipeline, words: Plain) -> str:
    calendar = definition.calendars.get(pipeline.calendar)
    country = words.say(*_COUNTRIES.get(pipeline.calendar, (pipeline.calendar, pipeline.calendar)))
    days = words.title(calendar.title, country) if calendar else country
    parts = [words.say(f"time zone {pipeline.timezone}", f"часовой пояс {pipeline.timezone}")]
    if days:
        parts.append(words.say(f"working days: {days}", f"рабочие дни: {days}"))
    if pipeline.currency:
        parts.append(words.say(f"currency {pipeline.currency}", f"валюта {pipeline.currency}"))
    return " · ".join(parts)


# --- the scheme and the stages


_DRAWN = frozenset({"limit", "task", "approval"})


def _scheme(definition: Definition, pipeline: Pipeline, words: Plain) -> Iterator[Section]:
    """Stages, ways between them, and for each its tasks, deadlines and limit: the rest is told stage by stage."""
    whole = scheme(definition, pipeline.name, words.lang, words)
    boxes = tuple(
        replace(box, notes=tuple(note for note in box.notes if note.kind in _DRAWN and not note.under))
        for box in whole.boxes
    )
    picture = Picture(replace(whole, boxes=boxes, notes=(), title=""))
    names = [words.quoted(words.stage(stage.name)) for stage in pipeline.stages.values() if stage.kind == "open"]
    if pipeline.derived:
        text = words.say(
            "Nobody moves a deal here by hand: its stage follows from what is known of it.",
            "Вручную здесь ничего не двигают: этап сделки следует из того, что о ней известно.",
        )
    else:
        goal = words.quoted(words.stage(pipeline.won.name)) if pipeline.won else words.say("the end", "конца")
        way = " → ".join([*names, goal])
        text = words.say(f"The way of a deal: {way}.", f"Путь сделки: {way}.")
    yield Section(
        "scheme",
        words.say("The whole process on one page", "Весь процесс на одной странице"),
        (Paragraph(text), picture),
    )


def _stages(pipeline: Pipeline, words: Plain) -> Iterator[Section]:
    for at, stage in enumerate(pipeline.stages.values(), 1):
        if stage.kind == "lost" and not stage.means:
            continue  # its reasons have a chapter of their own
        yield Section(
            f"stage-{at}",
            f"{at}. {words.stage(stage.name)}",
            tuple(_stage(stage, pipeline, words)),
            stage.kind,
            badges(stage, words),
        )


def _stage(stage: Stage, pipeline: Pipeline, words: Plain) -> Iterator[Block]:
    if stage.means:
        yield Paragraph(stage.means.in_(words.lang), "lead")
    if stage.guide:
        yield Paragraph(stage.guide.in_(words.lang), "tip")
    if stage.when is not None:
        yield Paragraph(words.say("A deal is here while ", "Сделка здесь, пока ") + words.expr(stage.when) + ".")
    if enter := tuple(_enter(stage, words)):
        yield Points(words.say("To come in", "Чтобы войти"), enter, "boxes")
    if lists := tuple(_checklists(stage, words)):
        yield Points(words.say("Checklists", "Чек-листы"), lists)
    if tasks := tuple(task_lines(_own_tasks(stage), pipeline, words)):
        yield Points(words.say("Tasks", "Задачи"), tasks)
    if asked := tuple(_approvals(stage.approvals, words)):
        yield Points(words.say("Approvals", "Согласования"), asked)
    if leave := tuple(_gates(stage.leave, words)):
        yield Points(words.say("To go on", "Чтобы идти дальше"), leave, "boxes")
    if own := tuple(_by_itself(stage, words)):
        yield Points(words.say("What happens by itself", "Что происходит само"), own, "flow")


def _enter(stage: Stage, words: Plain) -> Iterator[Line]:
    plain = [words.quoted(words.field(one.field)) for one in stage.requires if one.when is None]
    if plain:
        one = len(plain) == 1
        yield Line(words.say("filled in: ", "заполнено поле " if one else "заполнены поля ") + ", ".join(plain))
    for asked in stage.requires:
        if asked.when is not None:
            field = words.quoted(words.field(asked.field))
            yield Line(words.say(f"{field} is filled in", f"заполнено поле {field}") + words.when(asked.when))
    yield from _gates(stage.enter, words)


def _gates(gates: tuple[Gate, ...], words: Plain) -> Iterator[Line]:
    for gate in gates:
        why = gate.message.in_(words.lang)
        under = (Line(words.say("otherwise: ", "иначе: ") + words.quoted(why)),) if why else ()
        yield Line(words.expr(gate.when), under=under)


def _checklists(stage: Stage, words: Plain) -> Iterator[Line]:
    for one in stage.checklists:
        points = tuple(Line(words.title(title, name)) for name, title in one.points)
        yield Line("", words.title(one.title, one.name), points)


def _own_tasks(stage: Stage) -> list[Task]:
    """The tasks that a stage declares, in file order; what robots plan is told with the robots."""
    listed = {task.path for task in stage.tasks}
    planned = (one.task for one in stage.entry if isinstance(one, AddTask))
    return [*stage.tasks, *(task for task in planned if task.path not in listed)]


def task_lines(tasks: Iterable[Task], pipeline: Pipeline, words: Plain) -> Iterator[Line]:
    """A task: who, by when, how; what each answer leads to; what happens when it is late."""
    shared = shared_hooks(pipeline, words)
    for task in tasks:
        parts = []
        if who := words.rules(task.assign):
            parts.append(words.say(f"who: {who}", f"кто: {who}"))
        if due := words.due(task.due):
            parts.append(words.say(f"due: {due}", f"срок: {due}"))
        if task.when is not None:
            parts.append(words.say("only if ", "только если ") + words.expr(task.when))
        if needs := _needs(task.requires, task.comment_required, False, words):
            parts.append(needs)
        under = [Line(text.in_(words.lang)) for text in (task.means, task.guide) if text]
        under += _outcomes(task.outcomes, words)
        for hook in task.hooks:
            if (said := hook_text(hook, words)) not in shared:
                under.append(Line(said))
        yield Line(" · ".join(parts), words.title(task.title, task.name), tuple(under))


def _outcomes(outcomes: tuple[Outcome, ...], words: Plain) -> Iterator[Line]:
    for one in outcomes:
        parts = [needs] if (needs := _needs(one.requires, one.comment_required, one.next_required, words)) else []
        parts += [words.action(action) for action in one.actions]
        if one.again:
            moment = words.moment(one.again.moment)
            text = words.say(f"the task comes again {moment}", f"задача вернётся {moment}")
            if one.again.at_most:
                text += words.say(f", at most {one.again.at_most} times", f", не больше {one.again.at_most} раз")
            parts.append(text)
            if one.again.otherwise:
                parts.append(words.say("after that: ", "потом: ") + words.actions(one.again.otherwise))
        lead = words.say("Answer ", "Ответ ") + words.quoted(words.title(one.title, one.name))
        only = words.when(one.when)
        yield Line("; ".join(parts) or words.say("the task is done", "задача выполнена"), lead + only)


def _needs(requires: Iterable[object], comment: bool, following: bool, words: Plain) -> str:
    needs = [words.quoted(words.field(one.field)) + words.when(one.when) for one in requires]  # type: ignore[attr-defined]
    if comment:
        needs.append(words.say("a comment", "комментарий"))
    if following:
        needs.append(words.say("a next task", "следующая задача"))
    return words.say("asks for ", "нужно указать: ") + ", ".join(needs) if needs else ""


def hook_text(robot: Robot, words: Plain) -> str:
    """What happens when, as one sentence without an end."""
    return f"{trigger_text(robot, words)}: {words.actions(robot.actions)}"


def trigger_text(robot: Robot, words: Plain) -> str:
    return words.say(" or ", " или ").join(words.trigger(trigger) for trigger in robot.triggers)


def _approvals(approvals: tuple[Approval, ...], words: Plain) -> Iterator[Line]:
    for one in approvals:
        parts = [words.say("asked when ", "запрашивается, если ") + words.expr(one.when)]
        if who := words.rules(one.assign):
            parts.append(words.say(f"decided by: {who}", f"решает: {who}"))
        if due := words.due(one.due):
            parts.append(words.say(f"due: {due}", f"срок: {due}"))
        if one.covers:
            covered = ", ".join(words.quoted(words.field(name)) for name in one.covers)
            parts.append(words.say(f"void when {covered} changes", f"теряет силу, если меняется {covered}"))
        under = tuple(Line(hook_text(hook, words)) for hook in one.hooks)
        yield Line(" · ".join(parts), words.title(one.title, one.name), under)


def _by_itself(stage: Stage, words: Plain) -> Iterator[Line]:
    listed = {task.path for task in _own_tasks(stage)}
    entry = [one for one in stage.entry if not (isinstance(one, AddTask) and one.task.path in listed)]
    if entry:
        yield _flow(words.say("On coming in", "При входе на этап"), tuple(entry), words)
    yield from robot_lines(stage.robots, words)
    for rule in stage.standing:
        yield Line(_goal(rule, words), _capital(_cause(rule, words)))
    if stage.limit:
        lead = words.say("Longer here than ", "На этапе дольше ") + _longer(stage.limit.length, words)
        yield (
            _flow(lead, stage.limit.actions, words)
            if stage.limit.actions
            else Line(words.say("the deal turns red", "сделка становится красной"), lead)
        )


def _longer(length: Expr, words: Plain) -> str:
    """A length of time as after «дольше»."""
    value = length.value
    return duration(value, words.lang, genitive=True) if isinstance(value, Duration) else words.expr(length)


def robot_lines(robots: Iterable[Robot], words: Plain) -> Iterator[Line]:
    """What sets a robot off, and what it does, each deed in its own line where there are several."""
    for robot in robots:
        title = robot.title.in_(words.lang)
        when = trigger_text(robot, words)
        line = _flow(title or _capital(when), robot.actions, words)
        yield replace(line, text=": ".join(filter(None, (when, line.text)))) if title else line


def _flow(lead: str, actions: tuple[Action, ...], words: Plain) -> Line:
    deeds = [words.action(action) for action in actions]
    return Line(deeds[0], lead) if len(deeds) == 1 else Line("", lead, tuple(Line(deed) for deed in deeds))


def _cause(rule: Standing, words: Plain) -> str:
    moment = words.moment(rule.moment) if rule.moment else ""
    if rule.when is None:
        return moment
    return moment + words.when(rule.when) if moment else words.say("as soon as ", "как только ") + words.expr(rule.when)


def _goal(rule: Standing, words: Plain) -> str:
    if rule.stage:
        return words.say("the deal moves to ", "сделка переходит в ") + words.quoted(words.stage(rule.stage))
    return words.say("the deal is lost: ", "сделка проиграна: ") + words.quoted(words.reason(rule.reason))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- what is not of one stage


def _chapters(definition: Definition, pipeline: Pipeline, words: Plain, card: bool) -> Iterator[Section]:
    say = words.say
    yield Section("losses", say("Why deals are lost", "Почему сделки проигрываются"), tuple(_losses(pipeline, words)))
    yield Section("deadlines", say("All deadlines", "Все сроки"), tuple(_deadlines(pipeline, words)))
    always = say("What goes on in every stage", "Что происходит на любом этапе")
    yield Section(
        "always",
        say("What goes on by itself", "Что происходит само") if card else always,
        tuple(_always(pipeline, words)),
    )
    head = (
        say("Field", "Поле"),
        say("What it holds", "Что в нём"),
        say("Who fills it in, and when", "Кто и когда заполняет"),
    )
    rows = tuple(field_rows(pipeline, words))
    yield Section(
        "fields", say("The card", "Карточка"), ((Grid(head, rows),) if rows else ()) + tuple(_rules(pipeline, words))
    )
    yield Section("people", say("People", "Люди"), tuple(_people(definition, pipeline, words)))


def _losses(pipeline: Pipeline, words: Plain) -> Iterator[Block]:
    if not pipeline.reasons:
        return
    say = words.say
    rows = []
    for reason in pipeline.reasons.values():
        stages = ", ".join(words.quoted(words.stage(name)) for name in reason.from_) or say("any", "любой")
        rows.append((words.title(reason.title, reason.name), stages, _loss_needs(reason, words), _after(reason, words)))
    yield Paragraph(
        say(
            "A deal is lost with one of these reasons, never without.",
            "Сделка закрывается как проигранная только с причиной, с одной из этих.",
        )
    )
    yield Grid(
        (
            say("Reason", "Причина"),
            say("In which stage", "На каком этапе"),
            say("What it asks for", "Что нужно указать"),
            say("What happens then", "Что потом"),
        ),
        tuple(rows),
    )


def _loss_needs(reason: Reason, words: Plain) -> str:
    needs = [words.quoted(words.field(one.field)) + words.when(one.when) for one in reason.requires]
    lost = words.pipeline.lost
    if reason.comment_required or (lost is not None and lost.comment_required):
        needs.append(words.say("a comment", "комментарий"))
    given = words.say("by itself, when ", "сама, если ") + words.expr(reason.when) if reason.when is not None else ""
    return "; ".join(filter(None, (given, ", ".join(needs))))


def _after(reason: Reason, words: Plain) -> str:
    parts = []
    if reason.segment:
        title = words.definition.segments.get(reason.segment) or dict(words.pipeline.segments).get(reason.segment)
        called = words.quoted(words.title(title, reason.segment) if title else reason.segment)
        parts.append(words.say(f"the client joins the segment {called}", f"клиент попадает в сегмент {called}"))
    if reason.actions:
        parts.append(words.actions(reason.actions))
    for back in reason.returns:
        stage = words.quoted(words.stage(back.stage))
        moment = words.moment(back.moment) + words.when(back.when)
        parts.append(words.say(f"{moment} the deal comes back into {stage}", f"{moment} сделка вернётся в {stage}"))
    return "; ".join(parts)


def _deadlines(pipeline: Pipeline, words: Plain) -> Iterator[Block]:
    """One row for every task, approval and stage that has a term, stage by stage."""
    say = words.say
    rows = tuple(_terms(pipeline, words))
    if rows:
        yield Grid((say("Stage", "Этап"), say("What", "Что"), say("By when", "Срок"), say("Who", "Кто")), rows)


def _terms(pipeline: Pipeline, words: Plain) -> Iterator[tuple[str, ...]]:
    say = words.say
    homes: list[tuple[str, Iterable[Task], tuple[Approval, ...]]] = [
        (say("any", "любой"), pipeline.tasks, pipeline.approvals)
    ]
    homes += [(words.stage(one.name), _own_tasks(one), one.approvals) for one in pipeline.stages.values()]
    limits = {words.stage(one.name): one.limit for one in pipeline.stages.values() if one.limit}
    for name, tasks, approvals in homes:
        for task in tasks:
            if task.due:
                yield name, words.title(task.title, task.name), words.due(task.due), words.rules(task.assign)
        for one in approvals:
            if one.due:
                called = say("Approval: ", "Согласование: ") + words.title(one.title, one.name)
                yield name, called, words.due(one.due), words.rules(one.assign)
        if name in limits:
            yield name, say("The stage itself", "Этап целиком"), words.expr(limits[name].length), ""


def _always(pipeline: Pipeline, words: Plain) -> Iterator[Block]:
    say = words.say
    if common := shared_hooks(pipeline, words):
        yield Points(say("With every task", "С каждой задачей"), tuple(Line(text) for text in common), "flow")
    if tasks := tuple(task_lines(pipeline.tasks, pipeline, words)):
        yield Points(say("Tasks", "Задачи"), tasks)
    if asked := tuple(_approvals(pipeline.approvals, words)):
        yield Points(say("Approvals", "Согласования"), asked)
    if robots := tuple(robot_lines(pipeline.robots, words)):
        yield Points(say("By itself", "Само"), robots, "flow")
    if reds := tuple(Line(words.expr(red.when), words.title(red.title, "")) for red in pipeline.reds):
        yield Points(say("What turns a deal red", "Когда сделка становится красной"), reds)
    if events := tuple(_events(pipeline, words)):
        yield Points(say("What comes from outside", "Что приходит извне"), events)


def _events(pipeline: Pipeline, words: Plain) -> Iterator[Line]:
    for event in pipeline.events.values():
        parts = []
        if event.payload:
            parts.append(
                words.say("brings ", "приносит: ")
                + ", ".join(words.quoted(words.title(t, n)) for n, _, t in event.payload)
            )
        if event.by:
            fields = ", ".join(words.quoted(words.field(name)) for name in event.by)
            parts.append(words.say(f"finds its deal by {fields}", f"находит сделку по полю {fields}"))
        if event.create:
            parts.append(words.say("opens a deal if there is none", "если сделки нет, создаёт её"))
        yield Line("; ".join(parts), words.title(event.title, event.name))


def _rules(pipeline: Pipeline, words: Plain) -> Iterator[Block]:
    say = words.say
    lines = list(_gates(pipeline.checks, words))
    for fields, _ in pipeline.uniques:
        names = ", ".join(words.quoted(words.field(name)) for name in fields)
        who = say("cards", "карточек") if pipeline.kind == "record" else say("open deals", "открытых сделок")
        lines.append(Line(say(f"no two {who} have the same {names}", f"нет двух {who}, у которых совпадает {names}")))
    if lines:
        yield Points(say("What must always be true", "Что должно быть верно всегда"), tuple(lines))
    if pipeline.priority is not None:
        name, shares = pipeline.priority
        kind = pipeline.fields[name].type
        told = []
        for option, share in shares:
            found = kind.option(option)
            title = words.title(found.title, option) if found else option
            percent = words.say(f"{number(share * 100, 'en')}%", f"{number(share * 100, 'ru')} %")
            told.append(Line(say(f"{percent} of the effort", f"{percent} усилий"), title))
        yield Points(say("Where the effort goes", "На кого тратим силы"), tuple(told))


def _people(definition: Definition, pipeline: Pipeline, words: Plain) -> Iterator[Block]:
    say = words.say
    rows = []
    for role in pipeline.roles.values():
        chief = pipeline.roles.get(role.reports_to)
        names = [words.title(one.title, one.name) for one in definition.people.values() if one.role == role.name]
        told = words.title(chief.title, chief.name) if chief else role.reports_to
        rows.append((words.title(role.title, role.name), told, ", ".join(names)))
    if rows:
        yield Grid((say("Role", "Роль"), say("Supervisor", "Кому подчиняется"), say("Who", "Кто")), tuple(rows))
    if pipeline.owner:
        who = words.rules(pipeline.owner)
        yield Paragraph(say(f"A new deal belongs to: {who}.", f"Новая сделка достаётся: {who}."))
