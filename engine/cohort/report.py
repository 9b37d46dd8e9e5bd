"""The report on a run, for who looks after quality: how many of whom, what is missing, and what was done beside what the rules say."""

from collections import Counter
from collections.abc import Sequence

from engine.cohort.counts import OPEN, OUTSIDE, SETTLED, SILENT, Counts
from engine.cohort.guarded import alone, guarded, guarded_line, share
from engine.cohort.outcomes import STATUSES
from engine.cohort.pages import Report, bars
from engine.language.guideline import Guideline
from engine.language.tablemaps import Compared
from engine.language.vocabulary import Fact

MEANING = {
    "complete": ("Complete", "no open fact can change the answer"),
    "provisional": ("Advice, with open facts", "advice stands; facts that are open could change it"),
    "needs_facts": ("Facts missing", "no advice stands until a fact is known"),
    "out_of_scope": ("Out of scope", "the guideline does not cover the patient"),
    "contradiction": ("Contradiction", "facts cannot all be true, so nothing is advised"),
}
KINDS = {
    "recommend": "recommended", "consider": "to consider", "recommend_against": "advised against", "required_workup": "work-up",
    "safety_alert": "safety", "request_data": "data request", "out_of_scope": "scope",
}  # fmt: skip
SEVERAL, UNKNOWN = "not settled: one of several", "unknown"
MOST_BARS = 15
MOST_LINES = 20


