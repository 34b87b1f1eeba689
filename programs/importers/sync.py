"""Makes database rows agree with the rows of a file: the one way that every importer writes.

A record that an importer wrote carries a digest of its imported columns. Where its present values have another
digest, a person edited it: it is then kept and reported, unless the run was told to overwrite.
"""

import json
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import NamedTuple

from django.db import transaction
from django.db.models import CharField, Model, QuerySet

from programs.models import Certification, FieldOfStudy, JobTitle, Occupation, Offering, Organization, Program

from .report import Report

NEW_AT_ONCE, CHANGED_AT_ONCE = 1000, 250
"""Rows of one step. Those that changed are compared while they are locked, so fewer of them keep others waiting."""

IMPORTED_COLUMNS = {
    FieldOfStudy: ("code", "title", "definition", "parent_id", "source_id"),
    Occupation: ("code", "title", "description", "job_zone", "typical_entry_education", "source_id"),
    Organization: (
        *("name", "acronym", "aliases", "website", "control", "unitid", "opeid", "city", "state", "zip"),
        *("latitude", "longitude", "status", "source_id"),
    ),
    Program: ("organization_id", "name", "award_level", "field_id", "status", "source_id"),
    Offering: (
        *("modality", "modality_basis", "duration_min_weeks", "duration_max_weeks", "duration_basis", "source_id"),
    ),
    JobTitle: ("name", "aliases", "source_id"),
    Certification: (
        *(
            "issuer_id",
            "name",
            "acronym",
            "aliases",
            "summary",
            "website",
            "exam_fee_min",
            "exam_fee_max",
            "fee_as_of",
        ),
        *("valid_for_months", "renewal", "renewal_fee", "last_verified_on", "source_url", "source_id"),
    ),
}
"""What the digest covers: every column that any importer writes and a person may edit, however many importers share
a model."""


class Incoming(NamedTuple):
    """A record of a file: its line, key, values in the order of the columns, and what only a new row gets."""

    line: int | None
    key: tuple
    values: tuple
    first: dict = {}


def digest_of(record: Model) -> str:
    """The fingerprint of a record's imported columns: 32 hexadecimal digits."""
    values = [getattr(record, column) for column in IMPORTED_COLUMNS[type(record)]]
    return blake2b(json.dumps(values, default=str).encode(), digest_size=16).hexdigest()


class _Sync:
    def __init__(self, report: Report, model: type[Model], key, columns, *, twin, adopt, is_edited, after_create):
        self.report, self.model, self.key, self.columns = report, model, key, columns
        self.twin, self.adopt, self.is_edited, self.after_create = twin, adopt, is_edited, after_create
        self.label = str(model._meta.verbose_name_plural)
        self.has_digest = model in IMPORTED_COLUMNS
        self.limits = {
            field.attname: field.max_length for field in model._meta.concrete_fields if isinstance(field, CharField)
        }
        self.names: dict[tuple[str, int], str] = {}
        self.pks: dict[tuple, int | str] = {}
        self.fresh: list[Incoming] = []
        self.stale: list[tuple[int | str, Incoming, bool]] = []

    def too_long(self, row: Incoming) -> str:
        """Which value would not fit its column; empty when all do."""
        named = [*zip(self.key, row.key, strict=True), *zip(self.columns, row.values, strict=True), *row.first.items()]
        for column, value in named:
            limit = self.limits.get(column)
            if limit and isinstance(value, str) and len(value) > limit:
                return f"{column.replace('_', ' ')} has {len(value)} characters; {limit} fit."
        return ""

    def describe(self, key: tuple) -> str:
        return " ".join(self.say(column, value) for column, value in zip(self.key, key, strict=True))

    def say(self, column: str, value) -> str:
        """A value as a person reads it: what a foreign key points at by its import key or name."""
        field = self.model._meta.get_field(column)
        if not field.is_relation or value is None:
            return str(value)
        if (column, value) not in self.names:
            record = field.related_model.objects.get(pk=value)
            self.names[column, value] = getattr(record, "import_key", None) or str(record)
        return self.names[column, value]

    def create(self) -> None:
        if not self.fresh:
            return
        records = []
        for row in self.fresh:
            values = dict(zip((*self.key, *self.columns), (*row.key, *row.values), strict=True)) | row.first
            record = self.model(**values)
            if self.has_digest:
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
        records = self.model.objects.in_bulk([pk for pk, _, _ in self.stale])
        changed = []
        for pk, row, adopting in self.stale:
            record = records[pk]
            differing = [
                (column, old, value)
                for column, value in zip(self.columns, row.values, strict=True)
                if (old := getattr(record, column)) != value
            ]
            if not (adopting or self.report.overwrite_edited) and self.was_edited(record, differing):
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
        if not changed:
            return
        names = [*self.columns, *((*self.key, "import_digest") if self.has_digest else ())]
        fields = {self.model._meta.get_field(name).name for name in names}
        with self.report.writing.changing([record for record, _ in changed], fields):
            for record, row in changed:
                for column, value in zip(self.columns, row.values, strict=True):
                    setattr(record, column, value)
                if self.has_digest:
                    for column, value in zip(self.key, row.key, strict=True):
                        setattr(record, column, value)
                    record.import_digest = digest_of(record)

    def was_edited(self, record: Model, differing: list) -> bool:
        if self.has_digest:
            return digest_of(record) != record.import_digest
        return bool(self.is_edited) and self.is_edited(record, differing)


def sync(
    report: Report,
    model: type[Model],
    rows: Iterable[Incoming],
    *,
    existing: QuerySet,
    columns: tuple[str, ...],
    key: tuple[str, ...] = ("import_key",),
    twin: Callable[[Incoming], int | None] | None = None,
    adopt: bool = False,
    create: bool = True,
    is_edited: Callable[[Model, list], bool] | None = None,
    after_create: Callable[[list[Model]], None] | None = None,
) -> dict[tuple, int | str]:
    """Create what is new, update what differs, report the rest; returns the primary key of each record by its key.

    ``existing``: the rows this source may have written before; those absent from ``rows`` are reported as missing.
    ``key``, ``columns``: attribute names (``field_id``). ``twin(row)``: the primary key of a record made by hand that
    is the same thing; it is taken over when ``adopt``, else kept and reported. ``create=False``: rows without a record
    are ignored and nothing is missing (a second source filling columns of another's records). ``is_edited``: for
    models without digest, tells from the record and its (column, old, new) differences whether a person made them.
    ``after_create`` gets each batch of new records.
    """
    work = _Sync(report, model, key, columns, twin=twin, adopt=adopt, is_edited=is_edited, after_create=after_create)
    split = 1 + len(key)
    known = {
        record[1:split]: (record[0], record[split:])
        for record in existing.order_by().values_list("pk", *key, *columns).iterator(chunk_size=5000)
    }
    seen: dict[tuple, int | None] = {}
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
                work.stale.append((pk, row, False))
        elif twin and (pk := twin(row)):
            work.pks[row.key] = pk
            if adopt:
                work.stale.append((pk, row, True))
            else:
                report.tell(work.label, "kept", f"{work.describe(row.key)} is here already, made by hand.", row.line)
        elif create:
            work.fresh.append(row)
        if len(work.fresh) >= NEW_AT_ONCE:
            work.create()
        if len(work.stale) >= CHANGED_AT_ONCE:
            work.update()
    work.create()
    work.update()
    if create:
        for key in known.keys() - seen.keys():
            report.tell(work.label, "missing", f"{work.describe(key)} was imported before; the file lacks it.")
    return work.pks
