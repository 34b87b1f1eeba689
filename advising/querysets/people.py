"""Students, advisors, and who advises whom."""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, Model, OuterRef, Q, TextField, Value
from django.db.models.functions import Concat, Lower
from django.db.models.lookups import In
from django.utils import timezone

from advising.choices import Reason, Role
from advising.types import User

from .base import RecordQuerySet, Row, StudentRecordQuerySet, has_role, keeps_records, profile_of, ties
from .folding import Folded, words_of


class StudentQuerySet(RecordQuerySet[Row]):
    def rules(self, user: User) -> Mapping[Reason, Q]:
        return {Reason.SELF: Q(user=user), **ties(user, "pk")}

    def active(self) -> Self:
        """Without those whose account has ended: they stay on record, and nobody works with them any more."""
        return self.filter(user__is_active=True)

    def unassigned(self) -> Self:
        """Those whom nobody advises today."""
        standing = apps.get_model("advising.Assignment").objects.active()
        return self.filter(~Exists(standing.filter(student=OuterRef("pk"))))

    def assignable_by(self, user: User) -> Self:
        """Those to whom ``user`` may give an advisor: for leads students of their unit and of none, for
        administrators all."""
        allowed = keeps_records(user, "pk")[Reason.UNIT]
        if has_role(user, Role.LEAD):
            newcomers = apps.get_model("advising.StudentProfile").objects.unassigned()
            allowed |= Q(pk__in=newcomers.filter(Exists(profile_of(user))).values("pk"))
        return self.filter(allowed).exclude(user=user)

    def findable_by(self, user: User) -> Self:
        """Those whom ``user`` may see, and those without an advisor to whom ``user`` may give one."""
        students = apps.get_model("advising.StudentProfile").objects
        known, newcomers = students.visible_to(user), students.unassigned().assignable_by(user)
        return self.filter(Q(pk__in=known.values("pk")) | Q(pk__in=newcomers.values("pk"))).exclude(user=user)

    def named_like(self, text: str) -> Self:
        """Every word in the names, the student number or the e-mail address, however it is written; none without
        words."""
        columns = ("preferred_name", "user__first_name", "user__last_name", "student_number", "user__email")
        spaced = [part for column in columns for part in (column, Value(" "))]
        words = words_of(text)[:10]
        found = self.alias(named=Folded(Concat(*spaced, output_field=TextField())))
        for word in words:
            found = found.filter(named__contains=word)
        return found if words else self.none()

    def by_name(self, texts: Iterable[str]) -> dict[str, Row]:
        """The student for each text that is their number or e-mail address, in whatever letters and spaces. What two
        could mean names only the one who has it in just these letters. One statement."""
        keys = {text: "".join(text.split()) for text in texts}
        small = {key.lower() for key in keys.values()}
        rows = self.filter(Q(In(Lower("student_number"), small)) | Q(user__email__in=small))
        names_of = attrgetter("student_number", "user.email")
        exact: dict[str, Row] = {}
        alike: dict[str, set[Row]] = {}
        for student in rows.select_related("user"):
            for name in filter(None, names_of(student)):
                exact[name] = student
                alike.setdefault(name.lower(), set()).add(student)
        found = {text: {exact[key]} if key in exact else alike.get(key.lower(), set()) for text, key in keys.items()}
        return {text: next(iter(students)) for text, students in found.items() if len(students) == 1}


class AdvisorQuerySet(models.QuerySet[Row]):
    def active(self) -> Self:
        return self.filter(is_active=True, user__is_active=True)

    def leads_of(self, unit: Model) -> Self:
        return self.active().filter(unit=unit, user__groups__name=Role.LEAD)


class AssignmentQuerySet(StudentRecordQuerySet[Row]):
    def active(self) -> Self:
        today = timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), starts_on__lte=today)
