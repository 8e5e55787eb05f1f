"""The one table of the language's words: keywords, units, joined words, reserved names.

The grammar is checked against it when the tables are built; completion, hover and highlighting are made from it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What a keyword does: open a sentence, join its parts, or stand in an expression."""

    TOP = "top"
    DECLARATION = "declaration"
    STAGE = "stage"
    TASK = "task"
    ACTION = "action"
    SCENARIO = "scenario"
    JOINT = "joint"
    OPERATOR = "operator"


class Keyword(NamedTuple):
    """A word of the language with a line about it in both languages."""

    word: str
    role: Role
    en: str
    ru: str


_T, _D, _S, _K = Role.TOP, Role.DECLARATION, Role.STAGE, Role.TASK
_A, _C, _J, _O = Role.ACTION, Role.SCENARIO, Role.JOINT, Role.OPERATOR

_TABLE: tuple[Keyword, ...] = (
    Keyword("use", _T, "brings in a module or another file", "подключает модуль или другой файл"),
    Keyword("language", _T, "the languages of titles, in order", "языки названий по порядку"),
    Keyword("pipeline", _T, "a sales process with stages", "воронка: процесс с этапами"),
    Keyword("module", _T, "a reusable part with parameters", "переиспользуемая часть с параметрами"),
    Keyword("record", _T, "a card without stages, such as a client", "карточка без этапов, например клиент"),
    Keyword("resource", _T, "things that are booked by time", "то, что бронируют на время"),
    Keyword("segment", _T, "a marketing segment", "маркетинговый сегмент"),
    Keyword("calendar", _T, "working days and hours", "рабочие дни и часы"),
    Keyword("team", _T, "a group of people", "группа людей"),
    Keyword("scenario", _T, "a test on a virtual clock", "проверка на виртуальных часах"),
    Keyword("param", _D, "a parameter of a module", "параметр модуля"),
    Keyword("based", _D, "the country a calendar starts from", "страна, от которой идёт календарь"),
    Keyword("hours", _D, "working hours of a calendar", "рабочие часы календаря"),
    Keyword("off", _D, "days that are not worked", "нерабочие дни"),
    Keyword("working", _D, "days that are worked after all", "дни, в которые всё-таки работают"),
    Keyword("person", _D, "a member of a team", "человек в команде"),
    Keyword("timezone", _D, "the pipeline's time zone", "часовой пояс воронки"),
    Keyword("currency", _D, "the pipeline's currency", "валюта воронки"),
    Keyword("role", _D, "a role people have in the pipeline", "роль людей в воронке"),
    Keyword("owner", _D, "who owns the deal", "кто ведёт сделку"),
    Keyword("field", _D, "a value every deal has", "поле сделки"),
    Keyword("event", _D, "something that happens outside", "событие извне"),
    Keyword("unique", _D, "fields no two open deals share", "поля, которые не повторяются у открытых сделок"),
    Keyword("check", _D, "a condition every write must keep", "условие, которое держится при любой записи"),
    Keyword("red", _D, "a warning badge on the deal", "красная метка на сделке"),
    Keyword("priority", _D, "how effort is shared out", "как распределяются усилия"),
    Keyword("every", _D, "a repeated moment, or defaults for all", "повторяющийся момент или общее для всех"),
    Keyword("retire", _D, "takes something out of use", "выводит из употребления"),
    Keyword("robot", _D, "actions taken at a moment", "действия по времени или событию"),
    Keyword("include", _D, "puts a module in here", "вставляет модуль"),
    Keyword("approval", _D, "someone's consent that a deal needs", "согласование, без которого не пройти"),
    Keyword("stage", _D, "a step of the pipeline", "этап воронки"),
    Keyword("won", _D, "the stage of success", "этап успеха"),
    Keyword("lost", _D, "the stage of failure, with its reasons", "этап отказа с причинами"),
    Keyword("means", _S, "what the stage or task means", "что значит этап или задача"),
    Keyword("guide", _S, "how to work here", "подсказка, как здесь работать"),
    Keyword("type", _S, "the standard type of a stage", "стандартный тип этапа"),
    Keyword("probability", _S, "how probable the win is", "вероятность успеха"),
    Keyword("limit", _S, "how long a deal may stay", "сколько сделка может здесь быть"),
    Keyword("require", _S, "fields that must be filled", "поля, которые нужно заполнить"),
    Keyword("enter", _S, "a condition for coming in", "условие входа"),
    Keyword("leave", _S, "a condition for going on", "условие выхода"),
    Keyword("checklist", _S, "questions to answer", "вопросы, на которые нужно ответить"),
    Keyword("retiring", _S, "nobody comes in any more", "сюда больше не входят"),
    Keyword("reason", _S, "a reason for losing", "причина отказа"),
    Keyword("comment", _S, "asks for a comment", "требует комментария"),
    Keyword("return", _S, "brings a lost deal back", "возвращает потерянную сделку"),
    Keyword("task", _K, "something a person does by a deadline", "дело человека со сроком"),
    Keyword("assign", _K, "who does the task", "кто выполняет"),
    Keyword("due", _K, "when it is to be done", "к какому сроку"),
    Keyword("with", _K, "whom the task is with; which items", "с кем задача; какие из них"),
    Keyword("outcome", _K, "how a task may end", "чем задача может кончиться"),
    Keyword("again", _K, "the task comes back", "задача повторяется"),
    Keyword("next", _K, "a next task is required", "нужна следующая задача"),
    Keyword("counts", _K, "counts as a contact with the client", "считается контактом с клиентом"),
    Keyword("reschedule", _K, "rules for moving a deadline", "правила переноса срока"),
    Keyword("until", _K, "up to which moment", "до какого момента"),
    Keyword("covers", _K, "fields an approval is about", "поля, которых касается согласование"),
    Keyword("send", _A, "sends to a client by a channel", "отправляет клиенту по каналу"),
    Keyword("notify", _A, "tells a colleague", "уведомляет сотрудника"),
    Keyword("digest", _A, "one summary a person", "одна сводка на человека"),
    Keyword("set", _A, "gives a field a value", "записывает значение в поле"),
    Keyword("clear", _A, "empties fields", "очищает поля"),
    Keyword("render", _A, "makes documents", "создаёт документы"),
    Keyword("run", _A, "calls a plugin", "вызывает расширение"),
    Keyword("move", _A, "moves the deal to a stage", "переводит сделку на этап"),
    Keyword("lose", _A, "closes the deal as lost", "закрывает сделку отказом"),
    Keyword("hand", _A, "hands the deal or tasks over", "передаёт сделку или задачи"),
    Keyword("cancel", _A, "cancels a task", "отменяет задачу"),
    Keyword("tunnel", _A, "makes a deal in another pipeline", "создаёт сделку в другой воронке"),
    Keyword("copy", _A, "fields a tunnel carries over", "поля, которые переносит туннель"),
    Keyword("link", _A, "the field that points back", "поле с обратной ссылкой"),
    Keyword("start", _A, "where the new deal starts", "с какого этапа начать"),
    Keyword("if", _A, "a branch", "ветвление"),
    Keyword("after", _A, "later, or after a moment", "позже или после момента"),
    Keyword("wait", _A, "waits for an event or a task", "ждёт события или задачи"),
    Keyword("starts", _C, "when the scenario's clock starts", "когда начинаются часы сценария"),
    Keyword("examples", _C, "a table of cases", "таблица случаев"),
    Keyword("deal", _C, "makes a deal", "создаёт сделку"),
    Keyword("tick", _C, "ticks points of a checklist", "отмечает пункты чек-листа"),
    Keyword("done", _C, "completes a task or an approval", "завершает задачу или согласование"),
    Keyword("away", _C, "a person is absent", "человек отсутствует"),
    Keyword("try", _C, "an act that may be refused", "действие, которому могут отказать"),
    Keyword("for", _C, "which deal, or how long", "какая сделка или сколько времени"),
    Keyword("expect", _C, "what must be true now", "что должно быть верно"),
    Keyword("blocked", _C, "the last act was refused", "последнее действие не прошло"),
    Keyword("only", _C, "by nothing else", "и ничем больше"),
    Keyword("sent", _C, "what was sent", "что отправлено"),
    Keyword("nothing", _C, "nothing at all", "ничего"),
    Keyword("because", _C, "the comment", "комментарий"),
    Keyword("as", _J, "under which name", "под каким именем"),
    Keyword("at", _J, "at what time of day", "в какое время"),
    Keyword("attach", _J, "documents that go along", "какие документы приложить"),
    Keyword("before", _J, "ahead of a moment", "до момента"),
    Keyword("by", _J, "by whom or by what", "кем или по чему"),
    Keyword("change", _J, "a field's value changes", "значение поля меняется"),
    Keyword("contact", _J, "in `counts as contact`", "в `counts as contact`"),
    Keyword("create", _J, "in `else create`: a new deal", "в `else create`: новая сделка"),
    Keyword("deputy", _J, "who stands in", "кто замещает"),
    Keyword("else", _J, "otherwise, or why not", "иначе, или почему нельзя"),
    Keyword("from", _J, "from where", "откуда"),
    Keyword("is", _J, "asks; names a role or a formula", "спрашивает; называет роль или формулу"),
    Keyword(
        "entry",
        _J,
        "in `from next entry`: deals that are there wait for it",
        "в `from next entry`: сделки, которые уже там, ждут его",
    ),
    Keyword(
        "now", _J, "in `from now`: deals that are there are seen at once", "в `from now`: и сделки, которые уже там"
    ),
    Keyword("of", _J, "of which things", "из чего"),
    Keyword("on", _J, "when it happens", "когда это случится"),
    Keyword("over", _J, "in `hand over`", "в `hand over`"),
    Keyword("reports", _J, "in `reports to`: who supervises", "в `reports to`: кто руководит"),
    Keyword("required", _J, "must be given", "обязательно"),
    Keyword("tasks", _J, "in `hand over tasks`", "в `hand over tasks`"),
    Keyword("times", _J, "how many times", "сколько раз"),
    Keyword("to", _J, "where to or to whom", "куда или кому"),
    Keyword("using", _J, "by which template", "по какому шаблону"),
    Keyword("was", _J, "its former name", "как называлось раньше"),
    Keyword("when", _J, "only if this is true", "только если это верно"),
    Keyword("and", _O, "both are true", "верно и то и другое"),
    Keyword("or", _O, "one of them is true", "верно хотя бы одно"),
    Keyword("not", _O, "it is not true", "неверно"),
    Keyword("in", _O, "one of a list; after how long", "один из списка; через сколько"),
    Keyword("has", _O, "a choice of several holds this one", "среди выбранного есть это"),
    Keyword("within", _O, "no further away than this", "не дальше чем через"),
)

