"""Students, advisors, and who advises whom."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone

from advising.choices import Reason, Role

from .base import RecordQuerySet, StudentRecordQuerySet, has_role, keeps_records, ties
from .folding import Folded, words_of


class StudentQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(user=user), **ties(user, "pk")}

    def active(self):
        """Without those whose account has ended: they stay on record, and nobody works with them any more."""
        return self.filter(user__is_active=True)

    def unassigned(self):
        """Those whom nobody advises today."""
        from advising.models import Assignment

        return self.filter(~Exists(Assignment.objects.active().filter(student=OuterRef("pk"))))

    def assignable_by(self, user):
        """Those to whom ``user`` may give an advisor: for leads students of their unit and of none, for
        administrators all."""
        from advising.models import AdvisorProfile

        allowed = keeps_records(user, "pk")[Reason.UNIT]
        if has_role(user, Role.LEAD):
            is_advisor = Exists(AdvisorProfile.objects.active().filter(user=user))
            allowed |= Q(pk__in=self.model._default_manager.unassigned().filter(is_advisor).values("pk"))
        return self.filter(allowed).exclude(user=user)

    def findable_by(self, user):
        """Those whom ``user`` may see, and those without an advisor to whom ``user`` may give one."""
        mine = self.model._default_manager
        return self.filter(
            Q(pk__in=mine.visible_to(user).values("pk")) | Q(pk__in=mine.unassigned().assignable_by(user).values("pk"))
        ).exclude(user=user)

    def named_like(self, text: str):
        """Every word in the names, the student number or the e-mail address, however it is written; none without
        words."""
        columns = ("preferred_name", "user__first_name", "user__last_name", "student_number", "user__email")
        spaced = [part for column in columns for part in (column, Value(" "))]
        words = words_of(text)[:10]
        found = self.alias(named=Folded(Concat(*spaced, output_field=TextField())))
        for word in words:
            found = found.filter(named__contains=word)
        return found if words else self.none()

    def by_name(self, texts: Iterable[str]) -> dict:
        """The student for each text that is their number or e-mail address, in whatever letters and spaces. What two
        could mean names only the one who has it in just these letters. One statement."""
        keys = {text: "".join(text.split()) for text in texts}
        small = {key.lower() for key in keys.values()}
        rows = self.alias(number=Lower("student_number")).filter(Q(number__in=small) | Q(user__email__in=small))
        exact, alike = {}, {}
        for student in rows.select_related("user"):
            for name in filter(None, (student.student_number, student.user.email)):
                exact[name] = student
                alike.setdefault(name.lower(), set()).add(student)
        found = {text: {exact[key]} if key in exact else alike.get(key.lower(), ()) for text, key in keys.items()}
        return {text: next(iter(students)) for text, students in found.items() if len(students) == 1}


class AdvisorQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True, user__is_active=True)

    def leads_of(self, unit):
        return self.active().filter(unit=unit, user__groups__name=Role.LEAD)


class AssignmentQuerySet(StudentRecordQuerySet):
    def active(self):
        today = timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), starts_on__lte=today)
