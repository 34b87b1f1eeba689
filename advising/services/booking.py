"""Booking, moving and cancelling a meeting. The database refuses a double booking."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format

from advising import policy
from advising.choices import AppointmentState as State
from advising.choices import MeetingMode, NotificationKind, Verb
from advising.exceptions import AdvisingError
from advising.models import (
    AdvisorProfile,
    Appointment,
    AvailabilityException,
    CampaignInvitation,
    OccupiedSlot,
    StudentProfile,
)
from advising.querysets import AdvisorQuerySet, AppointmentQuerySet
from advising.services.availability import (
    Slot,
    day_bounds,
    find_slot,
    free_slots,
    local_day,
    quarters,
    why_busy,
    why_not_free,
)
from advising.services.discussion import Link, add_topics, take_up
from advising.services.meetings import (
    add_event,
    hold,
    is_own,
    locked,
    refuse_change,
    reminded_by_telling,
    set_state,
    tell,
    tell_one,
)
from advising.services.notifications import notify
from advising.services.places import choose_place
from advising.types import User


def bookable_advisors(student: StudentProfile, user: User) -> AdvisorQuerySet[AdvisorProfile]:
    """Whom ``user`` may book for the student: their advisors and these advisors' units; for staff also themselves."""
    active = student.assignments.active()
    related = Q(pk__in=active.values("advisor")) | Q(unit__in=active.values("unit"), unit__is_active=True)
    if user.pk != student.user_id:
        related |= Q(user=user)
    mine = Exists(active.filter(advisor=OuterRef("pk")))
    found = AdvisorProfile.objects.active().filter(related).exclude(user=student.user_id)
    return found.annotate(is_mine=mine).select_related("user", "unit").order_by("-is_mine", "user__last_name", "pk")


def why_full(student: StudentProfile, advisor: AdvisorProfile, *, user: User) -> str:
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


def slot_at(
    advisor: AdvisorProfile,
    student: StudentProfile,
    starts_at: datetime,
    *,
    user: User,
    moving: Appointment | None = None,
) -> Slot:
    """The free slot that begins then. Raises AdvisingError with the reason why there is none.

    The advisor's notice binds students alone. The time of the appointment that is ``moving`` counts as free.
    """
    day, own = local_day(starts_at, advisor), student.user_id == user.pk
    slot = find_slot(free_slots(advisor, day, day, student=student, with_notice=own, moving=moving), starts_at)
    if slot is None:
        raise AdvisingError(why_not_free(advisor, starts_at, student=student, own=own, moving=moving))
    return slot


def _mode(slot: Slot, mode: str) -> str:
    if mode not in slot.modes:
        offered = ", ".join(MeetingMode(value).label.lower() for value in slot.modes)
        raise AdvisingError(f"At that time you can meet: {offered}.")
    return mode


def _occupy(appointment: Appointment, *, user: User) -> None:
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
        own = is_own(appointment, user)
        raise AdvisingError(why_busy(appointment.student, times, own=own, moving=appointment)) from error


def _invitation(student: StudentProfile, advisor: AdvisorProfile, starts_at: datetime) -> CampaignInvitation | None:
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
    user: User,
    starts_at: datetime,
    mode: str,
    place: str = "",
    agenda: str = "",
    topics: Iterable[Link] = (),
) -> Appointment:
    """Book a free slot, take up what waited for the next meeting, and tell both.

    ``topics`` are links for the agenda. Staff are not bound by the advisor's notice, nor by how many a student may
    hold. Repeating it gives what is booked. Raises AdvisingError when the user may not, when the student holds as many
    as they may, or when the time is not free: of those who ask at the same moment one gets it.
    """
    hold(student_id=student.pk, advisor_id=advisor.pk)
    if not policy.can(user, Verb.BOOK, student) or not bookable_advisors(student, user).filter(pk=advisor.pk).exists():
        raise AdvisingError("You cannot book this advisor. Choose one of the advisors listed.")
    if there := booked_at(student, advisor, starts_at):
        return there
    if full := why_full(student, advisor, user=user):
        raise AdvisingError(full)
    slot = slot_at(advisor, student, starts_at, user=user)
    invitation = _invitation(student, advisor, starts_at)
    appointment = Appointment.objects.create(
        student=student,
        advisor=advisor,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        mode=_mode(slot, mode),
        place=choose_place(advisor, mode, place),
        agenda=agenda.strip(),
        campaign_id=invitation.campaign_id if invitation else None,
        booked_by=user,
        reminded_at=reminded_by_telling(slot.starts_at),
    )
    _occupy(appointment, user=user)
    take_up(appointment)
    add_topics(appointment, topics, user=user)
    add_event(appointment, user=user, before="")
    tell(appointment, "Booked", step="booked")
    return appointment


