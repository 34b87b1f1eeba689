"""Booking, moving, cancelling, and what became of a meeting: who may, when, and what the other one hears."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from advising.exceptions import AdvisingError
from advising.models import AgendaItem, Appointment, AvailabilityRule, Notification, OccupiedSlot
from advising.services import booking as service
from advising.services import meetings
from advising.services.outcomes import change_state
from tests import factories as make
from tests.advising.appointments.meetings import HALF, NOW, SLOT, at, book, both, told
from tests.advising.factories import make_advisor, make_assignment, make_places, make_student
from tests.factories import client_for

pytestmark = pytest.mark.django_db


# Booking


def test_a_student_books_and_both_have_it_confirmed(sam, ada):
    appointment = book(sam, ada, agenda="  Which program?  ")
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.ends_at) == (SLOT, SLOT + HALF)
    assert (appointment.mode, appointment.place) == ("video", "https://meet.example.org/ada")
    assert (appointment.agenda, appointment.state, appointment.sequence) == ("Which program?", "booked", 0)
    assert list(OccupiedSlot.objects.order_by("person", "starts_at").values_list("person", "starts_at")) == sorted(
        (person, SLOT + timedelta(minutes=minutes)) for person in (sam.user_id, ada.user_id) for minutes in (0, 15)
    )
    assert told() == both("Booked: Sam Student and Ada Advisor, Mon, Nov 30, 9:00 AM EST")
    assert set(Notification.objects.values_list("link", "appointment")) == {
        (f"/advising/appointments/{appointment.pk}/", appointment.pk)
    }
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
        (SLOT, "That time has just been taken. Choose another."),
        (SLOT + HALF / 2, "No appointment with Ada Advisor begins at that time. Choose another."),
        (SLOT + timedelta(hours=2), "That time is outside the hours of Ada Advisor. Choose another."),
        (SLOT - timedelta(days=1), "That time is outside the hours of Ada Advisor. Choose another."),
        (NOW - HALF, "That time has passed. Choose one to come."),
        (NOW + HALF, "That is too soon: book Ada Advisor at least 12 hours ahead."),
        (SLOT + timedelta(days=70), "That is too far ahead: book Ada Advisor at most 60 days ahead."),
        (SLOT + timedelta(days=1), "Ada Advisor takes no appointments on that day. Choose another."),
        (SLOT + timedelta(days=2), "Ada Advisor takes no appointments at that time. Choose another."),
        (SLOT + timedelta(days=2) - HALF / 2, "That time is outside the hours of Ada Advisor. Choose another."),
        (SLOT + timedelta(days=3), "You have another appointment at that time. Choose another."),
        (SLOT + timedelta(days=4), "Ada Advisor has not said where to meet at that time. Choose another."),
    ],
    ids=[
        "taken", "not on the grid", "after the hours", "on a Sunday", "past", "too soon", "too far ahead",
        "closed day", "closed hour", "before the hours", "own", "no place",
    ],
)  # fmt: skip
def test_each_time_that_is_not_free_is_refused_with_its_own_reason(sam, ada, starts_at, message):
    other, second = make_student(), make_advisor()
    make_assignment(other, ada)
    make_assignment(sam, second, kind="career")
    make_places(second)
    AvailabilityRule.objects.create(advisor=second, weekday=3, starts_at=time(9), ends_at=time(11))
    book(other, ada)
    book(sam, second, SLOT + timedelta(days=3))
    ada.availability_exceptions.create(day=SLOT + timedelta(days=1))
    ada.availability_exceptions.create(day=SLOT + timedelta(days=2), starts_at=time(9), ends_at=time(9, 15))
    ada.availability.filter(weekday=4).update(modes=["phone"])
    ada.meeting_places.filter(mode="phone").delete()
    with pytest.raises(AdvisingError) as refused:
        book(sam, ada, starts_at)
    assert str(refused.value) == message
    page = client_for(sam.user).get(f"{reverse('advising:book_with', args=[ada.pk])}?at={at(starts_at)}")
    assert (page.status_code, message in page.text) == (409, True)
    assert NOW.date() <= page.context["week"].days[0].date <= SLOT.date(), "a week in which there can be free times"
    assert sam.appointments.count() == 1


def test_staff_are_told_whose_booking_stands_in_the_way(sam, ada):
    second = make_advisor()
    make_assignment(sam, second, kind="career")
    make_places(second)
    AvailabilityRule.objects.create(advisor=second, weekday=0, starts_at=time(9), ends_at=time(11))
    book(sam, ada)
    with pytest.raises(AdvisingError, match="Sam Student has another appointment at that time"):
        book(sam, second, user=second.user)


@pytest.mark.parametrize("mode", ["video", "phone", "in_person"])
def test_nothing_is_offered_or_booked_without_a_place(sam, ada, mode):
    ada.meeting_places.filter(mode=mode).delete()
    assert all(mode not in slot.modes for slot in service.free_slots(ada, SLOT.date(), SLOT.date()))
    with pytest.raises(AdvisingError, match="At that time you can meet"):
        book(sam, ada, mode=mode)
    ada.meeting_places.all().delete()
    assert service.free_slots(ada, SLOT.date(), SLOT.date()) == []


def test_nobody_meets_two_people_at_once(sam, ada):
    second = make_advisor()
    make_places(second)
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
    assert (Appointment.objects.count(), OccupiedSlot.objects.count(), len(told())) == (1, 4, 2)


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


def test_staff_book_at_short_notice_and_both_who_meet_hear_of_it(sam, ada):
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
    assert told()[2:] == both("Moved: Sam Student and Ada Advisor, Mon, Nov 30, 9:30 AM EST")


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
    assert told()[2:] == both("Cancelled: Sam Student and Ada Advisor, Mon, Nov 30, 9:00 AM EST")
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
    clock(SLOT - meetings.CUT_OFF)
    for change in (
        lambda user: service.cancel_appointment(appointment, user=user, reason="Ill"),
        lambda user: service.move_appointment(appointment, user=user, starts_at=SLOT + HALF),
    ):
        with pytest.raises(AdvisingError, match="until 4 hours before"):
            change(sam.user)
    clock(SLOT)
    with pytest.raises(AdvisingError, match="has begun"):
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
            change_state(appointment, "excused", user=user)


def test_cancel_my_day(sam, ada, clock):
    other = make_student()
    make_assignment(other, ada)
    for student, moment in ((sam, SLOT), (other, SLOT + HALF), (other, SLOT + timedelta(days=1))):
        book(student, ada, moment)
    clock(SLOT + timedelta(minutes=5))
    cancelled = service.cancel_day(ada, SLOT.date(), user=ada.user, reason="A burst pipe")
    assert [appointment.starts_at for appointment in cancelled] == [SLOT + HALF]
    assert service.cancel_day(ada, SLOT.date(), user=ada.user, reason="A burst pipe") == []
    assert ada.availability_exceptions.count() == 1
    assert Appointment.objects.filter(state="booked").count() == 2
    assert service.free_slots(ada, SLOT.date(), SLOT.date(), with_notice=False) == []
    with pytest.raises(AdvisingError, match="Only the advisor and a lead of their unit"):
        service.cancel_day(ada, SLOT.date(), user=make_advisor(unit=ada.unit).user, reason="A burst pipe")
    with pytest.raises(AdvisingError, match="This day is over"):
        service.cancel_day(ada, SLOT.date() - timedelta(days=1), user=ada.user, reason="A burst pipe")
