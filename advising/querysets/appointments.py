"""Appointments and what leads to them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Self

from django.db.models import Q
from django.utils import timezone

from advising.choices import APPOINTMENT_OFF, DropInState, Reason
from advising.types import User

from .base import RecordQuerySet, Row, ties, unit_of

RECENT_DAYS = 30
"""A meeting keeps the record within its advisor's reach for this long."""


def appointment_rules(user: User, appointment: str = "") -> dict[Reason, Q]:
    """The two who meet, and those who advise the student."""
    tie = ties(user, f"{appointment}student_id")
    return {
        Reason.SELF: Q(**{f"{appointment}student__user": user}),
        Reason.APPOINTMENT: Q(**{f"{appointment}advisor__user": user, f"{appointment}advisor__is_active": True}),
        **{reason: tie[reason] for reason in (Reason.ASSIGNED, Reason.UNIT, Reason.BREAK_GLASS)},
    }


class AppointmentQuerySet(RecordQuerySet[Row]):
    def rules(self, user: User) -> Mapping[Reason, Q]:
        return appointment_rules(user)

    def standing(self) -> Self:
        """Not called off."""
        return self.exclude(state__in=APPOINTMENT_OFF)

    def recent(self) -> Self:
        """Those by which an advisor reaches the record: standing, and not over for longer than RECENT_DAYS."""
        return self.standing().filter(ends_at__gte=timezone.now() - timedelta(days=RECENT_DAYS))


class AppointmentPartQuerySet(RecordQuerySet[Row]):
    def rules(self, user: User) -> Mapping[Reason, Q]:
        return appointment_rules(user, "appointment__")


class DropInQuerySet(RecordQuerySet[Row]):
    def rules(self, user: User) -> Mapping[Reason, Q]:
        return {Reason.SELF: Q(student__user=user), Reason.UNIT: unit_of(user, "unit")}

    def waiting(self) -> Self:
        """In a queue today; whoever was not called in by midnight has gone home."""
        return self.filter(state=DropInState.WAITING, joined_at__gte=start_of_today())

    def called_today(self) -> Self:
        return self.filter(state__in=[DropInState.CALLED, DropInState.DONE], called_at__gte=start_of_today())


def start_of_today() -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


class CampaignQuerySet(RecordQuerySet[Row]):
    def rules(self, user: User) -> Mapping[Reason, Q]:
        return {Reason.UNIT: unit_of(user, "advisor__unit")}


class InvitationQuerySet(RecordQuerySet[Row]):
    def rules(self, user: User) -> Mapping[Reason, Q]:
        return {Reason.SELF: Q(student__user=user), Reason.UNIT: unit_of(user, "campaign__advisor__unit")}
