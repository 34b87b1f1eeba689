"""Goals: the gap that the directory gives, what counts as done, and who may plan."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advising.exceptions import AdvisingError
from advising.models import Goal, Notification, PathwayItem
from advising.reads.gap import gaps_for, programs_to
from advising.services import goals as service
from advising.services.saved import tell_of_retired
from programs.choices import Status
from tests import factories as make
from tests.advising.factories import (
    make_advisor,
    make_assignment,
    make_goal,
    make_saved_program,
    make_step,
    make_student,
    make_topic,
)
from tests.factories import client_for
from tests.pages import page_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(student):
    return make_student(student)


@pytest.fixture
def ada(advisor, sam):
    profile = make_advisor(advisor)
    make_assignment(sam, profile)
    return profile


def gap_of(goal):
    (gap,) = gaps_for(Goal.objects.filter(pk=goal.pk).select_related("student", "job_title"))
    return gap


def route_of(goal):
    return [(step.title, step.state) for step in gap_of(goal).steps]


def make_guided_title(name="Medical Coder"):
    """A title with a guide of five steps and two certifications that lead there."""
    title = make.make_job_title(name=name)
    guide = make.make_guide(title=f"Guide to {name}")
    guide.job_titles.add(title)
    for order, (kind, name, need) in enumerate(
        [
            ("education", "Finish high school", "required"),
            ("program", "Complete a program", "usual"),
            ("education", "Add a degree", "optional"),
            ("certification", "Pass an exam", "usual"),
            ("job", "Apply", "required"),
        ],
        start=1,
    ):
        make.make_pathway_step(guide=guide, kind=kind, title=name, need=need, order=order)
    first, second = make.make_certification(acronym="CPC"), make.make_certification(acronym="CPB")
    for certification in (first, second):
        make.make_career_link(job_title=title, certification=certification)
    return title, first, second


def test_the_guide_gives_the_steps_and_nothing_is_done_at_first(sam):
    title, *_ = make_guided_title()
    assert route_of(make_goal(sam, job_title=title)) == [
        ("Finish high school", "next"),
        ("Complete a program", "later"),
        ("Add a degree", "later"),
        ("Pass an exam", "later"),
        ("Apply", "later"),
    ]


def test_what_is_done_moves_the_next_step(student):
    sam = make_student(student, education="high_school")
    title, _, second = make_guided_title()
    goal = make_goal(sam, job_title=title)
    item = make_step(goal, program=make.make_program(), status="enrolled")
    assert [state for _, state in route_of(goal)] == ["done", "next", "later", "later", "later"]
    item.status = "completed"
    item.save()
    # The step that one may leave out is passed over.
    assert [state for _, state in route_of(goal)] == ["done", "done", "later", "next", "later"]
    make_step(goal, certification=second, status="earned")
    gap = gap_of(goal)
    assert [step.state for step in gap.steps] == ["done", "done", "later", "done", "next"]
    assert [step.title for step in gap.left] == ["Apply"]
    goal.status = "reached"
    goal.save()
    assert [state for _, state in route_of(goal)] == ["done", "done", "next", "done", "done"]


def test_a_dropped_step_stands_for_nothing(sam):
    title, first, _ = make_guided_title()
    goal = make_goal(sam, job_title=title)
    make_step(goal, certification=first, status="dropped")
    (option,) = [option for option in gap_of(goal).certifications if option.record == first]
    assert (option.item, option.is_done) == (None, False)


def test_education_not_reported_is_not_taken_for_done(sam):
    title, *_ = make_guided_title()
    assert sam.education == "unknown"
    assert route_of(make_goal(sam, job_title=title))[0] == ("Finish high school", "next")


def test_without_a_guide_the_links_give_the_steps_required_ones_each_alone(sam):
    title = make.make_job_title()
    preferred = make.make_certification(acronym="AAA")
    required = [make.make_certification(acronym=name) for name in ("BBB", "CCC")]
    make.make_career_link(job_title=title, certification=preferred, relation="preferred")
    for certification in required:
        make.make_career_link(job_title=title, certification=certification, relation="required")
    goal = make_goal(sam, job_title=title)
    titles = [step.title for step in gap_of(goal).steps]
    assert titles == ["Complete a program that leads there", "Earn BBB", "Earn CCC", "Start in the job"]
    make_step(goal, certification=required[0], status="earned")
    assert [state for _, state in route_of(goal)] == ["next", "done", "later", "later"]


def test_all_required_certifications_are_needed_for_the_step_of_a_guide(sam):
    title, first, second = make_guided_title()
    title.career_links.update(relation="required")
    goal = make_goal(sam, job_title=title)
    make_step(goal, certification=first, status="earned")
    assert dict(route_of(goal))["Pass an exam"] == "later"
    make_step(goal, certification=second, status="earned")
    assert dict(route_of(goal))["Pass an exam"] == "done"


def test_what_was_earned_for_one_goal_counts_for_another_and_never_for_another_student(sam, other_student):
    title, first, _ = make_guided_title()
    make_step(make_goal(sam), certification=first, status="earned")
    olive = make_goal(make_student(other_student), job_title=title)
    assert dict(route_of(make_goal(sam, job_title=title)))["Pass an exam"] == "done"
    assert dict(route_of(olive))["Pass an exam"] == "later"


def test_drafts_of_the_directory_give_no_step(sam):
    title = make.make_job_title()
    hidden = make.make_certification(status=Status.DRAFT)
    make.make_career_link(job_title=title, certification=hidden)
    guide = make.make_guide(status=Status.DRAFT)
    guide.job_titles.add(title)
    make.make_pathway_step(guide=guide)
    gap = gap_of(make_goal(sam, job_title=title))
    assert (gap.guide, gap.certifications) == (None, ())
    assert [step.title for step in gap.steps] == ["Complete a program that leads there", "Start in the job"]


def test_programs_linked_to_the_title_come_before_those_through_a_certification(sam):
    title, first, _ = make_guided_title()
    through = make.make_program_certification(certification=first).program
    direct = make.make_career_link(job_title=title).program
    make.make_program_certification(make.make_program(status=Status.RETIRED), first)
    options = programs_to(gap_of(make_goal(sam, job_title=title)))
    assert [(option.record, option.through) for option in options] == [(direct, None), (through, first)]


def test_statements_do_not_grow_with_the_goals(sam, django_assert_num_queries):
    for names in (["One"], ["Two", "Three"]):
        for name in names:
            title, first, _ = make_guided_title(name)
            make_step(make_goal(sam, job_title=title), certification=first)
        with django_assert_num_queries(5):
            gaps = gaps_for(sam.goals.select_related("student", "job_title"))
        assert len(gaps) == sam.goals.count()


# Writing


def test_a_goal_is_set_once_and_taken_up_again(sam):
    title = make.make_job_title()
    goal = service.set_goal(sam, user=sam.user, job_title=title)
    other = service.set_goal(sam, user=sam.user, job_title=make.make_job_title())
    assert (goal.priority, other.priority) == (1, 2)
    service.change_goal(goal, user=sam.user, status="set_aside")
    assert service.set_goal(sam, user=sam.user, job_title=title) == goal
    assert list(sam.goals.values_list("pk", "status")) == [(goal.pk, "active"), (other.pk, "active")]


def test_a_goal_can_be_put_first(sam):
    first, second, third = (make_goal(sam, priority=number) for number in (1, 2, 3))
    service.change_goal(third, user=sam.user, status="active", is_first=True)
    assert list(sam.goals.order_by("priority")) == [third, first, second]


def test_a_draft_title_is_no_goal(sam):
    with pytest.raises(AdvisingError, match="no longer in the directory"):
        service.set_goal(sam, user=sam.user, job_title=make.make_job_title(status=Status.DRAFT))


def test_a_record_is_planned_once_and_only_while_it_is_published(sam):
    goal, program = make_goal(sam), make.make_program()
    service.add_step(goal, user=sam.user, program=program)
    with pytest.raises(AdvisingError, match="in the plan already"):
        service.add_step(goal, user=sam.user, program=program)
    service.add_step(goal, user=sam.user, step="Visit a clinic")
    with pytest.raises(AdvisingError, match="in the plan already"):
        service.add_step(goal, user=sam.user, step="visit a clinic")
    with pytest.raises(AdvisingError, match="no longer in the directory"):
        service.add_step(goal, user=sam.user, program=make.make_program(status=Status.RETIRED))
    assert list(goal.pathway_items.values_list("order", "step")) == [(1, ""), (2, "Visit a clinic")]


def test_strangers_plan_nothing(sam, other_student, stranger_advisor):
    make_advisor(stranger_advisor)
    goal = make_goal(sam)
    item = make_step(goal)
    for user in (other_student, stranger_advisor):
        with pytest.raises(AdvisingError):
            service.set_goal(sam, user=user, job_title=make.make_job_title())
        with pytest.raises(AdvisingError):
            service.change_goal(goal, user=user, status="reached")
        with pytest.raises(AdvisingError):
            service.add_step(goal, user=user, step="Anything")
        with pytest.raises(AdvisingError):
            service.change_step(item, user=user, status="earned")
        with pytest.raises(AdvisingError):
            service.remove_step(item, user=user)
    assert list(PathwayItem.objects.values_list("pk", "status")) == [(item.pk, "considering")]


# Pages


def test_a_student_makes_a_title_their_goal_from_its_page(sam):
    title = make.make_job_title(name="Phlebotomist", is_curated=False)
    client = client_for(sam.user)
    link = f"{reverse('advising:new_goal')}?job={title.slug}"
    assert f'href="{link}"' in client.get(title.get_absolute_url()).text
    answer = client.post(link, {"job_title": title.slug, "student": 999}, follow=True)
    assert answer.status_code == 200
    assert "Phlebotomist is a goal now" in page_words(answer.text)
    assert list(sam.goals.values_list("job_title", flat=True)) == [title.pk]


def test_an_unknown_title_is_refused_on_the_form(sam):
    answer = client_for(sam.user).post(reverse("advising:new_goal"), {"job_title": "no-such-title"})
    assert answer.status_code == 200
    assert "job_title" in answer.context["form"].errors


def test_a_step_is_planned_changed_and_removed_on_its_pages(sam):
    goal, certification = make_goal(sam), make.make_certification()
    client = client_for(sam.user)
    new = f"{reverse('advising:new_step', args=[goal.pk])}?about=certification:{certification.pk}"
    client.post(new, {"status": "enrolled", "starts_on": "2026-10-01"})
    item = goal.pathway_items.get()
    assert (item.certification, item.status, item.starts_on) == (certification, "enrolled", datetime.date(2026, 10, 1))
    edit = reverse("advising:edit_step", args=[item.pk])
    wrong = client.post(edit, {"status": "earned", "starts_on": "2026-10-01", "ends_on": "2026-09-01"})
    assert wrong.context["form"].errors == {"ends_on": ["It cannot be done before it starts."]}
    client.post(edit, {"status": "earned", "evidence": "Number 1234", "goal": 0})
    item.refresh_from_db()
    assert (item.status, item.evidence, item.goal) == ("earned", "Number 1234", goal)
    client.post(edit, {"remove": "1"})
    assert not goal.pathway_items.exists()


@pytest.mark.parametrize("about", ["career:1", "program:0", "program:x", "nothing", "program:99999999999999999999"])
def test_only_what_is_published_and_can_be_a_step_is_planned(sam, about):
    answer = client_for(sam.user).get(f"{reverse('advising:new_step', args=[make_goal(sam).pk])}?about={about}")
    assert answer.status_code == 404


def test_advisors_see_and_change_the_plans_of_their_students_alone(sam, ada, stranger_advisor, other_student):
    goal = make_goal(sam)
    make_advisor(stranger_advisor)
    make_student(other_student)
    addresses = [reverse("advising:goal", args=[goal.pk]), reverse("advising:student_plans", args=[sam.pk])]
    for user, status in ((ada.user, 200), (stranger_advisor, 404), (other_student, 404)):
        assert [client_for(user).get(address).status_code for address in addresses] == [status, status]
        answer = client_for(user).post(reverse("advising:edit_goal", args=[goal.pk]), {"status": "reached"})
        assert answer.status_code == (302 if status == 200 else 404)
    goal.refresh_from_db()
    assert goal.status == "reached"


def test_the_goal_page_shows_progress_and_both_kinds_of_programs(sam):
    title, first, _ = make_guided_title()
    goal = make_goal(sam, job_title=title)
    linked = make.make_program_certification(certification=first).program
    make_step(goal, certification=first, status="applied", evidence="Booked the exam")
    words = page_words(client_for(sam.user).get(reverse("advising:goal", args=[goal.pk])).text)
    for text in ("4 steps left", "Booked the exam", linked.name, "Steps from the guide Guide to Medical Coder"):
        assert text in words


# Programs taken back


def test_a_retired_program_is_on_the_worklist_of_those_who_advise_its_students(sam, ada, stranger_advisor):
    make_advisor(stranger_advisor)
    program = make.make_program(name="Closed course")
    make_saved_program(sam, program=program)
    make_step(make_goal(sam), program=program, status="enrolled")
    make_step(make_goal(sam), program=program, status="dropped")
    address = reverse("advising:retired")
    assert "Closed course" not in client_for(ada.user).get(address).text
    assert tell_of_retired() == 0
    program.status = Status.RETIRED
    program.save()
    rows = client_for(ada.user).get(address).context["rows"]
    assert rows == [(sam, program, "Saved"), (sam, program, "Enrolled")]
    assert client_for(stranger_advisor).get(address).context["rows"] == []
    assert (tell_of_retired(), tell_of_retired()) == (1, 0)
    assert list(Notification.objects.values_list("user", "kind")) == [(ada.user.pk, "directory")]


def test_the_worklist_and_a_students_plans_take_a_constant_number_of_statements(sam, ada):
    client = client_for(ada.user)
    addresses = [reverse("advising:student_plans", args=[sam.pk]), reverse("advising:retired")]
    client.get(addresses[0])  # the first row of a log also makes its head
    counts = []
    for number in (1, 2):
        for _ in range(number):
            other = make_student()
            make_assignment(other, ada)
            for student in (sam, other):
                title, first, _ = make_guided_title(f"Title {len(counts)} {student.pk} {student.goals.count()}")
                goal = make_goal(student, job_title=title)
                make_step(goal, certification=first)
                make_step(goal, program=make.make_program(status=Status.RETIRED))
                make_saved_program(student, program=make.make_program(status=Status.RETIRED))
                make_topic(student, program=make.make_program())
                make_topic(student, certification=make.make_certification())
        taken = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            taken.append(len(queries))
        counts.append(taken)
    assert counts[0] == counts[1]


def test_sample_programs_come_last_and_are_marked_beside_a_goal(sam):
    title, cpc, _ = make_guided_title()
    school = make.make_organization(name="Aspen", is_fictional=True)
    sample = make.make_program(name="Art of Coding", organization=school)
    make.make_career_link(job_title=title, program=sample)
    make.make_program_certification(make.make_program(name="Coding"), cpc)
    goal = make_goal(sam, job_title=title)
    assert [option.record.name for option in programs_to(gap_of(goal))] == ["Coding", "Art of Coding"]
    assert "Aspen (sample)" in client_for(sam.user).get(reverse("advising:goal", args=[goal.pk])).text
