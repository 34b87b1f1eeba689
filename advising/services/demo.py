"""The records of the demonstration: enough of every kind to make each page worth looking at.

Rows are written in bulk and dated around today. Nothing here is mailed: what people were told is marked so.
"""

from datetime import datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from advising import policy
from advising.choices import (
    ALERT_OPEN,
    AlertEventKind,
    AlertKind,
    AlertState,
    AppointmentState,
    DisclosureBasis,
    ItemFor,
    ItemState,
    MailState,
    MeetingMode,
    NoteState,
    NotificationKind,
    RequestKind,
    SearchFrequency,
)
from advising.models import (
    ActionItem,
    AdvisorProfile,
    AgendaItem,
    Alert,
    AlertEvent,
    AlertReason,
    Appointment,
    AppointmentEvent,
    Campaign,
    CampaignInvitation,
    Consent,
    DropIn,
    MeetingPlace,
    Note,
    Notification,
    OccupiedSlot,
    RecordRequest,
    SavedList,
    SavedSearch,
)
from advising.services.demo_people import STUDENTS, Case, Team, make_cases, make_plans, make_team
from advising.services.demo_texts import (
    ADVISOR_ITEMS,
    AGENDAS,
    ALERT_STATES,
    DRAFT,
    ITEMS,
    NOTES,
    OUTCOMES,
    REASONS,
    NoteText,
)
from advising.services.items import make_template
from advising.services.logs import record_disclosure
from advising.services.people import enroll_student
from advising.types import User

HALF_HOUR = timedelta(minutes=30)
TIMES = (time(9), time(10, 30), time(13), time(14, 30))
LAST_SEEN = (4, 12, 21, 38, 47, 66, 75, 95, 130)
"""Days since the latest note, by student in turn: all the spans that a caseload asks for."""


@transaction.atomic
def make_demo_records(*, student: User, advisor: User, career_advisor: User, lead: User, editor: User) -> int:
    """Give the demo accounts (users) their offices, sixty students and the records of them; returns how many students.

    Nothing happens when the demo student has an advisor already.
    """
    profile = enroll_student(student, student_number="W1000", education="high_school", state="OH", zip="43215")
    if profile.assignments.exists():
        return 0
    team = make_team(advisor=advisor, career=career_advisor, lead=lead)
    cases = make_cases(team, profile)
    make_plans(cases)
    meetings = _make_appointments(cases, team)
    _make_notes(cases, team, meetings)
    _make_alerts(cases, team, editor)
    _make_items(cases, team)
    _make_the_rest(cases, team, meetings)
    return STUDENTS


def _at(days: int, clock: time, team: Team) -> datetime:
    """That time of the working day nearest to ``days`` from today, never on the other side of today."""
    zone = ZoneInfo(team.advisor.time_zone)
    day = timezone.localdate(timezone=zone) + timedelta(days=days)
    while day.weekday() > 4:
        day += timedelta(days=1 if days > 0 else -1)
    return datetime.combine(day, clock, zone)