class Reporter:
    """Writes what was counted."""

    def __init__(self, counts: Counts, guideline: Guideline, *, show_small: bool = False) -> None:
        self.counts, self.guideline, self.show = counts, guideline, show_small
        self.table = guideline.tables.get(counts.about["map"]) if counts.about["map"] else None
        self.rules = {rule.id: rule for rule in guideline.rules}

    def report(self) -> Report:
        """All of it."""
        where = self.table.title if self.table else self.counts.about["input"]["name"]
        report = Report(f"What the guideline says of {self.counts.patients:,} patients: {where}")
        self._opening(report)
        self._in_short(report)
        self._status(report)
        for name in self.counts.about["by"]:
            self._by(report, name)
        self._recommendations(report)
        self._missing(report)
        for one in self.table.compare if self.table else ():
            self._compared(report, one)
        self._input(report)
        return report

    def _opening(self, report: Report) -> None:
        about, guideline = self.counts.about, self.guideline
        report.say(
            f"Guideline: {guideline.about.title}, version {guideline.version} ({guideline.sha256[:12]}), rules in force on "
            f"{about['as_of']}; engine {about['engine_version']}. Input: {about['input']['name']}."
        )
        if self.table:
            report.say(f"Table: {self.table.title}. {self.table.source}".strip())
        if self.table and self.table.caution:
            report.say(" ".join(self.table.caution.split()))
        points = [
            "This is what the rules say on the facts that the table holds. It is not what was decided for anybody at the time, and it judges nobody.",
            "A fact that is missing is never taken for a no. What it would take to give an answer stands under “What is missing”.",
            "“Provisional” means: everything the rule asks for is true, but an exception to it is still open and has to be looked at first.",
        ]
        if not self.show:
            points.append(
                "Counts below 5 are hidden (<5), and others (–) where they would tell a hidden one; bars show them in grey or leave them out."
            )
        report.points(points)

    def _in_short(self, report: Report) -> None:
        report.heading("In short")
        counts, show = self.counts, self.show
        texts = dict(zip(STATUSES, guarded_line([counts.status[name] for name in STATUSES], show=show), strict=True))
        shares = {name: self._share(counts.status[name], texts[name]) for name in STATUSES}
        points = [
            f"{texts[name]} patients ({shares[name]}): {MEANING[name][1]}." for name in STATUSES if counts.status[name]
        ]
        asked = self._requests()
        if asked:
            rule = self.rules[asked[0][0]]
            points.append(
                f"Most often asked for: {rule.title} ({rule.number}), of {alone(asked[0][1], show=show)} patients."
            )
        for one in self.table.compare if self.table else ():
            done, left = (counts.compared[one.column]["recommend", word] for word in ("yes", "no"))
            if done + left:
                had = guarded_line([done, left], show=show)[0]
                part = share(done, done + left, show=show) if had[:1].isdigit() else "–"
                points.append(
                    f"{one.title} is recommended by the rules for {alone(done + left, show=show)} patients of whom it is recorded "
                    f"whether it was given; it was for {had} ({part})."
                )
        report.points(points)

    def _requests(self) -> list[tuple[str, int]]:
        """The rules that ask for data, with the patients they ask it of."""
        asked = Counter({rule: sum(self.counts.rules[rule, kind] for kind in ("firm", "provisional")) for rule in self.rules
                         if self.rules[rule].kind == "request_data"})  # fmt: skip
        return [(rule, number) for rule, number in asked.most_common() if number]

    # ---- who --------------------------------------------------------------------------------------------------------
    def _status(self, report: Report) -> None:
        report.heading("What came out")
        counts = [self.counts.status[name] for name in STATUSES]
        texts = guarded_line(counts, show=self.show)
        rows = [
            [*MEANING[name], text, self._share(count, text)]
            for name, count, text in zip(STATUSES, counts, texts, strict=True)
        ]
        lines = [
            (MEANING[name][0], [self._length(count, text)], text)
            for name, count, text in zip(STATUSES, counts, texts, strict=True)
        ]
        report.picture(bars("status", "Patients by what came out", lines))
        report.table(("Answer", "Meaning", "Patients", "Share of all"), rows, (2, 3))

    def _by(self, report: Report, name: str) -> None:
        fact, counter = self.guideline.vocabulary[name], self.counts.by[name]
        merged: Counter[tuple[str, str]] = Counter()
        for (state, status), number in counter.items():
            merged[self._state(fact, state), status] += number
        states = [state for state in self._states(fact) if any(merged[state, one] for one in STATUSES)]
        statuses = [one for one in STATUSES if any(merged[state, one] for state in states)]
        cells = [[merged[state, one] for one in statuses] for state in states]
        texts = guarded(cells, show=self.show)
        sums = guarded_line([sum(row) for row in cells], show=self.show)
        report.heading(f"Patients by {_inside(fact.label)}")
        lines = [
            (state, self._pieces(row, words, total), total)
            for state, row, words, total in zip(states, cells, texts, sums, strict=True)
        ]
        legend = [MEANING[one][0] for one in statuses]
        report.picture(
            bars(f"by-{name.replace('_', '-')}", f"Patients by {_inside(fact.label)}, and what came out", lines, legend)
        )
        rows = [[state, *words, total] for state, words, total in zip(states, texts, sums, strict=True)]
        report.table((fact.label, *legend, "Patients"), rows, range(1, len(legend) + 2))

    def _states(self, fact: Fact) -> list[str]:
        return [*(fact.value_words(value) for value in fact.values), SEVERAL, UNKNOWN]

    def _state(self, fact: Fact, state: str) -> str:
        """One value in words, or that it is none."""
        if state == "unknown":
            return UNKNOWN
        value = next((one for one in fact.values if str(one) == state), None)
        return SEVERAL if value is None else fact.value_words(value)

    # ---- what -------------------------------------------------------------------------------------------------------
    def _recommendations(self, report: Report) -> None:
        report.heading("How many per recommendation")
        counts = {
            rule: (self.counts.rules[rule, "firm"], self.counts.rules[rule, "provisional"]) for rule in self.rules
        }
        shown = sorted((rule for rule, pair in counts.items() if sum(pair)), key=lambda rule: -sum(counts[rule]))
        report.say(
            f"{len(shown)} of {len(self.rules)} rules stand for somebody. A patient is counted with every rule that stands for them."
        )
        lines = []
        for rule in shown[:MOST_BARS]:
            texts = guarded_line(counts[rule], show=self.show)
            pieces = [self._length(count, text) for count, text in zip(counts[rule], texts, strict=True)]
            total = alone(sum(counts[rule]), show=self.show)
            lines.append((f"{self.rules[rule].number} {self.rules[rule].title}", pieces, total))
        alt = f"The {len(lines)} rules that stand most often"
        report.picture(bars("recommendations", alt, lines, ("firm", "provisional")))
        order = {question: place for place, question in enumerate(self.guideline.questions)}
        rows = []
        for rule in sorted(shown, key=lambda one: (order.get(self.rules[one].question, 999), self.rules[one].number)):
            firm, provisional = guarded_line(counts[rule], show=self.show)
            one, number = self.rules[rule], sum(counts[rule])
            part = share(number, self.counts.patients, show=self.show)
            rows.append(
                [one.number, one.title, KINDS[one.kind], firm, provisional, alone(number, show=self.show), part]
            )
        heading = ("Rule", "Says", "Kind", "Firm", "Provisional", "Patients", "Share of all")
        report.table(heading, rows, (3, 4, 5, 6))
        for name in self.counts.about["by"]:
            self._advice_by(report, name, shown)

    def _advice_by(self, report: Report, name: str, shown: Sequence[str]) -> None:
        """The rules that advise, by one fact."""
        fact, merged = self.guideline.vocabulary[name], Counter[tuple[str, str]]()
        for (rule, state), number in self.counts.rules_by[name].items():
            merged[rule, self._state(fact, state)] += number
        rules = [rule for rule in shown if self.rules[rule].kind in SETTLED][:MOST_LINES]
        states = [state for state in self._states(fact) if any(merged[rule, state] for rule in rules)]
        texts = guarded([[merged[rule, state] for state in states] for rule in rules], show=self.show)
        rows = [
            [f"{self.rules[rule].number} {self.rules[rule].title}", *words]
            for rule, words in zip(rules, texts, strict=True)
        ]
        if rows:
            report.say(f"What is recommended, to consider or advised against, by {_inside(fact.label)}:")
        report.table(("Rule", *states), rows, range(1, len(states) + 1))

    # ---- what not yet -----------------------------------------------------------------------------------------------
    def _missing(self, report: Report) -> None:
        report.heading("What is missing")
        requests = [
            [self.rules[rule].number, self.rules[rule].title, alone(number, show=self.show),
             share(number, self.counts.patients, show=self.show)]
            for rule, number in self._requests()
        ]  # fmt: skip
        if requests:
            report.say("The rules ask for these data first, since without them little or nothing can be said:")
        report.table(("Rule", "Asks", "Patients", "Share of all"), requests, (2, 3))
        report.say(
            "Every fact that is open and could change what is said of a patient: of how many it would be asked, of how many of those who get "
            "advice already, and for how many a recommendation stands only once it is confirmed."
        )
        total: Counter[str] = Counter()
        for (fact, _), number in self.counts.needs.items():
            total[fact] += number
        grouped: dict[tuple[int, int, int], list[str]] = {}
        for name in sorted(total, key=lambda one: (-total[one], -self.counts.confirm[one], one)):
            key = total[name], self.counts.needs[name, "provisional"], self.counts.confirm[name]
            grouped.setdefault(key, []).append(self.guideline.vocabulary[name].label)
        rows, lines = [], []
        for (number, advised, confirm), labels in grouped.items():
            texts = [alone(one, show=self.show) for one in (number, advised, confirm)]
            rows.append(["; ".join(labels), texts[0], share(number, self.counts.patients, show=self.show), *texts[1:]])
            label = labels[0] if len(labels) == 1 else f"{labels[0]} and {len(labels) - 1} more"
            lines.append((label, [self._length(number, texts[0])], texts[0]))
        report.picture(bars("missing", "Facts that are asked for, by the number of patients", lines[:MOST_BARS]))
        heading = ("Facts", "Asked of", "Share of all", "With advice already", "Confirm first")
        report.table(heading, rows[:MOST_LINES], (1, 2, 3, 4))
        if len(rows) > MOST_LINES:
            report.say("Further facts are asked more rarely.")

    # ---- what was done ----------------------------------------------------------------------------------------------
    def _compared(self, report: Report, one: Compared) -> None:
        """What was done, beside what the rules say."""
        thing = one.title[:1].lower() + one.title[1:]
        words = {
            "recommend": f"{one.title} is recommended", "consider": f"{one.title} is to be considered",
            "recommend_against": f"{one.title} is advised against", SILENT: "Neither for nor against it",
            OPEN: "Not settled: facts are missing", OUTSIDE: "Out of scope",
        }  # fmt: skip
        counter = self.counts.compared[one.column]
        groups = [group for group in words if any(counter[group, done] for done in ("yes", "no", "not recorded"))]
        cells = [[counter[group, done] for done in ("yes", "no", "not recorded")] for group in groups]
        texts = guarded(cells, show=self.show)
        report.heading(f"{one.title}: what was done beside what the rules say")
        numbers = ", ".join(sorted(self.rules[rule].number for rule in one.rules if rule in self.rules))
        report.say(
            f"The column “{one.column}” beside the rules {numbers}; recommendations that are provisional count as well."
        )
        lines = [
            (words[group], [self._length(cell, text) for cell, text in zip(row, said, strict=True)], "")
            for group, row, said in zip(groups, cells, texts, strict=True)
        ]
        legend = (f"{thing} given", "not given", "not recorded")
        report.picture(
            bars(f"compared-{_slug(one.column)}", f"{one.title} given, by what the rules say", lines, legend)
        )
        rows = []
        for group, row, said in zip(groups, cells, texts, strict=True):
            part = share(row[0], row[0] + row[1], show=self.show) if _all_shown(said[:2]) else "–"
            rows.append([words[group], *said, part])
        report.table(
            ("By the rules", "Given", "Not given", "Not recorded", "Given, of those recorded"), rows, (1, 2, 3, 4)
        )
        for name in self.counts.about["by"]:
            self._compared_by(report, one, name)
        if one.note:
            report.say(one.note)

    def _compared_by(self, report: Report, one: Compared, name: str) -> None:
        """Those for whom it is recommended, by one fact."""
        fact, merged = self.guideline.vocabulary[name], Counter[tuple[str, str]]()
        for (state, advice, done), number in self.counts.compared_by[one.column, name].items():
            if advice == "recommend":
                merged[self._state(fact, state), done] += number
        states = [state for state in self._states(fact) if merged[state, "yes"] or merged[state, "no"]]
        cells = [[merged[state, "yes"], merged[state, "no"]] for state in states]
        texts = guarded(cells, show=self.show) if cells else []
        rows = [
            [state, *words, share(row[0], sum(row), show=self.show) if _all_shown(words) else "–"]
            for state, row, words in zip(states, cells, texts, strict=True)
        ]
        if rows:
            report.say(f"Of those for whom it is recommended and it is recorded, by {_inside(fact.label)}:")
        report.table((fact.label, "Given", "Not given", "Given, of those recorded"), rows, (1, 2, 3))

    # ---- what was read ----------------------------------------------------------------------------------------------
    def _input(self, report: Report) -> None:
        about = self.counts.about
        report.heading("The data")
        problems = self.counts.problems
        kinds = {"input": "cannot be read", "conflict": "cannot all be right"}
        rows = [
            [column or "(the row)", kinds[kind], reason, alone(number, show=self.show)]
            for (kind, column, reason), number in problems.most_common(MOST_LINES)
        ]
        if rows:
            report.say("What was not taken from the table; the fact is unknown for these patients:")
        else:
            report.say("Every cell could be read, and none contradicts another.")
        report.table(("Columns", "What", "Why", "Rows"), rows, (3,))
        if about["left_out"]:
            left = alone(about["left_out"], show=self.show)
            report.say(f"{left} rows are no patients (they are broken, or name nobody) and were left out.")
        if about.get("repeated"):
            again = alone(about["repeated"], show=self.show)
            report.say(
                f"{again} rows name a patient who is named in an earlier row as well; each row is counted here as a patient."
            )
        codes = {one.code: one.text for one in self.guideline.contradictions}
        found = [
            [code, codes.get(code, "Facts that leave no possible value"), alone(number, show=self.show)]
            for code, number in self.counts.contradictions.most_common(MOST_LINES)
        ]
        if found:
            report.say("Facts of one patient that contradict each other, or call for a second look:")
        report.table(("Code", "Says", "Patients"), found, (2,))
        if self.table and self.table.notes:
            report.say("What is known of this table, by who wrote its mapping:")
            report.points([" ".join(note.split()) for note in self.table.notes])

    # ---- numbers ----------------------------------------------------------------------------------------------------
    def _share(self, count: int, text: str) -> str:
        """A share of all patients; hidden with its count."""
        return share(count, self.counts.patients, show=self.show) if text[:1].isdigit() else "–"

    def _pieces(self, row: Sequence[int], words: Sequence[str], total: str) -> list[int]:
        """The lengths of what is shown, and of the rest where the sum is shown."""
        shown = [self._length(cell, text) for cell, text in zip(row, words, strict=True)]
        return [*shown, self._length(sum(row), total) - sum(shown)] if total[:1].isdigit() else shown

    @staticmethod
    def _length(count: int, text: str) -> int:
        """The length of a bar: none where the count is hidden."""
        return count if text[:1].isdigit() else 0


def _all_shown(cells: Sequence[str]) -> bool:
    return all(cell[:1].isdigit() for cell in cells)


def _inside(label: str) -> str:
    """A label inside a sentence: `Size` is `size`, `HER` stays."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _slug(text: str) -> str:
    return "-".join("".join(sign if sign.isalnum() else " " for sign in text.lower()).split())


def reported(counts: Counts, guideline: Guideline, *, show_small: bool = False) -> Report:
    """The report on what was counted; `show_small` prints counts below 5 as they are."""
    return Reporter(counts, guideline, show_small=show_small).report()
