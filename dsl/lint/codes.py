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
    page="""A suppression covers the sentence that follows it, with its whole block; behind a sentence, that sentence.
One that covers no finding any more hides the next one, so it is reported. Rules that are off are not asked.""",
)
NO_REASON = Code(
    "L002",
    "suppression-without-reason",
    Severity.WARNING,
    "the reason is missing: why is `{rule}` allowed here?",
    "не сказано почему: по какой причине здесь разрешено `{rule}`?",
    'write it behind the name: `# voronka: allow {rule} "why"`',
    'напишите причину после названия: `# voronka: allow {rule} "почему"`',
    page="""The next reader has to know whether the exception still holds. Until the reason is there, the comment still
allows what it names, so that there is one finding and not two.""",
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
