from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from simple_history.models import HistoricalRecords

from programs.choices import US_STATES, Control, Status

from .base import Imported, Publishable, PublishableQuerySet, marked
from .program import Program


class OrganizationQuerySet(PublishableQuerySet["Organization"]):
    def schools(self) -> Self:
        """Organizations with at least one published program."""
        return self.filter(Exists(Program.objects.filter(organization=OuterRef("pk"), status=Status.PUBLISHED)))

    def named_like(self, words: str) -> Self:
        """Every word somewhere in the name, the acronym or another name."""
        found = self.alias(other_names=Cast("aliases", models.TextField()))
        for word in words.split()[:10]:
            found = found.filter(Q(name__icontains=word) | Q(acronym__icontains=word) | Q(other_names__icontains=word))
        return found

    def with_program_count(self) -> Self:
        """Annotate ``program_count``, of published programs."""
        programs = Program.objects.filter(organization=OuterRef("pk"), status=Status.PUBLISHED).order_by()
        counts = programs.values("organization").annotate(total=Count("pk")).values("total")
        return self.annotate(program_count=Coalesce(Subquery(counts), 0))


class Organization(Publishable, Imported):
    """A school, an issuer of certifications, an accreditor: the role follows from its relations.

    ``latitude`` and ``longitude`` are degrees (WGS 84). ``unitid`` is the IPEDS key; ``opeid`` has leading zeros.
    """

    name = models.CharField(max_length=200)
    acronym = models.CharField(max_length=30, blank=True)
    aliases = models.JSONField(default=list, blank=True, help_text="Other names people search by, as a list.")
    slug = models.SlugField(max_length=140, unique=True)
    website = models.URLField(max_length=500, blank=True)
    control = models.CharField(max_length=12, choices=Control, default=Control.UNKNOWN)
    unitid = models.PositiveIntegerField("UNITID", null=True, blank=True, unique=True)
    opeid = models.CharField("OPEID", max_length=8, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, choices=list(US_STATES.items()), blank=True)
    zip = models.CharField("ZIP", max_length=10, blank=True, validators=[RegexValidator(r"^\d{5}(-\d{4})?$")])
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    is_fictional = models.BooleanField(default=False, help_text="Invented for demonstration; its pages say so.")

    history = HistoricalRecords()
    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "slug"]
        indexes = [
            models.Index(fields=["status", "state"], name="organization_status_state"),  # the list of schools
            models.Index(fields=["name"], name="organization_name"),  # its order, and admin search
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(slug=""), name="organization_is_named"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="organization_place_is_whole",
                violation_error_message="Give both latitude (-90 to 90) and longitude (-180 to 180), or neither.",
            ),
        ]

    def __str__(self) -> str:
        return marked(self.name, self.is_fictional)

    def get_absolute_url(self) -> str:
        return reverse("programs:school", args=[self.slug])

    @property
    def city_and_state(self) -> str:
        """ "Akron, Ohio"; whichever part is known."""
        return ", ".join(part for part in (self.city, self.get_state_display()) if part)
