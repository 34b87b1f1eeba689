"""While the database is in trouble: pages that say so, keep what was typed, and answer from memory where they can."""

import html
import re

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from advising.models import Note
from programs.choices import AwardLevel
from programs.search.index import snapshot
from tests import factories as make
from tests.advising.factories import make_advisor, make_assignment, make_student
from tests.pages import one_line, page_faults, page_links, page_words

TYPED = "She told me about\n<b>the move</b> to Toledo."
NOTE = {
    "occurred_at": "2026-03-02T10:00",
    "kind": "general",
    "contact_type": "video",
    "visibility": "team",
    "body": TYPED,
    "action": "publish",
}


def patient(user=None) -> Client:
    """A browser that shows the page of an error, as browsers do."""
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return client


@pytest.fixture
def sam(student, advisor):
    record = make_student(student)
    make_assignment(record, make_advisor(advisor))
    return record


def kept(answer) -> list[str]:
    """The texts that the page gives back."""
    found = re.findall(r"<textarea[^>]* readonly>(.*?)</textarea>", one_line(answer.text), re.S)
    return [html.unescape(text) for text in found]


def heading(answer) -> str:
    return page_words(re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.S)[1])


# A database that takes no changes


@pytest.mark.django_db(transaction=True)
def test_a_note_that_cannot_be_saved_is_shown_to_be_copied(sam, advisor, request):
    client = patient(advisor)
    request.getfixturevalue("read_only")
    answer = client.post(reverse("advising:new_note", args=[sam.pk]), NOTE)
    assert (answer.status_code, answer["Cache-Control"]) == (503, "private, no-store")
    assert heading(answer) == "That could not be saved"
    assert "so that nothing can be saved" in page_words(answer.text)
    assert TYPED in kept(answer)
    assert page_faults(answer.text) == []
    assert not Note.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_signing_in_and_a_place_say_that_nothing_can_be_saved(student, request):
    request.getfixturevalue("read_only")
    answer = patient().post(reverse("account_login"), {"login": student.email, "password": make.PASSWORD})
    assert (answer.status_code, heading(answer)) == (503, "That could not be saved")
    assert kept(answer) == [student.email]
    answer = patient().post(reverse("programs:place"), {"place": "Ohio", "next": "/careers/"})
    assert (answer.status_code, heading(answer), kept(answer)) == (503, "That could not be saved", ["Ohio"])


@pytest.mark.django_db(transaction=True)
def test_what_can_be_read_without_a_trace_can_be_read(sam, student, advisor, request):
    """A record that somebody else reads leaves a line in the access log: it stays closed, and says why."""
    program = make.make_offering().program
    clients = {"visitor": patient(), "student": patient(student), "advisor": patient(advisor)}
    request.getfixturevalue("read_only")
    pages = ["/", "/programs/", "/careers/", program.get_absolute_url(), reverse("account_login")]
    assert [clients["visitor"].get(page).status_code for page in pages] == [200] * len(pages)
    own = [reverse(f"advising:{name}") for name in ("me", "my_record", "items", "saved_programs")]
    assert [clients["student"].get(page).status_code for page in own] == [200] * len(own)
    answer = clients["advisor"].get(reverse("advising:record", args=[sam.pk]))
    assert (answer.status_code, heading(answer)) == (503, "This page is not available at the moment")
    assert "Whoever opens this page is written down" in page_words(answer.text)


# A database that is away


@pytest.mark.parametrize(
    ("path", "status"), [("/", 503), ("/careers/", 503), ("/no/such/page/", 404), ("/advising/me/", 302)]
)
def test_a_page_that_needs_the_database_is_a_503(away, path, status):
    """That nobody is signed in, or that there is no such page, needs no database to know."""
    answer = patient().get(path)
    assert answer.status_code == status
    assert status == 302 or page_faults(answer.text) == []


def test_it_says_what_to_do_and_when_to_ask_again(away):
    snapshot.forget()
    answer = patient().get("/careers/")
    assert (heading(answer), answer["Retry-After"]) == ("This page is not available at the moment", "10")
    assert "Programs can be searched" not in page_words(answer.text)


def test_who_is_signed_in_is_asked_of_the_database_and_told_the_same(student, request):
    client = patient(student)
    request.getfixturevalue("away")
    answer = client.post(reverse("advising:discuss"), {"text": TYPED, "password": "hunter2", "files-TOTAL_FORMS": "1"})
    assert (answer.status_code, heading(answer), kept(answer)) == (503, "That could not be saved", [TYPED])
    assert "look whether it was saved after all" in page_words(answer.text)


def test_nothing_is_shown_of_a_form_that_another_site_sent(student, request):
    """Who is signed in is asked before the form is checked, and that fails."""
    browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    browser.force_login(student)
    request.getfixturevalue("away")
    answer = browser.post(reverse("programs:place"), {"place": "Call 555 0100"})
    assert (answer.status_code, "555 0100" in answer.text) == (503, False)


