"""The page of a student: what stands on it for whom, what is written down, and what it costs."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from advising.models import AccessLog, Assignment, Note, StudentProfile
from advising.services import timeline
from tests.advising.factories import (
    make_advisor,
    make_alert,
    make_appointment,
    make_assignment,
    make_goal,
    make_item,
    make_note,
    make_saved_program,
    make_step,
    make_student,
)
from tests.advising.statements import statements
from tests.factories import client_for, make_certification, make_guide, make_job_title, make_pathway_step

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def open_record(user, student, **params):
    return client_for(user).get(reverse("advising:record", args=[student.pk]), params)


def entries(user, student) -> list[tuple[str, int]]:
    return [(entry.kind, entry.record.pk) for entry in timeline.read_page(student, user=user, number=1).object_list]


def test_the_timeline_has_everything_of_the_past_newest_first(ada, sam):
    alert = make_alert(sam)
    note = make_note(sam, ada, occurred_at=timezone.now() - 2 * DAY)
    missed = make_appointment(sam, ada, starts_in=-3 * DAY, state="no_show")
    make_appointment(sam, ada)
    make_item(sam)
    done = make_item(sam, state="done", done_at=timezone.now() - 5 * DAY)
    expected = [("alert", alert.pk), ("note", note.pk), ("appointment", missed.pk), ("item", done.pk)]
    assert entries(ada.user, sam) == expected
    assert entries(sam.user, sam) == [("appointment", missed.pk), ("item", done.pk)]


def test_what_is_to_come_stands_beside_it(ada, sam):
    meeting, item, alert = make_appointment(sam, ada), make_item(sam), make_alert(sam)
    context = open_record(ada.user, sam).context
    assert [list(context[name]) for name in ("meetings", "items", "alerts")] == [[meeting], [item], [alert]]
    assert list(open_record(sam.user, sam).context["alerts"]) == []


def test_a_closed_note_shows_that_it_is_there_and_nothing_more(ada, sam):
    make_note(sam, visibility="author_only", topic="Secret topic", body="Secret body")
    page = open_record(ada.user, sam)
    assert "You cannot read this note" in page.text
    assert "Secret" not in page.text
    assert not AccessLog.objects.filter(object_type="note").exists()


def test_the_read_of_the_record_and_of_each_text_is_written_down_but_not_of_ones_own(ada, sam):
    colleague = make_advisor()
    make_assignment(sam, colleague, kind="secondary")
    own, shared = make_note(sam, ada), make_note(sam, colleague, visibility="student")
    open_record(ada.user, sam)
    open_record(sam.user, sam)
    rows = AccessLog.objects.order_by("sequence").values_list("actor", "action", "reason", "object_type", "object_id")
    assert list(rows) == [
        (ada.user_id, "read", "assigned", "studentprofile", sam.pk),
        (ada.user_id, "read", "assigned", "note", shared.pk),
    ]
    assert Note.objects.get(pk=own.pk).author == ada.user


def test_other_students_and_advisors_do_not_find_it(sam, other_student, stranger_advisor):
    make_student(other_student)
    make_advisor(stranger_advisor)
    for user in (other_student, stranger_advisor):
        for name in ("record", "print_record"):
            assert client_for(user).get(reverse(f"advising:{name}", args=[sam.pk])).status_code == 404
    assert open_record(stranger_advisor, StudentProfile(pk=10**6)).status_code == 404


def test_access_ends_with_the_assignment_in_the_same_request(ada, sam):
    Assignment.objects.update(ends_on=timezone.localdate())
    assert open_record(ada.user, sam).status_code == 404


def test_the_student_gets_no_form_and_the_advisor_who_will_read_it(ada, sam):
    assert "form" not in open_record(sam.user, sam).context
    page = open_record(ada.user, sam)
    assert reverse("advising:new_note", args=[sam.pk]) in page.text
    assert "Will be able to read it" in page.text


MOST_STATEMENTS = 30


@pytest.mark.parametrize("role", ["advisor", "lead", "student"])
def test_the_page_takes_as_many_statements_for_three_of_each_as_for_one_and_few(ada, sam, request, role):
    user = request.getfixturevalue(role)
    if role == "lead":
        make_advisor(user, unit=ada.unit)
    colleague = make_advisor(unit=ada.unit)
    make_assignment(sam, colleague, kind="secondary")
    title = make_job_title()
    guide = make_guide()
    guide.job_titles.add(title)
    make_pathway_step(guide=guide)
    make_goal(sam, job_title=title)

    def add():
        make_note(sam, colleague, visibility="advisors")
        make_note(sam, colleague, visibility="student")
        make_appointment(sam, ada)
        make_appointment(sam, ada, starts_in=-DAY, state="completed")
        make_alert(sam, owner=ada)
        make_item(sam)
        make_item(sam, state="done", done_at=timezone.now())
        make_step(make_goal(sam), certification=make_certification())
        make_saved_program(sam)

    address = reverse("advising:record", args=[sam.pk])
    add()
    one = statements(client_for(user), address)
    add()
    add()
    assert statements(client_for(user), address) == one <= MOST_STATEMENTS


def test_printing_and_downloading_are_written_down_apart(ada, sam):
    make_note(sam, visibility="team", body="For the team.")
    client = client_for(ada.user)
    page = client.get(reverse("advising:print_record", args=[sam.pk]))
    file = client.get(reverse("advising:print_record", args=[sam.pk]), {"download": "1"})
    assert "For the team." in page.text
    assert "For the team." in file.text
    assert file["Content-Disposition"].startswith("attachment")
    actions = AccessLog.objects.order_by("sequence").values_list("action", "object_type")
    assert list(actions) == [
        ("printed", "studentprofile"),
        ("printed", "note"),
        ("exported", "studentprofile"),
        ("exported", "note"),
    ]


def test_a_student_prints_their_record_but_exports_nothing_of_others(ada, sam):
    client = client_for(sam.user)
    assert client.get(reverse("advising:print_record", args=[sam.pk])).status_code == 200
    assert client.get(reverse("advising:print_record", args=[sam.pk]), {"download": "1"}).status_code == 403


def test_the_load_for_benchmarks_is_refused_on_a_site_that_people_use(settings):
    settings.DEBUG = settings.DEMO = False
    with pytest.raises(CommandError, match="Say --yes"):
        call_command("seed_load", students=1)
    with pytest.raises(CommandError, match="at least one"):
        call_command("seed_load", students=0, yes=True)
    assert not StudentProfile.objects.exists()


def test_the_load_for_benchmarks_can_be_added_again_and_again(settings, capsys):
    for _ in range(2):
        call_command("seed_load", students=3, advisors=2, yes=True)
    assert "Added 3 students and 60 notes." in capsys.readouterr().out
    assert (StudentProfile.objects.count(), Note.objects.count()) == (6, 120)
    assert Assignment.objects.active().values("advisor").distinct().count() == 4
