"""V7xx: files and folders that cannot be read."""

from voronka.dsl.text.codes.base import Code, Severity

NOT_FOUND = Code(
    "V701",
    "file-not-found",
    Severity.ERROR,
    "there is no file {file}",
    "файла {file} нет",
    "check the path and the working folder",
    "проверьте путь и текущую папку",
)
IS_DIRECTORY = Code(
    "V702",
    "is-a-folder",
    Severity.ERROR,
    "{file} is a folder, a .pipeline file was expected here",
    "{file} — это папка, а здесь нужен файл .pipeline",
    "name a file inside it",
    "укажите файл внутри неё",
)
NO_PERMISSION = Code(
    "V703",
    "no-permission",
    Severity.ERROR,
    "{file} cannot be read: permission denied",
    "{file} не прочитать: нет прав",
    "give the user that runs voronka the right to read it",
    "дайте право на чтение пользователю, от имени которого работает voronka",
)
UNREADABLE = Code(
    "V704",
    "unreadable-file",
    Severity.ERROR,
    "{file} cannot be read: {why}",
    "{file} не прочитать: {why}",
)
TOO_LARGE = Code(
    "V705",
    "file-too-large",
    Severity.ERROR,
    "{file} is too large: {size}, at most {limit} are read",
    "{file} слишком велик: {size}, читается не больше {limit}",
    "split the definition into several files and join them with `use`",
    "разделите определение на несколько файлов и соедините их через `use`",
)
NOT_UTF8 = Code(
    "V706",
    "not-utf8",
    Severity.ERROR,
    "{file} is not UTF-8: byte {byte} at offset {offset} (line {line}, column {column})",
    "{file} не в UTF-8: байт {byte} по смещению {offset} (строка {line}, позиция {column})",
    "save the file as UTF-8; Windows-1251 is a common cause",
    "сохраните файл в UTF-8; частая причина — кодировка Windows-1251",
)
