"""``manage.py import_data SOURCE PATH``: published files into the directory."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from programs.exceptions import DirectoryError
from programs.importers.report import Report
from programs.importers.run import SOURCES, import_sources

SHOWN_LINES = 10
SUMMED_UP = {"changed", "padded", "note"}
"""Kinds whose lines are not shown one by one: their count tells enough, or the summary has them."""


class Command(BaseCommand):
    help = "Import a published file (plain, gzip or zip) or a folder of them, with 'all' one that holds every source."

    def add_arguments(self, parser):
        parser.add_argument("source", choices=[*SOURCES, "all"])
        parser.add_argument("path", type=Path, help="the file, or a folder or zip archive that holds it")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what would change; write nothing (on SQLite nobody else can save meanwhile)",
        )
        parser.add_argument(
            "--overwrite-edited", action="store_true", help="let the file win over records that people edited"
        )
        parser.add_argument(
            "--older", action="store_true", help="take a file of an older release than the directory has"
        )

    def handle(self, *, source, path, dry_run, overwrite_edited, older, **options):
        names = list(SOURCES) if source == "all" else [source]
        changes = 0
        try:
            for report in import_sources(
                names, path, dry_run=dry_run, overwrite_edited=overwrite_edited, older=older, write=self._progress
            ):
                changes += report.changes
                self._print(report, is_recorded=not dry_run)
        except DirectoryError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database refused, and the source being read was not written: {error}") from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. The source that was being read was not written; run the same command to finish.",
                returncode=130,
            ) from None
        done = f"Dry run: nothing was written; {changes:,} rows would be." if dry_run else f"{changes:,} rows written."
        self.stdout.write(done)

    def _progress(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _print(self, report: Report, *, is_recorded: bool) -> None:
        for text in report.summary():
            self.stdout.write(f"{report.source}: {text}", self.style.SUCCESS)
        told = [line for line in report.lines if line["kind"] not in SUMMED_UP]
        for line in told[:SHOWN_LINES]:
            place = f"line {line['line']}: " if line["line"] else ""
            self.stdout.write(f"  {line['kind']}, {place}{line['text']}")
        if len(told) > SHOWN_LINES:
            where = ", listed in the record of this run" if is_recorded else ""
            self.stdout.write(f"  and {len(told) - SHOWN_LINES:,} more{where}")
