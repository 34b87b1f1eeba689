"""Requests to inspect or amend a record: who asks, who decides, what is told, and the statement that stays."""

import pytest
from django.urls import reverse

from advising.exceptions import AdvisingError
from advising.models import AccessLog, Notification, RecordRequest
from advising.services import requests as service
from tests.advising.factories import make_advisor, make_assignment, make_note, make_request, make_student
from tests.factories import client_for

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
    with django_assert_num_queries(17):
        page = client.get(reverse("advising:record_requests"))
    assert len(page.context["page"].object_list) == number
