"""What one import found and did: counts by table, a line for everything out of the ordinary, progress on the way."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import NotRequired, TypedDict, TypeVar

from .tables import Row, RowError, RowSkippedError, Table
from .writing import Writing

T = TypeVar("T")

KINDS = (
    *("new", "changed", "unchanged", "kept", "invalid", "incomplete", "padded", "missing", "skipped"),
    *("matched", "unmatched"),
)
"""new, changed and unchanged records; kept: edited by hand and not overwritten; invalid: a row refused; incomplete: a
row taken without a fact that cannot be read; padded: a code that got back the zeros it had lost; missing: imported
before, absent from the file now (never deleted); skipped: rows that are not meant for the directory; matched,
unmatched: facts that a source gives about records of another."""

KEPT_LINES = 1000
"""So many lines of each kind and table are kept; the counts tell how many there were."""

SECONDS_BETWEEN_PROGRESS = 2


class Entry(TypedDict):
    """One line of a report, as the run keeps it; ``line`` is that of the file."""

    kind: str
    text: str
    table: NotRequired[str]
    line: NotRequired[int | None]


class Report:
    """Collects counts and lines of one run.

    ``writing`` takes what there is to write. ``overwrite_edited`` lets the file win over records that people edited.
    """

    def __init__(
        self,
        source: str,
        *,
        writing: Writing,
        overwrite_edited: bool = False,
        write: Callable[[str], None] = lambda text: None,
    ):
        self.source, self.overwrite_edited = source, overwrite_edited
        self.writing, self._write = writing, write
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.lines: list[Entry] = []
        self._spoke = monotonic()

    def count(self, table: str, kind: str, number: int = 1) -> None:
        self.counts[table][kind] += number

    def tell(self, table: str, kind: str, text: str, line: int | None = None) -> None:
        """Count one record and say what is special about it; ``line`` is its line in the file."""
        self.count(table, kind)
        if self.counts[table][kind] <= KEPT_LINES:
            self.lines.append({"table": table, "kind": kind, "line": line, "text": text})

    def tell_padded(self, table: str, column: str, text: str, value: str, line: int | None) -> None:
        """Say what ``value`` a cell was read as, if zeros that its text had lost were given back."""
        if value != text and sum(map(str.isdigit, value)) > sum(map(str.isdigit, text)):
            self.tell(table, "padded", f"{column} {text!r} is {value}.", line)

    def note(self, text: str) -> None:
        """A remark on the whole run."""
        self.lines.append({"table": "", "kind": "note", "line": None, "text": text})

    @property
    def changes(self) -> int:
        """Rows that were written."""
        return sum(counter["new"] + counter["changed"] for counter in self.counts.values())

    def read(self, table: Table, parse: Callable[[Row], T | None], label: str) -> Iterator[T]:
        """What ``parse`` makes of each row; RowError: invalid; None, RowSkippedError: skipped. ``label``: of what."""
        self.say(f"reading {table.name}")
        reasons: Counter[str] = Counter()
        record: T | None
        for number, row in enumerate(table, start=1):
            try:
                record = parse(row)
            except RowError as error:
                self.tell(label, "invalid", str(error), row.line)
                continue
            except RowSkippedError as skipped:
                reasons[str(skipped)] += 1
                record = None
            if record is None:
                self.count(label, "skipped")
            else:
                yield record
            self._progress(f"{label}: {number:,} lines of {table.name}")
        for text in table.notes:
            self.note(text)
        for reason, times in reasons.items():
            self.note(f"{table.name}: skipped as {reason}: {times:,}.")

    def watch(self, records: Iterable[T], label: str) -> Iterator[T]:
        """The same records, with progress."""
        for number, record in enumerate(records, start=1):
            yield record
            self._progress(f"{label}: {number:,}")

    def say(self, text: str) -> None:
        self._spoke = monotonic()
        self._write(f"{self.source}: {text}")

    def _progress(self, text: str) -> None:
        if monotonic() - self._spoke >= SECONDS_BETWEEN_PROGRESS:
            self.say(text)

    def summary(self) -> list[str]:
        """One line a table: ``fields of study: 2,687 new, 0 changed, 0 unchanged``; rarer kinds when there are any."""
        always = {"new", "changed", "unchanged"}
        return [
            f"{table}: " + ", ".join(f"{counter[kind]:,} {kind}" for kind in KINDS if kind in always or counter[kind])
            for table, counter in self.counts.items()
        ] + [line["text"] for line in self.lines if line["kind"] == "note"]
