"""The outbox: mails the notifications that wait, and other rows that wait as they do.

A sender takes one row at a time by a conditional UPDATE that commits at once; either database lets exactly one sender
win it, so that two runs side by side send nothing twice. What is taken is sent at most once. A sender that dies
between taking a row and writing down what became of it leaves the row in hand; after ``LEASE`` the row is sent again,
for nobody can know whether the server had accepted it. Both copies carry the same Message-ID, by which mail programs
tell that they are one.

A server that cannot be reached stops the run before anything is taken. A mail that it refuses is tried again after a
growing pause, and given up after about five days (RFC 5321, 4.5.4.1); the notification stays in the portal.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypedDict, Unpack
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, QuerySet
from django.db.models.options import Options
from django.template.loader import render_to_string
from django.utils import timezone

from advising.choices import MailState
from advising.models import Notification
from advising.services.calendars import file_for

LEASE = timedelta(minutes=15)
"""Far longer than one mail takes (settings.EMAIL_TIMEOUT)."""

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=12)
MOST_ATTEMPTS = 17
"""With these pauses, the last attempt comes 117 hours after the first."""


class MailRow(Protocol):
    """A row with the columns of ``Notification`` about mail."""

    @property
    def _meta(self) -> "Options[Any]": ...
    @property
    def pk(self) -> int: ...
    @property
    def attempts(self) -> int: ...
    @property
    def claimed_at(self) -> datetime | None: ...
    @property
    def created_at(self) -> datetime: ...


class MailRows(Protocol):
    """A queryset of them."""

    def to_mail(self, stale: datetime) -> QuerySet[Any]: ...
    def filter(self, **lookups: Any) -> QuerySet[Any]: ...


class Outcome(TypedDict, total=False):
    """What came of a row that was taken."""

    mail_state: MailState
    sent_at: datetime
    next_attempt_at: datetime


NOTIFICATIONS = Notification.objects.select_related("user", "appointment")
Compose = Callable[[Any], EmailMessage | None]

logger = logging.getLogger(__name__)


@dataclass
class Tally:
    """What a run did. ``unreachable`` says why the server could not be reached, and is otherwise empty."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0
    unreachable: str = ""


def send_waiting(rows: MailRows = NOTIFICATIONS, compose: Compose | None = None, *, limit: int = 1000) -> Tally:
    """Mail up to ``limit`` of ``rows`` whose time has come, oldest first. Never call it inside a transaction.

    ``compose`` (``message`` unless given) makes the mail of one, or None where there is no longer anybody to mail.
    """
    tally = Tally()
    waiting = rows.to_mail(timezone.now() - LEASE).order_by("pk").values_list("pk", flat=True)[:limit]
    connection = get_connection()
    try:
        for pk in list(waiting):
            connection.open()
            if row := take(pk, rows):
                deliver(row, connection, tally, compose or message)
    except OSError as error:  # also every SMTPException
        tally.unreachable = type(error).__name__
    finally:
        _close(connection)
    return tally


def take(pk: int, rows: MailRows = NOTIFICATIONS) -> MailRow | None:
    """Take one row in hand; None when another sender has it, or had."""
    now = timezone.now()
    taken = rows.to_mail(now - LEASE).filter(pk=pk)
    if not taken.update(claimed_at=now, attempts=F("attempts") + 1):
        return None
    row: MailRow | None = rows.filter(pk=pk, claimed_at=now).first()
    return row


def deliver(row: MailRow, connection: BaseEmailBackend, tally: Tally, compose: Compose) -> None:
    """Send what was taken, and write down what came of it."""
    if (mail := compose(row)) is None:
        _settle(row, mail_state=MailState.NONE)
        return
    try:
        is_sent = connection.send_messages([mail]) == 1
    except (OSError, ValueError) as error:  # ValueError: an address or a header that cannot be written
        logger.warning("%s was not mailed: %s", row, type(error).__name__)
        _close(connection)  # it may be half-way through a mail
        is_sent = False
    if is_sent:
        _settle(row, mail_state=MailState.SENT, sent_at=timezone.now())
        tally.sent += 1
    elif row.attempts >= MOST_ATTEMPTS:
        _settle(row, mail_state=MailState.FAILED)
        tally.given_up += 1
    else:
        _settle(row, next_attempt_at=timezone.now() + pause(row.attempts))
        tally.put_off += 1


def pause(attempts: int) -> timedelta:
    """How long to wait after that many attempts: twice as long each time."""
    doubled: int = 2 ** (attempts - 1)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def message(row: Notification) -> EmailMessage | None:
    """Its subject, a link and the calendar file: the mail is read where no policy of ours holds."""
    if not row.user.is_active:
        return None
    unsubscribe = {
        "List-Unsubscribe": f"<{settings.SITE_URL}{row.unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    calendar = file_for(row.user, row.appointment) if row.appointment else None
    context = {"notification": row, "has_file": bool(calendar), "site_url": settings.SITE_URL}
    return EmailMessage(
        subject=" ".join(row.subject.split()),
        body=render_to_string("advising/notifications/mail.txt", context),
        to=[row.user.email],
        headers={
            **identity(row),
            **(unsubscribe if row.unsubscribe else {}),
        },
        attachments=[("appointment.ics", calendar.decode(), "text/calendar")] if calendar else [],
    )


def identity(row: MailRow) -> dict[str, str]:
    """Headers that say which mail it is, so that a copy is known as one, and that no person wrote it."""
    noun = row._meta.model_name
    # The time too, so that a database restored from a copy never uses an identity again.
    number = f"{noun}-{row.pk}-{row.created_at:%Y%m%d%H%M%S%f}"
    return {
        "Message-ID": f"<{number}@{urlsplit(settings.SITE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }


def retry_given_up() -> int:
    """Put what was given up back to be mailed; returns how many."""
    given_up = Notification.objects.filter(mail_state=MailState.FAILED)
    return given_up.update(mail_state=MailState.WAITING, attempts=0, next_attempt_at=None)


def _settle(row: MailRow, **outcome: Unpack[Outcome]) -> None:
    # Only while it is still ours: after LEASE another sender may have it.
    row._meta.model._default_manager.filter(pk=row.pk, claimed_at=row.claimed_at).update(claimed_at=None, **outcome)


def _close(connection: BaseEmailBackend) -> None:
    with suppress(OSError):
        connection.close()
