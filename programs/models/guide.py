"""Career guides. A guide pulls certifications, titles, wages and programs live; it never copies them."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from programs.choices import AwardLevel, GuideItemKind, StepKind, StepNeed

from .base import Publishable, PublishableQuerySet


class Guide(Publishable):
    slug = models.SlugField(max_length=140, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    occupations = models.ManyToManyField("programs.Occupation", blank=True, related_name="guides")
    job_titles = models.ManyToManyField("programs.JobTitle", blank=True, related_name="guides")

    history = HistoricalRecords()
    objects = PublishableQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(slug=""), name="guide_is_named"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("programs:guide", args=[self.slug])


class GuideItem(models.Model):
    guide = models.ForeignKey(Guide, models.CASCADE, related_name="items")
    kind = models.CharField(max_length=16, choices=GuideItemKind)
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    job_title = models.ForeignKey("programs.JobTitle", models.PROTECT, null=True, blank=True, related_name="+")
    link = models.CharField(max_length=500, blank=True, help_text="A page of this site or elsewhere.")
    source = models.ForeignKey("programs.Source", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["guide", "kind", "order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="", text=""),
                name="guide_item_says_something",
                violation_error_message="Write a title or a text.",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.text[:80]


class PathwayStep(models.Model):
    """One step toward the job, in order. Durations are whole weeks."""

    guide = models.ForeignKey(Guide, models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=StepKind)
    need = models.CharField(max_length=8, choices=StepNeed, default=StepNeed.REQUIRED)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    duration_min_weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    duration_max_weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    minimum_award_level = models.PositiveSmallIntegerField(choices=AwardLevel, null=True, blank=True)
    certification = models.ForeignKey(
        "programs.Certification", models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.ForeignKey("programs.Source", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["guide", "order"]
        constraints = [
            models.UniqueConstraint(fields=["guide", "order"], name="pathway_step_order_once"),
            models.CheckConstraint(condition=~Q(title=""), name="pathway_step_is_named"),
        ]

    def __str__(self) -> str:
        return self.title
