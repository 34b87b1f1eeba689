"""The pages of alerts: lists, raising one, and the page on which it is answered."""

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advising.models import AccessLog, Alert, Notification
from advising.services import alerts as service
from tests.advising.factories import make_advisor, make_alert, make_alert_reason, make_assignment, make_student
from tests.factories import client_for

pytestmark = pytest.mark.django_db

LIST = reverse("advising:alerts")
NEW = reverse("advising:new_alert")


@pytest.fixture
def ada(advisor):
    return make_advisor(advisor)


@pytest.fixture
def sam(student, ada):
    sam = make_student(student, student_number="S-17")
    make_assignment(sam, ada)
    return sam


@pytest.fixture
def reason(ada):
    return make_alert_reason(unit=ada.unit)


def page_of(alert) -> str:
    return reverse("advising:alert", args=[alert.pk])


@pytest.mark.parametrize("who", ["S-17", "student@example.org", "Student@Example.ORG"])
def test_staff_name_the_student_by_number_or_address(sam, reason, editor, who):
    facts = {"who": who, "reason": reason.pk, "text": "Missed two weeks.", "private_text": "Ill."}
    answer = client_for(editor).post(NEW, facts)
    alert = Alert.objects.get()
    assert (answer.status_code, answer.url) == (302, page_of(alert))
    assert (alert.student, alert.raiser, alert.text, alert.private_text) == (sam, editor, "Missed two weeks.", "Ill.")


