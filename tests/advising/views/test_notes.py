from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from advising.models import Goal, Note, Notification, SavedProgram
from tests.advising.factories import (
    make_advisor,
    make_appointment,
    make_assignment,
    make_attachment,
    make_note,
    make_student,
    make_topic,
)
from tests.factories import client_for, make_certification, make_job_title, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(student, advisor):
    record, author = make_student(student), make_advisor(advisor)
    make_assignment(record, author)
    return record, author


@pytest.fixture
def client(pair):
    return client_for(pair[1].user)


def new(student) -> str:
    return reverse("advising:new_note", args=[student.pk])


def data(action="publish", **values):
    return {
        "occurred_at": "2026-03-02T10:30",
        "kind": "general",
        "contact_type": "video",
        "topic": "Plan",
        "body": "We compared two programs.",
        "visibility": "student",
        "addresses": "",
        "action": action,
        **values,
    }


def test_a_note_is_published_with_links_and_a_file(pair, client):
    student, _ = pair
    saved, other, job = make_program(), make_program(), make_job_title()
    certification = make_certification()
    SavedProgram.objects.create(student=student, program=saved)
    Goal.objects.create(student=student, job_title=job)
    addresses = f"https://waypoint.example.edu{other.get_absolute_url()}?x=1\n{certification.get_absolute_url()}"
    answer = client.post(
        new(student),
        data(
            links=[f"programs:{saved.pk}", f"job_titles:{job.pk}"],
            addresses=addresses,
            files=SimpleUploadedFile("plan.pdf", b"%PDF-1.7"),
        ),
    )
    note = Note.objects.get()
    assert answer.url == reverse("advising:note", args=[note.pk])
    assert (note.state, note.visibility, note.author) == ("published", "student", pair[1].user)
    assert timezone.localtime(note.occurred_at).strftime("%H:%M") == "10:30"
    assert set(note.programs.all()) == {saved, other}
    assert (list(note.job_titles.all()), list(note.certifications.all())) == ([job], [certification])
    page = client_for(student.user).get(answer.url)
    for text in (note.body, saved.name, other.name, certification.name, job.name, "plan.pdf"):
        assert text in page.text


def shown(moment):
    """As a form shows it: by the clock of the place."""
    return timezone.localtime(moment).replace(microsecond=0, tzinfo=None)


def test_a_note_on_a_meeting_begins_with_what_the_meeting_was(pair, client):
    meeting = make_appointment(*pair, starts_in=-timedelta(days=2), mode="phone")
    program, other = make_program(name="Billing"), make_program(name="Welding")
    SavedProgram.objects.create(student=pair[0], program=other)
    make_topic(pair[0], program=program, text="", appointment=meeting)
    form = client.get(f"{new(pair[0])}?appointment={meeting.pk}").context["form"]
    assert form["occurred_at"].value() == shown(meeting.starts_at)
    assert (form["contact_type"].value(), form["links"].value()) == ("phone", [f"programs:{program.pk}"])
    assert f"{pair[1]}</option>" in str(form["appointment"])


def test_a_note_on_a_meeting_to_come_is_of_now(pair, client):
    meeting = make_appointment(*pair)
    form = client.get(f"{new(pair[0])}?appointment={meeting.pk}").context["form"]
    assert form["occurred_at"].value() <= shown(timezone.now())


@pytest.mark.parametrize("given", ["abc", "-1", "9" * 40, "\0"])
def test_an_appointment_that_is_none_leaves_the_form_as_it_was(pair, client, given):
    make_appointment(*pair, starts_in=-timedelta(days=2))
    answer = client.get(new(pair[0]), {"appointment": given})
    assert (answer.status_code, answer.context["form"]["contact_type"].value()) == (200, "in_person")


def test_another_students_appointment_tells_the_form_nothing(pair, client):
    other = make_appointment(starts_in=-timedelta(days=2), mode="phone")
    form = client.get(f"{new(pair[0])}?appointment={other.pk}").context["form"]
    assert form["contact_type"].value() == "in_person"


def test_preview_shows_who_reads_it_and_saves_nothing(pair, client):
    answer = client.post(new(pair[0]), data("preview"))
    assert Note.objects.count() == 0
    assert [str(reader.name) for reader in answer.context["audience"].readers] == ["Ada Advisor", "Sam Student"]
    assert "As Sam Student would see it" in answer.text
    assert "Nothing: this note is not shared" in client.post(new(pair[0]), data("preview", visibility="unit")).text


def test_htmx_gets_the_readers_alone(pair, client):
    address = reverse("advising:note_readers", args=[pair[0].pk]) + "?visibility=author_only"
    part = client.get(address, headers={"HX-Request": "true"})
    assert [reader.why for reader in part.context["audience"].readers] == ["wrote it"]
    assert "<html" not in part.text
    assert client.get(address.replace("author_only", "junk")).status_code == 200


def test_fields_above_ones_right_are_ignored(pair, client):
    other = make_student()
    forged = {"author": other.user_id, "student": other.pk, "unit": "1", "state": "published", "author_name": "Boss"}
    client.post(new(pair[0]), data("draft", **forged))
    note = Note.objects.get()
    assert (note.author, note.student, note.state) == (pair[1].user, pair[0], "draft")
    assert (note.author_name, note.unit) == ("Ada Advisor", pair[1].unit)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"visibility": "everyone"}, "visibility"),
        ({"body": "  "}, "body"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"addresses": "https://example.org/"}, "addresses"),
        ({"addresses": "/programs/no-such/program/"}, "addresses"),
        ({"files": SimpleUploadedFile("run.exe", b"MZ")}, "files"),
    ],
)
def test_bad_input_is_said_beside_its_field(pair, client, values, field):
    answer = client.post(new(pair[0]), data(**values))
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert Note.objects.count() == 0


