"""V5xx: what can and cannot happen: stages, gates, cycles, deadlines."""

from voronka.dsl.text.codes.base import Code, Severity

# --- stages ----------------------------------------------------------------------------------------------------------

STAGE_UNREACHABLE = Code(
    "V501",
    "stage-unreachable",
    Severity.ERROR,
    "no deal can ever come into `{stage}`: {why}",
    "ни одна сделка не попадёт в `{stage}`: {why}",
    "change one of the conditions, or delete the stage",
    "измените одно из условий или уберите этап",
)
FIRST_STAGE_SHUT = Code(
    "V502",
    "first-stage-shut",
    Severity.ERROR,
    "no deal can be created: `{stage}`, the first stage, lets none in: {why}",
    "сделку не создать: первый этап `{stage}` никого не впускает: {why}",
    "a new deal has no tasks, no checklists and no past: ask for them in `leave when`, or in a later stage",
    "у новой сделки нет ни задач, ни чек-листов, ни прошлого: спрашивайте о них в `leave when` или на следующем этапе",
)
NO_WAY_TO_WON = Code(
    "V503",
    "no-way-to-won",
    Severity.ERROR,
    "no deal of `{pipeline}` can ever be won: nothing leads into `{stage}`: {why}",
    "ни одну сделку в `{pipeline}` не выиграть: в `{stage}` не попасть: {why}",
    "change one of the conditions",
    "измените одно из условий",
)
NO_WON_STAGE = Code(
    "V504",
    "no-won-stage",
    Severity.WARNING,
    "deals of `{pipeline}` can never be won: it has no `won`",
    "сделку в `{pipeline}` нельзя выиграть: нет `won`",
    "add `won success`",
    "добавьте `won success`",
)
DEAD_END = Code(
    "V505",
    "dead-end",
    Severity.ERROR,
    "no deal can go on from `{stage}`: {why}",
    "дальше `{stage}` не пройти ни одной сделке: {why}",
    "deals here can only go back or be lost; change one of the conditions",
    "отсюда можно только вернуться или проиграть; измените одно из условий",
)
NEVER_DERIVED = Code(
    "V506",
    "stage-never-shown",
    Severity.ERROR,
    "no deal is ever in `{stage}`: {why}",
    "ни одна сделка не окажется в `{stage}`: {why}",
    "the last stage whose condition holds wins: put the narrower condition later",
    "побеждает последний этап, чьё условие верно: поставьте более узкое условие ниже",
)
FIRST_STAGE_RETIRING = Code(
    "V507",
    "first-stage-retiring",
    Severity.ERROR,
    "no deal can be created: `{stage}`, the first stage, takes none any more",
    "сделку не создать: первый этап `{stage}` больше никого не принимает",
    "put a stage that is not `retiring` first",
    "поставьте первым этап без `retiring`",
)

# --- conditions ------------------------------------------------------------------------------------------------------

GATE_NEVER_HOLDS = Code(
    "V511",
    "gate-never-holds",
    Severity.ERROR,
    "this condition {what} `{stage}` can never hold: {why}",
    "это условие {what} `{stage}` не выполнится никогда: {why}",
    "change it, or delete it",
    "измените его или уберите",
)
CHECK_NEVER_HOLDS = Code(
    "V512",
    "check-never-holds",
    Severity.ERROR,
    "nothing can pass this check: {why}",
    "эту проверку ничто не пройдёт: {why}",
    "every write of a field that it names would be refused; change it",
    "любая запись поля, о котором она говорит, будет отклонена; измените её",
)
CONDITION_NEVER_TRUE = Code(
    "V513",
    "condition-never-true",
    Severity.WARNING,
    "this can never happen: {why}",
    "этого никогда не случится: {why}",
    "change the condition, or delete what hangs on it",
    "измените условие или уберите то, что от него зависит",
)
GATE_ALWAYS_HOLDS = Code(
    "V514",
    "gate-always-holds",
    Severity.WARNING,
    "this condition is always true, so it holds nothing back",
    "это условие верно всегда и никого не задерживает",
    "delete it, or say what was meant",
    "уберите его или скажите, что имелось в виду",
)
RULE_NEVER_REACHED = Code(
    "V515",
    "rule-never-reached",
    Severity.WARNING,
    "this line is never used: whenever it could be, an earlier one holds",
    "эта строка не сработает: всегда раньше подойдёт одна из предыдущих",
    "the first line that holds wins: put the narrower one first",
    "действует первая подходящая строка: поставьте более узкую выше",
)

