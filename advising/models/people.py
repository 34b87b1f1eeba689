"""Who takes part: units, advisors, students, and who advises whom."""

from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from advising.choices import AssignmentKind, Education, MeetingMode
from advising.querysets import AdvisorQuerySet, AssignmentQuerySet, OwnQuerySet, StudentQuerySet
from programs.choices import US_STATES, Modality, Pacing


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Use a name such as America/Chicago.")


class Unit(models.Model):
    """An advising office."""

    name = models.CharField(max_length=120, unique=True)
    email = models.EmailField("e-mail address", blank=True)
    phone = models.CharField(max_length=30, blank=True)
    place = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="unit_is_named")]

    def __str__(self) -> str:
        return self.name


class AdvisorProfile(models.Model):
    """A person as an advisor. Without an active one nobody reaches a student's record.

    ``min_lead_hours`` and ``max_lead_days`` bound how soon and how far ahead students may book.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="advisor_profile")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="advisors")
    title = models.CharField(max_length=120, blank=True)
    about = models.TextField(blank=True)
    fields = models.ManyToManyField("programs.FieldOfStudy", blank=True, related_name="+")
    guides = models.ManyToManyField("programs.Guide", blank=True, related_name="+")
    capacity = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How many students, at most.")
    time_zone = models.CharField(max_length=50, default="America/New_York", validators=[validate_time_zone])
    min_lead_hours = models.PositiveSmallIntegerField(default=12)
    max_lead_days = models.PositiveSmallIntegerField(default=60, validators=[MinValueValidator(1)])
    is_active = models.BooleanField(default=True)

    objects = AdvisorQuerySet.as_manager()

    class Meta:
        ordering = ["user__last_name", "user__first_name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(max_lead_days__gte=1), name="advisor_max_lead_at_least_a_day"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class MeetingPlace(models.Model):
    """Where an advisor meets: a room, a call link or a number, one or more for each mode."""

    advisor = models.ForeignKey(AdvisorProfile, models.CASCADE, related_name="meeting_places")
    mode = models.CharField(max_length=10, choices=MeetingMode)
    place = models.CharField(max_length=300, help_text="A room, the address of a call, or a telephone number.")

    class Meta:
        ordering = ["advisor", "mode", "id"]
        constraints = [
            models.UniqueConstraint(fields=["advisor", "mode", "place"], name="meeting_place_once"),
            models.CheckConstraint(condition=~Q(place=""), name="meeting_place_is_said"),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()}: {self.place}"


class StudentProfile(models.Model):
    """A person as a student, with what they told us. Empty means they have not said."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="student_profile")
    student_number = models.CharField(max_length=20, null=True, blank=True, unique=True)
    preferred_name = models.CharField(max_length=80, blank=True)
    education = models.CharField(max_length=12, choices=Education, default=Education.UNKNOWN)
    state = models.CharField(max_length=2, blank=True, choices=US_STATES)
    zip = models.CharField(
        "ZIP code", max_length=5, blank=True, validators=[RegexValidator(r"^\d{5}$", "Enter the five digits.")]
    )
    target_start = models.DateField("hopes to start on", null=True, blank=True)
    hours_per_week = models.PositiveSmallIntegerField(
        "hours a week", null=True, blank=True, validators=[MaxValueValidator(168)]
    )
    budget = models.DecimalField(
        "budget in US dollars",
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    modality = models.CharField(
        "wants to study", max_length=10, blank=True, choices=[c for c in Modality.choices if c[0] != Modality.UNKNOWN]
    )
    pacing = models.CharField(
        "wants a pace", max_length=16, blank=True, choices=[c for c in Pacing.choices if c[0] != Pacing.UNKNOWN]
    )
    time_zone = models.CharField(max_length=50, blank=True, validators=[validate_time_zone])
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StudentQuerySet.as_manager()

    class Meta:
        ordering = ["user__last_name", "user__first_name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(student_number__isnull=True) | ~Q(student_number=""), name="student_number_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(hours_per_week__isnull=True) | Q(hours_per_week__lte=168), name="student_hours_fit_a_week"
            ),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(budget__gte=0), name="student_budget_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What the student wants to be called; whose account has ended is marked wherever the name stands."""
        name = f"{self.preferred_name} {self.user.last_name}".strip() if self.preferred_name else str(self.user)
        return name if self.user.is_active else f"{name} (account ended)"


class Assignment(models.Model):
    """Who advises whom, from ``starts_on`` up to but not including ``ends_on``. Ended ones stay as history.

    That two primary assignments of one student never overlap is held by the database (migration ``0002_guards``).
    """

    student = models.ForeignKey(StudentProfile, models.PROTECT, related_name="assignments")
    advisor = models.ForeignKey(AdvisorProfile, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    kind = models.CharField(max_length=10, choices=AssignmentKind, default=AssignmentKind.PRIMARY)
    program = models.ForeignKey("programs.Program", models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The first day on which it no longer holds.")
    reason = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["student", "-starts_on", "id"]
        indexes = [
            models.Index(fields=["advisor", "student"], name="assignment_advisor_student"),  # caseload, policy
            models.Index(fields=["unit", "student"], name="assignment_unit_student"),  # unit reach in policy
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="assignment_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["student"],
                condition=Q(kind=AssignmentKind.PRIMARY, ends_on__isnull=True),
                name="assignment_one_open_primary",
                violation_error_message="This student has a primary advisor. End that assignment first.",
            ),
            models.UniqueConstraint(
                fields=["student", "advisor", "kind"],
                condition=Q(ends_on__isnull=True),
                name="assignment_open_once",
                violation_error_message="This advisor is assigned to the student in this way already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.starts_on}"

    def clean(self):
        """Say in words what the database would refuse."""
        if self.kind != AssignmentKind.PRIMARY or not self.student_id or not self.starts_on:
            return
        others = Assignment.objects.filter(student=self.student_id, kind=self.kind).exclude(pk=self.pk)
        others = others.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=self.starts_on))
        if self.ends_on:
            others = others.filter(starts_on__lt=self.ends_on)
        if others.exists():
            raise ValidationError("The student has another primary advisor at that time. End that assignment first.")


class SavedList(models.Model):
    """A caseload filter that an advisor keeps under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_lists")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True, help_text="The query string of the caseload page.")

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_list_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_list_is_named"),
        ]

    def __str__(self) -> str:
        return self.name
