"""The records of the demonstration: of every kind, whole, and made once."""

import pytest
from django.db.models import Count
from django.utils import timezone

from advising import models, policy
from advising.choices import AppointmentState, Education, NoteState, NoteVisibility
from advising.services import logs
from advising.services.demo import make_demo_records
from programs.models import CareerLink, ProgramCertification
from tests.factories import make_certification, make_job_title, make_offering

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(student, advisor, stranger_advisor, lead, editor):
    title = make_job_title(name="Medical coder", slug="medical-coder")
    program, certification = make_offering().program, make_certification()
    CareerLink.objects.create(job_title=title, certification=certification, relation="prepares_for")
    ProgramCertification.objects.create(program=program, certification=certification, relation="prepares_for")
    return {
        "student": student,
        "advisor": advisor,
        "career_advisor": stranger_advisor,
        "lead": lead,
        "editor": editor,
    }


def test_it_makes_offices_people_and_records_of_every_kind_once(people):
    assert make_demo_records(**people) == 60
    counts = {model: model.objects.count() for model in (models.Unit, models.AdvisorProfile, models.StudentProfile)}
    assert list(counts.values()) == [2, 4, 60]
    assert set(models.Note.objects.values_list("visibility", flat=True)) == set(NoteVisibility.values)
    assert set(models.Note.objects.values_list("state", flat=True)) == set(NoteState.values)
    states = set(models.Appointment.objects.values_list("state", flat=True))
    assert states == {"booked", "completed", "no_show", "cancelled_by_student"}
    assert models.Alert.objects.open().exists()
    assert models.Alert.objects.overdue().exists()
    assert models.ActionItem.objects.overdue().exists()
    before = {model: model.objects.count() for model in vars(models).values() if hasattr(model, "objects")}
    assert make_demo_records(**people) == 0
    assert {model: model.objects.count() for model in before} == before


def test_everyone_has_a_primary_advisor_who_reaches_them(people):
    make_demo_records(**people)
    assert not models.StudentProfile.objects.exclude(assignments__in=models.Assignment.objects.active()).exists()
    sam = people["student"].student_profile
    assert policy.can(people["advisor"], "view", sam).reason == "assigned"
    assert sam.education == Education.HIGH_SCHOOL


def test_nobody_meets_twice_at_one_time_and_no_meeting_to_come_is_in_the_past(people):
    make_demo_records(**people)
    twice = models.Appointment.objects.values("advisor", "starts_at").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()
    now = timezone.now()
    booked = models.Appointment.objects.filter(state=AppointmentState.BOOKED)
    assert booked.count() == 20
    assert not booked.filter(starts_at__lt=now).exists()
    assert not models.Appointment.objects.exclude(state=AppointmentState.BOOKED).filter(starts_at__gt=now).exists()
    assert models.OccupiedSlot.objects.count() == 20 * 2 * 2


def test_the_logs_it_adds_to_are_whole_and_nothing_waits_to_be_mailed(people):
    make_demo_records(**people)
    assert models.DisclosureLog.objects.count() == 1
    assert logs.check_all() == []
    assert not models.Notification.objects.filter(mail_state="waiting").exists()
