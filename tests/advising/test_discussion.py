"""What a student wants to discuss: the agenda, the wait for a meeting, and the note that follows."""

import pytest
from django.urls import reverse

from advising.exceptions import AdvisingError
from advising.models import AgendaItem
from advising.services import discussion as service
from programs.choices import Status
from tests import factories as make
from tests.advising.factories import (
    make_advisor,
    make_appointment,
    make_assignment,
    make_note,
    make_student,
    make_topic,
)
from tests.factories import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(student):
    return make_student(student)


@pytest.fixture
def ada(advisor, sam):
    profile = make_advisor(advisor)
    make_assignment(sam, profile)
    return profile


def ask(student, **what):
    return service.ask_to_discuss(student, user=student.user, **what)


def test_a_name_finds_its_record_while_it_is_published():
    records = [make.make_program(), make.make_certification(), make.make_job_title(), make.make_guide()]
    names = [service.name_of(record) for record in records]
    assert [name.split(":")[0] for name in names] == ["program", "certification", "career", "guide"]
    assert [service.find_record(name) for name in names] == records
    for record in records:
        record.status = Status.DRAFT
        record.save()
    assert [service.find_record(name) for name in names] == [None] * 4


NOT_NAMES = ["", "program", "program:", "program:²", "user:1", "program:1:2", "program:" + "9" * 30]


@pytest.mark.parametrize("name", NOT_NAMES)
def test_any_other_name_finds_nothing(name):
    assert service.find_record(name) is None


def test_without_a_meeting_it_waits_and_with_one_it_is_on_the_agenda_of_the_next(sam, ada):
    program = make.make_program()
    assert ask(sam, record=program).appointment is None
    make_appointment(sam, ada, state="cancelled_by_student")
    assert ask(sam, text="Anything else").appointment is None
    meeting = make_appointment(sam, ada)
    assert ask(sam, record=make.make_certification()).appointment == meeting
    # Asked again, what waited goes to the meeting; nothing stands there twice.
    assert ask(sam, record=program, text="Is it online?").appointment == meeting
    assert list(sam.agenda_items.filter(program=program).values_list("text", flat=True)) == ["Is it online?"]


def test_a_guide_is_named_in_words(sam):
    item = ask(sam, record=make.make_guide(title="Medical coding"), text="Where do I start?")
    assert item.text == "Guide: Medical coding. Where do I start?"


def test_nothing_to_say_and_the_wrong_person_are_refused(sam, other_student):
    with pytest.raises(AdvisingError, match="Say what"):
        ask(sam, text="  ")
    with pytest.raises(AdvisingError, match="that student"):
        service.ask_to_discuss(sam, user=other_student, text="Hello")


def test_what_was_discussed_stays(sam, ada):
    topic = make_topic(sam)
    service.remove_topic(topic, user=sam.user)
    note = make_note(sam, ada, appointment=make_appointment(sam, ada))
    talked = make_topic(sam, appointment=note.appointment, program=make.make_program(), text="")
    service.link_agenda(note, user=ada.user)
    talked.refresh_from_db()
    with pytest.raises(AdvisingError, match="stays on the record"):
        service.remove_topic(talked, user=sam.user)


def test_one_click_links_the_note_to_the_agenda_of_its_meeting(sam, ada):
    meeting = make_appointment(sam, ada)
    program, certification, title = make.make_program(), make.make_certification(), make.make_job_title()
    for link in ({"program": program}, {"certification": certification}, {"job_title": title}, {"text": "Money"}):
        make_topic(sam, appointment=meeting, **{"text": "", **link})
    make_topic(sam, program=make.make_program(), text="")
    note = make_note(sam, ada, appointment=meeting)
    client = client_for(ada.user)
    assert "Link this note to them all" in client.get(reverse("advising:note", args=[note.pk])).text
    client.post(reverse("advising:link_agenda", args=[note.pk]))
    linked = [list(getattr(note, name).all()) for name in ("programs", "certifications", "job_titles")]
    assert linked == [[program], [certification], [title]]
    assert AgendaItem.objects.filter(discussed_at=None).count() == 1
    assert service.link_agenda(note, user=ada.user) == 0
    assert "Link this note" not in client.get(reverse("advising:note", args=[note.pk])).text


def test_only_the_author_links_and_only_to_a_meeting(sam, ada, stranger_advisor):
    note = make_note(sam, ada, visibility="student")
    make_advisor(stranger_advisor)
    with pytest.raises(AdvisingError, match="about no meeting"):
        service.link_agenda(note, user=ada.user)
    address = reverse("advising:link_agenda", args=[note.pk])
    assert client_for(sam.user).post(address).status_code == 403
    assert client_for(stranger_advisor).post(address).status_code == 404


@pytest.mark.parametrize("kind", ["program", "certification", "career", "guide"])
def test_every_kind_of_page_leads_to_the_agenda(sam, kind):
    record = {
        "program": lambda: make.make_offering().program,
        "certification": make.make_certification,
        "career": make.make_job_title,
        "guide": make.make_guide,
    }[kind]()
    client = client_for(sam.user)
    link = f"{reverse('advising:discuss')}?about={kind}%3A{record.pk}"
    assert f'href="{link}"' in client.get(record.get_absolute_url()).text
    assert client.get(link).status_code == 200
    assert not AgendaItem.objects.exists()
    answer = client.post(link, {"text": "", "student": 9, "appointment": 9})
    assert (answer.status_code, answer.url) == (302, record.get_absolute_url())
    assert AgendaItem.objects.get().student == sam


def test_what_the_directory_does_not_show_is_a_404(sam):
    hidden = make.make_program(status=Status.DRAFT)
    for about in (f"program:{hidden.pk}", "program:0", "user:1"):
        assert client_for(sam.user).get(f"{reverse('advising:discuss')}?about={about}").status_code == 404


def test_a_topic_is_removed_by_its_student_and_unknown_to_others(sam, other_student):
    make_student(other_student)
    address = reverse("advising:remove_topic", args=[make_topic(sam).pk])
    assert client_for(other_student).post(address).status_code == 404
    assert client_for(sam.user).post(address, {"next": "//example.org"}).url == reverse("advising:me")
    assert not AgendaItem.objects.exists()
