"""Things to do, for a student or for their advisor, and templates of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from advising.choices import ItemFor, ItemState
from advising.querysets import ActionItemQuerySet, TemplateQuerySet


class ItemTemplate(models.Model):
    """A list of items handed out together. Without a unit every advisor may use it."""

    name = models.CharField(max_length=120)
    unit = models.ForeignKey("advising.Unit", models.PROTECT, null=True, blank=True, related_name="templates")
    certification = models.ForeignKey(
        "programs.Certification", models.PROTECT, null=True, blank=True, related_name="+"
    )
    job_title = models.ForeignKey("programs.JobTitle", models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="item_template_once_per_unit"),
            models.UniqueConstraint(fields=["name"], condition=Q(unit__isnull=True), name="item_template_once"),
            models.CheckConstraint(condition=~Q(name=""), name="item_template_is_named"),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateItem(models.Model):
    """One line of a template, due ``days_after`` the day it is handed out for (null: no date)."""

    template = models.ForeignKey(ItemTemplate, models.CASCADE, related_name="items")
    title = models.CharField(max_length=200)
    days_after = models.PositiveSmallIntegerField(null=True, blank=True)
    assignee = models.CharField(max_length=8, choices=ItemFor, default=ItemFor.STUDENT)
    certification = models.ForeignKey(
        "programs.Certification", models.PROTECT, null=True, blank=True, related_name="+"
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["template", "order", "id"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="template_item_is_said")]

    def __str__(self) -> str:
        return self.title


class ActionItem(models.Model):
    """``due_on`` is the day it is due by; ``days_after`` remembers that it was counted from a start."""

    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="items")
    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    assignee = models.CharField(max_length=8, choices=ItemFor, default=ItemFor.STUDENT)
    advisor = models.ForeignKey("advising.AdvisorProfile", models.PROTECT, null=True, blank=True, related_name="items")
    due_on = models.DateField(null=True, blank=True)
    days_after = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.OPEN)
    program = models.ForeignKey("programs.Program", models.PROTECT, null=True, blank=True, related_name="+")
    certification = models.ForeignKey(
        "programs.Certification", models.PROTECT, null=True, blank=True, related_name="+"
    )
    job_title = models.ForeignKey("programs.JobTitle", models.PROTECT, null=True, blank=True, related_name="+")
    pathway_item = models.ForeignKey(
        "advising.PathwayItem", models.SET_NULL, null=True, blank=True, related_name="items"
    )
    appointment = models.ForeignKey(
        "advising.Appointment", models.PROTECT, null=True, blank=True, related_name="items"
    )
    alert = models.ForeignKey("advising.Alert", models.PROTECT, null=True, blank=True, related_name="items")
    template = models.ForeignKey(ItemTemplate, models.SET_NULL, null=True, blank=True, related_name="handed_out")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        ordering = ["student", "due_on", "id"]
        indexes = [
            models.Index(fields=["student", "state", "due_on"], name="item_student_due"),  # my page, caseload
            models.Index(fields=["advisor", "state", "due_on"], name="item_advisor_due"),  # the advisor's own list
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="item_is_said"),
            models.CheckConstraint(
                condition=Q(assignee=ItemFor.STUDENT) | Q(advisor__isnull=False), name="item_for_advisor_names_one"
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.DONE, done_at__isnull=False)
                | (~Q(state=ItemState.DONE) & Q(done_at__isnull=True)),
                name="item_done_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Item {self.pk}"

    @property
    def directory_links(self) -> list[tuple[models.Model, bool]]:
        """The records of the directory that it is about, each with whether the public sees it."""
        records = [record for record in (self.program, self.certification, self.job_title) if record]
        return [(record, getattr(record, "is_public", record.is_published)) for record in records]

    @property
    def is_overdue(self) -> bool:
        return self.state == ItemState.OPEN and self.due_on is not None and self.due_on < timezone.localdate()
