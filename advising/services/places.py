"""Where advisors meet: a room, the address of a call, a number. Nothing is booked without one.

A meeting keeps the words of its place. When its advisor's place is replaced, the booked meetings that came from it
follow (``follow_places``); where it is unclear which place took its place, they stay and are shown as ``misplaced``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from advising.choices import AppointmentState, MeetingMode
from advising.exceptions import AdvisingError
from advising.models import AdvisorProfile, Appointment, MeetingPlace
from advising.querysets import AppointmentQuerySet
from advising.services.availability import find_slot, local_day, offered_slots
from advising.services.meetings import (
    add_event,
    hold,
    is_own,
    locked,
    refuse_change,
    reminded_by_telling,
    tell,
)
from advising.types import User

State = AppointmentState

Way: TypeAlias = tuple[str, str]
"""A mode and its place."""

NEW_PLACE = "New place or link"


def choose_place(advisor: AdvisorProfile, mode: str, place: str = "") -> str:
    """The ``place`` that was chosen among the advisor's for that mode, or the first of them; without any, none."""
    places = list(MeetingPlace.objects.filter(advisor=advisor, mode=mode).values_list("place", flat=True))
    return place if place in places else next(iter(places), "")


def places_for(appointment: Appointment, *, user: User) -> list[MeetingPlace]:
    """The advisor's places that fit: for the student those of the modes offered at that time; staff are not bound."""
    advisor = appointment.advisor
    places = list(advisor.meeting_places.all())
    if not is_own(appointment, user):
        return places
    day = local_day(appointment.starts_at, advisor)
    slot = find_slot(offered_slots(advisor, day, day), appointment.starts_at)
    return [place for place in places if slot and place.mode in slot.modes]


@transaction.atomic
def change_place(appointment: Appointment, *, user: User, mode: str, place: str) -> Appointment:
    """Meet in another way or place at the same time, and tell both. Calendars follow by UID and sequence.

    Students choose among what the advisor offers at that time; staff may name any place, for this meeting alone.
    Where it is so already, nothing happens. Raises AdvisingError when the user may not, when it is too late, without
    a place, and when a student chooses what is not offered.
    """
    hold(advisor_id=appointment.advisor_id)
    appointment = locked(appointment)
    refuse_change(appointment, user)
    mode, place = MeetingMode(mode), place.strip()
    if not place:
        raise AdvisingError("Say where: a room, the address of a call, or a telephone number.")
    if (mode, place) == (appointment.mode, appointment.place):
        return appointment
    offered = {(one.mode, one.place) for one in places_for(appointment, user=user)}
    if is_own(appointment, user) and (mode, place) not in offered:
        raise AdvisingError(f"{appointment.advisor} does not offer that at this time. Choose among what is listed.")
    _meet_at(appointment, mode, place, user=user)
    tell(appointment, NEW_PLACE, step=f"place-{appointment.sequence}")
    return appointment


def _meet_at(appointment: Appointment, mode: str, place: str, *, user: User) -> None:
    appointment.mode, appointment.place = mode, place
    appointment.sequence += 1
    appointment.reminded_at = reminded_by_telling(appointment.starts_at)
    appointment.save(update_fields=["mode", "place", "sequence", "reminded_at", "updated_at"])
    reason = f"{MeetingMode(mode).label}: {place}"
    add_event(appointment, user=user, before=appointment.state, reason=reason)


def _to_come(advisor: AdvisorProfile) -> AppointmentQuerySet[Appointment]:
    booked = Appointment.objects.filter(advisor=advisor, state=State.BOOKED, starts_at__gt=timezone.now())
    return booked.select_related("student__user", "advisor__user")


@contextmanager
def follow_places(advisor: AdvisorProfile, *, user: User) -> Iterator[list[Appointment]]:
    """Save changes of the advisor's places within this, and the booked meetings to come follow: a transaction.

    A meeting goes with its place when that was edited, and to the new place when one of the same mode was added and
    its own was removed, or it had none. Students are told, and the advisor where somebody else did it. Yields a list
    that holds the meetings that followed once it is done.
    """
    followed: list[Appointment] = []
    with transaction.atomic():
        hold(advisor_id=advisor.pk)
        before = _ways(advisor)
        yield followed
        successors = _successors(before, _ways(advisor))
        booked = list(_to_come(advisor).select_for_update(of=("self",))) if successors else []
        for appointment in booked:
            if place := successors.get((appointment.mode, appointment.place)):
                _meet_at(appointment, appointment.mode, place, user=user)
                tell(appointment, NEW_PLACE, step=f"place-{appointment.sequence}", but=user)
                followed.append(appointment)


def _ways(advisor: AdvisorProfile) -> dict[int, Way]:
    rows = MeetingPlace.objects.filter(advisor=advisor).values_list("pk", "mode", "place")
    return {pk: (mode, place) for pk, mode, place in rows}


def _successors(before: dict[int, Way], after: dict[int, Way]) -> dict[Way, str]:
    """The new place for each way of meeting that is gone, or has had none, and now has one."""
    edited = {way: after[pk][1] for pk, way in before.items() if pk in after and after[pk][0] == way[0]}
    removed = [way for pk, way in before.items() if pk not in after]
    replaced: dict[Way, str] = {}
    for mode in MeetingMode.values:
        added = [place for pk, (its_mode, place) in after.items() if its_mode == mode and pk not in before]
        if len(added) == 1:
            replaced |= {way: added[0] for way in [*removed, (mode, "")] if way[0] == mode}
    return {way: place for way, place in {**edited, **replaced}.items() if way not in after.values()}


def misplaced(advisor: AdvisorProfile) -> AppointmentQuerySet[Appointment]:
    """Booked meetings to come that have no place, or one that is not among the advisor's."""
    listed = MeetingPlace.objects.filter(advisor=OuterRef("advisor"), mode=OuterRef("mode"), place=OuterRef("place"))
    return _to_come(advisor).filter(~Exists(listed))


def _offered_and_placed(advisor: AdvisorProfile) -> tuple[set[str], set[str]]:
    offered = {mode for modes in advisor.availability.values_list("modes", flat=True) for mode in modes}
    return offered, set(advisor.meeting_places.values_list("mode", flat=True))


def has_hours(advisor: AdvisorProfile) -> bool:
    """Whether the advisor's weekly hours can be booked in any way of meeting."""
    offered, placed = _offered_and_placed(advisor)
    return bool(offered & placed)


def placeless_modes(advisor: AdvisorProfile) -> list[str]:
    """Names of the ways of meeting that the advisor's hours offer and that lack a place: nobody can book them."""
    offered, placed = _offered_and_placed(advisor)
    return [mode.label for mode in MeetingMode if mode in offered - placed]
