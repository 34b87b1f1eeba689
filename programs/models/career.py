"""Job titles, and the typed links that lead to them. Links through the crosswalk are computed, never stored."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from programs.choices import CareerRelation, CertificationRelation, ChosenBy, LinkBasis, Seniority

from .base import Imported, Publishable, PublishableQuerySet, one_of


class JobTitle(Publishable, Imported):
    """What a student wants to become: a curated title, or one that people in the job report (O*NET)."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=160, unique=True)
    summary = models.TextField(blank=True)
    aliases = models.JSONField(default=list, blank=True, help_text="Other names people search by, as a list.")
    seniority = models.CharField(max_length=12, choices=Seniority, default=Seniority.UNKNOWN)
    is_curated = models.BooleanField(default=False, help_text="Written by our editors; comes before reported ones.")
    occupations = models.ManyToManyField(
        "programs.Occupation", through="programs.JobTitleOccupation", related_name="job_titles"
    )
    advances_to = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="advances_from")

    history = HistoricalRecords()
    objects = PublishableQuerySet.as_manager()

    class Meta:
        ordering = ["name", "slug"]
        indexes = [
            models.Index(fields=["status", "name"], name="job_title_status_name"),  # the list
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(slug=""), name="job_title_is_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programs:career", args=[self.slug])


class JobTitleOccupation(models.Model):
    job_title = models.ForeignKey(JobTitle, models.CASCADE, related_name="occupation_links")
    occupation = models.ForeignKey("programs.Occupation", models.CASCADE, related_name="job_title_links")
    is_primary = models.BooleanField(default=False)
    chosen_by = models.CharField(max_length=8, choices=ChosenBy, default=ChosenBy.EDITOR, editable=False)

    class Meta:
        ordering = ["job_title", "-is_primary", "occupation__code"]
        constraints = [
            models.UniqueConstraint(fields=["job_title", "occupation"], name="job_title_occupation_once"),
            models.UniqueConstraint(
                fields=["job_title"],
                condition=Q(is_primary=True),
                name="job_title_one_primary_occupation",
                violation_error_message="A job title has one primary occupation. Unmark the other one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_title_id} to {self.occupation_id}"


class ProgramCertification(models.Model):
    """From a program to a certification, with how we know and when it was checked."""

    program = models.ForeignKey("programs.Program", models.CASCADE, related_name="certification_links")
    certification = models.ForeignKey("programs.Certification", models.CASCADE, related_name="program_links")
    relation = models.CharField(max_length=18, choices=CertificationRelation)
    exam_fee_included = models.BooleanField(null=True, blank=True)
    basis = models.CharField(max_length=10, choices=LinkBasis)
    source = models.ForeignKey("programs.Source", models.PROTECT, null=True, blank=True, related_name="+")
    verified_on = models.DateField(null=True, blank=True)

    distance: float | None
    """Miles to the school; only after ``reads.links.nearest_first`` with a ZIP code."""

    history = HistoricalRecords()

    class Meta:
        ordering = ["program", "certification"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "certification", "relation"], name="program_certification_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_relation_display()} {self.certification_id}"

    @property
    def rank(self) -> int:
        """The surest link first."""
        return CertificationRelation(self.relation).rank


class CareerLink(models.Model):
    """From a program or a certification to a job title."""

    job_title = models.ForeignKey(JobTitle, models.CASCADE, related_name="career_links")
    program = models.ForeignKey("programs.Program", models.CASCADE, null=True, blank=True, related_name="career_links")
    certification = models.ForeignKey(
        "programs.Certification", models.CASCADE, null=True, blank=True, related_name="career_links"
    )
    relation = models.CharField(max_length=12, choices=CareerRelation)
    basis = models.CharField(max_length=10, choices=LinkBasis)
    source = models.ForeignKey("programs.Source", models.PROTECT, null=True, blank=True, related_name="+")
    verified_on = models.DateField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["job_title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("program", "certification"),
                name="career_link_has_one_origin",
                violation_error_message="Choose a program or a certification, and only one of them.",
            ),
            models.UniqueConstraint(
                fields=["job_title", "program"],
                condition=Q(program__isnull=False),
                name="career_link_program_once",
                violation_error_message="This program already leads to this job title. Change that link.",
            ),
            models.UniqueConstraint(
                fields=["job_title", "certification"],
                condition=Q(certification__isnull=False),
                name="career_link_certification_once",
                violation_error_message="This certification already leads to this job title. Change that link.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_relation_display()} {self.job_title_id}"

    @property
    def rank(self) -> int:
        """The most binding link first."""
        return CareerRelation(self.relation).rank
