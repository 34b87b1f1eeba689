"""Alerts and their steps."""

from collections.abc import Mapping
from typing import Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from advising.choices import ALERT_OPEN, AlertEventKind, Reason
from advising.types import User

from .base import RecordQuerySet, Row, profile_of, ties


def alert_rules(user: User, alert: str = "") -> dict[Reason, Q]:
    """Those who answer it or reach the student; last, and without its private text, those who raised it.

    Never the student, whatever else they are here.
    """
    mine = profile_of(user)
    tie = ties(user, f"{alert}student_id")
    raised = apps.get_model("advising.AlertEvent").objects.filter(
        alert=OuterRef(f"{alert}pk"), user=user, kind__in=[AlertEventKind.RAISED, AlertEventKind.JOINED]
    )
    about_others = ~Q(**{f"{alert}student__user": user})
    rules = {
        Reason.ASSIGNED: tie[Reason.ASSIGNED],
        Reason.UNIT: tie[Reason.UNIT],
        Reason.OPEN_ALERT: Q(**{f"{alert}owner__in": mine}) | Q(**{f"{alert}unit__in": mine.values("unit")}),
        Reason.BREAK_GLASS: tie[Reason.BREAK_GLASS],
        Reason.AUTHOR: Q(**{f"{alert}raiser": user}) | Q(Exists(raised)),
    }
    return {reason: rule & about_others for reason, rule in rules.items()}


class AlertQuerySet(RecordQuerySet[Row]):
    def rules(self, user: User) -> Mapping[Reason, Q]:
        return alert_rules(user)

    def open(self) -> Self:
        return self.filter(state__in=ALERT_OPEN)

    def overdue(self) -> Self:
        return self.open().filter(due_at__lt=timezone.now())

    def in_queue(self) -> Self:
        """Nobody's: without an owner, or with one who no longer advises."""
        return self.open().filter(Q(owner=None) | Q(owner__is_active=False) | Q(owner__user__is_active=False))

    def raised_by(self, user: User) -> Self:
        """Those that ``user`` raised or joined."""
        return self.filter(alert_rules(user)[Reason.AUTHOR])


class AlertEventQuerySet(RecordQuerySet[Row]):
    """Those who raise an alert see its open steps, and of what was raised their own words alone."""

    def rules(self, user: User) -> Mapping[Reason, Q]:
        rules = alert_rules(user, "alert__")
        said = [AlertEventKind.RAISED, AlertEventKind.JOINED]
        of_all = Q(is_private=False) & ~Q(kind__in=said)
        return {**rules, Reason.AUTHOR: (rules[Reason.AUTHOR] & of_all) | Q(user=user, kind__in=said)}
