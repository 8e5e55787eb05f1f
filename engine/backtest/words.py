"""What a backtest found, in words: what a person reads who wants to know whether an edit is a good one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from voronka.dsl.definition.model import Pipeline
from voronka.engine.backtest.differ import DIFFERS, DIVERGED, SAME, Block, End, Result
from voronka.engine.backtest.tally import Blocked, Change, Count, Key, Shift, Tally, ranked
from voronka.engine.deal.protocol import Unmet
from voronka.engine.plan.words import DEALS, Line
from voronka.engine.program.build import Programs
from voronka.engine.program.lineage import sentences
from voronka.engine.words import dates
from voronka.engine.words.unmet import explain

MOST = 12  # rows of a section, unless details are asked for
_KINDS = {
    "rule": ("правило", "rule"),
    "absent": ("события сделки", "events of a deal"),
    "create": ("новая сделка", "a new deal"),
    "move": ("переход", "move"),
    "lose": ("отказ", "loss"),
    "reopen": ("возврат в работу", "reopening"),
    "done": ("ответ на задачу", "answer to a task"),
    "reschedule": ("перенос задачи", "task moved"),
    "event": ("событие", "event"),
    "set": ("изменение полей", "fields set"),
    "tick": ("отметки списка", "checklist"),
    "assign": ("другой ответственный", "another owner"),
    "attach": ("файл", "file"),
    "contact": ("разговор", "conversation"),
    "note": ("заметка", "note"),
}
_CHANNELS = {
    "notify": ("уведомление", "notice"),
    "digest": ("сводка", "digest"),
    "run": ("вызов", "call"),
    "email": ("письмо", "email"),
}
_ENDS = {
    "open": ("в работе", "open"),
    "won": ("выиграны", "won"),
    "lost": ("проиграны", "lost"),
    "absent": ("не появились", "never made"),
}
_UNLIKE = {
    "moves": ("переходы", "moves"),
    "tasks": ("задачи", "tasks"),
    "deadlines": ("сроки", "deadlines"),
    "sent": ("письма и уведомления", "mails and notices"),
    "deals": ("созданные сделки", "deals made"),
    "held back": ("удержанные переходы", "moves held back"),
    "refused": ("события, которые контроль отклоняет", "events that the control refuses"),
}
_ASKED = {
    "turn": ("чья очередь", "whose turn it is"),
    "idle": ("кто свободнее", "who is least busy"),
    "free": ("свободно ли", "whether it is free"),
    "unique": ("нет ли такой же", "whether it is unique"),
    "card": ("значения карточки", "values of a card"),
}


class BacktestWords:
    """A backtest in one language. ``names``: the edited definition, ``before``: that of the control."""

    def __init__(self, tally: Tally, names: Programs, before: Programs, lang: str) -> None:
        self.tally = tally
        self.programs = (names, before)
        self.lang = lang
        self.ru = lang == "ru"

    def say(self, pair: tuple[str, str]) -> str:
        """(Russian, English)."""
        return pair[0] if self.ru else pair[1]

    def quoted(self, text: str) -> str:
        return f"«{text}»" if self.ru else f"“{text}”"

    def count(self, n: int) -> str:
        return dates.count(n, self.lang, *DEALS)

    # --- names

    def _homes(self, pipeline: str) -> Iterable[Pipeline]:
        for programs in self.programs:
            if pipeline in programs.definition.pipelines:
                yield programs.definition.pipelines[pipeline]

    def stage(self, pipeline: str, name: str) -> str:
        for home in self._homes(pipeline):
            if name in home.stages:
                return home.stages[name].title.in_(self.lang) or name
        return name

    def reason(self, pipeline: str, name: str) -> str:
        for home in self._homes(pipeline):
            if name in home.reasons:
                return home.reasons[name].title.in_(self.lang) or name
        return name

    def path(self, pipeline: str, path: str) -> tuple[str, str]:
        """(title, place) of a task, a limit, a robot or a sentence."""
        stage, _, rest = path.rpartition("/")
        if rest == "#limit":
            said = (
                f"предел времени на этапе {self.quoted(self.stage(pipeline, stage))}",
                f"time limit in {self.quoted(self.stage(pipeline, stage))}",
            )
            homes = [home.stages[stage] for home in self._homes(pipeline) if stage in home.stages]
            place = str(homes[0].limit.loc) if homes and homes[0].limit is not None else ""
            return self.say(said), place
        for home in self._homes(pipeline):
            found = sentences(home).get(path) or next(
                (one for one in sentences(home).values() if one.kind == "Task" and one.name == path), None
            )
            if found is None:
                continue
            node = found.node
            if title := getattr(node, "title", None):
                return self.quoted(title.in_(self.lang) or path), str(node.loc)
            message = getattr(node, "message", None)
            if message is not None:
                text = message.texts.in_(self.lang) or message.text or message.template
                text = " ".join(text.split())
                return self.quoted(text if len(text) <= 60 else f"{text[:59]}…"), str(node.loc)
            for label, name in (("stage", getattr(node, "stage", "")), ("reason", getattr(node, "reason", ""))):
                if name:
                    called = self.stage(pipeline, name) if label == "stage" else self.reason(pipeline, name)
                    return f"→ {self.quoted(called)}", str(node.loc)
            return path, str(getattr(node, "loc", ""))
        return self.quoted(path), ""

    def why(self, pipeline: str, unmet: Unmet) -> str:
        """A gate's reason; never the value that it looked at."""
        if unmet.kind == "absent":
            return self.say(("сделка здесь не появляется", "the deal never came to be"))
        if unmet.kind == "undecidable":
            return self.say(("решить не удаётся", "it cannot be decided"))
        if unmet.kind == "unheard":
            return self.say(
                (f"событие {self.quoted(unmet.name)} никто не ждёт", f"nothing listens to {self.quoted(unmet.name)}")
            )
        if unmet.kind == "type" and unmet.args.get("why") == "value":
            field = self.quoted(unmet.message.in_(self.lang) or unmet.name)
            return self.say((f"значение не подходит полю {field}", f"the value does not fit {field}"))
        for home in self._homes(pipeline):
            said = explain(unmet, home, self.lang, lambda name, value: str(value)).what
            condition = unmet.args.get("text", "") if unmet.kind in ("enter", "leave", "check") else ""
            return said if not condition or condition in said else f"{said} ({condition})"
        return unmet.name

    # --- the whole

    def lines(self, detail: bool = False) -> list[Line]:
        """The summary. ``detail``: every row of every section."""
        tally = self.tally
        if not tally.deals and not tally.unread:
            return [Line("info", "", self.say(("Таких сделок нет.", "There are no such deals.")))]
        found = [*self._control(), *self._fates()]
        if not tally.differences:
            same = ("Разницы нет.", "No difference.")
            return [*found, Line("add", "", self.say(same))]
        most = None if detail else MOST
        found += self._blocked(most)
        found += self._rules()
        found += self._ends()
        for title, rows in (
            (("Задачи", "Tasks"), [(*self.path(k[0], k[1]), k, one) for k, one in tally.tasks.items()]),
            (
                ("Письма и уведомления", "Mails and notices"),
                [(*self._sent(k), k, one) for k, one in tally.sent.items()],
            ),
            (("Переходы по правилам", "Moves by rule"), [(*self._moved(k), k, one) for k, one in tally.moved.items()]),
            (("Созданные сделки", "Deals made"), [(self._into(k), "", k, one) for k, one in tally.made.items()]),
        ):
            found += self._changes(self.say(title), rows, most)
        return [*found, *self._shifts(most), *self._notes()]

    def _control(self) -> list[Line]:
        tally = self.tally
        compared = tally.deals - tally.older.deals
        of = dates.count(compared, "ru", ("сделки", "сделок", "сделок"), DEALS[1])
        says = self.say(
            (
                f"Контроль (действующие файлы) повторяет журнал: {tally.reproduced} из {of}",
                f"Control (the files in force) repeats the log: {tally.reproduced} of {self.count(compared)}",
            )
        )
        found = [Line("info" if tally.reproduced == compared else "bad", "", says)] if compared else []
        for what, count in sorted(tally.unlike.items()):
            text = self.say(
                (f"иначе, чем в журнале: {self.say(_UNLIKE[what])}", f"unlike the log: {self.say(_UNLIKE[what])}")
            )
            found.append(Line("bad", "✗", text, self._deals(count)))
        if tally.older.deals:
            text = self.say(
                (
                    "жили по другим версиям или с забытыми данными: с журналом не сличаются",
                    "lived under other versions, or with data since forgotten: not held against the log",
                )
            )
            found.append(Line("info", "·", text, self._deals(tally.older)))
        return found

    def _fates(self) -> list[Line]:
        tally = self.tally
        otherwise, apart = tally.status[DIFFERS], tally.status[DIVERGED]
        rows = [
            ("info", "·", ("как было", "as before"), tally.status[SAME]),
            ("change", "~", ("идут иначе", "go otherwise"), otherwise),
            (
                "bad",
                "✗",
                (
                    f"расходятся с историей: записанных событий не к месту — {tally.later}",
                    f"diverge: recorded events that meet another state — {tally.later}",
                ),
                apart,
            ),
        ]
        head = dates.count(tally.inputs, self.lang, ("событие", "события", "событий"), ("event", "events"))
        whole = self.say(
            (f"{self.count(tally.deals)}, {head} в журнале", f"{self.count(tally.deals)}, {head} in the log")
        )
        return [
            Line("head", "", whole),
            *(Line(tone, mark, self.say(text), self.count(n)) for tone, mark, text, n in rows if n),
        ]

    def _deals(self, count: Count, number: bool = True) -> str:
        listed = ", ".join(map(str, count.examples))
        more = ", …" if count.deals > len(count.examples) else ""
        return f"{self.count(count.deals)}: {listed}{more}" if number else f"{listed}{more}"

    # --- sections

    def _blocked(self, most: int | None) -> list[Line]:
        rows = list(ranked(self.tally.blocked))
        if not rows:
            return []
        head = ("Не пускает", "Kept from happening")
        found = [Line("head", "", self.say(head))]
        found += [
            Line(
                "bad", "✗", self.what(one.pipeline, one), self._deals(one.count), (self._gate(one.pipeline, one.unmet),)
            )
            for one in rows[:most]
        ]
        return [*found, *self._rest(len(rows), most)]

    def what(self, pipeline: str, one: Blocked | Block) -> str:
        """What was kept: a move by a rule, an answer, an event."""
        target = one.target
        if one.kind == "rule":
            title, place = self.path(pipeline, one.rule)
            named = any(target in home.stages for home in self._homes(pipeline))
            called = self.stage(pipeline, target) if named else self.reason(pipeline, target)
            where = "" if not place else f" ({place})"
            by = "" if title.startswith("→") else f", {title}"
            return f"→ {self.quoted(called)}{by}{where}"
        kind = self.say(_KINDS.get(one.kind, (one.kind, one.kind)))
        if not target:
            return kind
        if one.kind in ("move", "reopen"):
            return f"{kind} → {self.quoted(self.stage(pipeline, target))}"
        if one.kind == "lose":
            return f"{kind} {self.quoted(self.reason(pipeline, target))}"
        if one.kind in ("done", "reschedule"):
            return f"{kind} {self.path(pipeline, target)[0]}"
        return f"{kind} {self.quoted(target)}"

    def _gate(self, pipeline: str, unmet: Unmet) -> str:
        place = f"  {unmet.loc}" if unmet.loc.file else ""
        return f"{self.why(pipeline, unmet)}{place}"

    def _rules(self) -> list[Line]:
        found: list[Line] = []
        for table, title, tone, mark in (
            (self.tally.lost, ("Теряются по правилу", "Lost by rule"), "bad", "✗"),
            (self.tally.saved, ("Больше не теряются по правилу", "No longer lost by rule"), "add", "✓"),
        ):
            if table:
                found.append(Line("head", "", self.say(title)))
            for (pipeline, reason, rule, place), count in sorted(
                table.items(), key=lambda one: (-one[1].deals, one[0])
            ):
                text = f"{self.quoted(self.reason(pipeline, reason))}, {self.path(pipeline, rule)[0]} ({place})"
                found.append(Line(tone, mark, text, self._deals(count)))
        return found

    def _ends(self) -> list[Line]:
        moved = {pair: n for pair, n in self.tally.ends.items() if pair[0] != pair[1]}
        if not moved:
            return []
        found = [Line("head", "", self.say(("Чем кончается", "How it ends")))]
        for (before, after), n in sorted(moved.items(), key=lambda one: (-one[1], one[0])):
            text = f"{self.say(_ENDS[before])} → {self.say(_ENDS[after])}"
            found.append(Line("bad" if after in ("lost", "absent") else "change", "~", text, self.count(n)))
        return found

    def _sent(self, key: Key) -> tuple[str, str]:
        pipeline, channel, path, template = key
        title, place = self.path(pipeline, path)
        if not place and template:
            title = self.quoted(template)
        return f"{self.say(_CHANNELS.get(channel, (channel, channel)))} {title}", place

    def _moved(self, key: Key) -> tuple[str, str]:
        pipeline, stage, rule = key
        return f"→ {self.quoted(self.stage(pipeline, stage))}", self.path(pipeline, rule)[1]

    def _into(self, key: Key) -> str:
        for home in self._homes(key[1]):
            return self.quoted(home.title.in_(self.lang) or key[1])
        return self.quoted(key[1])

    def _changes(self, head: str, rows: Sequence[tuple[str, str, Key, Change]], most: int | None) -> list[Line]:
        if not rows:
            return []

        def size(one: Change) -> int:
            return one.more.n + one.fewer.n + one.apart_more.n + one.apart_fewer.n

        # what stands in one place is one thing, whatever it was included for
        together: dict[tuple[str, str], tuple[str, str, Key, Change]] = {}
        for title, place, key, one in sorted(rows, key=lambda row: row[2]):
            known = together.get((title, place))
            together[title, place] = (title, place, key, one if known is None else known[3].join(one))
        ordered = sorted(together.values(), key=lambda row: (-size(row[3]), row[2]))
        found = [Line("head", "", head)]
        for title, place, _, one in ordered[:most]:
            mark = "+" if not one.fewer.n and one.more.n else "−" if not one.more.n and one.fewer.n else "~"
            where = f"  {place}" if place else ""
            found.append(
                Line({"+": "add", "−": "gone"}.get(mark, "change"), mark, f"{title}{where}", self._numbers(one))
            )
        return [*found, *self._rest(len(ordered), most)]

    def _numbers(self, one: Change) -> str:
        parts = [f"+{one.more.n}" if one.more.n else "", f"−{one.fewer.n}" if one.fewer.n else ""]
        shown = " ".join(part for part in parts if part)
        apart = " ".join(
            part
            for part in (
                f"+{one.apart_more.n}" if one.apart_more.n else "",
                f"−{one.apart_fewer.n}" if one.apart_fewer.n else "",
            )
            if part
        )
        if not apart:
            return shown
        apart = self.say((f"у разошедшихся {apart}", f"diverged {apart}"))
        return f"{shown} ({apart})" if shown else f"({apart})"

    def _shifts(self, most: int | None) -> list[Line]:
        found: list[Line] = []
        for head, table in (
            (("Сроки сдвигаются", "Deadlines shift"), self.tally.shifts),
            (("Правила действуют в другое время", "Rules act at another time"), self.tally.timing),
        ):
            rows = sorted(table.items(), key=lambda one: (-one[1].by.total(), one[0]))
            if rows:
                found.append(Line("head", "", self.say(head)))
            for key, one in rows[:most]:
                title, place = self.path(key[0], key[1])
                where = f"  {place}" if place else ""
                found.append(Line("change", "~", f"{title}{where}", self._deals(one.deals), (self.shift(one),)))
            found += self._rest(len(rows), most)
        return found

    def shift(self, one: Shift) -> str:
        """How deadlines moved: how many earlier and later, the median, quartiles and ends."""
        data = one.data()
        sides = [
            f"{self.say(words)} {data[key]}"
            for key, words in (("earlier", ("раньше", "earlier")), ("later", ("позже", "later")))
            if data[key]
        ]
        if data["least"] == data["most"]:
            return f"{', '.join(sides)}: {self.by(data['median'])}"
        middle = self.say(("медиана", "median"))
        if data["p25"] == data["p75"]:
            ends = f"{self.by(data['least'])} … {self.by(data['most'])}"
            return f"{', '.join(sides)}: {middle} {self.by(data['median'])}, {ends}"
        half = self.say(("половина", "half of them"))
        return (
            f"{', '.join(sides)}: {middle} {self.by(data['median'])}, {half} {self.by(data['p25'])} … "
            f"{self.by(data['p75'])}, {self.by(data['least'])} … {self.by(data['most'])}"
        )

    def by(self, ms: int) -> str:
        """``+2 days``, ``−15 min``."""
        sign = "+" if ms > 0 else "−" if ms < 0 else "±"
        return f"{sign}{dates.span(abs(ms), self.lang)}"

    def _rest(self, count: int, most: int | None) -> list[Line]:
        if most is None or count <= most:
            return []
        return [
            Line("info", "…", self.say((f"ещё строк: {count - most} (--details)", f"{count - most} more (--details)")))
        ]

    def _notes(self) -> list[Line]:
        tally = self.tally
        found: list[Line] = []
        if tally.anew:
            listed = ", ".join(f"{self.say(_ASKED[kind])} {n}" for kind, n in sorted(tally.anew.items()))
            found.append(
                Line(
                    "info",
                    "",
                    self.say(
                        (
                            f"Ответов нет в журнале, спрошено у мира тех дней: {listed}",
                            f"Not answered by the log, asked of the world of that time: {listed}",
                        )
                    ),
                )
            )
        return found

    # --- one deal

    def deal(self, one: Result) -> list[Line]:
        """What one deal does otherwise."""
        fates = {
            SAME: ("как было", "as before"),
            DIFFERS: ("идёт иначе", "goes otherwise"),
            DIVERGED: ("расходится", "diverges"),
        }
        before, after = (self._end(one.pipeline, end) for end in one.ends)
        text = f"№ {one.deal} · {self.say(fates[one.status])}"
        if one.later:
            text += self.say((f"; событий не к месту: {one.later}", f"; events that meet another state: {one.later}"))
        found = [Line("head", "", text)]
        for block in one.blocked:
            under = tuple(self._gate(one.pipeline, unmet) for unmet in block.unmet)
            found.append(Line("bad", "✗", self.what(one.pipeline, block), "", under))
        if before != after:
            found.append(Line("change", "~", f"{before} → {after}"))
        rows: list[tuple[str, tuple[int, int]]] = [
            *((self.path(one.pipeline, key)[0], pair) for key, pair in one.tasks.items()),
            *((self._sent((one.pipeline, *key))[0], pair) for key, pair in one.sent.items()),
            *((self._moved((one.pipeline, *key))[0], pair) for key, pair in one.moved.items()),
            *((self._into((one.pipeline, key)), pair) for key, pair in one.made.items()),
        ]
        whole: dict[str, int] = {}
        for text, (more, fewer) in rows:
            whole[text] = whole.get(text, 0) + more - fewer
        for text, by in whole.items():
            if not by:
                continue
            mark, n, more = ("+" if by > 0 else "−"), abs(by), by > 0
            found.append(Line("add" if more else "gone", mark, text, str(n) if n > 1 else ""))
        for path, ms in (*one.shifts, *((rule, ms) for rule, _, ms in one.timing)):
            found.append(Line("change", "~", self.path(one.pipeline, path)[0], self.by(ms)))
        return found

    def _end(self, pipeline: str, end: End) -> str:
        kind, stage, reason = end
        if kind == "absent":
            return self.say(_ENDS["absent"])
        if kind == "lost":
            return f"{self.quoted(self.stage(pipeline, stage))}: {self.reason(pipeline, reason)}"
        return self.quoted(self.stage(pipeline, stage))


