"""What is learned and awarded (Program), and how it is delivered (Offering, StartDate, Cost)."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from simple_history.models import HistoricalRecords

from programs.choices import (
    GROUP_OF_LEVEL,
    AwardLevel,
    CostBasis,
    CostKind,
    DurationBasis,
    Interaction,
    LevelGroup,
    Modality,
    ModalityBasis,
    OnsiteRequirement,
    Pacing,
    Residency,
    Schedule,
    StartType,
    Status,
)

from .base import Imported, Publishable, marked
from .career import ProgramCertification
from .evidence import Accreditation, Statistic

MOST_USD_A_WEEK = 2500
"""A price above this for each week of a program cannot be as it is reported. Of the 6,782 prices with a length in the
College Scorecard of 2023-24 the median is $388 a week and 99.9 % lie under $1,646; flight schools and short courses
reach $1,824, then comes nothing up to two certificates at $3,100 and $3,873. No price is too low: the least, $14 a
week, is one of many of public centers."""


class ProgramQuerySet(models.QuerySet["Program"]):
    def published(self) -> Self:
        """What the public may see: a program and its school are both published."""
        return self.filter(status=Status.PUBLISHED, organization__status=Status.PUBLISHED)

    def level_counts(self) -> list[tuple[str, int]]:
        """(award, number of programs), from the shortest certificate to the doctorate."""
        counts = dict(self.order_by().values_list("award_level").annotate(total=Count("pk")))
        known = [(level.label, counts[level]) for level in AwardLevel if level in counts]
        return known + ([(LevelGroup.NONCREDIT.label, counts[None])] if None in counts else [])

    def for_page(self) -> Self:
        """With all that a program's own page says of it; ``published_offerings`` as for cards, with their costs."""
        offerings = Offering.objects.published().with_price().select_related("source").order_by("pk")
        return self.select_related("organization", "field", "source").prefetch_related(
            Prefetch("offerings", offerings.prefetch_related("costs", "start_dates"), to_attr="published_offerings"),
            Prefetch("accreditations", Accreditation.objects.select_related("accreditor")),
            Prefetch("certification_links", ProgramCertification.objects.select_related("certification")),
            Prefetch("statistics", Statistic.objects.newest_first()),
        )

    def for_cards(self) -> Self:
        """With school and field, and ``published_offerings``: a list, each with ``price`` and its start dates."""
        offerings = Offering.objects.filter(status=Status.PUBLISHED).with_price().order_by("pk")
        return self.select_related("organization", "field").prefetch_related(
            Prefetch("offerings", offerings.prefetch_related("start_dates"), to_attr="published_offerings")
        )


class Program(Publishable, Imported):
    """A certificate or degree program of a school. ``award_level`` is null for non-credit programs."""

    organization = models.ForeignKey("programs.Organization", models.PROTECT, related_name="programs")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=160)
    description = models.TextField(blank=True)
    award_level = models.PositiveSmallIntegerField(choices=AwardLevel, null=True, blank=True)
    field = models.ForeignKey("programs.FieldOfStudy", models.PROTECT, null=True, blank=True, related_name="programs")
    credits = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    clock_hours = models.PositiveIntegerField(null=True, blank=True)
    minimum_entry_education = models.CharField(max_length=120, blank=True)
    prerequisites = models.TextField(blank=True)
    language = models.CharField(
        max_length=10, blank=True, help_text="BCP 47 tag of the language of teaching. Empty: not reported."
    )
    url = models.URLField("address at the school", max_length=500, blank=True)
    certifications = models.ManyToManyField(
        "programs.Certification", through="programs.ProgramCertification", related_name="programs"
    )

    published_offerings: list["Offering"]
    """Only after ``for_cards`` or ``for_page``."""

    history = HistoricalRecords()
    objects = ProgramQuerySet.as_manager()

    class Meta:
        ordering = ["name", "organization__name", "slug"]
        indexes = [
            models.Index(fields=["status", "name"], name="program_status_name"),  # the list without a snapshot
            models.Index(fields=["field", "status"], name="program_field_status"),  # programs of a field, job titles
            models.Index(fields=["organization", "status"], name="program_organization_status"),  # a school's page
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="program_slug_once_per_school"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(slug=""), name="program_is_named"),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(field__isnull=False),
                name="program_published_has_field",
                violation_error_message="A published program needs a field of study. Choose one, or keep a draft.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.award_name}), {self.organization}"

    @property
    def marked_name(self) -> str:
        """The name alone, with the mark of a sample school's program."""
        return marked(self.name, self.organization.is_fictional)

    def get_absolute_url(self) -> str:
        return reverse("programs:program", args=[self.organization.slug, self.slug])

    @property
    def is_public(self) -> bool:
        """What ``published()`` asks, of a record in hand."""
        return self.is_published and self.organization.is_published

    @property
    def award_name(self) -> str:
        return LevelGroup.NONCREDIT.label if self.award_level is None else self.get_award_level_display()

    @property
    def level_group(self) -> LevelGroup:
        return GROUP_OF_LEVEL[self.award_level]


