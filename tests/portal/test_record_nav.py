"""The links above the pages of the advising record: each role finds its own, on those pages alone."""

import pytest
from django.urls import reverse

from portal.templatetags.site import RECORD_NAV
from tests.advising.factories import make_advisor, make_student
from tests.factories import client_for

pytestmark = pytest.mark.django_db

LINE = 'aria-label="Advising"'


def links(page: str) -> set[str]:
    line = page.partition(LINE)[2].partition("</nav>")[0]
    return {item.label for item in RECORD_NAV if f">{item.label}</a>" in line}


def expected(*roles: str) -> set[str]:
    return {item.label for item in RECORD_NAV if item.roles & set(roles)}


def test_each_role_finds_its_own_pages(student, advisor, editor):
    make_student(student)
    make_advisor(advisor)
    rows = [(student, ["student"]), (advisor, ["advisor", "staff"]), (editor, ["staff"])]
    for user, roles in rows:
        page = client_for(user).get("/advising/notifications/").text
        assert links(page) == expected(*roles)
    assert "Alerts" not in expected("student")
    assert "Templates" not in expected("staff")


def test_every_link_leads_to_a_page_of_its_role(student, advisor, editor):
    make_student(student)
    make_advisor(advisor)
    for user, role in [(student, "student"), (advisor, "advisor"), (editor, "staff")]:
        client = client_for(user)
        for item in RECORD_NAV:
            if role in item.roles:
                assert client.get(reverse(item.url_name)).status_code == 200, (role, item.label)


def test_the_present_page_is_marked(advisor):
    make_advisor(advisor)
    client = client_for(advisor)
    assert 'href="/advising/alerts/" aria-current="page"' in client.get("/advising/alerts/").text
    assert 'href="/advising/alerts/" aria-current="true"' in client.get("/advising/alerts/new/").text


def test_it_stands_above_no_other_page(advisor, visitor):
    make_advisor(advisor)
    assert LINE not in client_for(advisor).get("/certifications/").text
    assert LINE not in visitor.get("/advising/notifications/", follow=True).text
