"""How many appointments to come a student may hold."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from advising.exceptions import AdvisingError
from advising.models import Appointment, AvailabilityRule
from advising.services import booking as service
from tests.advising.appointments.meetings import HALF, SLOT, at, book
from tests.advising.factories import make_advisor, make_places, place_key
from tests.factories import client_for

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def peer(ada):
    """A colleague of ``ada`` with the same hours."""
    profile = make_advisor(unit=ada.unit)
    make_places(profile)
    for weekday in range(5):
        AvailabilityRule.objects.create(advisor=profile, weekday=weekday, starts_at=time(9), ends_at=time(11))
    return profile


def test_a_student_holds_two_with_one_advisor_and_three_in_all(sam, ada, peer):
    book(sam, ada)
    book(sam, ada, SLOT + DAY)
    with pytest.raises(AdvisingError, match=r"2 appointments to come with Ada Advisor, .* Move or cancel one of them"):
        book(sam, ada, SLOT + 2 * DAY)
    book(sam, peer, SLOT + 2 * DAY)
    with pytest.raises(AdvisingError, match=r"3 appointments to come, .* ask your advisor to book this one for you"):
        book(sam, peer, SLOT + 3 * DAY)
    assert sam.appointments.count() == 3


def test_a_school_sets_its_own_limits(sam, ada, settings):
    settings.MAX_APPOINTMENTS = settings.MAX_APPOINTMENTS_PER_ADVISOR = 1
    book(sam, ada)
    with pytest.raises(AdvisingError, match="You have 1 appointment to come, and"):
        book(sam, ada, SLOT + DAY)


def test_staff_book_more_for_a_student(sam, ada):
    for days in range(4):
        book(sam, ada, SLOT + days * DAY, user=ada.user)
    assert sam.appointments.count() == 4
    with pytest.raises(AdvisingError, match="You have 4 appointments to come"):
        book(sam, ada, SLOT + 4 * DAY)


def test_what_is_cancelled_or_over_is_not_held(sam, ada, clock):
    first, _ = book(sam, ada), book(sam, ada, SLOT + HALF)
    service.cancel_appointment(first, user=sam.user)
    book(sam, ada, SLOT + DAY)
    clock(SLOT + 2 * HALF)
    assert book(sam, ada, SLOT + 2 * DAY).state == "booked"


def test_one_who_holds_the_most_may_still_move_one(sam, ada):
    first, _ = book(sam, ada), book(sam, ada, SLOT + HALF)
    moved = service.move_appointment(first, user=sam.user, starts_at=SLOT + DAY)
    assert moved.starts_at == SLOT + DAY


def test_the_page_says_so_before_a_time_is_chosen_and_refuses_one_that_is(sam, ada):
    book(sam, ada)
    book(sam, ada, SLOT + HALF)
    client, address = client_for(sam.user), reverse("advising:book_with", args=[ada.pk])
    page = client.get(address)
    assert (page.status_code, "Move or cancel one of them" in page.text) == (200, True)
    chosen = client.get(f"{address}?at={at(SLOT + DAY)}")
    posted = client.post(address, {"at": at(SLOT + DAY), "where": place_key(ada, "phone")})
    for answer in (chosen, posted):
        assert (answer.status_code, "Move or cancel one of them" in answer.text) == (409, True)
    assert Appointment.objects.count() == 2
    staff = client_for(ada.user)
    address = reverse("advising:book_student_with", args=[sam.pk, ada.pk])
    assert "Move or cancel one of them" not in staff.get(address).text
    assert staff.post(address, {"at": at(SLOT + DAY), "where": place_key(ada, "phone")}).status_code == 302
