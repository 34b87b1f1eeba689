"""What a student works toward, and the steps they take."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from advising.choices import GoalStatus, PathwayStatus
from advising.querysets import PathwayItemQuerySet, StudentRecordQuerySet


class Goal(models.Model):
    """A job title a student wants. Priority 1 comes first."""

    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="goals")
    job_title = models.ForeignKey("programs.JobTitle", models.PROTECT, related_name="+")
    priority = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    status = models.CharField(max_length=10, choices=GoalStatus, default=GoalStatus.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StudentRecordQuerySet.as_manager()

    class Meta:
        ordering = ["student", "priority", "id"]
        indexes = [
            models.Index(fields=["job_title", "status"], name="goal_job_title_status"),  # interest, caseload filter
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "job_title"],
                name="goal_once_per_title",
                violation_error_message="This job title is among the goals already.",
            ),
            models.CheckConstraint(condition=Q(priority__gte=1), name="goal_priority_from_1"),
        ]

    def __str__(self) -> str:
        return f"Goal {self.pk}"


class PathwayItem(models.Model):
    """One step toward a goal: exactly one of a program, a certification or a step in words."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="pathway_items")
    program = models.ForeignKey("programs.Program", models.PROTECT, null=True, blank=True, related_name="+")
    certification = models.ForeignKey(
        "programs.Certification", models.PROTECT, null=True, blank=True, related_name="+"
    )
    step = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=12, choices=PathwayStatus, default=PathwayStatus.CONSIDERING)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=500, blank=True, help_text="A certificate number, a link, what was seen.")
    order = models.PositiveSmallIntegerField(default=0)

    objects = PathwayItemQuerySet.as_manager()

    class Meta:
        ordering = ["goal", "order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(program__isnull=False, certification__isnull=True, step="")
                | Q(program__isnull=True, certification__isnull=False, step="")
                | (Q(program__isnull=True, certification__isnull=True) & ~Q(step="")),
                name="pathway_item_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=["goal", "program"], condition=Q(program__isnull=False), name="pathway_program_once"
            ),
            models.UniqueConstraint(
                fields=["goal", "certification"],
                condition=Q(certification__isnull=False),
                name="pathway_certification_once",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="pathway_item_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"Step {self.pk} of goal {self.goal_id}"
