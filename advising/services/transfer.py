"""Handing students over to another advisor: who can be, what moves with them, and what became of each."""

import csv
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice

from django.db import IntegrityError, transaction
from django.utils import timezone

from advising import policy
from advising.choices import (
    AlertEventKind,
    AppointmentState,
    AssignmentKind,
    ContactType,
    ItemFor,
    NoteKind,
    NoteVisibility,
    Verb,
)
from advising.exceptions import AdvisingError
from advising.models import (
    ActionItem,
    AdvisorProfile,
    Alert,
    AlertEvent,
    Appointment,
    Assignment,
    StudentProfile,
)
from advising.querysets import StudentQuerySet
from advising.services import meetings
from advising.services.attachments import Upload
from advising.services.notes import NoteFacts, write_note
from advising.services.people import assign_advisor
from advising.services.places import choose_place
from advising.types import User

MOST = 2000
"""Students in one transfer."""

LARGEST = 1024 * 1024
"""Bytes that a file may have."""


@dataclass(frozen=True)
class Row:
    """A line as it was given, and the student it names or why it names none."""

    line: str
    student: StudentProfile | None = None
    advisor: AdvisorProfile | None = None
    problem: str = ""


@dataclass(frozen=True)
class Moves:
    """What goes along with a student."""

    alerts: bool
    items: bool
    appointments: bool


@dataclass(frozen=True)
class Moved:
    """What became of one student. ``done`` in words; ``stayed`` what could not move; ``unplaced`` what moved and has
    no place now; ``refused`` why nothing did."""

    student: StudentProfile
    done: str = ""
    stayed: str = ""
    unplaced: str = ""
    refused: str = ""


def lines_of(text: str) -> list[str]:
    """The first cell of each row of a CSV text, without empty ones and a heading. Raises AdvisingError."""
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        # One more than there may be, and a heading: that is enough to refuse a list of any length.
        cells = list(islice((row[0].strip() for row in rows if row and row[0].strip()), MOST + 2))
    except csv.Error as error:
        raise AdvisingError("This is not a CSV file. Save the list as CSV and choose it again.") from error
    if cells and cells[0].lower().replace(" ", "_") in ("student_number", "number", "email", "e-mail", "student"):
        cells = cells[1:]
    if len(cells) > MOST:
        raise AdvisingError(f"At most {MOST:,} students can be transferred at once.")
    return cells


def text_of(lines: Iterable[str]) -> str:
    """A CSV text that ``lines_of`` reads as ``lines``."""
    text = io.StringIO()
    csv.writer(text).writerows([line] for line in lines)
    return text.getvalue()


def read_file(file: Upload) -> list[str]:
    """``lines_of`` an uploaded file. Raises AdvisingError for one that is too large or no text."""
    if (file.size or 0) > LARGEST:
        raise AdvisingError("The file is larger than 1 MB. Split it.")
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AdvisingError("This is not a text file in UTF-8. Save the list as CSV (UTF-8).") from error
    if "\0" in text:
        raise AdvisingError("This is not a CSV file. Save the list as CSV and choose it again.")
    return lines_of(text)


def transferable(user: User) -> StudentQuerySet[StudentProfile]:
    """Students whom ``user`` may give another advisor, or a first one."""
    return StudentProfile.objects.active().assignable_by(user)


def check(ids: Collection[int], lines: Collection[str], *, user: User, to: AdvisorProfile) -> list[Row]:
    """A Row for each student who was ticked (``ids``; those of others are left out) and for each line, which holds a
    student number or an e-mail address. A constant number of statements.

    A student whom the user may not transfer is as unknown as one who is not there.
    """
    allowed = transferable(user)
    ticked = allowed.filter(pk__in=ids).select_related("user")
    named = allowed.by_name(lines)
    return _checked([(one.name, one) for one in ticked] + [(line, named.get(line)) for line in lines], to)


def _checked(named: list[tuple[str, StudentProfile | None]], to: AdvisorProfile) -> list[Row]:
    students = [student for _, student in named if student]
    primary = Assignment.objects.active().filter(student__in=students, kind=AssignmentKind.PRIMARY)
    advisors = {row.student_id: row.advisor for row in primary.select_related("advisor__user")}
    rows, seen = [], set()
    for line, student in named:
        advisor = advisors.get(student.pk) if student else None
        problem = ""
        if student is None:
            problem = "No student whom you may transfer has this number or address."
        elif student.pk in seen:
            problem = "Stands in the list already."
        elif advisor == to:
            problem = f"{to} is the primary advisor already."
        elif student.user_id == to.user_id:
            problem = "Nobody advises themselves."
        seen.add(student.pk if student else None)
        rows.append(Row(line[:120], student, advisor, problem))
    return rows


