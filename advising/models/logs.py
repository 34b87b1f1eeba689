"""The two logs, their chain heads, emergency access and consent.

Log rows are only ever added, by ``services.logs``: the models refuse a change here, triggers refuse it in the
database (migration ``0002_guards``), and each row carries a hash over itself and the row before it.
"""

from datetime import date

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format

from advising.choices import AccessAction, ConsentState, DisclosureBasis, Reason
from advising.exceptions import AdvisingError
from advising.querysets import AccessLogQuerySet, BreakGlassQuerySet, ConsentQuerySet, DisclosureLogQuerySet


class ChainedLog(models.Model):
    """``hash`` is the SHA-256, in hex, of ``previous_hash`` and the row as canonical JSON."""

    sequence = models.BigIntegerField(unique=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField("when")

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AdvisingError("A log entry cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AdvisingError("A log entry cannot be deleted.")


class AccessLog(ChainedLog):
    """Someone read, or tried to read, what is about a student. ``reason`` is empty when they were refused.

    ``detail`` is small JSON without private text: the filter and count of an export, the stated reason of an
    emergency access.
    """

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    actor_role = models.CharField(max_length=40)
    action = models.CharField(max_length=12, choices=AccessAction)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, null=True, blank=True, related_name="+")
    object_type = models.CharField(max_length=30)
    object_id = models.BigIntegerField(null=True, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        ordering = ["-sequence"]
        verbose_name = "access log entry"
        verbose_name_plural = "access log"
        indexes = [
            models.Index(fields=["student", "-sequence"], name="access_log_student"),  # who read this record
            models.Index(fields=["actor", "-sequence"], name="access_log_actor"),  # what one person read
        ]

    def __str__(self) -> str:
        return f"Access {self.sequence}"

    @property
    def what(self) -> str:
        """The kind of thing in words; what an export held is one word already."""
        try:
            return apps.get_model("advising", self.object_type)._meta.verbose_name
        except LookupError:
            return self.object_type


class DisclosureLog(ChainedLog):
    """A request of someone outside for a student's record, granted or refused (34 CFR 99.32)."""

    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="disclosures")
    requester = models.CharField(max_length=200)
    recipient = models.CharField(max_length=200)
    records = models.CharField(max_length=500, help_text="What was asked for, without its text.")
    purpose = models.CharField("legitimate interest", max_length=500)
    basis = models.CharField(max_length=14, choices=DisclosureBasis)
    was_granted = models.BooleanField()
    disclosed_on = models.DateField()
    consent = models.ForeignKey("advising.Consent", models.PROTECT, null=True, blank=True, related_name="disclosures")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = DisclosureLogQuerySet.as_manager()

    class Meta:
        ordering = ["-sequence"]
        verbose_name = "disclosure"
        indexes = [models.Index(fields=["student", "-sequence"], name="disclosure_log_student")]  # who received it
        constraints = [
            models.CheckConstraint(
                condition=Q(was_granted=False) | ~Q(basis=DisclosureBasis.NONE), name="disclosure_granted_on_a_ground"
            ),
            models.CheckConstraint(
                condition=Q(was_granted=False) | ~Q(basis=DisclosureBasis.CONSENT) | Q(consent__isnull=False),
                name="disclosure_by_consent_names_it",
            ),
            models.CheckConstraint(
                condition=~Q(requester="") & ~Q(recipient="") & ~Q(records="") & ~Q(purpose=""),
                name="disclosure_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"Disclosure {self.sequence}"


class LogHead(models.Model):
    """The last row of a log: locked while the next is added, so that the chain has one order."""

    log = models.CharField(max_length=20, primary_key=True)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.log}: {self.sequence}"


class BreakGlass(models.Model):
    """Emergency access of one person to one student's record, or to one private note, with the reason typed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="emergency_accesses")
    note = models.ForeignKey("advising.Note", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=500)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-id"]
        verbose_name = "emergency access"
        verbose_name_plural = "emergency accesses"
        indexes = [models.Index(fields=["user", "student", "ends_at"], name="break_glass_open")]  # policy
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="break_glass_has_a_reason"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="break_glass_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"Emergency access {self.pk}"


class Consent(models.Model):
    """The student allows a recipient to receive records, for a purpose, from one day to another (both included).

    Given by the signed-in student alone, which names the person and, with the confirmation, their approval
    (34 CFR 99.30(d)); ``given_at`` is the date of that signature. One that is withdrawn ends at once and stays.
    """

    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="consents")
    recipient = models.CharField(max_length=200)
    purpose = models.CharField(max_length=500)
    records = models.CharField(max_length=500)
    starts_on = models.DateField("from")
    ends_on = models.DateField("to", null=True, blank=True)
    given_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(recipient="") & ~Q(purpose="") & ~Q(records=""), name="consent_is_complete"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="consent_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"Consent {self.pk}"

    def state_on(self, day: date) -> ConsentState:
        if self.revoked_at:
            return ConsentState.WITHDRAWN
        if day < self.starts_on:
            return ConsentState.WAITING
        return ConsentState.ENDED if self.ends_on and day > self.ends_on else ConsentState.VALID

    @property
    def state(self) -> ConsentState:
        """As it stands today."""
        return self.state_on(timezone.localdate())

    @property
    def may_be_withdrawn(self) -> bool:
        return self.state in (ConsentState.VALID, ConsentState.WAITING)

    def fault(self, *, recipient: str, day: date) -> str:
        """Why no disclosure to ``recipient`` on ``day`` can rest on it; empty when one can."""
        if fold(recipient) != fold(self.recipient):
            return f"This consent covers “{self.recipient}”, and no other recipient."
        revoked, ends = self.revoked_at and timezone.localdate(self.revoked_at), self.ends_on
        return {
            ConsentState.VALID: "",
            ConsentState.WITHDRAWN: f"The student withdrew this consent on {shown(revoked)}.",
            ConsentState.WAITING: f"This consent begins on {shown(self.starts_on)}, after that day.",
            ConsentState.ENDED: f"This consent ended on {shown(ends)}, before that day.",
        }[self.state_on(day)]


def fold(name: str) -> str:
    """A name without what does not tell two apart: case, and how many spaces."""
    return " ".join(name.casefold().split())


def shown(day: date | None) -> str:
    return date_format(day, "M j, Y") if day else ""
