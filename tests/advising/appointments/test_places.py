"""Where two meet: changed for one meeting, replaced for all that came from it, and never left out."""

import threading
from datetime import time, timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from advising.exceptions import AdvisingError
from advising.forms.appointments import MOST_DAYS, MOST_PLACES, MOST_RULES
from advising.models import Appointment, AvailabilityException, AvailabilityRule, MeetingPlace
from advising.services import booking, calendars, meetings, places
from tests.advising.appointments.meetings import HALF, SLOT, at, book, both, told
from tests.advising.factories import make_advisor, make_appointment, make_assignment, make_student, place_key
from tests.advising.statements import statements
from tests.factories import client_for
from tests.pages import Tags, fields_sent

pytestmark = pytest.mark.django_db

LINK, NEW_LINK, ROOM = "https://meet.example.org/ada", "https://meet.example.org/new", "Room 4"
CHANGED = "New place or link: Sam Student and Ada Advisor, Mon, Nov 30, 9:00 AM EST"
HOURS = reverse("advising:availability")


def change(appointment, user, mode="video", place=NEW_LINK):
    return places.change_place(appointment, user=user, mode=mode, place=place)


def page_of(appointment, name="change_place"):
    return reverse(f"advising:{name}", args=[appointment.pk])


def now_at(appointment) -> tuple[str, str, int]:
    appointment.refresh_from_db()
    return appointment.mode, appointment.place, appointment.sequence


# One meeting


def test_a_student_changes_how_to_meet_and_the_time_stays(sam, ada):
    appointment = book(sam, ada)
    client = client_for(sam.user)
    assert "Change</a>" in client.get(page_of(appointment, "appointment")).text
    answer = client.post(page_of(appointment), {"where": place_key(ada, "in_person")}, follow=True)
    assert "Both of you are told, with a new calendar file." in answer.text
    assert now_at(appointment) == ("in_person", ROOM, 1)
    assert (appointment.starts_at, appointment.slots.count()) == (SLOT, 4)
    assert told()[2:] == both(CHANGED)
    page = " ".join(client.get(page_of(appointment, "appointment")).text.split())
    assert f'Changed <span class="muted small">Sam Student: In person: {ROOM}</span>' in page
    assert "Moved to" not in page
    for person in (sam.user, ada.user):
        file = calendars.file_for(person, appointment).decode()
        assert (f"LOCATION:{ROOM}" in file, "SEQUENCE:1" in file) == (True, True)


def test_staff_name_a_place_for_one_meeting_alone(sam, ada):
    appointment = book(sam, ada)
    peer = make_advisor(unit=ada.unit)
    typed = {"where": place_key(ada, "video"), "other_mode": "video", "other_place": f" {NEW_LINK} "}
    assert client_for(peer.user).post(page_of(appointment), typed).status_code == 302
    assert now_at(appointment) == ("video", NEW_LINK, 1)
    assert set(ada.meeting_places.values_list("place", flat=True)) == {ROOM, LINK, "555-0140"}
    # It is there to be kept, and goes along when staff move the meeting; a student moves to what is offered.
    assert NEW_LINK in client_for(sam.user).get(page_of(appointment)).text
    booking.move_appointment(appointment, user=ada.user, starts_at=SLOT + HALF)
    assert now_at(appointment) == ("video", NEW_LINK, 2)
    booking.move_appointment(appointment, user=sam.user, starts_at=SLOT)
    assert now_at(appointment) == ("video", LINK, 3)


def test_the_same_place_again_changes_nothing(sam, ada):
    appointment = book(sam, ada)
    client_for(sam.user).post(page_of(appointment), {"where": place_key(ada, "video")})
    change(appointment, ada.user, place=LINK)
    assert now_at(appointment) == ("video", LINK, 0)
    assert len(told()) == 2


