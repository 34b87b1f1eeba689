"""A form sent after the session ended: its text comes back to whoever typed it, and to nobody else."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from advising.models import ActionItem, Alert, Note, RecordRequest, StudentProfile
from advising.pages import typed
from advising.services import sealed
from tests.advising.factories import make_advisor, make_alert, make_alert_reason, make_item, make_note
from tests.factories import client_for

pytestmark = pytest.mark.django_db

TEXT = "canary7 what was typed’s"
NOTE = {"occurred_at": "2026-03-02T10:30", "kind": "general", "contact_type": "phone", "visibility": "team"}


def new_note(student) -> str:
    return reverse("advising:new_note", args=[student.pk])


def sign_out(client) -> None:
    """As when the session runs out: the browser keeps its cookies."""
    Session.objects.all().delete()


def test_a_note_comes_back_after_sign_in_and_is_saved_by_its_author_alone(ada, sam):
    client, address = client_for(ada.user), f"{new_note(sam)}?appointment=1"
    client.get(address)
    sign_out(client)
    answer = client.post(address, {**NOTE, "body": TEXT, "topic": "Plan", "action": "publish"})
    assert (answer.status_code, answer.url.startswith(reverse("account_login"))) == (302, True)
    assert "what you typed is kept for an hour" in client.get(answer.url).text
    client.force_login(ada.user)
    for _ in range(2):
        page = client.get(address)
        assert page.context["form"]["body"].value() == TEXT
        assert "What you typed is here again" in page.text
    assert not Note.objects.exists()
    assert TEXT not in client.get(new_note(sam)).text
    client.post(address, {**NOTE, "body": f"{TEXT}!", "action": "publish"})
    assert Note.objects.get().body == f"{TEXT}!"
    assert TEXT not in client.get(address).text
    assert typed.IN_SESSION not in client.session


def test_whoever_else_signs_in_does_not_get_it_and_then_it_is_gone(ada, sam, lead):
    colleague = make_advisor(lead, unit=ada.unit)
    client, address = client_for(ada.user), new_note(sam)
    client.get(address)
    sign_out(client)
    client.post(address, {**NOTE, "body": TEXT})
    client.force_login(colleague.user)
    assert TEXT not in client.get(address).text
    assert typed.IN_SESSION not in client.session
    client.force_login(ada.user)
    assert TEXT not in client.get(address).text


def test_it_lies_encrypted_and_for_an_hour(ada, sam, monkeypatch):
    client, address = client_for(ada.user), new_note(sam)
    client.get(address)
    sign_out(client)
    client.post(address, {**NOTE, "body": TEXT})
    [kept] = client.session[typed.IN_SESSION]
    assert "canary7" not in str([one.get_decoded() for one in Session.objects.all()]) + str(client.cookies)
    assert sealed.cipher("typed").extract_timestamp(kept)
    client.force_login(ada.user)
    monkeypatch.setattr(typed, "LASTS", timedelta(seconds=-1))
    assert TEXT not in client.get(address).text
    assert typed.IN_SESSION not in client.session


def test_the_last_three_of_a_page_each_are_kept_and_nothing_too_large(ada, sam):
    client = client_for(ada.user)
    addresses = [f"{new_note(sam)}?n={number}" for number in range(5)]
    client.get(addresses[0])
    sign_out(client)
    for address in [*addresses, addresses[4]]:
        client.post(address, {**NOTE, "body": TEXT})
    client.post(addresses[0], {**NOTE, "body": "x" * typed.LARGEST})
    client.force_login(ada.user)
    assert [TEXT in client.get(address).text for address in addresses] == [False, False, True, True, True]


def test_nothing_is_kept_of_a_form_that_was_made_for_nobody(ada, sam):
    client = Client()
    client.get(reverse("account_login"))
    client.post(new_note(sam), {**NOTE, "body": TEXT})
    client.force_login(ada.user)
    assert TEXT not in client.get(new_note(sam)).text


def token_of(page) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]


def sign_in_again(client, user) -> None:
    """In another tab: a sign-in gets a CSRF secret of its own."""
    client.force_login(user)
    del client.cookies["csrftoken"]
    client.get(reverse("advising:my_notes"))
    client.get(reverse("account_logout"))
    assert client.cookies["csrftoken"].value


def test_a_form_older_than_the_present_sign_in_is_shown_again_with_its_text(ada, sam):
    client, address = Client(enforce_csrf_checks=True), new_note(sam)
    client.force_login(ada.user)
    token = token_of(client.get(address))
    sign_in_again(client, ada.user)
    answer = client.post(address, {**NOTE, "body": TEXT, "csrfmiddlewaretoken": token})
    assert (answer.status_code, answer.url) == (302, address)
    page = client.get(address)
    assert page.context["form"]["body"].value() == TEXT
    assert not Note.objects.exists()
    client.post(address, {**NOTE, "body": TEXT, "csrfmiddlewaretoken": token_of(page)})
    assert Note.objects.get().body == TEXT


def test_a_form_of_somebody_else_or_from_elsewhere_is_refused_and_dropped(ada, sam, lead):
    client, address = Client(enforce_csrf_checks=True), new_note(sam)
    client.force_login(ada.user)
    token = token_of(client.get(address))
    sign_in_again(client, make_advisor(lead, unit=ada.unit).user)
    for forged in (token, "x" * 64, "é" * 64, ""):
        answer = client.post(address, {**NOTE, "body": TEXT, "csrfmiddlewaretoken": forged})
        assert answer.status_code == 403
        assert TEXT not in answer.text + client.get(address).text
    assert typed.IN_SESSION not in client.session
    assert client.post(reverse("account_logout"), {"csrfmiddlewaretoken": token}).status_code == 403


@pytest.fixture
def addresses(ada, sam):
    """Forms of advisors and students: who fills it, its address, the field of the text, and what else is sent."""
    shared = make_note(sam, ada, visibility="student")
    alert, item = make_alert(sam, owner=ada), make_item(sam)
    reason = make_alert_reason()
    request, student = reverse("advising:new_request"), {"student_id": sam.pk}
    return {
        "alert": (ada.user, reverse("advising:new_student_alert", kwargs=student), "text", {"reason": reason.pk}),
        "remark": (ada.user, reverse("advising:alert", args=[alert.pk]), "remark-text", {"action": "remark"}),
        "item": (ada.user, reverse("advising:new_item", kwargs=student), "detail", {"title": "Apply"}),
        "change": (ada.user, reverse("advising:edit_item", args=[item.pk]), "detail", {"title": "Apply"}),
        "transfer": (None, reverse("advising:transfer"), "note", {"lines": "W1"}),
        "profile": (ada.user, reverse("advising:advisor_profile"), "about", {"first_name": "Ada"}),
        "inspect": (sam.user, request, "text", {}),
        "amend": (sam.user, f"{request}?note={shared.pk}", "text", {}),
        "discuss": (sam.user, reverse("advising:discuss"), "text", {}),
        "consent": (sam.user, reverse("advising:new_consent"), "purpose", {"recipient": "A school"}),
        "drop-in": (sam.user, reverse("advising:drop_in"), "reason", {}),
    }


@pytest.mark.parametrize(
    "name", "alert remark item change transfer profile inspect amend discuss consent drop-in".split()
)
def test_every_form_of_the_record_brings_its_text_back_and_does_nothing_by_itself(addresses, ada, lead, name):
    user, address, field, others = addresses[name]
    user = user or make_advisor(lead, unit=ada.unit).user
    client = client_for(user)
    before = [list(model.objects.values()) for model in (Note, Alert, ActionItem, RecordRequest, StudentProfile)]
    assert TEXT not in client.get(address).text
    sign_out(client)
    assert client.post(address, {**others, field: TEXT}).status_code == 302
    client.force_login(user)
    assert TEXT in client.get(address).text
    assert before == [
        list(model.objects.values()) for model in (Note, Alert, ActionItem, RecordRequest, StudentProfile)
    ]
    ada.refresh_from_db()
    assert ada.about == ""