def _make_appointments(cases: list[Case], team: Team) -> list[Appointment]:
    """Kept ones for half of the students, some missed or called off, and the next ones of a third."""
    where = {(row.advisor_id, row.mode): row.place for row in MeetingPlace.objects.all()}
    behind = {profile.pk: count() for profile in team.profiles}
    ahead = {profile.pk: count() for profile in team.profiles}
    rows = []

    def add(case: Case, state: AppointmentState, *, future: bool) -> None:
        turn = next((ahead if future else behind)[case.primary.pk])
        day, clock = divmod(turn, len(TIMES))
        days = 1 + day if future else -3 - day * 3
        starts_at = _at(days, TIMES[clock], team)
        mode = list(MeetingMode)[case.number % 3]
        rows.append(
            Appointment(
                student=case.student,
                advisor=case.primary,
                starts_at=starts_at,
                ends_at=starts_at + HALF_HOUR,
                mode=mode,
                place=where.get((case.primary.pk, mode), ""),
                agenda=AGENDAS[case.number % len(AGENDAS)],
                state=state,
                state_reason="Ill" if state == AppointmentState.CANCELLED_BY_STUDENT else "",
                booked_by=case.student.user,
            )
        )

    for case in cases:
        if case.number % 2 == 0:
            add(case, AppointmentState.COMPLETED, future=False)
        if case.number % 11 == 3:
            add(case, AppointmentState.NO_SHOW, future=False)
        if case.number % 13 == 5:
            add(case, AppointmentState.CANCELLED_BY_STUDENT, future=False)
        if case.number % 3 == 0:
            add(case, AppointmentState.BOOKED, future=True)
    rows = _without_clashes(rows)
    Appointment.objects.bulk_create(rows)
    AppointmentEvent.objects.bulk_create(
        AppointmentEvent(
            appointment=row, user=row.booked_by, to_state=AppointmentState.BOOKED, starts_at=row.starts_at
        )
        for row in rows
    )
    OccupiedSlot.objects.bulk_create(
        OccupiedSlot(person_id=person, starts_at=at, appointment=row)
        for row in rows
        if row.state == AppointmentState.BOOKED
        for person in (row.student.user_id, row.advisor.user_id)
        for at in (row.starts_at, row.starts_at + HALF_HOUR / 2)
    )
    return rows


def _without_clashes(rows: list[Appointment]) -> list[Appointment]:
    """Nobody meets twice at one time: what a weekend moved onto another meeting goes on to the next free day."""
    taken = set()
    for row in rows:
        step = timedelta(days=1 if row.starts_at > timezone.now() else -1)
        while (row.advisor_id, row.starts_at) in taken or row.starts_at.weekday() > 4:
            row.starts_at += step
        row.ends_at = row.starts_at + HALF_HOUR
        taken.add((row.advisor_id, row.starts_at))
    return rows


def _note(case: Case, text: NoteText, author: AdvisorProfile, occurred_at: datetime, **values: Any) -> Note:
    values = {"state": NoteState.PUBLISHED, "published_at": occurred_at, **values}
    words = case.words()
    return Note(
        student=case.student,
        author=author.user,
        author_name=str(author),
        author_role=policy.role_of(author.user),
        unit=author.unit,
        kind=text.kind,
        contact_type=text.contact_type,
        occurred_at=occurred_at,
        topic=text.topic,
        body=text.body.format(**words),
        visibility=text.visibility,
        **values,
    )


def _make_notes(cases: list[Case], team: Team, meetings: list[Appointment]) -> None:
    """Two to five for each student, of every visibility, linked to what the student works toward."""
    kept = {row.student_id: row for row in meetings if row.state == AppointmentState.COMPLETED}
    notes, about = [], []
    for case in cases:
        number = len(NOTES) if case.number == 0 else 2 + case.number % 4
        days = 4 if case.number == 0 else LAST_SEEN[case.number % len(LAST_SEEN)]
        for index in range(number):
            text = NOTES[(case.number + index) % len(NOTES)]
            author = team.career if index == 2 and case.number % 3 == 0 else case.primary
            at = _at(-days - index * 17, TIMES[index % len(TIMES)], team) + HALF_HOUR
            meeting = kept.get(case.student.pk) if index == 1 else None
            if meeting:
                at = meeting.ends_at
            notes.append(_note(case, text, author, at, appointment=meeting))
            about.append(case)
    case = cases[0]
    yesterday = _at(-1, TIMES[0], team)
    notes.append(_note(case, DRAFT, team.advisor, yesterday, state=NoteState.DRAFT, published_at=None))
    gone = {"deleted_at": yesterday, "deleted_by": team.lead.user, "delete_reason": "Written about another student"}
    notes.append(_note(case, NOTES[2], team.lead, _at(-80, TIMES[0], team), state=NoteState.DELETED, **gone))
    notes[-1].topic = notes[-1].body = ""
    Note.objects.bulk_create(notes)
    linked = list(zip(notes, about, strict=False))
    programs, certifications = Note.programs.through, Note.certifications.through
    programs.objects.bulk_create(
        programs(note_id=note.pk, program_id=program.pk)
        for note, case in linked
        for program in case.trail.programs[:1]
    )
    certifications.objects.bulk_create(
        certifications(note_id=note.pk, certification_id=certification.pk)
        for note, case in linked
        for certification in case.trail.certifications[:1]
    )
    titles = Note.job_titles.through
    titles.objects.bulk_create(titles(note_id=note.pk, jobtitle_id=case.trail.title.pk) for note, case in linked)


