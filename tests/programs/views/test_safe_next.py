"""The way back that a request names: a page of this site or the page's own, never an error, never another site."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.shortcuts import redirect
from django.test import RequestFactory
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from programs.views.safe_next import safe_next
from tests.advising.factories import make_item, make_saved_program, make_student
from tests.factories import PASSWORD, client_for

NO_PATHS = ["%", "[", "true", "x", "home", "programs:search", "./x", "../x", "//evil.example/", "/\\evil.example/"]
NO_PATHS += [
    "\\\\evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "/\n/evil.example",
    "//[",
    "/a\0b",
    "?q=1",
]
PATHS = ["/", "/careers/?q=a&page=2#top", "/%", "/[", "/true", "/x:y", "/a//b", "/pröfung/", "/" + "x" * 3000]

near_a_path = st.builds("{}{}".format, st.sampled_from(["", "/", "//", "/\\", "\\", "http:", "/%"]), st.text())


def back_to(text: str) -> str:
    return redirect(safe_next(RequestFactory().post("/", {"next": text}), "home")).url


@given(near_a_path)
@example("%")
@example("[")
@example("//[")
def test_whatever_is_named_the_answer_stays_on_this_site(text):
    """A browser reads a backslash as a slash, and drops tabs and line ends."""
    as_read = "".join(letter for letter in back_to(text) if letter not in "\t\r\n").replace("\\", "/")
    assert as_read.startswith("/")
    assert urlsplit(urljoin("https://testserver/from/", as_read)).netloc == "testserver"


@pytest.mark.parametrize("text", NO_PATHS)
def test_what_is_no_path_of_this_site_leads_to_the_pages_own(text):
    assert back_to(text) == "/"


@pytest.mark.parametrize("text", PATHS)
def test_a_path_of_this_site_is_kept(text):
    assert safe_next(RequestFactory().get("/", {"next": text}), "home") == text


def test_an_address_too_long_to_redirect_to_is_left_out():
    assert back_to("/" + "x" * 20_000) == "/"


@pytest.mark.django_db
@pytest.mark.parametrize("text", NO_PATHS)
def test_every_page_that_takes_a_way_back(text, visitor, student):
    profile = make_student(student)
    client = client_for(student)
    credentials = {"login": student.email, "password": PASSWORD}
    answers = {
        "place": visitor.post(reverse("programs:place"), {"place": "Ohio", "next": text}),
        "sign in": visitor.post(reverse("account_login"), {**credentials, "next": text}),
        "item": client.post(
            reverse("advising:set_item_state", args=[make_item(profile).pk]), {"state": "done", "next": text}
        ),
        "saved": client.post(
            reverse("advising:edit_saved", args=[make_saved_program(profile).pk]), {"action": "remove", "next": text}
        ),
    }
    assert {name: answer.url for name, answer in answers.items()} == {
        "place": reverse("programs:careers"),
        "sign in": reverse("advising:me"),
        "item": reverse("advising:items"),
        "saved": reverse("advising:saved_programs"),
    }
    assert client.post(reverse("account_logout"), {"next": text}).url == "/"


@pytest.mark.django_db
def test_an_identity_provider_may_name_the_whole_address_of_a_page(visitor, student):
    there = {"login": student.email, "password": PASSWORD, "next": "http://testserver/programs/"}
    assert visitor.post(reverse("account_login"), there).url == "http://testserver/programs/"
    lookalike = {**there, "next": "http://testserver.evil.example/programs/"}
    assert client_for().post(reverse("account_login"), lookalike).url == "/"
