"""Concerns that staff raise about a student, and every step until they are answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from advising.choices import ALERT_OPEN, AlertEventKind, AlertKind, AlertState
from advising.querysets import AlertEventQuerySet, AlertQuerySet


class AlertReason(models.Model):
    """Why an alert is raised, which unit answers, and within how many days (null: no answer is due)."""

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=4, choices=AlertKind, default=AlertKind.CASE)
    unit = models.ForeignKey("advising.Unit", models.PROTECT, null=True, blank=True, related_name="alert_reasons")
    days_to_answer = models.PositiveSmallIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="alert_reason_is_named"),
            models.CheckConstraint(
                condition=Q(kind=AlertKind.FYI) | Q(days_to_answer__isnull=False),
                name="alert_reason_case_has_days",
                violation_error_message="Say within how many days a case is to be answered.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Alert(models.Model):
    """A concern. ``text`` is the raiser's; ``private_text`` and ``outcome`` are for those who answer;
    ``raiser_outcome`` is what the raiser is told. Without an owner it waits in the queue of ``unit``."""

    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="alerts")
    raiser = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="alerts_raised")
    reason = models.ForeignKey(AlertReason, models.PROTECT, related_name="alerts")
    unit = models.ForeignKey("advising.Unit", models.PROTECT, related_name="alerts")
    owner = models.ForeignKey("advising.AdvisorProfile", models.PROTECT, null=True, blank=True, related_name="alerts")
    text = models.TextField()
    private_text = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=AlertState, default=AlertState.OPEN)
    outcome = models.TextField(blank=True)
    raiser_outcome = models.CharField(max_length=300, blank=True)
    raised_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, help_text="First acknowledged.")
    closed_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-id"]
        indexes = [
            models.Index(fields=["student", "state"], name="alert_student_state"),  # caseload, policy
            models.Index(fields=["unit", "state", "due_at"], name="alert_queue"),  # the unit's queue, what is overdue
            models.Index(fields=["owner", "state"], name="alert_owner_state"),  # my alerts
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "reason"], condition=Q(state__in=ALERT_OPEN), name="alert_one_open_case"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="alert_is_said"),
            models.CheckConstraint(
                condition=Q(state__in=ALERT_OPEN, closed_at__isnull=True)
                | (~Q(state__in=ALERT_OPEN) & Q(closed_at__isnull=False)),
                name="alert_closed_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Alert {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("advising:alert", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in ALERT_OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < timezone.now()


class AlertEvent(models.Model):
    """One step of an alert. ``text`` of a private event is never shown to the raiser."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=AlertEventKind)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField(blank=True)
    is_private = models.BooleanField(default=True)

    objects = AlertEventQuerySet.as_manager()

    class Meta:
        ordering = ["alert", "at", "id"]

    def __str__(self) -> str:
        return f"Alert {self.alert_id}: {self.get_kind_display()}"
