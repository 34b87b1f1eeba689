"""What became of a meeting: who says so, when, and how it is taken back."""

from datetime import timedelta

import pytest

from advising.choices import AppointmentState
from advising.exceptions import AdvisingError
from advising.services import outcomes as service
from tests import factories as make
from tests.advising.appointments.meetings import HALF, SLOT, book

pytestmark = pytest.mark.django_db


def test_nobody_failed_to_come_before_the_end(sam, ada, clock):
    appointment = book(sam, ada)
    clock(SLOT + HALF - timedelta(seconds=1))
    with pytest.raises(AdvisingError, match="too early"):
        service.change_state(appointment, "no_show", user=ada.user)
    clock(SLOT + HALF)
    with pytest.raises(AdvisingError, match="Only the student’s advisors"):
        service.change_state(appointment, "no_show", user=sam.user)
    assert service.change_state(appointment, "no_show", user=ada.user).state == "no_show"


def test_a_missed_appointment_is_taken_back_with_a_reason(sam, ada, clock):
    appointment = book(sam, ada)
    clock(SLOT + HALF)
    service.change_state(appointment, "no_show", user=ada.user)
    with pytest.raises(AdvisingError, match="Say why"):
        service.change_state(appointment, "completed", user=ada.user)
    service.change_state(appointment, "completed", user=ada.user, reason="Came by telephone")
    assert list(appointment.events.values_list("from_state", "to_state", "reason")) == [
        ("", "booked", ""),
        ("booked", "no_show", ""),
        ("no_show", "completed", "Came by telephone"),
    ]


def test_completing_marks_the_agenda_as_discussed(sam, ada, clock):
    appointment = book(sam, ada, topics=[{"job_title": make.make_job_title()}])
    clock(SLOT)
    service.change_state(appointment, "checked_in", user=ada.user)
    service.change_state(appointment, "completed", user=ada.user)
    assert sam.agenda_items.get().discussed_at == SLOT


@pytest.mark.parametrize("state", ["cancelled_by_student", "cancelled_by_advisor", "booked", "completed", "nonsense"])
def test_no_other_state_can_be_given(sam, ada, state):
    appointment = book(sam, ada)
    with pytest.raises(AdvisingError):
        service.change_state(appointment, state, user=ada.user, reason="Because")
    appointment.refresh_from_db()
    assert appointment.state == AppointmentState.BOOKED
