"""Free times: rules in the advisor's zone, days that differ, notice, and the nights when the clock is changed."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import datetime_ambiguous, datetime_exists
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from advising.models import AvailabilityException, AvailabilityRule, MeetingPlace, OccupiedSlot
from advising.services import booking
from advising.services.availability import END_OF_DAY, free_slots, offered_slots, outside_hours, quarters
from tests.advising.factories import make_advisor, make_appointment, make_places, make_student
from tests.advising.statements import statements
from tests.factories import client_for

MONDAY = date(2026, 11, 30)
FALL_BACK, SPRING_FORWARD = date(2026, 11, 1), date(2027, 3, 14)
NEW_YORK = ZoneInfo("America/New_York")


def make_rule(advisor, weekday=0, starts_at="09:00", ends_at="12:00", **values) -> AvailabilityRule:
    times = {"starts_at": time.fromisoformat(starts_at), "ends_at": time.fromisoformat(ends_at)}
    return AvailabilityRule.objects.create(advisor=advisor, weekday=weekday, **times, **values)


def clock(slots, zone=NEW_YORK) -> list[str]:
    return [f"{slot.starts_at.astimezone(zone):%a %H:%M}" for slot in slots]


@pytest.fixture
def adviser(db):
    advisor = make_advisor(min_lead_hours=12, max_lead_days=60)
    make_places(advisor)
    return advisor


@pytest.fixture
def _long_before(monkeypatch):
    """The days of these tests are all to come."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 10, 20, 12, tzinfo=UTC))


def test_a_rule_is_cut_into_slots_with_its_buffer(adviser):
    make_rule(adviser, ends_at="10:45", slot_minutes=30, buffer_minutes=15, modes=["phone"])
    slots = offered_slots(adviser, MONDAY, MONDAY + timedelta(days=6))
    assert clock(slots) == ["Mon 09:00", "Mon 09:45"]
    assert slots[0].starts_at == datetime(2026, 11, 30, 14, tzinfo=UTC)
    assert {(slot.ends_at - slot.starts_at, slot.modes) for slot in slots} == {(timedelta(minutes=30), ("phone",))}


def test_a_rule_holds_from_its_first_to_its_last_day(adviser):
    make_rule(adviser, ends_at="09:30", valid_from=date(2026, 12, 7), valid_to=date(2026, 12, 14))
    days = [slot.starts_at.date() for slot in offered_slots(adviser, MONDAY, date(2026, 12, 31))]
    assert days == [date(2026, 12, 7), date(2026, 12, 14)]


def test_a_day_or_an_hour_is_closed_and_hours_are_added(adviser):
    for weekday in (0, 1):
        make_rule(adviser, weekday, ends_at="10:30")
    differs = AvailabilityException.objects.create
    differs(advisor=adviser, day=MONDAY)
    differs(advisor=adviser, day=date(2026, 12, 1), starts_at=time(9, 15), ends_at=time(10))
    differs(advisor=adviser, day=date(2026, 12, 2), is_open=True, starts_at=time(20), ends_at=time(21))
    slots = offered_slots(adviser, MONDAY, MONDAY + timedelta(days=6))
    assert clock(slots) == ["Tue 10:00", "Wed 20:00", "Wed 20:30"]
    assert slots[-1].starts_at.date() == date(2026, 12, 3), "in UTC it is the next day"


def test_hours_reach_midnight_and_go_on_after_it(adviser):
    make_rule(adviser, 0, "23:00", "23:59")
    make_rule(adviser, 1, "00:00", "01:00")
    slots = offered_slots(adviser, MONDAY, MONDAY + timedelta(days=6))
    assert clock(slots) == ["Mon 23:00", "Mon 23:30", "Tue 00:00", "Tue 00:30"]
    assert clock(offered_slots(adviser, MONDAY, MONDAY)) == ["Mon 23:00", "Mon 23:30"]


def test_stretches_that_overlap_offer_no_time_twice(adviser):
    make_rule(adviser, 0, "09:00", "10:30")
    AvailabilityException.objects.create(
        advisor=adviser, day=MONDAY, is_open=True, starts_at=time(9, 15), ends_at=time(11)
    )
    slots = offered_slots(adviser, MONDAY, MONDAY)
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(slots))
    assert clock(slots) == ["Mon 09:00", "Mon 09:30", "Mon 10:00"]