def test_a_draft_program_cannot_be_linked(pair, client):
    hidden = make_program(status="draft")
    answer = client.post(new(pair[0]), data(addresses=f"/programs/{hidden.organization.slug}/{hidden.slug}/"))
    assert list(answer.context["form"].errors) == ["addresses"]


def test_widening_asks_first(pair, client):
    note = make_note(*pair, visibility="team")
    address = reverse("advising:edit_note", args=[note.pk])
    asked = client.post(address, data(version=1))
    assert list(asked.context["form"].errors) == ["confirm"]
    assert 'type="checkbox" name="confirm"' in asked.text
    assert client.post(address, data(version=1, confirm="on")).status_code == 302
    note.refresh_from_db()
    assert (note.visibility, note.version) == ("student", 2)
    assert client.post(address, data(version=2, visibility="team")).status_code == 302


def test_a_stale_form_is_told(pair, client):
    note = make_note(*pair, visibility="student")
    address = reverse("advising:edit_note", args=[note.pk])
    client.post(address, data(version=1, body="Second."))
    answer = client.post(address, data(version=1, body="Lost."))
    assert answer.context["form"].non_field_errors() == [
        "This note was changed meanwhile. Open it again to see the present text."
    ]


def test_deleting_asks_for_a_reason_and_leaves_its_place(pair, client):
    note = make_note(*pair)
    address = reverse("advising:delete_note", args=[note.pk])
    assert list(client.post(address, {"reason": "oops"}).context["form"].errors) == ["reason"]
    listed = client.post(address, {"reason": "It was about another student"}, follow=True)
    assert "A note was deleted here" in listed.text
    assert client.get(reverse("advising:note", args=[note.pk])).status_code == 404


def test_a_file_is_a_download_that_nothing_keeps(pair, client):
    attachment = make_attachment(make_note(*pair), name="plän.txt")
    answer = client.get(reverse("advising:attachment", args=[attachment.note_id, attachment.pk]))
    assert b"".join(answer) == b"Step one: apply."
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''pl%C3%A4n.txt"
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "text/plain")
    assert "no-store" in answer["Cache-Control"]
    wrong = reverse("advising:attachment", args=[make_note(*pair).pk, attachment.pk])
    assert client.get(wrong).status_code == 404


def test_a_list_takes_the_same_statements_however_long(pair, client, django_assert_num_queries):
    address = reverse("advising:student_notes", args=[pair[0].pk])
    make_note(*pair)
    with django_assert_num_queries(9) as first:
        client.get(address)
    for visibility in ("author_only", "unit", "student"):
        make_note(pair[0], visibility=visibility)
    with django_assert_num_queries(len(first.captured_queries)):
        assert client.get(address).text.count("A note you cannot read") == 1


@pytest.mark.parametrize("when", ["9999-12-31T23:59", "0001-01-01T00:00", "1969-01-01T00:00"])
def test_a_day_that_cannot_be_is_refused(pair, client, when):
    page = client.post(new(pair[0]), data(occurred_at=when))
    assert "A note tells of what has happened. Check the day and the year." in page.text
    assert Note.objects.count() == 0


def test_what_is_yet_to_happen_is_refused(pair, client):
    ahead = timezone.localtime() + timedelta(days=2)
    page = client.post(new(pair[0]), data(occurred_at=f"{ahead:%Y-%m-%dT%H:%M}"))
    assert "A note tells of what has happened." in page.text


def test_a_text_that_is_no_note_is_refused(pair, client):
    assert "at most 50000 characters" in client.post(new(pair[0]), data(body="x" * 50_001)).text
    assert "Null characters are not allowed." in client.post(new(pair[0]), data(body="a\0b")).text
    assert client.post(new(pair[0]), data(body="x" * 10_000_000)).status_code == 400
    assert Note.objects.count() == 0


@pytest.mark.parametrize("action", ["publish", "draft"])
def test_two_clicks_make_one_note(pair, client, action):
    first, second = (client.post(new(pair[0]), data(action)) for _ in range(2))
    assert first.url == second.url == reverse("advising:note", args=[Note.objects.get().pk])
    assert Notification.objects.count() == (action == "publish")
    client.post(new(pair[0]), data(action, body="Another talk."))
    assert Note.objects.count() == 2


def test_a_draft_is_not_published_once_the_tie_has_ended(pair, client):
    student, _ = pair
    client.post(new(student), data("draft", visibility="team"))
    draft = Note.objects.get()
    address = reverse("advising:edit_note", args=[draft.pk])
    assert client.get(address).status_code == 200
    student.assignments.update(ends_on=timezone.localdate())
    page = client.post(address, data(version=draft.version))
    assert "You no longer work with this student, so the draft cannot be published." in page.text
    client.post(address, data("draft", body="Still mine.", version=draft.version))
    draft.refresh_from_db()
    assert (draft.state, draft.body) == ("draft", "Still mine.")


@pytest.mark.parametrize("number", ["9" * 3000, "9" * 30, "x", "\u0663", "-1"])
def test_numbers_that_name_nothing_are_passed_over(pair, client, number):
    student, _ = pair
    assert client.get(new(student), {"appointment": number, "alert": number}).status_code == 200
    readers = reverse("advising:note_readers", args=[student.pk])
    assert client.get(readers, {"visibility": "team", "note": number}).status_code == 200
