"""Booking, moving, cancelling, and what became of a meeting: who may, when, and what the other one hears."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from advising.choices import AppointmentState, NoteVisibility
from advising.exceptions import AdvisingError
from advising.models import (
    AgendaItem,
    Appointment,
    AvailabilityRule,
    MeetingPlace,
    Notification,
    OccupiedSlot,
)
from advising.services import booking as service
from tests import factories as make
from tests.advising.factories import make_advisor, make_appointment, make_assignment, make_note, make_student
from tests.factories import client_for

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
"""A Monday, 10 in the morning in New York."""
SLOT = datetime(2026, 11, 30, 14, tzinfo=UTC)
"""The Monday after, at nine."""
HALF = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Turn the clock with ``clock(moment)``; it begins at NOW."""

    def turn(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    turn(NOW)
    return turn


@pytest.fixture
def ada(advisor):
    """``advisor``, who takes appointments every morning from nine to eleven."""
    profile = make_advisor(advisor)
    for weekday in range(5):
        AvailabilityRule.objects.create(advisor=profile, weekday=weekday, starts_at=time(9), ends_at=time(11))
    return profile


@pytest.fixture
def sam(student, ada):
    """``student``, advised by ``ada``."""
    profile = make_student(student)
    make_assignment(profile, ada, starts_on=date(2026, 1, 1))
    return profile


def book(sam, ada, starts_at=SLOT, **values) -> Appointment:
    return service.book_appointment(sam, ada, **{"user": sam.user, "starts_at": starts_at, "mode": "video", **values})


def told() -> list[tuple[str, str]]:
    rows = Notification.objects.filter(kind="appointment").order_by("pk")
    return list(rows.values_list("user__first_name", "subject"))


# Booking


def test_a_student_books_and_the_advisor_hears_of_it(sam, ada):
    MeetingPlace.objects.create(advisor=ada, mode="video", place="https://meet.example.org/ada")
    appointment = book(sam, ada, agenda="  Which program?  ")
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.ends_at) == (SLOT, SLOT + HALF)
    assert (appointment.mode, appointment.place) == ("video", "https://meet.example.org/ada")
    assert (appointment.agenda, appointment.state, appointment.sequence) == ("Which program?", "booked", 0)
    assert list(OccupiedSlot.objects.order_by("person", "starts_at").values_list("person", "starts_at")) == sorted(
        (person, SLOT + timedelta(minutes=minutes)) for person in (sam.user_id, ada.user_id) for minutes in (0, 15)
    )
    assert told() == [("Ada", "Booked: Sam Student and Ada Advisor, Mon, Nov 30, 9:00 AM EST")]
    assert Notification.objects.get().link == f"/advising/appointments/{appointment.pk}/"
    assert list(appointment.events.values_list("user", "from_state", "to_state")) == [(sam.user_id, "", "booked")]


def test_what_waited_to_be_discussed_and_what_is_chosen_stand_on_the_agenda_once(sam, ada):
    program, title = make.make_offering().program, make.make_job_title()
    AgendaItem.objects.create(student=sam, program=program, added_by=sam.user)
    appointment = book(sam, ada, topics=[{"program": program}, {"job_title": title}])
    rows = appointment.agenda_items.values_list("program", "job_title", "added_by")
    assert list(rows) == [(program.pk, None, sam.user_id), (None, title.pk, sam.user_id)]


@pytest.mark.parametrize(
    ("starts_at", "message"),
    [
        (SLOT, "just been taken"),
        (SLOT + timedelta(minutes=15), "just been taken"),
        (SLOT + timedelta(hours=2), "just been taken"),
        (NOW + timedelta(minutes=30), "just been taken"),
        (SLOT + timedelta(days=70), "just been taken"),
    ],
    ids=["taken", "not on the grid", "outside the hours", "too soon", "too far ahead"],
)
def test_a_time_that_is_not_free_is_refused(sam, ada, starts_at, message):
    other = make_student()
    make_assignment(other, ada)
    book(other, ada)
    with pytest.raises(AdvisingError, match=message):
        book(sam, ada, starts_at)
    assert not sam.appointments.exists()


def test_nobody_meets_two_people_at_once(sam, ada):
    second = make_advisor()
    make_assignment(sam, second, kind="career")
    AvailabilityRule.objects.create(advisor=second, weekday=0, starts_at=time(9), ends_at=time(11))
    book(sam, ada)
    with pytest.raises(AdvisingError, match="another appointment at that time"):
        book(sam, second)
    assert book(sam, second, SLOT + HALF).starts_at == SLOT + HALF


