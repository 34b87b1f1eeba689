"""Sent twice, gone back to, grown old: what a page of an appointment does then, and whose it is not."""

from datetime import timedelta

import pytest
from django.urls import reverse

from advising.models import Appointment, Campaign
from advising.services import booking as service
from advising.services import dropins
from tests.advising.appointments.meetings import HALF, SLOT, at, book, told
from tests.advising.factories import make_student, place_key
from tests.factories import client_for
from tests.pages import one_line

pytestmark = pytest.mark.django_db


def test_sent_twice_a_booking_is_made_once_and_both_answers_lead_to_it(sam, ada):
    client, address = client_for(sam.user), reverse("advising:book_with", args=[ada.pk])
    posted = {"at": at(SLOT), "where": place_key(ada, "phone")}
    answers = [client.post(address, posted), client.post(address, posted), client.get(f"{address}?at={at(SLOT)}")]
    booked = reverse("advising:appointment", args=[Appointment.objects.get().pk])
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, booked)] * 3
    assert len(told()) == 2


def test_the_other_click_may_be_booked_between_two_looks(sam, ada, monkeypatch):
    """The page found nothing booked; by the time it asks whether the time is free, the twin has it."""
    slot_at = service.slot_at

    def after_the_other(*args, **values):
        monkeypatch.setattr(service, "slot_at", slot_at)
        book(sam, ada)
        return slot_at(*args, **values)

    monkeypatch.setattr(service, "slot_at", after_the_other)
    address = reverse("advising:book_with", args=[ada.pk])
    answer = client_for(sam.user).post(address, {"at": at(SLOT), "where": place_key(ada, "phone")})
    booked = reverse("advising:appointment", args=[Appointment.objects.get().pk])
    assert (answer.status_code, answer.url) == (302, booked)


def test_a_move_sent_twice_or_to_its_own_time_changes_nothing_more(sam, ada):
    appointment = book(sam, ada)
    client = client_for(sam.user)
    address = reverse("advising:move_appointment", args=[appointment.pk])
    for moment, sequence in ((SLOT, 0), (SLOT + HALF, 1), (SLOT + HALF, 1)):
        answer = client.post(address, {"at": at(moment), "where": place_key(ada, "phone")})
        appointment.refresh_from_db()
        assert (answer.status_code, appointment.sequence) == (302, sequence)
    assert "The appointment is at this time." in client.get(f"{address}?at={at(SLOT + HALF)}", follow=True).text
    told_so_far = told()
    again = service.move_appointment(appointment, user=sam.user, starts_at=SLOT + HALF)
    assert (again.sequence, told()) == (1, told_so_far)


def test_a_cancellation_sent_twice_says_that_it_is_cancelled(sam, ada):
    appointment = book(sam, ada)
    client = client_for(sam.user)
    address = reverse("advising:cancel_appointment", args=[appointment.pk])
    client.post(address, {"reason": ""})
    for answer in (client.post(address, {"reason": ""}, follow=True), client.get(address, follow=True)):
        assert "This appointment cannot be changed: cancelled by the student." in answer.text
    appointment.refresh_from_db()
    assert (appointment.sequence, len(told())) == (1, 4)


def test_past_the_cut_off_the_page_says_whom_to_call(sam, ada, clock):
    appointment = book(sam, ada)
    clock(SLOT - timedelta(hours=3))
    for name in ("move_appointment", "cancel_appointment"):
        answer = client_for(sam.user).get(reverse(f"advising:{name}", args=[appointment.pk]), follow=True)
        assert "changes are possible until 4 hours before. Call your advisor." in answer.text


