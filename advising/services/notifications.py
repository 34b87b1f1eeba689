"""Word to people, written with the change that caused it. ``services.outbox`` mails it."""

from collections.abc import Iterable

from django.utils import timezone

from advising import policy
from advising.choices import MailState, NotificationKind, Verb
from advising.exceptions import AdvisingError
from advising.models import Appointment, Notification
from advising.types import User


def notify(
    users: Iterable[User],
    *,
    kind: NotificationKind,
    subject: str,
    link: str = "",
    key: str | None = None,
    unsubscribe: str = "",
    appointment: Appointment | None = None,
) -> None:
    """Tell each user once: in the portal now, by e-mail when the outbox next runs.

    ``subject`` holds no private text; ``link`` is a path of this site; ``key`` names the event, and someone told of
    it already is not told again; ``unsubscribe`` is the path that stops such mail; the calendar file of
    ``appointment`` goes with the mail. Call it inside the transaction of the change.
    """
    Notification.objects.bulk_create(
        [
            Notification(
                user=user,
                kind=kind,
                subject=subject[:200],
                link=link,
                key=key,
                unsubscribe=unsubscribe,
                appointment=appointment,
                mail_state=MailState.WAITING,
            )
            for user in {user.pk: user for user in users}.values()
        ],
        ignore_conflicts=key is not None,
    )


def mark_read(notification: Notification, *, user: User) -> None:
    """Note when its user first opened it. Raises AdvisingError for anyone else."""
    if not policy.can(user, Verb.EDIT, notification):
        raise AdvisingError("This notification is not yours.")
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=timezone.now())


def mark_all_read(*, user: User) -> int:
    """Mark all that ``user`` has not read; returns how many."""
    return Notification.objects.visible_to(user).unread().update(read_at=timezone.now())
