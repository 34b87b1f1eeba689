"""Appointments and what leads to them."""

from django.db.models import Q
from django.utils import timezone

from advising.choices import APPOINTMENT_CANCELLED, AppointmentState, DropInState, Reason

from .base import RecordQuerySet, ties, unit_of


def appointment_rules(user, appointment: str = "") -> dict[Reason, Q]:
    """The two who meet, and those who advise the student."""
    tie = ties(user, f"{appointment}student_id")
    return {
        Reason.SELF: Q(**{f"{appointment}student__user": user}),
        Reason.APPOINTMENT: Q(**{f"{appointment}advisor__user": user, f"{appointment}advisor__is_active": True}),
        **{reason: Q(tie[reason]) for reason in (Reason.ASSIGNED, Reason.UNIT, Reason.BREAK_GLASS)},
    }


class AppointmentQuerySet(RecordQuerySet):
    def rules(self, user):
        return appointment_rules(user)

    def standing(self):
        """Not called off."""
        return self.exclude(state__in=[*APPOINTMENT_CANCELLED, AppointmentState.EXCUSED])


class AppointmentPartQuerySet(RecordQuerySet):
    def rules(self, user):
        return appointment_rules(user, "appointment__")


class DropInQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(student__user=user), Reason.UNIT: unit_of(user, "unit")}

    def waiting(self):
        """In a queue today; whoever was not called in by midnight has gone home."""
        return self.filter(state=DropInState.WAITING, joined_at__gte=start_of_today())

    def called_today(self):
        return self.filter(state__in=[DropInState.CALLED, DropInState.DONE], called_at__gte=start_of_today())


def start_of_today():
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


class CampaignQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.UNIT: unit_of(user, "advisor__unit")}


class InvitationQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(student__user=user), Reason.UNIT: unit_of(user, "campaign__advisor__unit")}
