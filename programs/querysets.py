"""Reads of the directory that compose."""

from datetime import date

from django.db import models
from django.db.models import DecimalField, Exists, F, Min, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from programs.choices import CostBasis, CostKind, Residency, StartType, Status


class PublishableQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=Status.PUBLISHED)


class OrganizationQuerySet(PublishableQuerySet):
    def schools(self):
        """Organizations with at least one published program."""
        from programs.models import Program

        return self.filter(Exists(Program.objects.filter(organization=OuterRef("pk"), status=Status.PUBLISHED)))


class ProgramQuerySet(models.QuerySet):
    def published(self):
        """What the public may see: a program and its school are both published."""
        return self.filter(status=Status.PUBLISHED, organization__status=Status.PUBLISHED)


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
        whole = totals.filter(kind=CostKind.TOTAL).order_by().values("offering").annotate(low=Min("amount"))
        parts = (
            totals.filter(kind=CostKind.TUITION)
            .annotate(price=F("amount") + Coalesce(Subquery(extras), Value(0), output_field=money))
            .order_by("price")
        )
        return self.annotate(
            price=Coalesce(Subquery(whole.values("low")), Subquery(parts.values("price")[:1]), output_field=money)
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
