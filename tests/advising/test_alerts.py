"""Alerts: where they go, each step, and what those who raised them never read."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from advising import policy
from advising.exceptions import AdvisingError
from advising.models import AccessLog, Alert, AlertEvent, Notification
from advising.services import alerts as service
from tests.advising.factories import (
    make_advisor,
    make_alert,
    make_alert_reason,
    make_assignment,
    make_student,
    make_unit,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(student, advisor, lead, editor, admin):
    """Sam, advised by Ada in a unit that Lena leads; Edda, who raises alerts; a reason of that unit."""
    unit = make_unit(name="Career Center")
    sam = make_student(student)
    ada = make_advisor(advisor, unit=unit)
    make_advisor(lead, unit=unit)
    make_assignment(sam, ada)
    return {"sam": sam, "ada": ada, "unit": unit, "reason": make_alert_reason(unit=unit, days_to_answer=2)}


def raised(scene, user, **values) -> Alert:
    values = {"reason": scene["reason"], "text": "Missed two weeks.", **values}
    return service.raise_alert(scene["sam"], user=user, **values)[0]


def told(user) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("subject", flat=True))


def steps(alert) -> list[tuple]:
    return list(alert.events.order_by("pk").values_list("kind", "text", "is_private"))


# Raising and routing


def test_an_alert_is_saved_and_told_and_mailed_only_afterwards(scene, advisor, editor):
    before = timezone.now()
    alert = raised(scene, editor, private_text="She is ill.")
    assert (alert.owner, alert.unit, alert.state, alert.raiser) == (scene["ada"], scene["unit"], "open", editor)
    assert timedelta(days=2) <= alert.due_at - before < timedelta(days=2, minutes=1)
    assert steps(alert) == [("raised", "", False)]
    assert told(advisor) == ["An alert about Sam Student was raised"]
    assert mail.outbox == []
    call_command("send_notifications")
    (sent,) = mail.outbox
    assert sent.to == [advisor.email]
    assert "Missed" not in sent.body + sent.subject
    assert "ill" not in sent.body + sent.subject


def test_without_the_students_advisor_it_waits_in_the_units_queue(scene, editor, advisor):
    other = make_advisor()
    peer = make_advisor(unit=other.unit)
    alert = raised(scene, editor, reason=make_alert_reason(unit=other.unit))
    assert (alert.unit, alert.owner) == (other.unit, None)
    assert told(other.user) == told(peer.user) == ["An alert about Sam Student was raised"]
    assert told(advisor) == []


@pytest.mark.parametrize("kind", ["no unit", "closed unit", "empty unit", "unit of the inactive"])
def test_a_reason_whose_unit_cannot_answer_goes_to_the_students_advisor(scene, editor, kind):
    unit = None if kind == "no unit" else make_unit(is_active=kind != "closed unit")
    if kind in ("closed unit", "unit of the inactive"):
        make_advisor(unit=unit, is_active=kind == "closed unit")
    alert = raised(scene, editor, reason=make_alert_reason(unit=unit))
    assert (alert.unit, alert.owner) == (scene["unit"], scene["ada"])


def test_the_primary_advisor_comes_before_the_second(scene, editor):
    second = make_advisor(unit=scene["unit"])
    scene["sam"].assignments.update(kind="secondary", advisor=second)
    make_assignment(scene["sam"], scene["ada"])
    assert raised(scene, editor).owner == scene["ada"]


def test_a_student_nobody_advises_is_answered_by_any_unit_that_has_advisors(scene, editor, advisor):
    alert, _ = service.raise_alert(make_student(), user=editor, reason=make_alert_reason(), text="Seen crying.")
    assert (alert.unit, alert.owner) == (scene["unit"], None)
    assert len(told(advisor)) == 1


def test_with_nobody_to_answer_administrators_learn_of_it(editor, admin, student):
    unit = make_unit(name="Empty Office")
    alert, _ = service.raise_alert(make_student(student), user=editor, reason=make_alert_reason(), text="Help.")
    assert (alert.unit, alert.owner) == (unit, None)
    assert told(admin) == [
        "An alert waits in Empty Office, and nobody there can be told. Give the unit an advisor and a lead."
    ]


def test_without_any_unit_it_says_what_to_do(editor, student):
    with pytest.raises(AdvisingError, match="Ask an administrator to add one"):
        service.raise_alert(make_student(student), user=editor, reason=make_alert_reason(), text="Help.")
    assert Alert.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "values", "message"),
    [
        ("student", {}, "cannot raise"),
        ("other_student", {}, "cannot raise"),
        ("editor", {"text": "  \n"}, "Say what happened"),
        ("editor", {"is_active": False}, "no longer in use"),
    ],
)
def test_what_is_refused_is_not_saved(scene, request, who, values, message):
    reason = make_alert_reason(is_active=values.pop("is_active", True))
    with pytest.raises(AdvisingError, match=message):
        raised(scene, request.getfixturevalue(who), reason=reason, **values)
    assert (Alert.objects.count(), Notification.objects.count()) == (0, 0)


def test_nobody_raises_an_alert_about_themselves(scene, advisor):
    with pytest.raises(AdvisingError, match="cannot raise"):
        service.raise_alert(make_student(advisor), user=advisor, reason=scene["reason"], text="Me.")


def test_a_duplicate_joins_the_open_case(scene, editor, advisor, admin):
    first = raised(scene, editor)
    again, is_new = service.raise_alert(
        scene["sam"], user=admin, reason=scene["reason"], text="Absent today.", private_text="Her father called."
    )
    assert (again, is_new, Alert.objects.count()) == (first, False, 1)
    assert steps(first)[1:] == [("joined", "Absent today.", False), ("commented", "Her father called.", True)]
    assert told(advisor)[1:] == ["An alert about Sam Student was raised again"]


def test_another_reason_or_a_closed_case_begins_a_new_one(scene, editor, advisor):
    first = raised(scene, editor)
    other = raised(scene, editor, reason=make_alert_reason(unit=scene["unit"]))
    service.close_alert(first, user=advisor, is_solved=True, raiser_outcome="Back in class.")
    assert len({first.pk, other.pk, raised(scene, editor).pk}) == 3


def test_two_raised_in_the_same_moment_become_one(scene, editor, admin, monkeypatch):
    first = raised(scene, editor)
    found = iter([None, first])
    monkeypatch.setattr(service, "_open_alert", lambda student, reason: next(found))
    again, is_new = service.raise_alert(scene["sam"], user=admin, reason=scene["reason"], text="Me too.")
    assert (again, is_new) == (first, False)


# Working on one


def test_every_step_is_recorded_and_told_to_all_who_raised_it(scene, editor, admin, advisor):
    alert = raised(scene, editor)
    raised(scene, admin, text="Absent today.")
    service.acknowledge_alert(alert, user=advisor)
    service.start_alert(alert, user=advisor)
    service.remark_on_alert(alert, user=advisor, text="Called her mother.")
    service.remark_on_alert(alert, user=advisor, text="Thank you, we are on it.", for_raiser=True)
    service.close_alert(alert, user=advisor, is_solved=True, raiser_outcome="She is back.", outcome="Family illness.")
    service.reopen_alert(alert, user=advisor, text="Absent again.")
    alert.refresh_from_db()
    assert (alert.state, alert.closed_at, alert.raiser_outcome, alert.outcome) == ("open", None, "", "")
    assert steps(alert)[2:] == [
        ("acknowledged", "", False),
        ("started", "", False),
        ("commented", "Called her mother.", True),
        ("commented", "Thank you, we are on it.", False),
        ("commented", "Family illness.", True),
        ("resolved", "She is back.", False),
        ("commented", "Absent again.", True),
        ("reopened", "", False),
    ]
    about = "Your alert about Sam Student: "
    expected = [
        about + state for state in ("acknowledged", "in progress", "there is word for you", "resolved", "open")
    ]
    assert told(editor) == told(admin) == expected


def test_who_takes_note_of_a_waiting_alert_takes_it_on(scene, lead, editor):
    alert = raised(scene, editor)
    Alert.objects.update(owner=None)
    service.acknowledge_alert(alert, user=lead)
    alert.refresh_from_db()
    assert (alert.owner.user, alert.state) == (lead, "acknowledged")
    assert alert.answered_at is not None


def test_one_for_information_ends_when_it_is_read(scene, editor, advisor):
    alert = raised(scene, editor, reason=make_alert_reason(kind="fyi", unit=scene["unit"], days_to_answer=None))
    assert alert.due_at is None
    service.acknowledge_alert(alert, user=advisor)
    alert.refresh_from_db()
    assert (alert.state, alert.raiser_outcome) == ("resolved", "It was read. No answer was asked for.")
    assert told(editor) == ["Your alert about Sam Student: resolved"]


def test_a_case_without_a_solution_says_so(scene, editor, advisor):
    alert = raised(scene, editor)
    service.close_alert(alert, user=advisor, is_solved=False, raiser_outcome="We could not reach her.")
    alert.refresh_from_db()
    assert (alert.state, alert.closed_at is None) == ("unresolved", False)
    assert told(editor) == ["Your alert about Sam Student: closed without a solution"]


def test_no_case_closes_without_a_word_for_those_who_raised_it(scene, editor, advisor):
    alert = raised(scene, editor)
    with pytest.raises(AdvisingError, match="those who raised it"):
        service.close_alert(alert, user=advisor, is_solved=True, raiser_outcome=" ")
    alert.refresh_from_db()
    assert alert.state == "open"


def test_steps_out_of_turn_are_refused(scene, editor, advisor):
    alert = raised(scene, editor)
    with pytest.raises(AdvisingError, match="moved on meanwhile: open"):
        service.reopen_alert(alert, user=advisor, text="Why not")
    service.close_alert(alert, user=advisor, is_solved=True, raiser_outcome="Done.")
    for step in (service.acknowledge_alert, service.start_alert):
        with pytest.raises(AdvisingError, match="moved on meanwhile: resolved"):
            step(alert, user=advisor)
    with pytest.raises(AdvisingError, match="moved on"):
        service.assign_alert(alert, user=advisor, to=scene["unit"])
    with pytest.raises(AdvisingError, match="Say why"):
        service.reopen_alert(alert, user=advisor, text="")


def test_a_closed_case_is_not_reopened_beside_a_newer_one(scene, editor, advisor):
    alert = raised(scene, editor)
    service.close_alert(alert, user=advisor, is_solved=True, raiser_outcome="Done.")
    raised(scene, editor)
    with pytest.raises(AdvisingError, match="A newer alert"):
        service.reopen_alert(alert, user=advisor, text="Again")
    alert.refresh_from_db()
    assert alert.state == "resolved"


@pytest.mark.parametrize("who", ["editor", "stranger_advisor", "admin", "student", "other_student"])
def test_those_who_do_not_answer_take_no_step(scene, request, editor, who):
    alert = raised(scene, editor)
    user = request.getfixturevalue(who)
    taken = [
        lambda: service.acknowledge_alert(alert, user=user),
        lambda: service.start_alert(alert, user=user),
        lambda: service.assign_alert(alert, user=user, to=scene["unit"]),
        lambda: service.remark_on_alert(alert, user=user, text="x"),
        lambda: service.close_alert(alert, user=user, is_solved=True, raiser_outcome="x"),
        lambda: service.reopen_alert(alert, user=user, text="x"),
    ]
    for take in taken:
        with pytest.raises(AdvisingError, match="cannot work on this alert"):
            take()
    assert steps(alert) == [("raised", "", False)]


def test_it_is_handed_to_a_colleague_or_another_units_queue(scene, editor, advisor):
    alert = raised(scene, editor)
    peer = make_advisor(unit=scene["unit"])
    other = make_advisor(unit=make_unit(name="Health Office"))
    service.assign_alert(alert, user=advisor, to=peer)
    alert.refresh_from_db()
    assert (alert.owner, alert.unit) == (peer, scene["unit"])
    assert told(peer.user) == ["An alert about Sam Student was given to you"]
    assert not policy.can(other.user, "view", alert)
    service.assign_alert(alert, user=peer.user, to=other.unit)
    alert.refresh_from_db()
    assert (alert.owner, alert.unit) == (None, other.unit)
    assert told(other.user) == ["An alert about Sam Student was given to Health Office"]
    assert policy.can(other.user, "work", alert).reason == "open_alert"
    assert told(editor) == []


def test_it_is_not_handed_to_a_stranger_nor_an_empty_unit(scene, editor, advisor):
    alert = raised(scene, editor)
    for to in (make_advisor(), make_advisor(unit=scene["unit"], is_active=False), make_unit()):
        with pytest.raises(AdvisingError, match="cannot be given this alert"):
            service.assign_alert(alert, user=advisor, to=to)


def test_what_was_with_someone_who_left_waits_for_their_unit(scene, editor, lead):
    alert = raised(scene, editor)
    scene["ada"].is_active = False
    scene["ada"].save()
    assert list(Alert.objects.in_queue()) == [alert]
    raised(scene, editor, text="Still absent.")
    assert told(lead) == ["An alert about Sam Student was raised again"]


# Overdue


def overdue(alert):
    Alert.objects.filter(pk=alert.pk).update(due_at=timezone.now() - timedelta(minutes=1))


def test_an_overdue_alert_escalates_once_to_the_leads(scene, editor, lead, advisor):
    alert = raised(scene, editor)
    assert service.escalate_overdue() == 0
    overdue(alert)
    assert [service.escalate_overdue(), service.escalate_overdue()] == [1, 0]
    assert told(lead) == ["An alert about Sam Student is overdue"]
    assert steps(alert)[1:] == [("escalated", "", False)]


def test_a_unit_without_a_lead_escalates_to_the_administrators(scene, editor, lead, admin):
    lead.groups.clear()
    overdue(raised(scene, editor))
    assert service.escalate_overdue() == 1
    assert (told(lead), len(told(admin))) == ([], 1)


def test_a_closed_alert_does_not_escalate_and_a_reopened_one_does_again(scene, editor, advisor, lead):
    alert = raised(scene, editor)
    overdue(alert)
    service.escalate_overdue()
    service.close_alert(alert, user=advisor, is_solved=False, raiser_outcome="Moved away.")
    overdue(alert)
    Alert.objects.update(escalated_at=None)
    assert service.escalate_overdue() == 0
    service.reopen_alert(alert, user=advisor, text="She is here.")
    assert service.escalate_overdue() == 0
    overdue(alert)
    assert service.escalate_overdue() == 1
    assert told(lead).count("An alert about Sam Student is overdue") == 2


def test_a_run_that_comes_second_escalates_nothing(scene, editor):
    alert = raised(scene, editor)
    overdue(alert)
    alert.refresh_from_db()
    assert (service._escalate(alert), service._escalate(alert)) == (True, False)


def test_the_command_escalates_and_mails_in_one_run(scene, editor, lead, advisor):
    overdue(raised(scene, editor))
    call_command("send_notifications")
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted([advisor.email, lead.email])


# Who reads what


def test_those_who_raised_see_the_state_and_their_own_words(scene, editor, admin, advisor):
    alert = raised(scene, editor)
    raised(scene, admin, text="Absent today.", private_text="Her father called.")
    service.close_alert(alert, user=advisor, is_solved=True, raiser_outcome="She is back.", outcome="Family illness.")

    def seen_by(user):
        events = AlertEvent.objects.visible_to(user).filter(alert=alert).order_by("pk")
        return list(events.values_list("kind", "text"))

    assert seen_by(editor) == [("raised", ""), ("resolved", "She is back.")]
    assert seen_by(admin) == [("joined", "Absent today."), ("resolved", "She is back.")]
    assert len(seen_by(advisor)) == 5


def test_the_student_sees_nothing_of_it_whatever_else_they_are(scene, student, editor):
    alert = raised(scene, editor)
    make_advisor(student, unit=scene["unit"])
    assert not policy.can(student, "view", alert)
    assert not AlertEvent.objects.visible_to(student).exists()
    Alert.objects.update(owner=None)
    raised(scene, editor, text="Again.")
    assert told(student) == []


def test_opening_one_is_written_down_for_those_who_answer(scene, editor, advisor, stranger_advisor):
    from tests.factories import client_for

    alert = raised(scene, editor)
    for user in (advisor, editor, stranger_advisor):
        client_for(user).get(reverse("advising:alert", args=[alert.pk]))
    rows = AccessLog.objects.order_by("sequence").values_list("actor", "action", "reason", "object_type")
    assert list(rows) == [(advisor.pk, "read", "assigned", "alert"), (stranger_advisor.pk, "refused", "", "alert")]


def test_names_hold_no_text(scene, editor):
    alert = raised(scene, editor, text="CANARY", private_text="CANARY")
    assert "CANARY" not in f"{alert} {alert.events.get()} {alert!r}"
    assert make_alert(raiser=make_user()).get_absolute_url().startswith("/advising/alerts/")
