"""Things to do: who may give, tick and call off, when they are due, and templates."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advising.choices import ItemState
from advising.exceptions import AdvisingError
from advising.models import ActionItem, ItemTemplate, Notification
from advising.services import items as service
from tests.advising.factories import (
    make_advisor,
    make_alert,
    make_appointment,
    make_assignment,
    make_goal,
    make_item,
    make_step,
    make_student,
    make_template,
)
from tests.factories import make_certification, make_guide, make_job_title, make_pathway_step, make_requirement

pytestmark = pytest.mark.django_db

NEW = "There is something new on your list"


def told(user) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("subject", flat=True))


# One by one


def test_an_item_for_the_student_is_told_without_its_text(sam, ada):
    item = service.add_item(sam, user=ada.user, title="Bring your transcript", detail="CANARY")
    assert (item.assignee, item.advisor, item.state, item.created_by) == ("student", None, "open", ada.user)
    assert told(sam.user) == [NEW]
    call_command("send_notifications")
    assert "transcript" not in mail.outbox[0].body + mail.outbox[0].subject


def test_an_item_for_an_advisor_is_ones_own_unless_another_is_named(sam, ada):
    second = make_advisor(unit=ada.unit)
    mine = service.add_item(sam, user=ada.user, title="Call", assignee="advisor")
    theirs = service.add_item(sam, user=ada.user, title="Write", assignee="advisor", advisor=second)
    assert (mine.advisor, theirs.advisor) == (ada, second)
    assert (told(ada.user), told(second.user), told(sam.user)) == ([], [NEW], [])


def test_an_item_sent_twice_is_one_and_with_another_link_it_is_another(sam, ada):
    certification, alert, step = make_certification(), make_alert(sam), make_step(make_goal(sam))
    links = [{}, {"certification": certification}, {"alert": alert}, {"pathway_item": step}, {"days_after": 3}]
    items = [service.add_item(sam, user=ada.user, title="Apply", **link) for link in links for _ in range(2)]
    assert items[::2] == items[1::2]
    assert len(set(items)) == sam.items.count() == len(links)


def test_it_is_due_on_a_day_or_days_after_a_start(sam, ada):
    today = timezone.localdate()
    on = service.add_item(sam, user=ada.user, title="On", due_on=date(2030, 1, 5))
    after = service.add_item(sam, user=ada.user, title="After", days_after=10, starts_on=date(2030, 2, 20))
    counted = service.add_item(sam, user=ada.user, title="Counted", days_after=0)
    undated = service.add_item(sam, user=ada.user, title="Undated")
    assert [on.due_on, after.due_on, counted.due_on, undated.due_on] == [
        date(2030, 1, 5), date(2030, 3, 2), today, None,
    ]  # fmt: skip
    with pytest.raises(AdvisingError, match="too far away"):
        service.add_item(sam, user=ada.user, title="Never", days_after=30000, starts_on=date(9990, 1, 1))


def test_a_change_of_words_leaves_the_day(sam, ada):
    item = service.add_item(sam, user=ada.user, title="A", days_after=10, starts_on=date(2030, 2, 20))
    item = service.change_item(item, user=ada.user, title="B", due_on=date(2030, 3, 2))
    assert (item.title, item.due_on, item.days_after) == ("B", date(2030, 3, 2), 10)
    item = service.change_item(item, user=ada.user, due_on=date(2030, 4, 1))
    assert (item.due_on, item.days_after) == (date(2030, 4, 1), None)


def test_changing_hands_is_told(sam, ada):
    item = service.add_item(sam, user=ada.user, title="A")
    service.change_item(item, user=ada.user, assignee="advisor")
    item = service.change_item(item, user=ada.user, assignee="student")
    assert (item.advisor, told(sam.user)) == (None, [NEW, NEW])


@pytest.mark.parametrize("who", ["student", "other_student", "stranger_advisor", "editor", "admin"])
def test_who_does_not_work_with_the_student_gives_and_changes_nothing(sam, request, who):
    user = request.getfixturevalue(who)
    item = make_item(sam, title="A")
    with pytest.raises(AdvisingError, match="cannot add"):
        service.add_item(sam, user=user, title="B")
    with pytest.raises(AdvisingError, match="cannot change"):
        service.change_item(item, user=user, title="B")
    with pytest.raises(AdvisingError, match="cannot do this"):
        service.set_item_state(item, user=user, state=ItemState.CANCELLED)
    assert list(ActionItem.objects.values_list("title", "state")) == [("A", "open")]


def test_links_to_another_students_records_and_strange_advisors_are_refused(sam, ada):
    for link in ({"alert": make_alert()}, {"appointment": make_appointment()}):
        with pytest.raises(AdvisingError, match="another student’s"):
            service.add_item(sam, user=ada.user, title="A", **link)
    with pytest.raises(AdvisingError, match="does not work with this student"):
        service.add_item(sam, user=ada.user, title="A", assignee="advisor", advisor=make_advisor())
    assert ActionItem.objects.count() == 0


def test_students_tick_their_own(sam, student, ada):
    item = make_item(sam)
    item = service.set_item_state(item, user=student, state=ItemState.DONE)
    assert (item.state, item.done_by, item.done_at is None) == ("done", student, False)
    first = item.done_at
    assert service.set_item_state(item, user=ada.user, state=ItemState.DONE).done_at == first
    item = service.set_item_state(item, user=student, state=ItemState.OPEN)
    assert (item.state, item.done_by, item.done_at) == ("open", None, None)


def test_students_tick_neither_the_advisors_list_nor_anothers(sam, student, other_student, ada):
    make_student(other_student)
    of_advisor = make_item(sam, assignee="advisor", advisor=ada)
    own = make_item(sam)
    for user, item in ((student, of_advisor), (other_student, own)):
        with pytest.raises(AdvisingError, match="cannot do this"):
            service.set_item_state(item, user=user, state=ItemState.DONE)


def test_only_advisors_call_off_and_take_that_back(sam, student, ada):
    item = make_item(sam)
    service.set_item_state(item, user=ada.user, state=ItemState.CANCELLED)
    with pytest.raises(AdvisingError, match="cannot do this"):
        service.set_item_state(item, user=student, state=ItemState.OPEN)
    assert service.set_item_state(item, user=ada.user, state=ItemState.OPEN).state == "open"


def test_overdue_is_worked_out_on_the_day(sam):
    today = timezone.localdate()
    days = {
        "yesterday": today - timedelta(days=1),
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "none": None,
    }
    items = {name: make_item(sam, due_on=day) for name, day in days.items()}
    make_item(sam, due_on=days["yesterday"], state="done", done_at=timezone.now())
    make_item(sam, due_on=days["yesterday"], state="cancelled")
    assert list(ActionItem.objects.overdue()) == [items["yesterday"]]
    assert [name for name, item in items.items() if item.is_overdue] == ["yesterday"]


# Reminders


def test_what_is_due_today_or_tomorrow_is_told_once_in_number(sam, student, ada):
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    for day in (tomorrow, tomorrow, today, today + timedelta(days=2), None, today - timedelta(days=1)):
        make_item(sam, due_on=day, title="CANARY")
    make_item(sam, due_on=tomorrow, state="done", done_at=timezone.now())
    make_item(sam, due_on=tomorrow, assignee="advisor", advisor=ada)
    assert [service.remind_of_due(), service.remind_of_due()] == [3, 0]
    day = f"{tomorrow:%A, %B} {tomorrow.day}"
    assert told(student) == [
        f"One thing on your list is due on {today:%A, %B} {today.day}",
        f"2 things on your list are due on {day}",
    ]
    assert told(ada.user) == [f"One thing on your list is due on {day}"]


def test_a_closed_account_is_not_reminded(sam, student):
    make_item(sam, due_on=timezone.localdate())
    student.is_active = False
    student.save()
    assert service.remind_of_due() == 0


# Templates


def test_a_template_from_a_certifications_requirements(ada):
    certification = make_certification(name="Coder", acronym="CPC")
    for order, text in enumerate(["Join the issuer", "Pass the exam", "x" * 400], start=1):
        make_requirement(certification=certification, text=text, order=order)
    template = service.make_template(user=ada.user, certification=certification)
    assert (template.name, template.unit, template.certification) == ("Coder (CPC)", ada.unit, certification)
    titles = list(template.items.values_list("title", "order", "certification"))
    assert titles[:2] == [("Join the issuer", 1, certification.pk), ("Pass the exam", 2, certification.pk)]
    assert titles[2][0] == "x" * 199 + "…"


def test_a_template_from_a_guides_steps_adds_up_their_weeks(ada):
    title = make_job_title()
    guide, certification = make_guide(title="Becoming a coder"), make_certification()
    guide.job_titles.add(title)
    for order, (name, weeks, need) in enumerate(
        [
            *(("School", 40, "required"), ("Club", 8, "optional"), ("Exam", 4, "usual")),
            *(("Job", None, "required"), ("Renewal", 2, "required")),
        ],
        start=1,
    ):
        make_pathway_step(
            guide=guide,
            order=order,
            title=name,
            need=need,
            duration_max_weeks=weeks,
            certification=certification if name == "Exam" else None,
        )
    template = service.make_template(user=ada.user, guide=guide)
    assert (template.name, template.job_title) == ("Becoming a coder", title)
    assert list(template.items.values_list("title", "days_after", "certification")) == [
        ("School", 280, None),
        ("If you like: Club", 336, None),
        ("Exam", 308, certification.pk),
        ("Job", None, None),
        ("Renewal", None, None),
    ]


def test_templates_have_a_name_of_their_own_in_the_unit(ada, stranger_advisor):
    service.make_template(user=ada.user, name="  First   week ")
    with pytest.raises(AdvisingError, match="named “First week” already"):
        service.make_template(user=ada.user, name="First week")
    other = make_advisor(stranger_advisor)
    assert service.make_template(user=other.user, name="First week").unit == other.unit
    with pytest.raises(AdvisingError, match="Give the template a name"):
        service.make_template(user=ada.user)


def test_only_advisors_make_and_change_templates(ada, student, editor, stranger_advisor):
    template = make_template(ada.unit)
    for user in (student, editor):
        with pytest.raises(AdvisingError, match="Only advisors"):
            service.make_template(user=user, name="Mine")
    for user in (student, editor, make_advisor(stranger_advisor).user):
        with pytest.raises(AdvisingError, match="cannot change"):
            service.change_template(template, user=user, name="Mine", is_active=False)
        with pytest.raises(AdvisingError, match="cannot use"):
            service.apply_template(template, [], user=user)
    assert ItemTemplate.objects.get().is_active


def test_a_template_is_handed_out_to_many_once(sam, student, ada, stranger_advisor):
    certification = make_certification()
    template = make_template(ada.unit, lines=("Read", "Write"), certification=certification)
    template.items.create(title="Check", days_after=7, assignee="advisor", order=3)
    second, stranger = make_student(), make_student()
    make_assignment(second, ada)
    start = date(2030, 1, 1)
    handed = service.apply_template(template, [sam, second, stranger], user=ada.user, starts_on=start)
    assert [(one.student, one.items, one.refused) for one in handed] == [
        (sam, 3, ""),
        (second, 3, ""),
        (stranger, 0, "You do not work with this student."),
    ]
    rows = ActionItem.objects.filter(student=sam).order_by("pk")
    assert list(rows.values_list("title", "assignee", "advisor", "due_on", "certification", "created_by")) == [
        ("Read", "student", None, None, certification.pk, ada.user.pk),
        ("Write", "student", None, None, certification.pk, ada.user.pk),
        ("Check", "advisor", ada.pk, date(2030, 1, 8), certification.pk, ada.user.pk),
    ]
    again = service.apply_template(template, [sam], user=ada.user)
    assert [(one.items, one.refused) for one in again] == [(0, "Has open items of this template already.")]
    assert (told(student), told(second.user), told(stranger.user)) == ([NEW], [NEW], [])


def test_once_all_is_done_it_can_be_handed_out_again(sam, ada):
    template = make_template(ada.unit)
    service.apply_template(template, [sam], user=ada.user)
    service.set_item_state(ActionItem.objects.get(), user=ada.user, state=ItemState.DONE)
    assert service.apply_template(template, [sam], user=ada.user)[0].items == 1


def test_what_cannot_be_handed_out_says_why(sam, ada):
    with pytest.raises(AdvisingError, match="has no items yet"):
        service.apply_template(make_template(ada.unit, lines=()), [sam], user=ada.user)
    with pytest.raises(AdvisingError, match="cannot use"):
        service.apply_template(make_template(ada.unit, is_active=False), [sam], user=ada.user)
    far = make_template(ada.unit)
    far.items.update(days_after=30000)
    with pytest.raises(AdvisingError, match="too far away"):
        service.apply_template(far, [sam], user=ada.user, starts_on=date(9990, 1, 1))
    assert ActionItem.objects.count() == 0


def test_handing_out_takes_a_constant_number_of_statements(ada):
    template = make_template(ada.unit, lines=("A", "B"))
    counts = []
    for number in (1, 3):
        students = [make_student() for _ in range(number)]
        for student in students:
            make_assignment(student, ada)
        with CaptureQueriesContext(connection) as queries:
            service.apply_template(template, students, user=ada.user)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert ActionItem.objects.count() == 8
