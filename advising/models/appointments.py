"""Meetings: when advisors can, what is booked, the queue, campaigns, and the calendar feed."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from advising.choices import AppointmentState, DropInState, MeetingMode, Weekday
from advising.querysets import (
    AppointmentPartQuerySet,
    AppointmentQuerySet,
    CampaignQuerySet,
    DropInQuerySet,
    InvitationQuerySet,
    OwnQuerySet,
    StudentRecordQuerySet,
)


def validate_quarters(minutes: int) -> None:
    if minutes % 15:
        raise ValidationError("Use a multiple of 15 minutes.")


def every_mode() -> list[str]:
    return list(MeetingMode.values)


class AvailabilityRule(models.Model):
    """A weekly stretch of wall-clock time, in the advisor's time zone, that students may book."""

    advisor = models.ForeignKey("advising.AdvisorProfile", models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts_at = models.TimeField("from")
    ends_at = models.TimeField("to")
    modes = models.JSONField(default=every_mode)
    slot_minutes = models.PositiveSmallIntegerField(
        default=30, validators=[validate_quarters, MinValueValidator(15), MaxValueValidator(240)]
    )
    buffer_minutes = models.PositiveSmallIntegerField(
        default=0, validators=[validate_quarters, MaxValueValidator(120)]
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["advisor", "weekday", "starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["advisor", "weekday", "starts_at"], name="availability_rule_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="availability_rule_ends_after_start"),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=15, slot_minutes__lte=240, buffer_minutes__lte=120),
                name="availability_rule_sensible_slots",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="availability_rule_valid_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()}, {self.starts_at:%H:%M} to {self.ends_at:%H:%M}"


class AvailabilityException(models.Model):
    """A day that differs: extra hours (``is_open``) or closed hours; without hours the whole day is closed."""

    advisor = models.ForeignKey("advising.AdvisorProfile", models.CASCADE, related_name="availability_exceptions")
    day = models.DateField()
    is_open = models.BooleanField(default=False)
    starts_at = models.TimeField("from", null=True, blank=True)
    ends_at = models.TimeField("to", null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["advisor", "day", "starts_at"]
        indexes = [
            models.Index(fields=["advisor", "day"], name="availability_exception_day"),  # the slots of a week
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True, is_open=False)
                | Q(starts_at__isnull=False, ends_at__gt=F("starts_at")),
                name="availability_exception_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class Appointment(models.Model):
    """A meeting. ``uid`` never changes and ``sequence`` grows with each move: calendars follow by them."""

    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="appointments")
    advisor = models.ForeignKey("advising.AdvisorProfile", models.PROTECT, related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=10, choices=MeetingMode)
    place = models.CharField(max_length=300, blank=True)
    agenda = models.TextField(blank=True, help_text="Both of you can read this.")
    state = models.CharField(max_length=20, choices=AppointmentState, default=AppointmentState.BOOKED)
    state_reason = models.CharField(max_length=300, blank=True)
    is_drop_in = models.BooleanField(default=False)
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    campaign = models.ForeignKey(
        "advising.Campaign", models.SET_NULL, null=True, blank=True, related_name="appointments"
    )
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["advisor", "starts_at"], name="appointment_advisor_when"),  # a week
            models.Index(fields=["student", "state", "starts_at"], name="appointment_student_when"),  # contacts
            models.Index(fields=["state", "starts_at"], name="appointment_state_when"),  # reminders
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appointment_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"Appointment {self.pk}"


class AppointmentEvent(models.Model):
    """One change of an appointment: by whom, when, and why."""

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="events")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    from_state = models.CharField(max_length=20, choices=AppointmentState, blank=True)
    to_state = models.CharField(max_length=20, choices=AppointmentState)
    starts_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    objects = AppointmentPartQuerySet.as_manager()

    class Meta:
        ordering = ["appointment", "at", "id"]

    def __str__(self) -> str:
        return f"Appointment {self.appointment_id}: {self.get_to_state_display()}"


class OccupiedSlot(models.Model):
    """A quarter of an hour in which a person is busy. The database refuses a second booking of it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="slots")

    class Meta:
        ordering = ["person", "starts_at"]
        constraints = [models.UniqueConstraint(fields=["person", "starts_at"], name="occupied_slot_once")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class AgendaItem(models.Model):
    """Something a student wants to discuss; without an appointment it waits for the next one.

    ``taken_from`` is the meeting that did not take place, whose agenda it comes back to when that is corrected.
    """

    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="agenda_items")
    appointment = models.ForeignKey(Appointment, models.SET_NULL, null=True, blank=True, related_name="agenda_items")
    program = models.ForeignKey("programs.Program", models.PROTECT, null=True, blank=True, related_name="+")
    certification = models.ForeignKey(
        "programs.Certification", models.PROTECT, null=True, blank=True, related_name="+"
    )
    job_title = models.ForeignKey("programs.JobTitle", models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=300, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    discussed_at = models.DateTimeField(null=True, blank=True)
    taken_from = models.ForeignKey(Appointment, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = StudentRecordQuerySet.as_manager()

    class Meta:
        ordering = ["student", "created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(program__isnull=False, certification__isnull=True, job_title__isnull=True)
                | Q(program__isnull=True, certification__isnull=False, job_title__isnull=True)
                | Q(program__isnull=True, certification__isnull=True, job_title__isnull=False)
                | (Q(program__isnull=True, certification__isnull=True, job_title__isnull=True) & ~Q(text="")),
                name="agenda_item_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"Agenda item {self.pk}"


class DropIn(models.Model):
    """A student waiting without an appointment, at a unit, for the ``advisor`` they ask for or whoever is free next.

    Who called them in is the advisor of ``appointment``.
    """

    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="drop_ins")
    unit = models.ForeignKey("advising.Unit", models.PROTECT, related_name="drop_ins")
    advisor = models.ForeignKey(
        "advising.AdvisorProfile", models.PROTECT, null=True, blank=True, related_name="drop_ins"
    )
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=DropInState, default=DropInState.WAITING)
    joined_at = models.DateTimeField(auto_now_add=True)
    called_at = models.DateTimeField(null=True, blank=True)
    appointment = models.OneToOneField(Appointment, models.PROTECT, null=True, blank=True, related_name="drop_in")

    objects = DropInQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "id"]
        indexes = [models.Index(fields=["unit", "state", "joined_at"], name="drop_in_queue")]  # who is next
        constraints = [
            models.UniqueConstraint(
                fields=["student"], condition=Q(state=DropInState.WAITING), name="drop_in_waits_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Drop-in {self.pk}"


class Campaign(models.Model):
    """An invitation to a list of students to book with an advisor between two days (both included)."""

    advisor = models.ForeignKey("advising.AdvisorProfile", models.PROTECT, related_name="campaigns")
    name = models.CharField(max_length=120)
    message = models.TextField(blank=True)
    opens_on = models.DateField()
    closes_on = models.DateField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="campaign_closes_after_opening"),
            models.CheckConstraint(condition=~Q(name=""), name="campaign_is_named"),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignInvitation(models.Model):
    """Whether the student booked is read from the campaign's appointments: a cancelled one does not count."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="invitations")
    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="invitations")
    invited_at = models.DateTimeField(auto_now_add=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "student"]
        constraints = [models.UniqueConstraint(fields=["campaign", "student"], name="campaign_invites_once")]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


class CalendarFeed(models.Model):
    """The secret address of a person's calendar. Only the digest of its token is kept; a new one revokes the old."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    token_digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, in hex.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Calendar feed {self.pk}"
