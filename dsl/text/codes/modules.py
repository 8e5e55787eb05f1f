"""V2xx: files that use each other, modules, parameters, template files."""

from voronka.dsl.text.codes.base import Code, Severity

CIRCULAR_USE = Code(
    "V201",
    "circular-use",
    Severity.ERROR,
    "files use each other in a circle: {path}",
    "файлы используют друг друга по кругу: {path}",
    "move what both need into a third file",
    "вынесите общее в третий файл",
)
UNKNOWN_LIBRARY_MODULE = Code(
    "V202",
    "unknown-library-module",
    Severity.ERROR,
    "the standard library has no module `{name}`",
    "в стандартной библиотеке нет модуля `{name}`",
    "{hint}",
    "{hint}",
)
MISSING_FILE = Code(
    "V203",
    "used-file-missing",
    Severity.ERROR,
    "the file {file} that is used here does not exist",
    "файла {file}, который здесь подключается, нет",
    "the path counts from the folder of {source}",
    "путь считается от папки файла {source}",
)
ALIAS_TAKEN = Code(
    "V204",
    "alias-taken",
    Severity.ERROR,
    "`{name}` already stands for {other}",
    "`{name}` уже означает {other}",
    "choose another name after `as`",
    "выберите другое имя после `as`",
)
UNKNOWN_MODULE = Code(
    "V205",
    "unknown-module",
    Severity.ERROR,
    "there is no module `{name}` here",
    "модуля `{name}` здесь нет",
    "{hint}",
    "{hint}",
)
NOT_VISIBLE = Code(
    "V206",
    "not-visible",
    Severity.ERROR,
    "`{name}` is declared in {file}, which this file does not use",
    "`{name}` объявлено в файле {file}, а этот файл его не подключает",
    "add `use {use}`",
    "добавьте `use {use}`",
)
MISSING_PARAMETER = Code(
    "V207",
    "missing-parameter",
    Severity.ERROR,
    "module `{module}` needs `{name}`",
    "модулю `{module}` нужен параметр `{name}`",
    "add `{name} = …` to the include; it is {type}",
    "добавьте в include `{name} = …`; это {type}",
)
UNKNOWN_PARAMETER = Code(
    "V208",
    "unknown-parameter",
    Severity.ERROR,
    "module `{module}` has no parameter `{name}`",
    "у модуля `{module}` нет параметра `{name}`",
    "{hint}",
    "{hint}",
)
WRONG_PARAMETER = Code(
    "V209",
    "wrong-parameter",
    Severity.ERROR,
    "`{name}` of module `{module}` must be {wanted}, this is {got}",
    "`{name}` модуля `{module}` — это {wanted}, а здесь {got}",
    "{hint}",
    "{hint}",
)
PARAMETER_TWICE = Code(
    "V210",
    "parameter-twice",
    Severity.ERROR,
    "`{name}` is given twice",
    "`{name}` задано дважды",
)
INCLUDE_CYCLE = Code(
    "V211",
    "include-cycle",
    Severity.ERROR,
    "modules include each other in a circle: {path}",
    "модули включают друг друга по кругу: {path}",
)
INCLUDE_TWICE = Code(
    "V212",
    "include-twice",
    Severity.ERROR,
    "module `{module}` is already included here as `{name}`",
    "модуль `{module}` уже включён здесь как `{name}`",
    "give this one a name of its own: `include {module} as …`",
    "дайте этому своё имя: `include {module} as …`",
)
MISPLACED = Code(
    "V213",
    "misplaced-in-module",
    Severity.ERROR,
    "module `{module}` cannot be included {where}: its `{what}` has no place there",
    "модуль `{module}` нельзя включить {where}: его `{what}` там не к месту",
    "{hint}",
    "{hint}",
)
UNCONDITIONAL = Code(
    "V214",
    "unconditional-in-include",
    Severity.ERROR,
    "`{what}` of module `{module}` cannot depend on a condition, so the include cannot have a `when`",
    "`{what}` из модуля `{module}` не может зависеть от условия, поэтому у include не может быть `when`",
)
TOO_MANY_INCLUDES = Code(
    "V215",
    "too-many-includes",
    Severity.ERROR,
    "more than {limit} modules are included in `{pipeline}`",
    "в `{pipeline}` включено больше {limit} модулей",
)
MISSING_TEMPLATE = Code(
    "V216",
    "missing-template",
    Severity.ERROR,
    "there is no template `{name}`",
    "шаблона `{name}` нет",
    "looked for {tried}{hint}",
    "искали {tried}{hint}",
)
AMBIGUOUS_TEMPLATE = Code(
    "V217",
    "ambiguous-template",
    Severity.ERROR,
    "template `{name}` may be any of {files}",
    "шаблон `{name}` — это любой из {files}",
    "keep one of them",
    "оставьте один из них",
)
BAD_TEMPLATE_NAME = Code(
    "V218",
    "bad-template-name",
    Severity.ERROR,
    "`{name}` is no name of a template",
    "`{name}` — не имя шаблона",
    "write it without a suffix, and without `..`: `offer`, `letters/offer`",
    "пишите без расширения и без `..`: `offer`, `letters/offer`",
)
TWO_TEMPLATES = Code(
    "V219",
    "two-templates",
    Severity.ERROR,
    "template `{name}` would be {file} here and {other} elsewhere",
    "шаблон `{name}` здесь — {file}, а в другом месте — {other}",
    "templates of one workspace need different names",
    "в одном проекте имена шаблонов должны различаться",
)
NO_FILES = Code(
    "V220",
    "no-pipeline-files",
    Severity.ERROR,
    "there is no .pipeline file in {folder}",
    "в {folder} нет ни одного файла .pipeline",
    "name a file or a folder that holds some",
    "укажите файл или папку, где они есть",
)
NOT_A_VALUE = Code(
    "V221",
    "parameter-is-no-value",
    Severity.ERROR,
    "parameter `{name}` is {type} and cannot stand in an expression",
    "параметр `{name}` — это {type}, в выражении ему не место",
)
