"""A request to inspect: what it opens, to whom, as of when and for how long."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from advising import policy
from advising.choices import NoteVisibility
from advising.exceptions import AdvisingError
from advising.models import AccessLog, Note, NoteVersion, RecordRequest
from advising.services import requests as service
from advising.services.notes import change_note, delete_note
from tests.advising.factories import (
    make_advisor,
    make_alert,
    make_attachment,
    make_inspection,
    make_item,
    make_note,
    make_request,
    make_student,
)
from tests.advising.statements import statements
from tests.factories import client_for

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def keeper(lead, ada):
    return make_advisor(lead, unit=ada.unit)


def page_of(asked) -> str:
    return reverse("advising:inspection", args=[asked.pk])


def written(note, *, hours_ago: int) -> Note:
    """The note, published so long ago."""
    Note.objects.filter(pk=note.pk).update(published_at=timezone.now() - hours_ago * HOUR)
    note.refresh_from_db()
    return note


def test_the_student_finds_the_whole_record_once_it_is_granted(ada, sam, keeper):
    for visibility in NoteVisibility.values:
        make_note(sam, make_advisor(), visibility=visibility, body=f"Body under {visibility}.")
    make_note(sam, ada, state="draft", published_at=None, body="Draft.")
    make_alert(sam, text="Missed two weeks.", private_text="Sleeps badly.")
    make_item(sam, assignee="advisor", advisor=ada, title="Call the parents")
    asked = service.ask_to_inspect(sam, user=sam.user)
    client = client_for(sam.user)
    assert client.get(page_of(asked)).status_code == 403
    service.decide(asked, user=keeper.user, granted=True, decision="Here it is.")
    assert page_of(asked) in client.get(reverse("advising:record_request", args=[asked.pk])).text
    assert page_of(asked) in client.get(reverse("advising:my_record")).text
    page = client.get(page_of(asked)).text
    for visibility in NoteVisibility.values:
        assert f"Body under {visibility}." in page
    for text in ("Missed two weeks.", "Sleeps badly.", "Call the parents"):
        assert text in page
    assert "Draft." not in page


def test_those_who_keep_the_record_read_it_from_the_day_it_is_asked_for(ada, sam, keeper, admin):
    make_note(sam, visibility="author_only", body="For nobody.")
    asked = make_request(sam)
    for user in (keeper.user, admin):
        page = client_for(user).get(page_of(asked)).text
        assert "For nobody." in page
        assert "Read it before you decide" in page
    for user in (ada.user, make_advisor(lead=True).user, make_student().user):
        assert client_for(user).get(page_of(asked)).status_code == 404


@pytest.mark.parametrize(
    ("state", "kind", "days", "reads"),
    [
        ("granted", "inspect", 0, True),
        ("granted", "inspect", 45, True),
        ("granted", "inspect", 46, False),
        ("refused", "inspect", 0, False),
        ("withdrawn", "inspect", 0, False),
    ],
)
def test_it_is_open_for_45_days_and_only_where_it_was_granted(sam, keeper, state, kind, days, reads):
    asked = make_inspection(sam, state=state, kind=kind, decided_at=timezone.now() - timedelta(days=days))
    for user in (sam.user, keeper.user):
        assert bool(policy.can(user, "inspect", asked)) is reads
        assert client_for(user).get(page_of(asked)).status_code == (200 if reads else 403)
    assert RecordRequest.objects.opening().exists() is reads


def test_a_granted_correction_opens_nothing(sam, ada, keeper):
    note = make_note(sam, ada, visibility="student")
    asked = make_inspection(sam, kind="amend", note=note, text="Wrong.")
    assert client_for(sam.user).get(page_of(asked)).status_code == 403


def test_what_is_written_after_the_decision_is_not_opened_and_what_changes_is_shown_as_it_was(ada, sam):
    kept = written(make_note(sam, ada, visibility="author_only", body="As it was."), hours_ago=9)
    gone = written(make_note(sam, ada, visibility="team", body="Deleted later."), hours_ago=9)
    before = written(make_note(sam, ada, visibility="team", body="Deleted before."), hours_ago=9)
    delete_note(before, user=ada.user, reason="Wrong student")
    asked = make_inspection(sam)
    facts = {"topic": "", "visibility": "author_only", "kind": "general", "contact_type": "phone"}
    change_note(
        kept, user=ada.user, publish=True, version=1, links={},
        facts={**facts, "occurred_at": kept.occurred_at, "body": "As it is now."},
    )  # fmt: skip
    delete_note(gone, user=ada.user, reason="Wrong student")
    make_note(sam, ada, visibility="author_only", body="Written later.")
    make_alert(sam, text="Raised later.")
    make_item(sam, title="Given later")
    page = client_for(sam.user).get(page_of(asked)).text
    assert [text in page for text in ("As it was.", "Deleted later.", "This note was deleted on")] == [True] * 3
    unread = ("As it is now.", "Deleted before.", "Written later.", "Raised later.", "Given later", "Wrong student")
    assert [text for text in unread if text in page] == []


def test_earlier_texts_are_part_of_it(ada, sam):
    note = written(make_note(sam, ada, body="Second."), hours_ago=9)
    facts = {"topic": "", "kind": "general", "contact_type": "phone", "occurred_at": note.occurred_at}
    NoteVersion.objects.create(
        note=note, number=1, body="First.", visibility="author_only", replaced_by=ada.user, **facts
    )
    page = client_for(sam.user).get(page_of(make_inspection(sam))).text
    assert page.index("Second.") < page.index("First.")


def test_each_reading_is_written_down_the_student_s_too(ada, sam, keeper):
    note = make_note(sam, ada, visibility="author_only")
    file = make_attachment(note)
    asked = make_inspection(sam)
    for user in (sam.user, keeper.user):
        client = client_for(user)
        client.get(page_of(asked))
        client.get(reverse("advising:inspected_file", args=[asked.pk, file.pk]))
    rows = AccessLog.objects.order_by("sequence").values_list("actor", "action", "reason", "object_type", "student")
    assert list(rows) == [
        (user.pk, action, "inspection", kind, sam.pk)
        for user in (sam.user, keeper.user)
        for action, kind in (("printed", "recordrequest"), ("printed", "note"), ("read", "attachment"))
    ]


def test_files_come_with_it_but_not_those_of_drafts_of_later_or_of_others(ada, sam):
    def attach(note, **values):
        file = make_attachment(note, content=b"Inside.")
        type(file).objects.filter(pk=file.pk).update(**values)
        return file

    now = timezone.now()
    shown = attach(make_note(sam, ada, visibility="author_only"))
    hidden = [
        attach(make_note(sam, ada, state="draft", published_at=None)),
        attach(make_note(sam, ada), uploaded_at=now + HOUR),
        attach(make_note(make_student(), ada)),
    ]
    asked = make_inspection(sam, decided_at=now + HOUR / 2)
    client = client_for(sam.user)

    def status(file, request=asked):
        return client.get(reverse("advising:inspected_file", args=[request.pk, file.pk])).status_code

    assert [status(file) for file in (shown, *hidden)] == [200, 404, 404, 404]
    assert status(shown, make_inspection(make_student())) == 404
    assert client.get(reverse("advising:attachment", args=[shown.note_id, shown.pk])).status_code == 404


def test_nothing_is_deleted_while_the_student_waits_to_see_it(ada, sam, keeper):
    note, draft = make_note(sam, ada), make_note(sam, ada, state="draft", published_at=None)
    asked = make_request(sam)
    with pytest.raises(AdvisingError, match="asked to see this record"):
        delete_note(note, user=ada.user, reason="Wrong student")
    delete_note(draft, user=ada.user, reason="")
    service.decide(asked, user=keeper.user, granted=False, decision="It was read in our office.")
    delete_note(note, user=ada.user, reason="Wrong student")


def test_the_author_learns_that_the_student_may_read_it(ada, sam):
    note = make_note(sam, ada, visibility="author_only")
    make_inspection(sam)
    later = make_note(sam, ada, visibility="author_only")
    client = client_for(ada.user)
    said = "asked to inspect the record and may read"
    assert said in client.get(reverse("advising:note", args=[note.pk])).text
    assert said not in client.get(reverse("advising:note", args=[later.pk])).text


def test_the_lead_s_print_holds_what_the_student_may_read(sam, keeper):
    make_note(sam, visibility="student", body="For the student.")
    make_note(sam, visibility="author_only", body="For nobody.")
    page = client_for(keeper.user).get(reverse("advising:print_record", args=[sam.pk])).text
    assert ("For the student." in page, "For nobody." in page) == (True, False)


def test_the_page_costs_the_same_with_one_and_three_of_each(ada, sam):
    def add():
        make_attachment(make_note(sam, ada))
        make_alert(sam)
        make_item(sam)

    add()
    asked = make_inspection(sam)
    one = statements(client_for(sam.user), page_of(asked))
    add()
    add()
    later = make_inspection(sam)
    assert statements(client_for(sam.user), page_of(later)) <= one