def test_the_clock_put_back_repeats_no_slot(adviser):
    make_rule(adviser, 6, "00:30", "03:30")
    slots = offered_slots(adviser, FALL_BACK, FALL_BACK)
    assert clock(slots) == ["Sun 00:30", "Sun 01:00", "Sun 01:30", "Sun 02:00", "Sun 02:30", "Sun 03:00"]
    assert [slot.starts_at.hour for slot in slots] == [4, 5, 5, 7, 7, 8]


def test_the_clock_put_forward_skips_the_hour_that_is_not(adviser):
    make_rule(adviser, 6, "01:00", "04:00")
    slots = offered_slots(adviser, SPRING_FORWARD, SPRING_FORWARD)
    assert clock(slots) == ["Sun 01:00", "Sun 01:30", "Sun 03:00", "Sun 03:30"]
    assert [slot.starts_at.hour for slot in slots] == [6, 6, 7, 7]


def test_hours_stay_at_their_time_of_day_across_the_change(adviser):
    make_rule(adviser, 6, "09:00", "09:30")
    slots = offered_slots(adviser, date(2026, 10, 25), FALL_BACK)
    assert clock(slots) == ["Sun 09:00", "Sun 09:00"]
    assert [slot.starts_at.hour for slot in slots] == [13, 14]


def test_a_closed_repeated_hour_is_closed_both_times(adviser):
    make_rule(adviser, 6, "00:30", "03:00")
    AvailabilityException.objects.create(advisor=adviser, day=FALL_BACK, starts_at=time(1), ends_at=time(1, 30))
    assert clock(offered_slots(adviser, FALL_BACK, FALL_BACK)) == ["Sun 00:30", "Sun 02:00", "Sun 02:30"]


ZONES = ("America/New_York", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu")
QUARTERS = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))


class AnyNight(TestCase):
    """Whatever the rules, no night shifts, doubles or overlaps a slot."""

    @settings(max_examples=60)
    @given(
        zone=st.sampled_from(ZONES),
        begin=QUARTERS,
        end=QUARTERS | st.just(END_OF_DAY),
        minutes=st.sampled_from([15, 30, 45, 60, 90]),
        buffer=st.sampled_from([0, 15, 30]),
        first=st.sampled_from([FALL_BACK, SPRING_FORWARD, date(2026, 10, 25), date(2027, 4, 4), date(2026, 9, 6)]),
    )
    def test_slots(self, zone, begin, end, minutes, buffer, first):
        if end <= begin:
            begin, end = end, begin
        if begin in (end, END_OF_DAY):
            return
        adviser = make_advisor(time_zone=zone)
        make_places(adviser)
        for weekday in range(7):
            AvailabilityRule.objects.create(
                advisor=adviser,
                weekday=weekday,
                starts_at=begin,
                ends_at=end,
                slot_minutes=minutes,
                buffer_minutes=buffer,
            )
        info = ZoneInfo(zone)
        last = first + timedelta(days=2)
        slots = offered_slots(adviser, first - timedelta(days=2), last)
        shown = [slot.starts_at.astimezone(info).replace(tzinfo=None) for slot in slots]
        assert len(set(shown)) == len(shown)
        assert all(one.ends_at <= other.starts_at for one, other in pairwise(slots))
        assert {slot.ends_at - slot.starts_at for slot in slots} <= {timedelta(minutes=minutes)}
        step = timedelta(minutes=minutes + buffer)
        expected = []
        for day in (first + timedelta(days=n) for n in range(-2, 3)):
            naive = datetime.combine(day, begin)
            until = datetime.combine(day, end) if end != END_OF_DAY else datetime.combine(day, time()) + timedelta(1)
            while naive + timedelta(minutes=minutes) <= until:
                expected.append(naive)
                naive += step
        assert set(shown) <= set(expected), "a slot begins where its rule says"
        changes = {
            day
            for day in {naive.date() for naive in expected}
            if (
                datetime.combine(day, time(), info).utcoffset()
                != datetime.combine(day + timedelta(1), time(), info).utcoffset()
            )
            or not datetime_exists(datetime.combine(day, time()), info)
            or datetime_ambiguous(datetime.combine(day, time(23, 30)), info)
        }
        assert [n for n in shown if n.date() not in changes] == [n for n in expected if n.date() not in changes]