DEFAULT_FAILS_CHECK = Code(
    "V516",
    "default-fails-check",
    Severity.ERROR,
    "the default of `{field}` never passes the check `{check}`",
    "значение по умолчанию поля `{field}` не проходит проверку `{check}`",
    "change the default, or the check",
    "измените значение по умолчанию или проверку",
)

# --- required fields -------------------------------------------------------------------------------------------------

NEVER_REQUIRED = Code(
    "V521",
    "require-never-applies",
    Severity.WARNING,
    "`{field}` is never required here: {why}",
    "поле `{field}` здесь никогда не потребуется: {why}",
    "change the condition, or delete the line",
    "измените условие или уберите строку",
)
EVENT_CANNOT_CREATE = Code(
    "V522",
    "event-cannot-create",
    Severity.ERROR,
    "event `{event}` can never create a deal: `{stage}` lets none in that has only what the event brings: {why}",
    "событие `{event}` не создаст ни одной сделки: `{stage}` не впустит сделку только с тем, что есть в событии: {why}",
    "let the event bring the field, give it a default, or require it in a later stage",
    "пусть поле приходит с событием, получит значение по умолчанию или требуется на следующем этапе",
)
TUNNEL_CANNOT_ENTER = Code(
    "V523",
    "tunnel-cannot-enter",
    Severity.ERROR,
    "this tunnel can never create a deal: `{stage}` of `{pipeline}` does not let it in: {why}",
    "этот туннель не создаст ни одной сделки: `{stage}` в `{pipeline}` её не впустит: {why}",
    "{blocks_en}copy or set what is required there",
    "{blocks_ru}скопируйте или задайте то, что там требуется",
)
LOSS_NEEDS_FIELD = Code(
    "V524",
    "loss-needs-field",
    Severity.WARNING,
    "this loss waits for `{field}`, which nothing here makes sure of",
    "этот проигрыш ждёт поля `{field}`, а его здесь ничто не гарантирует",
    "while it is empty the deal stays where it is and turns red; set it first, or use a reason that requires nothing",
    "пока поле пусто, сделка остаётся на месте и краснеет; сначала задайте его или выберите причину без требований",
)

# --- what goes on for ever -------------------------------------------------------------------------------------------

MOVES_FOR_EVER = Code(
    "V531",
    "moves-for-ever",
    Severity.ERROR,
    "deals go round here without end, within one event: {path}",
    "сделка здесь ходит по кругу без конца, за одно событие: {path}",
    "make the conditions exclude each other, or let a person or an event take part",
    "сделайте условия несовместимыми или пусть в круге участвует человек или событие",
)
MOVES_IN_CIRCLES = Code(
    "V532",
    "moves-in-circles",
    Severity.WARNING,
    "while nobody does anything, deals go round here for ever: {path}",
    "пока никто ничего не делает, сделки ходят здесь по кругу: {path}",
    "let the circle end: in a loss, or where a person has to act",
    "пусть круг кончается: проигрышем или там, где нужен человек",
)
DEALS_FOR_EVER = Code(
    "V533",
    "deals-for-ever",
    Severity.ERROR,
    "each deal creates another one, without end: {path}",
    "каждая сделка создаёт следующую, без конца: {path}",
    "let a person or an event take part, or give one of the tunnels a condition",
    "пусть участвует человек или событие, или дайте одному из туннелей условие",
)
DEALS_IN_CIRCLES = Code(
    "V534",
    "deals-in-circles",
    Severity.WARNING,
    "while nobody does anything, each deal creates another one, for ever: {path}",
    "пока никто ничего не делает, каждая сделка создаёт следующую, и так всегда: {path}",
    "let a person or an event take part, or give one of the tunnels a condition",
    "пусть участвует человек или событие, или дайте одному из туннелей условие",
)
ROBOTS_FOR_EVER = Code(
    "V535",
    "robots-for-ever",
    Severity.ERROR,
    "{robots} for ever: {path}",
    "{robots} без конца: {path}",
    "end it with a condition, or compute the field with a formula: `field f … is …`",
    "остановите это условием или считайте поле формулой: `field f … is …`",
)
ROBOTS_IN_CIRCLES = Code(
    "V536",
    "robots-in-circles",
    Severity.WARNING,
    "these robots set off each other, and nothing here says that they stop: {path}",
    "эти роботы запускают друг друга, и ничто здесь не говорит, что они остановятся: {path}",
    "end it with a condition, or compute one of the fields with a formula: `field f … is …`",
    "остановите это условием или считайте одно из полей формулой: `field f … is …`",
)