class OfferingQuerySet(models.QuerySet["Offering"]):
    def published(self) -> Self:
        """Published offerings of published programs of published schools."""
        return self.filter(
            status=Status.PUBLISHED,
            program__status=Status.PUBLISHED,
            program__organization__status=Status.PUBLISHED,
        )

    def with_price(self) -> Self:
        """Annotate ``price``: the lowest whole-program price in US dollars that a student may pay, or null.

        A published total stands as it is. Otherwise it is the tuition for a residency plus every other amount
        that holds for that residency or for everyone. Yearly amounts give no total and leave the price unknown.
        ``price_as_of``: the day of that total or tuition; ``price_is_odd``: more than ``MOST_USD_A_WEEK``.
        """
        totals = Cost.objects.filter(offering=OuterRef("pk"), basis=CostBasis.TOTAL, currency="USD")
        extras = (
            Cost.objects.filter(
                Q(residency=OuterRef("residency")) | Q(residency=Residency.ANY),
                offering=OuterRef("offering"),
                basis=CostBasis.TOTAL,
                currency="USD",
            )
            .exclude(kind__in=[CostKind.TUITION, CostKind.TOTAL])
            .order_by()
            .values("offering")
            .annotate(sum=Sum("amount"))
            .values("sum")
        )
        money = DecimalField(max_digits=12, decimal_places=2)
        with_extras = F("amount") + Coalesce(Subquery(extras), Value(0), output_field=money)
        deciding = (
            totals.filter(kind__in=[CostKind.TOTAL, CostKind.TUITION])
            .annotate(
                rank=Case(When(kind=CostKind.TOTAL, then=0), default=1),
                whole=Case(When(kind=CostKind.TOTAL, then=F("amount")), default=with_extras, output_field=money),
            )
            .order_by("rank", "whole")
        )
        is_odd = Q(price__gt=F("duration_max_weeks") * MOST_USD_A_WEEK)
        return self.annotate(
            price=Subquery(deciding.values("whole")[:1], output_field=money),
            price_as_of=Subquery(deciding.values("as_of")[:1]),
            price_is_odd=Case(When(is_odd, then=True), default=False, output_field=BooleanField()),
        )

    def starting_by(self, day: date, *, today: date) -> Self:
        """Offerings one can still join that start on or before ``day``; rolling ones start in time by their nature."""
        open_dates = StartDate.objects.filter(
            Q(apply_by__isnull=True) | Q(apply_by__gte=today),
            offering=OuterRef("pk"),
            starts_on__gte=today,
            starts_on__lte=day,
        )
        return self.filter(Q(start_type__in=[StartType.ROLLING, StartType.ON_DEMAND]) | Exists(open_dates))