def test_fields_above_ones_right_are_ignored(sam, reason, editor, ada, stranger_advisor):
    other = make_advisor(stranger_advisor)
    facts = {"who": "S-17", "reason": reason.pk, "text": "x", "raiser": ada.user.pk, "owner": other.pk}
    client_for(editor).post(NEW, {**facts, "state": "resolved", "unit": other.unit.pk, "outcome": "Forged"})
    alert = Alert.objects.get()
    assert (alert.raiser, alert.owner, alert.unit, alert.state, alert.outcome) == (editor, ada, ada.unit, "open", "")


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"who": "S-99"}, "No student here has the number or address “S-99”."),
        ({"who": "S-1"}, "No student here"),
        ({"who": "S\x0017"}, "Null characters are not allowed."),
        ({"reason": "999"}, "Select a valid choice."),
        ({"reason": "x"}, "Select a valid choice."),
        ({"text": ""}, "This field is required."),
        ({"text": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_bad_input_keeps_what_was_written(sam, reason, editor, facts, message):
    answer = client_for(editor).post(NEW, {"who": "S-17", "reason": reason.pk, "text": "Kept text", **facts})
    assert answer.status_code == 200
    assert message in answer.text
    assert Alert.objects.count() == 0
    if "text" not in facts:
        assert "Kept text" in answer.text


def test_without_reasons_the_page_says_what_to_do(editor):
    make_alert_reason(is_active=False)
    assert "No reasons for alerts are set up yet" in client_for(editor).get(NEW).text


def test_from_a_record_the_student_is_known(sam, reason, advisor, editor):
    address = reverse("advising:new_student_alert", args=[sam.pk])
    assert "Raise an alert about Sam Student" in client_for(advisor).get(address).text
    assert client_for(advisor).post(address, {"reason": reason.pk, "text": "x"}).status_code == 302
    assert client_for(editor).get(address).status_code == 404
    assert client_for(editor).post(address, {"reason": reason.pk, "text": "x"}).status_code == 404
    assert Alert.objects.get().student == sam


def test_a_second_one_says_that_it_joined(sam, reason, editor, advisor):
    facts = {"who": "S-17", "reason": reason.pk, "text": "x"}
    client_for(editor).post(NEW, facts)
    answer = client_for(advisor).post(NEW, facts, follow=True)
    assert "An alert about this is open already" in answer.text


# Answering


def test_the_whole_way_by_form(sam, reason, editor, advisor):
    alert, _ = service.raise_alert(sam, user=editor, reason=reason, text="Missed two weeks.")
    client = client_for(advisor)
    for data, state in [
        ({"action": "acknowledge"}, "acknowledged"),
        ({"action": "start"}, "in_progress"),
        ({"action": "remark", "remark-text": "Called."}, "in_progress"),
        (
            {"action": "close", "close-is_solved": "no", "close-raiser_outcome": "Moved.", "close-outcome": "Left."},
            "unresolved",
        ),
        ({"action": "reopen", "reopen-text": "Back."}, "open"),
    ]:
        assert client.post(page_of(alert), data).status_code == 302
        alert.refresh_from_db()
        assert alert.state == state
    assert client.get(page_of(alert)).text.count("<time") == 8


def test_a_step_that_is_refused_says_why(sam, reason, editor, advisor):
    alert, _ = service.raise_alert(sam, user=editor, reason=reason, text="x")
    client = client_for(advisor)
    answer = client.post(page_of(alert), {"action": "close", "close-is_solved": "yes", "close-raiser_outcome": ""})
    assert (answer.status_code, "This field is required." in answer.text) == (200, True)
    service.close_alert(alert, user=advisor, is_solved=True, raiser_outcome="Done.")
    assert "moved on meanwhile: resolved" in client.post(page_of(alert), {"action": "acknowledge"}).text
    assert client.post(page_of(alert), {"action": "no such step"}).status_code == 200
    assert client.post(page_of(alert), {"action": "assign", "assign-to": "Unit-9999"}).status_code == 200


def test_handing_on_the_last_tie_leads_to_the_list(reason, editor, ada, sam):
    other = make_advisor()
    alert = make_alert(make_student(), unit=ada.unit, reason=reason)
    answer = client_for(ada.user).post(page_of(alert), {"action": "assign", "assign-to": f"Unit-{other.unit.pk}"})
    assert (answer.status_code, answer.url) == (302, LIST)
    assert client_for(ada.user).get(page_of(alert)).status_code == 404
    assert client_for(other.user).get(page_of(alert)).status_code == 200


def test_raising_one_is_not_answering_it(sam, reason, editor):
    alert, _ = service.raise_alert(sam, user=editor, reason=reason, text="x")
    client = client_for(editor)
    assert "<form method" not in client.get(page_of(alert)).text.partition("<main")[2]
    for action in ("acknowledge", "start", "close", "remark", "assign", "reopen"):
        answer = client.post(page_of(alert), {"action": action, "close-raiser_outcome": "x", "remark-text": "x"})
        assert answer.status_code == 403
    assert alert.events.count() == 1


@pytest.mark.parametrize("who", ["student", "other_student", "stranger_advisor", "admin"])
def test_to_others_it_is_unknown_by_every_method(sam, reason, editor, request, who):
    alert, _ = service.raise_alert(sam, user=editor, reason=reason, text="x")
    client = client_for(request.getfixturevalue(who))
    for method in ("get", "post", "head"):
        assert getattr(client, method)(page_of(alert), {"action": "acknowledge"}).status_code == 404
    assert alert.events.count() == 1


CANARY = "canary-3b8e"


def test_what_is_private_reaches_no_raiser_no_mail_and_no_log(sam, reason, editor, admin, advisor, caplog):
    """The text of each is also closed to the others who raised it."""
    alert, _ = service.raise_alert(sam, user=editor, reason=reason, text="Mine.", private_text=f"{CANARY} private")
    service.raise_alert(sam, user=admin, reason=reason, text=f"{CANARY} joined", private_text=f"{CANARY} too")
    service.acknowledge_alert(alert, user=advisor)
    service.remark_on_alert(alert, user=advisor, text=f"{CANARY} remark")
    facts = {"is_solved": True, "raiser_outcome": "She is back.", "outcome": f"{CANARY} outcome"}
    service.close_alert(alert, user=advisor, **facts)
    call_command("send_notifications")
    pages = [page_of(alert), f"{LIST}?show=raised", reverse("advising:notifications")]
    shown = "".join(client_for(editor).get(page).text for page in pages)
    assert CANARY not in shown
    assert "She is back." in shown
    assert "Mine." in shown
    of_second = client_for(admin).get(page_of(alert)).text
    assert of_second.count(CANARY) == 1  # what they wrote themselves
    assert "Mine." not in of_second
    assert client_for(advisor).get(page_of(alert)).text.count(CANARY) == 5
    for model in (Notification, AccessLog):
        assert CANARY not in str(list(model.objects.values()))
    assert len(mail.outbox) > 0
    assert CANARY not in "".join(str(sent.message()) for sent in mail.outbox)
    assert CANARY not in caplog.text


# Lists


def listed(user, show="") -> list[int]:
    page = client_for(user).get(LIST, {"show": show} if show else {})
    return [alert.pk for alert in page.context["page"]]


def test_each_list_holds_what_it_says(sam, reason, ada, editor):
    peer = make_advisor(unit=ada.unit)
    mine = make_alert(sam, unit=ada.unit, owner=ada, raiser=editor)
    waits = make_alert(sam, unit=ada.unit)
    peers = make_alert(sam, unit=ada.unit, owner=peer)
    raised = make_alert(raiser=ada.user)
    make_alert()
    assert listed(ada.user) == [mine.pk]
    assert listed(ada.user, "queue") == [waits.pk]
    assert sorted(listed(ada.user, "unit")) == [mine.pk, waits.pk, peers.pk]
    assert listed(ada.user, "raised") == [raised.pk]
    assert listed(ada.user, "nonsense") == [mine.pk]
    assert listed(editor, "unit") == listed(editor) == [mine.pk]


def test_open_ones_come_first_the_soonest_on_top(sam, ada):
    from datetime import timedelta

    from django.utils import timezone

    now = timezone.now()
    closed = make_alert(sam, unit=ada.unit, owner=ada, state="resolved", closed_at=now)
    undated = make_alert(sam, unit=ada.unit, owner=ada)
    later = make_alert(sam, unit=ada.unit, owner=ada, due_at=now + timedelta(days=2))
    late = make_alert(sam, unit=ada.unit, owner=ada, due_at=now - timedelta(days=1))
    assert listed(ada.user) == [late.pk, later.pk, undated.pk, closed.pk]
    text = client_for(ada.user).get(LIST).text
    assert text.count("Overdue") == 1
    assert "(3 open)" in text


@pytest.mark.parametrize("show", ["mine", "queue", "unit", "raised"])
def test_a_list_takes_a_constant_number_of_statements(ada, show):
    client = client_for(ada.user)
    facts = {"unit": ada.unit, "owner": ada if show == "mine" else None}
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_alert(raiser=ada.user if show == "raised" else None, **facts)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(LIST, {"show": show}).context["page"].object_list) == (1 if number == 1 else 3)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_alert_page_takes_a_constant_number_of_statements(sam, ada):
    alert = make_alert(sam, unit=ada.unit)
    client = client_for(ada.user)
    counts = []
    for _ in range(2):
        client.get(page_of(alert))
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(alert))
        counts.append(len(queries))
        for _ in range(3):
            service.remark_on_alert(alert, user=ada.user, text="x")
    assert counts[0] == counts[1]


# Reasons and templates in the administration


def test_administrators_keep_the_reasons(admin, ada):
    client = client_for(admin)
    address = reverse("admin:advising_alertreason_add")
    facts = {"name": "Missed classes", "kind": "case", "unit": ada.unit.pk, "is_active": "on"}
    assert "Say within how many days a case is to be answered." in client.post(address, facts).text
    assert client.post(address, {**facts, "days_to_answer": "3"}).status_code == 302
    kept = make_alert_reason()
    assert client.get(reverse("admin:advising_alertreason_changelist")).status_code == 200
    assert client.post(reverse("admin:advising_alertreason_delete", args=[kept.pk])).status_code == 403
    assert client.get(reverse("admin:advising_itemtemplate_add")).status_code == 200


def test_the_administration_shows_no_alert(admin, sam, ada):
    alert = make_alert(sam, unit=ada.unit, text=CANARY, private_text=CANARY)
    assert CANARY not in client_for(admin).get(reverse("admin:index")).text
    assert client_for(admin).get(f"/admin/advising/alert/{alert.pk}/change/").status_code == 404
