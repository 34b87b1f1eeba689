from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from advising.models import AccessLog, ActionItem, AdvisorProfile, BreakGlass, DisclosureLog, Note, StudentProfile
from advising.services.logs import check_all
from tests.advising.factories import (
    make_advisor,
    make_alert,
    make_assignment,
    make_break_glass,
    make_note,
    make_student,
)
from tests.factories import client_for
from tests.pages import one_line

pytestmark = pytest.mark.django_db

REASON = {"reason": "A parent called in distress."}


@pytest.fixture
def office(student, advisor, lead, stranger_advisor):
    """Sam, who is advised in Lena's unit, and a stranger."""
    record = make_student(student, student_number="S-100")
    profile = make_advisor(advisor)
    make_advisor(lead, unit=profile.unit)
    make_advisor(stranger_advisor)
    make_assignment(record, profile)
    return record


def test_emergency_access_opens_the_record_and_tells_the_lead(office, stranger_advisor, lead):
    client, notes = client_for(stranger_advisor), reverse("advising:student_notes", args=[office.pk])
    assert client.get(notes).status_code == 404
    answer = client.post(reverse("advising:break_glass"), {"student": "S-100", **REASON})
    assert answer.url == notes
    assert client.get(notes).status_code == 200
    actions = AccessLog.objects.order_by("sequence").values_list("action", "reason")
    assert list(actions) == [("refused", ""), ("broke_glass", "break_glass")]
    emergency = reverse("advising:emergency", args=[BreakGlass.objects.get().pk])
    assert REASON["reason"] in client_for(lead).get(emergency).text
    assert check_all() == []


@pytest.mark.parametrize(
    ("data", "field"),
    [({"student": "S-999", **REASON}, "student"), ({"student": "S-100", "reason": "urgent"}, "reason")],
)
def test_emergency_access_names_what_is_missing(office, stranger_advisor, data, field):
    answer = client_for(stranger_advisor).post(reverse("advising:break_glass"), data)
    assert list(answer.context["form"].errors) == [field]
    assert not BreakGlass.objects.exists()


def test_an_administrator_reveals_one_note(office, admin):
    note = make_note(office, visibility="author_only")
    client, address = client_for(admin), reverse("advising:note", args=[note.pk])
    assert client.get(address).status_code == 404
    assert client.post(reverse("advising:reveal_note", args=[note.pk]), REASON).url == address
    assert note.body in client.get(address).text


DISCLOSURE = {
    "requester": "Example State University",
    "recipient": "Example State University",
    "records": "Plan and notes shared with the student",
    "purpose": "Admission",
    "basis": "transfer",
    "was_granted": "yes",
    "disclosed_on": "2026-03-02",
}


def test_the_lead_records_a_disclosure_and_the_student_reads_it(office, lead, student):
    address = reverse("advising:disclosures", args=[office.pk])
    assert client_for(lead).post(address, DISCLOSURE).url == address
    row = DisclosureLog.objects.get()
    assert (row.recorded_by, row.was_granted, row.disclosed_on) == (lead, True, date(2026, 3, 2))
    for page in (address, reverse("advising:my_disclosures")):
        assert "Example State University" in client_for(student).get(page).text
    assert client_for(student).post(address, DISCLOSURE).status_code == 403
    assert DisclosureLog.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [({"basis": "none"}, "basis"), ({"basis": "consent"}, "consent"), ({"purpose": ""}, "purpose")],
)
def test_a_disclosure_needs_its_ground(office, lead, values, field):
    address = reverse("advising:disclosures", args=[office.pk])
    answer = client_for(lead).post(address, {**DISCLOSURE, **values})
    assert list(answer.context["form"].errors) == [field]
    refused = {**DISCLOSURE, "basis": "none", "was_granted": "no"}
    assert client_for(lead).post(address, refused).status_code == 302


def test_only_the_units_lead_sees_who_read_a_record(office, lead):
    address = reverse("advising:access_log", args=[office.pk])
    assert client_for(lead).get(address).status_code == 200
    elsewhere = make_advisor(lead=True).user
    assert client_for(elsewhere).get(address).status_code == 404


