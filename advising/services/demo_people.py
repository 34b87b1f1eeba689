"""The people of the demonstration: two offices, four who advise, and sixty students with their goals and plans."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils import timezone

from advising.choices import AssignmentKind, Education, GoalStatus, MeetingMode, PathwayStatus, Role
from advising.models import (
    AdvisorProfile,
    Assignment,
    AvailabilityRule,
    Goal,
    MeetingPlace,
    PathwayItem,
    SavedProgram,
    StudentProfile,
    Unit,
)
from advising.services.demo_texts import FIRST_NAMES, GOALS, LAST_NAMES
from advising.services.people import StudentFacts
from advising.types import User
from programs.choices import CertificationRelation
from programs.models import Certification, JobTitle, Program

STUDENTS = 60

PLANS = (
    (PathwayStatus.ENROLLED, PathwayStatus.CONSIDERING),
    (PathwayStatus.COMPLETED, PathwayStatus.APPLIED),
    (PathwayStatus.CONSIDERING, None),
    (PathwayStatus.COMPLETED, PathwayStatus.EARNED),
    (PathwayStatus.APPLIED, PathwayStatus.CONSIDERING),
    (PathwayStatus.DROPPED, PathwayStatus.CONSIDERING),
)
"""How far the program and the certification are; six students in turn."""


@dataclass
class Team:
    """Who advises. ``profiles`` in the order in which students are given to them."""

    advisor: AdvisorProfile
    colleague: AdvisorProfile
    career: AdvisorProfile
    lead: AdvisorProfile

    @property
    def profiles(self) -> list[AdvisorProfile]:
        return [self.advisor, self.colleague, self.career, self.lead]


@dataclass
class Trail:
    """What the directory says about one job title."""

    title: JobTitle
    programs: list[Program] = field(default_factory=list)
    certifications: list[Certification] = field(default_factory=list)


@dataclass
class Case:
    """One student with whoever advises them first, and the way to their goal."""

    number: int
    student: StudentProfile
    primary: AdvisorProfile
    trail: Trail

    def words(self) -> dict[str, str]:
        """What the texts of notes are filled with."""
        program = self.trail.programs[0] if self.trail.programs else None
        certification = self.trail.certifications[0] if self.trail.certifications else None
        return {
            "first": self.student.preferred_name or self.student.user.first_name,
            "goal": self.trail.title.name.lower(),
            "program": program.name if program else "the program",
            "school": program.organization.name if program else "the school",
            "certification": certification.short_name if certification else "the certification",
        }


def make_team(*, advisor: User, career: User, lead: User) -> Team:
    """Two units; the account's advisor, a colleague and the lead in the first, the career advisor in the second."""
    programs, _ = Unit.objects.get_or_create(
        name="Program advising", defaults={"place": "Hall 2, first floor", "phone": "555-0140"}
    )
    careers, _ = Unit.objects.get_or_create(
        name="Career center", defaults={"place": "Library, ground floor", "phone": "555-0162"}
    )
    colleague = make_users(["Tomas Brandt"], Role.ADVISOR, domain="staff.demo.example")[0]
    titles = (
        (advisor, programs, "Program advisor"),
        (colleague, programs, "Program advisor"),
        (career, careers, "Career advisor"),
        (lead, programs, "Lead of program advising"),
    )
    profiles = [
        AdvisorProfile.objects.get_or_create(
            user=user, defaults={"unit": unit, "title": title, "capacity": 40, "about": "Come with any question."}
        )[0]
        for user, unit, title in titles
    ]
    for room, profile in enumerate(profiles, start=201):
        make_hours(profile, f"Room {room}")
    return Team(*profiles)


def make_hours(profile: AdvisorProfile, room: str) -> None:
    """Monday to Friday, a morning and an afternoon, in half hours."""
    if profile.availability.exists():
        return
    stretches = ((time(9), time(12)), (time(13), time(16)))
    AvailabilityRule.objects.bulk_create(
        AvailabilityRule(advisor=profile, weekday=weekday, starts_at=begin, ends_at=end)
        for weekday in range(5)
        for begin, end in stretches
    )
    call = f"https://meet.example/{room.lower().replace(' ', '-')}"
    places = ((MeetingMode.IN_PERSON, room), (MeetingMode.PHONE, "555-0170"), (MeetingMode.VIDEO, call))
    MeetingPlace.objects.bulk_create(MeetingPlace(advisor=profile, mode=mode, place=place) for mode, place in places)


def make_users(names: Iterable[str], role: Role, *, domain: str) -> list[User]:
    """Accounts that nobody signs in with: they have no password."""
    user_model = get_user_model()
    users = []
    for name in names:
        first, last = name.split(" ", 1)
        email = f"{first}.{last}@{domain}".lower().replace(" ", "")
        users.append(user_model(email=email, first_name=first, last_name=last, password=make_password(None)))
    users = user_model.objects.bulk_create(users)
    group = Group.objects.get(name=role)
    user_model.groups.through.objects.bulk_create(
        user_model.groups.through(user_id=user.pk, group_id=group.pk) for user in users
    )
    return users


