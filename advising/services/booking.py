"""Booking, moving and cancelling a meeting. The database refuses a double booking."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q
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
    zone_for,
)
from advising.services.notifications import notify

CUT_OFF = timedelta(hours=4)
"""Until this long before a meeting its student may move or cancel it here; after that they call their advisor."""

TAKEN = "That time has just been taken; these are still free."

State = AppointmentState


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


def why_fixed(appointment: Appointment, user) -> str:
    """Why ``user``, who may see it, can no longer move or cancel it, and what to do; empty while they can."""
    if is_in_time(appointment, user):
        return ""
    if appointment.state != State.BOOKED:
        return f"This appointment cannot be changed: {appointment.get_state_display().lower()}."
    if not is_own(appointment, user):
        return "This appointment has begun. Record what became of it."
    hours = int(CUT_OFF.total_seconds() // 3600)
    return f"It begins too soon: changes are possible until {hours} hours before. Call your advisor."


def why_full(student: StudentProfile, advisor: AdvisorProfile, *, user) -> str:
    """Why the student can hold no further meeting with the advisor, and what to do; empty while they can.

    Limits are settings. Staff who book for a student are not bound by them.
    """
    if user.pk != student.user_id:
        return ""
    to_come = student.appointments.filter(state=State.BOOKED, ends_at__gt=timezone.now())
    held = to_come.aggregate(all=Count("pk"), here=Count("pk", filter=Q(advisor=advisor)))
    if held["all"] >= settings.MAX_APPOINTMENTS:
        number, whom = held["all"], ""
    elif held["here"] >= settings.MAX_APPOINTMENTS_PER_ADVISOR:
        number, whom = held["here"], f" with {advisor}"
    else:
        return ""
    return (
        f"You have {number} appointment{'' if number == 1 else 's'} to come{whom}, and students can hold no more at a"
        " time. Move or cancel one of them, or ask your advisor to book this one for you."
    )


def booked_at(student: StudentProfile, advisor: AdvisorProfile, starts_at: datetime) -> Appointment | None:
    """What the two have booked for that moment."""
    return student.appointments.filter(advisor=advisor, starts_at=starts_at, state=State.BOOKED).first()


def when(appointment: Appointment, user) -> str:
    """The time in words, as ``user``'s clock shows it; the zone is named."""
    zone = zone_for(appointment.student, appointment.advisor, user)
    return date_format(appointment.starts_at.astimezone(zone), "D, M j, g:i A T")


def _hold(advisor_id: int, student: StudentProfile | None = None) -> None:
    """Let nobody else book, move or close with these people until the end of the transaction.

    So what is counted and what is free stays so. People are held before appointments, the student first: whoever
    keeps that order never waits in a circle.
    """
    if student:
        StudentProfile.objects.select_for_update(no_key=True).get(pk=student.pk)
    AdvisorProfile.objects.select_for_update(no_key=True).get(pk=advisor_id)


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
    for person in (appointment.student.user, appointment.advisor.user):
        if person.pk != user.pk:
            _tell_one(person, appointment, what, step)