def test_the_database_refuses_what_a_check_would_miss(sam, ada, monkeypatch):
    other = make_student()
    make_assignment(other, ada)
    free = service.free_slots(ada, SLOT.date(), SLOT.date())
    book(other, ada)
    monkeypatch.setattr(service, "free_slots", lambda *args, **kwargs: free)
    with pytest.raises(AdvisingError, match="just been taken"):
        book(sam, ada)
    assert (Appointment.objects.count(), OccupiedSlot.objects.count(), len(told())) == (1, 4, 1)


def test_a_mode_that_is_not_offered_is_refused(sam, ada):
    ada.availability.update(modes=["phone"])
    with pytest.raises(AdvisingError, match="you can meet: phone"):
        book(sam, ada, mode="in_person")


def test_students_book_their_advisors_and_their_units_and_nobody_else(sam, ada):
    peer, stranger, away = make_advisor(unit=ada.unit), make_advisor(), make_advisor(unit=ada.unit, is_active=False)
    assert list(service.bookable_advisors(sam, sam.user)) == [ada, peer]
    for profile in (stranger, away):
        AvailabilityRule.objects.create(advisor=profile, weekday=0, starts_at=time(9), ends_at=time(11))
        with pytest.raises(AdvisingError, match="cannot book this advisor"):
            book(sam, profile)


def test_nobody_books_for_a_student_they_do_not_advise(sam, ada, other_student, stranger_advisor, admin):
    make_student(other_student)
    make_advisor(stranger_advisor)
    for user in (other_student, stranger_advisor, admin):
        with pytest.raises(AdvisingError, match="cannot book"):
            book(sam, ada, user=user)


def test_staff_book_at_short_notice_and_both_hear_of_it_but_the_one_who_did(sam, ada):
    peer = make_advisor(unit=ada.unit)
    soon = NOW + timedelta(minutes=30)
    assert book(sam, ada, soon, user=peer.user).starts_at == soon
    assert [name for name, _ in told()] == ["Sam", "Ada"]


# Moving and cancelling


def test_moving_keeps_the_uid_raises_the_sequence_and_frees_the_old_time(sam, ada):
    appointment = book(sam, ada)
    Appointment.objects.update(reminded_at=NOW)
    moved = service.move_appointment(appointment, user=ada.user, starts_at=SLOT + HALF, mode="phone")
    moved.refresh_from_db()
    assert (moved.uid, moved.sequence, moved.reminded_at) == (appointment.uid, 1, None)
    assert (moved.starts_at, moved.ends_at, moved.mode) == (SLOT + HALF, SLOT + 2 * HALF, "phone")
    assert set(OccupiedSlot.objects.values_list("starts_at", flat=True)) == {SLOT + HALF, SLOT + HALF * 1.5}
    assert told()[1:] == [("Sam", "Moved: Sam Student and Ada Advisor, Mon, Nov 30, 9:30 AM EST")]


def test_a_move_to_a_taken_time_leaves_it_where_it_was(sam, ada):
    other = make_student()
    make_assignment(other, ada)
    book(other, ada, SLOT + HALF)
    appointment = book(sam, ada)
    with pytest.raises(AdvisingError, match="just been taken"):
        service.move_appointment(appointment, user=sam.user, starts_at=SLOT + HALF)
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.sequence, appointment.slots.count()) == (SLOT, 0, 4)


def test_cancelling_frees_the_time_and_lets_the_agenda_wait(sam, ada):
    appointment = book(sam, ada, topics=[{"job_title": make.make_job_title()}])
    service.cancel_appointment(appointment, user=sam.user)
    appointment.refresh_from_db()
    assert (appointment.state, appointment.sequence) == ("cancelled_by_student", 1)
    assert not OccupiedSlot.objects.exists()
    assert sam.agenda_items.get().appointment is None
    assert told()[-1] == ("Ada", "Cancelled: Sam Student and Ada Advisor, Mon, Nov 30, 9:00 AM EST")
    again = book(sam, ada)
    assert sam.agenda_items.get().appointment == again


def test_staff_say_why_they_cancel_and_the_reason_is_not_mailed(sam, ada):
    appointment = book(sam, ada)
    with pytest.raises(AdvisingError, match="Say why"):
        service.cancel_appointment(appointment, user=ada.user, reason="  ")
    service.cancel_appointment(appointment, user=ada.user, reason="I am ill")
    appointment.refresh_from_db()
    assert (appointment.state, appointment.state_reason) == ("cancelled_by_advisor", "I am ill")
    assert "ill" not in told()[-1][1]


