"""My page and my whole record: everything of mine, nothing of anyone else's, and the same cost however much it is."""

import pytest
from django.urls import reverse

from advising.services.notes import change_note
from tests import factories as make
from tests.advising import factories as records
from tests.factories import client_for
from tests.pages import page_words

pytestmark = pytest.mark.django_db

PAGES = ("advising:me", "advising:my_record")


@pytest.fixture
def sam(student):
    return records.make_student(student)


@pytest.fixture
def ada(advisor, sam):
    profile = records.make_advisor(advisor)
    records.make_assignment(sam, profile)
    return profile


def fill(student, advisor, word: str):
    """One of everything, each with ``word`` in it."""
    title = make.make_job_title(name=f"{word} title")
    goal = records.make_goal(student, job_title=title)
    records.make_step(goal, step=f"{word} step")
    records.make_saved_program(student, program=make.make_program(name=f"{word} program"))
    records.make_saved_search(student, name=f"{word} search")
    records.make_topic(student, text=f"{word} topic")
    records.make_item(student, title=f"{word} item")
    records.make_note(student, advisor, topic=f"{word} note", visibility="student")
    records.make_appointment(student, advisor, agenda=f"{word} agenda")
    records.make_request(student, text=f"{word} request")


def test_both_pages_show_what_is_mine(sam, ada):
    fill(sam, ada, "Heron")
    client = client_for(sam.user)
    me = page_words(client.get(reverse("advising:me")).text)
    for noun in ("title", "program", "search", "topic", "item", "note"):
        assert f"Heron {noun}" in me
    assert f"{ada} Primary advisor" in me
    record = page_words(client.get(reverse("advising:my_record")).text)
    for noun in ("title", "step", "program", "search", "topic", "item", "note", "agenda", "request"):
        assert f"Heron {noun}" in record
    assert "We compared two programs." in record
    assert "Student number Not reported" in record


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_another_student_shows(sam, ada, other_student, name):
    fill(records.make_student(other_student), ada, "Heron")
    assert "Heron" not in client_for(sam.user).get(reverse(name)).text


@pytest.mark.parametrize("visibility", ["author_only", "team", "unit", "advisors"])
@pytest.mark.parametrize("name", PAGES)
def test_a_note_that_is_not_shared_leaves_no_trace(sam, ada, visibility, name):
    client = client_for(sam.user)
    before = page_words(client.get(reverse(name)).text)
    records.make_note(sam, ada, topic="Heron", body="Heron", visibility=visibility)
    records.make_note(sam, ada, topic="Heron", body="Heron", visibility="student", state="draft")
    records.make_item(sam, title="Heron", assignee="advisor", advisor=ada)
    records.make_alert(sam, text="Heron", private_text="Heron")
    after = page_words(client.get(reverse(name)).text)
    assert "Heron" not in after
    if name == "advising:me":
        assert after == before


def test_an_earlier_text_that_was_shared_is_part_of_the_record(sam, ada):
    note = records.make_note(sam, ada, visibility="student", body="First words")
    change_note(note, user=ada.user, publish=True, facts={"body": "Second words"}, links={}, version=1)
    record = client_for(sam.user).get(reverse("advising:my_record")).text
    assert "First words" in record
    assert "Second words" in record


@pytest.mark.parametrize("name", PAGES)
def test_statements_do_not_grow(sam, ada, name, django_assert_max_num_queries):
    client, counts = client_for(sam.user), []
    for words in (["Heron"], ["Egret", "Ibis"]):
        for word in words:
            fill(sam, ada, word)
        client.get(reverse(name))
        with django_assert_max_num_queries(40) as counted:
            client.get(reverse(name))
        counts.append(len(counted.captured_queries))
    assert counts[0] == counts[1]


def test_the_way_to_my_page_is_in_the_header_of_those_who_are_signed_in(sam, visitor):
    link = f'href="{reverse("advising:me")}"'
    assert link in client_for(sam.user).get("/").text
    assert link not in visitor.get("/").text


def test_an_empty_page_says_what_to_do(sam):
    words = page_words(client_for(sam.user).get(reverse("advising:me")).text)
    for text in ("What do you want to become?", "Nothing at the moment.", "No note has been shared with you."):
        assert text in words