def _make_alerts(cases: list[Case], team: Team, editor: User) -> None:
    """A third of the students, each with one; open, late, at work and closed."""
    reasons = []
    for text in REASONS:
        facts = {"kind": text.kind, "unit": team.advisor.unit, "days_to_answer": text.days}
        reasons.append(AlertReason.objects.get_or_create(name=text.name, defaults=facts)[0])
    alerts, events = [], []
    for turn, case in enumerate(case for case in cases if case.number % 3 == 1):
        text, reason = REASONS[turn % len(REASONS)], reasons[turn % len(REASONS)]
        state = ALERT_STATES[turn % len(ALERT_STATES)]
        if reason.kind == AlertKind.FYI and state != AlertState.OPEN:
            state = AlertState.RESOLVED
        raised_at = _at(-1 - turn, TIMES[turn % len(TIMES)], team)
        outcome, for_raiser = OUTCOMES.get(state, ("", ""))
        is_open = state in ALERT_OPEN
        alert = Alert(
            student=case.student,
            raiser=editor if turn % 2 else team.colleague.user,
            reason=reason,
            unit=team.advisor.unit,
            owner=None if state == AlertState.OPEN and turn % 4 == 0 else case.primary,
            text=text.text,
            private_text=text.private,
            state=state,
            outcome=outcome,
            raiser_outcome=for_raiser,
            due_at=raised_at + timedelta(days=text.days) if text.days else None,
            answered_at=None if state == AlertState.OPEN else raised_at + timedelta(hours=5 + turn * 3),
            closed_at=None if is_open else raised_at + timedelta(hours=20 + turn * 5),
        )
        if alert.owner:
            alert.unit = alert.owner.unit
        alerts.append((alert, raised_at))
    Alert.objects.bulk_create(alert for alert, _ in alerts)
    for alert, raised_at in alerts:
        alert.raised_at = raised_at
        steps = [(AlertEventKind.RAISED, alert.raiser, raised_at, "")]
        worker = (alert.owner or team.lead).user
        if alert.answered_at:
            steps.append((AlertEventKind.ACKNOWLEDGED, worker, alert.answered_at, ""))
        if alert.closed_at:
            steps.append((AlertEventKind(alert.state), worker, alert.closed_at, alert.raiser_outcome))
        events += [
            (AlertEvent(alert=alert, kind=kind, user=user, text=said, is_private=False), at)
            for kind, user, at, said in steps
        ]
    Alert.objects.bulk_update([alert for alert, _ in alerts], ["raised_at"])
    AlertEvent.objects.bulk_create(event for event, _ in events)
    for event, at in events:
        event.at = at
    AlertEvent.objects.bulk_update([event for event, _ in events], ["at"])


