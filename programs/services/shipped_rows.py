"""How rows of the shipped catalog reach the database: what is missing is made, what is there is left alone."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from simple_history.utils import bulk_create_with_history

from programs.exceptions import DirectoryError

from .history import keep_original

Record = TypeVar("Record", bound=Model)
Entry = dict[str, Any]
"""An object of a JSON file."""

DATA = Path(__file__).resolve().parent.parent / "data"
HISTORY_REASON = "Shipped catalog"


def files() -> list[Path]:
    """Every file of the catalog, in a fixed order. The guides beside them have a loader of their own."""
    return sorted([*DATA.glob("*.csv"), *DATA.glob("*.json"), *DATA.glob("schools/*.json")])


def fingerprint() -> str:
    """SHA-256 over the names and contents of the files, as 64 hex digits."""
    digest = hashlib.sha256()
    for path in files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def read_json(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"), parse_float=Decimal)


def read_csv(name: str) -> Iterator[dict[str, str]]:
    """One dictionary a line; cells that are empty are left out, so that the model's own default holds."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            yield {column: cell for column, cell in line.items() if cell}


class Named(dict[str, Record]):
    """What a kind of record is called in the files -> the record. An unknown name is refused in words."""

    def __init__(self, noun: str, items: Mapping[str, Record] | None = None) -> None:
        super().__init__(items or {})
        self.noun = noun

    def __missing__(self, name: str) -> Record:
        raise DirectoryError(f"The shipped catalog refers to the {self.noun} “{name}”, which it does not hold.")


class Rows:
    """Adds rows and counts what was written: ``counts`` is {table: rows}."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, rows: Iterable[Record], *key: str) -> tuple[dict[tuple[Any, ...], Record], list[Record]]:
        """Make the rows whose ``key`` columns name nothing that exists; leave the others as the database has them.

        Returns every row by its key, and the list of those made now. Raises DirectoryError for a value that its
        column refuses.
        """
        rows = [_checked(row) for row in rows]
        if not rows:
            return {}, []
        key_of = attrgetter(*key) if len(key) > 1 else lambda row: (getattr(row, key[0]),)
        narrow = {f"{key[0]}__in": {getattr(row, key[0]) for row in rows}}
        known = {key_of(row): row for row in type(rows[0])._default_manager.filter(**narrow)}
        made = [row for row in rows if key_of(row) not in known]
        self._write(made)
        return known | {key_of(row): row for row in made}, made

    def add_owned(self, rows: Iterable[Record]) -> list[Record]:
        """Make rows that are part of a record made just now, so that none of them can exist yet."""
        rows = [_checked(row) for row in rows]
        self._write(rows)
        return rows

    def fill_blanks(self, row: Model, values: Model, *columns: str) -> None:
        """Give ``row``, which an import made, what ``values`` knows in ``columns`` that still hold their default."""
        blank = []
        for column in columns:
            default = getattr(row._meta.model(), column)
            if getattr(row, column) == default != getattr(values, column):
                setattr(row, column, getattr(values, column))
                blank.append(column)
        if blank:
            if hasattr(row, "history"):
                keep_original(row)
                row._change_reason = HISTORY_REASON  # type: ignore[attr-defined]  # what simple_history asks
            row.save(update_fields=blank)
            self.counts[row._meta.db_table] += 1

    def _write(self, rows: Sequence[Model]) -> None:
        if not rows:
            return
        model = type(rows[0])
        if hasattr(model, "history"):
            bulk_create_with_history(rows, model, batch_size=500, default_change_reason=HISTORY_REASON)
        else:
            model._default_manager.bulk_create(rows, batch_size=500)
        self.counts[model._meta.db_table] += len(rows)


def _checked(row: Record) -> Record:
    """The row with every value turned into its column's type; relations are the database's to check."""
    try:
        row.clean_fields(exclude=[field.name for field in row._meta.fields if field.is_relation])
    except ValidationError as error:
        raise DirectoryError(f"The shipped catalog holds a bad {row._meta.verbose_name} “{row}”: {error}") from error
    return row
