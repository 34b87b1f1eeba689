"""The pages of things to do, and of their templates."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from advising.models import AccessLog, ActionItem, ItemTemplate, Notification
from tests.advising.factories import (
    make_advisor,
    make_alert,
    make_assignment,
    make_item,
    make_student,
    make_template,
)
from tests.factories import (
    client_for,
    make_certification,
    make_guide,
    make_job_title,
    make_pathway_step,
    make_program,
    make_requirement,
)
from tests.pages import one_line

pytestmark = pytest.mark.django_db

LIST = reverse("advising:items")
TEMPLATES = reverse("advising:item_templates")
APPLY = reverse("advising:apply_template")


def on(name: str, record) -> str:
    return reverse(f"advising:{name}", args=[record.pk])


# Lists and ticking


def titles(user, address=LIST, **query) -> list[str]:
    return [item.title for item in client_for(user).get(address, query).context["page"]]


def test_a_list_begins_with_what_is_due_first_and_ends_with_what_is_done(sam, student):
    today = timezone.localdate()
    make_item(sam, title="Done", state="done", done_at=timezone.now(), due_on=today)
    make_item(sam, title="Undated")
    make_item(sam, title="Later", due_on=today + timedelta(days=3))
    make_item(sam, title="Late", due_on=today - timedelta(days=3))
    make_item(sam, title="Called off", state="cancelled")
    assert titles(student) == ["Late", "Later", "Undated", "Done"]
    assert client_for(student).get(LIST).text.count("Overdue") == 1


def test_students_see_theirs_and_advisors_their_own_and_their_students(sam, student, ada, other_student):
    other = make_student(other_student)
    make_item(other, title="Olive’s")
    make_item(sam, title="Sam’s")
    make_item(sam, title="Ada’s", assignee="advisor", advisor=ada)
    assert titles(student) == ["Sam’s"]
    assert titles(student, show="students") == ["Sam’s"]
    assert titles(ada.user) == ["Ada’s"]
    assert titles(ada.user, show="students") == ["Sam’s"]
    assert sorted(titles(ada.user, on("student_items", sam))) == ["Ada’s", "Sam’s"]
    assert titles(student, on("student_items", sam)) == ["Sam’s"]


def test_an_items_links_are_shown_to_whom_they_may_be(sam, student, ada):
    program, hidden = make_program(), make_certification(status="retired", name="Gone")
    make_item(sam, program=program, certification=hidden, alert=make_alert(sam, unit=ada.unit))
    of_student = client_for(student).get(LIST).text
    assert program.get_absolute_url() in of_student
    assert "Gone (no longer listed)" in of_student
    assert hidden.get_absolute_url() not in of_student
    assert "alert" not in of_student.partition("<main")[2].partition("</main")[0].lower()
    assert "From an alert" in client_for(ada.user).get(on("student_items", sam)).text


def test_ticking_goes_back_to_where_one_was(sam, student):
    item = make_item(sam)
    client = client_for(student)
    answer = client.post(on("set_item_state", item), {"state": "done", "next": f"{LIST}?page=1"})
    item.refresh_from_db()
    assert (answer.url, item.state) == (f"{LIST}?page=1", "done")
    answer = client.post(on("set_item_state", item), {"state": "open", "next": "https://evil.example/"})
    item.refresh_from_db()
    assert (answer.url, item.state) == (LIST, "open")


def test_an_unknown_state_changes_nothing(sam, student):
    item = make_item(sam)
    assert client_for(student).post(on("set_item_state", item), {"state": "won"}).status_code == 302
    item.refresh_from_db()
    assert item.state == "open"


def test_who_may_do_what_to_an_item(sam, student, other_student, ada, stranger_advisor, editor):
    make_student(other_student)
    make_advisor(stranger_advisor)
    own, of_advisor = make_item(sam), make_item(sam, assignee="advisor", advisor=ada)
    rows = [
        (student, own, "cancelled", 403),
        (student, of_advisor, "done", 404),
        (other_student, own, "done", 404),
        (stranger_advisor, own, "done", 404),
        (editor, own, "done", 404),
        (ada.user, of_advisor, "cancelled", 302),
    ]
    for user, item, state, status in rows:
        assert client_for(user).post(on("set_item_state", item), {"state": state}).status_code == status
    for user, status in [(student, 403), (other_student, 404), (stranger_advisor, 404)]:
        assert client_for(user).post(on("edit_item", own), {"title": "Mine"}).status_code == status
        assert client_for(user).post(on("new_item", sam), {"title": "Mine"}).status_code == status
    assert ActionItem.objects.get(pk=own.pk).state == "open"
    assert ActionItem.objects.count() == 2


def test_a_called_off_item_is_not_taken_up_by_the_student(sam, student):
    item = make_item(sam, state="cancelled")
    answer = client_for(student).post(on("set_item_state", item), {"state": "open"}, follow=True)
    assert "You cannot do this with the item." in answer.text


@pytest.mark.parametrize("query", ["", "show=students"])
def test_a_list_takes_a_constant_number_of_statements(sam, ada, query):
    client = client_for(ada.user)
    facts = {"program": make_program(), "certification": make_certification(), "job_title": make_job_title()}
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_item(sam, **facts)
            make_item(sam, assignee="advisor", advisor=ada, **facts)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{LIST}?{query}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_students_list_takes_a_constant_number_of_statements(sam, ada):
    client = client_for(ada.user)
    client.get(on("student_items", sam))  # the first row of a log also makes its head
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_item(sam, program=make_program(), certification=make_certification(), job_title=make_job_title())
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(on("student_items", sam)).context["page"].object_list) == (1 if number == 1 else 3)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# One item


def test_two_clicks_make_one_item(sam, ada):
    client = client_for(ada.user)
    for _ in range(2):
        client.post(on("new_item", sam), {"title": "Apply", "assignee": "student", "days_after": "3"})
    assert (ActionItem.objects.count(), Notification.objects.count()) == (1, 1)
    client.post(on("new_item", sam), {"title": "Apply", "assignee": "student", "days_after": "4"})
    assert ActionItem.objects.count() == 2


def test_a_novel_is_no_detail(sam, ada):
    facts = {"title": "Apply", "assignee": "student", "detail": "x" * 5001}
    assert "at most 5000 characters" in client_for(ada.user).post(on("new_item", sam), facts).text


def test_an_item_by_form(sam, ada):
    program, certification, title = make_program(), make_certification(), make_job_title()
    addresses = "\n".join(one.get_absolute_url() for one in (program, certification, title))
    alert = make_alert(sam, unit=ada.unit)
    facts = {"title": "Apply", "detail": "Soon", "assignee": "student", "days_after": "3", "starts_on": "2030-01-01"}
    client = client_for(ada.user)
    answer = client.post(on("new_item", sam), {**facts, "addresses": addresses, "alert": alert.pk})
    item = ActionItem.objects.get()
    assert (answer.status_code, answer.url) == (302, on("student_items", sam))
    assert (str(item.due_on), item.program, item.certification) == ("2030-01-04", program, certification)
    assert (item.job_title, item.alert, item.student, item.created_by) == (title, alert, sam, ada.user)
    page = client.get(on("edit_item", item)).text
    assert addresses in page.replace("&#x27;", "'")
    changed = {"title": "Apply now", "assignee": "student", "due_on": "2030-01-04", "addresses": "", "alert": ""}
    client.post(on("edit_item", item), changed)
    item.refresh_from_db()
    assert (item.title, str(item.due_on), item.days_after, item.program, item.alert) == (
        "Apply now", "2030-01-04", 3, None, None,
    )  # fmt: skip


def test_fields_above_ones_right_are_ignored(sam, student, ada, other_student):
    other = make_student(other_student)
    facts = {"title": "A", "assignee": "student", "student": other.pk, "created_by": student.pk, "state": "done"}
    client_for(ada.user).post(on("new_item", sam), facts)
    item = ActionItem.objects.get()
    assert (item.student, item.created_by, item.state) == (sam, ada.user, "open")


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"title": ""}, "This field is required."),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"assignee": "nobody"}, "Select a valid choice."),
        ({"advisor": "999", "assignee": "advisor"}, "Select a valid choice."),
        ({"due_on": "soon"}, "Enter a valid date."),
        ({"days_after": "-1"}, "greater than or equal to 0"),
        ({"due_on": "2030-01-01", "days_after": "3"}, "Give a day or a number of days, not both."),
        ({"days_after": "32000", "starts_on": "9990-01-01"}, "That day is too far away."),
        ({"days_after": "32768"}, "less than or equal to 32767"),
        ({"addresses": "/programs/no/such/"}, "No page of the directory has the address"),
        ({"addresses": "https://evil.example/"}, "No page of the directory has the address"),
    ],
)
def test_bad_input_keeps_what_was_written(sam, ada, facts, message):
    whole = {"title": "A", "detail": "Kept text", "assignee": "student", **facts}
    answer = client_for(ada.user).post(on("new_item", sam), whole)
    assert (answer.status_code, message in answer.text, "Kept text" in answer.text) == (200, True, True)
    assert ActionItem.objects.count() == 0


def test_two_records_of_one_kind_and_another_students_alert_are_refused(sam, ada):
    addresses = "\n".join(make_certification().get_absolute_url() for _ in range(2))
    facts = {"title": "A", "assignee": "student"}
    client = client_for(ada.user)
    assert "Name one certification only." in client.post(on("new_item", sam), {**facts, "addresses": addresses}).text
    make_alert(sam, unit=ada.unit)
    other = make_alert(unit=ada.unit)
    assert "Select a valid choice." in client.post(on("new_item", sam), {**facts, "alert": other.pk}).text


def test_a_link_that_is_no_longer_listed_may_stay(sam, ada):
    item = make_item(sam, certification=make_certification(status="retired"))
    client = client_for(ada.user)
    addresses = item.certification.get_absolute_url()
    client.post(on("edit_item", item), {"title": "B", "assignee": "student", "addresses": addresses})
    item.refresh_from_db()
    assert (item.title, item.certification is None) == ("B", False)


def test_opening_a_students_list_is_written_down(sam, student, ada):
    for user in (student, ada.user):
        client_for(user).get(on("student_items", sam))
    rows = list(AccessLog.objects.values_list("actor", "action", "reason", "object_type"))
    assert rows == [(ada.user.pk, "read", "assigned", "studentprofile")]


# Templates


def test_templates_are_made_from_what_the_directory_knows(ada):
    certification = make_requirement(text="Pass the exam").certification
    guide = make_pathway_step(title="Finish school").guide
    client = client_for(ada.user)
    client.post(TEMPLATES, {"certification": certification.pk})
    client.post(TEMPLATES, {"guide": guide.pk, "name": "Ours"})
    client.post(TEMPLATES, {"name": "Empty"})
    made = {template.name: [line.title for line in template.items.all()] for template in ItemTemplate.objects.all()}
    assert made == {str(certification): ["Pass the exam"], "Ours": ["Finish school"], "Empty": []}


def test_a_template_that_cannot_be_made_says_why(ada):
    client = client_for(ada.user)
    both = {"certification": make_certification().pk, "guide": make_guide().pk}
    assert "not both" in client.post(TEMPLATES, both).text
    assert "Give it a name, or choose what it is made from." in client.post(TEMPLATES, {"name": " "}).text
    make_template(ada.unit, name="Taken")
    assert "named “Taken” already" in client.post(TEMPLATES, {"name": "Taken"}).text
    hidden = make_certification(status="draft")
    assert "Select a valid choice." in client.post(TEMPLATES, {"certification": hidden.pk}).text
    assert ItemTemplate.objects.count() == 1


def lines(template, *changes, total=None) -> dict:
    """The form of a template: its lines with ``changes`` (dicts, in order; one more adds a line)."""
    rows = [{"id": line.pk, "title": line.title, "assignee": line.assignee} for line in template.items.all()]
    initial = len(rows)
    rows += [{}] * (len(changes) - len(rows))
    data = {"name": template.name, "is_active": "on", "lines-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        change = changes[number] if number < len(changes) else {}
        row = {"order": number + 1, "days_after": "", **row, **change}
        data |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return {**data, "lines-TOTAL_FORMS": total or len(rows)}


def test_lines_are_changed_added_and_removed(ada):
    template = make_template(ada.unit, lines=("One", "Two"))
    data = lines(
        template, {"title": "First"}, {"DELETE": "on"}, {"title": "Three", "assignee": "advisor", "days_after": 5}
    )
    answer = client_for(ada.user).post(on("item_template", template), data)
    assert answer.status_code == 302
    assert list(template.items.values_list("title", "assignee", "days_after")) == [
        ("First", "student", None),
        ("Three", "advisor", 5),
    ]


def test_another_templates_lines_are_out_of_reach(ada, stranger_advisor):
    mine, theirs = make_template(ada.unit, lines=("Mine",)), make_template(make_advisor(stranger_advisor).unit)
    foreign = theirs.items.get()
    data = lines(mine, {"id": foreign.pk, "title": "Taken over"})
    client = client_for(ada.user)
    client.post(on("item_template", mine), data)  # Django passes over what is not of the set
    assert client.post(on("item_template", theirs), lines(theirs)).status_code == 404
    foreign.refresh_from_db()
    assert (foreign.template, foreign.title) == (theirs, "Call the school")
    assert [line.title for line in mine.items.all()] == ["Mine"]


def test_a_name_that_is_taken_is_refused(ada):
    make_template(ada.unit, name="Taken")
    template = make_template(ada.unit, name="Free")
    answer = client_for(ada.user).post(on("item_template", template), {**lines(template), "name": "Taken"})
    assert "another template named “Taken”" in answer.text
    template.refresh_from_db()
    assert template.name == "Free"


def test_a_broken_form_is_no_error(ada):
    template = make_template(ada.unit)
    for data in ({}, {"lines-TOTAL_FORMS": "x"}, lines(template, total=5000)):
        assert client_for(ada.user).post(on("item_template", template), data).status_code == 200


# Handing out


def test_a_selection_is_shown_before_anything_is_handed_out(sam, ada):
    second = make_student()
    make_assignment(second, ada)
    template = make_template(ada.unit)
    client = client_for(ada.user)
    for answer in (
        client.get(APPLY, {"students": [sam.pk], "template": template.pk}),
        client.post(APPLY, {"students": [sam.pk], "template": template.pk}),
    ):
        assert f'value="{sam.pk}" id="id_students_0" checked' in answer.text
        assert second.name not in answer.text
        assert "selected" in answer.text
    assert second.name in client.get(APPLY).text
    assert second.name not in client.get(APPLY, {"students": ["all"]}).text
    assert ActionItem.objects.count() == 0


def test_handing_out_tells_of_each_student(sam, ada):
    second = make_student()
    make_assignment(second, ada)
    make_item(second, template=(template := make_template(ada.unit)))
    facts = {"students": [sam.pk, second.pk], "template": template.pk, "starts_on": "2030-01-01", "apply": "1"}
    text = one_line(client_for(ada.user).post(APPLY, facts).text)
    assert "1 item added" in text
    assert "Has open items of this template already." in text
    assert ActionItem.objects.filter(student=sam).count() == 1


@pytest.mark.parametrize("ids", [["999999"], ["x"], ["9" * 30], ["-1"], [""]])
def test_ids_that_are_not_ones_students_are_refused(sam, ada, ids):
    template = make_template(ada.unit)
    facts = {"students": ids, "template": template.pk, "apply": "1"}
    answer = client_for(ada.user).post(APPLY, facts)
    assert answer.status_code == 200
    assert ActionItem.objects.count() == 0


def test_a_strangers_student_is_refused_like_one_that_does_not_exist(sam, ada, stranger_advisor):
    stranger = make_advisor(stranger_advisor)
    template = make_template(stranger.unit)
    facts = {"students": [sam.pk], "template": template.pk, "apply": "1"}
    answer = client_for(stranger.user).post(APPLY, facts)
    assert "Some of those chosen are not in this list any more" in answer.text
    assert sam.name not in answer.text
    theirs = {"students": [sam.pk], "template": make_template(ada.unit).pk, "apply": "1"}
    assert "Select a valid choice." in client_for(stranger.user).post(APPLY, theirs).text
    assert ActionItem.objects.count() == 0