def _make_items(cases: list[Case], team: Team) -> None:
    """Two or three things to do for each: late, due soon, without a date, and done."""
    today = timezone.localdate()
    rows = []
    for case in cases:
        for index in range(2 + case.number % 2):
            turn = case.number + index
            is_done = turn % 4 == 3
            rows.append(
                ActionItem(
                    student=case.student,
                    title=ITEMS[turn % len(ITEMS)],
                    due_on=None if turn % 5 == 4 else today + timedelta(days=turn % 21 - 6),
                    certification=next(iter(case.trail.certifications), None) if index == 1 else None,
                    state=ItemState.DONE if is_done else ItemState.OPEN,
                    done_by=case.student.user if is_done else None,
                    done_at=timezone.now() if is_done else None,
                    created_by=case.primary.user,
                )
            )
        if case.number % 6 == 0:
            facts = {"assignee": ItemFor.ADVISOR, "advisor": case.primary, "created_by": case.primary.user}
            title = ADVISOR_ITEMS[case.number // 6 % len(ADVISOR_ITEMS)]
            rows.append(
                ActionItem(
                    student=case.student, title=title, due_on=today + timedelta(days=case.number % 9 - 2), **facts
                )
            )
    ActionItem.objects.bulk_create(rows)
    certification = next((one for case in cases for one in case.trail.certifications), None)
    if certification:
        make_template(user=team.advisor.user, certification=certification)


def _make_the_rest(cases: list[Case], team: Team, meetings: list[Appointment]) -> None:
    """What only a few have: an agenda, a campaign, people waiting, consent and its disclosure, requests, searches."""
    today, sam = timezone.localdate(), cases[0]
    upcoming = next(
        row for row in meetings if row.student_id == sam.student.pk and row.state == AppointmentState.BOOKED
    )
    agenda = {"student": sam.student, "appointment": upcoming, "added_by": sam.student.user}
    AgendaItem.objects.bulk_create(AgendaItem(program=program, **agenda) for program in sam.trail.programs[:2])
    campaign = Campaign.objects.create(
        advisor=team.advisor,
        name="Half-term check-in",
        message="Half an hour to see how your plan is going. Choose any time that suits you.",
        opens_on=today,
        closes_on=today + timedelta(days=21),
        created_by=team.advisor.user,
    )
    CampaignInvitation.objects.bulk_create(
        CampaignInvitation(campaign=campaign, student=case.student) for case in cases if case.primary == team.advisor
    )
    DropIn.objects.bulk_create(
        DropIn(student=case.student, unit=team.advisor.unit, advisor=asked, reason="A short question about a form")
        for case, asked in zip(cases[10:13], (None, team.advisor, team.colleague), strict=True)
    )
    consent = Consent.objects.create(
        student=sam.student,
        recipient="Riverside Hospital, human resources",
        purpose="Reference for a trainee position",
        records="Program and dates of enrollment",
        starts_on=today - timedelta(days=20),
        ends_on=today + timedelta(days=160),
        given_at=timezone.now() - timedelta(days=20),
    )
    record_disclosure(
        sam.student,
        user=team.lead.user,
        requester=consent.recipient,
        recipient=consent.recipient,
        records=consent.records,
        purpose=consent.purpose,
        basis=DisclosureBasis.CONSENT,
        was_granted=True,
        disclosed_on=today - timedelta(days=9),
        consent=consent,
    )
    RecordRequest.objects.create(student=cases[1].student, kind=RequestKind.INSPECT)
    SavedSearch.objects.create(
        student=sam.student,
        name="Online, up to six months",
        query="modality=online&weeks_max=26",
        frequency=SearchFrequency.WEEKLY,
    )
    lists = {"Not seen for 60 days": "no_contact=60", "Open alerts": "alerts=1", "Overdue": "overdue=1"}
    SavedList.objects.bulk_create(
        SavedList(user=team.advisor.user, name=name, query=query) for name, query in lists.items()
    )
    meetings_page, queue = reverse("advising:appointments"), f"{reverse('advising:alerts')}?show=queue"
    told = {
        sam.student.user: (NotificationKind.APPOINTMENT, "Your next appointment is booked", meetings_page),
        team.advisor.user: (NotificationKind.ALERT, "An alert waits in your unit", queue),
    }
    Notification.objects.bulk_create(
        Notification(user=user, kind=kind, subject=subject, link=link, mail_state=MailState.NONE)
        for user, (kind, subject, link) in told.items()
    )
