from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from advising import policy
from advising.exceptions import AdvisingError
from advising.models import Assignment, Notification
from advising.services.access import break_glass, reveal_note
from advising.services.people import assign_advisor, end_assignment, enroll_student
from tests.advising.factories import make_advisor, make_assignment, make_note, make_student, make_unit

pytestmark = pytest.mark.django_db


def day(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        ((-10, None), (-5, None), True),
        ((-10, None), (-20, -15), False),
        ((-10, None), (-20, -10), False),
        ((-10, None), (-20, -9), True),
        ((-10, 10), (10, None), False),
        ((-10, 10), (9, None), True),
        ((-10, 10), (-5, 5), True),
        ((-10, 10), (-20, 20), True),
        ((-10, 10), (0, 0), False),
        ((0, 0), (-10, 10), False),
    ],
)
def test_two_primary_advisors_never_overlap(first, second, is_refused):
    student, advisor, other = make_student(), make_advisor(), make_advisor()
    start, end = (None if number is None else day(number) for number in first)
    make_assignment(student, advisor, starts_on=start, ends_on=end)
    start, end = (None if number is None else day(number) for number in second)
    candidate = Assignment(student=student, advisor=other, unit=other.unit, starts_on=start, ends_on=end)
    if is_refused:
        with pytest.raises(ValidationError):
            candidate.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            candidate.save()
        # Nor by changing one that was apart.
        apart = make_assignment(student, other, starts_on=day(-90), ends_on=day(-80))
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.filter(pk=apart.pk).update(starts_on=start, ends_on=end)
    else:
        candidate.save()
    make_assignment(student, other, kind="secondary", starts_on=start, ends_on=end)
    make_assignment(make_student(), other, starts_on=start, ends_on=end)


def test_enrolling_twice_makes_one_student(editor):
    assert enroll_student(editor) == enroll_student(editor)
    assert set(editor.groups.values_list("name", flat=True)) == {"Catalog editor", "Student"}


def test_a_lead_replaces_the_primary_advisor(lead):
    profile = make_advisor(lead)
    old, new, student = make_advisor(unit=profile.unit), make_advisor(unit=profile.unit), make_student()
    first = make_assignment(student, old)
    assignment = assign_advisor(student, new, user=lead, reason="Ada is on leave")
    first.refresh_from_db()
    assert (first.ends_on, assignment.starts_on, assignment.ends_on) == (day(0), day(0), None)
    assert (assignment.unit, assignment.created_by, assignment.reason) == (new.unit, lead, "Ada is on leave")
    assert set(Notification.objects.values_list("user", flat=True)) == {student.user_id, new.user_id}
    end_assignment(assignment, user=lead, reason="Graduated")
    assert not policy.can(new.user, "view", student)


def test_assigning_is_the_leads(advisor, lead):
    profile, student = make_advisor(advisor), make_student()
    assignment = make_assignment(student, profile)
    with pytest.raises(AdvisingError, match="You cannot assign"):
        assign_advisor(student, make_advisor(), user=advisor)
    with pytest.raises(AdvisingError, match="You cannot end"):
        end_assignment(assignment, user=advisor)
    make_advisor(lead, unit=profile.unit)
    with pytest.raises(AdvisingError, match="does not advise"):
        assign_advisor(student, make_advisor(is_active=False), user=lead)
    with pytest.raises(AdvisingError, match="has this assignment already"):
        assign_advisor(student, profile, user=lead, kind="primary", starts_on=day(-60))


@pytest.fixture
def emergency(lead, admin, stranger_advisor):
    unit = make_unit()
    make_advisor(lead, unit=unit)
    student = make_student()
    make_assignment(student, make_advisor(unit=unit))
    return student, make_advisor(stranger_advisor).user, lead, admin


def test_breaking_the_glass_opens_tells_and_logs(emergency):
    student, stranger, lead, _ = emergency
    glass = break_glass(student, user=stranger, reason="A parent called in distress.")
    assert glass.ends_at - glass.starts_at == timedelta(hours=1)
    assert policy.can(stranger, "view", student) == policy.Decision(True, "break_glass")
    told = Notification.objects.get()
    assert (told.user, told.link) == (lead, f"/advising/emergency/{glass.pk}/")
    assert "distress" not in told.subject


@pytest.mark.parametrize("reason", ["", "urgent", "          "])
def test_a_reason_is_asked_for(emergency, reason):
    student, stranger, _, _ = emergency
    with pytest.raises(AdvisingError, match="Say why"):
        break_glass(student, user=stranger, reason=reason)
    assert not policy.can(stranger, "view", student)


def test_students_and_editors_break_no_glass(emergency, editor, other_student):
    for person in (editor, other_student, emergency[0].user):
        with pytest.raises(AdvisingError, match="You cannot take"):
            break_glass(emergency[0], user=person, reason="I would like to know.")


def test_without_a_lead_administrators_are_told(admin):
    student, stranger = make_student(), make_advisor().user
    break_glass(student, user=stranger, reason="A parent called in distress.")
    assert Notification.objects.get().user == admin


def test_revealing_opens_the_one_note_to_the_administrator(emergency):
    student, stranger, lead, admin = emergency
    note = make_note(student, visibility="author_only")
    with pytest.raises(AdvisingError):
        reveal_note(note, user=stranger, reason="I would like to know.")
    reveal_note(note, user=admin, reason="Court order 12/345 names it.")
    assert policy.can(admin, "view", note).reason == "break_glass"
    assert not policy.can(admin, "view", student)
    assert Notification.objects.get().user == lead