@pytest.mark.usefixtures("_long_before")
def test_what_is_booked_for_either_is_not_free(adviser):
    make_rule(adviser, 0, "09:00", "11:00")
    day = date(2026, 10, 26)
    student = make_student()
    booked = offered_slots(adviser, day, day)
    for slot, person, other in ((booked[0], adviser.user, make_student()), (booked[2], student.user, student)):
        meeting = make_appointment(other)
        OccupiedSlot.objects.bulk_create(
            OccupiedSlot(person=person, starts_at=at, appointment=meeting)
            for at in quarters(slot.starts_at, slot.ends_at)
        )
    assert clock(free_slots(adviser, day, day, student=student)) == ["Mon 09:30", "Mon 10:30"]
    assert clock(free_slots(adviser, day, day)) == ["Mon 09:30", "Mon 10:00", "Mon 10:30"]
    assert clock(free_slots(adviser, day, day, moving=meeting)) == ["Mon 09:30", "Mon 10:00", "Mon 10:30"]


def test_notice_binds_students_and_the_past_binds_everyone(adviser, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 30, 14, 10, tzinfo=UTC))  # Monday 09:10
    adviser.min_lead_hours, adviser.max_lead_days = 1, 7
    make_rule(adviser, 0, "09:00", "11:00")
    ahead = (MONDAY, MONDAY + timedelta(days=21))
    assert clock(free_slots(adviser, *ahead)) == ["Mon 10:30", "Mon 09:00", "Mon 09:30", "Mon 10:00", "Mon 10:30"]
    assert clock(free_slots(adviser, *ahead, with_notice=False))[:2] == ["Mon 09:30", "Mon 10:00"]
    assert len(free_slots(adviser, *ahead, with_notice=False)) == 3 + 3 * 4


def test_quarters_are_those_that_a_meeting_touches():
    at = datetime(2026, 11, 30, 14, tzinfo=UTC)

    def minutes(first, last):
        return [moment.minute for moment in quarters(at + timedelta(minutes=first), at + timedelta(minutes=last))]

    assert minutes(0, 30) == [0, 15]
    assert minutes(7, 22) == [0, 15]
    assert minutes(7, 31) == [0, 15, 30]
    assert minutes(45, 60) == [45]


@pytest.mark.usefixtures("_long_before")
def test_free_times_take_as_many_statements_for_one_rule_as_for_three(adviser):
    counts = []
    for weekday in (0, 1, 2):
        make_rule(adviser, weekday)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert free_slots(adviser, date(2026, 10, 26), date(2026, 11, 1))
        counts.append(len(queries))
    assert counts == [3, 3, 3]


# The page


def lines(**values) -> dict:
    """What the page posts: no lines but those given, as ``rules-0-weekday``."""
    total = {f"{name}-{kind}_FORMS": "0" for name in ("rules", "days", "places") for kind in ("TOTAL", "INITIAL")}
    return {**total, **{key.replace("__", "-"): value for key, value in values.items()}}


RULE = {
    "rules__TOTAL_FORMS": "1",
    "rules__0__weekday": "0",
    "rules__0__starts_at": "09:00",
    "rules__0__ends_at": "12:00",
    "rules__0__slot_minutes": "30",
    "rules__0__buffer_minutes": "0",
    "rules__0__modes": ["video", "phone"],
}
PLACES = {
    "places__TOTAL_FORMS": "2",
    "places__0__mode": "video",
    "places__0__place": "https://meet.example.org/ada",
    "places__1__mode": "phone",
    "places__1__place": "555-0140",
}
HOURS = reverse("advising:availability")