def _tell_one(person, appointment: Appointment, what: str, step: str) -> None:
    notify(
        [person],
        kind=NotificationKind.APPOINTMENT,
        subject=f"{what}: {appointment.student.name} and {appointment.advisor}, {when(appointment, person)}",
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
    advisor's notice, nor by how many a student may hold. Repeating it gives what is booked. Raises AdvisingError when
    the user may not, when the student holds as many as they may, or when the time is not free: of those who ask at
    the same moment one gets it.
    """
    _hold(advisor.pk, student)
    if not policy.can(user, "book", student) or not bookable_advisors(student, user).filter(pk=advisor.pk).exists():
        raise AdvisingError("You cannot book this advisor. Choose one of the advisors listed.")
    if there := booked_at(student, advisor, starts_at):
        return there
    if full := why_full(student, advisor, user=user):
        raise AdvisingError(full)
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


def locked(appointment: Appointment) -> Appointment:
    """The row as it is now, held until the end of the transaction."""
    rows = Appointment.objects.select_for_update(of=("self",))
    return rows.select_related("student__user", "advisor__user").get(pk=appointment.pk)


def _refuse_change(appointment: Appointment, user) -> None:
    if not policy.can(user, "change", appointment):
        raise AdvisingError("You cannot change this appointment.")
    if fixed := why_fixed(appointment, user):
        raise AdvisingError(fixed)


@transaction.atomic
def move_appointment(
    appointment: Appointment, *, user, starts_at: datetime, mode: str = "", place: str = ""
) -> Appointment:
    """Give it another free slot of the same advisor, and tell the other one. Calendars follow by UID and sequence.

    Where it is at that time already, nothing happens. Raises AdvisingError when the user may not, when it is too
    late, or when the time is not free; it then stays where it was.
    """
    _hold(appointment.advisor_id)
    appointment = locked(appointment)
    _refuse_change(appointment, user)
    advisor, student = appointment.advisor, appointment.student
    if not AdvisorProfile.objects.active().filter(pk=advisor.pk).exists():
        raise AdvisingError(f"{advisor} takes no appointments any more. Cancel this one and book somebody else.")
    if starts_at == appointment.starts_at:
        return appointment
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


def set_state(appointment: Appointment, state: State, *, user, reason: str) -> None:
    """The one place where a state changes; the caller holds the row and has asked the policy."""
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
    appointment = locked(appointment)
    _refuse_change(appointment, user)
    own = is_own(appointment, user)
    if not own and not reason.strip():
        raise AdvisingError("Say why, so that the student knows.")
    state = State.CANCELLED_BY_STUDENT if own else State.CANCELLED_BY_ADVISOR
    set_state(appointment, state, user=user, reason=reason.strip())
    _tell(appointment, "Cancelled", user=user, step="cancelled")
    return appointment


@transaction.atomic
def cancel_day(advisor: AdvisorProfile, day: date, *, user, reason: str) -> list[Appointment]:
    """Close an advisor's day and call off what is still to come on it; returns what was cancelled.

    By the advisor, or by a lead of their unit, who need not know each student; then the advisor is told too.
    Repeating it cancels nothing more. Raises AdvisingError for anyone else, without a reason, and for a day that is
    over.
    """
    if not policy.can(user, "close_day", advisor):
        raise AdvisingError("Only the advisor and a lead of their unit can cancel this day.")
    if not reason.strip():
        raise AdvisingError("Say why, so that the students know.")
    if day < local_day(timezone.now(), advisor):
        raise AdvisingError("This day is over. Nothing can be cancelled on it any more.")
    _hold(advisor.pk)
    closed = {"advisor": advisor, "day": day, "is_open": False, "starts_at": None}
    is_new = not AvailabilityException.objects.filter(**closed).exists()
    if is_new:
        AvailabilityException.objects.create(**closed, reason=reason.strip()[:200])
    rows = to_cancel(advisor, day).select_for_update(of=("self",)).select_related("student__user", "advisor__user")
    cancelled = list(rows)
    for appointment in cancelled:
        set_state(appointment, State.CANCELLED_BY_ADVISOR, user=user, reason=reason.strip())
        _tell_one(appointment.student.user, appointment, "Cancelled", "cancelled")
    if user.pk != advisor.user_id and (is_new or cancelled):
        number = len(cancelled)
        notify(
            [advisor.user],
            kind=NotificationKind.APPOINTMENT,
            subject=f"{user} closed your {date_format(day, 'D, M j')}: {number} appointment"
            f"{'' if number == 1 else 's'} cancelled",
            link=reverse("advising:calendar_day", args=[day]),
        )
    return cancelled


def to_cancel(advisor: AdvisorProfile, day: date):
    """What is booked for the advisor and has not begun, of one day."""
    begin, end = day_bounds(advisor, day)
    begin = max(begin, timezone.now())
    return advisor.appointments.filter(state=State.BOOKED, starts_at__gte=begin, starts_at__lt=end)
