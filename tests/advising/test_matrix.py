"""Every surface for every visibility and every person: what shows, and what answers to those who may not see it."""

import logging

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.cache import cache
from django.db.models import Model

from advising.choices import NoteVisibility
from advising.models import AccessLog, Notification
from tests.advising.factories import make_attachment, make_note
from tests.advising.surfaces import READS, SURFACES
from tests.factories import client_for

pytestmark = pytest.mark.django_db

CANARY = "canary-7d1f"


def text_of(answer) -> str:
    content = b"".join(answer) if answer.streaming else answer.content
    return content.decode() + str(answer.headers)


@pytest.fixture
def note_of(cast):
    """A note whose topic, text and file all hold the canary."""

    def make(visibility, **values):
        note = make_note(
            cast["record"],
            cast["profile"],
            visibility=visibility,
            **{"topic": f"About {CANARY}", "body": f"It says {CANARY}.", **values},
        )
        make_attachment(note, name=f"{CANARY}.txt", content=f"Inside is {CANARY}".encode())
        return note

    return make


def assert_no_trace(caplog):
    """Whoever may read it in a page: no log, mail, notification, history or cache holds the text of a note."""
    for model in (Notification, AccessLog, LogEntry):
        assert CANARY not in str(list(model.objects.values()))
    assert CANARY not in "".join(str(message.message()) for message in mail.outbox)
    assert CANARY not in caplog.text
    assert CANARY not in str(getattr(cache, "_cache", {}))


@pytest.mark.parametrize("visibility", NoteVisibility.values)
def test_every_surface_shows_a_note_to_whom_it_may(cast, note_of, visibility, caplog):
    caplog.set_level(logging.DEBUG)
    note = note_of(visibility)
    shown, expected = {}, {}
    for person in READS:
        client = client_for(cast[person])
        for name, surface in SURFACES.items():
            answer = client.get(surface.path(note))
            shown[person, name] = (CANARY in text_of(answer), answer.status_code if surface.closes else None)
            shows = surface.shows(person, visibility)
            expected[person, name] = (shows, surface.status(person, visibility) if surface.closes else None)
    assert shown == expected
    assert_no_trace(caplog)


@pytest.mark.parametrize("visibility", NoteVisibility.values)
def test_nothing_changes_a_note_but_its_authors_hand(cast, note_of, visibility):
    note = note_of(visibility)
    facts = {"topic": "Taken over", "body": "Forged", "visibility": "student", "author": "1", "reason": "x" * 20}
    for person in READS:
        if person == "author":
            continue
        client = client_for(cast[person])
        for surface in ("edit", "delete"):
            assert client.post(SURFACES[surface].path(note), facts).status_code in (403, 404), (person, surface)
    note.refresh_from_db()
    assert (note.topic, note.state, note.visibility) == (f"About {CANARY}", "published", visibility)


def test_reads_are_written_down_and_lists_are_not(cast, note_of):
    note = note_of("team")
    member = client_for(cast["team member"])
    member.get(SURFACES["list"].path(note))
    assert AccessLog.objects.count() == 0
    member.get(SURFACES["detail"].path(note))
    member.get(SURFACES["attachment"].path(note))
    client_for(cast["author"]).get(SURFACES["detail"].path(note))
    client_for(cast["other advisor"]).get(SURFACES["detail"].path(note))
    rows = AccessLog.objects.order_by("sequence").values_list("actor", "action", "reason", "object_type", "address")
    assert list(rows) == [
        (cast["team member"].pk, "read", "assigned", "note", "127.0.0.1"),
        (cast["team member"].pk, "read", "assigned", "attachment", "127.0.0.1"),
        (cast["other advisor"].pk, "refused", "", "note", "127.0.0.1"),
    ]
    assert all(len(row.request_id) == 32 for row in AccessLog.objects.all())


def test_a_canary_in_a_draft_is_found_nowhere(cast, note_of, caplog):
    caplog.set_level(logging.DEBUG)
    note = note_of("student", state="draft", published_at=None)
    for person in READS:
        if person == "author":
            continue
        client = client_for(cast[person])
        for name, surface in SURFACES.items():
            assert CANARY not in text_of(client.get(surface.path(note))), (person, name)
        assert CANARY not in text_of(client.post(SURFACES["edit"].path(note), {"action": "preview"})), person
    assert_no_trace(caplog)


def test_no_name_of_a_record_holds_its_text(cast, note_of):
    note_of("student")
    names = [
        str(record)
        for model in apps.get_app_config("advising").get_models()
        for record in model._default_manager.all()
    ]
    assert len(names) > 20
    assert CANARY not in " ".join(names)
    assert all(model.__str__ is not Model.__str__ for model in apps.get_app_config("advising").get_models())
