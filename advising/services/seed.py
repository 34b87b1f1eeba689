"""Any number of students with records, written in bulk: for benchmarks, never for people."""

from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from advising.choices import AppointmentState, NoteState, Role
from advising.models import (
    ActionItem,
    AdvisorProfile,
    Alert,
    AlertReason,
    Appointment,
    Assignment,
    Goal,
    Note,
    PathwayItem,
    StudentProfile,
    Unit,
)
from advising.services.demo_people import find_trails, make_users

NOTES_EACH = 20
A_BATCH = 5000
DOMAIN = "load.example"


@transaction.atomic
def seed_load(students: int, *, advisors: int = 1) -> AdvisorProfile:
    """Add ``students`` in a unit of their own, dealt out to ``advisors``; returns the first advisor.

    Each has 20 notes, a kept and (every third) a coming meeting, an item, and every fifth an open alert. Goals and
    plans come from the catalog that is loaded.
    """
    now, today = timezone.now(), timezone.localdate()
    run = get_user_model().objects.filter(email__endswith=DOMAIN).count()
    unit = Unit.objects.create(name=f"Load {run}")
    staff = make_users([f"Advisor{run + n} Load" for n in range(advisors)], Role.ADVISOR, domain=DOMAIN)
    profiles = AdvisorProfile.objects.bulk_create(AdvisorProfile(user=user, unit=unit) for user in staff)
    names = (f"Student{run + n} Load{n * 7919 % 1000}" for n in range(students))
    users = make_users(names, Role.STUDENT, domain=DOMAIN)
    people = StudentProfile.objects.bulk_create(
        [StudentProfile(user=user, student_number=f"L{run + n}") for n, user in enumerate(users)], A_BATCH
    )
    whose = [profiles[n % advisors] for n in range(students)]
    pairs = list(zip(people, whose, strict=True))
    began = today - timedelta(days=300)
    Assignment.objects.bulk_create(
        [Assignment(student=student, advisor=advisor, unit=unit, starts_on=began) for student, advisor in pairs],
        A_BATCH,
    )
    Note.objects.bulk_create(
        (
            Note(
                student=student,
                author=advisor.user,
                author_name=str(advisor.user),
                author_role=Role.ADVISOR,
                unit=unit,
                occurred_at=now - timedelta(days=n % 120 + index * 9),
                topic="Progress",
                body="We spoke about the next step.",
                state=NoteState.PUBLISHED,
                published_at=now,
            )
            for n, (student, advisor) in enumerate(pairs)
            for index in range(NOTES_EACH)
        ),
        A_BATCH,
    )
    _add_meetings(pairs, now)
    reason = AlertReason.objects.create(name=f"Load {run}", unit=unit, days_to_answer=3)
    Alert.objects.bulk_create(
        [
            Alert(student=student, raiser=advisor.user, reason=reason, unit=unit, owner=advisor, text="Load")
            for student, advisor in pairs[::5]
        ],
        A_BATCH,
    )
    ActionItem.objects.bulk_create(
        [
            ActionItem(
                student=student, title="Next step", due_on=today + timedelta(days=n % 30 - 5), created_by=advisor.user
            )
            for n, (student, advisor) in enumerate(pairs)
        ],
        A_BATCH,
    )
    _add_plans(people)
    return profiles[0]


def _add_meetings(pairs: list[tuple[StudentProfile, AdvisorProfile]], now: datetime) -> None:
    def meeting(student: StudentProfile, advisor: AdvisorProfile, days: int, state: str) -> Appointment:
        at = now + timedelta(days=days)
        return Appointment(
            student=student,
            advisor=advisor,
            starts_at=at,
            ends_at=at + timedelta(minutes=30),
            mode="video",
            state=state,
            booked_by=student.user,
        )

    kept = [meeting(*pair, -10 - n % 100, AppointmentState.COMPLETED) for n, pair in enumerate(pairs)]
    coming = [meeting(*pair, 1 + n % 20, AppointmentState.BOOKED) for n, pair in enumerate(pairs[::3])]
    Appointment.objects.bulk_create(kept + coming, A_BATCH)


def _add_plans(people: list[StudentProfile]) -> None:
    trails = find_trails()
    if not trails:
        return
    dealt = [(student, trails[n % len(trails)]) for n, student in enumerate(people)]
    goals = Goal.objects.bulk_create(
        [Goal(student=student, job_title=trail.title) for student, trail in dealt], A_BATCH
    )
    planned = zip(goals, (trail for _, trail in dealt), strict=True)
    PathwayItem.objects.bulk_create(
        [PathwayItem(goal=goal, program=trail.programs[0]) for goal, trail in planned if trail.programs], A_BATCH
    )