def data_of(one: Result) -> dict[str, object]:
    """One deal as JSON data; instants and lengths in ms, no values of fields."""
    return {
        "deal": one.deal,
        "pipeline": one.pipeline,
        "status": one.status,
        "events": one.inputs,
        "refused_later": one.later,
        "blocked": [
            {
                "at": block.at,
                "event": block.kind,
                "target": block.target,
                **({"version": block.version} if block.version else {}),
                **({"rule": block.rule} if block.rule else {}),
                "gates": [
                    {"kind": unmet.kind, "name": unmet.name, "file": unmet.loc.file, "line": unmet.loc.line}
                    for unmet in block.unmet
                ],
            }
            for block in one.blocked
        ],
        "ends": [{"state": kind, "stage": stage, "reason": reason} for kind, stage, reason in one.ends],
        "tasks": [{"task": path, "more": more, "fewer": fewer} for path, (more, fewer) in one.tasks.items()],
        "sent": [
            {"channel": channel, "path": path, "template": template, "more": more, "fewer": fewer}
            for (channel, path, template), (more, fewer) in one.sent.items()
        ],
        "moved_by_rule": [
            {"stage": stage, "rule": rule, "more": more, "fewer": fewer}
            for (stage, rule), (more, fewer) in one.moved.items()
        ],
        "deals_made": [{"into": into, "more": more, "fewer": fewer} for into, (more, fewer) in one.made.items()],
        "deadlines": [{"task": path, "by": by} for path, by in one.shifts],
        "rules_shift": [{"rule": rule, "target": target, "by": by} for rule, target, by in one.timing],
        **({"unlike": one.unlike} if one.unlike else {}),
    }
