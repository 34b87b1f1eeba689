"""The code sets: CIP 2020, SOC 2018, the crosswalk between them, and O*NET's titles and details."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from programs.choices import DetailKind, RemoteWork, TitleKind

from .base import Imported


class FieldOfStudy(Imported):
    """A CIP 2020 code at two, four or six digits (``51``, ``51.07``, ``51.0713``)."""

    code = models.CharField(max_length=7, unique=True, validators=[RegexValidator(r"^\d{2}(\.\d{2}(\d{2})?)?$")])
    title = models.CharField(max_length=200)
    definition = models.TextField(blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    occupations = models.ManyToManyField("programs.Occupation", through="programs.Crosswalk", related_name="fields")

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "fields of study"
        constraints = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(title=""), name="field_is_named"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Occupation(Imported):
    """A SOC 2018 code. ``job_zone`` is O*NET's 1 (little preparation) to 5 (extensive).

    ``education_group_names``: the occupations, separated by semicolons, for which the publisher gives the typical
    education together; blank where it is this occupation's own.
    """

    code = models.CharField(max_length=7, unique=True, validators=[RegexValidator(r"^\d{2}-\d{4}$")])
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    job_zone = models.PositiveSmallIntegerField(null=True, blank=True)
    typical_entry_education = models.CharField(max_length=80, blank=True)
    education_group_names = models.TextField(blank=True, editable=False)
    remote_work = models.CharField(max_length=10, choices=RemoteWork, default=RemoteWork.UNKNOWN)
    direct_patient_care = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(title=""), name="occupation_is_named"),
            models.CheckConstraint(
                condition=Q(job_zone__isnull=True) | Q(job_zone__gte=1, job_zone__lte=5),
                name="occupation_job_zone_1_to_5",
                violation_error_message="A job zone is a number from 1 to 5.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("programs:occupation", args=[self.code])


class Crosswalk(models.Model):
    """CIP 2020 to SOC 2018 (NCES and BLS): which fields of study prepare for which occupations."""

    field = models.ForeignKey(FieldOfStudy, models.CASCADE, related_name="crosswalk")
    occupation = models.ForeignKey(Occupation, models.CASCADE, related_name="crosswalk")

    class Meta:
        ordering = ["field__code", "occupation__code"]
        verbose_name_plural = "crosswalk"
        constraints = [
            models.UniqueConstraint(fields=["field", "occupation"], name="crosswalk_pair_once"),
        ]

    def __str__(self) -> str:
        return f"{self.field_id} to {self.occupation_id}"


class OccupationTitle(models.Model):
    """A title people use for an occupation (O*NET): search words, not pages of their own."""

    occupation = models.ForeignKey(Occupation, models.CASCADE, related_name="titles")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=TitleKind)

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["occupation", "title", "kind"], name="occupation_title_once"),
            models.CheckConstraint(condition=~Q(title=""), name="occupation_title_is_named"),
        ]
        indexes = [
            models.Index(fields=["title"], name="occupation_title_title"),  # search by name in admin
        ]

    def __str__(self) -> str:
        return self.title


class OccupationDetail(models.Model):
    """A task, technology or skill of an occupation, by ``rank`` (1 first) within its kind."""

    occupation = models.ForeignKey(Occupation, models.CASCADE, related_name="details")
    kind = models.CharField(max_length=10, choices=DetailKind)
    text = models.CharField(max_length=1000)
    rank = models.PositiveSmallIntegerField()
    source = models.ForeignKey("programs.Source", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["occupation", "kind", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["occupation", "kind", "rank"], name="occupation_detail_rank_once"),
        ]

    def __str__(self) -> str:
        return self.text[:80]
