"""The relationships that rules are made of, and the querysets that several nouns share.

Models import their querysets, so querysets name the models that a rule asks about (``apps.get_model``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Self, TypeVar

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Case, CharField, Exists, Model, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from advising.choices import Reason, Role
from advising.types import Asker, User

Row = TypeVar("Row", bound=Model, covariant=True)
"""The model of a queryset."""

SENT_AGAIN = timedelta(minutes=10)
"""Within this time the same thing from the same person is a second click, not a second thing."""

NOBODY = Q(pk__in=[])

KEPT = "kept_standing"
"""The attribute of a request's own user that ``keep_standing`` sets."""


@dataclass(frozen=True)
class Standing:
    """What a user is here, by ``Role`` names and profiles, whoever the record is about."""

    roles: frozenset[str] = frozenset()
    is_advisor: bool = False
    is_student: bool = False


def standing_of(user: Asker) -> Standing:
    """Read anew in one statement; of a request's own user once (``keep_standing``). Nothing for who is signed out."""
    if not user.is_authenticated or not user.is_active:
        return Standing()
    kept: Standing | None = getattr(user, KEPT, None)
    if kept:
        return kept
    advisors = apps.get_model("advising.AdvisorProfile").objects.active().filter(user=OuterRef("pk"))
    students = apps.get_model("advising.StudentProfile").objects.filter(user=OuterRef("pk"))
    people = get_user_model().objects.filter(pk=user.pk)
    rows = list(people.values_list("groups__name", Exists(advisors), Exists(students)))
    return Standing(frozenset(name for name, *_ in rows if name), *rows[0][1:]) if rows else Standing()


def keep_standing(user: User) -> None:
    """What a page asks of its user again and again is read once. What ties them to a student is still read anew."""
    setattr(user, KEPT, standing_of(user))


def made_just_now() -> Q:
    """Rows so young that the same one again, by the same person, is a second click (``SENT_AGAIN``)."""
    return Q(created_at__gte=timezone.now() - SENT_AGAIN)


def has_role(user: Asker, *roles: Role) -> bool:
    """Whether the user is in one of the groups; a superuser counts as an administrator."""
    if not user.is_active or not user.is_authenticated:
        return False
    if user.is_superuser and Role.ADMINISTRATOR in roles:
        return True
    return not standing_of(user).roles.isdisjoint(roles)


def profile_of(user: User) -> QuerySet[Model]:
    """The AdvisorProfile of ``user`` while they advise, for a condition."""
    return apps.get_model("advising.AdvisorProfile").objects.active().filter(user=user)


def ties(user: User, student: str = "student_id") -> dict[Reason, Q]:
    """The relationships that let an advisor reach a student, as conditions on the column ``student``.

    All of them need an active advisor profile, but for emergency access, which administrators may take too. Each is
    read anew, so a relationship that ended a moment ago grants nothing.
    """
    mine = profile_of(user)
    of_student = Q(student=OuterRef(student))
    assignments = apps.get_model("advising.Assignment").objects.active().filter(of_student)
    queue = Q(owner__in=mine) | Q(unit__in=mine.values("unit"))
    alerts = apps.get_model("advising.Alert").objects.open().filter(queue, of_student)
    meetings = apps.get_model("advising.Appointment").objects.recent().filter(of_student, advisor__in=mine)
    opened = apps.get_model("advising.BreakGlass").objects.open().filter(of_student, user=user, note=None)
    return {
        Reason.ASSIGNED: Q(Exists(assignments.filter(advisor__in=mine))),
        Reason.UNIT: Q(Exists(assignments.filter(unit__in=mine.values("unit")))),
        Reason.OPEN_ALERT: Q(Exists(alerts)),
        Reason.APPOINTMENT: Q(Exists(meetings)),
        Reason.BREAK_GLASS: Q(Exists(opened)),
    }


def keeps_records(user: User, student: str = "student_id") -> dict[Reason, Q]:
    """Those who keep the logs and answer requests: the unit's lead, and administrators for every unit."""
    if has_role(user, Role.ADMINISTRATOR):
        return {Reason.UNIT: ~NOBODY}
    return {Reason.UNIT: ties(user, student)[Reason.UNIT] if has_role(user, Role.LEAD) else NOBODY}


def unit_of(user: User, path: str) -> Q:
    return Q(**{f"{path}__in": profile_of(user).values("unit")})


class RecordQuerySet(models.QuerySet[Row]):
    """Rows with rules. A subclass says which; without any nobody sees a row."""

    def rules(self, user: User) -> Mapping[Reason, Q]:
        """What grants access, the reason to be logged first."""
        return {}

    def visible_to(self, user: Asker, *, through: Reason | None = None) -> Self:
        """Rows that a rule grants ``user``, or that the rule ``through`` grants: one condition is quicker than all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        rules = self.rules(user)
        return self.filter(rules[through] if through else reduce(or_, rules.values(), NOBODY))

    def with_access(self, user: Asker) -> Self:
        """Annotate ``access``: the Reason by which ``user`` may see the row, or an empty text."""
        whens = []
        if user.is_authenticated and user.is_active:
            whens = [When(condition, then=Value(reason.value)) for reason, condition in self.rules(user).items()]
        return self.annotate(access=Case(*whens, default=Value(""), output_field=CharField()))


class OwnQuerySet(RecordQuerySet[Row]):
    """Rows that concern their user alone."""

    def rules(self, user: User) -> Mapping[Reason, Q]:
        return {Reason.SELF: Q(user=user)}


class OwnStudentQuerySet(RecordQuerySet[Row]):
    """Rows that concern their student alone."""

    def rules(self, user: User) -> Mapping[Reason, Q]:
        return {Reason.SELF: Q(student__user=user)}


class StudentRecordQuerySet(RecordQuerySet[Row]):
    """Rows that the student and everyone who reaches the student may see."""

    def rules(self, user: User) -> Mapping[Reason, Q]:
        return {Reason.SELF: Q(student__user=user), **ties(user)}
