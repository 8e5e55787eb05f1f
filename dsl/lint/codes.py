"""L0xx: what is said of the suppressions themselves."""

from __future__ import annotations

from voronka.dsl.text.codes.base import Code, Severity

UNUSED = Code(
    "L001",
    "unused-suppression",
    Severity.WARNING,
    "`{rule}` finds nothing here that this comment would allow",
    "`{rule}` ничего здесь не находит, разрешать нечего",
    "delete the comment, or put it before the sentence it speaks of",
    "удалите комментарий или поставьте его перед тем предложением, о котором он",
)
NO_REASON = Code(
    "L002",
    "suppression-without-reason",
    Severity.WARNING,
    "the reason is missing: why is `{rule}` allowed here?",
    "не сказано почему: по какой причине здесь разрешено `{rule}`?",
    'write it behind the name: `# voronka: allow {rule} "why"`',
    'напишите причину после названия: `# voronka: allow {rule} "почему"`',
)
UNKNOWN_RULE = Code(
    "L003",
    "unknown-rule",
    Severity.WARNING,
    "there is no lint rule “{rule}”{hint}",
    "нет правила «{rule}»{hint}",
    "`voronka explain` lists the rules",
    "`voronka explain` перечислит правила",
)
MALFORMED = Code(
    "L004",
    "malformed-suppression",
    Severity.WARNING,
    "a comment for the linter that it cannot read",
    "комментарий для линтера, который не разобрать",
    'the form is `# voronka: allow RULE, RULE "reason"`',
    'форма такая: `# voronka: allow ПРАВИЛО, ПРАВИЛО "причина"`',
)

ALL = (UNUSED, NO_REASON, UNKNOWN_RULE, MALFORMED)


def find(text: str) -> Code | None:
    """One of these by id or name, in any case."""
    wanted = text.strip().lower()
    return next((code for code in ALL if wanted in (code.id.lower(), code.name)), None)