def test_an_advisor_says_when_and_where(advisor):
    adviser = make_advisor(advisor)
    answer = client_for(advisor).post(
        HOURS,
        lines(
            **RULE,
            days__TOTAL_FORMS="1",
            days__0__day=f"{timezone.localdate() + timedelta(days=3)}",
            days__0__is_open="no",
            **PLACES,
        ),
    )
    assert answer.status_code == 302
    rule = AvailabilityRule.objects.get()
    assert (rule.advisor, str(rule), rule.modes) == (adviser, "Monday, 09:00 to 12:00", ["video", "phone"])
    assert adviser.availability_exceptions.get().starts_at is None
    assert [str(place) for place in adviser.meeting_places.all()] == [
        "Phone: 555-0140",
        "Video call: https://meet.example.org/ada",
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rules__0__ends_at": "08:00"}, "It ends after it begins"),
        ({"rules__0__starts_at": "09:10"}, "full quarters"),
        ({"rules__0__slot_minutes": "20"}, "multiple of 15"),
        ({"rules__0__modes": ["pigeon"]}, "Select a valid choice"),
        ({"rules__0__valid_from": "2027-01-02", "rules__0__valid_to": "2027-01-01"}, "last day comes after"),
        ({"days__TOTAL_FORMS": "1", "days__0__day": "2099-01-01", "days__0__is_open": "yes"}, "from when to when"),
        ({"days__TOTAL_FORMS": "1", "days__0__day": "2020-01-01", "days__0__is_open": "no"}, "This day has passed"),
        (
            {
                "days__TOTAL_FORMS": "1",
                "days__0__day": "2099-01-01",
                "days__0__is_open": "no",
                "days__0__starts_at": "09:00",
            },
            "Give both times",
        ),
        (
            {
                "rules__TOTAL_FORMS": "2",
                **{key.replace("__0__", "__1__"): value for key, value in RULE.items() if "__0__" in key},
                "rules__1__starts_at": "11:00",
                "rules__1__ends_at": "13:00",
            },
            "overlap",
        ),
    ],
)
def test_hours_that_cannot_be_are_refused_with_the_reason(advisor, change, message):
    make_advisor(advisor)
    answer = client_for(advisor).post(HOURS, lines(**{**RULE, **change}))
    assert answer.status_code == 200
    assert message in answer.text
    assert not AvailabilityRule.objects.exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rules__0__slot_minutes": "0"}, "greater than or equal to 15"),
        ({"rules__0__slot_minutes": "255"}, "less than or equal to 240"),
        ({"rules__0__buffer_minutes": "135"}, "less than or equal to 120"),
    ],
)
def test_lengths_that_cannot_be_are_refused_in_words(advisor, change, message):
    make_advisor(advisor)
    assert message in client_for(advisor).post(HOURS, lines(**{**RULE, **change})).text


def test_hours_changed_under_bookings_leave_them_and_say_which_are_outside(ada, sam):
    day = timezone.localdate() + timedelta(days=3)
    slots = free_slots(ada, day, day)
    for slot in slots[:2]:
        booking.book_appointment(sam, ada, user=sam.user, starts_at=slot.starts_at, mode="phone")
    client = client_for(ada.user)
    assert "Booked, but outside these hours" not in client.get(HOURS).text
    AvailabilityException.objects.create(advisor=ada, day=day, starts_at=time(9), ends_at=time(9, 30))
    first, second = sam.appointments.order_by("starts_at")
    assert outside_hours(ada) == [first]
    AvailabilityException.objects.create(advisor=ada, day=day)
    page = client.get(HOURS).text
    assert outside_hours(ada) == [first, second]
    assert "Booked, but outside these hours" in page
    assert all(reverse("advising:appointment", args=[meeting.pk]) in page for meeting in (first, second))
    assert set(sam.appointments.values_list("state", flat=True)) == {"booked"}


def test_the_page_takes_as_many_statements_for_one_line_as_for_three(ada, sam):
    ada.availability.all().delete()
    client, counts = client_for(ada.user), []
    for number in range(3):
        make_rule(ada, number)
        MeetingPlace.objects.create(advisor=ada, mode="video", place=f"Room {number}")
        AvailabilityException.objects.create(advisor=ada, day=timezone.localdate() + timedelta(days=number + 1))
        make_appointment(sam, ada, starts_in=timedelta(days=number + 1))
        counts.append(statements(client, HOURS))
    assert counts == [counts[0]] * 3


def test_a_line_of_somebody_else_cannot_be_changed(advisor, stranger_advisor):
    make_advisor(advisor)
    theirs = make_rule(make_advisor(stranger_advisor))
    client_for(advisor).post(HOURS, lines(**RULE, rules__INITIAL_FORMS="1", rules__0__id=str(theirs.pk)))
    theirs.refresh_from_db()
    assert theirs.modes == ["in_person", "video", "phone"]
    assert theirs.advisor.user == stranger_advisor
