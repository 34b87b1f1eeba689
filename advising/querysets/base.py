"""The relationships that rules are made of, and the querysets that several nouns share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.utils import timezone

from advising.choices import ALERT_OPEN, APPOINTMENT_CANCELLED, AppointmentState, Reason, Role

RECENT_DAYS = 30
"""A meeting keeps the record within its advisor's reach for this long."""


NOBODY = Q(pk__in=[])


@dataclass(frozen=True)
class Standing:
    """What a user is here, by ``Role`` names and profiles, whoever the record is about."""

    roles: frozenset[str] = frozenset()
    is_advisor: bool = False
    is_student: bool = False


def standing_of(user) -> Standing:
    """Read anew in one statement; of a request's own user once (``keep_standing``). Nothing for who is signed out."""
    from advising.models import AdvisorProfile, StudentProfile

    if not user.is_authenticated or not user.is_active:
        return Standing()
    if kept := getattr(user, "kept_standing", None):
        return kept
    own = {"user": OuterRef("pk")}
    rows = (
        get_user_model()
        .objects.filter(pk=user.pk)
        .values_list(
            "groups__name",
            Exists(AdvisorProfile.objects.active().filter(**own)),
            Exists(StudentProfile.objects.filter(**own)),
        )
    )
    rows = list(rows)
    return Standing(frozenset(name for name, *_ in rows if name), *rows[0][1:]) if rows else Standing()


def keep_standing(user) -> None:
    """What a page asks of its user again and again is read once. What ties them to a student is still read anew."""
    user.kept_standing = standing_of(user)


def has_role(user, *roles: Role) -> bool:
    """Whether the user is in one of the groups; a superuser counts as an administrator."""
    if not user.is_active or not user.is_authenticated:
        return False
    if user.is_superuser and Role.ADMINISTRATOR in roles:
        return True
    return not standing_of(user).roles.isdisjoint(roles)


def ties(user, student: str = "student_id") -> dict[Reason, Exists]:
    """The relationships that let an advisor reach a student, as conditions on the column ``student``.

    All of them need an active advisor profile, but for emergency access, which administrators may take too. Each is
    read anew, so a relationship that ended a moment ago grants nothing.
    """
    from advising.models import AdvisorProfile, Alert, Appointment, Assignment, BreakGlass

    now = timezone.now()
    mine = AdvisorProfile.objects.active().filter(user=user)
    of_student = {"student": OuterRef(student)}
    assignments = Assignment.objects.active().filter(**of_student)
    queue = Q(owner__in=mine) | Q(unit__in=mine.values("unit"))
    opened = BreakGlass.objects.open().filter(user=user, note=None, **of_student)
    return {
        Reason.ASSIGNED: Exists(assignments.filter(advisor__in=mine)),
        Reason.UNIT: Exists(assignments.filter(unit__in=mine.values("unit"))),
        Reason.OPEN_ALERT: Exists(Alert.objects.filter(queue, state__in=ALERT_OPEN, **of_student)),
        Reason.APPOINTMENT: Exists(
            Appointment.objects.filter(
                advisor__in=mine, ends_at__gte=now - timedelta(days=RECENT_DAYS), **of_student
            ).exclude(state__in=[*APPOINTMENT_CANCELLED, AppointmentState.EXCUSED])
        ),
        Reason.BREAK_GLASS: Exists(opened),
    }


def leads(user, student: str = "student_id") -> Q:
    """Rows about students whom the unit of this lead advisor advises."""
    return Q(ties(user, student)[Reason.UNIT]) if has_role(user, Role.LEAD) else NOBODY


def keeps_records(user, student: str = "student_id") -> dict[Reason, Q]:
    """Those who keep the logs and answer requests: the unit's lead, and administrators for every unit."""
    return {Reason.UNIT: ~NOBODY if has_role(user, Role.ADMINISTRATOR) else leads(user, student)}


def unit_of(user, path: str) -> Q:
    from advising.models import AdvisorProfile

    return Q(**{f"{path}__in": AdvisorProfile.objects.active().filter(user=user).values("unit")})


class RecordQuerySet(models.QuerySet):
    """Rows with rules. A subclass says which."""

    def rules(self, user) -> Mapping[Reason, Q]:
        """What grants access, the reason to be logged first."""
        raise NotImplementedError

    def visible_to(self, user, *, through: Reason | None = None):
        """Rows that a rule grants ``user``, or that the rule ``through`` grants: one condition is quicker than all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        rules = self.rules(user)
        return self.filter(rules[through] if through else reduce(or_, rules.values(), NOBODY))

    def with_access(self, user):
        """Annotate ``access``: the Reason by which ``user`` may see the row, or an empty text."""
        whens = []
        if user.is_authenticated and user.is_active:
            whens = [When(condition, then=Value(reason.value)) for reason, condition in self.rules(user).items()]
        return self.annotate(access=Case(*whens, default=Value(""), output_field=CharField()))


class OwnQuerySet(RecordQuerySet):
    """Rows that concern their user alone."""

    def rules(self, user):
        return {Reason.SELF: Q(user=user)}


class OwnStudentQuerySet(RecordQuerySet):
    """Rows that concern their student alone."""

    def rules(self, user):
        return {Reason.SELF: Q(student__user=user)}


class StudentRecordQuerySet(RecordQuerySet):
    """Rows that the student and everyone who reaches the student may see."""

    def rules(self, user):
        return {Reason.SELF: Q(student__user=user), **ties(user)}
