"""Emergency access to a student's record, and revealing one private note."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from advising import policy
from advising.choices import AccessAction, NotificationKind, Role, Verb
from advising.exceptions import AdvisingError
from advising.models import BreakGlass, Note, StudentProfile
from advising.services.logs import Origin, log_access
from advising.services.notifications import notify
from advising.types import User


def _open(
    *,
    user: User,
    student: StudentProfile,
    note: Note | None,
    reason: str,
    action: AccessAction,
    decision: policy.Decision,
    origin: Origin | None,
) -> BreakGlass:
    if not decision:
        raise AdvisingError("You cannot take emergency access to this record.")
    if len(reason.strip()) < 10:
        raise AdvisingError("Say why you need access, in at least ten characters. The unit’s lead will read it.")
    now = timezone.now()
    glass = BreakGlass.objects.create(
        user=user,
        student=student,
        note=note,
        reason=reason.strip(),
        starts_at=now,
        ends_at=now + policy.BREAK_GLASS_LASTS,
    )
    log_access(
        note or student, user=user, decision=decision, action=action, detail={"access": glass.pk}, origin=origin
    )
    notify(
        watchers(student).exclude(pk=user.pk),
        kind=NotificationKind.ACCESS,
        subject=f"{user} took emergency access to the record of {student.name}",
        link=reverse("advising:emergency", args=[glass.pk]),
        key=f"break-glass-{glass.pk}",
    )
    return glass


def watchers(student: StudentProfile) -> QuerySet[User]:
    """Leads of the units that advise the student; where there are none, the administrators."""
    people = get_user_model().objects.filter(is_active=True)
    leads = people.filter(
        groups__name=Role.LEAD,
        advisor_profile__is_active=True,
        advisor_profile__unit__in=student.assignments.active().values("unit"),
    )
    return leads.distinct() if leads.exists() else administrators()


def administrators() -> QuerySet[User]:
    people = get_user_model().objects.filter(Q(is_superuser=True) | Q(groups__name=Role.ADMINISTRATOR))
    return people.filter(is_active=True).distinct()


@transaction.atomic
def break_glass(student: StudentProfile, *, user: User, reason: str, origin: Origin | None = None) -> BreakGlass:
    """Open a student's record to ``user`` for an hour; logged, and the unit's lead is told.

    Raises AdvisingError when the user may not, or gives no proper reason.
    """
    decision = policy.can(user, Verb.BREAK_GLASS, student)
    return _open(
        user=user,
        student=student,
        note=None,
        reason=reason,
        action=AccessAction.BROKE_GLASS,
        decision=decision,
        origin=origin,
    )


@transaction.atomic
def reveal_note(note: Note, *, user: User, reason: str, origin: Origin | None = None) -> BreakGlass:
    """Open one closed note to an administrator for an hour; logged, and the unit's lead is told.

    Raises AdvisingError when the user may not, or gives no proper reason.
    """
    decision = policy.can(user, Verb.REVEAL, note)
    return _open(
        user=user,
        student=note.student,
        note=note,
        reason=reason,
        action=AccessAction.REVEALED,
        decision=decision,
        origin=origin,
    )