@pytest.mark.parametrize(
    ("mode", "place", "message"),
    [
        ("video", NEW_LINK, "does not offer that"),
        ("phone", "555-0140", "does not offer that"),
        ("video", " ", "Say where"),
    ],
    ids=["a link of their own", "a mode not offered", "no place"],
)
def test_students_choose_among_what_is_offered_at_that_time(sam, ada, mode, place, message):
    appointment = book(sam, ada)
    ada.availability.update(modes=["video", "in_person"])
    with pytest.raises(AdvisingError, match=message):
        change(appointment, sam.user, mode, place)
    client_for(sam.user).post(page_of(appointment), {"other_mode": mode, "other_place": NEW_LINK})
    assert now_at(appointment) == ("video", LINK, 0)


def test_a_place_that_is_none_is_refused_in_words(sam, ada):
    appointment = book(sam, ada)
    ada.meeting_places.all().delete()
    Appointment.objects.update(place="")
    client = client_for(ada.user)
    assert "Say where you meet." in client.post(page_of(appointment), {"other_mode": "video"}).text
    with pytest.raises(AdvisingError, match="Say where"):
        change(appointment, ada.user, place="  ")
    assert "offers no other way to meet" in client_for(sam.user).get(page_of(appointment)).text
    assert "no place is named yet" in client_for(sam.user).get(page_of(appointment, "appointment")).text


def test_changes_end_when_moving_does(sam, ada, clock):
    appointment = book(sam, ada)
    clock(SLOT - meetings.CUT_OFF)
    with pytest.raises(AdvisingError, match="until 4 hours before"):
        change(appointment, sam.user, "in_person", ROOM)
    assert "until 4 hours before" in client_for(sam.user).get(page_of(appointment), follow=True).text
    assert change(appointment, ada.user).place == NEW_LINK
    clock(SLOT)
    with pytest.raises(AdvisingError, match="has begun"):
        change(appointment, ada.user, "in_person", ROOM)


def test_a_stranger_changes_nothing(sam, ada, other_student, stranger_advisor):
    make_advisor(stranger_advisor)
    make_student(other_student)
    appointment = book(sam, ada)
    for user in (other_student, stranger_advisor):
        with pytest.raises(AdvisingError, match="cannot change"):
            change(appointment, user)
    assert now_at(appointment) == ("video", LINK, 0)


# All that came from a place


def my_hours(*rows) -> dict:
    """What "My hours" sends: each row is (place or None, mode, text), an empty text to remove it."""
    fields = {f"{name}-{kind}_FORMS": "0" for name in ("rules", "days", "places") for kind in ("TOTAL", "INITIAL")}
    fields |= {"places-TOTAL_FORMS": len(rows), "places-INITIAL_FORMS": sum(row[0] is not None for row in rows)}
    for number, (place, mode, text) in enumerate(rows):
        line = {"id": place.pk if place else "", "mode": mode, "place": text or place.place}
        line |= {} if text else {"DELETE": "on"}
        fields |= {f"places-{number}-{name}": value for name, value in line.items()}
    return fields


@pytest.fixture
def link(ada):
    ada.availability.update(modes=["video"])
    return ada.meeting_places.get(mode="video")


def meeting_by_video(ada, **values) -> Appointment:
    student = make_student()
    make_assignment(student, ada)
    values = {"mode": "video", "place": LINK, "starts_in": SLOT - timezone.now(), **values}
    return make_appointment(student, ada, **values)


def test_a_link_that_is_edited_reaches_the_meetings_to_come_that_came_from_it(sam, ada, link):
    appointment = book(sam, ada)
    untouched = [
        meeting_by_video(ada, mode="in_person", place=ROOM),
        meeting_by_video(ada, place="https://meet.example.org/other"),
        meeting_by_video(ada, starts_in=-timedelta(days=1)),
        meeting_by_video(ada, state="cancelled_by_student"),
        meeting_by_video(make_advisor()),
    ]
    other = meeting_by_video(ada)
    answer = client_for(ada.user).post(HOURS, my_hours((link, "video", NEW_LINK)), follow=True)
    assert "2 booked appointments are at the new place; each student is told" in answer.text
    assert [now_at(meeting) for meeting in (appointment, other)] == [("video", NEW_LINK, 1)] * 2
    assert {meeting.sequence for meeting in untouched if not meeting.refresh_from_db()} == {0}
    # The students are told; the advisor did it, and is not told of each.
    assert [name for name, subject in told() if subject.startswith("New place")] == ["Sam", "Student"]
    assert f"LOCATION:{NEW_LINK}" in calendars.feed_file(sam.user).decode()
    assert appointment.events.last().reason == f"Video call: {NEW_LINK}"
    before = told()
    client_for(ada.user).post(HOURS, my_hours((link, "video", NEW_LINK)))
    assert (now_at(appointment), told()) == (("video", NEW_LINK, 1), before), "saved again, nothing more happens"


