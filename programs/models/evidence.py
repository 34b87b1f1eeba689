"""Where facts come from, and the numbers and accreditations that rest on them."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from programs.choices import (
    AREAS,
    MEASURE_RULES,
    PROJECTION_YEARS,
    AccreditationStatus,
    Measure,
    Qualifier,
    StatisticKind,
    SuppressedReason,
    Unit,
)

from .base import one_of


def figure_problems(measure: str, kind: str, unit: str, value: Decimal | None) -> dict[str, str]:
    """What of a figure does not fit its measure, by column; empty for a measure that is none."""
    rule = MEASURE_RULES.get(measure)
    if rule is None:
        return {}
    name, problems = Measure(measure).label, {}
    if unit != rule.unit:
        problems["unit"] = f"{name} is given in {rule.unit.label}."
    if kind not in rule.kinds:
        kinds = ", ".join(each.label for each in StatisticKind if each in rule.kinds)
        problems["statistic"] = f"{name} is given as: {kinds}."
    if value is not None and not rule.lowest <= value <= rule.highest:
        problems["value"] = f"{name} lies between {rule.lowest:,} and {rule.highest:,}."
    return problems


def period_problems(measure: str, start: date, end: date, *, today: date) -> dict[str, str]:
    """What of a figure's period is still to come, by column; a projection may end so."""
    rule = MEASURE_RULES.get(measure)
    if rule and rule.is_projection:
        latest = date(today.year + PROJECTION_YEARS, 12, 31)
        if end > latest:
            return {"period_end": f"A projection reaches at most {PROJECTION_YEARS} years ahead, to {latest}."}
        return {"period_start": "A projection starts from a year that has come."} if start > today else {}
    return {"period_end": "The period is not over yet, so nothing can be known of all of it."} if end > today else {}


def _fits_its_measure() -> Q:
    """``figure_problems`` as a condition."""
    condition = Q()
    for measure, rule in MEASURE_RULES.items():
        in_range = Q(value__isnull=True) | Q(value__gte=rule.lowest, value__lte=rule.highest)
        condition |= Q(measure=measure, unit=rule.unit, statistic__in=sorted(rule.kinds)) & in_range
    return condition


class Source(models.Model):
    publisher = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    url = models.URLField(max_length=500, blank=True)
    licence = models.CharField(max_length=80, blank=True)
    credit = models.TextField(blank=True, help_text="The credit line that the licence asks for.")
    retrieved_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["publisher", "title"]
        constraints = [
            models.UniqueConstraint(fields=["publisher", "title"], name="source_once"),
            models.CheckConstraint(condition=~Q(publisher="") & ~Q(title=""), name="source_is_named"),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}, {self.title}"


class StatisticQuerySet(models.QuerySet["Statistic"]):
    def newest_first(self) -> Self:
        return self.select_related("source").order_by("-period_end", "-period_start")


class Statistic(models.Model):
    """One number with what it is, where, when and who says so: wages, outlook, outcomes.

    ``value`` is in ``unit``; where it is null, ``suppressed_reason`` says why. ``period_start`` and ``period_end`` are
    the first and last day of what was measured or projected (May 2025: both in May 2025; 2024-34: 2024 to 2034).
    Where the publisher gives one number for several occupations together, each of them has a row with the code of
    the group and the names of them all: such rows of one ``group_code`` are one number, to be counted once.
    """

    occupation = models.ForeignKey(
        "programs.Occupation", models.CASCADE, null=True, blank=True, related_name="statistics"
    )
    job_title = models.ForeignKey(
        "programs.JobTitle", models.CASCADE, null=True, blank=True, related_name="statistics"
    )
    program = models.ForeignKey("programs.Program", models.CASCADE, null=True, blank=True, related_name="statistics")
    measure = models.CharField(max_length=20, choices=Measure)
    statistic = models.CharField(max_length=8, choices=StatisticKind)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=14, choices=Unit)
    qualifier = models.CharField(max_length=8, choices=Qualifier, default=Qualifier.EXACTLY)
    area = models.CharField(max_length=60, choices=list(AREAS.items()), help_text="Where it holds.")
    period_start = models.DateField()
    period_end = models.DateField()
    suppressed_reason = models.CharField(max_length=14, choices=SuppressedReason, blank=True)
    group_code = models.CharField(
        max_length=7, blank=True, help_text="The code under which the publisher gives several occupations together."
    )
    group_names = models.TextField(blank=True, help_text="The occupations of that group, separated by semicolons.")
    source = models.ForeignKey(Source, models.PROTECT, related_name="statistics")

    objects = StatisticQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "statistic", "-period_end"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("occupation", "job_title", "program"),
                name="statistic_is_about_one_thing",
                violation_error_message="Choose an occupation, a job title or a program, and only one of them.",
            ),
            models.CheckConstraint(
                condition=_fits_its_measure() & Q(area__in=list(AREAS)),
                name="statistic_says_what_it_is",
                violation_error_message="Measure, unit, kind, value and area do not fit together.",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, suppressed_reason="")
                | (Q(value__isnull=True) & ~Q(suppressed_reason="")),
                name="statistic_has_value_or_reason",
                violation_error_message="Give a value, or the reason why the publisher gives none.",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="statistic_period_is_a_range",
                violation_error_message="The period ends before it starts. Change one of the two dates.",
            ),
            models.CheckConstraint(
                condition=Q(group_code="", group_names="")
                | (Q(occupation__isnull=False) & ~Q(group_code="") & ~Q(group_names="")),
                name="statistic_group_is_named",
                violation_error_message="Give the code of the group and the names of its occupations, or neither.",
            ),
            *(
                models.UniqueConstraint(
                    fields=[subject, "measure", "statistic", "area", "period_start", "period_end", "source"],
                    condition=Q(**{f"{subject}__isnull": False}),
                    name=f"statistic_once_per_{subject}",
                    violation_error_message="This number is already recorded for this period, area and source.",
                )
                for subject in ("occupation", "job_title", "program")
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_measure_display()}, {self.get_statistic_display().lower()}, {self.area}, {self.period_end:%Y}"
        )

    def clean(self) -> None:
        problems = figure_problems(self.measure, self.statistic, self.unit, self.value)
        if self.period_start and self.period_end:
            today = timezone.localdate()
            problems |= period_problems(self.measure, self.period_start, self.period_end, today=today)
        if problems:
            raise ValidationError(problems)


class Accreditation(models.Model):
    """Who accredits what, with where to check it. Never shown as an unqualified "accredited"."""

    accreditor = models.ForeignKey("programs.Organization", models.PROTECT, related_name="accreditations_given")
    organization = models.ForeignKey(
        "programs.Organization", models.CASCADE, null=True, blank=True, related_name="accreditations"
    )
    program = models.ForeignKey(
        "programs.Program", models.CASCADE, null=True, blank=True, related_name="accreditations"
    )
    certification = models.ForeignKey(
        "programs.Certification", models.CASCADE, null=True, blank=True, related_name="accreditations"
    )
    status = models.CharField(max_length=10, choices=AccreditationStatus)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    verify_url = models.URLField(max_length=500, blank=True)
    verified_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["accreditor", "id"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("organization", "program", "certification"),
                name="accreditation_is_of_one_thing",
                violation_error_message="Choose a school, a program or a certification, and only one of them.",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="accreditation_period_is_a_range",
                violation_error_message="The accreditation ends before it starts. Change one of the two dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} by {self.accreditor}"
