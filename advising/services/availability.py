"""When an advisor can be met: the slots that their rules offer, and which of them are free.

Rules are wall-clock times in the advisor's zone; slots are moments. A slot begins at a time that the clock really
shows: in spring those of the skipped hour are left out, and in autumn the repeated hour is offered once, the first
time. So no night shifts a slot or offers it twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from dateutil.rrule import MINUTELY, WEEKLY, rrule
from dateutil.tz import datetime_exists
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from advising.choices import AppointmentState, MeetingMode, Weekday
from advising.models import (
    AdvisorProfile,
    Appointment,
    AvailabilityException,
    AvailabilityRule,
    MeetingPlace,
    OccupiedSlot,
    StudentProfile,
)
from advising.types import User

Hours = TypeVar("Hours", AvailabilityRule, AvailabilityException)

TAKEN = "That time has just been taken. Choose another."

QUARTER = timedelta(minutes=15)
END_OF_DAY = time(23, 59)
"""As the end of a stretch it means midnight, which a day's own clock cannot say."""


@dataclass(frozen=True, order=True)
class Slot:
    """``starts_at`` and ``ends_at`` are in UTC; ``modes`` are values of MeetingMode for which there is a place."""

    starts_at: datetime
    ends_at: datetime
    modes: tuple[str, ...] = tuple(MeetingMode.values)


@dataclass(frozen=True)
class Stretch:
    """Bookable wall-clock time of one day."""

    day: date
    starts_at: time
    ends_at: time
    minutes: int
    buffer: int
    modes: tuple[str, ...]


def zone_of(advisor: AdvisorProfile) -> ZoneInfo:
    return ZoneInfo(advisor.time_zone)


def own_zone(student: StudentProfile, user: User) -> str:
    """The zone that ``user``, where they are this student, named for themselves."""
    return student.time_zone if student.user_id == user.pk else ""


def zone_for(student: StudentProfile, advisor: AdvisorProfile, user: User) -> ZoneInfo:
    """The zone in which ``user`` reads the times of these two: a student's own where they named one, else the
    advisor's.
    """
    return ZoneInfo(own_zone(student, user) or advisor.time_zone)


def local_day(moment: datetime, advisor: AdvisorProfile) -> date:
    """The day on which the advisor has that moment."""
    return moment.astimezone(zone_of(advisor)).date()


def wall_clock(day: date, at: time) -> datetime:
    """``at`` on that day, naive; the end of the day is the next midnight."""
    return datetime.combine(day + timedelta(days=1), time()) if at >= END_OF_DAY else datetime.combine(day, at)


def moment(naive: datetime, zone: ZoneInfo) -> datetime:
    return naive.replace(tzinfo=zone).astimezone(UTC)


def day_bounds(advisor: AdvisorProfile, first: date, last: date | None = None) -> tuple[datetime, datetime]:
    """The moments at which the days ``first`` to ``last`` (both included) begin and end for the advisor."""
    zone = zone_of(advisor)
    return moment(wall_clock(first, time()), zone), moment(wall_clock(last or first, END_OF_DAY), zone)


