"""Campaigns: who is invited, who has booked, who is reminded."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from advising.choices import AppointmentState
from advising.exceptions import AdvisingError
from advising.models import Appointment, AvailabilityRule, Campaign, Notification
from advising.services import booking, campaigns
from tests.advising.factories import make_advisor, make_appointment, make_assignment, make_places, make_student
from tests.advising.statements import statements
from tests.factories import client_for

pytestmark = pytest.mark.django_db


def facts(**values) -> dict:
    today = timezone.localdate()
    return {"name": "Spring", "message": "", "opens_on": today, "closes_on": today + timedelta(days=14), **values}


@pytest.fixture
def campaign(ada, sam, olive):
    return campaigns.create_campaign(ada, user=ada.user, students=[sam, olive], **facts())


def booked(campaign) -> dict[str, bool]:
    rows = campaigns.with_booking(campaign.invitations.all()).select_related("student__user")
    return {row.student.user.first_name: row.has_booked for row in rows}


def book(student, ada, day=3) -> Appointment:
    on = timezone.localdate() + timedelta(days=day)
    slot = booking.free_slots(ada, on, on)[0]
    return booking.book_appointment(student, ada, user=student.user, starts_at=slot.starts_at, mode="phone")


def told(text: str) -> list[str]:
    rows = Notification.objects.filter(subject__startswith=text).order_by("user__first_name")
    return list(rows.values_list("user__first_name", flat=True))


def test_everyone_is_invited_and_led_to_the_advisors_free_times(campaign, ada):
    assert told("Ada Advisor invites you") == ["Olive", "Sam"]
    assert set(Notification.objects.values_list("link", flat=True)) == {f"/advising/book/{ada.pk}/"}
    assert booked(campaign) == {"Sam": False, "Olive": False}


def test_a_booking_answers_the_campaign_and_a_cancellation_takes_it_back(campaign, sam, ada):
    appointment = book(sam, ada)
    assert appointment.campaign == campaign
    assert booked(campaign) == {"Sam": True, "Olive": False}
    booking.cancel_appointment(appointment, user=sam.user)
    assert booked(campaign) == {"Sam": False, "Olive": False}


def test_a_meeting_outside_the_days_or_with_another_does_not_count(campaign, sam, olive, ada):
    assert book(sam, ada, day=20).campaign is None
    peer = olive.assignments.get().advisor
    make_places(peer)
    AvailabilityRule.objects.bulk_create(
        AvailabilityRule(advisor=peer, weekday=weekday, starts_at=time(9), ends_at=time(12)) for weekday in range(7)
    )
    assert book(olive, peer).campaign is None
    assert booked(campaign) == {"Sam": False, "Olive": False}


def test_only_those_who_have_not_booked_are_reminded_and_once_a_day(campaign, sam, olive, ada, monkeypatch):
    book(sam, ada)
    assert (campaigns.remind_invited(campaign, user=ada.user), told("Reminder")) == (1, ["Olive"])
    assert campaigns.remind_invited(campaign, user=ada.user) == 0
    booking.cancel_appointment(sam.appointments.get(), user=sam.user)
    assert campaigns.remind_invited(campaign, user=ada.user) == 1
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert campaigns.remind_invited(campaign, user=ada.user) == 2


def test_the_invited_see_it_before_its_days_and_not_when_its_advisor_has_left(ada, sam):
    days = {"opens_on": timezone.localdate() + timedelta(days=5)}
    campaign = campaigns.create_campaign(ada, user=ada.user, students=[sam], **facts(**days))
    last = campaign.closes_on
    assert Notification.objects.get().subject == (
        f"Ada Advisor invites you to book an appointment by {last:%b} {last.day}"
    )
    assert [invitation.campaign for invitation in campaigns.open_invitations(sam)] == [campaign]
    peer = make_advisor(unit=ada.unit)
    ada.is_active = False
    ada.save()
    assert not campaigns.open_invitations(sam).exists()
    with pytest.raises(AdvisingError, match="Ada Advisor takes no appointments any more"):
        campaigns.remind_invited(campaign, user=peer.user)


def test_a_student_who_changed_offices_is_not_led_to_a_page_that_is_closed_to_them(campaign, sam, ada):
    sam.assignments.update(ends_on=timezone.localdate())
    assert not campaigns.open_invitations(sam).exists()
    page = client_for(sam.user).get(reverse("advising:appointments"))
    assert (page.status_code, "invites you" in page.text) == (200, False)


def test_a_campaign_of_nobody_is_not_sent(ada):
    address = reverse("advising:new_campaign")
    client = client_for(ada.user)
    assert "No student fits. Choose a wider list." in client.get(address).text
    days = {name: f"{value}" for name, value in facts().items()}
    assert client.post(address, days).status_code == 200
    assert not Campaign.objects.exists()


def test_an_advisor_without_hours_is_told_before_inviting(ada, sam):
    address = reverse("advising:new_campaign")
    words = "You have no hours that students could book"
    assert words not in client_for(ada.user).get(address).text
    ada.meeting_places.all().delete()
    assert words in client_for(ada.user).get(address).text
    ada.availability.all().delete()
    assert words in client_for(ada.user).get(address).text


def test_a_campaign_that_is_over_reminds_nobody(campaign, ada):
    Campaign.objects.update(opens_on="2020-01-01", closes_on="2020-01-02")
    campaign.refresh_from_db()
    with pytest.raises(AdvisingError, match="is over"):
        campaigns.remind_invited(campaign, user=ada.user)


def test_nobody_is_invited_by_or_from_another_unit(ada, sam, stranger_advisor):
    stranger = make_advisor(stranger_advisor)
    with pytest.raises(AdvisingError, match="no longer advised by your unit"):
        campaigns.create_campaign(stranger, user=stranger_advisor, students=[sam], **facts())
    with pytest.raises(AdvisingError, match="Only advisors"):
        campaigns.create_campaign(ada, user=stranger_advisor, students=[sam], **facts())
    with pytest.raises(AdvisingError, match="at least one"):
        campaigns.create_campaign(ada, user=ada.user, students=[], **facts())
    assert not Campaign.objects.exists()
    assert not Notification.objects.exists()


def test_the_list_is_filtered_and_what_is_posted_stays_within_it(ada, sam, olive):
    make_appointment(sam, ada, starts_in=-timedelta(days=10), state=AppointmentState.COMPLETED)
    stranger = make_student()
    client = client_for(ada.user)
    address = reverse("advising:new_campaign")

    def listed(query):
        return set(client.get(f"{address}?{query}").context["form"].fields["students"].students.values())

    assert listed("") == {sam}
    assert listed("who=unit") == {sam, olive}
    assert listed("who=unit&quiet=30") == {olive}
    assert listed("quiet=soon") == listed("who=everyone") == set()
    assert "what was asked for does not fit" in client.get(f"{address}?quiet=soon").text
    days = {name: f"{value}" for name, value in facts().items()}
    refused = client.post(f"{address}?who=unit", {**days, "students": [sam.pk, stranger.pk]})
    assert (refused.status_code, Campaign.objects.count()) == (200, 0)
    done = client.post(f"{address}?who=unit", {**days, "students": [sam.pk, olive.pk]})
    assert (done.status_code, Campaign.objects.get().invitations.count()) == (302, 2)


@pytest.mark.parametrize(
    ("opens", "closes", "message"),
    [(5, 4, "comes after the first"), (-9, -8, "has passed"), ("x", 4, "Enter a valid date")],
)
def test_days_that_cannot_be_are_refused(ada, sam, opens, closes, message):
    opens_on, closes_on = (
        n if isinstance(n, str) else f"{timezone.localdate() + timedelta(days=n)}" for n in (opens, closes)
    )
    posted = {"name": "Spring", "students": [sam.pk], "opens_on": opens_on, "closes_on": closes_on}
    assert message in client_for(ada.user).post(reverse("advising:new_campaign"), posted).text
    assert not Campaign.objects.exists()


def test_a_campaign_is_unknown_to_students_and_other_units(campaign, sam, stranger_advisor):
    make_advisor(stranger_advisor)
    for user in (sam.user, stranger_advisor):
        client = client_for(user)
        assert client.get(reverse("advising:campaign", args=[campaign.pk])).status_code == 404
        assert client.post(reverse("advising:remind_campaign", args=[campaign.pk])).status_code == 404


def test_the_invited_see_it_until_they_have_booked(campaign, sam, ada):
    client = client_for(sam.user)
    page = reverse("advising:appointments")
    assert "invites you: Spring" in client.get(page).text
    book(sam, ada)
    assert "invites you: Spring" not in client.get(page).text


def test_pages_take_as_many_statements_for_one_as_for_three(ada):
    client = client_for(ada.user)
    made = campaigns.create_campaign

    def one_more():
        student = make_student()
        make_assignment(student, ada)
        return student

    first = made(ada, user=ada.user, students=[one_more()], **facts())
    pages = [reverse(f"advising:{name}") for name in ("campaigns", "new_campaign")]
    pages.append(reverse("advising:campaign", args=[first.pk]))

    before = [statements(client, address) for address in pages]
    for name in ("Summer", "Autumn"):
        student = one_more()
        made(ada, user=ada.user, students=[student], **facts(name=name))
        first.invitations.create(student=student)
    assert [statements(client, address) for address in pages] == before
