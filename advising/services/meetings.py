"""What every change of a meeting shares: who waits for whom, until when it can be made, what is recorded and told."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format

from advising import policy
from advising.choices import APPOINTMENT_OFF, DropInState, NotificationKind, Verb
from advising.choices import AppointmentState as State
from advising.exceptions import AdvisingError
from advising.models import AdvisorProfile, Appointment, AppointmentEvent, DropIn, StudentProfile
from advising.services.availability import zone_for
from advising.services.discussion import let_wait, take_back
from advising.services.notifications import notify
from advising.types import User

CUT_OFF = timedelta(hours=4)
"""Until this long before a meeting its student may move or cancel it here; after that they call their advisor."""

REMIND_BEFORE = timedelta(hours=24)
"""How long before a meeting its student is reminded of it."""

MISSED = (*APPOINTMENT_OFF, State.NO_SHOW)
"""It did not take place."""


def is_own(appointment: Appointment, user: User) -> bool:
    """Whether ``user`` is the student who comes, and so bound by notice and cut-off."""
    return appointment.student.user_id == user.pk


def is_in_time(appointment: Appointment, user: User) -> bool:
    """Whether ``user``, who may see it, can still change, move or cancel it."""
    cut_off = CUT_OFF if is_own(appointment, user) else timedelta()
    return appointment.state == State.BOOKED and timezone.now() < appointment.starts_at - cut_off


def why_fixed(appointment: Appointment, user: User) -> str:
    """Why ``user``, who may see it, can no longer change it, and what to do; empty while they can."""
    if is_in_time(appointment, user):
        return ""
    if appointment.state != State.BOOKED:
        return f"This appointment cannot be changed: {appointment.get_state_display().lower()}."
    if not is_own(appointment, user):
        return "This appointment has begun. Record what became of it."
    hours = int(CUT_OFF.total_seconds() // 3600)
    return f"It begins too soon: changes are possible until {hours} hours before. Call your advisor."


def when(appointment: Appointment, user: User) -> str:
    """The time in words, as ``user``'s clock shows it; the zone is named."""
    zone = zone_for(appointment.student, appointment.advisor, user)
    return date_format(appointment.starts_at.astimezone(zone), "D, M j, g:i A T")


def hold(*, student_id: int | None = None, advisor_id: int | None = None) -> None:
    """Let nobody else book, move or close with these people until the end of the transaction.

    So what is counted, what is free and what is to be discussed stays so. People are held before appointments, the
    student first: whoever keeps that order never waits in a circle.
    """
    if student_id:
        StudentProfile.objects.select_for_update(no_key=True).get(pk=student_id)
    if advisor_id:
        AdvisorProfile.objects.select_for_update(no_key=True).get(pk=advisor_id)


def locked(appointment: Appointment) -> Appointment:
    """The row as it is now, held until the end of the transaction."""
    rows = Appointment.objects.select_for_update(of=("self",))
    return rows.select_related("student__user", "advisor__user").get(pk=appointment.pk)


def refuse_change(appointment: Appointment, user: User) -> None:
    if not policy.can(user, Verb.CHANGE, appointment):
        raise AdvisingError("You cannot change this appointment.")
    if fixed := why_fixed(appointment, user):
        raise AdvisingError(fixed)


def reminded_by_telling(starts_at: datetime) -> datetime | None:
    """``reminded_at`` of a meeting of which people are told now: shortly before it, that reminds them."""
    now = timezone.now()
    return now if starts_at - now <= REMIND_BEFORE else None


def add_event(appointment: Appointment, *, user: User, before: str, reason: str = "") -> None:
    AppointmentEvent.objects.create(
        appointment=appointment,
        user=user,
        from_state=before,
        to_state=appointment.state,
        starts_at=appointment.starts_at,
        reason=reason[:300],
    )


def with_moves(events: Iterable[AppointmentEvent]) -> Iterator[tuple[AppointmentEvent, bool]]:
    """The events of one meeting in order, each with whether it gave the meeting another time."""
    before = None
    for event in events:
        yield event, before is not None and event.starts_at != before
        before = event.starts_at


def tell(appointment: Appointment, what: str, *, step: str, but: User | None = None) -> None:
    """Tell both, so that the calendars of both follow; in bulk ``but`` the one who did it, who is told at once.

    The calendar file goes along. No agenda, no reason: the portal shows those.
    """
    for person in (appointment.student.user, appointment.advisor.user):
        if person != but:
            tell_one(person, appointment, what, step)


def tell_one(person: User, appointment: Appointment, what: str, step: str) -> None:
    notify(
        [person],
        kind=NotificationKind.APPOINTMENT,
        subject=f"{what}: {appointment.student.name} and {appointment.advisor}, {when(appointment, person)}",
        link=reverse("advising:appointment", args=[appointment.pk]),
        key=f"appointment-{appointment.pk}-{step}",
        appointment=appointment,
    )


def set_state(appointment: Appointment, state: State, *, user: User, reason: str) -> None:
    """The one place where a state changes; the caller holds the row and has asked the policy.

    What was to be discussed waits for the next meeting when this one did not take place, and is back on its agenda
    when it did after all.
    """
    before, appointment.state = appointment.state, state
    appointment.state_reason = reason
    appointment.sequence += 1
    appointment.save()
    if state in MISSED:
        appointment.slots.all().delete()
        let_wait(appointment)
    elif before in MISSED:
        take_back(appointment)
    if state == State.COMPLETED:
        appointment.agenda_items.filter(discussed_at=None).update(discussed_at=timezone.now())
        DropIn.objects.filter(appointment=appointment).update(state=DropInState.DONE)
    add_event(appointment, user=user, before=before, reason=reason)
