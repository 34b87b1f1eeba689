"""Booking, moving and cancelling a meeting, and what became of it. The database refuses a double booking."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format

from advising import policy
from advising.choices import APPOINTMENT_CANCELLED, AppointmentState, DropInState, MeetingMode, NotificationKind
from advising.exceptions import AdvisingError
from advising.models import (
    AdvisorProfile,
    AgendaItem,
    Appointment,
    AppointmentEvent,
    AvailabilityException,
    CampaignInvitation,
    DropIn,
    MeetingPlace,
    OccupiedSlot,
    StudentProfile,
)
from advising.services.availability import (
    Slot,
    day_bounds,
    find_slot,
    free_slots,
    local_day,
    quarters,
    zone_of,
)
from advising.services.notifications import notify

CUT_OFF = timedelta(hours=4)
"""Until this long before a meeting its student may move or cancel it here; after that they call their advisor."""

REMIND_BEFORE = timedelta(hours=24)

TAKEN = "That time has just been taken; these are still free."

State = AppointmentState

LEADS_TO = {
    State.BOOKED: (State.CHECKED_IN, State.COMPLETED, State.NO_SHOW, State.EXCUSED),
    State.CHECKED_IN: (State.COMPLETED, State.BOOKED),
    State.COMPLETED: (State.CHECKED_IN, State.NO_SHOW, State.EXCUSED),
    State.NO_SHOW: (State.CHECKED_IN, State.COMPLETED, State.EXCUSED),
    State.EXCUSED: (State.COMPLETED, State.NO_SHOW),
}
"""What staff may make of a meeting; cancelling and moving are functions of their own."""

CORRECTIONS = (State.COMPLETED, State.NO_SHOW, State.EXCUSED)
"""Leaving one of these takes back what was recorded: it needs a reason."""


def bookable_advisors(student: StudentProfile, user):
    """Whom ``user`` may book for the student: their advisors and these advisors' units; for staff also themselves."""
    active = student.assignments.active()
    related = Q(pk__in=active.values("advisor")) | Q(unit__in=active.values("unit"), unit__is_active=True)
    if user.pk != student.user_id:
        related |= Q(user=user)
    mine = Exists(active.filter(advisor=OuterRef("pk")))
    found = AdvisorProfile.objects.active().filter(related).exclude(user=student.user_id)
    return found.annotate(is_mine=mine).select_related("user", "unit").order_by("-is_mine", "user__last_name", "pk")


def is_own(appointment: Appointment, user) -> bool:
    """Whether ``user`` is the student who comes, and so bound by notice and cut-off."""
    return appointment.student.user_id == user.pk


def is_in_time(appointment: Appointment, user) -> bool:
    """Whether ``user``, who may see it, can still move or cancel it."""
    cut_off = CUT_OFF if is_own(appointment, user) else timedelta()
    return appointment.state == State.BOOKED and timezone.now() < appointment.starts_at - cut_off


def when(appointment: Appointment) -> str:
    """The time in words, in the advisor's zone, which is named."""
    return date_format(appointment.starts_at.astimezone(zone_of(appointment.advisor)), "D, M j, g:i A T")


def _slot(advisor, student, starts_at: datetime, *, lead: bool, moving=None) -> Slot:
    day = local_day(starts_at, advisor)
    slot = find_slot(free_slots(advisor, day, day, student=student, lead=lead, moving=moving), starts_at)
    if slot:
        return slot
    busy = OccupiedSlot.objects.filter(person=student.user_id, starts_at=starts_at)
    if busy.exclude(appointment=moving).exists():
        raise AdvisingError("There is another appointment at that time. Choose a different one.")
    raise AdvisingError(TAKEN)


def _mode(slot: Slot, mode: str) -> str:
    if mode not in slot.modes:
        offered = ", ".join(MeetingMode(value).label.lower() for value in slot.modes)
        raise AdvisingError(f"At that time you can meet: {offered}.")
    return mode


def _place(advisor: AdvisorProfile, mode: str, place: str = "") -> str:
    """The place that was chosen among the advisor's for that mode, or the first of them."""
    places = list(MeetingPlace.objects.filter(advisor=advisor, mode=mode).values_list("place", flat=True))
    return place if place in places else next(iter(places), "")


def _occupy(appointment: Appointment) -> None:
    """Take the quarter hours of both people, or raise AdvisingError: whoever comes first has them.

    In one order for everyone, so that two bookings never wait for each other.
    """
    people = sorted({appointment.student.user_id, appointment.advisor.user_id})
    times = quarters(appointment.starts_at, appointment.ends_at)
    slots = [OccupiedSlot(person_id=pk, starts_at=at, appointment=appointment) for pk in people for at in times]
    try:
        with transaction.atomic():
            OccupiedSlot.objects.bulk_create(slots)
    except IntegrityError as error:
        raise AdvisingError(TAKEN) from error


def _record(appointment: Appointment, *, user, before: str, reason: str = "") -> None:
    AppointmentEvent.objects.create(
        appointment=appointment,
        user=user,
        from_state=before,
        to_state=appointment.state,
        starts_at=appointment.starts_at,
        reason=reason,
    )


