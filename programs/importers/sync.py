"""Makes database rows agree with the rows of a file: the one way that every importer writes.

A record that an importer wrote carries a digest of its imported columns. Where its present values have another
digest, a person edited it: it is then kept and reported, unless the run was told to overwrite.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from django.db import transaction
from django.db.models import CharField, Model, QuerySet

from programs.models.base import Imported

from .imported import digest_of
from .report import Report

M = TypeVar("M", bound=Model)
K = TypeVar("K", bound=tuple[object, ...])

NEW_AT_ONCE, CHANGED_AT_ONCE = 1000, 250
"""Rows of one step. Those that changed are compared while they are locked, so fewer of them keep others waiting."""


@dataclass(frozen=True)
class Target(Generic[M]):
    """The rows of one model that a source writes. ``key`` and ``columns`` are attribute names (``field_id``)."""

    model: type[M]
    columns: tuple[str, ...] = ()
    """What the source says of a row."""
    key: tuple[str, ...] = ("import_key",)
    """What the source knows a row by."""
    creates: bool = True
    """False where the source only completes rows of another: those it does not find are ignored, none is missing."""
    adopts: bool = False
    """Whether a record made by hand that is the same thing is taken over; else it is kept and reported."""

    @property
    def label(self) -> str:
        """What reports call the rows."""
        return str(self.model._meta.verbose_name_plural)


class Incoming(NamedTuple, Generic[K]):
    """A record of a file, on its line there.

    ``key`` and ``values`` are in the order of the target's names. ``first``: what only a new row gets. ``twin``: the
    primary key of a record made by hand that is the same thing.
    """

    line: int | None
    key: K
    values: tuple[object, ...] = ()
    first: Mapping[str, object] = {}
    twin: int | None = None


class _Stale(NamedTuple, Generic[K]):
    """A record of the database that differs from its row. ``is_twin``: it was made by hand and is to be taken over."""

    pk: int
    row: Incoming[K]
    is_twin: bool


class _Sync(Generic[M, K]):
    def __init__(
        self,
        report: Report,
        target: Target[M],
        is_edited: Callable[[M], bool] | None,
        after_create: Callable[[list[M]], None] | None,
    ):
        self.report, self.target, self.label = report, target, target.label
        self.is_edited, self.after_create = is_edited, after_create
        self.columns = (*target.key, *target.columns)
        self.limits = limits_of(target.model)
        self.names: dict[tuple[str, object], str] = {}
        self.pks: dict[K, int] = {}
        self.fresh: list[Incoming[K]] = []
        self.stale: list[_Stale[K]] = []

    def named(self, row: Incoming[K]) -> dict[str, object]:
        """The values of a row by column."""
        return dict(zip(self.columns, (*row.key, *row.values), strict=True))

    def too_long(self, row: Incoming[K]) -> str:
        """Which value would not fit its column; empty when all do."""
        for column, value in {**self.named(row), **row.first}.items():
            limit = self.limits.get(column)
            if limit and isinstance(value, str) and len(value) > limit:
                return f"{column.replace('_', ' ')} has {len(value)} characters; {limit} fit."
        return ""

    def describe(self, key: K) -> str:
        return " ".join(self.say(column, value) for column, value in zip(self.target.key, key, strict=True))

    def say(self, column: str, value: object) -> str:
        """A value as a person reads it: what a foreign key points at by its import key or name."""
        related = self.target.model._meta.get_field(column).related_model
        if related is None or value is None:
            return str(value)
        if (column, value) not in self.names:
            record = related._default_manager.get(pk=value)
            self.names[column, value] = getattr(record, "import_key", None) or str(record)
        return self.names[column, value]

    def create(self) -> None:
        if not self.fresh:
            return
        records = []
        for row in self.fresh:
            record = self.target.model(**{**self.named(row), **row.first})
            if isinstance(record, Imported):
                record.import_digest = digest_of(record)
            records.append(record)
        self.report.writing.create(records)
        for row, record in zip(self.fresh, records, strict=True):
            self.pks[row.key] = record.pk
        self.report.count(self.label, "new", len(records))
        if self.after_create:
            self.after_create(records)
        self.fresh = []

    def update(self) -> None:
        if not self.stale:
            return
        with transaction.atomic():
            self.change()
        self.stale = []

    def change(self) -> None:
        records = self.target.model._default_manager.in_bulk([pk for pk, _, _ in self.stale])
        changed = []
        for pk, row, is_twin in self.stale:
            record = records[pk]
            differing = [
                (column, old, value)
                for column, value in zip(self.target.columns, row.values, strict=True)
                if (old := getattr(record, column)) != value
            ]
            if not (is_twin or self.report.overwrite_edited) and self.was_edited(record):
                names = ", ".join(column.removesuffix("_id").replace("_", " ") for column, _, _ in differing)
                text = f"{record} ({self.describe(row.key)}) was edited by hand; the file has another {names}."
                self.report.tell(self.label, "kept", text, row.line)
                continue
            changed.append((record, row))
            what = "; ".join(
                f"{column.removesuffix('_id')} {self.say(column, old):.60} is now {self.say(column, new):.60}"
                for column, old, new in differing
            )
            self.report.tell(self.label, "changed", f"{self.describe(row.key)}: {what}.", row.line)
        if changed:
            self.save(changed)

    def save(self, changed: list[tuple[M, Incoming[K]]]) -> None:
        has_digest = issubclass(self.target.model, Imported)
        names = (*self.columns, "import_digest") if has_digest else self.target.columns
        fields = {self.target.model._meta.get_field(name).name for name in names}
        with self.report.writing.changing([record for record, _ in changed], fields):
            for record, row in changed:
                for column, value in self.named(row).items():
                    setattr(record, column, value)
                if isinstance(record, Imported):
                    record.import_digest = digest_of(record)

    def was_edited(self, record: M) -> bool:
        if isinstance(record, Imported):
            return digest_of(record) != record.import_digest
        return self.is_edited is not None and self.is_edited(record)


def sync(
    report: Report,
    target: Target[M],
    rows: Iterable[Incoming[K]],
    *,
    existing: QuerySet[M],
    is_edited: Callable[[M], bool] | None = None,
    after_create: Callable[[list[M]], None] | None = None,
) -> dict[K, int]:
    """Create what is new, update what differs, report the rest; returns the primary key of each record by its key.

    ``existing``: the rows this source may have written before; those absent from ``rows`` are reported as missing.
    ``is_edited``: for models without digest, tells of a record that differs whether a person made it so.
    ``after_create`` gets each batch of new records.
    """
    work: _Sync[M, K] = _Sync(report, target, is_edited, after_create)
    split = 1 + len(target.key)
    known = {
        record[1:split]: (record[0], record[split:])
        for record in existing.order_by().values_list("pk", *target.key, *target.columns).iterator(chunk_size=5000)
    }
    seen: dict[K, int | None] = {}
    for row in report.watch(rows, work.label):
        if row.key in seen:
            where = f" of line {seen[row.key]}" if seen[row.key] else ""
            report.tell(work.label, "invalid", f"repeats {work.describe(row.key)}{where}.", row.line)
            continue
        seen[row.key] = row.line
        if problem := work.too_long(row):
            report.tell(work.label, "invalid", problem, row.line)
        elif row.key in known:
            pk, values = known[row.key]
            work.pks[row.key] = pk
            if values == row.values:
                report.count(work.label, "unchanged")
            else:
                work.stale.append(_Stale(pk, row, is_twin=False))
        elif row.twin:
            work.pks[row.key] = row.twin
            if target.adopts:
                work.stale.append(_Stale(row.twin, row, is_twin=True))
            else:
                report.tell(work.label, "kept", f"{work.describe(row.key)} is here already, made by hand.", row.line)
        elif target.creates:
            work.fresh.append(row)
        if len(work.fresh) >= NEW_AT_ONCE:
            work.create()
        if len(work.stale) >= CHANGED_AT_ONCE:
            work.update()
    work.create()
    work.update()
    if target.creates:
        for key in known.keys() - seen.keys():
            report.tell(work.label, "missing", f"{work.describe(key)} was imported before; the file lacks it.")
    return work.pks


def limits_of(model: type[Model]) -> dict[str, int]:
    """How many characters the text columns of ``model`` hold, where there is a limit."""
    fields = (field for field in model._meta.concrete_fields if isinstance(field, CharField))
    return {field.attname: field.max_length for field in fields if field.max_length}
