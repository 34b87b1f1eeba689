from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse
from simple_history.models import HistoricalRecords

from programs.choices import LEVELS_OF_GROUP, AwardLevel, LevelGroup, RequirementKind, Status

from .base import Imported, Publishable, PublishableQuerySet
from .career import ProgramCertification
from .organization import Organization
from .taxonomy import FieldOfStudy


class CertificationQuerySet(PublishableQuerySet["Certification"]):
    def narrowed(
        self, *, q: str = "", issuer: Organization | None = None, field: FieldOfStudy | None = None, level: str = ""
    ) -> Self:
        """Those that every given condition leaves.

        ``q``: every word in the name, the acronym, another name, or so in the issuer's. ``field``: in this field of
        study or below it. ``level``: a published program of this ``LevelGroup`` leads to it.
        """
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
            levels = LEVELS_OF_GROUP[LevelGroup(level)]
            programs = ProgramCertification.objects.filter(
                Q(program__award_level__isnull=True) if None in levels else Q(program__award_level__in=levels),
                certification=OuterRef("pk"),
                program__status=Status.PUBLISHED,
                program__organization__status=Status.PUBLISHED,
            )
            found = found.filter(Exists(programs))
        return found


class Certification(Publishable, Imported):
    """A credential that an issuer grants to people, usually after an exam. Not a licence.

    Fees are in ``currency`` (ISO 4217); ``valid_for_months`` is null when unknown and 0 when it never expires.
    """

    issuer = models.ForeignKey("programs.Organization", models.PROTECT, related_name="certifications")
    name = models.CharField(max_length=200)
    acronym = models.CharField(max_length=30, blank=True)
    aliases = models.JSONField(default=list, blank=True, help_text="Other names people search by, as a list.")
    slug = models.SlugField(max_length=140, unique=True)
    summary = models.TextField(blank=True)
    website = models.URLField(max_length=500, blank=True)
    field = models.ForeignKey(
        "programs.FieldOfStudy", models.PROTECT, null=True, blank=True, related_name="certifications"
    )
    exam_fee_min = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    exam_fee_max = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(max_length=3, default="USD", help_text="ISO 4217 code.")
    fee_as_of = models.DateField(null=True, blank=True)
    valid_for_months = models.PositiveSmallIntegerField(null=True, blank=True, help_text="0: it does not expire.")
    renewal = models.TextField(blank=True)
    renewal_fee = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    specialization_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="specializations"
    )
    stage_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="stages")

    history = HistoricalRecords()
    objects = CertificationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "slug"]
        indexes = [
            models.Index(fields=["status", "name"], name="certification_status_name"),  # the list
        ]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "name"], name="certification_once_per_issuer"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(slug=""), name="certification_is_named"),
            models.CheckConstraint(
                condition=Q(exam_fee_min__isnull=True, exam_fee_max__isnull=True)
                | Q(exam_fee_min__gte=0, exam_fee_max__gte=F("exam_fee_min")),
                name="certification_fee_is_a_range",
                violation_error_message="Give both exam fees (twice the same for one price), or neither.",
            ),
            models.CheckConstraint(
                condition=(Q(specialization_of__isnull=True) | ~Q(specialization_of=F("id")))
                & (Q(stage_of__isnull=True) | ~Q(stage_of=F("id"))),
                name="certification_is_not_its_own_part",
                violation_error_message="A certification cannot be a stage or a specialization of itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.acronym})" if self.acronym else self.name

    def get_absolute_url(self) -> str:
        return reverse("programs:certification", args=[self.slug])

    @property
    def short_name(self) -> str:
        return self.acronym or self.name


class CertificationRequirement(models.Model):
    certification = models.ForeignKey(Certification, models.CASCADE, related_name="requirements")
    kind = models.CharField(max_length=14, choices=RequirementKind)
    text = models.CharField(max_length=500)
    minimum_award_level = models.PositiveSmallIntegerField(choices=AwardLevel, null=True, blank=True)
    months_experience = models.PositiveSmallIntegerField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["certification", "order", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="certification_requirement_is_said"),
        ]

    def __str__(self) -> str:
        return self.text[:80]
