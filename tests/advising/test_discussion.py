"""What a student wants to discuss: the agenda, the wait for a meeting, and the note that follows."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from advising.exceptions import AdvisingError
from advising.models import AgendaItem
from advising.services import discussion as service
from advising.services import outcomes
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


NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.fixture
def missed(sam, ada, monkeypatch):
    """A meeting with three topics, recorded as a no-show; ``missed(state)`` corrects it."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    meeting = make_appointment(sam, ada, starts_in=-timedelta(hours=1))
    for link in ({"program": make.make_program()}, {"job_title": make.make_job_title()}, {"text": "Money"}):
        make_topic(sam, appointment=meeting, **{"text": "", **link})
    outcomes.change_state(meeting, "no_show", user=ada.user)

    def correct(state):
        return outcomes.change_state(meeting, state, user=ada.user, reason="Came late")

    correct.meeting = meeting
    return correct


def standing(sam) -> list[tuple]:
    """What is still to be discussed: on which agenda, and about what."""
    rows = sam.agenda_items.filter(discussed_at=None).order_by("pk")
    return [(row.appointment, row.program or row.job_title or row.text) for row in rows]


def test_a_missed_meeting_lets_its_topics_wait_and_has_them_back_when_it_took_place_after_all(sam, ada, missed):
    assert [appointment for appointment, _ in standing(sam)] == [None] * 3
    missed("completed")
    assert standing(sam) == []
    assert missed.meeting.agenda_items.filter(discussed_at=NOW, taken_from=None).count() == 3
    note = make_note(sam, ada, appointment=missed.meeting)
    assert sum(map(len, service.unlinked(note).values())) == 2, "the note is offered its links again"


@pytest.mark.parametrize("path", [["excused", "completed"], ["completed", "no_show", "completed"], ["checked_in"]])
def test_they_come_back_whatever_was_recorded_in_between(sam, missed, path):
    for state in path:
        missed(state)
    assert missed.meeting.agenda_items.count() == sam.agenda_items.count() == 3


def test_topics_that_went_on_to_the_next_meeting_come_back_but_not_what_was_discussed_there(sam, ada, missed):
    again = make_appointment(sam, ada)
    service.take_up(again)
    talked = again.agenda_items.first()
    AgendaItem.objects.filter(pk=talked.pk).update(discussed_at=NOW)
    missed("completed")
    assert list(again.agenda_items.all()) == [talked]
    assert missed.meeting.agenda_items.count() == 2


def test_a_topic_that_was_removed_meanwhile_stays_away(sam, missed):
    service.remove_topic(sam.agenda_items.first(), user=sam.user)
    missed("completed")
    assert missed.meeting.agenda_items.count() == 2


def test_a_topic_asked_for_again_after_it_was_discussed_stands_once_when_that_is_taken_back(sam, ada, missed):
    missed("completed")
    program = sam.agenda_items.exclude(program=None).get().program
    again = make_appointment(sam, ada)
    ask(sam, record=program, text="Is it online?")
    ask(sam, text=" money ")
    outcomes.change_state(missed.meeting, "no_show", user=ada.user, reason="Mistaken")
    assert sorted(standing(sam), key=str) == sorted(
        [(again, program), (again, "money"), (None, sam.agenda_items.exclude(job_title=None).get().job_title)], key=str
    )
    assert sam.agenda_items.get(program=program).text == "Is it online?"
    missed("completed")
    assert (standing(sam), missed.meeting.agenda_items.count(), again.agenda_items.count()) == ([], 3, 0)


def test_a_topic_chosen_for_a_second_meeting_moves_there(sam, ada):
    program = make.make_program()
    first, second = make_appointment(sam, ada), make_appointment(sam, ada, starts_in=timedelta(days=2))
    for meeting in (first, second, second):
        service.add_topics(meeting, [{"program": program}], user=sam.user)
    assert standing(sam) == [(second, program)]


@pytest.mark.parametrize("texts", [["", "Where do I start?"], ["Where do I start?", ""], ["A", "B"]])
def test_a_guide_stands_once_with_the_last_words(sam, texts):
    guide = make.make_guide(title="Medical coding")
    for text in texts:
        ask(sam, record=guide, text=text)
    last = [text for text in texts if text][-1]
    assert standing(sam) == [(None, f"Guide: Medical coding. {last}")]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_topic(sam):
    program, start = make.make_program(), threading.Barrier(4)

    def click():
        start.wait()
        try:
            ask(sam, record=program)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sam.agenda_items.count() == 1


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
