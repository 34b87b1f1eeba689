"""The outbox: mails the notifications that wait.

A sender takes one row at a time by a conditional UPDATE that commits at once; either database lets exactly one sender
win it, so that two runs side by side send nothing twice. What is taken is sent at most once. A sender that dies
between taking a row and writing down what became of it leaves the row in hand; after ``LEASE`` the row is sent again,
for nobody can know whether the server had accepted it. Both copies carry the same Message-ID, by which mail programs
tell that they are one.

A server that cannot be reached stops the run before anything is taken. A mail that it refuses is tried again after a
growing pause, and given up after about five days (RFC 5321, 4.5.4.1); the notification stays in the portal.
"""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F
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

logger = logging.getLogger(__name__)


@dataclass
class Tally:
    """What a run did. ``unreachable`` says why the server could not be reached, and is otherwise empty."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0
    unreachable: str = ""


def send_waiting(*, limit: int = 1000) -> Tally:
    """Mail up to ``limit`` notifications whose time has come, oldest first. Never call it inside a transaction."""
    tally = Tally()
    waiting = Notification.objects.to_mail(timezone.now() - LEASE).order_by("pk").values_list("pk", flat=True)[:limit]
    connection = get_connection()
    try:
        for pk in list(waiting):
            connection.open()
            if row := take(pk):
                deliver(row, connection, tally)
    except OSError as error:  # also every SMTPException
        tally.unreachable = type(error).__name__
    finally:
        _close(connection)
    return tally


def take(pk: int) -> Notification | None:
    """Take one row in hand; None when another sender has it, or had."""
    now = timezone.now()
    taken = Notification.objects.to_mail(now - LEASE).filter(pk=pk)
    if not taken.update(claimed_at=now, attempts=F("attempts") + 1):
        return None
    return Notification.objects.select_related("user", "appointment").filter(pk=pk, claimed_at=now).first()


def deliver(row: Notification, connection, tally: Tally) -> None:
    """Send what was taken, and write down what came of it."""
    if not row.user.is_active:
        _settle(row, mail_state=MailState.NONE)
        return
    try:
        is_sent = connection.send_messages([message(row)]) == 1
    except (OSError, ValueError) as error:  # ValueError: an address or a header that cannot be written
        logger.warning("Notification %s was not mailed: %s", row.pk, type(error).__name__)
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
    return min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)


def message(row: Notification) -> EmailMessage:
    """Its subject, a link and the calendar file: the mail is read where no policy of ours holds."""
    host = urlsplit(settings.SITE_URL).hostname
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
            # The time too, so that a database restored from a copy never uses an identity again.
            "Message-ID": f"<notification-{row.pk}-{row.created_at:%Y%m%d%H%M%S%f}@{host}>",
            "Auto-Submitted": "auto-generated",
            **(unsubscribe if row.unsubscribe else {}),
        },
        attachments=[("appointment.ics", calendar.decode(), "text/calendar")] if calendar else [],
    )


def retry_given_up() -> int:
    """Put what was given up back to be mailed; returns how many."""
    given_up = Notification.objects.filter(mail_state=MailState.FAILED)
    return given_up.update(mail_state=MailState.WAITING, attempts=0, next_attempt_at=None)


def _settle(row: Notification, **facts) -> None:
    # Only while it is still ours: after LEASE another sender may have it.
    Notification.objects.filter(pk=row.pk, claimed_at=row.claimed_at).update(claimed_at=None, **facts)


def _close(connection) -> None:
    with suppress(OSError):
        connection.close()
