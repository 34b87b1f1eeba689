"""What a student keeps from the directory."""

import secrets

from django.db import models
from django.db.models import Q

from advising.choices import SearchFrequency
from advising.querysets import OwnStudentQuerySet, SavedProgramQuerySet


def new_token() -> str:
    return secrets.token_urlsafe(32)


class SavedProgram(models.Model):
    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="saved_programs")
    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    offering = models.ForeignKey("programs.Offering", models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True, help_text="Your advisors can read this.")
    order = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedProgramQuerySet.as_manager()

    class Meta:
        ordering = ["student", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["student", "program"], name="saved_program_once"),
        ]

    def __str__(self) -> str:
        return f"Saved program {self.program_id}"


class SavedSearch(models.Model):
    """A search the student wants to hear about. ``query`` is the canonical query string of ``/programs/``.

    ``seen_ids`` are the programs told already, ``new_ids`` those told last; ``token`` is the secret of the one-click
    unsubscribe link.
    """

    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="saved_searches")
    name = models.CharField(max_length=120)
    query = models.CharField(max_length=1000)
    frequency = models.CharField(max_length=8, choices=SearchFrequency, default=SearchFrequency.WEEKLY)
    seen_ids = models.JSONField(default=list, blank=True, editable=False)
    new_ids = models.JSONField(default=list, blank=True, editable=False)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    last_run_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnStudentQuerySet.as_manager()

    class Meta:
        ordering = ["student", "name", "id"]
        verbose_name_plural = "saved searches"
        indexes = [
            models.Index(fields=["frequency", "last_run_at"], name="saved_search_due"),  # what to run next
        ]
        constraints = [
            models.UniqueConstraint(fields=["student", "query"], name="saved_search_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_search_is_named"),
        ]

    def __str__(self) -> str:
        return f"Saved search {self.pk}"
