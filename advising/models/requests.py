from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from advising.choices import INSPECT_DAYS, REQUEST_PENDING, REQUEST_STEPS, RequestKind, RequestState, RequestStep
from advising.querysets import RecordRequestQuerySet

DECIDED = (RequestState.GRANTED, RequestState.REFUSED, RequestState.HEARING, RequestState.SCHEDULED)
HEARD = (RequestState.HEARING, RequestState.SCHEDULED)


class RecordRequest(models.Model):
    """A student's request to inspect or to amend their record (34 CFR 99.10 and 99.20).

    ``decision`` is the first one. A refused amendment gives the right to a hearing, and lets the student attach
    ``statement``, which then goes with the note wherever it is shown (34 CFR 99.21).
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
                condition=~Q(state__in=DECIDED) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="record_request_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=HEARD) | Q(kind=RequestKind.AMEND), name="record_hearing_on_an_amendment"
            ),
        ]

    def __str__(self) -> str:
        return f"Request {self.pk}"

    @property
    def is_pending(self) -> bool:
        return self.state in REQUEST_PENDING

    @property
    def due_on(self) -> date | None:
        """The last day to let the student see the record; None for a correction and once it is decided."""
        if (self.kind, self.state) != (RequestKind.INSPECT, RequestState.OPEN):
            return None
        return timezone.localdate(self.created_at) + timedelta(days=INSPECT_DAYS)

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def opens_until(self) -> date | None:
        """The last day on which a granted request to inspect opens the record; None for any other."""
        if (self.kind, self.state) != (RequestKind.INSPECT, RequestState.GRANTED):
            return None
        return timezone.localdate(self.decided_at) + timedelta(days=INSPECT_DAYS)

    @property
    def opens_record(self) -> bool:
        """Whether it lets anybody read the whole record today; whom is the policy's to say."""
        if self.opens_until:
            return timezone.localdate() <= self.opens_until
        return self.kind == RequestKind.INSPECT and self.state == RequestState.OPEN

    def allows(self, step: RequestStep) -> bool:
        """Whether the request stands where ``step`` can follow; who may take it is the policy's to say."""
        if self.state not in REQUEST_STEPS[step]:
            return False
        hearing = getattr(self, "hearing", None)
        return {
            RequestStep.ASK_HEARING: self.kind == RequestKind.AMEND and hearing is None,
            RequestStep.STATE: self.kind == RequestKind.AMEND,
            RequestStep.CLOSE: hearing is not None and hearing.has_begun,
        }.get(step, True)


class Hearing(models.Model):
    """The hearing on a refused amendment (34 CFR 99.21 and 99.22): asked for, arranged, closed with its reasons.
    Reached through its request alone.

    ``refused_by`` is kept here so that the database itself refuses that person as the one who presides.
    """

    request = models.OneToOneField(RecordRequest, models.PROTECT, related_name="hearing")
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    takes_place_at = models.DateTimeField("when", null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    presider = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    arranged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reasons = models.TextField(blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(takes_place_at=None, presider=None, arranged_by=None, place="")
                | Q(takes_place_at__isnull=False, presider__isnull=False, arranged_by__isnull=False) & ~Q(place=""),
                name="hearing_is_arranged_whole",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, reasons="")
                | Q(takes_place_at__isnull=False, closed_at__gte=F("takes_place_at"), closed_by__isnull=False)
                & ~Q(reasons=""),
                name="hearing_is_closed_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(presider=None) | ~Q(presider=F("refused_by")), name="hearing_not_by_who_refused"
            ),
        ]

    def __str__(self) -> str:
        return f"Hearing {self.pk}"

    @property
    def has_begun(self) -> bool:
        return self.takes_place_at is not None and self.takes_place_at <= timezone.now()
