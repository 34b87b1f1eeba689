"""Requests to inspect or amend a record: who asks, who decides, what is told, and the statement that stays."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from advising.exceptions import AdvisingError
from advising.models import AccessLog, Notification, RecordRequest
from advising.services import requests as service
from tests.advising.factories import make_advisor, make_assignment, make_note, make_request, make_student
from tests.factories import client_for
from tests.pages import page_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(student):
    return make_student(student)


@pytest.fixture
def ada(advisor, lead, sam):
    """The advisor of ``sam``, in the unit of ``lead``."""
    profile = make_advisor(advisor)
    make_advisor(lead, unit=profile.unit)
    make_assignment(sam, profile)
    return profile


@pytest.fixture
def note(sam, ada):
    return make_note(sam, ada, visibility="student")


def told(user):
    notifications = Notification.objects.filter(user=user, kind="request").order_by("pk")
    return [notification.subject for notification in notifications]


def amend(note, text="I never said so."):
    return service.ask_to_amend(note, user=note.student.user, text=text)


def test_asking_to_inspect_tells_the_lead_and_is_open_once(sam, ada, lead):
    service.ask_to_inspect(sam, user=sam.user, text=" Everything ")
    with pytest.raises(AdvisingError, match="asked already"):
        service.ask_to_inspect(sam, user=sam.user)
    assert list(RecordRequest.objects.values_list("kind", "text", "state")) == [("inspect", "Everything", "open")]
    assert told(lead) == ["Sam Student asks to see their record"]
    assert (told(sam.user), told(ada.user)) == ([], [])


def test_without_a_lead_the_administrators_are_told(sam, admin):
    service.ask_to_inspect(sam, user=sam.user)
    assert told(admin) == ["Sam Student asks to see their record"]


def test_only_a_note_that_the_student_reads_can_be_amended(sam, ada, other_student):
    hidden = make_note(sam, ada, visibility="team")
    shared = make_note(sam, ada, visibility="student")
    with pytest.raises(AdvisingError, match="notes that you can read"):
        amend(hidden)
    for user in (ada.user, other_student):
        with pytest.raises(AdvisingError, match="notes that you can read"):
            service.ask_to_amend(shared, user=user, text="Wrong")
    with pytest.raises(AdvisingError, match="Say what is wrong"):
        amend(shared, text="  ")
    amend(shared)
    with pytest.raises(AdvisingError, match="still to come"):
        amend(shared)


def test_a_granted_correction_is_told_to_student_and_author(note, lead):
    asked = amend(note)
    service.decide(asked, user=lead, granted=True, decision="You are right.")
    asked.refresh_from_db()
    assert (asked.state, asked.decision, asked.decided_by) == ("granted", "You are right.", lead)
    assert told(note.student.user) == ["Your request about your record was decided"]
    assert told(note.author) == ["A student’s request to correct a note of yours was granted"]
    assert client_for(note.author).get(reverse("advising:record_request", args=[asked.pk])).status_code == 200


def test_a_decision_needs_reasons_and_is_taken_once(note, lead):
    asked = amend(note)
    with pytest.raises(AdvisingError, match="reasons"):
        service.decide(asked, user=lead, granted=False, decision=" ")
    service.decide(asked, user=lead, granted=False, decision="It is what was said.")
    with pytest.raises(AdvisingError, match="closed already"):
        service.decide(asked, user=lead, granted=True, decision="Or not.")
    asked.refresh_from_db()
    assert asked.state == "refused"


def test_no_one_else_decides(note, stranger_advisor, other_student):
    make_advisor(stranger_advisor)
    asked = amend(note)
    for user in (note.author, note.student.user, stranger_advisor, other_student):
        with pytest.raises(AdvisingError, match="cannot decide"):
            service.decide(asked, user=user, granted=True, decision="Because.")


def test_a_lead_does_not_decide_on_their_own_record(lead):
    own = make_student(lead)
    asked = make_request(own)
    with pytest.raises(AdvisingError, match="cannot decide"):
        service.decide(asked, user=lead, granted=True, decision="Because.")


def test_after_a_refusal_the_statement_stands_with_the_note(note, lead):
    asked = amend(note)
    with pytest.raises(AdvisingError, match="that was refused"):
        service.attach_statement(asked, user=note.student.user, statement="Too early")
    service.decide(asked, user=lead, granted=False, decision="It is what was said.")
    with pytest.raises(AdvisingError, match="not your request"):
        service.attach_statement(asked, user=lead, statement="Mine")
    with pytest.raises(AdvisingError, match="Write the statement"):
        service.attach_statement(asked, user=note.student.user, statement="")
    service.attach_statement(asked, user=note.student.user, statement="I object to the second line.")
    for user in (note.student.user, note.author):
        page = client_for(user).get(reverse("advising:note", args=[note.pk])).text
        assert "I object to the second line." in page
        assert "Ask for a correction" in page or user == note.author


def test_a_request_is_withdrawn_by_its_student_while_it_is_open(note, other_student, lead):
    asked = amend(note)
    with pytest.raises(AdvisingError, match="not your request"):
        service.withdraw(asked, user=other_student)
    service.withdraw(asked, user=note.student.user)
    with pytest.raises(AdvisingError, match="closed already"):
        service.withdraw(asked, user=note.student.user)
    with pytest.raises(AdvisingError, match="closed already"):
        service.decide(asked, user=lead, granted=True, decision="Late")


# Pages


def test_from_the_note_to_the_statement_on_the_pages(note, lead):
    student, keeper = client_for(note.student.user), client_for(lead)
    link = f"{reverse('advising:new_request')}?note={note.pk}"
    assert link in student.get(reverse("advising:note", args=[note.pk])).text
    assert student.get(link).status_code == 200
    assert not RecordRequest.objects.exists()
    student.post(link, {"text": "It was Tuesday.", "state": "granted", "student": 5})
    asked = RecordRequest.objects.get()
    assert (asked.state, asked.note, asked.student) == ("open", note, note.student)
    address = reverse("advising:record_request", args=[asked.pk])
    assert "It was Tuesday." in keeper.get(address).text
    answer = keeper.post(address, {"action": "decide", "granted": "maybe", "decision": ""})
    assert set(answer.context["steps"]["decide"].errors) == {"granted", "decision"}
    keeper.post(address, {"action": "decide", "granted": "no", "decision": "The calendar says Monday."})
    assert "The calendar says Monday." in student.get(address).text
    student.post(address, {"action": "state", "statement": "The calendar is wrong."})
    asked.refresh_from_db()
    assert (asked.state, asked.statement) == ("refused", "The calendar is wrong.")


def test_reading_a_request_is_logged_for_all_but_its_student(note, lead):
    asked = amend(note)
    address = reverse("advising:record_request", args=[asked.pk])
    client_for(note.student.user).get(address)
    assert not AccessLog.objects.exists()
    client_for(lead).get(address)
    assert list(AccessLog.objects.values_list("actor", "object_type", "reason")) == [
        (lead.pk, "recordrequest", "unit")
    ]


def test_requests_are_unknown_to_those_without_a_part_in_them(note, other_student, stranger_advisor):
    make_student(other_student)
    make_advisor(stranger_advisor)
    asked = amend(note)
    address = reverse("advising:record_request", args=[asked.pk])
    for user in (other_student, stranger_advisor, note.author):
        assert client_for(user).get(address).status_code == 404
        for action in ("decide", "withdraw", "state"):
            data = {"action": action, "granted": "yes", "decision": "Yes", "statement": "Mine"}
            assert client_for(user).post(address, data).status_code == 404
    assert client_for(other_student).get(f"{reverse('advising:new_request')}?note={note.pk}").status_code == 404


def test_a_known_request_is_not_anyones_to_change(note, lead):
    asked = amend(note)
    address = reverse("advising:record_request", args=[asked.pk])
    decide = {"action": "decide", "granted": "yes", "decision": "Yes"}
    assert client_for(note.student.user).post(address, decide).status_code == 403
    assert client_for(lead).post(address, {"action": "withdraw"}).status_code == 403
    asked.refresh_from_db()
    assert asked.state == "open"


@pytest.mark.parametrize("number", ["0", "x", "²", "9" * 30])
def test_a_request_about_no_note_is_a_404(sam, number):
    assert client_for(sam.user).get(f"{reverse('advising:new_request')}?note={number}").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_with_one_and_three(sam, ada, lead, number, django_assert_num_queries):
    for _ in range(number):
        make_request(sam, kind="amend", text="Wrong")
    client = client_for(lead)
    client.get(reverse("advising:record_requests"))
    with django_assert_num_queries(9):
        page = client.get(reverse("advising:record_requests"))
    assert len(page.context["page"].object_list) == number


# Time limits


def asked_days_ago(student, days: int, **values) -> RecordRequest:
    asked = make_request(student, **values)
    RecordRequest.objects.filter(pk=asked.pk).update(created_at=timezone.now() - timedelta(days=days))
    asked.refresh_from_db()
    return asked


def test_a_request_to_inspect_is_due_within_45_days(sam):
    asked, late = asked_days_ago(sam, 45), asked_days_ago(sam, 46)
    assert (asked.due_on, asked.is_overdue) == (timezone.localdate(), False)
    assert (late.due_on, late.is_overdue) == (timezone.localdate() - timedelta(days=1), True)
    assert list(RecordRequest.objects.overdue()) == [late]


def test_what_is_answered_or_has_no_days_is_never_overdue(sam, lead):
    facts = {"decided_by": lead, "decided_at": timezone.now(), "decision": "Here."}
    others = [
        asked_days_ago(sam, 99, kind="amend", text="Wrong"),
        asked_days_ago(sam, 99, state="granted", **facts),
        asked_days_ago(sam, 99, state="withdrawn"),
    ]
    assert [(asked.due_on, asked.is_overdue) for asked in others] == [(None, False)] * 3
    assert not RecordRequest.objects.overdue().exists()


def test_the_list_shows_what_is_due_and_overdue_the_oldest_first(sam, ada, lead):
    new, late = asked_days_ago(sam, 1), asked_days_ago(sam, 60)
    done = make_request(sam, state="withdrawn")
    page = client_for(lead).get(reverse("advising:record_requests"))
    assert [asked.pk for asked in page.context["page"]] == [late.pk, new.pk, done.pk]
    words = page_words(page.text)
    due = late.due_on
    assert f"due {due:%b} {due.day}, {due.year}" in words
    assert "1 overdue." in words
    assert words.count("Overdue") == 1
    assert "None is overdue." in page_words(client_for(lead_of_nobody()).get(reverse("advising:record_requests")).text)


def lead_of_nobody():
    return make_advisor(lead=True).user


# The statement goes with the note


@pytest.fixture
def contested(note, lead):
    """``note`` with a statement of its student."""
    asked = amend(note)
    service.decide(asked, user=lead, granted=False, decision="It is what was said.")
    service.attach_statement(asked, user=note.student.user, statement="I object to it.")
    return note


WITH_THE_NOTE = {
    "detail": lambda note: reverse("advising:note", args=[note.pk]),
    "timeline": lambda note: reverse("advising:record", args=[note.student_id]),
    "print": lambda note: reverse("advising:print_record", args=[note.student_id]),
    "file": lambda note: reverse("advising:print_record", args=[note.student_id]) + "?download=1",
    "as student": lambda note: reverse("advising:note_as_student", args=[note.pk]),
    "my record": lambda note: reverse("advising:my_record"),
}


@pytest.mark.parametrize("place", WITH_THE_NOTE)
def test_a_statement_goes_wherever_the_note_is_shown(contested, place):
    user = contested.student.user if place == "my record" else contested.author
    page = client_for(user).get(WITH_THE_NOTE[place](contested)).text
    assert contested.body in page
    assert "I object to it." in page


@pytest.mark.parametrize("place", ["timeline", "print", "file"])
def test_a_statement_stays_hidden_where_the_note_is(contested, ada, place):
    contested.visibility = "author_only"
    contested.save()
    peer = make_advisor(unit=ada.unit)
    page = client_for(peer.user).get(WITH_THE_NOTE[place](contested))
    assert page.status_code == 200
    for text in (contested.body, "I object to it."):
        assert text not in page.text


def test_a_request_shows_nothing_of_the_note_it_is_about(contested, lead):
    asked = RecordRequest.objects.get()
    for address in (reverse("advising:record_requests"), reverse("advising:record_request", args=[asked.pk])):
        page = client_for(lead).get(address).text
        for text in (contested.body, contested.topic):
            assert text not in page
