"""What a person was told."""

from datetime import datetime
from typing import Self, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from advising.choices import MailState

from .base import OwnQuerySet, Row

Rows = TypeVar("Rows", bound=QuerySet[Model])


def to_mail(rows: Rows, stale: datetime) -> Rows:
    """Those whose time to be mailed has come; one taken in hand before ``stale`` was left behind by its sender."""
    return rows.filter(
        Q(next_attempt_at=None) | Q(next_attempt_at__lte=timezone.now()),
        Q(claimed_at=None) | Q(claimed_at__lt=stale),
        mail_state=MailState.WAITING,
    )


class NotificationQuerySet(OwnQuerySet[Row]):
    to_mail = to_mail

    def unread(self) -> Self:
        return self.filter(read_at=None)
