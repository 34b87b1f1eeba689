from django.db import models

from programs.choices import ImportOutcome


class ImportRun(models.Model):
    """One run of an importer over one file: what it found and did. ``report`` lists refused and kept rows."""

    source = models.CharField(max_length=30)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField("SHA-256 of the file", max_length=64)
    outcome = models.CharField(max_length=8, choices=ImportOutcome, default=ImportOutcome.RUNNING)
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=list)
    started = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started"]

    def __str__(self):
        return f"{self.source}, {self.started:%Y-%m-%d %H:%M}"


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

    def __str__(self):
        return f"{self.zip} {self.place}, {self.state}"
