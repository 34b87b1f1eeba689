"""Word to people, written with the change that caused it."""

from collections.abc import Iterable

from advising.choices import MailState, NotificationKind
from advising.models import Notification


def notify(users: Iterable, *, kind: NotificationKind, subject: str, link: str = "", key: str | None = None) -> None:
    """Tell each user once: in the portal now, by e-mail when the outbox next runs.

    ``subject`` holds no private text; ``link`` is a path of this site; ``key`` names the event, and someone told of
    it already is not told again. Call it inside the transaction of the change.
    """
    Notification.objects.bulk_create(
        [
            Notification(user=user, kind=kind, subject=subject[:200], link=link, key=key, mail_state=MailState.WAITING)
            for user in {user.pk: user for user in users}.values()
        ],
        ignore_conflicts=key is not None,
    )
