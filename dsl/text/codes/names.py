"""V3xx: names that are unknown, misspelt, doubled or out of place."""

from voronka.dsl.text.codes.base import Code, Severity

UNKNOWN_NAME = Code(
    "V301",
    "unknown-name",
    Severity.ERROR,
    "`{name}` is not known in `{home}`",
    "`{name}` в `{home}` неизвестно",
    "{hint}",
    "{hint}",
)
UNKNOWN_FIELD = Code(
    "V302",
    "unknown-field",
    Severity.ERROR,
    "there is no field `{name}` in `{home}`",
    "в `{home}` нет поля `{name}`",
    "{hint}",
    "{hint}",
)
UNKNOWN_STAGE = Code(
    "V303",
    "unknown-stage",
    Severity.ERROR,
    "there is no stage `{name}` in `{home}`",
    "в `{home}` нет этапа `{name}`",
    "{hint}",
    "{hint}",
)
UNKNOWN_TASK = Code(
    "V304",
    "unknown-task",
    Severity.ERROR,
    "there is no task `{name}` in `{home}`",
    "в `{home}` нет задачи `{name}`",
    "{hint}",
    "{hint}",
)
UNKNOWN_OUTCOME = Code(
    "V305",
    "unknown-outcome",
    Severity.ERROR,
    "task `{task}` has no outcome or state `{name}`",
    "у задачи `{task}` нет исхода или состояния `{name}`",
    "{hint}",
    "{hint}",
)
UNKNOWN_REASON = Code(
    "V306",
    "unknown-reason",
    Severity.ERROR,
    "there is no reason of loss `{name}` in `{home}`",
    "в `{home}` нет причины отказа `{name}`",
    "{hint}",
    "{hint}",
)
UNKNOWN_WHO = Code(
    "V307",
    "unknown-who",
    Severity.ERROR,
    "`{name}` is neither a role of `{home}` nor a person",
    "`{name}` — не роль в `{home}` и не сотрудник",
    "{hint}",
    "{hint}",
)
UNKNOWN_EVENT = Code(
    "V308",
    "unknown-event",
    Severity.ERROR,
    "there is no event `{name}` in `{home}`",
    "в `{home}` нет события `{name}`",
    "{hint}",
    "{hint}",
)
UNKNOWN_PAYLOAD = Code(
    "V309",
    "unknown-payload",
    Severity.ERROR,
    "event `{event}` carries no `{name}`",
    "событие `{event}` не несёт `{name}`",
    "{hint}",
    "{hint}",
)
UNKNOWN_CHECKLIST = Code(
    "V310",
    "unknown-checklist",
    Severity.ERROR,
    "there is no checklist `{name}` in `{home}`",
    "в `{home}` нет чек-листа `{name}`",
    "{hint}",
    "{hint}",
)
UNKNOWN_POINT = Code(
    "V311",
    "unknown-point",
    Severity.ERROR,
    "checklist `{checklist}` has no point `{name}`",
    "в чек-листе `{checklist}` нет пункта `{name}`",
    "{hint}",
    "{hint}",
)
UNKNOWN_APPROVAL = Code(
    "V312",
    "unknown-approval",
    Severity.ERROR,
    "there is no approval `{name}` in `{home}`",
    "в `{home}` нет согласования `{name}`",
    "{hint}",
    "{hint}",
)
UNKNOWN_CALENDAR = Code(
    "V313",
    "unknown-calendar",
    Severity.ERROR,
    "`{name}` is neither a calendar nor a country whose holidays are known",
    "`{name}` — не календарь и не страна, праздники которой известны",
    "{hint}",
    "{hint}",
)
UNKNOWN_RESOURCE = Code(
    "V314",
    "unknown-resource",
    Severity.ERROR,
    "there is no resource `{name}`",
    "ресурса `{name}` нет",
    "{hint}",
    "{hint}",
)
UNKNOWN_SEGMENT = Code(
    "V315",
    "unknown-segment",
    Severity.ERROR,
    "there is no segment `{name}`",
    "сегмента `{name}` нет",
    "{hint}",
    "{hint}",
)
UNKNOWN_PIPELINE = Code(
    "V316",
    "unknown-pipeline",
    Severity.ERROR,
    "there is no pipeline or record `{name}`",
    "воронки или карточки `{name}` нет",
    "{hint}",
    "{hint}",
)
UNKNOWN_OPTION = Code(
    "V317",
    "unknown-option",
    Severity.ERROR,
    "`{name}` is no option of {of}",
    "`{name}` — не вариант {of}",
    "{hint}",
    "{hint}",
)
UNKNOWN_FUNCTION = Code(
    "V318",
    "unknown-function",
    Severity.ERROR,
    "there is no function `{name}`",
    "функции `{name}` нет",
    "{hint}",
    "{hint}",
)
UNKNOWN_TYPE = Code(
    "V319",
    "unknown-type",
    Severity.ERROR,
    "there is no type `{name}`",
    "типа `{name}` нет",
    "{hint}",
    "{hint}",
)
UNKNOWN_CHANNEL = Code(
    "V320",
    "unknown-channel",
    Severity.ERROR,
    "there is no channel `{name}` to send by",
    "канала `{name}` для отправки нет",
    "{hint}",
    "{hint}",
)
UNKNOWN_STATE = Code(
    "V321",
    "unknown-state",
    Severity.ERROR,
    "`{name}` is no state of {of}",
    "`{name}` — не состояние {of}",
    "{hint}",
    "{hint}",
)
UNKNOWN_ZONE = Code(
    "V322",
    "unknown-time-zone",
    Severity.ERROR,
    "there is no time zone `{name}`",
    "часового пояса `{name}` нет",
    "{hint}",
    "{hint}",
)
UNKNOWN_CURRENCY = Code(
    "V323",
    "unknown-currency",
    Severity.ERROR,
    "`{name}` is no currency",
    "`{name}` — не валюта",
    "{hint}",
    "{hint}",
)
UNKNOWN_STAGE_TYPE = Code(
    "V324",
    "unknown-stage-type",
    Severity.ERROR,
    "`{name}` is no type of a stage",
    "`{name}` — не тип этапа",
    "{hint}",
    "{hint}",
)
UNKNOWN_WEEKDAY = Code(
    "V325",
    "unknown-weekday",
    Severity.ERROR,
    "`{name}` is no day of the week",
    "`{name}` — не день недели",
    "{hint}",
    "{hint}",
)
UNKNOWN_HAPPENING = Code(
    "V326",
    "unknown-happening",
    Severity.ERROR,
    "`{name}` is nothing that happens: no date field of `{home}` and no happening",
    "`{name}` не происходит: это не поле с датой в `{home}` и не событие",
    "{hint}",
    "{hint}",
)
REDECLARED = Code(
    "V330",
    "redeclared",
    Severity.ERROR,
    "{kind} `{name}` is declared already",
    "{kind} `{name}` уже есть",
    "choose another name",
    "выберите другое имя",
)
RESERVED = Code(
    "V331",
    "reserved-name",
    Severity.ERROR,
    "`{name}` cannot name this {kind}: it means {means}",
    "`{name}` не годится в имена ({kind}): это слово значит «{means}»",
    "choose another name; the title may stay",
    "выберите другое имя; название можно оставить",
)
WAS_TAKEN = Code(
    "V332",
    "was-taken",
    Severity.ERROR,
    "`was {name}` cannot be: {why}",
    "`was {name}` невозможно: {why}",
    "an old name can be continued by one {kind} only",
    "старое имя может продолжать только что-то одно ({kind})",
)
NOT_GONE = Code(
    "V333",
    "retired-but-present",
    Severity.ERROR,
    "{kind} `{name}` is retired, and yet it is still declared",
    "{kind} `{name}` выводится из употребления, но всё ещё объявлено",
    "delete the declaration or the `retire`",
    "удалите объявление или `retire`",
)
TOO_MANY_TEXTS = Code(
    "V334",
    "too-many-texts",
    Severity.ERROR,
    "{count} texts, but the file's languages are {languages}",
    "текстов {count}, а языки файла — {languages}",
    "add a language at the top: `language ru, en`",
    "добавьте язык в начале файла: `language ru, en`",
)
BAD_LANGUAGE = Code(
    "V335",
    "bad-language",
    Severity.ERROR,
    "`{name}` is no code of a language",
    "`{name}` — не код языка",
    "write two letters: `ru`, `en`, `de`",
    "пишите две буквы: `ru`, `en`, `de`",
)
SAID_TWICE = Code(
    "V336",
    "said-twice",
    Severity.ERROR,
    "`{what}` is said twice",
    "`{what}` сказано дважды",
    "keep one of them",
    "оставьте что-то одно",
)
NO_STAGES = Code(
    "V340",
    "no-stages",
    Severity.ERROR,
    "pipeline `{name}` has no stages",
    "в воронке `{name}` нет этапов",
    "add at least one `stage` and a `won`",
    "добавьте хотя бы один `stage` и `won`",
)
NO_LOST = Code(
    "V341",
    "no-lost-stage",
    Severity.WARNING,
    "deals of `{name}` can never be lost: it has no `lost`",
    "сделку в `{name}` нельзя проиграть: нет `lost`",
    "add `lost refused {{ reason … }}`",
    "добавьте `lost refused {{ reason … }}`",
)
TWO_LOST = Code(
    "V342",
    "two-lost-stages",
    Severity.ERROR,
    "pipeline `{name}` has two `lost` stages",
    "в воронке `{name}` два этапа `lost`",
    "keep one; reasons tell losses apart",
    "оставьте один; проигрыши различаются причинами",
)
TASK_WITHOUT_ASSIGNEE = Code(
    "V343",
    "task-without-assignee",
    Severity.WARNING,
    "nobody is assigned to {kind} {name}",
    "не назначен ответственный: {kind} {name}",
    "add `assign owner`{every}",
    "добавьте `assign owner`{every}",
)
TASK_WITHOUT_DEADLINE = Code(
    "V344",
    "task-without-deadline",
    Severity.WARNING,
    "task {name} has no deadline",
    "у задачи {name} нет срока",
    "add `due 1 workday after entry`, or another moment",
    "добавьте `due 1 workday after entry` или другой срок",
)
REPORTS_IN_CIRCLE = Code(
    "V355",
    "reports-in-circle",
    Severity.ERROR,
    "they report to each other in a circle: {path}",
    "они подчиняются друг другу по кругу: {path}",
)
UNKNOWN_ROLE = Code(
    "V327",
    "unknown-role",
    Severity.ERROR,
    "there is no role `{name}`",
    "роли `{name}` нет",
    "{hint}",
    "{hint}",
)
UNKNOWN_PERSON = Code(
    "V328",
    "unknown-person",
    Severity.ERROR,
    "there is no person `{name}`",
    "сотрудника `{name}` нет",
    "{hint}",
    "{hint}",
)
DERIVED_MOVE = Code(
    "V345",
    "move-in-derived-pipeline",
    Severity.ERROR,
    "stages of `{pipeline}` follow their conditions, so nothing else may move its deals",
    "этапы `{pipeline}` следуют своим условиям, и больше ничто не двигает его сделки",
    "delete it, or every `when` of the stages",
    "уберите это или все `when` у этапов",
)
DERIVED_FALLBACK = Code(
    "V346",
    "derived-fallback",
    Severity.ERROR,
    "exactly one stage of `{pipeline}` may be without `when`, not {found}",
    "без `when` в `{pipeline}` должен быть ровно один этап, а не {found}",
    "a deal stands in it when no condition holds",
    "в нём сделка, когда ни одно условие не выполнено",
)
WHEN_NOT_DERIVED = Code(
    "V347",
    "condition-without-derived-stages",
    Severity.ERROR,
    "a reason has a `when` only where the stages follow conditions",
    "`when` у причины возможно только там, где этапы следуют условиям",
    "move it into the stage: `lose as {name} when …`",
    "перенесите его в этап: `lose as {name} when …`",
)
OUT_OF_PLACE = Code(
    "V348",
    "out-of-place",
    Severity.ERROR,
    "`{name}` has no meaning here: {why}",
    "`{name}` здесь ничего не значит: {why}",
    "{hint}",
    "{hint}",
)
BAD_CRON = Code(
    "V349",
    "bad-cron",
    Severity.ERROR,
    "this is no schedule: {why}",
    "это не расписание: {why}",
    'five fields: minute hour day month weekday, as in "0 9 * * 1"',
    'пять полей: минута час день месяц день недели, как "0 9 * * 1"',
)
BAD_COUNT = Code(
    "V350",
    "bad-count",
    Severity.ERROR,
    "{what} must be a whole number from 1 to {most}",
    "{what} — целое число от 1 до {most}",
)
BAD_HOURS = Code(
    "V351",
    "bad-hours",
    Severity.ERROR,
    "hours {start}-{end} end before they begin",
    "часы {start}-{end} кончаются раньше, чем начинаются",
    "a night is two lines: `hours {start}-00:00` and `hours 00:00-{end}`",
    "ночь — это две строки: `hours {start}-00:00` и `hours 00:00-{end}`",
)
BAD_DATES = Code(
    "V352",
    "bad-dates",
    Severity.ERROR,
    "{first} to {last}: this ends before it begins",
    "с {first} по {last}: это кончается раньше, чем начинается",
)
STRATEGY_WITHOUT_ROLE = Code(
    "V353",
    "strategy-without-role",
    Severity.ERROR,
    "`by {strategy}` chooses among the members of a role, and `{name}` is one person",
    "`by {strategy}` выбирает среди людей с одной ролью, а `{name}` — это один человек",
    "name a role, or delete `by {strategy}`",
    "укажите роль или уберите `by {strategy}`",
)
PATH_TAKEN = Code(
    "V354",
    "path-taken",
    Severity.ERROR,
    "a {kind} here is already called `{name}`",
    "{kind} с именем `{name}` здесь уже есть",
    "timers hang on these names, so they must differ within a stage",
    "на этих именах держатся таймеры, поэтому внутри этапа они различаются",
)
