"""Students, advisors, and who advises whom."""

from datetime import date
from typing import TypedDict, Unpack

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from advising import policy
from advising.choices import AssignmentKind, NotificationKind, Role, Verb
from advising.exceptions import AdvisingError
from advising.models import AdvisorProfile, Assignment, StudentProfile
from advising.services.notifications import notify
from advising.types import User
from programs.models import Program


class StudentFacts(TypedDict, total=False):
    """What a student may have told already, as StudentProfile keeps it."""

    student_number: str
    preferred_name: str
    education: str
    state: str
    zip: str
    target_start: date
    hours_per_week: int
    budget: int
    modality: str
    pacing: str


@transaction.atomic
def enroll_student(user: User, **facts: Unpack[StudentFacts]) -> StudentProfile:
    """Make ``user`` a student: the group and the profile. Repeating it changes nothing."""
    group, _ = Group.objects.get_or_create(name=Role.STUDENT)
    user.groups.add(group)
    return StudentProfile.objects.get_or_create(user=user, defaults=facts)[0]


@transaction.atomic
def assign_advisor(
    student: StudentProfile,
    advisor: AdvisorProfile,
    *,
    user: User,
    kind: AssignmentKind = AssignmentKind.PRIMARY,
    program: Program | None = None,
    starts_on: date | None = None,
    reason: str = "",
) -> Assignment:
    """Give the student an advisor from ``starts_on`` (today) on, and tell both. A primary replaces the present one.

    Raises AdvisingError when the user may not, or when a primary assignment is already planned for later.
    """
    if not policy.can(user, Verb.ASSIGN, student):
        raise AdvisingError("You cannot assign an advisor to this student.")
    if not student.user.is_active:
        raise AdvisingError(f"{student.name}: nobody is assigned to an account that has ended.")
    if not advisor.is_active or not advisor.user.is_active:
        raise AdvisingError(f"{advisor} does not advise students at present.")
    if advisor.user_id == student.user_id:
        raise AdvisingError("Nobody advises themselves.")
    starts_on = starts_on or timezone.localdate()
    if kind == AssignmentKind.PRIMARY:
        standing = student.assignments.filter(kind=kind, starts_on__lte=starts_on)
        standing.exclude(ends_on__lte=starts_on).update(ends_on=starts_on)
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(
                student=student,
                advisor=advisor,
                unit=advisor.unit,
                kind=kind,
                program=program,
                starts_on=starts_on,
                reason=reason,
                created_by=user,
            )
    except IntegrityError as error:
        raise AdvisingError(
            f"{advisor} has this assignment already, or another primary advisor is planned for later."
        ) from error
    notify(
        [student.user, advisor.user],
        kind=NotificationKind.ASSIGNMENT,
        subject=f"{advisor} now advises {student.name}",
        key=f"assignment-{assignment.pk}",
    )
    return assignment


@transaction.atomic
def end_assignment(assignment: Assignment, *, user: User, reason: str = "") -> None:
    """End it as of today; access that rests on it ends at once. Raises AdvisingError when the user may not."""
    if not policy.can(user, Verb.ASSIGN, assignment.student):
        raise AdvisingError("You cannot end this assignment.")
    assignment.ends_on = max(timezone.localdate(), assignment.starts_on)
    assignment.reason = reason or assignment.reason
    assignment.save(update_fields=["ends_on", "reason"])