@pytest.mark.django_db
def test_a_fault_of_our_own_is_still_a_500(monkeypatch):
    monkeypatch.setattr("portal.views.search", lambda *args, **kwargs: 1 / 0)
    answer = patient().get("/")
    assert (answer.status_code, heading(answer)) == (500, "Something broke on our side")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("method", "status", "tries"), [("get", 200, 2), ("head", 200, 2), ("post", 503, 1)])
def test_what_was_being_read_when_the_connection_was_lost_is_read_again(method, status, tries, monkeypatch):
    asked = []

    def lose_once(execute, sql, params, many, context):
        asked.append(sql)
        if len(asked) == 1:
            raise OperationalError from psycopg.errors.AdminShutdown()
        return execute(sql, params, many, context)

    path = "/programs/" if method != "post" else reverse("account_reset_password")
    with connection.execute_wrapper(lose_once):
        assert getattr(patient(), method)(path, {"email": "a@b.org"}).status_code == status
    assert len(asked) > 1 if tries == 2 else len(asked) == 1


# The results page from memory


@pytest.fixture
def remembered(transactional_db):
    """Two programs that this process has read before the database went away."""
    school = make.make_organization(name="Buckeye College", city="Akron", state="OH")
    sample = make.make_organization(name="Lakeside Institute", city="Erie", state="PA", is_fictional=True)
    field = make.make_field(code="48.0508", title="Welding Technology/Welder")
    programs = [
        make.make_program(name=f"Welding {letter}", organization=where, field=field, award_level=level)
        for letter, where, level in (("A", school, AwardLevel.BACHELOR), ("B", sample, None))
    ]
    for program, modality in zip(programs, ("online", "in_person"), strict=True):
        make.make_offering(program=program, modality=modality)
    assert snapshot.current() is not None
    return programs


def shown(answer) -> list[int]:
    return [int(pk) for pk in re.findall(r'<article[^>]* data-program="(\d+)"', answer.text)]


def test_the_results_page_answers_from_memory(remembered, request):
    request.getfixturevalue("away")
    answer = patient().get("/programs/?q=welding")
    assert (answer.status_code, shown(answer)) == (200, [program.pk for program in remembered])
    words = page_words(answer.text)
    assert "Our database does not answer at the moment. This list is what we remember of it" in words
    assert "Welding A" in words
    assert "Bachelor’s degree Buckeye College · Akron, Ohio" in words
    assert "Non-credit Lakeside Institute · Erie, Pennsylvania sample" in words
    assert "2 programs" in words
    assert "Programs can be searched all the same" in page_words(patient().get("/careers/").text)
    assert page_faults(answer.text) == []
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("modality=online", [0]),
        ("state=PA", [1]),
        ("field=48&school=buckeye-college", [0]),
        ("field=48&school=no-such-school", [0, 1]),
        ("zip=44308&within=50", [0, 1]),
        ("q=nothing+like+that", []),
        ("page=99", [0, 1]),
        ("compare=1,2&sort=cost&exact=1&include_unknown=1", [0, 1]),
    ],
)
def test_its_filters_hold_and_what_cannot_be_looked_up_is_said(remembered, request, query, found):
    request.getfixturevalue("away")
    answer = patient().get(f"/programs/?{query}")
    assert (answer.status_code, shown(answer)) == (200, [remembered[at].pk for at in found])
    words = page_words(answer.text)
    assert ("ZIP codes cannot be looked up at the moment" in words) == ("zip=" in query)
    assert ("There is no “no-such-school” here" in words) == ("no-such-school" in query)


def test_whoever_is_signed_in_gets_it_as_a_visitor_does(remembered, student, request):
    client = patient(student)
    request.getfixturevalue("away")
    answer = client.get("/programs/?q=welding")
    assert shown(answer) == [program.pk for program in remembered]
    assert "Sign out" not in page_words(answer.text)
    assert not {link for link in page_links(answer.text) if link.startswith("/advising/")}
    assert "sessionid" not in answer.cookies, "who is signed in stays so"


def test_without_a_memory_it_is_a_503(away):
    snapshot.forget()
    assert patient().get("/programs/").status_code == 503


def test_a_fault_of_memory_is_logged_and_leaves_the_plain_page(away, monkeypatch, caplog):
    monkeypatch.setattr("portal.outage.remembered_results", lambda request: 1 / 0)
    assert patient().get("/programs/").status_code == 503
    assert "The results page could not be told from memory" in caplog.messages


@pytest.mark.django_db(transaction=True)
def test_the_account_is_not_made_by_a_sign_up_that_cannot_be_saved(read_only):
    values = {"email": "nia@example.org", "password1": make.PASSWORD, "password2": make.PASSWORD}
    answer = patient().post(reverse("account_signup"), {"first_name": "Nia", "last_name": "New", **values})
    assert (answer.status_code, kept(answer)) == (503, ["Nia", "New", "nia@example.org"])
    assert not get_user_model().objects.exists()
