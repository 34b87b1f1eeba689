"""Every surface for every visibility and every person: what shows, and what answers to those who may not see it."""

import logging
from functools import cache

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.cache import cache as shared_cache
from django.db.models import Model

from advising.choices import NoteVisibility
from advising.models import AccessLog, Notification
from tests.advising.factories import make_attachment, make_note
from tests.advising.surfaces import READS, SURFACES, text_of
from tests.factories import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

CANARY = "canary-7d1f"


@pytest.fixture
def note_of(cast):
    """A note whose topic, text and file all hold the canary, ``mark`` being what tells it from others'."""

    def make(visibility, *, mark="", **values):
        canary = CANARY + mark
        note = make_note(
            cast["record"],
            cast["profile"],
            visibility=visibility,
            **{"topic": f"About {canary}", "body": f"It says {canary}.", **values},
        )
        make_attachment(note, name=f"{canary}.txt", content=f"Inside is {canary}".encode())
        return note

    return make


def reader(user):
    """What ``user`` is answered: a function from an address to its (text, status), each asked for once."""
    client = client_for(user)

    @cache
    def read(path):
        answer = client.get(path)
        return text_of(answer), answer.status_code

    return read


def assert_no_trace(caplog):
    """Whoever may read it in a page: no log, mail, notification, history or cache holds the text of a note."""
    for model in (Notification, AccessLog, LogEntry):
        assert CANARY not in str(list(model.objects.values()))
    assert CANARY not in "".join(str(message.message()) for message in mail.outbox)
    assert CANARY not in caplog.text
    assert CANARY not in str(getattr(shared_cache, "_cache", {}))


@pytest.mark.parametrize("person", READS)
def test_every_surface_shows_each_note_to_whom_it_may(cast, note_of, person, caplog):
    """One student has a note of every visibility, and a draft that only its author may ever see."""
    caplog.set_level(logging.DEBUG)
    notes = {visibility: note_of(visibility, mark=f"-{visibility}-") for visibility in NoteVisibility.values}
    draft = note_of("student", mark="-draft-", state="draft", published_at=None)
    read = reader(cast[person])
    shown, expected = {}, {}
    for visibility, note in notes.items():
        for name, surface in SURFACES.items():
            text, status = read(surface.path(note))
            shown[visibility, name] = (f"{CANARY}-{visibility}-" in text, status if surface.closes else None)
            shows = surface.shows(person, visibility)
            expected[visibility, name] = (shows, surface.status(person, visibility) if surface.closes else None)
    assert shown == expected
    if person != "author":
        texts = {name: read(surface.path(draft))[0] for name, surface in SURFACES.items()}
        preview = client_for(cast[person]).post(SURFACES["edit"].path(draft), {"action": "preview"})
        texts["preview"] = text_of(preview)
        assert [name for name, text in texts.items() if f"{CANARY}-draft-" in text] == []
    assert_no_trace(caplog)


@pytest.mark.parametrize("person", READS)
def test_a_search_counts_what_one_may_read_and_nothing_else(cast, note_of, person):
    """The number of hits for a word would tell of a note that is closed."""
    notes = {visibility: note_of(visibility, mark=f"-{visibility}-") for visibility in NoteVisibility.values}
    client = client_for(cast[person])
    hits, expected = {}, {}
    for visibility, note in notes.items():
        for name in ("search", "my search"):
            answer = client.get(SURFACES[name].path(note).replace("says", f"{CANARY}-{visibility}-"))
            hits[visibility, name] = answer.context["page"].paginator.count if answer.status_code == 200 else 0
            expected[visibility, name] = int(SURFACES[name].shows(person, visibility))
    assert hits == expected


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