# --- moves that are shut ---------------------------------------------------------------------------------------------

NEVER_LET_IN = Code(
    "V541",
    "never-let-in",
    Severity.ERROR,
    "{what} can never succeed: {why}",
    "{what} никогда не удастся: {why}",
    "change one of the conditions",
    "измените одно из условий",
)
BLOCKED_WHEN_TRIED = Code(
    "V542",
    "blocked-when-tried",
    Severity.WARNING,
    "{what} is always blocked when it is tried: {why}",
    "{what} в тот момент всегда невозможен: {why}",
    "it stays pending until something changes; change one of the conditions",
    "он остаётся в ожидании, пока что-то не изменится; измените одно из условий",
)
LOSS_NOT_FROM_HERE = Code(
    "V543",
    "loss-not-from-here",
    Severity.ERROR,
    "a deal in `{stage}` cannot be lost as `{reason}`: the reason is only for {allowed}",
    "сделку на этапе `{stage}` нельзя проиграть как `{reason}`: эта причина только для {allowed}",
    "add the stage to the reason's `from`, or choose another reason",
    "добавьте этап в `from` причины или выберите другую причину",
)
REASON_NEVER_USABLE = Code(
    "V544",
    "reason-never-usable",
    Severity.WARNING,
    "no deal can ever be lost as `{reason}`: {why}",
    "ни одну сделку не проиграть как `{reason}`: {why}",
    "change what it asks for, or delete it",
    "измените то, что она требует, или уберите её",
)
INTO_RETIRING = Code(
    "V545",
    "into-retiring",
    Severity.ERROR,
    "{what} leads into `{stage}`, which takes no deals any more",
    "{what} ведёт в `{stage}`, а туда сделки больше не принимают",
    "lead it elsewhere, or delete `retiring`",
    "направьте его в другой этап или уберите `retiring`",
)
MOVE_TO_ITSELF = Code(
    "V547",
    "move-to-itself",
    Severity.WARNING,
    "a deal in `{stage}` is there already: this move does nothing",
    "сделка и так на этапе `{stage}`: этот переход ничего не делает",
    "name another stage, or delete it",
    "назовите другой этап или уберите его",
)

# --- tasks -----------------------------------------------------------------------------------------------------------

DEADLINE_NEVER_COMES = Code(
    "V551",
    "deadline-never-comes",
    Severity.WARNING,
    "this deadline can never come: {why}",
    "этот срок никогда не наступит: {why}",
    "count from something that happens while the task is open",
    "считайте от того, что случается, пока задача открыта",
)
TASK_NOT_HERE = Code(
    "V552",
    "task-not-here",
    Severity.WARNING,
    "task `{task}` is never open here, so {effect}",
    "задача `{task}` здесь никогда не открыта, поэтому {effect}",
    "a stage's tasks end when the deal leaves it; give the task here, or by a robot of the pipeline",
    "задачи этапа кончаются, когда сделка его покидает; ставьте задачу здесь или роботом самой воронки",
)
SOMETIMES_NO_DEADLINE = Code(
    "V553",
    "sometimes-no-deadline",
    Severity.WARNING,
    "task {task} has no deadline when no `due` line holds",
    "у задачи {task} нет срока, когда ни одна строка `due` не подходит",
    "add a last `due` without `when`",
    "добавьте последнюю строку `due` без `when`",
)

# --- names -----------------------------------------------------------------------------------------------------------

UNNAMED_TIMER = Code(
    "V561",
    "unnamed-timer",
    Severity.NOTE,
    "this {what} has no name, though {hangs}: live deals know it by its place only, `{path}`",
    "{what} без имени, хотя {hangs}: живые сделки узнают это только по месту, `{path}`",
    "name it, and lines may be added above it without confusing the deals that wait for it",
    "дайте имя, и строки выше можно будет добавлять, не сбивая сделки, которые ждут",
)
