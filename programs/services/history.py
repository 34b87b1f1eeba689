"""What stands in the history of a catalog record beside the edits that people make."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db.models import Model
from simple_history.utils import get_history_manager_for_model

from programs.models import ImportRun

AS_LOADED = "As loaded"


def keep_original(record: Model) -> None:
    """Begin the history of a saved record that has none, with what the database says now.

    A load writes no history for what it makes; so the first change by hand still shows what was there before.
    """
    if not get_history_manager_for_model(type(record)).filter(id=record.pk).exists():
        _begin([type(record)._default_manager.get(pk=record.pk)])


@contextmanager
def recorded_import(records: Sequence[Model], run: ImportRun) -> Iterator[None]:
    """Write into the histories of ``records``, all of one model, what the block changes in them and its database rows.

    They come as the database has them. Two statements, and two more where histories begin; none without records.
    """
    if not records:
        yield
        return
    history = get_history_manager_for_model(type(records[0]))
    begun = set(history.filter(id__in=[record.pk for record in records]).values_list("id", flat=True))
    _begin([record for record in records if record.pk not in begun])
    yield
    history.bulk_history_create(records, update=True, default_change_reason=run.reason)


def _begin(records: Sequence[Model]) -> None:
    """The first entry of each: of the day and with the name of the import that made it, where one did."""
    if not records:
        return
    runs = ImportRun.objects.that_made_some(type(records[0]))
    history = get_history_manager_for_model(type(records[0]))
    made_by: dict[ImportRun | None, list[Model]] = defaultdict(list)
    for record in records:
        record._history_user = None  # type: ignore[attr-defined]  # what simple_history asks
        made_by[next((run for run in runs if run.made_this(record)), None)].append(record)
    for run, made in made_by.items():
        reason, day = (run.reason, run.finished) if run else (AS_LOADED, None)
        history.bulk_history_create(made, default_change_reason=reason, default_date=day)
