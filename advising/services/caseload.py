"""Whom an advisor looks after, and where each of them stands: the list, its rows, and what a screen and a file show.

The list is filtered and ordered by what that needs alone; what a row shows is read for the rows of one page. So a page
costs a constant number of statements, however long the list.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, NullIf
from django.utils import timezone
from django.utils.dateformat import format as format_date

from advising.choices import (
    APPOINTMENT_KEPT,
    AppointmentState,
    ContactType,
    GoalStatus,
    PathwayStatus,
    Reason,
)
from advising.models import (
    ActionItem,
    Alert,
    Appointment,
    Goal,
    Note,
    PathwayItem,
    StudentProfile,
)
from advising.types import User
from programs.models import Program
from programs.wording import NOT_REPORTED

COLUMNS = (
    "Student",
    "Number",
    "Goal",
    "Program",
    "Last contact",
    "Next appointment",
    "Open alerts",
    "Overdue items",
)
"""Headings of the screen and of the file, in one order."""

LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
"""Before any contact."""

NO_GOAL, NO_PROGRAM, NO_CONTACT, NO_APPOINTMENT = "No goal yet", "None planned", "Never", "None"


def advised_by(user: User, *, whole_unit: bool = False) -> QuerySet[StudentProfile]:
    """Active students with an assignment to the user that holds today, or with ``whole_unit`` to the user's unit."""
    through = Reason.UNIT if whole_unit else Reason.ASSIGNED
    return StudentProfile.objects.active().visible_to(user, through=through).exclude(user=user)


def contact_notes() -> QuerySet[Note]:
    """Notes that tell of a contact, whoever may read them: published, and not saying that there was none."""
    return Note.objects.published().exclude(contact_type=ContactType.NONE)


def kept_appointments() -> QuerySet[Appointment]:
    return Appointment.objects.filter(state__in=APPOINTMENT_KEPT)


def latest_contact() -> NullIf:
    """When the student of the outer row was last in contact (NULL: never): a note that tells of it, or a meeting kept.

    A meeting that was missed or called off is none. Messages are notes here.
    """
    note = contact_notes().filter(student=OuterRef("pk")).order_by("-occurred_at").values("occurred_at")[:1]
    meeting = kept_appointments().filter(student=OuterRef("pk")).order_by("-starts_at").values("starts_at")[:1]
    # The engines disagree on the greater of an unknown and a known moment, so "never" is a moment before all others.
    never = Value(LONG_AGO)
    return NullIf(Greatest(Coalesce(Subquery(note), never), Coalesce(Subquery(meeting), never)), never)


def no_contact_since(moment: datetime) -> Q:
    """Students without a contact at or after ``moment``; one long enough ago means never."""
    own = {"student": OuterRef("pk")}
    no_note = ~Exists(contact_notes().filter(occurred_at__gte=moment, **own))
    return Q(no_note, ~Exists(kept_appointments().filter(starts_at__gte=moment, **own)))


def upcoming() -> QuerySet[Appointment]:
    return Appointment.objects.filter(state=AppointmentState.BOOKED, starts_at__gte=timezone.now())


def next_meeting() -> Subquery:
    return Subquery(upcoming().filter(student=OuterRef("pk")).order_by("starts_at").values("starts_at")[:1])


def _count(rows: QuerySet[Alert] | QuerySet[ActionItem]) -> Coalesce:
    counted = rows.filter(student=OuterRef("pk")).order_by().values("student").annotate(total=Count("pk"))
    return Coalesce(Subquery(counted.values("total")), 0)


def open_alert_count() -> Coalesce:
    return _count(Alert.objects.open())


def overdue_item_count() -> Coalesce:
    return _count(ActionItem.objects.overdue())


@dataclass(frozen=True)
class Row:
    """One student of a caseload, in the words of the screen."""

    student: StudentProfile
    goal: Goal | None
    program: Program | None
    contact_at: datetime | None
    meeting_at: datetime | None
    open_alerts: int
    overdue_items: int

    @property
    def last_contact(self) -> str:
        moment = self.contact_at
        return format_date(timezone.localtime(moment), "M j, Y") if moment else NO_CONTACT

    @property
    def next_appointment(self) -> str:
        moment = self.meeting_at
        return format_date(timezone.localtime(moment), "M j, Y, g:i A") if moment else NO_APPOINTMENT

    @property
    def cells(self) -> list[str]:
        """The texts under COLUMNS."""
        return [
            self.student.name,
            self.student.student_number or NOT_REPORTED,
            self.goal.job_title.name if self.goal else NO_GOAL,
            self.program.marked_name if self.program else NO_PROGRAM,
            self.last_contact,
            self.next_appointment,
            str(self.open_alerts),
            str(self.overdue_items),
        ]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Headings and texts between the name and the numbers."""
        return list(zip(COLUMNS, self.cells, strict=True))[1:-2]


def read_rows(students: QuerySet[StudentProfile]) -> list[Row]:
    """A row for each student, in their order. Three statements, however many."""
    listed = list(
        students.select_related("user").annotate(
            last_contact=latest_contact(),
            next_appointment=next_meeting(),
            open_alerts=open_alert_count(),
            overdue_items=overdue_item_count(),
        )
    )
    goals: dict[int, Goal] = {}
    active = Goal.objects.filter(student__in=listed, status=GoalStatus.ACTIVE)
    for goal in active.select_related("job_title").order_by("priority", "pk"):
        goals.setdefault(goal.student_id, goal)
    programs: dict[int, Program | None] = {}
    planned = PathwayItem.objects.filter(goal__in=goals.values(), program__isnull=False)
    planned = planned.exclude(status=PathwayStatus.DROPPED).select_related("program__organization")
    for item in planned.order_by("order", "pk"):
        programs.setdefault(item.goal_id, item.program)
    return [
        Row(
            student,
            goals.get(student.pk),
            programs.get(goals[student.pk].pk) if student.pk in goals else None,
            contact_at=student.last_contact,
            meeting_at=student.next_appointment,
            open_alerts=student.open_alerts,
            overdue_items=student.overdue_items,
        )
        for student in listed
    ]
