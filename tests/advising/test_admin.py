"""Django admin shows that records exist, edits people, and lets nobody touch a log."""

import pytest
from django.contrib import admin as django_admin
from django.urls import reverse

from advising import models
from advising.services.access import break_glass
from tests.advising.factories import make_advisor, make_assignment, make_note, make_student
from tests.factories import client_for, make_user

pytestmark = pytest.mark.django_db

CLOSED = [
    models.Note,
    models.Attachment,
    models.AccessLog,
    models.DisclosureLog,
    models.BreakGlass,
    models.Consent,
]


@pytest.mark.parametrize("model", CLOSED)
def test_records_are_read_only_even_for_a_superuser(admin, model, rf):
    request = rf.get("/")
    request.user = admin
    site = django_admin.site._registry[model]
    assert not site.has_add_permission(request)
    assert not site.has_change_permission(request)
    assert not site.has_delete_permission(request)
    client = client_for(admin)
    base = f"admin:advising_{model._meta.model_name}"
    assert client.get(reverse(f"{base}_changelist")).status_code == 200
    assert client.get(reverse(f"{base}_add")).status_code == 403


def test_a_log_entry_cannot_be_changed_or_deleted_in_admin(admin, stranger_advisor):
    make_advisor(stranger_advisor)
    break_glass(make_student(), user=stranger_advisor, reason="A parent called in distress.")
    row, client = models.AccessLog.objects.get(), client_for(admin)
    assert client.get(reverse("admin:advising_accesslog_change", args=[row.pk])).status_code == 200
    assert (
        client.post(reverse("admin:advising_accesslog_change", args=[row.pk]), {"action": "read"}).status_code == 403
    )
    assert client.post(reverse("admin:advising_accesslog_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [row.pk]}
    client.post(reverse("admin:advising_accesslog_changelist"), action)
    assert models.AccessLog.objects.get().hash == row.hash


def test_note_pages_load_no_text():
    make_note()
    rows = django_admin.site._registry[models.Note].get_queryset(None)
    assert rows.get().get_deferred_fields() == {"topic", "body", "delete_reason"}


@pytest.mark.parametrize(
    ("model", "query"),
    [
        ("note", "body__startswith=It"),
        ("note", "topic__contains=a"),
        ("note", "delete_reason__gt=a"),
        ("note", "versions__body__contains=a"),
        ("note", "author__password__startswith=m"),
        ("attachment", "name__contains=a"),
        ("attachment", "note__body__contains=a"),
        ("accesslog", "detail__contains=a"),
        ("accesslog", "hash__startswith=a"),
        ("unit", "notes__body__contains=a"),
        ("studentprofile", "notes__body__contains=a"),
        ("assignment", "student__notes__body__contains=a"),
    ],
)
def test_no_list_can_be_asked_which_texts_hold_a_word(admin, model, query):
    """A number of rows for a word of one's choice would spell a text out, letter by letter."""
    make_note()
    address = reverse(f"admin:advising_{model}_changelist")
    assert client_for(admin).get(f"{address}?{query}").status_code == 400


def test_a_list_is_filtered_by_what_it_offers(admin):
    note = make_note()
    make_note(visibility="unit")
    address, client = reverse("admin:advising_note_changelist"), client_for(admin)
    for query in (f"unit__id__exact={note.unit_id}", "visibility__exact=team", f"q={note.pk}"):
        assert client.get(f"{address}?{query}").context["cl"].result_count == 1, query


@pytest.mark.parametrize(
    "name", ["unit", "advisorprofile", "studentprofile", "assignment", "alertreason", "itemtemplate"]
)
def test_an_administrator_without_superuser_edits_people(name):
    make_assignment()
    client = client_for(make_user("Administrator", is_staff=True))
    assert client.get(reverse(f"admin:advising_{name}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:advising_{name}_add")).status_code == 200


def test_a_second_primary_advisor_is_refused_in_words(admin):
    first, other = make_assignment(), make_advisor()
    form = {
        "student": first.student_id,
        "advisor": other.pk,
        "unit": other.unit_id,
        "kind": "primary",
        "starts_on": "2026-01-01",
    }
    answer = client_for(admin).post(reverse("admin:advising_assignment_add"), form)
    assert "The student has another primary advisor at that time." in answer.text
    assert (
        client_for(admin).post(reverse("admin:advising_assignment_add"), {**form, "kind": "career"}).status_code == 302
    )
    assert models.Assignment.objects.get(kind="career").created_by == admin


def test_editors_see_nothing_of_advising(editor):
    assert client_for(editor).get(reverse("admin:advising_note_changelist")).status_code == 403
