"""Logs, disclosures, consents and requests about a record."""

from django.db.models import Q
from django.utils import timezone

from advising.choices import Reason, RequestState, Role

from .base import RecordQuerySet, StudentRecordQuerySet, keeps_records


class RecordRequestQuerySet(RecordQuerySet):
    """The student, those who keep the record, and the author of a note whose correction was granted."""

    def rules(self, user):
        from advising.models import AdvisorProfile

        mine = AdvisorProfile.objects.active().filter(user=user)
        granted = Q(state=RequestState.GRANTED, note__author__in=mine.values("user"))
        return {Reason.SELF: Q(student__user=user), **keeps_records(user), Reason.AUTHOR: granted}


class DisclosureLogQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(student__user=user), **keeps_records(user)}


class ConsentQuerySet(StudentRecordQuerySet):
    def valid_on(self, day):
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day, revoked_at__isnull=True)


class AccessLogQuerySet(RecordQuerySet):
    def rules(self, user):
        return keeps_records(user)


class BreakGlassQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(user=user), **keeps_records(user)}

    def open(self):
        """Running now, of someone who is still staff."""
        now = timezone.now()
        staff = (
            Q(user__advisor_profile__is_active=True)
            | Q(user__is_superuser=True)
            | Q(user__groups__name=Role.ADMINISTRATOR)
        )
        return self.filter(staff, user__is_active=True, starts_at__lte=now, ends_at__gt=now)
