"""V4xx: values and expressions of the wrong type."""

from voronka.dsl.text.codes.base import Code, Severity

MISMATCH = Code(
    "V401",
    "type-mismatch",
    Severity.ERROR,
    "{what} must be {wanted}; this is {got}",
    "{what} — это {wanted}, а здесь {got}",
    "{hint}",
    "{hint}",
)
NO_CONDITION = Code(
    "V402",
    "not-a-condition",
    Severity.ERROR,
    "a condition must be yes or no; this is {got}",
    "условие — это «да» или «нет», а здесь {got}",
    "{hint}",
    "{hint}",
)
CANNOT_COMPARE = Code(
    "V403",
    "cannot-compare",
    Severity.ERROR,
    "{left} cannot be compared with {right}",
    "нельзя сравнить: {left} и {right}",
    "{hint}",
    "{hint}",
)
CANNOT_ORDER = Code(
    "V404",
    "cannot-order",
    Severity.ERROR,
    "`{op}` needs an order, and {kind} has none",
    "`{op}` сравнивает то, что идёт по порядку, а здесь {kind}",
    "{hint}",
    "{hint}",
)
CANNOT_CALCULATE = Code(
    "V405",
    "cannot-calculate",
    Severity.ERROR,
    "`{op}` has no meaning between {left} and {right}",
    "`{op}` не имеет смысла: {left} и {right}",
    "{hint}",
    "{hint}",
)
MIXED_CURRENCIES = Code(
    "V406",
    "mixed-currencies",
    Severity.ERROR,
    "{left} and {right} are different currencies",
    "{left} и {right} — разные валюты",
    "there are no rates of exchange in the language: keep sums of one currency in one field",
    "курсов валют в языке нет: держите суммы одной валюты в одном поле",
)
MONEY_AND_PERCENT = Code(
    "V407",
    "money-and-percent",
    Severity.ERROR,
    "a percentage is no sum of money: `{text}` has no meaning",
    "процент — не сумма денег: `{text}` не имеет смысла",
    "say of what: `{better}`",
    "укажите, от чего процент: `{better}`",
)
MONEY_WITHOUT_CURRENCY = Code(
    "V408",
    "money-without-currency",
    Severity.ERROR,
    "money is compared with a plain number",
    "деньги сравниваются с простым числом",
    "write the currency: `{number} {currency}`",
    "напишите валюту: `{number} {currency}`",
)
NO_CLOCK = Code(
    "V409",
    "clock-not-here",
    Severity.ERROR,
    "`{name}` cannot stand in {where}",
    "`{name}` не может стоять {where}",
    "{hint}",
    "{hint}",
)
NO_EVENT = Code(
    "V410",
    "no-event-here",
    Severity.ERROR,
    "`event.{name}`: no event is being handled here",
    "`event.{name}`: здесь не обрабатывается никакое событие",
    "it is known inside `on event …` and `wait … for event …`",
    "событие известно внутри `on event …` и `wait … for event …`",
)
FORMULA_CYCLE = Code(
    "V411",
    "formula-cycle",
    Severity.ERROR,
    "these formulas need each other: {path}",
    "эти формулы нужны друг другу: {path}",
    "one of them must be a plain field",
    "одно из них должно быть обычным полем",
)
DEFAULT_READS = Code(
    "V412",
    "default-reads-deal",
    Severity.ERROR,
    "a default is given before the deal has anything: it cannot read `{name}`",
    "значение по умолчанию даётся, когда у сделки ещё ничего нет: `{name}` прочитать нельзя",
    "if it should always follow, write `is` instead of `=`",
    "если значение должно следовать за другими всегда, пишите `is` вместо `=`",
)
FORMULA_SET = Code(
    "V413",
    "formula-set",
    Severity.ERROR,
    "`{name}` is calculated by a formula and cannot be set",
    "`{name}` вычисляется по формуле, задать его нельзя",
    "change the fields that its formula reads",
    "меняйте поля, из которых оно вычисляется",
)
NO_CURRENCY = Code(
    "V414",
    "no-currency",
    Severity.ERROR,
    "`{name}` is money, but `{pipeline}` has no currency",
    "`{name}` — деньги, но у `{pipeline}` нет валюты",
    "{hint}",
    "{hint}",
)
TOO_LARGE_NUMBER = Code(
    "V415",
    "number-too-large",
    Severity.ERROR,
    "this number is too large: {limit} is the most",
    "число слишком велико: самое большее {limit}",
)
BROKEN_UNIT = Code(
    "V416",
    "fraction-of-unit",
    Severity.ERROR,
    "{number} {unit}: only minutes, hours and working hours can have a fraction",
    "{number} {unit}: дробными бывают только минуты, часы и рабочие часы",
    "write it in hours",
    "запишите в часах",
)
HAS_NEEDS_CHOICES = Code(
    "V417",
    "has-needs-choices",
    Severity.ERROR,
    "`has` asks a field of several options; this is {got}",
    "`has` спрашивает поле с несколькими вариантами, а здесь {got}",
    "{hint}",
    "{hint}",
)
NO_OPTIONS = Code(
    "V418",
    "no-options",
    Severity.ERROR,
    "`{type}` needs its options",
    "у `{type}` должны быть варианты",
    'write them in braces: `{type} {{ a "A"  b "B" }}`',
    'перечислите их в скобках: `{type} {{ a "А"  b "Б" }}`',
)
BAD_TYPE = Code(
    "V419",
    "bad-type",
    Severity.ERROR,
    "{what}",
    "{what}",
)
NOT_A_LIST = Code(
    "V420",
    "not-a-list",
    Severity.ERROR,
    "`{name}` is no list of deals",
    "`{name}` — не список сделок",
    "{hint}",
    "{hint}",
)
WRONG_ARGUMENTS = Code(
    "V421",
    "wrong-arguments",
    Severity.ERROR,
    "`{name}` takes {wanted}, not {got}",
    "`{name}` принимает {wanted}, а не {got}",
)
NEEDS_STATE = Code(
    "V422",
    "needs-a-state",
    Severity.ERROR,
    "{what} is no condition by itself",
    "{what} само по себе — не условие",
    "say which state: `{example}`",
    "скажите, в каком состоянии: `{example}`",
)
TOO_FAR = Code(
    "V423",
    "too-far",
    Severity.ERROR,
    "`{path}` goes through more than one link",
    "`{path}` проходит больше чем через одну связь",
    "a deal sees the fields of the cards it is linked to, and no further",
    "сделка видит поля карточек, с которыми связана, и не дальше",
)
NOT_UNSET = Code(
    "V424",
    "not-over-unset",
    Severity.WARNING,
    "`not` over what may be unset: while `{name}` is empty, this is neither true nor false",
    "`not` над тем, что может быть не заполнено: пока `{name}` пусто, условие ни истинно, ни ложно",
    "say what is meant: `{name} is not set or …`, or give the field a default",
    "скажите, что имеется в виду: `{name} is not set or …`, или дайте полю значение по умолчанию",
)
OUT_OF_RANGE = Code(
    "V425",
    "out-of-range",
    Severity.ERROR,
    "{what} must be from {low} to {high}",
    "{what}: от {low} до {high}",
)
NOT_POSITIVE = Code(
    "V426",
    "not-positive",
    Severity.ERROR,
    "{what} must be longer than nothing",
    "{what}: длительность должна быть больше нуля",
)
TIMES_AND_HOURS = Code(
    "V427",
    "times-with-hours",
    Severity.ERROR,
    "`at` goes with days and longer periods, not with `{unit}`",
    "`at` сочетается с днями и большими периодами, а не с `{unit}`",
    "delete `at …`",
    "уберите `at …`",
)
NOT_CONSTANT = Code(
    "V428",
    "not-constant",
    Severity.ERROR,
    "{what} must be written as it is: it cannot depend on the deal",
    "{what} задаётся прямо: зависеть от сделки не может",
)
CANNOT_SET = Code(
    "V429",
    "cannot-set",
    Severity.ERROR,
    "`{name}` cannot be set",
    "`{name}` нельзя задать через `set`",
    "{hint}",
    "{hint}",
)
SHARES = Code(
    "V430",
    "shares-over-hundred",
    Severity.ERROR,
    "the shares are {sum}% together",
    "доли вместе дают {sum}%",
    "they may be 100% at most",
    "вместе они дают не больше 100%",
)
UNIT_MIX = Code(
    "V431",
    "units-differ",
    Severity.ERROR,
    "{left} and {right} are measured differently and cannot be {done}",
    "{left} и {right} измеряются по-разному: их нельзя {done}",
)
NEVER_MISSED = Code(
    "V432",
    "never-missed",
    Severity.ERROR,
    "`unless missed` goes with a time: `every …`, `due …`, a date; this happens when it happens",
    "`unless missed` сочетается со временем: `every …`, `due …`, дата; а это происходит, когда происходит",
    "delete `unless missed`",
    "уберите `unless missed`",
)
