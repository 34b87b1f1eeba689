"""Runs importers: finds their files, keeps each source in one transaction, and leaves a record of the run.

A source is written wholly or not at all, so a run that stops half-way loses nothing and can be repeated. Its ImportRun
is written outside that transaction, so that an unfinished run can be seen.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from programs.choices import ImportOutcome
from programs.models import ImportRun
from programs.search.tracking import bulk_change

from . import certifications, cip, crosswalk, ipeds, oews, onet, projections, scorecard, soc, zip_codes
from .report import Report
from .tables import Table, find_tables

SOURCES = {
    "cip": cip,
    "soc": soc,
    "crosswalk": crosswalk,
    "onet": onet,
    "oews": oews,
    "projections": projections,
    "zip": zip_codes,
    "ipeds": ipeds,
    "scorecard": scorecard,
    "certifications": certifications,
}
"""By name, each after those it rests on."""


def import_sources(
    names: list[str],
    path: Path,
    *,
    dry_run: bool = False,
    overwrite_edited: bool = False,
    older: bool = False,
    write: Callable[[str], None] = lambda text: None,
) -> Iterator[Report]:
    """Import each source from ``path``, yielding its report when it is done.

    Every file is found, its header checked, and one of an older release than the directory has refused (unless
    ``older``) before the first source is written. A dry run does all the work in one transaction and takes it back.
    Raises FileError; the source it came from is then as it was before.
    """
    found = {name: find_tables(path, SOURCES[name].LAYOUTS) for name in names}
    for table in chain.from_iterable(tables.values() for tables in found.values()):
        if table.layout.citation and not older:
            table.layout.citation.refuse_older(table)
    changes = 0
    with _taken_back() if dry_run else ExitStack():
        for name, tables in found.items():
            with ExitStack() as stack:
                report = Report(
                    name,
                    overwrite_edited=overwrite_edited,
                    before_write=_once(lambda: stack.enter_context(bulk_change())),
                    write=write,
                )
                if not dry_run:
                    stack.enter_context(_recorded(name, tables, report))
                stack.enter_context(transaction.atomic())
                absent = [layout.name for layout in SOURCES[name].LAYOUTS if layout.name not in tables]
                if absent and path.is_dir():
                    report.note(f"{path} holds no {', '.join(absent)} table; nothing of that was read.")
                SOURCES[name].load(tables, report)
            changes += report.changes
            yield report
    if changes and not dry_run:
        # Without statistics of the new rows SQLite takes the wrong index for a page of results: 90 ms instead of 4.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@contextmanager
def _taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _once(action: Callable) -> Callable[[], None]:
    done = []

    def act():
        if not done:
            done.append(True)
            action()

    return act


@contextmanager
def _recorded(name: str, tables: dict[str, Table], report: Report):
    """An ImportRun that says what became of the block: running, done or failed."""
    files = list(dict.fromkeys(table.file for table in tables.values()))
    hashes = [file.sha256() for file in files]
    run = ImportRun.objects.create(
        source=name,
        file_name=_fit(", ".join(file.name for file in files)),
        file_hash=hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest(),
    )
    run.report = [
        {"kind": "file", "text": f"{file.name} {digest}"} for file, digest in zip(files, hashes, strict=True)
    ]
    try:
        yield
        run.outcome = ImportOutcome.DONE
    except BaseException as error:
        run.outcome = ImportOutcome.FAILED
        run.report.append({"kind": "error", "text": str(error) or "The run was stopped."})
        raise
    finally:
        run.counts, run.report = report.counts, run.report + report.lines
        run.finished = timezone.now()
        run.save()


def _fit(text: str) -> str:
    limit = ImportRun._meta.get_field("file_name").max_length
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
