"""Alerts and their steps."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from advising.choices import ALERT_OPEN, AlertEventKind, Reason

from .base import RecordQuerySet, ties


def alert_rules(user, alert: str = "") -> dict[Reason, Q]:
    """Those who answer it or reach the student; last, and without its private text, those who raised it.

    Never the student, whatever else they are here.
    """
    from advising.models import AdvisorProfile, AlertEvent

    mine = AdvisorProfile.objects.active().filter(user=user)
    tie = ties(user, f"{alert}student_id")
    raised = AlertEvent.objects.filter(
        alert=OuterRef(f"{alert}pk"), user=user, kind__in=[AlertEventKind.RAISED, AlertEventKind.JOINED]
    )
    about_others = ~Q(**{f"{alert}student__user": user})
    rules = {
        Reason.ASSIGNED: Q(tie[Reason.ASSIGNED]),
        Reason.UNIT: Q(tie[Reason.UNIT]),
        Reason.OPEN_ALERT: Q(**{f"{alert}owner__in": mine}) | Q(**{f"{alert}unit__in": mine.values("unit")}),
        Reason.BREAK_GLASS: Q(tie[Reason.BREAK_GLASS]),
        Reason.AUTHOR: Q(**{f"{alert}raiser": user}) | Exists(raised),
    }
    return {reason: rule & about_others for reason, rule in rules.items()}


class AlertQuerySet(RecordQuerySet):
    def rules(self, user):
        return alert_rules(user)

    def open(self):
        return self.filter(state__in=ALERT_OPEN)

    def overdue(self):
        return self.open().filter(due_at__lt=timezone.now())

    def in_queue(self):
        """Nobody's: without an owner, or with one who no longer advises."""
        return self.open().filter(Q(owner=None) | Q(owner__is_active=False) | Q(owner__user__is_active=False))

    def raised_by(self, user):
        """Those that ``user`` raised or joined."""
        return self.filter(alert_rules(user)[Reason.AUTHOR])


class AlertEventQuerySet(RecordQuerySet):
    """Those who raise an alert see its open steps, and of what was raised their own words alone."""

    def rules(self, user):
        rules = alert_rules(user, "alert__")
        said = [AlertEventKind.RAISED, AlertEventKind.JOINED]
        of_all = Q(is_private=False) & ~Q(kind__in=said)
        return {**rules, Reason.AUTHOR: (rules[Reason.AUTHOR] & of_all) | Q(user=user, kind__in=said)}
