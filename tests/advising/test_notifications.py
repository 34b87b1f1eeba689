"""Notifications: told once, read in the portal, counted in the header, each by its own user alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advising.choices import NotificationKind
from advising.exceptions import AdvisingError
from advising.models import Notification
from advising.services.notifications import mark_all_read, mark_read, notify
from tests.advising.factories import make_notification
from tests.factories import client_for
from tests.pages import one_line

pytestmark = pytest.mark.django_db

LIST = reverse("advising:notifications")


def test_each_user_is_told_once_of_an_event(student, advisor):
    for _ in range(2):
        notify([student, advisor, student], kind=NotificationKind.ITEM, subject="Due soon", link="/x/", key="item-1")
    told = Notification.objects.order_by("user__email").values_list("user__email", "subject", "link", "mail_state")
    assert list(told) == [
        ("advisor@example.org", "Due soon", "/x/", "waiting"),
        ("student@example.org", "Due soon", "/x/", "waiting"),
    ]


def test_events_without_a_key_are_told_each_time(student):
    for _ in range(2):
        notify([student], kind=NotificationKind.ITEM, subject="S" * 300)
    assert list(Notification.objects.values_list("subject", flat=True)) == ["S" * 200] * 2


def test_reading_marks_it_and_leads_on(student):
    notification = make_notification(student, link="/programs/")
    answer = client_for(student).post(reverse("advising:open_notification", args=[notification.pk]))
    assert (answer.status_code, answer.url) == (302, "/programs/")
    notification.refresh_from_db()
    first = notification.read_at
    assert first is not None
    mark_read(notification, user=student)
    notification.refresh_from_db()
    assert notification.read_at == first


def test_one_without_a_link_leads_back_to_the_list(student):
    notification = make_notification(student, link="")
    answer = client_for(student).post(reverse("advising:open_notification", args=[notification.pk]))
    assert (answer.status_code, answer.url) == (302, LIST)


def test_looking_changes_nothing(student):
    notification = make_notification(student)
    client = client_for(student)
    assert client.get(LIST).status_code == 200
    assert client.get(reverse("advising:open_notification", args=[notification.pk])).status_code == 405
    notification.refresh_from_db()
    assert notification.read_at is None


def test_anothers_is_unknown(student, other_student, admin):
    notification = make_notification(student, subject="For Sam alone")
    address = reverse("advising:open_notification", args=[notification.pk])
    for stranger in (other_student, admin):
        client = client_for(stranger)
        assert "For Sam alone" not in client.get(LIST).text
        assert client.post(address).status_code == 404
        assert client.post(reverse("advising:read_notifications")).status_code == 302
        with pytest.raises(AdvisingError, match="not yours"):
            mark_read(notification, user=stranger)
    notification.refresh_from_db()
    assert notification.read_at is None


def test_all_are_read_at_once(student, other_student):
    for user in (student, student, other_student):
        make_notification(user)
    assert mark_all_read(user=student) == 2
    assert mark_all_read(user=student) == 0
    assert Notification.objects.filter(read_at=None).get().user == other_student


@pytest.mark.parametrize(("count", "shown"), [(0, ""), (1, "1"), (3, "3"), (150, "99+")])
def test_the_header_counts_what_is_unread(student, count, shown):
    Notification.objects.bulk_create([Notification(user=student, kind="item", subject="S") for _ in range(count)])
    make_notification(student, read_at="2026-01-01T00:00Z")
    page = one_line(client_for(student).get("/certifications/").text)
    badge = f'<span class="badge strong">{shown}<span class="visually-hidden"> unread</span></span>' if shown else ""
    assert f'href="{LIST}">Notifications {badge}'.strip() in page
    assert ("unread</span>" in page) == bool(shown)


def test_visitors_have_no_list(visitor):
    assert "Notifications" not in visitor.get("/certifications/").text
    assert visitor.get(LIST).url == f"/accounts/login/?next={LIST}"


def test_the_list_takes_a_constant_number_of_statements(student):
    client = client_for(student)
    client.get(LIST)
    counts = []
    for _ in (1, 3):
        make_notification(student)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        counts.append(len(queries))
        make_notification(student)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("page", ["0", "-1", "abc", "99999"])
def test_a_page_that_is_not_there_gives_the_nearest(student, page):
    make_notification(student, subject="Only one")
    assert "Only one" in client_for(student).get(LIST, {"page": page}).text
