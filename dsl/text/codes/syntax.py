"""V1xx: text that is not a sentence of the language."""

from voronka.dsl.text.codes.base import Code, Severity

_ERROR = Severity.ERROR

UNEXPECTED = Code(
    "V101",
    "unexpected-token",
    _ERROR,
    "expected {expected}, found {found}",
    "ожидается {expected}, а здесь {found}",
    "{hint}",
    "{hint}",
)
MISSING = Code(
    "V102",
    "missing-part",
    _ERROR,
    "expected {expected} after {previous}",
    "после {previous} ожидается {expected}",
    "{hint}",
    "{hint}",
)
UNKNOWN_SENTENCE = Code(
    "V103",
    "unknown-sentence",
    _ERROR,
    "no sentence {where} begins with `{word}`",
    "{where} нет предложения, которое начинается с `{word}`",
    "{hint}",
    "{hint}",
)
MISPLACED = Code(
    "V104",
    "misplaced-sentence",
    _ERROR,
    "`{word}` cannot stand {where}",
    "`{word}` {where} стоять не может",
    "{hint}",
    "{hint}",
)
MISSPELT = Code(
    "V105",
    "misspelt-keyword",
    _ERROR,
    "`{word}` is not a word of the language; `{keyword}` is",
    "слова `{word}` в языке нет, есть `{keyword}`",
)
RESERVED_NAME = Code(
    "V106",
    "keyword-as-name",
    _ERROR,
    "`{word}` is a word of the language, nothing can be called so",
    "`{word}` — слово языка, так ничего назвать нельзя",
    "take another name, such as `{word}_`; the title in quotes may be anything",
    "возьмите другое имя, например `{word}_`; название в кавычках может быть любым",
)
UNCLOSED_BRACE = Code(
    "V107",
    "unclosed-brace",
    _ERROR,
    "this `{{` is never closed",
    "эта `{{` не закрыта",
)
EXTRA_BRACE = Code(
    "V108",
    "extra-brace",
    _ERROR,
    "this `}}` closes nothing",
    "эта `}}` ничего не закрывает",
)
MISSING_BRACE = Code(
    "V109",
    "missing-brace",
    _ERROR,
    "expected `{{` here",
    "здесь ожидается `{{`",
)
UNCLOSED_PARENTHESIS = Code(
    "V110",
    "unclosed-parenthesis",
    _ERROR,
    "this `(` is never closed",
    "эта `(` не закрыта",
)
UNCLOSED_TEXT = Code(
    "V111",
    "unclosed-text",
    _ERROR,
    'this text has no closing `"`',
    'у этого текста нет закрывающей `"`',
    "a text ends on the line it begins on; a line break inside is written \\n",
    "текст кончается на той же строке; перенос внутри пишется \\n",
)
WRONG_QUOTES = Code(
    "V112",
    "wrong-quotes",
    _ERROR,
    'a text stands in straight quotes `"`, not in `{quotes}`',
    'текст пишется в прямых кавычках `"`, а не в `{quotes}`',
)
UNQUOTED_TEXT = Code(
    "V113",
    "unquoted-text",
    _ERROR,
    "a text stands in quotes",
    "текст пишется в кавычках",
    'write "{text}"',
    'напишите "{text}"',
)
BAD_ESCAPE = Code(
    "V114",
    "unknown-escape",
    _ERROR,
    "`{escape}` means nothing in a text",
    "`{escape}` в тексте ничего не значит",
    'known are \\" \\\\ \\n \\t; a plain backslash is written \\\\',
    'есть \\" \\\\ \\n \\t; сама обратная черта пишется \\\\',
)
BAD_CHARACTER = Code(
    "V115",
    "unknown-character",
    _ERROR,
    "{what} means nothing here",
    "{what} здесь ничего не значит",
    "outside of quotes there are names, numbers and {{ }} ( ) , . / | = < > + - * %",
    "вне кавычек бывают имена, числа и {{ }} ( ) , . / | = < > + - * %",
)
FOREIGN_OPERATOR = Code(
    "V116",
    "foreign-operator",
    _ERROR,
    "`{found}` is written `{instead}` here",
    "вместо `{found}` здесь пишут `{instead}`",
)
SEMICOLON = Code(
    "V117",
    "semicolon",
    _ERROR,
    "sentences do not end with `;`",
    "предложения не заканчиваются `;`",
)
WRONG_COMMENT = Code(
    "V118",
    "wrong-comment",
    _ERROR,
    "a comment begins with `#`, not with `{found}`",
    "комментарий начинается с `#`, а не с `{found}`",
)
NO_SUCH_DATE = Code(
    "V119",
    "no-such-date",
    _ERROR,
    "there is no date {date}",
    "даты {date} не бывает",
)
DATE_FORMAT = Code(
    "V120",
    "date-format",
    _ERROR,
    "the date `{found}` is written {proper}",
    "дата `{found}` пишется {proper}",
)
NO_SUCH_TIME = Code(
    "V121",
    "no-such-time",
    _ERROR,
    "there is no time {time}",
    "времени {time} не бывает",
    "times go from 00:00 to 23:59",
    "время бывает от 00:00 до 23:59",
)
TIME_FORMAT = Code(
    "V122",
    "time-format",
    _ERROR,
    "the time `{found}` is written {proper}",
    "время `{found}` пишется {proper}",
)
BAD_NUMBER = Code(
    "V123",
    "bad-number",
    _ERROR,
    "`{found}` is not a number",
    "`{found}` — не число",
    "numbers are written 50000, 50_000 or 0.5, without an exponent; names begin with a letter",
    "числа пишутся 50000, 50_000 или 0.5, без степени; имена начинаются с буквы",
)
LONG_NUMBER = Code(
    "V124",
    "long-number",
    _ERROR,
    "a number of {digits} digits; at most {limit} are read",
    "число из {digits} цифр; читается не больше {limit}",
)
GLUED_NUMBER = Code(
    "V125",
    "glued-number",
    _ERROR,
    "between `{number}` and `{word}` there is a space",
    "между `{number}` и `{word}` нужен пробел",
)
STRAY_COMMA = Code(
    "V126",
    "stray-comma",
    _ERROR,
    "after this comma `{word}` is read as a name",
    "после этой запятой `{word}` читается как имя",
    "sentences are not separated by commas: remove it if a new sentence begins here",
    "предложения запятыми не разделяются: уберите её, если здесь начинается новое",
)
TOO_DEEP = Code(
    "V127",
    "nested-too-deep",
    _ERROR,
    "nested more than {limit} deep; the file is not read further",
    "вложенность больше {limit}; дальше файл не читается",
)
LONG_EXPRESSION = Code(
    "V128",
    "expression-too-long",
    _ERROR,
    "more than {limit} operators inside each other",
    "больше {limit} операций одна в другой",
    "compare with several values by `is in (a, b, c)`, or give a part a field of its own",
    "несколько значений сравнивают через `is in (a, b, c)`; часть можно вынести в отдельное поле",
)
TOO_MANY = Code(
    "V129",
    "too-many-errors",
    _ERROR,
    "{limit} errors so far; the file is not read further",
    "уже {limit} ошибок; дальше файл не читается",
)
CHAINED_COMPARISON = Code(
    "V130",
    "chained-comparison",
    _ERROR,
    "comparisons do not chain",
    "сравнения не ставятся цепочкой",
    "write `a < b and b < c`",
    "напишите `a < b and b < c`",
)
UNKNOWN_UNIT = Code(
    "V131",
    "unknown-unit",
    _ERROR,
    "`{word}` is not a unit of time",
    "`{word}` — не единица времени",
    "there are min, hour, day, week, month, year, workday, workhour{hint}",
    "есть min, hour, day, week, month, year, workday, workhour{hint}",
)
NOT_READ = Code(
    "V132",
    "not-understood",
    _ERROR,
    "no sentence could be made out from here on; the file is not read further",
    "отсюда не удалось разобрать ни одного предложения; дальше файл не читается",
)
