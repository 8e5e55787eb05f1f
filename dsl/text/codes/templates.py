"""V6xx: mail, message and document templates."""

from voronka.dsl.text.codes.base import Code, Severity

NO_SUBJECT = Code(
    "V601",
    "template-without-subject",
    Severity.WARNING,
    "the template “{name}” is sent as a mail and has no subject",
    "шаблон «{name}» отправляется письмом, а темы у него нет",
    "start it with a line `subject: …` and a blank line",
    "начните его со строки `subject: …` и пустой строки",
)
SYNTAX = Code(
    "V602",
    "template-syntax",
    Severity.ERROR,
    "this template cannot be read: {what}",
    "шаблон не разобрать: {what}",
)
FORBIDDEN = Code(
    "V603",
    "template-forbidden",
    Severity.ERROR,
    "templates have no {what}",
    "в шаблонах нет {what}",
    "{instead_en}",
    "{instead_ru}",
)
UNKNOWN_NAME = Code(
    "V604",
    "template-unknown-name",
    Severity.ERROR,
    "there is no “{name}” in {where}{hint}",
    "«{name}» нет: {where}{hint}",
)
UNKNOWN_PART = Code(
    "V605",
    "template-unknown-part",
    Severity.ERROR,
    "“{whole}” has no “{name}”{hint}",
    "у «{whole}» нет «{name}»{hint}",
)
UNKNOWN_FILTER = Code(
    "V606",
    "template-unknown-filter",
    Severity.ERROR,
    "there is no filter “{name}”{hint}",
    "фильтра «{name}» нет{hint}",
    "filters: {known}",
    "фильтры: {known}",
)
UNKNOWN_TEST = Code(
    "V607",
    "template-unknown-test",
    Severity.ERROR,
    "there is no test “is {name}”",
    "проверки «is {name}» нет",
    "ask “is set” or “is not set”, or compare with ==",
    "есть «is set» и «is not set»; остальное сравнивайте через ==",
)
NO_LIST = Code(
    "V608",
    "template-not-a-list",
    Severity.ERROR,
    "`for` walks declared lists only, and this is none",
    "`for` проходит только объявленные списки, а это не список",
    "lists here: {known}",
    "списки здесь: {known}",
)
TYPE = Code(
    "V609",
    "template-type",
    Severity.ERROR,
    "{what}",
    "{what}",
)
MAYBE_UNSET = Code(
    "V610",
    "template-maybe-unset",
    Severity.WARNING,
    "“{name}” may be unset here{because}; then nothing is sent and the deal gets an incident",
    "«{name}» может быть не заполнено{because}; тогда ничего не отправится, а у сделки появится инцидент",
    'require it in the stage, or write {{{{ {name} | default("…") }}}} or {{% if {name} is set %}}',
    'потребуйте поле на этапе или напишите {{{{ {name} | default("…") }}}} либо {{% if {name} is set %}}',
)
TOO_LARGE = Code(
    "V611",
    "template-too-large",
    Severity.ERROR,
    "this template is too large: {what}",
    "шаблон слишком велик: {what}",
)
HEADER = Code(
    "V612",
    "template-header",
    Severity.ERROR,
    "{what}",
    "{what}",
    "headers stand before the first blank line: {known}; a text that only looks like one starts with a blank line",
    "заголовки стоят до первой пустой строки: {known}; текст, который лишь похож на них, начните с пустой строки",
)
ARGUMENT = Code(
    "V613",
    "template-filter-argument",
    Severity.ERROR,
    "the filter “{name}” takes {expected}",
    "аргумент фильтра «{name}»: {expected}",
)
OUT_OF_PLACE = Code(
    "V614",
    "template-out-of-place",
    Severity.ERROR,
    "“{name}” is not known here: {why}",
    "«{name}» здесь неизвестно: {why}",
)
UNKNOWN_OPTION = Code(
    "V615",
    "template-unknown-option",
    Severity.ERROR,
    "“{whole}” is never “{name}”{hint}",
    "«{whole}» не бывает «{name}»{hint}",
    "it is one of: {known}",
    "бывает: {known}",
)
BAD_WORD = Code(
    "V616",
    "template-word",
    Severity.ERROR,
    "{file} cannot be filled: {what}",
    "{file} не заполнить: {what}",
)
PRINT_FORM = Code(
    "V617",
    "print-form-as-text",
    Severity.ERROR,
    "the template “{name}” is a print form, and no text can be made of it",
    "шаблон «{name}» — печатная форма, текстом письма она не станет",
    'make it a document (field f "…" document using "{name}"), `render` that and `attach` it',
    'сделайте поле-документ (field f "…" document using "{name}"), создайте его через `render` и приложите: `attach`',
)
NOT_ATTACHED = Code(
    "V618",
    "attachment-not-taken",
    Severity.ERROR,
    "`{name}` takes no attachments",
    "`{name}` вложений не берёт",
    "these do: {known}",
    "берут: {known}",
)
