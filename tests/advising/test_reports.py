"""Reports: each number from rows that it counts and rows that it does not, and what outsiders are not shown."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from advising.models import Goal, PathwayItem
from advising.services import reports
from advising.services.reports import SUPPRESSED, Cell
from tests.advising.factories import (
    make_advisor,
    make_alert,
    make_appointment,
    make_assignment,
    make_note,
    make_student,
)
from tests.factories import client_for, make_certification, make_job_title, make_program

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def report(unit, user, days=30) -> dict[str, dict[str, str]]:
    tables = reports.read_report(unit, user=user, since=timezone.now() - days * DAY)
    return {table.heading: {cell.label: cell.text for cell in table.cells} for table in tables}


def student_of(advisor):
    student = make_student()
    make_assignment(student, advisor)
    return student


def test_each_number_counts_what_it_says(ada):
    first, second = student_of(ada), student_of(ada)
    make_note(first, ada)
    make_note(second, ada, occurred_at=timezone.now() - 40 * DAY)
    for state in ("completed", "completed", "completed", "no_show", "excused", "cancelled_by_student"):
        make_appointment(first, ada, starts_in=-2 * DAY, state=state)
    make_appointment(first, ada)
    for hours in (2, 4, 9, None):
        alert = make_alert(first, unit=ada.unit)
        alert.answered_at = hours and alert.raised_at + timedelta(hours=hours)
        alert.save()
    make_alert(first)
    title, program, certification = make_job_title(), make_program(), make_certification()
    goal = Goal.objects.create(student=first, job_title=title)
    Goal.objects.create(student=second, job_title=title, status="reached")
    PathwayItem.objects.create(goal=goal, program=program, status="completed")
    PathwayItem.objects.create(goal=goal, certification=certification, status="earned")
    Goal.objects.create(student=student_of(make_advisor()), job_title=title)
    assert report(ada.unit, ada.user) == {
        "Contact coverage": {"In contact": "1 of 2 (50%)"},
        "No-show rate": {"Did not come": "1 of 4 (25%)"},
        "Time to answer alerts": {"Answered": "3 of 4 (75%)", "Median time to the first answer": "4 hours"},
        "Interest in job titles": {title.name: "1"},
        "Interest in certifications": {certification.name: "1"},
        "Interest in programs": {program.name: "1"},
        "Outcomes": {"Reached a goal": "1", "Completed a program": "1", "Earned a certification": "1"},
    }


def test_a_unit_without_anything_says_so(ada):
    said = report(ada.unit, ada.user)
    assert said["Contact coverage"] == {"In contact": "0 of 0"}
    assert said["Time to answer alerts"]["Median time to the first answer"] == "No alert was answered"
    assert said["Interest in programs"] == {}


@pytest.mark.parametrize(
    ("cell", "is_shown"),
    [
        (Cell("", 0), False),
        (Cell("", 1), False),
        (Cell("", 4), False),
        (Cell("", 5), True),
        (Cell("", 0, 4), False),
        (Cell("", 5, 10), True),
        (Cell("", 6, 10), False),
        (Cell("", 10, 10), True),
        (Cell("", 3, value="4 hours"), False),
    ],
)
def test_small_cells_and_those_that_would_give_them_away_are_guarded(cell, is_shown):
    guarded = cell.guarded()
    assert guarded.is_shown == is_shown
    assert (guarded.text == SUPPRESSED) == (not is_shown)


@pytest.mark.parametrize(
    ("people", "numbers", "shown"),
    [
        # Shared out among 20: what is hidden would be what the others leave.
        (20, [17, 3], []),
        (20, [10, 7, 3], [10]),
        (20, [10, 6, 2, 2], [10]),
        (30, [10, 6, 4, 3], [10, 6]),
        (20, [10, 10], [10, 10]),
        # Nobody but those is counted, and the rest of them is small.
        (20, [10, 8], [10]),
        # Some want two titles: the numbers add up to more, and the small one is guarded all the same.
        (12, [12, 8, 3], [12]),
        (12, [2, 2], []),
        (0, [], []),
    ],
)
def test_of_shared_out_numbers_none_follows_from_the_others(people, numbers, shown):
    cells = [Cell(f"Title {place}", number) for place, number in enumerate(numbers)]
    table = reports.Table("Interest", "", cells, people, is_split=True).guarded()
    assert [cell.number for cell in table.cells if cell.is_shown] == shown
    assert [cell.text for cell in table.cells if not cell.is_shown] == [SUPPRESSED] * (len(numbers) - len(shown))
    left = people - sum(shown)
    assert left <= 0 or left >= reports.SMALLEST


def test_an_outcome_of_all_but_a_few_names_the_few():
    cells = [Cell("Reached a goal", 17), Cell("Completed a program", 12), Cell("Earned a certification", 20)]
    shown = reports.Table("Outcomes", "", cells, 20).guarded().cells
    assert [cell.text for cell in shown] == [SUPPRESSED, "12", "20"]


def test_outside_the_unit_no_number_of_a_page_gives_a_hidden_one_away(ada, admin):
    common, rare = make_job_title(name="Medical Biller"), make_job_title(name="Surveyor")
    for number in range(9):
        Goal.objects.create(student=student_of(ada), job_title=rare if number < 2 else common)
    address = reverse("advising:reports")
    inside, outside = (
        [table.cells for table in client_for(user).get(address, {"unit": ada.unit_id}).context["tables"]][3]
        for user in (ada.user, admin)
    )
    assert [(cell.label, cell.text) for cell in inside] == [("Medical Biller", "7"), ("Surveyor", "2")]
    assert [(cell.label, cell.text) for cell in outside] == [
        ("Medical Biller", SUPPRESSED),
        ("Surveyor", SUPPRESSED),
    ]


@pytest.mark.parametrize(
    ("earlier", "shown"),
    [
        ({}, "8 of 20 (40%)"),  # nothing more than in the 30 days
        ({"no_show": 2}, SUPPRESSED),
        ({"no_show": 6, "completed": 3}, SUPPRESSED),
        ({"no_show": 6, "completed": 6}, "14 of 32 (44%)"),
        ({"completed": 3}, SUPPRESSED),
    ],
)
def test_outside_the_unit_two_spans_differ_by_no_small_number(ada, admin, earlier, shown):
    student = student_of(ada)
    meetings = [("no_show", 8, 2), ("completed", 12, 2), *((state, number, 50) for state, number in earlier.items())]
    for state, number, days in meetings:
        for _ in range(number):
            make_appointment(student, ada, starts_in=-days * DAY, state=state)

    def rate(user, days: int) -> str:
        answer = client_for(user).get(reverse("advising:reports"), {"unit": ada.unit_id, "days": days})
        return answer.context["tables"][1].cells[0].text

    assert rate(admin, 30) == "8 of 20 (40%)"
    assert rate(admin, 90) == shown
    assert rate(ada.user, 90) != SUPPRESSED


def test_a_report_takes_a_constant_number_of_statements(ada):
    client = client_for(ada.user)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            student = student_of(ada)
            make_note(student, ada)
            make_alert(student, unit=ada.unit)
            make_appointment(student, ada, starts_in=-DAY, state="completed")
            goal = Goal.objects.create(student=student, job_title=make_job_title())
            PathwayItem.objects.create(goal=goal, program=make_program(), status="completed")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("advising:reports"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_outside_the_unit_small_numbers_are_not_on_the_page(ada, admin):
    student_of(ada)
    address = reverse("advising:reports")
    assert "0 of 1" in client_for(ada.user).get(address).text
    outside = client_for(admin).get(address, {"unit": ada.unit_id}).text
    assert "0 of 1" not in outside
    assert SUPPRESSED in outside


def test_an_advisor_reads_their_own_unit_alone(ada, student):
    other = make_advisor()
    assert client_for(ada.user).get(reverse("advising:reports"), {"unit": other.unit_id}).status_code == 404
    assert client_for(student).get(reverse("advising:reports")).status_code == 403