KEYWORDS: dict[str, Keyword] = {keyword.word: keyword for keyword in _TABLE}
"""Every keyword by its word."""

# Joined words and words that share a token: word or pair -> terminal of the grammar.
ASKING = ("is", "are")
JOINED: dict[tuple[str, str], str] = {
    ("all", "of"): "QUANTIFIER",
    ("any", "of"): "QUANTIFIER",
    ("none", "of"): "QUANTIFIER",
    ("older", "than"): "_OLDER_THAN",
    ("at", "most"): "_AT_MOST",
    ("unless", "missed"): "_UNLESS_MISSED",
    ("round", "robin"): "STRATEGY",
    ("least", "busy"): "STRATEGY",
}

UNITS: dict[str, str] = {
    form: unit
    for unit in ("min", "hour", "day", "week", "month", "year", "workday", "workhour")
    for form in ((unit, "minute", "minutes") if unit == "min" else (unit, unit + "s"))
}
"""How a unit of time may be written -> the unit."""

CURRENCY_SIGNS: dict[str, str] = {"₽": "RUB", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₸": "KZT"}
"""A sign -> its ISO code."""

RESERVED: frozenset[str] = frozenset(
    ["and", "or", "not", "is", "are", "in", "has", "within", "was", "task", "checklist", "approval", "event", "change"]
)
"""Words that nothing declared may be called: where an expression may stand, they would be read as themselves."""

NEVER_NAMES: frozenset[str] = frozenset(["and", "or", "not", "is", "are", "in", "has", "within", "was"])
"""Those of the reserved words that are not read as names anywhere."""

BY_MEANING: dict[str, str] = {
    "воронка": "pipeline",
    "модуль": "module",
    "карточка": "record",
    "календарь": "calendar",
    "команда": "team",
    "сценарий": "scenario",
    "роль": "role",
    "поле": "field",
    "событие": "event",
    "робот": "robot",
    "этап": "stage",
    "стадия": "stage",
    "статус": "stage",
    "status": "stage",
    "step": "stage",
    "успех": "won",
    "отказ": "lost",
    "причина": "reason",
    "задача": "task",
    "todo": "task",
    "срок": "due",
    "deadline": "due",
    "ответственный": "owner",
    "чеклист": "checklist",
    "если": "if",
    "import": "use",
    "goto": "move",
    "минут": "min",
    "минуты": "min",
    "час": "hour",
    "часа": "hours",
    "часов": "hours",
    "день": "day",
    "дня": "days",
    "дней": "days",
    "недели": "weeks",
    "месяц": "month",
    "месяца": "months",
    "месяцев": "months",
    "mins": "min",
    "hrs": "hours",
    "и": "and",
    "или": "or",
    "не": "not",
}
"""Words people write instead: only for suggestions."""

CURRENCY_WORDS: dict[str, str] = {
    "р": "RUB",
    "руб": "RUB",
    "рубль": "RUB",
    "рубля": "RUB",
    "рублей": "RUB",
    "rur": "RUB",
    "rub": "RUB",
    "usd": "USD",
    "долл": "USD",
    "долларов": "USD",
    "eur": "EUR",
    "евро": "EUR",
    "тенге": "KZT",
}
"""The same for currencies."""
