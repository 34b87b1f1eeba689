"""Runs importers: finds their files, has each source written wholly or not at all, and leaves a record of the run.

A run that stops half-way loses nothing and can be repeated. Its ImportRun is there from the beginning, so that an
unfinished run can be seen.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Protocol

from django.db import transaction

from programs.choices import ImportOutcome
from programs.models import ImportRun

from . import certifications, cip, crosswalk, ipeds, oews, onet, projections, scorecard, soc, zip_codes
from .alone import only_import
from .report import Report
from .sync import limits_of
from .tables import Layout, Table, find_tables
from .writing import writing_for


class Importer(Protocol):
    """The module of a source."""

    @property
    def LAYOUTS(self) -> tuple[Layout, ...]: ...  # noqa: N802 - a constant of the module

    def load(self, tables: dict[str, Table], report: Report) -> None:
        """Write what the tables hold, by the names of their layouts; the caller finds at least one."""


SOURCES: dict[str, Importer] = {
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
    Raises FileError, after which the source it came from is as it was before, and DirectoryError where another import
    is under way.
    """
    found = {name: find_tables(path, SOURCES[name].LAYOUTS) for name in names}
    for table in chain.from_iterable(tables.values() for tables in found.values()):
        if table.layout.citation and not older:
            table.layout.citation.refuse_older(table)
    with only_import(), _taken_back() if dry_run else nullcontext():
        load: list[ImportRun] = []
        for name, tables in found.items():
            load.append(_run_of(name, tables))
            writing = writing_for(load, is_dry=dry_run)
            report = Report(name, writing=writing, overwrite_edited=overwrite_edited, write=write)
            record = nullcontext(_nothing) if dry_run else _recorded(load[-1], report)
            with record as finish, writing.whole(finish):
                absent = [layout.name for layout in SOURCES[name].LAYOUTS if layout.name not in tables]
                if absent and path.is_dir():
                    report.note(f"{path} holds no {', '.join(absent)} table; nothing of that was read.")
                SOURCES[name].load(tables, report)
            writing.analyse()
            yield report


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _run_of(name: str, tables: dict[str, Table]) -> ImportRun:
    """The unsaved record of a run over the files of ``tables``."""
    files = list(dict.fromkeys(table.file for table in tables.values()))
    hashes = [file.sha256() for file in files]
    return ImportRun(
        source=name,
        file_name=_fit(", ".join(file.name for file in files)),
        file_hash=hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest(),
        report=[{"kind": "file", "text": f"{file.name} {digest}"} for file, digest in zip(files, hashes, strict=True)],
    )


@contextmanager
def _recorded(run: ImportRun, report: Report) -> Iterator[Callable[[], None]]:
    """Keep ``run`` on record as running, and as failed if the block is not left well. Yields what calls it done."""
    run.save()
    files = run.report

    def end(outcome: ImportOutcome) -> None:
        run.counts, run.report = report.counts, files + report.lines
        run.end(outcome)

    try:
        yield partial(end, ImportOutcome.DONE)
    except BaseException as error:
        report.lines.append({"kind": "error", "text": str(error) or "The run was stopped."})
        run.made = {}
        end(ImportOutcome.FAILED)
        raise


def _nothing() -> None:
    """How a dry run ends."""


def _fit(text: str) -> str:
    limit = limits_of(ImportRun)["file_name"]
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