def test_a_line_removed_and_one_added_is_a_replacement(sam, ada, link):
    appointment = book(sam, ada)
    sent = my_hours((link, "video", ""), (None, "video", NEW_LINK))
    assert client_for(ada.user).post(HOURS, sent).status_code == 302
    assert now_at(appointment) == ("video", NEW_LINK, 1)


def test_meetings_without_a_place_get_the_one_that_is_named(sam, ada, link):
    link.delete()
    ada.availability.update(modes=["phone"])
    appointment = meeting_by_video(ada, place="")
    client_for(ada.user).post(HOURS, my_hours((None, "video", NEW_LINK)))
    assert now_at(appointment) == ("video", NEW_LINK, 1)


@pytest.mark.parametrize("added", [[], ["https://a.example", "https://b.example"]], ids=["none", "two"])
def test_where_it_is_unclear_what_took_its_place_the_meeting_stays_and_is_listed(sam, ada, link, added):
    ada.availability.update(modes=["phone"])
    appointment = book(sam, ada, mode="phone")
    Appointment.objects.update(mode="video", place=LINK)
    client = client_for(ada.user)
    assert "not at a place of your list" not in client.get(HOURS).text
    client.post(HOURS, my_hours((link, "video", ""), *((None, "video", text) for text in added)))
    assert ada.meeting_places.filter(mode="video").count() == len(added)
    assert now_at(appointment) == ("video", LINK, 0)
    page = client.get(HOURS).text
    assert ("not at a place of your list" in page, page_of(appointment) in page) == (True, True)


def test_a_line_whose_mode_is_changed_takes_no_meeting_along(sam, ada, link):
    ada.availability.update(modes=["phone"])
    appointment = meeting_by_video(ada)
    client_for(ada.user).post(HOURS, my_hours((link, "phone", "555-0199")))
    assert now_at(appointment) == ("video", LINK, 0)


def test_a_place_that_is_replaced_in_admin_is_followed_too(sam, ada, admin, link):
    appointment = book(sam, ada)
    with places.follow_places(ada, user=admin) as followed:
        MeetingPlace.objects.filter(pk=link.pk).update(place=NEW_LINK)
    assert followed == [appointment]
    assert told()[2:] == both(CHANGED)
    address = reverse("admin:advising_advisorprofile_change", args=[ada.pk])
    client = client_for(admin)
    names = [place.pk for place in ada.meeting_places.all()]
    fields = {"user": ada.user_id, "unit": ada.unit_id, "time_zone": ada.time_zone, "is_active": "on"}
    fields |= {"min_lead_hours": 12, "max_lead_days": 60}
    fields |= {"meeting_places-TOTAL_FORMS": len(names), "meeting_places-INITIAL_FORMS": len(names)}
    for number, place in enumerate(ada.meeting_places.all()):
        text = LINK if place.mode == "video" else place.place
        line = {"id": place.pk, "advisor": ada.pk, "mode": place.mode, "place": text}
        fields |= {f"meeting_places-{number}-{name}": value for name, value in line.items()}
    assert client.post(address, fields).status_code == 302
    assert now_at(appointment) == ("video", LINK, 2)


