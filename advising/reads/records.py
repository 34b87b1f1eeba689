"""A student's record as several pages show it."""

from collections.abc import Callable
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from advising.models import (
    ActionItem,
    Alert,
    Appointment,
    Assignment,
    DisclosureLog,
    Goal,
    SavedProgram,
    StudentProfile,
)
from advising.types import User


def whole_record(student: StudentProfile, rows: Callable[[type[Any]], QuerySet[Any]]) -> dict[str, Any]:
    """Everything of a record but its notes and alerts, oldest first: what is printed, exported and inspected.

    ``rows`` gives those of the student's rows of a model that are to be shown.
    """
    return {
        "student": student,
        "printed_at": timezone.now(),
        "assignments": rows(Assignment).select_related("advisor__user", "unit", "program").order_by("starts_on", "pk"),
        "goals": rows(Goal)
        .select_related("job_title")
        .prefetch_related("pathway_items__program__organization", "pathway_items__certification"),
        "appointments": rows(Appointment).select_related("advisor__user"),
        "items": rows(ActionItem).select_related("advisor__user").order_by(F("due_on").asc(nulls_last=True), "pk"),
        "saved": rows(SavedProgram).select_related("program__organization"),
        "disclosures": rows(DisclosureLog).order_by("sequence"),
    }


def kept_programs(student: StudentProfile) -> QuerySet[SavedProgram]:
    """The student's programs in their order, each with what a row shows."""
    return student.saved_programs.select_related("program__organization", "offering").order_by("order", "pk")


def meetings_of(student: StudentProfile, user: User) -> list[Appointment]:
    """Those of the student that ``user`` may see."""
    return list(Appointment.objects.visible_to(user).filter(student=student).select_related("advisor__user"))


def alerts_of(student: StudentProfile, user: User) -> list[Alert]:
    """Those about the student that ``user`` may see."""
    found = Alert.objects.visible_to(user).filter(student=student)
    return list(found.select_related("reason", "unit", "owner__user"))
