"""A drafted pipeline as text: what was found as sentences, the figures behind each as a comment beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from voronka.dsl.text.source import Source
from voronka.engine.discover.attributes import Attribute
from voronka.engine.discover.ends import Fate
from voronka.engine.discover.findings import Findings, Found
from voronka.engine.discover.names import Names, quoted, remark, share
from voronka.engine.templates.words import NBSP, number
from voronka.engine.time.wall import shown
from voronka.engine.words.dates import span

_ARCS = 3  # arrows named in a comment
_SEEN = 0.01  # share of a stage's cases, for an arrow to be named


def draft(found: Findings, name: str, lang: str) -> str:
    """The text of a file that declares the pipeline, in the formatter's style. ``name`` is called after the log."""
    from voronka.dsl.format.format import format_source

    made = format_source(Source("draft", _Draft(found, name, lang).text()))
    if made.text is None:
        said = "; ".join(one.message() for one in made.diagnostics)
        raise AssertionError(f"a drafted pipeline does not parse: {said}")
    return made.text


class _Draft:
    def __init__(self, found: Findings, name: str, lang: str) -> None:
        self.found, self.log, self.lang, self.ru = found, found.log, lang, lang == "ru"
        self.title = name
        self.names: dict[int, str] = {}
        names = Names()
        for one in (*found.stages, *found.won):
            self.names[one.act] = names.of(self.log.activities[one.act])
        self.stage_names = names
        fields = Names()
        self.fields: Mapping[int, str] = {
            n: fields.of(one.column.name, "f") for n, one in enumerate(found.fields) if not self._is_reason(one)
        }
        self.lines: list[str] = []

    def text(self) -> str:
        self._head()
        title = quoted(re.sub(r"[_\s]+", " ", self.title).strip() or "draft")
        self._line(f"pipeline {Names().of(self.title, 'log')} {title} {{")
        self._line(f'timezone "{self.found.zone.key}"')
        if self.found.work:
            self._line("calendar observed")
        self._line()
        self._declare()
        self._stages()
        self._lost()
        self._line("}")
        return "\n".join(self.lines) + "\n"

    # --- words

    def _line(self, text: str = "") -> None:
        self.lines.append(text)

    def say(self, ru: str, en: str) -> str:
        return ru if self.ru else en

    def n(self, value: int) -> str:
        return number(value, self.lang).replace(NBSP, " ")

    def share(self, part: int, whole: int) -> str:
        small = 0 < 10 * part < whole or 0 < 100 * (whole - part) < whole  # below 10 %, above 99 %
        return share(part, whole, self.lang, 1 if small else 0)

    def act(self, act: int) -> str:
        text = remark(self.log.activities[act])
        return f"«{text}»" if self.ru else f"“{text}”"

    def note(self, ru: str, en: str) -> None:
        self._line(f"# {self.say(ru, en)}")

    def _arrows(self, arcs: Sequence[tuple[int, int]], whole: int) -> str:
        worth = [(act, n) for act, n in arcs if n >= _SEEN * whole] or list(arcs)
        shown_ = ", ".join(f"{self.act(act)} {self.n(n)} ({self.share(n, whole)})" for act, n in worth[:_ARCS])
        rest = sum(n for _, n in arcs) - sum(n for _, n in worth[:_ARCS])
        return shown_ + (self.say(f", прочие {self.n(rest)}", f", others {self.n(rest)}") if rest else "")

    # --- parts

    def _head(self) -> None:
        log, found = self.log, self.found
        cases = len(log.cases)
        first, last = (shown(at, found.zone).date().isoformat() for at in (log.first, log.last))
        source = remark(log.source)
        self.note(
            f"Черновик, `voronka discover` по журналу {source}: цифры — из журнала, решения — за вами.",
            f"Drafted by `voronka discover` from {source}: the figures are the log's, what to do of them is yours.",
        )
        self.note(
            f"Событий {self.n(len(log))}, случаев {self.n(cases)}, разных путей {self.n(found.mined.variants)}; "
            f"{first} — {last} ({found.zone.key}).",
            f"Events {self.n(len(log))}, cases {self.n(cases)}, different courses {self.n(found.mined.variants)}; "
            f"{first} to {last} ({found.zone.key}).",
        )
        won, lost, silent, running = (found.ends.count(fate) for fate in Fate)
        self.note(
            f"Выиграно {self.n(won)} ({self.share(won, cases)}), отказов {self.n(lost)}, "
            f"затихло без конца {self.n(silent)}, ещё идёт {self.n(running)}.",
            f"Won {self.n(won)} ({self.share(won, cases)}), lost {self.n(lost)}, "
            f"gone silent without an end {self.n(silent)}, still running {self.n(running)}.",
        )
        if log.duplicates:
            n = self.n(log.duplicates)
            self.note(f"Повторов событий пропущено: {n}.", f"Events said twice, dropped: {n}.")
        if log.tied:
            n = self.n(log.tied)
            self.note(
                f"Событий в один миг с предыдущим: {n}; их порядок — как в файле.",
                f"Events at the instant of the one before: {n}; their order is that of the file.",
            )
        if found.rare:
            listed = ", ".join(f"{self.act(act)} {self.n(n)}" for act, n in found.rare[:20])
            rest = self.n(len(found.rare) - 20) if len(found.rare) > 20 else ""
            more = self.say(f", и ещё {rest}", f", and {rest} more") if rest else ""
            self.note(
                f"Слишком редкие для этапа (случаев): {listed}{more}.", f"Too rare for a stage (cases): {listed}{more}."
            )
        if found.detours:
            self.note(
                "Не этапы: большинство прошедших дальше их миновало; это скорее задачи (--passed 0 оставит этапами):",
                "No stages: most cases that went further left them out; rather tasks (--passed 0 keeps them):",
            )
        for one in found.detours[:20]:
            share, after = self.share(one.passed, one.further), self._from(one.after)
            self.note(
                f"  {self.act(one.act)}: случаев {self.n(one.cases)}, {share} прошедших дальше; {after}",
                f"  {self.act(one.act)}: cases {self.n(one.cases)}, {share} of those that went further; {after}",
            )
        if found.unused:
            listed = ", ".join(remark(name) for name in found.unused[:20])
            self.note(f"Ничего не говорят столбцы: {listed}.", f"Columns that say nothing: {listed}.")
        self._line()
        self._line(f"language {'ru' if self._cyrillic() else 'en'}")
        self._line()
        if work := found.work:
            self.note(
                "По выходным почти ничего не происходит; праздники: `based on ru` или другая страна.",
                "Almost nothing happens on weekends; for holidays write `based on` and your country.",
            )
            title = self.say("Как в журнале", "As in the log")
            self._line(f'calendar observed "{title}" {{\nhours {work.opens}-{work.closes}\n}}')
            self._line()

    def _cyrillic(self) -> bool:
        return sum(bool(re.search("[а-яё]", name, re.IGNORECASE)) for name in self.log.activities) * 2 > len(
            self.log.activities
        )

    def _declare(self) -> None:
        roles = Names()
        for role in self.found.roles[:20]:
            self._line(f"role {roles.of(role, 'r')} {quoted(role)}")
        if self.found.roles:
            self._line()
        for n, one in enumerate(self.found.fields):
            if n in self.fields:
                self._line(f"field {self.fields[n]} {quoted(one.column.name)} {self._type(one)}")
        if self.fields:
            self._line()

    def _type(self, one: Attribute) -> str:
        if one.type != "choice":
            return one.type
        names = Names()
        inside = "\n".join(f"{names.of(option, 'v')} {quoted(option)}" for option in one.options)
        return f"choice {{\n{inside}\n}}"

    def _stages(self) -> None:
        if not self.found.stages:
            title = self.say("Поступило", "Came in")
            self.note("Журнал знает только концы случаев.", "The log knows only how cases end.")
            self._line(f'stage {self.stage_names.of("came in")} "{title}"')
            self._line()
        for one in self.found.stages:
            self._stage(one)
            self._line()
        for one in self.found.won:
            self._won(one)
            self._line()
        if not self.found.won:
            title = self.say("Завершено", "Done")
            self.note(
                "Концов с успехом в журнале не видно; назовите их: --won.",
                "The log shows no winning end; name it: --won.",
            )
            self._line(f'won {self.stage_names.of("done")} "{title}"')
            self._line()

    def _stage(self, one: Found) -> None:
        cases = len(self.log.cases)
        self._line(f"stage {self.names[one.act]} {quoted(self.log.activities[one.act])} {{")
        again = self.say(f", повторов подряд {self.n(one.again)}", f", repeated at once {self.n(one.again)}")
        self.note(
            f"случаев {self.n(one.cases)} ({self.share(one.cases, cases)}), с него начинают {self.n(one.starts)}, "
            f"на нём кончают {self.n(one.ends)}{again if one.again else ''}",
            f"cases {self.n(one.cases)} ({self.share(one.cases, cases)}), begun here {self.n(one.starts)}, "
            f"ended here {self.n(one.ends)}{again if one.again else ''}",
        )
        self._work(one)
        if one.settled:
            percent = (200 * one.won + one.settled) // (2 * one.settled)
            of = self.say(
                f"выиграно {self.n(one.won)} из {self.n(one.settled)} завершённых",
                f"{self.n(one.won)} of {self.n(one.settled)} that are over were won",
            )
            self._line(f"probability {percent}%  # {of}")
        if one.limit:
            median = span(one.median, self.lang)
            of = self.say(
                f"90 % из {self.n(one.stays)} пребываний не дольше; медиана {median}",
                f"90 % of {self.n(one.stays)} stays are no longer; median {median}",
            )
            self._line(f"limit {one.limit}  # {of}")
        self._requires(one)
        moves = sum(n for _, n in (*one.onward, *one.back))
        if one.onward:
            arrows = self._arrows(one.onward, moves)
            self.note(f"дальше: {arrows}", f"goes on to: {arrows}")
        self._back(one, moves)
        if one.either:
            others = ", ".join(self.act(act) for act in one.either)
            self.note(f"порядок бывает любой с: {others}", f"either order with: {others}")
        self._line("}")

    def _work(self, one: Found) -> None:
        if one.people:
            total = sum(one.roles.values())
            roles = ", ".join(
                f"{remark(role)} {self.share(n, total)}"
                for role, n in sorted(one.roles.items(), key=lambda item: (-item[1], item[0]))[:5]
            )
            n = self.n(one.people)
            by = f": {roles}" if roles else ""
            self.note(f"исполнителей {n}{by}", f"people at work {n}{by}")

    def _requires(self, one: Found) -> None:
        for attribute, known in one.required:
            if attribute not in self.fields:
                continue
            of = self.say(
                f"известно в {self.share(known.filled, known.cases)} из {self.n(known.cases)} случаев",
                f"known in {self.share(known.filled, known.cases)} of {self.n(known.cases)} cases",
            )
            self._line(f"require {self.fields[attribute]}  # {of}")

    def _back(self, one: Found, moves: int) -> None:
        if one.back:
            arrows = self._arrows(one.back, moves)
            self.note(
                f"возвращается (назад пускают всегда, если этап пустит): {arrows}",
                f"goes back to (moves back are allowed wherever that stage lets in): {arrows}",
            )

    def _won(self, one: Found) -> None:
        self._line(f"won {self.names[one.act]} {quoted(self.log.activities[one.act])} {{")
        cases = len(self.log.cases)
        self.note(
            f"случаев {self.n(one.cases)} ({self.share(one.cases, cases)}), кончаются здесь {self.n(one.ends)}",
            f"cases {self.n(one.cases)} ({self.share(one.cases, cases)}), ended here {self.n(one.ends)}",
        )
        self._work(one)
        self._requires(one)
        self._back(one, sum(n for _, n in (*one.onward, *one.back)))
        self._line("}")

    # --- losses

    def _is_reason(self, one: Attribute) -> bool:
        explained = self.found.explained
        return explained is not None and explained.attribute is one

    def _lost(self) -> None:
        found = self.found
        losses = found.lost
        title = quoted(self.log.activities[losses[0][0]]) if len(losses) == 1 else f'"{self.say("Отказ", "Lost")}"'
        name = self.stage_names.of(self.log.activities[losses[0][0]] if len(losses) == 1 else "lost")
        self._line(f"lost {name} {title} {{")
        reasons = Names()
        if len(losses) > 1:
            for act, n, sources in losses:
                of = self.say(
                    f"случаев {self.n(n)}: {self._from(sources)}", f"cases {self.n(n)}: {self._from(sources)}"
                )
                self._reason(reasons, self.log.activities[act], self.log.activities[act], of)
        elif losses and found.explained is None:
            act, n, sources = losses[0]
            of = self.say(
                f"случаев {self.n(n)}, причины журнал не знает: {self._from(sources)}",
                f"cases {self.n(n)}, the log does not say why: {self._from(sources)}",
            )
            unknown = self.say("Причина не указана", "Reason unknown")
            self._reason(reasons, "unknown", unknown, of)
        if found.explained is not None:
            self._explained(reasons, many=len(losses) > 1)
        silent = found.ends.count(Fate.SILENT)
        if silent:
            of = self.say(
                f"случаев {self.n(silent)}: {self._from(found.silent_from)}",
                f"cases {self.n(silent)}: {self._from(found.silent_from)}",
            )
            went = self.say("Затихли", "Went silent")
            self._reason(reasons, "went silent", went, of)
        if not losses and not silent:
            none = self.say(
                "отказов в журнале не видно; назовите их: --lost", "the log shows no losses; name them: --lost"
            )
            unknown = self.say("Причина не указана", "Reason unknown")
            self._reason(reasons, "unknown", unknown, none)
        self._line("}")

    def _reason(self, names: Names, text: str, title: str, figures: str) -> None:
        self._line(f"# {figures}")
        self._line(f"reason {names.of(text, 'r')} {quoted(title)}")

    def _from(self, sources: Sequence[tuple[int, int]]) -> str:
        if not sources:
            return self.say("с самого начала", "from the very beginning")
        whole = sum(n for _, n in sources)
        return self.say("после ", "after ") + self._arrows(sources, whole)

    def _explained(self, reasons: Names, many: bool) -> None:
        explained = self.found.explained
        assert explained is not None
        column = remark(explained.attribute.column.name)
        ordered = sorted(explained.counts.items(), key=lambda item: (-item[1], item[0]))
        if many:
            listed = ", ".join(f"{remark(text)} {self.n(n)}" for text, n in ordered)
            self.note(f"по столбцу {column}: {listed}", f"by the column {column}: {listed}")
            return
        for text, n in ordered:
            of = self.say(f"случаев {self.n(n)}, столбец {column}", f"cases {self.n(n)}, by the column {column}")
            self._reason(reasons, text, text, of)
        if explained.blank:
            title = self.say("Причина не указана", "Reason unknown")
            blank = self.n(explained.blank)
            of = self.say(f"случаев {blank}", f"cases {blank}")
            self._reason(reasons, "unknown", title, of)
