"""One import at a time, and what one that was killed has left."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.core.files import locks
from django.db import DatabaseError, connection

from programs.choices import ImportOutcome
from programs.exceptions import DirectoryError
from programs.models import ImportRun

from .undo import take_back

ADVISORY_LOCK = 0x776179
"""PostgreSQL's number for "an import is under way in this database"; any number that nothing else uses."""


@contextmanager
def only_import() -> Iterator[None]:
    """Keep other imports out of the block; before it, take back what one that was killed has left.

    The lock ends with the process or the connection that holds it, so a run that is on record as unfinished while we
    hold it is dead. Raises DirectoryError where another import is under way.
    """
    with _locked() as is_ours:
        if not is_ours:
            run = ImportRun.objects.filter(outcome=ImportOutcome.RUNNING).first()
            which = f" ({run})" if run else ""
            raise DirectoryError(f"Another import is under way{which}. Wait until it is done, then repeat this one.")
        take_back()
        for run in ImportRun.objects.filter(outcome=ImportOutcome.RUNNING):
            run.report.append({"kind": "error", "text": "The run was killed; nothing of it was kept."})
            run.end(ImportOutcome.FAILED)
        yield


@contextmanager
def _locked() -> Iterator[bool]:
    """Whether the one lock of imports into this database is ours inside the block."""
    if connection.vendor == "sqlite":
        # Beside the database and not on it: closing a second handle of that file would end SQLite's own locks.
        with Path(f"{connection.settings_dict['NAME']}-import").open("a") as file:
            yield locks.lock(file, locks.LOCK_EX | locks.LOCK_NB)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
        is_ours = cursor.fetchone()[0]
    try:
        yield is_ours
    finally:
        if is_ours:
            with suppress(DatabaseError), connection.cursor() as cursor:  # a lost connection has let go of it already
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
