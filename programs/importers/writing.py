"""How a source reaches the database: wholly or not at all, and without keeping others from saving.

PostgreSQL writes a source in one transaction. SQLite has one writer at a time, and nobody could save anything during a
transaction as long as an import. There each batch is a transaction of its own; until the last of them the new records
that the public would see are drafts, and ``undo`` can take all of it back: at once when the run fails, when the next
import begins if it was killed. The last publishes them, advances the catalog and calls the run done.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from django.db import connection, transaction
from django.db.models import Model

from programs.choices import ChangeScope, Status
from programs.models import ImportRun, Organization, Program
from programs.models.base import Publishable
from programs.search import bulk_change, record_change
from programs.services.history import recorded_import

from . import undo


class Writing:
    """Writes what one source makes and changes, in one transaction.

    ``load``: the runs of one command so far, this one last. What they made needs no line of history when a later
    source completes it.
    """

    def __init__(self, load: list[ImportRun]):
        self.run, self._load = load[-1], load
        self._tables: set[str] = set()
        self._catalog = ExitStack()

    @contextmanager
    def whole(self, finish: Callable[[], None]) -> Iterator[None]:
        """Keep what is written inside if the block ends well, together with what ``finish`` writes; else nothing."""
        with transaction.atomic(), self._catalog:
            yield
            finish()

    def create(self, records: Sequence[Model]) -> None:
        """Insert new records of one model; the run remembers which."""
        model = type(records[0])
        self._begin(model)
        self._insert(model, records)
        if hasattr(model, "history"):
            ranges = self.run.made.setdefault(model._meta.model_name, [])
            for record in records:
                if ranges and ranges[-1][1] == record.pk - 1:
                    ranges[-1][1] = record.pk
                else:
                    ranges.append([record.pk, record.pk])

    @contextmanager
    def changing(self, records: Sequence[Model], fields: set[str]) -> Iterator[None]:
        """Save ``fields`` of records of one model, which the block changes; their histories name the run."""
        model = type(records[0])
        self._begin(model)
        told = [record for record in records if hasattr(model, "history") and not self._is_new(record)]
        with recorded_import(told, self.run):
            yield
            model._default_manager.bulk_create(
                records, update_conflicts=True, unique_fields=["pk"], update_fields=sorted(fields)
            )

    def analyse(self) -> None:
        """Let the database count anew what was written.

        Without, SQLite takes the wrong index for a page of results (90 ms instead of 4), and PostgreSQL may believe
        a table of 300,000 rows to be empty and take hours for the next source.
        """
        with connection.cursor() as cursor:
            for table in sorted(self._tables):
                cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")

    def _begin(self, model: type[Model]) -> None:
        """Lock the catalog's revision before the first row; an import that writes none does not advance it."""
        if not self._tables:
            self._catalog.enter_context(bulk_change())
        self._tables.add(model._meta.db_table)

    def _insert(self, model: type[Model], records: Sequence[Model]) -> None:
        model._default_manager.bulk_create(records)

    def _is_new(self, record: Model) -> bool:
        return any(run.made_this(record) for run in self._load)


class ShortSteps(Writing):
    """Writes in short transactions, which together are kept or taken back."""

    def __init__(self, load: list[ImportRun]):
        super().__init__(load)
        self._hidden: dict[type[Model], list[int]] = defaultdict(list)

    @contextmanager
    def whole(self, finish: Callable[[], None]) -> Iterator[None]:
        try:
            with undo.noted_for_undo():
                yield
                self._publish(finish)
        except BaseException:
            undo.take_back()
            raise

    def _begin(self, model: type[Model]) -> None:
        self._tables.add(model._meta.db_table)

    def _insert(self, model: type[Model], records: Sequence[Model]) -> None:
        hidden = _shown_at_once(records)
        for record in hidden:
            record.status = Status.DRAFT
        _insert_quickly(model, records)
        for record in hidden:
            record.status = Status.PUBLISHED
        self._hidden[model] += [record.pk for record in hidden]

    def _publish(self, finish: Callable[[], None]) -> None:
        """Programs first, some at a time: they can be as many as the country has. The rest is one step."""
        _show(Program, self._hidden.pop(Program, []))
        with transaction.atomic():
            for model, pks in self._hidden.items():
                _show(model, pks)
            if self._tables:
                record_change(ChangeScope.CATALOG)
            undo.forget()
            finish()


def writing_for(load: list[ImportRun], *, is_dry: bool) -> Writing:
    return ShortSteps(load) if connection.vendor == "sqlite" and not is_dry else Writing(load)


def _shown_at_once(records: Sequence[Model]) -> list[Publishable]:
    """Those of new records that the public would see as soon as they are there. Offerings are seen with programs."""
    shown = [record for record in records if isinstance(record, Publishable) and record.is_published]
    programs = [record for record in shown if isinstance(record, Program)]
    if not programs:
        return shown
    # Those of a new school are hidden with it: in a first load of the country that is all of them.
    schools = Organization.objects.published().filter(pk__in={program.organization_id for program in programs})
    published = set(schools.values_list("pk", flat=True))
    return [program for program in programs if program.organization_id in published]


def _show(model: type[Model], pks: list[int]) -> None:
    for start in range(0, len(pks), undo.AT_ONCE):
        with transaction.atomic():
            drafts = model._default_manager.filter(pk__in=pks[start : start + undo.AT_ONCE], status=Status.DRAFT)
            drafts.update(status=Status.PUBLISHED)


def _insert_quickly(model: type[Model], records: Sequence[Model]) -> None:
    """``bulk_create`` that does its thinking before it takes SQLite's lock, and so holds it for a third of the time.

    Keys follow one another, because nobody else writes meanwhile.
    """
    fields = [field for field in model._meta.local_concrete_fields if field is not model._meta.auto_field]
    rows = [
        [field.get_db_prep_save(field.pre_save(record, add=True), connection) for field in fields]
        for record in records
    ]
    columns, marks = ",".join(f'"{field.column}"' for field in fields), ",".join("%s" for _ in fields)
    insert = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks})"  # noqa: S608 - our own names
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(insert, rows)
        cursor.execute("SELECT last_insert_rowid()")
        last = cursor.fetchone()[0]
    for key, record in enumerate(records, start=last - len(records) + 1):
        record._state.adding, record._state.db = False, connection.alias
        if model._meta.auto_field:
            record.pk = key