def test_the_log_says_in_words_what_was_read(office, lead):
    client = client_for(lead)
    client.get(reverse("advising:record", args=[office.pk]))
    AccessLog.objects.create(
        sequence=99, at=timezone.now(), actor=lead, action="exported", object_type="caseload", student=office
    )
    page = one_line(client.get(reverse("advising:access_log", args=[office.pk])).text)
    assert f"<td>Read: student profile {office.pk}</td>" in page
    assert "<td>Exported: caseload</td>" in page


def test_profiles_save_what_is_ones_own_to_say(office, student, advisor):
    address = reverse("advising:student_profile")
    words = {"first_name": "Sam", "last_name": "Student", "education": "high_school", "zip": "44308"}
    forged = {"student_number": "S-1", "user": advisor.pk}
    assert client_for(student).post(address, {**words, **forged, "preferred_name": "Sammy"}).url == address
    office.refresh_from_db()
    assert (office.name, office.zip, office.student_number, office.user) == (
        "Sammy Student",
        "44308",
        "S-100",
        student,
    )
    wrong = client_for(student).post(address, {**words, "zip": "4430", "hours_per_week": "200"})
    assert set(wrong.context["forms"][1].errors) == {"zip", "hours_per_week"}
    unit = advisor.advisor_profile.unit
    words = {"first_name": "Ada", "last_name": "Advisor", "time_zone": "America/Chicago", "min_lead_hours": 4}
    address = reverse("advising:advisor_profile")
    client_for(advisor).post(address, {**words, "max_lead_days": 30, "unit": unit.pk + 1, "capacity": 999})
    profile = type(advisor.advisor_profile).objects.get(user=advisor)
    assert (profile.time_zone, profile.min_lead_hours) == ("America/Chicago", 4)
    assert (profile.unit, profile.capacity) == (unit, None)
    assert StudentProfile.objects.count() == 1


@pytest.mark.parametrize(
    ("tie", "end"),
    [
        ("assignment", "assignment"),
        ("assignment", "advisor"),
        ("assignment", "account"),
        ("emergency", "emergency"),
        ("alert", "alert"),
    ],
)
def test_what_ends_between_looking_and_sending_ends_access(tie, end):
    """In one session: the page was there, the tie ends, and what is sent from it changes nothing."""
    student, ada = make_student(), make_advisor()
    if tie == "assignment":
        make_assignment(student, ada)
    elif tie == "emergency":
        make_break_glass(ada.user, student)
    else:
        make_alert(student, owner=ada)
    client = client_for(ada.user)
    names = ("new_note", "new_item", "student_items", "record", "print_record", "student_notes", "book_student")
    pages = [reverse(f"advising:{name}", args=[student.pk]) for name in names]
    assert [client.get(page, follow=True).status_code for page in pages] == [200] * len(pages)
    rows, change = {
        "assignment": (student.assignments, {"ends_on": timezone.localdate()}),
        "advisor": (AdvisorProfile.objects.filter(pk=ada.pk), {"is_active": False}),
        "account": (get_user_model().objects.filter(pk=ada.user_id), {"is_active": False}),
        "emergency": (BreakGlass.objects, {"ends_at": timezone.now()}),
        "alert": (student.alerts, {"state": "resolved", "closed_at": timezone.now()}),
    }[end]
    assert rows.update(**change) == 1
    closed = 302 if end == "account" else 404
    facts = {"occurred_at": "2026-03-02T10:30", "kind": "general", "contact_type": "phone", "visibility": "student"}
    facts |= {"action": "publish", "body": "Too late.", "title": "Too late.", "assignee": "student"}
    assert [client.post(page, facts).status_code for page in pages[:2]] == [closed] * 2
    assert [client.get(page).status_code for page in pages] == [closed] * len(pages)
    assert (Note.objects.count(), ActionItem.objects.count()) == (0, 0)
