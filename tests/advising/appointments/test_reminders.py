"""Reminders: once for each time of a meeting, in the student's zone, and never for one that is not there any more."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command

from advising.models import Appointment, Notification
from advising.services import booking, outbox, places, reminders, transfer
from tests.advising.appointments.meetings import HALF, SLOT, book, told
from tests.advising.factories import make_advisor

pytestmark = pytest.mark.django_db


class DownBackend(EmailBackend):
    """A mail server that nobody reaches."""

    def open(self):
        raise ConnectionRefusedError


@pytest.fixture
def server(settings):
    """Turn the mail server off and on with ``server(is_up)``."""

    def turn(is_up):
        kind = "django.core.mail.backends.locmem.EmailBackend" if is_up else f"{__name__}.DownBackend"
        settings.EMAIL_BACKEND = kind

    return turn


def reminders_mailed() -> list[str]:
    return [sent.subject for sent in mail.outbox if sent.subject.startswith("Reminder")]


def run(server, *, is_up) -> None:
    server(is_up)
    if is_up:
        call_command("send_notifications")
        return
    with pytest.raises(CommandError, match="cannot be reached"):
        call_command("send_notifications")


def test_students_are_reminded_once_of_the_next_day(sam, ada, clock):
    appointment = book(sam, ada)
    assert reminders.remind_upcoming() == 0
    clock(SLOT - timedelta(hours=23))
    assert (reminders.remind_upcoming(), reminders.remind_upcoming()) == (1, 0)
    assert told()[-1] == ("Sam", "Reminder: you meet Ada Advisor on Mon, Nov 30, 9:00 AM EST")
    booking.move_appointment(appointment, user=ada.user, starts_at=SLOT + timedelta(days=3))
    clock(SLOT + timedelta(days=2, hours=1))
    assert (reminders.remind_upcoming(), reminders.remind_upcoming()) == (1, 0)
    booking.cancel_appointment(appointment, user=ada.user, reason="Ill")
    Appointment.objects.update(reminded_at=None)
    assert reminders.remind_upcoming() == 0


def test_a_reminder_and_every_message_show_the_students_own_clock(sam, ada, clock):
    sam.time_zone = "America/Los_Angeles"
    sam.save()
    appointment = book(sam, ada, user=ada.user)
    clock(SLOT - timedelta(hours=23))
    reminders.remind_upcoming()
    assert told() == [
        ("Sam", "Booked: Sam Student and Ada Advisor, Mon, Nov 30, 6:00 AM PST"),
        ("Ada", "Booked: Sam Student and Ada Advisor, Mon, Nov 30, 9:00 AM EST"),
        ("Sam", "Reminder: you meet Ada Advisor on Mon, Nov 30, 6:00 AM PST"),
    ]
    booking.cancel_appointment(appointment, user=sam.user)
    assert told()[-1] == ("Ada", "Cancelled: Sam Student and Ada Advisor, Mon, Nov 30, 9:00 AM EST")


def test_a_reminder_survives_a_mail_server_that_is_down_and_is_mailed_once(sam, ada, clock, server):
    book(sam, ada)
    clock(SLOT - timedelta(hours=23))
    run(server, is_up=False)
    run(server, is_up=False)
    assert reminders_mailed() == []
    clock(SLOT - timedelta(hours=20))
    run(server, is_up=True)
    run(server, is_up=True)
    assert reminders_mailed() == ["Reminder: you meet Ada Advisor on Mon, Nov 30, 9:00 AM EST"]


def cancel(appointment, ada):
    booking.cancel_appointment(appointment, user=ada.user, reason="Ill")


def move_away(appointment, ada):
    booking.move_appointment(appointment, user=ada.user, starts_at=SLOT + timedelta(days=3))


def nothing(appointment, ada):
    """The meeting has begun while the server was down."""


@pytest.mark.parametrize("change", [cancel, move_away, nothing])
def test_what_the_mail_server_kept_waiting_is_taken_back(sam, ada, clock, server, change):
    appointment = book(sam, ada)
    clock(SLOT - timedelta(hours=23))
    run(server, is_up=False)
    change(appointment, ada)
    clock(SLOT + HALF)
    run(server, is_up=True)
    assert reminders_mailed() == []
    assert Notification.objects.get(subject__startswith="Reminder").mail_state == "none"
    assert reminders.withdraw_reminders() == 0


def test_what_was_given_up_is_not_taken_up_again_for_a_meeting_that_is_over(sam, ada, clock):
    book(sam, ada)
    clock(SLOT - timedelta(hours=23))
    reminders.remind_upcoming()
    Notification.objects.update(mail_state="failed")
    clock(SLOT + HALF)
    call_command("send_notifications", retry_failed=True)
    assert reminders_mailed() == []
    assert len(mail.outbox) == 2, "that it was booked is still true"


def test_a_moved_meeting_is_reminded_of_at_its_new_time_alone(sam, ada, clock, server):
    appointment = book(sam, ada)
    clock(SLOT - timedelta(hours=23))
    run(server, is_up=False)
    booking.move_appointment(appointment, user=ada.user, starts_at=SLOT + timedelta(days=3))
    run(server, is_up=True)
    assert reminders_mailed() == []
    clock(SLOT + timedelta(days=2, hours=1))
    run(server, is_up=True)
    assert reminders_mailed() == ["Reminder: you meet Ada Advisor on Thu, Dec 3, 9:00 AM EST"]


def hand_over(appointment, ada):
    keeper = make_advisor(lead=True, unit=ada.unit)
    transfer.transfer_students([appointment.student], user=keeper.user, to=keeper)


def move_on(appointment, ada):
    booking.move_appointment(appointment, user=ada.user, starts_at=SLOT + HALF)


def change_place(appointment, ada):
    places.change_place(appointment, user=ada.user, mode="video", place="https://meet.example.org/new")


@pytest.mark.parametrize("change", [hand_over, move_on, change_place])
def test_who_was_told_of_a_change_within_the_last_day_is_not_reminded_as_well(sam, ada, clock, server, change):
    """Neither by the reminder that tells of what was, nor by another in the same hour."""
    appointment = book(sam, ada)
    clock(SLOT - timedelta(hours=23))
    run(server, is_up=False)
    change(appointment, ada)
    run(server, is_up=True)
    clock(SLOT - timedelta(hours=1))
    run(server, is_up=True)
    assert reminders_mailed() == []
    appointment.refresh_from_db()
    advisor = appointment.advisor
    what = {hand_over: "Handed over", move_on: "Moved", change_place: "New place or link"}[change]
    at = "9:30 AM" if change is move_on else "9:00 AM"
    assert f"{what}: Sam Student and {advisor}, Mon, Nov 30, {at} EST" in [sent.subject for sent in mail.outbox]


def test_a_meeting_that_is_booked_within_the_window_brings_its_confirmation_and_no_reminder(sam, ada, clock, server):
    clock(SLOT - timedelta(hours=24))
    book(sam, ada)
    run(server, is_up=True)
    assert sorted((sent.to, sent.subject) for sent in mail.outbox) == [
        ([user.email], "Booked: Sam Student and Ada Advisor, Mon, Nov 30, 9:00 AM EST")
        for user in (ada.user, sam.user)
    ]
    clock(SLOT - timedelta(hours=1))
    run(server, is_up=True)
    assert reminders_mailed() == []


def test_nobody_is_mailed_whose_account_is_closed(sam, ada, clock):
    book(sam, ada, user=ada.user)
    clock(SLOT - timedelta(hours=23))
    sam.user.is_active = False
    sam.user.save()
    reminders.remind_upcoming()
    assert (outbox.send_waiting().sent, [sent.to for sent in mail.outbox]) == (1, [[ada.user.email]])
