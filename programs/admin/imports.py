from django.contrib import admin
from django.utils.html import format_html_join

from programs.models import ImportRun, ZipCentroid

from .base import ReadOnlyAdmin

LINES_SHOWN = 200


def _told(counts: dict | int) -> str:
    """The catalog that ships counts only what is new; an import counts by kind."""
    kinds = counts if isinstance(counts, dict) else {"new": counts}
    return ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items(), key=lambda pair: -pair[1]))


def _said(entry: dict) -> str:
    """One entry of a report: "programs, invalid, line 12: the school is not in the directory file"."""
    about = [entry.get("table"), entry["kind"], entry.get("line") and f"line {entry['line']}"]
    return f"{', '.join(filter(None, about))}: {entry['text']}"


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ["source", "file_name", "outcome", "started", "finished", "totals"]
    list_filter = ["outcome", "source"]
    search_fields = ["source", "file_name", "file_hash"]
    fields = readonly_fields = (
        "source",
        "file_name",
        "file_hash",
        "outcome",
        "started",
        "finished",
        "totals",
        "lines",
    )

    def get_queryset(self, request):
        """A report can be long, and no list shows it."""
        return super().get_queryset(request).defer("report")

    @admin.display(description="Counts")
    def totals(self, run):
        """Each table with its counts: "programs: 4 new, 1 invalid"."""
        return "; ".join(f"{table}: {_told(counts)}" for table, counts in sorted(run.counts.items())) or "None"

    @admin.display(description="Report")
    def lines(self, run):
        lines = [_said(entry) for entry in run.report]
        shown = lines[:LINES_SHOWN]
        if len(lines) > LINES_SHOWN:
            shown.append(f"{len(lines) - LINES_SHOWN} more lines are kept with the run.")
        return format_html_join("", "<p>{}</p>", ((line,) for line in shown)) or "Nothing refused, nothing kept."


@admin.register(ZipCentroid)
class ZipCentroidAdmin(ReadOnlyAdmin):
    ordering = ["zip"]
    list_display = ["zip", "place", "state", "latitude", "longitude"]
    list_filter = ["state"]
    search_fields = ["zip__startswith", "place"]