class Offering(Imported):
    """One way to take a program. Format, length, price and start vary together, so filters meet on one offering.

    Durations are whole weeks from start to finish (a span); ``effort_hours`` is the work in it.
    """

    program = models.ForeignKey(Program, models.CASCADE, related_name="offerings")
    status = models.CharField(max_length=12, choices=Status, default=Status.PUBLISHED)
    modality = models.CharField(max_length=10, choices=Modality, default=Modality.UNKNOWN)
    modality_basis = models.CharField(max_length=12, choices=ModalityBasis, default=ModalityBasis.UNKNOWN)
    interaction = models.CharField(max_length=12, choices=Interaction, default=Interaction.UNKNOWN)
    pacing = models.CharField(max_length=16, choices=Pacing, default=Pacing.UNKNOWN)
    onsite_requirement = models.CharField(max_length=18, choices=OnsiteRequirement, default=OnsiteRequirement.UNKNOWN)
    schedule = models.CharField(max_length=8, choices=Schedule, default=Schedule.UNKNOWN)
    duration_min_weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    duration_max_weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    duration_basis = models.CharField(max_length=12, choices=DurationBasis, default=DurationBasis.UNKNOWN)
    effort_hours = models.PositiveIntegerField(null=True, blank=True)
    start_type = models.CharField(max_length=10, choices=StartType, default=StartType.UNKNOWN)
    url = models.URLField("address at the school", max_length=500, blank=True)

    price: Decimal | None
    """Only after ``with_price``."""
    price_as_of: date | None = None
    price_is_odd = False
    """What ``with_price`` knows of the price."""

    history = HistoricalRecords()
    objects = OfferingQuerySet.as_manager()

    class Meta:
        ordering = ["program", "id"]
        indexes = [
            models.Index(fields=["modality", "program"], name="offering_modality_program"),  # filter without snapshot
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(duration_min_weeks__isnull=True, duration_max_weeks__isnull=True)
                | Q(duration_min_weeks__isnull=False, duration_max_weeks__gte=F("duration_min_weeks")),
                name="offering_duration_is_a_range",
                violation_error_message="Give both durations (twice the same for one length), or neither.",
            ),
            models.CheckConstraint(
                condition=Q(duration_basis=DurationBasis.UNKNOWN, duration_min_weeks__isnull=True)
                | (~Q(duration_basis=DurationBasis.UNKNOWN) & Q(duration_min_weeks__isnull=False)),
                name="offering_duration_has_its_basis",
                violation_error_message="Give a duration and its basis, or neither.",
            ),
            models.CheckConstraint(
                condition=~Q(modality_basis=ModalityBasis.FAMILY_FLAG) | Q(modality=Modality.UNKNOWN),
                name="offering_family_flag_is_no_modality",
                violation_error_message="The flag of a whole family says of no one program how it is taught. "
                "Choose how you know the modality, or leave it as not reported.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_modality_display()}, {self.get_pacing_display().lower()}"


class StartDate(models.Model):
    offering = models.ForeignKey(Offering, models.CASCADE, related_name="start_dates")
    starts_on = models.DateField()
    apply_by = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["offering", "starts_on"], name="start_date_once"),
            models.CheckConstraint(
                condition=Q(apply_by__isnull=True) | Q(apply_by__lte=F("starts_on")),
                name="start_date_after_deadline",
                violation_error_message="The last day to apply is after the start. Change one of the two dates.",
            ),
        ]

    def __str__(self) -> str:
        return self.starts_on.isoformat()


class Cost(models.Model):
    """One published amount. The price of an offering is computed from these (``OfferingQuerySet.with_price``)."""

    offering = models.ForeignKey(Offering, models.CASCADE, related_name="costs")
    kind = models.CharField(max_length=8, choices=CostKind)
    amount = models.DecimalField(max_digits=10, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(max_length=3, default="USD", help_text="ISO 4217 code.")
    residency = models.CharField(max_length=12, choices=Residency, default=Residency.ANY)
    basis = models.CharField(max_length=8, choices=CostBasis, default=CostBasis.TOTAL)
    as_of = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["offering", "residency", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["offering", "kind", "residency", "basis", "currency"], name="cost_once_per_kind"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="cost_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount} {self.currency}"
