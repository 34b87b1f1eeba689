"""The hearing on a refused correction: asked for, arranged with someone free of interest, closed, and what remains."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from advising import policy
from advising.exceptions import AdvisingError
from advising.models import AccessLog, Hearing, Notification, RecordRequest
from advising.services import hearings as service
from advising.services import outbox, requests
from tests.advising.factories import make_advisor, make_assignment, make_note, make_request, make_student
from tests.advising.surfaces import READS
from tests.factories import client_for, make_user

pytestmark = pytest.mark.django_db

SOON = timedelta(days=9)


@pytest.fixture
def note(student, advisor, lead):
    """Of Sam, by ``advisor`` in the unit of ``lead``, shared."""
    sam, author = make_student(student), make_advisor(advisor)
    make_advisor(lead, unit=author.unit)
    make_assignment(sam, author)
    return make_note(sam, author, visibility="student", body="Sam said no.")


@pytest.fixture
def judge(stranger_advisor):
    """An advisor of another unit."""
    make_advisor(stranger_advisor)
    return stranger_advisor


def refused(note, lead, **values) -> RecordRequest:
    asked = requests.ask_to_amend(note, user=note.student.user, text="I never said so.")
    requests.decide(asked, user=lead, granted=False, decision="It is what was said.")
    return RecordRequest.objects.get()


def arranged(note, lead, judge) -> RecordRequest:
    asked = refused(note, lead)
    service.ask_for_hearing(asked, user=note.student.user)
    arrange(asked, lead, judge)
    return RecordRequest.objects.get()


def arrange(asked, user, judge, **values) -> None:
    facts = {"takes_place_at": timezone.now() + SOON, "place": "Room 4", "presider": judge, **values}
    service.arrange_hearing(asked, user=user, **facts)


def begin(asked) -> None:
    """Let the time of the hearing come."""
    Hearing.objects.filter(request=asked).update(takes_place_at=timezone.now() - timedelta(hours=1))


def told(user):
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("subject", flat=True))


def page_of(asked) -> str:
    return reverse("advising:record_request", args=[asked.pk])


def test_the_word_of_a_refusal_names_the_right_to_a_hearing(note, lead):
    asked = refused(note, lead)
    assert told(note.student.user) == [
        "Your request to correct your record was refused. You have the right to a hearing on it"
    ]
    page = client_for(note.student.user).get(page_of(asked)).text
    assert "Your right to a hearing" in page
    assert 'value="hear"' in page
    assert 'value="hear"' not in client_for(lead).get(page_of(asked)).text


def test_a_refused_inspection_has_no_hearing(note, lead):
    asked = requests.ask_to_inspect(note.student, user=note.student.user)
    requests.decide(asked, user=lead, granted=False, decision="It is all there.")
    assert told(note.student.user) == ["Your request about your record was decided"]
    with pytest.raises(AdvisingError, match="on a correction that was refused"):
        service.ask_for_hearing(asked, user=note.student.user)


def test_from_the_refusal_to_the_outcome_on_the_pages(note, lead, judge):
    asked = refused(note, lead)
    student, keeper = client_for(note.student.user), client_for(lead)
    student.post(page_of(asked), {"action": "hear"})
    asked.refresh_from_db()
    assert (asked.state, asked.hearing.refused_by) == ("hearing", lead)
    assert told(lead)[-1] == "Sam Student asks for a hearing on a refused correction"
    when = timezone.localtime(timezone.now() + SOON).replace(second=0, microsecond=0)
    facts = {"takes_place_at": f"{when:%Y-%m-%dT%H:%M}", "place": "Room 4", "presider": judge.pk}
    assert keeper.post(page_of(asked), {"action": "arrange", **facts}).status_code == 302
    hearing = Hearing.objects.get()
    assert (hearing.takes_place_at, hearing.place, hearing.presider, hearing.arranged_by) == (
        when,
        "Room 4",
        judge,
        lead,
    )
    assert told(note.student.user)[-1].startswith("Your hearing is on ")
    assert told(judge)[-1].startswith("You preside over a hearing about a student’s record on ")
    for client in (student, keeper, client_for(judge)):
        page = client.get(page_of(asked)).text
        assert "Room 4" in page
        assert "Sam said no." not in page
    assert "Record the outcome" not in keeper.get(page_of(asked)).text
    begin(asked)
    assert "Record the outcome" in keeper.get(page_of(asked)).text
    keeper.post(page_of(asked), {"action": "close", "granted": "no", "reasons": "Two witnesses heard it."})
    asked.refresh_from_db()
    assert (asked.state, asked.decision, asked.hearing.reasons, asked.hearing.closed_by) == (
        "refused",
        "It is what was said.",
        "Two witnesses heard it.",
        lead,
    )
    assert told(note.student.user)[-1] == (
        "The refusal stands after the hearing. You may attach a statement to the note"
    )
    student.post(page_of(asked), {"action": "state", "statement": "I object."})
    asked.refresh_from_db()
    assert asked.statement == "I object."
    assert told(lead)[-1] == "Sam Student attached a statement to a refused correction"
    record = student.get(reverse("advising:my_record")).text
    for text in ("It is what was said.", "Two witnesses heard it.", "I object.", "Room 4"):
        assert text in record


def test_a_hearing_can_grant_what_was_refused(note, lead, judge):
    asked = arranged(note, lead, judge)
    begin(asked)
    service.close_hearing(asked, user=lead, granted=True, reasons="The calendar proves it.")
    asked.refresh_from_db()
    assert (asked.state, asked.hearing.closed_by) == ("granted", lead)
    assert told(note.student.user)[-1] == "Your correction was granted after the hearing"
    assert told(note.author)[-1] == "A student’s request to correct a note of yours was granted"
    with pytest.raises(AdvisingError, match="on a correction that was refused"):
        service.ask_for_hearing(asked, user=note.student.user)


def test_it_is_asked_for_once_and_by_the_student_alone(note, lead, other_student):
    asked = requests.ask_to_amend(note, user=note.student.user, text="Wrong")
    with pytest.raises(AdvisingError, match="that was refused"):
        service.ask_for_hearing(asked, user=note.student.user)
    requests.decide(asked, user=lead, granted=False, decision="No.")
    for user in (lead, note.author, other_student):
        with pytest.raises(AdvisingError, match="not your request"):
            service.ask_for_hearing(asked, user=user)
    service.ask_for_hearing(asked, user=note.student.user)
    with pytest.raises(AdvisingError, match="once"):
        service.ask_for_hearing(asked, user=note.student.user)
    with pytest.raises(AdvisingError, match="still to come"):
        requests.ask_to_amend(note, user=note.student.user, text="Once more")
    # While it is heard there is nothing to state yet, and nothing to decide outside the hearing.
    with pytest.raises(AdvisingError, match="that was refused"):
        requests.attach_statement(asked, user=note.student.user, statement="I object.")
    with pytest.raises(AdvisingError, match="closed already"):
        requests.decide(asked, user=lead, granted=True, decision="Yes.")


def test_no_second_hearing_after_the_first(note, lead, judge):
    asked = arranged(note, lead, judge)
    begin(asked)
    service.close_hearing(asked, user=lead, granted=False, reasons="As before.")
    with pytest.raises(AdvisingError, match="once"):
        service.ask_for_hearing(asked, user=note.student.user)
    with pytest.raises(AdvisingError, match="once, after"):
        service.close_hearing(asked, user=lead, granted=True, reasons="Or not.")
    with pytest.raises(AdvisingError, match="No hearing"):
        arrange(asked, lead, judge)


def test_who_presides_has_no_direct_interest(note, lead, judge, student, admin, editor):
    asked = refused(note, lead)
    service.ask_for_hearing(asked, user=student)
    away = make_user("Advisor", is_active=False)
    for user in (lead, note.author, student, editor, away):
        assert user not in policy.presiders(asked)
        with pytest.raises(AdvisingError, match="no direct interest"):
            arrange(asked, lead, user)
    assert set(policy.presiders(asked)) == {judge, admin}
    answer = client_for(lead).post(
        page_of(asked),
        {"action": "arrange", "takes_place_at": "2099-01-01T10:00", "place": "Room 4", "presider": lead.pk},
    )
    assert list(answer.context["steps"]["arrange"].errors) == ["presider"]
    asked.refresh_from_db()
    assert asked.state == "hearing"


def test_arranging_needs_a_time_to_come_and_a_place(note, lead, judge):
    asked = refused(note, lead)
    service.ask_for_hearing(asked, user=note.student.user)
    with pytest.raises(AdvisingError, match="time to come"):
        arrange(asked, lead, judge, takes_place_at=timezone.now())
    with pytest.raises(AdvisingError, match="where"):
        arrange(asked, lead, judge, place=" ")


def test_a_change_is_told_and_the_same_again_is_not(note, lead, judge, admin):
    asked, when = arranged(note, lead, judge), timezone.now() + 2 * SOON
    before = len(told(note.student.user))
    arrange(asked, lead, judge, takes_place_at=when)
    arrange(asked, lead, judge, takes_place_at=when)
    assert len(told(note.student.user)) == before + 1
    arrange(asked, lead, admin, takes_place_at=when)
    assert told(judge)[-1] == "You no longer preside over a hearing about a student’s record"
    assert len(told(admin)) == 1
    assert client_for(judge).get(page_of(asked)).status_code == 404


def test_the_outcome_needs_its_time_and_reasons(note, lead, judge):
    asked = arranged(note, lead, judge)
    with pytest.raises(AdvisingError, match="after the hearing has begun"):
        service.close_hearing(asked, user=lead, granted=True, reasons="Early.")
    begin(asked)
    with pytest.raises(AdvisingError, match="reasons"):
        service.close_hearing(asked, user=lead, granted=True, reasons=" ")


def test_only_keepers_arrange_and_close(note, lead, judge, other_student):
    asked = arranged(note, lead, judge)
    begin(asked)
    facts = {"takes_place_at": "2099-01-01T10:00", "place": "Room 5", "presider": judge.pk, "granted": "yes"}
    rows = [(note.student.user, 403), (judge, 403), (note.author, 404), (other_student, 404)]
    for user, status in rows:
        for action in ("arrange", "close"):
            data = {"action": action, "reasons": "Because.", **facts}
            assert client_for(user).post(page_of(asked), data).status_code == status, (user, action)
        with pytest.raises(AdvisingError, match="cannot arrange"):
            arrange(asked, user, judge)
        with pytest.raises(AdvisingError, match="cannot record"):
            service.close_hearing(asked, user=user, granted=True, reasons="Because.")
    assert client_for(lead).post(page_of(asked), {"action": "hear"}).status_code == 403
    assert RecordRequest.objects.get().state == "scheduled"


def test_who_sees_a_request_that_is_heard(cast):
    judge = cast["other advisor"]
    asked = make_request(
        cast["record"], kind="amend", text="Wrong", state="scheduled", decided_by=cast["lead of the unit"],
        decided_at=timezone.now(),
    )  # fmt: skip
    Hearing.objects.create(
        request=asked, refused_by=asked.decided_by, takes_place_at=timezone.now(), place="Room 4", presider=judge,
        arranged_by=asked.decided_by,
    )  # fmt: skip
    keepers = {"lead of the unit", "administrator", "administrator with emergency access"}
    seen = {name: policy.can(cast[name], "view", asked).reason for name in READS}
    assert {name for name in seen if seen[name]} == {*keepers, "the student", "other advisor"}
    assert seen["other advisor"] == "hearing"
    assert {name for name in READS if policy.can(cast[name], "decide", asked)} == keepers
    assert not policy.can(judge, "view", asked.student)
    asked.state = "refused"
    asked.save()
    assert not policy.can(judge, "view", asked)


def test_reading_it_as_presider_is_logged_with_that_reason(note, lead, judge):
    client_for(judge).get(page_of(arranged(note, lead, judge)))
    assert AccessLog.objects.filter(actor=judge).values_list("action", "reason").get() == ("read", "hearing")


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"presider": "refuser"}, "hearing_not_by_who_refused"),
        ({"place": ""}, "hearing_is_arranged_whole"),
        ({"presider": None}, "hearing_is_arranged_whole"),
        ({"reasons": "Said early."}, "hearing_is_closed_with_reasons"),
        ({"takes_place_at": None, "presider": None, "place": "", "arranged_by": None, "closed": True}, "closed_with"),
    ],
)
def test_the_database_holds_a_hearing_to_its_form(note, lead, judge, values, constraint):
    hearing = arranged(note, lead, judge).hearing
    people = {"refuser": lead}
    values = dict(values)
    if values.pop("closed", False):
        values |= {"closed_at": timezone.now(), "closed_by": lead, "reasons": "Never held."}
    for name, value in values.items():
        setattr(hearing, name, people.get(value, value) if isinstance(value, str) else value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        hearing.save()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"kind": "inspect"}, "record_hearing_on_an_amendment"),
        ({"decided_by": None}, "record_request_decided_by_someone"),
    ],
)
def test_the_database_hears_refused_corrections_alone(note, lead, values, constraint):
    asked = refused(note, lead)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RecordRequest.objects.filter(pk=asked.pk).update(state="hearing", **values)


def test_mail_about_a_hearing_says_nothing_private(note, lead, judge):
    asked = arranged(note, lead, judge)
    begin(asked)
    service.close_hearing(asked, user=lead, granted=False, reasons="Two witnesses heard it.")
    requests.attach_statement(asked, user=note.student.user, statement="I object.")
    outbox.send_waiting()
    mails = [str(message.message()) for message in mail.outbox]
    # Asked, refused, hearing asked for, two of the arrangement, the outcome, the statement.
    assert len(mails) == 7
    for text in ("never said", "what was said", "said no", "Room 4", "witnesses", "object"):
        assert text not in "".join(mails)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_tells_of_hearings_at_the_same_cost(note, lead, judge, number, django_assert_num_queries):
    for _ in range(number):
        asked = make_request(
            note.student, kind="amend", text="Wrong", state="scheduled", decided_by=lead, decided_at=timezone.now()
        )
        Hearing.objects.create(
            request=asked, refused_by=lead, takes_place_at=timezone.now(), place="x", presider=judge, arranged_by=lead
        )
    client = client_for(lead)
    with django_assert_num_queries(9):
        page = client.get(reverse("advising:record_requests")).text
    assert page.count("· hearing") == number