def make_cases(team: Team, student: StudentProfile) -> list[Case]:
    """The account's student first, then 59 more, each with an advisor and the way to a job title."""
    trails = find_trails()
    names = [
        f"{FIRST_NAMES[n % len(FIRST_NAMES)]} {LAST_NAMES[(n * 5 + n // len(FIRST_NAMES)) % len(LAST_NAMES)]}"
        for n in range(1, STUDENTS)
    ]
    users = make_users(names, Role.STUDENT, domain="students.demo.example")
    today = timezone.localdate()
    profiles = StudentProfile.objects.bulk_create(
        StudentProfile(user=user, student_number=f"W{1000 + number}", **facts_of(number, today))
        for number, user in enumerate(users, start=1)
    )
    order = (team.advisor, team.advisor, team.colleague, team.career, team.colleague)
    cases = []
    for number, profile in enumerate([student, *profiles]):
        primary = team.lead if number % 10 == 9 else order[number % len(order)]
        cases.append(Case(number, profile, primary, trails[number % len(trails)]))
    assign(cases, team, today)
    return cases


def facts_of(number: int, today: date) -> StudentFacts:
    """What a student said of themselves; some said little."""
    if number % 9 == 4:
        return {}
    levels = (Education.HIGH_SCHOOL, Education.SOME_COLLEGE, Education.ASSOCIATE, Education.CERTIFICATE)
    places = (("OH", "43215"), ("OH", "44114"), ("TX", "78701"), ("NY", "10001"), ("CA", "90012"))
    state, zip_code = places[number % len(places)]
    return {
        "education": levels[number % len(levels)],
        "state": state,
        "zip": zip_code,
        "hours_per_week": 6 + number % 5 * 4,
        "budget": 1500 + number % 8 * 750,
        "target_start": today + timedelta(days=20 + number * 3),
        "modality": ("online", "", "hybrid")[number % 3],
        "pacing": ("self_paced", "", "instructor_paced")[number % 3],
        "preferred_name": "Bee" if number == 1 else "",
    }


def find_trails() -> list[Trail]:
    """Up to four programs and two certifications for each goal; a title nothing leads to is left out."""
    titles = {title.slug: title for title in JobTitle.objects.published().filter(slug__in=GOALS)}
    trails = [Trail(titles[slug]) for slug in GOALS if slug in titles]
    for trail in trails:
        links = Q(career_links__job_title=trail.title)
        trail.certifications = list(Certification.objects.published().filter(links).distinct().order_by("name")[:2])
        through = Q(
            certification_links__certification__in=trail.certifications,
            certification_links__relation__in=[CertificationRelation.AWARDS, CertificationRelation.PREPARES_FOR],
        )
        found = Program.objects.published().filter(links | through).select_related("organization").distinct()
        trail.programs = list(found.order_by("name", "pk")[:4])
    return [trail for trail in trails if trail.programs] or trails


def assign(cases: list[Case], team: Team, today: date) -> None:
    """A primary advisor for all, a career advisor for a third, and for some an earlier one whose time has ended."""
    rows = []
    for case in cases:
        began = today - timedelta(days=200 + case.number)
        facts = {"student": case.student, "created_by": team.lead.user}
        rows.append(Assignment(advisor=case.primary, unit=case.primary.unit, starts_on=began, **facts))
        if case.number % 3 == 0 and case.primary != team.career:
            career = {"kind": AssignmentKind.CAREER, "starts_on": today - timedelta(days=60)}
            rows.append(Assignment(advisor=team.career, unit=team.career.unit, **career, **facts))
        if case.number % 7 == 0:
            past = {"starts_on": began - timedelta(days=200), "ends_on": began, "reason": "Took on other students"}
            rows.append(Assignment(advisor=team.lead, unit=team.lead.unit, **past, **facts))
    Assignment.objects.bulk_create(rows)


def make_plans(cases: list[Case]) -> None:
    """Goals with the steps planned, and the programs each student keeps; some have no goal yet."""
    today = timezone.localdate()
    cases = [case for case in cases if case.number % 12 != 8]
    goals = Goal.objects.bulk_create(
        Goal(
            student=case.student,
            job_title=case.trail.title,
            status=GoalStatus.REACHED if case.number % 18 == 15 else GoalStatus.ACTIVE,
        )
        for case in cases
    )
    steps, saved = [], []
    for case, goal in zip(cases, goals, strict=True):
        program_status, certification_status = PLANS[case.number % len(PLANS)]
        has_begun = program_status in (PathwayStatus.ENROLLED, PathwayStatus.COMPLETED)
        began = today - timedelta(days=90 + case.number) if has_begun else None
        ended = today - timedelta(days=case.number % 40) if program_status == PathwayStatus.COMPLETED else None
        for program in case.trail.programs[:1]:
            facts = {"program": program, "status": program_status, "starts_on": began, "ends_on": ended, "order": 1}
            steps.append(PathwayItem(goal=goal, **facts))
        for certification in case.trail.certifications[:1] if certification_status else ():
            evidence = "Certificate seen in the original" if certification_status == PathwayStatus.EARNED else ""
            facts = {"certification": certification, "status": certification_status, "evidence": evidence, "order": 2}
            steps.append(PathwayItem(goal=goal, **facts))
        for order, program in enumerate(case.trail.programs[: 1 + case.number % 3 if case.number else 3], start=1):
            note = "Fits my evenings" if order == 1 else ""
            saved.append(SavedProgram(student=case.student, program=program, note=note, order=order))
    PathwayItem.objects.bulk_create(steps)
    SavedProgram.objects.bulk_create(saved)
