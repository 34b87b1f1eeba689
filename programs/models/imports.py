from typing import Self

from django.db import models
from django.utils import timezone

from programs.choices import ImportOutcome


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def that_made_some(self, model: type[models.Model]) -> Self:
        """Finished runs that made records of ``model``; without their reports, which can be long."""
        return self.filter(made__has_key=model._meta.model_name).defer("report")


class ImportRun(models.Model):
    """One run of an importer over one file: what it found and did. ``report`` lists refused and kept rows.

    ``made`` says which records it made, by model and as ranges of primary keys: a mark for each range, where a line
    of history for each record would be 800,000 in the first load of the country.
    """

    source = models.CharField(max_length=30)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField("SHA-256 of the file", max_length=64)
    outcome = models.CharField(max_length=8, choices=ImportOutcome, default=ImportOutcome.RUNNING)
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=list)
    made = models.JSONField(default=dict)
    started = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-started"]

    def __str__(self) -> str:
        return f"{self.source}, {self.started:%Y-%m-%d %H:%M}"

    @property
    def reason(self) -> str:
        """How the history of a record names this run."""
        return f"Import: {self.source}, {self.file_name}"[:100]

    def made_this(self, record: models.Model) -> bool:
        return any(first <= record.pk <= last for first, last in self.made.get(record._meta.model_name, ()))

    def end(self, outcome: ImportOutcome) -> None:
        self.outcome, self.finished = outcome, timezone.now()
        self.save()


class UndoStep(models.Model):
    """How to take back one row that an unfinished import wrote to SQLite; see ``programs.importers.writing``.

    The key is the row's place in the order of writing. The database's triggers write here, and nothing else does.
    """

    id = models.IntegerField(primary_key=True)
    statement = models.TextField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Step {self.pk}"


class ZipCentroid(models.Model):
    """The centre of a ZIP code (GeoNames), in degrees (WGS 84)."""

    zip = models.CharField("ZIP", max_length=5, primary_key=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    place = models.CharField(max_length=180)
    state = models.CharField(max_length=2)

    class Meta:
        ordering = ["zip"]
        verbose_name = "ZIP centroid"

    def __str__(self) -> str:
        return f"{self.zip} {self.place}, {self.state}"
