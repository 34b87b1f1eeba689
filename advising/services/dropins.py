"""The queue of those who come without an appointment."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from advising import policy
from advising.choices import AppointmentState, DropInState, MeetingMode, NotificationKind, Verb
from advising.exceptions import AdvisingError
from advising.models import (
    AdvisorProfile,
    Appointment,
    AppointmentEvent,
    DropIn,
    OccupiedSlot,
    StudentProfile,
    Unit,
)
from advising.services.availability import QUARTER, quarters
from advising.services.discussion import take_up
from advising.services.notifications import notify
from advising.types import User

LASTS = timedelta(minutes=15)


def open_offices() -> QuerySet[Unit]:
    """Units where somebody can call a student in."""
    return Unit.objects.filter(is_active=True, advisors__in=AdvisorProfile.objects.active()).distinct()


@transaction.atomic
def join_queue(
    student: StudentProfile, unit: Unit, *, user: User, advisor: AdvisorProfile | None = None, reason: str = ""
) -> DropIn:
    """Let a student wait at a unit, for ``advisor``, who is told, or for whoever is free next.

    Raises AdvisingError when the user may not, when nobody there can see the student, or the student waits already.
    """
    if not policy.can(user, Verb.BOOK, student):
        raise AdvisingError("You cannot add this student to a queue.")
    if not open_offices().filter(pk=unit.pk).exists():
        raise AdvisingError(f"{unit} is closed. Choose another office.")
    if advisor and not AdvisorProfile.objects.active().filter(pk=advisor.pk, unit=unit).exists():
        raise AdvisingError(f"{advisor} does not see students at {unit}. Choose somebody else.")
    if advisor and advisor.user_id == student.user_id:
        raise AdvisingError("Nobody advises themselves. Choose somebody else.")
    student.drop_ins.filter(state=DropInState.WAITING).exclude(pk__in=DropIn.objects.waiting()).update(
        state=DropInState.LEFT
    )
    try:
        with transaction.atomic():
            drop_in = DropIn.objects.create(student=student, unit=unit, advisor=advisor, reason=reason.strip())
    except IntegrityError as error:
        raise AdvisingError("You are in a queue already. Leave it first to join another.") from error
    if advisor:
        notify(
            [advisor.user],
            kind=NotificationKind.APPOINTMENT,
            subject=f"{student.name} waits for you at {unit}",
            link=reverse("advising:queue"),
            key=f"drop-in-{drop_in.pk}-waits",
        )
    return drop_in


def position_in_queue(drop_in: DropIn) -> int:
    """1 for whoever is next: those who came before and may take the same advisor's time are counted."""
    before = DropIn.objects.waiting().filter(unit=drop_in.unit_id, joined_at__lt=drop_in.joined_at)
    if drop_in.advisor_id:
        before = before.filter(Q(advisor=None) | Q(advisor=drop_in.advisor_id))
    return before.count() + 1


def _waiting(drop_in: DropIn) -> DropIn:
    drop_in = DropIn.objects.select_for_update(of=("self",)).select_related("student__user", "unit").get(pk=drop_in.pk)
    if drop_in.state != DropInState.WAITING:
        raise AdvisingError(f"{drop_in.student.name} is no longer waiting: {drop_in.get_state_display().lower()}.")
    return drop_in


@transaction.atomic
def leave_queue(drop_in: DropIn, *, user: User) -> None:
    """By the student, or by the unit when they are gone. Raises AdvisingError for others."""
    if not policy.can(user, Verb.VIEW, drop_in):
        raise AdvisingError("You cannot change this queue.")
    drop_in = _waiting(drop_in)
    drop_in.state = DropInState.LEFT
    drop_in.save(update_fields=["state"])


@transaction.atomic
def call_in(drop_in: DropIn, *, user: User) -> Appointment:
    """Begin the meeting: an appointment of a quarter of an hour, checked in, with whoever calls.

    Any advisor of the unit may take over a student who asked for another. Raises AdvisingError when the user may not,
    or when somebody else was faster.
    """
    if not policy.can(user, Verb.WORK, drop_in) or not policy.is_advisor(user):
        raise AdvisingError("Only advisors of this unit can call students in.")
    drop_in = _waiting(drop_in)
    now = timezone.now().replace(second=0, microsecond=0)
    appointment = Appointment.objects.create(
        student=drop_in.student,
        advisor=user.advisor_profile,
        starts_at=now,
        ends_at=now + LASTS,
        mode=MeetingMode.IN_PERSON,
        place=drop_in.unit.place,
        agenda=drop_in.reason,
        state=AppointmentState.CHECKED_IN,
        is_drop_in=True,
        booked_by=user,
    )
    # They stand in the room: what is free of this time is taken, what is not is no reason to send them away.
    people = sorted({drop_in.student.user_id, user.pk})
    times = quarters(now, now + QUARTER)
    OccupiedSlot.objects.bulk_create(
        [OccupiedSlot(person_id=pk, starts_at=at, appointment=appointment) for pk in people for at in times],
        ignore_conflicts=True,
    )
    take_up(appointment)
    AppointmentEvent.objects.create(
        appointment=appointment, user=user, to_state=AppointmentState.CHECKED_IN, starts_at=now
    )
    drop_in.state, drop_in.called_at, drop_in.appointment = DropInState.CALLED, timezone.now(), appointment
    drop_in.save(update_fields=["state", "called_at", "appointment"])
    notify(
        [drop_in.student.user],
        kind=NotificationKind.APPOINTMENT,
        subject=f"{appointment.advisor} calls you in at {drop_in.unit}",
        link=reverse("advising:appointment", args=[appointment.pk]),
        key=f"drop-in-{drop_in.pk}",
    )
    return appointment
