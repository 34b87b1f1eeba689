"""Logs, disclosures, consents and requests about a record."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Self

from django.db.models import Q
from django.utils import timezone

from advising.choices import INSPECT_DAYS, REQUEST_PENDING, Reason, RequestKind, RequestState, Role
from advising.types import User

from .base import RecordQuerySet, Row, keeps_records, profile_of


class RecordRequestQuerySet(RecordQuerySet[Row]):
    """The student, those who keep the record, the author of a note whose correction was granted, and until its
    outcome is recorded whoever presides over the hearing.
    """

    def rules(self, user: User) -> Mapping[Reason, Q]:
        granted = Q(state=RequestState.GRANTED, note__author__in=profile_of(user).values("user"))
        presides = Q(state=RequestState.SCHEDULED, hearing__presider=user)
        return {
            Reason.SELF: Q(student__user=user),
            **keeps_records(user),
            Reason.AUTHOR: granted,
            Reason.HEARING: presides,
        }

    def pending(self) -> Self:
        return self.filter(state__in=REQUEST_PENDING)

    def overdue(self) -> Self:
        """Open requests to inspect that were to be answered before today."""
        last = timezone.localdate() - timedelta(days=INSPECT_DAYS)
        return self.filter(kind=RequestKind.INSPECT, state=RequestState.OPEN, created_at__date__lt=last)

    def opening(self) -> Self:
        """Granted requests to inspect that open the record to its student today."""
        first = timezone.localdate() - timedelta(days=INSPECT_DAYS)
        return self.filter(kind=RequestKind.INSPECT, state=RequestState.GRANTED, decided_at__date__gte=first)

    def with_statement(self) -> Self:
        """Those whose student said their own words, oldest first."""
        return self.exclude(statement="").order_by("decided_at", "pk")


class DisclosureLogQuerySet(RecordQuerySet[Row]):
    def rules(self, user: User) -> Mapping[Reason, Q]:
        return {Reason.SELF: Q(student__user=user), **keeps_records(user)}


class ConsentQuerySet(DisclosureLogQuerySet[Row]):
    """Those who see the disclosures see what they rest on."""

    def standing(self) -> Self:
        """In force or to begin: neither withdrawn nor ended."""
        not_ended = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
        return self.filter(not_ended, revoked_at=None)


class AccessLogQuerySet(RecordQuerySet[Row]):
    def rules(self, user: User) -> Mapping[Reason, Q]:
        return keeps_records(user)


class BreakGlassQuerySet(RecordQuerySet[Row]):
    def rules(self, user: User) -> Mapping[Reason, Q]:
        return {Reason.SELF: Q(user=user), **keeps_records(user)}

    def open(self) -> Self:
        """Running now, of someone who is still staff."""
        now = timezone.now()
        staff = (
            Q(user__advisor_profile__is_active=True)
            | Q(user__is_superuser=True)
            | Q(user__groups__name=Role.ADMINISTRATOR)
        )
        return self.filter(staff, user__is_active=True, starts_at__lte=now, ends_at__gt=now)
