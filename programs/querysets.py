"""Reads of the directory that compose."""

from datetime import date

from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from programs.choices import LEVELS_OF_GROUP, AwardLevel, CostBasis, CostKind, Residency, StartType, Status


class PublishableQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=Status.PUBLISHED)


class OrganizationQuerySet(PublishableQuerySet):
    def schools(self):
        """Organizations with at least one published program."""
        from programs.models import Program

        return self.filter(Exists(Program.objects.filter(organization=OuterRef("pk"), status=Status.PUBLISHED)))

    def named_like(self, words: str):
        """Every word somewhere in the name, the acronym or another name."""
        found = self.alias(other_names=Cast("aliases", models.TextField()))
        for word in words.split()[:10]:
            found = found.filter(Q(name__icontains=word) | Q(acronym__icontains=word) | Q(other_names__icontains=word))
        return found

    def with_program_count(self):
        """Annotate ``program_count``, of published programs."""
        from programs.models import Program

        programs = Program.objects.filter(organization=OuterRef("pk"), status=Status.PUBLISHED).order_by()
        counts = programs.values("organization").annotate(total=Count("pk")).values("total")
        return self.annotate(program_count=Coalesce(Subquery(counts), 0))


class CertificationQuerySet(PublishableQuerySet):
    def narrowed(self, *, q="", issuer=None, field=None, level=""):
        """Those that every given condition leaves.

        ``q``: every word in the name, the acronym, another name, or so in the issuer's. ``field``: in this field of
        study or below it. ``level``: a published program of this ``LevelGroup`` leads to it.
        """
        from programs.models import ProgramCertification

        found = self.alias(
            other_names=Cast("aliases", models.TextField()),
            issuer_names=Cast("issuer__aliases", models.TextField()),
        )
        for word in q.split()[:10]:
            held = Q()
            for column in ("name", "acronym", "other_names", "issuer__name", "issuer__acronym", "issuer_names"):
                held |= Q(**{f"{column}__icontains": word})
            found = found.filter(held)
        if issuer:
            found = found.filter(issuer=issuer)
        if field:
            found = found.filter(field__code__startswith=field.code)
        if level:
            levels = LEVELS_OF_GROUP[level]
            programs = ProgramCertification.objects.filter(
                Q(program__award_level__isnull=True) if None in levels else Q(program__award_level__in=levels),
                certification=OuterRef("pk"),
                program__status=Status.PUBLISHED,
                program__organization__status=Status.PUBLISHED,
            )
            found = found.filter(Exists(programs))
        return found


class ProgramQuerySet(models.QuerySet):
    def published(self):
        """What the public may see: a program and its school are both published."""
        return self.filter(status=Status.PUBLISHED, organization__status=Status.PUBLISHED)

    def level_counts(self) -> list[tuple[str, int]]:
        """(award, number of programs), from the shortest certificate to the doctorate."""
        counts = dict(self.order_by().values_list("award_level").annotate(total=Count("pk")))
        known = [(level.label, counts[level]) for level in AwardLevel if level in counts]
        return known + ([("Non-credit", counts[None])] if None in counts else [])

    def for_cards(self):
        """With school and field, and ``published_offerings``: a list, each with ``price`` and its start dates."""
        from programs.models import Offering

        offerings = Offering.objects.filter(status=Status.PUBLISHED).with_price().order_by("pk")
        return self.select_related("organization", "field").prefetch_related(
            models.Prefetch("offerings", offerings.prefetch_related("start_dates"), to_attr="published_offerings")
        )


MOST_USD_A_WEEK = 2500
"""A price above this for each week of a program cannot be as it is reported. Of the 6,782 prices with a length in the
College Scorecard of 2023-24 the median is $388 a week and 99.9 % lie under $1,646; flight schools and short courses
reach $1,824, then comes nothing up to two certificates at $3,100 and $3,873. No price is too low: the least, $14 a
week, is one of many of public centers."""


class OfferingQuerySet(models.QuerySet):
    def published(self):
        """Published offerings of published programs of published schools."""
        return self.filter(
            status=Status.PUBLISHED,
            program__status=Status.PUBLISHED,
            program__organization__status=Status.PUBLISHED,
        )

    def with_price(self):
        """Annotate ``price``: the lowest whole-program price in US dollars that a student may pay, or null.

        A published total stands as it is. Otherwise it is the tuition for a residency plus every other amount
        that holds for that residency or for everyone. Yearly amounts give no total and leave the price unknown.
        ``price_as_of``: the day of that total or tuition; ``price_is_odd``: more than ``MOST_USD_A_WEEK``.
        """
        from programs.models import Cost

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

    def starting_by(self, day: date, *, today: date):
        """Offerings one can still join that start on or before ``day``; rolling ones start in time by their nature."""
        from programs.models import StartDate

        open_dates = StartDate.objects.filter(
            Q(apply_by__isnull=True) | Q(apply_by__gte=today),
            offering=OuterRef("pk"),
            starts_on__gte=today,
            starts_on__lte=day,
        )
        return self.filter(Q(start_type__in=[StartType.ROLLING, StartType.ON_DEMAND]) | Exists(open_dates))


class StatisticQuerySet(models.QuerySet):
    def newest_first(self):
        return self.select_related("source").order_by("-period_end", "-period_start")


class ImportRunQuerySet(models.QuerySet):
    def that_made_some(self, model: type[models.Model]):
        """Finished runs that made records of ``model``; without their reports, which can be long."""
        return self.filter(made__has_key=model._meta.model_name).defer("report")