@pytest.mark.parametrize("gone", ["video", "phone"])
def test_hours_in_a_mode_without_a_place_are_refused_with_what_to_do(ada, gone):
    rule = ada.availability.first()
    kept = [(place, place.mode, "" if place.mode == gone else place.place) for place in ada.meeting_places.all()]
    sent = my_hours(*kept) | {"rules-TOTAL_FORMS": 1, "rules-INITIAL_FORMS": 1, "rules-0-id": rule.pk}
    facts = {"weekday": 0, "starts_at": "09:00", "ends_at": "11:00", "slot_minutes": 30, "buffer_minutes": 0}
    sent |= {f"rules-0-{name}": value for name, value in facts.items()} | {"rules-0-modes": [gone, "in_person"]}
    client = client_for(ada.user)
    label = {"video": "Video call", "phone": "Phone"}[gone]
    answer = client.post(HOURS, sent)
    assert f"Say under “Where to meet” where: {label}. Or do not offer it." in answer.text
    assert ada.meeting_places.count() == 3
    # Hours from before are not offered in it, and the page says so.
    ada.meeting_places.filter(mode=gone).delete()
    page = " ".join(client.get(HOURS).text.split())
    assert f"Nobody can book these until you say where to meet, below: {label}." in page


def test_pages_take_as_many_statements_for_one_meeting_as_for_three(sam, ada):
    client, counts = client_for(ada.user), []
    for number in range(3):
        meeting_by_video(ada, place=f"https://meet.example.org/{number}", starts_in=timedelta(days=9 + number))
        counts.append(statements(client, HOURS))
    assert counts == [counts[0]] * 3


def test_a_page_of_hours_that_is_full_fits_in_one_request(ada):
    """Every line in use, every box ticked, every line marked to be removed: no more fields than Django takes."""
    ada.availability.all().delete()
    AvailabilityRule.objects.bulk_create(
        AvailabilityRule(advisor=ada, weekday=n % 7, starts_at=time(n // 7), ends_at=time(n // 7, 30))
        for n in range(MOST_RULES)
    )
    today = timezone.localdate()
    AvailabilityException.objects.bulk_create(
        AvailabilityException(advisor=ada, day=today + timedelta(days=number)) for number in range(MOST_DAYS)
    )
    for number in range(MOST_PLACES - 3):
        MeetingPlace.objects.create(advisor=ada, mode="video", place=f"Room {number}")
    client = client_for(ada.user)
    page = client.get(HOURS).text
    controls = {field["name"] for tag, field in Tags(page).found if tag in ("input", "select") and "name" in field}
    boxes = 2 * MOST_RULES  # three of one name each
    assert len(controls) + boxes <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    sent = urlencode(fields_sent(page, "rules-TOTAL_FORMS"))
    assert client.post(HOURS, sent, content_type="application/x-www-form-urlencoded").status_code == 302
    assert "further" not in page.lower(), "no line is offered that would be refused"
    over = my_hours() | {"days-TOTAL_FORMS": MOST_DAYS + 1}
    for number in range(MOST_DAYS + 1):
        over |= {f"days-{number}-day": f"{today + timedelta(days=number)}", f"days-{number}-is_open": "no"}
    assert f"At most {MOST_DAYS} lines can be kept." in client_for(make_advisor().user).post(HOURS, over).text


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_books_while_a_link_is_replaced_gets_the_new_one(sam, ada):
    """The booking waits until the places are saved. (SQLite lets one transaction write at a time by itself.)"""
    booked = []

    def ask():
        try:
            booked.append(book(sam, ada))
        finally:
            connections.close_all()

    with places.follow_places(ada, user=ada.user):
        MeetingPlace.objects.filter(advisor=ada, mode="video").update(place=NEW_LINK)
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join(0.5)
        assert (thread.is_alive(), booked) == (True, [])
    thread.join()
    assert [appointment.place for appointment in booked] == [NEW_LINK]


def test_a_move_offers_the_place_of_now_first(sam, ada):
    appointment = book(sam, ada, mode="phone")
    page = client_for(sam.user).get(f"{page_of(appointment, 'move_appointment')}?at={at(SLOT + HALF)}")
    assert ("where", place_key(ada, "phone")) in fields_sent(page.text, "where")
