"""What happened in a unit over a span of days, as numbers. Small ones are kept from those outside the unit."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from typing import TypeAlias

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from advising import policy
from advising.choices import APPOINTMENT_KEPT, AppointmentState, GoalStatus, PathwayStatus
from advising.models import AdvisorProfile, Alert, Appointment, Assignment, Goal, PathwayItem, StudentProfile, Unit
from advising.querysets import StudentQuerySet
from advising.services.caseload import no_contact_since
from advising.types import User

SMALLEST = 5
"""Counts under this could point at a person; outside the unit they are not shown."""

SUPPRESSED = "Not\N{NO-BREAK SPACE}shown"

LISTED = 15

Students: TypeAlias = StudentQuerySet[StudentProfile]


@dataclass(frozen=True)
class Cell:
    """``number`` people or events, perhaps out of ``total``; ``value`` is a figure worked out from them, in words."""

    label: str
    number: int
    total: int | None = None
    value: str = ""
    is_shown: bool = True

    @property
    def text(self) -> str:
        if not self.is_shown:
            return SUPPRESSED
        if self.value or self.total is None:
            return self.value or str(self.number)
        return f"{self.number} of {self.total}" + (f" ({self.number / self.total:.0%})" if self.total else "")

    def guarded(self, people: int | None = None) -> "Cell":
        """The same, not shown where the number, its total or the rest of the total is small.

        ``people`` is the total of a cell that does not show its own.
        """
        total = people if self.total is None else self.total
        is_small = self.number < SMALLEST or (total is not None and 0 < total - self.number < SMALLEST)
        return replace(self, is_shown=not is_small)

    def apart_from(self, narrow: "Cell") -> "Cell":
        """The same, not shown where ``narrow``, of a shorter span, is and a small number is what sets them apart."""
        if not narrow.is_shown or self.total is None or narrow.total is None:
            return self
        more, of_more = self.number - narrow.number, self.total - narrow.total
        return replace(
            self, is_shown=self.is_shown and not any(0 < n < SMALLEST for n in (more, of_more, of_more - more))
        )


@dataclass(frozen=True)
class Table:
    """``note`` says what is counted; ``people`` are those it counts among, where its cells do not say it.

    ``is_split``: the cells share the people out among them, so that one is what the others leave of the total.
    """

    heading: str
    note: str
    cells: list[Cell]
    people: int | None = None
    is_split: bool = False

    def guarded(self) -> "Table":
        """The same for someone outside the unit: no small number, and none to be worked out from those shown.

        Of shared out cells so many are hidden, the smallest first, that what the others leave of the total stands
        for ``SMALLEST`` people or for nobody (complementary suppression).
        """
        cells = [cell.guarded(self.people) for cell in self.cells]
        if self.is_split and self.people is not None:
            hidden = sum(cell.number for cell in cells if not cell.is_shown)
            hidden += max(0, self.people - sum(cell.number for cell in cells))
            for cell in sorted((cell for cell in cells if cell.is_shown), key=lambda cell: cell.number):
                if not 0 < hidden < SMALLEST:
                    break
                cells[cells.index(cell)] = replace(cell, is_shown=False)
                hidden += cell.number
        return replace(self, cells=cells)

    def apart_from(self, narrow: "Table") -> "Table":
        cells = zip(self.cells, narrow.cells, strict=True)
        return replace(self, cells=[cell.apart_from(other) for cell, other in cells])


def units_for(user: User) -> QuerySet[Unit]:
    """Whose reports ``user`` may read: an advisor their own unit's, those who keep records every unit's."""
    if policy.is_record_keeper(user):
        return Unit.objects.all()
    return Unit.objects.filter(advisors__in=AdvisorProfile.objects.active().filter(user=user))


def read_report(unit: Unit, *, user: User, since: datetime, within: Iterable[datetime] = ()) -> list[Table]:
    """The report of ``unit`` from ``since`` to now, in a constant number of statements.

    For a user outside the unit, small numbers are suppressed (``Table.guarded``), and so are those that a report
    since one of ``within``, later moments that the user can choose too, would leave a small difference to. Reports
    read on different days are not held against each other.
    """
    assigned = Assignment.objects.active().filter(unit=unit)
    students = StudentProfile.objects.filter(pk__in=assigned.values("student"))
    people = students.count()
    standing = [*_interest(students, people), _outcomes(students, people)]
    if AdvisorProfile.objects.active().filter(user=user, unit=unit).exists():
        return _happened(unit, students, since) + standing
    spans: list[list[Table]] = []
    for moment in (*sorted(within, reverse=True), since):
        tables = [table.guarded() for table in _happened(unit, students, moment)]
        for narrow in spans:
            tables = [table.apart_from(other) for table, other in zip(tables, narrow, strict=True)]
        spans.append(tables)
    return spans[-1] + [table.guarded() for table in standing]


def _happened(unit: Unit, students: Students, since: datetime) -> list[Table]:
    return [_contacts(students, since), _meetings(unit, since), _answers(unit, since)]


def _contacts(students: Students, since: datetime) -> Table:
    students = students.active()
    people = students.count()
    reached = people - students.filter(no_contact_since(since)).count()
    note = "Active students assigned today with a note of a contact, or a meeting kept, in these days."
    return Table("Contact coverage", note, [Cell("In contact", reached, people)])


def _meetings(unit: Unit, since: datetime) -> Table:
    held = Appointment.objects.filter(advisor__unit=unit, starts_at__gte=since, starts_at__lt=timezone.now())
    numbers = held.aggregate(
        kept=Count("pk", filter=Q(state__in=APPOINTMENT_KEPT)),
        missed=Count("pk", filter=Q(state=AppointmentState.NO_SHOW)),
    )
    note = "Meetings that were to take place: kept or missed. Those called off or excused are not counted."
    cell = Cell("Did not come", numbers["missed"], numbers["kept"] + numbers["missed"])
    return Table("No-show rate", note, [cell])


def _answers(unit: Unit, since: datetime) -> Table:
    raised = list(Alert.objects.filter(unit=unit, raised_at__gte=since).values_list("raised_at", "answered_at"))
    hours = [(answered - at).total_seconds() / 3600 for at, answered in raised if answered]
    middle = f"{median(hours):.0f} hours" if hours else "No alert was answered"
    cells = [
        Cell("Answered", len(hours), len(raised)),
        Cell("Median time to the first answer", len(hours), value=middle),
    ]
    return Table("Time to answer alerts", "Alerts raised in these days.", cells)


def _interest(students: Students, people: int) -> list[Table]:
    """What students work toward today, the most wanted first."""
    goals = Goal.objects.filter(student__in=students, status=GoalStatus.ACTIVE)
    steps = PathwayItem.objects.filter(goal__in=goals).exclude(status=PathwayStatus.DROPPED)
    sources = (
        ("job titles", goals.filter(job_title__isnull=False), "job_title__name", "student"),
        ("certifications", steps.filter(certification__isnull=False), "certification__name", "goal__student"),
        ("programs", steps.filter(program__isnull=False), "program__name", "goal__student"),
    )
    return [
        Table(
            f"Interest in {what}",
            "Students with it in a plan that stands today.",
            _most(rows, name, student),
            people,
            is_split=True,
        )
        for what, rows, name, student in sources
    ]


def _most(rows: QuerySet[Goal] | QuerySet[PathwayItem], name: str, student: str) -> list[Cell]:
    counted = rows.order_by().values_list(name).annotate(number=Count(student, distinct=True))
    return [Cell(label, number) for label, number in counted.order_by("-number", name)[:LISTED]]


def _outcomes(students: Students, people: int) -> Table:
    steps = PathwayItem.objects.filter(goal__student__in=students)
    cells = [
        Cell("Reached a goal", students.filter(goals__status=GoalStatus.REACHED).distinct().count()),
        Cell("Completed a program", _people(steps.filter(program__isnull=False, status=PathwayStatus.COMPLETED))),
        Cell(
            "Earned a certification", _people(steps.filter(certification__isnull=False, status=PathwayStatus.EARNED))
        ),
    ]
    return Table("Outcomes", "Students assigned today, over all time.", cells, people)


def _people(steps: QuerySet[PathwayItem]) -> int:
    return steps.values("goal__student").distinct().count()
