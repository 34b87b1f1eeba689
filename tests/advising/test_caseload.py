"""The caseload: who is in it, what a row says, each filter, the file, and what it costs."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from advising.exceptions import AdvisingError
from advising.filters import CaseloadFilterSet
from advising.models import AccessLog, Goal, PathwayItem, SavedList, StudentProfile
from advising.services import campaigns, caseload, items, people, transfer
from advising.services.exports import plain_cell
from tests.advising.factories import (
    make_advisor,
    make_alert,
    make_appointment,
    make_assignment,
    make_goal,
    make_item,
    make_note,
    make_step,
    make_student,
    make_template,
)
from tests.factories import client_for, make_certification, make_job_title, make_organization, make_program, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def me(advisor):
    return make_advisor(advisor)


@pytest.fixture
def sam(me, student):
    profile = make_student(student, student_number="W7")
    make_assignment(profile, me)
    return profile


def one_more(me, **values) -> StudentProfile:
    profile = make_student(**values)
    make_assignment(profile, me)
    return profile


def found(me, rf, **params) -> list[str]:
    request = rf.get("/", params)
    request.user = me.user
    filters = CaseloadFilterSet(request.GET, queryset=StudentProfile.objects.none(), request=request)
    assert filters.form.errors == {}
    return [student.name for student in filters.qs]


def row(me) -> caseload.Row:
    [row] = caseload.read_rows(caseload.advised_by(me.user))
    return row


def test_mine_are_those_assigned_to_me_today(me, sam, rf):
    ended = make_student()
    make_assignment(ended, me, ends_on=timezone.localdate())
    make_assignment(make_student(), me, starts_on=timezone.localdate() + DAY)
    make_assignment(make_student(), make_advisor(unit=me.unit))
    make_assignment(make_student())
    assert found(me, rf) == [sam.name]


def test_my_unit_holds_the_students_of_my_colleagues_and_of_no_other_unit(me, sam, rf):
    theirs = make_student(make_user("Student", first_name="Zoe", last_name="Zander"))
    make_assignment(theirs, make_advisor(unit=me.unit))
    make_assignment(make_student())
    assert found(me, rf, whose="unit") == [sam.name, "Zoe Zander"]


def test_an_advisor_who_left_has_no_caseload(me, sam, rf):
    me.is_active = False
    me.save()
    assert found(me, rf) == found(me, rf, whose="unit") == []


def test_nobody_is_in_their_own_caseload(me, rf):
    profile = make_student(me.user)
    make_assignment(profile, make_advisor(unit=me.unit))
    assert found(me, rf, whose="unit") == []


def test_a_row_of_someone_new_says_what_is_not_known(me, sam):
    assert row(me).cells == ["Sam Student", "W7", "No goal yet", "None planned", "Never", "None", "0", "0"]


def test_a_row_tells_goal_program_contact_meeting_alerts_and_overdue_items(me, sam):
    goal = Goal.objects.create(student=sam, job_title=make_job_title(name="Medical coder"))
    program = make_program(name="Coding")
    PathwayItem.objects.create(goal=goal, program=make_program(), status="dropped", order=1)
    PathwayItem.objects.create(goal=goal, program=program, status="enrolled", order=2)
    Goal.objects.create(student=sam, job_title=make_job_title(), priority=2)
    contact = timezone.now() - 10 * DAY
    make_note(sam, me, occurred_at=contact)
    meeting = make_appointment(sam, me, starts_in=2 * DAY)
    make_appointment(sam, me, starts_in=9 * DAY)
    make_alert(sam)
    make_alert(sam, state="resolved", closed_at=timezone.now())
    make_item(sam, due_on=timezone.localdate() - DAY)
    make_item(sam, due_on=timezone.localdate())
    said = row(me)
    assert said.cells[2:4] == ["Medical coder", "Coding"]
    assert (said.student.last_contact, said.student.next_appointment) == (contact, meeting.starts_at)
    assert said.cells[6:] == ["1", "1"]


def test_a_sample_program_is_marked_in_a_row(me, sam):
    goal = Goal.objects.create(student=sam, job_title=make_job_title())
    sample = make_program(name="Coding", organization=make_organization(is_fictional=True))
    PathwayItem.objects.create(goal=goal, program=sample, status="enrolled", order=1)
    assert row(me).cells[3] == "Coding (sample)"


@pytest.mark.parametrize("state", ["booked", "no_show", "excused", "cancelled_by_student", "cancelled_by_advisor"])
def test_a_meeting_that_did_not_happen_is_no_contact(me, sam, state):
    make_appointment(sam, me, starts_in=-3 * DAY, state=state)
    assert row(me).last_contact == "Never"


@pytest.mark.parametrize("state", ["checked_in", "completed"])
def test_a_kept_meeting_is_a_contact_and_the_later_of_both_counts(me, sam, state):
    make_note(sam, me, occurred_at=timezone.now() - 8 * DAY)
    meeting = make_appointment(sam, me, starts_in=-3 * DAY, state=state)
    assert row(me).student.last_contact == meeting.starts_at


def test_any_published_note_is_a_contact_whoever_may_read_it_but_drafts_and_calls_without_answer_are_not(me, sam):
    long_ago = timezone.now() - 40 * DAY
    make_note(sam, visibility="author_only", occurred_at=long_ago)
    make_note(sam, me, state="draft", published_at=None)
    make_note(sam, me, contact_type="none")
    assert row(me).student.last_contact == long_ago


def test_no_contact_counts_days_back(me, sam, rf):
    make_note(sam, me, occurred_at=timezone.now() - 45 * DAY)
    assert found(me, rf, no_contact="30") == ["Sam Student"]
    assert found(me, rf, no_contact="60") == found(me, rf, no_contact="never") == []
    make_appointment(sam, me, starts_in=-5 * DAY, state="completed")
    assert found(me, rf, no_contact="30") == []


def test_never_in_contact(me, sam, rf):
    assert found(me, rf, no_contact="never") == found(me, rf, no_contact="90") == ["Sam Student"]


def test_next_appointment_alerts_and_overdue_items(me, sam, rf):
    assert [found(me, rf, **one) for one in ({"next": "yes"}, {"alerts": "on"}, {"overdue": "on"})] == [[], [], []]
    assert found(me, rf, next="no") == ["Sam Student"]
    make_appointment(sam, me)
    make_alert(sam)
    make_item(sam, due_on=timezone.localdate() - DAY)
    assert found(me, rf, next="yes", alerts="on", overdue="on") == ["Sam Student"]
    assert found(me, rf, next="no") == []


def test_program_certification_and_job_title(me, sam, rf):
    other = one_more(me)
    title, certification, program = make_job_title(), make_certification(), make_program()
    goal = Goal.objects.create(student=sam, job_title=title)
    PathwayItem.objects.create(goal=goal, program=program)
    dropped = PathwayItem.objects.create(goal=goal, certification=certification)
    aside = Goal.objects.create(student=other, job_title=make_job_title(), status="set_aside")
    PathwayItem.objects.create(goal=aside, program=program)
    assert found(me, rf, job=title.slug) == found(me, rf, program=program.pk) == ["Sam Student"]
    assert found(me, rf, certification=certification.slug) == ["Sam Student"]
    dropped.status = "dropped"
    dropped.save()
    page = client_for(me.user).get(reverse("advising:caseload"), {"certification": certification.slug})
    assert "Select a valid choice" in page.text


def test_words_are_looked_for_in_name_number_and_address(me, sam, rf):
    for text in ("sam", "stud SAM", "w7", "student@example"):
        assert found(me, rf, q=text) == ["Sam Student"]
    assert found(me, rf, q="sam zander") == []


def test_orders(me, rf):
    quiet = one_more(me, preferred_name="Quiet")
    seen = one_more(me, preferred_name="Seen")
    busy = one_more(me, preferred_name="Busy")
    make_note(seen, me, occurred_at=timezone.now() - 50 * DAY)
    make_note(busy, me, occurred_at=timezone.now() - DAY)
    make_appointment(seen, me, starts_in=DAY)
    make_appointment(busy, me, starts_in=3 * DAY)
    for _ in range(2):
        make_alert(busy)
        make_item(busy, due_on=timezone.localdate() - DAY)
    make_alert(seen)
    make_item(seen, due_on=timezone.localdate() - DAY)
    first = {
        name: [text.split()[0] for text in found(me, rf, sort=name)]
        for name in ("contact", "next", "alerts", "overdue")
    }
    assert first == {
        "contact": ["Quiet", "Seen", "Busy"],
        "next": ["Seen", "Busy", "Quiet"],
        "alerts": ["Busy", "Seen", "Quiet"],
        "overdue": ["Busy", "Seen", "Quiet"],
    }
    assert quiet


def test_a_value_that_does_not_fit_lists_nobody_and_says_why(me, sam):
    client = client_for(me.user)
    page = client.get(reverse("advising:caseload"), {"no_contact": "-1", "program": "x", "job": "'", "page": "z"})
    assert page.status_code == 200
    assert page.text.count("Select a valid choice") == 3
    assert "a filter does not fit any more" in page.text
    assert "Sam Student" not in page.text
    assert list(page.context["page"]) == page.context["rows"] == []
    assert "Download this list" not in page.text


@pytest.mark.parametrize(
    "query", ["program=x", "whose=everyone", "no_contact=7", "next=maybe", "sort=age", "q=%00", f"q={'x' * 101}"]
)
def test_no_value_of_any_filter_is_passed_over(me, sam, query):
    client = client_for(me.user)
    assert client.get(f"{reverse('advising:caseload')}?{query}").context["rows"] == []
    file = client.get(f"{reverse('advising:caseload_csv')}?{query}")
    assert "Sam Student" not in file.content.decode()


def test_parameters_that_are_no_filters_are_neither_applied_nor_written_down(me, sam):
    client = client_for(me.user)
    address = f"{reverse('advising:caseload_csv')}?utm=x&no_contact=30&no_contact=never&alerts=false&sort="
    assert "Sam Student" in client.get(address).content.decode()
    [log] = AccessLog.objects.filter(action="exported")
    assert log.detail == {"filters": "no_contact=never", "count": 1}


def test_a_kept_list_whose_program_nobody_plans_any_more_lists_nobody_and_can_be_removed(me, sam):
    program = make_program()
    step = make_step(make_goal(sam), program=program)
    kept = SavedList.objects.create(user=me.user, name="Coders", query=f"program={program.pk}")
    client = client_for(me.user)
    address = f"{reverse('advising:caseload')}?{kept.query}"
    assert "Sam Student" in client.get(address).text
    step.delete()
    page = client.get(address)
    assert "None of your students, or of your unit’s, has this in their plan now." in page.text
    assert "Remove the list “Coders”" in page.text
    file = client.get(f"{reverse('advising:caseload_csv')}?{kept.query}")
    _, *rows = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert [row[0].startswith("Nobody is listed. Program: Select a valid choice.") for row in rows] == [True]
    log = AccessLog.objects.get(action="exported")
    assert log.detail == {"filters": kept.query, "count": 0, "refused": ["Program"]}


def test_the_file_holds_what_the_screen_shows_and_its_leaving_is_written_down(me, sam):
    make_alert(sam)
    one_more(me)
    client = client_for(me.user)
    page = client.get(reverse("advising:caseload"), {"alerts": "on"})
    file = client.get(reverse("advising:caseload_csv"), {"alerts": "on", "page": "1", "q": ""})
    headings, *rows = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert headings == list(page.context["columns"])
    assert rows == [line.cells for line in page.context["rows"]]
    assert rows[0][0] == "Sam Student"
    [log] = AccessLog.objects.filter(action="exported")
    assert (log.actor, log.object_type, log.detail) == (me.user, "caseload", {"filters": "alerts=on", "count": 1})


@pytest.mark.parametrize("name", ["=cmd", "+1", "-1", "@sum"])
def test_no_cell_of_the_file_is_a_formula(me, sam, name):
    StudentProfile.objects.filter(pk=sam.pk).update(preferred_name=name)
    file = client_for(me.user).get(reverse("advising:caseload_csv"))
    _, first = csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline=""))
    assert first[0] == f"'{name} Student"


@pytest.mark.parametrize(
    ("text", "cell"),
    [("\t=1", "'\t=1"), ("\n=1", "'\n=1"), ("\r=1", "'\r=1"), ("a=1", "a=1"), ("", ""), ("'=1", "'=1")],
)
def test_a_cell_begins_with_an_apostrophe_only_where_it_must(text, cell):
    assert plain_cell(text) == cell


def test_the_list_takes_as_many_statements_for_three_as_for_one(me, sam):
    goal = Goal.objects.create(student=sam, job_title=make_job_title())
    PathwayItem.objects.create(goal=goal, program=make_program())
    PathwayItem.objects.create(goal=goal, certification=make_certification())

    def statements() -> int:
        client = client_for(me.user)
        with CaptureQueriesContext(connection) as taken:
            client.get(reverse("advising:caseload"), {"sort": "contact"})
        return len(taken)

    before = statements()
    for _ in range(2):
        another = one_more(me)
        goal = Goal.objects.create(student=another, job_title=make_job_title())
        PathwayItem.objects.create(goal=goal, program=make_program())
        PathwayItem.objects.create(goal=goal, certification=make_certification())
        make_note(another, me)
    assert statements() == before


def test_lists_are_kept_replaced_and_removed_by_their_owner_alone(me, sam):
    client = client_for(me.user)
    client.post(reverse("advising:save_list"), {"name": "Quiet", "query": "no_contact=60&evil=1"})
    client.post(reverse("advising:save_list"), {"name": "Quiet", "query": "no_contact=30"})
    [kept] = SavedList.objects.all()
    assert (kept.user, kept.query) == (me.user, "no_contact=30")
    address = reverse("advising:delete_list", args=[kept.pk])
    assert client_for(make_advisor().user).post(address).status_code == 404
    assert SavedList.objects.exists()
    client.post(address)
    assert not SavedList.objects.exists()


def test_a_list_without_a_name_is_not_kept(me):
    page = client_for(me.user).post(reverse("advising:save_list"), {"name": " ", "query": ""}, follow=True)
    assert "Give the list a name" in page.text
    assert not SavedList.objects.exists()


def test_finding_a_student_finds_only_those_one_sees(me, sam):
    make_student(make_user("Student", first_name="Sam", last_name="Stranger"))
    page = client_for(me.user).get(reverse("advising:students"), {"q": "sam"})
    assert [one.name for one in page.context["page"]] == ["Sam Student"]
    assert list(client_for(me.user).get(reverse("advising:students")).context["page"]) == []
    assert "Nobody whom you work with" in client_for(me.user).get(reverse("advising:students"), {"q": "\0zz"}).text


# Accounts that have ended


@pytest.fixture
def gone(me):
    profile = one_more(me, student_number="W8", user=make_user("Student", first_name="Gil", last_name="Gone"))
    profile.user.is_active = False
    profile.user.save()
    return profile


def test_whose_account_has_ended_is_in_no_caseload_and_found_only_when_asked_for(me, sam, gone, rf):
    assert found(me, rf) == found(me, rf, whose="unit") == ["Sam Student"]
    client = client_for(me.user)
    assert list(client.get(reverse("advising:students"), {"q": "gil"}).context["page"]) == []
    page = client.get(reverse("advising:students"), {"q": "gil", "ended": "1"})
    assert "Gil Gone (account ended)" in page.text
    record = client.get(reverse("advising:record", args=[gone.pk]))
    assert "Gil Gone (account ended)" in record.text
    assert reverse("advising:book_student", args=[gone.pk]) not in record.text


def test_nobody_invites_books_assigns_or_hands_items_to_an_account_that_has_ended(me, sam, gone):
    assert list(campaigns.invitable_students(me)) == [sam]
    assert client_for(me.user).get(reverse("advising:book_student", args=[gone.pk])).status_code == 403
    page = client_for(me.user).get(reverse("advising:apply_template"))
    assert ("Sam Student" in page.text, "Gil Gone" in page.text) == (True, False)
    template = make_template(me.unit)
    assert [one.refused for one in items.apply_template(template, [gone], user=me.user)] != [""]
    keeper = make_advisor(lead=True, unit=me.unit)
    assert list(transfer.transferable(keeper.user)) == [sam]
    with pytest.raises(AdvisingError, match="an account that has ended"):
        people.assign_advisor(gone, keeper, user=keeper.user)


def test_an_invited_student_whose_account_ended_is_not_reminded(me, sam):
    other = one_more(me)
    today = timezone.localdate()
    facts = {"name": "Spring", "opens_on": today, "closes_on": today + DAY}
    campaign = campaigns.create_campaign(me, user=me.user, students=[sam, other], **facts)
    other.user.is_active = False
    other.user.save()
    assert campaigns.remind_invited(campaign, user=me.user) == 1