@transaction.atomic
def move_appointment(
    appointment: Appointment, *, user: User, starts_at: datetime, mode: str = "", place: str = ""
) -> Appointment:
    """Give it another free slot of the same advisor, and tell both. Calendars follow by UID and sequence.

    Where it is at that time already, nothing happens. Raises AdvisingError when the user may not, when it is too
    late, or when the time is not free; it then stays where it was.
    """
    hold(student_id=appointment.student_id, advisor_id=appointment.advisor_id)
    appointment = locked(appointment)
    refuse_change(appointment, user)
    advisor, student = appointment.advisor, appointment.student
    if not AdvisorProfile.objects.active().filter(pk=advisor.pk).exists():
        raise AdvisingError(f"{advisor} takes no appointments any more. Cancel this one and book somebody else.")
    if starts_at == appointment.starts_at:
        return appointment
    slot = slot_at(advisor, student, starts_at, user=user, moving=appointment)
    mode, place = _mode(slot, mode or appointment.mode), place or appointment.place
    is_kept = place and (mode, place) == (appointment.mode, appointment.place)
    if is_own(appointment, user) or not is_kept:  # staff may keep a place of this meeting alone
        place = choose_place(advisor, mode, place)
    appointment.mode, appointment.place = mode, place
    appointment.starts_at, appointment.ends_at = slot.starts_at, slot.ends_at
    appointment.sequence += 1
    appointment.reminded_at = reminded_by_telling(slot.starts_at)
    invitation = _invitation(student, advisor, starts_at)
    appointment.campaign_id = invitation.campaign_id if invitation else appointment.campaign_id
    appointment.save()
    appointment.slots.all().delete()
    _occupy(appointment, user=user)
    add_event(appointment, user=user, before=State.BOOKED)
    tell(appointment, "Moved", step=f"moved-{appointment.sequence}")
    return appointment


@transaction.atomic
def cancel_appointment(appointment: Appointment, *, user: User, reason: str = "") -> Appointment:
    """Call it off and tell both; the time is free again. Staff say why.

    Raises AdvisingError when the user may not, when it is too late, or when staff give no reason.
    """
    hold(student_id=appointment.student_id)
    appointment = locked(appointment)
    refuse_change(appointment, user)
    own = is_own(appointment, user)
    if not own and not reason.strip():
        raise AdvisingError("Say why, so that the student knows.")
    state = State.CANCELLED_BY_STUDENT if own else State.CANCELLED_BY_ADVISOR
    set_state(appointment, state, user=user, reason=reason.strip())
    tell(appointment, "Cancelled", step="cancelled")
    return appointment


@transaction.atomic
def cancel_day(advisor: AdvisorProfile, day: date, *, user: User, reason: str) -> list[Appointment]:
    """Close an advisor's day and call off what is still to come on it; returns what was cancelled.

    By the advisor, or by a lead of their unit, who need not know each student; then the advisor is told too.
    Repeating it cancels nothing more. Raises AdvisingError for anyone else, without a reason, and for a day that is
    over.
    """
    if not policy.can(user, Verb.CLOSE_DAY, advisor):
        raise AdvisingError("Only the advisor and a lead of their unit can cancel this day.")
    if not reason.strip():
        raise AdvisingError("Say why, so that the students know.")
    if day < local_day(timezone.now(), advisor):
        raise AdvisingError("This day is over. Nothing can be cancelled on it any more.")
    hold(advisor_id=advisor.pk)
    closed = {"advisor": advisor, "day": day, "is_open": False, "starts_at": None}
    is_new = not AvailabilityException.objects.filter(**closed).exists()
    if is_new:
        AvailabilityException.objects.create(**closed, reason=reason.strip()[:200])
    rows = to_cancel(advisor, day).select_for_update(of=("self",)).select_related("student__user", "advisor__user")
    cancelled = list(rows)
    for appointment in cancelled:
        set_state(appointment, State.CANCELLED_BY_ADVISOR, user=user, reason=reason.strip())
        tell_one(appointment.student.user, appointment, "Cancelled", "cancelled")
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


def to_cancel(advisor: AdvisorProfile, day: date) -> AppointmentQuerySet[Appointment]:
    """What is booked for the advisor and has not begun, of one day."""
    begin, end = day_bounds(advisor, day)
    begin = max(begin, timezone.now())
    return advisor.appointments.filter(state=State.BOOKED, starts_at__gte=begin, starts_at__lt=end)
