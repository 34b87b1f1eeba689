"""Calendar files and feeds: what calendars read, by a parser that is not ours."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from advising.models import CalendarFeed
from advising.services import booking, outbox
from advising.services.calendars import end_feed, feed_owner, make_feed
from tests.advising.factories import make_advisor, make_appointment, make_assignment, make_student, make_topic
from tests.advising.statements import statements
from tests.factories import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(sam, ada):
    day = timezone.localdate() + timedelta(days=3)
    slot = booking.free_slots(ada, day, day)[0]
    facts = {"starts_at": slot.starts_at, "mode": "phone", "agenda": "CANARY-agenda"}
    return booking.book_appointment(sam, ada, user=sam.user, **facts)


def only_event(answer):
    """The one event of an answer, which has to be a calendar by the parser's rules."""
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    calendar = Calendar.from_ical(answer.content)
    assert (str(calendar["VERSION"]), calendar.errors) == ("2.0", [])
    (event,) = calendar.events
    assert event.errors == []
    return event


def download(user, meeting):
    return only_event(client_for(user).get(reverse("advising:appointment_file", args=[meeting.pk])))


def test_a_file_says_when_where_and_with_whom(sam, meeting):
    meeting.place = "Room 4; second floor, left"
    meeting.save()
    event = download(sam.user, meeting)
    assert (event.start, event.end) == (meeting.starts_at, meeting.ends_at)
    assert event.start.utcoffset() == timedelta(0)
    assert (str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == (str(meeting.uid), 0, "CONFIRMED")
    assert str(event["SUMMARY"]) == "Advising appointment with Ada Advisor"
    assert str(event["LOCATION"]) == "Room 4; second floor, left"
    assert str(event["URL"]).endswith(f"/advising/appointments/{meeting.pk}/")


def test_the_advisors_calendar_shortens_the_students_name(ada, meeting):
    assert str(download(ada.user, meeting)["SUMMARY"]) == "Advising appointment with Sam S."


def test_moving_keeps_the_uid_and_raises_the_sequence_and_cancelling_says_so(sam, ada, meeting):
    seen = [download(sam.user, meeting)]
    booking.move_appointment(meeting, user=sam.user, starts_at=meeting.starts_at + timedelta(hours=1))
    seen.append(download(sam.user, meeting))
    booking.cancel_appointment(meeting, user=ada.user, reason="CANARY-reason")
    seen.append(download(sam.user, meeting))
    assert {str(event["UID"]) for event in seen} == {str(meeting.uid)}
    assert [event["SEQUENCE"] for event in seen] == [0, 1, 2]
    assert [str(event["STATUS"]) for event in seen] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert seen[1].start - seen[0].start == timedelta(hours=1)


def test_a_feed_needs_no_sign_in_and_holds_no_text_of_the_record(sam, ada, meeting, visitor):
    booking.cancel_appointment(meeting, user=ada.user, reason="CANARY-reason")
    for person in (sam.user, ada.user):
        answer = visitor.get(reverse("advising:feed", args=[make_feed(person)]))
        assert str(only_event(answer)["UID"]) == str(meeting.uid)
        assert "CANARY" not in answer.text
        assert "no-store" in answer["Cache-Control"]


def test_a_feed_says_how_often_to_fetch_it_and_a_file_does_not(sam, ada, meeting, visitor):
    answer = visitor.get(reverse("advising:feed", args=[make_feed(sam.user)]))
    calendar = Calendar.from_ical(answer.content)
    assert (calendar.refresh_interval, str(calendar["X-PUBLISHED-TTL"])) == (timedelta(minutes=30), "PT30M")
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT30M\r\n" in answer.content.decode()
    file = client_for(sam.user).get(reverse("advising:appointment_file", args=[meeting.pk])).text
    assert ("REFRESH-INTERVAL" in file, "X-PUBLISHED-TTL" in file) == (False, False)


def mailed() -> dict[str, list]:
    """The mails of the outbox by address: subjects, each with the event of its calendar file (None without one)."""
    mail.outbox.clear()
    outbox.send_waiting()
    found = {}
    for sent in mail.outbox:
        files = [Calendar.from_ical(content) for name, content, kind in sent.attachments if kind == "text/calendar"]
        events = [event for calendar in files for event in calendar.events] or [None]
        found.setdefault(sent.to[0], []).append((sent.subject.partition(":")[0], *events))
        assert "CANARY" not in str(sent.message())
    return found


def test_whoever_books_moves_or_cancels_both_get_the_file_by_mail(sam, ada, meeting):
    """By the outbox, so after the booking stands; each as their own calendar shows it, and always as it is now."""
    people = {
        sam.user.email: "Advising appointment with Ada Advisor",
        ada.user.email: "Advising appointment with Sam S.",
    }

    def expect(what, sequence, status):
        mails = mailed()
        assert mails.keys() == people.keys()
        for address, [(subject, event)] in mails.items():
            assert (subject, str(event["SUMMARY"]), str(event["UID"])) == (what, people[address], str(meeting.uid))
            assert (event["SEQUENCE"], str(event["STATUS"]), event.start) == (sequence, status, meeting.starts_at)
            assert str(event["LOCATION"]) == "555-0140"

    expect("Booked", 0, "CONFIRMED")
    meeting = booking.move_appointment(meeting, user=ada.user, starts_at=meeting.starts_at + timedelta(hours=1))
    expect("Moved", 1, "CONFIRMED")
    meeting = booking.cancel_appointment(meeting, user=ada.user, reason="CANARY-reason")
    expect("Cancelled", 2, "CANCELLED")


def test_staff_who_book_for_a_student_have_it_confirmed_to_both(sam, ada):
    peer = make_advisor(unit=ada.unit)
    day = timezone.localdate() + timedelta(days=3)
    slot = booking.free_slots(ada, day, day)[0]
    booking.book_appointment(sam, ada, user=peer.user, starts_at=slot.starts_at, mode="phone")
    assert {address: len(mails) for address, mails in mailed().items()} == {sam.user.email: 1, ada.user.email: 1}


def test_a_booking_that_is_taken_back_mails_nobody(sam, ada):
    day = timezone.localdate() + timedelta(days=3)
    slot = booking.free_slots(ada, day, day)[0]
    with transaction.atomic():
        booking.book_appointment(sam, ada, user=sam.user, starts_at=slot.starts_at, mode="phone")
        transaction.set_rollback(True)
    assert (mailed(), sam.appointments.count()) == ({}, 0)


def test_the_file_is_of_what_its_reader_may_still_see(sam, ada, meeting):
    ada.is_active = False
    ada.save()
    [(subject, event)] = mailed()[ada.user.email]
    assert (subject, event) == ("Booked", None)
    assert "attached" not in next(sent.body for sent in mail.outbox if sent.to == [ada.user.email])
    assert "The attached file puts it into your calendar" in mail.outbox[0].body


def test_a_feed_holds_what_its_owner_takes_part_in_of_the_last_month_on(sam, ada, meeting, visitor):
    peer = make_advisor(unit=ada.unit)
    make_appointment(sam, ada, starts_in=-timedelta(days=31))
    theirs = make_appointment(make_student(), peer)
    make_assignment(theirs.student, peer)
    event = only_event(visitor.get(reverse("advising:feed", args=[make_feed(ada.user)])))
    assert str(event["UID"]) == str(meeting.uid)


def test_only_the_digest_is_kept_and_a_new_address_ends_the_old(student):
    old = make_feed(student)
    new = make_feed(student)
    assert (feed_owner(old), feed_owner(new)) == (None, student)
    assert new not in CalendarFeed.objects.get().token_digest
    end_feed(student)
    assert feed_owner(new) is None


def test_the_feed_of_a_closed_account_or_an_ended_advisor_gives_nothing(ada, meeting, visitor):
    address = reverse("advising:feed", args=[make_feed(ada.user)])
    ada.is_active = False
    ada.save()
    assert Calendar.from_ical(visitor.get(address).content).events == []
    ada.user.is_active = False
    ada.user.save()
    assert visitor.get(address).status_code == 404


def test_the_address_is_shown_once(student, visitor):
    client = client_for(student)
    address = reverse("advising:feed_settings")
    assert not CalendarFeed.objects.exists()
    client.get(address)
    assert not CalendarFeed.objects.exists(), "looking makes none"
    shown = client.post(address, {"action": "make"}).text
    link = shown.partition("<code")[2].partition(">")[2].partition("</code>")[0]
    assert visitor.get(link).status_code == 200
    assert ".ics" not in client.get(address).text
    client.post(address, {"action": "end"})
    assert visitor.get(link).status_code == 404


def test_a_feed_takes_as_many_statements_for_one_as_for_three(sam, ada, visitor):
    address = reverse("advising:feed", args=[make_feed(ada.user)])
    counts = []
    for hours in (24, 48, 72):
        make_appointment(sam, ada, starts_in=timedelta(hours=hours))
        with CaptureQueriesContext(connection) as queries:
            assert len(Calendar.from_ical(visitor.get(address).content).events) == hours // 24
        counts.append(len(queries))
    assert counts == [counts[0]] * 3


def test_a_file_takes_as_many_statements_whatever_the_appointment_holds(sam, ada, meeting):
    address = reverse("advising:appointment_file", args=[meeting.pk])
    counts = []
    for _ in range(3):
        make_appointment(sam, ada)
        make_topic(sam, appointment=meeting)
        counts.append(statements(client_for(sam.user), address))
    assert counts == [counts[0]] * 3


def test_times_are_the_same_moment_on_the_night_the_clock_changes(sam, ada):
    at = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # the second 1:30 in New York
    meeting = make_appointment(sam, ada)
    meeting.starts_at, meeting.ends_at = at, at + timedelta(minutes=30)
    meeting.save()
    assert (download(sam.user, meeting).start, download(sam.user, meeting).end) == (at, at + timedelta(minutes=30))
