"""Closing a day: by the advisor, or by a lead of their unit for them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from advising.exceptions import AdvisingError
from advising.models import AccessLog, Appointment, AppointmentEvent
from advising.services import booking as service
from tests.advising.appointments.meetings import HALF, SLOT, book, told
from tests.advising.factories import make_advisor, make_appointment, make_assignment, make_student
from tests.advising.statements import statements
from tests.factories import client_for, make_user
from tests.pages import one_line

pytestmark = pytest.mark.django_db

DAY = "2026-11-30"


@pytest.fixture
def leader(lead, ada):
    """``lead``, of the unit of ``ada``."""
    return make_advisor(lead, unit=ada.unit)


def address(ada, day=DAY):
    return reverse("advising:cancel_day_of", args=[day, ada.pk])


def test_a_lead_cancels_the_day_of_an_advisor_and_both_sides_are_told_why(sam, ada, leader):
    later = book(sam, ada, SLOT + timedelta(days=1))
    meeting = book(sam, ada)
    answer = client_for(leader.user).post(address(ada), {"reason": "Ada is away"}, follow=True)
    assert "The day of Ada Advisor is closed. 1 appointment cancelled, and each student told." in answer.text
    meeting.refresh_from_db()
    later.refresh_from_db()
    assert (meeting.state, meeting.state_reason, later.state) == ("cancelled_by_advisor", "Ada is away", "booked")
    assert told()[-2:] == [
        ("Sam", "Cancelled: Sam Student and Ada Advisor, Mon, Nov 30, 9:00 AM EST"),
        ("Ada", "Lena Lead closed your Mon, Nov 30: 1 appointment cancelled"),
    ]
    event = AppointmentEvent.objects.filter(appointment=meeting).last()
    assert (event.user, event.to_state, event.reason) == (leader.user, "cancelled_by_advisor", "Ada is away")
    page = client_for(sam.user).get(reverse("advising:appointment", args=[meeting.pk])).text
    assert "Ada is away" in page
    assert service.free_slots(ada, SLOT.date(), SLOT.date(), with_notice=False) == []
    told_so_far = told()
    client_for(leader.user).post(address(ada), {"reason": "Ada is away"})
    assert told() == told_so_far, "repeating it tells nobody again"


def test_a_lead_learns_no_name_of_a_student_whom_the_unit_does_not_advise(sam, ada, leader):
    book(sam, ada)
    foreign = make_student(make_user("Student", first_name="Fiona", last_name="Foreign"))
    make_assignment(foreign, make_advisor())
    meeting = make_appointment(foreign, ada, starts_in=SLOT + HALF - timezone.now())
    client = client_for(leader.user)
    page = one_line(client.get(address(ada)).text)
    assert ("Sam Student" in page, "Fiona" in page, "1 more, with a student" in page) == (True, False, True)
    assert "2 appointments cancelled" in client.post(address(ada), {"reason": "Ill"}, follow=True).text
    meeting.refresh_from_db()
    assert meeting.state == "cancelled_by_advisor"


def test_nobody_else_cancels_an_advisors_day(sam, ada, lead, stranger_advisor, admin, editor, other_student):
    make_student(other_student)
    make_advisor(lead)  # leads another unit
    make_advisor(stranger_advisor)
    book(sam, ada)
    people = [lead, stranger_advisor, admin, editor, other_student, sam.user, make_advisor(unit=ada.unit).user]
    for user in people:
        client = client_for(user)
        assert client.get(address(ada)).status_code == 404
        assert client.post(address(ada), {"reason": "Mischief"}).status_code == 404
        with pytest.raises(AdvisingError, match="Only the advisor and a lead"):
            service.cancel_day(ada, SLOT.date(), user=user, reason="Mischief")
    assert Appointment.objects.get().state == "booked"
    refused = AccessLog.objects.filter(action="refused", object_type="advisorprofile", object_id=ada.pk)
    assert refused.count() == 2 * len(people)


def test_a_lead_who_left_the_unit_leads_it_no_more(ada, leader):
    leader.is_active = False
    leader.save()
    assert client_for(leader.user).get(address(ada)).status_code == 404


def test_it_asks_for_a_reason_and_asking_changes_nothing(sam, ada, leader):
    book(sam, ada)
    client = client_for(leader.user)
    assert "Cancel Monday, Nov 30 for Ada Advisor?" in client.get(address(ada)).text
    assert "This field is required" in client.post(address(ada), {"reason": " "}).text
    assert Appointment.objects.get().state == "booked"
    assert not ada.availability_exceptions.exists()


def test_a_day_that_is_over_stays_as_it_is(ada, leader):
    for client, where in (
        (client_for(ada.user), reverse("advising:cancel_day", args=["2026-11-22"])),
        (client_for(leader.user), address(ada, "2026-11-22")),
    ):
        assert "This day is over" in client.post(where, {"reason": "Ill"}, follow=True).text
    assert not ada.availability_exceptions.exists()


def test_a_day_that_was_closed_more_than_once_can_be_cancelled(sam, ada):
    for _ in range(2):
        ada.availability_exceptions.create(day=SLOT.date())
    meeting = make_appointment(sam, ada, starts_in=SLOT - timezone.now())
    client_for(ada.user).post(reverse("advising:cancel_day", args=[DAY]), {"reason": "Ill"})
    meeting.refresh_from_db()
    assert (meeting.state, ada.availability_exceptions.count()) == ("cancelled_by_advisor", 2)


def test_only_a_lead_is_offered_the_days_of_colleagues(sam, ada, leader):
    day = reverse("advising:calendar_day", args=[DAY])
    assert address(ada) in client_for(leader.user).get(day).text
    assert "Cancel their day" not in client_for(ada.user).get(day).text


def test_pages_take_as_many_statements_for_one_as_for_three(sam, ada, leader):
    lead, own = client_for(leader.user), client_for(ada.user)
    pages = [
        (own, reverse("advising:cancel_day", args=[DAY])),
        (lead, address(ada)),
        (lead, reverse("advising:calendar_day", args=[DAY])),
    ]
    book(sam, ada)
    before = [statements(*page) for page in pages]
    for number in (1, 2):
        student = make_student()
        make_assignment(student, ada)
        make_advisor(unit=ada.unit)
        book(student, ada, SLOT + number * HALF)
    assert [statements(*page) for page in pages] == before
