"""How the linter is used: the prose at the head of docs/lint.md, in both languages."""

from __future__ import annotations

from voronka.dsl.text.codes.base import Both

INTRO = Both(
    """\
# Method lint

`voronka check` proves that a definition works; `voronka lint` says what works and should not stay so, by the
methods of those who build sales pipelines for a living. Made by `docs/tools/lint.py` of the pages that `voronka
explain RULE` prints; do not edit.

    voronka lint [PATH…] [--profile NAME] [--fix] [--unsafe-fixes] [--store FILE]
            [--format text|json|sarif|github]

Exit code 0: clean, 1: findings, 2: usage, or a file that cannot be read or written. Notes are shown with `-v`
and never fail. Files with errors are not linted; their errors are told. What stands in a module of the library
is read, but never complained about. Tasks without an assignee or a deadline, pipelines without `won` or `lost`,
and robots that can never fire are found by `check` already (V343, V344, V504, V341, V513). With `--store` the
deals of a store are looked at, too (L114).

## Which rules speak

Every rule has a severity of its own; a profile changes some, and the workspace has the last word, in
`voronka.toml`:

    [lint]
    profile = "amocrm"          # --profile on the command line wins over this line

    [lint.rules]                # by name or code: error, warning, note or off
    stage-without-guide = "off"
    L107 = "error"

    [lint.limits]
    stages-at-most = 10
""",
    """\
# Линтер методики

`voronka check` доказывает, что описание работает; `voronka lint` говорит, что работает, но не должно так
остаться, — по методике тех, кто строит воронки продаж. Страница собрана `docs/tools/lint.py` из страниц,
которые печатает `voronka explain ПРАВИЛО`; не правьте её руками.

    voronka lint [ПУТЬ…] [--profile ИМЯ] [--fix] [--unsafe-fixes] [--store ФАЙЛ]
            [--format text|json|sarif|github]

Код выхода 0 — чисто, 1 — есть замечания, 2 — неверный вызов или файл не прочитать или не записать. Замечания
уровня `note` видны с ключом `-v` и на код не влияют. Файлы с ошибками не проверяются, показываются их ошибки.
То, что написано в модулях библиотеки, читается, но не обсуждается. Задачи без исполнителя или срока, воронки
без `won` или `lost` и роботов, которые никогда не сработают, находит уже `check` (V343, V344, V504, V341,
V513). С ключом `--store` учитываются и сделки хранилища (L114).

## Какие правила работают

У каждого правила свой уровень; профиль меняет некоторые, а последнее слово за рабочей папкой, в `voronka.toml`:

    [lint]
    profile = "amocrm"          # --profile в командной строке важнее этой строки

    [lint.rules]                # по имени или коду: error, warning, note или off
    stage-without-guide = "off"
    L107 = "error"

    [lint.limits]
    stages-at-most = 10
""",
)
AFTER = Both(
    """\
## Allowing one finding

    # voronka: allow stage-without-limit "deals wait here for the season"
    stage waiting "Ждём сезона" { … }

On a line of its own the comment covers the sentence that follows, with its whole block; behind a sentence, that
sentence. Several rules are joined by commas. The reason is asked for (L002); what covers nothing any more is
reported (L001), what names no rule (L003) or cannot be read (L004), too.

## Repairs

`--fix` makes the safe fixes: those after which the file means what it meant. `--unsafe-fixes` makes the others,
too: look at the difference. Fixes that touch each other wait for the next round; after each round the files are
checked anew, and a fix that would break them is not made, and told. A file in the one style stays in it.
""",
    """\
## Разрешить одно замечание

    # voronka: allow stage-without-limit "здесь сделки ждут сезона"
    stage waiting "Ждём сезона" { … }

На отдельной строке комментарий относится к следующему предложению со всем его блоком, после предложения — к
нему. Правила перечисляют через запятую. Причина обязательна (L002); о комментарии, которому больше нечего
разрешать, сообщается (L001), как и о том, который не называет правила (L003) или не разбирается (L004).

## Исправления

`--fix` вносит безопасные исправления: после них файл значит то же, что и раньше. `--unsafe-fixes` вносит и
остальные: посмотрите на разницу. Исправления, которые задевают друг друга, ждут следующего круга; после каждого
круга файлы проверяются заново, и исправление, которое сломало бы их, не вносится, о чём сообщается. Файл в
едином стиле в нём и остаётся.
""",
)
