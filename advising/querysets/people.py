"""Students, advisors, and who advises whom."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from advising.choices import Reason, Role

from .base import RecordQuerySet, StudentRecordQuerySet, ties


class StudentQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(user=user), **ties(user, "pk")}

    def named_like(self, words: str):
        """Every word in the name, the student number or the e-mail address."""
        found = self
        for word in words.split()[:10]:
            held = Q()
            for column in ("preferred_name", "student_number", "user__first_name", "user__last_name", "user__email"):
                held |= Q(**{f"{column}__icontains": word})
            found = found.filter(held)
        return found


class AdvisorQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True, user__is_active=True)

    def leads_of(self, unit):
        return self.active().filter(unit=unit, user__groups__name=Role.LEAD)


class AssignmentQuerySet(StudentRecordQuerySet):
    def active(self):
        today = timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), starts_on__lte=today)
