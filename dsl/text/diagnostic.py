"""A message about a place in a source, and the list they are gathered in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.span import Span


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that explains the first, with a few words about it."""

    span: Span
    text: Both


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of a span; an empty span inserts."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that repair the finding. ``safe``: they cannot change what the file means beyond the repair."""

    title: Both
    edits: tuple[Edit, ...]
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding. ``args`` fill the code's templates; values may be ``Both`` to read differently in each language."""

    code: Code
    span: Span
    args: Mapping[str, object] = field(default_factory=dict)
    labels: tuple[Label, ...] = ()
    notes: tuple[Both, ...] = ()
    fix: Fix | None = None

    @property
    def severity(self) -> Severity:
        """As the code has it."""
        return self.code.severity

    @property
    def is_error(self) -> bool:
        """Whether the file cannot be used as it is."""
        return self.code.severity is Severity.ERROR

    def message(self, lang: str = "en") -> str:
        """What is wrong, in one sentence."""
        return self.code.message(self.args, lang)

    def help(self, lang: str = "en") -> str:
        """What to do about it, or an empty text."""
        return self.code.help(self.args, lang)

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Orders findings by file, place and code."""
        return (self.span.source.name, self.span.start, self.span.end, self.code.id)


class Diagnostics:
    """Gathers findings and drops repetitions: the same code at the same place with the same message."""

    def __init__(self, found: Iterable[Diagnostic] = ()) -> None:
        self._found: dict[tuple[str, str, int, int, str], Diagnostic] = {}
        self.extend(found)

    def report(
        self,
        code: Code,
        span: Span,
        *,
        labels: tuple[Label, ...] = (),
        notes: tuple[Both, ...] = (),
        fix: Fix | None = None,
        **args: object,
    ) -> Diagnostic:
        """Make a diagnostic from a code and its arguments, and keep it."""
        made = Diagnostic(code, span, args, labels, notes, fix)
        self.add(made)
        return made

    def add(self, found: Diagnostic) -> None:
        """Keep one more, unless it is here already."""
        span = found.span
        self._found.setdefault((found.code.id, span.source.name, span.start, span.end, found.message("en")), found)

    def extend(self, found: Iterable[Diagnostic]) -> None:
        """Keep many."""
        for one in found:
            self.add(one)

    @property
    def has_errors(self) -> bool:
        """Whether anything here is an error, not merely a warning."""
        return any(one.is_error for one in self._found.values())

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All of them, by file and place."""
        return tuple(sorted(self._found.values(), key=lambda one: one.sort_key))

    def kept(self) -> tuple[Diagnostic, ...]:
        """All of them, in the order in which they came."""
        return tuple(self._found.values())

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.sorted())

    def __len__(self) -> int:
        return len(self._found)
