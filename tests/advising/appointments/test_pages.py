"""The pages of appointments: booking, moving, cancelling, the advisor's week and day."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from advising.choices import NoteVisibility
from advising.models import Appointment
from advising.services import booking as service
from tests import factories as make
from tests.advising.appointments.meetings import HALF, SLOT, at, book, told
from tests.advising.factories import make_appointment, make_assignment, make_note, make_student, place_key
from tests.advising.statements import statements
from tests.factories import client_for

pytestmark = pytest.mark.django_db


def test_a_student_books_moves_and_cancels_on_the_pages(sam, ada):
    client = client_for(sam.user)
    choose = client.get(reverse("advising:book"))
    assert (choose.status_code, choose.url) == (302, reverse("advising:book_with", args=[ada.pk]))
    address = choose.url
    assert f"{address}?at={at(SLOT)}" in client.get(f"{address}?week=2026-11-30").text
    assert "Monday, Nov 30, 2026" in client.get(f"{address}?at={at(SLOT)}").text
    answer = client.post(address, {"at": at(SLOT), "where": place_key(ada, "phone"), "agenda": "Money"})
    appointment = Appointment.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("advising:appointment", args=[appointment.pk]))
    assert "Money" in client.get(answer.url).text
    client.post(
        reverse("advising:move_appointment", args=[appointment.pk]),
        {"at": at(SLOT + HALF), "where": place_key(ada, "video")},
    )
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.mode) == (SLOT + HALF, "video")
    client.post(reverse("advising:cancel_appointment", args=[appointment.pk]), {"reason": ""})
    appointment.refresh_from_db()
    assert appointment.state == "cancelled_by_student"


def test_who_comes_second_gets_a_clear_page_with_what_is_still_free(sam, ada):
    other = make_student()
    make_assignment(other, ada)
    address = reverse("advising:book_with", args=[ada.pk])
    client = client_for(sam.user)
    assert client.get(f"{address}?at={at(SLOT)}").status_code == 200
    book(other, ada)
    answer = client.post(address, {"at": at(SLOT), "where": place_key(ada, "phone")})
    assert answer.status_code == 409
    assert "That time has just been taken. Choose another." in answer.text
    assert f"?at={at(SLOT + HALF)}" in answer.text
    assert f"?at={at(SLOT)}" not in answer.text
    assert not sam.appointments.exists()


@pytest.mark.parametrize(
    "query", ["week=soon", "week=9999-12-31", "week=0001-01-01", "at=abc", "at=-5", "at=%C2%B2", f"at={'9' * 40}"]
)
def test_a_broken_address_gives_the_week_and_no_error(sam, ada, query):
    answer = client_for(sam.user).get(f"{reverse('advising:book_with', args=[ada.pk])}?{query}")
    assert answer.status_code == 200
    assert "Free times of Ada Advisor" in answer.text


def test_looking_and_choosing_a_time_write_nothing(sam, ada):
    client = client_for(sam.user)
    client.get(f"{reverse('advising:book_with', args=[ada.pk])}?at={at(SLOT)}")
    appointment = book(sam, ada)
    for name in ("move_appointment", "cancel_appointment"):
        client.get(f"{reverse(f'advising:{name}', args=[appointment.pk])}?at={at(SLOT + HALF)}&state=no_show")
    appointment.refresh_from_db()
    assert (Appointment.objects.count(), appointment.state, appointment.starts_at) == (1, "booked", SLOT)


def test_fields_above_ones_right_are_ignored(sam, ada, other_student):
    victim = make_student(other_student)
    address = reverse("advising:book_with", args=[ada.pk])
    posted = {"student": victim.pk, "state": "completed", "place": "My house", "booked_by": ada.user_id}
    client_for(sam.user).post(address, {"at": at(SLOT), "where": place_key(ada, "phone"), **posted})
    appointment = Appointment.objects.get()
    assert (appointment.student, appointment.state, appointment.place) == (sam, "booked", "555-0140")
    assert appointment.booked_by == sam.user


def test_everything_of_another_student_is_unknown(sam, ada, other_student):
    make_student(other_student)
    appointment = book(sam, ada)
    client = client_for(other_student)
    for name in ("appointment", "appointment_file", "move_appointment", "cancel_appointment", "appointment_state"):
        address = reverse(f"advising:{name}", args=[appointment.pk])
        assert client.get(address).status_code == 404
        assert client.post(address, {"reason": "Mischief", "state": "excused"}).status_code in (404, 405)
    for name, args in (("book_student", [sam.pk]), ("book_student_with", [sam.pk, ada.pk])):
        assert client.get(reverse(f"advising:{name}", args=args)).status_code == 404
    appointment.refresh_from_db()
    assert appointment.state == "booked"


def test_the_student_cannot_say_what_became_of_it(sam, ada, clock):
    appointment = book(sam, ada)
    clock(SLOT + HALF)
    address = reverse("advising:appointment_state", args=[appointment.pk])
    assert client_for(sam.user).post(address, {"state": "completed"}).status_code == 403


def test_the_day_checks_in_with_one_click(sam, ada, clock):
    appointment = book(sam, ada)
    clock(SLOT)
    client = client_for(ada.user)
    day = reverse("advising:calendar_day", args=["2026-11-30"])
    assert "Checked in<span" in client.get(day).text
    address = reverse("advising:appointment_state", args=[appointment.pk])
    answer = client.post(address, {"state": "checked_in", "back": "day"})
    assert (answer.status_code, answer.url) == (302, day)
    late = client.post(address, {"state": "no_show"})
    assert (late.status_code, "Select a valid choice" in late.text) == (200, True)
    appointment.refresh_from_db()
    assert appointment.state == "checked_in"


def test_the_week_says_of_days_to_come_alone_what_is_free(sam, ada, clock):
    clock(SLOT + timedelta(days=2, minutes=1))
    page = client_for(ada.user).get(reverse("advising:calendar")).text
    # Wednesday, just past nine: two days are past, this one has three times left, and the weekend has none.
    assert re.findall(r"(\d+) free", page) == ["3", "4", "4", "0", "0"]


@pytest.mark.parametrize("day", ["2026-13-01", "tomorrow", "9999-12-31", "20261130"])
def test_a_day_that_is_none_is_not_found(ada, day):
    assert client_for(ada.user).get(reverse("advising:calendar_day", args=[day])).status_code == 404


def test_an_agenda_is_read_in_the_portal_alone(sam, ada):
    canary = "CANARY-agenda"
    appointment = book(sam, ada, agenda=canary)
    make_note(sam, ada, visibility=NoteVisibility.AUTHOR_ONLY, body=canary, appointment=appointment)
    for name, args in (("calendar", []), ("calendar_day", ["2026-11-30"]), ("appointment_file", [appointment.pk])):
        assert canary not in client_for(ada.user).get(reverse(f"advising:{name}", args=args)).text
    assert canary not in "".join(subject for _, subject in told()) + str(appointment)


def test_pages_take_as_many_statements_for_one_appointment_as_for_three(sam, ada):
    student, adviser = client_for(sam.user), client_for(ada.user)
    job = make.make_job_title
    pages = [
        (student, reverse("advising:appointments")),
        (student, f"{reverse('advising:book_with', args=[ada.pk])}?week=2026-11-30"),
        (adviser, f"{reverse('advising:calendar')}?week=2026-11-30"),
        (adviser, reverse("advising:calendar_day", args=["2026-11-30"])),
    ]
    first = book(sam, ada, topics=[{"job_title": job()}])
    for name in ("move_appointment", "cancel_appointment"):
        address = reverse(f"advising:{name}", args=[first.pk])
        pages += [(student, address), (adviser, address)]
    move = reverse("advising:move_appointment", args=[first.pk])
    pages.append((student, f"{move}?at={at(SLOT + timedelta(days=1))}"))
    make_appointment(sam, ada, starts_in=-timedelta(days=9), state="completed")
    pages.append((adviser, reverse("advising:appointment", args=[first.pk])))
    before = [statements(*page) for page in pages]
    for number in (1, 2):
        service.add_topics(first, [{"job_title": job()}], user=sam.user)
        book(sam, ada, SLOT + number * HALF, user=ada.user, topics=[{"job_title": job()}])
        make_appointment(sam, ada, starts_in=-timedelta(days=9 + number), state="no_show")
    assert [statements(*page) for page in pages] == before
