"""Programs that a student keeps, in their own order."""

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from advising import policy
from advising.choices import NotificationKind, Verb
from advising.exceptions import AdvisingError
from advising.models import Assignment, PathwayItem, SavedProgram, StudentProfile
from advising.services.notifications import notify
from advising.types import User
from programs.models import Offering, Program


@transaction.atomic
def save_program(
    student: StudentProfile, *, user: User, program: Program, offering: Offering | None = None, note: str = ""
) -> tuple[SavedProgram, bool]:
    """Keep a program, after those kept before; returns it, and whether it is new. Repeating it changes nothing.

    Raises AdvisingError when it is not the user's own list, or when the program is no longer in the directory.
    """
    if not policy.can(user, Verb.EDIT, student):
        raise AdvisingError("You cannot save programs for someone else.")
    if not program.is_public:
        raise AdvisingError("This program is no longer in the directory.")
    last = student.saved_programs.aggregate(last=Max("order"))["last"] or 0
    return SavedProgram.objects.get_or_create(
        student=student,
        program=program,
        defaults={"offering": offering, "note": note.strip(), "order": last + 1},
    )


@transaction.atomic
def change_saved(saved: SavedProgram, *, user: User, note: str, offering: Offering | None = None) -> None:
    """Write the student's note on a program and the way to take it. Raises AdvisingError when it is not theirs."""
    _refuse(saved, user)
    if offering and offering.program_id != saved.program_id:
        raise AdvisingError("This is not a way to take that program.")
    saved.note, saved.offering = note.strip(), offering
    saved.save(update_fields=["note", "offering"])


@transaction.atomic
def move_saved(saved: SavedProgram, *, user: User, up: bool) -> None:
    """Change places with the one before or after; at the end of the list nothing happens."""
    _refuse(saved, user)
    listed = list(saved.student.saved_programs.order_by("order", "pk"))
    at = listed.index(saved)
    to = at - 1 if up else at + 1
    if 0 <= to < len(listed):
        listed[at], listed[to] = listed[to], listed[at]
    for order, row in enumerate(listed, start=1):
        row.order = order
    SavedProgram.objects.bulk_update(listed, ["order"])


@transaction.atomic
def remove_saved(saved: SavedProgram, *, user: User) -> None:
    """Raises AdvisingError when it is not the user's own."""
    _refuse(saved, user)
    saved.delete()


def _refuse(saved: SavedProgram, user: User) -> None:
    if not policy.can(user, Verb.EDIT, saved):
        raise AdvisingError("This is not your list.")


def tell_of_retired() -> int:
    """Tell advisors, once for each program, that one was retired which their students keep or plan.

    Returns how many were told.
    """
    kept = SavedProgram.objects.retired().values_list("program", "student")
    planned = PathwayItem.objects.retired().values_list("program", "goal__student")
    concerned: dict[int, set[int]] = {}
    for program, student in [*kept, *planned]:
        concerned.setdefault(program, set()).add(student)
    told = 0
    for program, students in concerned.items():
        key = f"retired-{program}"
        active = Assignment.objects.active().filter(student__in=students, advisor__is_active=True)
        advisors = {row.advisor.user for row in active.select_related("advisor__user")}
        people = [user for user in advisors if not user.notifications.filter(key=key).exists()]
        notify(
            people,
            kind=NotificationKind.DIRECTORY,
            subject="A program that your students chose is no longer offered",
            link=reverse("advising:retired"),
            key=key,
        )
        told += len(people)
    return told