def quarters(starts_at: datetime, ends_at: datetime) -> list[datetime]:
    """The quarter hours that a meeting touches."""
    first = starts_at.astimezone(UTC)
    first -= timedelta(minutes=first.minute % 15, seconds=first.second, microseconds=first.microsecond)
    return [first + QUARTER * n for n in range(-((first - ends_at) // QUARTER))]


def offered_slots(advisor: AdvisorProfile, first: date, last: date, *, closed_too: bool = False) -> list[Slot]:
    """Every slot of the advisor's days ``first`` to ``last`` (both included), booked or not, in order of time.

    Slots never overlap: where two stretches do, the one that begins first is followed. With ``closed_too`` as if
    nothing were closed. Takes two statements.
    """
    if last < first:
        return []
    exceptions = _with_modes(advisor.availability_exceptions.filter(day__range=(first, last)))
    zone = zone_of(advisor)
    closed = [] if closed_too else [_closed_time(one, zone) for one, _ in exceptions if not one.is_open]
    rules = _with_modes(advisor.availability.all())
    stretches = [*_weekly(rules, first, last), *_extra(exceptions, rules)]
    slots: list[Slot] = []
    free_from = datetime.min.replace(tzinfo=UTC)
    for slot, buffer in sorted(pair for stretch in stretches for pair in _cut(stretch, zone)):
        if slot.starts_at < free_from:
            continue
        if any(slot.starts_at < end and slot.ends_at > begin for begin, end in closed):
            continue
        slots.append(slot)
        free_from = slot.ends_at + timedelta(minutes=buffer)
    return slots


def _with_modes(rows: QuerySet[Hours]) -> list[tuple[Hours, list[str]]]:
    """Each row with the modes for which its advisor has named a place."""
    named = MeetingPlace.objects.filter(advisor=OuterRef("advisor"))
    found = rows.annotate(**{f"has_{mode}": Exists(named.filter(mode=mode)) for mode in MeetingMode.values})
    return [(row, [mode for mode in MeetingMode.values if getattr(row, f"has_{mode}")]) for row in found]


def _closed_time(exception: AvailabilityException, zone: ZoneInfo) -> tuple[datetime, datetime]:
    begin, end = exception.starts_at or time(), exception.ends_at or END_OF_DAY
    ending = wall_clock(exception.day, end)
    # The later of the two 1:30 of a repeated hour, so that all of the closed time is closed.
    last_moment = max(moment(ending, zone), moment(ending.replace(fold=1), zone))
    return moment(wall_clock(exception.day, begin), zone), last_moment


def _weekly(rules: list[tuple[AvailabilityRule, list[str]]], first: date, last: date) -> Iterator[Stretch]:
    for rule, named in rules:
        begin, end = max(first, rule.valid_from or first), min(last, rule.valid_to or last)
        for day in rrule(WEEKLY, byweekday=rule.weekday, dtstart=begin, until=end):
            modes = tuple(mode for mode in rule.modes if mode in named)
            yield Stretch(day.date(), rule.starts_at, rule.ends_at, rule.slot_minutes, rule.buffer_minutes, modes)


def _extra(
    exceptions: list[tuple[AvailabilityException, list[str]]], rules: list[tuple[AvailabilityRule, list[str]]]
) -> Iterator[Stretch]:
    """Extra hours are cut like the rule of that weekday, or like the first rule."""
    for exception, named in exceptions:
        if not exception.is_open or exception.starts_at is None or exception.ends_at is None:
            continue
        of_weekday = (rule for rule, _ in rules if rule.weekday == exception.day.weekday())
        like = next(of_weekday, None) or next((rule for rule, _ in rules), AvailabilityRule())
        modes = tuple(mode for mode in like.modes if mode in named)
        yield Stretch(
            exception.day, exception.starts_at, exception.ends_at, like.slot_minutes, like.buffer_minutes, modes
        )


def _cut(stretch: Stretch, zone: ZoneInfo) -> Iterator[tuple[Slot, int]]:
    length = timedelta(minutes=stretch.minutes)
    last = wall_clock(stretch.day, stretch.ends_at)
    begins = wall_clock(stretch.day, stretch.starts_at)
    step = stretch.minutes + stretch.buffer
    for naive in rrule(MINUTELY, interval=step, dtstart=begins, until=last - length):
        if not datetime_exists(naive, zone):
            continue
        starts_at = moment(naive, zone)
        # When the clock is put forward within the slot, it would run past the end of the stretch.
        if starts_at + length <= moment(last, zone):
            yield Slot(starts_at, starts_at + length, stretch.modes), stretch.buffer


def free_slots(
    advisor: AdvisorProfile,
    first: date,
    last: date,
    *,
    student: StudentProfile | None = None,
    with_notice: bool = True,
    moving: Appointment | None = None,
) -> list[Slot]:
    """What is still to be had of ``offered_slots``; three statements.

    Leaves out what the advisor or the ``student`` has booked, except by the appointment that is ``moving``, the past,
    and what has no place. ``with_notice``, as for students, only between the advisor's shortest and longest notice.
    """
    earliest, furthest = notice(advisor) if with_notice else (timezone.now(), last)
    offered = offered_slots(advisor, first, min(last, furthest))
    slots = [slot for slot in offered if slot.modes and slot.starts_at >= earliest]
    if not slots:
        return []
    busy = OccupiedSlot.objects.filter(
        person__in=[advisor.user_id, *([student.user_id] if student else [])],
        starts_at__gte=slots[0].starts_at,
        starts_at__lt=slots[-1].ends_at,
    )
    if moving:
        busy = busy.exclude(appointment=moving)
    taken = set(busy.values_list("starts_at", flat=True))
    return [slot for slot in slots if taken.isdisjoint(quarters(slot.starts_at, slot.ends_at))]


def notice(advisor: AdvisorProfile) -> tuple[datetime, date]:
    """The first moment and the last day that students may book now."""
    now = timezone.now()
    return now + timedelta(hours=advisor.min_lead_hours), local_day(
        now + timedelta(days=advisor.max_lead_days), advisor
    )


def why_not_free(
    advisor: AdvisorProfile, starts_at: datetime, *, student: StudentProfile, own: bool, moving: Appointment | None
) -> str:
    """Why ``free_slots`` holds no slot that begins then, in words for the student (``own``) or for staff."""
    if starts_at < timezone.now():
        return "That time has passed. Choose one to come."
    day = local_day(starts_at, advisor)
    hours = offered_slots(advisor, day, day, closed_too=True)
    slot = find_slot(hours, starts_at)
    if slot is None and any(one.starts_at < starts_at < one.ends_at for one in hours):
        return f"No appointment with {advisor} begins at that time. Choose another."
    if slot is None:
        return f"That time is outside the hours of {advisor}. Choose another."
    if find_slot(offered_slots(advisor, day, day), starts_at) is None:
        is_closed = advisor.availability_exceptions.filter(day=day, is_open=False, starts_at=None).exists()
        return f"{advisor} takes no appointments {'on that day' if is_closed else 'at that time'}. Choose another."
    if not slot.modes:
        return f"{advisor} has not said where to meet at that time. Choose another."
    earliest, furthest = notice(advisor)
    if own and starts_at < earliest:
        least = advisor.min_lead_hours
        return f"That is too soon: book {advisor} at least {least} hour{'' if least == 1 else 's'} ahead."
    if own and day > furthest:
        most = advisor.max_lead_days
        return f"That is too far ahead: book {advisor} at most {most} day{'' if most == 1 else 's'} ahead."
    return why_busy(student, quarters(slot.starts_at, slot.ends_at), own=own, moving=moving)


def why_busy(student: StudentProfile, times: list[datetime], *, own: bool, moving: Appointment | None) -> str:
    """Whose booking stands in the way at these quarter hours: another one of the student's, or the advisor's."""
    busy = OccupiedSlot.objects.filter(person=student.user_id, starts_at__in=times)
    if busy.exclude(appointment=moving).exists():
        return f"{'You have' if own else f'{student.name} has'} another appointment at that time. Choose another."
    return TAKEN


def outside_hours(advisor: AdvisorProfile) -> list[Appointment]:
    """Booked meetings to come that the advisor's hours, as they are now, would not offer; three statements."""
    to_come = advisor.appointments.filter(state=AppointmentState.BOOKED, starts_at__gt=timezone.now())
    booked = list(to_come.select_related("student__user", "advisor"))
    if not booked:
        return []
    first, last = (local_day(meeting.starts_at, advisor) for meeting in (booked[0], booked[-1]))
    offered = {at for slot in offered_slots(advisor, first, last) for at in quarters(slot.starts_at, slot.ends_at)}
    return [meeting for meeting in booked if not offered.issuperset(quarters(meeting.starts_at, meeting.ends_at))]


def find_slot(slots: list[Slot], starts_at: datetime) -> Slot | None:
    return next((slot for slot in slots if slot.starts_at == starts_at), None)


def overlaps(rules: list[AvailabilityRule]) -> str:
    """Where two rules offer the same time, in words; empty where none do."""
    ordered = sorted(rules, key=lambda rule: (rule.weekday, rule.starts_at))
    for one, other in pairwise(ordered):
        apart = (one.valid_to and other.valid_from and one.valid_to < other.valid_from) or (
            other.valid_to and one.valid_from and other.valid_to < one.valid_from
        )
        if one.weekday == other.weekday and other.starts_at < one.ends_at and not apart:
            return f"{Weekday(one.weekday).label}: the hours from {other.starts_at:%H:%M} overlap those before them."
    return ""