def transfer_students(
    students: Iterable[StudentProfile],
    *,
    user: User,
    to: AdvisorProfile,
    reason: str = "",
    note: str = "",
    alerts: bool = True,
    items: bool = True,
    appointments: bool = True,
) -> list[Moved]:
    """Make ``to`` the primary advisor of each student, and move what was chosen from the one before.

    Each student is moved whole or not at all, whatever becomes of the others; one whom ``to`` advises already is
    left alone, so that repeating it moves nothing. ``note`` is published for the student's advisors. Students
    and ``to`` are told.
    """
    moved = []
    moves = Moves(alerts=alerts, items=items, appointments=appointments)
    for student in students:
        try:
            with transaction.atomic():
                moved.append(_transfer(student, user, to, reason, note, moves))
        except AdvisingError as error:
            moved.append(Moved(student, refused=str(error)))
    return moved


def _transfer(student: StudentProfile, user: User, to: AdvisorProfile, reason: str, note: str, moves: Moves) -> Moved:
    StudentProfile.objects.select_for_update().get(pk=student.pk)
    if not policy.can(user, Verb.ASSIGN, student):
        raise AdvisingError("You cannot transfer this student.")
    primary = student.assignments.active().filter(kind=AssignmentKind.PRIMARY).select_related("advisor__user").first()
    before = primary.advisor if primary else None
    if before == to:
        raise AdvisingError(f"{to} is the primary advisor already.")
    if before is None:  # only the assignment may open the record to who hands over
        assign_advisor(student, to, user=user, reason=reason)
    if note.strip():
        facts: NoteFacts = {
            "kind": NoteKind.HANDOVER,
            "contact_type": ContactType.NONE,
            "occurred_at": timezone.now(),
            "topic": f"Handover to {to}"[:120],
            "body": note.strip(),
            "visibility": NoteVisibility.TEAM,
        }
        write_note(student, user=user, publish=True, facts=facts, links={})
    if before is None:
        return Moved(student, done="Had no primary advisor")
    assign_advisor(student, to, user=user, reason=reason)
    numbers = [
        (_move_alerts(student, before, to, user) if moves.alerts else 0, "alert"),
        (_move_items(student, before, to) if moves.items else 0, "item"),
    ]
    moved, busy = _move_appointments(student, before, to, user) if moves.appointments else ([], [])
    numbers.append((len(moved), "appointment"))
    done = ", ".join(f"{number} {what}{'' if number == 1 else 's'}" for number, what in numbers if number)
    stayed = ""
    if busy:
        stayed = f"Stays with {before}, because {to} is busy then: {_times(busy)}"
    unplaced = ""
    if without := [meeting for meeting in moved if not meeting.place]:
        unplaced = f"Has no place yet, and {to} is asked to name one: {_times(without)}"
    done = f"From {before}" + (f", with {done}" if done else "")
    return Moved(student, done=done, stayed=stayed, unplaced=unplaced)


def _times(rows: list[Appointment]) -> str:
    return ", ".join(f"{timezone.localtime(row.starts_at):%b %d, %H:%M}" for row in rows)


def _move_alerts(student: StudentProfile, before: AdvisorProfile, to: AdvisorProfile, user: User) -> int:
    alerts = list(Alert.objects.open().filter(student=student, owner=before))
    Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(owner=to, unit=to.unit)
    AlertEvent.objects.bulk_create(
        AlertEvent(alert=alert, kind=AlertEventKind.ASSIGNED, user=user, text=str(to)) for alert in alerts
    )
    return len(alerts)


def _move_items(student: StudentProfile, before: AdvisorProfile, to: AdvisorProfile) -> int:
    return (
        ActionItem.objects.open().filter(student=student, assignee=ItemFor.ADVISOR, advisor=before).update(advisor=to)
    )


def _move_appointments(
    student: StudentProfile, before: AdvisorProfile, to: AdvisorProfile, user: User
) -> tuple[list[Appointment], list[Appointment]]:
    """Those that moved to ``to`` at their time, and those that could not.

    A meeting keeps its place where ``to`` meets there too; else it is the first place of ``to`` for that mode, and
    where there is none ``to`` is asked for one.
    """
    meetings.hold(advisor_id=to.pk)
    upcoming = Appointment.objects.select_for_update().filter(
        student=student, advisor=before, state=AppointmentState.BOOKED, starts_at__gt=timezone.now()
    )
    moved, busy = [], []
    for meeting in upcoming:
        try:
            with transaction.atomic():
                meeting.slots.filter(person=before.user_id).update(person=to.user_id)
        except IntegrityError:
            busy.append(meeting)
            continue
        meeting.student, meeting.advisor = student, to
        meeting.place = choose_place(to, meeting.mode, meeting.place)
        meeting.sequence += 1
        meeting.reminded_at = meetings.reminded_by_telling(meeting.starts_at)
        meeting.save(update_fields=["advisor", "place", "sequence", "reminded_at", "updated_at"])
        reason = f"Handed over from {before} to {to}"
        meetings.add_event(meeting, user=user, before=meeting.state, reason=reason)
        meetings.tell(meeting, "Handed over", step=f"handed-{meeting.sequence}")
        if not meeting.place:
            meetings.tell_one(to.user, meeting, "Say where you meet", f"unplaced-{meeting.sequence}")
        moved.append(meeting)
    return moved, busy
