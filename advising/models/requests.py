from django.conf import settings
from django.db import models
from django.db.models import Q

from advising.choices import RequestKind, RequestState
from advising.querysets import RecordRequestQuerySet


class RecordRequest(models.Model):
    """A student's request to inspect or to amend their record (34 CFR 99.10 and 99.20).

    A refused amendment lets the student attach ``statement``, which is then shown with the note.
    """

    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="record_requests")
    kind = models.CharField(max_length=8, choices=RequestKind)
    note = models.ForeignKey("advising.Note", models.PROTECT, null=True, blank=True, related_name="record_requests")
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.OPEN)
    decision = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    statement = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RecordRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=RequestKind.INSPECT) | ~Q(text=""), name="record_amendment_is_said"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RequestState.GRANTED, RequestState.REFUSED])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="record_request_decided_by_someone",
            ),
        ]

    def __str__(self):
        return f"Request {self.pk}"
