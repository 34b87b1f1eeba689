"""The links above the pages of the advising record: each role finds its own, on those pages alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.templatetags.site import RECORD_NAV
from tests.advising.factories import make_advisor, make_assignment, make_request, make_student
from tests.factories import client_for
from tests.pages import one_line, page_words

pytestmark = pytest.mark.django_db

LINE = 'aria-label="Advising"'


def links(page: str) -> set[str]:
    line = page.partition(LINE)[2].partition("</nav>")[0]
    return {item.label for item in RECORD_NAV if f">{item.label}</a>" in line}


def expected(*roles: str) -> set[str]:
    return {item.label for item in RECORD_NAV if item.roles & set(roles)}


def test_each_role_finds_its_own_pages(student, advisor, lead, editor, admin):
    make_student(student)
    make_advisor(advisor)
    make_advisor(lead)
    rows = [
        (student, ["student"]),
        (advisor, ["advisor", "staff"]),
        (lead, ["advisor", "staff", "keeper"]),
        (editor, ["staff"]),
        (admin, ["staff", "keeper"]),
    ]
    for user, roles in rows:
        page = client_for(user).get("/advising/notifications/").text
        assert links(page) == expected(*roles)
    assert "Alerts" not in expected("student")
    assert "Templates" not in expected("staff")
    assert expected("keeper") == {"Requests", "Transfer"}


def test_every_link_leads_to_a_page_of_its_role(student, advisor, lead, editor, admin):
    make_student(student)
    make_advisor(advisor)
    make_advisor(lead)
    roles = [(student, "student"), (advisor, "advisor"), (editor, "staff"), (lead, "keeper"), (admin, "keeper")]
    for user, role in roles:
        client = client_for(user)
        for item in RECORD_NAV:
            if role in item.roles:
                assert client.get(reverse(item.url_name)).status_code == 200, (role, item.label)


def test_the_present_page_is_marked(advisor):
    make_advisor(advisor)
    client = client_for(advisor)
    assert 'href="/advising/alerts/" aria-current="page"' in one_line(client.get("/advising/alerts/").text)
    assert 'href="/advising/alerts/" aria-current="true"' in one_line(client.get("/advising/alerts/new/").text)


def test_it_stands_above_no_other_page(advisor, visitor):
    make_advisor(advisor)
    assert LINE not in client_for(advisor).get("/certifications/").text
    assert LINE not in visitor.get("/advising/notifications/", follow=True).text


def test_keepers_see_how_many_requests_wait_and_others_pay_nothing_for_it(student, advisor, lead):
    sam, profile = make_student(student), make_advisor(advisor)
    make_advisor(lead, unit=profile.unit)
    make_assignment(sam, profile)
    make_request(sam)
    make_request(sam, state="withdrawn")
    make_request()
    for user, waiting in ((student, 0), (advisor, 0), (lead, 1)):
        with CaptureQueriesContext(connection) as taken:
            page = client_for(user).get("/advising/notifications/")
        asked = [query["sql"] for query in taken if "advising_recordrequest" in query["sql"]]
        assert len(asked) == waiting
        assert ("Requests 1 waiting" in page_words(page.text)) == bool(waiting)
