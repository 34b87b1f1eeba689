from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from advising.exceptions import AdvisingError
from advising.models import Attachment, Note, NoteVersion, Notification
from advising.services.attachments import unlisted_files
from advising.services.notes import change_note, delete_note, write_note
from tests.advising.factories import (
    make_advisor,
    make_appointment,
    make_assignment,
    make_attachment,
    make_note,
    make_student,
)
from tests.factories import make_certification, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    student, author = make_student(), make_advisor()
    make_assignment(student, author)
    return student, author


def facts(**values):
    return {
        "topic": "Plan",
        "body": "First text.",
        "visibility": "team",
        "kind": "general",
        "contact_type": "video",
        "occurred_at": timezone.now() - timedelta(hours=1),
        **values,
    }


def test_writing_signs_with_who_the_author_is_now(pair):
    student, author = pair
    program, certification = make_program(), make_certification()
    links = {"programs": [program], "certifications": [certification]}
    note = write_note(student, user=author.user, publish=True, facts=facts(), links=links)
    note.refresh_from_db()
    assert (note.author, note.author_name, note.author_role) == (author.user, str(author.user), "Advisor")
    assert (note.unit, note.state, note.version) == (author.unit, "published", 1)
    assert (list(note.programs.all()), list(note.certifications.all())) == ([program], [certification])


def test_only_who_works_with_the_student_writes(pair):
    for person in (make_advisor().user, pair[0].user):
        with pytest.raises(AdvisingError, match="cannot write"):
            write_note(pair[0], user=person, publish=True, facts=facts(), links={})
    assert Note.objects.count() == 0


def test_an_empty_note_is_not_published(pair):
    with pytest.raises(AdvisingError, match="needs a text"):
        write_note(pair[0], user=pair[1].user, publish=True, facts=facts(body=" "), links={})
    assert write_note(pair[0], user=pair[1].user, publish=False, facts=facts(body=""), links={}).state == "draft"


def test_a_published_text_is_kept_when_it_changes(pair):
    student, author = pair
    note = write_note(student, user=author.user, publish=True, facts=facts(), links={})
    change_note(note, user=author.user, publish=True, version=1, facts=facts(body="Second."), links={})
    change_note(note, user=author.user, publish=True, version=2, facts=facts(body="Third."), links={})
    note.refresh_from_db()
    assert (note.body, note.version) == ("Third.", 3)
    versions = NoteVersion.objects.order_by("number").values_list("number", "body", "visibility", "replaced_by")
    assert list(versions) == [(1, "First text.", "team", author.user_id), (2, "Second.", "team", author.user_id)]


def test_a_draft_changes_in_place_and_saving_the_same_makes_no_version(pair):
    student, author = pair
    same = facts()
    note = write_note(student, user=author.user, publish=False, facts=same, links={})
    note = change_note(note, user=author.user, publish=True, version=1, facts={**same, "body": "Better."}, links={})
    change_note(note, user=author.user, publish=True, version=2, facts={**same, "body": "Better."}, links={})
    assert NoteVersion.objects.count() == 0


def test_a_stale_form_overwrites_nothing(pair):
    note = make_note(*pair)
    change_note(note, user=pair[1].user, publish=True, version=1, facts=facts(body="Second."), links={})
    with pytest.raises(AdvisingError, match="changed meanwhile"):
        change_note(note, user=pair[1].user, publish=True, version=1, facts=facts(body="Lost."), links={})
    note.refresh_from_db()
    assert note.body == "Second."


def test_widening_is_confirmed_and_the_student_is_told_once(pair):
    student, author = pair
    note = make_note(student, author, visibility="team")
    wider = facts(visibility="student")
    with pytest.raises(AdvisingError, match="More people"):
        change_note(note, user=author.user, publish=True, version=1, facts=wider, links={})
    note = change_note(note, user=author.user, publish=True, version=1, facts=wider, links={}, confirmed=True)
    change_note(note, user=author.user, publish=True, version=2, facts={**wider, "body": "More."}, links={})
    told = Notification.objects.get()
    assert (told.user, told.link) == (student.user, f"/advising/notes/{note.pk}/")
    assert told.subject == f"{note.author_name} shared a note with you"


def test_deleting_leaves_a_tombstone(pair):
    student, author = pair
    note = make_note(student, author, visibility="student", body="Secret")
    with pytest.raises(AdvisingError, match="Say why"):
        delete_note(note, user=author.user, reason=" ")
    with pytest.raises(AdvisingError, match="cannot delete"):
        delete_note(note, user=student.user, reason="I do not like it")
    delete_note(note, user=author.user, reason="Wrong student")
    note.refresh_from_db()
    assert (note.state, note.topic, note.body, note.delete_reason) == ("deleted", "", "", "Wrong student")
    assert (note.deleted_by, note.versions.get().body) == (author.user, "Secret")
    for person in (author.user, student.user):
        assert not NoteVersion.objects.visible_to(person).exists()
        assert not Note.objects.visible_to(person).exists()
    assert [(known.access, known.shown_body) for known in Note.objects.known_to(author.user)] == [("", "")]


def test_a_draft_goes_with_its_files(pair, django_capture_on_commit_callbacks):
    draft = make_note(*pair, state="draft")
    attachment = make_attachment(draft)
    with django_capture_on_commit_callbacks(execute=True):
        delete_note(draft, user=pair[1].user, reason="")
    assert not Note.objects.exists()
    assert not attachment.file.storage.exists(attachment.file.name)


def test_the_same_note_with_another_file_or_other_links_is_another_note(pair, disk):
    student, author = pair
    program, said = make_program(), facts()
    plan = ("plan.txt", b"One.")

    def write(*files, **links):
        sent = [SimpleUploadedFile(name, content) for name, content in files]
        return write_note(student, user=author.user, publish=False, facts=said, links=links, files=sent).pk

    different = [
        write(),
        write(plan),
        write(("plan.txt", b"Two.")),
        write(("other.txt", b"One.")),
        write(plan, plan),
        write(programs=[program]),
        write(plan, programs=[program]),
    ]
    assert len(set(different)) == len(different) == student.notes.count()
    assert [write(plan), write(programs=[program]), write()] == [different[1], different[5], different[0]]
    assert Attachment.objects.count() == 6
    assert unlisted_files(older_than=-timedelta(hours=1)) == []


def test_a_note_about_a_meeting_is_not_the_same_without_it(pair):
    student, author = pair
    said, meeting = facts(), make_appointment(student, author)
    first = write_note(student, user=author.user, publish=True, facts={**said, "appointment": meeting}, links={})
    assert write_note(student, user=author.user, publish=True, facts=said, links={}) != first
