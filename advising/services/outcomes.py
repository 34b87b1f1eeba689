"""What became of a meeting, as its advisors record it."""

from django.db import transaction
from django.utils import timezone

from advising import policy
from advising.choices import AppointmentState as State
from advising.choices import Verb
from advising.exceptions import AdvisingError
from advising.models import Appointment
from advising.services.availability import local_day
from advising.services.meetings import hold, locked, set_state
from advising.types import User

NEXT_STATES: dict[str, tuple[State, ...]] = {
    State.BOOKED: (State.CHECKED_IN, State.COMPLETED, State.NO_SHOW, State.EXCUSED),
    State.CHECKED_IN: (State.COMPLETED, State.BOOKED),
    State.COMPLETED: (State.CHECKED_IN, State.NO_SHOW, State.EXCUSED),
    State.NO_SHOW: (State.CHECKED_IN, State.COMPLETED, State.EXCUSED),
    State.EXCUSED: (State.COMPLETED, State.NO_SHOW),
}
"""What staff may make of a meeting; cancelling and moving are functions of their own."""

CORRECTIONS = (State.COMPLETED, State.NO_SHOW, State.EXCUSED)
"""Leaving one of these takes back what was recorded: it needs a reason."""


def next_states(appointment: Appointment) -> list[State]:
    """What staff can make of the meeting now."""
    return [state for state in NEXT_STATES.get(appointment.state, ()) if not _too_early(appointment, state)]


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
def change_state(appointment: Appointment, state: str, *, user: User, reason: str = "") -> Appointment:
    """Say what became of a meeting: checked in, completed, did not come, excused. Staff only.

    Nobody failed to come before the meeting is over. Taking back what was recorded needs a reason. Raises
    AdvisingError where that is not kept or the user may not.
    """
    hold(student_id=appointment.student_id)
    appointment = locked(appointment)
    if not policy.can(user, Verb.RUN, appointment):
        raise AdvisingError("Only the student’s advisors can say what became of an appointment.")
    wanted = next((one for one in NEXT_STATES.get(appointment.state, ()) if one == state), None)
    if wanted is None:
        raise AdvisingError(f"This appointment is recorded as: {appointment.get_state_display().lower()}.")
    if _too_early(appointment, wanted):
        raise AdvisingError("It is too early for that. Say so when the appointment has taken place.")
    if appointment.state in CORRECTIONS and not reason.strip():
        raise AdvisingError("Say why you change what was recorded.")
    set_state(appointment, wanted, user=user, reason=reason.strip())
    return appointment