def _tell(appointment: Appointment, what: str, *, user, step: str) -> None:
    """Tell both but the one who did it. No agenda, no reason: the portal shows those."""
    people = [appointment.student.user, appointment.advisor.user]
    notify(
        [person for person in people if person.pk != user.pk],
        kind=NotificationKind.APPOINTMENT,
        subject=f"{what}: {appointment.student.name} and {appointment.advisor}, {when(appointment)}",
        link=reverse("advising:appointment", args=[appointment.pk]),
        key=f"appointment-{appointment.pk}-{step}",
    )


def _invitation(student, advisor, starts_at: datetime) -> CampaignInvitation | None:
    """The campaign that this booking answers."""
    day = local_day(starts_at, advisor)
    invited = CampaignInvitation.objects.filter(student=student, campaign__advisor=advisor)
    invited = invited.filter(campaign__opens_on__lte=day, campaign__closes_on__gte=day)
    return invited.order_by("campaign__closes_on", "campaign_id").first()


@transaction.atomic
def book_appointment(
    student: StudentProfile,
    advisor: AdvisorProfile,
    *,
    user,
    starts_at: datetime,
    mode: str,
    place: str = "",
    agenda: str = "",
    topics: list[dict] = (),
) -> Appointment:
    """Book a free slot, take up what waited for the next meeting, and tell the other one.

    ``topics`` are links for the agenda, each the one keyword of AgendaItem that it sets. Staff are not bound by the
    advisor's notice. Raises AdvisingError when the user may not, or when the time is not free: of those who ask at
    the same moment one gets it.
    """
    if not policy.can(user, "book", student) or not bookable_advisors(student, user).filter(pk=advisor.pk).exists():
        raise AdvisingError("You cannot book this advisor. Choose one of the advisors listed.")
    slot = _slot(advisor, student, starts_at, lead=user.pk == student.user_id)
    invitation = _invitation(student, advisor, starts_at)
    appointment = Appointment.objects.create(
        student=student,
        advisor=advisor,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        mode=_mode(slot, mode),
        place=_place(advisor, mode, place),
        agenda=agenda.strip(),
        campaign_id=invitation and invitation.campaign_id,
        booked_by=user,
    )
    _occupy(appointment)
    student.agenda_items.filter(appointment=None, discussed_at=None).update(appointment=appointment)
    add_topics(appointment, topics, user=user)
    _record(appointment, user=user, before="")
    _tell(appointment, "Booked", user=user, step="booked")
    return appointment


def add_topics(appointment: Appointment, topics: list[dict], *, user) -> None:
    """Put records of the directory on the agenda, each once."""
    there = list(appointment.agenda_items.all())
    new = [
        topic
        for topic in topics
        if not any(getattr(item, f"{name}_id") == record.pk for item in there for name, record in topic.items())
    ]
    AgendaItem.objects.bulk_create(
        [AgendaItem(student=appointment.student, appointment=appointment, added_by=user, **topic) for topic in new]
    )


def _locked(appointment: Appointment) -> Appointment:
    """The row as it is now, held until the end of the transaction."""
    rows = Appointment.objects.select_for_update(of=("self",))
    return rows.select_related("student__user", "advisor__user").get(pk=appointment.pk)