def test_students_change_until_the_cut_off_and_staff_until_it_begins(sam, ada, clock):
    appointment = book(sam, ada)
    clock(SLOT - service.CUT_OFF)
    for change in (
        lambda user: service.cancel_appointment(appointment, user=user, reason="Ill"),
        lambda user: service.move_appointment(appointment, user=user, starts_at=SLOT + HALF),
    ):
        with pytest.raises(AdvisingError, match="until 4 hours before"):
            change(sam.user)
    clock(SLOT)
    with pytest.raises(AdvisingError, match="too soon"):
        service.cancel_appointment(appointment, user=ada.user, reason="Ill")
    clock(SLOT - timedelta(minutes=1))
    assert service.cancel_appointment(appointment, user=ada.user, reason="Ill").state == "cancelled_by_advisor"
    with pytest.raises(AdvisingError, match="cancelled by the advisor"):
        service.move_appointment(appointment, user=ada.user, starts_at=SLOT + HALF)


def test_a_stranger_changes_nothing(sam, ada, other_student, stranger_advisor):
    make_advisor(stranger_advisor)
    appointment = book(sam, ada)
    for user in (other_student, stranger_advisor):
        with pytest.raises(AdvisingError, match="cannot change"):
            service.cancel_appointment(appointment, user=user, reason="Mischief")
        with pytest.raises(AdvisingError, match="cannot change"):
            service.move_appointment(appointment, user=user, starts_at=SLOT + HALF)
        with pytest.raises(AdvisingError, match="Only the student’s advisors"):
            service.change_state(appointment, "excused", user=user)


def test_cancel_my_day(sam, ada, clock):
    other = make_student()
    make_assignment(other, ada)
    for student, at in ((sam, SLOT), (other, SLOT + HALF), (other, SLOT + timedelta(days=1))):
        book(student, ada, at)
    clock(SLOT + timedelta(minutes=5))
    cancelled = service.cancel_day(ada, SLOT.date(), user=ada.user, reason="A burst pipe")
    assert [appointment.starts_at for appointment in cancelled] == [SLOT + HALF]
    assert service.cancel_day(ada, SLOT.date(), user=ada.user, reason="A burst pipe") == []
    assert ada.availability_exceptions.count() == 1
    assert Appointment.objects.filter(state="booked").count() == 2
    assert service.free_slots(ada, SLOT.date(), SLOT.date(), lead=False) == []
    with pytest.raises(AdvisingError, match="Only the advisor"):
        service.cancel_day(ada, SLOT.date(), user=make_advisor(unit=ada.unit).user, reason="A burst pipe")


# What became of it


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


# Reminders


def test_students_are_reminded_once_of_the_next_day(sam, ada, clock):
    appointment = book(sam, ada)
    assert service.remind_upcoming() == 0
    clock(SLOT - timedelta(hours=23))
    assert (service.remind_upcoming(), service.remind_upcoming()) == (1, 0)
    assert told()[-1] == ("Sam", "Reminder: you meet Ada Advisor on Mon, Nov 30, 9:00 AM EST")
    service.move_appointment(appointment, user=ada.user, starts_at=SLOT + HALF)
    assert (service.remind_upcoming(), service.remind_upcoming()) == (1, 0)
    service.cancel_appointment(appointment, user=ada.user, reason="Ill")
    Appointment.objects.update(reminded_at=None)
    assert service.remind_upcoming() == 0


# Pages


def at(moment) -> str:
    return str(int(moment.timestamp()))


def test_a_student_books_moves_and_cancels_on_the_pages(sam, ada):
    client = client_for(sam.user)
    choose = client.get(reverse("advising:book"))
    assert (choose.status_code, choose.url) == (302, reverse("advising:book_with", args=[ada.pk]))
    address = choose.url
    assert f"{address}?at={at(SLOT)}" in client.get(f"{address}?week=2026-11-30").text
    assert "Monday, Nov 30, 2026" in client.get(f"{address}?at={at(SLOT)}").text
    answer = client.post(address, {"at": at(SLOT), "where": "phone", "agenda": "Money"})
    appointment = Appointment.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("advising:appointment", args=[appointment.pk]))
    assert "Money" in client.get(answer.url).text
    client.post(reverse("advising:move_appointment", args=[appointment.pk]), {"at": at(SLOT + HALF), "where": "video"})
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
    answer = client.post(address, {"at": at(SLOT), "where": "phone"})
    assert answer.status_code == 409
    assert "That time has just been taken; these are still free." in answer.text
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
    client_for(sam.user).post(address, {"at": at(SLOT), "where": "phone", **posted})
    appointment = Appointment.objects.get()
    assert (appointment.student, appointment.state, appointment.place) == (sam, "booked", "")
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


def statements(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


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
    make_appointment(sam, ada, starts_in=-timedelta(days=9), state="completed")
    pages.append((adviser, reverse("advising:appointment", args=[first.pk])))
    before = [statements(*page) for page in pages]
    for number in (1, 2):
        service.add_topics(first, [{"job_title": job()}], user=sam.user)
        book(sam, ada, SLOT + number * HALF, topics=[{"job_title": job()}])
        make_appointment(sam, ada, starts_in=-timedelta(days=9 + number), state="no_show")
    assert [statements(*page) for page in pages] == before