def test_nothing_is_moved_to_an_advisor_who_has_left_but_it_can_be_cancelled(sam, ada):
    appointment = book(sam, ada)
    ada.is_active = False
    ada.save()
    client = client_for(sam.user)
    address = reverse("advising:move_appointment", args=[appointment.pk])
    answer = client.post(address, {"at": at(SLOT + HALF), "where": place_key(ada, "phone")}, follow=True)
    assert "Ada Advisor takes no appointments any more. Cancel this one and book somebody else." in answer.text
    appointment.refresh_from_db()
    assert appointment.starts_at == SLOT
    client.post(reverse("advising:cancel_appointment", args=[appointment.pk]), {"reason": ""})
    appointment.refresh_from_db()
    assert appointment.state == "cancelled_by_student"


def test_a_student_who_named_a_zone_reads_every_time_in_it(sam, ada):
    sam.time_zone = "Asia/Tokyo"
    sam.save()
    client = client_for(sam.user)
    book_page = reverse("advising:book_with", args=[ada.pk])
    week = client.get(f"{book_page}?week=2026-11-30").text
    assert ("All times are in Asia/Tokyo." in week, ">11:00 PM</time>" in week) == (True, True)
    assert "Monday, Nov 30, 2026</strong>, 11:00 PM to 11:30 PM JST" in one_line(
        client.get(f"{book_page}?at={at(SLOT)}").text
    )
    # Ten o'clock in New York is the next day there.
    assert "Tuesday, Dec 1, 2026</strong>, 12:00 AM" in client.get(f"{book_page}?at={at(SLOT + 2 * HALF)}").text
    appointment = book(sam, ada)
    pages = [reverse("advising:me"), reverse("advising:appointments")]
    pages += [
        reverse(f"advising:{name}", args=[appointment.pk])
        for name in ("appointment", "move_appointment", "cancel_appointment")
    ]
    for page in pages:
        assert "Mon, Nov 30, 2026, 11:00 PM JST" in client.get(page).text
    assert "9:00 AM EST" in client_for(ada.user).get(reverse("advising:appointment", args=[appointment.pk])).text


def test_my_page_says_what_to_do_without_an_advisor(student):
    make_student(student)
    page = client_for(student).get(reverse("advising:me")).text
    assert "No advisor yet: an office will give you one." in page
    assert (reverse("advising:drop_in") in page, f'"{reverse("advising:book")}"' in page) == (True, False)
    assert "No advisor yet" in client_for(student).get(reverse("advising:book")).text


READ = {"appointment", "appointment_file", "book_student", "campaign"}
SENT = {"call_in", "leave_queue", "remind_campaign"}
BOTH = {
    "move_appointment", "change_place", "cancel_appointment", "appointment_state", "book_with", "book_student_with",
    "cancel_day_of",
}  # fmt: skip
TAKES = {"get": READ | BOTH, "head": READ | BOTH, "post": SENT | BOTH}


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete", "options"])
def test_another_students_pages_are_unknown_by_every_method(sam, ada, other_student, method):
    make_student(other_student)
    appointment = book(sam, ada)
    drop_in = dropins.join_queue(sam, ada.unit, user=sam.user)
    campaign = Campaign.objects.create(
        advisor=ada, name="Spring", created_by=ada.user, opens_on="2026-12-01", closes_on="2026-12-31"
    )
    args = {"campaign": [campaign.pk], "remind_campaign": [campaign.pk], "book_student": [sam.pk]}
    args |= {"call_in": [drop_in.pk], "leave_queue": [drop_in.pk], "book_with": [ada.pk]}
    args |= {"book_student_with": [sam.pk, ada.pk], "cancel_day_of": ["2026-11-30", ada.pk]}
    client = client_for(other_student)
    answers = {
        name: getattr(client, method)(reverse(f"advising:{name}", args=args.get(name, [appointment.pk]))).status_code
        for name in READ | SENT | BOTH
    }
    # What an address takes from nobody is refused before anyone looks.
    taken = TAKES.get(method, set())
    assert answers == {name: 404 if name in taken else 405 for name in answers}
    appointment.refresh_from_db()
    drop_in.refresh_from_db()
    assert (appointment.state, drop_in.state) == ("booked", "waiting")