def _refuse_change(appointment: Appointment, user) -> None:
    if not policy.can(user, "change", appointment):
        raise AdvisingError("You cannot change this appointment.")
    if is_in_time(appointment, user):
        return
    if appointment.state != State.BOOKED:
        raise AdvisingError(f"This appointment cannot be changed: {appointment.get_state_display().lower()}.")
    hours = int(CUT_OFF.total_seconds() // 3600)
    raise AdvisingError(f"It begins too soon: changes are possible until {hours} hours before. Call your advisor.")


@transaction.atomic
def move_appointment(
    appointment: Appointment, *, user, starts_at: datetime, mode: str = "", place: str = ""
) -> Appointment:
    """Give it another free slot of the same advisor, and tell the other one. Calendars follow by UID and sequence.

    Raises AdvisingError when the user may not, when it is too late, or when the time is not free; it then stays
    where it was.
    """
    appointment = _locked(appointment)
    _refuse_change(appointment, user)
    advisor, student = appointment.advisor, appointment.student
    slot = _slot(advisor, student, starts_at, lead=is_own(appointment, user), moving=appointment)
    mode = _mode(slot, mode or appointment.mode)
    appointment.mode, appointment.place = mode, _place(advisor, mode, place or appointment.place)
    appointment.starts_at, appointment.ends_at = slot.starts_at, slot.ends_at
    appointment.sequence += 1
    appointment.reminded_at = None
    invitation = _invitation(student, advisor, starts_at)
    appointment.campaign_id = invitation.campaign_id if invitation else appointment.campaign_id
    appointment.save()
    appointment.slots.all().delete()
    _occupy(appointment)
    _record(appointment, user=user, before=State.BOOKED)
    _tell(appointment, "Moved", user=user, step=f"moved-{appointment.sequence}")
    return appointment


def _release(appointment: Appointment) -> None:
    """Give the time back, and let what was to be discussed wait for the next meeting."""
    appointment.slots.all().delete()
    appointment.agenda_items.update(appointment=None, discussed_at=None)


def _set_state(appointment: Appointment, state: State, *, user, reason: str) -> None:
    """The one place where a state changes."""
    before, appointment.state = appointment.state, state
    appointment.state_reason = reason
    appointment.sequence += 1
    appointment.save()
    if state in (*APPOINTMENT_CANCELLED, State.EXCUSED, State.NO_SHOW):
        _release(appointment)
    elif state == State.COMPLETED:
        appointment.agenda_items.filter(discussed_at=None).update(discussed_at=timezone.now())
        DropIn.objects.filter(appointment=appointment).update(state=DropInState.DONE)
    _record(appointment, user=user, before=before, reason=reason)


@transaction.atomic
def cancel_appointment(appointment: Appointment, *, user, reason: str = "") -> Appointment:
    """Call it off and tell the other one; the time is free again. Staff say why.

    Raises AdvisingError when the user may not, when it is too late, or when staff give no reason.
    """
    appointment = _locked(appointment)
    _refuse_change(appointment, user)
    own = is_own(appointment, user)
    if not own and not reason.strip():
        raise AdvisingError("Say why, so that the student knows.")
    state = State.CANCELLED_BY_STUDENT if own else State.CANCELLED_BY_ADVISOR
    _set_state(appointment, state, user=user, reason=reason.strip())
    _tell(appointment, "Cancelled", user=user, step="cancelled")
    return appointment


@transaction.atomic
def cancel_day(advisor: AdvisorProfile, day: date, *, user, reason: str) -> list[Appointment]:
    """Close an advisor's own day and call off what is still to come on it; returns what was cancelled.

    Repeating it cancels nothing more. Raises AdvisingError for anyone else, and without a reason.
    """
    if not policy.can(user, "keep_hours", advisor):
        raise AdvisingError("Only the advisor can cancel their day.")
    if not reason.strip():
        raise AdvisingError("Say why, so that the students know.")
    closed = {"advisor": advisor, "day": day, "is_open": False, "starts_at": None}
    if not AvailabilityException.objects.filter(**closed).exists():
        AvailabilityException.objects.create(**closed, reason=reason.strip()[:200])
    begin, end = day_bounds(advisor, day)
    begin = max(begin, timezone.now())
    standing = advisor.appointments.filter(state=State.BOOKED, starts_at__gte=begin, starts_at__lt=end)
    return [cancel_appointment(appointment, user=user, reason=reason) for appointment in standing]


def next_states(appointment: Appointment) -> list[State]:
    """What staff can make of the meeting now."""
    return [state for state in LEADS_TO.get(appointment.state, ()) if not _too_early(appointment, state)]


def _too_early(appointment: Appointment, state: State) -> bool:
    now = timezone.now()
    if state == State.NO_SHOW:
        return now < appointment.ends_at
    if state == State.COMPLETED:
        return now < appointment.starts_at
    if state == State.CHECKED_IN:
        return local_day(now, appointment.advisor) < local_day(appointment.starts_at, appointment.advisor)
    return False


@transaction.atomic
def change_state(appointment: Appointment, state: str, *, user, reason: str = "") -> Appointment:
    """Say what became of a meeting: checked in, completed, did not come, excused. Staff only.

    Nobody failed to come before the meeting is over. Taking back what was recorded needs a reason. Raises
    AdvisingError where that is not kept or the user may not.
    """
    appointment = _locked(appointment)
    if not policy.can(user, "run", appointment):
        raise AdvisingError("Only the student’s advisors can say what became of an appointment.")
    if state not in LEADS_TO.get(appointment.state, ()):
        raise AdvisingError(f"This appointment is recorded as: {appointment.get_state_display().lower()}.")
    if _too_early(appointment, state):
        raise AdvisingError("It is too early for that. Say so when the appointment has taken place.")
    if appointment.state in CORRECTIONS and not reason.strip():
        raise AdvisingError("Say why you change what was recorded.")
    _set_state(appointment, State(state), user=user, reason=reason.strip())
    return appointment


def remind_upcoming() -> int:
    """Remind students of what they booked for the next day; each meeting once, again if it moves. Returns how many."""
    now = timezone.now()
    with transaction.atomic():
        due = Appointment.objects.filter(
            state=State.BOOKED, reminded_at=None, starts_at__gt=now, starts_at__lte=now + REMIND_BEFORE
        )
        rows = due.select_for_update(of=("self",), skip_locked=True).select_related("student__user", "advisor__user")
        reminded = list(rows)
        for appointment in reminded:
            notify(
                [appointment.student.user],
                kind=NotificationKind.APPOINTMENT,
                subject=f"Reminder: you meet {appointment.advisor} on {when(appointment)}",
                link=reverse("advising:appointment", args=[appointment.pk]),
                key=f"appointment-{appointment.pk}-reminder-{appointment.sequence}",
            )
        Appointment.objects.filter(pk__in=[appointment.pk for appointment in reminded]).update(reminded_at=now)
    return len(reminded)
