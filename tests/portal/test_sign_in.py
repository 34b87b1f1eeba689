"""Why one is asked to sign in, and that what one was about to do is not forgotten on the way."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils.http import urlencode

from tests import factories as make
from tests.pages import page_faults, page_words
from tests.portal.test_accounts import sign_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses():
    """(where a visitor was going, what the way in says)."""
    program = make.make_program(name="Welding", organization=make.make_organization(name="Akron Tech"))
    title = make.make_job_title(name="Welder", slug="welder")
    return {
        f"/advising/saved/new/?about=program:{program.pk}": f"Sign in to save {program}.",
        "/advising/searches/new/?q=x": "Sign in to save this search.",
        f"/advising/discuss/?about=career:{title.pk}": "Sign in to discuss Welder with your advisor.",
        "/advising/discuss/": "Sign in to discuss something with your advisor.",
        "/advising/goals/new/?job=welder": "Sign in to make Welder your goal.",
        "/advising/goals/new/?job=%00": "Sign in to set a goal.",
        "/advising/saved/new/?about=program:0": "Sign in to go on to the page you asked for.",
        "/advising/notes/": "Sign in to go on to the page you asked for.",
    }


@pytest.mark.parametrize("way_in", ["account_login", "account_signup"])
def test_the_way_in_says_what_for(visitor, addresses, way_in):
    for address, said in addresses.items():
        page = visitor.get(f"{reverse(way_in)}?{urlencode({'next': address})}")
        assert said in page_words(page.text)
        assert page_faults(page.text) == []


@pytest.mark.parametrize("address", ["", "/", "/programs/", "//example.org/advising/", "/advising/%00", "advising:me"])
def test_without_a_purpose_nothing_is_said(visitor, address):
    page = visitor.get(f"{reverse('account_login')}?{urlencode({'next': address})}")
    assert (page.status_code, "Sign in to" in page.text) == (200, False)


def test_a_program_that_is_no_longer_published_is_not_named(visitor):
    draft = make.make_program(name="Secret", status="draft")
    page = visitor.get(f"{reverse('account_login')}?next=/advising/saved/new/%3Fabout%3Dprogram:{draft.pk}")
    assert "Secret" not in page.text


def test_who_signs_up_comes_back_to_it_once_the_address_is_proven(visitor, addresses):
    address, said = next(iter(addresses.items()))
    sign_up(visitor, next=address)
    call_command("send_notifications")
    visitor.post(re.search(r"/accounts/confirm-email/\S+", mail.outbox[0].body).group())
    assert said in page_words(visitor.get(reverse("account_login")).text)
    credentials = {"login": "new@example.org", "password": make.PASSWORD}
    assert visitor.post(reverse("account_login"), credentials).url == address
    visitor.post(reverse("account_logout"))
    assert visitor.post(reverse("account_login"), credentials).url == reverse("advising:me")
