from django.db import models
from django.db.models import Q

from .base import one_of

RECORDS = ("organization", "program", "certification", "job_title", "guide")


class FormerAddress(models.Model):
    """The slug that a record had before, so that links to its old page lead to the new one.

    It points at the record and not at an address: after any number of changes every old link takes one step, and none
    can lead in a circle. ``school``: where a program stood; programs alone share slugs. A record that bears the slug
    now comes first, see ``programs.services.addresses``.
    """

    slug = models.SlugField(max_length=160)
    school = models.ForeignKey("programs.Organization", models.CASCADE, null=True, blank=True, related_name="+")
    organization = models.ForeignKey(
        "programs.Organization", models.CASCADE, null=True, blank=True, related_name="former_addresses"
    )
    program = models.ForeignKey(
        "programs.Program", models.CASCADE, null=True, blank=True, related_name="former_addresses"
    )
    certification = models.ForeignKey(
        "programs.Certification", models.CASCADE, null=True, blank=True, related_name="former_addresses"
    )
    job_title = models.ForeignKey(
        "programs.JobTitle", models.CASCADE, null=True, blank=True, related_name="former_addresses"
    )
    guide = models.ForeignKey("programs.Guide", models.CASCADE, null=True, blank=True, related_name="former_addresses")
    left_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["slug"]
        verbose_name_plural = "former addresses"
        constraints = [
            models.CheckConstraint(condition=one_of(*RECORDS), name="former_address_of_one_record"),
            models.CheckConstraint(
                condition=Q(school__isnull=True, program__isnull=True)
                | Q(school__isnull=False, program__isnull=False),
                name="former_address_of_a_program_has_its_school",
            ),
            *(
                models.UniqueConstraint(
                    fields=[*(["school"] if name == "program" else []), "slug"],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"former_address_once_per_{name}",
                )
                for name in RECORDS
            ),
        ]

    def __str__(self) -> str:
        return self.slug
