import json

from django.contrib import admin
from django.utils.html import format_html_join

from programs.models import ImportRun, ZipCentroid

from .base import ReadOnlyAdmin

LINES_SHOWN = 200


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ["source", "file_name", "outcome", "started", "finished", "totals"]
    list_filter = ["outcome", "source"]
    search_fields = ["source", "file_name", "file_hash"]
    fields = readonly_fields = [
        "source",
        "file_name",
        "file_hash",
        "outcome",
        "started",
        "finished",
        "totals",
        "lines",
    ]

    def get_queryset(self, request):
        """A report can be long, and no list shows it."""
        return super().get_queryset(request).defer("report")

    @admin.display(description="Counts")
    def totals(self, run):
        return ", ".join(f"{name} {count}" for name, count in run.counts.items()) or "None"

    @admin.display(description="Report")
    def lines(self, run):
        """The first lines of the report; a line is a text or a record with the row's number and the reason."""
        lines = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in run.report]
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
